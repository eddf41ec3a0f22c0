/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* calls.c - a chain of calls: from the host into an instance, from there into others and back to the host.
 *
 *   host --group_call--> A --rt_call_ref--> B --rt_call_ref--> host function --group_call--> A
 *
 * One stack of slots, one fuel, one count of frames: each step hands them to the next ctx and takes them back
 * (hand_over). A step is a C frame of the engine, so steps are counted (nest). A tail call that leaves its instance
 * comes back to the loop in rt_call_ref, so those take no C stack however many they are. */
#include "base/platform.h"
#include "rt/lock.h"
#include "rt/typed/typed.h"
#include <string.h>

bool chain_interrupted(const struct ctx *cx) {
    const struct group *g = cx->in->typed ? group_of(cx->in) : cx->in->caller;
    for (struct visit *v = g ? g->visit : NULL; v; v = v->outer)
        if (atomic_load_explicit(&v->in->interrupt, memory_order_relaxed)) {
            atomic_store(&v->in->interrupt, false);
            return true;
        }
    return false;
}

/* They are few: a loop that compilers shall not make a call of. */
static void copy_slots(u64 *to, const u64 *from, u32 n) {
    for (u32 k = 0; k < n; k++) {
        to[k] = from[k];
        __asm__("" : "+r"(k));
    }
}

static void hand_over(const struct ctx *from, struct ctx *to) {
    to->fuel = from->fuel;
    to->fuel_rest = from->fuel_rest;
    to->slot_base = from->slot_base;
    to->slot_sp = from->slot_sp;
    to->slot_end = from->slot_end;
    to->native = from->native;
    to->calls = from->calls;
    to->max_calls = from->max_calls;
    to->nest = from->nest;
    to->max_nest = from->max_nest;
}

/* What is left, and why it stopped. */
static void hand_back(struct ctx *from, struct ctx *to) {
    to->fuel = from->fuel;
    to->fuel_rest = from->fuel_rest;
    if (!(to->trap = from->trap))
        return;
    to->exception = from->exception;
    to->tail_ref = from->tail_ref;
    to->tail_slot = from->tail_slot;
    memcpy(to->trace, from->trace, from->ntrace * sizeof *to->trace);
    to->ntrace = from->ntrace;
    from->exception = NULL;
    from->trap = TRAP_NONE;
    from->ntrace = 0;
}

static void run_code(struct ctx *cx, u32 func, u64 *slot) {
    const struct program *p = cx->in->p;
    cx->ntrace = 0;
    p->engine->call(p->image, cx, func, slot);
}

/* Slots of a window that arguments or results of t take. */
static u32 window(const struct rtype *t) {
    u32 end = t->result_at + t->result_slots;
    return t->param_slots > end ? t->param_slots : end;
}

static void step(struct ctx *cx, const struct funcref *f, u64 *slot) {
    struct ctx *to = f->cx;
    struct visit v;
    struct group *g;
    u64 *sp = cx->slot_sp, *end = cx->slot_end;
    u32 most = window(f->type), calls = cx->calls;
    if (most > (u64)(cx->slot_end - slot)) {
        trap(cx, TRAP_CALL_DEPTH);
        return;
    }
    if (sp < slot + most)
        cx->slot_sp = slot + most;
    if (f->host) {
        cx->ntrace = 0;
        if (!f->host(cx, f->arg, slot))
            trap(cx, TRAP_HOST);
        else
            memmove(slot + f->type->result_at, slot, f->type->result_slots * sizeof *slot);
    } else if (to == cx) {
        run_code(cx, f->func, slot);
    } else {
        v = (struct visit){to->in, (g = group_of(to->in))->visit};
        g->visit = &v;
        g->running = to;
        hand_over(cx, to);
        to->trap = TRAP_NONE;
        run_code(to, f->func, slot);
        g = group_of(to->in); /* a host function may have joined it to another */
        g->visit = v.outer;
        g->running = cx;
        hand_back(to, cx);
        to->native = NULL; /* when it is called by itself next, that stack is another's */
    }
    cx->slot_sp = sp; /* as before, also where it trapped and a host function takes no notice */
    cx->slot_end = end;
    cx->calls = calls;
}

