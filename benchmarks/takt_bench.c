// The benchmarks of a bare build (TAKT_FLOORS=kernels|sim), where there is no program `takt`: the
// rows of the floors that are built, as JSON lines.

#include "benchmarks/kernels/bench_drying.h"
#include "benchmarks/kernels/bench_network.h"
#include "benchmarks/kernels/bench_pinn_device.h"
#include "benchmarks/kernels/bench_surrogate.h"
#ifdef TAKT_WITH_SIM
#include "benchmarks/sim/bench_hold.h"
#include "benchmarks/sim/bench_sim.h"
#include "benchmarks/sim/bench_state.h"
#endif

#include "core/json.h"

#include <stdio.h>

/// One line on stdout; 0 when it is out.
static int print_line(takt_text *text)
{
    const bool ok = takt_text_check(text) == TAKT_OK && puts(takt_text_get(text)) >= 0;
    takt_text_destroy(text);
    return ok ? 0 : 1;
}

static int print_row(takt_status status, const takt_bench_row *row)
{
    takt_text text = {0};
    takt_json json = takt_json_begin_line(&text);
    if (status != TAKT_OK) {
        fprintf(stderr, "takt_bench: %s\n", takt_error_text());
        return 1;
    }
    takt_json_object(&json);
    takt_json_key_text(&json, "name", row->name);
    takt_json_key_text(&json, "unit", row->unit);
    if (row->is_measured) {
        takt_json_key_number(&json, "value", row->best);
        takt_json_key_number(&json, "median", row->median);
        takt_json_key_boolean(&json, "at_least", row->at_least);
        takt_json_key_number(&json, "target", row->target);
        if (row->stretch > 0)
            takt_json_key_number(&json, "stretch", row->stretch);
        takt_json_key_boolean(&json, "pass", takt_bench_passes(row));
    }
    if (row->peers[0])
        takt_json_key_text(&json, "peers", row->peers);
    if (row->note[0])
        takt_json_key_text(&json, "note", row->note);
    takt_json_end(&json);
    return print_line(&text);
}

static int print_head(void)
{
    takt_text text = {0};
    takt_json json = takt_json_begin_line(&text);
    takt_json_object(&json);
    takt_json_key_text(&json, "flags", TAKT_BUILD_FLAGS);
    takt_json_key_integer(&json, "ranks", 1);
    takt_json_end(&json);
    return print_line(&text);
}

int main(void)
{
    takt_bench_row row;
    int failed = print_head();
#ifdef TAKT_WITH_SIM
    failed += print_row(takt_bench_mm1(&row), &row);
    failed += print_row(takt_bench_line(&row), &row);
    for (int k = 0; k < TAKT_BENCH_COPY_ROWS; ++k)
        failed += print_row(takt_bench_copy(k, &row), &row);
    failed += print_row(takt_bench_hold(&row), &row);
#endif
    failed += print_row(takt_bench_drying_batch(&row), &row);
    for (int k = 0; k < TAKT_BENCH_NETWORK_ROWS; ++k)
        failed += print_row(takt_bench_network(k, &row), &row);
    failed += print_row(takt_bench_surrogate_query(&row), &row);
    for (int k = 0; k < TAKT_BENCH_PINN_CLASSES; ++k)
        failed += print_row(takt_bench_pinn_device((takt_bench_pinn_class)k, &row), &row);
    return failed > 0;
}
