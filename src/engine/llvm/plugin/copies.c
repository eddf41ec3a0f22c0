/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* copies.c - which copies of its blocks a function is made of.
 *
 * in: kinds of blocks and loops (fuel.c), ends of loops (ends.c), what is seen in front of them (rounds.c)
 * out: the function
 *
 * Each block once, or as a fast and a slow one; of a small loop fast blocks for who comes with one number of fuel, and
 * for who comes back from slow ones; of a loop, or of a nest, whose rounds are paid for or looked at in front, once
 * more for that; and all of a small function for runs that begin there. */
#include "engine/llvm/plugin/walk.h"

/* Blocks that lead to head h come to `to`; what they led to before is in old[]. */
static void lead_to(struct lfunc *f, u32 h, LLVMBasicBlockRef to, LLVMBasicBlockRef old[2]) {
    old[0] = f->blk[h];
    old[1] = f->past[h];
    f->past[h] = refund(f, h, block_new(f, ""), to);
    f->blk[h] = to;
}
static void lead_back(struct lfunc *f, u32 h, LLVMBasicBlockRef old[2]) {
    f->blk[h] = old[0];
    f->past[h] = old[1];
}

/* A way that is another one for a while. */
struct detour {
    u32 b;
    LLVMBasicBlockRef blk, past;
};

/* Ways out of a round, and to the next one, settle its costs first. Notes what they were in d; how many. */
static u32 settle_ways(struct lfunc *f, const struct fuel_loop *l, struct detour *d) {
    u32 n = 0, at;
    for (u32 j = 0; f->saves && j < l->n; j++) {
        const struct block *b = &f->g.blk[l->body[j]];
        for (u32 k = 0; k < block_nsucc(b); k++) {
            u32 s = block_succ(b, k);
            for (at = 0; at < n && d[at].b != s; at++)
                ;
            if (s == NBLOCK || at < n || (f->loop[s] == l && s != l->body[0]))
                continue;
            d[n++] = (struct detour){s, f->blk[s], f->past[s]};
            f->blk[s] = settled(f, f->blk[s], 0);
            f->past[s] = settled(f, f->past[s], 0);
        }
    }
    return n;
}

/* A copy of a small loop's fast blocks, which begins at head; ways: of what is around it; seen: its rounds were. */
static int small_copy(struct lfunc *f, const struct kinds *k, struct ways ways, const struct fuel_loop *l,
                      const struct linear_loop *seen, LLVMBasicBlockRef head, row_fn *row) {
    LLVMBasicBlockRef old[2];
    struct detour *d;
    u32 n = 0;
    int bad = 0, was = f->making;
    for (u32 j = 0; j < l->n; j++)
        n += block_nsucc(&f->g.blk[l->body[j]]);
    if (!(d = arena_new(f->a, struct detour, n)))
        return out_of_memory(f);
    for (u32 j = 1; j < l->n; j++) {
        ways.blk[l->body[j]] = block_new(f, "");
        ways.past[l->body[j]] = block_new(f, "");
    }
    use_ways(f, ways);
    f->making = KIND_FAST;
    lead_to(f, l->body[0], head, old);
    for (u32 j = 1; j < l->n; j++) /* of a nest */
        if (f->kind[l->body[j]] & FUEL_HEAD)
            refund(f, l->body[j], f->past[l->body[j]], f->blk[l->body[j]]);
    f->saves = l->counted && !f->owe;
    f->seen = seen;
    n = settle_ways(f, l, d);
    for (u32 j = 0; !bad && j < l->n; j++)
        bad = fast_block(f, k, l->body[j], j ? f->blk[l->body[j]] : head, row);
    f->saves = false;
    f->seen = NULL;
    while (n-- > 0) {
        f->blk[d[n].b] = d[n].blk;
        f->past[d[n].b] = d[n].past;
    }
    lead_back(f, l->body[0], old);
    f->making = was;
    return bad;
}

