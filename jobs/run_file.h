/// run.nc: the readable result of a run. Written whole under another name and renamed, so that a
/// reader (and a kill at any moment) finds the old content or the new one. It holds nothing that
/// differs between two runs of the same study and seed.
#ifndef TAKT_JOBS_RUN_FILE_H
#define TAKT_JOBS_RUN_FILE_H

#include "core/netcdf.h"
#include "jobs/run_folder.h"
#include "mpi/search.h"

/// Starts run.nc of the run for this study. The caller commits (takt_netcdf_commit) or destroys.
takt_status takt_run_file_create(const takt_call *call, const takt_setup *setup,
                                 const takt_run *run, takt_netcdf **file);

/// Puts the results of `n` replications of one design: KPIs with intervals and by replication,
/// machine states, bottleneck shares. The sink is that of run.nc, of a viewer's board, or another.
takt_status takt_run_file_put_results(const takt_sink *sink, const takt_setup *setup,
                                      const double *results, int64_t n);

/// Puts what is known of a search: set-points, generations, designs tried, KPIs before and after.
takt_status takt_run_file_put_answer(const takt_sink *sink, const takt_setup *setup,
                                     const takt_answer *answer);

/// Dried binder over its mean, through each coat.
typedef struct takt_binder_profiles {
    int32_t n_coats, n_cells;
    const char *const *coats;     // [n_coats] names
    const double *xi;             // [n_cells] centres, from the foil (0) to the surface (1)
    const double *kernel, *petsc; // [n_coats][n_cells]
} takt_binder_profiles;

takt_status takt_run_file_put_binder(const takt_sink *sink, const takt_binder_profiles *profiles);

#endif
