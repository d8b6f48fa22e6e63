// What leaves the viewer as a file is what the channel holds: CSV cells are exact and harmless, the
// same contents give the same zip, and other programs read both.
#include "tests/check.h"
#include "tests/viz/api_host.h"

#include "viz/export.h"

#include <sys/wait.h>
#include <unistd.h>

static void cell_is(const char *text, const char *expected)
{
    takt_text csv = {0};
    takt_csv_text(&csv, text);
    CHECK_TEXT(takt_text_get(&csv), expected);
    takt_text_destroy(&csv);
}

static void cells_are_quoted_where_the_standard_asks(void)
{
    cell_is("", "");
    cell_is("plain text", "plain text");
    cell_is("a,b", "\"a,b\"");
    cell_is("a\"b", "\"a\"\"b\"");
    cell_is("a\r\nb", "\"a\r\nb\"");
    cell_is("\"", "\"\"\"\"");
    cell_is("<img onerror>", "<img onerror>");
    cell_is("gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f");
}

static void formulas_are_disarmed(void)
{
    cell_is("=1+2", "\"'=1+2\"");
    cell_is("+1", "\"'+1\"");
    cell_is("-1", "\"'-1\"");
    cell_is("@x", "\"'@x\"");
    cell_is("\tx", "\"'\tx\"");
    cell_is("\rx", "\"'\rx\"");
    cell_is("=cmd|\" /C calc\"", "\"'=cmd|\"\" /C calc\"\"\"");
    cell_is("a=1", "a=1");
}

static void number_is(double value, const char *expected)
{
    takt_text csv = {0};
    takt_csv_number(&csv, value);
    CHECK_TEXT(takt_text_get(&csv), expected);
    takt_text_destroy(&csv);
}

static void numbers_stay_numbers(void)
{
    number_is(-1.5, "-1.5");
    number_is(0.1, "0.1");
    number_is((double)NAN, "");
    number_is(-(double)INFINITY, "-inf");
}

static void csv_is(api_host *host, takt_channel channel, const char *expected)
{
    takt_text csv = {0};
    const takt_piece *piece = takt_board_frame(host->board, channel, 0);
    CHECK(piece != NULL);
    CHECK_OK(takt_csv_frame(&csv, host->board, piece->bytes, piece->n_bytes));
    CHECK_TEXT(takt_text_get(&csv), expected);
    takt_text_destroy(&csv);
    takt_piece_release(piece);
}

static void rows_are_named_by_their_dimensions(void)
{
    api_host host;
    api_host_begin(&host);
    csv_is(&host, TAKT_CHANNEL_KPI_LO,
           "kpi,kpi_lo,unit\r\n"
           "cost_per_good_kWh,0.05,EUR/kWh\r\n"
           "scrap_at_<img onerror>,0.25,1\r\n"
           "\"'=1+2\",-1.5,\"'+kWh\"\r\n");
    csv_is(&host, TAKT_CHANNEL_KPI_COUNT,
           "kpi,kpi_count (1)\r\n"
           "cost_per_good_kWh,9\r\nscrap_at_<img onerror>,8\r\n\"'=1+2\",7\r\n");
    csv_is(&host, TAKT_CHANNEL_KPI_VALUE,
           "replication,kpi,kpi_value,unit\r\n"
           "0,cost_per_good_kWh,1,EUR/kWh\r\n0,scrap_at_<img onerror>,2,1\r\n"
           "0,\"'=1+2\",3,\"'+kWh\"\r\n"
           "1,cost_per_good_kWh,4,EUR/kWh\r\n1,scrap_at_<img onerror>,5,1\r\n"
           "1,\"'=1+2\",6,\"'+kWh\"\r\n");
    csv_is(&host, TAKT_CHANNEL_STATION_STATE_TIME,
           "station,state,station_state_time (s)\r\n"
           "coater,busy,10\r\ncoater,down,20\r\n"
           "<img onerror>,busy,30\r\n<img onerror>,down,40\r\n");
    csv_is(&host, TAKT_CHANNEL_STATION_NAME,
           "station,station_name\r\n0,coater\r\n1,<img onerror>\r\n");
    api_host_end(&host);
}

static void three_dimensions_count_from_slow_to_fast(void)
{
    api_host host;
    double values[12];
    api_host_begin(&host);
    for (int i = 0; i < 12; ++i)
        values[i] = i;
    api_host_doubles(host.board, TAKT_CHANNEL_CANDIDATE_VALUE, (const size_t[]){2, 3, 2}, values);
    csv_is(&host, TAKT_CHANNEL_CANDIDATE_VALUE,
           "generation,candidate,set_point,candidate_value,unit\r\n"
           "0,0,ovens,0,\r\n0,0,speed,1,\r\n0,1,ovens,2,\r\n0,1,speed,3,\r\n"
           "0,2,ovens,4,\r\n0,2,speed,5,\r\n1,0,ovens,6,\r\n1,0,speed,7,\r\n"
           "1,1,ovens,8,\r\n1,1,speed,9,\r\n1,2,ovens,10,\r\n1,2,speed,11,\r\n");
    api_host_end(&host);
}

static void an_envelope_is_no_table(void)
{
    api_host host;
    takt_text csv = {0};
    api_host_begin(&host);
    const takt_piece *piece = takt_board_frame(host.board, TAKT_CHANNEL_BEST_COST, 0);
    CHECK(piece != NULL);
    CHECK_STATUS(takt_csv_frame(&csv, host.board, piece->bytes, piece->n_bytes), TAKT_ERR_INPUT);
    CHECK_STATUS(takt_csv_frame(&csv, host.board, piece->bytes, 10), TAKT_ERR_INPUT);
    takt_text_destroy(&csv);
    takt_piece_release(piece);
    api_host_end(&host);
}

