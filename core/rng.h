/// Random numbers addressed by identity: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC11, 2011).
///
/// A draw is a pure function of (seed, replication, entity, purpose, draw index). Nothing depends
/// on the order of events, on ranks or on threads; two policies compared on one replication see
/// the same futures; a snapshot stores draw indices and no generator state; CPU and GPU agree.
#ifndef TAKT_CORE_RNG_H
#define TAKT_CORE_RNG_H

#include "core/hd.h"

#include <stdint.h>
#include <string.h>

/// What a stream of draws is for. Numbers are part of the result's identity: only append.
typedef enum takt_purpose {
    TAKT_PURPOSE_ARRIVAL = 1,
    TAKT_PURPOSE_SERVICE = 2,
    TAKT_PURPOSE_UP_TIME = 3,
    TAKT_PURPOSE_REPAIR = 4,
    TAKT_PURPOSE_ROUTE = 5,
    TAKT_PURPOSE_INITIAL_AGE = 6,
    TAKT_PURPOSE_STOP = 7,
    TAKT_PURPOSE_SEARCH = 8,
    TAKT_PURPOSE_TEST = 9,
    TAKT_PURPOSE_QUALITY = 10,
    TAKT_PURPOSE_WEIGHTS = 11,
    TAKT_PURPOSE_SAMPLE = 12,
    TAKT_PURPOSE_RESAMPLE = 13,
    TAKT_PURPOSE_CERTIFICATE = 14,
    TAKT_PURPOSE_FIT = 15,
    TAKT_PURPOSE_TICKET_SERVICE = 16,
    TAKT_PURPOSE_TICKET_ROUTE = 17,
    TAKT_PURPOSE_TICKET_DUE = 18,
    TAKT_PURPOSE_BATCH = 19,
    TAKT_PURPOSE_FIRST_ARRIVAL = 20,
    TAKT_PURPOSE_BRANCH = 21,
    TAKT_PURPOSE_WEAR = 22,
    TAKT_PURPOSE_WEAR_LIMIT = 23,
    TAKT_PURPOSE_WEAR_REPAIR = 24,
    TAKT_PURPOSE_INITIAL_WEAR = 25,
    TAKT_PURPOSE_INSPECTION = 26,
    TAKT_PURPOSE_SENSOR = 27,
    TAKT_PURPOSE_CHANGEOVER = 28,
    TAKT_PURPOSES_MAX = 256 // what there is several of adds multiples of this
} takt_purpose;

/// Added to the number of a replication (below 2^31) it names the antithetic one: every uniform u
/// of that replication becomes 1 - u (Hammersley and Morton 1956).
#define TAKT_REPLICATION_MIRRORED 0x80000000u

/// One stream: all draws of one entity for one purpose in one replication.
typedef struct takt_stream {
    uint64_t seed;
    uint32_t replication; // TAKT_REPLICATION_MIRRORED or not
    uint32_t entity;
    uint16_t purpose; // takt_purpose
} takt_stream;

/// One Philox4x32-10 block: 128 random bits for a 128-bit counter and a 64-bit key.
TAKT_HD void takt_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; ++round) {
        const uint64_t p0 = (uint64_t)0xD2511F53u * c0;
        const uint64_t p1 = (uint64_t)0xCD9E8D57u * c2;
        const uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        const uint32_t n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        c0 = n0;
        c2 = n2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

/// What all bits of a stream are flipped by: uniforms lie in the middle of the cells of a grid, so
/// that flipping all their bits gives 1 - u to the last digit.
TAKT_HD uint32_t takt_stream_mirror(const takt_stream *stream)
{
    return 0u - (stream->replication >> 31);
}

/// Block number `block` (48 bits are used) of a stream.
TAKT_HD void takt_stream_block(const takt_stream *stream, uint64_t block, uint32_t out[4])
{
    const uint32_t counter[4] = {
        (uint32_t)block, stream->replication & ~TAKT_REPLICATION_MIRRORED, stream->entity,
        ((uint32_t)stream->purpose << 16) | ((uint32_t)(block >> 32) & 0xFFFFu)};
    const uint32_t key[2] = {(uint32_t)stream->seed, (uint32_t)(stream->seed >> 32)};
    const uint32_t mirror = takt_stream_mirror(stream);
    takt_philox4x32(counter, key, out);
    for (int i = 0; i < 4; ++i)
        out[i] ^= mirror;
}

/// 64 random bits to a double in the open interval (0, 1), on a grid of 2^-52.
TAKT_HD double takt_bits_to_uniform(uint32_t high, uint32_t low)
{
    // 52 bits as the mantissa of a number in [1, 2): no integer conversion, so that loops
    // vectorise.
    const uint64_t bits = 0x3FF0000000000000u | ((uint64_t)high << 20) | (low >> 12);
    double one_to_two;
    memcpy(&one_to_two, &bits, sizeof one_to_two);
    return (one_to_two - 1.0) + 0x1.0p-53;
}

/// Uniform draw number `draw` of a stream, in (0, 1). Two draws share one block.
TAKT_HD double takt_stream_uniform(const takt_stream *stream, uint64_t draw)
{
    uint32_t bits[4];
    takt_stream_block(stream, draw >> 1, bits);
    return (draw & 1) ? takt_bits_to_uniform(bits[2], bits[3])
                      : takt_bits_to_uniform(bits[0], bits[1]);
}

#endif
