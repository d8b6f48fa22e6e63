// The kept corpus of the fuzzer stays harmless: every request gets one answer that keeps the rules.
#include "tests/check.h"

#include <dirent.h>

#include "tests/fuzz/fuzz_rest.c"

#include "core/files.h"

static void every_kept_request_is_answered(void)
{
    int n = 0;
    const char *folder = TAKT_SOURCE_DIR "/tests/fuzz/corpus_rest";
    DIR *entries = opendir(folder);
    CHECK(entries != NULL);
    for (const struct dirent *entry; (entry = readdir(entries));) {
        char path[1024];
        takt_text bytes = {0};
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        CHECK_OK(takt_file_read(path, 2 * TAKT_API_MAX_BODY, &bytes));
        CHECK_INT(LLVMFuzzerTestOneInput((const uint8_t *)takt_text_get(&bytes), bytes.length), 0);
        takt_text_destroy(&bytes);
        ++n;
    }
    closedir(entries);
    CHECK(n > 0);
}

TAKT_TESTS(TEST(every_kept_request_is_answered))
