/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hashfn.h - the seeded hash of map keys.
 * Multiply to 128 bits and fold the halves: two such rounds spread every bit of a word; the
 * seed is secret and random for each map, so that a guest cannot aim at one bucket. */
#ifndef RT_HASHFN_H
#define RT_HASHFN_H
#include "abi/map_layout.h"
#include <string.h>

static inline u64 hash_fold(u64 x, u64 y) {
    unsigned __int128 p = (unsigned __int128)x * y;
    return (u64)p ^ (u64)(p >> 64);
}

static inline u64 hash_load(const u8 *p, u32 n) { /* n bytes, at most 8 */
    u64 v = 0;
    memcpy(&v, p, n);
    return v;
}

/* HASH_K0, HASH_K1: odd, with about as many ones as zeros, and no relation to each other. */
static inline u64 hash_key(const void *key, u32 len, u64 seed) {
    const u8 *p = key;
    u64 h = seed ^ HASH_K0;
    switch (len) { /* the sizes that nearly all maps have, without a loop */
    case 4: return hash_fold(hash_fold(hash_load(p, 4) ^ h, seed | 1), HASH_K1);
    case 8: return hash_fold(hash_fold(hash_load(p, 8) ^ h, seed | 1), HASH_K1);
    case 16:
        return hash_fold(hash_fold(hash_load(p, 8) ^ h, hash_load(p + 8, 8) ^ HASH_K1 ^ seed >> 32) ^ seed, HASH_K1);
    }
    for (; len > 16; p += 16, len -= 16)
        h = hash_fold(hash_load(p, 8) ^ h, hash_load(p + 8, 8) ^ HASH_K1 ^ seed >> 32);
    u64 a = hash_load(p, len < 8 ? len : 8), b = len > 8 ? hash_load(p + 8, len - 8) : 0;
    h = hash_fold(a ^ h, b ^ HASH_K1 ^ seed >> 32);
    return hash_fold(h ^ seed, HASH_K1 ^ len);
}

#endif
