// Words in messages: typing errors find the name that was meant, other words do not, and nothing
// that is shown can break a line or steer a terminal.
#include "core/words.h"

#include "tests/check.h"

#include <string.h>

static const char *const names[] = {"capacity", "machines", "service", "is"};
enum { N_NAMES = sizeof names / sizeof *names };

static void typing_errors_find_their_name(void)
{
    static const char *const typed[][2] = {{"capacty", "capacity"},
                                           {"capcaity", "capacity"},
                                           {"machine", "machines"},
                                           {"machinesss", "machines"},
                                           {"servcie", "service"},
                                           {"s", "is"},
                                           {"xy", NULL},
                                           {"", NULL},
                                           {"throughput_max", NULL}};
    for (size_t i = 0; i < sizeof typed / sizeof *typed; ++i) {
        const char *found = takt_nearest(typed[i][0], strlen(typed[i][0]), names, N_NAMES);
        CHECK_TEXT(found ? found : "none", typed[i][1] ? typed[i][1] : "none");
    }
}

static void suggestions_name_one_or_all(void)
{
    char out[64], small[24];
    CHECK_TEXT(takt_suggest("capacty", 7, names, N_NAMES, out, sizeof out),
               "; did you mean 'capacity'?");
    CHECK_TEXT(takt_suggest("throughput", 10, names, N_NAMES, out, sizeof out),
               ", allowed: capacity, machines, service, is");
    CHECK_TEXT(takt_suggest("throughput", 10, names, N_NAMES, small, sizeof small),
               ", allowed: capacity, ma");
}

static void shown_texts_stay_on_their_line(void)
{
    char out[TAKT_SHOWN_BYTES], text[] = "a\nb\033[31m\x7f\xff\xc2\x9b\xc3\xa4";
    CHECK_TEXT(takt_shown(text, strlen(text), out), "a?b?[31m???\xc3\xa4");
    char umlauts[200] = "";
    for (int i = 0; i < 40; ++i)
        strcat(umlauts, "\xc3\xa4");
    takt_shown(umlauts, strlen(umlauts), out);
    CHECK_INT(strlen(out), 63); // 30 whole characters and three dots
    CHECK_TEXT(out + 58, "\xc3\xa4...");
}

static void control_characters_are_found(void)
{
    CHECK(takt_has_controls("a\nb"));
    CHECK(takt_has_controls("\033[31m"));
    CHECK(takt_has_controls("tab\t"));
    CHECK(takt_has_controls("\x7f"));
    CHECK(!takt_has_controls("\xc3\xa4 and spaces, \xff too"));
    CHECK(!takt_has_controls(""));
}

TAKT_TESTS(TEST(typing_errors_find_their_name), TEST(suggestions_name_one_or_all),
           TEST(shown_texts_stay_on_their_line), TEST(control_characters_are_found))
