/// Planted defects of the engine, for the test that shows that `takt validate` notices them
/// (tests/defects). Nothing of them is in a program: TAKT_DEFECTIVE is the constant 0 there. The
/// test builds the floor a second time with TAKT_WITH_DEFECTS and chooses one of them at run time.
#ifndef TAKT_SIM_DEFECT_INTERNAL_H
#define TAKT_SIM_DEFECT_INTERNAL_H

/// X(name in enum, name for the test). Mistakes that engines of this kind have really made.
#define TAKT_DEFECT_LIST(X)                                                                        \
    X(NONE, "none")                                                                                \
    X(LOST_UNBLOCKING, "lost_unblocking") /* a free place is told only when all are */             \
    X(AGES_BLOCKED, "ages_blocked")       /* a failure clock that should rest runs on */           \
    X(AGES_IDLE, "ages_idle")             /* the same while the machine is starved */              \
    X(ARRIVAL_FIRST, "arrival_first")     /* at one tick before the completion */                  \
    X(RETURN_LATE, "return_late")         /* at one tick after the arrival */                      \
    X(LAST_COME_FIRST, "last_come_first") /* order of a buffer */                                  \
    X(SHARED_STREAM, "shared_stream")     /* services repeat the arrivals' numbers */              \
    X(RESUMES_ANEW, "resumes_anew")       /* an interrupted job that should resume */              \
    X(RESTARTS_AMID, "restarts_amid")     /* an interrupted job that should restart */             \
    X(CREW_ENDLESS, "crew_endless")       /* nobody waits for a repairer */                        \
    X(WORK_FORGOTTEN, "work_forgotten")   /* work before an interruption wears nothing */          \
    X(NO_RESERVE, "no_reserve")           /* of a place, blocking before service */                \
    X(ROUTES_EVEN, "routes_even")         /* shares of routes are not read */                      \
    X(BATCH_OF_ONE, "batch_of_one")       /* starts below the least */                             \
    X(STOP_AMID, "stop_amid")             /* a stop that should wait for the job's end */          \
    X(SOURCE_LOSES, "source_loses")       /* what should wait outside is turned away */            \
    X(WORKS_OFF_SHIFT, "works_off_shift") /* a shift's end is not noticed */                       \
    X(RULES_IGNORED, "rules_ignored")     /* first come, whatever the dispatch rule */             \
    X(RATE_STEADY, "rate_steady")         /* a rate profile is not followed */

typedef enum takt_defect {
#define TAKT_DEFECT_ENUM(name, text) TAKT_DEFECT_##name,
    TAKT_DEFECT_LIST(TAKT_DEFECT_ENUM)
#undef TAKT_DEFECT_ENUM
        TAKT_DEFECT_COUNT
} takt_defect;

#ifdef TAKT_WITH_DEFECTS
extern int takt_defect_planted; // a takt_defect
#define TAKT_DEFECTIVE(name) (takt_defect_planted == TAKT_DEFECT_##name)
#else
#define TAKT_DEFECTIVE(name) 0
#endif

#endif
