/// What machines do: the states that every account of their time counts by.
#ifndef TAKT_SIM_MACHINE_STATE_H
#define TAKT_SIM_MACHINE_STATE_H

/// What a machine is doing. Times in these states add up to the horizon, to the tick.
#define TAKT_MACHINE_STATE_LIST(X)                                                                 \
    X(WORKING, "working")                                                                          \
    X(STARVED, "starved")                                                                          \
    X(BLOCKED, "blocked")                                                                          \
    X(DOWN, "down")                                                                                \
    X(STOPPED, "stopped")                                                                          \
    X(OFF_SHIFT, "off_shift")                                                                      \
    X(UNSTAFFED, "unstaffed")                                                                      \
    X(SETUP, "setup")

typedef enum takt_machine_state {
#define TAKT_MACHINE_STATE_ENUM(name, text) TAKT_MACHINE_##name,
    TAKT_MACHINE_STATE_LIST(TAKT_MACHINE_STATE_ENUM)
#undef TAKT_MACHINE_STATE_ENUM
        TAKT_MACHINE_STATE_COUNT
} takt_machine_state;

#endif
