/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* linear.c - what is known of the rounds of an eBPF function's small loop from its code.
 *
 * in: a loop without loops in it (fuel.c)      out: struct linear_loop, of which rounds.c makes code
 *
 * One walk over the blocks of a round, with sums of what registers held when it began. Where the round ends with the
 * same as it began plus a constant, a register has a step, and all sums of such have. 32-bit results are sums too where
 * they do not wrap: that is a need, which whoever uses the sum looks at. */
#include "engine/llvm/plugin/linear.h"
#include <string.h>

struct state {
    struct linear r[NREG_EBPF];
};
struct walk {
    struct lfunc *f;
    const struct fuel_loop *l;
    struct linear_loop *to;
    struct state *in;              /* of each block of the loop: where it begins */
    u64 *dom;                      /* of each: blocks that every way to it runs through, itself as well */
    u64 always;                    /* those that every round runs through which goes on */
    struct linear last[NREG_EBPF]; /* where rounds end */
    u64 step[NREG_EBPF];
    bool steps[NREG_EBPF], ends; /* ends: last is known */
};

/* --- sums --- */

static struct linear constant(u64 v) {
    return (struct linear){.plus = v, .known = true};
}

static bool is_constant(const struct linear *x) {
    for (u32 r = 0; r < NREG_EBPF; r++)
        if (x->times[r])
            return false;
    return x->known;
}

static bool is_same_base(const struct linear *x, const struct linear *y) {
    return x->known && y->known && !memcmp(x->times, y->times, sizeof x->times);
}

static struct linear sum(struct linear x, const struct linear *y, u64 times) {
    for (u32 r = 0; r < NREG_EBPF; r++)
        x.times[r] += times * y->times[r];
    x.plus += times * y->plus;
    x.needs |= y->needs;
    x.known &= y->known;
    return x;
}

static struct linear product(const struct linear *x, u64 times) {
    struct linear none = constant(0);
    return sum(none, x, times);
}

/* x where it is from -bias on below (1 << 32) - bias; what is known of its low half otherwise, nobody wants to know. */
static struct linear narrow(struct linear_loop *to, struct linear x, u64 bias) {
    struct linear y = x;
    u32 k;
    if (is_constant(&x)) {
        x.plus = bias ? (u64)(s64)(s32)x.plus : (u32)x.plus;
        return x;
    }
    y.plus += bias;
    for (k = 0; k < to->nneed && !(is_same_base(&to->need[k], &y) && to->need[k].plus == y.plus); k++)
        ;
    if (!x.known || k == MOST_NEEDS)
        return (struct linear){0};
    if (k == to->nneed)
        to->need[to->nneed++] = y;
    x.needs |= (u64)1 << k;
    return x;
}

/* x << 32 >> 32, of what was shifted already. */
static struct linear back_from_top(struct linear_loop *to, struct linear x, u64 bias) {
    bool low = (u32)x.plus;
    for (u32 r = 0; r < NREG_EBPF; r++) {
        low |= (u32)x.times[r] != 0;
        x.times[r] = (u64)((s64)x.times[r] >> 32);
    }
    x.plus = (u64)((s64)x.plus >> 32);
    return low ? (struct linear){0} : narrow(to, x, bias);
}

enum { SIGN_BIAS = 1u << 31 };

