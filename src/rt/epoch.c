/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* epoch.c - which runs are in progress, so that map memory is not reused under them.
 *
 *   run:     active = now (exchange)          freer:  unlink the entry
 *            ... looks up, holds pointers             stamp = now
 *            active = 0                               later: now++; oldest = min of active
 *                                                     entry is free when stamp < oldest
 *
 * A run that the freer's scan does not see published itself after the scan, hence (both are
 * sequentially consistent) after the unlinking, and cannot find the entry any more. */
#include "rt/lock.h"
#include "rt/program.h"

static void epoch_lock(struct epoch *e) {
    for (unsigned n = 1; atomic_flag_test_and_set_explicit(&e->lock, memory_order_acquire); n++)
        if (n % 64)
            cpu_relax();
        else
            sched_yield();
}

static void epoch_unlock(struct epoch *e) {
    atomic_flag_clear_explicit(&e->lock, memory_order_release);
}

u64 epoch_oldest(struct epoch *e) {
    u64 oldest = atomic_load(&e->now), a;
    epoch_lock(e);
    for (struct instance *in = e->list; in; in = in->next)
        if ((a = atomic_load(&in->active)) && a < oldest)
            oldest = a;
    epoch_unlock(e);
    return oldest;
}

u64 epoch_next(struct epoch *e) {
    atomic_fetch_add(&e->now, 1);
    return epoch_oldest(e);
}

/* Also picks the slot of per-CPU maps: the one that the fewest instances use. */
void epoch_join(struct epoch *e, struct instance *in, u32 cpus) {
    u32 least = UINT32_MAX;
    epoch_lock(e);
    in->cx.cpu = 0;
    for (u32 c = 0; c < cpus && least; c++) {
        u32 n = 0;
        for (struct instance *i = e->list; i; i = i->next)
            n += i->cx.cpu == c;
        if (n < least) {
            least = n;
            in->cx.cpu = c;
        }
    }
    in->next = e->list;
    e->list = in;
    epoch_unlock(e);
}

void epoch_part(struct epoch *e, struct instance *in) {
    epoch_lock(e);
    for (struct instance **p = &e->list; *p; p = &(*p)->next)
        if (*p == in) {
            *p = in->next;
            break;
        }
    epoch_unlock(e);
}
