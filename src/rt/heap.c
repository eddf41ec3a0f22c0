/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* heap.c - objects that programs allocate; heap_node.h has the picture. */
#include "base/platform.h"
#include "rt/heap_node.h"
#include <stdlib.h>
#include <string.h>

enum { CELL = 64, CELLS = HEAP_BYTES / CELL };

struct heap *heap_new(void) {
    struct heap *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    h->area = os_reserve(HEAP_BYTES);
    h->cell = os_reserve(CELLS * sizeof *h->cell);
    h->node = os_reserve(NODES * sizeof *h->node);
    h->bucket = os_reserve(BUCKETS * sizeof *h->bucket);
    h->nnode = 1;
    h->random = os_random() | 1;
    if (!h->area || !h->cell || !h->node || !h->bucket) {
        heap_drop(h);
        return NULL;
    }
    return h;
}

void heap_drop(struct heap *h) {
    if (!h)
        return;
    os_release(h->area, HEAP_BYTES);
    os_release(h->cell, CELLS * sizeof *h->cell);
    os_release(h->node, NODES * sizeof *h->node);
    os_release(h->bucket, BUCKETS * sizeof *h->bucket);
    free(h);
}

void *heap_base(const struct heap *h) {
    return h->area;
}

/* ---- objects ---- */

u8 *heap_alloc(struct heap *h, u64 size, u32 cpus) {
    u64 stride = align_up(size ? size : 1, 8), bytes = cpus ? stride * cpus : stride;
    u32 class = 0, first;
    if (size > HEAP_BYTES || bytes > (u64)CELL << (CLASSES - 1))
        return NULL;
    while ((u64)CELL << class < bytes)
        class ++;
    lock(&h->lock);
    if (h->free[class]) {
        first = h->free[class] - 1;
        h->free[class] = h->cell[first].next;
    } else if (CELLS - h->used >= 1u << class) {
        first = h->used;
        h->used += 1u << class;
        for (u32 i = 0; i < 1u << class; i++)
            h->cell[first + i].start = first + 1;
    } else {
        unlock(&h->lock);
        return NULL;
    }
    u8 *p = h->area + (size_t)first * CELL;
    memset(p, 0, bytes);
    h->cell[first].class = (u8) class;
    h->cell[first].cpu_stride = cpus ? (u32)stride : 0;
    h->cell[first].refs = 1;
    unlock(&h->lock);
    return p;
}

/* The first cell of the object at p, live; NULL: no object begins there. */
static struct cell *live(struct heap *h, const void *p) {
    u64 off = h ? (u64)(uintptr_t)p - (u64)(uintptr_t)h->area : HEAP_BYTES;
    struct cell *c = off < HEAP_BYTES && off % CELL == 0 ? &h->cell[off / CELL] : NULL;
    return c && c->start == off / CELL + 1 && c->refs ? c : NULL;
}

bool heap_live(struct heap *h, const void *p) {
    return live(h, p);
}

bool heap_ref(struct heap *h, const void *p) {
    struct cell *c;
    bool ok = false;
    if (!h)
        return false;
    lock(&h->lock);
    if ((c = live(h, p)) && c->refs < UINT32_MAX) {
        c->refs++;
        ok = true;
    }
    unlock(&h->lock);
    return ok;
}

void heap_unref(struct heap *h, const void *p) {
    struct cell *c;
    if (!h)
        return;
    lock(&h->lock);
    if ((c = live(h, p)) && !--c->refs) {
        c->next = h->free[c->class];
        h->free[c->class] = c->start;
    }
    unlock(&h->lock);
}

u32 heap_cpu_stride(struct heap *h, const void *p) {
    struct cell *c = live(h, p);
    return c ? c->cpu_stride : 0;
}

u8 *heap_object_of(struct heap *h, u64 addr) {
    u64 off = h ? addr - (u64)(uintptr_t)h->area : HEAP_BYTES;
    u32 start = off < HEAP_BYTES ? h->cell[off / CELL].start : 0;
    return start && h->cell[start - 1].refs ? h->area + (size_t)(start - 1) * CELL : NULL;
}
