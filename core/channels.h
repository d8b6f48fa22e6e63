/// Everything that leaves a run, listed once: the table behind the NetCDF writer, the viewer's
/// frames, exports and the documentation. A new channel is one line here.
#ifndef TAKT_CORE_CHANNELS_H
#define TAKT_CORE_CHANNELS_H

#include "core/hd.h"

#include <stdint.h>

/// X(enum name, name in the file, doc)
#define TAKT_DIMENSION_LIST(X)                                                                     \
    X(NAME_LENGTH, "name_length", "bytes of a name, filled up with zeros")                         \
    X(KPI, "kpi", "key performance indicators")                                                    \
    X(REPLICATION, "replication", "simulated lives")                                               \
    X(STATION, "station", "stations of the factory")                                               \
    X(STATE, "state", "what a machine can be doing")                                               \
    X(STATION_KPI, "station_kpi", "key figures of a station, ISO 22400-2 and SEMI E10")            \
    X(GENERATION, "generation", "generations of the search")                                       \
    X(CANDIDATE, "candidate", "designs of one generation")                                         \
    X(SET_POINT, "set_point", "values that the search may choose")                                 \
    X(LIMIT, "limit", "limits of the process")                                                     \
    X(COAT, "coat", "coats that pass a dryer")                                                     \
    X(XI, "xi", "cells through the coat, from the foil (0) to the surface (1)")                    \
    X(MACHINE, "machine", "machines of all stations, in the order of the stations")                \
    X(MACHINE_FIELD, "machine_field",                                                              \
      "state, share of the job done, items, wear (1: a stop is due)")                              \
    X(BUFFER, "buffer", "buffers of the factory")                                                  \
    X(ITEM, "item", "items in the plant")                                                          \
    X(ITEM_FIELD, "item_field", "number of the item; machine, or number of machines + buffer")     \
    X(SERIES, "series", "curves over simulated time")                                              \
    X(SAMPLE, "sample", "moments of simulated time")                                               \
    X(JUDGEMENT, "judgement", "moments when a fit was judged")                                     \
    X(CASE, "case", "parameter sets of a certificate")                                             \
    X(PARAMETER, "parameter", "parameters of a PDE")                                               \
    X(COORDINATE, "coordinate", "coordinates of a PDE")                                            \
    X(NODE, "node", "points of the grid on which a PDE's error is measured")                       \
    X(POINT, "point", "points on which a network is trained")                                      \
    X(READING, "reading", "readings of sensors")                                                   \
    X(UNKNOWN, "unknown", "numbers that sensors tell")                                             \
    X(HEAT_WINDOW, "heat_window", "equal pieces of the time in a dryer")                           \
    X(SCENARIO, "scenario", "the study as it stands (baseline) and its scenarios")                 \
    X(PIECE, "piece", "equal pieces of warm-up and measured time")

#define TAKT_DIMS(...)                                                                             \
    {                                                                                              \
        __VA_ARGS__, TAKT_DIMENSION_NONE                                                           \
    }
#define TAKT_DIM(name) TAKT_DIMENSION_##name

