// A ticket opens one file once, for 30 s and without a token; the zip holds the files of the
// stations that were asked for and no others.
#include "tests/viz/api_fixture.h"

#include "viz/api_parts_internal.h"
#include "viz/export.h"

#define VIEW TAKT_ROLE_VIEW

/// Asks for a ticket; its path with a slash in front goes into `path`.
static int ticket(const char *wish, char path[64])
{
    const int status = api_host_ask(&host, VIEW, "POST", "/api/v1/tickets", "", wish);
    if (status == 200)
        snprintf(path, 64, "/%s", takt_json_get_text(json(), "path", ""));
    return status;
}

static int fetch(const char *path)
{
    return api_host_ask(&host, TAKT_ROLE_NONE, "GET", path, "", "");
}

static void a_ticket_opens_one_thing_once(void)
{
    char path[64], other[64];
    begin();
    CHECK_INT(ticket("{\"what\": \"csv\", \"name\": \"kpi_lo\"}", path), 200);
    CHECK_TEXT(takt_json_get_text(json(), "file", NULL), "kpi_lo.csv");
    CHECK_INT(takt_json_get_number(json(), "seconds", 0), TAKT_TICKET_SECONDS);
    CHECK_INT(strlen(path), strlen("/api/v1/download/") + 32);
    CHECK_INT(ticket("{\"what\": \"study\"}", other), 200);
    CHECK(strcmp(path, other) != 0);
    CHECK_INT(fetch(path), 200);
    CHECK_CONTAINS(body(), "kpi,kpi_lo,unit\r\n");
    CHECK_TEXT(host.response.file_name, "kpi_lo.csv");
    CHECK_INT(fetch(path), 404);
    error_is("unknown", "once");
    CHECK_INT(fetch(other), 200);
    CHECK_TEXT(body(), "takt: 1\n# gr\xc3\xbc\xc3\x9f\n");
    CHECK_TEXT(host.response.file_name, "a_1_.yaml");
    CHECK_INT(fetch("/api/v1/download/x"), 404);
    CHECK_INT(fetch("/api/v1/download/00000000000000000000000000000000"), 404);
    CHECK_INT(api_host_ask(&host, TAKT_ROLE_NONE, "POST", other, "", ""), 405);
    end();
}

static void run_files_are_streamed(void)
{
    char path[64];
    begin();
    CHECK_INT(ticket("{\"what\": \"run\"}", path), 200);
    CHECK_INT(fetch(path), 200);
    CHECK_TEXT(host.response.file_path, "/somewhere/run.nc");
    CHECK_TEXT(host.response.file_name, "a_1_.nc");
    CHECK_INT(host.response.body.length, 0);
    CHECK_INT(ticket("{\"what\": \"run\", \"run\": \"b\"}", path), 409);
    CHECK_INT(ticket("{\"what\": \"run\", \"run\": \"c\"}", path), 404);
    CHECK_INT(ticket("{\"what\": \"run\"}", path), 200);
    host.run_file = ""; // gone meanwhile
    CHECK_INT(fetch(path), 409);
    CHECK_TEXT(host.response.file_name, "");
    end();
}

static void wishes_are_checked(void)
{
    char path[64];
    begin();
    CHECK_INT(ticket("{\"what\": \"all\"}", path), 400);
    error_is("request", "run, csv, zip, study");
    CHECK_INT(ticket("", path), 400);
    CHECK_INT(ticket("{\"what\": \"csv\"}", path), 404);
    CHECK_INT(ticket("{\"what\": \"csv\", \"name\": \"../x\"}", path), 404);
    CHECK_INT(ticket("{\"what\": \"csv\", \"name\": 3}", path), 400);
    CHECK_INT(ticket("{\"what\": \"csv\", \"file\": \"x\"}", path), 400);
    CHECK_INT(ticket("{\"what\": \"zip\", \"name\": \"nowhere\"}", path), 404);
    CHECK_INT(ticket("{\"what\": \"study\", \"run\": \"b\"}", path), 404);
    CHECK_INT(ticket("{\"what\": \"csv\", \"name\": \"best_cost\"}", path), 413);
    end();
}

static void few_tickets_are_alive(void)
{
    char first[64], path[64];
    begin();
    CHECK_INT(ticket("{\"what\": \"study\"}", first), 200);
    for (int i = 1; i < 64; ++i)
        CHECK_INT(ticket("{\"what\": \"study\"}", path), 200);
    CHECK_INT(ticket("{\"what\": \"study\"}", path), 429);
    error_is("busy", "64");
    CHECK_INT(fetch(first), 200);
    CHECK_INT(ticket("{\"what\": \"study\"}", path), 200);
    end();
}

