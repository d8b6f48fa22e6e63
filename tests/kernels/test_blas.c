/// Products of small integer matrices are exact in doubles, so every device must give the very
/// numbers of integer arithmetic; a device that is not there is refused with a line that helps.
#include "core/memory.h"
#include "kernels/blas.h"
#include "tests/check.h"

enum { MAX_SIZE = 67 };

/// Fills with integers of -7..7 and compares with sums of int64 products.
static void check_exact(takt_device_kind device, int n_rows, int n_inner, int n_columns)
{
    static double a[MAX_SIZE * MAX_SIZE], b[MAX_SIZE * MAX_SIZE], c[MAX_SIZE * MAX_SIZE];
    static double c_before[MAX_SIZE * MAX_SIZE];
    for (int i = 0; i < n_rows * n_inner; ++i)
        a[i] = (i * 37 + 11) % 15 - 7;
    for (int i = 0; i < n_inner * n_columns; ++i)
        b[i] = (i * 53 + 5) % 15 - 7;
    for (int i = 0; i < n_rows * n_columns; ++i)
        c[i] = c_before[i] = (i * 29 + 3) % 15 - 7;
    const takt_gemm_problem problem = {.n_rows = n_rows,
                                       .n_inner = n_inner,
                                       .n_columns = n_columns,
                                       .alpha = 3.0,
                                       .beta = -2.0,
                                       .a = a,
                                       .b = b,
                                       .c = c};
    CHECK_OK(takt_gemm(device, &problem));
    for (int i = 0; i < n_rows; ++i)
        for (int j = 0; j < n_columns; ++j) {
            int64_t sum = 0;
            for (int p = 0; p < n_inner; ++p)
                sum += (int64_t)a[i * n_inner + p] * (int64_t)b[p * n_columns + j];
            CHECK_INT(c[i * n_columns + j], 3 * sum - 2 * (int64_t)c_before[i * n_columns + j]);
        }
}

static void check_shapes(takt_device_kind device)
{
    static const int shapes[][3] = {{1, 1, 1},    {2, 3, 4},  {5, 1, 7},   {1, 64, 1},
                                    {64, 64, 64}, {67, 5, 3}, {3, 67, 66}, {66, 33, 67},
                                    {4, 0, 5},    {0, 4, 5},  {5, 4, 0}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; ++i)
        check_exact(device, shapes[i][0], shapes[i][1], shapes[i][2]);
}

/// Beta 0 means that C may hold anything, also NaN.
static void check_overwrites(takt_device_kind device)
{
    const double a[] = {1, 2, 3, 4}, b[] = {5, 6, 7, 8};
    double c[] = {NAN, INFINITY, -INFINITY, NAN};
    const takt_gemm_problem problem = {.n_rows = 2,
                                       .n_inner = 2,
                                       .n_columns = 2,
                                       .alpha = 1.0,
                                       .beta = 0.0,
                                       .a = a,
                                       .b = b,
                                       .c = c};
    CHECK_OK(takt_gemm(device, &problem));
    CHECK_INT(c[0], 19);
    CHECK_INT(c[1], 22);
    CHECK_INT(c[2], 43);
    CHECK_INT(c[3], 50);
}

/// False, with the reason printed, where cuBLAS cannot work.
static bool cuda_is_usable(void)
{
    takt_device_info device;
    takt_cublas_info library;
    CHECK_OK(takt_device_query(&device));
    takt_cublas_query(&library);
    if (device.usable && library.usable)
        return true;
    printf("skipped: %s\n", device.usable ? library.reason : device.reason);
    return false;
}

static void cpu_is_exact(void)
{
    check_shapes(TAKT_DEVICE_CPU);
}

static void cpu_overwrites(void)
{
    check_overwrites(TAKT_DEVICE_CPU);
}

static void cuda_is_exact(void)
{
    if (cuda_is_usable())
        check_shapes(TAKT_DEVICE_CUDA);
}

static void cuda_overwrites(void)
{
    if (cuda_is_usable())
        check_overwrites(TAKT_DEVICE_CUDA);
}

static void absent_cuda_is_refused(void)
{
    if (cuda_is_usable())
        return;
    double one = 1.0, result = 42.0;
    const takt_gemm_problem problem = {.n_rows = 1,
                                       .n_inner = 1,
                                       .n_columns = 1,
                                       .alpha = 1.0,
                                       .a = &one,
                                       .b = &one,
                                       .c = &result};
    CHECK_STATUS(takt_gemm(TAKT_DEVICE_CUDA, &problem), TAKT_ERR_UNSUPPORTED);
    CHECK_CONTAINS(takt_error_text(), "found 'cuda'");
    CHECK_CONTAINS(takt_error_text(), "--device cpu");
    CHECK_NEAR(result, 42.0, 0.0, 0.0);
}

static void negative_sizes_are_refused(void)
{
    const takt_gemm_problem problem = {.n_rows = 2, .n_inner = -1, .n_columns = 2};
    CHECK_STATUS(takt_gemm(TAKT_DEVICE_CPU, &problem), TAKT_ERR_INPUT);
    CHECK_CONTAINS(takt_error_text(), "2 x -1 times -1 x 2");
    CHECK_STATUS(takt_gemm(TAKT_DEVICE_CUDA, &problem), TAKT_ERR_INPUT);
}

/// The library opens without a GPU; where it was found at build time it must open here.
static void cublas_answers(void)
{
    takt_cublas_info first, second;
    takt_cublas_query(&first);
    takt_cublas_query(&second);
    CHECK_INT(first.usable, second.usable);
    if (first.usable) {
        CHECK(first.version >= 110000);
        CHECK(first.file[0] != '\0');
        CHECK_TEXT(first.reason, "");
        printf("cuBLAS %d from %s\n", first.version, first.file);
    } else {
        CHECK(first.reason[0] != '\0');
        CHECK_INT(first.version, 0);
        printf("no cuBLAS: %s\n", first.reason);
    }
}

TAKT_TESTS(TEST(cpu_is_exact), TEST(cpu_overwrites), TEST(cuda_is_exact), TEST(cuda_overwrites),
           TEST(absent_cuda_is_refused), TEST(negative_sizes_are_refused), TEST(cublas_answers))
