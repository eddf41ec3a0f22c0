/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* limbo.c - see limbo.h. Asking which runs are in progress walks a list under a lock, so it
 * is done for many rows at once, and not again soon where it was in vain; or when the caller has
 * nothing else left. */
#include "rt/limbo.h"
#include <stdlib.h>

enum { FIRST_CAP = 64, MANY = 32, PATIENCE = 8 };

static bool grow(struct limbo *l) {
    u32 cap = l->cap ? l->cap * 2 : FIRST_CAP;
    struct waiting *q;
    if (cap < l->cap || !(q = malloc(cap * sizeof *q)))
        return false;
    for (u32 i = 0; i < l->count; i++)
        q[i] = l->q[(l->head + i) & (l->cap - 1)];
    free(l->q);
    l->q = q;
    l->cap = cap;
    l->head = 0;
    return true;
}

bool limbo_put(struct limbo *l, struct epoch *e, u32 id, u32 extra) {
    if (l->count == l->cap && !grow(l))
        return false;
    /* seq_cst: after the store that made the entry unreachable, see epoch.c */
    u64 now = e ? atomic_load(&e->now) : 0;
    l->q[(l->head + l->count++) & (l->cap - 1)] = (struct waiting){now, id, extra};
    return true;
}

bool limbo_take(struct limbo *l, struct epoch *e, bool must, u32 *id, u32 *extra) {
    const struct waiting *w;
    if (!l->count)
        return false;
    w = &l->q[l->head];
    if (e && w->stamp >= l->safe) {
        if (!must && (l->count < MANY || (l->wait && l->wait--)))
            return false;
        l->safe = epoch_next(e);
        if (w->stamp >= l->safe) {
            l->wait = PATIENCE;
            return false;
        }
    }
    *id = w->id;
    *extra = w->extra;
    l->head = (l->head + 1) & (l->cap - 1);
    l->count--;
    return true;
}

void limbo_drop(struct limbo *l) {
    free(l->q);
    *l = (struct limbo){0};
}
