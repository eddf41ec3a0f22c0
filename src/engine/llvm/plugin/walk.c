/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* walk.c - the walk over the instructions of a block, in the kind of it that is being made (fuel.c); copies.c says
 * which.
 *
 * A block of the bytecode that jumps lead to is two here, where fuel is counted: one charges, the next is what blocks
 * run into that have paid for it already (ir/cfg.h). */
#include "engine/llvm/plugin/walk.h"

bool runs_on(const struct lfunc *f, u32 b) {
    const struct block *k = &f->g.blk[b];
    u32 pc = k->end - 1;
    if (f->f->code[pc].op == OP_pad)
        pc--;
    return k->succ[0] != NBLOCK && !isa_ends_block(f->f->code[pc].op);
}

void use_ways(struct lfunc *f, struct ways w) {
    f->blk = w.blk;
    f->past = w.past;
}

/* A way to `to`, where each block pays by itself, for those who have saved up costs or have paid ahead. */
LLVMBasicBlockRef settled(struct lfunc *f, LLVMBasicBlockRef to, s64 owe) {
    LLVMBasicBlockRef here = LLVMGetInsertBlock(f->b), b = block_new(f, "");
    block_on(f, b);
    fuel_settle(f, owe);
    branch(f, to);
    block_on(f, here);
    return b;
}

static LLVMBasicBlockRef slow_from(struct lfunc *f, u32 pc) {
    if (!f->resume[pc])
        f->resume[pc] = block_new(f, "elsewhere");
    return f->saves || (f->fuel && pays_ahead(f) && f->looks) ? settled(f, f->resume[pc], owed(f)) : f->resume[pc];
}

LLVMBasicBlockRef slow_way(struct lfunc *f) {
    return f->making == KIND_FAST ? slow_from(f, f->pc) : NULL;
}

LLVMValueRef is_below(struct lfunc *f, s64 owe, u64 cost) {
    return LLVMBuildICmp(f->b, LLVMIntSLT, fuel_left(f, owe), k64(f->lm, cost), "");
}

/* To `slow` where there is less fuel than that, and no more is given. */
void leave_below(struct lfunc *f, u64 cost, LLVMBasicBlockRef slow) {
    LLVMBasicBlockRef ask = block_new(f, "ask"), on;
    branch_rare(f, is_below(f, 0, cost), ask);
    on = LLVMGetInsertBlock(f->b);
    block_on(f, ask);
    fuel_more(f, k64(f->lm, cost));
    LLVMBuildCondBr(f->b, is_below(f, 0, cost), slow, on);
    block_on(f, on);
}

/* Behind the last call of a fast block it is seen whether there is fuel for the ways from there. */
static void stay_fast(struct lfunc *f, const struct ways *fast) {
    branch_rare(f, is_below(f, owed(f), f->after[f->block]), slow_from(f, f->next));
    use_ways(f, *fast);
    f->fast = true;
}

/* The instructions of block b, from where the builder stands. fast: of a fast block, the ways that it would go on. */
static int walk_block(struct lfunc *f, u32 b, const struct ways *fast, row_fn *row) {
    const struct block *k = &f->g.blk[b];
    f->block = b;
    for (f->pc = k->start; f->pc < k->end; f->pc = f->next) {
        const struct insn *i = &f->f->code[f->pc];
        f->next = f->pc + (u32)isa_len(i);
        if (i->op == OP_pad)
            continue;
        debug_at(f);
        if (f->making == KIND_SLOW && f->resume[f->pc]) {
            branch(f, f->resume[f->pc]);
            block_on(f, f->resume[f->pc]);
        }
        if (row(f, i))
            return f->e->code;
        if (fast && calls_here(f) && f->next < k->end && !calls_behind(f))
            stay_fast(f, fast);
    }
    if (!LLVMGetBasicBlockTerminator(LLVMGetInsertBlock(f->b))) {
        u32 next = k->succ[0];
        bool runs = runs_on(f, b);
        if (runs && fast && !f->fast && pays_ahead(f))
            fuel_settle(f, owed(f));
        else if (runs && pays_ahead(f))
            pay_to_run_on(f, next);
        if (next == NBLOCK)
            LLVMBuildUnreachable(f->b);
        else
            branch(f, runs ? f->past[next] : way_to(f, next));
    }
    return 0;
}

