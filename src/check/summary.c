/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* summary.c - calls of static functions, each looked at by itself, and what they came to kept for calls that are given
 * no more.
 *
 *   entry (arguments, slots of the frames below that are used) -> exits (r0, those slots, what was learnt of packets)
 *
 * Only in joined states (join.c): a function is a graph of its own there, from its entry to its exits, of which each
 * goes on in the caller. The same call with arguments that an earlier one covers comes to those exits, too: what is
 * known of the arguments may be less there, never wrong. After some that were not covered one is looked at with numbers
 * that may be anything; where that is not proven, each goes on by itself. What holds references, locks or sections is
 * not kept. */
#include "check/join.h"
#include <stdlib.h>
#include <string.h>

enum { ENOUGH = 3, SMALL = 12 };

struct summary {
    struct part p;
    u64 length;
    bool looked; /* in a round that counts: facts stand */
};

static void part_drop(struct check *c, struct part *p) {
    state_drop(&c->pool, &p->entry);
    while (p->nexit)
        state_drop(&c->pool, &p->exit[--p->nexit]);
}

static void summary_drop(struct check *c, struct summary *s) {
    part_drop(c, &s->p);
    c->memory -= sizeof *s;
    free(s);
}

void summaries_drop(struct check *c) {
    for (u32 n = 0; n < c->m->nfunc; n++) {
        struct fn *fn = &c->fn[n];
        while (fn->nsum)
            summary_drop(c, fn->sum[--fn->nsum]);
        fn->narrow = false;
    }
}

/* --- by itself --- */

/* The same way of calls. */
static bool is_exit(const struct check *c, const struct part *p) {
    if (c->s.nframe != p->nframe)
        return false;
    for (u32 k = 0; k < p->nframe; k++)
        if (c->s.f[k]->func != p->entry.f[k]->func || c->s.f[k]->ret != p->entry.f[k]->ret ||
            c->s.f[k]->cb != p->entry.f[k]->cb)
            return false;
    return true;
}

static bool holds_same(const struct state *a, const struct state *b) {
    bool same = a->nref == b->nref && a->lock_map == b->lock_map && a->rcu == b->rcu && a->preempt == b->preempt;
    for (u32 k = 0; same && k < a->nref; k++)
        same = a->ref[k].kind == b->ref[k].kind && a->ref[k].frame == b->ref[k].frame && a->ref[k].pc == b->ref[k].pc;
    return same;
}

bool part_left(struct check *c) {
    struct part *p = c->part;
    if (!p || !is_exit(c, p))
        return false;
    c->over = true;
    if (!join_counts(c))
        return true;
    if (top(c)->r[0].kind == VAL_STACK) { /* as it is noted */
        struct frame *f = own_slots(c, top_index(c), 0);
        if (f)
            f->r[0] = reg_scalar(scalar_any());
    }
    if (p->nexit < PART_EXITS) {
        state_copy(&p->exit[p->nexit++], &c->s);
        return true;
    }
    for (u32 k = 0; k < p->nexit; k++)
        if (holds_same(&p->exit[k], &c->s)) {
            struct state s;
            state_copy(&s, &c->s);
            s.pc = p->exit[k].pc;
            state_join(c, &p->exit[k], &s, false, NULL, 0, NULL);
            state_drop(&c->pool, &s);
            return true;
        }
    unproven(c, CHECK_BUDGET, -1)->have = PART_EXITS;
    c->gave_up = c->stop = true;
    return true;
}

/* From c->s, in front of the function's first instruction. False: it did not come to its end. */
static bool look_at_part(struct check *c, struct part *p, bool quiet, u64 *length) {
    u32 func = c->func, pc = c->pc;
    bool was = c->quiet, ranging = c->ranging, done;
    u64 steps;
    p->outer = c->part;
    p->nframe = c->s.nframe;
    p->func[p->nfunc++] = top(c)->func;
    state_copy(&p->entry, &c->s);
    c->part = p;
    done = join_from(c, join_left(c), quiet, length, &steps);
    c->part = p->outer;
    c->func = func;
    c->pc = pc;
    c->quiet = was;
    c->ranging = ranging;
    c->over = false;
    join_add(c, *length, steps);
    for (u32 k = 0; p->outer && k + 1 < p->outer->nframe; k++)
        p->outer->touched[k] |= p->touched[k];
    if (p->outer) {
        p->outer->forgets |= p->forgets;
        p->outer->odd |= p->odd;
    }
    c->stop |= !done;
    return !c->stop;
}

