/// The kept corpus of a fuzzer stays harmless: what it found once is asked again in each test run.
/// To be included behind the fuzzer's source.
#ifndef TAKT_TESTS_FUZZ_CORPUS_H
#define TAKT_TESTS_FUZZ_CORPUS_H

#include "core/files.h"
#include "tests/check.h"

#include <dirent.h>

/// Gives each file of tests/fuzz/`name`, at most `max_bytes` long, to the fuzzer's function.
static void check_corpus(const char *name, size_t max_bytes)
{
    int n = 0;
    char folder[1024];
    snprintf(folder, sizeof folder, "%s/tests/fuzz/%s", TAKT_SOURCE_DIR, name);
    DIR *entries = opendir(folder);
    CHECK(entries != NULL);
    for (const struct dirent *entry; (entry = readdir(entries));) {
        char path[2048];
        takt_text bytes = {0};
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        CHECK_OK(takt_file_read(path, max_bytes, &bytes));
        CHECK_INT(LLVMFuzzerTestOneInput((const uint8_t *)takt_text_get(&bytes), bytes.length), 0);
        takt_text_destroy(&bytes);
        ++n;
    }
    closedir(entries);
    CHECK(n > 0);
}

#endif
