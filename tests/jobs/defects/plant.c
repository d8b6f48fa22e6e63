// Chooses the planted defect of a program whose engine was built with all of them: the name in the
// environment variable TAKT_DEFECT; "list" prints the names.

#include "sim/defect_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int takt_defect_planted = TAKT_DEFECT_NONE;

static const char *const names[TAKT_DEFECT_COUNT] = {
#define DEFECT_NAME(name, text) text,
    TAKT_DEFECT_LIST(DEFECT_NAME)
#undef DEFECT_NAME
};

__attribute__((constructor)) static void plant(void)
{
    const char *wanted = getenv("TAKT_DEFECT");
    if (!wanted)
        return;
    for (int i = 0; i < TAKT_DEFECT_COUNT; ++i) {
        if (strcmp(wanted, "list") == 0)
            puts(names[i]);
        else if (strcmp(wanted, names[i]) == 0) {
            takt_defect_planted = i;
            return;
        }
    }
    exit(strcmp(wanted, "list") == 0 ? 0 : 2);
}
