/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* memory.c - linear memories: address space reserved once, made usable as they grow.
 *
 *   base                 size                    8 GiB        + 64 KiB
 *    | may be accessed    | faults                 |  faults   |        32-bit, guarded: a 32-bit address and
 *                                                                       a 32-bit offset cannot leave it
 *    | may be accessed    | faults         max |                        all others: accesses compare with size
 *
 * base never moves, so other threads and engines may keep it. An arena map and a memory are one object under two
 * policies: a memory bound to an arena has all of the arena's bytes from the start, pages that are not allocated
 * read as zero in both worlds, and what lies behind traps here and is out of the region there. */
#include "base/fault.h"
#include "base/platform.h"
#include "rt/lock.h"
#include "rt/typed/typed.h"
#include <stdlib.h>

static u64 pages_of_32(u64 n, bool is64) {
    return is64 ? n : min64(n, 65536);
}

bool memory_charge(struct registry *r, u64 bytes) {
    u64 used = atomic_load_explicit(&r->memory_used, memory_order_relaxed);
    do
        if (bytes > r->max_memory || used > r->max_memory - bytes)
            return false;
    while (!atomic_compare_exchange_weak(&r->memory_used, &used, used + bytes));
    return true;
}

void memory_release(struct registry *r, u64 bytes) {
    atomic_fetch_sub(&r->memory_used, bytes);
}

/* Address space for max bytes, with guards where they are of use. */
static bool reserve(struct rt_memory *m, u64 max) {
    u64 most = align_up(max ? max : 1, os_page());
    if (FAULTS_CAUGHT && !m->m.is64 && (m->m.base = os_reserve_none(GUARDED))) {
        m->reserved = GUARDED;
        m->m.guarded = !fault_range_add(m->m.base, GUARDED);
        return true;
    }
    if (!(m->m.base = os_reserve_none(most)))
        return false;
    m->reserved = most;
    return true;
}

/* Back to the system, whatever state it is in. */
static void lose_bytes(struct rt_memory *m) {
    if (m->m.guarded)
        fault_range_remove(m->m.base, m->reserved);
    os_release(m->m.base, m->reserved);
    m->m.base = NULL;
    m->m.guarded = false;
}

/* The place of a memory that is gone, made to hold size bytes, the first of them those of an image. */
static bool reuse(struct rt_memory *m, u64 size, u64 image) {
    struct mem_place p;
    if (!FAULTS_CAUGHT || m->m.is64 || !place_take(m->r, image, &p))
        return false;
    m->m.base = p.base;
    m->reserved = GUARDED;
    m->m.guarded = true;
    if (p.image != image || p.image_len > size) {
        if (!os_uncommit(p.base, p.usable))
            goto bad;
        p = (struct mem_place){.base = p.base};
    }
    if (p.usable > size ? !os_uncommit(p.base + size, p.usable - size) : !os_commit(p.base + p.usable, size - p.usable))
        goto bad;
    m->image = p.image;
    m->image_len = p.image_len;
    return true;
bad:
    lose_bytes(m);
    return false;
}

static bool make_bytes(struct rt_memory *m, u64 size, const struct image_memory *im) {
    u64 image = im && im->len ? im->id : 0;
    if (!reuse(m, size, image) && !(reserve(m, m->m.max) && os_commit(m->m.base, size)))
        return false;
    if (image == m->image)
        return true;
    m->image = image;
    m->image_len = im->len;
    if (os_image_map(m->m.base, im->len, im->fd))
        return true;
    lose_bytes(m);
    return false;
}

struct rt_memory *memory_new(struct registry *r, const struct size_limits *l, const struct image_memory *im,
                             struct error *e) {
    u64 most = pages_of_32(min64(l->max, r->max_memory_pages), l->is64);
    struct rt_memory *m;
    if (l->min > most) {
        fail(e, E_LIMIT, NOWHERE, "a memory of %llu pages: at most %llu are allowed", (unsigned long long)l->min,
             (unsigned long long)most);
        return NULL;
    }
    if (!memory_charge(r, l->min * WASM_PAGE)) {
        fail(e, E_LIMIT, NOWHERE, "a memory of %llu pages: over the limit of the runtime (%llu bytes)",
             (unsigned long long)l->min, (unsigned long long)r->max_memory);
        return NULL;
    }
    if (!(m = calloc(1, sizeof *m))) {
        memory_release(r, l->min * WASM_PAGE);
        fail(e, E_NOMEM, NOWHERE, "memory: out of memory");
        return NULL;
    }
    atomic_init(&m->refs, 1);
    atomic_init(&m->m.size, l->min * WASM_PAGE);
    m->r = r;
    m->m.is64 = l->is64;
    m->m.shared = l->shared;
    m->m.max = most * WASM_PAGE;
    m->max_pages = l->max;
    if (!make_bytes(m, l->min * WASM_PAGE, im)) {
        fail(e, E_NOMEM, NOWHERE, "a memory of at most %llu pages: no address space", (unsigned long long)most);
        memory_unref(m);
        return NULL;
    }
    return m;
}

struct rt_memory *memory_of_arena(struct registry *r, struct map *arena, struct error *e) {
    struct rt_memory *m;
    u64 size;
    if (!(m = calloc(1, sizeof *m))) {
        fail(e, E_NOMEM, NOWHERE, "memory: out of memory");
        return NULL;
    }
    atomic_init(&m->refs, 1);
    m->r = r;
    m->m.base = arena_window(arena, &size);
    m->m.max = size;
    m->m.shared = true;
    m->max_pages = size / WASM_PAGE;
    atomic_init(&m->m.size, size);
    map_ref(m->arena = arena);
    return m;
}

void memory_ref(struct rt_memory *m) {
    atomic_fetch_add_explicit(&m->refs, 1, memory_order_relaxed);
}

static void give_bytes(struct rt_memory *m) {
    struct mem_place p = {m->m.base, memory_size(&m->m), m->image, m->image_len};
    if (m->m.guarded) {
        if (p.usable)
            os_discard(p.base, p.usable);
        if (place_give(m->r, &p))
            return;
    }
    lose_bytes(m);
}

void memory_unref(struct rt_memory *m) {
    if (!m || atomic_fetch_sub(&m->refs, 1) != 1)
        return;
    if (m->arena) {
        map_unref(m->arena);
    } else {
        memory_release(m->r, memory_size(&m->m));
        if (m->m.base)
            give_bytes(m);
    }
    free(m);
}

u64 memory_grow(struct rt_memory *m, u64 pages) {
    u64 old, left;
    lock(&m->lock);
    old = memory_size(&m->m);
    left = (m->m.max - old) / WASM_PAGE;
    if (pages > left || (pages && !memory_charge(m->r, pages * WASM_PAGE))) {
        unlock(&m->lock);
        return UINT64_MAX;
    }
    if (pages && !os_commit(m->m.base + old, pages * WASM_PAGE)) {
        memory_release(m->r, pages * WASM_PAGE);
        unlock(&m->lock);
        return UINT64_MAX;
    }
    atomic_store_explicit(&m->m.size, old + pages * WASM_PAGE, memory_order_release);
    unlock(&m->lock);
    return old / WASM_PAGE;
}
