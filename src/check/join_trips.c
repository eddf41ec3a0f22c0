/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* join_trips.c - how often a loop goes round.
 * in: states that come back to the head of a loop, in the last round      out: how often it is come to at most
 *
 * A loop ends where a number moves on by a constant each time round and its range at the head has an end, or where the
 * runtime itself counts: each round takes an element of one iterator, passes the head's may_goto, or is a callback's.
 * Each number, and each iterator, gets an id at the head: a state that comes back with the same id says how far it
 * moved. Where that is no constant (`j += i`) it is enough that nothing else is done to a register in the loop than
 * that numbers are added to it which are known not to be 0, one of them at least on each way round. */
#include "check/join_inner.h"
#include <stdlib.h>

enum {
    MOVED = 1 << 20,
    NAMING = 32, /* what it costs, in instructions */
    /* of the runtime: control.c, storage.c, iter.c of rt/helpers */
    LOOPS_MOST = 8 << 20,
    SAMPLES_MOST = 128 << 10,
    /* of helpers.def and maps.def */
    FOR_EACH = 164,
    FIND_VMA = 180,
    LOOP = 181,
    DRAIN = 209,
    ARRAY = 2,
    CPU_ARRAY = 6,
};

static struct reg *place_in(struct frame *f, u32 p) {
    if (p < NREG_EBPF)
        return &f->r[p];
    p -= NREG_EBPF;
    return p >= f->lo && f->byte[p * 8] == B_REG ? &f->slot[p] : NULL;
}

static bool only_one(const struct state *s, u32 id) {
    u32 n = 0;
    for (u32 k = 0; k < s->nframe; k++)
        for (u32 p = 0; p < PLACES; p++) {
            const struct reg *r = place_in(s->f[k], p);
            n += r && r->id == id;
        }
    return n == 1;
}

static bool is_iterator(const struct frame *f, u32 slot) {
    return slot >= f->lo && f->byte[slot * 8] == B_ITER && !f->slot[slot].sub;
}

/* Numbers and iterators at a head get ids of the head, each its own, which say: so much at this round. Those of loops
 * around it stay. */
void join_name(struct join *j, struct node *n, struct state *s) {
    struct frame *f = state_frame(&j->c->pool, s, s->nframe - 1);
    if (!n->own && !(n->own = calloc(PLACES, sizeof *n->own)))
        f = NULL;
    if (!f) {
        j->failed = true;
        return;
    }
    j->steps += NAMING;
    for (u32 p = 0; p < PLACES; p++) { /* of the round before: not what the name means from here on */
        struct reg *r = place_in(f, p);
        for (u32 q = 0; r && r->kind == VAL_SCALAR && r->id && q < PLACES; q++)
            if (q != p && r->id == n->own[q]) {
                r->id = 0;
                r->off = 0;
                r->flags = 0;
            }
    }
    for (u32 p = 0; p < PLACES; p++) {
        struct reg *r = place_in(f, p);
        if (!r || r->kind != VAL_SCALAR || (r->id && r->id == n->own[p]))
            continue;
        if (n->own[p]) {
            r->id = n->own[p];
            r->off = 0;
            r->flags = 0;
        } else if (!r->id || (merged_id(r->id) && only_one(s, r->id))) {
            name_number(j->c, r);
            n->own[p] = r->id;
        }
    }
    for (u32 k = f->lo; k < SLOTS && j->c->fn[n->func].mark[n->pc] & M_HEAD; k++) {
        u32 *own = &n->own[NREG_EBPF + k];
        if (!is_iterator(f, k) || (f->slot[k].id && !*own))
            continue;
        *own = *own ? *own : new_id(j->c);
        f->slot[k].id = *own;
    }
}

void join_append(struct join *j, u32 **list, u32 *n, u32 *cap, u32 i) {
    if (*n == *cap) {
        u32 more = *cap ? *cap * 2 : 4, *x = realloc(*list, more * sizeof *x);
        if (!x) {
            j->failed = true;
            return;
        }
        *list = x;
        *cap = more;
    }
    (*list)[(*n)++] = i;
}