/* The exits go on in the caller: one in s, the others wait. */
static void go_on(struct check *c, struct state *exit, u32 n) {
    for (u32 k = n; k--;) {
        struct reg r0;
        memcpy(&c->s, &exit[k], sizeof c->s);
        exit[k].nframe = 0;
        r0 = top(c)->r[0];
        leave_frame(c, &r0);
        if (k && fork_state(c))
            state_drop(&c->pool, &c->s);
    }
    c->over = !n; /* it never comes back */
}

/* --- kept --- */

static bool can_be_kept(const struct check *c, const struct part *p) {
    if (c->pool.made > c->pool.limit / 4 || p->odd || p->entry.nref || p->entry.lock_map != NO_INDEX)
        return false;
    for (u32 k = 0; k < p->nexit; k++) {
        const struct state *s = &p->exit[k];
        const struct reg *r0 = &s->f[s->nframe - 1]->r[0];
        if (s->nref || s->lock_map != NO_INDEX || s->rcu != p->entry.rcu || s->preempt != p->entry.preempt)
            return false;
        if (reg_is_pointer(r0) && r0->ref)
            return false;
    }
    return !c->stop;
}

/* NULL: there is no room. What does not count goes first where the round does. */
static struct summary *summary_new(struct check *c, struct fn *fn, bool loud) {
    struct summary *s = NULL;
    for (u32 k = fn->nsum; loud && fn->nsum == KEPT && k--;)
        if (!fn->sum[k]->looked) {
            summary_drop(c, fn->sum[k]);
            fn->sum[k] = fn->sum[--fn->nsum];
        }
    if (c->memory + sizeof *s < c->max_memory / 4 && (s = calloc(1, sizeof *s)))
        c->memory += sizeof *s;
    return s;
}

static bool keep(struct check *c, struct fn *fn, struct summary *s) {
    if (fn->nsum == KEPT || !can_be_kept(c, &s->p))
        return false;
    fn->sum[fn->nsum++] = s;
    return true;
}

/* Frames are told apart by how far they lie below the function's. */
static u8 moved(u8 frame, u32 from, u32 to) {
    return (u8)(frame + to - from);
}

static bool arg_within(struct check *c, const struct part *p, const struct reg *o, const struct reg *s, struct ids *m) {
    struct reg r = *s;
    if (o->kind == VAL_STACK && r.kind == VAL_STACK)
        r.frame = moved(r.frame, c->s.nframe + 1, p->nframe);
    if (c->len_id && (o->id == c->len_id) != (r.id == c->len_id))
        return false;
    return reg_within(o, &r, m);
}

static bool slot_within(struct check *c, const struct part *p, const struct frame *o, const struct frame *s, u32 slot,
                        struct ids *m) {
    const u8 *a = &o->byte[slot * 8], *b = &s->byte[slot * 8];
    const struct reg *r = &s->slot[slot];
    for (u32 i = 0; i < 8; i++) {
        bool number = b[i] == B_MISC || b[i] == B_ZERO || (b[i] == B_REG && r->kind == VAL_SCALAR);
        if (a[i] == B_MISC ? !number : a[i] == B_NONE ? b[i] >= B_DYNPTR : a[i] != b[i] || a[i] >= B_DYNPTR)
            return false;
    }
    return a[0] != B_REG || (o->slot[slot].sub == r->sub && arg_within(c, p, &o->slot[slot], r, m));
}

