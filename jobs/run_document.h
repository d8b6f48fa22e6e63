/// What viewers are told about a run: the document "run" and the log lines of docs/protocol.md.
#ifndef TAKT_JOBS_RUN_DOCUMENT_H
#define TAKT_JOBS_RUN_DOCUMENT_H

#include "jobs/run_folder.h"
#include "viz/board.h"

/// The document; texts are borrowed, NULL: left out.
typedef struct takt_run_document {
    const char *kind;  // live, replay, idle
    const char *state; // waiting, running, finished, stopped, failed, damaged
    const char *name, *folder, *verb, *study, *version, *started, *text;
    int64_t seed;
    int32_t ranks;
    double seconds; // 0: unknown
} takt_run_document;

/// Puts it onto the board; only memory can fail.
takt_status takt_run_document_put(takt_board *board, const takt_run_document *document);

/// The one on the board; texts lie in `arena`. False when there is none that can be read.
bool takt_run_document_get(takt_board *board, takt_arena *arena, takt_run_document *document);

/// Puts a log line: `level` is info, warning or error; `time` NULL is now.
takt_status takt_run_document_line(takt_board *board, const char *level, const char *time,
                                   const char *topic, const char *text);

/// How a stopped run goes on, into `text`.
const char *takt_run_document_stopped(const char *verb, const char *folder, char *text,
                                      size_t n_bytes);

/// The last part of a path: what a run is called.
const char *takt_run_name_of(const char *folder);

/// "2026-03-01T12:00:00Z", now.
enum { TAKT_STAMP_BYTES = 32 };
const char *takt_stamp_now(char stamp[TAKT_STAMP_BYTES]);

#endif
