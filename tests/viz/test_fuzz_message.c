// The kept corpus of the fuzzer stays harmless: every message is taken, or refused with one line.
#include "tests/fuzz/fuzz_message.c"

#include "tests/fuzz/corpus.h"

static void every_kept_message_is_harmless(void)
{
    check_corpus("corpus_message", 2 * TAKT_MESSAGE_MAX_BYTES);
}

TAKT_TESTS(TEST(every_kept_message_is_harmless))
