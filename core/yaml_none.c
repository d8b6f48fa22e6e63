// A program without libfyaml: studies are built in C.
#include "core/node_internal.h"

takt_status takt_yaml_read(takt_arena *arena, const takt_origin *origin, takt_node **root)
{
    (void)arena;
    *root = NULL;
    return TAKT_FAIL(TAKT_ERR_UNSUPPORTED,
                     "%s: this program was built without YAML; build takt with libfyaml to read it",
                     origin->name);
}
