// The flow of material as text: one line per source, station and product.

#include "jobs/flow_rows.h"

#include "sim/arrivals.h"

static void append_rate(takt_text *text, const takt_source *source)
{
    takt_text_printf(text, "every %.4g s", takt_distribution_mean_s(&source->interarrival));
    if (takt_distribution_mean_s(&source->batch) > 0)
        takt_text_printf(text, " %.4g items", takt_distribution_mean_s(&source->batch));
    if (source->rate_profile)
        takt_text_printf(text, ", x %.4g by the clock", takt_arrivals_mean_factor(source));
    if (source->number > 0)
        takt_text_printf(text, ", %d in all", source->number);
}

static void append_sources(takt_text *text, const takt_factory *factory)
{
    for (int32_t i = 0; i < factory->sources.n_items; ++i) {
        const takt_source *source = TAKT_ITEM(takt_source, factory->sources, i);
        takt_text_printf(text, "%s (", source->name);
        if (source->file)
            takt_text_printf(text, "%d in %s", source->arrivals.n, source->file);
        else
            append_rate(text, source);
        takt_text_printf(text, ") -> %s",
                         source->to        ? source->to
                         : source->product ? source->product
                                           : "the first steps of their products");
        takt_text_append(text, "\n");
    }
}

/// The setups and the people that its machines need.
static void append_needs(takt_text *text, const takt_station *station)
{
    if (station->changeovers.n_items > 0)
        takt_text_printf(text, ", %d changeover%s", station->changeovers.n_items,
                         station->changeovers.n_items == 1 ? "" : "s");
    if (station->changeovers.n_items > 0 && station->setup_min_run > 1)
        takt_text_printf(text, ", runs of %d", station->setup_min_run);
    if (!station->operators)
        return;
    const takt_list *crews = &station->operators->call.crews;
    takt_text_append(text, ", operators: ");
    if (station->operators->crew)
        takt_text_append(text, station->operators->crew);
    for (int32_t i = 0; i < crews->n_items; ++i)
        takt_text_printf(text, "%s%s", i ? " or " : "", *TAKT_ITEM(const char *, *crews, i));
}

static void append_station(takt_text *text, const takt_station *station)
{
    for (int32_t i = 0; i < station->inputs.n_items; ++i) {
        const takt_input *input = TAKT_ITEM(takt_input, station->inputs, i);
        takt_text_printf(text, "%s%s", i ? " + " : "", input->from);
        if (input->take != 1 && !input->by_quantity)
            takt_text_printf(text, " x %g", input->take);
        if (input->match)
            takt_text_append(text, " (of one item)");
    }
    if (station->inputs.n_items == 0)
        takt_text_append(text, "(endless supply)");
    takt_text_printf(text, " -> [%s", station->name);
    if (station->n_machines > 1)
        takt_text_printf(text, " x %d", station->n_machines);
    append_needs(text, station);
    takt_text_append(text, station->routes.n_items > 0 ? "] -> " : "] -> next steps");
    for (int32_t r = 0; r < station->routes.n_items; ++r) {
        const takt_route *route = TAKT_ITEM(takt_route, station->routes, r);
        takt_text_printf(text, "%s%s", r ? ", " : "", route->to);
        if (route->parts > 0)
            takt_text_printf(text, " x %d", route->parts);
        else if (route->share < 1)
            takt_text_printf(text, " %g %%", 100 * route->share);
        if (route->by)
            takt_text_printf(text, " by %s", route->by);
    }
    takt_text_append(text, "\n");
}

/// Steps of a product that its line shows.
enum { STEPS_SHOWN = 24 };

/// Who releases items of the product: sources, and stations that make them.
static void append_origins(takt_text *text, const takt_factory *factory, int32_t product)
{
    int32_t n = 0;
    for (int32_t i = 0; i < factory->sources.n_items; ++i) {
        const takt_source *source = TAKT_ITEM(takt_source, factory->sources, i);
        if (takt_source_releases(source, product))
            takt_text_printf(text, "%s%s", n++ ? ", " : "", source->name);
    }
    for (int32_t s = 0; s < factory->stations.n_items; ++s) {
        const takt_station *station = TAKT_ITEM(takt_station, factory->stations, s);
        if (station->makes_index == product)
            takt_text_printf(text, "%s[%s]", n++ ? ", " : "", station->name);
    }
    if (n == 0)
        takt_text_append(text, "(nobody)");
}

static void append_step(takt_text *text, const takt_factory *factory, const takt_product *product,
                        const takt_step *step)
{
    const takt_station *station = TAKT_ITEM(takt_station, factory->stations, step->station_index);
    const char *setup = step->setup ? step->setup : product->setup;
    takt_text_printf(text, " -> [%s", step->station);
    if (step->name)
        takt_text_printf(text, ": %s", step->name);
    if (setup && station->changeovers.n_items > 0)
        takt_text_printf(text, ", setup %s", setup);
    if (step->scrap > 0)
        takt_text_printf(text, ", scrap %g %%", 100 * step->scrap);
    if (step->rework > 0)
        takt_text_printf(text, ", %g %% back to %s", 100 * step->rework,
                         step->rework_to ? step->rework_to
                         : step->name    ? step->name
                                         : step->station);
    takt_text_append(text, "]");
}

static void append_product(takt_text *text, const takt_factory *factory, int32_t p)
{
    const takt_product *product = TAKT_ITEM(takt_product, factory->products, p);
    const int32_t n = product->steps.n_items;
    takt_text_printf(text, "%s: ", product->name);
    append_origins(text, factory, p);
    for (int32_t i = 0; i < n && i < STEPS_SHOWN; ++i)
        append_step(text, factory, product, TAKT_ITEM(takt_step, product->steps, i));
    if (n > STEPS_SHOWN)
        takt_text_printf(text, " -> %d more steps", n - STEPS_SHOWN);
    takt_text_append(text, " -> out\n");
}

takt_status takt_flow_rows_add(takt_sheet *sheet, const takt_factory *factory)
{
    static const takt_column columns[] = {{"line", "from -> [station] -> to", false}};
    takt_text text = {0};
    append_sources(&text, factory);
    for (int32_t s = 0; s < factory->stations.n_items; ++s)
        append_station(&text, TAKT_ITEM(takt_station, factory->stations, s));
    for (int32_t p = 0; p < factory->products.n_items; ++p)
        append_product(&text, factory, p);
    const takt_status status = takt_text_check(&text);
    takt_table *table = takt_sheet_table(sheet, "flow", "Flow", columns, 1);
    for (char *line = text.bytes; status == TAKT_OK && line && *line;) {
        char *end = line;
        while (*end != '\n')
            ++end;
        *end = '\0';
        takt_table_add(table, (takt_cell[]){takt_cell_text(line)});
        line = end + 1;
    }
    takt_text_destroy(&text);
    return status;
}