static struct linear result(struct linear_loop *to, const struct state *s, const struct insn *i) {
    const struct linear none = {0}, *b = i->b < NREG_EBPF ? &s->r[i->b] : &none,
                        *c = i->c < NREG_EBPF ? &s->r[i->c] : &none;
    u64 imm = (u64)(s64)i->imm;
    switch (i->op) {
    case OP_mov64: return *b;
    case OP_mov32: return narrow(to, *b, 0);
    case OP_movsx32_64: return narrow(to, *b, SIGN_BIAS);
    case OP_mov64i: return constant(imm);
    case OP_mov32i: return constant((u32)imm);
    case OP_const64: return constant(insn_imm64(i));
    case OP_add64: return sum(*b, c, 1);
    case OP_add32: return narrow(to, sum(*b, c, 1), 0);
    case OP_sub64: return sum(*b, c, (u64)-1);
    case OP_sub32: return narrow(to, sum(*b, c, (u64)-1), 0);
    case OP_neg64: return product(b, (u64)-1);
    case OP_add64i:
    case OP_add32i:
    case OP_sub64i:
    case OP_sub32i: {
        struct linear y = constant(imm);
        y = sum(*b, &y, i->op == OP_add64i || i->op == OP_add32i ? 1 : (u64)-1);
        return i->op == OP_add64i || i->op == OP_sub64i ? y : narrow(to, y, 0);
    }
    case OP_mul64i: return product(b, imm);
    case OP_mul32i: return narrow(to, product(b, imm), 0);
    case OP_lsh64i: return product(b, (u64)1 << (imm & 63));
    case OP_lsh32i: return narrow(to, product(b, (u64)1 << (imm & 31)), 0);
    case OP_rsh64i: return imm == 32 ? back_from_top(to, *b, 0) : none;
    case OP_arsh64i: return imm == 32 ? back_from_top(to, *b, SIGN_BIAS) : none;
    default: return none;
    }
}

/* --- a round --- */

static u32 place_in(const struct fuel_loop *l, u32 b) {
    u32 k = 0;
    while (k < l->n && l->body[k] != b)
        k++;
    return k;
}

static void join(struct state *to, const struct state *s, bool first) {
    for (u32 r = 0; r < NREG_EBPF; r++) {
        struct linear *x = &to->r[r];
        if (first)
            *x = s->r[r];
        else if (is_same_base(x, &s->r[r]) && x->plus == s->r[r].plus)
            x->needs |= s->r[r].needs;
        else
            *x = (struct linear){0};
    }
}

static void end_round(struct walk *w, const struct state *s, u32 at) {
    struct state last;
    memcpy(last.r, w->last, sizeof last.r);
    join(&last, s, !w->ends);
    memcpy(w->last, last.r, sizeof last.r);
    w->always = w->ends ? w->always & w->dom[at] : w->dom[at];
    w->ends = true;
}

static void note_spot(struct walk *w, u32 at, const struct insn *i, const struct state *s) {
    struct lfunc *f = w->f;
    struct linear_loop *to = w->to;
    struct linear off = constant((u64)(s64)i->off);
    if (!may_miss(f) || f->ebpf->u->o.place[f->pc].access == ACCESS_CTX || to->nspot == MOST_SPOTS)
        return;
    to->spot[to->nspot++] = (struct linear_spot){.pc = f->pc, .block = at, .at = sum(s->r[i->b], &off, 1)};
}

/* x << 32 by the instruction in front of that at pc, which shifts it back: what x was. */
static bool was_shifted(const struct lfunc *f, u32 pc, u32 start, const struct insn *i) {
    const struct insn *p = &f->f->code[pc - 1];
    return pc > start && p->op == OP_lsh64i && p->imm == 32 && p->a == i->b;
}

static bool is_same(const struct linear *x, const struct linear *y) {
    return is_same_base(x, y) && x->plus == y->plus;
}

/* v: the result; before: what the instruction in front of it read of the register that it shifts. */
static void note_plain(struct walk *w, u32 at, const struct insn *i, const struct linear *v,
                       const struct linear *before) {
    struct lfunc *f = w->f;
    struct linear_loop *to = w->to;
    struct linear_plain p = {.pc = f->pc, .block = at, .shift = NO_SHIFT, .x = *v};
    if (!v->needs || to->nplain == MOST_PLAIN)
        return;
    switch (i->op) {
    case OP_rsh64i:
    case OP_arsh64i:
        if (!was_shifted(f, f->pc, f->g.blk[w->l->body[at]].start, i) || !is_same(v, before))
            return;
        p.shift = f->pc - 1;
        break;
    case OP_mov32:
    case OP_movsx32_64:
    case OP_add32:
    case OP_sub32:
    case OP_add32i:
    case OP_sub32i:
    case OP_mul32i:
    case OP_lsh32i: break;
    default: return;
    }
    to->plain[to->nplain++] = p;
}

