/// Seconds on a clock that only goes forward: for rates, time left, and measurements of speed.
/// Never for results, which know simulated time alone (core/time.h).
#ifndef TAKT_CORE_CLOCK_H
#define TAKT_CORE_CLOCK_H

#include "core/hd.h"

TAKT_EXTERN_C_BEGIN

/// Seconds since a fixed moment of this machine's past.
TAKT_API double takt_clock_s(void);

TAKT_EXTERN_C_END

#endif
