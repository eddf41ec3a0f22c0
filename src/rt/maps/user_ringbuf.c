/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* user_ringbuf.c - BPF_MAP_TYPE_USER_RINGBUF: samples from the host to programs.
 * A ring of the kind of ringbuf.c: the host puts whole samples in, one at a time, a program
 * drains them in order, and one drain goes on at a time (-EBUSY). */
#include "rt/lock.h"
#include "rt/maps/kind.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 8, PAGE = 4096 };

struct ring {
    u8 *data;
    u64 size;
    atomic_bool writing, reading;
    _Atomic u64 produced, consumed;
};

static int init(struct map *m, struct error *e) {
    struct ring *r;
    int err;
    if ((err = kind_flags(m, 0, e)))
        return err;
    if (m->key_size || m->value_size)
        return kind_bad(e, "a ring buffer has no key and no value");
    if (m->max_entries < PAGE || m->max_entries & (m->max_entries - 1))
        return kind_bad(e, "the size is no power of two of at least 4096");
    if (!map_charge(m, m->max_entries))
        return fail(e, E_LIMIT, NOWHERE, "over the memory limit of maps");
    if (!(r = calloc(1, sizeof *r)) || !(r->data = os_reserve_twice(m->max_entries))) {
        free(r);
        return fail(e, E_NOMEM, NOWHERE, "ring");
    }
    r->size = m->max_entries;
    m->impl = r;
    return 0;
}

static void drop(struct map *m) {
    struct ring *r = m->impl;
    os_release(r->data, r->size * 2);
    free(r);
}

s64 user_ringbuf_put(struct map *m, const void *data, u32 len) {
    struct ring *r = m->impl;
    u64 pos, need = align_up((u64)len, 8) + HEAD;
    if (need > r->size)
        return -E2BIG;
    lock(&r->writing);
    pos = atomic_load_explicit(&r->produced, memory_order_relaxed);
    if (pos + need - atomic_load_explicit(&r->consumed, memory_order_acquire) > r->size) {
        unlock(&r->writing);
        return -ENOSPC;
    }
    u8 *p = r->data + (pos & (r->size - 1));
    memcpy(p, &len, 4);
    memcpy(p + HEAD, data, len);
    atomic_store_explicit(&r->produced, pos + need, memory_order_release);
    unlock(&r->writing);
    return 0;
}

bool user_ringbuf_begin(struct map *m) {
    return lock_try(&((struct ring *)m->impl)->reading);
}
void user_ringbuf_end(struct map *m) {
    unlock(&((struct ring *)m->impl)->reading);
}

u8 *user_ringbuf_sample(struct map *m, u32 *len) {
    struct ring *r = m->impl;
    u64 pos = atomic_load_explicit(&r->consumed, memory_order_relaxed);
    if (pos == atomic_load_explicit(&r->produced, memory_order_acquire))
        return NULL;
    memcpy(len, r->data + (pos & (r->size - 1)), 4);
    if (*len > r->size - HEAD)
        *len = (u32)(r->size - HEAD);
    return r->data + (pos & (r->size - 1)) + HEAD;
}

void user_ringbuf_next(struct map *m, u32 len) {
    struct ring *r = m->impl;
    atomic_fetch_add_explicit(&r->consumed, align_up((u64)len, 8) + HEAD, memory_order_release);
}

const struct map_kind map_user_ringbuf = {
    .type = 31, .name = "user_ringbuf", .stays = true, .init = init, .drop = drop};
