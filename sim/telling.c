// What a listener hears of items. Out of the way of those whom nobody listens to.

#include "sim/state_internal.h"

static void tell(const takt_replication *r, const takt_item_event *event)
{
    r->listener.item(r->listener.context, event);
}

/// `place` is that of takt_item_event.
__attribute__((noinline, cold)) void takt_tell_item(const takt_replication *r,
                                                    takt_item_event_kind kind, int32_t item,
                                                    int32_t place)
{
    tell(r, &(takt_item_event){.kind = kind,
                               .number = r->view.items[item].number & TAKT_ITEM_NUMBER,
                               .place = place,
                               .quantity = r->view.items[item].quantity});
}

/// The same for all items of the job in hand.
__attribute__((noinline, cold)) void takt_tell_job(const takt_replication *r,
                                                   takt_item_event_kind kind, int32_t machine)
{
    for (int32_t i = r->view.machines[machine].item; i != TAKT_NONE; i = r->view.items[i].next)
        takt_tell_item(r, kind, i, machine);
}

/// A quantity of item `from` goes into the item of number `into`.
__attribute__((noinline, cold)) void takt_tell_drawn(const takt_replication *r, int32_t from,
                                                     uint32_t into, int32_t machine,
                                                     double quantity)
{
    tell(r, &(takt_item_event){.kind = TAKT_ITEM_DRAWN,
                               .number = r->view.items[from].number & TAKT_ITEM_NUMBER,
                               .into = into & TAKT_ITEM_NUMBER,
                               .place = machine,
                               .quantity = quantity});
}
