#include "jobs/setup.h"

#include "jobs/dryer.h"
#include "jobs/viewing.h"
#include "sim/dryer_surrogate.h"
#include "solver/petsc.h"

#include "core/files.h"
#include "core/words.h"

#include <string.h>

takt_status takt_setup_adopt(takt_setup *setup, takt_study *study)
{
    setup->study = study;
    takt_study_write(study, &setup->effective);
    TAKT_TRY(takt_text_check(&setup->effective));
    setup->hash = takt_crc64(0, setup->effective.bytes, setup->effective.length);
    return TAKT_OK;
}

/// The study becomes the scenario of this name; all others are forgotten.
static takt_status choose_scenario(const char *name, takt_study **study)
{
    const takt_list *scenarios = &(*study)->scenarios;
    char shown[TAKT_SHOWN_BYTES], suggestion[512];
    const char **names =
        takt_arena_alloc((*study)->arena, (size_t)(scenarios->n_items + 1) * sizeof *names);
    takt_study *varied = NULL;
    if (!names)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for names");
    names[0] = TAKT_VARIANT_BASELINE;
    for (int32_t i = 0; i < scenarios->n_items; ++i)
        names[i + 1] = TAKT_ITEM(takt_variant, *scenarios, i)->name;
    int32_t found = 0;
    while (found <= scenarios->n_items && strcmp(names[found], name) != 0)
        ++found;
    if (found > scenarios->n_items)
        return TAKT_FAIL(TAKT_ERR_INPUT, "--scenario: found '%s'%s",
                         takt_shown(name, strlen(name), shown),
                         takt_suggest(name, strlen(name), names, scenarios->n_items + 1, suggestion,
                                      sizeof suggestion));
    if (found > 0) {
        TAKT_TRY(takt_study_vary(*study, found - 1, &varied));
        takt_study_destroy(study);
        *study = varied;
    }
    (*study)->scenarios = (takt_list){0};
    return TAKT_OK;
}

static takt_status open_study(takt_call *call, const char *path, takt_setup *setup)
{
    const takt_arguments *arguments = &call->arguments;
    takt_study *study = NULL;
    TAKT_TRY(takt_study_open(path, arguments->sets, arguments->n_sets, &study));
    setup->study = study; // what takt_setup_close releases
    if (takt_arguments_has(arguments, TAKT_FLAG_SCENARIO))
        TAKT_TRY(choose_scenario(arguments->values[TAKT_FLAG_SCENARIO], &setup->study));
    return takt_setup_adopt(setup, setup->study);
}

static takt_status create_scenario(takt_setup *setup)
{
    if (!takt_study_has_factory(setup->study))
        return takt_study_fail(setup->study,
                               &(takt_problem){.path = "factory",
                                               .text = "found none, allowed: stations (this study "
                                                       "is for takt physics fit or infer)"});
    const bool has_process = setup->study->process.model != NULL;
    if (setup->uses_petsc)
        TAKT_TRY(takt_dryer_petsc_create(&setup->dryer));
    else if (setup->uses_surrogate)
        TAKT_TRY(takt_dryer_surrogate_open(setup->study, &setup->dryer));
    else if (has_process)
        TAKT_TRY(takt_dryer_batch_create(&setup->dryer));
    TAKT_TRY(
        takt_scenario_create(setup->study, has_process ? &setup->dryer : NULL, &setup->scenario));
    return TAKT_OK;
}

takt_status takt_setup_open(takt_call *call, const char *path, takt_setup *setup)
{
    takt_status status = TAKT_OK;
    *setup = (takt_setup){0};
    TAKT_TRY_GOTO(takt_comm_agree(call->comm, open_study(call, path, setup)), failed);
    const takt_process_choice *process = &setup->study->process;
    if (process->model && process->tier == TAKT_TIER_REFERENCE) {
        TAKT_TRY_GOTO(takt_comm_agree(call->comm, takt_petsc_init()), failed);
        setup->uses_petsc = true;
    }
    setup->uses_surrogate = process->model && process->tier == TAKT_TIER_SURROGATE;
    TAKT_TRY_GOTO(takt_comm_agree(call->comm, create_scenario(setup)), failed);
    TAKT_TRY_GOTO(takt_comm_agree(call->comm, takt_viewing_start(call, &setup->effective)), failed);
    return TAKT_OK;
failed:
    takt_setup_close(setup);
    return status;
}

void takt_setup_close(takt_setup *setup)
{
    takt_scenario_destroy(&setup->scenario);
    if (setup->uses_petsc) {
        takt_dryer_petsc_destroy(&setup->dryer);
        (void)takt_petsc_fini(); // the results are out: nobody could act on a failure now
    } else if (setup->uses_surrogate) {
        takt_dryer_surrogate_destroy(&setup->dryer);
    } else {
        takt_dryer_batch_destroy(&setup->dryer);
    }
    takt_study_destroy(&setup->study);
    takt_text_destroy(&setup->effective);
}