/* From where the builder stands into a copy of the loop, which begins with one number of fuel. */
static void into_loop(struct lfunc *f, const struct kinds *k, const struct fuel_loop *l, const struct linear_loop *seen,
                      LLVMBasicBlockRef head) {
    if (f->looks)
        fuel_settle(f, 0);
    if (seen)
        branch_rare(f, see_rounds(f, l), slow_round(f, k, l->body[0]));
    else if (l->counted)
        count_rounds(f, l->body[0]);
    branch(f, head);
}

static void slow_loop(struct lfunc *f, const struct kinds *k, const struct fuel_loop *l, row_fn *row, int *bad) {
    for (u32 j = 0; !*bad && j < l->n; j++)
        *bad = slow_block(f, k, l->body[j], row);
}

static int small_loop(struct lfunc *f, const struct kinds *k, struct fuel_loop *l, row_fn *row) {
    const struct linear_loop *first =
        f->whole ? NULL : l->linear; /* whoever comes back from slow blocks has another copy */
    u32 h = l->body[0];
    LLVMBasicBlockRef head = block_new(f, "head"), again = head, back = head, old[2];
    int bad = 0;
    block_on(f, k->fast.blk[h]);
    f->making = KIND_FAST;
    into_loop(f, k, l, first, head);
    f->making = KIND_ONE;
    if (!f->whole)
        again = back = block_new(f, "head");
    if (l->counted || (f->owe && f->looks)) {
        block_on(f, back = block_new(f, "back"));
        if (f->owe && f->looks)
            pay_ahead(f, h);
        f->making = KIND_FAST;
        into_loop(f, k, l, NULL, again);
        f->making = KIND_ONE;
    }
    if (small_copy(f, k, k->fast, l, first, head, row) ||
        (again != head && small_copy(f, k, k->fast, l, NULL, again, row)))
        return f->e->code;
    use_ways(f, k->slow);
    lead_to(f, h, back, old);
    slow_loop(f, k, l, row, &bad);
    lead_back(f, h, old);
    return bad;
}

/* From where the builder stands to `all` where fuel suffices for all rounds, or as much was asked for; else to `some`.
 */
static void look_for_all(struct lfunc *f, const struct fuel_loop *l, LLVMBasicBlockRef all, LLVMBasicBlockRef some) {
    enum { AT_ONCE = 1 << 20 }; /* how long nobody can stop it: a few tenths of a millisecond */
    LLVMBasicBlockRef few = block_new(f, "few"), ask = block_new(f, "ask");
    LLVMValueRef cost = rounds_cost(f, l);
    LLVMBuildCondBr(f->b, LLVMBuildICmp(f->b, LLVMIntSLE, cost, fuel_left(f, 0), ""), all, few);
    block_on(f, few);
    LLVMBuildCondBr(f->b, LLVMBuildICmp(f->b, LLVMIntSLE, cost, k64(f->lm, AT_ONCE), ""), ask, some);
    block_on(f, ask);
    fuel_more(f, cost);
    LLVMBuildCondBr(f->b, LLVMBuildICmp(f->b, LLVMIntSLE, cost, fuel_left(f, 0), ""), all, some);
}

static int paid_copy(struct lfunc *f, const struct kinds *k, struct ways ways, const struct fuel_loop *l,
                     LLVMBasicBlockRef all, row_fn *row) {
    int bad;
    f->paid_up = true;
    bad = small_copy(f, k, ways, l, NULL, all, row);
    f->paid_up = false;
    return bad;
}

/* A loop that asks for more itself: one copy for when there is fuel for all its rounds, one that comes back to where it
 * is seen for how many. Slow blocks are for what is left at the end of a budget. */
