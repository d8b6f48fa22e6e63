// Cards at work: who may start, who waits, and where the cards are.

#include "sim/state_internal.h"

#include <stdio.h>
#include <string.h>

/// Behind the sets of all items, the spare one included, lies one that gathers parts.
static int32_t gathering_of(const takt_plan *plan)
{
    return plan->max_items + 1;
}

size_t takt_cards_set_words(const takt_plan *plan)
{
    return (size_t)plan->cards.n_words * ((size_t)plan->max_items + 2);
}

static uint64_t *set_of(const takt_replication *r, int32_t item)
{
    return &r->view.card_sets[(size_t)item * (size_t)r->plan->cards.n_words];
}

static bool holds_card(const takt_replication *r, int32_t item, int32_t card)
{
    return set_of(r, item)[card / 64] >> (card % 64) & 1;
}

static void count_cards_to_now(takt_replication *r, int32_t c)
{
    takt_card_state *card = &r->view.cards[c];
    const takt_tick now = r->view.head->now;
    card->held_time += (double)(now - card->since) * (r->plan->cards.numbers[c] - card->n_free);
    card->since = now;
}

void takt_cards_flush(takt_replication *r, bool starts_anew)
{
    for (int32_t c = 0; c < r->plan->cards.n_cards; ++c) {
        count_cards_to_now(r, c);
        if (starts_anew)
            r->view.cards[c].held_time = 0;
    }
}

void takt_cards_reset(takt_replication *r)
{
    const takt_plan_cards *plan = &r->plan->cards;
    for (int32_t c = 0; c < plan->n_cards; ++c)
        r->view.cards[c] = (takt_card_state){
            .n_free = plan->numbers[c], .first = TAKT_NONE, .last = TAKT_NONE, .asked = TAKT_NONE};
    for (int32_t u = 0; u < plan->n_users; ++u)
        r->view.card_claims[u] = (takt_card_claim){TAKT_NONE, TAKT_NONE, TAKT_NONE};
    takt_cards_clear(r, gathering_of(r->plan));
}

// --- The queue of those who claim a card ---------------------------------------------------------

static void mark_card(takt_replication *r, int32_t c)
{
    takt_card_state *card = &r->view.cards[c];
    if (card->is_marked || card->first == TAKT_NONE || card->n_free == 0)
        return;
    card->is_marked = 1;
    r->view.marked_cards[r->view.head->n_cards_marked++] = c;
}

static void join_queue(takt_replication *r, int32_t c, int32_t who)
{
    takt_card_state *card = &r->view.cards[c];
    r->view.card_claims[who] = (takt_card_claim){TAKT_NONE, card->last, c};
    if (card->last == TAKT_NONE)
        card->first = who;
    else
        r->view.card_claims[card->last].next = who;
    card->last = who;
}

static void leave_queue(takt_replication *r, int32_t who)
{
    takt_card_claim *claim = &r->view.card_claims[who];
    takt_card_state *card = &r->view.cards[claim->card];
    if (claim->previous == TAKT_NONE)
        card->first = claim->next;
    else
        r->view.card_claims[claim->previous].next = claim->next;
    if (claim->next == TAKT_NONE)
        card->last = claim->previous;
    else
        r->view.card_claims[claim->next].previous = claim->previous;
    *claim = (takt_card_claim){TAKT_NONE, TAKT_NONE, TAKT_NONE};
}

/// Back to the head of the queue: asked, it still lacked cards of this kind.
static void rejoin_as_first(takt_replication *r, int32_t c, int32_t who)
{
    takt_card_state *card = &r->view.cards[c];
    leave_queue(r, who);
    r->view.card_claims[who] = (takt_card_claim){card->first, TAKT_NONE, c};
    if (card->first == TAKT_NONE)
        card->last = who;
    else
        r->view.card_claims[card->first].previous = who;
    card->first = who;
}

// --- Where the cards are -------------------------------------------------------------------------

