/// The migration of binder in a drying coat against its table of reference values.
#ifndef TAKT_JOBS_VALIDATE_DRYING_H
#define TAKT_JOBS_VALIDATE_DRYING_H

#include "core/status.h"

/// Five Peclet numbers, foil and surface, batched kernel and PETSc.
enum { TAKT_VALIDATED_DRYING_ROWS = 20, TAKT_VALIDATED_NAME_BYTES = 48 };

typedef struct takt_validated_drying {
    char name[TAKT_VALIDATED_NAME_BYTES];
    double exact, measured;
    double tolerance; // what the solver claims, plus the accuracy of the table
} takt_validated_drying;

/// The name of the suite for `takt validate NAME`.
extern const char *const takt_validated_drying_name;

/// Name of a row, as it stands in the table, into `out` (TAKT_VALIDATED_NAME_BYTES). Returns `out`.
const char *takt_validated_drying_row_name(int row, char *out);

/// Fills the rows. Needs takt_petsc_init. Local.
takt_status takt_validate_drying(takt_validated_drying rows[TAKT_VALIDATED_DRYING_ROWS]);

#endif
