/// What this machine is: for `takt doctor` and `takt bench`.
#ifndef TAKT_JOBS_MACHINE_H
#define TAKT_JOBS_MACHINE_H

#include "core/hd.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Model name of the processor into `out`, "unknown" where the system does not say. Returns `out`.
const char *takt_machine_processor(char *out, size_t n_bytes);

/// Processors that the program may use on this machine. mpirun binds each of several ranks to one
/// of them: then those of the process that started the ranks count.
int takt_machine_n_cores(int n_ranks);

/// Memory of the machine, or the limit of its container where that is smaller; 0: unknown.
int64_t takt_machine_memory_bytes(void);

/// Is there a program of this name in PATH?
bool takt_machine_has_program(const char *name);

/// Compiler and flags that this program was built with.
const char *takt_machine_compiler(void);
const char *takt_machine_flags(void);

#endif
