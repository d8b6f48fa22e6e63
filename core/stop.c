#include "core/stop.h"

#include <signal.h>

static volatile sig_atomic_t stop_flag, save_flag;

void takt_stop_request(void)
{
    stop_flag = 1;
}

bool takt_stop_requested(void)
{
    return stop_flag != 0;
}

void takt_stop_clear(void)
{
    stop_flag = 0;
}

void takt_save_request(void)
{
    save_flag = 1;
}

bool takt_save_requested(void)
{
    return save_flag != 0;
}

void takt_save_clear(void)
{
    save_flag = 0;
}
