/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ringbuf.c - BPF_MAP_TYPE_RINGBUF, and PERF_EVENT_ARRAY, which hands its records to the host
 * through a ring as well.
 *
 *   | head | record, to 8 bytes | head | record | ...      head: { u32 len | BUSY | DISCARD; u32 }
 *     ^ consumer                         ^ producer        positions only grow; the place is pos & mask
 *
 * The area is mapped twice in a row, so that a record that wraps is one run of bytes, as in the
 * kernel. Programs reach only the record that they hold: heads and positions are elsewhere or
 * outside of its region. Reserving takes a lock; committing is one atomic store. */
#include "rt/lock.h"
#include "rt/maps/kind.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 8, PAGE = 4096 };
#define BUSY    (1u << 31)
#define DISCARD (1u << 30)

struct ring {
    u8 *data;
    u64 size;
    atomic_bool lock, reading;
    atomic_int event; /* what the host waits on; below 0: it does not wait */
    _Alignas(64) _Atomic u64 produced;
    _Alignas(64) _Atomic u64 consumed;
};

static struct ring *ring_new(struct map *m, u64 size, struct error *e) {
    struct ring *r;
    if (!map_charge(m, size)) {
        fail(e, E_LIMIT, NOWHERE, "over the memory limit of maps");
        return NULL;
    }
    if (!(r = aligned_alloc(64, align_up(sizeof *r, 64)))) {
        fail(e, E_NOMEM, NOWHERE, "ring");
        return NULL;
    }
    memset(r, 0, sizeof *r);
    r->size = size;
    atomic_init(&r->event, -1);
    if (!(r->data = os_reserve_twice(size))) {
        free(r);
        fail(e, E_NOMEM, NOWHERE, "a ring of %llu bytes", (unsigned long long)size);
        return NULL;
    }
    return r;
}

static int init(struct map *m, struct error *e) {
    int r;
    if ((r = kind_flags(m, 0, e)))
        return r;
    if (m->key_size || m->value_size)
        return kind_bad(e, "a ring buffer has no key and no value");
    if (m->max_entries < PAGE || m->max_entries & (m->max_entries - 1))
        return kind_bad(e, "the size is no power of two of at least 4096");
    return (m->impl = ring_new(m, m->max_entries, e)) ? 0 : e->code;
}

/* The kernel has one perf ring for each CPU, which user space makes; here one for all. */
static int perf_init(struct map *m, struct error *e) {
    enum { SIZE = 1 << 20 };
    int r;
    if ((r = kind_flags(m, MAP_PRESERVE_ELEMS, e)))
        return r;
    if (m->key_size != 4 || (m->value_size != 4 && m->value_size != 0))
        return kind_bad(e, "key and value have 4 bytes");
    return (m->impl = ring_new(m, SIZE, e)) ? 0 : e->code;
}

static void drop(struct map *m) {
    struct ring *r = m->impl;
    os_event_close(atomic_load(&r->event));
    os_release(r->data, r->size * 2);
    free(r);
}

static _Atomic u32 *head_at(const struct ring *r, u64 pos) {
    return (_Atomic u32 *)(r->data + (pos & (r->size - 1)));
}

void *ringbuf_reserve(struct map *m, u64 size) {
    struct ring *r = m->impl;
    u64 len, pos;
    if (size > r->size - HEAD || size >= DISCARD)
        return NULL;
    len = align_up(size, 8) + HEAD;
    lock(&r->lock);
    pos = atomic_load_explicit(&r->produced, memory_order_relaxed);
    /* As in the kernel, the ring never fills up to its last byte. */
    if (pos + len - atomic_load_explicit(&r->consumed, memory_order_acquire) >= r->size) {
        unlock(&r->lock);
        return NULL;
    }
    atomic_store_explicit(head_at(r, pos), (u32)size | BUSY, memory_order_relaxed);
    atomic_store_explicit(&r->produced, pos + len, memory_order_release);
    unlock(&r->lock);
    return r->data + (pos & (r->size - 1)) + HEAD;
}

