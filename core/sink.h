/// Where the channels of a run go: the NetCDF writer, the viewer's board, an export. Whoever has a
/// result puts it into a sink once and does not know who takes it.
///
///     takt_sink_size(&sink, TAKT_DIMENSION_KPI, n);
///     TAKT_TRY(takt_sink_doubles(&sink, TAKT_CHANNEL_KPI_MEAN, means));
#ifndef TAKT_CORE_SINK_H
#define TAKT_CORE_SINK_H

#include "core/channels.h"
#include "core/status.h"

#include <stddef.h>

TAKT_EXTERN_C_BEGIN

/// A taker of channels; plain data, whoever fills it owns `context`.
typedef struct takt_sink {
    void *context;
    /// Sets the size of a dimension before the first channel that uses it; 0: channels over it are
    /// left out.
    takt_status (*size)(void *context, takt_dimension dimension, size_t size);
    /// Takes the whole value of a channel, row-major; the type is that of the table: doubles,
    /// int64_t, or const char * (NULL counts as ""). The bytes are copied during the call.
    takt_status (*put)(void *context, takt_channel channel, const void *values);
} takt_sink;

/// Sets the size of a dimension.
TAKT_HD takt_status takt_sink_size(const takt_sink *sink, takt_dimension dimension, size_t size)
{
    return sink->size(sink->context, dimension, size);
}

/// Puts a channel of that type; another type in the table is a bug.
TAKT_API takt_status takt_sink_doubles(const takt_sink *sink, takt_channel channel,
                                       const double *values);
TAKT_API takt_status takt_sink_integers(const takt_sink *sink, takt_channel channel,
                                        const int64_t *values);
TAKT_API takt_status takt_sink_texts(const takt_sink *sink, takt_channel channel,
                                     const char *const *values);

TAKT_EXTERN_C_END

#endif
