// takt bench: how fast this program is on this machine, each number beside its target.

#include "benchmarks/kernels/bench_drying.h"
#include "benchmarks/mpi/bench_farm.h"
#include "benchmarks/mpi/bench_gain.h"
#include "benchmarks/mpi/bench_pinn.h"
#include "benchmarks/sim/bench_hold.h"
#include "benchmarks/sim/bench_sim.h"
#include "benchmarks/sim/bench_state.h"
#include "benchmarks/solver/bench_petsc.h"
#include "benchmarks/viz/bench_replay.h"
#include "benchmarks/viz/bench_viewer.h"
#include "core/words.h"
#include "jobs/bench_start.h"
#include "jobs/examples.h"
#include "jobs/machine.h"
#include "jobs/progress.h"
#include "jobs/referee.h"
#include "jobs/tables.h"
#include "jobs/verbs.h"
#include "jobs/viewing.h"
#include "solver/petsc.h"

#include <string.h>

static const char flagship[] = "battery_line";

/// The rows. Rank 0 alone measures all but the farm, the gain and a part of the networks.
typedef enum bench_kind {
    BENCH_MM1,
    BENCH_LINE,
    BENCH_BATTERY_LINE,
    BENCH_COPY,
    BENCH_COPY_LARGE,
    BENCH_MEMORY,
    BENCH_HOLD,
    BENCH_DRYING_BATCH,
    BENCH_DRYING_ERROR,
    BENCH_DRYING_PETSC,
    BENCH_FARM,
    BENCH_START,
    BENCH_GAIN,
    BENCH_PINN,
    BENCH_VIEWER,
    BENCH_REPLAY,
    BENCH_COUNT
} bench_kind;

static const char *const names[BENCH_COUNT] = {
    "mm1",  "line_20",      "battery_line", "state",        "state", "state",
    "hold", "drying_batch", "drying_batch", "drying_petsc", "farm",  "start",
    "gain", "pinn",         "viewer",       "replay"};

static const takt_example *find_flagship(void)
{
    const takt_example *example = takt_examples;
    while (strcmp(example->name, flagship) != 0)
        ++example;
    return example;
}

static takt_status measure_alone(const takt_call *call, bench_kind kind, takt_bench_row *row)
{
    const takt_example *study = find_flagship();
    switch (kind) {
    case BENCH_MM1:
        return takt_bench_mm1(row);
    case BENCH_LINE:
        return takt_bench_line(row);
    case BENCH_BATTERY_LINE:
        return takt_bench_events(flagship, study->text, study->n_bytes, row);
    case BENCH_COPY:
    case BENCH_COPY_LARGE:
        return takt_bench_copy(kind - BENCH_COPY, row);
    case BENCH_MEMORY:
        return takt_bench_memory(flagship, study->text, study->n_bytes, row);
    case BENCH_HOLD:
        return takt_bench_hold(row);
    case BENCH_DRYING_BATCH:
        return takt_bench_drying_batch(row);
    case BENCH_DRYING_ERROR:
        return takt_bench_drying_error(row);
    case BENCH_DRYING_PETSC:
        return takt_bench_drying_petsc(row);
    default:
        return takt_bench_start(call, study, row);
    }
}

/// The whole search, judged as in takt optimize.
static takt_status measure_gain(const takt_call *call, const takt_observer *observer,
                                takt_bench_row *row)
{
    const takt_example *study = find_flagship();
    const takt_search_config config = {.observer = observer, .referee = {takt_referee_judge, NULL}};
    return takt_bench_gain(call->comm, flagship, study->text, study->n_bytes, &config, row);
}

/// `is_named`: the user asked for this one.
static takt_status measure(takt_call *call, bench_kind kind, bool is_named,
                           const takt_observer *observer, takt_bench_row *row)
{
    const takt_example *study = find_flagship();
    if (kind == BENCH_FARM)
        return takt_bench_farm(call->comm, flagship, study->text, study->n_bytes, row);
    if (kind == BENCH_GAIN)
        return is_named ? measure_gain(call, observer, row) : takt_bench_gain_skip(row);
    return takt_comm_agree(call->comm,
                           takt_call_leads(call) ? measure_alone(call, kind, row) : TAKT_OK);
}

