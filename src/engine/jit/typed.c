/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed.c - calls of typed functions by the host, and what their code leaves to C: other instances, traps, exceptions.
 *
 * A trap or an exception goes through the frames of the run from the inside out. Each is found by the address that it
 * would return to: its body says how large it is, which registers it has pushed, and where exceptions of its calls go
 * on. */
#include "engine/jit/typed.h"
#include "base/fault.h"
#include <stdlib.h>
#include <string.h>

/* --- the image's part --- */

static u32 largest_window(const struct module *m) {
    u32 most = 0;
    for (u32 k = 0; k < m->ntype; k++) {
        u32 end = m->type[k].result_at + m->type[k].result_slots;
        if (m->type[k].param_slots > end)
            end = m->type[k].param_slots;
        if (end > most)
            most = end;
    }
    return most;
}

int jit_typed_init(struct jimage *im, bool guarded, struct error *e) {
    struct jtyped *t = calloc(1, sizeof *t);
    if (t) {
        t->enter = calloc(im->m->ntype + 1, sizeof *t->enter);
        t->again = calloc(im->m->ntype + 1, sizeof *t->again);
    }
    im->typed = t;
    if (!t || !t->enter || !t->again)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    t->guarded = guarded;
    t->window = largest_window(im->m);
    return 0;
}

void jit_typed_free(struct jimage *im) {
    struct jtyped *t = im->typed;
    if (!t)
        return;
    free((void *)t->enter);
    free(t->again);
    free(t);
}

/* --- a run --- */

static __attribute__((noinline)) const void *compiled(const struct jimage *im, u32 func) {
    struct error e = {0};
    return jit_compiled((struct jimage *)(uintptr_t)im, func, &e);
}

/* What a run needs of the image that is not there yet; false: cx->trap is set. */
static __attribute__((noinline)) bool make_ready(const struct jimage *im, struct ctx *cx, u32 func) {
    if (compiled(im, func) && jit_typed_enter(im, im->m->func[func].type))
        return true;
    cx->trap = TRAP_MEMORY;
    return false;
}

/* Where it goes in, and what. */
struct way {
    typed_enter *enter;
    const void *code;
};

/* A run of func, which has not begun yet; false: cx->trap is set. */
static inline bool make_run(const struct jimage *im, struct ctx *cx, u32 func, struct typed_run *r, struct way *w) {
    const struct jtyped *t = im->typed;
    u64 floor = (u64)(cx->slot_sp + t->window) + ROOM, top = (u64)cx->slot_end & ~(u64)15, most;
    u32 type = im->m->func[func].type;
    w->enter = atomic_load_explicit(&t->enter[type], memory_order_acquire);
    w->code = atomic_load_explicit(&im->func[func].entry, memory_order_acquire);
    if (unlikely(!w->enter || w->code == im->thunk.typed[TYPED_LAZY])) { /* which wants to be called by code */
        if (!make_ready(im, cx, func))
            return false;
        w->enter = atomic_load_explicit(&t->enter[type], memory_order_acquire);
        w->code = atomic_load_explicit(&im->func[func].entry, memory_order_acquire);
    }
    if (unlikely(cx->calls >= cx->max_calls || top < floor + 2 * FRAME_BYTES)) {
        cx->trap = TRAP_CALL_DEPTH;
        return false;
    }
    most = (top - floor) / FRAME_BYTES - 1; /* one is what waits for the result */
    r->im = im;
    r->start = top;
    r->floor = floor;
    r->calls = cx->calls;
    r->frames = cx->max_calls - cx->calls;
    if (r->frames > most)
        r->frames = (u32)most;
    r->outer = cx->run;
    return true;
}

static inline void start(const struct jimage *im, struct ctx *cx, u32 func, u64 *slot) {
    struct typed_run r;
    struct way w;
    if (!make_run(im, cx, func, &r, &w))
        return;
    cx->run = &r;
    w.enter(cx, &r, slot, w.code);
    cx->run = r.outer;
}

/* The memory is of the other kind than this image's code is for. */
static __attribute__((noinline)) void start_other(const struct jimage *im, struct ctx *cx, u32 func, u64 *slot) {
    if (!(im = jit_other(im)))
        cx->trap = TRAP_MEMORY;
    else
        start(im, cx, func, slot);
}

