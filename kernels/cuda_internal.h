/// For the CUDA sources of this floor: how a CUDA error becomes a takt_status.
#ifndef TAKT_KERNELS_CUDA_INTERNAL_H
#define TAKT_KERNELS_CUDA_INTERNAL_H

#include "core/status.h"

#include <cuda_runtime_api.h>

/// Returns TAKT_ERR_CUDA from the calling function when a runtime call fails. A failed call leaves
/// its error behind for the next cudaGetLastError, which would then blame an innocent: take it out.
#define TAKT_CUDA(expression)                                                                      \
    do {                                                                                           \
        cudaError_t takt_cuda_error_ = (expression);                                               \
        if (takt_cuda_error_ != cudaSuccess) {                                                     \
            (void)cudaGetLastError();                                                              \
            return TAKT_FAIL(TAKT_ERR_CUDA, "CUDA: %s: %s (%s)", #expression,                      \
                             cudaGetErrorString(takt_cuda_error_),                                 \
                             cudaGetErrorName(takt_cuda_error_));                                  \
        }                                                                                          \
    } while (0)

#endif
