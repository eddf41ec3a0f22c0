/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* loop.c - loops that network programs spend their time in: a copy byte by byte (what clang makes of one of unknown
 * length), a sum of words (the Internet checksum), and a search for where bytes begin to differ.
 *
 * The loop stays as it is. Where control falls into it, or in one that compares between rounds, jit_loop() runs the
 * rounds that cannot fail, all but the last: its end, its traps and what is left of the fuel need no thought here. */
#include "engine/jit/loop.h"
#include <string.h>

/* What a register holds, in terms of what registers held when the round began. */
enum { OTHER, ADDRESS, LOADED, SUM }; /* p + q + off; the word; register p + the word */
struct sym {
    u8 kind, p, q;
    s32 off;
};

struct walk {
    const struct unit *u;
    struct jit_loop *d;
    struct sym r[NREG_EBPF];
    bool load, store, sum;
};

static bool is_same(const struct sym *s, u32 r) {
    return s->kind == ADDRESS && s->p == r && s->q == NO_REG && !s->off;
}

static struct sym add(struct walk *w, const struct insn *i) {
    struct sym x = w->r[i->b], y = w->r[i->c];
    if (x.kind == LOADED) {
        struct sym t = x;
        x = y;
        y = t;
    }
    if (i->op == OP_add64 && x.kind == ADDRESS && y.kind == ADDRESS && x.q == NO_REG && y.q == NO_REG)
        return (struct sym){ADDRESS, x.p, y.p, x.off + y.off};
    if (y.kind == LOADED && x.kind == ADDRESS && is_same(&x, x.p) && !w->sum) {
        w->sum = true;
        w->d->acc = x.p;
        w->d->wide = i->op == OP_add64;
        return (struct sym){SUM, x.p, NO_REG, 0};
    }
    return (struct sym){OTHER, 0, 0, 0};
}

/* Base (or none) and index of an access; the index is known at the end. */
static bool access_at(struct walk *w, const struct insn *i, u32 pc, u8 reg[2], s32 *off, u32 *region) {
    struct sym s = w->r[i->b];
    const struct place *p = &w->u->o.place[pc];
    if (s.kind != ADDRESS || p->access != ACCESS_LIKELY)
        return false;
    reg[0] = s.p;
    reg[1] = s.q;
    *off = s.off + i->off;
    *region = p->region;
    return true;
}

static bool step(struct walk *w, u32 pc) {
    const struct insn *i = &w->u->code[pc];
    struct jit_loop *d = w->d;
    switch (i->op) {
    case OP_mov64: w->r[i->a] = w->r[i->b]; return true;
    case OP_add64i:
        w->r[i->a] = w->r[i->b];
        if (w->r[i->a].kind != ADDRESS || i->imm < -4096 || i->imm > 4096)
            return false;
        w->r[i->a].off += i->imm;
        return true;
    case OP_add64:
    case OP_add32: w->r[i->a] = add(w, i); return w->r[i->a].kind != OTHER;
    case OP_ldx8:
    case OP_ldx16:
    case OP_ldx32:
    case OP_ldx64:
        if (w->load || w->store || !access_at(w, i, pc, d->from, &d->from_off, &d->from_region))
            return false;
        w->load = true;
        d->size = isa_info[i->op].size;
        w->r[i->a] = (struct sym){LOADED, 0, 0, 0};
        return true;
    case OP_st8:
        if (w->store || w->r[i->c].kind != LOADED || d->size != 1 ||
            !access_at(w, i, pc, d->to, &d->to_off, &d->to_region))
            return false;
        return w->store = true;
    default: return false;
    }
}

/* Does the jump at the end of b, when it does not leave the loop, go to b? The fuel of that way. */
static bool back_to(const struct unit *u, u32 b, u32 *charge) {
    const struct block *own = &u->g.blk[b], *fall;
    u16 op = u->code[own->end - 1].op;
    *charge = own->charge;
    if ((op == OP_jne64i || op == OP_jne64) && own->succ[1] == b)
        return true;
    if ((op != OP_jeq64i && op != OP_jeq64) || own->succ[0] == NBLOCK)
        return false;
    fall = &u->g.blk[own->succ[0]];
    *charge += fall->charge;
    return fall->end - fall->start == 1 && u->code[fall->start].op == OP_ja && fall->succ[1] == b;
}

static bool stays(const struct walk *w, u8 r) {
    return r == NO_REG || r == w->d->index || is_same(&w->r[r], r);
}

