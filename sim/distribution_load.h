/// The files behind distributions: read once when a study is completed, before anything is checked
/// or drawn.
#ifndef TAKT_SIM_DISTRIBUTION_LOAD_H
#define TAKT_SIM_DISTRIBUTION_LOAD_H

#include "sim/study.h"

TAKT_EXTERN_C_BEGIN

/// The largest file of times, and the most values of a column.
enum { TAKT_SAMPLE_BYTES_MAX = 64 << 20, TAKT_SAMPLE_VALUES_MAX = 1000000 };

/// Called with a distribution and its path in the study.
typedef takt_status (*takt_distribution_visitor)(void *context, takt_distribution *distribution,
                                                 takt_path path);

/// Visits all distributions of the factory in the order of its schema, whatever they belong to.
/// Ends at the first that does not return TAKT_OK. Local.
TAKT_API takt_status takt_distributions_visit(takt_factory *factory,
                                              takt_distribution_visitor visitor, void *context);

/// Reads the columns of all empirical and fitted distributions into the study's arena, and fits
/// the latter. TAKT_ERR_INPUT fills the problem, which names the line of the file. Local.
TAKT_API takt_status takt_distributions_load(takt_study *study, takt_problem *problem);

/// Reads a column of times from the study's file `file`, from 0 on, in units of `unit_s` seconds;
/// `column` NULL where the file has only one. TAKT_ERR_INPUT "path:line:column: ...". The values
/// lie in the study's arena, ascending. Local.
TAKT_API takt_status takt_sample_read(takt_study *study, const char *file, const char *column,
                                      double unit_s, takt_sample *sample);

TAKT_EXTERN_C_END

#endif
