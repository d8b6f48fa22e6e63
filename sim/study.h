/// The study: one YAML file with a factory, the question asked of it and the budget.
///
///     takt_study *study = NULL;
///     TAKT_TRY(takt_study_open(path, sets, n_sets, &study));
///     ... study->factory, study->set_points ...
///     takt_study_destroy(&study);
///
/// A study is loaded under takt_study_schema, completed and checked as a whole; every message names
/// file, line and field. Studies can also be built in C: fill a takt_study with
/// takt_study_create_default and complete it with takt_study_resolve.
#ifndef TAKT_SIM_STUDY_H
#define TAKT_SIM_STUDY_H

#include "sim/analysis.h"
#include "sim/battery.h"
#include "sim/factory.h"
#include "sim/infer.h"
#include "sim/physics.h"

TAKT_EXTERN_C_BEGIN

typedef struct takt_horizon {
    double warm_up_s, measured_s;
    double start_s;      // of all cycles (calendars, rates, tariff), at simulated time 0
    bool warm_up_detect; // a warm-up that MSER-5 finds to be longer takes its place
    int32_t batches;     // of the measured time of one long run; 0: none
} takt_horizon;

/// Who computes the physics: the name of the model, and how its PDEs are solved.
typedef enum takt_tier {
    TAKT_TIER_REFERENCE,
    TAKT_TIER_BATCH,
    TAKT_TIER_SURROGATE,
    TAKT_TIER_COUNT
} takt_tier;

typedef struct takt_process_choice {
    const char *model;   // NULL: none
    int32_t tier;        // takt_tier
    const char *weights; // file of the tier surrogate, NULL with the other ones
} takt_process_choice;

/// One value that the search may choose; it can stand for several places in the study.
typedef struct takt_set_point {
    const char *name;
    const char *unit;
    double value, min, max; // in `unit`; value is the baseline
    double factor;          // what is written into the study is value * factor
    bool integer;
    takt_list targets; // const char *: paths in the study
} takt_set_point;

/// The budget of `takt optimize`: counts only, never ranks or seconds.
typedef struct takt_optimize {
    int32_t population;
    int32_t generations;
    int32_t replications;       // per candidate, at the start
    int32_t replications_end;   // per candidate, in the last generation
    double step;                // first standard deviation, share of each range
    int32_t finalists;          // candidates that are run again with
    int32_t final_replications; // replications each, as is the baseline
    int32_t slope_replications; // for the cost at 10 % of the range to either side
    int32_t pde_cells;          // of the coarser of two PETSc solves
} takt_optimize;

/// A file that the study was completed with. The effective study names what it held: another
/// content is another study.
typedef struct takt_study_file {
    const char *name; // as the study has it
    size_t n_bytes;
    uint64_t digest; // takt_crc64
    struct takt_study_file *next;
} takt_study_file;

struct takt_study {
    const char *name;
    int64_t seed;
    int32_t replications;
    bool antithetic;          // replication 2k + 1 mirrors replication 2k
    takt_stopping *precision; // NULL: the number of replications is given
    takt_horizon horizon;
    takt_process_choice process;
    takt_factory factory;
    takt_battery *battery; // NULL where the process model is another one
    takt_physics *physics; // what takt physics fit learns; NULL: nothing
    takt_infer *infer;     // what takt physics infer estimates; NULL: nothing
    takt_list set_points;  // takt_set_point
    takt_optimize optimize;
    takt_list scenarios; // takt_variant
    // Not in the file: where it all came from.
    takt_arena *arena;
    takt_document *document; // NULL for a study built in C
    const char *const *sets; // arguments of --set that it was opened with
    int32_t n_sets;
    takt_study_file
        *files; // that it was completed with, in the order of their reading; in the arena
};

extern TAKT_API const takt_schema takt_study_schema;

/// The name of a tier as it stands in a study.
TAKT_API const char *takt_tier_name(int32_t tier);

/// Loads and checks a study file; `sets` are n_sets arguments "path=value" of --set, in order. The
/// caller owns *study. TAKT_ERR_INPUT with one clear line. TAKT_ERR_UNSUPPORTED in a bare build.
TAKT_API takt_status takt_study_open(const char *path, const char *const *sets, int32_t n_sets,
                                     takt_study **study);

/// The same from text; `name` stands for the file's path in messages.
TAKT_API takt_status takt_study_parse(const char *name, const char *text, size_t length,
                                      takt_study **study);

/// The same with arguments of --set.
TAKT_API takt_status takt_study_parse_with(const char *name, const char *text, size_t length,
                                           const char *const *sets, int32_t n_sets,
                                           takt_study **study);

/// A study with all defaults and an empty factory, for studies built in C.
TAKT_API takt_status takt_study_create_default(takt_study **study);

/// Completes and checks a study whose structs are filled.
TAKT_API takt_status takt_study_resolve(takt_study *study);

/// Is there a plant to simulate? A study of physics alone has none.
TAKT_API bool takt_study_has_factory(const takt_study *study);

TAKT_API void takt_study_destroy(takt_study **study);

/// Notes what the file `name` (borrowed) of the study holds. Local.
TAKT_API takt_status takt_study_note_file(takt_study *study, const char *name, const void *bytes,
                                          size_t n);

/// The effective study as YAML: all defaults filled in, loads to the same study. Comments at its
/// end name the contents of the files that belong to it.
TAKT_API void takt_study_write(const takt_study *study, takt_text *out);

/// A digest of the effective study: names what a checkpoint belongs to.
TAKT_API takt_status takt_study_hash(const takt_study *study, uint64_t *hash);

/// The file that the study means by `file`: beside the study, or from where the program runs.
/// `path` is room for it; returns one of both.
TAKT_API const char *takt_study_locate(const takt_study *study, const char *file, char *path,
                                       size_t n_bytes);

/// Reports a problem found after loading at its place in the file.
TAKT_API takt_status takt_study_fail(const takt_study *study, const takt_problem *problem);

TAKT_EXTERN_C_END

#endif
