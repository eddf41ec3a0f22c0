/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ends.c - typed functions' loops whose rounds are paid in front of them: how many these are at most.
 *
 * in: a small loop, or a nest: a loop around small ones (fuel.c)      out: l->end, where one is found; then what fuel
 * all its rounds take (rounds by compare.c)
 *
 * Each way round passes a compare that may leave the loop, of a register with what nothing in the loop changes; and
 * each passes the one addition of a constant that changes that register. There may be other ways out. So one look at
 * fuel does for all rounds, and the loop's own end is the only one that LLVM sees. eBPF's loops are looked through for
 * more than their ends, and look at more than fuel: linear.c, rounds.c. */
#include "engine/llvm/plugin/lower.h"

static bool holds(const struct fuel_loop *l, u32 b) {
    for (u32 k = 0; k < l->n; k++)
        if (l->body[k] == b)
            return true;
    return false;
}

/* Is there no way round but through block x, once? */
static bool on_each_way(const struct lfunc *f, const struct fuel_loop *l, u32 x) {
    bool reached[MOST_LOOP_BLOCKS] = {true};
    if (f->loop[x] && f->loop[x] != l)
        return false;
    for (u32 k = 0; k < l->n; k++) {
        const struct block *b = &f->g.blk[l->body[k]];
        for (u32 j = 0; reached[k] && l->body[k] != x && j < block_nsucc(b); j++) {
            u32 s = block_succ(b, j);
            if (s == l->body[0])
                return false;
            for (u32 at = k + 1; s != NBLOCK && at < l->n; at++)
                reached[at] |= l->body[at] == s;
        }
    }
    return true;
}

static bool writes(const struct insn *i, u32 r) {
    struct regs w = isa_writes(i);
    struct window out = isa_window_out(i);
    bool any = r >= out.first && r < (u32)out.first + out.n;
    for (u32 k = 0; k < w.n; k++)
        any |= w.r[k] == r;
    return any;
}

/* How many instructions of the loop write register r; *pc, in block *at of its body: the last. */
static u32 find_writes(const struct lfunc *f, const struct fuel_loop *l, u32 r, u32 *at, u32 *pc) {
    u32 n = 0;
    for (u32 k = 0; k < l->n; k++)
        for (u32 p = f->g.blk[l->body[k]].start; p < f->g.blk[l->body[k]].end; p++)
            if (f->f->code[p].op != OP_pad && writes(&f->f->code[p], r)) {
                n++;
                *at = k;
                *pc = p;
            }
    return n;
}

static s64 step_of(const struct insn *i, bool wide) {
    if (i->a != i->b)
        return 0;
    if (i->op == (wide ? OP_add64i : OP_add32i))
        return i->imm;
    return i->op == (wide ? OP_sub64i : OP_sub32i) ? -(s64)i->imm : 0;
}

/* Block k of the body ends with i, which compares counter, by which the loop is stayed in while stay holds. */
static bool is_end(const struct lfunc *f, struct fuel_loop *l, u32 k, const struct insn *i, u32 counter,
                   LLVMIntPredicate stay) {
    struct fuel_end *end = &l->end;
    bool imm = isa_info[i->op].shape == SHAPE_JCCI;
    u32 limit = counter == i->b ? i->c : i->b, at = 0, pc = 0;
    s64 step;
    end->wide = isa_info[i->op].type[1] == TYPE_I64;
    if ((!imm && (limit == counter || find_writes(f, l, limit, &at, &pc))) || find_writes(f, l, counter, &at, &pc) != 1)
        return false;
    step = step_of(&f->f->code[pc], end->wide);
    if (!leads_out(stay, step) || !on_each_way(f, l, l->body[at]))
        return false;
    *end =
        (struct fuel_end){.known = true, .wide = end->wide, .moved = at <= k, .imm = imm, .stay = stay, .step = step};
    end->counter = counter;
    end->limit = imm ? (u32)i->imm : limit;
    return true;
}