static void name_is(const char *name, const char *expected)
{
    char out[TAKT_ZIP_NAME_BYTES];
    CHECK_TEXT(takt_zip_name(name, out), expected);
}

static void names_in_a_zip_are_no_paths(void)
{
    char name[300], out[TAKT_ZIP_NAME_BYTES];
    name_is("coater_1.a-b", "coater_1.a-b");
    name_is("", "_");
    name_is("..", "_");
    name_is("../../etc/passwd", "_.._.._etc_passwd");
    name_is("/etc", "_etc");
    name_is(".hidden", "_.hidden");
    name_is("C:\\x", "C_x");
    name_is("<img onerror>", "_img_onerror_");
    name_is("gr\xc3\xbc\xc3\x9f", "gr_");
    name_is("-rf", "_-rf");
    name_is("dots...", "dots");
    name_is("nul", "_nul");
    name_is("Com1.txt", "_Com1.txt");
    name_is("console", "console");
    name_is("com10", "com10");
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    takt_zip_name(name, out);
    CHECK(strlen(out) < TAKT_ZIP_NAME_BYTES);
}

#ifdef TAKT_WITH_ZLIB

static void fill(takt_zip *zip)
{
    char noise[40000];
    uint32_t state = 1;
    for (size_t i = 0; i < sizeof noise; ++i) {
        state = state * 1664525u + 1013904223u;
        noise[i] = (char)(state >> 24);
    }
    CHECK_OK(takt_zip_add(zip, "README.txt", "hello\n", 6));
    CHECK_OK(takt_zip_add(zip, "folder/empty", "", 0));
    CHECK_OK(takt_zip_add(zip, "folder/noise", noise, sizeof noise));
    CHECK_OK(takt_zip_end(zip));
}

static void the_same_contents_give_the_same_zip(void)
{
    takt_zip a = {0}, b = {0};
    fill(&a);
    fill(&b);
    CHECK_INT(a.bytes.length, b.bytes.length);
    CHECK(memcmp(a.bytes.bytes, b.bytes.bytes, a.bytes.length) == 0);
    takt_zip_release(&a);
    takt_zip_release(&b);
}

/// Runs a program that reads zips; -1 where it is not installed.
static int run_program(char *const *arguments)
{
    int state = 0;
    const pid_t child = fork();
    if (child == 0) {
        const bool silent = freopen("/dev/null", "w", stdout) && freopen("/dev/null", "w", stderr);
        if (silent)
            execvp(arguments[0], arguments);
        _exit(127);
    }
    CHECK(child > 0 && waitpid(child, &state, 0) == child);
    CHECK(WIFEXITED(state));
    return WEXITSTATUS(state) == 127 ? -1 : WEXITSTATUS(state);
}

/// Other programs read it; a zip with one wrong bit shows that they look.
static void other_programs_read_it(void)
{
    char path[] = "/tmp/takt_zip_XXXXXX";
    char *const unzip[] = {"unzip", "-tqq", path, NULL};
    char script[] = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); "
                    "assert z.testzip() is None; "
                    "assert z.namelist() == ['README.txt', 'folder/empty', 'folder/noise']; "
                    "assert z.read('README.txt') == b'hello\\n'; "
                    "assert len(z.read('folder/noise')) == 40000; "
                    "assert z.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)";
    char *const python[] = {"python3", "-c", script, path, NULL};
    const int file = mkstemp(path);
    CHECK(file >= 0);
    takt_zip zip = {0};
    fill(&zip);
    CHECK_INT(write(file, zip.bytes.bytes, zip.bytes.length), zip.bytes.length);
    const int by_unzip = run_program(unzip), by_python = run_program(python);
    CHECK(by_unzip <= 0 && by_python <= 0);
    const char wrong = (char)(zip.bytes.bytes[zip.bytes.length / 2] ^ 1);
    CHECK_INT(pwrite(file, &wrong, 1, (off_t)zip.bytes.length / 2), 1);
    CHECK(by_unzip < 0 || run_program(unzip) > 0);
    CHECK(by_python < 0 || run_program(python) > 0);
    if (by_unzip < 0 && by_python < 0)
        puts("neither unzip nor python3 is here: the zip was read by nobody");
    takt_zip_release(&zip);
    close(file);
    unlink(path);
}

#else

static void the_same_contents_give_the_same_zip(void)
{
    takt_zip zip = {0};
    CHECK_STATUS(takt_zip_add(&zip, "a", "", 0), TAKT_ERR_UNSUPPORTED);
    CHECK_STATUS(takt_zip_end(&zip), TAKT_ERR_UNSUPPORTED);
    takt_zip_release(&zip);
}

static void other_programs_read_it(void)
{
}

#endif

TAKT_TESTS(TEST(cells_are_quoted_where_the_standard_asks), TEST(formulas_are_disarmed),
           TEST(numbers_stay_numbers), TEST(rows_are_named_by_their_dimensions),
           TEST(three_dimensions_count_from_slow_to_fast), TEST(an_envelope_is_no_table),
           TEST(names_in_a_zip_are_no_paths), TEST(the_same_contents_give_the_same_zip),
           TEST(other_programs_read_it))
