/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* prepay.c - how code that need not look at its fuel counts it: functions that are bounded, and fast blocks (fuel.c).
 *
 * in: graph, loops (fuel.c)      out: f->owe
 *
 * Each block has a likely next one, which stays in its loop. When a block is entered all is paid that this way costs to
 * its end, where the loop begins anew or the function ends; another way from a block pays what it costs beyond, or gets
 * it back. So a round costs one subtraction, whatever blocks it runs through, and one more only where ways in it do not
 * cost the same, and a switch takes what its ways cost out of a table. Behind each block stands what was paid
 * too early (owe), which is given back where fuel is seen. What the next round costs is paid in front of the branch
 * that ends one, and the way out gives it back.
 *
 * What rounds cost stands in f->fuel, what ways in them cost in f->cost: where a loop is unrolled the one becomes
 * constants. */
#include "engine/llvm/plugin/ebpf.h"

static bool is_ahead(const struct lfunc *f, u32 b, u32 s) {
    return f->order[s] > f->order[b];
}

static bool stays(const struct lfunc *f, u32 b, u32 s) {
    u32 loop = f->inner[b], h = f->inner[s];
    while (h != loop && h != NBLOCK)
        h = f->outer[h];
    return h == loop;
}

bool pays_ahead(const struct lfunc *f) {
    return f->owe && (!f->looks || f->making == KIND_FAST);
}

s64 owed(const struct lfunc *f) {
    return pays_ahead(f) ? f->owe[f->block] : 0;
}

/* What is paid when b goes on in s: by a jump, or by running into it. */
static s64 way_cost(const struct lfunc *f, u32 b, u32 s, bool jumps) {
    return (jumps ? (s64)f->g.blk[s].charge : 0) + f->owe[s] - f->owe[b];
}

static s64 switch_cost(const struct lfunc *f, u32 b, const struct way *w) {
    return (s64)w->charge + way_cost(f, b, f->g.of[w->target], true);
}

/* A switch goes no way in particular: the cheapest, so that others pay. */
static void owe_switch(struct lfunc *f, u32 b, const struct recovered *r) {
    s64 least = INT64_MAX;
    for (u32 k = 0; k < r->nway; k++) {
        s64 cost = is_ahead(f, b, f->g.of[r->way[k].target]) ? switch_cost(f, b, &r->way[k]) : INT64_MAX;
        least = cost < least ? cost : least;
    }
    f->owe[b] = least == INT64_MAX ? 0 : least;
}

/* Block s leads to t alone, and stores: so it stays a block, and what it costs beyond the way around it is best paid in
 * it. Where it does not, the choice between costs is one that LLVM makes a number of. */
static bool is_aside(const struct lfunc *f, u32 s, u32 t) {
    const struct block *k = &f->g.blk[s];
    bool stores = false;
    for (u32 j = 0; j < block_nsucc(k); j++)
        if (block_succ(k, j) != NBLOCK && block_succ(k, j) != t)
            return false;
    for (u32 pc = k->start; pc < k->end; pc++)
        stores |= isa_info[f->f->code[pc].op].shape == SHAPE_ST || isa_info[f->f->code[pc].op].shape == SHAPE_STI;
    return stores;
}

static void owe(struct lfunc *f, u32 b) {
    u32 next = NBLOCK, aside = NBLOCK;
    if (f->ebpf->switches.at && f->ebpf->switches.at[b]) {
        owe_switch(f, b, &f->ebpf->switches.of[f->ebpf->switches.at[b] - 1]);
        return;
    }
    for (u32 k = 0; k < block_nsucc(&f->g.blk[b]); k++) {
        u32 s = block_succ(&f->g.blk[b], k);
        if (s == NBLOCK || !is_ahead(f, b, s) || !stays(f, b, s))
            continue;
        aside = next != NBLOCK && is_ahead(f, s, next) ? next : s;
        next = next == NBLOCK || is_ahead(f, s, next) ? s : next;
    }
    if (next != NBLOCK && aside != next && is_aside(f, next, aside))
        next = aside;
    if (next != NBLOCK)
        f->owe[b] = way_cost(f, b, next, !(runs_on(f, b) && f->g.blk[b].succ[0] == next));
}

