/// The board: the newest value of everything that a viewer can see of one run. Producers put, the
/// server reads; neither waits for the other longer than a copy takes. Nothing is queued: a reader
/// that was away gets the newest value (or, of a LOG channel, the rows it has not seen).
///
/// Three sorts of things lie on it: channels (core/channels.h) as encoded frames that all viewers
/// share; documents, which are small named JSON texts ("run", "progress", "study", ...: see
/// docs/protocol.md); and log lines, of which the newest TAKT_BOARD_MAX_LINES are kept.
/// All functions may be called from any thread.
#ifndef TAKT_VIZ_BOARD_H
#define TAKT_VIZ_BOARD_H

#include "core/observe.h"
#include "core/sink.h"
#include "core/text.h"
#include "viz/frame.h"

TAKT_EXTERN_C_BEGIN

enum {
    TAKT_BOARD_MAX_LINES = 4096,
    TAKT_BOARD_MAX_DOCUMENTS = 16,
    TAKT_BOARD_HEADROOM = 16 // writable bytes in front of a frame: LWS_PRE
};

typedef struct takt_board takt_board;

/// Creates an empty board; the caller owns it. Destroy when no thread uses it.
TAKT_API takt_status takt_board_create(takt_board **board);
TAKT_API void takt_board_destroy(takt_board **board);

/// Called after each change, on the thread that made it: how a server is woken. One per board; it
/// changes nothing on the board. When this returns, the listener before (NULL: none) has had its
/// last call.
TAKT_API void takt_board_listen(takt_board *board, void (*changed)(void *context), void *context);

// --- Producers -----------------------------------------------------------------------------------

/// A sink that puts channels onto the board.
TAKT_API takt_sink takt_board_sink(takt_board *board);

/// Puts a whole channel: `sizes` has as many entries as the channel has dimensions. Where a LOG
/// channel begins with the rows that are there already, only the new rows travel. An equal value
/// changes nothing. `time_s`: simulated time, NaN: none.
TAKT_API takt_status takt_board_put(takt_board *board, takt_channel channel, const size_t *sizes,
                                    const void *values, double time_s);

/// Puts an encoded frame that came from a feed. TAKT_ERR_INPUT: takt_frame_read refuses it. Rows
/// that do not follow what is there are dropped. The board gives it a sequence of its own.
TAKT_API takt_status takt_board_put_frame(takt_board *board, const unsigned char *bytes, size_t n);

/// Replaces a document; `json` is one value, valid by construction.
TAKT_API takt_status takt_board_put_document(takt_board *board, const char *name, const char *json,
                                             size_t n);

/// Appends a log line: {"time", "level", "topic", "text"} as JSON.
TAKT_API takt_status takt_board_put_line(takt_board *board, const char *json, size_t n);

/// Takes everything away (another run follows); the sequence and the numbers of the lines go on.
TAKT_API void takt_board_clear(takt_board *board);

/// Is anybody reading? Costly values are not computed for nobody.
TAKT_API bool takt_board_is_watched(const takt_board *board);

/// Readers come and go: +1, -1.
TAKT_API void takt_board_watch(takt_board *board, int change);

// --- Readers -------------------------------------------------------------------------------------

/// A shared, immutable piece of the board: a frame, a document or lines. Retained by whoever gets
/// it. `bytes` has TAKT_BOARD_HEADROOM writable bytes in front, for the thread of the server alone.
typedef struct takt_piece {
    unsigned char *bytes;
    size_t n_bytes;
    uint64_t sequence;  // of this value
    uint32_t first_row; // of a LOG channel's rows, else 0
    uint32_t n_rows;    // rows of the channel after this piece
} takt_piece;

TAKT_API void takt_piece_release(const takt_piece *piece);

/// Sequence of the last change of anything; 0: nothing yet.
TAKT_API uint64_t takt_board_sequence(const takt_board *board);

/// The frame that brings a reader who has seen `sequence` (0: nothing) up to date: NULL when there
/// is nothing newer, rows alone where they continue what he has, else the whole channel.
TAKT_API const takt_piece *takt_board_frame(takt_board *board, takt_channel channel,
                                            uint64_t sequence);

/// The document at `index` (0 .. TAKT_BOARD_MAX_DOCUMENTS - 1) as the text message
/// {"type":"document","name":...,"value":...}; NULL when it is not newer than `sequence`.
TAKT_API const takt_piece *takt_board_document(takt_board *board, int index, uint64_t sequence);

/// The value alone of the document of that name appended to `out`; false when there is none.
TAKT_API bool takt_board_get_document(takt_board *board, const char *name, takt_text *out);

/// Lines from number `from` on (0 is the first of the run) as the text message
/// {"type":"log","first":n,"lines":[...]}, at most 200 of them; `first` > from says that the lines
/// between are gone. *next is what to ask for then; NULL when there are none.
TAKT_API const takt_piece *takt_board_lines(takt_board *board, uint64_t from, uint64_t *next);

/// Copies the newest whole value of a numeric channel: up to `n` values (doubles or int64_t by the
/// table) into `values`, sizes of its dimensions into `sizes` [TAKT_CHANNEL_MAX_DIMENSIONS].
/// Returns how many values there are, 0 when the channel is not there.
TAKT_API size_t takt_board_copy(takt_board *board, takt_channel channel, void *values, size_t n,
                                size_t *sizes);

TAKT_EXTERN_C_END

#endif
