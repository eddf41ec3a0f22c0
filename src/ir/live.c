/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* live.c - liveness of registers, by block.
 * in: cfg   out: in and out of each block
 *
 * Backwards data flow: in = read before written, or (out less written). A work list starts
 * in post order and takes up the predecessors of what has changed; sets only grow, so with
 * the registers of eBPF each block is taken up at most eleven times. The entries of jump
 * tables meet in one set (hub) that stands for the successors of every gotox. */
#include "ir/live.h"
#include <string.h>

enum { MAX_WORDS = 1 << 22, STEPS_A_BLOCK = 64 }; /* 32 MiB for each of the four arrays of sets */

struct flow {
    const struct func *f;
    const struct cfg *c;
    struct live *l;
    u64 *use, *def, *hub;
    u32 *pred_at, *pred; /* predecessors of block b: pred[pred_at[b]] .. pred[pred_at[b + 1] - 1] */
    u32 *gotox, ngotox;  /* blocks that end with one */
    u32 *queue, head, tail, queued;
    u8 *waiting;
    u64 steps;
};

void live_step(u64 *set, const struct insn *i) {
    struct regs w = isa_writes(i), r = isa_reads(i);
    for (u32 k = 0; k < w.n; k++)
        set[w.r[k] / 64] &= ~(1ull << w.r[k] % 64);
    for (u32 k = 0; k < r.n; k++)
        set[r.r[k] / 64] |= 1ull << r.r[k] % 64;
}

static bool ends_with_gotox(const struct flow *w, u32 b) {
    return w->f->code[w->c->blk[b].end - 1].op == OP_gotox;
}
static bool in_table(const struct flow *w, u32 b) {
    u32 pc = w->c->blk[b].start;
    return w->f->jump_ok && (w->f->jump_ok[pc / 64] >> pc % 64 & 1);
}

static void summarise(struct flow *w, u32 b) {
    u64 *use = w->use + (size_t)b * w->l->nword, *def = w->def + (size_t)b * w->l->nword;
    for (u32 pc = w->c->blk[b].end; pc-- > w->c->blk[b].start;) {
        struct regs wr = isa_writes(&w->f->code[pc]);
        live_step(use, &w->f->code[pc]);
        for (u32 k = 0; k < wr.n; k++)
            def[wr.r[k] / 64] |= 1ull << wr.r[k] % 64;
    }
}

/* Edges turned round, as one array (two passes: count, then fill). */
static void turn_edges(struct flow *w) {
    const struct cfg *c = w->c;
    for (u32 k = 0; k < c->nrpo; k++)
        for (u32 j = 0; j < 2; j++)
            if (c->blk[c->rpo[k]].succ[j] != NBLOCK)
                w->pred_at[c->blk[c->rpo[k]].succ[j] + 1]++;
    for (u32 b = 0; b < c->nblk; b++)
        w->pred_at[b + 1] += w->pred_at[b];
    for (u32 k = c->nrpo; k-- > 0;) {
        u32 b = c->rpo[k];
        if (ends_with_gotox(w, b))
            w->gotox[w->ngotox++] = b;
        for (u32 j = 0; j < 2; j++) {
            u32 s = c->blk[b].succ[j];
            if (s != NBLOCK)
                w->pred[w->pred_at[s]++] = b; /* moves the start to the end, put back below */
        }
    }
    for (u32 b = c->nblk; b > 0; b--)
        w->pred_at[b] = w->pred_at[b - 1];
    w->pred_at[0] = 0;
}

static void enqueue(struct flow *w, u32 b) {
    if (w->waiting[b])
        return;
    w->waiting[b] = 1;
    w->queue[w->tail] = b;
    w->tail = w->tail + 1 == w->c->nblk ? 0 : w->tail + 1;
    w->queued++;
}

static bool join(u64 *to, const u64 *from, u32 n) {
    u64 grown = 0;
    for (u32 k = 0; k < n; k++) {
        grown |= from[k] & ~to[k];
        to[k] |= from[k];
    }
    return grown != 0;
}

static void update(struct flow *w, u32 b) {
    u32 n = w->l->nword;
    u64 *in = w->l->in + (size_t)b * n, *out = w->l->out + (size_t)b * n, grown = 0;
    const u64 *use = w->use + (size_t)b * n, *def = w->def + (size_t)b * n;
    for (u32 j = 0; j < 2; j++)
        if (w->c->blk[b].succ[j] != NBLOCK)
            join(out, w->l->in + (size_t)w->c->blk[b].succ[j] * n, n);
    if (ends_with_gotox(w, b))
        join(out, w->hub, n);
    for (u32 k = 0; k < n; k++) {
        u64 v = use[k] | (out[k] & ~def[k]);
        grown |= v & ~in[k];
        in[k] |= v;
    }
    w->steps++;
    if (!grown)
        return;
    for (u32 k = w->pred_at[b]; k < w->pred_at[b + 1]; k++)
        enqueue(w, w->pred[k]);
    if (in_table(w, b) && join(w->hub, in, n))
        for (u32 k = 0; k < w->ngotox; k++)
            enqueue(w, w->gotox[k]);
}

static void settle(struct flow *w) {
    u64 most = (u64)w->c->nblk * STEPS_A_BLOCK;
    for (u32 k = w->c->nrpo; k-- > 0;)
        enqueue(w, w->c->rpo[k]);
    while (w->queued && w->steps < most) {
        u32 b = w->queue[w->head];
        w->head = w->head + 1 == w->c->nblk ? 0 : w->head + 1;
        w->queued--;
        w->waiting[b] = 0;
        update(w, b);
    }
    w->l->exact = !w->queued;
}

int live_build(struct live *l, const struct func *f, const struct cfg *c, struct arena *a, struct error *e) {
    struct flow w = {.f = f, .c = c, .l = l};
    size_t words;
    *l = (struct live){.nword = (f->nreg + 63u) / 64};
    words = (size_t)c->nblk * l->nword;
    l->all = arena_new(a, u64, l->nword);
    if (!l->all)
        return fail(e, E_NOMEM, NOWHERE, "out of memory for the liveness of %s", f->name);
    memset(l->all, 0xff, l->nword * sizeof *l->all);
    if (words > MAX_WORDS)
        return 0; /* not exact: all is live */
    l->in = arena_new(a, u64, words);
    l->out = arena_new(a, u64, words);
    w.use = arena_new(a, u64, words);
    w.def = arena_new(a, u64, words);
    w.hub = arena_new(a, u64, l->nword);
    w.pred_at = arena_new(a, u32, (size_t)c->nblk + 1);
    w.pred = arena_new(a, u32, (size_t)c->nblk * 2);
    w.gotox = arena_new(a, u32, c->nblk);
    w.queue = arena_new(a, u32, c->nblk);
    w.waiting = arena_new(a, u8, c->nblk);
    if (!l->in || !l->out || !w.use || !w.def || !w.hub || !w.pred_at || !w.pred || !w.gotox || !w.queue || !w.waiting)
        return fail(e, E_NOMEM, NOWHERE, "out of memory for the liveness of %s", f->name);
    for (u32 k = 0; k < c->nrpo; k++)
        summarise(&w, c->rpo[k]);
    turn_edges(&w);
    settle(&w);
    return 0;
}

const u64 *live_out(const struct live *l, u32 b) {
    return l->exact ? l->out + (size_t)b * l->nword : l->all;
}
const u64 *live_in(const struct live *l, u32 b) {
    return l->exact ? l->in + (size_t)b * l->nword : l->all;
}