static void add_row(takt_sheet *sheet, takt_table *table, const takt_bench_row *row)
{
    const bool has = row->is_measured;
    takt_table_add(
        table,
        (takt_cell[]){takt_cell_text(row->name), takt_cell_text(row->unit),
                      has ? takt_cell_number(row->best, -4) : takt_cell_none(),
                      has ? takt_cell_number(row->median, -4) : takt_cell_none(),
                      takt_cell_text(row->at_least ? ">=" : "<="), takt_cell_boolean(row->at_least),
                      takt_cell_number(row->target, -6),
                      row->stretch > 0 ? takt_cell_number(row->stretch, -6) : takt_cell_none(),
                      row->limit > 0 ? takt_cell_number(row->limit, -6) : takt_cell_none(),
                      has ? takt_cell_boolean(takt_bench_passes(row)) : takt_cell_none(),
                      *row->peers ? takt_cell_text(row->peers) : takt_cell_none()});
    if (*row->note)
        takt_sheet_note(sheet, "%s: %s", row->name, row->note);
}

/// Several rows of one measurement of rank 0, done when it is asked for by name.
static takt_status measure_viewing(bench_kind kind, bool is_named, takt_bench_row *rows, int *n)
{
    const takt_example *study = find_flagship();
    *n = 1;
    if (kind == BENCH_REPLAY && !is_named)
        return takt_bench_replay_skip(rows);
    if (kind == BENCH_VIEWER && !is_named)
        return takt_bench_viewer_skip(rows);
    *n = kind == BENCH_REPLAY ? TAKT_BENCH_REPLAY_ROWS : TAKT_BENCH_VIEWER_ROWS;
    return kind == BENCH_REPLAY ? takt_bench_replay(rows)
                                : takt_bench_viewer(flagship, study->text, study->n_bytes, rows);
}

/// Adds what has several rows under one name.
static takt_status add_group(takt_call *call, bench_kind kind, bool is_named,
                             const takt_observer *observer, takt_sheet *sheet, takt_table *table)
{
    enum { MAX_ROWS = 20 };
    TAKT_STATIC_ASSERT((int)TAKT_BENCH_VIEWER_ROWS <= MAX_ROWS &&
                           (int)TAKT_BENCH_REPLAY_ROWS <= MAX_ROWS &&
                           (int)TAKT_BENCH_PINN_ROWS <= MAX_ROWS,
                       "rows of one measurement");
    takt_bench_row rows[MAX_ROWS];
    takt_status status = TAKT_OK;
    int n = TAKT_BENCH_PINN_ROWS;
    if (kind == BENCH_PINN)
        status = takt_bench_pinn(call->comm, is_named, observer, rows);
    else if (takt_call_leads(call))
        status = measure_viewing(kind, is_named, rows, &n);
    for (int i = 0; i < n && status == TAKT_OK && takt_call_leads(call); ++i)
        add_row(sheet, table, &rows[i]);
    TAKT_TRY(takt_comm_agree(call->comm, status));
    return TAKT_OK;
}

static void add_machine(takt_sheet *sheet, const takt_call *call)
{
    static const takt_column columns[] = {
        {"processor", "processor", false}, {"cores", "cores", false},
        {"ranks", "ranks", false},         {"compiler", "compiler", false},
        {"flags", "flags", false},         {"precision", "precision", false}};
    char processor[256];
    takt_table *table = takt_sheet_object(sheet, "machine", "Measured on", columns, 6);
    takt_table_add(
        table, (takt_cell[]){takt_cell_text(takt_machine_processor(processor, sizeof processor)),
                             takt_cell_integer(takt_machine_n_cores(takt_comm_size(call->comm))),
                             takt_cell_integer(takt_comm_size(call->comm)),
                             takt_cell_text(takt_machine_compiler()),
                             takt_cell_text(takt_machine_flags()), takt_cell_text("double")});
}

static takt_status check_name(const char *name)
{
    const char *allowed[BENCH_COUNT] = {NULL};
    char suggestion[256], shown[TAKT_SHOWN_BYTES];
    int n = 0;
    for (int k = 0; k < BENCH_COUNT; ++k) {
        if (!name || strcmp(name, names[k]) == 0)
            return TAKT_OK;
        if (n == 0 || strcmp(names[k], allowed[n - 1]) != 0) // one name, several rows
            allowed[n++] = names[k];
    }
    return TAKT_FAIL(TAKT_ERR_INPUT, "bench: found '%s'%s", takt_shown(name, strlen(name), shown),
                     takt_suggest(name, strlen(name), allowed, n, suggestion, sizeof suggestion));
}

