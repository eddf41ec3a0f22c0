/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hash.c - BPF_MAP_TYPE_HASH, PERCPU_HASH, LRU_HASH and LRU_PERCPU_HASH.
 *
 *   bucket[hash & mask] -> elem -> elem -> 0      elem: next, hash, (use), key
 *                            |       |            value of entry id: map.value + id * stride
 *
 * In a large map an entry's id is mostly one of four that its hash says (its home, hash_slot.c): a lookup reads those
 * four first, and need not wait for the bucket. LIVE tells it which are in a chain: it goes before the entry leaves
 * the chain and comes after it has entered, so whoever sees none of them walks the chain, which is always right.
 *
 * Lookups take no lock: entries in a chain do not change, an update puts a new entry in the
 * place of the old one (so a value read by a program stays whole), and freed entries wait
 * until the runs that may still walk through them have ended. Per-CPU kinds write a slot
 * in place: it belongs to one CPU. */
#include "rt/maps/hash.h"
#include "rt/hashfn.h"
#include <errno.h>
#include <stdlib.h>

static inline bool same_key(const u8 *a, const u8 *b, u32 len) {
    switch (len) {
    case 4: return hash_load(a, 4) == hash_load(b, 4);
    case 8: return hash_load(a, 8) == hash_load(b, 8);
    case 16: return !((hash_load(a, 8) ^ hash_load(b, 8)) | (hash_load(a + 8, 8) ^ hash_load(b + 8, 8)));
    }
    return !memcmp(a, b, len);
}

static inline u8 *value_at(const struct map *m, u32 id) {
    return m->value + (u64)id * m->stride;
}

/* The entry of key and the link that leads to it; 0: none. */
static inline u32 find(const struct map *m, struct hash *h, const void *key, u32 hash, _Atomic u32 **link) {
    _Atomic u32 *at = &h->bucket[hash & h->bucket_mask];
    u32 id;
    while ((id = atomic_load_explicit(at, memory_order_acquire))) {
        struct elem *el = elem_at(h, id);
        __builtin_prefetch(value_at(m, id)); /* the next thing a program looks at */
        if ((atomic_load_explicit(&el->hash, memory_order_relaxed) & ~(u32)LIVE) == hash &&
            same_key((u8 *)el + h->key_off, key, m->key_size))
            break;
        at = &el->next;
    }
    if (link)
        *link = at;
    return id;
}

static inline u32 hash_of(const struct map *m, const struct hash *h, const void *key) {
    return (u32)hash_key(key, m->key_size, h->seed) & ~(u32)LIVE;
}

static inline void mark_seen(struct hash *h, u32 id) {
    _Atomic u32 *seen = &use_of(elem_at(h, id))->seen;
    if (h->lru && !atomic_load_explicit(seen, memory_order_relaxed))
        atomic_store_explicit(seen, 1, memory_order_relaxed);
}

static __attribute__((noinline)) u32 in_chain(const struct map *m, struct hash *h, const void *key, u32 hash) {
    return find(m, h, key, hash, NULL);
}

/* The entry of key where entries have homes: what the hash alone tells is fetched together. Sizes are constants where
 * this is inlined: a processor looks ahead some 300 instructions, and the fewer stand between two lookups the sooner it
 * begins the misses of the next. */
static inline __attribute__((always_inline)) u32 at_home(const struct map *m, struct hash *h, const void *key,
                                                         u32 key_size, u32 elem_size, u32 key_off) {
    u32 hash = (u32)hash_key(key, key_size, h->seed) & ~(u32)LIVE, first = home_of(h, hash), hit = 0, i;
    const u8 *e = h->elem + (u64)first * elem_size;
    __builtin_prefetch(value_at(m, first));
    __builtin_prefetch((const void *)&h->bucket[hash & h->bucket_mask]);
    for (i = 0; i < GROUP; i++) {
        const struct elem *el = (const struct elem *)(e + (u64)i * elem_size);
        hit |= (u32)(atomic_load_explicit(&el->hash, memory_order_acquire) == (hash | LIVE)) << i;
    }
    i = (u32)__builtin_ctz(hit | 1 << GROUP);
    if (likely(i < GROUP) && likely(same_key(e + (u64)i * elem_size + key_off, key, key_size)))
        return first + i;
    return in_chain(m, h, key, hash);
}

