// Formulas evaluated, chains solved: no exact number is typed in.

#include "jobs/exact_formulas.h"

#include "solver/factory_chains.h"

#include <math.h>

// --- Queues --------------------------------------------------------------------------------------

/// M/M/1 {arrival rate, service rate}: Kleinrock, Queueing Systems I (1975), 3.2.
takt_status takt_exact_mm1_items(const double *p, double *value)
{
    const double load = p[0] / p[1];
    *value = load / (1 - load);
    return TAKT_OK;
}

takt_status takt_exact_mm1_time(const double *p, double *value)
{
    *value = 1 / (p[1] - p[0]);
    return TAKT_OK;
}

takt_status takt_exact_mm1_queue(const double *p, double *value)
{
    const double load = p[0] / p[1];
    *value = load * load / (1 - load);
    return TAKT_OK;
}

/// First come first served, the time in the system is exponential {arrival rate, service rate,
/// share of the customers that does not exceed it}.
takt_status takt_exact_mm1_time_quantile(const double *p, double *value)
{
    *value = -log1p(-p[2]) / (p[1] - p[0]);
    return TAKT_OK;
}

takt_status takt_exact_mm1_time_variance(const double *p, double *value)
{
    *value = 1 / ((p[1] - p[0]) * (p[1] - p[0]));
    return TAKT_OK;
}

/// M/D/1 first come first served {arrival rate, service}: variance of the waiting time, which is
/// that of the time in the system, from the third moment of the service (Takacs 1962):
/// wait^2 + l E[S^3] / (3 (1 - r)).
takt_status takt_exact_md1_time_variance(const double *p, double *value)
{
    const double load = p[0] * p[1], wait = load * p[1] / (2 * (1 - load));
    *value = wait * wait + load * p[1] * p[1] / (3 * (1 - load));
    return TAKT_OK;
}

/// {a, b}: a / b.
takt_status takt_exact_ratio(const double *p, double *value)
{
    *value = p[0] / p[1];
    return TAKT_OK;
}

/// T x variance of the number in M/M/1 averaged over a time T: the asymptotic variance
/// 2 r (1 + r) / (1 - r)^4 per unit of service time, less 2 / T x the first moment of the
/// autocovariance; what is left beyond T has died out by exp(-T (1 - sqrt r)^2).
/// {load, T}; service rate 1.
///
/// For a birth and death chain both are sums over the flux equations of Poisson's equation:
/// u = number - mean, D(n) = sum over k <= n of p(k) u(k); g solves Q g = -u with
/// p(n) l (g(n + 1) - g(n)) = -D(n).
takt_status takt_exact_mm1_variance(const double *p, double *value)
{
    enum { N = 400 };
    const double load = p[0], mean = load / (1 - load);
    double source[N], probability[N], g[N], moments[2];
    for (int32_t n = 0; n < N; ++n) {
        probability[n] = (1 - load) * pow(load, n);
        source[n] = n - mean;
    }
    for (int32_t round = 0; round < 2; ++round) { // the integral of the covariance, then its moment
        double flux = 0, average = 0;
        g[0] = 0;
        for (int32_t n = 0; n + 1 < N; ++n) {
            flux += probability[n] * source[n];
            g[n + 1] = g[n] - flux / (probability[n] * load);
        }
        for (int32_t n = 0; n < N; ++n)
            average += probability[n] * g[n];
        moments[round] = 0;
        for (int32_t n = 0; n < N; ++n) {
            source[n] = g[n] - average;
            moments[round] += probability[n] * (n - mean) * source[n];
        }
    }
    *value = 2 * moments[0] - 2 * moments[1] / p[1];
    return TAKT_OK;
}

/// M/M/c {arrival rate, service rate, c}: Erlang C times load / (1 - load).
takt_status takt_exact_mmc_queue(const double *p, double *value)
{
    const double offered = p[0] / p[1], load = offered / p[2];
    double term = 1, sum = 0;
    for (int32_t k = 0; k < (int32_t)p[2]; ++k) {
        sum += term;
        term *= offered / (k + 1);
    }
    const double waits = term / (1 - load) / (sum + term / (1 - load));
    *value = waits * load / (1 - load);
    return TAKT_OK;
}

takt_status takt_exact_mmc_items(const double *p, double *value)
{
    TAKT_TRY(takt_exact_mmc_queue(p, value));
    *value += p[0] / p[1];
    return TAKT_OK;
}

takt_status takt_exact_mmc_time(const double *p, double *value)
{
    TAKT_TRY(takt_exact_mmc_queue(p, value));
    *value = *value / p[0] + 1 / p[1];
    return TAKT_OK;
}

/// M/M/1/K {load, K}: a truncated geometric distribution.
takt_status takt_exact_mm1k_turned_away(const double *p, double *value)
{
    *value = (1 - p[0]) * pow(p[0], p[1]) / (1 - pow(p[0], p[1] + 1));
    return TAKT_OK;
}