/* Behind a step into f: tail calls that leave their instance go on here. False: cx->trap is set. */
static inline bool finish(struct ctx *cx, const struct funcref *f, u64 *slot) {
    const struct rtype *first = f->type; /* of what the caller knows of: tail calls may end in another */
    while (unlikely(cx->trap == TRAP_TAIL_REF)) {
        cx->trap = TRAP_NONE;
        f = cx->tail_ref;
        if (f->type->param_slots > (u64)(cx->slot_end - slot)) {
            trap(cx, TRAP_CALL_DEPTH);
            break;
        }
        memmove(slot, cx->tail_slot, f->type->param_slots * sizeof *slot);
        step(cx, f, slot);
    }
    cx->nest--;
    if (cx->trap)
        return false;
    if (unlikely(first->result_at != f->type->result_at))
        memmove(slot + first->result_at, slot + f->type->result_at, first->result_slots * sizeof *slot);
    return true;
}

bool rt_call_ref(struct ctx *cx, const struct funcref *f, u64 *slot) {
    if (cx->nest >= cx->max_nest) {
        trap(cx, TRAP_CALL_DEPTH);
        return false;
    }
    cx->nest++;
    step(cx, f, slot);
    return finish(cx, f, slot);
}

/* ---- stacks: a few are kept, since an instance that makes one call and goes would spend most of its time on mapping
 * one ---- */

enum {
    KEPT_END = 65536
}; /* bytes at either end of a kept stack that stay as they are: engines zero what code can read */

static bool make_stack(struct group *g) {
    struct registry *r = g->r;
    if (g->slots)
        return true;
    lock(&r->stack_lock);
    if (r->nstack)
        g->slots = r->stack[--r->nstack];
    unlock(&r->stack_lock);
    return g->slots || (g->slots = os_reserve(r->max_slots * sizeof *g->slots));
}

void stack_give(struct registry *r, u64 *slots) {
    u64 bytes = r->max_slots * sizeof *slots;
    bool kept = false;
    if (!slots)
        return;
    if (bytes > 2 * KEPT_END)
        os_discard((u8 *)slots + KEPT_END, align_up(bytes, os_page()) - 2 * KEPT_END);
    lock(&r->stack_lock);
    if (r->nstack < COUNT(r->stack)) {
        r->stack[r->nstack++] = slots;
        kept = true;
    }
    unlock(&r->stack_lock);
    if (!kept)
        os_release(slots, bytes);
}

void stacks_drop(struct registry *r) {
    while (r->nstack)
        os_release(r->stack[--r->nstack], r->max_slots * sizeof(u64));
}

/* cx as a chain of calls finds it that begins here. */
static inline void begin_chain(struct ctx *cx, const struct first_call *c) {
    cx->slot_base = c->slots;
    cx->slot_sp = c->sp;
    cx->slot_end = c->end;
    cx->calls = cx->nest = cx->depth = 0;
}

/* Calls of f go in by an entry of the engine's. */
static bool enter_by(struct instance *in, const struct funcref *f, struct first_call *c) {
    const struct engine *e = in->p->engine;
    begin_chain(&in->cx, c);
    return e->call_entry && e->call_entry(in->p->image, &in->cx, f->func, c->slots, &c->entry);
}

static u32 prepare(struct instance *in, const struct funcref *f) {
    struct registry *r = in->p->r;
    struct typed_part *t = in->typed;
    struct first_call *c = &t->first;
    u64 budget = min64(t->fuel == UINT64_MAX ? r->budget : t->fuel, INT64_MAX / 2);
    if (atomic_load_explicit(&in->interrupt, memory_order_relaxed)) {
        atomic_store(&in->interrupt, false);
        return TRAP_INTERRUPT;
    }
    if (!make_stack(group_of(in)))
        return TRAP_MEMORY;
    c->f = t->fuel == UINT64_MAX ? f : NULL;
    c->slots = group_of(in)->slots;
    c->end = c->slots + r->max_slots;
    c->own = f->cx == &in->cx && in->cx.max_nest && window(f->type) <= r->max_slots;
    c->sp = c->own ? c->slots + window(f->type) : c->slots;
    c->entered = c->own && enter_by(in, f, c);
    c->slice = in->counts ? (s64)min64(budget, SLICE) : INT64_MAX / 2;
    c->rest = in->counts ? (s64)budget - c->slice : 0;
    return TRAP_NONE;
}

