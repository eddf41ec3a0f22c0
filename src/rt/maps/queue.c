/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* queue.c - BPF_MAP_TYPE_QUEUE (first in, first out) and STACK (last in, first out).
 * A ring of max_entries values under one lock; programs get copies, never pointers. */
#include "rt/lock.h"
#include "rt/maps/kind.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct queue {
    atomic_bool lock;
    u8 *slot;
    u64 len;
    u32 first, count; /* the oldest value, how many */
};

static int init(struct map *m, struct error *e) {
    struct queue *q;
    int r;
    if ((r = kind_flags(m, 0, e)))
        return r;
    if (m->key_size)
        return kind_bad(e, "a queue or stack has no key");
    if (!m->value_size || !m->max_entries)
        return kind_bad(e, "no value or no entries");
    if (m->value_size > 0x7fffffff)
        return fail(e, E_LIMIT, NOWHERE, "values are too large");
    if (!(q = m->impl = calloc(1, sizeof *q)))
        return fail(e, E_NOMEM, NOWHERE, "queue");
    return (q->slot = kind_area(m, m->max_entries, m->value_size, true, &q->len, e)) ? 0 : e->code;
}

static void drop(struct map *m) {
    struct queue *q = m->impl;
    os_release(q->slot, q->len);
    free(q);
}

static u8 *slot_at(const struct map *m, const struct queue *q, u64 i) {
    return q->slot + (q->first + i) % m->max_entries * m->value_size;
}

/* BPF_EXIST: a full one, a stack as well, loses its oldest value. */
static s64 push(struct map *m, const void *value, u64 flags) {
    struct queue *q = m->impl;
    s64 r = 0;
    if (flags != UPDATE_ANY && flags != UPDATE_EXIST)
        return -EINVAL;
    lock(&q->lock);
    if (q->count == m->max_entries) {
        if (flags != UPDATE_EXIST) {
            r = -E2BIG;
        } else {
            q->first = (u32)(((u64)q->first + 1) % m->max_entries);
            q->count--;
        }
    }
    if (!r)
        memcpy(slot_at(m, q, q->count++), value, m->value_size);
    unlock(&q->lock);
    return r;
}

static s64 pop(struct map *m, void *value, bool remove, bool fifo) {
    struct queue *q = m->impl;
    s64 r = -ENOENT;
    lock(&q->lock);
    if (q->count) {
        memcpy(value, slot_at(m, q, fifo ? 0 : q->count - 1), m->value_size);
        if (remove) {
            q->count--;
            if (fifo)
                q->first = (u32)(((u64)q->first + 1) % m->max_entries);
        }
        r = 0;
    } else {
        memset(value, 0, m->value_size);
    }
    unlock(&q->lock);
    return r;
}

static s64 queue_pop(struct map *m, void *value, bool remove) {
    return pop(m, value, remove, true);
}
static s64 stack_pop(struct map *m, void *value, bool remove) {
    return pop(m, value, remove, false);
}

static s64 erase(struct map *m, const void *key) {
    (void)m;
    (void)key;
    return -EINVAL;
}

const struct map_kind map_queue = {.type = 22,
                                   .name = "queue",
                                   .stays = true,
                                   .init = init,
                                   .drop = drop,
                                   .erase = erase,
                                   .push = push,
                                   .pop = queue_pop};
const struct map_kind map_stack = {.type = 23,
                                   .name = "stack",
                                   .stays = true,
                                   .init = init,
                                   .drop = drop,
                                   .erase = erase,
                                   .push = push,
                                   .pop = stack_pop};