takt_status takt_exact_mm1k_items(const double *p, double *value)
{
    const double at_most = p[1] + 1, tail = pow(p[0], at_most);
    *value = p[0] / (1 - p[0]) - at_most * tail / (1 - tail);
    return TAKT_OK;
}

takt_status takt_exact_mm1k_time(const double *p, double *value) // service rate 1
{
    double away = 0;
    TAKT_TRY(takt_exact_mm1k_turned_away(p, &away));
    TAKT_TRY(takt_exact_mm1k_items(p, value));
    *value /= p[0] * (1 - away);
    return TAKT_OK;
}

/// Pollaczek and Khinchine {arrival rate, mean service, its squared coefficient of variation}.
takt_status takt_exact_mg1_queue(const double *p, double *value)
{
    const double load = p[0] * p[1];
    *value = load * load * (1 + p[2]) / (2 * (1 - load));
    return TAKT_OK;
}

/// The same for work that is interrupted by exponential failures and resumed
/// {arrival rate, work, its scv, mean up time, mean repair (exponential)}: the completion time of a
/// job is the service time (Hopp and Spearman, Factory Physics, ch. 8).
takt_status takt_exact_mg1_breaks_time(const double *p, double *value)
{
    const double available = p[3] / (p[3] + p[4]);
    const double mean = p[1] / available;
    const double variance =
        p[2] * p[1] * p[1] / (available * available) + p[1] / p[3] * 2 * p[4] * p[4];
    TAKT_TRY(takt_exact_mg1_queue((double[]){p[0], mean, variance / (mean * mean)}, value));
    *value = *value / p[0] + mean;
    return TAKT_OK;
}

/// The same for constant work that starts over {arrival rate, work, mean up time, mean repair}: a
/// geometric number of attempts is cut short, each by an exponential time below the work.
takt_status takt_exact_mg1_restarts_time(const double *p, double *value)
{
    const double work = p[1], up = p[2], repair = p[3];
    const double success = exp(-work / up), odds = (1 - success) / success;
    const double cut = up - work / odds;
    const double cut_variance = up * up - work * work / (odds * (1 - success));
    const double mean = work + odds * (cut + repair);
    const double variance =
        odds * (cut_variance + repair * repair) + odds / success * (cut + repair) * (cut + repair);
    TAKT_TRY(takt_exact_mg1_queue((double[]){p[0], mean, variance / (mean * mean)}, value));
    *value = *value / p[0] + mean;
    return TAKT_OK;
}

/// Jobs of constant work, scrapped when interrupted {work, mean up time, mean repair}: good jobs
/// per unit time of a machine that never waits, by renewal reward over attempts.
takt_status takt_exact_breaks_scrap(const double *p, double *value)
{
    const double success = exp(-p[0] / p[1]);
    *value = success / ((1 - success) * (p[1] + p[2]));
    return TAKT_OK;
}

/// {arrival, service, failure, repair rate, 1: by the clock}.
takt_status takt_exact_breaking_server_items(const double *p, double *value)
{
    const takt_chain_server server = {p[0], p[1], p[2], p[3], p[4] > 0};
    return takt_chain_breaking_server(&server, value);
}

/// Batches of two arrive {batch rate, service rate}: M[2]/M/1, mean time in the system.
takt_status takt_exact_pairs_time(const double *p, double *value)
{
    const double load = 2 * p[0] / p[1];
    *value = load * (1 + 2) / (2 * (1 - load)) / (2 * p[0]); // E[X (X + 1)] / (2 E[X]) = 3 / 2
    return TAKT_OK;
}

/// {arrival, service, time-out rate, least, most}.
takt_status takt_exact_batches_waiting(const double *p, double *value)
{
    const takt_chain_batches batches = {p[0], p[1], p[2], (int32_t)p[3], (int32_t)p[4]};
    return takt_chain_batch_server(&batches, value);
}

/// {0 to 2: number at that station; 3: time in the network}. Jackson (1957): traffic equations,
/// then an M/M/1 at each station.
takt_status takt_exact_jackson(const double *p, double *value)
{
    static const double arrivals = 1, rates[3] = {1.5, 1.2, 1.4};
    static const double routes[3][3] = {{0, 0.7, 0.3}, {0.1, 0, 0.9}, {0, 0, 0}};
    double flows[3] = {0}, items[3], sum = 0;
    for (int round = 0; round < 100; ++round) { // 7 % of the flow comes round again
        const double before[3] = {flows[0], flows[1], flows[2]};
        for (int to = 0; to < 3; ++to) {
            flows[to] = to == 0 ? arrivals : 0;
            for (int from = 0; from < 3; ++from)
                flows[to] += before[from] * routes[from][to];
        }
    }
    for (int i = 0; i < 3; ++i) {
        items[i] = flows[i] / (rates[i] - flows[i]);
        sum += items[i];
    }
    *value = p[0] < 3 ? items[(int)p[0]] : sum / arrivals;
    return TAKT_OK;
}