static int asking_loop(struct lfunc *f, const struct kinds *k, struct fuel_loop *l, row_fn *row) {
    u32 h = l->body[0];
    LLVMBasicBlockRef head = block_new(f, "head"), all = l->end.known ? block_new(f, "all") : NULL;
    int bad = 0;
    block_on(f, k->fast.blk[h]);
    f->pc = f->g.blk[h].start;
    f->making = KIND_FAST;
    l->again = block_new(f, "again");
    if (all)
        look_for_all(f, l, all, l->again);
    else
        branch(f, l->again);
    block_on(f, l->again);
    leave_below(f, round_cost(f, h), k->short_[h]);
    into_loop(f, k, l, NULL, head);
    f->making = KIND_ONE;
    if ((all && paid_copy(f, k, k->fast, l, all, row)) || small_copy(f, k, k->fast, l, NULL, head, row))
        return f->e->code;
    use_ways(f, k->slow);
    slow_loop(f, k, l, row, &bad);
    return bad;
}

static bool make_ways(struct lfunc *f, struct ways *w, struct ways from) {
    u32 n = f->g.nblk;
    w->blk = arena_new(f->a, LLVMBasicBlockRef, n);
    w->past = arena_new(f->a, LLVMBasicBlockRef, n);
    for (u32 b = 0; w->blk && w->past && b < n; b++) {
        w->blk[b] = from.blk[b];
        w->past[b] = from.past[b];
    }
    return w->blk && w->past;
}

/* In front of a nest: a copy of all of it for when there is fuel for that. */
static int nest_copy(struct lfunc *f, const struct kinds *k, const struct fuel_loop *l, row_fn *row) {
    LLVMBasicBlockRef all = block_new(f, "all");
    u32 h = l->body[0];
    struct ways ways;
    if (!make_ways(f, &ways, k->fast))
        return out_of_memory(f);
    block_on(f, k->plain.blk[h]);
    f->pc = f->g.blk[h].start;
    f->making = KIND_FAST;
    look_for_all(f, l, all, l->again);
    f->making = KIND_ONE;
    return paid_copy(f, k, ways, l, all, row);
}

/* Blocks of a nest come back to its head behind the look for all. */
static void in_nest(struct kinds *k, const struct fuel_loop *l) {
    k->fast.blk[l->body[0]] = l->again;
    k->fast.past[l->body[0]] = l->past;
}
static void out_of_nest(struct kinds *k, const struct fuel_loop *l) {
    k->fast.blk[l->body[0]] = k->plain.blk[l->body[0]];
    k->fast.past[l->body[0]] = k->plain.past[l->body[0]];
}

/* All of the function, fast, for runs that begin with enough: these leave it for the other kinds, and never come back.
 */
static int whole_copy(struct lfunc *f, const struct kinds *k, row_fn *row) {
    u32 n = f->g.nblk;
    struct ways w = {arena_new(f->a, LLVMBasicBlockRef, n), arena_new(f->a, LLVMBasicBlockRef, n)};
    LLVMBasicBlockRef start = LLVMGetInsertBlock(f->b);
    int bad = 0;
    if (!w.blk || !w.past)
        return out_of_memory(f);
    f->making = KIND_FAST;
    f->begins = true;
    for (u32 b = 0; b < n; b++) {
        if (!f->g.blk[b].reachable || (f->loop[b] && f->loop[b]->body[0] != b))
            continue;
        w.blk[b] = block_new(f, "");
        w.past[b] = block_new(f, "");
        if (f->kind[b] & FUEL_HEAD)
            refund(f, b, w.past[b], w.blk[b]);
    }
    block_on(f, start);
    f->making = KIND_ONE;
    if (f->looks && !(f->kind[0] & FUEL_HEAD))
        branch_rare(f, is_below(f, 0, round_cost(f, 0)), k->slow.blk[0]);
    if (f->looks)
        pay_ahead(f, 0);
    f->making = KIND_FAST;
    branch(f, w.blk[0]);
    for (u32 b = 0; !bad && b < n; b++) {
        const struct fuel_loop *l = f->loop[b];
        LLVMBasicBlockRef head;
        if (!f->g.blk[b].reachable || (l && l->body[0] != b))
            continue;
        if (l) {
            block_on(f, w.blk[b]);
            into_loop(f, k, l, l->linear, head = block_new(f, "head"));
            bad = small_copy(f, k, w, l, l->linear, head, row);
        } else {
            use_ways(f, w);
            bad = fast_block(f, k, b, w.blk[b], row);
        }
    }
    use_ways(f, k->slow);
    f->making = KIND_ONE;
    f->begins = false;
    return bad;
}

