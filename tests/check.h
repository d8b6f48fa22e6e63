/// The checks of all tests: they print both values, and under mpirun they end every rank.
///
///     #include "tests/check.h"
///     static void adds(void) { CHECK_INT(1 + 1, 2); }
///     TAKT_TESTS(TEST(adds))
///
/// Built on cmocka where it is installed; a bare machine (TAKT_FLOORS=sim) runs the same files on
/// the few lines below. With TAKT_WITH_MPI the program runs its cases on every rank, and a failed
/// check calls MPI_Abort, because a rank that leaves a collective early would hang the others.
#ifndef TAKT_TESTS_CHECK_H
#define TAKT_TESTS_CHECK_H

#include "core/status.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(TAKT_WITH_MPI)
#include <mpi.h>
#elif defined(TAKT_WITH_CMOCKA)
#include <cmocka.h>
#endif

typedef struct check_case {
    const char *name;
    void (*run)(void);
} check_case;

__attribute__((unused)) static jmp_buf check_escape;

__attribute__((unused, noreturn)) static void check_stop(void)
{
    fflush(stdout);
    fflush(stderr);
#if defined(TAKT_WITH_MPI)
    MPI_Abort(MPI_COMM_WORLD, 1);
    abort();
#elif defined(TAKT_WITH_CMOCKA)
    fail();
    abort();
#else
    longjmp(check_escape, 1);
#endif
}

__attribute__((unused)) static int check_rank(void)
{
    int rank = 0;
#if defined(TAKT_WITH_MPI)
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
#endif
    return rank;
}

#define CHECK_FAILED(...)                                                                          \
    do {                                                                                           \
        fprintf(stderr, "%s:%d: rank %d: ", __FILE__, __LINE__, check_rank());                     \
        fprintf(stderr, __VA_ARGS__);                                                              \
        fputc('\n', stderr);                                                                       \
        check_stop();                                                                              \
    } while (0)

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            CHECK_FAILED("'%s' does not hold", #condition);                                        \
    } while (0)

/// The status is TAKT_OK; otherwise the error line and its trace are shown.
#define CHECK_OK(expression)                                                                       \
    do {                                                                                           \
        takt_status check_status_ = (expression);                                                  \
        if (check_status_ != TAKT_OK)                                                              \
            CHECK_FAILED("%s: %s: %s (%s)", #expression, takt_status_text(check_status_),          \
                         takt_error_text(), takt_error_trace());                                   \
    } while (0)

/// The status is the given failure.
#define CHECK_STATUS(expression, expected)                                                         \
    do {                                                                                           \
        takt_status check_status_ = (expression);                                                  \
        if (check_status_ != (expected))                                                           \
            CHECK_FAILED("%s: found '%s' (%s), expected '%s'", #expression,                        \
                         takt_status_text(check_status_), takt_error_text(),                       \
                         takt_status_text(expected));                                              \
    } while (0)

#define CHECK_INT(found, expected)                                                                 \
    do {                                                                                           \
        int64_t check_a_ = (int64_t)(found), check_b_ = (int64_t)(expected);                       \
        if (check_a_ != check_b_)                                                                  \
            CHECK_FAILED("%s: found %lld, expected %lld", #found, (long long)check_a_,             \
                         (long long)check_b_);                                                     \
    } while (0)

#define CHECK_TEXT(found, expected)                                                                \
    do {                                                                                           \
        const char *check_a_ = (found), *check_b_ = (expected);                                    \
        if (!check_a_ || !check_b_ || strcmp(check_a_, check_b_) != 0)                             \
            CHECK_FAILED("%s: found '%s', expected '%s'", #found, check_a_ ? check_a_ : "NULL",    \
                         check_b_ ? check_b_ : "NULL");                                            \
    } while (0)

#define CHECK_CONTAINS(text, part)                                                                 \
    do {                                                                                           \
        const char *check_a_ = (text), *check_b_ = (part);                                         \
        if (!check_a_ || !strstr(check_a_, check_b_))                                              \
            CHECK_FAILED("%s: '%s' does not contain '%s'", #text, check_a_ ? check_a_ : "NULL",    \
                         check_b_);                                                                \
    } while (0)

/// |found - expected| <= absolute + relative * |expected|; NaN fails.
#define CHECK_NEAR(found, expected, relative, absolute)                                            \
    do {                                                                                           \
        double check_a_ = (found), check_b_ = (expected);                                          \
        double check_t_ = (absolute) + (relative)*fabs(check_b_);                                  \
        if (!(fabs(check_a_ - check_b_) <= check_t_))                                              \
            CHECK_FAILED("%s: found %.17g, expected %.17g, difference %.3g, allowed %.3g", #found, \
                         check_a_, check_b_, check_a_ - check_b_, check_t_);                       \
    } while (0)

// clang-format off
#define TEST(name) {#name, name}
// clang-format on

#if defined(TAKT_WITH_MPI)
static int check_main(int argc, char **argv, const check_case *cases, int n_cases)
{
    MPI_Init(&argc, &argv);
    for (int i = 0; i < n_cases; ++i) {
        if (argc > 1 && !strstr(cases[i].name, argv[1]))
            continue;
        cases[i].run();
        MPI_Barrier(MPI_COMM_WORLD);
        if (check_rank() == 0)
            printf("ok %s\n", cases[i].name);
    }
    MPI_Finalize();
    return 0;
}
#elif defined(TAKT_WITH_CMOCKA)
static const check_case *check_cases;
static void check_trampoline(void **state)
{
    ((const check_case *)*state)->run();
}
static int check_main(int argc, char **argv, const check_case *cases, int n_cases)
{
    struct CMUnitTest *list = calloc((size_t)n_cases, sizeof *list);
    int n = 0;
    check_cases = cases;
    for (int i = 0; i < n_cases; ++i)
        if (argc < 2 || strstr(cases[i].name, argv[1]))
            list[n++] = (struct CMUnitTest){cases[i].name, check_trampoline, NULL, NULL,
                                            (void *)(uintptr_t)&cases[i]};
    int n_failed = _cmocka_run_group_tests(argv[0], list, (size_t)n, NULL, NULL);
    free(list);
    return n_failed != 0 || n == 0;
}
#else
static int check_main(int argc, char **argv, const check_case *cases, int n_cases)
{
    volatile int n_failed = 0, n_run = 0;
    for (volatile int i = 0; i < n_cases; ++i) {
        if (argc > 1 && !strstr(cases[i].name, argv[1]))
            continue;
        ++n_run;
        if (setjmp(check_escape) == 0) {
            cases[i].run();
            printf("ok %s\n", cases[i].name);
        } else {
            ++n_failed;
            printf("FAILED %s\n", cases[i].name);
        }
    }
    printf("%d passed, %d failed\n", n_run - n_failed, n_failed);
    return n_failed != 0 || n_run == 0;
}
#endif

#define TAKT_TESTS(...)                                                                            \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        static const check_case cases[] = {__VA_ARGS__};                                           \
        return check_main(argc, argv, cases, (int)(sizeof cases / sizeof *cases));                 \
    }

#endif
