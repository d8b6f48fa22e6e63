// The JSON writer gives valid JSON: escapes, numbers that read back, null for what JSON cannot say.
#include "core/json.h"
#include "tests/check.h"

static void a_document_is_indented(void)
{
    takt_text out = {0};
    takt_json json = takt_json_begin(&out);
    takt_json_object(&json);
    takt_json_key_text(&json, "verb", "simulate");
    takt_json_key_integer(&json, "seed", INT64_MIN);
    takt_json_key(&json, "rows");
    takt_json_array(&json);
    takt_json_object(&json);
    takt_json_key_number(&json, "mean", 0.1);
    takt_json_key_boolean(&json, "pass", true);
    takt_json_end(&json);
    takt_json_array(&json);
    takt_json_end(&json);
    takt_json_null(&json);
    takt_json_end(&json);
    takt_json_key(&json, "none");
    takt_json_object(&json);
    takt_json_end(&json);
    takt_json_end(&json);
    CHECK_OK(takt_text_check(&out));
    CHECK_TEXT(takt_text_get(&out), "{\n"
                                    "  \"verb\": \"simulate\",\n"
                                    "  \"seed\": -9223372036854775808,\n"
                                    "  \"rows\": [\n"
                                    "    {\n"
                                    "      \"mean\": 0.1,\n"
                                    "      \"pass\": true\n"
                                    "    },\n"
                                    "    [],\n"
                                    "    null\n"
                                    "  ],\n"
                                    "  \"none\": {}\n"
                                    "}\n");
    takt_text_destroy(&out);
}

static void a_line_has_no_breaks(void)
{
    takt_text out = {0};
    takt_json json = takt_json_begin_line(&out);
    takt_json_object(&json);
    takt_json_key_integer(&json, "a", 1);
    takt_json_key(&json, "b");
    takt_json_array(&json);
    takt_json_integer(&json, 2);
    takt_json_integer(&json, 3);
    takt_json_end(&json);
    takt_json_end(&json);
    CHECK_TEXT(takt_text_get(&out), "{\"a\": 1, \"b\": [2, 3]}");
    takt_text_destroy(&out);
}

static void text_is(const char *value, const char *expected)
{
    takt_text out = {0};
    takt_json json = takt_json_begin(&out);
    takt_json_text(&json, value);
    CHECK_TEXT(takt_text_get(&out), expected);
    takt_text_destroy(&out);
}

static void strings_are_escaped(void)
{
    text_is("", "\"\"");
    text_is(NULL, "null");
    text_is("a\"b\\c/", "\"a\\\"b\\\\c/\"");
    text_is("\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"");
    text_is("\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\"");
    text_is("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80",
            "\"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80\"");
}

static void bytes_that_are_no_text_are_replaced(void)
{
    text_is("a\xff"
            "b",
            "\"a\\ufffdb\"");
    text_is("\xc3", "\"\\ufffd\"");
    text_is("\xc0\x80", "\"\\ufffd\\ufffd\"");
    text_is("\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"");
    text_is("\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
    text_is("\xe2\x82", "\"\\ufffd\\ufffd\"");
}

static void number_is(double value, const char *expected)
{
    takt_text out = {0};
    takt_json json = takt_json_begin(&out);
    takt_json_number(&json, value);
    CHECK_TEXT(takt_text_get(&out), expected);
    takt_text_destroy(&out);
}

static void numbers_have_the_fewest_digits(void)
{
    number_is(0.1, "0.1");
    number_is(-0.0, "-0");
    number_is(1e21, "1e+21");
    number_is(100000, "100000");
    number_is(1.0 / 3.0, "0.3333333333333333");
    number_is((double)NAN, "null");
    number_is((double)INFINITY, "null");
    number_is(-(double)INFINITY, "null");
}

static void numbers_read_back_to_the_same_bits(void)
{
    uint64_t bits = 88172645463325252u;
    for (int i = 0; i < 100000; ++i) {
        char text[TAKT_NUMBER_BYTES];
        double value, back;
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        back = strtod(takt_number_format(value, text), NULL);
        CHECK(memcmp(&value, &back, sizeof value) == 0);
    }
}

TAKT_TESTS(TEST(a_document_is_indented), TEST(a_line_has_no_breaks), TEST(strings_are_escaped),
           TEST(bytes_that_are_no_text_are_replaced), TEST(numbers_have_the_fewest_digits),
           TEST(numbers_read_back_to_the_same_bits))
