// Checkpoint files: head, payload, two checksums; write beside, rotate, move into place.
#include "mpi/checkpoint.h"

#include "core/files.h"
#include "core/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { HEAD_BYTES = 64, MAX_PATH = 4000, FORMAT_VERSION = 1, BYTE_ORDER_MARK = 0x01020304 };

static const char magic[8] = {'t', 'a', 'k', 't', 'c', 'k', 'p', 't'};
static const int64_t max_file_bytes = (int64_t)1 << 40;

/// 64 bytes, every field of its natural alignment, checksummed by the last one.
typedef struct checkpoint_head {
    char magic[8];
    uint32_t byte_order; ///< a file from a machine of the other byte order is not mistaken
    uint32_t version;
    uint32_t kind;
    uint32_t layout;
    uint64_t study_hash;
    uint64_t seed;
    uint64_t n_bytes;
    uint64_t payload_crc;
    uint64_t head_crc;
} checkpoint_head;
TAKT_STATIC_ASSERT(sizeof(checkpoint_head) == HEAD_BYTES, "the head is part of the file format");

static uint64_t head_checksum(const checkpoint_head *head)
{
    return takt_crc64(0, head, offsetof(checkpoint_head, head_crc));
}

/// A file as it was found on the disk.
typedef struct found_file {
    bool exists;
    bool intact;
    checkpoint_head head;
    takt_text text;
} found_file;

/// Reads and checks one file. A file that is there and cannot be read counts as damaged.
static void find_file(const char *path, found_file *found)
{
    memset(found, 0, sizeof *found);
    found->exists = takt_file_exists(path);
    if (!found->exists || takt_file_read(path, max_file_bytes, &found->text) != TAKT_OK)
        return;
    const checkpoint_head *head = &found->head;
    if (found->text.length < HEAD_BYTES)
        return;
    memcpy(&found->head, found->text.bytes, HEAD_BYTES);
    found->intact =
        memcmp(head->magic, magic, sizeof magic) == 0 && head->byte_order == BYTE_ORDER_MARK &&
        head->head_crc == head_checksum(head) && head->n_bytes == found->text.length - HEAD_BYTES &&
        head->payload_crc == takt_crc64(0, found->text.bytes + HEAD_BYTES, (size_t)head->n_bytes);
}

static takt_status path_with(const char *path, const char *suffix, char *out)
{
    if (strlen(path) > MAX_PATH)
        return TAKT_FAIL(TAKT_ERR_INPUT, "checkpoint: path: found %zu characters, allowed: %d",
                         strlen(path), MAX_PATH);
    snprintf(out, MAX_PATH + 8, "%s%s", path, suffix);
    return TAKT_OK;
}

/// Keeps the file at `path` as `previous`, unless it is damaged: then the older one is worth more.
static takt_status rotate(const char *path, const char *previous)
{
    found_file current;
    find_file(path, &current);
    takt_text_destroy(&current.text);
    if (current.intact && rename(path, previous) != 0)
        return TAKT_FAIL(TAKT_ERR_FILE, "%s: cannot be renamed to %s: %s", path, previous,
                         strerror(errno));
    return TAKT_OK;
}

takt_status takt_checkpoint_save(const char *path, const takt_checkpoint_identity *identity,
                                 const void *payload, size_t n_bytes)
{
    char previous[MAX_PATH + 8], fresh[MAX_PATH + 8];
    checkpoint_head head = {.byte_order = BYTE_ORDER_MARK,
                            .version = FORMAT_VERSION,
                            .kind = identity->kind,
                            .layout = identity->layout,
                            .study_hash = identity->study_hash,
                            .seed = identity->seed,
                            .n_bytes = n_bytes,
                            .payload_crc = takt_crc64(0, payload, n_bytes)};
    TAKT_TRY(path_with(path, ".1", previous));
    TAKT_TRY(path_with(path, ".new", fresh));
    memcpy(head.magic, magic, sizeof magic);
    head.head_crc = head_checksum(&head);
    unsigned char *bytes = takt_alloc(HEAD_BYTES + n_bytes);
    if (!bytes)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: no memory for %zu bytes", path, n_bytes);
    memcpy(bytes, &head, HEAD_BYTES);
    if (n_bytes > 0)
        memcpy(bytes + HEAD_BYTES, payload, n_bytes);
    takt_status status = TAKT_OK;
    // The new state is safe on the disk before anything happens to the older two.
    TAKT_TRY_GOTO(takt_file_write_atomic(fresh, bytes, HEAD_BYTES + n_bytes), done);
    TAKT_TRY_GOTO(rotate(path, previous), done);
    TAKT_TRY_GOTO(takt_file_commit(fresh, path), done);
done:
    takt_free(bytes);
    return status;
}

