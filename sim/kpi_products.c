// KPI rows of each product: output, items in the plant, flow time, and how the due dates are kept.

#include "sim/kpi_internal.h"
#include "sim/state_internal.h"

enum { ROW_GOOD, ROW_ITEMS, ROW_FLOW, ROW_FLOW_SD, ROW_SCRAP, ROW_LATE, ROW_TARDINESS };

/// Rows of one product: the last two only where it has due dates.
static int32_t rows_of(const takt_plan_product *product)
{
    return product->has_due ? ROW_TARDINESS + 1 : ROW_SCRAP + 1;
}

static int32_t count_rows(const takt_plan *plan)
{
    int32_t n = 0;
    for (int32_t p = 0; p < plan->n_products; ++p)
        n += rows_of(&plan->products[p]);
    return n;
}

static void name_rows(const takt_factory *factory, const takt_plan *plan, takt_arena *arena,
                      takt_kpi_name *rows)
{
    for (int32_t p = 0; p < plan->n_products; ++p) {
        const char *name = TAKT_ITEM(takt_product, factory->products, p)->name;
        rows[ROW_GOOD] = (takt_kpi_name){takt_arena_format(arena, "good_%s_per_h", name),
                                         takt_arena_format(arena, "%s/h", factory->unit), false};
        rows[ROW_ITEMS] =
            (takt_kpi_name){takt_arena_format(arena, "items_%s", name), "items", false};
        rows[ROW_FLOW] =
            (takt_kpi_name){takt_arena_format(arena, "flow_time_%s", name), "h", false};
        rows[ROW_FLOW_SD] =
            (takt_kpi_name){takt_arena_format(arena, "flow_time_sd_%s", name), "h", false};
        rows[ROW_SCRAP] = (takt_kpi_name){takt_arena_format(arena, "scrap_%s", name), "1", false};
        if (plan->products[p].has_due) {
            rows[ROW_LATE] = (takt_kpi_name){takt_arena_format(arena, "late_%s", name), "1", false};
            rows[ROW_TARDINESS] =
                (takt_kpi_name){takt_arena_format(arena, "tardiness_%s", name), "h", false};
        }
        rows += rows_of(&plan->products[p]);
    }
}

static void fill_rows(const takt_replication *r, double hours, double *values)
{
    const double per_h = 1.0 / (3600.0 * TAKT_TICKS_PER_S);
    for (int32_t p = 0; p < r->plan->n_products; ++p) {
        const takt_product_state *state = &r->view.products[p];
        const double n = (double)state->n_finished, n_ended = n + (double)state->n_scrapped;
        const double mean = n > 0 ? state->flow / n : 0;
        const double variance = n > 1 ? (state->flow_squared - n * mean * mean) / (n - 1) : 0;
        values[ROW_GOOD] = hours > 0 ? state->good / hours : 0;
        values[ROW_ITEMS] = hours > 0 ? state->area * per_h / hours : 0;
        values[ROW_FLOW] = mean * per_h;
        values[ROW_FLOW_SD] = variance > 0 ? sqrt(variance) * per_h : 0;
        values[ROW_SCRAP] = n_ended > 0 ? (double)state->n_scrapped / n_ended : 0;
        if (r->plan->products[p].has_due) {
            values[ROW_LATE] = n > 0 ? (double)state->n_late / n : 0;
            values[ROW_TARDINESS] = n > 0 ? state->tardiness / n * per_h : 0;
        }
        values += rows_of(&r->plan->products[p]);
    }
}

const takt_kpi_section takt_kpi_products = {count_rows, name_rows, fill_rows};
