#include "jobs/exact_answers.h"

#include "jobs/exact_formulas.h"
#include "jobs/exact_maintenance.h"

#include <math.h>
#include <string.h>

#define ROW(name_, study_, measure_, place_, formula_, ...)                                        \
    NARROW(0, name_, study_, measure_, place_, formula_, __VA_ARGS__)
#define NARROW(width_, name_, study_, measure_, place_, formula_, ...)                             \
    {                                                                                              \
        .name = name_, .study = study_, .measure = TAKT_MEASURE_##measure_, .place = place_,       \
        .solve = takt_exact_##formula_, .parameters = {__VA_ARGS__}, .width = width_               \
    }

const takt_exact_answer takt_exact_answers[] = {
    ROW("mm1_items", "mm1", ITEMS, NULL, mm1_items, 0.9, 1),
    ROW("mm1_time_s", "mm1", FLOW_TIME, NULL, mm1_time, 0.9, 1),
    ROW("mm1_queue", "mm1", LEVEL, "queue", mm1_queue, 0.9, 1),
    ROW("mm1_throughput_per_s", "mm1", THROUGHPUT, NULL, ratio, 0.9, 1),
    ROW("mm1_busy", "mm1", WORKING, "server", ratio, 0.9, 1),
    ROW("mm1_time_median_s", "mm1", FLOW_MEDIAN, NULL, mm1_time_quantile, 0.9, 1, 0.5),
    ROW("mm1_time_95_s", "mm1", FLOW_95, NULL, mm1_time_quantile, 0.9, 1, 0.95),
    ROW("mm1_time_variance", "mm1", FLOW_VARIANCE, NULL, mm1_time_variance, 0.9, 1, 10),
    ROW("mm1_variance", "mm1_half", ITEMS_VARIANCE, NULL, mm1_variance, 0.5, 1000, 1),
    ROW("mmc_queue", "mmc", LEVEL, "queue", mmc_queue, 2, 1, 3),
    ROW("mmc_time_s", "mmc", FLOW_TIME, NULL, mmc_time, 2, 1, 3),
    ROW("mmc_busy", "mmc", WORKING, "servers", ratio, 2, 3),
    ROW("mm1k_turned_away", "mm1k", TURNED_AWAY, NULL, mm1k_turned_away, 0.9, 5),
    ROW("mm1k_items", "mm1k", ITEMS, NULL, mm1k_items, 0.9, 5),
    ROW("mm1k_time_s", "mm1k", FLOW_TIME, NULL, mm1k_time, 0.9, 5),
    ROW("mg1_constant_queue", "mg1_constant", LEVEL, "queue", mg1_queue, 0.8, 1, 0),
    ROW("mg1_constant_time_variance", "mg1_constant", FLOW_VARIANCE, NULL, md1_time_variance, 0.8,
        1, 3),
    ROW("mg1_exponential_queue", "mg1_exponential", LEVEL, "queue", mg1_queue, 0.8, 1, 1),
    ROW("mg1_log_normal_queue", "mg1_log_normal", LEVEL, "queue", mg1_queue, 0.8, 1, 0.5),
    ROW("mg1_erlang_queue", "mg1_erlang", LEVEL, "queue", mg1_queue, 0.8, 1, 0.5),
    ROW("mg1_gamma_queue", "mg1_gamma", LEVEL, "queue", mg1_queue, 0.8, 1, 4),
    ROW("mg1_breaks_time_s", "mg1_breaks", FLOW_TIME, NULL, mg1_breaks_time, 0.6, 1, 0, 20, 2),
    ROW("mg1_restarts_time_s", "mg1_restarts", FLOW_TIME, NULL, mg1_restarts_time, 0.6, 1, 20, 2),
    ROW("mm1_breaks_at_work_time_s", "mm1_breaks_at_work", FLOW_TIME, NULL, mg1_breaks_time, 0.5, 1,
        1, 10, 2),
    ROW("mm1_breaks_at_work_items", "mm1_breaks_at_work", ITEMS, NULL, breaking_server_items, 0.5,
        1, 0.1, 0.5, 0),
    ROW("mm1_breaks_unless_idle_items", "mm1_breaks_unless_idle", ITEMS, NULL,
        breaking_server_items, 0.5, 1, 0.1, 0.5, 0),
    ROW("mm1_breaks_by_clock_items", "mm1_breaks_by_clock", ITEMS, NULL, breaking_server_items, 0.5,
        1, 0.1, 1, 1),
    ROW("mm1_breaks_by_clock_available", "mm1_breaks_by_clock", AVAILABLE, "server", ratio, 10, 11),
    ROW("pairs_time_s", "pairs", FLOW_TIME, NULL, pairs_time, 0.4, 1),
    ROW("batch_arrivals_items", "batch_arrivals", ITEMS, NULL, batch_arrivals, 0.4, 1, 2),
    ROW("rush_items", "rush", ITEMS, NULL, busy_by_the_clock, 25, 35),
    ROW("calm_items", "calm", ITEMS, NULL, busy_by_the_clock, 5, 15),
    ROW("priority_first_time_s", "priority", KPI, "flow_time_first", priority_time, 0.3, 1, 0.5, 1,
        0),
    ROW("priority_second_time_s", "priority", KPI, "flow_time_second", priority_time, 0.3, 1, 0.5,
        1, 1),
    ROW("start_up_time_s", "start_up", FLOW_TIME, NULL, start_up_time, 0.5, 1, 2),
    ROW("shortest_job_time_s", "shortest_job", FLOW_TIME, NULL, shortest_job_time, 0.8),
    ROW("batch_wait_level", "batch_wait", LEVEL, "queue", batch_wait_level, 1, 4, 2),
    ROW("batches_waiting", "batches", LEVEL, "queue", batches_waiting, 2.4, 1, 0, 2, 4),
    ROW("jackson_at_cut", "jackson", AT_STATION, "cut", jackson, 0),
    ROW("jackson_at_weld", "jackson", AT_STATION, "weld", jackson, 1),
    ROW("jackson_at_paint", "jackson", AT_STATION, "paint", jackson, 2),
    ROW("jackson_time_s", "jackson", FLOW_TIME, NULL, jackson, 3),
    ROW("closed_network_a_working", "closed_network", WORKING, "a", closed_network, 5, -1),
    ROW("closed_network_at_c", "closed_network", AT_STATION, "c", closed_network, 5, 2),
    ROW("repairman_5_machines_1_crew", "repairman", AVAILABLE, "machines", repairman_available, 5,
        1, 0.1, 1),
    ROW("repairman_10_machines_2_crews", "repairmen", AVAILABLE, "machines", repairman_available,
        10, 2, 0.1, 1),
    ROW("urgent_repairs_first", "urgent_repairs", AVAILABLE, "first", urgent_available, 0, 4, 0.05,
        1, 0.5),
    ROW("urgent_repairs_second", "urgent_repairs", AVAILABLE, "second", urgent_available, 1, 4,
        0.05, 1, 0.5),
    ROW("operators_items", "operators", ITEMS, NULL, mmc_items, 2, 1, 3),
    ROW("operators_working", "operators", WORKING, "machines", ratio, 2, 20),
    ROW("pre_emption_first", "pre_emption", AT_STATION, "first", pre_emptive_items, 0, 0.3, 0.5),
    ROW("pre_emption_second", "pre_emption", AT_STATION, "second", pre_emptive_items, 1, 0.3, 0.5),
    ROW("two_machines_buffer_0_per_s", "two_machines_0", THROUGHPUT, NULL, two_machines_throughput,
        0),
    ROW("two_machines_buffer_5_per_s", "two_machines_5", THROUGHPUT, NULL, two_machines_throughput,
        5),
    ROW("two_machines_buffer_5_level", "two_machines_5", LEVEL, "between", two_machines_level, 5),
    ROW("two_machines_buffer_5_blocked", "two_machines_5", BLOCKED, "first", two_machines_blocked,
        5),
    ROW("two_machines_buffer_5_starved", "two_machines_5", STARVED, "second", two_machines_blocked,
        5),
    ROW("two_machines_before_5_per_s", "two_machines_before_5", THROUGHPUT, NULL,
        two_machines_throughput, 4),
    ROW("parallel_before_per_s", "parallel_before", THROUGHPUT, NULL, parallel_before, 2),
    ROW("three_machines_buffer_0_per_s", "three_machines_0", THROUGHPUT, NULL, ratio, 22, 39),
    ROW("four_machines_buffer_0_per_s", "four_machines_0", THROUGHPUT, NULL, even_line, 4, 0, 0, 0,
        TAKT_EXACT_LINE_THROUGHPUT),
    ROW("three_machines_buffer_1_per_s", "three_machines_1", THROUGHPUT, NULL, even_line, 3, 1, 0,
        0, TAKT_EXACT_LINE_THROUGHPUT),
    ROW("three_machines_buffer_2_per_s", "three_machines_2", THROUGHPUT, NULL, even_line, 3, 2, 0,
        0, TAKT_EXACT_LINE_THROUGHPUT),
    ROW("three_machines_buffer_5_per_s", "three_machines_5", THROUGHPUT, NULL, even_line, 3, 5, 0,
        0, TAKT_EXACT_LINE_THROUGHPUT),
    ROW("three_machines_buffer_5_level_1", "three_machines_5", LEVEL, "between_1", even_line, 3, 5,
        0, 0, 0),
    ROW("three_machines_buffer_5_level_2", "three_machines_5", LEVEL, "between_2", even_line, 3, 5,
        0, 0, 1),
    ROW("breaking_line_per_s", "breaking_line", THROUGHPUT, NULL, even_line, 2, 8, 0.01, 0.1,
        TAKT_EXACT_LINE_THROUGHPUT),
    ROW("breaking_line_level", "breaking_line", LEVEL, "between", even_line, 2, 8, 0.01, 0.1, 0),
    ROW("uneven_line_per_s", "uneven_line", THROUGHPUT, NULL, uneven_line,
        TAKT_EXACT_LINE_THROUGHPUT),
    ROW("uneven_line_level", "uneven_line", LEVEL, "between", uneven_line, 0),
    ROW("breaking_line_of_three_per_s", "breaking_line_of_three", THROUGHPUT, NULL, even_line, 3, 3,
        0.01, 0.1, TAKT_EXACT_LINE_THROUGHPUT),
    NARROW(1e-3, "cycles_4_per_s", "cycles_4", THROUGHPUT, NULL, cycle_pair, 0.01, 0.1, 0.01, 0.1,
           4, TAKT_EXACT_LINE_THROUGHPUT),
    NARROW(1e-3, "cycles_10_per_s", "cycles_10", THROUGHPUT, NULL, cycle_pair, 0.01, 0.1, 0.01, 0.1,
           10, TAKT_EXACT_LINE_THROUGHPUT),
    ROW("cycles_10_level", "cycles_10", AT_STATION, "second", cycle_pair, 0.01, 0.1, 0.01, 0.1, 10,
        0),
    ROW("cycles_uneven_per_s", "cycles_uneven", THROUGHPUT, NULL, cycle_pair, 0.02, 0.1, 0.01, 0.15,
        10, TAKT_EXACT_LINE_THROUGHPUT),
    ROW("cycles_uneven_level", "cycles_uneven", AT_STATION, "second", cycle_pair, 0.02, 0.1, 0.01,
        0.15, 10, 0),
    ROW("cycles_uneven_starved", "cycles_uneven", STARVED, "second", cycle_pair, 0.02, 0.1, 0.01,
        0.15, 10, TAKT_EXACT_LINE_STARVED),
    ROW("cycles_three_per_s", "cycles_three", THROUGHPUT, NULL, cycle_line, 3, 3, 0.01, 0.1,
        TAKT_EXACT_LINE_THROUGHPUT),
    ROW("kanban_three_per_s", "kanban_three", THROUGHPUT, NULL, cycle_line, 3, 10, 0.01, 0.1,
        TAKT_EXACT_LINE_THROUGHPUT, 1),
    ROW("kanban_four_per_s", "kanban_four", THROUGHPUT, NULL, cycle_line, 4, 4, 0.01, 0.1,
        TAKT_EXACT_LINE_THROUGHPUT, 1),
    ROW("resting_line_per_s", "resting_line", THROUGHPUT, NULL, line_of_two, 2, 1, 1, 0.1, 0.5,
        TAKT_EXACT_LINE_THROUGHPUT),
    ROW("resting_line_level", "resting_line", LEVEL, "between", line_of_two, 2, 1, 1, 0.1, 0.5, 0),
    ROW("closed_line_per_s", "closed_line", THROUGHPUT, NULL, closed_line, 5, 0.4, 0.3, 0.2, 0.1,
        TAKT_EXACT_LINE_THROUGHPUT),
    ROW("closed_line_level", "closed_line", LEVEL, "second_queue", closed_line, 5, 0.4, 0.3, 0.2,
        0.1, 0),
    ROW("conwip_per_s", "conwip", THROUGHPUT, NULL, ratio, 10, 14),
    ROW("conwip_time_s", "conwip", FLOW_TIME, NULL, ratio, 61, 5),
    ROW("kanban_5_per_s", "kanban_5", THROUGHPUT, NULL, two_machines_throughput, 4),
    ROW("fork_join_time_s", "fork_join", FLOW_TIME, NULL, fork_join_time, 0.5, 1),
    ROW("assembly_per_s", "assembly", THROUGHPUT, NULL, assembly_throughput, 2),
    ROW("waiting_source_per_s", "waiting_source", THROUGHPUT, NULL, two_machines_throughput, 3),
    ROW("stops_by_work_working", "stops_by_work", WORKING, "press", stops_by_work, 180, 60, 300, 30,
        40),
    ROW("stops_by_items_per_s", "stops_by_items", THROUGHPUT, NULL, stops_by_items, 7, 10, 30),
    ROW("breaks_scrap_per_s", "breaks_scrap", THROUGHPUT, NULL, breaks_scrap, 1, 20, 2),
    ROW("shifts_pause_per_s", "shifts_pause", THROUGHPUT, NULL, shifts, 86400, 28800, 70, 0),
    ROW("shifts_finish_per_s", "shifts_finish", THROUGHPUT, NULL, shifts, 86400, 28800, 70, 1),
    ROW("tariff_cost", "tariff", COST, NULL, tariff_cost, 0.8, 1, 10, 2, 1,
        (7 * 180 + 7 * 540 - 6 * 36) / 20.0),
    ROW("age_replacement_working", "age_replacement", WORKING, "press", age_replacement, 1000, 2,
        510.655, 2, 10, 0),
    ROW("age_replacement_cost", "age_replacement", COST, NULL, age_replacement, 1000, 2, 510.655, 1,
        5, 100),
    ROW("minimal_repair_working", "minimal_repair", WORKING, "press", minimal_repair, 1000, 2.5,
        1480.429, 8, 5, 0),
    ROW("minimal_repair_cost", "minimal_repair", COST, NULL, minimal_repair, 1000, 2.5, 1480.429, 4,
        1, 100),
    ROW("worn_by_items_per_s", "worn_by_items", THROUGHPUT, NULL, worn_by_items, 10, 2, 60, 300,
        1200, 0),
    ROW("worn_by_items_available", "worn_by_items", AVAILABLE, "lathe", worn_by_items, 10, 2, 60,
        300, 1200, 1),
    ROW("worn_by_hours_per_s", "worn_by_hours", THROUGHPUT, NULL, worn_by_hours, 1.5, 5, 10800, 1,
        21600),
    ROW("inspected_per_s", "inspected", THROUGHPUT, NULL, worn_by_hours, 0.96, 4, 88200, 24, 28800),
    ROW("cart_cycle_per_s", "cart_cycle", THROUGHPUT, NULL, longer_of_two, 11, 10, 12),
    ROW("carts_time_s", "carts", FLOW_TIME, NULL, two_docks_time, 0.01, 23, 0.01, 43),
    ROW("carts_busy", "carts", KPI, "carts_busy", two_docks_busy, 0.01, 23, 0.01, 43),
    ROW("belt_time_s", "belt", FLOW_TIME, NULL, belt_time, 0.4, 2, 40),
    ROW("belt_level", "belt", LEVEL, "belt", ratio, 40, 2.5),
    ROW("belt_that_stops_time_s", "belt_that_stops", FLOW_TIME, NULL, belt_time, 0.4, 2, 40),
    ROW("full_belt_per_s", "full_belt", THROUGHPUT, NULL, longer_of_two, 2, 2.5, 0),
    ROW("full_belt_that_stops_per_s", "full_belt_that_stops", THROUGHPUT, NULL, longer_of_two, 2,
        2.5, 0),
    ROW("transit_time_s", "transit", FLOW_TIME, NULL, transit_time, 0.5, 1 / 1.2, 1 / 1.4, 30),
    ROW("ties_turned_away", "ties", TURNED_AWAY, NULL, ratio, 0, 1),
    ROW("ties_at_stops_turned_away", "ties_at_stops", TURNED_AWAY, NULL, ratio, 1, 4),
};
const int32_t takt_exact_answer_count = sizeof takt_exact_answers / sizeof *takt_exact_answers;

