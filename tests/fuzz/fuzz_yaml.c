// Fuzz target of the YAML loader: any bytes give a loaded study or one error text, never a crash, a
// leak or a print. Built by tests/long/fuzz_yaml.sh with clang -fsanitize=fuzzer,address, and by
// tests/core/test_fuzz_corpus.c, which runs the kept corpus.
#include "core/memory.h"
#include "core/schema.h"
#include "tests/core/schema_fixture.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/// What was loaded must be writable, and what was written must load to the same text.
static void round_trip(takt_arena *arena, const fixture_study *study)
{
    takt_document *document = NULL;
    takt_text first = {0}, second = {0};
    fixture_study again;
    takt_schema_write_yaml(&fixture_study_schema, study, &first);
    const char *text = takt_text_get(&first);
    if (first.length <= TAKT_YAML_MAX_BYTES) {
        if (takt_document_parse("again", text, first.length, &document) != TAKT_OK ||
            takt_schema_load(&fixture_study_schema, document, arena, &again) != TAKT_OK)
            abort();
        takt_schema_write_yaml(&fixture_study_schema, &again, &second);
        if (strcmp(text, takt_text_get(&second)) != 0)
            abort();
    }
    takt_text_destroy(&first);
    takt_text_destroy(&second);
    takt_document_destroy(&document);
}

/// An error is one line, or one line with a source line and a caret.
static void check_error(void)
{
    int n_lines = 0;
    for (const char *p = takt_error_text(); *p; ++p)
        n_lines += *p == '\n';
    if (!*takt_error_text() || n_lines > 2)
        abort();
}

/// The first line is a --set argument when it starts with '@'; the rest is the document.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    takt_arena *arena = NULL;
    takt_document *document = NULL;
    fixture_study study;
    char assignment[256] = "";
    if (size > 0 && data[0] == '@') {
        const uint8_t *end = memchr(data, '\n', size);
        const size_t n = end ? (size_t)(end - data) : size;
        if (n < sizeof assignment)
            memcpy(assignment, data + 1, n - 1);
        data += end ? n + 1 : n;
        size -= end ? n + 1 : n;
    }
    if (takt_arena_create(&arena) != TAKT_OK)
        return 0;
    takt_error_clear();
    takt_status status = takt_document_parse("fuzz", (const char *)data, size, &document);
    if (status == TAKT_OK && *assignment)
        status = takt_document_assign(document, assignment);
    if (status == TAKT_OK)
        status = takt_schema_load(&fixture_study_schema, document, arena, &study);
    if (status == TAKT_OK)
        round_trip(arena, &study);
    else
        check_error();
    takt_document_destroy(&document);
    takt_arena_destroy(&arena);
    return 0;
}
