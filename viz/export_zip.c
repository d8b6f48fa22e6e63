// A zip writer (APPNOTE 6.3, version 2.0: deflate, no zip64) on top of zlib. What it leaves out is
// what makes two zips of the same contents differ: dates, owners, the machine.
#include "viz/export.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/// Devices of Windows: a file of this name cannot be unpacked there.
static bool is_reserved(const char *name)
{
    static const char *const devices[] = {"con", "prn", "aux", "nul", "com", "lpt"};
    const size_t n = strcspn(name, ".");
    for (size_t i = 0; i < sizeof devices / sizeof *devices; ++i) {
        if (strncasecmp(name, devices[i], 3) != 0)
            continue;
        if (i < 4 ? n == 3 : n == 4 && isdigit((unsigned char)name[3]))
            return true;
    }
    return false;
}

const char *takt_zip_name(const char *name, char *out)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    enum { ROOM = TAKT_ZIP_NAME_BYTES - 2 };
    size_t n = 0;
    const bool prefixed =
        !strchr(allowed, *name) || *name == '.' || *name == '-' || !*name || is_reserved(name);
    if (prefixed)
        out[n++] = '_';
    for (const char *p = name; *p && n < ROOM; ++p) {
        const bool fits = strchr(allowed, *p) != NULL;
        if (fits || out[n - (n > 0)] != '_') // one for a row of others
            out[n++] = fits ? *p : '_';
    }
    while (n > 1 && out[n - 1] == '.') // Windows drops them
        --n;
    out[n] = '\0';
    return out;
}

#ifdef TAKT_WITH_ZLIB
#include <zlib.h>

enum {
    LOCAL_SIGNATURE = 0x04034b50,
    CENTRAL_SIGNATURE = 0x02014b50,
    END_SIGNATURE = 0x06054b50,
    VERSION = 20,          // 2.0: folders and deflate
    NAMES_ARE_UTF8 = 2048, // flag 11
    METHOD_DEFLATE = 8,
    DATE = (0 << 9) | (1 << 5) | 1, // 1980-01-01, the first that a zip knows
    MAX_ENTRIES = 65535,
    MAX_BYTES = 1 << 30
};

static void put(takt_text *out, uint32_t value, int n_bytes)
{
    char bytes[4];
    for (int i = 0; i < n_bytes; ++i)
        bytes[i] = (char)(unsigned char)(value >> (8 * i));
    takt_text_append_bytes(out, bytes, (size_t)n_bytes);
}

typedef struct entry {
    const char *path;
    uint32_t crc, n_packed, n_bytes, offset;
} entry;

/// The fields that stand before each entry and again in the directory.
static void put_fields(takt_text *out, const entry *file)
{
    put(out, VERSION, 2);
    put(out, NAMES_ARE_UTF8, 2);
    put(out, METHOD_DEFLATE, 2);
    put(out, 0, 2); // midnight
    put(out, DATE, 2);
    put(out, file->crc, 4);
    put(out, file->n_packed, 4);
    put(out, file->n_bytes, 4);
    put(out, (uint32_t)strlen(file->path), 2);
    put(out, 0, 2); // extra fields
}

static void put_local(takt_text *out, const entry *file)
{
    put(out, LOCAL_SIGNATURE, 4);
    put_fields(out, file);
    takt_text_append(out, file->path);
}

static void put_central(takt_text *out, const entry *file)
{
    put(out, CENTRAL_SIGNATURE, 4);
    put(out, VERSION, 2); // made by
    put_fields(out, file);
    put(out, 0, 2); // comment
    put(out, 0, 2); // disk
    put(out, 0, 2); // internal attributes
    put(out, 0, 4); // external attributes
    put(out, file->offset, 4);
    takt_text_append(out, file->path);
}

/// Appends the deflated bytes; raw, as a zip wants them.
static takt_status pack(takt_text *out, const char *bytes, size_t n)
{
    char block[16384];
    z_stream stream = {0};
    int code = deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    if (code != Z_OK)
        return TAKT_FAIL(TAKT_ERR_MEMORY, "out of memory for a zip");
    stream.next_in = (z_const Bytef *)bytes;
    stream.avail_in = (uInt)n;
    do {
        stream.next_out = (Bytef *)block;
        stream.avail_out = sizeof block;
        code = deflate(&stream, Z_FINISH);
        takt_text_append_bytes(out, block, sizeof block - stream.avail_out);
    } while (code == Z_OK);
    deflateEnd(&stream);
    TAKT_ASSERT(code == Z_STREAM_END);
    return takt_text_check(out);
}

takt_status takt_zip_add(takt_zip *zip, const char *path, const char *bytes, size_t n)
{
    takt_status status = TAKT_OK;
    takt_text packed = {0};
    if (n > MAX_BYTES || zip->n_entries >= MAX_ENTRIES || zip->bytes.length > MAX_BYTES - n)
        return TAKT_FAIL(TAKT_ERR_LIMIT, "%s: the zip has no room for %zu more bytes", path, n);
    TAKT_TRY_GOTO(pack(&packed, bytes, n), done);
    const entry file = {.path = path,
                        .crc = (uint32_t)crc32(0, (const Bytef *)bytes, (uInt)n),
                        .n_packed = (uint32_t)packed.length,
                        .n_bytes = (uint32_t)n,
                        .offset = (uint32_t)zip->bytes.length};
    put_local(&zip->bytes, &file);
    takt_text_append_bytes(&zip->bytes, takt_text_get(&packed), packed.length);
    put_central(&zip->directory, &file);
    zip->n_entries++;
    TAKT_TRY_GOTO(takt_text_check(&zip->bytes), done);
    TAKT_TRY_GOTO(takt_text_check(&zip->directory), done);
done:
    takt_text_destroy(&packed);
    return status;
}

takt_status takt_zip_end(takt_zip *zip)
{
    const uint32_t offset = (uint32_t)zip->bytes.length;
    takt_text_append_bytes(&zip->bytes, takt_text_get(&zip->directory), zip->directory.length);
    put(&zip->bytes, END_SIGNATURE, 4);
    put(&zip->bytes, 0, 4); // one disk
    put(&zip->bytes, (uint32_t)zip->n_entries, 2);
    put(&zip->bytes, (uint32_t)zip->n_entries, 2);
    put(&zip->bytes, (uint32_t)zip->directory.length, 4);
    put(&zip->bytes, offset, 4);
    put(&zip->bytes, 0, 2); // comment
    return takt_text_check(&zip->bytes);
}

#else

takt_status takt_zip_add(takt_zip *zip, const char *path, const char *bytes, size_t n)
{
    (void)zip, (void)bytes, (void)n;
    return TAKT_FAIL(TAKT_ERR_UNSUPPORTED, "%s: zip: not built into this program (zlib)", path);
}

takt_status takt_zip_end(takt_zip *zip)
{
    (void)zip;
    return TAKT_FAIL(TAKT_ERR_UNSUPPORTED, "zip: not built into this program (zlib)");
}

#endif

void takt_zip_release(takt_zip *zip)
{
    takt_text_destroy(&zip->bytes);
    takt_text_destroy(&zip->directory);
    zip->n_entries = 0;
}
