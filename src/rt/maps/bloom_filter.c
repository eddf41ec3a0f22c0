/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bloom_filter.c - BPF_MAP_TYPE_BLOOM_FILTER: "was this value pushed?", never wrongly no.
 * Sizes as in the kernel: k hash functions (map_extra, 5 by default) over n * k / ln 2 bits,
 * rounded up to a power of two. Bits are set with atomic operations, so there is no lock. */
#include "rt/hashfn.h"
#include "rt/maps/kind.h"
#include <errno.h>
#include <stdlib.h>

struct bloom {
    _Atomic u64 *bits;
    u64 len, mask, seed;
    u32 nhash;
};

static int init(struct map *m, struct error *e) {
    enum { DEFAULT_HASHES = 5 };
    const struct map_def *d = m->def;
    struct bloom *b;
    u64 bits, n = 1;
    int r;
    if ((r = kind_flags(m, MAP_ZERO_SEED, e)))
        return r;
    if (m->key_size)
        return kind_bad(e, "a bloom filter has no key");
    if (!m->value_size || !m->max_entries)
        return kind_bad(e, "no value or no entries");
    if (d->extra > 15)
        return kind_bad(e, "map_extra is more than 15 hash functions");
    if (!(b = m->impl = calloc(1, sizeof *b)))
        return fail(e, E_NOMEM, NOWHERE, "bloom filter");
    b->nhash = d->extra ? (u32)d->extra : DEFAULT_HASHES;
    b->seed = m->flags & MAP_ZERO_SEED ? 0 : os_random();
    bits = (u64)m->max_entries * b->nhash * 7 / 5; /* 1 / ln 2 is about 7 / 5 */
    while (n < bits)
        n <<= 1;
    if (n < 64)
        n = 64;
    b->mask = n - 1;
    return (b->bits = kind_area(m, n / 64, 8, true, &b->len, e)) ? 0 : e->code;
}

static void drop(struct map *m) {
    struct bloom *b = m->impl;
    os_release((void *)b->bits, b->len);
    free(b);
}

static s64 push(struct map *m, const void *value, u64 flags) {
    struct bloom *b = m->impl;
    if (flags != UPDATE_ANY)
        return -EINVAL;
    for (u32 i = 0; i < b->nhash; i++) {
        u64 h = hash_key(value, m->value_size, b->seed + i * HASH_K0) & b->mask;
        atomic_fetch_or_explicit(&b->bits[h / 64], (u64)1 << h % 64, memory_order_relaxed);
    }
    return 0;
}

/* peek: "value" is what is asked for. Values cannot be taken out. */
static s64 pop(struct map *m, void *value, bool remove) {
    struct bloom *b = m->impl;
    if (remove)
        return -EOPNOTSUPP;
    for (u32 i = 0; i < b->nhash; i++) {
        u64 h = hash_key(value, m->value_size, b->seed + i * HASH_K0) & b->mask;
        if (!(atomic_load_explicit(&b->bits[h / 64], memory_order_relaxed) >> h % 64 & 1))
            return -ENOENT;
    }
    return 0;
}

const struct map_kind map_bloom_filter = {
    .type = 30, .name = "bloom_filter", .stays = true, .init = init, .drop = drop, .push = push, .pop = pop};