int prepay(struct lfunc *f) {
    if (!(f->owe = arena_calloc(f->a, f->g.nblk, sizeof *f->owe)))
        return out_of_memory(f);
    for (u32 k = f->inner ? f->g.nrpo : 0; k-- > 0;)
        owe(f, f->g.rpo[k]);
    return 0;
}

/* A loop that looks at its fuel at each round, and is not a small one, has one number for it: there is nothing to
 * count. */
static bool is_one_number(const struct lfunc *f, u32 b) {
    return f->looks && !f->loop[b];
}

static void pay_in_round(struct lfunc *f, LLVMValueRef n) {
    if (is_one_number(f, f->block))
        LLVMBuildStore(f->b, LLVMBuildNSWSub(f->b, LLVMBuildLoad2(f->b, f->lm->i64, f->fuel, ""), n, "fuel"), f->fuel);
    else
        fuel_save_value(f, n);
}

static void pay(struct lfunc *f, u32 b, u32 s, s64 cost) {
    bool round = !is_one_number(f, b) && f->inner && f->inner[b] != NBLOCK && is_ahead(f, b, s) && stays(f, b, s);
    if (cost && round)
        fuel_save(f, cost);
    else if (cost)
        fuel_add(f, -cost);
}

s64 paid_at(const struct lfunc *f, u32 b) {
    return pays_ahead(f) ? f->g.blk[b].charge + f->owe[b] : 0;
}

void pay_ahead(struct lfunc *f, u32 b) {
    fuel_add(f, -(f->g.blk[b].charge + f->owe[b]));
}

void pay_to_run_on(struct lfunc *f, u32 s) {
    pay(f, f->block, s, way_cost(f, f->block, s, false));
}

void pay_for_round(struct lfunc *f, u32 s, u32 other) {
    u32 b = f->block, h = f->inner ? f->inner[b] : NBLOCK;
    if (!pays_ahead(f) || (f->looks && !f->seen) || h == NBLOCK || (s != h && other != h) || stays(f, b, s == h ? other : s))
        return;
    f->paid = way_cost(f, b, h, true);
    if (f->paid)
        fuel_add(f, -f->paid);
}

LLVMBasicBlockRef way_to(struct lfunc *f, u32 s) {
    s64 cost = pays_ahead(f) ? way_cost(f, f->block, s, true) - f->paid : 0;
    LLVMBasicBlockRef here = LLVMGetInsertBlock(f->b), way;
    if (!cost)
        return f->blk[s];
    way = block_new(f, "pays");
    block_on(f, way);
    pay(f, f->block, s, cost);
    branch(f, f->blk[s]);
    block_on(f, here);
    return way;
}

void pay_for_switch(struct lfunc *f, const struct recovered *r, LLVMValueRef index, u64 lo, u64 hi) {
    struct lmodule *lm = f->lm;
    u32 n = (u32)(hi - lo) + 1, b = f->block;
    LLVMValueRef *cost = arena_new(f->a, LLVMValueRef, n), table, v;
    bool same = true;
    if (!cost) {
        out_of_memory(f);
        return;
    }
    for (u32 k = 0, at = 0; k < n; k++) {
        while (r->way[at].hi < lo + k)
            at++;
        cost[k] = k64(lm, (u64)switch_cost(f, b, &r->way[at]));
        same &= cost[k] == cost[0];
    }
    if (same) {
        pay_in_round(f, cost[0]);
        return;
    }
    table = constant_new(lm, "costs", LLVMConstArray2(lm->i64, cost, n));
    v = LLVMBuildLoad2(f->b, lm->i64, LLVMBuildInBoundsGEP2(f->b, lm->i64, table, &index, 1, ""), "");
    pay_in_round(f, v);
}
