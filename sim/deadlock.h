/// Who waits for ever. A machine or source that waits for a place waits in vain when nobody who
/// could ever move again takes from that buffer: found from a graph of who waits for whom, at the
/// end of a replication. Costs nothing per event.
///
/// What may still move is overestimated (whoever works, is repaired, or off shift; whoever gets all
/// it needs from such), so that a deadlock that is found is one; one that is yet to come may be
/// missed. A plant in which items are left over, and nobody is held up by them, has come to an end.
#ifndef TAKT_SIM_DEADLOCK_H
#define TAKT_SIM_DEADLOCK_H

#include "core/text.h"
#include "sim/replication.h"

TAKT_EXTERN_C_BEGIN

/// Looks for those who wait for ever in a replication that has run from its beginning to the
/// present: TAKT_ERR_MODEL names them, and the replication goes on no more. Where there are some it
/// runs once more, to say since when. Local; allocates only for the message.
TAKT_API takt_status takt_replication_check_deadlock(takt_replication *replication);

/// Has the replication ended in a deadlock?
TAKT_API bool takt_replication_is_deadlocked(const takt_replication *replication);

/// Its number among the replications of a study, also where it is the antithetic one of a pair.
TAKT_API uint32_t takt_replication_number(const takt_replication *replication);

/// The error of a replication that has ended in a deadlock, the same at every call.
TAKT_API takt_status takt_deadlock_fail(const takt_replication *replication);

/// Who waits for what and since when, a line each. Check `out` with takt_text_check.
TAKT_API void takt_deadlock_describe(const takt_replication *replication, takt_text *out);

/// The same, and after it how it came about: the last changes of those machines, for which the
/// replication is run once more. Changes its state. Local.
TAKT_API takt_status takt_deadlock_report(takt_replication *replication, takt_text *out);

TAKT_EXTERN_C_END

#endif