static takt_status bench(takt_call *call, takt_sheet *sheet, takt_table *table)
{
    const char *name = call->arguments.n_positional > 0 ? call->arguments.positional[0] : NULL;
    takt_progress_printer printer;
    TAKT_TRY(check_name(name));
    takt_progress_begin(&printer, call, NULL);
    TAKT_TRY(takt_comm_agree(call->comm, takt_petsc_init()));
    takt_status status = TAKT_OK;
    for (int k = 0; k < BENCH_COUNT && status == TAKT_OK; ++k) {
        takt_bench_row row = {0};
        if (name && strcmp(name, names[k]) != 0)
            continue;
        takt_progress_say(&printer, "bench: %s", names[k]);
        if (k == BENCH_PINN || k == BENCH_VIEWER || k == BENCH_REPLAY) {
            status = add_group(call, (bench_kind)k, name != NULL, &printer.observer, sheet, table);
            continue;
        }
        status = measure(call, (bench_kind)k, name != NULL, &printer.observer, &row);
        if (status == TAKT_OK && takt_call_leads(call))
            add_row(sheet, table, &row);
    }
    takt_progress_end(&printer);
    const takt_status ended = takt_petsc_fini();
    TAKT_TRY(status);
    TAKT_TRY(ended);
    return TAKT_OK;
}

static takt_status run(takt_call *call)
{
    static const takt_column columns[] = {{"name", "name", false},
                                          {"unit", "unit", false},
                                          {"value", "best of 5", false},
                                          {"median", "median", false},
                                          {NULL, "", false},
                                          {"at_least", NULL, false},
                                          {"target", "target", false},
                                          {"stretch", "stretch", false},
                                          {"limit", "limit", false},
                                          {"pass", "reached", false},
                                          {"peers", "peers", false}};
    takt_status status = TAKT_OK;
    takt_sheet *sheet = NULL;
    TAKT_TRY(takt_comm_agree(call->comm, takt_viewing_start(call, NULL)));
    TAKT_TRY_GOTO(takt_sheet_create(&sheet), done);
    add_machine(sheet, call);
    takt_table *table = takt_sheet_table(sheet, "rows", "Benchmarks", columns, 11);
    TAKT_TRY_GOTO(bench(call, sheet, table), done);
    if (takt_comm_size(call->comm) == 1)
        takt_sheet_next(sheet, "mpirun -n 2 takt bench %s",
                        call->arguments.n_positional > 0 ? call->arguments.positional[0] : "farm");
    TAKT_TRY_GOTO(takt_sheet_print(call, sheet, &(takt_sheet_head){0}), done);
done:
    takt_sheet_destroy(&sheet);
    return status;
}

const takt_verb takt_verb_bench = {
    .name = "bench",
    .usage = "[NAME]",
    .summary = "how fast it is on this machine, beside its targets",
    .text =
        "Measures the event engine (mm1, line_20, battery_line), the copies and the size of a\n"
        "factory's state (state), the event queue alone (hold), the drying PDE (drying_batch,\n"
        "drying_petsc), the farm over ranks (farm, under mpirun), the time from start to\n"
        "the first line of progress (start), networks and the PDEs that they learn (pinn,\n"
        "over the ranks under mpirun) and, only when asked by name, training to an error on\n"
        "two ranks (also pinn, a minute), the gain of the whole search on the battery line\n"
        "(gain, minutes), 1,000 viewers at 30 Hz with what they cost the run (viewer,\n"
        "minutes) and a run file of 1 GB in the viewer (replay): the best and the median of\n"
        "five samples, with processor, compiler, flags and ranks. Models with a known answer are\n"
        "checked before they are timed. A limit is what no program can exceed, a stretch is\n"
        "beyond the target. Targets hold for one quiet core of today, those of the viewer and of\n"
        "pinn over ranks for two. Other simulators beside these rows: ./dev bench peers.",
    .flags = TAKT_FLAGS_OUTPUT | TAKT_FLAGS_VIEW,
    .max_positional = 1,
    .run = run,
};
