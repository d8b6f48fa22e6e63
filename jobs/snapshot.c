#include "jobs/snapshot.h"

#include "core/files.h"
#include "core/memory.h"
#include "core/version.h"
#include "core/words.h"

#include <string.h>

enum { FORMAT = 1, LIMIT_BYTES_LOG2 = 36 };
static const char magic[8] = "taktsnap";

typedef struct snapshot_head {
    char magic[8];
    uint32_t format, n_head;
    char version[16]; // of the program
    uint64_t structure, values;
    int64_t seed, now;
    uint64_t n_bytes;
    uint64_t unused[2];
    uint64_t checksum; // of all bytes before it, and of the block
} snapshot_head;
_Static_assert(sizeof(snapshot_head) == 96, "the head of a snapshot has 96 bytes");

/// A hash of what a study says of factory and process: not how often it is run, and how long.
static uint64_t values_of(const takt_setup *setup)
{
    const char *line = takt_text_get(&setup->effective);
    uint64_t hash = 0;
    for (bool counts = false; *line;) {
        const size_t n = strcspn(line, "\n") + (strchr(line, '\n') ? 1 : 0);
        if (*line != ' ' && *line != '-')
            counts = strncmp(line, "factory:", 8) == 0 || strncmp(line, "process:", 8) == 0;
        if (counts)
            hash = takt_crc64(hash, line, n);
        line += n;
    }
    return hash;
}

static uint64_t checksum_of(const snapshot_head *head, const void *block)
{
    const uint64_t of_head = takt_crc64(0, head, offsetof(snapshot_head, checksum));
    return takt_crc64(of_head, block, (size_t)head->n_bytes);
}

takt_status takt_snapshot_write(const takt_setup *setup, const takt_replication *r,
                                const char *path)
{
    snapshot_head head = {.format = FORMAT,
                          .n_head = sizeof head,
                          .version = TAKT_VERSION,
                          .structure = takt_replication_structure(r),
                          .values = values_of(setup),
                          .seed = setup->study->seed,
                          .now = takt_replication_now(r),
                          .n_bytes = takt_replication_state_bytes(r)};
    const size_t n = sizeof head + (size_t)head.n_bytes;
    char *bytes = takt_alloc(n);
    if (!bytes)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a snapshot");
    memcpy(head.magic, magic, sizeof magic);
    takt_replication_save(r, bytes + sizeof head);
    head.checksum = checksum_of(&head, bytes + sizeof head);
    memcpy(bytes, &head, sizeof head);
    const takt_status status = takt_file_write_atomic(path, bytes, n);
    takt_free(bytes);
    return status;
}

// --- Reading -------------------------------------------------------------------------------------

/// Is the file whole, and a snapshot that this program understands?
static takt_status check_file(const takt_snapshot *snapshot, snapshot_head *head)
{
    const takt_text *file = &snapshot->file;
    char version[sizeof head->version + 1] = "", shown[TAKT_SHOWN_BYTES];
    memset(head, 0, sizeof *head);
    memcpy(head, file->bytes, file->length < sizeof *head ? file->length : sizeof *head);
    if (file->length < sizeof magic || memcmp(head->magic, magic, sizeof magic) != 0)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "--from-snapshot: found a file that is no snapshot, '%s', allowed: one "
                         "that takt simulate STUDY --until TIME --snapshot FILE has written",
                         snapshot->path);
    if (file->length < sizeof *head || file->length != sizeof *head + head->n_bytes ||
        checksum_of(head, file->bytes + sizeof *head) != head->checksum)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "--from-snapshot: found a snapshot that is cut off or damaged, '%s', "
                         "allowed: a whole one",
                         snapshot->path);
    memcpy(version, head->version, sizeof head->version);
    if (head->format != FORMAT || strcmp(version, TAKT_VERSION) != 0)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "--from-snapshot: found a snapshot of takt %s (format %u) in '%s', "
                         "allowed: takt " TAKT_VERSION " (format %d)",
                         takt_shown(version, strlen(version), shown), head->format, snapshot->path,
                         FORMAT);
    return TAKT_OK;
}

static takt_status read_file(const takt_setup *setup, takt_snapshot *snapshot)
{
    snapshot_head head;
    if (takt_file_read(snapshot->path, INT64_C(1) << LIMIT_BYTES_LOG2, &snapshot->file) != TAKT_OK)
        return TAKT_FAIL(TAKT_ERR_INPUT, "--from-snapshot: %s", takt_error_text());
    TAKT_TRY(check_file(snapshot, &head));
    if (snapshot->start.mode == TAKT_BRANCH_COMMON && head.seed != setup->study->seed)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "--future: found 'common' with seed %lld, allowed: seed %lld, whose "
                         "future the snapshot '%s' began",
                         (long long)setup->study->seed, (long long)head.seed, snapshot->path);
    if (snapshot->start.mode == TAKT_BRANCH_COMMON && setup->study->replications > 1 &&
        setup->study->horizon.batches == 0)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "--future: found 'common' with %d replications, which would all be the "
                         "same, allowed: --set replications=1",
                         setup->study->replications);
    return TAKT_OK;
}

