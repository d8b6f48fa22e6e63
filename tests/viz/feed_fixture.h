/// What the tests of feeds share: a reader and what it told.
#ifndef TAKT_TESTS_VIZ_FEED_FIXTURE_H
#define TAKT_TESTS_VIZ_FEED_FIXTURE_H

#include "core/clock.h"
#include "core/memory.h"
#include "tests/check.h"
#include "viz/feed_internal.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/// What the listener of a reader heard.
typedef struct heard {
    atomic_int n_rows, n_ended;
    uint64_t request; // of the newest rows
    size_t n;
    unsigned char frame[4096];
    char problem[FEED_MAX_PROBLEM_BYTES + 1]; // "" for none
} heard;

static void hear_rows(void *context, uint64_t request, const unsigned char *frame, size_t n)
{
    heard *it = context;
    it->request = request;
    it->n = n;
    if (n <= sizeof it->frame)
        memcpy(it->frame, frame, n);
    atomic_fetch_add(&it->n_rows, 1);
}

static void hear_end(void *context, const char *problem)
{
    heard *it = context;
    snprintf(it->problem, sizeof it->problem, "%s", problem ? problem : "");
    atomic_fetch_add(&it->n_ended, 1);
}

__attribute__((unused)) static void pair(int fds[2])
{
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
}

__attribute__((unused)) static takt_board *new_board(void)
{
    takt_board *board = NULL;
    CHECK_OK(takt_board_create(&board));
    return board;
}

__attribute__((unused)) static takt_feed_reader *new_reader(takt_board *board, int fd, heard *it)
{
    takt_feed_reader *reader = NULL;
    const takt_feed_listener listener = {it, hear_rows, hear_end};
    *it = (heard){0};
    CHECK_OK(takt_feed_reader_create(board, fd, &listener, &reader));
    return reader;
}

/// Waits for something that another thread does; only a failed test waits long.
#define WAIT_FOR(condition)                                                                        \
    do {                                                                                           \
        const double since_s = takt_clock_s();                                                     \
        while (!(condition)) {                                                                     \
            CHECK(takt_clock_s() - since_s < 120);                                                 \
            poll(NULL, 0, 1);                                                                      \
        }                                                                                          \
    } while (0)

#endif
