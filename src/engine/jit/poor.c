/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* poor.c - the last instructions that a budget pays for, one by one.
 *
 * Code looks at its fuel at heads, and wants as much there as any way to the next head may cost (fuel.h). Where a slice
 * has less, there may be another; where the whole budget has, the way that is taken may yet be cheap enough: what the
 * program does, and where its fuel ends, is found out here, up to the next head. */
#include "engine/jit/fuel.h"
#include "engine/jit/image.h"

struct steps {
    struct ctx *cx;
    const struct jit_steps *s;
    const void *code;
    const u64 *sp;
    u32 pc;
    struct jit_value out;
};

/* Until it is not below 0; what is missing stays missing. */
static bool refuel(struct ctx *cx) {
    while (cx->fuel < 0)
        if (!cx->services->refuel(cx)) {
            cx->trap_func = NO_PLACE;
            return false;
        }
    return true;
}

/* At least n, if there is as much. */
static bool keep(struct ctx *cx, s64 n) {
    bool all = cx->fuel + cx->fuel_rest >= n, ok;
    cx->fuel -= all ? n : 0;
    ok = refuel(cx);
    cx->fuel += all ? n : 0;
    return ok;
}

bool jit_keep_fuel(struct ctx *cx) {
    return keep(cx, FUEL_KEPT);
}

/* The block that begins at pc, or NULL. */
static const struct jit_step *block_at(const struct jit_steps *s, u32 pc) {
    u32 lo = 0, hi = s->n;
    while (lo < hi) {
        u32 mid = lo + (hi - lo) / 2;
        if (s->of[mid].pc < pc)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < s->n && s->of[lo].pc == pc ? &s->of[lo] : NULL;
}

static bool stop(struct steps *w) {
    w->out.leave = jit_note(w->cx, w->code, w->sp, w->pc);
    return false;
}

static bool leave_by(struct steps *w, u32 way) {
    w->out.v = way;
    return false;
}

/* Goes to the block at pc; on: the one above runs on into it, and has paid. False: that is a head, or the fuel is
 * spent. */
static bool go(struct steps *w, u32 pc, bool on) {
    const struct jit_step *t = block_at(w->s, pc);
    w->pc = pc;
    if (t->paid)
        return leave_by(w, t->entry + (on ? WAY_ON : WAY_ENTER));
    if (on)
        return true;
    w->cx->fuel -= t->charge;
    return refuel(w->cx) || stop(w);
}

static u64 constant(const struct link_view *l, const struct insn *i) {
    switch (i->op) {
    case OP_mov64i: return (u64)(s64)i->imm;
    case OP_mov32i: return (u32)i->imm;
    case OP_const64: return insn_imm64(i);
    case OP_ldmap: return l->map[i->imm].handle;
    default: return (u64)(uintptr_t)l->map[i->imm].value + (u32)i->off; /* ldmapval */
    }
}

static bool call(struct steps *w, const struct insn *i) {
    u64 *r = w->cx->trap_regs;
    const struct helper *h = w->s->l->helper[i->imm];
    w->cx->callee = h;
    r[0] = h->fn(w->cx, r[1], r[2], r[3], r[4], r[5]);
    for (u32 k = 1; k <= 5; k++)
        r[k] = 0;
    return !w->cx->trap || stop(w);
}

/* One instruction, which is_plain() of fuel.c knows; false: on in the code, or out of the run. */
static bool step(struct steps *w) {
    const struct insn *i = &w->s->f->code[w->pc];
    struct ctx *cx = w->cx;
    u64 *r = cx->trap_regs, v = 0;
    u32 next = w->pc + (u32)isa_len(i), log = (u32)__builtin_ctz(isa_info[i->op].size | 16u);
    enum shape shape = (enum shape)isa_info[i->op].shape;
    u64 y = shape == SHAPE_BINI || shape == SHAPE_JCCI ? (u64)(s64)i->imm : i->c < NREG_EBPF ? r[i->c] : 0;
    switch (shape) {
    case SHAPE_BIN:
    case SHAPE_BINI:
    case SHAPE_UN: isa_eval(i->op, r[i->b], y, &r[i->a]); break;
    case SHAPE_JCC:
    case SHAPE_JCCI: isa_eval(i->op, r[i->b], y, &v); return go(w, v ? (u32)i->off : next, false);
    case SHAPE_LD:
        if (!jit_read(cx, r[i->b] + (u64)(s64)i->off, (u32)i->op - OP_ldx8, &v))
            return stop(w);
        r[i->a] = v;
        break;
    case SHAPE_ST:
    case SHAPE_STI:
        v = shape == SHAPE_STI ? (u64)(s64)i->imm : r[i->c];
        if (!jit_write(cx, r[i->b] + (u64)(s64)i->off, log, v))
            return stop(w);
        break;
    default:
        if (i->op == OP_ja)
            return go(w, (u32)i->off, false);
        if (i->op == OP_exit)
            return leave_by(w, w->s->end);
        if (i->op == OP_call && !call(w, i))
            return false;
        if (i->op != OP_call && i->op != OP_pad)
            r[i->a] = constant(w->s->l, i);
        break;
    }
    w->pc = next;
    return !block_at(w->s, next) || go(w, next, true);
}

/* What the code at a head wants to be paid; *most: what it may cost. */
static s64 price(const struct ctx *cx, const struct jit_step *t, s64 *most) {
    const struct counted *c = &t->counted;
    s64 n = 1;
    if (c->bound)
        n = (s64)(((u64)(s64)c->bound - cx->trap_regs[c->index]) >> c->log);
    *most = c->bound && (s64)c->most > t->paid ? n * c->most : n * t->paid;
    return n * t->paid;
}

struct jit_value jit_poor(struct ctx *cx, const struct jit_steps *s, u32 at, const void *code, const u64 *sp) {
    struct steps w = {cx, s, code, sp, at >> 1, {0, NULL}};
    bool on = at & 1;
    for (;;) {
        const struct jit_step *t = block_at(s, w.pc);
        s64 most, all = price(cx, t, &most);
        cx->fuel -= on ? 0 : t->charge;
        if (!keep(cx, most - t->charge + FUEL_KEPT)) {
            stop(&w);
            return w.out;
        }
        if (cx->fuel >= most - t->charge + FUEL_KEPT) {
            cx->fuel -= all - t->charge;
            w.out.v = t->entry + WAY_PAID;
            return w.out;
        }
        while (step(&w))
            ;
        if (w.out.leave || w.out.v == s->end || !(t = block_at(s, w.pc))->counted.bound)
            return w.out;
        on = w.out.v - t->entry == WAY_ON; /* that loop is entered from here again */
        w.out.v = 0;
    }
}
