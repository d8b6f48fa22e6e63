/* Uses an installed takt from outside: includes by floor, links, and gets right numbers. */
#include <core/status.h>
#include <kernels/blas.h>
#include <kernels/device.h>
#include <sim/factory.h>
#include <stdio.h>
#include <viz/board.h>
#include <viz/server.h>

int main(void)
{
    const double a[] = {1, 2, 3, 4}, b[] = {5, 6, 7, 8};
    double c[4];
    const takt_gemm_problem problem = {2, 2, 2, 1.0, 0.0, a, b, c};
    const takt_server_config server = takt_server_config_default();
    takt_device_info info;
    takt_board *board = NULL;
    if (takt_gemm(TAKT_DEVICE_CPU, &problem) || takt_device_query(&info) ||
        takt_board_create(&board) || takt_board_put_line(board, "ready", 5)) {
        fprintf(stderr, "consumer: %s\n", takt_error_text());
        return 1;
    }
    printf("%g %g %g %g %llu %d\n", c[0], c[1], c[2], c[3],
           (unsigned long long)takt_board_sequence(board), server.max_viewers);
    takt_board_destroy(&board);
    return 0;
}
