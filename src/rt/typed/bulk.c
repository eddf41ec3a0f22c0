/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bulk.c - operations on an instance's objects that an engine leaves to the runtime (isa.def, OBJ rows).
 *
 * Bounds are checked first, on the whole range (WebAssembly 3.0, 4.6.11, 4.6.13); then the work goes on in pieces. A
 * piece costs a unit of fuel for each 64 bytes, and before it an interrupt is looked for, so a long copy stops in the
 * middle: what was done stays. */
#include "isa/isa.h"
#include "rt/typed/typed.h"
#include <stdlib.h>
#include <string.h>

enum { PIECE = 65536, PIECE_ELEMS = PIECE / 8 };

static bool pay(struct ctx *cx, u64 bytes) {
    if (bytes == PIECE && chain_interrupted(cx)) {
        trap(cx, TRAP_INTERRUPT);
        return false;
    }
    return charge_bytes(cx, bytes);
}

static bool in_range(u64 at, u64 n, u64 size) {
    return n <= size && at <= size - n;
}

static u64 width(bool is64, u64 v) {
    return is64 ? v : (u32)v;
}

/* Length n as pieces of at most most: the k-th from the front, or from the back, as an offset. */
static u64 piece_at(u64 n, u64 done, u64 part, bool back) {
    return back ? n - done - part : done;
}

/* ---- memories ---- */

static u64 mem_fill(struct ctx *cx, struct memory *m, u64 at, u8 byte, u64 n) {
    at = width(m->is64, at);
    n = width(m->is64, n);
    if (!in_range(at, n, memory_size(m)))
        return trap(cx, TRAP_OUT_OF_BOUNDS);
    for (u64 done = 0, part; done < n; done += part) {
        part = min64(n - done, PIECE);
        if (!pay(cx, part))
            return 0;
        memset(m->base + at + done, byte, part);
    }
    return 0;
}

static u64 mem_copy(struct ctx *cx, struct memory *to, struct memory *from, u64 at, u64 src, u64 n) {
    bool back;
    at = width(to->is64, at);
    src = width(from->is64, src);
    n = width(to->is64 && from->is64, n);
    if (!in_range(at, n, memory_size(to)) || !in_range(src, n, memory_size(from)))
        return trap(cx, TRAP_OUT_OF_BOUNDS);
    back = to->base + at > from->base + src;
    for (u64 done = 0, part; done < n; done += part) {
        part = min64(n - done, PIECE);
        if (!pay(cx, part))
            return 0;
        u64 k = piece_at(n, done, part, back);
        memmove(to->base + at + k, from->base + src + k, part);
    }
    return 0;
}

static u64 mem_init(struct ctx *cx, struct memory *m, u32 seg, u64 at, u32 src, u32 n) {
    const struct data_seg *d = &cx->in->p->m->data[seg];
    at = width(m->is64, at);
    if (!in_range(at, n, memory_size(m)) || !in_range(src, n, cx->in->typed->data_len[seg]))
        return trap(cx, TRAP_OUT_OF_BOUNDS);
    for (u32 done = 0, part; done < n; done += part) {
        part = (u32)min64(n - done, PIECE);
        if (!pay(cx, part))
            return 0;
        memcpy(m->base + at + done, d->p + src + done, part);
    }
    return 0;
}

static u64 mem_grow(struct memory *m, u64 n) {
    u64 old = memory_grow(rt_memory(m), width(m->is64, n));
    return width(m->is64, old);
}

/* ---- tables ---- */

static u64 tab_grow(struct ctx *cx, struct table *t, u64 n, u64 v) {
    n = width(t->is64, n);
    if (n <= t->max - t->size && !charge(cx, n / 8))
        return 0;
    return width(t->is64, table_grow(rt_table(t), n, v));
}

static u64 tab_fill(struct ctx *cx, struct table *t, u64 at, u64 v, u64 n) {
    at = width(t->is64, at);
    n = width(t->is64, n);
    if (!in_range(at, n, t->size))
        return trap(cx, TRAP_TABLE_BOUNDS);
    for (u64 done = 0, part; done < n; done += part) {
        part = min64(n - done, PIECE_ELEMS);
        if (!pay(cx, part * 8))
            return 0;
        for (u64 k = 0; k < part; k++)
            t->elem[at + done + k] = v;
    }
    return 0;
}