/* This image's code is for the memory that there is. */
static inline bool suits(const struct jimage *im, const struct ctx *cx) {
    bool guarded = FAULTS_CAUGHT && im->m->nmemory && cx->mem[0]->guarded && !cx->mem[0]->is64;
    return !im->m->nmemory || guarded == im->typed->guarded;
}

void jit_typed_call(const void *image, struct ctx *cx, u32 func, u64 *slot) {
    const struct jimage *im = image;
    cx->trap = TRAP_NONE;
    if (unlikely(!suits(im, cx)))
        start_other(im, cx, func, slot);
    else
        start(im, cx, func, slot);
}

_Static_assert(sizeof(struct typed_run) <= sizeof((struct engine_entry *)0)->own, "a run has room in an entry");

/* The run is made here, once; cx->run shows it from now on whenever no other is in progress. */
bool jit_typed_entry(const void *image, struct ctx *cx, u32 func, u64 *slot, struct engine_entry *out) {
    const struct jimage *im = image;
    struct typed_run *r = (struct typed_run *)(void *)out->own;
    struct way w;
    if ((cx->run && cx->run != r) || (!suits(im, cx) && !(im = jit_other(im))) || !make_run(im, cx, func, r, &w)) {
        cx->trap = TRAP_NONE; /* a call will say why */
        return false;
    }
    out->enter = im->typed->again[im->m->func[func].type];
    out->code = w.code;
    out->image = im;
    out->frame = (u64)(uintptr_t)slot;
    cx->run = r;
    return true;
}

/* --- places --- */

static void note(struct ctx *cx, u32 func, u32 pc) {
    if (cx->ntrace < COUNT(cx->trace))
        cx->trace[cx->ntrace++] = (struct place_note){cx->in, func, pc};
}

/* A frame on the way out: code is inside of it, sp its stack pointer. */
struct frame {
    const struct jbody *body;
    const u8 *at;
    u64 sp;
    u64 kept[4];
};

static void into_caller(struct frame *f) {
    const u64 *p = (const u64 *)(uintptr_t)(f->sp + f->body->frame);
    for (u32 k = 0; k < COUNT(f->kept); k++)
        if (f->body->pushed >> jit_kept[k] & 1)
            f->kept[k] = p[__builtin_popcount(f->body->pushed & ((1u << jit_kept[k]) - 1))];
    p += __builtin_popcount(f->body->pushed);
    f->at = (const u8 *)(uintptr_t)(*p - 1);
    f->sp = (u64)(p + 1);
}

