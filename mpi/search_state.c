// The state of a search: one block of memory, and its way to the disk and back.
#include "mpi/search_internal.h"

#include "core/memory.h"
#include "mpi/checkpoint.h"

#include <stdio.h>
#include <string.h>

enum { CHECKPOINT_KIND = 0x53454152, CHECKPOINT_LAYOUT = 3, N_SECTIONS = 15, PATH_BYTES = 4096 };

/// A part of the state: where its pointer is, its size, and whether it grows by generations (a
/// checkpoint then holds the generations told so far and no empty space).
typedef struct section {
    void **at;
    size_t n_bytes; ///< in all, or per generation
    bool per_generation;
} section;

static void list_sections(takt_search *search, section sections[N_SECTIONS])
{
    const search_counts *c = &search->counts;
    search_state *s = &search->state;
    const size_t n = (size_t)c->n, population = (size_t)c->population, pool = (size_t)c->pool;
    const size_t finalists = (size_t)c->finalists;
    const size_t results = (size_t)c->final * (size_t)c->n_values * sizeof(double);
    const section list[N_SECTIONS] = {
        {(void **)&s->head, sizeof *s->head, false},
        {(void **)&s->best, n * sizeof *s->best, false},
        {(void **)&s->rows, n * sizeof *s->rows, false},
        {(void **)&s->judged, TAKT_REFEREE_MAX_ROWS * sizeof *s->judged, false},
        {(void **)&s->baseline_results, results, false},
        {(void **)&s->best_results, results, false},
        {(void **)&s->pool, pool * n * sizeof *s->pool, false},
        {(void **)&s->pool_scores, pool * sizeof *s->pool_scores, false},
        {(void **)&s->finalists, finalists * n * sizeof *s->finalists, false},
        {(void **)&s->finalist_scores, finalists * sizeof *s->finalist_scores, false},
        {(void **)&s->cma, takt_cma_es_state_bytes(search->cma), false},
        {(void **)&s->generations, sizeof *s->generations, true},
        {(void **)&s->candidates, population * n * sizeof *s->candidates, true},
        {(void **)&s->costs, population * sizeof *s->costs, true},
        {(void **)&s->violations, population * sizeof *s->violations, true},
    };
    memcpy(sections, list, sizeof list);
}

static size_t section_size(const section *part, int32_t generations)
{
    return part->per_generation ? part->n_bytes * (size_t)generations : part->n_bytes;
}

/// Sections begin at multiples of eight bytes, so that doubles and integers are aligned.
static size_t round_up(size_t n_bytes)
{
    return (n_bytes + 7) / 8 * 8;
}

static takt_status find_path(takt_search *search)
{
    if (!search->config.folder)
        return TAKT_OK;
    search->checkpoint_path = takt_alloc(PATH_BYTES);
    if (!search->checkpoint_path)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the search");
    const int length =
        snprintf(search->checkpoint_path, PATH_BYTES, "%s/checkpoint.bin", search->config.folder);
    if (length >= PATH_BYTES)
        return TAKT_FAIL(TAKT_ERR_INPUT, "folder of the run: found %d characters, allowed: %d",
                         length, PATH_BYTES);
    return TAKT_OK;
}

takt_status search_state_create(takt_search *search)
{
    section sections[N_SECTIONS];
    size_t n_bytes = 0;
    list_sections(search, sections);
    for (int i = 0; i < N_SECTIONS; ++i)
        n_bytes += round_up(section_size(&sections[i], search->counts.generations));
    search->block = takt_alloc(n_bytes);
    if (!search->block)
        return TAKT_FAIL(TAKT_ERR_MEMORY,
                         "optimize: the search needs %.1f GB of memory, allowed: what this machine "
                         "has; lower generations, population, finalists or final_replications",
                         (double)n_bytes * 1e-9);
    unsigned char *next = search->block;
    for (int i = 0; i < N_SECTIONS; ++i) {
        *sections[i].at = next;
        next += round_up(section_size(&sections[i], search->counts.generations));
    }
    return find_path(search);
}

static takt_checkpoint_identity identity_of(const takt_search *search)
{
    return (takt_checkpoint_identity){CHECKPOINT_KIND, CHECKPOINT_LAYOUT, search->study_hash,
                                      (uint64_t)search->study->seed};
}

static size_t payload_size(const section sections[N_SECTIONS], int32_t n_generations)
{
    size_t n_bytes = 0;
    for (int i = 0; i < N_SECTIONS; ++i)
        n_bytes += section_size(&sections[i], n_generations);
    return n_bytes;
}

takt_status search_state_save(takt_search *search)
{
    if (!search->checkpoint_path)
        return TAKT_OK;
    section sections[N_SECTIONS];
    const int32_t n_generations = search->state.head->n_generations;
    list_sections(search, sections);
    takt_cma_es_state_save(search->cma, search->state.cma);
    const size_t n_bytes = payload_size(sections, n_generations);
    unsigned char *payload = takt_alloc(n_bytes);
    if (!payload)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a checkpoint");
    size_t at = 0;
    for (int i = 0; i < N_SECTIONS; ++i) {
        const size_t size = section_size(&sections[i], n_generations);
        memcpy(payload + at, *sections[i].at, size);
        at += size;
    }
    const takt_checkpoint_identity identity = identity_of(search);
    const takt_status status =
        takt_checkpoint_save(search->checkpoint_path, &identity, payload, n_bytes);
    takt_free(payload);
    TAKT_TRY(status);
    return TAKT_OK;
}

static takt_status unpack(takt_search *search, const takt_checkpoint *checkpoint)
{
    section sections[N_SECTIONS];
    search_head head = {.n_generations = -1};
    list_sections(search, sections);
    bool fits = checkpoint->n_bytes >= sizeof head;
    if (fits)
        memcpy(&head, checkpoint->payload, sizeof head);
    fits = fits && head.n_generations >= 0 && head.n_generations <= search->counts.generations &&
           checkpoint->n_bytes == payload_size(sections, head.n_generations);
    if (!fits)
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: found %zu bytes, allowed: the state of this search",
                         search->checkpoint_path, checkpoint->n_bytes);
    const unsigned char *next = checkpoint->payload;
    for (int i = 0; i < N_SECTIONS; ++i) {
        const size_t size = section_size(&sections[i], head.n_generations);
        memcpy(*sections[i].at, next, size);
        next += size;
    }
    TAKT_TRY(takt_cma_es_state_load(search->cma, search->state.cma,
                                    takt_cma_es_state_bytes(search->cma)));
    return TAKT_OK;
}

takt_status search_state_load(takt_search *search, bool *loaded)
{
    takt_checkpoint checkpoint = {0};
    const takt_checkpoint_identity identity = identity_of(search);
    *loaded = false;
    if (!search->checkpoint_path)
        return TAKT_OK;
    TAKT_TRY(takt_checkpoint_load(search->checkpoint_path, &identity, &checkpoint));
    if (checkpoint.source == TAKT_CHECKPOINT_NONE)
        return TAKT_OK;
    if (checkpoint.source == TAKT_CHECKPOINT_PREVIOUS)
        takt_observe_log(search->config.observer, TAKT_LOG_WARNING, "checkpoint",
                         "%s is damaged or missing: going on from the one before",
                         search->checkpoint_path);
    const takt_status status = unpack(search, &checkpoint);
    takt_checkpoint_release(&checkpoint);
    TAKT_TRY(status);
    *loaded = true;
    return TAKT_OK;
}