static void walk_block(struct walk *w, u32 at, struct state *s) {
    struct lfunc *f = w->f;
    struct linear before = {0};
    const struct block *b = &f->g.blk[w->l->body[at]];
    for (f->pc = b->start; f->pc < b->end; f->pc += (u32)isa_len(&f->f->code[f->pc])) {
        const struct insn *i = &f->f->code[f->pc];
        struct regs out = isa_writes(i);
        struct linear v = result(w->to, s, i);
        note_spot(w, at, i, s);
        note_plain(w, at, i, &v, &before);
        before = i->b < NREG_EBPF ? s->r[i->b] : (struct linear){0};
        for (u32 k = 0; k < out.n; k++)
            s->r[out.r[k]] = out.n == 1 && out.r[k] == i->a ? v : (struct linear){0};
    }
}

static u32 last_of(const struct lfunc *f, const struct block *b) {
    return b->end - 1 - (f->f->code[b->end - 1].op == OP_pad);
}

/* Does the block end with a test that leaves the loop on one side? Notes it in t. */
static bool is_exit(const struct walk *w, u32 at, const struct state *s, struct linear_test *t) {
    const struct lfunc *f = w->f;
    const struct block *b = &f->g.blk[w->l->body[at]];
    const struct insn *i = &f->f->code[last_of(f, b)];
    bool imm = isa_info[i->op].shape == SHAPE_JCCI, taken, fall;
    if ((!imm && isa_info[i->op].shape != SHAPE_JCC) || b->succ[0] == NBLOCK || b->succ[1] == NBLOCK)
        return false;
    taken = f->loop[b->succ[1]] == w->l;
    fall = f->loop[b->succ[0]] == w->l;
    t->block = at;
    t->wide = isa_info[i->op].type[1] == TYPE_I64;
    t->x = s->r[i->b];
    t->y = imm ? constant(t->wide ? (u64)(s64)i->imm : (u32)i->imm) : s->r[i->c];
    return taken != fall;
}

static void note_test(struct walk *w, u32 at, const struct state *s) {
    struct linear_loop *to = w->to;
    if (to->ntest < MOST_TESTS && is_exit(w, at, s, &to->test[to->ntest]))
        to->ntest++;
}

/* In order: all ways to a block of the loop come from blocks before it. */
static void walk_round(struct walk *w) {
    const struct fuel_loop *l = w->l;
    for (u32 r = 0; r < NREG_EBPF; r++) {
        w->in[0].r[r] = constant(0);
        w->in[0].r[r].times[r] = 1;
    }
    w->dom[0] = 1;
    for (u32 at = 0; at < l->n; at++) {
        const struct block *b = &w->f->g.blk[l->body[at]];
        struct state s = w->in[at];
        walk_block(w, at, &s);
        note_test(w, at, &s);
        for (u32 k = 0; k < block_nsucc(b); k++) {
            u32 to = block_succ(b, k) == NBLOCK ? l->n : place_in(l, block_succ(b, k));
            if (!to)
                end_round(w, &s, at);
            if (!to || to == l->n)
                continue;
            join(&w->in[to], &s, !w->dom[to]);
            w->dom[to] = (w->dom[to] ? w->dom[to] : (u64)-1) & w->dom[at];
        }
        if (at + 1 < l->n)
            w->dom[at + 1] |= (u64)1 << (at + 1);
    }
}

/* --- all rounds --- */

/* Steps may have either sign. Products with them and what is below 1 << 32 are below 1 << 63. */
static bool is_short_step(u64 step) {
    return size_of_step(step) < (u64)1 << 31;
}