bool jit_find_loop(const struct unit *u, u32 b, struct jit_loop *d) {
    const struct block *k = &u->g.blk[b];
    struct walk w = {.u = u, .d = d};
    const struct insn *end = &u->code[k->end - 1];
    u32 charge;
    struct sym i;
    memset(d, 0xff, sizeof *d);
    d->sum = NULL;
    if (!u->fixed || k->end - k->start > 12 || !back_to(u, b, &charge))
        return false;
    for (u8 r = 0; r < NREG_EBPF; r++)
        w.r[r] = (struct sym){ADDRESS, r, NO_REG, 0};
    for (u32 pc = k->start; pc + 1 < k->end; pc++)
        if (!step(&w, pc))
            return false;
    i = w.r[end->b];
    d->index = (u8)end->b;
    d->charge = u->l->fuel ? charge : 0;
    d->bound = end->imm;
    d->copies = w.store;
    d->compares = false;
    if (isa_info[end->op].shape == SHAPE_JCC) {
        d->bound_reg = (u8)end->c;
        if (!is_same(&w.r[end->c], end->c))
            return false;
    }
    if (!w.load || w.store == w.sum || i.kind != ADDRESS || i.p != end->b || i.q != NO_REG || i.off != d->size)
        return false;
    if (w.sum && (w.r[d->acc].kind != SUM || w.r[d->acc].p != d->acc || d->acc == d->index))
        return false;
    /* the index is in both addresses, once; what else is in them does not change */
    if ((d->from[0] == d->index) + (d->from[1] == d->index) != 1 || !stays(&w, d->from[0]) || !stays(&w, d->from[1]))
        return false;
    return !w.store ||
           ((d->to[0] == d->index) + (d->to[1] == d->index) == 1 && stays(&w, d->to[0]) && stays(&w, d->to[1]));
}

/* The first block of a loop that compares: two bytes are loaded, and the loop left if they differ. */
static bool loads_two(struct walk *w, const struct block *k) {
    struct jit_loop *d = w->d;
    const struct insn *end = &w->u->code[k->end - 1];
    u32 n = 0;
    for (u32 pc = k->start; pc + 1 < k->end; pc++) {
        const struct insn *i = &w->u->code[pc];
        if (i->op == OP_ldx8) {
            if (n == 2 || !(n ? access_at(w, i, pc, d->to, &d->to_off, &d->to_region)
                              : access_at(w, i, pc, d->from, &d->from_off, &d->from_region)))
                return false;
            w->r[i->a] = (struct sym){LOADED, (u8)n++, 0, 0};
        } else if ((i->op != OP_mov64 && i->op != OP_add64i && i->op != OP_add64) || !step(w, pc) ||
                   w->r[i->a].kind == SUM) {
            return false;
        }
    }
    return n == 2 && (end->op == OP_jne64 || end->op == OP_jne32) && w->r[end->b].kind == LOADED &&
           w->r[end->c].kind == LOADED && w->r[end->b].p != w->r[end->c].p;
}

/* The second: the index moves on by one, constants are set, and the loop is left at the bound. */
static bool moves_on(struct walk *w, const struct block *k) {
    const struct insn *end = &w->u->code[k->end - 1];
    u32 n = 0;
    for (u32 pc = k->start; pc + 1 < k->end; pc++) {
        const struct insn *i = &w->u->code[pc];
        if (i->op == OP_add64i && i->a == end->b && i->b == end->b && i->imm == 1)
            n++;
        else if ((i->op == OP_mov64i || i->op == OP_mov32i) && i->a != end->b)
            w->r[i->a] = (struct sym){OTHER, 0, 0, 0};
        else
            return false;
    }
    return n == 1 && (end->op == OP_jeq64i || end->op == OP_jeq64) && is_same(&w->r[end->b], end->b);
}

bool jit_find_compare(const struct unit *u, u32 b, struct jit_loop *d) {
    const struct block *last = &u->g.blk[b], *first, *mid;
    struct walk w = {.u = u, .d = d};
    const struct insn *end;
    if (!u->fixed || b < 2 || last->end - last->start != 1 || u->code[last->start].op != OP_ja || last->jumped_to)
        return false;
    first = &u->g.blk[u->g.of[u->code[last->start].off]];
    mid = &u->g.blk[b - 1];
    if (first != mid - 1 || mid->jumped_to || last->end - first->start > 16 || first->succ[0] != b - 1 ||
        mid->succ[0] != b)
        return false;
    memset(d, 0xff, sizeof *d);
    d->sum = NULL;
    for (u8 r = 0; r < NREG_EBPF; r++)
        w.r[r] = (struct sym){ADDRESS, r, NO_REG, 0};
    if (!loads_two(&w, first) || !moves_on(&w, mid))
        return false;
    end = &u->code[mid->end - 1];
    d->copies = false;
    d->compares = true;
    d->size = 1;
    d->index = (u8)end->b;
    d->bound = end->imm;
    d->charge = u->l->fuel ? first->charge + mid->charge + last->charge : 0;
    if (isa_info[end->op].shape == SHAPE_JCC) {
        d->bound_reg = (u8)end->c;
        if (!is_same(&w.r[end->c], end->c) || end->c == end->b)
            return false;
    }
    for (u8 r = 0; r < NREG_EBPF; r++) /* nobody asks what a round leaves in other registers */
        if (!is_same(&w.r[r], r) && live_has(live_in(&u->live, b - 2), r))
            return false;
    return (d->from[0] == d->index) + (d->from[1] == d->index) == 1 && stays(&w, d->from[0]) && stays(&w, d->from[1]) &&
           (d->to[0] == d->index) + (d->to[1] == d->index) == 1 && stays(&w, d->to[0]) && stays(&w, d->to[1]);
}

