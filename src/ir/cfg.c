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

static void mark_leaders(const struct func *f, u8 *mark) {
    mark[0] = LEADER | JUMPED;
    for (u32 pc = 0; pc < f->nslot; pc++) {
        const struct insn *i = &f->code[pc];
        u32 next = pc + (u32)isa_len(i);
        if (table_entry(f, pc))
            mark[pc] |= LEADER | JUMPED;
        if (is_branch(i))
            mark[i->off] |= LEADER | JUMPED;
        if (isa_ends_block(i->op) && next < f->nslot)
            mark[next] |= LEADER;
        for (u32 k = 0; i->op == OP_brtab && k <= (u32)i->imm; k++)
            mark[next + k] |= JUMPED;
    }
    for (u32 k = 0; k < f->nhandler; k++) {
        const struct handler *h = &f->handler[k];
        mark[h->target] |= LEADER | JUMPED;
        mark[h->start] |= LEADER;
        if (h->end < f->nslot)
            mark[h->end] |= LEADER;
    }
}

static void fill_blocks(struct cfg *c, const struct func *f, const u8 *mark) {
    u32 b = NBLOCK;
    for (u32 pc = 0; pc < f->nslot; pc++) {
        if (mark[pc]) {
            b++;
            c->blk[b] = (struct block){
                .start = pc, .succ = {NBLOCK, NBLOCK}, .handler = NBLOCK, .jumped_to = mark[pc] & JUMPED};
        }
        c->of[pc] = b;
        c->blk[b].end = pc + 1;
        c->blk[b].charge += f->code[pc].op != OP_pad;
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

u32 block_nsucc(const struct block *b) {
    return 3 + b->ntab;
}

u32 block_succ(const struct block *b, u32 k) {
    switch (k) {
    case 0: return b->handler;
    case 1: return b->succ[1];
    case 2: return b->ntab ? NBLOCK : b->succ[0];
    default: return b->succ[0] + k - 3;
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
    u8 *mark = arena_new(a, u8, f->nslot);
    struct walk w = {0};
    *c = (struct cfg){0};
    if (!mark)
        return fail(e, E_NOMEM, NOWHERE, "out of memory for the blocks of %s", f->name);
    mark_leaders(f, mark);
    for (u32 pc = 0; pc < f->nslot; pc++)
        c->nblk += mark[pc] != 0;
    c->blk = arena_new(a, struct block, c->nblk);
    c->of = arena_new(a, u32, f->nslot);
    c->rpo = arena_new(a, u32, c->nblk);
    w.stack = arena_new(a, u32, c->nblk);
    w.step = arena_new(a, u32, c->nblk);
    if (!c->blk || !c->of || !c->rpo || !w.stack || !w.step)
        return fail(e, E_NOMEM, NOWHERE, "out of memory for the %u blocks of %s", c->nblk, f->name);
    fill_blocks(c, f, mark);
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
