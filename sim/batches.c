// Which items a machine takes where more than the rules matters: the setup that it has, items of a
// batch that must be alike, batches that start with fewer than they want when one of them has
// waited long enough.

#include "sim/state_internal.h"

/// The class of its queue that an item belongs to.
int32_t takt_queue_class_of(const takt_replication *r, int32_t buffer, int32_t item)
{
    const takt_ticket *ticket = &r->view.tickets[item];
    if (r->plan->buffers[buffer].n_classes == 1 || ticket->product < 0 || ticket->step < 0)
        return 0;
    const takt_plan_step *step =
        &r->plan->steps[r->plan->products[ticket->product].first_step + ticket->step];
    return step->buffer == buffer ? step->class_ : 0;
}

static bool is_ready(const takt_replication *r, const takt_plan_station *station,
                     const takt_queue_class *class_)
{
    if (class_->n >= station->batch_min)
        return true;
    return station->timer >= 0 && class_->n > 0 &&
           r->view.head->now - class_->oldest >= station->batch_wait;
}

/// Does the machine have to go on with the setup that it has?
static bool is_bound(const takt_replication *r, int32_t machine)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    if (station->min_run <= 1 || station->n_changeovers == 0)
        return false;
    const takt_machine_setup *own = &r->view.setups[machine];
    return own->setup >= 0 && own->run < station->min_run;
}

/// May the machine take of the class? `strict`: only of the setup that it has.
static bool may_take(const takt_replication *r, int32_t machine, int32_t class_index, bool strict)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    const int32_t setup = r->plan->class_setup[class_index];
    if (!is_ready(r, station, &r->view.classes[class_index]))
        return false;
    return !strict || setup < 0 || setup == r->view.setups[machine].setup;
}

/// Could the picky station's machine start?
bool takt_batch_possible(const takt_replication *r, int32_t s, int32_t machine)
{
    const takt_plan_station *station = &r->plan->stations[s];
    const takt_plan_buffer *buffer =
        &r->plan->buffers[r->plan->inputs[station->first_input].buffer];
    const bool strict = station->min_run_waits && is_bound(r, machine);
    for (int32_t c = 0; c < buffer->n_classes; ++c)
        if (may_take(r, machine, buffer->first_class + c, strict))
            return true;
    return false;
}

/// What the machine would have to change for the item: ticks on average; -1 where it is set up.
static takt_tick changeover_to(const takt_replication *r, int32_t machine, int32_t item)
{
    const int32_t setup = takt_changeover_setup_of(r, item);
    if (setup < 0 || setup == r->view.setups[machine].setup)
        return -1;
    return takt_changeover_mean(r, machine, setup);
}

/// Does the machine take `a` before `b`? As the queue has them, but for rules that ask for its
/// setup.
static bool prefers(const takt_replication *r, int32_t buffer, int32_t machine, int32_t a,
                    int32_t b)
{
    const takt_plan_buffer *plan = &r->plan->buffers[buffer];
    const takt_ticket *one = &r->view.tickets[a], *other = &r->view.tickets[b];
    const bool has_setups = machine >= 0 && r->view.machines[machine].has_setups;
    for (int32_t i = 0; i < plan->n_rules; ++i) {
        const bool same = plan->rules[i] == TAKT_DISPATCH_SAME_SETUP;
        if (has_setups && (same || plan->rules[i] == TAKT_DISPATCH_SHORTEST_SETUP)) {
            const takt_tick to_a = changeover_to(r, machine, a);
            const takt_tick to_b = changeover_to(r, machine, b);
            if (same ? (to_a < 0) != (to_b < 0) : to_a != to_b)
                return to_a < to_b;
        } else if (one->keys[i] != other->keys[i]) {
            return one->keys[i] < other->keys[i];
        }
    }
    return one->arrival < other->arrival;
}