static void take_card(takt_replication *r, int32_t item, int32_t c)
{
    TAKT_ASSERT(r->view.cards[c].n_free > 0);
    count_cards_to_now(r, c);
    r->view.cards[c].n_free -= 1;
    set_of(r, item)[c / 64] |= UINT64_C(1) << (c % 64);
}

static void return_card(takt_replication *r, int32_t item, int32_t c)
{
    count_cards_to_now(r, c);
    r->view.cards[c].n_free += 1;
    set_of(r, item)[c / 64] &= ~(UINT64_C(1) << (c % 64));
    mark_card(r, c);
}

void takt_cards_clear(takt_replication *r, int32_t item)
{
    memset(set_of(r, item), 0, (size_t)r->plan->cards.n_words * sizeof(uint64_t));
}

void takt_cards_give_back(takt_replication *r, int32_t item)
{
    const uint64_t *set = set_of(r, item);
    for (int32_t w = 0; w < r->plan->cards.n_words; ++w)
        while (set[w] != 0)
            return_card(r, item, 64 * w + __builtin_ctzll(set[w]));
}

void takt_cards_hand_over(takt_replication *r, int32_t from, int32_t onto)
{
    uint64_t *have = set_of(r, from), *get = set_of(r, onto);
    for (int32_t w = 0; w < r->plan->cards.n_words; ++w) {
        const uint64_t more = have[w] & ~get[w];
        get[w] |= more;
        have[w] &= ~more;
    }
}

void takt_cards_gather(takt_replication *r, int32_t from)
{
    takt_cards_hand_over(r, from, gathering_of(r->plan));
}

void takt_cards_gathered(takt_replication *r, int32_t item)
{
    takt_cards_hand_over(r, gathering_of(r->plan), item);
}

// --- Who may start -------------------------------------------------------------------------------

/// Cards that somebody may take now: those who claim one come before those who do not.
static int32_t available(const takt_replication *r, int32_t who, int32_t c)
{
    const takt_card_state *card = &r->view.cards[c];
    return card->first == TAKT_NONE || card->asked == who ? card->n_free : 0;
}

/// Cards of one kind that the next job of a station lacks.
static int32_t lacking(const takt_replication *r, int32_t s, int32_t c, int32_t extra_buffer,
                       int32_t extra_item)
{
    const takt_plan_station *station = &r->plan->stations[s];
    const bool is_pass = station->kind == TAKT_STATION_PASS;
    int32_t n_without = 0;
    for (int32_t i = 0; i < station->n_inputs; ++i) {
        const takt_plan_input *input = &r->plan->inputs[station->first_input + i];
        const int32_t n = is_pass ? station->batch_min : (int32_t)input->take;
        int32_t item = r->view.buffers[input->buffer].first;
        if (input->buffer == extra_buffer)
            item = extra_item;
        else if (input->matches)
            item = takt_orders_first(r, input->buffer);
        for (int32_t k = 0; k < n && item != TAKT_NONE && !input->by_quantity; ++k) {
            const bool holds = holds_card(r, item, c);
            if (holds && !is_pass)
                return 0; // what is made of the parts will have it
            n_without += !holds;
            if (item == extra_item)
                item = TAKT_NONE;
            else
                item = input->matches ? r->view.item_mate[item] : r->view.items[item].next;
        }
    }
    return is_pass ? n_without : 1;
}

/// The first card of the station's list of which too few are free; TAKT_NONE: it has all it needs.
static int32_t first_lacking(const takt_replication *r, int32_t s, int32_t extra_buffer,
                             int32_t extra_item)
{
    const takt_plan_card_user *user = &r->plan->cards.users[s];
    for (int32_t i = 0; i < user->n_takes; ++i) {
        const int32_t c = r->plan->cards.takes[user->first_take + i];
        const int32_t n_available = available(r, s, c);
        if (n_available < r->plan->stations[s].batch_min &&
            n_available < lacking(r, s, c, extra_buffer, extra_item))
            return c;
    }
    return TAKT_NONE;
}

