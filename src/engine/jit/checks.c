/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* checks.c - which accesses of a block one compare answers for.
 *
 * Accesses off one pointer, constants apart, into one region: the first of them compares for the whole range. If that
 * range is not all there, the block goes on in a copy of itself where each access is compared alone: what fails fails
 * where it would have. */
#include "engine/jit/checks.h"
#include <string.h>

enum { GROUPS = 8, FARTHEST = 4096 };

struct group {
    u32 id, region, first, n;
    s32 at; /* of the register at the first access, from the pointer */
    s32 lo, hi;
    bool write, wide; /* wide: of an access that takes the place of others */
    u32 base;
};

struct walk {
    const struct unit *u;
    struct check *of;
    u32 id[NREG_EBPF]; /* pointer that a register holds, and how far from it */
    s32 off[NREG_EBPF];
    u32 def[NREG_EBPF]; /* the instruction of the block that wrote it, + 1 */
    u32 ids;
    struct group group[GROUPS];
    u32 ngroup;
    bool found;
};

static bool is_free(const struct unit *u, u32 pc) {
    const struct place *p = &u->o.place[pc];
    return p->access != ACCESS_LIKELY || !u->l->checks || (u->fact && (u->fact[pc].bits & FACT_SAFE));
}

static void close_groups(struct walk *w) {
    for (u32 k = 0; k < w->ngroup; k++) {
        const struct group *g = &w->group[k];
        struct check *c = &w->of[g->first];
        c->kind = g->n < 2 && !g->wide ? CHECK_ALONE : CHECK_RANGE;
        c->write = g->write;
        c->lo = g->lo - g->at;
        c->hi = g->hi - g->at;
        c->base = g->base;
        w->found |= c->kind == CHECK_RANGE;
    }
    w->ngroup = 0;
}

static void range(struct walk *w, u32 pc, u32 base, s32 lo, s32 hi, bool write, bool wide) {
    u32 region = w->u->o.place[pc].region, k;
    lo += w->off[base];
    hi += w->off[base];
    for (k = 0; k < w->ngroup; k++) {
        struct group *g = &w->group[k];
        s32 l = lo < g->lo ? lo : g->lo, h = hi > g->hi ? hi : g->hi;
        if (g->id != w->id[base] || g->region != region || h - l > FARTHEST)
            continue;
        g->lo = l;
        g->hi = h;
        g->write |= write;
        g->n++;
        w->of[pc].kind = CHECK_NONE;
        return;
    }
    if (k == GROUPS)
        close_groups(w);
    w->group[w->ngroup++] = (struct group){w->id[base], region, pc, 1, w->off[base], lo, hi, write, wide, base};
}

static void access_to(struct walk *w, u32 pc, const struct insn *i, u32 size, bool write) {
    if (!w->of[pc].dead && !is_free(w->u, pc))
        range(w, pc, i->b, i->off, i->off + (s32)size, write, false);
}

static void need(struct walk *w, u32 reg) {
    if (w->def[reg])
        w->of[w->def[reg] - 1].needed = true;
}

/* A span of wide accesses begins: taken where all are off one pointer, which stays. */
static void span(struct walk *w, u32 pc) {
    const struct bytes *y = &w->u->opt.bytes;
    const struct span *s = &y->span[y->at[pc] - 1];
    const struct place *p = &w->u->o.place[s->of[0].first];
    s32 lo = INT32_MAX, hi = INT32_MIN;
    if (p->access != ACCESS_LIKELY && p->access != ACCESS_FRAME)
        return;
    for (u32 k = 0; k < s->n; k++) {
        const struct joined *j = &s->of[k];
        const struct place *q = &w->u->o.place[j->first];
        if (j->base != s->of[0].base || (!j->base_stays && !j->store) || q->access != p->access ||
            q->region != p->region)
            return;
        lo = j->off < lo ? j->off : lo;
        hi = j->off + j->size > hi ? j->off + j->size : hi;
    }
    if (isa_info[w->u->code[pc].op].size == 0 || s->of[0].first != pc || hi - lo > FARTHEST)
        return;
    for (u32 k = 0; k < s->n; k++) {
        const struct joined *j = &s->of[k];
        for (u32 d = 0; d < j->ndie; d++)
            w->of[j->die[d]].dead = true;
        if (j->store)
            w->of[pc].store = (u32)(j - y->of) + 1;
        else
            w->of[j->last].root = (u32)(j - y->of) + 1;
    }
    if (!w->of[pc].dead) { /* it does not begin with a piece */
        for (u32 k = 0; k < s->n; k++) {
            const struct joined *j = &s->of[k];
            for (u32 d = 0; d < j->ndie; d++)
                w->of[j->die[d]].dead = false;
            w->of[j->last].root = w->of[pc].store = 0;
        }
        return;
    }
    for (u32 k = 0; k < s->n; k++) {
        need(w, s->of[k].base);
        if (s->of[k].store)
            need(w, s->of[k].value);
    }
    if (!is_free(w->u, s->of[0].first))
        range(w, pc, s->of[0].base, lo, hi, s->of[0].store, true);
}

