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
    u64 *use, *def, *pre, *hub; /* pre: NULL without handlers */
    u32 *pred_at, *pred;        /* predecessors of block b: pred[pred_at[b]] .. pred[pred_at[b + 1] - 1] */
    u32 *gotox, ngotox;         /* blocks that end with one */
    u32 *queue, head, tail, queued;
    u8 *waiting;
    u64 steps, edges;
};

static void add(u64 *set, u32 r) {
    set[r / 64] |= 1ull << r % 64;
}

/* Registers from .. to - 1 into the set, or out of it. */
static void range(u64 *set, u32 from, u32 to, bool in) {
    while (from < to) {
        u32 n = 64 - from % 64;
        u64 bits = n > to - from ? (1ull << (to - from)) - 1 : ~0ull >> (64 - n);
        n = n > to - from ? to - from : n;
        if (in)
            set[from / 64] |= bits << from % 64;
        else
            set[from / 64] &= ~(bits << from % 64);
        from += n;
    }
}

/* What the instruction writes goes into the set, or out of it. */
static void written(const struct func *f, u64 *set, const struct insn *i, bool in) {
    u8 brief = isa_brief[i->op];
    if (in && !(brief & BRIEF_ODD)) {
        if (brief & BRIEF_A)
            add(set, i->a);
        return;
    }
    struct regs w = isa_writes(i);
    struct window out = isa_window_out(i);
    u16 from;
    for (u32 k = 0; k < w.n; k++)
        range(set, w.r[k], w.r[k] + 1u, in);
    range(set, out.first, (u32)out.first + out.n, in);
    if (isa_clobbers(i, &from))
        range(set, from, f->nreg, in);
}

static void step(const struct func *f, u64 *set, const struct insn *i) {
    u8 brief = isa_brief[i->op];
    if (!(brief & BRIEF_ODD)) {
        if (brief & BRIEF_A)
            set[i->a / 64] &= ~(1ull << i->a % 64);
        if (brief & BRIEF_B)
            add(set, i->b);
        if (brief & BRIEF_C)
            add(set, i->c);
        return;
    }
    struct regs r = isa_reads(i);
    struct window in = isa_window(i);
    written(f, set, i, false);
    for (u32 k = 0; k < r.n; k++)
        add(set, r.r[k]);
    range(set, in.first, (u32)in.first + in.n, true);
}

/* The register that an exception of block b comes in. */
static u16 caught_in(const struct func *f, const struct block *b) {
    u32 k = 0;
    while (b->start < f->handler[k].start || b->start >= f->handler[k].end)
        k++;
    return f->handler[k].reg;
}

/* What the handler of block b reads, which is live behind whatever throws there. */
static void join_handler(const struct live *l, u64 *set, const struct block *b) {
    u16 reg = caught_in(l->f, b);
    const u64 *in = live_in(l, b->handler);
    bool had = live_has(set, reg);
    for (u32 k = 0; k < l->nword; k++)
        set[k] |= in[k];
    if (!had)
        range(set, reg, reg + 1u, false);
}

void live_step(const struct live *l, u64 *set, u32 pc) {
    const struct insn *i = &l->f->code[pc];
    const struct block *b = &l->c->blk[l->c->of[pc]];
    if (!l->exact) {
        memset(set, 0xff, l->nword * sizeof *set);
        return;
    }
    if (b->handler != NBLOCK && isa_throws(i->op))
        join_handler(l, set, b);
    step(l->f, set, i);
}

static bool ends_with_gotox(const struct flow *w, u32 b) {
    return w->f->code[w->c->blk[b].end - 1].op == OP_gotox;
}
static bool in_table(const struct flow *w, u32 b) {
    u32 pc = w->c->blk[b].start;
    return w->f->jump_ok && (w->f->jump_ok[pc / 64] >> pc % 64 & 1);
}