/* Is x a sum of what has steps? Sets its own. */
static bool grows(const struct walk *w, struct linear *x) {
    x->step = 0;
    for (u32 r = 0; r < NREG_EBPF; r++) {
        if (x->times[r] && !w->steps[r])
            return false;
        x->step += x->times[r] * w->step[r];
    }
    return x->known;
}

static void find_steps(struct walk *w) {
    for (u32 r = 0; r < NREG_EBPF; r++) {
        const struct linear *x = &w->last[r];
        w->steps[r] = x->known && is_same_base(x, &w->in[0].r[r]);
        w->step[r] = x->plus;
    }
    for (u32 k = 0; k < w->to->nneed; k++)
        w->to->need[k].known = grows(w, &w->to->need[k]) && is_short_step(w->to->need[k].step);
}

static u64 needs_before(const struct walk *w, const struct linear *x) {
    u64 needs = 0;
    for (u32 r = 0; r < NREG_EBPF; r++)
        needs |= x->times[r] ? w->last[r].needs : 0;
    return needs;
}

/* The same; and what is needed before, by it and by its needs, have steps as well. */
static bool is_linear(const struct walk *w, struct linear *x) {
    u64 was;
    if (!grows(w, x))
        return false;
    x->before = needs_before(w, x);
    do {
        was = x->before;
        for (u32 k = 0; k < w->to->nneed; k++) {
            if (!((x->needs | was) >> k & 1))
                continue;
            if (!w->to->need[k].known)
                return false;
            x->before |= needs_before(w, &w->to->need[k]);
        }
    } while (x->before != was);
    return true;
}

static s64 step_in(const struct linear_test *t, const struct linear *x) {
    return t->wide ? (s64)x->step : (s32)x->step;
}

/* As the loop goes on while x stay y, x with a step and y without. */
static bool set_test(const struct walk *w, struct linear_test *t) {
    const struct block *b = &w->f->g.blk[w->l->body[t->block]];
    if (!(w->always >> t->block & 1) || !is_linear(w, &t->x) || !is_linear(w, &t->y) ||
        !compares_by(w->f->f->code[last_of(w->f, b)].op, &t->stay))
        return false;
    if (w->f->loop[b->succ[1]] != w->l)
        t->stay = inverse(t->stay);
    if (step_in(t, &t->y)) {
        struct linear x = t->x;
        t->x = t->y;
        t->y = x;
        t->stay = swapped(t->stay);
    }
    t->step = step_in(t, &t->x);
    return !step_in(t, &t->y) && leads_out(t->stay, t->step);
}

static u32 tests_before(const struct walk *w, u32 at) {
    u32 after = 0;
    for (u32 k = 0; k < w->to->ntest; k++)
        if (w->to->test[k].block != at && w->dom[at] >> w->to->test[k].block & 1)
            after |= 1u << k;
    return after;
}

static void choose_tests(struct walk *w) {
    struct linear_loop *to = w->to;
    u32 n = 0;
    for (u32 k = 0; k < to->ntest; k++) {
        to->test[n] = to->test[k];
        n += set_test(w, &to->test[n]);
    }
    to->ntest = n;
    for (u32 k = 0; k < n; k++)
        to->test[k].after = tests_before(w, to->test[k].block);
}

/* Where an access is not made in each round, its base may be none in the others: it is taken where another one has the
 * same. */
static bool is_likely(const struct walk *w, const struct linear_spot *s) {
    const struct place *p = w->f->ebpf->u->o.place;
    for (u32 k = 0; k < w->to->nspot; k++) {
        const struct linear_spot *x = &w->to->spot[k];
        if (w->always >> x->block & 1 && p[x->pc].region == p[s->pc].region && is_same_base(&x->at, &s->at))
            return true;
    }
    return false;
}

static bool calls(const struct lfunc *f, const struct fuel_loop *l) {
    for (u32 k = 0; k < l->n; k++)
        for (u32 pc = f->g.blk[l->body[k]].start; pc < f->g.blk[l->body[k]].end; pc++) {
            u16 op = f->f->code[pc].op;
            if ((op == OP_call && !is_in_place(f, pc)) || op == OP_callk || op == OP_callf || op == OP_callx)
                return true;
        }
    return false;
}