/* The caller in c->s gives no more than the summary was made of. */
static bool is_covered(struct check *c, const struct part *p, u32 func, struct ids *m) {
    const struct state *e = &p->entry;
    u16 live = c->fn[func].live[0];
    m->n = 0;
    if (c->s.nref || c->s.lock_map != NO_INDEX || c->s.rcu != e->rcu || c->s.preempt != e->preempt ||
        e->pkt_len > c->s.pkt_len || e->buf_min > c->s.buf_min || c->s.nframe + 1 + p->deep > FRAMES)
        return false;
    for (u32 k = 0; k < c->s.nframe; k++)
        for (u32 j = 0; j < p->nfunc; j++)
            if (c->s.f[k]->func == p->func[j])
                return false; /* it calls itself: told where it does */
    for (u16 r = 1; r <= 5; r++)
        if (live >> r & 1 && !arg_within(c, p, &e->f[p->nframe - 1]->r[r], &top(c)->r[r], m))
            return false;
    for (u32 k = 0; k + 1 < p->nframe; k++) {
        u32 here = k + c->s.nframe + 1 - p->nframe;
        if (!p->touched[k])
            continue;
        if (k + c->s.nframe + 1 < p->nframe || here >= c->s.nframe)
            return false;
        for (u32 slot = 0; slot < SLOTS; slot++)
            if (p->touched[k] >> slot & 1 && !slot_within(c, p, e->f[k], c->s.f[here], slot, m))
                return false;
    }
    return true;
}

static u32 renamed(struct check *c, struct ids *m, u32 id) {
    if (!id)
        return 0;
    for (u32 i = 0; i < m->n; i++)
        if (m->old[i] == id)
            return m->cur[i];
    if (m->n < COUNT(m->old)) {
        m->old[m->n] = id;
        m->cur[m->n] = new_id(c);
        return m->cur[m->n++];
    }
    return new_id(c);
}

static struct reg carried(struct check *c, const struct part *p, const struct reg *r, struct ids *m) {
    struct reg out = *r;
    out.id = renamed(c, m, r->id);
    if (reg_is_pointer(r))
        out.uid = renamed(c, m, r->uid);
    if (r->kind == VAL_STACK)
        out.frame = moved(r->frame, p->nframe, c->s.nframe + 1);
    return out;
}

/* How many bytes of a packet are known to be there behind the number of that id: all of its pointers say the same. */
static u32 bytes_known(const struct state *s, const struct reg *as) {
    u32 most = 0;
    for (u32 k = 0; k < s->nframe; k++)
        for (u32 j = 0; j < NREG_EBPF; j++)
            if (s->f[k]->r[j].kind == as->kind && s->f[k]->r[j].id == as->id && s->f[k]->r[j].size > most)
                most = s->f[k]->r[j].size;
    return most;
}

static void learn_packets(struct check *c, const struct part *p, const struct state *exit) {
    const struct frame *e = p->entry.f[p->nframe - 1];
    const struct frame *caller = top(c);
    for (u16 a = 1; a <= 5; a++) {
        const struct reg *o = &e->r[a], *here = &caller->r[a];
        u32 n, kind = here->kind, id = here->id;
        if ((o->kind != VAL_PACKET && o->kind != VAL_PACKET_META) || kind != o->kind ||
            (n = bytes_known(exit, o)) <= here->size)
            continue;
        for (u32 k = 0; k < c->s.nframe; k++) {
            struct frame *f = own_slots(c, k, 0);
            for (u32 j = 0; f && j < NREG_EBPF + SLOTS; j++) {
                struct reg *r = j < NREG_EBPF ? &f->r[j] : &f->slot[j - NREG_EBPF];
                if (j >= NREG_EBPF && (j - NREG_EBPF < f->lo || f->byte[(j - NREG_EBPF) * 8] != B_REG))
                    continue;
                if (r->kind == kind && r->id == id && r->size < n)
                    r->size = n;
            }
        }
        caller = top(c);
    }
}