/// Machine repairman {machines, crews, failure rate, repair rate}: birth and death; the share of
/// machines that is not down.
takt_status takt_exact_repairman_available(const double *p, double *value)
{
    const int32_t n = (int32_t)p[0], crews = (int32_t)p[1];
    double term = 1, sum = 0, down = 0;
    for (int32_t k = 0; k <= n; ++k) {
        sum += term;
        down += k * term;
        term *= (n - k) * p[2] / (p[3] * (k + 1 < crews ? k + 1 : crews));
    }
    *value = 1 - down / sum / n;
    return TAKT_OK;
}

/// {kind, machines of each, failure rate, repair rate of the first, of the second}: two kinds of
/// machines, one repairer, the first kind pre-empts.
takt_status takt_exact_urgent_available(const double *p, double *value)
{
    const takt_chain_urgent urgent = {{(int32_t)p[1], (int32_t)p[1]}, {p[2], p[2]}, {p[3], p[4]}};
    double down = 0;
    TAKT_TRY(takt_chain_urgent_repairs(&urgent, (int32_t)p[0], &down));
    *value = 1 - down / p[1];
    return TAKT_OK;
}

/// M/M/1 with pre-emptive resume {kind 0 or 1, arrival rate of the first, of the second}, service
/// rate 1: mean number of the kind (Kleinrock, Queueing Systems II (1976), 3.6).
takt_status takt_exact_pre_emptive_items(const double *p, double *value)
{
    const double first = p[1], both = p[1] + p[2];
    *value = p[0] > 0 ? p[2] / ((1 - first) * (1 - both)) : first / (1 - first);
    return TAKT_OK;
}

// --- Lines ---------------------------------------------------------------------------------------

/// Two equal exponential machines, blocking after service {places}: one number is uniform on
/// 0 .. B + 2 (Hillier and Boling 1967).
takt_status takt_exact_two_machines_throughput(const double *p, double *value)
{
    *value = (p[0] + 2) / (p[0] + 3);
    return TAKT_OK;
}

takt_status takt_exact_two_machines_level(const double *p, double *value)
{
    *value = p[0] * (p[0] + 3) / 2 / (p[0] + 3);
    return TAKT_OK;
}

takt_status takt_exact_two_machines_blocked(const double *p, double *value)
{
    *value = 1 / (p[0] + 3);
    return TAKT_OK;
}

/// Two machines of rate 1/2 that block before service, both on `places` places, and one of rate 1
/// {places}: birth and death in the number finished by the first two and not by the last. Of the
/// places n - 1 are taken then, and each of the two that works keeps one more.
takt_status takt_exact_parallel_before(const double *p, double *value)
{
    double term = 1, sum = 1;
    for (int32_t n = 0; n <= (int32_t)p[0]; ++n) {
        const double free = n == 0 ? p[0] : p[0] - (n - 1);
        term *= 0.5 * fmin(2, free);
        sum += term;
    }
    *value = 1 - 1 / sum;
    return TAKT_OK;
}

static double asked(const takt_chain_line_answer *answer, double what)
{
    if (what == TAKT_EXACT_LINE_STARVED)
        return answer->starved;
    return what < 0 ? answer->throughput : answer->level[(int32_t)what];
}

static takt_status ask_line(const takt_chain_line *line, double what, double *value)
{
    takt_chain_line_answer answer;
    TAKT_TRY(takt_chain_exponential_line(line, &answer));
    *value = asked(&answer, what);
    return TAKT_OK;
}

static takt_status ask_cycle_line(const takt_chain_line *line, double what, double *value)
{
    takt_chain_line_answer answer;
    TAKT_TRY(takt_chain_cycle_line(line, &answer));
    *value = asked(&answer, what);
    return TAKT_OK;
}

/// Two machines of unit cycle, probabilities per cycle {failure and repair of the first, of the
/// second, N, what is asked}: Buzacott (1967), Gershwin (1994) ch. 3. N counts the part in work.
takt_status takt_exact_cycle_pair(const double *p, double *value)
{
    const takt_chain_line line = {.n_machines = 2,
                                  .places = {(int32_t)p[4]},
                                  .failure = {p[0], p[2]},
                                  .repair = {p[1], p[3]}};
    return ask_cycle_line(&line, p[5], value);
}

