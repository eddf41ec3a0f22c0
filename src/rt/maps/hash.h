/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hash.h - the inside of the hash kinds, shared by hash.c (lookup, update, delete) and
 * hash_slot.c (where entries come from and go to, and what an LRU map evicts). */
#ifndef RT_MAPS_HASH_H
#define RT_MAPS_HASH_H
#include "rt/limbo.h"
#include "rt/lock.h"
#include "rt/maps/kind.h"

/* Entries are numbered from 1; 0 ends a chain. Entry id has its metadata at elem + id *
 * elem_size and its value at map.value + id * stride. A chain is read without a lock; it is
 * changed under the lock of its stripe. */
struct elem {
    _Atomic u32 next; /* in the chain of its bucket, or of free entries */
    _Atomic u32 hash; /* low bits of the 64-bit hash, of which the lowest are the bucket; and LIVE */
    /* LRU kinds: struct use; then the key */
};
enum { LIVE = 1u << 31 }; /* in a chain: lookups may take it without having come through the chain */
struct use {
    u32 newer, older; /* in the list of its stripe */
    _Atomic u32 seen; /* looked up since the clock hand passed */
};

/* Locks, free entries and LRU order for the buckets whose index has the same low bits. */
struct stripe {
    atomic_bool lock;
    u32 free;
    u32 newest, oldest;
    struct limbo limbo;
} __attribute__((aligned(64)));

struct hash {
    u64 seed;
    _Atomic u32 *bucket;
    u8 *elem;
    u32 bucket_mask, stripe_mask;
    u32 elem_size, key_off;
    map_find_fn *find; /* made for its sizes */
    bool lru;
    u32 nslot, batch; /* entries there is room for; so many are taken at once */
    u32 paid;         /* so many were charged when the map was made */
    u32 nhome;        /* entries 1 .. nhome are given out by place (hash_slot.c); 0: none */
    u32 bucket_log;
    _Atomic u64 *taken; /* of those, a bit each: in use, or in limbo */
    u64 taken_len;
    struct stripe *stripe;
    u64 bucket_len, elem_len, value_len;
    _Alignas(64) _Atomic u32 fresh; /* the first entry that was never used */
    _Atomic u32 count;              /* live entries */
};

_Static_assert(offsetof(struct hash, seed) == HASH_SEED && offsetof(struct hash, bucket) == HASH_BUCKET &&
                   offsetof(struct hash, elem) == HASH_ELEM && offsetof(struct hash, bucket_mask) == HASH_MASK &&
                   offsetof(struct elem, next) == 0 && sizeof(struct elem) == HASH_KEY,
               "code looks in them by itself: abi/map_layout.h");

static inline struct elem *elem_at(const struct hash *h, u32 id) {
    return (struct elem *)(h->elem + (u64)id * h->elem_size);
}
/* The first of the GROUP entries among which those of a bucket are, most of them. */
enum { GROUP = 4 };
static inline u32 home_of(const struct hash *h, u32 hash) {
    return (u32)((u64)(hash & h->bucket_mask) * h->nhome >> h->bucket_log) & ~(u32)(GROUP - 1);
}
static inline void set_live(struct hash *h, u32 id, bool live) {
    _Atomic u32 *hash = &elem_at(h, id)->hash;
    u32 bits = atomic_load_explicit(hash, memory_order_relaxed) & ~(u32)LIVE;
    atomic_store_explicit(hash, live ? bits | LIVE : bits, memory_order_release);
}
static inline struct use *use_of(struct elem *e) {
    return (struct use *)(e + 1);
}

/* An entry for use under the lock of s, or 0: near its home if one is free there. */
u32 slot_take(struct map *m, struct hash *h, struct stripe *s, u32 home);
/* Gives back an entry that runs may still point into. */
void slot_retire(struct map *m, struct hash *h, struct stripe *s, u32 id);
void lru_add(struct hash *h, struct stripe *s, u32 id);
void lru_remove(struct hash *h, struct stripe *s, u32 id);
/* Removes the entry that was not used for the longest time, of s if it has one. */
bool lru_evict(struct map *m, struct hash *h, struct stripe *s);
/* Takes id out of its chain; s is locked. */
void chain_remove(struct hash *h, u32 id);

#endif
