/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hash_slot.c - where entries of a hash map come from and go to.
 *
 *   never used --batch--> free (stripe) --> live --> limbo (stripe) --epoch--> free
 *
 * There are more entries than max_entries, as address space: those in limbo take room too.
 * LRU kinds turn a clock over each stripe's list: from the oldest on, an entry that was
 * looked up gets a second turn, the first other one goes. */
#include "rt/maps/hash.h"

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

u32 slot_take(struct map *m, struct hash *h, struct stripe *s) {
    struct epoch *ep = env_of(m)->epoch;
    u32 id;
    if ((id = take_free(h, s, ep, false)) || (id = take_fresh(m, h, s)) || (id = take_free(h, s, ep, true)))
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
    _Atomic u32 *at = &h->bucket[e->hash & h->bucket_mask];
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