// clang-format off
/// X(enum name, name in the file, value type, dimensions from slow to fast, unit (UDUNITS), kind, doc)
/// STATE: the newest value counts. LOG: grows along its first dimension while the run goes on.
/// SHOWCASE: as STATE, of what the viewer simulates again to show it; never in a file.
#define TAKT_CHANNEL_LIST(X)                                                                       \
    X(KPI_NAME, "kpi_name", TEXT, TAKT_DIMS(TAKT_DIM(KPI)), "1", STATE, "name of each KPI")         \
    X(KPI_UNIT, "kpi_unit", TEXT, TAKT_DIMS(TAKT_DIM(KPI)), "1", STATE, "unit of each KPI")         \
    X(KPI_MEAN, "kpi_mean", DOUBLE, TAKT_DIMS(TAKT_DIM(KPI)), "1", STATE, "mean over replications, in kpi_unit") \
    X(KPI_LO, "kpi_lo", DOUBLE, TAKT_DIMS(TAKT_DIM(KPI)), "1", STATE, "lower end of the 95 % interval, in kpi_unit") \
    X(KPI_HI, "kpi_hi", DOUBLE, TAKT_DIMS(TAKT_DIM(KPI)), "1", STATE, "upper end of the 95 % interval, in kpi_unit") \
    X(KPI_COUNT, "kpi_count", INTEGER, TAKT_DIMS(TAKT_DIM(KPI)), "1", STATE, "replications behind the mean") \
    X(KPI_VALUE, "kpi_value", DOUBLE, TAKT_DIMS(TAKT_DIM(REPLICATION), TAKT_DIM(KPI)), "1", LOG, "value of each replication, in kpi_unit") \
    X(BASELINE_KPI_MEAN, "baseline_kpi_mean", DOUBLE, TAKT_DIMS(TAKT_DIM(KPI)), "1", STATE, "mean at the baseline, in kpi_unit") \
    X(BASELINE_KPI_LO, "baseline_kpi_lo", DOUBLE, TAKT_DIMS(TAKT_DIM(KPI)), "1", STATE, "lower end of its 95 % interval, in kpi_unit") \
    X(BASELINE_KPI_HI, "baseline_kpi_hi", DOUBLE, TAKT_DIMS(TAKT_DIM(KPI)), "1", STATE, "upper end of its 95 % interval, in kpi_unit") \
    X(BEST_KPI_MEAN, "best_kpi_mean", DOUBLE, TAKT_DIMS(TAKT_DIM(KPI)), "1", STATE, "mean at the best design, in kpi_unit") \
    X(BEST_KPI_LO, "best_kpi_lo", DOUBLE, TAKT_DIMS(TAKT_DIM(KPI)), "1", STATE, "lower end of its 95 % interval, in kpi_unit") \
    X(BEST_KPI_HI, "best_kpi_hi", DOUBLE, TAKT_DIMS(TAKT_DIM(KPI)), "1", STATE, "upper end of its 95 % interval, in kpi_unit") \
    X(BASELINE_KPI_VALUE, "baseline_kpi_value", DOUBLE, TAKT_DIMS(TAKT_DIM(REPLICATION), TAKT_DIM(KPI)), "1", STATE, "value of each replication at the baseline, in kpi_unit") \
    X(BEST_KPI_VALUE, "best_kpi_value", DOUBLE, TAKT_DIMS(TAKT_DIM(REPLICATION), TAKT_DIM(KPI)), "1", STATE, "value of the same replications at the best design, in kpi_unit") \
    X(STATION_NAME, "station_name", TEXT, TAKT_DIMS(TAKT_DIM(STATION)), "1", STATE, "name of each station") \
    X(STATE_NAME, "state_name", TEXT, TAKT_DIMS(TAKT_DIM(STATE)), "1", STATE, "name of each machine state") \
    X(STATION_STATE_TIME, "station_state_time", DOUBLE, TAKT_DIMS(TAKT_DIM(STATION), TAKT_DIM(STATE)), "s", STATE, "mean machine time in each state, of the best design after a search") \
    X(STATION_KPI_NAME, "station_kpi_name", TEXT, TAKT_DIMS(TAKT_DIM(STATION_KPI)), "1", STATE, "name of each key figure of stations") \
    X(STATION_KPI_UNIT, "station_kpi_unit", TEXT, TAKT_DIMS(TAKT_DIM(STATION_KPI)), "1", STATE, "unit of each key figure of stations") \
    X(STATION_KPI_VALUE, "station_kpi_value", DOUBLE, TAKT_DIMS(TAKT_DIM(STATION), TAKT_DIM(STATION_KPI)), "1", STATE, "of the mean times and counts, in station_kpi_unit, of the best design after a search; none where it has no meaning") \
    X(BOTTLENECK_SHARE, "bottleneck_share", DOUBLE, TAKT_DIMS(TAKT_DIM(STATION)), "1", STATE, "share of time as the bottleneck, active-period method, of the best design after a search") \
    X(BOTTLENECK_SHARE_LO, "bottleneck_share_lo", DOUBLE, TAKT_DIMS(TAKT_DIM(STATION)), "1", STATE, "lower end of its 95 % interval") \
    X(BOTTLENECK_SHARE_HI, "bottleneck_share_hi", DOUBLE, TAKT_DIMS(TAKT_DIM(STATION)), "1", STATE, "upper end of its 95 % interval") \
    X(BASELINE_STATION_STATE_TIME, "baseline_station_state_time", DOUBLE, TAKT_DIMS(TAKT_DIM(STATION), TAKT_DIM(STATE)), "s", STATE, "mean machine time in each state at the baseline of a search") \
    X(BASELINE_BOTTLENECK_SHARE, "baseline_bottleneck_share", DOUBLE, TAKT_DIMS(TAKT_DIM(STATION)), "1", STATE, "share of time as the bottleneck at the baseline of a search") \
    X(BASELINE_BOTTLENECK_SHARE_LO, "baseline_bottleneck_share_lo", DOUBLE, TAKT_DIMS(TAKT_DIM(STATION)), "1", STATE, "lower end of its 95 % interval") \
    X(BASELINE_BOTTLENECK_SHARE_HI, "baseline_bottleneck_share_hi", DOUBLE, TAKT_DIMS(TAKT_DIM(STATION)), "1", STATE, "upper end of its 95 % interval") \
    X(BEST_COST_LO, "best_cost_lo", DOUBLE, TAKT_DIMS(TAKT_DIM(GENERATION)), "1", LOG, "lower end of the 95 % interval of best_cost, over the replications that chose it") \
    X(BEST_COST_HI, "best_cost_hi", DOUBLE, TAKT_DIMS(TAKT_DIM(GENERATION)), "1", LOG, "upper end of that interval") \
    X(BEST_COST, "best_cost", DOUBLE, TAKT_DIMS(TAKT_DIM(GENERATION)), "1", LOG, "best cost found so far, in the unit of the objective") \
    X(MEAN_COST, "mean_cost", DOUBLE, TAKT_DIMS(TAKT_DIM(GENERATION)), "1", LOG, "mean cost of the feasible designs of a generation") \
    X(SEARCH_SIGMA, "search_sigma", DOUBLE, TAKT_DIMS(TAKT_DIM(GENERATION)), "1", LOG, "step size of the search, in units of the scaled range") \
    X(EVALUATION_COUNT, "evaluation_count", INTEGER, TAKT_DIMS(TAKT_DIM(GENERATION)), "1", LOG, "designs evaluated so far") \
    X(INFEASIBLE_COUNT, "infeasible_count", INTEGER, TAKT_DIMS(TAKT_DIM(GENERATION)), "1", LOG, "designs of a generation that break a constraint") \
    X(CANDIDATE_VALUE, "candidate_value", DOUBLE, TAKT_DIMS(TAKT_DIM(GENERATION), TAKT_DIM(CANDIDATE), TAKT_DIM(SET_POINT)), "1", LOG, "designs tried, in set_point_unit") \
    X(CANDIDATE_COST, "candidate_cost", DOUBLE, TAKT_DIMS(TAKT_DIM(GENERATION), TAKT_DIM(CANDIDATE)), "1", LOG, "cost of each design tried") \
    X(CANDIDATE_VIOLATION, "candidate_violation", DOUBLE, TAKT_DIMS(TAKT_DIM(GENERATION), TAKT_DIM(CANDIDATE)), "1", LOG, "sum of scaled constraint violations, 0 when feasible") \
    X(SET_POINT_NAME, "set_point_name", TEXT, TAKT_DIMS(TAKT_DIM(SET_POINT)), "1", STATE, "name of each set-point") \
    X(SET_POINT_UNIT, "set_point_unit", TEXT, TAKT_DIMS(TAKT_DIM(SET_POINT)), "1", STATE, "unit of each set-point") \
    X(SET_POINT_BASELINE, "set_point_baseline", DOUBLE, TAKT_DIMS(TAKT_DIM(SET_POINT)), "1", STATE, "value before the search, in set_point_unit") \
    X(SET_POINT_BEST, "set_point_best", DOUBLE, TAKT_DIMS(TAKT_DIM(SET_POINT)), "1", STATE, "best value found, in set_point_unit") \
    X(SET_POINT_MIN, "set_point_min", DOUBLE, TAKT_DIMS(TAKT_DIM(SET_POINT)), "1", STATE, "lowest value allowed, in set_point_unit") \
    X(SET_POINT_MAX, "set_point_max", DOUBLE, TAKT_DIMS(TAKT_DIM(SET_POINT)), "1", STATE, "highest value allowed, in set_point_unit") \
    X(SET_POINT_COST_MINUS, "set_point_cost_minus", DOUBLE, TAKT_DIMS(TAKT_DIM(SET_POINT)), "1", STATE, "cost with the set-point 10 % of its range lower") \
    X(SET_POINT_COST_PLUS, "set_point_cost_plus", DOUBLE, TAKT_DIMS(TAKT_DIM(SET_POINT)), "1", STATE, "cost with the set-point 10 % of its range higher") \
    X(SET_POINT_MINUS, "set_point_minus", DOUBLE, TAKT_DIMS(TAKT_DIM(SET_POINT)), "1", STATE, "the lower value tried, in set_point_unit") \
    X(SET_POINT_PLUS, "set_point_plus", DOUBLE, TAKT_DIMS(TAKT_DIM(SET_POINT)), "1", STATE, "the higher value tried, in set_point_unit") \
    X(SET_POINT_MINUS_LO, "set_point_minus_lo", DOUBLE, TAKT_DIMS(TAKT_DIM(SET_POINT)), "1", STATE, "lower end of the 95 % interval of set_point_cost_minus minus the cost of the best, by pairs") \
    X(SET_POINT_MINUS_HI, "set_point_minus_hi", DOUBLE, TAKT_DIMS(TAKT_DIM(SET_POINT)), "1", STATE, "upper end of that interval") \
    X(SET_POINT_PLUS_LO, "set_point_plus_lo", DOUBLE, TAKT_DIMS(TAKT_DIM(SET_POINT)), "1", STATE, "lower end of the 95 % interval of set_point_cost_plus minus the cost of the best, by pairs") \
    X(SET_POINT_PLUS_HI, "set_point_plus_hi", DOUBLE, TAKT_DIMS(TAKT_DIM(SET_POINT)), "1", STATE, "upper end of that interval") \
    X(SET_POINT_MINUS_FEASIBLE, "set_point_minus_feasible", INTEGER, TAKT_DIMS(TAKT_DIM(SET_POINT)), "1", STATE, "1: the lower value keeps all limits; 0: it breaks one") \
    X(SET_POINT_PLUS_FEASIBLE, "set_point_plus_feasible", INTEGER, TAKT_DIMS(TAKT_DIM(SET_POINT)), "1", STATE, "1: the higher value keeps all limits; 0: it breaks one") \
    X(SET_POINT_VERDICT, "set_point_verdict", TEXT, TAKT_DIMS(TAKT_DIM(SET_POINT)), "1", STATE, "interior (also flat), bound, held by a limit, dead, or open") \
    X(LIMIT_NAME, "limit_name", TEXT, TAKT_DIMS(TAKT_DIM(LIMIT)), "1", STATE, "name of each limit that PETSc checked") \
    X(LIMIT_UNIT, "limit_unit", TEXT, TAKT_DIMS(TAKT_DIM(LIMIT)), "1", STATE, "unit of each limit") \
    X(LIMIT_VALUE, "limit_value", DOUBLE, TAKT_DIMS(TAKT_DIM(LIMIT)), "1", STATE, "what PETSc found, in limit_unit") \
    X(LIMIT_ERROR, "limit_error", DOUBLE, TAKT_DIMS(TAKT_DIM(LIMIT)), "1", STATE, "its Richardson error, in limit_unit") \
    X(LIMIT_ALLOWED, "limit_allowed", DOUBLE, TAKT_DIMS(TAKT_DIM(LIMIT)), "1", STATE, "what is allowed, in limit_unit") \
    X(LIMIT_AT_LEAST, "limit_at_least", INTEGER, TAKT_DIMS(TAKT_DIM(LIMIT)), "1", STATE, "1: the value has to be at least what is allowed; 0: at most") \
    X(LIMIT_KEPT, "limit_kept", INTEGER, TAKT_DIMS(TAKT_DIM(LIMIT)), "1", STATE, "1: kept; 0: broken") \
    X(COAT_NAME, "coat_name", TEXT, TAKT_DIMS(TAKT_DIM(COAT)), "1", STATE, "name of each coat") \
    X(XI, "xi", DOUBLE, TAKT_DIMS(TAKT_DIM(XI)), "1", STATE, "centres of the cells, from the foil (0) to the surface (1)") \
    X(BINDER_KERNEL, "binder_kernel", DOUBLE, TAKT_DIMS(TAKT_DIM(COAT), TAKT_DIM(XI)), "1", STATE, "dried binder profile over its mean, batched kernel") \
    X(BINDER_PETSC, "binder_petsc", DOUBLE, TAKT_DIMS(TAKT_DIM(COAT), TAKT_DIM(XI)), "1", STATE, "dried binder profile over its mean, PETSc reference") \
    X(FIT_ITERATION, "fit_iteration", INTEGER, TAKT_DIMS(TAKT_DIM(JUDGEMENT)), "1", LOG, "iterations of training at each judgement") \
    X(FIT_ERROR, "fit_error", DOUBLE, TAKT_DIMS(TAKT_DIM(JUDGEMENT)), "1", LOG, "relative L2 error against reference solutions, largest of the judge's cases") \
    X(FIT_LOSS, "fit_loss", DOUBLE, TAKT_DIMS(TAKT_DIM(JUDGEMENT)), "1", LOG, "loss at the same moment: no measure of the error") \
    X(FIT_RESIDUAL, "fit_residual", DOUBLE, TAKT_DIMS(TAKT_DIM(JUDGEMENT)), "1", LOG, "root mean square of the residual at fresh points, which training never sees") \
    X(PARAMETER_NAME, "parameter_name", TEXT, TAKT_DIMS(TAKT_DIM(PARAMETER)), "1", STATE, "name of each parameter of the PDE") \
    X(PARAMETER_UNIT, "parameter_unit", TEXT, TAKT_DIMS(TAKT_DIM(PARAMETER)), "1", STATE, "unit of each parameter") \
    X(PARAMETER_MIN, "parameter_min", DOUBLE, TAKT_DIMS(TAKT_DIM(PARAMETER)), "1", STATE, "lower end of the box that the surrogate covers, in parameter_unit") \
    X(PARAMETER_MAX, "parameter_max", DOUBLE, TAKT_DIMS(TAKT_DIM(PARAMETER)), "1", STATE, "upper end of the box, in parameter_unit") \
    X(CASE_PARAMETER, "case_parameter", DOUBLE, TAKT_DIMS(TAKT_DIM(CASE), TAKT_DIM(PARAMETER)), "1", STATE, "parameters of each case of the certificate, in parameter_unit") \
    X(CASE_ERROR, "case_error", DOUBLE, TAKT_DIMS(TAKT_DIM(CASE)), "1", STATE, "relative L2 error of the surrogate in each case") \
    X(COORDINATE_NAME, "coordinate_name", TEXT, TAKT_DIMS(TAKT_DIM(COORDINATE)), "1", STATE, "name of each coordinate of the PDE") \
    X(NODE_COORDINATE, "node_coordinate", DOUBLE, TAKT_DIMS(TAKT_DIM(NODE), TAKT_DIM(COORDINATE)), "1", STATE, "points of the error grid, of the judge's first case") \
    X(NODE_REFERENCE, "node_reference", DOUBLE, TAKT_DIMS(TAKT_DIM(NODE)), "1", STATE, "reference solution there") \
    X(NODE_SURROGATE, "node_surrogate", DOUBLE, TAKT_DIMS(TAKT_DIM(NODE)), "1", STATE, "the surrogate there") \
    X(POINT_COORDINATE, "point_coordinate", DOUBLE, TAKT_DIMS(TAKT_DIM(POINT), TAKT_DIM(COORDINATE)), "1", STATE, "points on which the network is trained at present") \
    X(READING_SENSOR, "reading_sensor", TEXT, TAKT_DIMS(TAKT_DIM(READING)), "1", STATE, "sensor of each reading") \
    X(READING_UNIT, "reading_unit", TEXT, TAKT_DIMS(TAKT_DIM(READING)), "1", STATE, "its unit") \
    X(READING_TIME, "reading_time", DOUBLE, TAKT_DIMS(TAKT_DIM(READING)), "s", STATE, "time of each reading since the dryer's mouth") \
    X(READING_VALUE, "reading_value", DOUBLE, TAKT_DIMS(TAKT_DIM(READING)), "1", STATE, "what the sensor read, in reading_unit") \
    X(READING_SD, "reading_sd", DOUBLE, TAKT_DIMS(TAKT_DIM(READING)), "1", STATE, "standard deviation of its noise, in reading_unit") \
    X(READING_FITTED, "reading_fitted", DOUBLE, TAKT_DIMS(TAKT_DIM(READING)), "1", STATE, "what the dryer reads at the estimate, in reading_unit") \
    X(UNKNOWN_NAME, "unknown_name", TEXT, TAKT_DIMS(TAKT_DIM(UNKNOWN)), "1", STATE, "name of each number that was not known") \
    X(UNKNOWN_UNIT, "unknown_unit", TEXT, TAKT_DIMS(TAKT_DIM(UNKNOWN)), "1", STATE, "its unit") \
    X(UNKNOWN_VALUE, "unknown_value", DOUBLE, TAKT_DIMS(TAKT_DIM(UNKNOWN)), "1", STATE, "estimate, in unknown_unit") \
    X(UNKNOWN_LO, "unknown_lo", DOUBLE, TAKT_DIMS(TAKT_DIM(UNKNOWN)), "1", STATE, "lower end of its interval, in unknown_unit") \
    X(UNKNOWN_HI, "unknown_hi", DOUBLE, TAKT_DIMS(TAKT_DIM(UNKNOWN)), "1", STATE, "upper end of its interval, in unknown_unit") \
    X(UNKNOWN_IS_LOG, "unknown_is_log", INTEGER, TAKT_DIMS(TAKT_DIM(UNKNOWN)), "1", STATE, "1: the next three are of the natural logarithm; 0: of the value, in unknown_unit") \
    X(UNKNOWN_SD, "unknown_sd", DOUBLE, TAKT_DIMS(TAKT_DIM(UNKNOWN)), "1", STATE, "posterior standard deviation") \
    X(UNKNOWN_PRIOR_SD, "unknown_prior_sd", DOUBLE, TAKT_DIMS(TAKT_DIM(UNKNOWN)), "1", STATE, "standard deviation before the sensors") \
    X(UNKNOWN_COVARIANCE, "unknown_covariance", DOUBLE, TAKT_DIMS(TAKT_DIM(UNKNOWN), TAKT_DIM(UNKNOWN)), "1", STATE, "posterior covariance") \
    X(UNKNOWN_SEEN, "unknown_seen", INTEGER, TAKT_DIMS(TAKT_DIM(UNKNOWN)), "1", STATE, "1: the sensors say something about it; 0: it keeps its prior") \
    X(HEAT_START, "heat_start", DOUBLE, TAKT_DIMS(TAKT_DIM(HEAT_WINDOW)), "s", STATE, "begin of each piece of the time in the dryer") \
    X(HEAT_FACTOR, "heat_factor", DOUBLE, TAKT_DIMS(TAKT_DIM(HEAT_WINDOW)), "1", STATE, "heat transfer there over that of the study") \
    X(HEAT_LO, "heat_lo", DOUBLE, TAKT_DIMS(TAKT_DIM(HEAT_WINDOW)), "1", STATE, "lower end of its posterior band") \
    X(HEAT_HI, "heat_hi", DOUBLE, TAKT_DIMS(TAKT_DIM(HEAT_WINDOW)), "1", STATE, "upper end of its posterior band") \
    X(SCENARIO_NAME, "scenario_name", TEXT, TAKT_DIMS(TAKT_DIM(SCENARIO)), "1", STATE, "name of each scenario; the first is the baseline") \
    X(SCENARIO_KPI_VALUE, "scenario_kpi_value", DOUBLE, TAKT_DIMS(TAKT_DIM(SCENARIO), TAKT_DIM(REPLICATION), TAKT_DIM(KPI)), "1", STATE, "value of the same replications in each scenario, in kpi_unit") \
    X(SCENARIO_DIFFERENCE, "scenario_difference", DOUBLE, TAKT_DIMS(TAKT_DIM(SCENARIO), TAKT_DIM(KPI)), "1", STATE, "mean difference to the baseline, by pairs, in kpi_unit") \
    X(SCENARIO_DIFFERENCE_LO, "scenario_difference_lo", DOUBLE, TAKT_DIMS(TAKT_DIM(SCENARIO), TAKT_DIM(KPI)), "1", STATE, "lower end of its 95 % interval, in kpi_unit") \
    X(SCENARIO_DIFFERENCE_HI, "scenario_difference_hi", DOUBLE, TAKT_DIMS(TAKT_DIM(SCENARIO), TAKT_DIM(KPI)), "1", STATE, "upper end of its 95 % interval, in kpi_unit") \
    X(PIECE_END, "piece_end", DOUBLE, TAKT_DIMS(TAKT_DIM(PIECE)), "s", STATE, "end of each piece, from time 0") \
    X(PIECE_ITEMS, "piece_items", DOUBLE, TAKT_DIMS(TAKT_DIM(PIECE)), "1", STATE, "mean number of items in the plant in each piece, over the replications that MSER-5 looked at") \
    X(MACHINE_NOW, "machine_now", DOUBLE, TAKT_DIMS(TAKT_DIM(MACHINE), TAKT_DIM(MACHINE_FIELD)), "1", SHOWCASE, "each machine at this moment of the showcase: state (index into state_name), share of the job in hand that is done, items on it, wear") \
    X(BUFFER_NOW, "buffer_now", DOUBLE, TAKT_DIMS(TAKT_DIM(BUFFER)), "1", SHOWCASE, "level of each buffer at this moment of the showcase, in items or quantity") \
    X(ITEM_NOW, "item_now", DOUBLE, TAKT_DIMS(TAKT_DIM(ITEM), TAKT_DIM(ITEM_FIELD)), "1", SHOWCASE, "items in the plant at this moment of the showcase, at most 2,000") \
    X(BAND_NAME, "band_name", TEXT, TAKT_DIMS(TAKT_DIM(SERIES)), "1", SHOWCASE, "name of each curve over simulated time") \
    X(BAND_UNIT, "band_unit", TEXT, TAKT_DIMS(TAKT_DIM(SERIES)), "1", SHOWCASE, "unit of each curve") \
    X(BAND_TIME, "band_time", DOUBLE, TAKT_DIMS(TAKT_DIM(SAMPLE)), "s", SHOWCASE, "simulated time of each sample") \
    X(BAND_LO, "band_lo", DOUBLE, TAKT_DIMS(TAKT_DIM(SERIES), TAKT_DIM(SAMPLE)), "1", SHOWCASE, "5 % quantile over replications, in band_unit") \
    X(BAND_MEDIAN, "band_median", DOUBLE, TAKT_DIMS(TAKT_DIM(SERIES), TAKT_DIM(SAMPLE)), "1", SHOWCASE, "median over replications, in band_unit") \
    X(BAND_HI, "band_hi", DOUBLE, TAKT_DIMS(TAKT_DIM(SERIES), TAKT_DIM(SAMPLE)), "1", SHOWCASE, "95 % quantile over replications, in band_unit") \
    X(BAND_SHOWN, "band_shown", DOUBLE, TAKT_DIMS(TAKT_DIM(SERIES), TAKT_DIM(SAMPLE)), "1", SHOWCASE, "the replication of the showcase, in band_unit")
