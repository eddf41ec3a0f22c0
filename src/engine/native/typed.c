/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed.c - runs of typed functions, and what their code calls.
 *
 * They run on a stack of their own, so that how deep they may go does not depend on the host; C that they call runs
 * there too. Places of callers lie on a second stack: its slots are 0 but for those of calls in progress, so it can be
 * read when nobody knows how far it goes. */
#include "base/fault.h"
#include "engine/native/run.h"
#include "ir/module.h"
#include <string.h>

/* The innermost run of the thread whose accesses may fault: all that the handler has is an address. */
static _Thread_local __attribute__((tls_model("initial-exec"))) struct native_run *innermost;

/* --- places --- */

static void note_raw(struct ctx *cx, u64 place) {
    if (cx->ntrace < COUNT(cx->trace))
        cx->trace[cx->ntrace++] = (struct place_note){cx->in, (u32)(place >> 32), (u32)place};
}

/* As code has it. */
static void note_one(struct ctx *cx, u64 place) {
    u32 bits = ((const struct native_run *)cx->run)->im->h->place_bits;
    if (bits)
        place = native_place((u32)((place - 1) >> bits), (u32)(place - 1) & (((u32)1 << bits) - 1));
    note_raw(cx, place);
}

/* The slot behind the last caller's. */
static u64 *end_of(const struct native_run *r) {
    u64 *p = r->first;
    while (*p)
        p--;
    return p;
}

static void note_callers(struct ctx *cx) {
    const struct native_run *r = cx->run;
    for (u64 *p = end_of(r); p < r->first;) {
        note_one(cx, *++p);
        *p = 0;
    }
}

void native_note_typed(struct ctx *cx, u64 place) {
    note_one(cx, place);
    note_callers(cx);
}

void native_deep(struct ctx *cx) {
    cx->trap = TRAP_CALL_DEPTH;
    note_callers(cx);
    native_out(cx);
}

void native_fault_at(u64 at) {
    struct native_run *r = innermost;
    u64 place;
    r->cx->trap = TRAP_OUT_OF_BOUNDS;
    if (native_place_at(r->im->code, (const void *)(uintptr_t)at, &place))
        note_raw(r->cx, place);
    note_callers(r->cx);
    native_out(r->cx);
}

/* --- out of the run and back --- */

struct outside {
    u64 *slot_sp, *place;
    u8 *low;
};

/* Before something else runs on cx: nslot slots from slot_sp on are in use, and the places from sp on. A call: this
 * frame counts. */
static struct outside out(struct ctx *cx, u32 nslot, const u64 *sp) {
    const struct native_run *r = cx->run;
    struct nstack *s = (struct nstack *)cx->native;
    struct outside o = {cx->slot_sp, s->place, s->head.low};
    __builtin_unwind_init(); /* references in registers are on the stack now */
    s->head.low = __builtin_frame_address(0);
    cx->slot_sp += nslot;
    if (sp) {
        s->place = (u64 *)(uintptr_t)sp - 1;
        cx->calls = r->calls + (u32)(r->first - sp) + 1;
    }
    return o;
}

static void back(struct ctx *cx, struct outside o) {
    const struct native_run *r = cx->run;
    struct nstack *s = (struct nstack *)cx->native;
    cx->slot_sp = o.slot_sp;
    s->place = o.place;
    s->head.low = o.low;
    cx->calls = r->calls;
}

/* cx->trap was left by what the code at place called. */
static void look(struct ctx *cx, u64 place) {
    const struct native_run *r = cx->run;
    if (likely(!cx->trap))
        return;
    if (cx->trap == TRAP_EXCEPTION && r->im->h->flags & NATIVE_THROWS) {
        note_one(cx, place);
        return;
    }
    native_note_typed(cx, place);
    native_out(cx);
}

void native_call_ref(struct ctx *cx, u64 place, u64 *sp, const struct funcref *f) {
    u64 *slot = cx->slot_sp;
    const struct rtype *t = f->type;
    struct outside o = out(cx, 0, sp);
    if (cx->services->call_ref(cx, f, slot) && t->result_at)
        memmove(slot, slot + t->result_at, t->result_slots * sizeof *slot);
    back(cx, o);
    look(cx, place);
}