/* --- while it runs --- */

static u64 address(const u64 *r, const u8 reg[2], s32 off) {
    return r[reg[0]] + (reg[1] == NO_REG ? 0 : r[reg[1]]) + (u64)(s64)off;
}

/* Bytes from p on to the end of a region. */
static u64 room(u64 p, const struct region *g, bool write) {
    u64 limit = write ? g->write[0] : g->read[0];
    return p - g->base < limit ? limit - (p - g->base) : 0;
}

static u64 equal_bytes(const u8 *p, const u8 *q, u64 n) {
    u64 k = 0, x, y;
    for (; k + 8 <= n; k += 8) {
        memcpy(&x, p + k, 8);
        memcpy(&y, q + k, 8);
        if (x != y)
            break;
    }
    while (k < n && p[k] == q[k])
        k++;
    return k;
}

/* In parts of 32 bits each, which compilers make vectors of; CHUNK words of T fit. */
#define SUM_OF(T, P, CHUNK)                                                                                            \
    static u64 sum_##T(const u8 *p, u64 n) {                                                                           \
        u64 s = 0;                                                                                                     \
        while (n) {                                                                                                    \
            u32 m = n > (CHUNK) ? (CHUNK) : (u32)n;                                                                    \
            P part = 0;                                                                                                \
            T v;                                                                                                       \
            for (u32 k = 0; k < m; k++) {                                                                              \
                memcpy(&v, p + k * sizeof v, sizeof v);                                                                \
                part += v;                                                                                             \
            }                                                                                                          \
            s += part;                                                                                                 \
            p += m * sizeof v;                                                                                         \
            n -= m;                                                                                                    \
        }                                                                                                              \
        return s;                                                                                                      \
    }
SUM_OF(u8, u32, 65536)
SUM_OF(u16, u32, 32768)
SUM_OF(u32, u64, 65536)
SUM_OF(u64, u64, 65536)

static u64 sum(const struct jit_loop *d, const u8 *p, u64 n) {
    if (d->sum)
        return d->sum(p, n);
    switch (d->size) {
    case 1: return sum_u8(p, n);
    case 2: return sum_u16(p, n);
    case 4: return sum_u32(p, n);
    default: return sum_u64(p, n);
    }
}

/* How many of n rounds the fuel pays for. Mostly all: a division is as long as the loop. */
static u64 paid(const struct ctx *cx, const struct jit_loop *d, u64 n) {
    if (!d->charge || (n < UINT32_MAX && cx->fuel >= (s64)(n * d->charge)))
        return n;
    return min64(n, cx->fuel < 0 ? 0 : (u64)cx->fuel / d->charge);
}

void jit_loop(struct ctx *cx, const struct jit_loop *d) {
    u64 *r = cx->trap_regs, i = r[d->index], bound = d->bound_reg == NO_REG ? (u64)(s64)d->bound : r[d->bound_reg];
    u32 log = (u32)__builtin_ctz(d->size);
    u64 n = ((bound - i) >> log) - 1, src = address(r, d->from, d->from_off), dst;
    if ((bound - i) & (d->size - 1u) || bound == i)
        return;
    n = paid(cx, d, min64(n, room(src, &cx->region[d->from_region], false) >> log));
    if (d->copies) {
        dst = address(r, d->to, d->to_off);
        n = min64(n, room(dst, &cx->region[d->to_region], true));
        if (!n)
            return;
        if (dst - src >= n)
            memmove((void *)(uintptr_t)dst, (const void *)(uintptr_t)src, n);
        else /* it reads what it has written */
            for (u64 k = 0; k < n; k++)
                ((u8 *)(uintptr_t)dst)[k] = ((const u8 *)(uintptr_t)src)[k];
    } else if (d->compares) {
        const u8 *p = (const u8 *)(uintptr_t)src, *q;
        dst = address(r, d->to, d->to_off);
        q = (const u8 *)(uintptr_t)dst;
        n = equal_bytes(p, q, min64(n, room(dst, &cx->region[d->to_region], false)));
    } else {
        u64 s = sum(d, (const u8 *)(uintptr_t)src, n);
        r[d->acc] = d->wide ? r[d->acc] + s : n ? (u32)(r[d->acc] + s) : r[d->acc];
    }
    r[d->index] = i + n * d->size;
    cx->fuel -= (s64)(n * d->charge);
}