bool takt_cards_permit(const takt_replication *r, int32_t station, int32_t extra_buffer,
                       int32_t extra_item)
{
    return first_lacking(r, station, extra_buffer, extra_item) == TAKT_NONE;
}

int32_t takt_cards_limit(const takt_replication *r, int32_t s, int32_t n)
{
    const takt_plan_station *station = &r->plan->stations[s];
    const takt_plan_card_user *user = &r->plan->cards.users[s];
    for (int32_t i = 0; i < user->n_takes; ++i) {
        const int32_t c = r->plan->cards.takes[user->first_take + i];
        int32_t left = available(r, s, c), k = 0;
        int32_t item = r->view.buffers[r->plan->inputs[station->first_input].buffer].first;
        for (; k < n && item != TAKT_NONE; ++k, item = r->view.items[item].next) {
            if (holds_card(r, item, c))
                continue;
            if (left == 0)
                break;
            left -= 1;
        }
        n = k < n ? k : n;
    }
    return n;
}

void takt_cards_claim_for(takt_replication *r, int32_t station, int32_t buffer, int32_t item)
{
    if (r->view.card_claims[station].card != TAKT_NONE)
        return;
    const int32_t c = first_lacking(r, station, buffer, item);
    if (c != TAKT_NONE)
        join_queue(r, c, station);
}

/// Does an item wait before a buffer that the station draws from?
static bool has_waiting(const takt_replication *r, int32_t s)
{
    const takt_plan_station *station = &r->plan->stations[s];
    for (int32_t i = 0; i < station->n_inputs; ++i)
        if (r->view.buffers[r->plan->inputs[station->first_input + i].buffer].first_blocked !=
            TAKT_NONE)
            return true;
    return false;
}

void takt_cards_claim(takt_replication *r, int32_t station, bool is_ready)
{
    const int32_t claimed = r->view.card_claims[station].card;
    if (is_ready && claimed != TAKT_NONE) {
        if (r->view.cards[claimed].first == station)
            mark_card(r, claimed); // other items may have come first, which need fewer
    } else if (is_ready) {
        takt_cards_claim_for(r, station, TAKT_NONE, TAKT_NONE);
    } else if (claimed != TAKT_NONE && !has_waiting(r, station)) {
        leave_queue(r, station);
        mark_card(r, claimed); // of those behind it one may need fewer
    }
}

/// Does the item hold all that the first of the buffer's consumers takes that takes any?
static bool holds_its_cards(const takt_replication *r, int32_t b, int32_t item)
{
    const takt_plan_buffer *buffer = &r->plan->buffers[b];
    for (int32_t k = 0; k < buffer->n_consumers; ++k) {
        const int32_t s = r->plan->consumers[buffer->first_consumer + k];
        const takt_plan_card_user *user = &r->plan->cards.users[s];
        for (int32_t i = 0; i < user->n_takes; ++i)
            if (!holds_card(r, item, r->plan->cards.takes[user->first_take + i]))
                return false;
        if (user->n_takes > 0)
            return true;
    }
    return false;
}

bool takt_cards_insert(takt_replication *r, int32_t b, int32_t item)
{
    takt_buffer_state *buffer = &r->view.buffers[b];
    if (!holds_its_cards(r, b, item))
        return false;
    int32_t *place = buffer->last_holder == TAKT_NONE ? &buffer->first
                                                      : &r->view.items[buffer->last_holder].next;
    r->view.items[item].next = *place;
    if (*place == TAKT_NONE)
        buffer->last = item;
    *place = item;
    buffer->last_holder = item;
    return true;
}

