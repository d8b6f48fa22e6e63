/// Sensors on machines: pure functions of what a machine has done, of its wear and of noise with an
/// address of its own. Reading costs no event and changes nothing; a replication that advances from
/// reading to reading goes through the same states as one that does not.
///
///     for (takt_tick t = 0; t <= end; t += every) {
///         TAKT_TRY(takt_replication_advance(r, t));
///         const takt_reading reading = takt_sensor_read(r, machine, 0);
///     }
#ifndef TAKT_SIM_SENSORS_H
#define TAKT_SIM_SENSORS_H

#include "sim/replication.h"

TAKT_EXTERN_C_BEGIN

typedef struct takt_reading {
    double value; // what the sensor says
    double truth; // the same without drift and noise
    double level; // of the wear that it shows, 0: it shows none
} takt_reading;

/// What sensor `sensor` of the machine's station reads at the present moment, after all events of
/// the tick. Its noise is that of the last moment of its grid (k times `every`): readings on the
/// grid have independent noise. Local.
TAKT_API takt_reading takt_sensor_read(const takt_replication *replication, int32_t machine,
                                       int32_t sensor);

TAKT_EXTERN_C_END

#endif
