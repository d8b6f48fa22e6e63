/// Envelopes: what is shown of a channel that is too long to be sent whole.
#ifndef TAKT_VIZ_REPLAY_INTERNAL_H
#define TAKT_VIZ_REPLAY_INTERNAL_H

#include "viz/board_internal.h"

/// An envelope while it is made, row by row. NaN are passed over: a pair is NaN where all are.
typedef struct envelope {
    takt_frame_head head;
    shared_piece *frame;
    size_t n_columns; // values of a row
    size_t n_taken;   // rows so far
} envelope;

/// For a channel of numbers with these sizes (sizes[0]: rows, at least 1). TAKT_ERR_LIMIT: a single
/// pair of rows does not fit into a frame.
takt_status envelope_begin(takt_channel channel, const size_t *sizes, envelope *made);

/// The next `n` rows: doubles or int64_t by the table.
void envelope_add(envelope *made, const void *values, size_t n);

void envelope_release(envelope *made);

#endif
