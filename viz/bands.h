/// Bands: curves over simulated time from many replications of one design, as quantiles, with one
/// replication shown among them. They answer what one showcase cannot: is that how it always goes?
///
///     takt_bands *bands = NULL;
///     TAKT_TRY(takt_bands_create(study, plan, &bands));
///     TAKT_TRY(takt_bands_restart(bands, 0));
///     while (!takt_bands_are_done(bands)) {
///         TAKT_TRY(takt_bands_run(bands, takt_clock_s() + 0.005));
///         TAKT_TRY(takt_bands_put(bands, board)); // puts only what is new
///     }
///
/// Curves, in this order: good_UNIT_per_h, items_in_plant, level_BUFFER of each buffer, and
/// working_STATION, the share of machine time at work, of each station. Rates and shares are means
/// over the interval that ends at the sample, stocks are those of the sample. The warm-up is part
/// of them.
#ifndef TAKT_VIZ_BANDS_H
#define TAKT_VIZ_BANDS_H

#include "sim/study.h"
#include "viz/board.h"

TAKT_EXTERN_C_BEGIN

enum { TAKT_BANDS_SAMPLES = 120, TAKT_BANDS_MAX_REPLICATIONS = 64 };

typedef struct takt_bands takt_bands;

/// Curves of min(study->replications, 64) replications (fewer where they would take more than
/// 64 MiB) of the design that the plan holds. Study and plan are borrowed until destroy. One thread
/// at a time.
TAKT_API takt_status takt_bands_create(const takt_study *study, const takt_plan *plan,
                                       takt_bands **bands);
TAKT_API void takt_bands_destroy(takt_bands **bands);

/// Forgets everything: the plan was refilled. `shown` is the replication of BAND_SHOWN.
TAKT_API takt_status takt_bands_restart(takt_bands *bands, uint32_t shown);

/// Another replication is shown; quantiles stay.
TAKT_API takt_status takt_bands_show(takt_bands *bands, uint32_t shown);

/// Works until then on takt_clock_s, or until a new number of replications (8, 16, 32, 64, or all)
/// can be put. A replication that cannot go on (factory.max_items) has no values from there on.
TAKT_API takt_status takt_bands_run(takt_bands *bands, double deadline_s);

TAKT_API bool takt_bands_are_done(const takt_bands *bands);

/// Replications behind the quantiles that were put last.
TAKT_API int32_t takt_bands_replications(const takt_bands *bands);

/// Puts BAND_* when there is something new to put.
TAKT_API takt_status takt_bands_put(takt_bands *bands, takt_board *board);

TAKT_EXTERN_C_END

#endif