/* Slots whose iterators are those of the head, and gave an element since. */
static u64 drained(const struct node *h, const struct frame *f, const struct frame *g) {
    u64 slots = 0;
    for (u32 k = 0; h->own && k < SLOTS; k++)
        if (is_iterator(f, k) && is_iterator(g, k) && g->slot[k].id && g->slot[k].id == h->own[NREG_EBPF + k] &&
            f->slot[k].id == g->slot[k].id && f->slot[k].uid > g->slot[k].uid)
            slots |= 1ull << k;
    return slots;
}

/* A state has come round to the head: how far did each number move? */
void join_measure(struct join *j, struct node *h) {
    struct frame *f = top(j->c), *g = h->s->f[h->nframe - 1];
    bool first = h->nback == h->ncame;
    join_append(j, &h->back, &h->nback, &h->capback, j->at->self);
    if (!h->up) {
        h->up = malloc(PLACES * sizeof *h->up);
        h->down = malloc(PLACES * sizeof *h->down);
        if (!h->up || !h->down) {
            j->failed = true;
            return;
        }
    }
    h->drains = drained(h, f, g) & (first ? UINT64_MAX : h->drains);
    for (u32 p = 0; p < PLACES; p++) {
        const struct reg *r = place_in(f, p), *o = place_in(g, p);
        s64 d = 0;
        if (h->own && r && o && r->kind == VAL_SCALAR && o->kind == VAL_SCALAR && o->id && o->id == h->own[p] &&
            r->id == o->id && !((r->flags | o->flags) & (R_LOW | R_HIGH)))
            d = (r->flags & R_DELTA ? r->off : 0) - (o->flags & R_DELTA ? o->off : 0);
        if (d < -MOVED || d > MOVED)
            d = 0;
        if (first || d < h->up[p])
            h->up[p] = (s32)d;
        if (first || d > h->down[p])
            h->down[p] = (s32)d;
    }
}

void join_came_back(struct join *j, struct node *h) {
    join_append(j, &h->back, &h->nback, &h->capback, j->at->self);
    h->ncame++;
}

/* By numbers that move on. */
static u64 trips_by_numbers(const struct node *h) {
    struct frame *f = h->s->f[h->nframe - 1];
    u64 best = 0;
    for (u32 p = 0; h->up && p < PLACES; p++) {
        const struct reg *r = place_in(f, p);
        s64 d = h->up[p] > 0 ? h->up[p] : h->down[p] < 0 ? -h->down[p] : 0;
        u64 wide, n;
        if (!r || r->kind != VAL_SCALAR || !d)
            continue;
        wide = (u64)r->var.smax - (u64)r->var.smin;
        if (r->var.umax - r->var.umin < wide)
            wide = r->var.umax - r->var.umin;
        if (wide >= 1ull << 62)
            continue;
        n = wide / (u64)d + 2;
        if (!best || n < best)
            best = n;
    }
    return best;
}

static u64 fewer(u64 a, u64 b) {
    return a && (!b || a < b) ? a : b;
}

/* By iterators that each round takes an element of: the last finds none. */
static u64 trips_by_iterators(const struct node *h) {
    const struct frame *f = h->s->f[h->nframe - 1];
    u64 best = 0;
    for (u64 left = h->drains; left; left &= left - 1)
        best = fewer(f->slot[__builtin_ctzll(left)].var.umax + 2, best);
    return best;
}

u64 join_rounds(const struct join *j, const struct node *h) {
    const struct insn *i = &j->c->m->func[h->func].code[h->pc];
    const struct reg *r = h->s->f[h->nframe - 1]->r;
    const struct map_def *d;
    if (i->op != OP_call)
        return 0;
    switch (i->imm) {
    case LOOP: return 1 + (r[1].kind == VAL_SCALAR && r[1].var.umax < LOOPS_MOST ? r[1].var.umax : LOOPS_MOST);
    case FIND_VMA: return 1 + 1;
    case DRAIN: return 1 + SAMPLES_MOST;
    case FOR_EACH: /* where entries come and go it may be more than there is room for */
        d = r[1].kind == VAL_MAP && !r[1].sub ? &j->c->m->map[r[1].map] : NULL;
        return d && (d->type == ARRAY || d->type == CPU_ARRAY) ? 1 + (u64)j->c->l->map[r[1].map].max_entries : 0;
    default: return 0;
    }
}