static inline void *seen(struct map *m, u32 id) {
    struct hash *h = m->impl;
    if (!id)
        return NULL;
    mark_seen(h, id);
    return value_at(m, id);
}

static void *find_4(struct map *m, const void *key) {
    u32 id = at_home(m, m->impl, key, 4, sizeof(struct elem) + 4, sizeof(struct elem));
    return id ? value_at(m, id) : NULL;
}
static void *find_8(struct map *m, const void *key) {
    u32 id = at_home(m, m->impl, key, 8, sizeof(struct elem) + 8, sizeof(struct elem));
    return id ? value_at(m, id) : NULL;
}
static void *find_home(struct map *m, const void *key) {
    struct hash *h = m->impl;
    return seen(m, at_home(m, h, key, m->key_size, h->elem_size, h->key_off));
}
static void *find_near(struct map *m, const void *key) {
    struct hash *h = m->impl;
    return seen(m, find(m, h, key, hash_of(m, h, key), NULL));
}

/* The same for keys of a word, whose size is a constant where this is inlined: nothing is in far memory, so what counts
 * is how few instructions it takes. */
static inline __attribute__((always_inline)) void *near(struct map *m, const void *key, u32 key_size) {
    const struct hash *h = m->impl;
    u32 hash = (u32)hash_key(key, key_size, h->seed) & ~(u32)LIVE,
        id = atomic_load_explicit(&h->bucket[hash & h->bucket_mask], memory_order_acquire);
    for (; id;) {
        const struct elem *el = (const struct elem *)(h->elem + (u64)id * (sizeof *el + key_size));
        if (same_key((const u8 *)(el + 1), key, key_size))
            return value_at(m, id);
        id = atomic_load_explicit(&el->next, memory_order_acquire);
    }
    return NULL;
}
static void *near_4(struct map *m, const void *key) {
    return near(m, key, 4);
}
static void *near_8(struct map *m, const void *key) {
    return near(m, key, 8);
}

static void *lookup(struct map *m, const void *key) {
    return ((struct hash *)m->impl)->find(m, key);
}
static map_find_fn *finder(const struct map *m) {
    return ((struct hash *)m->impl)->find;
}

/* What a change will look at, fetched while its lock is. */
static inline void fetch(const struct map *m, const struct hash *h, u32 hash) {
    __builtin_prefetch(elem_at(h, home_of(h, hash)));
    __builtin_prefetch(value_at(m, home_of(h, hash)));
}

static void write_percpu(struct map *m, u32 id, const u8 *value, u32 cpu) {
    u8 *to = value_at(m, id);
    if (cpu != CPU_ALL) {
        memcpy(to + (u64)cpu * m->cpu_stride, value, m->value_size);
        return;
    }
    for (u32 c = 0; c < env_of(m)->cpus; c++)
        memcpy(to + (u64)c * m->cpu_stride, value + (u64)c * m->cpu_stride, m->value_size);
}

/* A new entry with key and value, not yet in a chain; 0: no room. */
static u32 make(struct map *m, struct hash *h, struct stripe *s, const void *key, u32 hash, const void *value,
                u32 cpu) {
    u32 id = slot_take(m, h, s, home_of(h, hash));
    if (!id)
        return 0;
    struct elem *el = elem_at(h, id);
    atomic_store_explicit(&el->hash, hash, memory_order_relaxed);
    copy_bytes((u8 *)el + h->key_off, key, m->key_size);
    if (m->cpu_stride) {
        if (cpu != CPU_ALL)
            memset(value_at(m, id), 0, m->stride); /* the other CPUs begin with 0 */
        write_percpu(m, id, value, cpu);
    } else {
        copy_bytes(value_at(m, id), value, m->value_size);
    }
    if (h->lru)
        lru_add(h, s, id);
    return id;
}