void find_end(const struct lfunc *f, struct fuel_loop *l) {
    for (u32 k = 0; k < l->n; k++) {
        const struct block *b = &f->g.blk[l->body[k]];
        u32 pc = b->end - 1, to = b->succ[1], next = b->succ[0];
        const struct insn *i;
        LLVMIntPredicate p;
        bool stays;
        if (f->f->code[pc].op == OP_pad && pc > b->start)
            pc--;
        i = &f->f->code[pc];
        if ((isa_info[i->op].shape != SHAPE_JCC && isa_info[i->op].shape != SHAPE_JCCI) || to == NBLOCK ||
            next == NBLOCK || !compares_by(i->op, &p))
            continue;
        stays = holds(l, to);
        if (stays == holds(l, next) || !on_each_way(f, l, l->body[k]))
            continue;
        p = stays ? p : inverse(p);
        if (is_end(f, l, k, i, i->b, p) || (isa_info[i->op].shape == SHAPE_JCC && is_end(f, l, k, i, i->c, swapped(p))))
            return;
    }
}

/* The counter of the inner loop is set to a number in front of it, and its limit changes nowhere in the nest. */
static bool find_start(const struct lfunc *f, const struct fuel_loop *nest, struct fuel_loop *inner) {
    struct fuel_end *end = &inner->end;
    const struct insn *set = NULL;
    u32 at = 0, pc = 0;
    if (!end->known || (!end->imm && find_writes(f, nest, end->limit, &at, &pc)))
        return false;
    for (u32 k = 0; k < nest->n && nest->body[k] != inner->body[0]; k++)
        for (pc = f->g.blk[nest->body[k]].start; pc < f->g.blk[nest->body[k]].end; pc++)
            if (f->f->code[pc].op != OP_pad && writes(&f->f->code[pc], end->counter)) {
                set = &f->f->code[pc];
                at = k;
            }
    if (!set || (set->op != OP_mov32i && (set->op != OP_mov64i || !end->wide)) || !on_each_way(f, nest, nest->body[at]))
        return false;
    end->starts = true;
    end->start = set->imm;
    return find_writes(f, nest, end->counter, &at, &pc) == 2;
}

bool find_starts(const struct lfunc *f, const struct fuel_loop *nest) {
    for (u32 k = 1; k < nest->n; k++)
        if (f->kind[nest->body[k]] & FUEL_HEAD && !find_start(f, nest, f->loop[nest->body[k]]))
            return false;
    return true;
}

u64 round_cost(const struct lfunc *f, u32 h) {
    return f->most[h] + f->g.blk[h].charge;
}

/* Rounds at most; *fits, where that is so: *fits && it is known. */
static LLVMValueRef rounds_of(struct lfunc *f, const struct fuel_end *end, bool inner, LLVMValueRef *fits) {
    enum { MOST_BITS = 20 }; /* what they cost fits into 64 bits, of a nest too */
    LLVMTypeRef t = end->wide ? f->lm->i64 : f->lm->i32;
    char letter = end->wide ? TYPE_I64 : TYPE_I32;
    LLVMValueRef x, y, n, known;
    x = inner ? LLVMConstInt(t, (u64)end->start, true) : reg_get(f, end->counter, letter);
    y = end->imm ? LLVMConstInt(t, (u64)(s64)(s32)end->limit, true) : reg_get(f, end->limit, letter);
    if (end->moved)
        x = LLVMBuildAdd(f->b, x, LLVMConstInt(t, (u64)end->step, true), "");
    n = rounds_while(f, end->stay, end->step, x, y, &known);
    *fits = LLVMBuildAnd(f->b, *fits, known, "");
    known = LLVMBuildICmp(f->b, LLVMIntULT, n, k64(f->lm, 1ull << MOST_BITS), "");
    *fits = LLVMBuildAnd(f->b, *fits, known, "");
    return LLVMBuildAdd(f->b, n, k64(f->lm, 1), "rounds"); /* the last one leaves */
}

LLVMValueRef rounds_cost(struct lfunc *f, const struct fuel_loop *l) {
    LLVMValueRef fits = LLVMConstInt(f->lm->i1, 1, false), n = rounds_of(f, &l->end, false, &fits), m;
    LLVMValueRef cost = k64(f->lm, round_cost(f, l->body[0]));
    for (u32 k = 1; k < l->n; k++)
        if (f->kind[l->body[k]] & FUEL_HEAD) {
            m = rounds_of(f, &f->loop[l->body[k]]->end, true, &fits);
            m = LLVMBuildMul(f->b, m, k64(f->lm, round_cost(f, l->body[k])), "");
            cost = LLVMBuildAdd(f->b, cost, m, "");
        }
    return LLVMBuildSelect(f->b, fits, LLVMBuildMul(f->b, n, cost, ""), k64(f->lm, INT64_MAX), "");
}