static void tickets_die_after_their_time(void)
{
    char path[64];
    begin();
    CHECK_INT(ticket("{\"what\": \"study\"}", path), 200);
    for (int i = 0; i < TAKT_API_MAX_TICKETS; ++i)
        host.api->tickets[i].until_s -= TAKT_TICKET_SECONDS;
    CHECK_INT(fetch(path), 404);
    for (int i = 0; i < TAKT_API_MAX_TICKETS; ++i)
        CHECK_INT(ticket("{\"what\": \"study\"}", path), 200);
    CHECK_INT(ticket("{\"what\": \"study\"}", path), 429);
    for (int i = 0; i < TAKT_API_MAX_TICKETS; ++i)
        host.api->tickets[i].until_s -= TAKT_TICKET_SECONDS;
    CHECK_INT(ticket("{\"what\": \"study\"}", path), 200);
    CHECK_INT(fetch(path), 200);
    end();
}

#ifdef TAKT_WITH_ZLIB
#include <zlib.h>

static uint32_t number_at(const char *bytes, int n)
{
    uint32_t value = 0;
    for (int i = 0; i < n; ++i)
        value |= (uint32_t)(unsigned char)bytes[i] << (8 * i);
    return value;
}

/// The content of the entry called `name`, in the arena; NULL when the zip has none.
static const char *unpack(const takt_text *zip, const char *name)
{
    for (size_t at = 0; at + 30 < zip->length && number_at(zip->bytes + at, 4) == 0x04034b50;) {
        const char *head = zip->bytes + at;
        const uint32_t n_packed = number_at(head + 18, 4), n_bytes = number_at(head + 22, 4);
        const uint32_t n_name = number_at(head + 26, 2);
        at += 30 + n_name + n_packed;
        if (n_name != strlen(name) || memcmp(head + 30, name, n_name) != 0)
            continue;
        char *out = takt_arena_alloc(arena, n_bytes + 1);
        z_stream stream = {.next_in = (Bytef *)head + 30 + n_name,
                           .avail_in = n_packed,
                           .next_out = (Bytef *)out,
                           .avail_out = n_bytes};
        CHECK(out != NULL);
        CHECK_INT(inflateInit2(&stream, -MAX_WBITS), Z_OK);
        CHECK_INT(inflate(&stream, Z_FINISH), Z_STREAM_END);
        CHECK_INT(stream.total_out, n_bytes);
        inflateEnd(&stream);
        return out;
    }
    return NULL;
}

static void fetch_zip(const char *wish)
{
    char path[64];
    CHECK_INT(ticket(wish, path), 200);
    CHECK_INT(fetch(path), 200);
    CHECK_TEXT(host.response.content_type, "application/zip");
}

static void a_zip_has_the_stations_of_its_line(void)
{
    begin();
    fetch_zip("{\"what\": \"zip\", \"name\": \"cathode\"}");
    const takt_text *zip = &host.response.body;
    CHECK_TEXT(host.response.file_name, "cathode.zip");
    CHECK_TEXT(unpack(zip, "002__img_onerror_/state_times.csv"),
               "state,unit,machine_time,machine_time_baseline\r\nbusy,s,30,\r\ndown,s,40,\r\n");
    CHECK_TEXT(unpack(zip, "002__img_onerror_/kpis.csv"),
               "kpi,unit,mean,lo,hi\r\nscrap_at_<img onerror>,1,0.5,0.25,0.75\r\n");
    CHECK_TEXT(unpack(zip, "002__img_onerror_/buffers.csv"),
               "buffer,side,counts,capacity,level_in_showcase\r\n"
               "rolls,before,items,4,3\r\ncells,behind,quantity,,12.5\r\n");
    CHECK_TEXT(unpack(zip, "study.yaml"), "takt: 1\n# gr\xc3\xbc\xc3\x9f\n");
    CHECK_CONTAINS(unpack(zip, "README.txt"), "line cathode");
    CHECK_CONTAINS(unpack(zip, "README.txt"), "station <img onerror>");
    CHECK_CONTAINS(unpack(zip, "run.json"), "\"seed\": 3");
    CHECK_CONTAINS(unpack(zip, "kpis.csv"), "\"'=1+2\",\"'+kWh\",,-1.5,2\r\n");
    CHECK(!unpack(zip, "001_coater/kpis.csv"));
    CHECK(!unpack(zip, "channels/kpi_lo.csv"));
    end();
}

