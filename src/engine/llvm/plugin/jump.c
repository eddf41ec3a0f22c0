/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* jump.c - ways from block to block, and switches that were recovered from compares (opt/switch.h). */
#include "engine/llvm/plugin/lower.h"

static LLVMBasicBlockRef block_at(struct lfunc *f, s32 pc) {
    return way_to(f, f->g.of[pc]);
}

LLVMBasicBlockRef block_below(struct lfunc *f) {
    return way_to(f, f->g.blk[f->block].succ[0]);
}

static void conditional(struct lfunc *f, const struct insn *i) {
    const struct isa_row *row = &isa_info[i->op];
    char t = row->type[1];
    LLVMValueRef x = reg_get(f, i->b, t), y;
    if (row->shape == SHAPE_JCC)
        y = reg_get(f, i->c, t);
    else
        y = t == TYPE_I32 ? k32(f->lm, (u32)i->imm) : k64(f->lm, (u64)(s64)i->imm);
    x = int_test(f, i->op, x, y);
    pay_for_round(f, f->g.of[i->off], f->g.blk[f->block].succ[0]);
    LLVMBuildCondBr(f->b, x, block_at(f, i->off), block_below(f));
    f->paid = 0;
}

/* goto entry min(b, imm), each a ja. Of large tables entries that go to one place are one: else LLVM takes its time. */
static void table(struct lfunc *f, const struct insn *i) {
    enum { LARGE = 256 };
    u32 n = (u32)i->imm, first = f->g.blk[f->block].succ[0];
    LLVMValueRef s = LLVMBuildSwitch(f->b, reg_get(f, i->b, TYPE_I32), way_to(f, first + n), n);
    u32 *by_target = n > LARGE ? arena_new(f->a, u32, f->g.nblk) : NULL; /* an entry, + 1 */
    for (u32 k = 0; k < n; k++) {
        u32 *to = by_target ? &by_target[f->g.blk[first + k].succ[1]] : NULL;
        if (to && !*to)
            *to = k + 1;
        LLVMAddCase(s, k32(f->lm, k), way_to(f, first + (to ? *to - 1 : k)));
    }
}

bool lower_jump(struct lfunc *f, const struct insn *i) {
    switch ((enum shape)isa_info[i->op].shape) {
    case SHAPE_JCC:
    case SHAPE_JCCI: conditional(f, i); return true;
    default: break;
    }
    switch (i->op) {
    case OP_ja: branch(f, block_at(f, i->off)); return true;
    case OP_brtab: table(f, i); return true;
    case OP_trap: trap_now(f, (u32)i->imm); return true;
    case OP_pad: return true;
    default: return false;
    }
}

/* --- switches --- */

enum { MOST_CASES = 1024 };

static void put_constants(struct lfunc *f, const struct way *w) {
    for (u32 k = 0; k < w->nset; k++) {
        const struct insn *i = &f->f->code[w->set[k]];
        u64 v = i->op == OP_mov64i ? (u64)(s64)i->imm : i->op == OP_mov32i ? (u32)i->imm : insn_imm64(i);
        reg_set(f, i->a, TYPE_I64, k64(f->lm, v));
    }
}

static void take_way(struct lfunc *f, const struct way *w, LLVMBasicBlockRef compares) {
    u32 to = f->g.of[w->target];
    bool paid = !f->looks || pays_ahead(f), rich = f->fast && f->kind[to] & FUEL_FAST; /* there is fuel for it */
    if (!paid && rich) {
        fuel_spend(f, w->charge);
    } else if (!paid) {
        LLVMValueRef v = LLVMBuildLoad2(f->b, f->lm->i64, f->fuel, ""), left;
        LLVMBasicBlockRef on = block_new(f, ""), here = LLVMGetInsertBlock(f->b);
        left = LLVMBuildNSWSub(f->b, v, k64(f->lm, w->charge + f->g.blk[to].charge), "");
        branch_rare(f, LLVMBuildICmp(f->b, LLVMIntSLT, left, k64(f->lm, 0), ""), compares);
        LLVMBuildStore(f->b, left, f->fuel);
        branch(f, on);
        LLVMMoveBasicBlockAfter(on, here);
        block_on(f, on);
    }
    put_constants(f, w);
    branch(f, paid || rich ? f->blk[to] : f->past[to]);
}

static LLVMBasicBlockRef nowhere(struct lfunc *f) {
    LLVMBasicBlockRef here = LLVMGetInsertBlock(f->b), b = block_new(f, "");
    block_on(f, b);
    LLVMBuildUnreachable(f->b);
    block_on(f, here);
    return b;
}

/* What is switched over, from lo to hi; else the builder goes on in compares. All ways are paid at once. */
static LLVMValueRef switched(struct lfunc *f, const struct recovered *r, u64 lo, u64 hi, LLVMBasicBlockRef compares) {
    LLVMTypeRef t = r->wide ? f->lm->i64 : f->lm->i32;
    LLVMValueRef v = reg_get(f, r->reg, r->wide ? TYPE_I64 : TYPE_I32), index, far;
    if (!pays_ahead(f))
        return v;
    index = LLVMBuildSub(f->b, v, LLVMConstInt(t, lo, false), "");
    far = LLVMBuildICmp(f->b, LLVMIntUGT, index, LLVMConstInt(t, hi - lo, false), "");
    branch_rare(f, far, compares);
    pay_for_switch(f, r, LLVMBuildIntCast2(f->b, index, f->lm->i64, false, ""), lo, hi);
    return v;
}

void lower_switch(struct lfunc *f, const struct recovered *r) {
    LLVMTypeRef t = r->wide ? f->lm->i64 : f->lm->i32;
    LLVMBasicBlockRef compares = block_new(f, "compares"), here = LLVMGetInsertBlock(f->b), other = compares;
    LLVMValueRef s;
    u64 lo, hi;
    if (!switch_table(r, MOST_CASES, &lo, &hi) || hi - lo >= MOST_CASES) {
        LLVMDeleteBasicBlock(compares);
        return;
    }
    s = switched(f, r, lo, hi, compares);
    if (pays_ahead(f))
        other = nowhere(f);
    s = LLVMBuildSwitch(f->b, s, other, (u32)(hi - lo) + 1);
    for (u32 k = 0; k < r->nway; k++) {
        const struct way *w = &r->way[k];
        LLVMBasicBlockRef way;
        if (w->hi < lo || w->lo > hi)
            continue;
        way = block_new(f, "way");
        for (u64 v = w->lo < lo ? lo : w->lo; v <= w->hi && v <= hi; v++)
            LLVMAddCase(s, LLVMConstInt(t, v, false), way);
        block_on(f, way);
        take_way(f, w, compares);
    }
    LLVMMoveBasicBlockAfter(compares, here);
    block_on(f, compares);
}
