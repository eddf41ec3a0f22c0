/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* blake2.c - BLAKE2b as RFC 7693 has it, section by section. */
#include "base/blake2.h"
#include <string.h>

static const u64 iv[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
                          0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
static const u8 sigma[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

static u64 ror(u64 v, u32 n) {
    return v >> n | v << (64 - n);
}

static inline void mix(u64 *a, u64 *b, u64 *c, u64 *d, u64 x, u64 y) {
    *a += *b + x;
    *d = ror(*d ^ *a, 32);
    *c += *d;
    *b = ror(*b ^ *c, 24);
    *a += *b + y;
    *d = ror(*d ^ *a, 16);
    *c += *d;
    *b = ror(*b ^ *c, 63);
}

static void compress(struct blake2 *s, const u8 *block, bool last) {
    u64 v[16], m[16];
    for (u32 k = 0; k < 16; k++) {
        m[k] = 0;
        for (u32 i = 8; i-- > 0;)
            m[k] = m[k] << 8 | block[8 * k + i];
    }
    memcpy(v, s->h, sizeof s->h);
    memcpy(v + 8, iv, sizeof iv);
    v[12] ^= s->n;
    v[14] ^= last ? ~(u64)0 : 0;
    for (u32 r = 0; r < 12; r++) {
        const u8 *x = sigma[r % 10];
        mix(&v[0], &v[4], &v[8], &v[12], m[x[0]], m[x[1]]);
        mix(&v[1], &v[5], &v[9], &v[13], m[x[2]], m[x[3]]);
        mix(&v[2], &v[6], &v[10], &v[14], m[x[4]], m[x[5]]);
        mix(&v[3], &v[7], &v[11], &v[15], m[x[6]], m[x[7]]);
        mix(&v[0], &v[5], &v[10], &v[15], m[x[8]], m[x[9]]);
        mix(&v[1], &v[6], &v[11], &v[12], m[x[10]], m[x[11]]);
        mix(&v[2], &v[7], &v[8], &v[13], m[x[12]], m[x[13]]);
        mix(&v[3], &v[4], &v[9], &v[14], m[x[14]], m[x[15]]);
    }
    for (u32 k = 0; k < 8; k++)
        s->h[k] ^= v[k] ^ v[k + 8];
}

void blake2_begin(struct blake2 *s) {
    *s = (struct blake2){.n = 0};
    memcpy(s->h, iv, sizeof iv);
    s->h[0] ^= 0x01010000 ^ BLAKE2_BYTES;
}

/* The last block is known by blake2_end() alone: a full one waits. */
void blake2_add(struct blake2 *s, const void *p, size_t n) {
    const u8 *b = p;
    while (n) {
        size_t room = sizeof s->block - s->used, k = n < room ? n : room;
        if (!room) {
            s->n += sizeof s->block;
            compress(s, s->block, false);
            s->used = 0;
            continue;
        }
        memcpy(s->block + s->used, b, k);
        s->used += (u32)k;
        b += k;
        n -= k;
    }
}

void blake2_end(struct blake2 *s, u8 out[BLAKE2_BYTES]) {
    memset(s->block + s->used, 0, sizeof s->block - s->used);
    s->n += s->used;
    compress(s, s->block, true);
    for (u32 k = 0; k < BLAKE2_BYTES; k++)
        out[k] = (u8)(s->h[k / 8] >> (8 * (k % 8)));
}
