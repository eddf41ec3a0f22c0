/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* slow.c - the paths that handlers of typed functions rarely take. */
#include "engine/interp/typed/slow.h"
#include "ir/module.h"
#include <string.h>

/* --- places --- */

/* The body that holds a step. Traps are rare: all are looked through. */
static const struct body *body_of(const struct trun *r, const struct step *s, u32 *func) {
    for (u32 f = 0; f < r->im->nfunc; f++) {
        const struct body *b = atomic_load_explicit(&r->entry[f].body, memory_order_acquire);
        if (b && s >= b->step && s < b->step + b->nstep) {
            *func = f;
            return b;
        }
    }
    return NULL;
}

/* The same for a step that calls or throws, which knows how far it is from the start. */
static const struct body *body_of_call(const struct trun *r, const struct step *s, u32 *func) {
    const struct head *h = (const struct head *)(s - ((const struct extra *)(s + 1))->y) - 1;
    *func = h->func;
    return atomic_load_explicit(&r->entry[h->func].body, memory_order_relaxed);
}

/* An odd address: the second access of a step that makes two. */
static u32 pc_of(const struct body *b, const struct step *s) {
    bool odd = (u64)s & 1;
    u32 at = (u32)((const struct step *)((u64)s & ~(u64)1) - b->step), lo = 0, hi = b->nsecond;
    while (odd && hi - lo > 1) {
        u32 mid = lo + (hi - lo) / 2;
        if (b->second[mid].step <= at)
            lo = mid;
        else
            hi = mid;
    }
    return odd ? b->second[lo].pc : b->pc[at];
}

static void note(struct ctx *cx, u32 func, u32 pc) {
    if (cx->ntrace < COUNT(cx->trace))
        cx->trace[cx->ntrace++] = (struct place_note){cx->in, func, pc};
}

static void note_callers(struct ctx *cx) {
    const struct trun *r = cx->run;
    for (const u64 *top = r->top; top < r->first; top++) {
        const struct step *call = (const struct step *)*top - 2;
        u32 func;
        const struct body *b = body_of_call(r, call, &func);
        note(cx, func, pc_of(b, call));
    }
}

void ityped_trap(struct ctx *cx, const struct step *pc, s64 fuel) {
    const struct trun *r = cx->run;
    u32 func = 0;
    const struct body *b = pc ? body_of(r, pc, &func) : NULL;
    cx->fuel = fuel;
    if (b)
        note(cx, func, pc_of(b, pc));
    note_callers(cx);
}

/* --- fuel --- */

/* The first instruction of the block that starts at a step. */
static u32 lead_of(const struct body *b, const struct step *s) {
    u32 at = (u32)(s - b->step), lo = 0, hi = b->nlead;
    while (hi - lo > 1) {
        u32 mid = lo + (hi - lo) / 2;
        if (b->lead[mid].step <= at)
            lo = mid;
        else
            hi = mid;
    }
    return b->nlead && b->lead[lo].step == at ? b->lead[lo].pc : 0;
}

bool ityped_refuel(struct ctx *cx, const struct step *to, s64 fuel) {
    const struct trun *r = cx->run;
    u32 func = 0;
    cx->fuel = fuel;
    while (cx->fuel < 0)
        if (!cx->services->refuel(cx)) {
            const struct body *b = body_of(r, to, &func);
            if (b)
                note(cx, func, lead_of(b, to));
            note_callers(cx);
            return false;
        }
    return true;
}

const struct step *ityped_refuel_edge(struct ctx *cx, const struct step *pc, u32 edge, s64 fuel) {
    const struct trun *r = cx->run;
    const struct edge *e = (const struct edge *)(pc + 1) + edge;
    const struct step *to = (const struct step *)((const char *)pc + e->off);
    u32 func;
    const struct body *b = body_of(r, pc, &func);
    u32 at = b ? (u32)(pc - b->step) : 0, lo = 0, hi = b ? b->nthread : 0;
    while (lo < hi) { /* an edge that goes on through jumps: to the first of them, which then goes on by itself */
        u32 mid = lo + (hi - lo) / 2;
        const struct thread *t = &b->thread[mid];
        if (t->step == at && t->edge == edge) {
            to = b->step + t->to;
            fuel += (s64)e->charge - t->charge;
            break;
        }
        if (t->step < at || (t->step == at && t->edge < edge))
            lo = mid + 1;
        else
            hi = mid;
    }
    return ityped_refuel(cx, to, fuel) ? to : NULL;
}

const struct step *ityped_enter_lazy(struct ctx *cx, const struct step *pc, const u64 *fp) {
    const struct trun *r = cx->run;
    struct error e = {0};
    const struct step *to = ityped_lower(r->im, r->mode, ((const struct head *)(pc - 1))->func, &e);
    if (!to)
        cx->trap = TRAP_MEMORY;
    else if ((size_t)(r->reg_end - fp) < ((const struct head *)(to - 1))->need)
        cx->trap = TRAP_CALL_DEPTH;
    else
        return to;
    return NULL;
}

/* --- out of the run and back --- */

struct outside {
    u64 *sp, *end;
};

/* Before something that is not this run's code runs on cx: what is in use, from end on free. */
static struct outside leave(struct ctx *cx, u64 *end, s64 fuel) {
    struct trun *r = cx->run;
    struct outside o = {cx->slot_sp, cx->slot_end};
    cx->fuel = fuel;
    cx->slot_sp = end;
    cx->slot_end = r->top;
    cx->calls = r->calls + (u32)(r->first - r->top) + 1;
    if (r->mode == GUARDED)
        fault_land(NULL);
    return o;
}

