/// A CSV file is read line by line, and every message points at the place.
#include "core/csv.h"
#include "tests/check.h"

static takt_csv open_text(const char *text)
{
    return takt_csv_of("times.csv", text, strlen(text));
}

static void lines_are_cut_into_cells(void)
{
    takt_csv_cell cells[4];
    takt_csv csv =
        open_text("\xEF\xBB\xBF# a note\n\n \t\r\n  name , \"repair time\",x\r\na,,\n1,2");
    CHECK(takt_csv_next(&csv));
    CHECK_INT(csv.line, 4);
    CHECK_INT(takt_csv_cut(&csv, cells, 4), 3);
    CHECK(takt_csv_is(&cells[0], "name") && takt_csv_is(&cells[1], "repair time"));
    CHECK(takt_csv_is(&cells[2], "x") && !takt_csv_is(&cells[2], "xy"));
    CHECK(takt_csv_next(&csv));
    CHECK_INT(takt_csv_cut(&csv, cells, 4), 3);
    CHECK_INT(cells[1].n + cells[2].n, 0);
    CHECK(takt_csv_next(&csv)); // the last line needs no end
    CHECK_INT(takt_csv_cut(&csv, cells, 1), 2);
    CHECK_INT(csv.line, 6);
    CHECK(!takt_csv_next(&csv));
    csv = open_text("");
    CHECK(!takt_csv_next(&csv));
}

static void numbers_are_decimal(void)
{
    static const char *const wrong[] = {"",    "nan",   "inf", "0x10", "1,5", "1 2",
                                        "--1", "1e999", "abc", "1e",   "12s"};
    double value = 0;
    const takt_csv_cell right = {"-1.25e3", 7};
    CHECK(takt_csv_read_number(&right, &value));
    CHECK_NEAR(value, -1250, 0, 0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
        const takt_csv_cell cell = {wrong[i], strlen(wrong[i])};
        CHECK(!takt_csv_read_number(&cell, &value));
    }
}

static void messages_point_at_the_place(void)
{
    takt_csv_cell cells[4];
    takt_csv csv = open_text("minutes,who\n3,\xC3\xA9t\xC3\xA9, b\n4\n");
    CHECK(takt_csv_next(&csv) && takt_csv_next(&csv));
    CHECK_INT(takt_csv_cut(&csv, cells, 4), 3);
    CHECK_STATUS(takt_csv_fail_count(&csv, cells, 3, 2), TAKT_ERR_INPUT);
    CHECK_TEXT(takt_error_text(), "times.csv:2:8: found 3 values, allowed: 2 as in the header\n"
                                  "  3,\xC3\xA9t\xC3\xA9, b\n         ^");
    CHECK_STATUS(takt_csv_fail_cell(&csv, &cells[0], "minutes", "more"), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "times.csv:2:1: minutes: found '3', allowed: more");
    csv.drawn = false;
    CHECK_STATUS(takt_csv_fail(&csv, cells[1].text, "no %s", "way"), TAKT_ERR_INPUT);
    CHECK_TEXT(takt_error_text(), "times.csv:2: no way");
    CHECK(takt_csv_next(&csv));
    CHECK_INT(takt_csv_cut(&csv, cells, 4), 1);
    csv.drawn = true;
    CHECK_STATUS(takt_csv_fail_count(&csv, cells, 1, 2), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "times.csv:3:2: found 1 value, allowed: 2 as in the header");
}

TAKT_TESTS(TEST(lines_are_cut_into_cells), TEST(numbers_are_decimal),
           TEST(messages_point_at_the_place))
