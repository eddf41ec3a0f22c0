/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuel.c - innermost loops whose fuel is looked at once a round.
 *
 * Such a loop is there several times. Before each round a fast one sees whether there is fuel for the longest way through
 * it, and then only subtracts; if not, one round is done by the slow one, where each block looks for itself, and fuel is
 * taken on. No call is left in a fast loop, and where all ways cost the same, fuel is one more number that counts down:
 * LLVM vectorises it. Where they do not, small loops count the rounds that there is fuel for. Small loops have a second fast one, for what comes from the slow one, so that in the first registers
 * begin with what they are known to hold. The fuel at each instruction is what it is in any other engine.
 *
 *      in ---> entry ----> head --(short)--> slow round ---> head again --(short)--> slow round
 *                          |  ^                              |  ^
 *                        fast body ---> out                fast body ---> out */
#include "engine/llvm/plugin/ebpf.h"

enum { SMALL = 64 }; /* instructions */

struct walk {
    struct lfunc *f;
    u32 *first, *pred; /* predecessors of block b: pred[first[b] .. first[b + 1] - 1] */
    u32 *order;        /* place of each block in reverse post order; NBLOCK: not reachable */
    u8 *header;        /* some edge leads back here */
    u32 body[MOST_LOOP_BLOCKS], n;
};

static bool in_body(const struct walk *w, u32 b) {
    for (u32 k = 0; k < w->n; k++)
        if (w->body[k] == b)
            return true;
    return false;
}

/* Whether fuel may become less while it runs, or more. */
static bool leaves_code(const struct lfunc *f, const struct insn *i) {
    u8 shape = isa_info[i->op].shape;
    switch (i->op) {
    case OP_call: return !(f->ebpf && is_in_place(f, (u32)(i - f->f->code)));
    case OP_callf:
    case OP_callk:
    case OP_callx:
    case OP_memgrow: return true;
    case OP_rnull:
    case OP_rfunc:
    case OP_gget:
    case OP_gset:
    case OP_vgget:
    case OP_vgset:
    case OP_tget:
    case OP_tset:
    case OP_tsize:
    case OP_ret: return false;
    default: return shape == SHAPE_OBJ || (shape == SHAPE_MATOM && isa_info[i->op].atom >= MATOM_WAIT);
    }
}

static bool stays(const struct lfunc *f, u32 b) {
    for (u32 pc = f->g.blk[b].start; pc < f->g.blk[b].end; pc++)
        if (leaves_code(f, &f->f->code[pc]))
            return false;
    return true;
}

static int find_preds(struct walk *w) {
    struct lfunc *f = w->f;
    u32 n = f->g.nblk, total = 0;
    for (u32 b = 0; b < n; b++)
        total += f->g.blk[b].reachable ? block_nsucc(&f->g.blk[b]) : 0;
    w->first = arena_new(f->a, u32, n + 2);
    w->pred = arena_new(f->a, u32, total + 1);
    w->order = arena_new(f->a, u32, n);
    w->header = arena_new(f->a, u8, n);
    if (!w->first || !w->pred || !w->order || !w->header)
        return fail(f->e, E_NOMEM, NOWHERE, "out of memory to compile");
    for (u32 b = 0; b < n; b++)
        w->order[b] = NBLOCK;
    for (u32 k = 0; k < f->g.nrpo; k++)
        w->order[f->g.rpo[k]] = k;
    for (u32 pass = 0; pass < 2; pass++) { /* counts, one behind; then fills */
        for (u32 b = 0; b < n; b++)
            for (u32 k = 0; f->g.blk[b].reachable && k < block_nsucc(&f->g.blk[b]); k++) {
                u32 s = block_succ(&f->g.blk[b], k);
                if (s == NBLOCK)
                    continue;
                if (pass)
                    w->pred[w->first[s + 1]++] = b;
                else if (s + 2 < n + 2)
                    w->first[s + 2]++;
                w->header[s] |= w->order[s] <= w->order[b];
            }
        for (u32 b = 2; !pass && b < n + 2; b++)
            w->first[b] += w->first[b - 1];
    }
    return 0;
}

/* The blocks from which header h is reached again; false: it is not the one way in, or there are loops within. */
static bool find_body(struct walk *w, u32 h) {
    const struct lfunc *f = w->f;
    w->n = 0;
    w->body[w->n++] = h;
    for (u32 k = w->first[h]; k < w->first[h + 1]; k++)
        if (w->order[w->pred[k]] >= w->order[h] && !in_body(w, w->pred[k])) {
            if (w->n == MOST_LOOP_BLOCKS)
                return false;
            w->body[w->n++] = w->pred[k];
        }
    for (u32 at = 1; at < w->n; at++) {
        u32 b = w->body[at];
        if (!b || w->header[b])
            return false;
        for (u32 k = w->first[b]; k < w->first[b + 1]; k++) {
            if (in_body(w, w->pred[k]))
                continue;
            if (w->n == MOST_LOOP_BLOCKS || w->order[w->pred[k]] < w->order[h])
                return false;
            w->body[w->n++] = w->pred[k];
        }
    }
    for (u32 k = 0; k < w->n; k++)
        if (!stays(f, w->body[k]))
            return false;
    return true;
}