static takt_status read_future(const takt_call *call, takt_snapshot *snapshot)
{
    const char *future = call->arguments.values[TAKT_FLAG_FUTURE];
    char shown[TAKT_SHOWN_BYTES];
    if (future && !snapshot->path)
        return TAKT_FAIL(TAKT_ERR_INPUT, "--future: found without --from-snapshot, allowed: "
                                         "together with it");
    const bool is_common = future && strcmp(future, "common") == 0;
    if (future && !is_common && strcmp(future, "fresh") != 0)
        return TAKT_FAIL(TAKT_ERR_INPUT, "--future: found '%s', allowed: fresh, common",
                         takt_shown(future, strlen(future), shown));
    snapshot->start.mode = is_common ? TAKT_BRANCH_COMMON : TAKT_BRANCH_FRESH;
    return TAKT_OK;
}

/// The bytes of rank 0 to all.
static takt_status share(const takt_call *call, takt_snapshot *snapshot)
{
    uint64_t n = snapshot->file.length;
    TAKT_TRY(takt_comm_broadcast(call->comm, 0, &n, sizeof n));
    if (!takt_call_leads(call)) {
        snapshot->file.bytes = takt_alloc((size_t)n + 1);
        snapshot->file.length = snapshot->file.bytes ? (size_t)n : 0;
        snapshot->file.capacity = (size_t)n + 1;
    }
    TAKT_TRY(takt_comm_agree(call->comm,
                             snapshot->file.bytes
                                 ? TAKT_OK
                                 : TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a snapshot")));
    TAKT_TRY(takt_comm_broadcast(call->comm, 0, snapshot->file.bytes, (size_t)n));
    return TAKT_OK;
}

takt_status takt_snapshot_open(const takt_call *call, const takt_setup *setup,
                               takt_snapshot *snapshot)
{
    snapshot_head head;
    *snapshot = (takt_snapshot){.path = call->arguments.values[TAKT_FLAG_FROM_SNAPSHOT]};
    TAKT_TRY(takt_comm_agree(call->comm, read_future(call, snapshot)));
    if (!snapshot->path)
        return TAKT_OK;
    TAKT_TRY(
        takt_comm_agree(call->comm, takt_call_leads(call) ? read_file(setup, snapshot) : TAKT_OK));
    TAKT_TRY(share(call, snapshot));
    memcpy(&head, snapshot->file.bytes, sizeof head);
    snapshot->start.block = snapshot->file.bytes + sizeof head;
    snapshot->start.is_same_plan = head.values == values_of(setup);
    snapshot->now = head.now;
    TAKT_TRY(takt_comm_agree(call->comm, takt_snapshot_fits(snapshot, setup, "the study")));
    return TAKT_OK;
}

takt_status takt_snapshot_fits(const takt_snapshot *snapshot, const takt_setup *setup,
                               const char *name)
{
    takt_replication *r = takt_scenario_replication(setup->scenario);
    takt_start start = snapshot->start;
    snapshot_head head;
    if (!start.block)
        return TAKT_OK;
    memcpy(&head, snapshot->file.bytes, sizeof head);
    TAKT_TRY(takt_replication_reset(r, 0)); // the room for the plan as it is filled now
    if (head.structure != takt_replication_structure(r))
        return TAKT_FAIL(
            TAKT_ERR_INPUT,
            "--from-snapshot: found a snapshot of another factory than %s's, '%s', "
            "allowed: the same stations, machines, buffers, routes, vehicles, stops, people and "
            "calendars (times, shares, capacities and prices may differ)",
            name, snapshot->path);
    start.is_same_plan = start.is_same_plan && head.values == values_of(setup);
    TAKT_TRY(takt_replication_start(r, 0, &start));
    const char *breach = takt_replication_inconsistency(r);
    if (breach)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "--from-snapshot: found a state that %s cannot go on from (%s), allowed: "
                         "values under which it could have come about",
                         name, breach);
    return TAKT_OK;
}

void takt_snapshot_close(takt_snapshot *snapshot)
{
    takt_text_destroy(&snapshot->file);
    *snapshot = (takt_snapshot){0};
}

const takt_start *takt_snapshot_start(const takt_snapshot *snapshot)
{
    return snapshot->start.block ? &snapshot->start : NULL;
}

uint64_t takt_snapshot_hash(const takt_snapshot *snapshot)
{
    return snapshot->start.block ? takt_crc64((uint64_t)snapshot->start.mode, snapshot->file.bytes,
                                              snapshot->file.length)
                                 : 0;
}
