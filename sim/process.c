#include "sim/process.h"

#include "sim/battery.h"

#include <string.h>

const takt_process_ops *takt_process_find(const char *name)
{
    static const takt_process_ops *const models[] = {&takt_battery_process};
    for (size_t i = 0; i < sizeof models / sizeof *models; ++i)
        if (name && strcmp(name, models[i]->name) == 0)
            return models[i];
    return NULL;
}
