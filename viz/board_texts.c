// Documents and log lines of a board, kept as the text messages that viewers get.
#include "viz/board_internal.h"

#include "core/memory.h"

#include <stdio.h>
#include <string.h>

enum { MAX_LINES_AT_ONCE = 200 };

void board_clear_texts(takt_board *board)
{
    for (int i = 0; i < TAKT_BOARD_MAX_DOCUMENTS; ++i) {
        board_piece_release(board->documents[i].message);
        board->documents[i] = (board_document){0};
    }
    for (int i = 0; i < TAKT_BOARD_MAX_LINES; ++i) {
        takt_free(board->lines[i].json);
        board->lines[i] = (board_line){0};
    }
    board_piece_release(board->log);
    board->log = NULL;
    board->first_line = board->n_lines; // numbers go on, so that no reader waits for old ones
}

/// Names stand in messages and addresses as they are.
static bool is_name(const char *name)
{
    const size_t n = strlen(name);
    return n > 0 && n < BOARD_NAME_BYTES &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == n;
}

/// The place of the document, or a free one; NULL when all are taken.
static board_document *find_document(takt_board *board, const char *name)
{
    board_document *place = NULL;
    for (int i = TAKT_BOARD_MAX_DOCUMENTS; i-- > 0;) {
        board_document *it = &board->documents[i];
        if (strcmp(it->name, name) == 0)
            return it;
        if (!it->name[0])
            place = it;
    }
    return place;
}

/// Under the lock: takes the message unless it says what is there; returns what to release.
static shared_piece *put_message(takt_board *board, board_document *place, const char *name,
                                 shared_piece *message, size_t value_at, size_t n_value)
{
    shared_piece *old = place->message;
    if (old && old->piece.n_bytes == message->piece.n_bytes &&
        memcmp(old->piece.bytes, message->piece.bytes, old->piece.n_bytes) == 0)
        return message;
    message->piece.sequence = board_advance(board);
    *place = (board_document){.message = message, .value_at = value_at, .n_value = n_value};
    memcpy(place->name, name, strlen(name) + 1);
    return old;
}

takt_status takt_board_put_document(takt_board *board, const char *name, const char *json, size_t n)
{
    char head[128];
    if (!is_name(name))
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "board: found a document '%.40s', allowed: names of a-z 0-9 _ - of at "
                         "most %d characters",
                         name, BOARD_NAME_BYTES - 1);
    const int n_head =
        snprintf(head, sizeof head, "{\"type\":\"document\",\"name\":\"%s\",\"value\":", name);
    shared_piece *message = board_piece_create((size_t)n_head + n + 1);
    if (!message)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "board: %s: out of memory", name);
    memcpy(message->piece.bytes, head, (size_t)n_head);
    memcpy(message->piece.bytes + n_head, json, n);
    message->piece.bytes[(size_t)n_head + n] = '}';
    pthread_mutex_lock(&board->lock);
    board_document *place = find_document(board, name);
    shared_piece *old =
        place ? put_message(board, place, name, message, (size_t)n_head, n) : message;
    pthread_mutex_unlock(&board->lock);
    board_piece_release(old);
    if (!place)
        return TAKT_FAIL(TAKT_ERR_LIMIT, "board: %s: found one document more than %d", name,
                         TAKT_BOARD_MAX_DOCUMENTS);
    if (old != message)
        board_notify(board);
    return TAKT_OK;
}

const takt_piece *takt_board_document(takt_board *board, int index, uint64_t sequence)
{
    const takt_piece *found = NULL;
    TAKT_ASSERT(index >= 0 && index < TAKT_BOARD_MAX_DOCUMENTS);
    pthread_mutex_lock(&board->lock);
    shared_piece *message = board->documents[index].message;
    if (message && message->piece.sequence > sequence)
        found = board_piece_retain(message);
    pthread_mutex_unlock(&board->lock);
    return found;
}

