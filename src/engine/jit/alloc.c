/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* alloc.c - a place for each value: linear scan over where they live.
 * in: values, sites      out: value.where, reg, slot; site.gpr, xmm; used_gpr, used_xmm, nslot
 *
 * In the order in which they begin; where registers run out, the value of least weight goes to the frame for all of
 * its life. What lives across calls gets a register that calls keep, or one that is saved around them, or a slot,
 * whichever costs least. */
#include "engine/jit/image.h"
#include "engine/jit/jit.h"
#include <stdlib.h>
#include <string.h>

enum { CLASSES = 2, REGS = 32, SPARE = 3 };

struct scan {
    struct unit *u;
    u32 allowed[CLASSES], kept[CLASSES];
    u32 busy[CLASSES]; /* registers that hold values now */
    u16 holder[CLASSES][REGS];
    u32 *call_at, *call_sum; /* of calls: number of instruction; weights up to and with it */
    u32 ncall, next_call;    /* next_call: the first behind the begin of the value that is placed */
    u32 next_site, next_end; /* next_end: none of those that hold registers ends before */
};

static u32 kind(const struct value *v) {
    return v->cls != VAL_INT;
}

static bool is_call(const struct unit *u, const struct site *s) {
    u16 op = u->code[s->pc].op;
    return op == OP_call || op == OP_callf || op == OP_callk || op == OP_callx || isa_info[op].window == WIN_CALL;
}

