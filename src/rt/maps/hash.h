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
    u32 hash;         /* low half of the 64-bit hash: its low bits are the bucket */
    /* LRU kinds: struct use; then the key */
};
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
    u32 bucket_mask, stripe_mask;
    u8 *elem;
    u32 elem_size, key_off;
    bool lru;
    u32 nslot, batch; /* entries there is room for; so many are taken at once */
    u32 paid;         /* so many were charged when the map was made */
    struct stripe *stripe;
    u64 bucket_len, elem_len, value_len;
    _Alignas(64) _Atomic u32 fresh; /* the first entry that was never used */
    _Atomic u32 count;              /* live entries */
};

static inline struct elem *elem_at(const struct hash *h, u32 id) {
    return (struct elem *)(h->elem + (u64)id * h->elem_size);
}
static inline struct use *use_of(struct elem *e) {
    return (struct use *)(e + 1);
}

/* An entry for use under the lock of s, or 0. */
u32 slot_take(struct map *m, struct hash *h, struct stripe *s);
/* Gives back an entry that runs may still point into. */
void slot_retire(struct map *m, struct hash *h, struct stripe *s, u32 id);
void lru_add(struct hash *h, struct stripe *s, u32 id);
void lru_remove(struct hash *h, struct stripe *s, u32 id);
/* Removes the entry that was not used for the longest time, of s if it has one. */
bool lru_evict(struct map *m, struct hash *h, struct stripe *s);
/* Takes id out of its chain; s is locked. */
void chain_remove(struct hash *h, u32 id);

#endif