bool takt_board_get_document(takt_board *board, const char *name, takt_text *out)
{
    pthread_mutex_lock(&board->lock);
    const board_document *it = is_name(name) ? find_document(board, name) : NULL;
    const bool found = it && it->message;
    if (found)
        takt_text_append_bytes(out, (const char *)it->message->piece.bytes + it->value_at,
                               it->n_value);
    pthread_mutex_unlock(&board->lock);
    return found;
}

takt_status takt_board_put_line(takt_board *board, const char *json, size_t n)
{
    char *copy = takt_alloc(n + 1);
    if (!copy)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "board: log: out of memory");
    memcpy(copy, json, n);
    pthread_mutex_lock(&board->lock);
    board_line *line = &board->lines[board->n_lines % TAKT_BOARD_MAX_LINES];
    char *old = line->json;
    *line = (board_line){.json = copy, .n = n};
    ++board->n_lines;
    if (board->n_lines - board->first_line > TAKT_BOARD_MAX_LINES)
        ++board->first_line;
    board_advance(board);
    pthread_mutex_unlock(&board->lock);
    takt_free(old);
    board_notify(board);
    return TAKT_OK;
}

bool board_get_line(takt_board *board, uint64_t *number, takt_text *out)
{
    pthread_mutex_lock(&board->lock);
    if (*number < board->first_line)
        *number = board->first_line;
    const bool found = *number < board->n_lines;
    if (found) {
        const board_line *line = &board->lines[(*number)++ % TAKT_BOARD_MAX_LINES];
        takt_text_append_bytes(out, line->json, line->n);
    }
    pthread_mutex_unlock(&board->lock);
    return found;
}

/// The message with lines first .. next - 1; NULL when there is no memory. Under the lock.
static shared_piece *write_log(const takt_board *board, uint64_t first, uint64_t next)
{
    char head[64];
    const int n_head = snprintf(head, sizeof head, "{\"type\":\"log\",\"first\":%llu,\"lines\":[",
                                (unsigned long long)first);
    size_t n = (size_t)n_head + 1; // commas between the lines, "]}" behind them
    for (uint64_t i = first; i < next; ++i)
        n += board->lines[i % TAKT_BOARD_MAX_LINES].n + 1;
    shared_piece *made = board_piece_create(n);
    if (!made)
        return NULL;
    unsigned char *out = made->piece.bytes;
    memcpy(out, head, (size_t)n_head);
    out += n_head;
    for (uint64_t i = first; i < next; ++i) {
        const board_line *line = &board->lines[i % TAKT_BOARD_MAX_LINES];
        if (i > first)
            *out++ = ',';
        memcpy(out, line->json, line->n);
        out += line->n;
    }
    memcpy(out, "]}", 2);
    made->piece.sequence = takt_board_sequence(board);
    made->piece.first_row = (uint32_t)first;
    made->piece.n_rows = (uint32_t)next;
    return made;
}

const takt_piece *takt_board_lines(takt_board *board, uint64_t from, uint64_t *next)
{
    const takt_piece *found = NULL;
    pthread_mutex_lock(&board->lock);
    const uint64_t n_lines = board->n_lines;
    const uint64_t first = from > board->first_line ? from : board->first_line;
    uint64_t end = n_lines;
    if (first < n_lines && n_lines - first > MAX_LINES_AT_ONCE)
        end = first + MAX_LINES_AT_ONCE;
    *next = from < n_lines ? from : n_lines; // also for who asks for lines that do not exist yet
    if (first < n_lines) {
        if (!board->log || board->log_from != first || board->log_next != end) {
            board_piece_release(board->log);
            board->log = write_log(board, first, end);
            board->log_from = first;
            board->log_next = end;
        }
        if (board->log) {
            found = board_piece_retain(board->log);
            *next = end;
        }
    }
    pthread_mutex_unlock(&board->lock);
    return found;
}
