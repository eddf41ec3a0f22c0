/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* slow.c - the paths that handlers rarely take. */
#include "engine/interp/slow.h"
#include <assert.h>
#include <string.h>

static u32 width(u32 size) {
    return size == 8 ? 3 : size == 4 ? 2 : size == 2 ? 1 : 0;
}

/* The regions, before rt is asked: a wrong guess of the likely region costs little. */
static bool in_region(const struct ctx *cx, u64 addr, u32 size, bool write) {
    u32 i, k = width(size);
    for (i = 0; i < cx->nregion; i++) {
        const struct region *g = &cx->region[i];
        if (addr - g->base < (write ? g->write : g->read)[k])
            return true;
    }
    return false;
}

static u64 peek(u64 addr, u32 size) {
    u64 v = 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(&v, (const void *)addr, size);
#else
    memcpy((u8 *)&v + 8 - size, (const void *)addr, size);
#endif
    return v;
}

static void poke(u64 addr, u32 size, u64 v) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy((void *)addr, &v, size);
#else
    memcpy((void *)addr, (u8 *)&v + 8 - size, size);
#endif
}

bool read_missed(struct ctx *cx, u32 size, u64 *val) {
    u64 addr = ((struct run *)cx->run)->addr;
    bool done = false;
    *val = 0;
    if ((handle_tag(addr) != TAG_CTX && in_region(cx, addr, size, false)) ||
        cx->services->access(cx, addr, size, false, val, &done)) {
        *val = peek(addr, size);
        return true;
    }
    return done;
}

bool write_missed(struct ctx *cx, u32 size) {
    struct run *r = cx->run;
    bool done = false;
    if ((handle_tag(r->addr) != TAG_CTX && in_region(cx, r->addr, size, true)) ||
        cx->services->access(cx, r->addr, size, true, &r->val, &done)) {
        poke(r->addr, size, r->val);
        return true;
    }
    return done;
}

bool atomic_missed(struct ctx *cx, u64 addr, u32 size, bool write) {
    u64 val = 0;
    bool done = false;
    if (handle_tag(addr) == TAG_CTX) { /* fields are served one by one: nothing there is atomic */
        cx->trap = TRAP_BAD_CONTEXT;
        return false;
    }
    if (in_region(cx, addr, size, write) || cx->services->access(cx, addr, size, write, &val, &done))
        return true;
    if (done) /* not memory: it cannot be updated in place */
        cx->trap = TRAP_OUT_OF_BOUNDS;
    return false;
}

