// Tariffs: their keys, their checks, and the integral of a price over time.

#include "sim/tariff.h"

#include "core/memory.h"

#define KW_TICKS_PER_KWH (3600.0 * TAKT_TICKS_PER_S)

static const takt_field tariff_step_fields[] = {
    TAKT_FIELD_AS("from", takt_tariff_step, from_s, DURATION, TAKT_RANGE(0, 1e9), .required = true,
                  .doc = "when it begins, time since the start of the cycle; it lasts until the "
                         "next one begins, the last one on into the next cycle"),
    TAKT_FIELD(takt_tariff_step, energy_per_kWh, NUMBER, TAKT_RANGE(-1e6, 1e6), .required = true,
               .unit = "currency/kWh", .doc = "price of energy; markets know negative ones"),
    TAKT_FIELD(takt_tariff_step, carbon_kg_per_kWh, NUMBER, TAKT_RANGE(0, 100), .default_text = "0",
               .unit = "kg/kWh",
               .doc = "carbon dioxide (equivalents) per kWh drawn; where no step has any, "
                      "prices.carbon_kg_per_kWh counts at all times"),
};
static const takt_schema tariff_step_schema =
    TAKT_SCHEMA("tariff_step", takt_tariff_step, tariff_step_fields,
                "A time of the day, or of the cycle, with one price of energy.");

static const takt_field tariff_fields[] = {
    TAKT_FIELD_AS("cycle", takt_tariff, cycle_s, DURATION, TAKT_RANGE(60, 1e9),
                  .default_text = "1 d", .doc = "time after which the steps begin again"),
    TAKT_FIELD(takt_tariff, steps, LIST, .schema = &tariff_step_schema,
               .doc = "prices by the time of the cycle, in ascending order"),
    TAKT_FIELD(takt_tariff, file, TEXT,
               .doc = "in place of steps: CSV file, one line per stretch of time (hourly market "
                      "prices); it begins again after its last line"),
    TAKT_FIELD_AS("every", takt_tariff, every_s, DURATION, TAKT_RANGE(1, 1e8),
                  .default_text = "1 h", .doc = "time that one line of the file stands for"),
    TAKT_FIELD(takt_tariff, column, TEXT, .default_text = "energy_per_kWh",
               .doc = "column of the file with the price"),
    TAKT_FIELD(takt_tariff, carbon, TEXT,
               .doc = "column of the file with the carbon in kg/kWh; left out: "
                      "prices.carbon_kg_per_kWh at all times"),
    TAKT_FIELD(takt_tariff, factor, NUMBER, TAKT_RANGE(1e-9, 1e9), .default_text = "1", .unit = "1",
               .doc = "multiplies the prices of the file: 0.001 for prices per MWh"),
};
const takt_schema takt_tariff_schema = TAKT_SCHEMA(
    "tariff", takt_tariff, tariff_fields,
    "What energy costs by the time of day, or of another cycle. Simulated time 0 is horizon.start "
    "of the cycle.");

takt_status takt_tariff_check(const takt_tariff *tariff, takt_path path, takt_problem *problem)
{
    double after_s = -1;
    if (tariff->file) {
        if (tariff->steps.n_items > 0)
            return takt_problem_set(problem, takt_path_of("%s.steps", path.text),
                                    "found %d beside a file, allowed: steps or a file",
                                    tariff->steps.n_items);
        if (tariff->cycle_s < 86400 || tariff->cycle_s > 86400)
            return takt_problem_set(problem, takt_path_of("%s.cycle", path.text),
                                    "found %g h beside a file, allowed: none, a file begins again "
                                    "after its last line",
                                    tariff->cycle_s / 3600);
        return TAKT_OK;
    }
    if (tariff->steps.n_items == 0)
        return takt_problem_set(problem, takt_path_of("%s.steps", path.text),
                                "found none, allowed: one or more, or a file");
    for (int32_t i = 0; i < tariff->steps.n_items; ++i) {
        const takt_tariff_step *step = TAKT_ITEM(takt_tariff_step, tariff->steps, i);
        const takt_path from = takt_path_of("%s.steps[%d].from", path.text, i);
        if (!(step->from_s > after_s))
            return takt_problem_set(problem, from,
                                    "found %g h, allowed: later than the step before (%g h)",
                                    step->from_s / 3600, after_s / 3600);
        if (!(step->from_s < tariff->cycle_s))
            return takt_problem_set(problem, from,
                                    "found %g h, allowed: less than the cycle (%g h)",
                                    step->from_s / 3600, tariff->cycle_s / 3600);
        after_s = step->from_s;
    }
    return TAKT_OK;
}