static u32 pad_of(const struct frame *f) {
    u32 at = (u32)(f->at - f->body->code), lo = 0, hi = f->body->ncaught;
    const struct caught *c = f->body->caught;
    while (lo < hi) { /* the first that ends behind it */
        u32 mid = lo + (hi - lo) / 2;
        if (c[mid].at <= at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < f->body->ncaught && c[lo].at == at + 1 ? c[lo].pad : 0;
}

static const void *land(struct ctx *cx, struct typed_run *r, struct frame f) {
    for (; f.sp != r->top && (f.body = jit_body_at(r->im, f.at)); into_caller(&f)) {
        u32 pad = pad_of(&f);
        if (!pad)
            continue;
        memcpy(r->kept, f.kept, sizeof r->kept);
        r->sp = f.sp;
        r->exception = (u64)(uintptr_t)cx->exception;
        cx->exception = NULL;
        cx->trap = TRAP_NONE;
        return f.body->code + pad;
    }
    return NULL;
}

const void *jit_typed_raise(struct ctx *cx, u64 at, u64 sp) {
    struct typed_run *r = cx->run;
    struct frame f = {.at = (const u8 *)(uintptr_t)at, .sp = sp};
    const void *pad;
    memcpy(f.kept, r->kept, sizeof f.kept);
    if (cx->trap == TRAP_EXCEPTION && (pad = land(cx, r, f)))
        return pad;
    if (cx->trap != TRAP_TAIL_REF)
        for (; f.sp != r->top && (f.body = jit_body_at(r->im, f.at)); into_caller(&f))
            note(cx, f.body->func, jit_pc_at(f.body, f.at));
    return NULL;
}

const void *jit_typed_lazy(struct ctx *cx, const struct jfunc *f) {
    const struct typed_run *r = cx->run;
    const void *code = compiled(r->im, (u32)(f - r->im->func));
    if (!code)
        cx->trap = TRAP_MEMORY;
    return code;
}

bool jit_typed_refuel(struct ctx *cx) {
    while (cx->fuel < 0)
        if (!cx->services->refuel(cx))
            return false;
    return true;
}

/* --- out of the run and back --- */

struct outside {
    u64 *sp, *end;
};

/* Before something else runs on cx: nslot slots from slot_sp on are in use, and all from the run's frames on. */
static struct outside leave(struct ctx *cx, u32 nslot, u32 left) {
    const struct typed_run *r = cx->run;
    struct outside o = {cx->slot_sp, cx->slot_end};
    cx->slot_sp += nslot;
    cx->slot_end = (u64 *)(uintptr_t)r->sp;
    cx->calls = r->calls + r->frames - left;
    return o;
}

static void back(struct ctx *cx, struct outside o) {
    const struct typed_run *r = cx->run;
    cx->slot_sp = o.sp;
    cx->slot_end = o.end;
    cx->calls = r->calls;
}

void jit_typed_call_ref(struct ctx *cx, const struct funcref *f, u32 left) {
    u64 *slot = cx->slot_sp;
    const struct rtype *t = f->type;
    struct outside o = leave(cx, 0, left);
    if (cx->services->call_ref(cx, f, slot) && t->result_at)
        memmove(slot, slot + t->result_at, t->result_slots * sizeof *slot);
    back(cx, o);
}

void jit_typed_tail_ref(struct ctx *cx, const struct funcref *f, u32 left) {
    const struct typed_run *r = cx->run;
    if (left + 1 < r->frames) {
        jit_typed_call_ref(cx, f, left);
        return;
    }
    cx->tail_ref = f; /* the run's first frame: whoever started it goes on with f */
    cx->tail_slot = cx->slot_sp;
    cx->trap = TRAP_TAIL_REF;
}

void jit_typed_throw(struct ctx *cx, u32 tag, u32 nslot) {
    const u64 *slot = cx->slot_sp;
    struct outside o = leave(cx, nslot, 0);
    struct exception *x = cx->services->exception(cx, tag, slot, nslot);
    back(cx, o);
    if (!x)
        return;
    cx->exception = x;
    cx->trap = TRAP_EXCEPTION;
}

void jit_typed_rethrow(struct ctx *cx, u64 exception) {
    cx->exception = (struct exception *)(uintptr_t)exception;
    cx->trap = exception ? TRAP_EXCEPTION : TRAP_NULL_EXCEPTION;
}

const struct funcref *jit_typed_element(struct ctx *cx, u64 i, u64 table_type) {
    const struct table *t = cx->table[(u32)table_type];
    const struct funcref *f = i < t->size ? (const struct funcref *)(uintptr_t)t->elem[i] : NULL;
    if (i >= t->size)
        cx->trap = TRAP_NO_ELEMENT;
    else if (!f)
        cx->trap = TRAP_NULL_ELEMENT;
    else if (!rtype_fits(f->type, cx->rtype[table_type >> 32]))
        cx->trap = TRAP_CALL_TYPE;
    return f;
}

const struct funcref *jit_typed_ref(struct ctx *cx, const struct funcref *f, u64 type) {
    if (!f)
        cx->trap = TRAP_NULL_FUNCTION;
    else if (!rtype_fits(f->type, cx->rtype[type]))
        cx->trap = TRAP_CALL_TYPE;
    return f;
}

u64 jit_typed_object(struct ctx *cx, u64 op_x, u64 y, u64 a, u64 b, u64 c) {
    struct outside o = leave(cx, 0, 0);
    u64 v = cx->services->object(cx, (u32)op_x, (u32)(op_x >> 32), (u32)y, a, b, c);
    back(cx, o);
    return v;
}
