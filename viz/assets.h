/// The files of the page, embedded at build time from viz/web by esbuild; none without Node.
#ifndef TAKT_VIZ_ASSETS_H
#define TAKT_VIZ_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

/// One file. `path` begins with a slash; the page itself is "/". `etag` comes with its quotes.
typedef struct takt_asset {
    const char *path, *content_type, *etag;
    const unsigned char *bytes;
    size_t n_bytes;
    bool is_gzip; // `bytes` are compressed: content-encoding gzip
} takt_asset;

extern const takt_asset takt_assets[];
extern const int takt_n_assets;

#endif