static s64 insert(struct map *m, struct hash *h, struct stripe *s, const void *key, u32 hash, const void *value,
                  u32 cpu) {
    _Atomic u32 *head = &h->bucket[hash & h->bucket_mask];
    u32 id;
    if (atomic_fetch_add(&h->count, 1) >= m->max_entries && (!h->lru || !lru_evict(m, h, s))) {
        atomic_fetch_sub(&h->count, 1);
        return h->lru ? -ENOMEM : -E2BIG;
    }
    if (!(id = make(m, h, s, key, hash, value, cpu))) {
        atomic_fetch_sub(&h->count, 1);
        return -ENOMEM;
    }
    atomic_store_explicit(&elem_at(h, id)->next, atomic_load_explicit(head, memory_order_relaxed),
                          memory_order_relaxed);
    atomic_store_explicit(head, id, memory_order_release);
    set_live(h, id, true);
    return 0;
}

/* A new entry takes the place of old: whoever read old's value keeps it whole. */
static s64 replace(struct map *m, struct hash *h, struct stripe *s, u32 old, _Atomic u32 *link, const void *key,
                   u32 hash, const void *value, u32 cpu) {
    if (m->cpu_stride) {
        write_percpu(m, old, value, cpu);
        mark_seen(h, old);
        return 0;
    }
    u32 id = make(m, h, s, key, hash, value, cpu);
    if (!id)
        return -ENOMEM;
    u32 next = atomic_load_explicit(&elem_at(h, old)->next, memory_order_relaxed);
    atomic_store_explicit(&elem_at(h, id)->next, next, memory_order_relaxed);
    set_live(h, old, false);
    atomic_store(link, id); /* seq_cst: before limbo_put() reads the epoch */
    set_live(h, id, true);
    if (h->lru)
        lru_remove(h, s, old);
    slot_retire(m, h, s, old);
    return 0;
}

static s64 update(struct map *m, const void *key, const void *value, u64 flags, u32 cpu) {
    struct hash *h = m->impl;
    u32 hash = hash_of(m, h, key), old;
    struct stripe *s = &h->stripe[hash & h->stripe_mask];
    _Atomic u32 *link;
    s64 r;
    if (flags > UPDATE_EXIST)
        return -EINVAL;
    fetch(m, h, hash);
    lock(&s->lock);
    old = find(m, h, key, hash, &link);
    if (old && flags == UPDATE_NOEXIST)
        r = -EEXIST;
    else if (!old && flags == UPDATE_EXIST)
        r = -ENOENT;
    else if (old)
        r = replace(m, h, s, old, link, key, hash, value, cpu);
    else
        r = insert(m, h, s, key, hash, value, cpu);
    unlock(&s->lock);
    return r;
}

static void unlink_entry(struct map *m, struct hash *h, struct stripe *s, u32 id, _Atomic u32 *link) {
    set_live(h, id, false);
    atomic_store(link, atomic_load_explicit(&elem_at(h, id)->next, memory_order_relaxed)); /* as in replace() */
    if (h->lru)
        lru_remove(h, s, id);
    slot_retire(m, h, s, id);
    atomic_fetch_sub(&h->count, 1);
}

static s64 erase(struct map *m, const void *key) {
    struct hash *h = m->impl;
    u32 hash = hash_of(m, h, key), id;
    struct stripe *s = &h->stripe[hash & h->stripe_mask];
    _Atomic u32 *link;
    fetch(m, h, hash);
    lock(&s->lock);
    if ((id = find(m, h, key, hash, &link)))
        unlink_entry(m, h, s, id, link);
    unlock(&s->lock);
    return id ? 0 : -ENOENT;
}

static s64 copy_out(struct map *m, const void *key, void *value, bool take) {
    struct hash *h = m->impl;
    u32 hash = hash_of(m, h, key), id;
    struct stripe *s = &h->stripe[hash & h->stripe_mask];
    _Atomic u32 *link;
    fetch(m, h, hash);
    lock(&s->lock);
    if ((id = find(m, h, key, hash, &link))) {
        memcpy(value, value_at(m, id), m->cpu_stride ? m->stride : m->value_size);
        if (take)
            unlink_entry(m, h, s, id, link);
    }
    unlock(&s->lock);
    return id ? 0 : -ENOENT;
}

