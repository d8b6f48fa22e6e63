// Whom repairs, planned stops and machines at work call: the checks, and the tables of the plan.

#include "sim/plan_internal.h"

/// Name of the crew that comes to mind `i`-th.
static const char *crew_name(const char *crew, const takt_people *call, int32_t i)
{
    return call->crews.n_items > 0 ? *TAKT_ITEM(const char *, call->crews, i) : crew;
}

static int32_t room_of_call(const char *crew, const takt_people *call)
{
    return call->crews.n_items > 0 ? call->crews.n_items : crew != NULL;
}

/// The crew named `i`-th, at `path`: it is there, comes once and has people enough.
static takt_status check_crew(const takt_factory *factory, const char *crew,
                              const takt_people *call, int32_t i, takt_path path,
                              takt_problem *problem)
{
    char names[160];
    const char *name = crew_name(crew, call, i);
    const int32_t index = takt_list_find(&factory->crews, sizeof(takt_crew), name);
    const takt_path at = call->crews.n_items > 0 ? takt_path_of("%s.crews[%d]", path.text, i)
                                                 : takt_path_of("%s.crew", path.text);
    if (index < 0)
        return takt_problem_set(
            problem, at, "found '%s', allowed: a crew (%s)", name,
            takt_list_names(&factory->crews, sizeof(takt_crew), names, sizeof names));
    for (int32_t k = 0; k < i; ++k)
        if (takt_list_find(&factory->crews, sizeof(takt_crew), crew_name(crew, call, k)) == index)
            return takt_problem_set(problem, at, "found '%s' again, allowed: each crew once", name);
    const int32_t size = TAKT_ITEM(takt_crew, factory->crews, index)->size;
    if (call->members > size)
        return takt_problem_set(problem, takt_path_of("%s.members", path.text),
                                "found %d, allowed: %d or fewer, the people of crew '%s'",
                                call->members, size, name);
    return TAKT_OK;
}

takt_status takt_people_check(const takt_factory *factory, const char *crew,
                              const takt_people *call, takt_path path, takt_problem *problem)
{
    const int32_t n = room_of_call(crew, call);
    if (crew && call->crews.n_items > 0)
        return takt_problem_set(problem, takt_path_of("%s.crews", path.text),
                                "found a list besides crew: %s, allowed: one of the two", crew);
    if (n == 0 && (call->members > 1 || call->priority != 0))
        return takt_problem_set(
            problem, takt_path_of("%s.%s", path.text, call->members > 1 ? "members" : "priority"),
            "found %d without a crew, allowed: with crew or crews",
            call->members > 1 ? call->members : call->priority);
    for (int32_t i = 0; i < n; ++i)
        TAKT_TRY(check_crew(factory, crew, call, i, path, problem));
    return TAKT_OK;
}

/// A call into the plan; `at` holds the running ends of the tables.
static takt_plan_call call_of(const takt_factory *factory, const char *crew,
                              const takt_people *call, takt_plan *plan, takt_plan *at)
{
    const takt_plan_call made = {.first_option = at->n_options,
                                 .n_options = room_of_call(crew, call),
                                 .members = call->members > 1 ? call->members : 1,
                                 .priority = call->priority,
                                 .restarts = call->pre_empted == TAKT_PRE_EMPTED_RESTARTS};
    for (int32_t i = 0; i < made.n_options; ++i)
        plan->options[at->n_options++] =
            takt_list_find(&factory->crews, sizeof(takt_crew), crew_name(crew, call, i));
    return made;
}

/// Hears who calls whom: a stoppage of a station, or (-1) its machines at work.
typedef void (*call_visitor)(void *context, int32_t stoppage, const char *crew,
                             const takt_people *call);

/// All calls of a station, those of its stoppages in their order: stops, failures, wears,
/// inspections.
static void visit_calls(const takt_station *station, call_visitor visit, void *context)
{
    int32_t index = 0;
    for (int32_t i = 0; i < station->stops.n_items; ++i) {
        const takt_stop *stop = TAKT_ITEM(takt_stop, station->stops, i);
        visit(context, index++, stop->crew, &stop->call);
    }
    for (int32_t i = 0; i < station->failures.n_items; ++i) {
        const takt_failure *failure = TAKT_ITEM(takt_failure, station->failures, i);
        visit(context, index++, failure->crew, &failure->call);
    }
    for (int32_t i = 0; i < station->wears.n_items; ++i) {
        const takt_wear *wear = TAKT_ITEM(takt_wear, station->wears, i);
        visit(context, index++, wear->crew, &wear->call);
    }
    for (int32_t i = 0; i < station->stops.n_items; ++i) {
        const takt_condition *condition = TAKT_ITEM(takt_stop, station->stops, i)->condition;
        if (condition)
            visit(context, index++, condition->crew, &condition->call);
    }
    if (station->operators)
        visit(context, -1, station->operators->crew, &station->operators->call);
}

static void count_options(void *context, int32_t stoppage, const char *crew,
                          const takt_people *call)
{
    (void)stoppage;
    *(int32_t *)context += room_of_call(crew, call);
}

int32_t takt_station_people_room(const takt_station *station)
{
    int32_t n = 0;
    visit_calls(station, count_options, &n);
    return n;
}

typedef struct call_filler {
    takt_plan *plan, *at;
    const takt_factory *factory;
    takt_plan_station *to;
} call_filler;

static void fill_call(void *context, int32_t stoppage, const char *crew, const takt_people *call)
{
    const call_filler *f = context;
    takt_plan_call *to = stoppage < 0 ? &f->to->operators
                                      : &f->plan->stoppages[f->to->first_stoppage + stoppage].call;
    *to = call_of(f->factory, crew, call, f->plan, f->at);
    f->to->n_links = to->n_options > f->to->n_links ? to->n_options : f->to->n_links;
}

void takt_plan_people(takt_plan *plan, takt_plan *at, const takt_factory *factory,
                      const takt_station *from, takt_plan_station *to)
{
    call_filler filler = {plan, at, factory, to};
    to->is_staffed = from->operators != NULL;
    to->n_links = 0;
    visit_calls(from, fill_call, &filler);
    to->first_link = at->n_links;
    at->n_links += to->n_machines * to->n_links;
}
