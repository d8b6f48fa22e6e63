// Shifts: people come and go by their calendars, and with them stations and crews.

#include "sim/state_internal.h"

static bool covers_all(const takt_plan_calendar *calendar, const takt_stretch *stretches)
{
    return calendar->n_stretches == 1 && stretches[0].from == 0 &&
           stretches[0].to >= calendar->cycle;
}

/// Schedules the next change. Where one stretch ends with the cycle and the next begins with it,
/// nobody goes home in between.
static void schedule_change(takt_replication *r, int32_t index)
{
    const takt_plan_calendar *calendar = &r->plan->calendars[index];
    const takt_stretch *stretches = &r->plan->stretches[calendar->first_stretch];
    takt_calendar_state *state = &r->view.calendars[index];
    if (covers_all(calendar, stretches))
        return;
    if (state->is_on && stretches[state->next].to == calendar->cycle && stretches[0].from == 0) {
        state->cycle_start += calendar->cycle;
        state->next = 0;
    }
    const takt_stretch *next = &stretches[state->next];
    takt_event_schedule(&r->view.head->queue, r->view.nodes, r->view.slot_word,
                        takt_slot_calendar(r->plan, index),
                        state->is_on ? TAKT_EVENT_SHIFT_END : TAKT_EVENT_RETURN,
                        state->cycle_start + (state->is_on ? next->to : next->from));
}

/// A station's people go: machines stop where they are, or after the job in hand.
static void leave_station(takt_replication *r, const takt_plan_station *station)
{
    if (TAKT_DEFECTIVE(WORKS_OFF_SHIFT))
        return;
    for (int32_t k = 0; k < station->n_machines; ++k) {
        takt_machine *m = &r->view.machines[station->first_machine + k];
        if (m->is_running && station->finishes_shift)
            m->leaves = 1;
        else
            takt_machine_hold(r, station->first_machine + k, TAKT_HOLD_SHIFT);
    }
}

static void come_to_station(takt_replication *r, const takt_plan_station *station)
{
    for (int32_t k = 0; k < station->n_machines; ++k) {
        takt_machine *m = &r->view.machines[station->first_machine + k];
        m->leaves = 0;
        if (m->holds & TAKT_HOLD_SHIFT)
            takt_machine_unhold(r, station->first_machine + k, TAKT_HOLD_SHIFT);
    }
}

static void tell_all(takt_replication *r, int32_t index)
{
    const takt_plan_calendar *calendar = &r->plan->calendars[index];
    const bool is_on = r->view.calendars[index].is_on;
    for (int32_t i = 0; i < calendar->n_members; ++i) {
        const int32_t member = r->plan->calendar_members[calendar->first_member + i];
        const bool is_station = member < r->plan->n_stations;
        const int32_t fleet = member - r->plan->n_stations - r->plan->n_crews;
        if (fleet >= 0)
            takt_transporters_change_shift(r, fleet, is_on);
        else if (!is_station)
            takt_crew_change_shift(r, member - r->plan->n_stations, is_on);
        else if (is_on)
            come_to_station(r, &r->plan->stations[member]);
        else
            leave_station(r, &r->plan->stations[member]);
    }
}

/// A shift begins or ends.
void takt_shift_change(takt_replication *r, int32_t index)
{
    const takt_plan_calendar *calendar = &r->plan->calendars[index];
    takt_calendar_state *state = &r->view.calendars[index];
    if (state->is_on && ++state->next == calendar->n_stretches) {
        state->next = 0;
        state->cycle_start += calendar->cycle;
    }
    state->is_on = !state->is_on;
    schedule_change(r, index);
    tell_all(r, index);
}

/// Time 0 is `start` of the cycle: a stretch that holds it is running, else people are not there
/// yet.
static void begin_cycle(const takt_plan_calendar *calendar, const takt_stretch *stretches,
                        takt_tick start, takt_calendar_state *state)
{
    const takt_tick time = start % calendar->cycle;
    state->cycle_start = -time;
    while (state->next < calendar->n_stretches && stretches[state->next].to <= time)
        state->next += 1;
    if (state->next == calendar->n_stretches) {
        state->next = 0;
        state->cycle_start += calendar->cycle;
    }
    state->is_on = state->cycle_start + stretches[state->next].from <= 0;
}

void takt_shifts_begin(takt_replication *r)
{
    for (int32_t c = 0; c < r->plan->n_calendars; ++c) {
        const takt_plan_calendar *calendar = &r->plan->calendars[c];
        begin_cycle(calendar, &r->plan->stretches[calendar->first_stretch], r->plan->start,
                    &r->view.calendars[c]);
        schedule_change(r, c);
        if (!r->view.calendars[c].is_on)
            tell_all(r, c);
    }
}