/* The first key of bucket b or of one behind it. */
static s64 first_from(struct map *m, struct hash *h, u64 b, void *out) {
    for (; b <= h->bucket_mask; b++) {
        struct stripe *s = &h->stripe[b & h->stripe_mask];
        u32 id;
        if (!atomic_load_explicit(&h->bucket[b], memory_order_relaxed))
            continue;
        lock(&s->lock);
        if ((id = atomic_load_explicit(&h->bucket[b], memory_order_relaxed)))
            memcpy(out, (u8 *)elem_at(h, id) + h->key_off, m->key_size);
        unlock(&s->lock);
        if (id)
            return 0;
    }
    return -ENOENT;
}

/* Order of buckets, then of the chain; a key that is not there starts over, as in the kernel. */
static s64 next(struct map *m, const void *key, void *out) {
    struct hash *h = m->impl;
    if (!key)
        return first_from(m, h, 0, out);
    u32 hash = hash_of(m, h, key), id, then = 0;
    struct stripe *s = &h->stripe[hash & h->stripe_mask];
    lock(&s->lock);
    if ((id = find(m, h, key, hash, NULL)) &&
        (then = atomic_load_explicit(&elem_at(h, id)->next, memory_order_relaxed)))
        memcpy(out, (u8 *)elem_at(h, then) + h->key_off, m->key_size);
    unlock(&s->lock);
    if (then)
        return 0;
    return first_from(m, h, id ? (u64)(hash & h->bucket_mask) + 1 : 0, out);
}

static u32 pow2_at_least(u64 n) {
    u64 p = 1;
    while (p < n && p < 1u << 31)
        p <<= 1;
    return (u32)p;
}

static void drop(struct map *m) {
    struct hash *h = m->impl;
    for (u32 i = 0; h->stripe && i <= h->stripe_mask; i++)
        limbo_drop(&h->stripe[i].limbo);
    free(h->stripe);
    os_release((void *)h->bucket, h->bucket_len);
    os_release((void *)h->taken, h->taken_len);
    os_release(h->elem, h->elem_len);
    os_release(m->value, h->value_len);
    free(h);
}

/* Room for entries that wait in limbo: much for small ones, since it is only address space. */
static u64 slack_of(u64 max, u64 size) {
    enum { PLENTY = 1 << 16, BYTES = 1 << 28, FEW = 64 };
    u64 n = max > PLENTY ? max : PLENTY;
    if (n > BYTES / size)
        n = BYTES / size;
    return n > FEW ? n : FEW;
}

/* How many entries get a place by their bucket, in a map of max of size bytes each: of a large one half as many again
 * as it may hold, so that most find room at home, but not for more memory than the kernel takes (its entries have 40
 * bytes more of their own). 0: the map is small, or its entries large. */
static u32 homes_of(u64 max, u64 size) {
    enum { LARGE = 4 << 20, SPARE = 32 };
    u64 extra = min64(max / 2, max * SPARE / size);
    return max * size >= LARGE && extra >= max / 8 ? (u32)(max + extra) : 0;
}

static map_find_fn *find_for(const struct map *m, const struct hash *h) {
    if (!h->nhome)
        return h->lru ? find_near : m->key_size == 8 ? near_8 : m->key_size == 4 ? near_4 : find_near;
    return h->lru ? find_home : m->key_size == 8 ? find_8 : m->key_size == 4 ? find_4 : find_home;
}