/* c->s: the caller, at the call. */
static void come_to(struct check *c, const struct part *p, const struct state *exit, struct ids *m) {
    struct reg r0 = exit->f[p->nframe - 1]->r[0];
    struct frame *f;
    if (p->forgets)
        forget_packets(c);
    else
        learn_packets(c, p, exit);
    c->s.pkt_len = p->forgets || exit->pkt_len > c->s.pkt_len ? exit->pkt_len : c->s.pkt_len;
    c->s.buf_min = exit->buf_min > c->s.buf_min ? exit->buf_min : c->s.buf_min;
    for (u32 k = 0; k + 1 < p->nframe; k++) {
        u32 here = k + c->s.nframe + 1 - p->nframe;
        if (!p->touched[k] || !(f = own_slots(c, here, p->touched[k])))
            continue;
        for (u32 slot = 0; slot < SLOTS; slot++) {
            struct fn *fn = &c->fn[f->func];
            if (!(p->touched[k] >> slot & 1))
                continue;
            memcpy(&f->byte[slot * 8], &exit->f[k]->byte[slot * 8], 8);
            f->slot[slot] = exit->f[k]->slot[slot];
            if (f->byte[slot * 8] == B_REG) {
                u8 sub = f->slot[slot].sub;
                f->slot[slot] = carried(c, p, &f->slot[slot], m);
                f->slot[slot].sub = sub;
            }
            f->lo = slot < f->lo ? slot : f->lo;
            if (STACK_BYTES - slot * 8 > fn->depth)
                fn->depth = STACK_BYTES - slot * 8;
        }
    }
    if (!(f = own_slots(c, top_index(c), 0)))
        return;
    for (u32 r = 1; r <= 5; r++)
        f->r[r] = (struct reg){0};
    f->r[0] = carried(c, p, &r0, m);
}

static void reuse(struct check *c, const struct summary *s, const struct ids *given) {
    struct state caller;
    join_add(c, s->length, 1);
    for (struct part *p = c->part; p; p = p->outer) { /* what it did counts for those around it */
        u32 deep = c->s.nframe + 1 + s->p.deep;
        p->forgets |= s->p.forgets;
        p->deep = deep > p->nframe + p->deep ? deep - p->nframe : p->deep;
        for (u32 i = 0; i < s->p.nfunc; i++) {
            u32 k = 0;
            while (k < p->nfunc && p->func[k] != s->p.func[i])
                k++;
            p->odd |= k == PART_FUNCS;
            if (k == p->nfunc && k < PART_FUNCS)
                p->func[p->nfunc++] = s->p.func[i];
        }
        for (u32 k = 0; k + 1 < s->p.nframe; k++)
            if (s->p.touched[k] && k + c->s.nframe + 1 - s->p.nframe + 1 < p->nframe)
                p->touched[k + c->s.nframe + 1 - s->p.nframe] |= s->p.touched[k];
    }
    memcpy(&caller, &c->s, sizeof caller);
    c->s.nframe = 0;
    for (u32 k = s->p.nexit; k--;) {
        struct ids m = *given;
        if (k)
            state_copy(&c->s, &caller);
        else
            memcpy(&c->s, &caller, sizeof c->s);
        come_to(c, &s->p, &s->p.exit[k], &m);
        if (k && fork_state(c))
            state_drop(&c->pool, &c->s);
    }
    if (!s->p.nexit) {
        memcpy(&c->s, &caller, sizeof c->s);
        cut_off(c);
    }
}

/* Numbers that differ from call to call may be anything. */
static void widen_arguments(struct check *c, const struct fn *fn) {
    struct frame *f = own_slots(c, top_index(c), 0);
    for (u32 k = 0; f && k < fn->nsum; k++) {
        const struct state *e = &fn->sum[k]->p.entry;
        const struct frame *g = e->f[e->nframe - 1];
        if (e->pkt_len < c->s.pkt_len)
            c->s.pkt_len = e->pkt_len;
        if (e->buf_min < c->s.buf_min)
            c->s.buf_min = e->buf_min;
        for (u16 r = 1; r <= 5; r++) {
            struct reg *x = &f->r[r];
            if (x->kind != g->r[r].kind)
                continue;
            if (x->kind == VAL_SCALAR && (x->id || !scalar_eq(&x->var, &g->r[r].var)))
                *x = reg_scalar(x->var.umax <= UINT32_MAX && g->r[r].var.umax <= UINT32_MAX ? scalar_load(4)
                                                                                            : scalar_any());
            else if ((x->kind == VAL_PACKET || x->kind == VAL_PACKET_META) && x->size > g->r[r].size)
                x->size = g->r[r].size;
        }
    }
}