/// Who shares the station's inputs may have claimed a card for items that it has taken.
static void doubt_claims(takt_replication *r, int32_t s)
{
    const takt_plan_station *station = &r->plan->stations[s];
    for (int32_t i = 0; i < station->n_inputs; ++i) {
        const int32_t b = r->plan->inputs[station->first_input + i].buffer;
        const takt_plan_buffer *buffer = &r->plan->buffers[b];
        for (int32_t k = 0; buffer->n_consumers > 1 && k < buffer->n_consumers; ++k) {
            const int32_t other = r->plan->consumers[buffer->first_consumer + k];
            if (other != s && r->view.card_claims[other].card != TAKT_NONE)
                takt_station_mark(r, other);
        }
    }
}

static void return_at(takt_replication *r, int32_t item, const takt_plan_card_user *user,
                      takt_card_when when)
{
    for (int32_t i = 0; i < user->n_returns; ++i) {
        const takt_plan_card_return *one = &r->plan->cards.returns[user->first_return + i];
        if (one->when == (int32_t)when && holds_card(r, item, one->card))
            return_card(r, item, one->card);
    }
}

void takt_cards_start(takt_replication *r, int32_t machine)
{
    const takt_machine *m = &r->view.machines[machine];
    const takt_plan_card_user *user = &r->plan->cards.users[m->station];
    const int32_t *takes = &r->plan->cards.takes[user->first_take];
    for (int32_t item = m->item; item != TAKT_NONE; item = r->view.items[item].next) {
        for (int32_t i = 0; i < user->n_takes; ++i)
            if (!holds_card(r, item, takes[i]))
                take_card(r, item, takes[i]);
        return_at(r, item, user, TAKT_CARD_AT_START);
    }
    for (int32_t i = 0; i < user->n_takes; ++i)
        if (r->view.cards[takes[i]].asked == m->station)
            r->view.cards[takes[i]].asked = TAKT_NONE; // once asked, one start
    doubt_claims(r, m->station);
}

void takt_cards_finish(takt_replication *r, int32_t machine)
{
    const takt_machine *m = &r->view.machines[machine];
    const takt_plan_card_user *user = &r->plan->cards.users[m->station];
    for (int32_t item = m->item; item != TAKT_NONE; item = r->view.items[item].next)
        return_at(r, item, user, TAKT_CARD_AT_FINISH);
}

// --- Sources -------------------------------------------------------------------------------------

/// Gives the item of a source all its cards. Otherwise the first that is not free.
static int32_t admit_item(takt_replication *r, int32_t who, int32_t item)
{
    const takt_plan_card_user *user = &r->plan->cards.users[who];
    const int32_t *takes = &r->plan->cards.takes[user->first_take];
    for (int32_t i = 0; i < user->n_takes; ++i)
        if (available(r, who, takes[i]) == 0)
            return takes[i];
    for (int32_t i = 0; i < user->n_takes; ++i)
        take_card(r, item, takes[i]);
    return TAKT_NONE;
}

bool takt_cards_admit(takt_replication *r, int32_t source, int32_t item)
{
    const int32_t who = r->plan->n_stations + source;
    const int32_t c = admit_item(r, who, item);
    if (c == TAKT_NONE)
        return true;
    if (r->plan->sources[source].wait_if_full) {
        r->view.source_item[source] = item;
        join_queue(r, c, who);
        return false;
    }
    r->view.head->n_turned_away += 1;
    if (r->listener.item)
        takt_tell_item(r, TAKT_ITEM_TURNED_AWAY, item, source);
    takt_items_release(r, item);
    return false;
}

/// Lets in the item that waits at a source, or lets it wait for the next thing that it lacks.
static bool ask_source(takt_replication *r, int32_t source)
{
    const int32_t item = r->view.source_item[source];
    const int32_t buffer = takt_source_buffer(r, source, item);
    const int32_t c = admit_item(r, r->plan->n_stations + source, item);
    if (c != TAKT_NONE) {
        join_queue(r, c, r->plan->n_stations + source);
        return false;
    }
    if (takt_buffer_fits(r, buffer, item) || takt_buffer_make_room(r, buffer))
        takt_source_deliver(r, source, buffer);
    else
        takt_buffer_block(r, buffer, r->plan->n_machines + source);
    return true;
}