double takt_exact_answer_width(const takt_exact_answer *answer, bool is_long)
{
    if (answer->width > 0)
        return answer->width;
    switch (answer->measure) {
    case TAKT_MEASURE_ITEMS_VARIANCE:
    case TAKT_MEASURE_FLOW_VARIANCE:
        return is_long ? 0.01 : 0.05;
    case TAKT_MEASURE_FLOW_95:
        return 0.01;
    default:
        return is_long ? 0.003 : 0.01;
    }
}

// --- Reading -------------------------------------------------------------------------------------

/// Share of the machine time of a station in a state.
static double share_of(const takt_report *report, const double *result, int32_t station,
                       takt_machine_state state)
{
    const double *times =
        result + report->first_state + (int64_t)station * TAKT_MACHINE_STATE_COUNT;
    double sum = 0;
    for (int k = 0; k < TAKT_MACHINE_STATE_COUNT; ++k)
        sum += times[k];
    return times[state] / sum;
}

static int32_t find_kpi(const takt_report *report, const char *name)
{
    int32_t kpi = 0;
    while (kpi < report->n_kpis && strcmp(report->kpis[kpi].name, name) != 0)
        ++kpi;
    return kpi < report->n_kpis ? kpi : -1;
}

static int32_t place_of(const takt_exact_answer *answer, const takt_study *study,
                        const takt_report *report)
{
    const takt_factory *factory = &study->factory;
    int32_t place;
    if (answer->measure == TAKT_MEASURE_KPI)
        place = find_kpi(report, answer->place);
    else if (answer->measure == TAKT_MEASURE_LEVEL)
        place = takt_list_find(&factory->buffers, sizeof(takt_buffer), answer->place);
    else
        place = takt_list_find(&factory->stations, sizeof(takt_station), answer->place);
    TAKT_ASSERT(place >= 0);
    return place;
}

