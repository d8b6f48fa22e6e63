// What a browser says is taken exactly, or refused with one line that names the field.
#include "tests/check.h"
#include "viz/message.h"

static takt_message message;

static takt_status read_message(const char *text)
{
    return takt_message_read(text, strlen(text), &message);
}

static void each_type_gives_its_fields(void)
{
    CHECK_OK(read_message("{\"type\":\"hello\",\"protocol\":\"takt.v1\",\"token\":\"abc\"}"));
    CHECK_INT(message.type, TAKT_MESSAGE_HELLO);
    CHECK_TEXT(message.protocol, "takt.v1");
    CHECK_TEXT(message.token, "abc");
    CHECK_TEXT(message.run, "");
    CHECK_OK(read_message("{ \"run\" : \"n\\u00e4chste \\\"7\\\"\" , \"type\" : \"open\" }"));
    CHECK_INT(message.type, TAKT_MESSAGE_OPEN);
    CHECK_TEXT(message.run, "n\xc3\xa4"
                            "chste \"7\"");
    CHECK_OK(read_message("{\"type\":\"subscribe\",\"max_hz\":12.5}"));
    CHECK_INT(message.type, TAKT_MESSAGE_SUBSCRIBE);
    CHECK(message.max_hz == 12.5);
    CHECK_OK(read_message("{\"type\":\"showcase\",\"action\":\"seek\",\"value\":-1.5e3}"));
    CHECK_INT(message.type, TAKT_MESSAGE_SHOWCASE);
    CHECK_INT(message.action, TAKT_SHOWCASE_SEEK);
    CHECK(message.value == -1500);
    CHECK_OK(read_message("{\"type\":\"showcase\",\"action\":\"play\"}"));
    CHECK_INT(message.action, TAKT_SHOWCASE_PLAY);
    CHECK_OK(read_message("{\"type\":\"lines\",\"from\":9007199254740992}"));
    CHECK_INT(message.type, TAKT_MESSAGE_LINES);
    CHECK_INT(message.from, INT64_C(9007199254740992));
}

static void unknown_types_and_keys_are_ignored(void)
{
    CHECK_OK(read_message("{\"type\":\"dance\",\"token\":7}"));
    CHECK_INT(message.type, TAKT_MESSAGE_OTHER);
    CHECK_OK(read_message("{\"type\":\"open\",\"run\":\"\",\"later\":[{\"run\":1}],\"x\":null}"));
    CHECK_INT(message.type, TAKT_MESSAGE_OPEN);
}

static void rates_are_0_or_1_to_60(void)
{
    static const struct {
        const char *text;
        bool is_allowed;
    } cases[] = {{"0", true},   {"1", true},     {"60", true},    {"0.5", false},
                 {"61", false}, {"-1", false},   {"1e99", false}, {"\"30\"", false},
                 {"-0", true},  {"null", false}, {"true", false}, {"60.001", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        char text[64];
        snprintf(text, sizeof text, "{\"type\":\"subscribe\",\"max_hz\":%s}", cases[i].text);
        const takt_status status = read_message(text);
        if ((status == TAKT_OK) != cases[i].is_allowed)
            CHECK_FAILED("max_hz %s: %s", cases[i].text, takt_status_text(status));
        if (!cases[i].is_allowed)
            CHECK_CONTAINS(takt_error_text(), "max_hz");
    }
}

static void wrong_messages_are_refused_by_name(void)
{
    static const struct {
        const char *text, *named;
    } cases[] = {{"", "allowed"},
                 {"[]", "no object"},
                 {"7", "no object"},
                 {"{}", "type"},
                 {"{\"type\":7}", "type"},
                 {"{\"type\":\"hello\"}", "protocol"},
                 {"{\"type\":\"hello\",\"protocol\":\"takt.v1\"}", "token"},
                 {"{\"type\":\"hello\",\"protocol\":\"takt.v1\",\"token\":[]}", "token"},
                 {"{\"type\":\"open\"}", "run"},
                 {"{\"type\":\"lines\",\"from\":-1}", "from"},
                 {"{\"type\":\"lines\",\"from\":1.5}", "from"},
                 {"{\"type\":\"lines\",\"from\":1e300}", "from"},
                 {"{\"type\":\"showcase\",\"action\":\"explode\"}", "explode"},
                 {"{\"type\":\"showcase\",\"action\":\"seek\",\"value\":\"1\"}", "value"},
                 {"{\"type\":\"open\",\"run\":\"a\",\"run\":\"b\"}", "twice"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        CHECK_STATUS(read_message(cases[i].text), TAKT_ERR_INPUT);
        CHECK_CONTAINS(takt_error_text(), cases[i].named);
        CHECK(!strchr(takt_error_text(), '\n'));
    }
}

static void long_texts_and_long_messages_are_refused(void)
{
    char *text = calloc(1, TAKT_MESSAGE_MAX_BYTES + 100);
    for (int n = TAKT_MESSAGE_TEXT_BYTES - 1; n <= TAKT_MESSAGE_TEXT_BYTES; ++n) {
        const int at = sprintf(text, "{\"type\":\"open\",\"run\":\"");
        memset(text + at, 'x', (size_t)n);
        strcpy(text + at + n, "\"}");
        const takt_status status = read_message(text);
        CHECK_INT(status, n < TAKT_MESSAGE_TEXT_BYTES ? TAKT_OK : TAKT_ERR_INPUT);
    }
    for (size_t n = TAKT_MESSAGE_MAX_BYTES; n <= TAKT_MESSAGE_MAX_BYTES + 1; ++n) {
        memset(text, ' ', n);
        memcpy(text, "{\"type\":\"x\"}", 12);
        CHECK_INT(takt_message_read(text, n, &message),
                  n <= TAKT_MESSAGE_MAX_BYTES ? TAKT_OK : TAKT_ERR_INPUT);
    }
    free(text);
}

static void a_token_is_never_repeated(void)
{
    static const char secret[] = "5ec2e75ec2e7";
    char text[512];
    snprintf(text, sizeof text, "{\"type\":\"hello\",\"protocol\":7,\"token\":\"%s\"}", secret);
    CHECK_STATUS(read_message(text), TAKT_ERR_INPUT);
    CHECK(!strstr(takt_error_text(), secret));
    int n = snprintf(text, sizeof text, "{\"type\":\"hello\",\"protocol\":\"\",\"token\":\"");
    for (int i = 0; i < 30; ++i)
        n += snprintf(text + n, sizeof text - (size_t)n, "%s", secret);
    snprintf(text + n, sizeof text - (size_t)n, "\"}");
    CHECK_STATUS(read_message(text), TAKT_ERR_INPUT);
    CHECK(!strstr(takt_error_text(), secret));
}

static void tokens_differ_and_are_hexadecimal(void)
{
    char a[TAKT_TOKEN_BYTES], b[TAKT_TOKEN_BYTES];
    CHECK_OK(takt_token_create(a));
    CHECK_OK(takt_token_create(b));
    CHECK_INT(strlen(a), 32);
    CHECK_INT(strspn(a, "0123456789abcdef"), 32);
    CHECK(strcmp(a, b) != 0);
}

TAKT_TESTS(TEST(each_type_gives_its_fields), TEST(unknown_types_and_keys_are_ignored),
           TEST(rates_are_0_or_1_to_60), TEST(wrong_messages_are_refused_by_name),
           TEST(long_texts_and_long_messages_are_refused), TEST(a_token_is_never_repeated),
           TEST(tokens_differ_and_are_hexadecimal))