/// Equal machines of unit cycle {machines, places or N, failure, repair, what is asked, 0: block
/// after service, 1: Gershwin's rule, which cards follow that are taken at the start of one machine
/// and returned at the end of the next}.
takt_status takt_exact_cycle_line(const double *p, double *value)
{
    takt_chain_line line = {.n_machines = (int32_t)p[0], .after_service = p[5] == 0};
    for (int32_t i = 0; i < line.n_machines; ++i) {
        line.failure[i] = p[2];
        line.repair[i] = p[3];
        if (i + 1 < line.n_machines)
            line.places[i] = (int32_t)p[1];
    }
    return ask_cycle_line(&line, p[4], value);
}

/// Equal machines of rate 1 {machines, places, failure rate, repair rate, what is asked}.
takt_status takt_exact_even_line(const double *p, double *value)
{
    takt_chain_line line = {.n_machines = (int32_t)p[0]};
    for (int32_t i = 0; i < line.n_machines; ++i) {
        line.rate[i] = 1;
        line.failure[i] = p[2];
        line.repair[i] = p[3];
        if (i + 1 < line.n_machines)
            line.places[i] = (int32_t)p[1];
    }
    return ask_line(&line, p[4], value);
}

takt_status takt_exact_uneven_line(const double *p, double *value)
{
    const takt_chain_line line = {.n_machines = 2,
                                  .places = {6},
                                  .rate = {1.2, 1},
                                  .failure = {0.02, 0.01},
                                  .repair = {0.1, 0.1}};
    return ask_line(&line, p[0], value);
}

/// Two machines of which the first breaks at work {first rate, second rate, places, failure rate,
/// repair rate, what is asked}.
takt_status takt_exact_line_of_two(const double *p, double *value)
{
    const takt_chain_line line = {.n_machines = 2,
                                  .places = {(int32_t)p[2]},
                                  .rate = {p[0], p[1]},
                                  .failure = {p[3], 0},
                                  .repair = {p[4], 1}};
    return ask_line(&line, p[5], value);
}

takt_status takt_exact_assembly_throughput(const double *p, double *value)
{
    return takt_chain_assembly((int32_t)p[0], value);
}

/// Renewal reward: between two stops the machine works for the interval and for what is left of an
/// exponential job {interval, mean job, mean up time, mean repair, stop}.
takt_status takt_exact_stops_by_work(const double *p, double *value)
{
    const double work = p[0] + p[1];
    *value = work / (work + work / p[2] * p[3] + p[4]);
    return TAKT_OK;
}

/// {items between stops, mean job, stop}.
takt_status takt_exact_stops_by_items(const double *p, double *value)
{
    *value = p[0] / (p[0] * p[1] + p[2]);
    return TAKT_OK;
}

/// Energy of a customer of an M/M/1 at a price that changes with the time of day {arrival rate,
/// service rate, power at work, idle, base load, mean price per kWh}: the mean power over the rate,
/// at the mean price, because the server knows nothing of it.
takt_status takt_exact_tariff_cost(const double *p, double *value)
{
    const double load = p[0] / p[1];
    *value = (load * p[2] + (1 - load) * p[3] + p[4]) * p[5] / 3600 / p[0];
    return TAKT_OK;
}

/// Constant jobs in one shift a cycle {cycle, shift, job, 1: the last one is finished}: the shift's
/// time is used up, or a job begins at each of its beginnings.
takt_status takt_exact_shifts(const double *p, double *value)
{
    const double jobs = p[1] / p[2];
    *value = (p[3] > 0 ? ceil(jobs) : jobs) / p[0];
    return TAKT_OK;
}

// --- Cards and parts -----------------------------------------------------------------------------

/// A closed line of four exponential machines {customers, mean times 1 to 4, what is asked}: mean
/// value analysis, Reiser and Lavenberg (1980). The buffer i is the one before machine i + 2.
takt_status takt_exact_closed_line(const double *p, double *value)
{
    const int32_t n_customers = (int32_t)p[0], what = (int32_t)p[5];
    double there[4] = {0}, throughput = 0;
    for (int32_t n = 1; n <= n_customers; ++n) {
        double round = 0;
        for (int i = 0; i < 4; ++i)
            round += p[1 + i] * (1 + there[i]);
        throughput = n / round;
        for (int i = 0; i < 4; ++i)
            there[i] = throughput * p[1 + i] * (1 + there[i]);
    }
    *value = throughput;
    if (what != TAKT_EXACT_LINE_THROUGHPUT)
        *value = there[what + 1] - throughput * p[2 + what]; // those not in work
    return TAKT_OK;
}

/// Two M/M/1 that each serve one part of every arrival, until both are done {arrival rate, service
/// rate}: Flatto and Hahn (1984), mean by Nelson and Tantawi (1988), (12 - r) / 8 times that of
/// one.
takt_status takt_exact_fork_join_time(const double *p, double *value)
{
    *value = (12 - p[0] / p[1]) / 8 / (p[1] - p[0]);
    return TAKT_OK;
}
