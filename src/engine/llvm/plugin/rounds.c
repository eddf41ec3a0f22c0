/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rounds.c - what is good in all rounds of an eBPF function's loop is seen before the first one.
 *
 * in: struct linear_loop (linear.c)      out: code in front of the loop, and rows that leave out what it has seen
 *
 * How many rounds there are at most, by each test that ends the loop, where its numbers do not wrap (compare.c). Then
 * whether fuel suffices for so many, and whether the first and the last address of each access lie in its likely
 * region, which all between them do then. A run for which one of these does not hold goes on where each round looks for
 * itself. */
#include "engine/llvm/plugin/linear.h"

static const u64 MANY = (u64)1 << 32; /* rounds; products with steps do not wrap below */

struct rounds {
    struct lfunc *f;
    const struct linear_loop *l;
    LLVMValueRef bad;               /* i1; NULL: nothing yet */
    LLVMValueRef stays[MOST_TESTS]; /* rounds that each test lets go on */
};

static LLVMValueRef value(struct lfunc *f, const struct linear *x) {
    LLVMValueRef v = NULL;
    for (u32 r = 0; r < NREG_EBPF; r++) {
        LLVMValueRef y = x->times[r] ? reg_get(f, r, TYPE_I64) : NULL;
        if (y && x->times[r] != 1)
            y = LLVMBuildMul(f->b, y, k64(f->lm, x->times[r]), "");
        v = v && y ? LLVMBuildAdd(f->b, v, y, "") : y ? y : v;
    }
    return v ? LLVMBuildAdd(f->b, v, k64(f->lm, x->plus), "") : k64(f->lm, x->plus);
}

static void bad_if(struct rounds *s, LLVMValueRef v) {
    s->bad = s->bad ? LLVMBuildOr(s->f->b, s->bad, v, "") : v;
}

static LLVMValueRef smaller(struct lfunc *f, LLVMValueRef x, LLVMValueRef y) {
    return LLVMBuildSelect(f->b, LLVMBuildICmp(f->b, LLVMIntULT, x, y, ""), x, y, "");
}

/* --- how many rounds --- */

/* Rounds behind which the test lets the loop go on; MANY where that is not known. */
static LLVMValueRef stays(struct lfunc *f, const struct linear_test *t) {
    LLVMTypeRef type = t->wide ? f->lm->i64 : f->lm->i32;
    LLVMValueRef x = LLVMBuildTrunc(f->b, value(f, &t->x), type, ""),
                 y = LLVMBuildTrunc(f->b, value(f, &t->y), type, "");
    LLVMValueRef known, n = rounds_while(f, t->stay, t->step, x, y, &known);
    return LLVMBuildSelect(f->b, known, smaller(f, n, k64(f->lm, MANY)), k64(f->lm, MANY), "");
}

/* Rounds that come, at most, to where they have passed those tests. */
static LLVMValueRef rounds_at(const struct rounds *s, u32 after) {
    LLVMValueRef n = NULL;
    for (u32 k = 0; k < s->l->ntest; k++) {
        LLVMValueRef x = LLVMBuildAdd(s->f->b, s->stays[k], k64(s->f->lm, !(after >> k & 1)), "");
        n = n ? smaller(s->f, n, x) : x;
    }
    return n;
}

/* --- what is good in them --- */

/* Whether x is above `most` in one of n rounds; most may have wrapped where *bad is set already. */
static void see_range(struct rounds *s, const struct linear *x, LLVMValueRef first, LLVMValueRef most, LLVMValueRef n) {
    struct lfunc *f = s->f;
    LLVMValueRef one = k64(f->lm, 1), zero = k64(f->lm, 0), bad, span, room;
    bad = LLVMBuildICmp(f->b, LLVMIntUGT, first, most, "");
    if (x->step) {
        room = falls(x->step) ? first : LLVMBuildSub(f->b, most, first, "");
        span = LLVMBuildMul(f->b, LLVMBuildSub(f->b, n, one, ""), k64(f->lm, size_of_step(x->step)), "");
        bad = LLVMBuildOr(f->b, bad, LLVMBuildICmp(f->b, LLVMIntUGT, span, room, ""), "");
    }
    bad_if(s, LLVMBuildAnd(f->b, bad, LLVMBuildICmp(f->b, LLVMIntNE, n, zero, ""), ""));
}

static void see_needs(struct rounds *s, const struct linear *x, LLVMValueRef n) {
    LLVMValueRef most = k64(s->f->lm, 0xffffffff), none, before;
    for (u32 k = 0; k < s->l->nneed; k++) {
        const struct linear *need = &s->l->need[k];
        if (x->needs >> k & 1) {
            see_range(s, need, value(s->f, need), most, n);
        } else if (x->before >> k & 1) {
            none = LLVMBuildICmp(s->f->b, LLVMIntEQ, n, k64(s->f->lm, 0), "");
            before = LLVMBuildSelect(s->f->b, none, n, LLVMBuildSub(s->f->b, n, k64(s->f->lm, 1), ""), "");
            see_range(s, need, value(s->f, need), most, before);
        }
    }
}