// --- The engine's view ---------------------------------------------------------------------------

static takt_list steps_of(const takt_tariff *tariff)
{
    return tariff->file ? tariff->from_file : tariff->steps;
}

int32_t takt_tariff_room(const takt_tariff *tariff)
{
    return tariff ? steps_of(tariff).n_items + 2 : 0; // one before the first step, and the end
}

bool takt_tariff_has_carbon(const takt_tariff *tariff)
{
    const takt_list steps = steps_of(tariff);
    for (int32_t i = 0; i < steps.n_items; ++i)
        if (TAKT_ITEM(takt_tariff_step, steps, i)->carbon_kg_per_kWh > 0)
            return true;
    return false;
}

static takt_priced add_priced(takt_priced sum, double ticks, takt_priced rate)
{
    return (takt_priced){sum.cost + ticks * rate.cost, sum.carbon_kg + ticks * rate.carbon_kg};
}

void takt_tariff_fill(const takt_tariff *tariff, double carbon_kg_per_kWh, takt_tick start,
                      takt_plan_tariff *plan)
{
    plan->n_segments = 0;
    if (!tariff)
        return;
    const takt_list steps = steps_of(tariff);
    const bool has_carbon = takt_tariff_has_carbon(tariff);
    const double cycle_s = tariff->file ? steps.n_items * tariff->every_s : tariff->cycle_s;
    takt_tariff_segment *next = plan->segments;
    plan->cycle = takt_tick_from_s(cycle_s);
    plan->start = start % plan->cycle;
    for (int32_t i = -1; i < steps.n_items; ++i) { // -1: the last step, on from the cycle before
        const int32_t k = i < 0 ? steps.n_items - 1 : i;
        const takt_tariff_step *step = TAKT_ITEM(takt_tariff_step, steps, k);
        if (i < 0 && !(TAKT_ITEM(takt_tariff_step, steps, 0)->from_s > 0))
            continue;
        const double carbon = has_carbon ? step->carbon_kg_per_kWh : carbon_kg_per_kWh;
        *next++ = (takt_tariff_segment){
            .from = i < 0 ? 0 : takt_tick_from_s(step->from_s),
            .rate = {step->energy_per_kWh / KW_TICKS_PER_KWH, carbon / KW_TICKS_PER_KWH}};
    }
    *next = (takt_tariff_segment){.from = plan->cycle};
    plan->n_segments = (int32_t)(next - plan->segments);
    for (int32_t i = 0; i < plan->n_segments; ++i) {
        const takt_tariff_segment *s = &plan->segments[i];
        plan->segments[i + 1].before =
            add_priced(s->before, (double)(s[1].from - s->from), s->rate);
    }
}

/// The segment that holds a time of the cycle.
static const takt_tariff_segment *segment_at(const takt_plan_tariff *plan, takt_tick time)
{
    int32_t low = 0, high = plan->n_segments; // segments[low].from <= time < segments[high].from
    while (high - low > 1) {
        const int32_t middle = low + (high - low) / 2;
        if (plan->segments[middle].from <= time)
            low = middle;
        else
            high = middle;
    }
    return &plan->segments[low];
}

takt_priced takt_tariff_integrate(const takt_plan_tariff *plan, takt_tick from, takt_tick to)
{
    const takt_priced none = {0, 0};
    const takt_tick first = from + plan->start, last = to + plan->start;
    const takt_tick first_time = first % plan->cycle;
    const takt_tariff_segment *a = segment_at(plan, first_time);
    if (last - first <= a[1].from - first_time) // all of it at one price
        return add_priced(none, (double)(last - first), a->rate);
    const takt_tick last_time = last % plan->cycle;
    const takt_tariff_segment *b = segment_at(plan, last_time);
    const double n_cycles = (double)(last / plan->cycle - first / plan->cycle);
    // The rest of the first segment, whole segments and cycles, the beginning of the last one.
    takt_priced sum = {b->before.cost - a[1].before.cost,
                       b->before.carbon_kg - a[1].before.carbon_kg};
    sum = add_priced(sum, n_cycles, plan->segments[plan->n_segments].before);
    sum = add_priced(sum, (double)(a[1].from - first_time), a->rate);
    return add_priced(sum, (double)(last_time - b->from), b->rate);
}

takt_priced takt_tariff_at(const takt_plan_tariff *plan, takt_tick at)
{
    const takt_priced rate = segment_at(plan, (at + plan->start) % plan->cycle)->rate;
    return (takt_priced){rate.cost * KW_TICKS_PER_KWH, rate.carbon_kg * KW_TICKS_PER_KWH};
}