static void a_zip_of_a_station_or_of_all(void)
{
    begin();
    fetch_zip("{\"what\": \"zip\", \"name\": \"coater\"}");
    CHECK(unpack(&host.response.body, "001_coater/state_times.csv") != NULL);
    CHECK(!unpack(&host.response.body, "002__img_onerror_/kpis.csv"));
    fetch_zip("{\"what\": \"zip\", \"name\": \"\"}");
    const takt_text *zip = &host.response.body;
    CHECK_TEXT(host.response.file_name, "a_1_.zip");
    CHECK(unpack(zip, "001_coater/kpis.csv") && unpack(zip, "002__img_onerror_/kpis.csv"));
    CHECK_CONTAINS(unpack(zip, "channels/kpi_value.csv"), "1,cost_per_good_kWh,4,EUR/kWh\r\n");
    CHECK(!unpack(zip, "channels/best_cost.csv"));
    CHECK_CONTAINS(unpack(zip, "README.txt"), "channels/best_cost.csv: left out");
    takt_text first = *zip;
    host.response.body = (takt_text){0};
    fetch_zip("{\"what\": \"zip\"}");
    CHECK_INT(host.response.body.length, first.length);
    CHECK(memcmp(host.response.body.bytes, first.bytes, first.length) == 0);
    takt_text_destroy(&first);
    end();
}

static void a_zip_of_a_search_has_both_designs(void)
{
    static const char *const names[] = {"cost", "yield"}, *const units[] = {"EUR", "1"};
    const size_t n = 2;
    begin();
    takt_board_clear(host.board);
    api_host_texts(host.board, TAKT_CHANNEL_KPI_NAME, n, names);
    api_host_texts(host.board, TAKT_CHANNEL_KPI_UNIT, n, units);
    api_host_doubles(host.board, TAKT_CHANNEL_BASELINE_KPI_MEAN, &n, (const double[]){8, 0.5});
    api_host_doubles(host.board, TAKT_CHANNEL_BASELINE_KPI_LO, &n, (const double[]){7, 0.25});
    api_host_doubles(host.board, TAKT_CHANNEL_BASELINE_KPI_HI, &n, (const double[]){9, 0.75});
    fetch_zip("{\"what\": \"zip\"}");
    CHECK_TEXT(unpack(&host.response.body, "kpis.csv"),
               "kpi,unit,mean,lo,hi,baseline_mean,baseline_lo,baseline_hi\r\n"
               "cost,EUR,,,,8,7,9\r\nyield,1,,,,0.5,0.25,0.75\r\n");
    api_host_doubles(host.board, TAKT_CHANNEL_BEST_KPI_MEAN, &n, (const double[]){4, 1});
    api_host_doubles(host.board, TAKT_CHANNEL_BEST_KPI_LO, &n, (const double[]){3, 1});
    api_host_doubles(host.board, TAKT_CHANNEL_BEST_KPI_HI, &n, (const double[]){5, 1});
    fetch_zip("{\"what\": \"zip\"}");
    CHECK_TEXT(unpack(&host.response.body, "kpis.csv"),
               "kpi,unit,mean,lo,hi,baseline_mean,baseline_lo,baseline_hi\r\n"
               "cost,EUR,4,3,5,8,7,9\r\nyield,1,1,1,1,0.5,0.25,0.75\r\n");
    end();
}

#else

static void a_zip_has_the_stations_of_its_line(void)
{
    char path[64];
    begin();
    CHECK_INT(ticket("{\"what\": \"zip\", \"name\": \"cathode\"}", path), 200);
    CHECK_INT(fetch(path), 503);
    end();
}

static void a_zip_of_a_station_or_of_all(void)
{
}

static void a_zip_of_a_search_has_both_designs(void)
{
}

#endif

TAKT_TESTS(TEST(a_ticket_opens_one_thing_once), TEST(run_files_are_streamed),
           TEST(wishes_are_checked), TEST(few_tickets_are_alive),
           TEST(tickets_die_after_their_time), TEST(a_zip_has_the_stations_of_its_line),
           TEST(a_zip_of_a_station_or_of_all), TEST(a_zip_of_a_search_has_both_designs))
