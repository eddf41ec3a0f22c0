/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* heap.c - objects that programs allocate, and the lists and trees that they build of them.
 *
 *   area    | cell of 64 bytes | cell | ...      the program reads and writes it as it likes
 *   cell[]  what each cell is: start of an object (references, size class), or part of one
 *   node[]  a linked node: its address, its root, its neighbours; found by a hash of the address
 *
 * Nothing that the area holds is believed: heads and links that the program sees stay zero. */
#include "rt/heap.h"
#include "base/platform.h"
#include "rt/lock.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CELL = 64, CELLS = HEAP_BYTES / CELL, CLASSES = 11, NODES = 1 << 16, BUCKETS = 1 << 14 };

struct cell {
    u32 refs, start; /* of the object's first cell: references; of each cell: its first one, plus 1 */
    u32 next;        /* free: the next of its class, plus 1 */
    u32 cpu_stride;
    u8 class;
};
struct node { /* also a root: addr is the root's, next and prev are the ends */
    u64 addr, root;
    u32 next, prev; /* indices; 0: none */
    u32 chain;      /* of the hash bucket, or of free nodes */
};
struct heap {
    atomic_bool lock;
    u8 *area;
    struct cell *cell;
    struct node *node;
    u32 *bucket;
    u32 used, nnode, free_node;
    u32 free[CLASSES];
};

struct heap *heap_new(void) {
    struct heap *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    h->area = os_reserve(HEAP_BYTES);
    h->cell = os_reserve(CELLS * sizeof *h->cell);
    h->node = os_reserve(NODES * sizeof *h->node);
    h->bucket = os_reserve(BUCKETS * sizeof *h->bucket);
    h->nnode = 1;
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

/* ---- nodes ---- */

static u32 *bucket_of(struct heap *h, u64 addr) {
    return &h->bucket[(addr >> 3) * 0x9e3779b97f4a7c15u >> 50];
}

static u32 find(struct heap *h, u64 addr) {
    u32 i = *bucket_of(h, addr);
    while (i && h->node[i].addr != addr)
        i = h->node[i].chain;
    return i;
}

static u32 add(struct heap *h, u64 addr, u64 root) {
    u32 i = h->free_node, *b = bucket_of(h, addr);
    if (i)
        h->free_node = h->node[i].chain;
    else if (h->nnode < NODES)
        i = h->nnode++;
    else
        return 0;
    h->node[i] = (struct node){.addr = addr, .root = root, .chain = *b};
    return *b = i;
}

static void forget(struct heap *h, u32 i) {
    u32 *p = bucket_of(h, h->node[i].addr);
    while (*p != i)
        p = &h->node[*p].chain;
    *p = h->node[i].chain;
    h->node[i] = (struct node){.chain = h->free_node};
    h->free_node = i;
}

/* A root is a node of its own ring, so that the ends are no special case. */
static u32 root_of(struct heap *h, u64 addr) {
    u32 i = find(h, addr);
    if (!i && (i = add(h, addr, 0)))
        h->node[i].next = h->node[i].prev = i;
    return i && h->node[i].root ? 0 : i;
}

int heap_insert(struct heap *h, u64 root, u64 node, u64 before, bool back) {
    int err = -ENOMEM;
    u32 r, at, i;
    lock(&h->lock);
    r = root_of(h, root);
    at = before ? find(h, before) : r && !back ? h->node[r].next : r;
    if (find(h, node))
        err = -EINVAL;
    else if (before && (!at || h->node[at].root != root))
        err = -EAGAIN; /* another thread took it out */
    else if (r && (i = add(h, node, root))) {
        h->node[i].next = at;
        h->node[i].prev = h->node[at].prev;
        h->node[h->node[i].prev].next = i;
        h->node[at].prev = i;
        err = 0;
    }
    unlock(&h->lock);
    return err;
}

u64 heap_end(struct heap *h, u64 root, bool back) {
    u32 r, i;
    u64 addr;
    lock(&h->lock);
    r = find(h, root);
    i = !r || h->node[r].root ? 0 : back ? h->node[r].prev : h->node[r].next;
    addr = i && i != r ? h->node[i].addr : 0;
    unlock(&h->lock);
    return addr;
}

u64 heap_after(struct heap *h, u64 root, u64 node) {
    u32 i;
    u64 addr = 0;
    lock(&h->lock);
    if ((i = find(h, node)) && h->node[i].root == root && h->node[h->node[i].next].root)
        addr = h->node[h->node[i].next].addr;
    unlock(&h->lock);
    return addr;
}

bool heap_remove(struct heap *h, u64 root, u64 node) {
    u32 i;
    bool ok;
    lock(&h->lock);
    i = find(h, node);
    ok = i && root && h->node[i].root == root;
    if (ok) {
        struct node *n = &h->node[i];
        h->node[n->prev].next = n->next;
        h->node[n->next].prev = n->prev;
        forget(h, i);
    }
    unlock(&h->lock);
    return ok;
}

bool heap_linked(struct heap *h, u64 node) {
    lock(&h->lock);
    bool yes = find(h, node);
    unlock(&h->lock);
    return yes;
}
