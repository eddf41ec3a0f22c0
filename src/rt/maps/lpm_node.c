/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lpm_node.c - memory for the nodes of lpm_node.h: one area, free lists by size, and limbo for
 * those that readers may still walk through. The map's lock is held. */
#include "rt/maps/lpm_node.h"

static u32 class_of(u32 words) {
    return (u32)(align_up(sizeof(struct node) + 4 * (u64)words, UNIT) / UNIT);
}

static void collect(struct map *m, struct lpm *t, bool must) {
    u32 n, class;
    while (limbo_take(&t->old, env_of(m)->epoch, must, &n, &class)) {
        memcpy(node_at(t, n), &t->free[class], sizeof n);
        t->free[class] = n;
    }
}

static u32 take(struct map *m, struct lpm *t, u32 class) {
    u32 n = t->free[class];
    if (n) {
        memcpy(&t->free[class], node_at(t, n), sizeof n);
        return n;
    }
    if (t->pool_next + class > t->pool_units || !map_charge(m, (u64) class * UNIT))
        return 0;
    n = (u32)t->pool_next;
    t->pool_next += class;
    return n;
}

u32 node_new(struct map *m, struct lpm *t, u32 words) {
    u32 class = class_of(words), n;
    if (!t->free[class])
        collect(m, t, false);
    if (!(n = take(m, t, class))) {
        collect(m, t, true);
        n = take(m, t, class);
    }
    if (n)
        memset(node_at(t, n), 0, (u64) class * UNIT);
    return n;
}

void node_old(struct map *m, struct lpm *t, u32 n) {
    const struct node *p = node_at(t, n);
    limbo_put(&t->old, env_of(m)->epoch, n, class_of(count64(p->children) + count64(p->results)));
}
