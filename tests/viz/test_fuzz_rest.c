// The kept corpus of the fuzzer stays harmless: every request gets one answer that keeps the rules.
#include "tests/fuzz/fuzz_rest.c"

#include "tests/fuzz/corpus.h"

static void every_kept_request_is_answered(void)
{
    check_corpus("corpus_rest", 2 * TAKT_API_MAX_BODY);
}

TAKT_TESTS(TEST(every_kept_request_is_answered))
