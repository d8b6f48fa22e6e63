/// What a surrogate of the drying PDE is worth in a plant: its certificate holds for the pure
/// problem, but a scenario asks for whole dryers with their zones. Random designs of a study are
/// solved by the tier `surrogate` and by PETSc.
#ifndef TAKT_JOBS_DRYER_CHECK_H
#define TAKT_JOBS_DRYER_CHECK_H

#include "jobs/tables.h"
#include "sim/dryer_surrogate.h"
#include "sim/study.h"
#include "sim/study_box.h"

enum { TAKT_DRYER_CHECK_DESIGNS = 200, TAKT_DRYER_CHECK_CASES = 2 * TAKT_DRYER_CHECK_DESIGNS };

/// Over all cases that PETSc could solve.
typedef struct takt_dryer_errors {
    double mean, quantile_95, max;
} takt_dryer_errors;

typedef struct takt_dryer_checked {
    int32_t n_cases;               // solved; of TAKT_DRYER_CHECK_CASES
    takt_dryer_errors bottom, top; // binder at the foil and at the surface, relative
    takt_dryer_errors adhesion;    // of the electrode, as a difference
    takt_dryer_counts counts;
    takt_study_needs needs;                  // projected onto the box of the weights
    double petsc_us, batch_us, surrogate_us; // seconds per dryer x 1e6: for the log alone
} takt_dryer_checked;

/// Can these weights be checked on this study? For those who have long work to do before: creates
/// what takt_dryer_check does and solves no more than the baseline, without PETSc. `path` is what
/// messages call the weights. TAKT_ERR_INPUT: a study without a plant that has dryers, a surrogate
/// of another PDE. Local.
takt_status takt_dryer_check_accepts(takt_study *study, takt_surrogate *surrogate,
                                     const char *path);

/// Draws TAKT_DRYER_CHECK_DESIGNS designs of the study's set-points and as many fouling states from
/// the hash of the weights, and solves both coats of each. The study keeps its values. Needs
/// takt_petsc_init; some seconds. TAKT_ERR_INPUT as above. Local.
takt_status takt_dryer_check(takt_study *study, takt_surrogate *surrogate,
                             takt_dryer_checked *checked);

/// Adds the tables `dryers` (errors, shares of cases that fell back) and `needed_box` (what the
/// study needs beside what the weights cover), and a sentence to each.
void takt_dryer_check_add(takt_sheet *sheet, const takt_study *study,
                          const takt_surrogate *surrogate, const takt_dryer_checked *checked);

#endif