/* The first call at number `at` or behind. */
static u32 call_from(const struct scan *s, u32 at) {
    u32 lo = 0, hi = s->ncall;
    while (lo < hi) {
        u32 mid = lo + (hi - lo) / 2;
        if (s->call_at[mid] < at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Weight of the calls that v lives across. */
static u32 crossed(struct scan *s, const struct value *v) {
    u32 lo;
    while (s->next_call < s->ncall && s->call_at[s->next_call] < v->first + 1)
        s->next_call++;
    lo = s->next_call;
    if (lo == s->ncall || s->call_at[lo] >= v->last)
        return 0;
    return s->call_sum[call_from(s, v->last) - 1] - (lo ? s->call_sum[lo - 1] : 0);
}

static void to_slot(struct unit *u, struct value *v) {
    v->where = IN_SLOT;
    v->reg = NO_REG;
    if (v->cls == VAL_VEC)
        u->nslot = (u32)align_up(u->nslot, 2);
    v->slot = u->nslot;
    u->nslot += v->cls == VAL_VEC ? 2 : 1;
}

/* Which registers hold what lives on behind each site up to number `at`. */
static void note_sites(struct scan *s, u32 at) {
    struct unit *u = s->u;
    for (; s->next_site < u->nsite && u->site[s->next_site].pc + 1 <= at; s->next_site++) {
        struct site *t = &u->site[s->next_site];
        for (u32 c = 0; c < CLASSES; c++)
            for (u32 m = s->busy[c]; m; m &= m - 1) {
                u32 r = (u32)__builtin_ctz(m);
                const struct value *v = &u->val[s->holder[c][r]];
                if (v->first < t->pc + 1 && v->last > t->pc + 1)
                    *(c ? &t->xmm : &t->gpr) |= 1u << r;
            }
    }
}

static void expire(struct scan *s, u32 at) {
    u32 next = UINT32_MAX;
    if (at < s->next_end)
        return;
    for (u32 c = 0; c < CLASSES; c++)
        for (u32 m = s->busy[c]; m; m &= m - 1) {
            u32 r = (u32)__builtin_ctz(m);
            u32 last = s->u->val[s->holder[c][r]].last;
            if (last <= at)
                s->busy[c] &= ~(1u << r);
            else if (last < next)
                next = last;
        }
    s->next_end = next;
}

static void take(struct scan *s, u32 id, u32 reg) {
    struct value *v = &s->u->val[id];
    u32 c = kind(v);
    v->where = c ? IN_XMM : IN_GPR;
    v->reg = (u8)reg;
    s->busy[c] |= 1u << reg;
    s->holder[c][reg] = (u16)id;
    if (v->last < s->next_end)
        s->next_end = v->last;
    *(c ? &s->u->used_xmm : &s->u->used_gpr) |= 1u << reg;
}

/* The register of an operand that the defining instruction reads for the last time: the result best stands there. */
static u32 operand_register(const struct scan *s, const struct value *v) {
    const struct unit *u = s->u;
    const struct insn *i;
    const u16 *reg[2];
    if (!v->first || v->flags & VALUE_CROSS)
        return NO_REG;
    i = &u->code[v->first - 1];
    reg[0] = &i->b;
    reg[1] = &i->c;
    for (u32 k = 0; k < 2; k++)
        if (isa_has(isa_info[i->op].type[1 + k])) {
            const struct value *x = value_of(u, *reg[k]);
            if (x->cls == v->cls && x->where == (v->cls == VAL_INT ? IN_GPR : IN_XMM) && x->last <= v->first)
                return x->reg;
        }
    return NO_REG;
}

/* Of what crosses edges the holder of least weight, or NO_REG. */
static u32 lightest(const struct scan *s, u32 c, u32 among, u32 first, u32 *least) {
    u32 best = NO_REG;
    for (u32 m = among; m; m &= m - 1) {
        u32 r = (u32)__builtin_ctz(m);
        const struct value *x = &s->u->val[s->holder[c][r]];
        if (x->weight < *least && x->first < first) { /* what begins here too may be read here */
            *least = x->weight;
            best = r;
        }
    }
    return best;
}

static u32 crossing(const struct scan *s, u32 c) {
    u32 set = 0;
    for (u32 m = s->busy[c]; m; m &= m - 1) {
        u32 r = (u32)__builtin_ctz(m);
        set |= (u32)(s->u->val[s->holder[c][r]].flags & VALUE_CROSS ? 1u << r : 0);
    }
    return set;
}

static void place(struct scan *s, u32 id) {
    struct value *v = &s->u->val[id];
    u32 c = kind(v), across = crossed(s, v), free = s->allowed[c] & ~s->busy[c], want, best = NO_REG, least = v->weight;
    u32 among = s->busy[c] & s->allowed[c];
    if (v->flags & VALUE_MIXED) {
        to_slot(s->u, v);
        return;
    }
    if (v->flags & VALUE_CROSS) { /* they may not take all, or each of the many values of a block goes through memory */
        u32 held = crossing(s, c);
        if ((u32)__builtin_popcount(held) + SPARE >= (u32)__builtin_popcount(s->allowed[c])) {
            free = 0;
            among = held;
        }
    }
    want = free;
    if (across) {
        v->flags |= VALUE_KEPT;
        if (free & s->kept[c]) {
            want = free & s->kept[c];
        } else if (v->weight <= 2 * across) { /* saving it costs more than loading it */
            to_slot(s->u, v);
            return;
        }
    } else if (free & ~s->kept[c]) {
        want = free & ~s->kept[c];
    }
    if (want) {
        u32 like = operand_register(s, v);
        if (like != NO_REG && want >> like & 1)
            best = like;
        else if (v->hint != NO_REG && want >> v->hint & 1)
            best = v->hint;
        else
            best = (u32)__builtin_ctz(want);
        take(s, id, best);
        return;
    }
    best = lightest(s, c, among, v->first, &least);
    if (best == NO_REG) {
        to_slot(s->u, v);
        return;
    }
    to_slot(s->u, &s->u->val[s->holder[c][best]]);
    take(s, id, best);
}

static int calls(struct scan *s) {
    struct unit *u = s->u;
    u32 sum = 0;
    s->call_at = arena_new(u->tmp, u32, u->nsite + 1);
    s->call_sum = arena_new(u->tmp, u32, u->nsite + 1);
    if (!s->call_at || !s->call_sum)
        return fail(u->e, E_NOMEM, NOWHERE, "out of memory to compile %s", u->f->name);
    for (u32 k = 0; k < u->nsite; k++)
        if (is_call(u, &u->site[k])) {
            sum += (u32)1 << 3 * u->loop[u->g.of[u->site[k].pc]];
            s->call_at[s->ncall] = u->site[k].pc + 1;
            s->call_sum[s->ncall++] = sum;
        }
    u->calls = s->ncall != 0;
    return 0;
}

static bool wants_place(struct value *v) {
    if (v->same != NO_VALUE)
        return false;
    if (!v->uses && !(v->flags & (VALUE_CROSS | VALUE_CHANGED))) {
        v->where = IN_NOTHING;
        return false;
    }
    if (v->flags & VALUE_CONST && !(v->flags & (VALUE_CROSS | VALUE_CHANGED))) {
        v->where = IN_CODE;
        return false;
    }
    if (v->uses == 1 && !(v->flags & (VALUE_CROSS | VALUE_CHANGED)))
        v->flags |= VALUE_ONCE;
    return true;
}

/* By where they begin: values of blocks come so, those that cross edges are counted in. */
static u16 *in_order(struct unit *u, u32 *n) {
    u32 most = u->f->nslot + 2, total = 0;
    u32 *at = arena_new(u->tmp, u32, most + 1);
    u16 *order = arena_some(u->tmp, u16, u->nval + 1);
    if (!at || !order)
        return NULL;
    for (u32 k = 0; k < u->nval; k++)
        if (wants_place(&u->val[k]))
            at[u->val[k].first + 1 < most ? u->val[k].first + 1 : most]++, total++;
    for (u32 k = 1; k <= most; k++)
        at[k] += at[k - 1];
    for (u32 k = 0; k < u->nval; k++) {
        const struct value *v = &u->val[k];
        if (v->same == NO_VALUE && v->where != IN_CODE && (v->uses || v->flags & (VALUE_CROSS | VALUE_CHANGED)))
            order[at[v->first]++] = (u16)k;
    }
    *n = total;
    return order;
}

/* What a site leaves anew is not what lives on there, though its register may be the same: of what crosses edges, or of
 * what was moved out for it. */
static void less_results(struct unit *u, struct site *s, u32 from, u32 n) {
    for (u32 k = from; k < from + n; k++) {
        const struct value *v = u->list[k] == NO_VALUE ? NULL : value_of(u, u->list[k]);
        if (v && v->where == IN_GPR)
            s->gpr &= ~(1u << v->reg);
        else if (v && v->where == IN_XMM)
            s->xmm &= ~(1u << v->reg);
    }
}

int jit_alloc(struct unit *u, u32 gpr, u32 xmm) {
    struct scan s = {.u = u, .allowed = {gpr, xmm}, .kept = {u->mc->kept_gpr, u->mc->kept_xmm}, .next_end = UINT32_MAX};
    u16 *order;
    u32 n;
    if (u->homes || u->fixed)
        return 0;
    if (calls(&s))
        return u->e->code;
    order = in_order(u, &n);
    if (!order)
        return fail(u->e, E_NOMEM, NOWHERE, "out of memory to compile %s", u->f->name);
    for (u32 k = 0; k < n; k++) {
        u32 at = u->val[order[k]].first;
        note_sites(&s, at);
        expire(&s, at);
        place(&s, order[k]);
    }
    note_sites(&s, UINT32_MAX);
    for (u32 k = 0; k < u->nsite; k++) {
        less_results(u, &u->site[k], u->site[k].out, u->site[k].nout);
        less_results(u, &u->site[k], u->site[k].zero, u->site[k].nzero);
    }
    return 0;
}
