// The kept corpus of the fuzzer stays harmless: every message is taken, or refused with one line.
#include "tests/check.h"

#include <dirent.h>

#include "tests/fuzz/fuzz_message.c"

#include "core/files.h"

static void every_kept_message_is_harmless(void)
{
    int n = 0;
    const char *folder = TAKT_SOURCE_DIR "/tests/fuzz/corpus_message";
    DIR *entries = opendir(folder);
    CHECK(entries != NULL);
    for (const struct dirent *entry; (entry = readdir(entries));) {
        char path[1024];
        takt_text bytes = {0};
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        CHECK_OK(takt_file_read(path, 2 * TAKT_MESSAGE_MAX_BYTES, &bytes));
        CHECK_INT(LLVMFuzzerTestOneInput((const uint8_t *)takt_text_get(&bytes), bytes.length), 0);
        takt_text_destroy(&bytes);
        ++n;
    }
    closedir(entries);
    CHECK(n > 0);
}

TAKT_TESTS(TEST(every_kept_message_is_harmless))
