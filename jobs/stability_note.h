/// What a person should know of a plant that fills up all the time, or forgets somebody.
#ifndef TAKT_JOBS_STABILITY_NOTE_H
#define TAKT_JOBS_STABILITY_NOTE_H

#include "jobs/simulation_internal.h"

/// Tests the samples of all scenarios: a note on the sheet, and a warning in the log, for each that
/// grows; the array `growth` in JSON. The same for items that a rule forgets. Rank 0. Local.
takt_status takt_stability_note(const simulation *s, takt_sheet *sheet);

#endif