/* Which function holds a step. */
static u32 func_of(const struct image *im, u32 step) {
    u32 lo = 0, hi = im->nfunc;
    while (hi - lo > 1) {
        u32 mid = lo + (hi - lo) / 2;
        if (im->entry[mid].start <= step)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

static void note(struct ctx *cx, u32 func, u32 pc, const u64 *fp, s64 fuel) {
    struct run *r = cx->run;
    const struct frame *fr;
    u32 at = r->depth;
    cx->fuel = fuel;
    /* A nested run has left its own, deeper place; the calls that led to it are added here. */
    for (fr = r->frame + 1; fr <= r->top; fr++, at++) {
        u32 s = (u32)(fr->ret - r->im->code) - 2;
        if (at < COUNT(cx->shadow))
            cx->shadow[at] = (u64)func_of(r->im, s) << 32 | r->im->pc[s];
    }
    if (cx->trap_func == NO_PLACE) {
        cx->trap_func = func;
        cx->trap_pc = pc;
        cx->ret = cx->trap == TRAP_END ? fp[0] : 0; /* what the helper gave that ended the program */
        memcpy(cx->trap_regs, fp, sizeof cx->trap_regs);
        cx->trap_regs[REG_FP] = (u64)cx->stack_top - (u64)at * cx->frame_size; /* a leaf has not set it */
        if (at < COUNT(cx->shadow))
            cx->shadow[at] = SHADOW_END;
    } else if (at < COUNT(cx->shadow)) {
        cx->shadow[at] = (u64)func << 32 | pc;
    }
}

void record_trap(struct ctx *cx, const struct step *pc, const u64 *fp, s64 fuel) {
    struct run *r = cx->run;
    u32 s = (u32)(pc - r->im->code);
    note(cx, func_of(r->im, s), r->im->pc[s], fp, fuel);
}

/* The first instruction of the block that starts at a step; 0 where a function starts. */
static u32 lead_of(const struct image *im, const struct entry *en, u32 step) {
    u32 lo = en->first_lead, hi = en->first_lead + en->nlead;
    while (hi > lo) {
        u32 mid = lo + (hi - lo) / 2;
        if (im->lead[mid].step == step)
            return im->lead[mid].pc;
        if (im->lead[mid].step < step)
            lo = mid + 1;
        else
            hi = mid;
    }
    return 0;
}

bool refuel(struct ctx *cx, const struct step *to, const u64 *fp, s64 fuel) {
    struct run *r = cx->run;
    u32 s = (u32)(to - r->im->code), f;
    cx->fuel = fuel;
    while (cx->fuel < 0)
        if (!cx->services->refuel(cx)) {
            f = func_of(r->im, s);
            cx->trap_func = NO_PLACE;
            note(cx, f, lead_of(r->im, &r->im->entry[f], s), fp, cx->fuel);
            return false;
        }
    return true;
}

const struct step *refuel_edge(struct ctx *cx, const struct step *pc, const u64 *fp, s64 fuel) {
    struct run *r = cx->run;
    const struct edge *e = &((const struct extra *)(pc + 1))->edge[r->val];
    const struct step *to = (const struct step *)((const char *)pc + e->off);
    if (r->val == 0 && to != pc + 2) { /* the edge goes on through the jump behind it: one by one */
        to = pc + 2;
        fuel += (s64)e->charge - 1;
    }
    return refuel(cx, to, fp, fuel) ? to : NULL;
}

const struct label *jump_target(struct ctx *cx, const struct entry *en, u64 v) {
    const struct image *im = ((struct run *)cx->run)->im;
    u64 f = handle_index(v) >> 24, i = handle_index(v) & 0xffffff;
    const u64 *ok = en->f->jump_ok;
    if (handle_tag(v) != TAG_LABEL || f != (u64)(en - im->entry) || !en->label || i >= en->f->nslot ||
        !(ok[i / 64] >> (i & 63) & 1))
        return NULL;
    return &en->label[i];
}

/* Rounds of a loop that are left before the last, and that the fuel pays for; the index goes up by
 * 1 << log each. */
static u64 rounds(const struct extra *x, const u64 *fp, u64 i, u32 log, s64 fuel) {
    u64 bound = x->copy.bound_reg == NO_REG ? (u64)(s64)x->copy.bound : fp[x->copy.bound_reg], n = bound - i;
    if (n & (((u64)1 << log) - 1) || !n) /* it steps over its bound */
        return 0;
    n = (n >> log) - 1;
    return x->copy.charge ? min64(n, (u64)fuel / x->copy.charge) : n;
}

/* Bytes from p on to the end of a region. */
static u64 room(u64 p, const struct region *g, const u64 *limit) {
    return p - g->base < limit[0] ? limit[0] - (p - g->base) : 0;
}

/* a: the byte, b0: the index, b1: base of the source, c, d: offsets of source and destination. The loop:
 *     a = *(u8 *)(b1 + b0 + c); *(u8 *)(base + b0 + d) = a; b0 += 1; if b0 != bound goto loop */
void copy_loop(struct ctx *cx, const struct step *pc, u64 *fp, s64 *fuel) {
    const struct extra *x = (const struct extra *)(pc + 1);
    const struct region *from = (const struct region *)((const u64 *)cx->region + x->copy.from);
    const struct region *to = (const struct region *)((const u64 *)cx->region + x->copy.to);
    u64 i = fp[pc->b0], src = fp[pc->b1] + i + (u64)(s16)pc->c, dst = fp[x->copy.base] + i + (u64)(s16)pc->d, k;
    u64 n = min64(rounds(x, fp, i, 0, *fuel), min64(room(src, from, from->read), room(dst, to, to->write)));
    if (n < 8)
        return;
    if (dst - src >= n)
        memmove((void *)dst, (const void *)src, n);
    else /* it reads what it has written */
        for (k = 0; k < n; k++)
            ((u8 *)dst)[k] = ((const u8 *)src)[k];
    fp[pc->a] = ((const u8 *)dst)[n - 1];
    fp[pc->b0] = i + n;
    *fuel -= (s64)(n * x->copy.charge);
}

#define SUM(T)                                                                                                         \
    static u64 sum_##T(const u8 *p, u64 n) {                                                                           \
        u64 s = 0;                                                                                                     \
        T v;                                                                                                           \
        for (u64 k = 0; k < n; k++) {                                                                                  \
            memcpy(&v, p + k * sizeof v, sizeof v);                                                                    \
            s += v;                                                                                                    \
        }                                                                                                              \
        return s;                                                                                                      \
    }
/* clang-format off */
SUM(u8) SUM(u16) SUM(u32) SUM(u64)
/* clang-format on */

/* a: the sum, b0: the index, c: the offset, d: bytes of a word, and bit 8: the sum has 64 bits. The loop:
 *     a += *(T *)(base + b0 + c); b0 += sizeof(T); if b0 != bound goto loop */
void sum_loop(struct ctx *cx, const struct step *pc, u64 *fp, s64 *fuel) {
    const struct extra *x = (const struct extra *)(pc + 1);
    const struct region *g = (const struct region *)((const u64 *)cx->region + x->copy.from);
    u64 i = fp[pc->b0], p = i + (u64)(s16)pc->c + (x->copy.base == NO_REG ? 0 : fp[x->copy.base]), s;
    u32 size = pc->d & 15, log = width(size);
    u64 n = min64(rounds(x, fp, i, log, *fuel), room(p, g, g->read) >> log);
    if (n < 8)
        return;
    s = size == 1   ? sum_u8((const u8 *)p, n)
        : size == 2 ? sum_u16((const u8 *)p, n)
        : size == 4 ? sum_u32((const u8 *)p, n)
                    : sum_u64((const u8 *)p, n);
    s += fp[pc->a];
    fp[pc->a] = pc->d >> 8 ? s : (u32)s;
    fp[pc->b0] = i + (n << log);
    *fuel -= (s64)(n * x->copy.charge);
}

u64 *push_window(struct ctx *cx, const struct step *pc, u64 *fp, const struct entry *en) {
    struct run *r = cx->run;
    struct frame *fr = r->top + 1;
    u64 *w = fp;
    if (cx->depth >= cx->max_depth)
        return NULL;
    if (en->leaf) {
        cx->depth++;
        r->top = fr;
        fr->ret = pc + 2;
        return fp;
    }
    if (r->im->wide) {
        w = fp + pc->a;
        if ((size_t)(r->reg_end - w) < en->nreg)
            return NULL;
        memset(w, 0, en->nreg * sizeof *w);
        memcpy(w + 1, fp + 1, 5 * sizeof *w);
        w[REG_FP] = fp[REG_FP];
    }
    cx->depth++;
    r->top = fr;
    fr->ret = pc + 2;
    fr->fp = fp;
    memcpy(fr->saved, fp + 6, sizeof fr->saved);
    fr->r10 = fp[REG_FP];
    w[REG_FP] -= cx->frame_size;
    return w;
}
