/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* switch.c - switches that a compiler has turned into trees and chains of compares, found again.
 *
 * in:  the function, its graph, liveness     out: for each tree its root and where each value leads
 *
 *        root: if r s> 7 goto B --- A: if r s> 3 goto D --- C: if r == 0 goto x ...       every block behind the root
 *                         `-------- B: if r == 9 goto y ...                               that only compares r is
 * passed
 *
 * 1. From a conditional jump on, gather the blocks that do nothing but compare the same register with constants.
 * 2. Cut the values where some compare changes its answer; all values between two cuts go the same way.
 * 3. Walk that way for the first value of each, with the evaluator of the instructions themselves.
 *
 * A constant may be put into a register on the way, to be compared with; where such a register is read later, the way
 * ends in front of the block that writes it. */
#include "opt/switch.h"
#include <stdlib.h>
#include <string.h>

enum {
    MAX_NODES = 4096,       /* blocks of a tree */
    STEPS_A_SLOT = 64,      /* blocks walked through, for each slot of the function, */
    STEPS_ANYWAY = 1 << 14, /* and these: chains cost the square of their length */
    WAYS_A_SLOT = 4,        /* trees may share what they pass through */
    NONE = 0xffffffffu,
    MAX_SET = NREG_EBPF,
};

struct compare {
    u16 op, reg;
    bool wide, swapped; /* swapped: the constant is the first operand */
    u64 with;
};
struct node {
    u32 block;
    struct compare c; /* op 0: the block only goes on */
    bool writes;      /* constants to registers */
    u32 charge;
};

struct hunt {
    const struct func *f;
    const struct cfg *g;
    const struct live *l;
    struct switches *s;
    struct arena *a;
    u32 *node_of; /* of each block, index + 1 in node[]; 0: none */
    u32 *npred;   /* edges into each block, and what else may lead there */
    u8 *done;     /* blocks that need not be roots: they are in a tree, and are entered from it alone */
    struct node *node;
    u32 nnode, ncompare, max_nodes;
    u64 *point; /* cuts: the first values of what goes one way */
    u32 npoint;
    struct way *way;
    u32 nway;
    u64 steps, all_ways; /* that are left; that were found */
    u32 *path;
};

static void spend(struct hunt *h, u32 n) {
    h->steps -= n < h->steps ? n : h->steps;
}

static u32 last_of(const struct hunt *h, u32 block) {
    u32 pc = h->g->blk[block].end - 1;
    return h->f->code[pc].op == OP_pad ? pc - 1 : pc;
}

static bool is_constant(u16 op) {
    return op == OP_mov64i || op == OP_mov32i || op == OP_const64;
}

/* What the last instruction in front of pc that writes reg puts there, if that is a constant of this block. */
static bool constant(const struct hunt *h, u32 start, u32 pc, u16 reg, u64 *out) {
    while (pc-- > start) {
        const struct insn *i = &h->f->code[pc];
        struct regs w = isa_writes(i);
        u16 from;
        for (u16 k = 0; k < w.n; k++)
            if (w.r[k] == reg) {
                *out = i->op == OP_mov64i ? (u64)(s64)i->imm : i->op == OP_mov32i ? (u32)i->imm : insn_imm64(i);
                return is_constant(i->op);
            }
        if (isa_clobbers(i, &from) || isa_window_out(i).n)
            return false;
    }
    return false;
}

static u16 plain(u16 op) {
    switch (op) {
#define ROW(name)                                                                                                      \
    case OP_##name:                                                                                                    \
    case OP_##name##i: return OP_##name;
        /* clang-format off */
        ROW(jeq64) ROW(jne64) ROW(jgt64) ROW(jge64) ROW(jlt64) ROW(jle64) ROW(jsgt64) ROW(jsge64) ROW(jslt64) ROW(jsle64)
        ROW(jeq32) ROW(jne32) ROW(jgt32) ROW(jge32) ROW(jlt32) ROW(jle32) ROW(jsgt32) ROW(jsge32) ROW(jslt32) ROW(jsle32)
        /* clang-format on */
#undef ROW
    }
    return 0;
}

/* The compare at pc of one register with a constant; false: it is none. */
static bool compare_at(const struct hunt *h, u32 start, u32 pc, struct compare *c) {
    const struct insn *i = &h->f->code[pc];
    *c = (struct compare){.op = plain(i->op), .wide = isa_info[i->op].type[1] == 'L', .reg = i->b};
    if (!c->op)
        return false;
    if (isa_info[i->op].shape == SHAPE_JCCI)
        c->with = (u64)(s64)i->imm;
    else if (i->b == i->c)
        return false;
    else if (!constant(h, start, pc, i->c, &c->with)) {
        c->reg = i->c;
        c->swapped = true;
        if (!constant(h, start, pc, i->b, &c->with))
            return false;
    }
    c->with = c->wide ? c->with : (u32)c->with;
    return true;
}

static bool answer(const struct compare *c, u64 value) {
    u64 out = 0;
    isa_eval(c->op, c->swapped ? c->with : value, c->swapped ? value : c->with, &out);
    return out;
}

/* ---- 1. gather ---- */

/* A block that does nothing but compare as the root does, or goes on. */
static bool pass_through(struct hunt *h, u32 block, struct node *n) {
    const struct block *b = &h->g->blk[block];
    const struct compare *root = &h->node[0].c;
    u32 last = last_of(h, block);
    *n = (struct node){.block = block};
    for (u32 pc = b->start; pc < b->end; pc++) {
        const struct insn *i = &h->f->code[pc];
        spend(h, 1);
        n->charge += i->op != OP_pad;
        if (i->op == OP_pad || i->op == OP_ja)
            continue;
        if (pc == last && compare_at(h, b->start, pc, &n->c))
            return n->c.reg == root->reg && n->c.wide == root->wide;
        if (!is_constant(i->op) || i->a == root->reg)
            return false;
        n->writes = true;
    }
    return !n->writes;
}

static void gather(struct hunt *h, u32 block, const struct compare *c) {
    struct node n;
    h->nnode = h->ncompare = 1;
    h->node[0] = (struct node){.block = block, .c = *c};
    h->node_of[block] = 1;
    for (u32 k = 0; k < h->nnode && h->steps; k++) {
        spend(h, 1);
        const struct block *b = &h->g->blk[h->node[k].block];
        for (u32 e = 0; e < 2; e++) {
            u32 to = b->succ[e];
            if (to == NBLOCK || h->node_of[to] || h->nnode == h->max_nodes || !pass_through(h, to, &n))
                continue;
            h->node[h->nnode++] = n;
            h->node_of[to] = h->nnode;
            h->ncompare += n.c.op != 0;
        }
    }
}

/* ---- 2. cut ---- */

static int by_value(const void *x, const void *y) {
    u64 a = *(const u64 *)x, b = *(const u64 *)y;
    return a < b ? -1 : a > b;
}

static void cut(struct hunt *h) {
    u64 top = h->node[0].c.wide ? UINT64_MAX : UINT32_MAX;
    u32 n = 0, k;
    h->point[n++] = 0;
    h->point[n++] = top / 2 + 1; /* where the order of signed numbers begins */
    for (k = 0; k < h->nnode; k++)
        if (h->node[k].c.op) {
            h->point[n++] = h->node[k].c.with;
            if (h->node[k].c.with < top)
                h->point[n++] = h->node[k].c.with + 1;
        }
    qsort(h->point, n, sizeof *h->point, by_value);
    for (k = 1, h->npoint = 1; k < n; k++)
        if (h->point[k] != h->point[h->npoint - 1])
            h->point[h->npoint++] = h->point[k];
}

/* ---- 3. walk ---- */

/* What path[1] .. path[n - 1] put into registers that are read from the target on; the last write of each. False: too
 * many. */
static bool collect(struct hunt *h, u32 n, u32 target, u32 set[MAX_SET], u32 *nset) {
    const u64 *live = live_in(h->l, target);
    *nset = 0;
    while (--n) {
        const struct node *at = &h->node[h->path[n]];
        const struct block *b = &h->g->blk[at->block];
        spend(h, at->writes ? b->end - b->start : 0);
        for (u32 pc = b->end; at->writes && pc-- > b->start;) {
            const struct insn *i = &h->f->code[pc];
            u32 k = 0;
            if (!is_constant(i->op) || !live_has(live, i->a))
                continue;
            while (k < *nset && h->f->code[set[k]].a != i->a)
                k++;
            if (k == MAX_SET)
                return false;
            if (k == *nset)
                set[(*nset)++] = pc;
        }
    }
    return true;
}

/* The way of a value; false: it never leaves, nothing is left of the steps, or it writes too much. */
static bool walk(struct hunt *h, u64 value, struct way *w, u32 set[MAX_SET]) {
    u32 at = 0, n = 0, block = 0;
    *w = (struct way){.lo = value};
    do {
        const struct node *o = &h->node[at];
        const struct block *b = &h->g->blk[o->block];
        if (n == h->nnode || !h->steps)
            return false;
        spend(h, 1);
        h->path[n++] = at;
        w->charge += o->charge; /* the root's is not on the way: 0 */
        block = b->succ[0];
        if (o->c.op ? answer(&o->c, value) : h->f->code[last_of(h, o->block)].op == OP_ja)
            block = b->succ[1];
        at = h->node_of[block] - 1;
    } while (at != NONE && at);
    w->target = h->g->blk[block].start;
    return at && collect(h, n, block, set, &w->nset); /* not back to the root */
}

static bool same_way(const struct way *x, const struct way *y, const u32 *set) {
    return x->target == y->target && x->charge == y->charge && x->nset == y->nset &&
           (!x->nset || !memcmp(x->set, set, x->nset * sizeof *set));
}

static bool walk_all(struct hunt *h) {
    u64 top = h->node[0].c.wide ? UINT64_MAX : UINT32_MAX;
    u32 set[MAX_SET], *own = NULL;
    struct way w;
    h->nway = 0;
    for (u32 k = 0; k < h->npoint; k++) {
        struct way *before = h->nway ? &h->way[h->nway - 1] : NULL;
        if (!walk(h, h->point[k], &w, set))
            return false;
        w.hi = k + 1 < h->npoint ? h->point[k + 1] - 1 : top;
        if (before && same_way(before, &w, set)) {
            before->hi = w.hi;
            continue;
        }
        if (w.nset && !(own = arena_new(h->a, u32, w.nset)))
            return false;
        if (w.nset)
            w.set = memcpy(own, set, w.nset * sizeof *own);
        h->way[h->nway++] = w;
    }
    return true;
}

/* ---- the pass ---- */

static void leave(struct hunt *h, bool found) {
    u32 k, e;
    for (k = 0; k < h->nnode && found; k++)
        for (e = 0; e < 2; e++) {
            u32 to = h->g->blk[h->node[k].block].succ[e];
            if (to != NBLOCK && h->node_of[to] && !--h->npred[to])
                h->done[to] = 1;
        }
    for (k = 0; k < h->nnode; k++)
        h->node_of[h->node[k].block] = 0;
}

static void count_edges(struct hunt *h) {
    const struct cfg *g = h->g;
    for (u32 b = 0; b < g->nblk; b++) {
        u32 n = block_nsucc(&g->blk[b]);
        for (u32 k = 0; k < n && g->blk[b].reachable; k++)
            if (block_succ(&g->blk[b], k) != NBLOCK)
                h->npred[block_succ(&g->blk[b], k)]++;
        if (h->f->jump_ok && h->f->jump_ok[g->blk[b].start / 64] >> g->blk[b].start % 64 & 1)
            h->npred[b]++;
    }
    h->npred[0]++;
}

static int record(struct hunt *h, struct error *e) {
    const struct compare *c = &h->node[0].c;
    struct way *way = arena_new(h->a, struct way, h->nway);
    if (!way)
        return fail(e, E_NOMEM, NOWHERE, "out of memory for the switches of %s", h->f->name);
    memcpy(way, h->way, h->nway * sizeof *way);
    h->s->of[h->s->n++] = (struct recovered){.root = last_of(h, h->node[0].block),
                                             .reg = c->reg,
                                             .wide = c->wide,
                                             .ncompare = h->ncompare,
                                             .way = way,
                                             .nway = h->nway};
    return 0;
}

static int by_root(const void *x, const void *y) {
    const struct recovered *a = x, *b = y;
    return a->root < b->root ? -1 : a->root > b->root;
}

/* Blocks that a tree may pass through, as far as their first and last instruction say; *compares: of the function. */
static u32 links(const struct func *f, const struct cfg *g, u32 *compares) {
    u32 n = 0;
    *compares = 0;
    for (u32 b = 0; b < g->nblk; b++) {
        u32 start = g->blk[b].start, last = g->blk[b].end - 1;
        if (f->code[last].op == OP_pad)
            last--;
        if (!(isa_brief[f->code[last].op] & BRIEF_JCC))
            continue;
        ++*compares;
        n += start == last || is_constant(f->code[start].op);
    }
    return n;
}

static struct hunt *begin(const struct func *f, const struct cfg *g, const struct live *l, struct arena *a, u32 n) {
    struct hunt *h = arena_new(a, struct hunt, 1);
    u32 nodes = g->nblk < MAX_NODES ? g->nblk : MAX_NODES;
    if (!h)
        return NULL;
    *h = (struct hunt){.f = f, .g = g, .l = l, .a = a, .max_nodes = nodes};
    h->steps = (u64)f->nslot * STEPS_A_SLOT + STEPS_ANYWAY;
    h->node = arena_new(a, struct node, nodes);
    h->path = arena_new(a, u32, nodes);
    h->node_of = arena_new(a, u32, g->nblk);
    h->npred = arena_new(a, u32, g->nblk);
    h->done = arena_new(a, u8, g->nblk);
    h->point = arena_new(a, u64, 2 * (size_t)n + 2);
    h->way = arena_new(a, struct way, 2 * (size_t)n + 2);
    return h->node && h->path && h->node_of && h->npred && h->done && h->point && h->way ? h : NULL;
}

int switches_find(struct switches *s, const struct func *f, const struct cfg *g, const struct live *l, struct arena *a,
                  struct error *e) {
    u32 n;
    struct compare c;
    struct hunt *h;
    *s = (struct switches){0};
    if (links(f, g, &n) + 1 < SWITCH_MIN) /* none but the root does more than compare */
        return 0;
    if (!(s->at = arena_new(a, u32, g->nblk)) || !(h = begin(f, g, l, a, n)) ||
        !(s->of = arena_new(a, struct recovered, n)))
        return fail(e, E_NOMEM, NOWHERE, "out of memory for the switches of %s", f->name);
    h->s = s;
    count_edges(h);
    for (u32 k = 0; k < g->nrpo && h->steps && h->all_ways / WAYS_A_SLOT < f->nslot; k++) {
        u32 b = g->rpo[k];
        bool found = false;
        if (h->done[b] || !compare_at(h, g->blk[b].start, last_of(h, b), &c))
            continue;
        gather(h, b, &c);
        if (h->ncompare >= SWITCH_MIN) {
            cut(h);
            found = walk_all(h) && h->nway >= SWITCH_MIN;
        }
        if (found && record(h, e))
            return e->code;
        leave(h, found);
    }
    qsort(s->of, s->n, sizeof *s->of, by_root);
    for (u32 k = 0; k < s->n; k++)
        s->at[g->of[s->of[k].root]] = k + 1;
    return 0;
}

bool switch_table(const struct recovered *r, u32 max, u64 *lo, u64 *hi) {
    enum { SPARSE = 4 };
    u64 top = r->wide ? UINT64_MAX : UINT32_MAX, size = 1;
    u32 n = 0;
    for (u32 i = 0; i < r->nway; i++)
        for (u32 j = i + n; j < r->nway && r->way[j].hi - r->way[i].lo < max; j++)
            if (r->way[j].hi - r->way[i].lo < (u64)(j - i + 1) * SPARSE) {
                n = j - i + 1;
                *lo = r->way[i].lo;
                *hi = r->way[j].hi;
            }
    while (n && size <= *hi - *lo)
        size *= 2;
    if (n && size <= max && size - 1 <= top - *lo)
        *hi = *lo + size - 1;
    return n >= SWITCH_MIN;
}