/* What entering block b by `enter` costs; on behind it. */
static void pay(struct lfunc *f, u32 b, LLVMBasicBlockRef enter, LLVMBasicBlockRef past, bool look) {
    f->block = b;
    f->pc = f->g.blk[b].start;
    block_on(f, enter);
    debug_at(f);
    if (pays_ahead(f))
        ; /* who came has paid */
    else if (look)
        fuel_charge(f, f->g.blk[b].charge);
    else if (f->fuel)
        fuel_spend(f, f->g.blk[b].charge);
    branch(f, past);
    block_on(f, past);
}

int plain_block(struct lfunc *f, u32 b, bool look, row_fn *row) {
    pay(f, b, f->blk[b], f->past[b], look);
    return walk_block(f, b, NULL, row);
}

int lfunc_walk_some(struct lfunc *f, const u32 *b, u32 n, row_fn *row) {
    branch(f, f->blk[b[0]]);
    for (u32 k = 0; k < n; k++)
        if (plain_block(f, b[k], false, row))
            return f->e->code;
    return 0;
}

/* Gives back what block b costs, for those who have paid it, and goes to where it is paid. */
LLVMBasicBlockRef refund(struct lfunc *f, u32 b, LLVMBasicBlockRef at, LLVMBasicBlockRef to) {
    block_on(f, at);
    f->pc = f->g.blk[b].start;
    debug_at(f);
    if (f->fuel && !pays_ahead(f))
        fuel_add(f, f->g.blk[b].charge);
    branch(f, to);
    return at;
}

/* --- blocks of two kinds (fuel.c) --- */

/* Fuel suffices for so many rounds of a counted loop. */
void count_rounds(struct lfunc *f, u32 h) {
    LLVMValueRef left = fuel_left(f, paid_at(f, h));
    LLVMBuildStore(f->b, LLVMBuildUDiv(f->b, left, k64(f->lm, round_cost(f, h)), ""), f->loop[h]->rounds);
}

/* Does its fast kind ask for more? Where it calls, slow blocks come back to it. */
bool asks(const struct lfunc *f, u32 h) {
    return f->refills && !(f->kind[h] & FUEL_LEAVES);
}

/* To `slow` where fuel is short for a round. */
static void look(struct lfunc *f, u32 h, LLVMBasicBlockRef slow) {
    const struct fuel_loop *l = f->loop[h];
    LLVMValueRef left;
    if (asks(f, h) && !l) {
        leave_below(f, round_cost(f, h), slow);
    } else if (!l || !l->counted) {
        branch_rare(f, is_below(f, paid_at(f, h), round_cost(f, h)), slow);
    } else {
        left = LLVMBuildLoad2(f->b, f->lm->i64, l->rounds, "");
        LLVMBuildStore(f->b, LLVMBuildSub(f->b, left, k64(f->lm, 1), ""), l->rounds);
        branch_rare(f, LLVMBuildICmp(f->b, LLVMIntEQ, left, k64(f->lm, 0), ""), slow);
    }
}

/* Where head b's round begins the slow way, for fast blocks. */
LLVMBasicBlockRef slow_round(struct lfunc *f, const struct kinds *k, u32 b) {
    LLVMBasicBlockRef slow = f->loop[b] && f->loop[b]->again ? f->loop[b]->again : k->short_[b];
    return pays_ahead(f) && f->looks ? settled(f, slow, paid_at(f, b)) : slow;
}

int fast_block(struct lfunc *f, const struct kinds *k, u32 b, LLVMBasicBlockRef enter, row_fn *row) {
    struct ways fast = {f->blk, f->past};
    int bad, was = f->making;
    f->making = KIND_FAST;
    if (f->kind[b] & FUEL_HEAD && f->looks && !f->seen && !f->paid_up) {
        block_on(f, enter);
        f->pc = f->g.blk[b].start;
        look(f, b, slow_round(f, k, b));
        enter = LLVMGetInsertBlock(f->b);
    }
    pay(f, b, enter, f->kind[b] & FUEL_HEAD ? block_new(f, "") : f->past[b], false);
    f->fast = !(f->kind[b] & FUEL_CALLS);
    if (!f->fast) /* what comes behind the call */
        use_ways(f, k->slow);
    bad = walk_block(f, b, &fast, row);
    f->making = was;
    f->fast = false;
    use_ways(f, fast);
    return bad;
}

int slow_block(struct lfunc *f, const struct kinds *k, u32 b, row_fn *row) {
    bool head = f->kind[b] & FUEL_HEAD;
    int bad;
    pay(f, b, head ? k->short_[b] : f->blk[b], head ? block_new(f, "") : f->past[b], true);
    f->making = KIND_SLOW;
    bad = walk_block(f, b, NULL, row);
    f->making = KIND_ONE;
    return bad;
}