static int init(struct map *m, struct error *e, bool lru, bool percpu) {
    enum { STRIPES = 64, BATCH = 16, SMALL_LRU = 1024, LRU_STRIPES = 16 };
    u64 value = align_up(m->value_size, 8), stride = value * (percpu ? env_of(m)->cpus : 1), nslot;
    u32 nbucket, nstripe, head = sizeof(struct elem) + (lru ? sizeof(struct use) : 0);
    bool prealloc = !(m->flags & MAP_NO_PREALLOC);
    struct hash *h;
    int r;
    if ((r = kind_flags(m, MAP_NO_PREALLOC | MAP_NO_COMMON_LRU | MAP_ZERO_SEED, e)))
        return r;
    if (lru && !prealloc)
        return kind_bad(e, "LRU maps are always preallocated (BPF_F_NO_PREALLOC is set)");
    if (!lru && m->flags & MAP_NO_COMMON_LRU)
        return kind_bad(e, "BPF_F_NO_COMMON_LRU is for LRU maps");
    if (!m->key_size || !m->value_size || !m->max_entries)
        return kind_bad(e, "no key, no value or no entries");
    if (m->max_entries > 1u << 31 || m->key_size > 1u << 16 || m->value_size > 0x7fffffff || stride > UINT32_MAX)
        return fail(e, E_LIMIT, NOWHERE, "keys, values or entries are too large");
    if (!(h = aligned_alloc(64, align_up(sizeof *h, 64))))
        return fail(e, E_NOMEM, NOWHERE, "hash table");
    memset(h, 0, sizeof *h);
    m->impl = h;
    m->stride = (u32)stride;
    m->cpu_stride = percpu ? (u32)value : 0;
    h->lru = lru;
    h->key_off = head;
    h->elem_size = (u32)align_up(head + m->key_size, 4);
    h->seed = m->flags & MAP_ZERO_SEED ? 0 : os_random();
    h->nhome = prealloc ? homes_of(m->max_entries, stride + h->elem_size) : 0;
    nslot = (h->nhome ? h->nhome : m->max_entries) + slack_of(m->max_entries, stride + h->elem_size);
    h->nslot = nslot < UINT32_MAX - BATCH ? (u32)nslot : UINT32_MAX - BATCH;
    h->paid = h->nhome ? h->nhome : prealloc ? m->max_entries : 0;
    /* Two buckets for each entry: a chain's second entry is one more cache miss. */
    nbucket = pow2_at_least((u64)m->max_entries * 2);
    nstripe = lru && m->max_entries < SMALL_LRU ? 1 : lru ? LRU_STRIPES : STRIPES;
    if (nstripe > nbucket)
        nstripe = nbucket;
    h->bucket_mask = nbucket - 1;
    h->bucket_log = (u32)__builtin_ctz(nbucket);
    h->stripe_mask = nstripe - 1;
    h->batch = h->nslot - h->paid >= STRIPES * BATCH ? BATCH : 1;
    h->fresh = h->nhome + 1;
    if (!(h->stripe = aligned_alloc(64, nstripe * sizeof *h->stripe)))
        return fail(e, E_NOMEM, NOWHERE, "locks");
    memset(h->stripe, 0, nstripe * sizeof *h->stripe);
    if (!map_charge(m, (u64)h->paid * (h->elem_size + stride)))
        return fail(e, E_LIMIT, NOWHERE, "over the memory limit of maps");
    if (!(h->bucket = kind_area(m, nbucket, sizeof(u32), true, &h->bucket_len, e)) ||
        !(h->elem = kind_area(m, (u64)h->nslot + 1, h->elem_size, false, &h->elem_len, e)) ||
        !(m->value = kind_area(m, (u64)h->nslot + 1, stride, false, &h->value_len, e)))
        return e->code;
    m->value_len = h->value_len;
    h->find = find_for(m, h);
    m->word_hash = h->find == near_4 || h->find == near_8;
    if (h->nhome) {
        if (!(h->taken = kind_area(m, h->nhome / 64 + 1, 8, true, &h->taken_len, e)))
            return e->code;
        h->taken[0] = 1; /* entries are numbered from 1 */
        h->taken[h->nhome / 64] |= ~(u64)0 << h->nhome % 64 << 1;
    }
    return 0;
}

static int hash_init(struct map *m, struct error *e) {
    return init(m, e, false, false);
}
static int percpu_init(struct map *m, struct error *e) {
    return init(m, e, false, true);
}
static int lru_init(struct map *m, struct error *e) {
    return init(m, e, true, false);
}
static int lru_percpu_init(struct map *m, struct error *e) {
    return init(m, e, true, true);
}

#define HASH(n, kind, start, find_it)                                                                                  \
    const struct map_kind map_##kind = {.type = n,                                                                     \
                                        .name = #kind,                                                                 \
                                        .init = start,                                                                 \
                                        .drop = drop,                                                                  \
                                        .lookup = lookup,                                                              \
                                        .finder = find_it,                                                             \
                                        .update = update,                                                              \
                                        .erase = erase,                                                                \
                                        .next = next,                                                                  \
                                        .copy_out = copy_out};
HASH(1, hash, hash_init, finder)
HASH(5, percpu_hash, percpu_init, NULL)
HASH(9, lru_hash, lru_init, finder)
HASH(10, lru_percpu_hash, lru_percpu_init, NULL)
