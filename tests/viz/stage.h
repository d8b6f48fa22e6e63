/// A showcase on a board, with two small studies to show: for the tests of the showcase.
#ifndef TAKT_TESTS_VIZ_STAGE_H
#define TAKT_TESTS_VIZ_STAGE_H

#include "core/clock.h"
#include "core/yaml.h"
#include "tests/check.h"
#include "viz/showcase.h"

#include <time.h>

#define STAGE_UNUSED __attribute__((unused))

#define ROW_HEAD "study: row\nreplications: 12\nhorizon: {warm_up: 100, measured: 540}\n"
#define ROW_FACTORY                                                                                \
    "factory:\n"                                                                                   \
    "  buffers: [{name: between, capacity: 1}]\n"                                                  \
    "  stations:\n"                                                                                \
    "  - {name: first, service: {mean: 3}, routes: [{to: between}], item_value: 2}\n"              \
    "  - {name: second, service: {mean: 5}, inputs: [{from: between}], routes: [{to: out}]}\n"
#define ROW_POINTS                                                                                 \
    "set_points:\n"                                                                                \
    "- {name: places, value: 1, min: 0, max: 9, integer: true,\n"                                  \
    "   targets: ['factory.buffers[between].capacity']}\n"                                         \
    "- {name: crew, value: 1, min: 1, max: 4, integer: true,\n"                                    \
    "   targets: ['factory.stations[second].machines']}\n"

/// first 3 s, one place, second 5 s; two set-points: places, and machines of second.
STAGE_UNUSED static const char row[] = ROW_HEAD ROW_FACTORY ROW_POINTS;

/// A queue with chance in it, breakdowns, a loop and scrap; texts that would break careless JSON.
STAGE_UNUSED static const char shop[] =
    "study: shop\nreplications: 9\nhorizon: {warm_up: 1000, measured: 4000}\n"
    "factory:\n"
    "  unit: piece\n"
    "  prices: {currency: '\"<img src=x onerror=alert(1)>'}\n"
    "  sources: [{name: street, to: in.box, interarrival: {is: exponential, mean: 4}}]\n"
    "  buffers:\n"
    "  - {name: in.box, unit: '\\\"{\xc3\xa4'}\n"
    "  - {name: again-_.1, capacity: 3}\n"
    "  crews: [{name: two, size: 2}]\n"
    "  stations:\n"
    "  - name: img_onerror-1\n"
    "    machines: 3\n"
    "    service: {is: log_normal, mean: 6, cv: 0.5}\n"
    "    inputs: [{from: in.box}]\n"
    "    routes: [{to: out, share: 0.8}, {to: again-_.1, share: 0.1}, {to: scrap, share: 0.1}]\n"
    "    failures: [{up: {is: exponential, mean: 300}, repair: {mean: 20}, crew: two}]\n"
    "    stops: [{name: wash, every: 40, counts: items, duration: {mean: 9}}]\n"
    "  - {name: mend, service: {mean: 5}, inputs: [{from: again-_.1}], routes: [{to: in.box}]}\n";

typedef struct stage {
    takt_board *board;
    takt_showcase *showcase;
} stage;

static void pause_s(double seconds)
{
    nanosleep(&(struct timespec){(time_t)seconds, (long)(fmod(seconds, 1) * 1e9)}, NULL);
}

static takt_text document(const stage *st, const char *name)
{
    takt_text text = {0};
    CHECK(takt_board_get_document(st->board, name, &text));
    return text;
}

/// False in a build without YAML.
STAGE_UNUSED static bool open_stage(stage *st, const char *text, bool is_watched)
{
    *st = (stage){0};
    CHECK_OK(takt_board_create(&st->board));
    takt_board_watch(st->board, is_watched);
    const takt_status status = takt_showcase_create(st->board, text, strlen(text), &st->showcase);
    if (status == TAKT_ERR_UNSUPPORTED) {
        printf("%s\n", takt_status_text(status)); // ctest reads it and reports the test as skipped
        takt_board_destroy(&st->board);
        return false;
    }
    CHECK_OK(status);
    return true;
}

STAGE_UNUSED static void close_stage(stage *st)
{
    takt_showcase_destroy(&st->showcase);
    takt_showcase_destroy(&st->showcase); // nothing to destroy any more
    takt_board_destroy(&st->board);
}

static bool says(const stage *st, const char *name, const char *part)
{
    takt_text text = document(st, name);
    const bool found = strstr(takt_text_get(&text), part) != NULL;
    takt_text_destroy(&text);
    return found;
}

/// Waits until a document says something: half a minute at the most, on a machine that is busy.
static void wait_for(const stage *st, const char *name, const char *part)
{
    const double until_s = takt_clock_s() + 30;
    while (!says(st, name, part)) {
        if (takt_clock_s() > until_s) {
            takt_text text = document(st, name);
            CHECK_FAILED("%s never says '%s' but: %s", name, part, takt_text_get(&text));
        }
        pause_s(0.002);
    }
}

STAGE_UNUSED static void wait_for_time(const stage *st, double time_s)
{
    char part[64], number[TAKT_NUMBER_BYTES];
    snprintf(part, sizeof part, "\"time_s\": %s,", takt_number_format(time_s, number));
    wait_for(st, "showcase", part);
}

STAGE_UNUSED static void order(const stage *st, takt_showcase_action action, double value)
{
    CHECK_OK(takt_showcase_do(st->showcase, action, value));
}

/// JSON of one line is YAML, which is read here.
STAGE_UNUSED static void check_json(const takt_text *text)
{
    takt_document *parsed = NULL;
    CHECK_OK(takt_document_parse("json", text->bytes, text->length, &parsed));
    takt_document_destroy(&parsed);
}

#endif
