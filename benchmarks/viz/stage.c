// A server with viewers, as a run has them.

#include "benchmarks/viz/stage.h"

#include "core/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const double period_s = 1.0 / TAKT_STAGE_HZ;

takt_status takt_stage_open(takt_stage *stage)
{
    *stage = (takt_stage){0};
    takt_load_allow_files();
    TAKT_TRY(takt_board_create(&stage->board));
    TAKT_TRY(takt_stage_put(stage, false));
    takt_server_config config = takt_server_config_default();
    config.view.board = stage->board;
    config.max_viewers = 1024;
    TAKT_TRY(takt_server_create(&config, &stage->server));
    return TAKT_OK;
}

takt_status takt_stage_join(takt_stage *stage, const takt_load_config *config)
{
    takt_load_config joining = *config;
    const char *address = takt_server_address(stage->server);
    const char *token = strstr(address, "#token=");
    joining.port = takt_server_port(stage->server);
    joining.token = token ? token + sizeof "#token=" - 1 : "";
    TAKT_TRY(takt_load_start(&joining, &stage->load));
    stage->next_put_s = takt_clock_s();
    return TAKT_OK;
}

takt_status takt_stage_put(takt_stage *stage, bool counts)
{
    static const size_t sizes[] = {TAKT_STAGE_ROWS, 4};
    const double now_s = takt_clock_s();
    if (now_s < stage->next_put_s)
        return TAKT_OK;
    stage->next_put_s = fmax(stage->next_put_s + period_s, now_s - period_s);
    takt_load_stamp(stage->values, counts ? (double)stage->n_put : -1);
    stage->n_put += counts;
    TAKT_TRY(takt_board_put(stage->board, TAKT_CHANNEL_MACHINE_NOW, sizes, stage->values, NAN));
    return TAKT_OK;
}

takt_status takt_stage_play(takt_stage *stage, double seconds, bool counts)
{
    const double end_s = takt_clock_s() + seconds;
    while (takt_clock_s() < end_s) {
        const double wait_s = fmin(stage->next_put_s, end_s) - takt_clock_s();
        const struct timespec wait = {.tv_nsec = wait_s > 0 ? (long)(1e9 * wait_s) : 0};
        nanosleep(&wait, NULL);
        if (takt_clock_s() < end_s)
            TAKT_TRY(takt_stage_put(stage, counts));
    }
    return TAKT_OK;
}

void takt_stage_close(takt_stage *stage)
{
    takt_load_result ignored;
    if (stage->load)
        (void)takt_load_stop(&stage->load, &ignored);
    takt_server_destroy(&stage->server, 0);
    takt_board_destroy(&stage->board);
}

double takt_stage_memory_MB(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file)
        return NAN;
    if (fscanf(file, "%*d %ld", &pages) != 1)
        pages = 0;
    fclose(file);
    return 1e-6 * (double)pages * (double)sysconf(_SC_PAGESIZE);
}
