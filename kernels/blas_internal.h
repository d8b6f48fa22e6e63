/// What kernels/blas.c calls on a CUDA device: blas_cuda.c, or blas_none.c without cuBLAS.
#ifndef TAKT_KERNELS_BLAS_INTERNAL_H
#define TAKT_KERNELS_BLAS_INTERNAL_H

#include "kernels/blas.h"

/// takt_gemm with cuBLAS; sizes are checked and positive, a usable device is there.
takt_status takt_gemm_cuda(const takt_gemm_problem *problem);

#endif