static void step(struct walk *w, u32 pc) {
    const struct insn *i = &w->u->code[pc];
    struct regs out;
    switch ((enum shape)isa_info[i->op].shape) {
    case SHAPE_LD: access_to(w, pc, i, isa_info[i->op].size, false); break;
    case SHAPE_ST:
    case SHAPE_STI: access_to(w, pc, i, isa_info[i->op].size, true); return;
    default: break;
    }
    if (i->op == OP_mov64) {
        w->id[i->a] = w->id[i->b];
        w->off[i->a] = w->off[i->b];
        return;
    }
    if (i->op == OP_add64i && i->imm > -(1 << 16) && i->imm < 1 << 16 && w->off[i->b] > -(1 << 20) &&
        w->off[i->b] < 1 << 20) {
        w->id[i->a] = w->id[i->b];
        w->off[i->a] = w->off[i->b] + i->imm;
        return;
    }
    if (i->op == OP_call || i->op == OP_callk || i->op == OP_callf || i->op == OP_callx)
        close_groups(w); /* regions may change */
    out = isa_writes(i);
    for (u32 k = 0; k < out.n; k++) {
        w->id[out.r[k]] = w->ids++;
        w->off[out.r[k]] = 0;
    }
}

/* Whether there is something to share in the block of the access number *at, which moves behind the block: two accesses
 * that compare, or a wide one. */
static bool is_worth(const struct unit *u, u32 *at) {
    const u32 end = u->g.blk[u->g.of[u->access[*at]]].end;
    u32 n = 0;
    for (; *at < u->naccess && u->access[*at] < end; ++*at) {
        u32 pc = u->access[*at];
        n += u->opt.bytes.at && u->opt.bytes.at[pc] ? 2 : !is_free(u, pc);
    }
    return n >= 2;
}

static bool plan(const struct unit *u, const struct block *k, struct check *of) {
    struct walk w;
    struct regs out;
    w = (struct walk){.u = u, .of = of, .ids = NREG_EBPF};
    for (u32 r = 0; r < NREG_EBPF; r++)
        w.id[r] = r;
    for (u32 pc = k->start; pc < k->end; pc++) {
        if (u->opt.bytes.at && u->opt.bytes.at[pc])
            span(&w, pc);
        step(&w, pc);
        out = isa_writes(&u->code[pc]);
        for (u32 n = 0; n < out.n; n++)
            w.def[out.r[n]] = pc + 1;
    }
    close_groups(&w);
    return w.found;
}

u32 jit_plan_checks(const struct unit *u, struct check *of) {
    u32 n = 0;
    for (u32 at = 0; at < u->naccess;) {
        const struct block *k = &u->g.blk[u->g.of[u->access[at]]];
        n += is_worth(u, &at) && k->reachable && plan(u, k, of);
    }
    return n;
}

/* Whether a wide access that is taken has to do with one of its instructions. */
static bool clashes(const struct check *of, const struct rotate *r) {
    const struct check *root = &of[r->root];
    if (root->dead || root->root || root->store || (r->def && of[r->def - 1].dead))
        return true;
    for (u32 d = 0; d < r->ndie; d++) {
        const struct check *c = &of[r->die[d]];
        if (c->dead || c->root || c->store || c->needed)
            return true;
    }
    return false;
}

void jit_plan_rotates(const struct unit *u, struct check *of) {
    for (u32 k = 0; k < u->opt.rotates.n; k++) {
        const struct rotate *r = &u->opt.rotates.of[k];
        if (clashes(of, r))
            continue;
        for (u32 d = 0; d < r->ndie; d++)
            of[r->die[d]].gone = true;
        of[r->root].rotate = k + 1;
    }
}