void native_tail_ref(struct ctx *cx, u64 place, u64 *sp, const struct funcref *f) {
    const struct native_run *r = cx->run;
    if (sp != r->first) {
        native_call_ref(cx, place, sp, f);
        return;
    }
    cx->tail_ref = f; /* the run's first frame: whoever started it goes on with f */
    cx->tail_slot = cx->slot_sp;
    cx->trap = TRAP_TAIL_REF;
    native_out(cx);
}

void native_throw(struct ctx *cx, u64 place, u32 tag, u32 nslot) {
    const u64 *slot = cx->slot_sp;
    struct outside o = out(cx, nslot, NULL);
    struct exception *x = cx->services->exception(cx, tag, slot, nslot);
    back(cx, o);
    if (x) {
        cx->exception = x;
        cx->trap = TRAP_EXCEPTION;
    }
    look(cx, place);
}

void native_rethrow(struct ctx *cx, u64 place, u64 exception) {
    cx->exception = (struct exception *)(uintptr_t)exception;
    cx->trap = exception ? TRAP_EXCEPTION : TRAP_NULL_EXCEPTION;
    look(cx, place);
}

void native_pass(struct ctx *cx, u64 place) {
    note_one(cx, place);
}

u64 native_caught(struct ctx *cx) {
    u64 x = (u64)(uintptr_t)cx->exception;
    cx->exception = NULL;
    cx->trap = TRAP_NONE;
    cx->ntrace = 0;
    return x;
}

const struct funcref *native_element(struct ctx *cx, u64 place, u32 table, u32 type, u64 i) {
    const struct table *t = cx->table[table];
    const struct funcref *f = i < t->size ? (const struct funcref *)(uintptr_t)t->elem[i] : NULL;
    if (i >= t->size)
        native_trap_at(cx, place, TRAP_NO_ELEMENT);
    if (!f)
        native_trap_at(cx, place, TRAP_NULL_ELEMENT);
    if (!rtype_fits(f->type, cx->rtype[type]))
        native_trap_at(cx, place, TRAP_CALL_TYPE);
    return f;
}

const struct funcref *native_ref(struct ctx *cx, u64 place, const struct funcref *f, u32 type) {
    if (!f)
        native_trap_at(cx, place, TRAP_NULL_FUNCTION);
    if (!rtype_fits(f->type, cx->rtype[type]))
        native_trap_at(cx, place, TRAP_CALL_TYPE);
    return f;
}

u64 native_object(struct ctx *cx, u64 place, u64 *sp, u32 op, u64 xy, u64 a, u64 b, u64 c) {
    struct outside o = out(cx, 0, sp);
    u64 v = cx->services->object(cx, op, (u32)xy, (u32)(xy >> 32), a, b, c);
    back(cx, o);
    look(cx, place);
    return v;
}

/* --- runs --- */

static struct nstack *stack_for(const struct native_image *im, const struct ctx *cx) {
    struct native_image *w = (struct native_image *)(uintptr_t)im;
    struct nstack *s = atomic_exchange_explicit(&w->spare, NULL, memory_order_acquire);
    return s ? s : nstack_new(cx->max_calls);
}

static void stack_done(const struct native_image *im, struct nstack *s) {
    struct native_image *w = (struct native_image *)(uintptr_t)im;
    nstack_free(atomic_exchange_explicit(&w->spare, s, memory_order_acq_rel)); /* another thread's comes out */
}

/* Where a run nested in another goes on: C stands on that stack already. */
static u8 *here(void) {
    return __builtin_frame_address(0);
}

/* A call of func that may begin; else 0, or the trap. */
static inline u32 refused(const struct native_image *im, const struct ctx *cx, u32 func) {
    if (unlikely(cx->calls >= cx->max_calls || (u64)(cx->slot_end - cx->slot_sp) < im->window))
        return TRAP_CALL_DEPTH;
    return likely(im->h->enter[func] != NULL) ? TRAP_NONE : TRAP_BAD_CALLEE; /* no reference stands for it */
}

/* How many frames fit between top and the end of s. */
static inline u64 room(const struct nstack *s, const struct ctx *cx, const u8 *top) {
    u64 most = top > s->floor ? (u64)(top - s->floor) / NATIVE_FRAME : 0;
    most = min64(most, (u64)(s->place - s->place_low));
    return min64(cx->max_calls - cx->calls, most);
}