/* rt_call_ref() for the instance's own code, where nothing is in progress. */
static bool call_own(struct ctx *cx, const struct funcref *f, struct first_call *c) {
    cx->nest = 1;
    if (likely(c->entered))
        c->entry.enter(cx, &c->entry);
    else
        run_code(cx, f->func, c->slots);
    if (unlikely(cx->trap)) { /* as step() leaves them */
        cx->slot_sp = c->slots;
        cx->slot_end = c->end;
        cx->calls = 0;
    }
    return finish(cx, f, c->slots);
}

/* The first call of a chain: fuel and a stack of its own. */
static inline u32 start(struct instance *in, const struct funcref *f, u64 *slot) {
    struct group *g = group_of(in);
    struct typed_part *t = in->typed;
    struct ctx *cx = &in->cx;
    struct first_call *c = &t->first;
    struct visit v = {in, g->visit};
    u64 *slots;
    t->insns = 0;
    if (unlikely(c->f != f || c->slots != g->slots || t->fuel != UINT64_MAX ||
                 atomic_load_explicit(&in->interrupt, memory_order_relaxed))) {
        u32 code = prepare(in, f);
        if (code)
            return code;
    }
    slots = c->slots;
    cx->fuel = c->slice;
    cx->fuel_rest = c->rest;
    begin_chain(cx, c);
    g->visit = &v;
    g->running = cx;
    copy_slots(slots, slot, f->type->param_slots);
    if (likely(c->own) ? call_own(cx, f, c) : rt_call_ref(cx, f, slots))
        copy_slots(slot, slots + f->type->result_at, f->type->result_slots);
    g = group_of(in);
    g->running = NULL;
    g->visit = v.outer;
    if (in->counts) {
        u64 budget = (u64)(c->slice + c->rest);
        t->insns = min64(budget - (u64)(cx->fuel + cx->fuel_rest), budget);
        if (t->fuel != UINT64_MAX)
            t->fuel -= t->insns;
    }
    return cx->trap;
}

/* From a host function back into the group. */
static u32 go_on(struct instance *in, const struct funcref *f, u64 *slot) {
    struct ctx *from = group_of(in)->running, *cx = &in->cx;
    u32 code, most = window(f->type);
    u64 *sp = from->slot_sp;
    if (most > (u64)(from->slot_end - sp))
        return TRAP_CALL_DEPTH;
    memcpy(sp, slot, f->type->param_slots * sizeof *slot);
    from->slot_sp = sp + most;
    if (rt_call_ref(from, f, sp))
        memcpy(slot, sp + f->type->result_at, f->type->result_slots * sizeof *slot);
    from->slot_sp = sp;
    code = from->trap;
    if (code) { /* the host function hears of it, and decides whether its caller does */
        from->trap = TRAP_NONE;
        if (from != cx) {
            memcpy(cx->trace, from->trace, from->ntrace * sizeof *cx->trace);
            cx->ntrace = from->ntrace;
            from->ntrace = 0;
        }
        group_of(in)->last_trap = code;
        group_of(in)->last_exception = from->exception;
        from->exception = NULL;
    }
    return code;
}

u32 group_call(struct instance *in, const struct funcref *f, u64 *slot) {
    u32 code;
    in->cx.ntrace = 0;
    in->typed->host_text[0] = 0;
    if (unlikely(group_of(in)->running))
        return go_on(in, f, slot);
    if (unlikely(code = start(in, f, slot)))
        in->cx.trap = TRAP_NONE;
    return code;
}
