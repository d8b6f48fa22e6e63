// takt physics: the PDEs behind the processes, solved, learnt, checked.

#include "jobs/physics.h"

#include "core/words.h"
#include "jobs/verbs.h"

#include <string.h>

/// One of the words that may stand behind `takt physics`.
typedef struct physics_part {
    const char *name, *verb; // `verb` is what messages and logs say
    const char *usage;
    int32_t min_positional, max_positional; // with the word itself
    takt_flags flags;
    takt_status (*run)(takt_call *call);
} physics_part;

static const physics_part parts[] = {
    {"solve", "physics", "solve drying [STUDY]", 2, 3, TAKT_FLAGS_STUDY | TAKT_FLAG_BIT(OUT),
     takt_physics_solve},
    {"fit", "physics fit", "fit PROCESS [STUDY]", 2, 3, TAKT_FLAGS_RUN, takt_physics_fit},
    {"check", "physics check", "check WEIGHTS [STUDY]", 2, 3, TAKT_FLAGS_OUTPUT,
     takt_physics_check_weights},
    {"infer", "physics infer", "infer drying STUDY", 3, 3, TAKT_FLAGS_STUDY | TAKT_FLAG_BIT(OUT),
     takt_physics_infer},
};
enum { N_PARTS = sizeof parts / sizeof *parts };

static takt_status find_part(const char *word, const physics_part **part)
{
    const char *names[N_PARTS];
    char suggestion[128], shown[TAKT_SHOWN_BYTES];
    for (int i = 0; i < N_PARTS; ++i) {
        names[i] = parts[i].name;
        *part = &parts[i];
        if (strcmp(word, names[i]) == 0)
            return TAKT_OK;
    }
    return TAKT_FAIL(
        TAKT_ERR_INPUT, "physics: found '%s'%s", takt_shown(word, strlen(word), shown),
        takt_suggest(word, strlen(word), names, N_PARTS, suggestion, sizeof suggestion));
}

/// The flags of the verb are those of all its parts together.
static takt_status check_flags(const takt_call *call, const physics_part *part)
{
    for (int f = 0; f < TAKT_FLAG_COUNT; ++f)
        if ((call->arguments.given & (UINT64_C(1) << f)) && !(part->flags & (UINT64_C(1) << f)))
            return TAKT_FAIL(TAKT_ERR_INPUT, "physics %s: found %s, which it does not know",
                             part->name, takt_flag_text((takt_flag)f));
    return TAKT_OK;
}

/// `takt physics --resume DIR`: only fits can be continued.
static void complete_resume(takt_arguments *arguments)
{
    const bool has_folder = takt_arguments_has(arguments, TAKT_FLAG_RESUME) &&
                            !takt_arguments_has(arguments, TAKT_FLAG_OUT);
    if (!has_folder || arguments->n_positional != 1)
        return;
    for (int i = 0; i < N_PARTS; ++i)
        if (strcmp(arguments->positional[0], parts[i].name) == 0)
            return;
    arguments->positional[1] = arguments->positional[0];
    arguments->positional[0] = "fit";
    arguments->n_positional = 2;
}

static takt_status run(takt_call *call)
{
    const physics_part *part = NULL;
    complete_resume(&call->arguments);
    TAKT_TRY(find_part(call->arguments.positional[0], &part));
    TAKT_TRY(check_flags(call, part));
    // With --resume or --out the process may stand in the folder.
    if (!takt_arguments_has(&call->arguments, TAKT_FLAG_RESUME))
        TAKT_TRY(takt_arguments_count(&call->arguments, "physics", part->usage,
                                      part->min_positional, part->max_positional));
    call->verb = part->verb;
    return part->run(call);
}

const takt_verb takt_verb_physics = {
    .name = "physics",
    .usage = "solve|fit|check|infer ...",
    .summary = "the PDEs behind the processes: solve, learn, certify, infer",
    .text = "takt physics solve drying [STUDY]\n"
            "  Solves the drying of both electrode coats (clean nozzles, baseline set-points) at\n"
            "  two grid sizes with PETSc and prints Richardson's extrapolation with its error,\n"
            "  beside the batched kernel that scenarios use. Without STUDY it takes the default\n"
            "  plant; --set battery.anode.web_speed_m_min=60 changes it. --out DIR leaves run.nc\n"
            "  with the binder's profile through each coat.\n\n"
            "takt physics fit PROCESS [STUDY]\n"
            "  Learns a surrogate of a PDE over a box of its parameters: a process (drying) or a\n"
            "  reference problem (decay, heat, burgers, ...). The ladder goes from one\n"
            "  least-squares solve over a Chebyshev table to a network; training stops at the\n"
            "  wanted error against reference solutions, never at a loss. Leaves\n"
            "  NAME.safetensors with its certificate: errors at 200 parameters drawn from the\n"
            "  hash of the weights. What is learnt stands in the section `physics` of a study,\n"
            "  or: --set physics.target=1e-4. PROCESS may be a study that names it. Where STUDY\n"
            "  is a plant, the box is what it may ask for: all set-points between their bounds,\n"
            "  all wear; physics.box changes it.\n\n"
            "takt physics check WEIGHTS [STUDY]\n"
            "  Repeats the certificate and sets it beside the rivals: the reference solver, a\n"
            "  table, proper orthogonal decomposition and a Gaussian process built in the same\n"
            "  seconds, and the number of queries from which the surrogate pays. With STUDY:\n"
            "  what the weights are worth on its dryers, and whether their box covers them.\n\n"
            "takt physics infer drying STUDY\n"
            "  Estimates numbers of a dryer that nobody knows (diffusivity of the binder, heat\n"
            "  transfer over time, ...) from what its sensors read: a CSV or NetCDF file that the\n"
            "  section `infer` of the study names. Prints values with their intervals, what the\n"
            "  sensors do not tell, and how well the dryer explains them. `infer.starts`\n"
            "  begins at several places, so that a bad guess is not the answer.",
    .flags = TAKT_FLAGS_RUN,
    .min_positional = 1,
    .max_positional = 3,
    .run = run,
};
