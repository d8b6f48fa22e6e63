#include "core/channels.h"

#include "core/status.h"

static const takt_channel_info channels[] = {
#define ROW(id, text, kind_of_value, dims, unit_text, kind_of_channel, doc_text)                   \
    {.name = text,                                                                                 \
     .type = TAKT_CHANNEL_##kind_of_value,                                                         \
     .kind = TAKT_CHANNEL_##kind_of_channel,                                                       \
     .dimensions = dims,                                                                           \
     .unit = unit_text,                                                                            \
     .doc = doc_text},
    TAKT_CHANNEL_LIST(ROW)
#undef ROW
};

static const char *const dimension_names[] = {
#define ROW(id, text, doc_text) text,
    TAKT_DIMENSION_LIST(ROW)
#undef ROW
};

static const char *const dimension_docs[] = {
#define ROW(id, text, doc_text) doc_text,
    TAKT_DIMENSION_LIST(ROW)
#undef ROW
};

const takt_channel_info *takt_channel_get(takt_channel channel)
{
    TAKT_ASSERT((unsigned)channel < TAKT_CHANNEL_COUNT);
    return &channels[channel];
}

const char *takt_dimension_name(takt_dimension dimension)
{
    TAKT_ASSERT((unsigned)dimension < TAKT_DIMENSION_COUNT);
    return dimension_names[dimension];
}

const char *takt_dimension_doc(takt_dimension dimension)
{
    TAKT_ASSERT((unsigned)dimension < TAKT_DIMENSION_COUNT);
    return dimension_docs[dimension];
}