/* By how much an addition makes its register greater, at least, as a number without a sign; 0: not known to. */
static u64 grows(struct check *c, const struct insn *i) {
    const struct reg *x, *y;
    bool wide = i->op == OP_add64 || i->op == OP_add64i, imm = i->op == OP_add64i || i->op == OP_add32i;
    u64 end = wide ? UINT64_MAX : UINT32_MAX;
    if ((!wide && !imm && i->op != OP_add32) || i->a != i->b || (imm ? i->imm <= 0 : i->c >= NREG_EBPF))
        return 0;
    x = &top(c)->r[i->b];
    y = imm ? NULL : &top(c)->r[i->c];
    if (x->kind != VAL_SCALAR || (y && y->kind != VAL_SCALAR) || x->var.umax > end ||
        (y ? y->var.umax : (u64)i->imm) > end - x->var.umax)
        return 0;
    return y ? y->var.umin : (u64)i->imm;
}

void join_moves(struct join *j) {
    struct check *c = j->c;
    const struct insn *i = &c->m->func[c->func].code[c->pc];
    struct regs w = isa_writes(i);
    struct node *n = j->at;
    if (c->s.nframe != n->nframe) /* behind a call that was followed */
        n->sets = UINT16_MAX;
    for (u32 k = 0; k < w.n; k++) {
        u32 r = w.r[k];
        u64 d;
        if (r >= REG_FP || n->sets >> r & 1)
            continue;
        if (!(d = grows(c, i)))
            n->sets |= (u16)(1 << r);
        if (!(n->adds >> r & 1) || d < n->step[r])
            n->step[r] = d;
        n->adds |= (u16)(1 << r);
    }
}

static u32 add_open(struct join *j, u32 *stack, u32 n, const u32 *node, u32 count) {
    for (u32 k = 0; k < count; k++)
        if (j->node[node[k]]->mark != j->marks) {
            j->node[node[k]]->mark = j->marks;
            stack[n++] = node[k];
        }
    return n;
}

/* Does each way round add something to register r? Looks backwards, from where the head is come to again, as far as
 * nothing does. stack: room for all nodes. */
static bool always_adds(struct join *j, const struct node *h, u32 r, u32 *stack) {
    u32 n;
    j->marks++;
    n = add_open(j, stack, 0, h->back, h->nback);
    while (n) {
        const struct node *x = j->node[stack[--n]];
        if (x->adds >> r & 1)
            continue;
        if (x == h)
            return false;
        n = add_open(j, stack, n, x->from, x->nfrom);
        n = add_open(j, stack, n, x->back, x->nback);
    }
    return true;
}

/* By numbers that steps of any size are added to. */
static u64 trips_by_additions(struct join *j, const struct node *h, const u32 *body, u32 n) {
    u32 *stack = malloc(j->n * sizeof *stack);
    const struct frame *f = h->s->f[h->nframe - 1];
    u32 adds = 0, sets = 0;
    u64 best = 0;
    for (u32 k = 0; k < n; k++) {
        const struct node *x = j->node[body[k]];
        adds |= x->adds;
        sets |= x->nframe == h->nframe ? x->sets : UINT16_MAX;
    }
    j->failed |= !stack;
    for (u32 r = 0; stack && r < REG_FP; r++) {
        u64 least = UINT64_MAX, wide = f->r[r].var.umax - f->r[r].var.umin;
        if (!(adds & ~sets & 1u << r) || f->r[r].kind != VAL_SCALAR || !always_adds(j, h, r, stack))
            continue;
        for (u32 k = 0; k < n; k++) {
            const struct node *x = j->node[body[k]];
            if (x->adds >> r & 1 && x->step[r] < least)
                least = x->step[r];
        }
        best = fewer(wide / least < 1ull << 62 ? wide / least + 2 : 0, best);
    }
    free(stack);
    return best;
}

u64 join_trips(struct join *j, const struct node *h, const u32 *body, u32 n) {
    u64 trips = fewer(trips_by_numbers(h), trips_by_iterators(h));
    if (!trips)
        trips = trips_by_additions(j, h, body, n);
    return j->c->m->func[h->func].code[h->pc].op == OP_may_goto ? fewer(trips, LOOPS_MOST + 1) : trips;
}