// clang-format on

/// The most dimensions a channel has.
#define TAKT_CHANNEL_MAX_DIMENSIONS 3

#define TAKT_DIMENSION_ENUM(name, text, doc) TAKT_DIMENSION_##name,
typedef enum takt_dimension {
    TAKT_DIMENSION_LIST(TAKT_DIMENSION_ENUM) TAKT_DIMENSION_COUNT,
    TAKT_DIMENSION_NONE = TAKT_DIMENSION_COUNT // ends the list of a channel
} takt_dimension;
#undef TAKT_DIMENSION_ENUM

#define TAKT_CHANNEL_ENUM(name, text, type, dimensions, unit, kind, doc) TAKT_CHANNEL_##name,
typedef enum takt_channel { TAKT_CHANNEL_LIST(TAKT_CHANNEL_ENUM) TAKT_CHANNEL_COUNT } takt_channel;
#undef TAKT_CHANNEL_ENUM

typedef enum takt_channel_type {
    TAKT_CHANNEL_DOUBLE,  // double
    TAKT_CHANNEL_INTEGER, // int64_t
    TAKT_CHANNEL_TEXT     // at most TAKT_CHANNEL_NAME_BYTES bytes of UTF-8
} takt_channel_type;

typedef enum takt_channel_kind {
    TAKT_CHANNEL_STATE,
    TAKT_CHANNEL_LOG,
    TAKT_CHANNEL_SHOWCASE
} takt_channel_kind;

/// Longest text of a TEXT channel: the longest names (64) with what is put before them.
#define TAKT_CHANNEL_NAME_BYTES 128

/// One row of the table.
typedef struct takt_channel_info {
    const char *name;
    takt_channel_type type;
    takt_channel_kind kind;
    takt_dimension dimensions[TAKT_CHANNEL_MAX_DIMENSIONS + 1]; // slow to fast, ends with NONE
    const char *unit;
    const char *doc;
} takt_channel_info;

TAKT_EXTERN_C_BEGIN

/// The row of a channel. Never NULL.
TAKT_API const takt_channel_info *takt_channel_get(takt_channel channel);

/// Name and doc of a dimension.
TAKT_API const char *takt_dimension_name(takt_dimension dimension);
TAKT_API const char *takt_dimension_doc(takt_dimension dimension);

TAKT_EXTERN_C_END

#endif