/// The item that the machine takes next (TAKT_NONE: for nobody, by the rules alone); there is one.
int32_t takt_queue_choose(const takt_replication *r, int32_t b, int32_t machine)
{
    const takt_plan_buffer *buffer = &r->plan->buffers[b];
    if (!buffer->is_ordered)
        return r->view.buffers[b].first;
    const bool is_picky = machine >= 0 && takt_station_of(r, machine)->is_picky;
    int32_t best = TAKT_NONE;
    if (is_picky && takt_station_of(r, machine)->decides && r->view.decision->chosen != TAKT_NONE)
        return takt_queue_top(r, b, buffer->first_class + r->view.decision->chosen);
    for (int32_t strict = is_picky && is_bound(r, machine); strict >= 0; --strict) {
        for (int32_t c = 0; c < buffer->n_classes; ++c) {
            const int32_t index = buffer->first_class + c;
            const takt_queue_class *class_ = &r->view.classes[index];
            if (class_->n == 0 || (is_picky && !may_take(r, machine, index, strict)))
                continue;
            const int32_t top = takt_queue_top(r, b, index);
            if (best == TAKT_NONE || prefers(r, b, machine, top, best))
                best = top;
        }
        if (best != TAKT_NONE)
            break;
    }
    return best;
}

static bool is_there(const takt_replication *r, int32_t machine, int32_t class_index, bool strict)
{
    return r->view.classes[class_index].n > 0 && may_take(r, machine, class_index, strict);
}

/// The machine's choice among the classes of its queue as numbers 1 and 0 (`legal` [n_classes],
/// NULL: only counted). A machine that must go on with its setup does while there are items of it.
int32_t takt_queue_legal(const takt_replication *r, int32_t b, int32_t machine, uint8_t *legal)
{
    const takt_plan_buffer *buffer = &r->plan->buffers[b];
    int32_t n = 0;
    for (int32_t strict = is_bound(r, machine); strict >= 0 && n == 0; --strict)
        for (int32_t c = 0; c < buffer->n_classes; ++c) {
            const bool is = is_there(r, machine, buffer->first_class + c, strict);
            if (legal)
                legal[c] = is;
            n += is;
        }
    return n;
}

bool takt_queue_is_legal(const takt_replication *r, int32_t b, int32_t machine, int32_t class_)
{
    const takt_plan_buffer *buffer = &r->plan->buffers[b];
    bool is_strict = false;
    for (int32_t c = 0; is_bound(r, machine) && c < buffer->n_classes && !is_strict; ++c)
        is_strict = is_there(r, machine, buffer->first_class + c, true);
    return is_there(r, machine, buffer->first_class + class_, is_strict);
}

/// Takes a batch of at most n_max items of one class; returns the first of their list.
int32_t takt_batch_take(takt_replication *r, int32_t machine, int32_t n_max)
{
    const takt_plan_station *station = takt_station_of(r, machine);
    const int32_t b = r->plan->inputs[station->first_input].buffer;
    takt_machine *m = &r->view.machines[machine];
    const int32_t first = takt_buffer_take(r, b, machine);
    const int32_t index = r->plan->buffers[b].first_class + takt_queue_class_of(r, b, first);
    int32_t last = first;
    m->n_items = 1;
    while (m->n_items < n_max && r->view.classes[index].n > 0) {
        const int32_t item = takt_buffer_take_item(r, b, takt_queue_top(r, b, index));
        r->view.items[last].next = item;
        last = item;
        m->n_items += 1;
    }
    return first;
}

/// Sets the clock to the moment when the next class will have waited long enough.
void takt_batch_watch(takt_replication *r, int32_t s)
{
    const takt_plan_station *station = &r->plan->stations[s];
    const takt_plan_buffer *buffer =
        &r->plan->buffers[r->plan->inputs[station->first_input].buffer];
    takt_tick next = TAKT_TICK_NEVER;
    for (int32_t c = 0; c < buffer->n_classes; ++c) {
        const takt_queue_class *class_ = &r->view.classes[buffer->first_class + c];
        const takt_tick due = class_->oldest + station->batch_wait;
        if (class_->n > 0 && class_->n < station->batch_min && due > r->view.head->now &&
            due < next)
            next = due;
    }
    const uint32_t slot = takt_slot_timer(r->plan, station->timer);
    if (next == TAKT_TICK_NEVER)
        takt_event_cancel(r->view.slot_word, slot);
    else
        takt_event_schedule(&r->view.head->queue, r->view.nodes, r->view.slot_word, slot,
                            TAKT_EVENT_TIME_OUT, next);
}

/// Some have waited long enough.
void takt_batch_time_out(takt_replication *r, int32_t station)
{
    takt_station_mark(r, station);
    takt_batch_watch(r, station);
}
