#include "jobs/answer_rows.h"

#include <math.h>
#include <stdio.h>

const char *takt_verdict_describe(const takt_answer_row *row, char *out, size_t n_bytes)
{
    switch ((takt_verdict)row->verdict) {
    case TAKT_VERDICT_INTERIOR:
        snprintf(out, n_bytes, "interior");
        break;
    case TAKT_VERDICT_FLAT:
        snprintf(out, n_bytes, "interior, flat");
        break;
    case TAKT_VERDICT_BOUND:
        snprintf(out, n_bytes, "bound");
        break;
    case TAKT_VERDICT_HELD:
        snprintf(out, n_bytes, "held by %s", row->held_by);
        break;
    case TAKT_VERDICT_DEAD:
        snprintf(out, n_bytes, "dead");
        break;
    default:
        snprintf(out, n_bytes, "open");
    }
    return out;
}

/// One row per KPI, both designs side by side: what a reader compares.
static takt_status add_before_after(takt_sheet *sheet, const takt_setup *setup,
                                    const takt_answer *answer)
{
    static const takt_column columns[] = {{NULL, "result", false},   {NULL, "unit", false},
                                          {NULL, "before", true},    {NULL, "95 % from", true},
                                          {NULL, "to", true},        {NULL, "after", true},
                                          {NULL, "95 % from", true}, {NULL, "to", true}};
    const takt_report *report = takt_scenario_report(setup->scenario);
    const size_t n = (size_t)report->n_kpis;
    takt_kpi *before = takt_alloc(2 * n * sizeof *before);
    if (!before)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for the KPI table");
    takt_kpi *after = before + n;
    takt_report_summarise(report, answer->baseline_results, answer->n_final, 0.95, before);
    takt_report_summarise(report, answer->best_results, answer->n_final, 0.95, after);
    takt_table *table = takt_sheet_table(sheet, NULL, "Before and after", columns, 8);
    for (int32_t k = 0; k < report->n_kpis; ++k) {
        const takt_interval *b = &before[k].interval, *a = &after[k].interval;
        if (!takt_kpi_is_shown(setup, k) ||
            (takt_kpi_is_blank(setup, k, &before[k]) && takt_kpi_is_blank(setup, k, &after[k])))
            continue;
        takt_table_add(
            table, (takt_cell[]){
                       takt_cell_text(report->kpis[k].name), takt_kpi_unit_cell(&before[k]),
                       takt_kpi_cell(&before[k], b->mean), takt_kpi_end_cell(&before[k], b->lo),
                       takt_kpi_end_cell(&before[k], b->hi), takt_kpi_cell(&after[k], a->mean),
                       takt_kpi_end_cell(&after[k], a->lo), takt_kpi_end_cell(&after[k], a->hi)});
    }
    takt_free(before);
    return TAKT_OK;
}

/// A cost beside the winner as text: crossed where a limit breaks there, "bound" where the range
/// ends.
static takt_cell cost_cell(takt_sheet *sheet, double cost, bool is_feasible, bool is_bound,
                           int decimals)
{
    if (is_bound)
        return takt_cell_text("bound");
    if (!is_feasible && !(cost > 0))
        return takt_cell_text("x");
    return takt_cell_text(
        takt_sheet_format(sheet, "%s%.*f", is_feasible ? "" : "x ", decimals, cost));
}

/// Digits that tell two values of a range apart by a thousandth of it.
static int decimals_of_range(double min, double max)
{
    return takt_decimals_of(0, (max - min) * 0.02);
}

/// One more digit than the cost itself has: paired differences are that much sharper.
static int cost_decimals_of(const takt_setup *setup, const takt_answer *answer)
{
    const takt_report *report = takt_scenario_report(setup->scenario);
    takt_moments cost = {0};
    for (int32_t i = 0; i < answer->n_final; ++i)
        takt_moments_add(&cost,
                         answer->best_results[(int64_t)i * report->n_values + TAKT_KPI_COST]);
    if (cost.n < 2)
        return takt_decimals_of(cost.mean, 0);
    const takt_interval interval = takt_interval_of_moments(&cost, 0.95);
    return takt_decimals_of(cost.mean, 0.05 * (interval.hi - interval.lo));
}