static void see_test(struct rounds *s, const struct linear_test *t) {
    LLVMValueRef n = rounds_at(s, t->after);
    if (!t->wide) /* low halves are sums whatever wraps */
        return;
    see_needs(s, &t->x, n);
    see_needs(s, &t->y, n);
}

static void see_spot(struct rounds *s, const struct linear_spot *p) {
    struct lfunc *f = s->f;
    LLVMValueRef n = rounds_at(s, p->after), size, most;
    struct bounds b;
    f->pc = p->pc;
    b = likely_bounds(f);
    size = k64(f->lm, isa_info[f->f->code[p->pc].op].size);
    most = LLVMBuildSub(f->b, b.length, size, "");
    bad_if(s, LLVMBuildICmp(f->b, LLVMIntULT, b.length, size, ""));
    see_range(s, &p->at, LLVMBuildSub(f->b, value(f, &p->at), b.begin, ""), most, n);
    see_needs(s, &p->at, n);
}

LLVMValueRef see_rounds(struct lfunc *f, const struct fuel_loop *l) {
    struct rounds s = {.f = f, .l = l->linear};
    u32 h = l->body[0];
    for (u32 k = 0; k < s.l->ntest; k++)
        s.stays[k] = stays(f, &s.l->test[k]);
    bad_if(&s, LLVMBuildICmp(f->b, LLVMIntUGT, rounds_at(&s, 0), k64(f->lm, MANY), ""));
    for (u32 k = 0; k < s.l->ntest; k++)
        see_test(&s, &s.l->test[k]);
    for (u32 k = 0; k < s.l->nspot; k++)
        see_spot(&s, &s.l->spot[k]);
    if (f->looks) { /* the last round may leave by a longer way */
        LLVMValueRef last = k64(f->lm, f->most[h] + f->g.blk[h].charge), cost;
        cost = LLVMBuildMul(f->b, LLVMBuildSub(f->b, rounds_at(&s, 0), k64(f->lm, 1), ""), k64(f->lm, s.l->cost), "");
        cost = LLVMBuildAdd(f->b, cost, last, "");
        bad_if(&s, LLVMBuildICmp(f->b, LLVMIntSLT, fuel_left(f, paid_at(f, h)), cost, ""));
    }
    f->pc = f->g.blk[h].start;
    return s.bad;
}

bool is_seen(const struct lfunc *f) {
    for (u32 k = 0; f->seen && k < f->seen->nspot; k++)
        if (f->seen->spot[k].pc == f->pc)
            return true;
    return false;
}

static u16 in_64_bits(u16 op) {
    switch (op) {
    case OP_add32: return OP_add64;
    case OP_sub32: return OP_sub64;
    case OP_add32i: return OP_add64i;
    case OP_sub32i: return OP_sub64i;
    case OP_mul32i: return OP_mul64i;
    case OP_lsh32i: return OP_lsh64i;
    default: return OP_mov64;
    }
}

/* The shift to the top loses nothing: LLVM takes it and the one back for none. */
static void shift(struct lfunc *f, const struct insn *i, bool sign) {
    LLVMValueRef v = LLVMBuildShl(f->b, reg_get(f, i->b, TYPE_I64), k64(f->lm, 32), "");
    if (LLVMIsAInstruction(v) && sign)
        LLVMSetNSW(v, true);
    else if (LLVMIsAInstruction(v))
        LLVMSetNUW(v, true);
    reg_set(f, i->a, TYPE_I64, v);
}

bool lower_plain(struct lfunc *f, const struct insn *i) {
    const struct linear_plain *p = NULL;
    LLVMValueRef y = NULL;
    u16 op = in_64_bits(i->op);
    for (u32 k = 0; f->seen && k < f->seen->nplain; k++)
        if (f->seen->plain[k].pc == f->pc || f->seen->plain[k].shift == f->pc)
            p = &f->seen->plain[k];
    if (!p || (p->shift != NO_SHIFT && p->pc == f->pc))
        return false;
    if (p->shift == f->pc) {
        shift(f, i, f->f->code[p->pc].op == OP_arsh64i);
        return true;
    }
    if (isa_info[op].shape == SHAPE_BIN)
        y = reg_get(f, i->c, TYPE_I64);
    else if (isa_info[op].shape == SHAPE_BINI)
        y = k64(f->lm, (u64)(s64)(i->op == OP_lsh32i ? i->imm & 31 : i->imm));
    reg_set(f, i->a, TYPE_I64, int_op(f, op, reg_get(f, i->b, TYPE_I64), y));
    return true;
}
