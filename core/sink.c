#include "core/sink.h"

takt_status takt_sink_doubles(const takt_sink *sink, takt_channel channel, const double *values)
{
    TAKT_ASSERT(takt_channel_get(channel)->type == TAKT_CHANNEL_DOUBLE);
    return sink->put(sink->context, channel, values);
}

takt_status takt_sink_integers(const takt_sink *sink, takt_channel channel, const int64_t *values)
{
    TAKT_ASSERT(takt_channel_get(channel)->type == TAKT_CHANNEL_INTEGER);
    return sink->put(sink->context, channel, values);
}

takt_status takt_sink_texts(const takt_sink *sink, takt_channel channel, const char *const *values)
{
    TAKT_ASSERT(takt_channel_get(channel)->type == TAKT_CHANNEL_TEXT);
    return sink->put(sink->context, channel, values);
}