static u64 tab_copy(struct ctx *cx, struct table *to, struct table *from, u64 at, u64 src, u64 n) {
    bool back;
    at = width(to->is64, at);
    src = width(from->is64, src);
    n = width(to->is64 && from->is64, n);
    if (!in_range(at, n, to->size) || !in_range(src, n, from->size))
        return trap(cx, TRAP_TABLE_BOUNDS);
    back = to == from && at > src;
    for (u64 done = 0, part; done < n; done += part) {
        part = min64(n - done, PIECE_ELEMS);
        if (!pay(cx, part * 8))
            return 0;
        u64 k = piece_at(n, done, part, back);
        memmove(to->elem + at + k, from->elem + src + k, part * 8);
    }
    return 0;
}

static u64 tab_init(struct ctx *cx, struct table *t, u32 seg, u64 at, u32 src, u32 n) {
    const struct elem_seg *d = &cx->in->p->m->elem[seg];
    const struct item_seg *s = &cx->in->typed->elem[seg];
    at = width(t->is64, at);
    if (!in_range(at, n, t->size) || !in_range(src, n, s->n))
        return trap(cx, TRAP_TABLE_BOUNDS);
    for (u32 done = 0, part; done < n; done += part) {
        part = (u32)min64(n - done, PIECE_ELEMS);
        if (!pay(cx, (u64)part * 8))
            return 0;
        for (u32 i = done; i < done + part; i++) {
            u32 f = d->func[src + i];
            t->elem[at + i] = s->item ? s->item[src + i] : f == NO_INDEX ? 0 : num(&cx->func[f]);
        }
    }
    return 0;
}

/* An item that is no plain function: from now on the segment has values of its own. */
static u64 set_item(struct ctx *cx, u32 seg, u32 i, u64 v) {
    const struct elem_seg *d = &cx->in->p->m->elem[seg];
    struct item_seg *s = &cx->in->typed->elem[seg];
    if (i >= s->n)
        return 0; /* it was dropped: nothing can see it */
    if (!s->item) {
        if (!(s->item = malloc(d->n * sizeof *s->item)))
            return trap(cx, TRAP_MEMORY);
        for (u32 k = 0; k < d->n; k++)
            s->item[k] = d->func[k] == NO_INDEX ? 0 : num(&cx->func[d->func[k]]);
    }
    s->item[i] = v;
    return 0;
}

/* ---- waiting ---- */

static u64 wait_or_notify(struct ctx *cx, u32 op, struct memory *m, u64 a, u64 at, u64 c) {
    u32 size = isa_info[op].size;
    if (!in_range(at, size, memory_size(m)))
        return trap(cx, TRAP_OUT_OF_BOUNDS);
    if (at % size)
        return trap(cx, TRAP_UNALIGNED);
    if (op == OP_manotify)
        return m->shared ? memory_notify(cx->in->p->r, m, at, (u32)a) : 0;
    if (!m->shared)
        return trap(cx, TRAP_NOT_SHARED);
    return memory_wait(cx, m, at, a, op == OP_mawait64, (s64)c);
}

u64 rt_object(struct ctx *cx, u32 op, u32 x, u32 y, u64 a, u64 b, u64 c) {
    struct typed_part *t = cx->in->typed;
    switch (op) {
    case OP_memgrow: return mem_grow(cx->mem[x], b);
    case OP_mfill: return mem_fill(cx, cx->mem[x], a, (u8)b, c);
    case OP_mcopy: return mem_copy(cx, cx->mem[x], cx->mem[y], a, b, c);
    case OP_minit: return mem_init(cx, cx->mem[y], x, a, (u32)b, (u32)c);
    case OP_mdrop: t->data_len[x] = 0; return 0;
    case OP_tgrow: return tab_grow(cx, cx->table[x], b, c);
    case OP_tfill: return tab_fill(cx, cx->table[x], a, b, c);
    case OP_tcopy: return tab_copy(cx, cx->table[x], cx->table[y], a, b, c);
    case OP_tinit: return tab_init(cx, cx->table[y], x, a, (u32)b, (u32)c);
    case OP_tdrop:
        t->elem[x].n = 0;
        free(t->elem[x].item);
        t->elem[x].item = NULL;
        return 0;
    case OP_tseg: return set_item(cx, x, y, a);
    case OP_mawait32:
    case OP_mawait64:
    case OP_manotify: return wait_or_notify(cx, op, cx->mem[x], a, b, c);
    }
    return trap(cx, TRAP_BAD_CALLEE); /* an engine asked for what it does itself */
}
