/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hash_slot.c - where entries of a hash map come from and go to.
 *
 *   never used --batch--> free (stripe) --> live --> limbo (stripe) --epoch--> free
 *
 * In a large map the first nhome entries have a place by their bucket: four of them are the home of the buckets whose
 * keys they hold, so that a lookup knows where key and value are, most of the time, from the hash alone. Bits in
 * taken[] say which are free; what finds its home full goes to one near it, and then to the entries behind nhome, as
 * above.
 *
 * There are more entries than max_entries, as address space: those in limbo take room too.
 * LRU kinds turn a clock over each stripe's list: from the oldest on, an entry that was
 * looked up gets a second turn, the first other one goes. */
#include "rt/maps/hash.h"

/* Of word w of taken[], the first free entry among those of mask; 0: none. */
static u32 take_in(struct hash *h, u32 w, u64 mask) {
    u64 was = atomic_load_explicit(&h->taken[w], memory_order_relaxed), bit;
    while ((bit = ~was & mask)) {
        bit &= -bit;
        was = atomic_fetch_or_explicit(&h->taken[w], bit, memory_order_acq_rel);
        if (!(was & bit))
            return w * 64 + (u32)__builtin_ctzll(bit);
    }
    return 0;
}

/* One of the entries that lookups fetch, else one beside them (processors fetch lines in pairs), else one of the words
 * from there on. */
static u32 take_home(struct hash *h, u32 home, u32 words) {
    u32 w = home / 64, last = h->nhome / 64, id = take_in(h, w, (u64)((1 << GROUP) - 1) << home % 64);
    if (!id)
        id = take_in(h, w, (u64)((1 << 2 * GROUP) - 1) << (home % 64 & ~(u32)(2 * GROUP - 1)));
    for (u32 n = 0; !id && n < words; n++, w = w == last ? 0 : w + 1)
        id = take_in(h, w, ~(u64)0);
    return id;
}

/* Some of what has waited long enough is free again. */
static void come_home(struct hash *h, struct stripe *s, struct epoch *ep) {
    enum { AT_ONCE = 2 }; /* one more than an update sends to wait */
    u32 id, extra;
    for (u32 n = 0; n < AT_ONCE && limbo_take(&s->limbo, ep, false, &id, &extra); n++)
        if (id <= h->nhome) {
            atomic_fetch_and_explicit(&h->taken[id / 64], ~((u64)1 << id % 64), memory_order_release);
        } else {
            atomic_store_explicit(&elem_at(h, id)->next, s->free, memory_order_relaxed);
            s->free = id;
        }
}

static u32 take_free(struct hash *h, struct stripe *s, struct epoch *ep, bool must) {
    u32 id = s->free, extra;
    if (id) {
        s->free = atomic_load_explicit(&elem_at(h, id)->next, memory_order_relaxed);
        return id;
    }
    return limbo_take(&s->limbo, ep, must, &id, &extra) ? id : 0;
}

static u32 take_fresh(struct map *m, struct hash *h, struct stripe *s) {
    u32 first = atomic_load_explicit(&h->fresh, memory_order_relaxed), n, last;
    u64 price;
    for (;;) {
        if (first > h->nslot)
            return 0;
        n = h->nslot - first + 1 < h->batch ? h->nslot - first + 1 : h->batch;
        last = first + n - 1;
        price = (u64)(last <= h->paid ? 0 : first > h->paid ? n : last - h->paid) * (h->elem_size + m->stride);
        if (!map_charge(m, price))
            return 0;
        if (atomic_compare_exchange_weak(&h->fresh, &first, first + n))
            break;
        map_release(m, price);
    }
    for (u32 id = last; id > first; id--) {
        atomic_store_explicit(&elem_at(h, id)->next, s->free, memory_order_relaxed);
        s->free = id;
    }
    return first;
}

u32 slot_take(struct map *m, struct hash *h, struct stripe *s, u32 home) {
    enum { NEAR = 8 };
    struct epoch *ep = env_of(m)->epoch;
    u32 id;
    if (h->nhome) {
        come_home(h, s, ep);
        if ((id = take_home(h, home, NEAR)))
            return id;
    }
    if ((id = take_free(h, s, ep, false)) || (id = take_fresh(m, h, s)) || (id = take_free(h, s, ep, true)))
        return id;
    if (h->nhome && (id = take_home(h, home, h->nhome / 64 + 1)))
        return id;
    for (u32 i = 0; i <= h->stripe_mask && !id; i++) {
        struct stripe *o = &h->stripe[i];
        if (o == s || !lock_try(&o->lock))
            continue;
        id = take_free(h, o, ep, true);
        unlock(&o->lock);
    }
    return id;
}

void slot_retire(struct map *m, struct hash *h, struct stripe *s, u32 id) {
    (void)h;
    limbo_put(&s->limbo, env_of(m)->epoch, id, 0);
}

void lru_add(struct hash *h, struct stripe *s, u32 id) {
    struct use *u = use_of(elem_at(h, id));
    u->newer = 0;
    u->older = s->newest;
    atomic_store_explicit(&u->seen, 0, memory_order_relaxed);
    if (s->newest)
        use_of(elem_at(h, s->newest))->newer = id;
    else
        s->oldest = id;
    s->newest = id;
}

void lru_remove(struct hash *h, struct stripe *s, u32 id) {
    struct use *u = use_of(elem_at(h, id));
    if (u->newer)
        use_of(elem_at(h, u->newer))->older = u->older;
    else
        s->newest = u->older;
    if (u->older)
        use_of(elem_at(h, u->older))->newer = u->newer;
    else
        s->oldest = u->newer;
}

void chain_remove(struct hash *h, u32 id) {
    struct elem *e = elem_at(h, id);
    _Atomic u32 *at = &h->bucket[atomic_load_explicit(&e->hash, memory_order_relaxed) & h->bucket_mask];
    u32 i;
    while ((i = atomic_load_explicit(at, memory_order_relaxed)) != id) {
        if (!i)
            return;
        at = &elem_at(h, i)->next;
    }
    /* seq_cst: before limbo_put() reads the epoch */
    atomic_store(at, atomic_load_explicit(&e->next, memory_order_relaxed));
}

static bool evict_from(struct map *m, struct hash *h, struct stripe *s) {
    u32 id;
    for (u32 turns = 0; (id = s->oldest); turns++) {
        struct use *u = use_of(elem_at(h, id));
        if (turns > 2 * m->max_entries || !atomic_load_explicit(&u->seen, memory_order_relaxed))
            break;
        lru_remove(h, s, id);
        lru_add(h, s, id);
    }
    if (!id)
        return false;
    lru_remove(h, s, id);
    set_live(h, id, false);
    chain_remove(h, id);
    slot_retire(m, h, s, id);
    atomic_fetch_sub(&h->count, 1);
    return true;
}

bool lru_evict(struct map *m, struct hash *h, struct stripe *s) {
    enum { ROUNDS = 256 };
    if (evict_from(m, h, s))
        return true;
    /* Nothing of ours: another stripe's, without waiting (two could wait for each other). */
    for (u32 round = 0; round < ROUNDS; round++) {
        for (u32 i = 0; i <= h->stripe_mask; i++) {
            struct stripe *o = &h->stripe[i];
            if (o == s || !lock_try(&o->lock))
                continue;
            bool done = evict_from(m, h, o);
            unlock(&o->lock);
            if (done)
                return true;
        }
        cpu_relax();
    }
    return false;
}