static inline void make_run(struct native_run *r, const struct native_image *im, struct ctx *cx, u32 func, u64 *slot,
                            struct nstack *s, u8 *stack) {
    r->code = im->h->enter[func];
    r->stack = stack;
    r->arg[0] = (u64)(uintptr_t)cx;
    r->arg[1] = (u64)(uintptr_t)slot;
    r->arg[2] = r->arg[3] = r->arg[4] = r->arg[5] = r->arg[6] = 0;
    r->im = im;
    r->cx = cx;
    r->outer = cx->run;
    r->outer_env = cx->env;
    r->typed = true;
    r->left = false;
    r->first = s->place;
    r->calls = cx->calls;
}

static void start(const struct native_image *im, struct ctx *cx, u32 func, u64 *slot) {
    struct nstack *s = (struct nstack *)cx->native;
    bool own = !s;
    u64 *place = cx->place, *place_end = cx->place_end;
    struct native_run r, *around = innermost;
    u64 frames;
    if (unlikely((cx->trap = refused(im, cx, func))))
        return;
    if (own && !(s = stack_for(im, cx))) {
        cx->trap = TRAP_MEMORY;
        return;
    }
    frames = room(s, cx, own ? s->head.high : here());
    if (unlikely(!frames)) {
        cx->trap = TRAP_CALL_DEPTH;
    } else {
        make_run(&r, im, cx, func, slot, s, own ? s->head.high : NULL);
        cx->run = innermost = &r;
        cx->env = &im->env;
        cx->native = &s->head;
        cx->place = r.first;
        cx->place_end = r.first - frames;
        native_enter(&r);
        cx->run = r.outer;
        cx->env = r.outer_env;
        cx->place = place;
        cx->place_end = place_end;
        innermost = around;
    }
    if (own) {
        cx->native = NULL;
        stack_done(im, s);
    }
}

/* The image for a memory 0 of this kind. */
static const struct native_image *suited(const struct native_image *im, bool guarded) {
    struct native_image *w = (struct native_image *)(uintptr_t)im, *other, *none = NULL;
    struct error e = {0};
    if (guarded || !(im->h->flags & NATIVE_GUARDED))
        return im; /* code that compares does so with any memory */
    other = atomic_load_explicit(&w->other, memory_order_acquire);
    if (other || !im->make_other || !(other = im->make_other(&im->l, false, &e)))
        return other;
    if (atomic_compare_exchange_strong(&w->other, &none, other))
        return other;
    native_image_free(other);
    return none;
}

static const struct native_image *image_for(const struct native_image *im, const struct ctx *cx) {
    if (!im->l.m->nmemory)
        return im;
    return suited(im, FAULTS_CAUGHT && cx->mem[0]->guarded && !cx->mem[0]->is64);
}

void native_call(const void *image, struct ctx *cx, u32 func, u64 *slot) {
    const struct native_image *im = image_for(image, cx);
    cx->trap = TRAP_NONE;
    if (im)
        start(im, cx, func, slot);
    else
        cx->trap = TRAP_MEMORY;
}

/* --- calls of the same function: their run and their stack stay --- */

struct again {
    struct native_run r;
    struct nstack *s;
};
_Static_assert(sizeof(struct again) <= sizeof((struct engine_entry *)0)->own, "it has room in an entry");

static void call_again(struct ctx *cx, struct engine_entry *e) {
    struct again *a = (struct again *)(void *)e->own;
    struct native_run *around = innermost;
    innermost = &a->r;
    cx->native = &a->s->head;
    native_enter(&a->r);
    cx->native = NULL;
    innermost = around;
}

void native_entry_drop(struct engine_entry *out) {
    if (out->enter == call_again)
        stack_done(out->image, ((struct again *)(void *)out->own)->s);
    out->enter = NULL;
}

bool native_call_entry(const void *image, struct ctx *cx, u32 func, u64 *slot, struct engine_entry *out) {
    struct again *a = (struct again *)(void *)out->own;
    const struct native_image *im = image_for(image, cx);
    u64 frames;
    if (!im || cx->native || (cx->run && cx->run != &a->r) || refused(im, cx, func))
        return false;
    if (out->image != im)
        native_entry_drop(out);
    if (out->enter != call_again && !(a->s = stack_for(im, cx)))
        return false;
    out->enter = call_again;
    out->image = im;
    if (!(frames = room(a->s, cx, a->s->head.high)))
        return false;
    make_run(&a->r, im, cx, func, slot, a->s, a->s->head.high);
    cx->run = &a->r;
    cx->env = &im->env;
    cx->place = a->r.first;
    cx->place_end = a->r.first - frames;
    return true;
}
