// A sink gets exactly what was put into it, and a value of another type than the table's never
// reaches it.
#include "core/sink.h"
#include "tests/check.h"

typedef struct taken {
    int n_sizes, n_puts;
    takt_dimension dimension;
    size_t size;
    takt_channel channel;
    const void *values;
    takt_status answer;
} taken;

static takt_status take_size(void *context, takt_dimension dimension, size_t size)
{
    taken *it = context;
    ++it->n_sizes;
    it->dimension = dimension;
    it->size = size;
    return it->answer;
}

static takt_status take_put(void *context, takt_channel channel, const void *values)
{
    taken *it = context;
    ++it->n_puts;
    it->channel = channel;
    it->values = values;
    return it->answer;
}

static void everything_arrives(void)
{
    taken it = {.answer = TAKT_OK};
    const takt_sink sink = {&it, take_size, take_put};
    const double numbers[1] = {1};
    const int64_t integers[1] = {1};
    const char *texts[1] = {"a"};
    CHECK_OK(takt_sink_size(&sink, TAKT_DIMENSION_COAT, 5));
    CHECK_INT(it.n_sizes, 1);
    CHECK_INT(it.dimension, TAKT_DIMENSION_COAT);
    CHECK_INT(it.size, 5);
    CHECK_OK(takt_sink_doubles(&sink, TAKT_CHANNEL_KPI_MEAN, numbers));
    CHECK(it.channel == TAKT_CHANNEL_KPI_MEAN && it.values == numbers);
    CHECK_OK(takt_sink_integers(&sink, TAKT_CHANNEL_KPI_COUNT, integers));
    CHECK(it.channel == TAKT_CHANNEL_KPI_COUNT && it.values == integers);
    CHECK_OK(takt_sink_texts(&sink, TAKT_CHANNEL_KPI_NAME, texts));
    CHECK(it.channel == TAKT_CHANNEL_KPI_NAME && it.values == (const void *)texts);
    CHECK_INT(it.n_puts, 3);
}

static void trouble_comes_back(void)
{
    taken it = {.answer = TAKT_ERR_LIMIT};
    const takt_sink sink = {&it, take_size, take_put};
    const double numbers[1] = {1};
    CHECK_STATUS(takt_sink_size(&sink, TAKT_DIMENSION_COAT, 5), TAKT_ERR_LIMIT);
    CHECK_STATUS(takt_sink_doubles(&sink, TAKT_CHANNEL_KPI_MEAN, numbers), TAKT_ERR_LIMIT);
}

#ifndef NDEBUG
static jmp_buf after_assert;

static void jump(const char *condition, const char *file, int line)
{
    (void)condition;
    (void)file;
    (void)line;
    longjmp(after_assert, 1);
}

static void another_type_is_a_bug(void)
{
    static taken it;
    static const takt_sink sink = {&it, take_size, take_put};
    const double numbers[1] = {1};
    takt_assert_set_handler(jump);
    if (setjmp(after_assert) == 0) {
        takt_sink_doubles(&sink, TAKT_CHANNEL_KPI_NAME, numbers);
        takt_assert_set_handler(NULL);
        CHECK_FAILED("the assert did not fire");
    }
    takt_assert_set_handler(NULL);
    CHECK_INT(it.n_puts, 0);
}
#else
static void another_type_is_a_bug(void)
{
}
#endif

TAKT_TESTS(TEST(everything_arrives), TEST(trouble_comes_back), TEST(another_type_is_a_bug))
