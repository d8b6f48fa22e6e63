/// The file of prices behind a tariff: read once when a study is completed.
#ifndef TAKT_SIM_TARIFF_FILE_H
#define TAKT_SIM_TARIFF_FILE_H

#include "sim/study.h"

TAKT_EXTERN_C_BEGIN

/// Reads the file of the study's tariff, if it has one, into the study's arena. TAKT_ERR_INPUT
/// fills the problem, which names the line of the file. Local.
TAKT_API takt_status takt_tariff_load(takt_study *study, takt_problem *problem);

/// Reads prices into tariff->from_file; they lie in `arena`. TAKT_ERR_INPUT "path:line:column:
/// ...". Local.
TAKT_API takt_status takt_tariff_read(const char *path, const char *bytes, size_t n_bytes,
                                      takt_arena *arena, takt_tariff *tariff);

TAKT_EXTERN_C_END

#endif