/// Lets a station start whose turn it is, also with an item that waits before one of its buffers.
static void ask_station(takt_replication *r, int32_t s, const takt_card_state *card)
{
    const takt_plan_station *station = &r->plan->stations[s];
    takt_station_settle(r, s);
    for (int32_t i = 0; i < station->n_inputs && card->asked == s; ++i) {
        const int32_t b = r->plan->inputs[station->first_input + i].buffer;
        if (r->view.buffers[b].first_blocked != TAKT_NONE)
            takt_buffer_settle(r, b);
    }
}

void takt_cards_settle(takt_replication *r, int32_t c)
{
    takt_card_state *card = &r->view.cards[c];
    while (card->n_free > 0 && card->first != TAKT_NONE && !r->view.head->failed) {
        const int32_t who = card->first;
        leave_queue(r, who);
        card->asked = who;
        if (who < r->plan->n_stations)
            ask_station(r, who, card);
        else if (ask_source(r, who - r->plan->n_stations))
            card->asked = TAKT_NONE;
        const bool has_started = card->asked == TAKT_NONE;
        card->asked = TAKT_NONE;
        if (has_started || r->view.card_claims[who].card != c)
            continue;
        rejoin_as_first(r, c, who); // a batch needs more of them than are free
        return;
    }
}

bool takt_cards_are_claimed(const takt_replication *r, int32_t who)
{
    return r->view.card_claims[who].card != TAKT_NONE;
}

// --- Consistency ---------------------------------------------------------------------------------

static _Thread_local char card_sentence[160];

/// Who claims a card lacks it, and is listed once.
static const char *check_claims(takt_replication *r, int32_t c, int32_t *n_claims)
{
    takt_card_state *card = &r->view.cards[c];
    const takt_card_claim *claims = r->view.card_claims;
    int32_t previous = TAKT_NONE, first_lacks = c;
    for (int32_t who = card->first; who != TAKT_NONE; who = claims[who].next) {
        if (claims[who].card != c || claims[who].previous != previous) {
            snprintf(card_sentence, sizeof card_sentence, "card %d: the list of claims is broken",
                     c);
            return card_sentence;
        }
        previous = who;
        *n_claims += 1;
    }
    if (card->n_free > 0 && card->first != TAKT_NONE) {
        card->asked = card->first;
        first_lacks = card->first < r->plan->n_stations
                          ? first_lacking(r, card->first, TAKT_NONE, TAKT_NONE)
                          : TAKT_NONE;
        card->asked = TAKT_NONE;
    }
    if (card->last == previous && first_lacks == c && !card->is_marked)
        return NULL;
    snprintf(card_sentence, sizeof card_sentence, "card %d is free while %d waits for it", c,
             card->first);
    return card_sentence;
}

const char *takt_cards_inconsistency(takt_replication *r)
{
    const takt_plan_cards *plan = &r->plan->cards;
    int32_t n_claims = 0;
    const char *found = NULL;
    for (int32_t c = 0; c < plan->n_cards && !found; ++c) {
        int32_t n_held = 0;
        for (int32_t i = 0; i < r->view.head->n_items_used; ++i)
            n_held += holds_card(r, i, c);
        if (r->view.cards[c].n_free < 0 || r->view.cards[c].n_free + n_held != plan->numbers[c]) {
            snprintf(card_sentence, sizeof card_sentence, "card %d: %d free and %d held are not %d",
                     c, r->view.cards[c].n_free, n_held, plan->numbers[c]);
            return card_sentence;
        }
        found = check_claims(r, c, &n_claims);
    }
    for (int32_t u = 0; u < plan->n_users && !found; ++u)
        n_claims -= r->view.card_claims[u].card != TAKT_NONE;
    if (!found && n_claims != 0)
        found = "somebody claims a card and stands in no queue";
    return found;
}