static void add_set_points(takt_sheet *sheet, const takt_setup *setup, const takt_answer *answer)
{
    static const takt_column columns[] = {
        {"name", "set-point", false},  {"unit", "unit", false},       {"min", "from", false},
        {"max", "to", false},          {"baseline", "before", false}, {"value", "best", false},
        {"cost_minus", NULL, false},   {"cost_plus", NULL, false},    {NULL, "cost at -10 %", true},
        {NULL, "cost at +10 %", true}, {"verdict", "verdict", false}};
    enum { N_COLUMNS = sizeof columns / sizeof *columns };
    takt_table *table = takt_sheet_table(
        sheet, "best", "Set-points, with the cost at 10 % of the range to either side", columns,
        N_COLUMNS);
    const int cost_decimals = cost_decimals_of(setup, answer);
    bool breaks = false;
    for (int32_t i = 0; i < answer->n_set_points; ++i) {
        const takt_set_point *point = TAKT_ITEM(takt_set_point, setup->study->set_points, i);
        const takt_answer_row *row = &answer->rows[i];
        const int decimals = point->integer ? 0 : decimals_of_range(row->min, row->max);
        char verdict[128];
        const double near = TAKT_BOUND_TOLERANCE * (row->max - row->min);
        const bool at_min = row->value - row->min <= near, at_max = row->max - row->value <= near;
        breaks = breaks || (!row->minus_feasible && !at_min) || (!row->plus_feasible && !at_max);
        takt_table_add(
            table,
            (takt_cell[]){
                takt_cell_text(point->name), takt_cell_text(point->unit),
                takt_cell_number(row->min, decimals), takt_cell_number(row->max, decimals),
                takt_cell_number(row->baseline, decimals), takt_cell_number(row->value, decimals),
                takt_cell_number(row->cost_minus, 4), takt_cell_number(row->cost_plus, 4),
                cost_cell(sheet, row->cost_minus, row->minus_feasible, at_min, cost_decimals),
                cost_cell(sheet, row->cost_plus, row->plus_feasible, at_max, cost_decimals),
                takt_cell_text(takt_verdict_describe(row, verdict, sizeof verdict))});
    }
    takt_sheet_note(
        sheet,
        "interior: worse on both sides (flat: only further out); bound: at an end of its "
        "range;\nheld: a limit of the process stops it; dead: no effect in its whole "
        "range; open: a side\nmay still be better, more generations or replications "
        "would tell%s",
        breaks ? "; x: a limit breaks there." : ".");
}

static void add_referee(takt_sheet *sheet, const takt_answer *answer)
{
    static const takt_column columns[] = {{"name", "limit", false}, {"unit", "unit", false},
                                          {"value", "PETSc", true}, {"error", "+- error", true},
                                          {NULL, "", false},        {"limit", "allowed", true},
                                          {"pass", "kept", false}};
    takt_table *table = takt_sheet_table(
        sheet, "pde",
        answer->n_referee_rows > 0 ? "Limits of the process, solved again by PETSc" : NULL, columns,
        7);
    for (int32_t i = 0; i < answer->n_referee_rows; ++i) {
        const takt_referee_row *row = &answer->referee[i];
        takt_table_add(
            table, (takt_cell[]){takt_cell_text(row->name), takt_cell_text(row->unit),
                                 takt_cell_number(row->value, -4), takt_cell_number(row->error, -2),
                                 takt_cell_text(row->at_least ? ">=" : "<="),
                                 takt_cell_number(row->limit, -4), takt_cell_boolean(row->pass)});
    }
}

