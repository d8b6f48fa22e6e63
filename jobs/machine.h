/// What this machine is: for `takt doctor` and `takt bench`.
#ifndef TAKT_JOBS_MACHINE_H
#define TAKT_JOBS_MACHINE_H

#include "core/hd.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Model name of the processor into `out`, "unknown" where the system does not say. Returns `out`.
const char *takt_machine_processor(char *out, size_t n_bytes);

/// Processors that this process may use.
int takt_machine_n_cores(void);

/// Memory of the machine, or the limit of its container where that is smaller; 0: unknown.
int64_t takt_machine_memory_bytes(void);

/// Is there a program of this name in PATH?
bool takt_machine_has_program(const char *name);

/// Compiler and flags that this program was built with.
const char *takt_machine_compiler(void);
const char *takt_machine_flags(void);

#endif
