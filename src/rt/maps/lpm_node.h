/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lpm_node.h - the nodes of the longest-prefix-match tree.
 *
 * A node looks at STRIDE = 6 bits of the key, from bit `start` (a multiple of 6) on. A prefix
 * that ends there with r bits of the six is bit (1 << r) - 1 + (those r bits) of `results`:
 * 63 places, longer ones above shorter ones. A child for the value v of all six is bit v of
 * `children`. Both sets are counted to index the words behind the node:
 *
 *   | children | results | skip bits | start, nskip | child ... | result ... |
 *       64         64         64         16   16       32 each     32 each
 *
 * Every key begins with PAD = 5 zero bits of ours: then a /24, as most IPv4 prefixes are, and
 * a /32 or /48 is the last place of a node and not the first of one more.
 *
 * The nskip bits before start, which no branch or result told apart, are kept in the node and
 * compared (Degermark and others' tree bitmaps, with path compression). A node never changes:
 * a new one is made and one word of its parent stored, so readers need no lock. */
#ifndef RT_MAPS_LPM_NODE_H
#define RT_MAPS_LPM_NODE_H
#include "rt/limbo.h"
#include "rt/lock.h"
#include "rt/maps/kind.h"
#include <string.h>

enum { STRIDE = 6, PAD = 5, SKIP_MAX = 60, UNIT = 16, WORDS_MAX = 127, CLASSES = (32 + 4 * WORDS_MAX) / UNIT + 2 };

struct node {
    u64 children, results, skip;
    u16 start, nskip;
    u32 pad;
    _Atomic u32 word[]; /* children, then results: node numbers and entry numbers */
};

struct lpm {
    atomic_bool lock;
    _Atomic u32 root; /* 0: empty */
    u32 bits;         /* of the longest prefix */
    u32 data_len;     /* bytes of the prefix in a key */
    u32 count;        /* live entries */
    u8 *pool;         /* node n is at pool + n * UNIT */
    u64 pool_len, pool_units, pool_next;
    u32 free[CLASSES]; /* nodes by size; chained through their first word */
    struct limbo old;  /* nodes (extra: class) */
    u8 *key;           /* entry i: length (4 bytes) and data */
    u64 key_len, value_len;
    u32 key_stride;
    u32 nslot, fresh, free_entry; /* entries; free ones are chained through their key */
    struct limbo old_entry;
};

static inline struct node *node_at(const struct lpm *t, u32 n) {
    return (struct node *)(t->pool + (u64)n * UNIT);
}
static inline u32 count64(u64 v) {
#if defined(__POPCNT__) || !defined(__x86_64__)
    return (u32)__builtin_popcountll(v);
#else /* the baseline has no such instruction, and the compiler would call a function */
    v -= v >> 1 & 0x5555555555555555u;
    v = (v & 0x3333333333333333u) + (v >> 2 & 0x3333333333333333u);
    v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return (u32)(v * 0x0101010101010101u >> 56);
#endif
}

/* n bits (at most 60) of a key of len bytes, from bit `at` on; beyond its end they are 0. */
static inline u64 key_bits(const u8 *data, u32 len, u32 at, u32 n) {
    u32 byte, sh, zeros = at < PAD ? PAD - at : 0;
    u64 v = 0, next;
    if (n <= zeros)
        return 0;
    n -= zeros;
    at -= PAD - zeros;
    byte = at / 8;
    sh = at % 8;
    if (byte + 8 <= len) {
        memcpy(&v, data + byte, 8);
        v = __builtin_bswap64(v);
    } else {
        for (u32 i = 0; i < 8; i++)
            v = v << 8 | (byte + i < len ? data[byte + i] : 0);
    }
    next = byte + 8 < len ? data[byte + 8] : 0;
    if (sh)
        v = v << sh | next >> (8 - sh);
    return v >> (64 - n);
}

/* The first 8 bytes of a key that has at most 7, PAD included: then bits are a shift away. */
enum { SHORT = 7 };
static inline u64 short_key(const u8 *data, u32 len) {
    u64 v = 0;
    if (len == 4) {
        u32 w;
        memcpy(&w, data, 4);
        return (u64)__builtin_bswap32(w) << (32 - PAD);
    }
    memcpy(&v, data, len);
    return __builtin_bswap64(v) >> PAD;
}
static inline u64 short_bits(u64 key, u32 at, u32 n) {
    return n ? key << at >> (64 - n) : 0;
}

static inline u32 child_index(const struct node *n, u32 v) {
    return count64(n->children & (((u64)1 << v) - 1));
}
static inline u32 result_index(const struct node *n, u32 pos) {
    return count64(n->children) + count64(n->results & (((u64)1 << pos) - 1));
}
static inline u32 result_pos(u32 r, u64 bits) {
    return (1u << r) - 1 + (u32)bits;
} /* r < 6 bits */

/* A node of nc children and nr results, words not set; 0: no memory. */
u32 node_new(struct map *m, struct lpm *t, u32 words);
void node_old(struct map *m, struct lpm *t, u32 n); /* readers may still be in it */

#endif
