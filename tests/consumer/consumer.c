/* Uses an installed takt from outside: includes by floor, links, and gets right numbers. */
#include <core/status.h>
#include <kernels/blas.h>
#include <kernels/device.h>
#include <sim/factory.h>
#include <stdio.h>

int main(void)
{
    const double a[] = {1, 2, 3, 4}, b[] = {5, 6, 7, 8};
    double c[4];
    const takt_gemm_problem problem = {2, 2, 2, 1.0, 0.0, a, b, c};
    takt_device_info info;
    if (takt_gemm(TAKT_DEVICE_CPU, &problem) || takt_device_query(&info)) {
        fprintf(stderr, "consumer: %s\n", takt_error_text());
        return 1;
    }
    printf("%g %g %g %g\n", c[0], c[1], c[2], c[3]);
    return 0;
}