static void add_bottleneck(takt_sheet *sheet, const takt_setup *setup, const takt_answer *answer)
{
    static const takt_column columns[] = {{"before", "before", false},
                                          {"before_share", "share of time", false},
                                          {"after", "after", false},
                                          {"after_share", "share of time", false}};
    const takt_report *report = takt_scenario_report(setup->scenario);
    const takt_list *stations = &setup->study->factory.stations;
    double shares[2];
    const int32_t before = takt_report_bottleneck(
        report, stations->n_items, answer->baseline_results, answer->n_final, &shares[0]);
    const int32_t after = takt_report_bottleneck(report, stations->n_items, answer->best_results,
                                                 answer->n_final, &shares[1]);
    takt_table *table = takt_sheet_object(sheet, "bottleneck", "Bottleneck", columns, 4);
    takt_table_add(table,
                   (takt_cell[]){takt_cell_text(TAKT_ITEM(takt_station, *stations, before)->name),
                                 takt_cell_number(shares[0], 3),
                                 takt_cell_text(TAKT_ITEM(takt_station, *stations, after)->name),
                                 takt_cell_number(shares[1], 3)});
}

/// Both designs saw the same futures: the difference of each pair has the smaller interval.
static takt_interval difference(const takt_setup *setup, const takt_answer *answer, double *before)
{
    const takt_report *report = takt_scenario_report(setup->scenario);
    takt_moments change = {0}, old = {0};
    for (int32_t i = 0; i < answer->n_final; ++i) {
        const double *b = answer->baseline_results + (int64_t)i * report->n_values;
        const double *a = answer->best_results + (int64_t)i * report->n_values;
        if (b[TAKT_KPI_THROUGHPUT] > 0 && a[TAKT_KPI_THROUGHPUT] > 0) {
            takt_moments_add(&change, a[TAKT_KPI_COST] - b[TAKT_KPI_COST]);
            takt_moments_add(&old, b[TAKT_KPI_COST]);
        }
    }
    *before = old.mean;
    return takt_interval_of_moments(&change, 0.95);
}

const char *takt_answer_headline(const takt_setup *setup, const takt_answer *answer, char *out,
                                 size_t n_bytes)
{
    const takt_kpi_name *name = &takt_scenario_report(setup->scenario)->kpis[TAKT_KPI_COST];
    double before = 0;
    const takt_interval change = difference(setup, answer, &before);
    if (change.n < 2 || !(before > 0)) {
        snprintf(out, n_bytes, "%s: the baseline has no good output", name->name);
        return out;
    }
    snprintf(out, n_bytes, "%s from %.5g to %.5g %s: %+.2f %% [%+.2f, %+.2f]", name->name, before,
             before + change.mean, name->unit, 100 * change.mean / before, 100 * change.lo / before,
             100 * change.hi / before);
    return out;
}

static bool is_baseline(const takt_answer *answer)
{
    for (int32_t i = 0; i < answer->n_set_points; ++i)
        if (answer->rows[i].value != answer->rows[i].baseline)
            return false;
    return true;
}

takt_status takt_sheet_add_answer(takt_sheet *sheet, const takt_setup *setup,
                                  const takt_answer *answer)
{
    char headline[320];
    takt_sheet_note(sheet, "%s", takt_answer_headline(setup, answer, headline, sizeof headline));
    if (is_baseline(answer))
        takt_sheet_note(sheet, "The plant stays as it is: no design tried was better. More "
                               "generations may find one.");
    if (answer->baseline_violation > 0)
        takt_sheet_note(sheet,
                        "The baseline breaks limits of the process (takt check shows which).");
    if (answer->n_rejected > 0)
        takt_sheet_note(sheet, "%d better design%s rejected: PETSc found a limit broken.",
                        answer->n_rejected, answer->n_rejected == 1 ? " was" : "s were");
    TAKT_TRY(
        takt_sheet_add_kpis(sheet, "rows", NULL, setup, answer->best_results, answer->n_final));
    TAKT_TRY(add_before_after(sheet, setup, answer));
    add_set_points(sheet, setup, answer);
    TAKT_TRY(takt_sheet_add_kpis(sheet, "baseline", NULL, setup, answer->baseline_results,
                                 answer->n_final));
    TAKT_TRY(takt_sheet_add_kpis(sheet, "best_kpis", NULL, setup, answer->best_results,
                                 answer->n_final));
    add_bottleneck(sheet, setup, answer);
    add_referee(sheet, answer);
    takt_sheet_note(sheet,
                    "%lld replications, %d generations of %d designs, %d replications behind "
                    "each interval",
                    (long long)answer->n_replications, answer->n_generations, answer->population,
                    answer->n_final);
    return TAKT_OK;
}
