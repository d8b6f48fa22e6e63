// Times, failures and states in words, for documents and cards.

#include "viz/showcase_internal.h"

#include <stdio.h>

const char *takt_show_state(takt_machine_state state)
{
    static const char *const words[] = {
#define STATE_WORD(name, text) text,
        TAKT_MACHINE_STATE_LIST(STATE_WORD)
#undef STATE_WORD
    };
    return words[state];
}

const char *takt_show_stop_unit(const takt_stop *stop)
{
    if (stop->counts == TAKT_METER_CLOCK || stop->counts == TAKT_METER_WORKING)
        return "h";
    return stop->counts == TAKT_METER_ITEMS ? "items" : "quantity";
}

const char *takt_show_stop_counts(const takt_stop *stop)
{
    static const char *const words[TAKT_METER_COUNT] = {"clock", "working", "items", "quantity"};
    return words[stop->counts];
}

const char *takt_show_duration(double seconds, char *out)
{
    static const struct {
        double from_s, length_s;
        const char *unit;
    } units[] = {{2 * 86400, 86400, "d"}, {3600, 3600, "h"}, {60, 60, "min"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; ++i)
        if (seconds >= units[i].from_s) {
            snprintf(out, TAKT_SHOW_TEXT_BYTES, "%.4g %s", seconds / units[i].length_s,
                     units[i].unit);
            return out;
        }
    snprintf(out, TAKT_SHOW_TEXT_BYTES, "%.4g s", seconds);
    return out;
}

/// "50 s (log-normal, cv 0.2)"; `of`: what the time is counted in, " of work".
static const char *distribution(const takt_distribution *time, const char *of, char *out)
{
    char mean[TAKT_SHOW_TEXT_BYTES], cv[32] = "";
    const double mean_s = takt_distribution_mean_s(time);
    takt_show_duration(mean_s, mean);
    if (time->kind != TAKT_DISTRIBUTION_CONSTANT && time->kind != TAKT_DISTRIBUTION_EXPONENTIAL)
        snprintf(cv, sizeof cv, ", cv %.3g",
                 mean_s > 0 ? takt_distribution_sd_s(time) / mean_s : 0);
    snprintf(out, TAKT_SHOW_TEXT_BYTES, "%.40s%s (%s%s)", mean, of,
             takt_distribution_words(time->kind), cv);
    return out;
}

const char *takt_show_service(const takt_station *station, char *out)
{
    if (!station->stage)
        return distribution(&station->service, "", out);
    snprintf(out, TAKT_SHOW_TEXT_BYTES, "set by the stage %.64s", station->stage);
    return out;
}

const char *takt_show_failure(const takt_station *station, char *out)
{
    char up[TAKT_SHOW_TEXT_BYTES], repair[TAKT_SHOW_TEXT_BYTES];
    out[0] = '\0';
    if (station->failures.n_items == 0)
        return out;
    const takt_failure *failure = TAKT_ITEM(takt_failure, station->failures, 0);
    const char *of = failure->counts == TAKT_METER_WORKING ? " of work" : " of the clock";
    snprintf(out, TAKT_SHOW_TEXT_BYTES, "breaks after %.72s; repaired in %.72s%s%.64s",
             distribution(&failure->up, of, up), distribution(&failure->repair, "", repair),
             failure->crew ? " by " : "", failure->crew ? failure->crew : "");
    return out;
}
