/// The CPU side of kernels/blas.h and the choice of the device.
#include "kernels/blas_internal.h"

#include <stddef.h>

/// Row by row, so that B and C are walked along their memory; the compiler vectorises over columns.
static takt_status gemm_cpu(const takt_gemm_problem *problem)
{
    const size_t n_inner = (size_t)problem->n_inner, n_columns = (size_t)problem->n_columns;
    for (size_t i = 0; i < (size_t)problem->n_rows; ++i) {
        double *TAKT_RESTRICT c = problem->c + i * n_columns;
        for (size_t j = 0; j < n_columns; ++j)
            c[j] = problem->beta == 0.0 ? 0.0 : problem->beta * c[j];
        for (size_t p = 0; p < n_inner; ++p) {
            const double factor = problem->alpha * problem->a[i * n_inner + p];
            const double *TAKT_RESTRICT b = problem->b + p * n_columns;
            for (size_t j = 0; j < n_columns; ++j)
                c[j] += factor * b[j];
        }
    }
    return TAKT_OK;
}

static takt_status gemm_cuda(const takt_gemm_problem *problem)
{
    takt_device_info info;
    TAKT_TRY(takt_device_query(&info));
    if (!info.usable)
        return TAKT_FAIL(TAKT_ERR_UNSUPPORTED,
                         "device: found 'cuda', but %s; use --device cpu or auto", info.reason);
    return takt_gemm_cuda(problem);
}

takt_status takt_gemm(takt_device_kind device, const takt_gemm_problem *problem)
{
    static takt_status (*const gemm_of[TAKT_DEVICE_COUNT])(const takt_gemm_problem *) = {
        [TAKT_DEVICE_CPU] = gemm_cpu, [TAKT_DEVICE_CUDA] = gemm_cuda};
    if (problem->n_rows < 0 || problem->n_inner < 0 || problem->n_columns < 0)
        return TAKT_FAIL(TAKT_ERR_INPUT,
                         "matrix product: found sizes %d x %d times %d x %d, allowed: 0 or more",
                         problem->n_rows, problem->n_inner, problem->n_inner, problem->n_columns);
    if ((unsigned)device >= TAKT_DEVICE_COUNT)
        return TAKT_FAIL(TAKT_ERR_INPUT, "device: found kind %d, allowed: cpu, cuda", (int)device);
    return gemm_of[device](problem);
}
