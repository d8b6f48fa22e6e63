/// What can compute here: this processor, and a CUDA device where there is one.
///
/// A program built with CUDA starts and works on machines without a GPU and without a driver: the
/// query then says why no device can be used, and everything runs on the CPU.
#ifndef TAKT_KERNELS_DEVICE_H
#define TAKT_KERNELS_DEVICE_H

#include "core/status.h"

#include <stdbool.h>
#include <stdint.h>

TAKT_EXTERN_C_BEGIN

/// Where a kernel runs.
typedef enum takt_device_kind {
    TAKT_DEVICE_CPU,
    TAKT_DEVICE_CUDA,
    TAKT_DEVICE_COUNT
} takt_device_kind;

/// The CUDA side of this machine. Fields that are not known are 0 or "".
typedef struct takt_device_info {
    bool built_with_cuda;
    bool usable;          // device 0 exists and runs the code of this build
    int n_devices;        // CUDA devices that the driver shows
    char name[256];       // of device 0, as are the next three
    int64_t memory_bytes; // total
    int capability_major; // compute capability 9.0 is 9 and 0
    int capability_minor;
    int driver_version;  // newest CUDA the driver runs: 13000 is 13.0; 0 without a driver
    int runtime_version; // CUDA this program was built with, coded alike
    char reason[512];    // when not usable: why, and what to do; else ""
} takt_device_info;

/// Name of a kind ("cpu", "cuda"). Never NULL.
TAKT_API const char *takt_device_text(takt_device_kind kind);

/// Fills `info`. That there is no GPU is an answer and no error: the status is then TAKT_OK, with
/// `usable` false and a `reason`. Local (each rank asks for itself). Creates no CUDA context where
/// there is no device. TAKT_ERR_CUDA only when a driver is there and its answers fail.
TAKT_API takt_status takt_device_query(takt_device_info *info);

TAKT_EXTERN_C_END

#endif
