/// Lists of arrivals in files: read once when a study is completed, as those behind distributions.
///
///     time_h,quantity,value
///     0.5,1,120
///     0.75,3,80
#ifndef TAKT_SIM_ARRIVAL_FILE_H
#define TAKT_SIM_ARRIVAL_FILE_H

#include "sim/study.h"

TAKT_EXTERN_C_BEGIN

/// Reads the files of all sources into the study's arena. TAKT_ERR_INPUT fills the problem, which
/// names the line of the file. Local.
TAKT_API takt_status takt_arrivals_load(takt_study *study, takt_problem *problem);

/// Reads a list of arrivals: a column time_h or time_s in ascending order, and perhaps `quantity`
/// and `value` (else those of `source`), `product` (one of `products`, takt_product; empty: that of
/// the source), `priority`, and due_h or due_s, the due date. TAKT_ERR_INPUT
/// "path:line:column: ...". The rows lie in `arena`. Local.
TAKT_API takt_status takt_arrival_list_read(const char *path, const takt_text *text,
                                            const takt_source *source, const takt_list *products,
                                            takt_arena *arena, takt_arrival_list *list);

TAKT_EXTERN_C_END

#endif
