#include "jobs/signals.h"

#include "core/stop.h"

#include <signal.h>
#include <string.h>

static void on_signal(int number)
{
    if (number == SIGUSR2) {
        takt_save_request();
        return;
    }
    if (number == SIGINT)
        signal(SIGINT, SIG_DFL);
    takt_stop_request();
}

void takt_signals_install(void)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGUSR1, SIGUSR2};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < (int)(sizeof numbers / sizeof *numbers); ++i)
        sigaction(numbers[i], &action, NULL);
}

void takt_signals_ignore_size_limit(void)
{
    signal(SIGXFSZ, SIG_IGN);
}
