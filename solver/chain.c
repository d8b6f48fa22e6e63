// States by breadth-first search over a hash table, then GTH elimination in a band.

#include "solver/chain.h"

#include "core/memory.h"

#include <string.h>

enum {
    MAX_STATES = 1 << 16,
    N_SLOTS = 1 << 18, // of the hash table, a power of 2
    MAX_BAND = 1 << 26 // numbers: 512 MiB
};

typedef struct move {
    int32_t from, to;
    double weight;
} move;

typedef struct moves {
    move *items;
    int64_t n, n_room;
} moves;

struct takt_chain {
    takt_chain_model model;
    int16_t *states; // [n][n_numbers] in the order in which they were found
    int32_t *slots;  // [N_SLOTS] state + 1, 0: empty
    moves moves;
    double *probability; // [n]
    int32_t n, present;
    takt_status status; // of the search
};

static const int16_t *state_of(const takt_chain *chain, int32_t index)
{
    return chain->states + (size_t)index * (size_t)chain->model.n_numbers;
}

/// FNV-1a over the numbers.
static uint32_t slot_of(const int16_t *state, int32_t n)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (int32_t i = 0; i < n; ++i)
        hash = (hash ^ (uint16_t)state[i]) * 0x100000001b3u;
    return (uint32_t)(hash ^ hash >> 29) & (N_SLOTS - 1);
}

/// Number of the state, a new one if it was not seen before.
static int32_t find(takt_chain *chain, const int16_t *state)
{
    const int32_t n_numbers = chain->model.n_numbers;
    const size_t n_bytes = (size_t)n_numbers * sizeof *state;
    uint32_t slot = slot_of(state, n_numbers);
    while (chain->slots[slot] != 0) {
        const int32_t index = chain->slots[slot] - 1;
        if (memcmp(state_of(chain, index), state, n_bytes) == 0)
            return index;
        slot = (slot + 1) & (N_SLOTS - 1);
    }
    if (chain->n == MAX_STATES) {
        chain->status = TAKT_FAIL(TAKT_ERR_LIMIT, "chain: found more than %d states", MAX_STATES);
        return 0;
    }
    memcpy(chain->states + (size_t)chain->n * (size_t)n_numbers, state, n_bytes);
    chain->slots[slot] = chain->n + 1;
    return chain->n++;
}

static takt_status grow(moves *list)
{
    const int64_t n_room = list->n_room > 0 ? 2 * list->n_room : 4096;
    move *items = takt_alloc((size_t)n_room * sizeof *items);
    if (!items)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a chain");
    if (list->n > 0)
        memcpy(items, list->items, (size_t)list->n * sizeof *items);
    takt_free(list->items);
    list->items = items;
    list->n_room = n_room;
    return TAKT_OK;
}

void takt_chain_move(takt_chain *chain, const int16_t *to, double weight)
{
    moves *list = &chain->moves;
    if (chain->status != TAKT_OK || weight == 0)
        return;
    const int32_t target = find(chain, to);
    if (chain->status != TAKT_OK || target == chain->present)
        return;
    if (list->n == list->n_room)
        chain->status = grow(list);
    if (chain->status == TAKT_OK)
        list->items[list->n++] = (move){chain->present, target, weight};
}

/// W lies in a band: entry (i, j) at w[i][b + j - i]. States are eliminated from the last on: what
/// goes through state k goes on to the states before it in proportion to its ways to them.
static takt_status eliminate(takt_chain *chain, double *w, int32_t b)
{
    const int32_t n = chain->n;
    const int64_t width = 2 * (int64_t)b + 1;
#define ENTRY(i, j) w[(i)*width + b + (j) - (i)]
    for (int32_t k = n - 1; k > 0; --k) {
        const int32_t first = k > b ? k - b : 0;
        double out = 0;
        for (int32_t j = first; j < k; ++j)
            out += ENTRY(k, j);
        if (!(out > 0))
            return TAKT_FAIL(TAKT_ERR_MODEL, "chain: the first of %d states is left for good", n);
        for (int32_t i = first; i < k; ++i) {
            const double share = ENTRY(i, k) / out;
            ENTRY(i, k) = share;
            if (share == 0)
                continue;
            for (int32_t j = first; j < k; ++j)
                ENTRY(i, j) += share * ENTRY(k, j); // (i, i) gathers what nobody reads
        }
    }
    double sum = 1;
    chain->probability[0] = 1;
    for (int32_t k = 1; k < n; ++k) {
        for (int32_t i = k > b ? k - b : 0; i < k; ++i)
            chain->probability[k] += chain->probability[i] * ENTRY(i, k);
        sum += chain->probability[k];
    }
#undef ENTRY
    for (int32_t k = 0; k < n; ++k)
        chain->probability[k] /= sum;
    return TAKT_OK;
}

static takt_status solve(takt_chain *chain)
{
    int32_t b = 0;
    for (int64_t m = 0; m < chain->moves.n; ++m) {
        const move *at = &chain->moves.items[m];
        const int32_t length = at->to > at->from ? at->to - at->from : at->from - at->to;
        b = length > b ? length : b;
    }
    const int64_t width = 2 * (int64_t)b + 1, size = chain->n * width;
    if (size > MAX_BAND)
        return TAKT_FAIL(TAKT_ERR_LIMIT, "chain: found %d states in a band of %d, too many",
                         chain->n, b);
    double *w = takt_alloc((size_t)size * sizeof *w);
    chain->probability = takt_alloc((size_t)chain->n * sizeof *chain->probability);
    takt_status status = TAKT_OK;
    if (!w || !chain->probability)
        TAKT_TRY_GOTO(TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for %d states", chain->n), done);
    for (int64_t m = 0; m < chain->moves.n; ++m) {
        const move *at = &chain->moves.items[m];
        w[at->from * width + b + at->to - at->from] += at->weight;
    }
    TAKT_TRY_GOTO(eliminate(chain, w, b), done);
done:
    takt_free(w);
    return status;
}

takt_status takt_chain_create(const takt_chain_model *model, const int16_t *start,
                              takt_chain **result)
{
    takt_status status = TAKT_OK;
    takt_chain *chain = takt_alloc(sizeof *chain);
    *result = NULL;
    if (!chain)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a chain");
    chain->model = *model;
    chain->states =
        takt_alloc((size_t)MAX_STATES * (size_t)model->n_numbers * sizeof *chain->states);
    chain->slots = takt_alloc((size_t)N_SLOTS * sizeof *chain->slots);
    if (!chain->states || !chain->slots)
        TAKT_TRY_GOTO(TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a chain"), failed);
    find(chain, start);
    for (; chain->present < chain->n && chain->status == TAKT_OK; ++chain->present)
        model->step(model->parameters, state_of(chain, chain->present), chain);
    TAKT_TRY_GOTO(chain->status, failed);
    TAKT_TRY_GOTO(solve(chain), failed);
    *result = chain;
    return TAKT_OK;
failed:
    takt_chain_destroy(&chain);
    return status;
}

void takt_chain_destroy(takt_chain **chain)
{
    if (!*chain)
        return;
    takt_free((*chain)->states);
    takt_free((*chain)->slots);
    takt_free((*chain)->moves.items);
    takt_free((*chain)->probability);
    takt_free(*chain);
    *chain = NULL;
}

int32_t takt_chain_size(const takt_chain *chain)
{
    return chain->n;
}

double takt_chain_mean(const takt_chain *chain, takt_chain_value value, int32_t which)
{
    double mean = 0;
    for (int32_t i = 0; i < chain->n; ++i)
        mean += chain->probability[i] * value(chain->model.parameters, state_of(chain, i), which);
    return mean;
}
