/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cfg.c - basic blocks.
 * in: f->code (validated)   out: blocks, their edges and charges, reverse post order.
 * All sweeps are linear; the depth-first walk has its own stack, since a function may be
 * one chain of a million blocks. */
#include "ir/cfg.h"
#include <string.h>

static bool is_branch(const struct insn *i) {
    u8 shape = isa_info[i->op].shape;
    return shape == SHAPE_JCC || shape == SHAPE_JCCI || i->op == OP_ja || i->op == OP_may_goto;
}

static bool table_entry(const struct func *f, u32 pc) {
    return f->jump_ok && (f->jump_ok[pc / 64] >> pc % 64 & 1);
}

enum { LEADER = 1, JUMPED = 2 };

struct leaders {
    u8 *mark; /* LEADER, JUMPED of each instruction */
    u32 n;    /* how many are marked */
};

static void lead(struct leaders *l, u32 pc, u8 how) {
    l->n += !l->mark[pc];
    l->mark[pc] |= how;
}

static void mark_leaders(const struct func *f, struct leaders *l) {
    lead(l, 0, LEADER | JUMPED);
    for (u32 pc = 0; pc < f->nslot; pc++) {
        const struct insn *i = &f->code[pc];
        u32 next;
        if (likely(!isa_ends_block(i->op)))
            continue;
        next = pc + (u32)isa_len(i);
        if (is_branch(i))
            lead(l, (u32)i->off, LEADER | JUMPED);
        if (next < f->nslot)
            lead(l, next, LEADER);
        for (u32 k = 0; i->op == OP_brtab && k <= (u32)i->imm; k++)
            lead(l, next + k, JUMPED);
    }
    for (u32 pc = 0; f->jump_ok && pc < f->nslot; pc++)
        if (table_entry(f, pc))
            lead(l, pc, LEADER | JUMPED);
    for (u32 k = 0; k < f->nhandler; k++) {
        const struct handler *h = &f->handler[k];
        lead(l, h->target, LEADER | JUMPED);
        lead(l, h->start, LEADER);
        if (h->end < f->nslot)
            lead(l, h->end, LEADER);
    }
}

static void fill_blocks(struct cfg *c, const struct func *f, const u8 *mark) {
    u32 b = 0, pc = 0;
    for (; pc < f->nslot; b++) {
        u32 start = pc, pads = 0;
        do {
            c->of[pc] = b;
            pads += f->code[pc].op == OP_pad;
        } while (++pc < f->nslot && !mark[pc]);
        c->blk[b] = (struct block){.start = start,
                                   .end = pc,
                                   .succ = {NBLOCK, NBLOCK},
                                   .handler = NBLOCK,
                                   .charge = pc - start - pads,
                                   .jumped_to = mark[start] & JUMPED};
    }
}

/* The last instruction of a block; its pad may follow. */
static const struct insn *last_of(const struct func *f, const struct block *b) {
    u32 pc = b->end - 1;
    return &f->code[f->code[pc].op == OP_pad ? pc - 1 : pc];
}

static u32 handler_at(const struct func *f, u32 pc) {
    for (u32 k = 0; k < f->nhandler; k++) /* the inner first; ranges start and end with blocks */
        if (pc >= f->handler[k].start && pc < f->handler[k].end)
            return f->handler[k].target;
    return NBLOCK;
}

static bool throws(const struct func *f, const struct block *b) {
    for (u32 pc = b->start; pc < b->end; pc++)
        if (isa_throws(f->code[pc].op))
            return true;
    return false;
}

static void link_blocks(struct cfg *c, const struct func *f) {
    for (u32 k = c->nblk; k-- > 0;) {
        struct block *b = &c->blk[k];
        const struct insn *i = last_of(f, b);
        if (isa_falls_through(i->op) && k + 1 < c->nblk)
            b->succ[0] = k + 1;
        if (is_branch(i))
            b->succ[1] = c->of[i->off];
        if (i->op == OP_brtab)
            b->succ[0] = k + 1, b->ntab = (u32)i->imm + 1;
        if (!isa_ends_block(i->op) && k + 1 < c->nblk)
            b->charge += c->blk[k + 1].charge;
        if (f->nhandler && throws(f, b)) {
            u32 pc = handler_at(f, b->start);
            b->handler = pc == NBLOCK ? NBLOCK : c->of[pc];
        }
    }
}

/* A gotox may go to every table entry. The first one that is met visits them all; for the
 * others nothing is left, so that many of them with many entries stay linear. */
struct walk {
    u32 *stack, depth, done, hub; /* done: post-order numbers given */
    u32 *step;                    /* successors tried of each block */
};

static void push(struct walk *w, struct cfg *c, u32 b) {
    if (b == NBLOCK || c->blk[b].reachable)
        return;
    c->blk[b].reachable = true;
    w->stack[w->depth++] = b;
}

static void depth_first(struct cfg *c, const struct func *f, struct walk *w) {
    push(w, c, 0);
    while (w->depth) {
        u32 b = w->stack[w->depth - 1], depth = w->depth;
        if (w->step[b] < block_nsucc(&c->blk[b])) {
            push(w, c, block_succ(&c->blk[b], w->step[b]++)); /* falling through last: it comes out in front */
            continue;
        }
        if (last_of(f, &c->blk[b])->op == OP_gotox) {
            for (; w->hub < c->nblk && w->depth == depth; w->hub++)
                if (table_entry(f, c->blk[w->hub].start))
                    push(w, c, w->hub);
            if (w->depth != depth)
                continue;
        }
        w->depth--;
        c->rpo[w->done++] = b;
    }
}

int cfg_build(struct cfg *c, const struct func *f, struct arena *a, struct error *e) {
    struct leaders l = {arena_new(a, u8, f->nslot), 0};
    struct walk w = {0};
    *c = (struct cfg){0};
    if (!l.mark)
        return fail(e, E_NOMEM, NOWHERE, "out of memory for the blocks of %s", f->name);
    mark_leaders(f, &l);
    c->nblk = l.n;
    c->blk = arena_some(a, struct block, c->nblk);
    c->of = arena_some(a, u32, f->nslot);
    c->rpo = arena_some(a, u32, c->nblk);
    w.stack = arena_some(a, u32, c->nblk);
    w.step = arena_new(a, u32, c->nblk);
    if (!c->blk || !c->of || !c->rpo || !w.stack || !w.step)
        return fail(e, E_NOMEM, NOWHERE, "out of memory for the %u blocks of %s", c->nblk, f->name);
    fill_blocks(c, f, l.mark);
    link_blocks(c, f);
    depth_first(c, f, &w);
    c->nrpo = w.done;
    for (u32 k = 0; k < c->nrpo / 2; k++) {
        u32 t = c->rpo[k];
        c->rpo[k] = c->rpo[c->nrpo - 1 - k];
        c->rpo[c->nrpo - 1 - k] = t;
    }
    return 0;
}
