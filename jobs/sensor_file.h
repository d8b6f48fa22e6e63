/// Readings of a dryer's sensors, from a file that people or historians write.
///
/// CSV: a header and one line per reading, columns in any order, `#` begins a comment:
///
///     sensor,position_m,value,standard_deviation
///     film_temperature_degC,3.5,61.2,0.5
///
/// `time_s` since the dryer's mouth may stand in place of `position_m`. NetCDF: variables of the
/// same names over one dimension, `sensor` as texts; the line of a message is then the number of
/// the reading plus 1. Units stand in the names of the sensors.
#ifndef TAKT_JOBS_SENSOR_FILE_H
#define TAKT_JOBS_SENSOR_FILE_H

#include "solver/drying_infer.h"

/// A larger file is refused.
enum { TAKT_SENSOR_FILE_BYTES_MAX = 64 << 20 };

/// What readings must keep to.
typedef struct takt_sensor_rules {
    double end_s;                             // time in the dryer
    double web_speed_m_s;                     // turns places into times
    double sd[TAKT_DRYING_SENSOR_KIND_COUNT]; // where the file gives none; 0: it must
} takt_sensor_rules;

typedef struct takt_sensor_readings {
    takt_drying_measurement *items; // [n]
    int32_t n, n_allocated;
} takt_sensor_readings;

/// "film_temperature_K", ... and units, by takt_drying_sensor_kind.
extern const char *const takt_sensor_names[TAKT_DRYING_SENSOR_KIND_COUNT];
extern const char *const takt_sensor_units[TAKT_DRYING_SENSOR_KIND_COUNT];

/// Files whose name ends with .nc are NetCDF.
bool takt_sensor_file_is_csv(const char *path);

/// Reads a file into `readings`, which the caller releases. TAKT_ERR_INPUT names file, line and
/// column, what was found and what is allowed, and shows a line of CSV with a caret; also for a
/// file that cannot be read. Local.
takt_status takt_sensor_file_read(const char *path, const takt_sensor_rules *rules,
                                  takt_sensor_readings *readings);

/// Releases what was read; a zeroed struct is allowed.
void takt_sensor_readings_release(takt_sensor_readings *readings);

#endif