static takt_status check_identity(const char *path, const checkpoint_head *head,
                                  const takt_checkpoint_identity *wanted)
{
    const struct {
        const char *name;
        uint64_t found, allowed;
        bool hexadecimal;
    } fields[] = {{"format version", head->version, FORMAT_VERSION, false},
                  {"kind", head->kind, wanted->kind, false},
                  {"layout version", head->layout, wanted->layout, false},
                  {"study hash", head->study_hash, wanted->study_hash, true},
                  {"seed", head->seed, wanted->seed, false}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; ++i) {
        if (fields[i].found == fields[i].allowed)
            continue;
        if (fields[i].hexadecimal)
            return TAKT_FAIL(TAKT_ERR_INPUT,
                             "%s: %s: found %016" PRIx64 ", allowed: %016" PRIx64
                             " (the checkpoint of another run)",
                             path, fields[i].name, fields[i].found, fields[i].allowed);
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "%s: %s: found %" PRIu64 ", allowed: %" PRIu64
                         " (the checkpoint of another run)",
                         path, fields[i].name, fields[i].found, fields[i].allowed);
    }
    return TAKT_OK;
}

/// Copies the payload out of an intact file of the right identity.
static takt_status accept_file(const char *path, const found_file *found,
                               const takt_checkpoint_identity *identity,
                               takt_checkpoint_source source, takt_checkpoint *checkpoint)
{
    TAKT_TRY(check_identity(path, &found->head, identity));
    const size_t n_bytes = (size_t)found->head.n_bytes;
    checkpoint->payload = takt_alloc(n_bytes > 0 ? n_bytes : 1);
    if (!checkpoint->payload)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "%s: no memory for %zu bytes", path, n_bytes);
    memcpy(checkpoint->payload, found->text.bytes + HEAD_BYTES, n_bytes);
    checkpoint->n_bytes = n_bytes;
    checkpoint->source = source;
    return TAKT_OK;
}

takt_status takt_checkpoint_load(const char *path, const takt_checkpoint_identity *identity,
                                 takt_checkpoint *checkpoint)
{
    char previous_name[MAX_PATH + 8];
    found_file current = {0}, previous = {0};
    takt_status status = TAKT_OK;
    *checkpoint = (takt_checkpoint){0};
    TAKT_TRY(path_with(path, ".1", previous_name));
    find_file(path, &current);
    if (current.intact) {
        TAKT_TRY_GOTO(accept_file(path, &current, identity, TAKT_CHECKPOINT_CURRENT, checkpoint),
                      done);
        goto done;
    }
    find_file(previous_name, &previous);
    if (previous.intact)
        TAKT_TRY_GOTO(
            accept_file(previous_name, &previous, identity, TAKT_CHECKPOINT_PREVIOUS, checkpoint),
            done);
    else if (current.exists || previous.exists)
        status = TAKT_FAIL(TAKT_ERR_FILE,
                           "%s: found a damaged checkpoint, and no intact one before it (%s)", path,
                           previous_name);
done:
    takt_text_destroy(&current.text);
    takt_text_destroy(&previous.text);
    return status;
}

void takt_checkpoint_release(takt_checkpoint *checkpoint)
{
    takt_free(checkpoint->payload);
    *checkpoint = (takt_checkpoint){0};
}
