/// The tables of `takt optimize`: before and after, set-points, limits, bottleneck.
#ifndef TAKT_JOBS_ANSWER_ROWS_H
#define TAKT_JOBS_ANSWER_ROWS_H

#include "jobs/kpi_rows.h"
#include "mpi/search.h"

/// "interior", "bound", "held by adhesion_anode", "dead", "open". Returns `out`.
const char *takt_verdict_describe(const takt_answer_row *row, char *out, size_t n_bytes);

/// Adds everything that a finished search has to say. Rank 0.
takt_status takt_sheet_add_answer(takt_sheet *sheet, const takt_setup *setup,
                                  const takt_answer *answer);

/// The gain as a sentence: "cost_per_good_kWh 79.5 -> 75.1 EUR/kWh, -5.5 %". Returns `out`.
const char *takt_answer_headline(const takt_setup *setup, const takt_answer *answer, char *out,
                                 size_t n_bytes);

#endif