static bool enter(struct check *c, u32 func) {
    const struct frame *caller = top(c);
    struct frame *f;
    if (!enter_function(c, &c->s, func, c->s.pc, CB_NONE))
        return false;
    f = top(c);
    for (u32 r = 1; r <= 5; r++)
        f->r[r] = caller->r[r];
    return true;
}

/* Of a call that is given more than all before: once with whatever numbers, quietly, then so that it counts. */
static bool look_at_any(struct check *c, u32 func, bool loud) {
    struct fn *fn = &c->fn[func];
    struct state caller;
    bool ok = true;
    state_copy(&caller, &c->s);
    for (u32 turn = 0; turn < 1u + loud && ok; turn++) {
        struct summary *s = summary_new(c, fn, loud);
        u64 noted = c->noted;
        if (turn)
            state_copy(&c->s, &caller);
        ok = s && enter(c, func);
        if (ok) {
            widen_arguments(c, fn);
            ok = look_at_part(c, &s->p, !turn || !loud, &s->length) && c->noted == noted;
            s->looked = turn;
        }
        if (ok && turn == loud)
            ok = keep(c, fn, s);
        if (s && (!ok || turn != loud))
            summary_drop(c, s);
    }
    state_drop(&c->pool, &c->s);
    memcpy(&c->s, &caller, sizeof c->s);
    return ok;
}

static bool is_called_often(struct check *c, u32 func) {
    for (u32 n = 0; !c->counted && n < c->m->nfunc; n++)
        for (u32 pc = 0; pc < c->m->func[n].nslot; pc++)
            if (c->m->func[n].code[pc].op == OP_callf)
                c->fn[c->m->func[n].code[pc].imm].ncall++;
    c->counted = true;
    return c->fn[func].ncall > 1 && c->m->func[func].nslot >= SMALL;
}

static const struct summary *covering(struct check *c, u32 func, bool loud, struct ids *m) {
    const struct fn *fn = &c->fn[func];
    for (u32 k = 0; k < fn->nsum; k++)
        if ((fn->sum[k]->looked || !loud) && is_covered(c, &fn->sum[k]->p, func, m))
            return fn->sum[k];
    return NULL;
}

bool call_summed(struct check *c, u32 func) {
    struct fn *fn = &c->fn[func];
    const struct summary *known;
    struct summary *s;
    struct state exit[PART_EXITS];
    struct ids m;
    u64 noted = c->noted, rest;
    bool loud = join_counts(c) && !c->quiet;
    if (!is_called_often(c, func))
        return false;
    known = covering(c, func, loud, &m);
    if (!known && fn->nsum >= ENOUGH && !fn->narrow && !c->s.nref && c->s.lock_map == NO_INDEX) {
        fn->narrow = !look_at_any(c, func, loud);
        known = c->stop ? NULL : covering(c, func, loud, &m);
    }
    if (known) {
        reuse(c, known, &m);
        return true;
    }
    if (c->stop || !enter(c, func))
        return true;
    if (!(s = summary_new(c, fn, loud))) {
        out_of_memory(c);
        return true;
    }
    s->looked = loud;
    if (look_at_part(c, &s->p, c->quiet, &s->length)) {
        for (u32 k = 0; k < s->p.nexit; k++)
            state_copy(&exit[k], &s->p.exit[k]);
        go_on(c, exit, s->p.nexit);
        if (!s->p.nexit && (rest = rest_of_blocks(c, &s->p.entry, s->p.nframe - 1)))
            add_length(c, rest);
    }
    if (c->stop || c->noted != noted || !keep(c, fn, s))
        summary_drop(c, s);
    return true;
}
