// takt doctor: what this machine has, what is missing, what to do about it.

#include "core/version.h"
#include "jobs/machine.h"
#include "jobs/tables.h"
#include "jobs/verbs.h"
#include "kernels/device.h"
#include "solver/petsc.h"
#include "viz/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const takt_column columns[] = {{"name", "what", false},
                                      {"found", "found", false},
                                      {"state", "state", false},
                                      {"advice", "what to do", false}};

static void add(takt_table *table, const char *name, const char *found, const char *state,
                const char *advice)
{
    takt_table_add(table, (takt_cell[]){takt_cell_text(name), takt_cell_text(found),
                                        takt_cell_text(state), takt_cell_text(advice)});
}

static void add_program(takt_table *table)
{
    add(table, "takt", TAKT_VERSION, "ok", NULL);
    add(table, "compiler", takt_machine_compiler(), "ok", NULL);
    const bool is_fast = strcmp(TAKT_BUILD_TYPE, "Release") == 0;
    add(table, "flags", takt_machine_flags(), is_fast ? "ok" : "slow",
        is_fast ? NULL : "timings count only with CMAKE_BUILD_TYPE=Release (./dev build)");
}

static void add_machine(takt_sheet *sheet, takt_table *table, const takt_call *call)
{
    char processor[256];
    const int64_t memory = takt_machine_memory_bytes();
    add(table, "processor", takt_machine_processor(processor, sizeof processor), "ok", NULL);
    add(table, "cores",
        takt_sheet_format(sheet, "%d", takt_machine_n_cores(takt_comm_size(call->comm))), "ok",
        NULL);
    add(table, "memory", takt_sheet_format(sheet, "%.1f GiB", (double)memory / (1 << 30)),
        memory >= ((int64_t)1 << 30) ? "ok" : "small", NULL);
    const bool writable = access(".", W_OK) == 0;
    add(table, "this folder", writable ? "writable" : "not writable", writable ? "ok" : "missing",
        writable ? NULL : "runs need --out with a folder that can be written");
}

/// Data sieving without locks in OMPIO up to 4.1.6 can damage files that many ranks write at once
/// (open-mpi/ompi issue 12718).
static bool has_ompio_fault(const char *version)
{
    int major = 0, minor = 0, patch = 0;
    const int n = sscanf(version, "%d.%d.%d", &major, &minor, &patch);
    return n == 3 && (major < 4 || (major == 4 && (minor < 1 || (minor == 1 && patch < 7))));
}

static void add_mpi(takt_sheet *sheet, takt_table *table, const takt_call *call)
{
    const char *version = TAKT_BUILD_OPEN_MPI;
    const bool has_mpirun = takt_machine_has_program("mpirun");
    add(table, "MPI",
        takt_sheet_format(sheet, "%s %s, %d rank%s now", *version ? "Open MPI" : "another MPI",
                          version, takt_comm_size(call->comm),
                          takt_comm_size(call->comm) == 1 ? "" : "s"),
        "ok", NULL);
    add(table, "mpirun", has_mpirun ? "in PATH" : "not in PATH", has_mpirun ? "ok" : "missing",
        has_mpirun ? NULL : "apt-get install openmpi-bin, to use more than one core");
    if (geteuid() == 0 && !getenv("OMPI_ALLOW_RUN_AS_ROOT"))
        add(table, "mpirun as root", "refused by Open MPI", "trap",
            "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1");
    if (access("/.dockerenv", F_OK) == 0 && !getenv("OMPI_MCA_btl_vader_single_copy_mechanism"))
        add(table, "container", "forbids single-copy transport", "trap",
            "export OMPI_MCA_btl_vader_single_copy_mechanism=none");
    if (has_ompio_fault(version))
        add(table, "OMPIO", takt_sheet_format(sheet, "Open MPI %s", version), "trap",
            "parallel HDF5 of other programs can be damaged: export "
            "OMPI_MCA_fs_ufs_lock_algorithm=3 (takt writes from one rank)");
    add(table, "Slurm", takt_machine_has_program("srun") ? "srun in PATH" : "no srun", "ok", NULL);
}

static void add_libraries(takt_table *table, takt_status petsc, const char *petsc_text)
{
    add(table, "PETSc", petsc == TAKT_OK ? TAKT_BUILD_PETSC : petsc_text,
        petsc == TAKT_OK ? "ok" : "missing",
        petsc == TAKT_OK ? NULL : "takt optimize cannot judge PDEs without it");
    add(table, "NetCDF", TAKT_BUILD_NETCDF, "ok", NULL);
    add(table, "libfyaml", TAKT_BUILD_FYAML, "ok", NULL);
}

static void add_viewer(takt_table *table)
{
    const char *missing = takt_server_missing();
    add(table, "viewer", missing ? missing : "libwebsockets " TAKT_BUILD_LIBWEBSOCKETS,
        missing ? "missing" : "ok",
        missing ? "./dev build; takt does everything else without it" : NULL);
}

static void add_device(takt_sheet *sheet, takt_table *table)
{
    takt_device_info info;
    if (takt_device_query(&info) != TAKT_OK) {
        add(table, "CUDA", takt_error_text(), "missing", "everything runs on the processor");
        takt_error_clear();
        return;
    }
    if (info.usable)
        add(table, "CUDA",
            takt_sheet_format(sheet, "%s, %.1f GiB, compute capability %d.%d, driver %d.%d",
                              info.name, (double)info.memory_bytes / (1 << 30),
                              info.capability_major, info.capability_minor,
                              info.driver_version / 1000, info.driver_version % 1000 / 10),
            "ok", NULL);
    else
        add(table, "CUDA", "no device", "none", info.reason);
}

static takt_status run(takt_call *call)
{
    char petsc_text[512] = "";
    takt_sheet *sheet = NULL;
    const takt_status petsc = takt_comm_agree(call->comm, takt_petsc_init());
    if (petsc == TAKT_OK)
        (void)takt_petsc_fini();
    else
        snprintf(petsc_text, sizeof petsc_text, "%s", takt_error_text());
    takt_error_clear();
    TAKT_TRY(takt_sheet_create(&sheet));
    takt_table *table = takt_sheet_table(sheet, "rows", "", columns, 4);
    add_program(table);
    add_machine(sheet, table, call);
    add_mpi(sheet, table, call);
    add_libraries(table, petsc, petsc_text);
    add_viewer(table);
    add_device(sheet, table);
    takt_sheet_next(sheet, "takt new plant.yaml");
    const takt_status status = takt_sheet_print(call, sheet, &(takt_sheet_head){0});
    takt_sheet_destroy(&sheet);
    return status;
}

const takt_verb takt_verb_doctor = {
    .name = "doctor",
    .usage = "",
    .summary = "what this machine has, and what is missing",
    .text = "Lists the program, the machine, MPI, PETSc, NetCDF and CUDA as they are found, known\n"
            "traps of their versions, and what to do about what is missing.",
    .flags = TAKT_FLAGS_OUTPUT,
    .run = run,
};