/* As in the kernel: who reads is woken for the record that it would read next; as long as it
 * has others to read, it will come to this one by itself. */
static void wake(struct ring *r, const u8 *head, u64 flags) {
    int event = atomic_load_explicit(&r->event, memory_order_acquire);
    if (event < 0 || flags & RING_NO_WAKEUP)
        return;
    /* the head was stored before `consumed` is read; ringbuf_consume() does it the other way round */
    atomic_thread_fence(memory_order_seq_cst);
    if (flags & RING_FORCE_WAKEUP || (u8 *)head_at(r, atomic_load(&r->consumed)) == head)
        os_event_set(event);
}

void ringbuf_submit(struct map *m, void *record, bool discard, u64 flags) {
    u8 *place = (u8 *)record - HEAD;
    _Atomic u32 *head = (_Atomic u32 *)place;
    u32 len = atomic_load_explicit(head, memory_order_relaxed) & ~(BUSY | DISCARD);
    atomic_store_explicit(head, discard ? len | DISCARD : len, memory_order_release);
    wake(m->impl, place, flags);
}

void ringbuf_commit(struct map *m, void *record, bool discard) {
    ringbuf_submit(m, record, discard, 0);
}

int ringbuf_fd(struct map *m) {
    struct ring *r = m->impl;
    int none = -1, fd = atomic_load(&r->event);
    if (fd >= 0 || (fd = os_event_new()) < 0)
        return fd < 0 ? -EMFILE : fd;
    if (!atomic_compare_exchange_strong(&r->event, &none, fd)) {
        os_event_close(fd);
        return none;
    }
    os_event_set(fd); /* for records that were committed before anybody waited */
    return fd;
}

u64 ringbuf_query(const struct map *m, u64 what) {
    enum { AVAIL_DATA, RING_SIZE, CONS_POS, PROD_POS };
    const struct ring *r = m->impl;
    u64 consumed = atomic_load(&r->consumed), produced = atomic_load(&r->produced);
    switch (what) {
    case AVAIL_DATA: return produced - consumed;
    case RING_SIZE: return r->size;
    case CONS_POS: return consumed;
    case PROD_POS: return produced;
    }
    return 0;
}

s64 ringbuf_consume(struct map *m, int (*fn)(void *arg, const void *data, size_t len), void *arg, size_t n) {
    struct ring *r = m->impl;
    u64 pos;
    s64 done = 0;
    bool go = true;
    int event;
    if (!lock_try(&r->reading))
        return -EBUSY;
    if ((event = atomic_load(&r->event)) >= 0)
        os_event_clear(event); /* first: what is committed from now on sets it again */
    pos = atomic_load_explicit(&r->consumed, memory_order_relaxed);
    while (go && (u64)done < n && pos != atomic_load_explicit(&r->produced, memory_order_acquire)) {
        u32 head = atomic_load_explicit(head_at(r, pos), memory_order_acquire), len = head & ~(BUSY | DISCARD);
        if (head & BUSY)
            break; /* a program still writes it: order is kept */
        if (!(head & DISCARD)) {
            go = fn(arg, (u8 *)head_at(r, pos) + HEAD, len) == 0;
            done++;
        }
        pos += align_up(len, 8) + HEAD;
        atomic_store_explicit(&r->consumed, pos, memory_order_release);
        if (event >= 0)
            atomic_thread_fence(memory_order_seq_cst); /* see wake() */
    }
    if (event >= 0 && pos != atomic_load_explicit(&r->produced, memory_order_acquire) &&
        !(atomic_load_explicit(head_at(r, pos), memory_order_acquire) & BUSY))
        os_event_set(event); /* it stopped before the end */
    unlock(&r->reading);
    return done;
}

const struct map_kind map_ringbuf = {.type = 27, .name = "ringbuf", .stays = true, .init = init, .drop = drop};
const struct map_kind map_perf_event_array = {
    .type = 4, .name = "perf_event_array", .stays = true, .init = perf_init, .drop = drop};
