// The kept corpus of the fuzzer stays harmless: every input loads, or gives one error text.
#include "tests/fuzz/fuzz_yaml.c"

#include "tests/core/optional.h"
#include "tests/fuzz/corpus.h"

static void every_kept_input_is_harmless(void)
{
    check_corpus("corpus", TAKT_YAML_MAX_BYTES);
}

OPTIONAL_TESTS(has_yaml(), TEST(every_kept_input_is_harmless))