/// Items in the buffer before a station of one machine and on it.
static double at_station(const takt_study *study, const takt_report *report, const double *result,
                         int32_t index)
{
    const takt_station *station = TAKT_ITEM(takt_station, study->factory.stations, index);
    const takt_input *input = TAKT_ITEM(takt_input, station->inputs, 0);
    return result[report->first_level + input->buffer] + 1 -
           share_of(report, result, index, TAKT_MACHINE_STARVED);
}

double takt_exact_answer_read(const takt_exact_answer *answer, const takt_study *study,
                              const takt_report *report, const double *result)
{
    const int32_t place = answer->place ? place_of(answer, study, report) : 0;
    const double items = result[report->items];
    switch (answer->measure) {
    case TAKT_MEASURE_ITEMS:
        return items;
    case TAKT_MEASURE_ITEMS_VARIANCE:
        return (items - answer->parameters[2]) * (items - answer->parameters[2]) *
               study->horizon.measured_s;
    case TAKT_MEASURE_FLOW_TIME:
        return result[report->flow_time] * 3600;
    case TAKT_MEASURE_FLOW_MEDIAN:
        return result[report->flow_time + 1] * 3600;
    case TAKT_MEASURE_FLOW_95:
        return result[report->flow_time + 3] * 3600;
    case TAKT_MEASURE_FLOW_VARIANCE:
        return result[report->flow_square] * 3600 * 3600 -
               2 * answer->parameters[2] * result[report->flow_time] * 3600 +
               answer->parameters[2] * answer->parameters[2];
    case TAKT_MEASURE_THROUGHPUT:
        return result[TAKT_KPI_THROUGHPUT] / 3600;
    case TAKT_MEASURE_TURNED_AWAY:
        return result[report->turned_away];
    case TAKT_MEASURE_LEVEL:
        return result[report->first_level + place];
    case TAKT_MEASURE_AT_STATION:
        return at_station(study, report, result, place);
    case TAKT_MEASURE_WORKING:
        return share_of(report, result, place, TAKT_MACHINE_WORKING);
    case TAKT_MEASURE_STARVED:
        return share_of(report, result, place, TAKT_MACHINE_STARVED);
    case TAKT_MEASURE_BLOCKED:
        return share_of(report, result, place, TAKT_MACHINE_BLOCKED);
    case TAKT_MEASURE_AVAILABLE:
        return 1 - share_of(report, result, place, TAKT_MACHINE_DOWN);
    case TAKT_MEASURE_COST:
        return result[TAKT_KPI_COST];
    case TAKT_MEASURE_KPI:
        return result[place] * (strcmp(report->kpis[place].unit, "h") == 0 ? 3600 : 1);
    }
    return NAN; // the switch names every measure
}
