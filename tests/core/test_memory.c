// Memory is zeroed, aligned and counted; an arena keeps its objects apart and alive.
#include "core/memory.h"
#include "tests/check.h"

static void allocations_are_zeroed_aligned_and_counted(void)
{
    const int64_t before = takt_alloc_count();
    unsigned char *memory = takt_alloc(100);
    CHECK(memory != NULL);
    CHECK_INT((uintptr_t)memory % 64, 0);
    for (int i = 0; i < 100; ++i)
        CHECK_INT(memory[i], 0);
    takt_free(memory);
    CHECK_INT(takt_alloc_count(), before + 1);
    CHECK(takt_alloc(0) == NULL);
    CHECK(takt_alloc(SIZE_MAX) == NULL);
    takt_free(NULL);
}

static void objects_of_an_arena_do_not_overlap(void)
{
    enum { N = 3000 };
    static unsigned char *objects[N];
    takt_arena *arena = NULL;
    CHECK_OK(takt_arena_create(&arena));
    for (int i = 0; i < N; ++i) {
        const size_t n = (size_t)(i % 300) + 1;
        objects[i] = takt_arena_alloc(arena, n);
        CHECK(objects[i] != NULL);
        CHECK_INT((uintptr_t)objects[i] % 64, 0);
        CHECK_INT(objects[i][n - 1], 0);
        memset(objects[i], i % 251, n);
    }
    for (int i = 0; i < N; ++i)
        for (int j = 0; j <= i % 300; ++j)
            CHECK_INT(objects[i][j], i % 251);
    takt_arena_destroy(&arena);
    CHECK(arena == NULL);
    takt_arena_destroy(&arena);
}

static void small_objects_share_a_block(void)
{
    takt_arena *arena = NULL;
    CHECK_OK(takt_arena_create(&arena));
    const int64_t before = takt_alloc_count();
    for (int i = 0; i < 100; ++i)
        CHECK(takt_arena_alloc(arena, 64) != NULL);
    CHECK_INT(takt_alloc_count(), before + 1);
    CHECK(takt_arena_alloc(arena, 1024 * 1024) != NULL);
    CHECK_INT(takt_alloc_count(), before + 2);
    takt_arena_destroy(&arena);
}

static void texts_are_copied_and_formatted(void)
{
    takt_arena *arena = NULL;
    char original[] = "abc";
    CHECK_OK(takt_arena_create(&arena));
    const char *copy = takt_arena_copy_text(arena, original);
    original[0] = 'x';
    CHECK_TEXT(copy, "abc");
    CHECK_TEXT(takt_arena_format(arena, "%d-%s", 7, copy), "7-abc");
    takt_arena_destroy(&arena);
}

static void an_arena_refuses_what_does_not_fit(void)
{
    takt_arena *arena = NULL;
    CHECK_OK(takt_arena_create(&arena));
    CHECK(takt_arena_alloc(arena, SIZE_MAX) == NULL);
    CHECK(takt_arena_alloc(arena, SIZE_MAX - 100) == NULL);
    CHECK(takt_arena_alloc(arena, SIZE_MAX / 2) == NULL);
    takt_arena_destroy(&arena);
}

TAKT_TESTS(TEST(allocations_are_zeroed_aligned_and_counted),
           TEST(objects_of_an_arena_do_not_overlap), TEST(small_objects_share_a_block),
           TEST(texts_are_copied_and_formatted), TEST(an_arena_refuses_what_does_not_fit))