static void choose_spots(struct walk *w) {
    struct linear_loop *to = w->to;
    u32 n = 0;
    for (u32 k = 0; k < to->nspot; k++) {
        struct linear_spot s = to->spot[k];
        if (!is_linear(w, &s.at) || !is_short_step(s.at.step) || !is_likely(w, &s))
            continue;
        s.after = tests_before(w, s.block);
        to->spot[n++] = s; /* what is left out is like no one behind it */
    }
    to->nspot = calls(w->f, w->l) ? 0 : n;
}

/* Is need k looked at for all rounds that pass those tests (in: of the rounds themselves, not of those before alone)?
 */
static bool is_looked_at(const struct linear *x, u32 of, u32 k, u32 after, bool in) {
    return (x->needs | (in ? 0 : x->before)) >> k & 1 && !(of & ~after);
}

static bool is_met(const struct linear_loop *to, u32 k, u32 after, bool in) {
    bool met = false;
    for (u32 j = 0; j < to->nspot; j++)
        met |= is_looked_at(&to->spot[j].at, to->spot[j].after, k, after, in);
    for (u32 j = 0; j < to->ntest; j++)
        if (to->test[j].wide)
            met |= is_looked_at(&to->test[j].x, to->test[j].after, k, after, in) ||
                   is_looked_at(&to->test[j].y, to->test[j].after, k, after, in);
    return met;
}

/* Those that need no more than what is looked at for accesses and tests. */
static void choose_plain(struct walk *w) {
    struct linear_loop *to = w->to;
    u32 n = 0;
    for (u32 k = 0; k < to->nplain; k++) {
        struct linear_plain p = to->plain[k];
        bool met = is_linear(w, &p.x);
        u32 after = tests_before(w, p.block);
        for (u32 j = 0; met && j < to->nneed; j++)
            if ((p.x.needs | p.x.before) >> j & 1)
                met = is_met(to, j, after, p.x.needs >> j & 1);
        if (met)
            to->plain[n++] = p;
    }
    to->nplain = n;
}

/* Of the longest way round; from[]: of each block, what is paid from its charge on to where the round ends. */
static u64 cost_of_round(const struct walk *w) {
    const struct lfunc *f = w->f;
    u64 from[MOST_LOOP_BLOCKS] = {0};
    for (u32 at = w->l->n; at-- > 0;) {
        const struct block *b = &f->g.blk[w->l->body[at]];
        for (u32 k = 0; k < block_nsucc(b); k++) {
            u32 s = block_succ(b, k), to = s == NBLOCK ? w->l->n : place_in(w->l, s);
            bool paid = runs_on(f, w->l->body[at]) && b->succ[0] == s;
            u64 cost = to && to < w->l->n ? from[to] + (paid ? 0 : f->g.blk[s].charge) : 0;
            from[at] = cost > from[at] ? cost : from[at];
        }
    }
    return from[0] + f->g.blk[w->l->body[0]].charge;
}

int linear_find(struct lfunc *f, struct fuel_loop *l) {
    struct walk w = {.f = f, .l = l, .to = arena_new(f->a, struct linear_loop, 1)};
    w.in = arena_new(f->a, struct state, l->n);
    w.dom = arena_new(f->a, u64, l->n);
    if (!w.to || !w.in || !w.dom)
        return out_of_memory(f);
    if (f->f->nreg > NREG_EBPF)
        return 0;
    walk_round(&w);
    if (!w.ends)
        return 0;
    find_steps(&w);
    choose_tests(&w);
    choose_spots(&w);
    choose_plain(&w);
    w.to->cost = cost_of_round(&w);
    if (w.to->ntest && (f->looks || w.to->nspot))
        l->linear = w.to;
    return 0;
}
