/// The exact values behind `takt validate`: each takes the parameters of its row (the comment at
/// the definition names them) and gives one number. Rates are per unit time.
#ifndef TAKT_JOBS_EXACT_FORMULAS_H
#define TAKT_JOBS_EXACT_FORMULAS_H

#include "core/status.h"

/// What is asked of a line: its throughput, how long the last machine is starved, or the mean level
/// of the buffer 0, 1, 2.
enum { TAKT_EXACT_LINE_THROUGHPUT = -1, TAKT_EXACT_LINE_STARVED = -2 };

takt_status takt_exact_mm1_items(const double *p, double *value);
takt_status takt_exact_mm1_time(const double *p, double *value);
takt_status takt_exact_mm1_queue(const double *p, double *value);
takt_status takt_exact_mm1_time_quantile(const double *p, double *value);
takt_status takt_exact_mm1_time_variance(const double *p, double *value);
takt_status takt_exact_md1_time_variance(const double *p, double *value);
takt_status takt_exact_ratio(const double *p, double *value);
takt_status takt_exact_mm1_variance(const double *p, double *value);
takt_status takt_exact_mmc_queue(const double *p, double *value);
takt_status takt_exact_mmc_items(const double *p, double *value);
takt_status takt_exact_mmc_time(const double *p, double *value);
takt_status takt_exact_mm1k_turned_away(const double *p, double *value);
takt_status takt_exact_mm1k_items(const double *p, double *value);
takt_status takt_exact_mm1k_time(const double *p, double *value);
takt_status takt_exact_mg1_queue(const double *p, double *value);
takt_status takt_exact_mg1_breaks_time(const double *p, double *value);
takt_status takt_exact_mg1_restarts_time(const double *p, double *value);
takt_status takt_exact_breaks_scrap(const double *p, double *value);
takt_status takt_exact_breaking_server_items(const double *p, double *value);
takt_status takt_exact_closed_line(const double *p, double *value);
takt_status takt_exact_fork_join_time(const double *p, double *value);
takt_status takt_exact_pairs_time(const double *p, double *value);
takt_status takt_exact_batches_waiting(const double *p, double *value);
takt_status takt_exact_start_up_time(const double *p, double *value);
takt_status takt_exact_priority_time(const double *p, double *value);
takt_status takt_exact_batch_wait_level(const double *p, double *value);
takt_status takt_exact_shortest_job_time(const double *p, double *value);
takt_status takt_exact_closed_network(const double *p, double *value);
takt_status takt_exact_jackson(const double *p, double *value);
takt_status takt_exact_repairman_available(const double *p, double *value);
takt_status takt_exact_urgent_available(const double *p, double *value);
takt_status takt_exact_pre_emptive_items(const double *p, double *value);
takt_status takt_exact_two_machines_throughput(const double *p, double *value);
takt_status takt_exact_two_machines_level(const double *p, double *value);
takt_status takt_exact_two_machines_blocked(const double *p, double *value);
takt_status takt_exact_parallel_before(const double *p, double *value);
takt_status takt_exact_even_line(const double *p, double *value);
takt_status takt_exact_uneven_line(const double *p, double *value);
takt_status takt_exact_line_of_two(const double *p, double *value);
takt_status takt_exact_cycle_pair(const double *p, double *value);
takt_status takt_exact_cycle_line(const double *p, double *value);
takt_status takt_exact_assembly_throughput(const double *p, double *value);
takt_status takt_exact_stops_by_work(const double *p, double *value);
takt_status takt_exact_stops_by_items(const double *p, double *value);
takt_status takt_exact_tariff_cost(const double *p, double *value);
takt_status takt_exact_shifts(const double *p, double *value);
// jobs/exact_arrivals.c
takt_status takt_exact_busy_by_the_clock(const double *p, double *value);
takt_status takt_exact_batch_arrivals(const double *p, double *value);
// jobs/exact_transport.c
takt_status takt_exact_longer_of_two(const double *p, double *value);
takt_status takt_exact_two_docks_time(const double *p, double *value);
takt_status takt_exact_two_docks_busy(const double *p, double *value);
takt_status takt_exact_belt_time(const double *p, double *value);
takt_status takt_exact_transit_time(const double *p, double *value);

#endif