/* Fuel of the ways from a block whose charge is paid to the round's end: the longest of all, the shortest of those that lead
 * back to the header. */
struct ways { u64 most, least; bool known; };
static struct ways ways_from(const struct walk *w, struct ways *memo, u32 at) {
    const struct lfunc *f = w->f;
    u32 b = w->body[at];
    struct ways x = {0, UINT64_MAX, true};
    if (memo[at].known)
        return memo[at];
    for (u32 k = 0; k < block_nsucc(&f->g.blk[b]); k++) {
        u32 s = block_succ(&f->g.blk[b], k);
        bool paid = s != NBLOCK && runs_on(f, b) && f->g.blk[b].succ[0] == s;
        u64 cost = s == NBLOCK || paid ? 0 : f->g.blk[s].charge;
        if (s == w->body[0]) /* what the header costs counts for the next round */
            x.least = 0;
        for (u32 j = 1; s != NBLOCK && j < w->n; j++)
            if (w->body[j] == s) {
                struct ways y = ways_from(w, memo, j);
                if (y.most + cost > x.most)
                    x.most = y.most + cost;
                if (y.least != UINT64_MAX && y.least + cost < x.least)
                    x.least = y.least + cost;
            }
    }
    return memo[at] = x;
}

/* Do all ways round cost the same? Where one goes round, ways out may cost anything. */
static bool even(const struct walk *w, const struct ways *memo) {
    const struct lfunc *f = w->f;
    for (u32 at = 0; at < w->n; at++) {
        u32 b = w->body[at];
        for (u32 k = 0; k < block_nsucc(&f->g.blk[b]); k++) {
            u32 s = block_succ(&f->g.blk[b], k);
            bool paid = s != NBLOCK && runs_on(f, b) && f->g.blk[b].succ[0] == s;
            if (s == w->body[0] && memo[at].least)
                return false;
            for (u32 j = 1; s != NBLOCK && j < w->n; j++)
                if (w->body[j] == s && memo[j].least != UINT64_MAX &&
                    memo[j].least + (paid ? 0 : f->g.blk[s].charge) != memo[at].least)
                    return false;
        }
    }
    return true;
}

static void sort_body(struct walk *w) {
    for (u32 k = 2; k < w->n; k++)
        for (u32 j = k; j > 1 && w->order[w->body[j]] < w->order[w->body[j - 1]]; j--) {
            u32 t = w->body[j];
            w->body[j] = w->body[j - 1];
            w->body[j - 1] = t;
        }
}

static int note_loop(struct walk *w) {
    struct lfunc *f = w->f;
    struct fuel_loop *l = arena_new(f->a, struct fuel_loop, 1);
    struct ways memo[MOST_LOOP_BLOCKS] = {0};
    u32 insns = 0;
    if (!l || !(l->body = arena_new(f->a, u32, w->n)))
        return fail(f->e, E_NOMEM, NOWHERE, "out of memory to compile");
    sort_body(w);
    for (u32 k = 0; k < w->n; k++) {
        l->body[k] = w->body[k];
        f->loop[w->body[k]] = l;
    }
    l->n = w->n;
    for (u32 k = 0; k < w->n; k++)
        insns += f->g.blk[w->body[k]].end - f->g.blk[w->body[k]].start;
    l->small = insns <= SMALL;
    l->most = ways_from(w, memo, 0).most + f->g.blk[w->body[0]].charge;
    l->counted = l->small && !even(w, memo);
    return 0;
}

int fuel_loops(struct lfunc *f) {
    struct walk w = {.f = f};
    f->loop = arena_new(f->a, struct fuel_loop *, f->g.nblk);
    if (!f->loop)
        return fail(f->e, E_NOMEM, NOWHERE, "out of memory to compile");
    if (!f->fuel || f->f->jump_ok || f->f->nhandler || f->lm->job->o.level < 2)
        return 0;
    if (find_preds(&w))
        return f->e->code;
    for (u32 b = 0; b < f->g.nblk; b++)
        if (f->g.blk[b].reachable && w.header[b] && find_body(&w, b) && note_loop(&w))
            return f->e->code;
    return 0;
}