static void summarise(struct flow *w, u32 b) {
    size_t at = (size_t)b * w->l->nword;
    const struct block *k = &w->c->blk[b];
    u64 *use = w->use + at, *def = w->def + at;
    u16 from;
    for (u32 pc = k->end; pc-- > k->start;) {
        const struct insn *i = &w->f->code[pc];
        u8 brief = isa_brief[i->op];
        if (unlikely(brief & BRIEF_ODD)) {
            step(w->f, use, i);
            written(w->f, def, i, true);
            continue;
        }
        if (brief & BRIEF_A) {
            use[i->a / 64] &= ~(1ull << i->a % 64);
            def[i->a / 64] |= 1ull << i->a % 64;
        }
        if (brief & BRIEF_B)
            add(use, i->b);
        if (brief & BRIEF_C)
            add(use, i->c);
    }
    if (k->handler == NBLOCK)
        return;
    for (u32 pc = k->start; pc < k->end; pc++) {
        const struct insn *i = &w->f->code[pc];
        if (isa_throws(i->op)) {
            range(w->pre + at, caught_in(w->f, k), caught_in(w->f, k) + 1u, true);
            if (isa_clobbers(i, &from))
                range(w->pre + at, from, w->f->nreg, true);
            break;
        }
        written(w->f, w->pre + at, i, true);
    }
}

/* Edges turned round, as one array (two passes: count, then fill). */
static void turn_edges(struct flow *w) {
    const struct cfg *c = w->c;
    for (u32 k = 0; k < c->nrpo; k++) {
        const struct block *b = &c->blk[c->rpo[k]];
        for (u32 j = 0; j < block_nsucc(b); j++)
            if (block_succ(b, j) != NBLOCK)
                w->pred_at[block_succ(b, j) + 1]++;
    }
    for (u32 b = 0; b < c->nblk; b++)
        w->pred_at[b + 1] += w->pred_at[b];
    for (u32 k = c->nrpo; k-- > 0;) {
        u32 b = c->rpo[k];
        if (ends_with_gotox(w, b))
            w->gotox[w->ngotox++] = b;
        for (u32 j = 0; j < block_nsucc(&c->blk[b]); j++) {
            u32 s = block_succ(&c->blk[b], j);
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
    const struct block *blk = &w->c->blk[b];
    const u64 *caught = blk->handler == NBLOCK ? NULL : w->l->in + (size_t)blk->handler * n;
    for (u32 j = 0; j < 2 && !blk->ntab; j++)
        if (blk->succ[j] != NBLOCK)
            join(out, w->l->in + (size_t)blk->succ[j] * n, n);
    for (u32 j = 0; j < blk->ntab; j++)
        join(out, w->l->in + (size_t)(blk->succ[0] + j) * n, n);
    if (ends_with_gotox(w, b))
        join(out, w->hub, n);
    for (u32 k = 0; k < n; k++) {
        u64 v = use[k] | (out[k] & ~def[k]);
        if (caught)
            v |= caught[k] & ~w->pre[(size_t)b * n + k];
        grown |= v & ~in[k];
        in[k] |= v;
    }
    w->steps += block_nsucc(blk);
    if (!grown)
        return;
    for (u32 k = w->pred_at[b]; k < w->pred_at[b + 1]; k++)
        enqueue(w, w->pred[k]);
    if (in_table(w, b) && join(w->hub, in, n))
        for (u32 k = 0; k < w->ngotox; k++)
            enqueue(w, w->gotox[k]);
}

static void settle(struct flow *w) {
    u64 most = (w->edges + w->c->nblk) * STEPS_A_BLOCK;
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
    *l = (struct live){.nword = (f->nreg + 63u) / 64, .f = f, .c = c};
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
    for (u32 b = 0; b < c->nblk; b++)
        w.edges += block_nsucc(&c->blk[b]);
    w.pred = arena_new(a, u32, w.edges);
    if (f->nhandler)
        w.pre = arena_new(a, u64, words);
    w.gotox = arena_new(a, u32, c->nblk);
    w.queue = arena_new(a, u32, c->nblk);
    w.waiting = arena_new(a, u8, c->nblk);
    if (!l->in || !l->out || !w.use || !w.def || !w.hub || !w.pred_at || !w.pred || !w.gotox || !w.queue ||
        !w.waiting || (f->nhandler && !w.pre))
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