static int make_kinds(struct lfunc *f, struct kinds *k) {
    u32 n = f->g.nblk;
    k->plain = (struct ways){f->blk, f->past};
    k->short_ = arena_new(f->a, LLVMBasicBlockRef, n);
    if (!make_ways(f, &k->slow, k->plain) || !make_ways(f, &k->fast, k->plain) || !k->short_)
        return out_of_memory(f);
    for (u32 b = 0; b < n; b++) {
        if (!f->g.blk[b].reachable)
            continue;
        if (f->kind[b] & FUEL_HEAD) { /* all ways lead to its look at the fuel */
            k->short_[b] = block_new(f, "slow");
            refund(f, b, f->past[b], f->blk[b]);
            if (f->owe && f->looks) {
                block_on(f, f->blk[b]);
                pay_ahead(f, b);
                k->fast.blk[b] = k->fast.past[b] = block_new(f, "");
                branch(f, k->fast.blk[b]);
            }
            if (asks(f, b)) { /* but where more was asked for and not given */
                k->slow.blk[b] = k->short_[b];
                k->slow.past[b] = refund(f, b, block_new(f, ""), k->short_[b]);
            }
            if (f->nest[b] && f->nest[b]->body[0] == b) {
                f->nest[b]->again = block_new(f, "again");
                f->nest[b]->past = refund(f, b, block_new(f, ""), f->nest[b]->again);
            }
        } else if (f->kind[b] & FUEL_FAST && !f->loop[b]) {
            k->fast.blk[b] = block_new(f, "");
            k->fast.past[b] = block_new(f, "");
        }
    }
    return 0;
}

/* A block, or the small loop that it begins, in each of its kinds. */
static int block_kinds(struct lfunc *f, const struct kinds *k, u32 b, row_fn *row) {
    if (f->loop[b])
        return f->refills ? asking_loop(f, k, f->loop[b], row) : small_loop(f, k, f->loop[b], row);
    if (!(f->kind[b] & FUEL_FAST)) {
        use_ways(f, k->plain);
        return plain_block(f, b, true, row);
    }
    use_ways(f, k->fast);
    if (fast_block(f, k, b, f->blk[b], row))
        return f->e->code;
    use_ways(f, k->slow);
    return slow_block(f, k, b, row);
}

int lfunc_walk(struct lfunc *f, row_fn *row) {
    LLVMBasicBlockRef start = LLVMGetInsertBlock(f->b);
    struct kinds k;
    if (fuel_loops(f) || (f->fuel && (!f->looks || f->whole) && prepay(f)) || make_kinds(f, &k))
        return f->e->code;
    block_on(f, start);
    if (f->owe && !f->looks)
        pay_ahead(f, f->first);
    for (u32 b = 0; b < f->g.nblk; b++)
        if (f->loop[b] && f->loop[b]->counted && f->loop[b]->body[0] == b)
            f->loop[b]->rounds = alloca_at_entry(f, f->lm->i64, "rounds");
    if (!f->whole)
        branch(f, f->first ? f->past[f->first] : f->blk[0]);
    else if (whole_copy(f, &k, row))
        return f->e->code;
    for (u32 b = 0; b < f->g.nblk; b++) {
        struct fuel_loop *nest = f->nest[b];
        int bad;
        if (!f->g.blk[b].reachable || (f->loop[b] && f->loop[b]->body[0] != b))
            continue;
        if (nest && nest->body[0] == b && nest_copy(f, &k, nest, row))
            return f->e->code;
        if (nest)
            in_nest(&k, nest);
        bad = block_kinds(f, &k, b, row);
        if (nest)
            out_of_nest(&k, nest);
        if (bad)
            return bad;
    }
    return 0;
}