static void back(struct ctx *cx, struct outside o) {
    struct trun *r = cx->run;
    cx->slot_sp = o.sp;
    cx->slot_end = o.end;
    cx->calls = r->calls;
    if (r->mode == GUARDED)
        fault_land(&r->landing);
}

/* Behind the registers of the function of a step that knows its start. */
static u64 *end_of(const struct step *s, u64 *fp) {
    return fp + ((const struct head *)(s - ((const struct extra *)(s + 1))->y) - 1)->need;
}

static bool call_ref(struct ctx *cx, const struct step *pc, u64 *fp, u64 *slot, s64 fuel, const struct funcref *f) {
    struct outside o = leave(cx, end_of(pc, fp), fuel);
    bool ok = cx->services->call_ref(cx, f, slot);
    back(cx, o);
    return ok;
}

bool ityped_call_out(struct ctx *cx, const struct step *pc, u64 *fp, s64 fuel, const struct funcref *f) {
    return call_ref(cx, pc, fp, fp + pc->a, fuel, f);
}

int ityped_tail_out(struct ctx *cx, const struct step *pc, u64 *fp, s64 fuel, const struct funcref *f) {
    const struct trun *r = cx->run;
    const struct rtype *t = f->type;
    if (r->top == r->first) { /* the run's first frame: whoever started it goes on with f */
        cx->fuel = fuel;
        cx->tail_ref = f;
        cx->tail_slot = fp + pc->a;
        cx->trap = TRAP_TAIL_REF;
        return 1;
    }
    if (!call_ref(cx, pc, fp, fp + pc->a, fuel, f))
        return -1;
    memmove(fp + t->result_at, fp + pc->a + t->result_at, t->result_slots * sizeof *fp);
    return 0;
}

const struct funcref *ityped_table_slow(struct ctx *cx, const struct step *pc, u64 i) {
    u64 v = ((const struct extra *)(pc + 1))->value;
    const struct table *t = cx->table[(u32)v];
    const struct funcref *f;
    if (i >= t->size) {
        cx->trap = TRAP_NO_ELEMENT;
        return NULL;
    }
    f = (const struct funcref *)t->elem[i];
    if (!f)
        cx->trap = TRAP_NULL_ELEMENT;
    else if (!rtype_fits(f->type, cx->rtype[v >> 32]))
        cx->trap = TRAP_CALL_TYPE;
    else
        return f;
    return NULL;
}

bool ityped_ref_fits(struct ctx *cx, const struct step *pc, const struct funcref *f) {
    if (!f)
        cx->trap = TRAP_NULL_FUNCTION;
    else if (!rtype_fits(f->type, cx->rtype[((const struct extra *)(pc + 1))->value]))
        cx->trap = TRAP_CALL_TYPE;
    else
        return true;
    return false;
}

u64 ityped_object(struct ctx *cx, const struct step *pc, u64 *fp, s64 fuel) {
    u64 v = ((const struct extra *)(pc + 1))->value, result;
    struct outside o = leave(cx, end_of(pc, fp), fuel);
    result = cx->services->object(cx, pc->d, (u32)v, (u32)(v >> 32), fp[pc->a], fp[pc->b], fp[pc->c]);
    back(cx, o);
    return result;
}

u64 ityped_wait(struct ctx *cx, const struct step *pc, u64 *fp, s64 fuel) {
    const struct extra *x = (const struct extra *)(pc + 1);
    const struct memory *m = cx->mem[x->x];
    u64 base = m->is64 ? fp[pc->b] : (u32)fp[pc->b], place, result;
    struct outside o;
    if (__builtin_add_overflow(base, x->value, &place)) {
        cx->trap = TRAP_OUT_OF_BOUNDS;
        return 0;
    }
    o = leave(cx, end_of(pc, fp), fuel);
    result = cx->services->object(cx, pc->d, x->x, 0, fp[pc->a], place, fp[pc->c]);
    back(cx, o);
    return result;
}

/* --- exceptions --- */

void ityped_throw(struct ctx *cx, const struct step *pc, const u64 *fp, s64 fuel) {
    const struct extra *x = (const struct extra *)(pc + 1);
    struct outside o = leave(cx, end_of(pc, (u64 *)fp), fuel);
    struct exception *e = cx->services->exception(cx, (u32)x->value, fp + pc->a, pc->c);
    back(cx, o);
    if (!e)
        return;
    cx->exception = e;
    cx->trap = TRAP_EXCEPTION;
}

const struct step *ityped_unwind(struct ctx *cx, const struct step *pc, u64 **fp, s64 *fuel) {
    struct trun *r = cx->run;
    const struct step *at = pc;
    u64 *top = r->top, *w = *fp;
    while (cx->trap == TRAP_EXCEPTION) {
        u32 func, k;
        const struct body *b = body_of_call(r, at, &func);
        const struct func *f = &r->im->m->func[func];
        u32 i = pc_of(b, at), n = isa_throws(f->code[i].op) ? f->nhandler : 0; /* a tail call's frame is gone */
        for (k = 0; k < n; k++) { /* of nested ones the inner stands first */
            const struct handler *h = &f->handler[k];
            u16 from;
            if (i < h->start || i >= h->end)
                continue;
            if (isa_clobbers(&f->code[i], &from)) /* the callee's registers stood there */
                memset(w + from, 0, (size_t)(f->nreg - from) * sizeof *w);
            w[h->reg] = (u64)cx->exception;
            cx->exception = NULL;
            cx->trap = 0;
            r->top = top;
            *fp = w;
            *fuel -= b->catch_[k].charge;
            return b->step + b->catch_[k].step;
        }
        if (top == r->first)
            break;
        at = (const struct step *)*top++ - 2;
        w -= at->a;
    }
    ityped_trap(cx, pc, *fuel);
    return NULL;
}
