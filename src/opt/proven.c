/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* proven.c - a function's code with what is proven of it put in.
 *
 * in:  a function, its facts      out: other instructions in the places of some of its own
 *
 * Jumps that go one way become plain ones (what only the other way led to is then reached by nothing); results that are
 * always the same number become that number; operations that change nothing become copies; what is not negative is
 * divided, shifted and compared without a sign, and what fits in 32 bits divided as such. A jump stays a jump, and
 * nothing but pads is a pad: blocks begin, end and charge as before. */
#include "opt/proven.h"
#include <string.h>

/* The same without a sign. */
static u16 unsigned_form(u16 op) {
    switch (op) {
#define SAME_AS(s, u)                                                                                                  \
    case OP_##s: return OP_##u;                                                                                        \
    case OP_##s##i: return OP_##u##i
        SAME_AS(sdiv64, div64);
        SAME_AS(smod64, mod64);
        SAME_AS(sdiv32, div32);
        SAME_AS(smod32, mod32);
        SAME_AS(arsh64, rsh64);
        SAME_AS(arsh32, rsh32);
#undef SAME_AS
    case OP_movsx32_64: return OP_mov32;
    default: return op;
    }
}

/* Of numbers that fit in 32 bits. */
static u16 low_form(const struct insn *i) {
    switch (i->op) {
    case OP_div64: return OP_div32;
    case OP_mod64: return OP_mod32;
    case OP_div64i: return i->imm >= 0 ? OP_div32i : OP_div64i;
    case OP_mod64i: return i->imm >= 0 ? OP_mod32i : OP_mod64i;
    default: return i->op;
    }
}

static bool is_number(u64 v, struct insn *out) {
    out->imm = (s32)v;
    out->op = v == (u64)(s64)(s32)v ? OP_mov64i : OP_mov32i;
    return out->op == OP_mov64i || v <= UINT32_MAX;
}

static bool has(const struct fact *f, u16 bit) {
    return (f->bits & (FACT_SEEN | bit)) == (FACT_SEEN | bit);
}

/* One instruction by itself. */
static struct insn simpler(const struct insn *i, const struct fact *f, const struct fact_range *r) {
    struct insn out = *i, n = {.a = i->a};
    u8 shape = isa_info[i->op].shape;
    bool computes = shape == SHAPE_BIN || shape == SHAPE_BINI || shape == SHAPE_UN;
    if (shape == SHAPE_JCC || shape == SHAPE_JCCI) {
        return has(f, FACT_TAKEN) ? (struct insn){.op = OP_ja, .off = i->off} : out;
    }
    if ((computes || (shape == SHAPE_LD && has(f, FACT_SAFE))) && r && r->min == r->max && is_number(r->min, &n))
        return n;
    if (!computes)
        return out;
    if (has(f, FACT_SAME)) /* into another register in the width it had: engines know by that what fits in 32 bits */
        return (struct insn){
            .op = i->a == i->b || isa_info[i->op].type[0] == 'L' ? OP_mov64 : OP_mov32, .a = i->a, .b = i->b};
    if (has(f, FACT_UNSIGNED))
        out.op = unsigned_form(out.op);
    if (has(f, FACT_LOW))
        out.op = low_form(&out);
    return out;
}

static bool is_shift(const struct insn *i, u16 op) {
    return i->op == op && i->imm == 32;
}

/* Places that some jump leads to. */
static bool *targets(const struct func *f, struct arena *a) {
    bool *to = arena_calloc(a, f->nslot + 1, sizeof *to);
    for (u32 pc = 0; to && pc < f->nslot; pc++) {
        const struct insn *i = &f->code[pc];
        u8 shape = isa_info[i->op].shape;
        if (shape == SHAPE_JCC || shape == SHAPE_JCCI || i->op == OP_ja || i->op == OP_may_goto)
            to[i->off] = true;
        if (f->jump_ok && f->jump_ok[pc / 64] >> pc % 64 & 1)
            to[pc] = true;
    }
    return to;
}

/* Up by 32 bits and down again, of what fits in 32 bits (and, where the sign comes down, is not negative). */
static bool changes_nothing(const struct func *f, const struct func_facts *facts, u32 pc,
                            const struct fact_range *down) {
    const struct insn *i = &f->code[pc], *next = &f->code[pc + 1];
    if (!is_shift(i, OP_lsh64i) || i->a != i->b || !has(&facts->of[pc], FACT_LOW) || next->a != i->a || next->b != i->a)
        return false;
    return is_shift(next, OP_rsh64i) || (is_shift(next, OP_arsh64i) && down && down->max <= INT32_MAX);
}

struct rewrite {
    const struct func *f;
    const struct func_facts *facts;
    struct arena *a, tmp;
    struct insn *code; /* NULL: nothing has changed yet */
    bool *target;
};

/* False: out of memory. What is changed by then is right. */
static bool put(struct rewrite *w, u32 pc, const struct insn *n) {
    if (!w->code) {
        if (!(w->code = arena_new(w->a, struct insn, w->f->nslot + 1)))
            return false;
        memcpy(w->code, w->f->code, w->f->nslot * sizeof *w->code);
    }
    w->code[pc] = *n;
    return true;
}

/* Nothing comes between the two. */
static bool together(struct rewrite *w, u32 pc) {
    return (w->target || (w->target = targets(w->f, &w->tmp))) && !w->target[pc + 1];
}

const struct insn *proven_code(const struct func *f, const struct func_facts *facts, struct arena *a, u32 *folded) {
    struct rewrite w = {.f = f, .facts = facts, .a = a};
    u32 r = 0;
    *folded = 0;
    for (u32 pc = 0; facts->of && pc < f->nslot; pc++) {
        const struct insn *i = &f->code[pc];
        const struct fact_range *here, *next;
        struct insn n;
        while (r < facts->nrange && facts->range[r].pc < pc)
            r++;
        here = r < facts->nrange && facts->range[r].pc == pc ? &facts->range[r] : NULL;
        next = r + (here != NULL) < facts->nrange ? &facts->range[r + (here != NULL)] : NULL;
        if (next && next->pc != pc + 1)
            next = NULL;
        n = simpler(i, &facts->of[pc], here);
        if (has(&facts->of[pc], FACT_NOT_TAKEN))
            n = (struct insn){.op = OP_ja, .off = (s32)(pc + (u32)isa_len(i))};
        if (n.op == OP_lsh64i && pc + 1 < f->nslot && changes_nothing(f, facts, pc, next) && together(&w, pc)) {
            n = (struct insn){.op = OP_mov64, .a = i->a, .b = i->a};
            if (!put(&w, pc, &n) || !put(&w, pc + 1, &n))
                break;
            pc++;
            continue;
        }
        if (!memcmp(&n, i, sizeof n))
            continue;
        if (!put(&w, pc, &n))
            break;
        *folded += isa_info[i->op].size && !isa_info[n.op].size;
    }
    arena_drop(&w.tmp);
    return w.code ? w.code : f->code;
}
