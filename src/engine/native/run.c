/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* run.c - runs of eBPF functions, and what their code calls when something is wrong.
 *
 * Callers note where they are in cx->shadow themselves, so a trap has only its own place to add. */
#include "engine/native/run.h"
#include "abi/start.h"
#include <assert.h>
#include <string.h>

void native_out(struct ctx *cx) {
    struct native_run *r = cx->run;
    r->left = true;
    native_leave(r);
}

static void zero_stack(struct ctx *cx) {
    u64 low = cx->region[REGION_STACK].base;
    memset((void *)(uintptr_t)low, 0, (size_t)((u64)(uintptr_t)cx->stack_top - low));
}

/* --- places of traps --- */

/* cx->trap is set at place. A nested run has left its own, deeper one: then this is that of the call that led there. */
static void note(struct ctx *cx, u64 place, u64 r0) {
    const struct native_run *r = cx->run;
    u32 at = cx->depth - 1;
    if (r->typed) {
        native_note_typed(cx, place);
        return;
    }
    if (cx->trap_func != NO_PLACE) {
        if (at < COUNT(cx->shadow))
            cx->shadow[at] = place;
        return;
    }
    cx->trap_func = (u32)(place >> 32);
    cx->trap_pc = (u32)place;
    cx->ret = cx->trap == TRAP_END ? r0 : 0; /* what the helper gave that ended the program */
    if (!(r->im->h->flags & NATIVE_EXACT_REGS))
        memset(cx->trap_regs, 0, sizeof cx->trap_regs);
    cx->trap_regs[COUNT(cx->trap_regs) - 1] = (u64)(uintptr_t)cx->stack_top - (u64)at * cx->frame_size;
    if (at < COUNT(cx->shadow))
        cx->shadow[at] = SHADOW_END;
}

void native_trap_at(struct ctx *cx, u64 place, u32 trap) {
    cx->trap = trap;
    note(cx, place, 0);
    native_out(cx);
}

static u64 trapped(struct ctx *cx, u64 place, u64 r0) {
    const struct native_run *r = cx->run;
    if (cx->trap == TRAP_TAIL_CALL && cx->depth > r->depth + 1 && cx->services->tail_call(cx))
        return cx->ret; /* from a subprogram: what the target returns, the subprogram returns */
    note(cx, place, r0);
    native_out(cx);
    return 0;
}

static native_ebpf *tail(struct ctx *cx, u64 r1, u64 r2, u64 r3) {
    const struct native_head *h = ((const struct native_run *)cx->run)->im->h;
    u32 func;
    if (!cx->services->tail_own(cx, r1, r2, r3, &func))
        return NULL;
    if (h->flags & NATIVE_ZERO_STACK && cx->depth == 1)
        zero_stack(cx);
    return (native_ebpf *)(uintptr_t)h->enter[func];
}

static void args(struct ctx *cx, u64 place, const struct helper *h, u64 *arg) {
    if (cx->services->helper_args(cx, h, arg))
        return;
    note(cx, place, 0);
    native_out(cx);
}

static void refuel(struct ctx *cx, u64 place) {
    while (cx->fuel < 0)
        if (!cx->services->refuel(cx)) {
            cx->trap_func = NO_PLACE;
            note(cx, place, 0);
            native_out(cx);
        }
}

static void more(struct ctx *cx, u64 place, s64 need) {
    while (cx->fuel < need && cx->fuel_rest > 0) {
        s64 left = cx->fuel;
        cx->fuel = -1;
        if (!cx->services->refuel(cx)) {
            cx->fuel = left;
            cx->trap_func = NO_PLACE;
            note(cx, place, 0);
            native_out(cx);
        }
        cx->fuel += left + 1;
    }
}

/* --- accesses that the likely region did not hold --- */

static bool in_region(const struct ctx *cx, u64 addr, u32 log, bool write) {
    for (u32 i = 0; i < cx->nregion; i++) {
        const struct region *g = &cx->region[i];
        if (addr - g->base < (write ? g->write : g->read)[log])
            return true;
    }
    return false;
}

/* Comes back where it may be done; *served: it was an access to the context, and is done. */
static void allow(struct ctx *cx, u64 place, u64 addr, u32 log, bool write, u64 *v, bool *served) {
    *served = false;
    if (handle_tag(addr) != TAG_CTX && in_region(cx, addr, log, write))
        return;
    if (cx->services->access(cx, addr, 1u << log, write, v, served) || *served)
        return;
    note(cx, place, 0);
    native_out(cx);
}

static u64 load(struct ctx *cx, u64 place, u64 addr, u32 log) {
    u64 v = 0;
    bool served;
    allow(cx, place, addr, log, false, &v, &served);
    if (!served)
        memcpy(&v, (const void *)(uintptr_t)addr, (size_t)1 << log);
    return v;
}

static u64 load_sx(struct ctx *cx, u64 place, u64 addr, u32 log) {
    u64 v = load(cx, place, addr, log);
    u32 unused = 64 - (8u << log);
    return log < 3 && v >> (8 << log) ? v /* a 32-bit field of the context may give a whole pointer */
                                      : (u64)((s64)(v << unused) >> unused);
}

static void store(struct ctx *cx, u64 place, u64 addr, u32 log, u64 v) {
    bool served;
    allow(cx, place, addr, log, true, &v, &served);
    if (!served)
        memcpy((void *)(uintptr_t)addr, &v, (size_t)1 << log);
}

static void atomic(struct ctx *cx, u64 place, u64 addr, u32 log, u32 write) {
    bool served;
    u64 v = 0;
    if (handle_tag(addr) == TAG_CTX) /* fields are served one by one: nothing there is atomic */
        native_trap_at(cx, place, TRAP_BAD_CONTEXT);
    allow(cx, place, addr, log, write, &v, &served);
    if (served) /* not memory: it cannot be updated in place */
        native_trap_at(cx, place, TRAP_OUT_OF_BOUNDS);
}

static u64 packet_load(struct ctx *cx, u64 place, u64 off, u32 log) {
    u64 v = 0;
    if (cx->services->packet_load(cx, off, 1u << log, &v))
        return v;
    cx->ret = 0; /* behind the end: the program ends with 0 */
    if (cx->trap)
        note(cx, place, 0);
    native_out(cx);
    return 0;
}

const struct native_env native_env = {
    .trap = native_trap_at,
    .refuel = refuel,
    .more = more,
    .load = load,
    .load_sx = load_sx,
    .store = store,
    .atomic = atomic,
    .packet_load = packet_load,
    .trapped = trapped,
    .tail = tail,
    .args = args,
    .deep = native_deep,
    .call_ref = native_call_ref,
    .tail_ref = native_tail_ref,
    .throw_tag = native_throw,
    .rethrow = native_rethrow,
    .pass = native_pass,
    .caught = native_caught,
    .element = native_element,
    .ref = native_ref,
    .object = native_object,
};

/* --- runs --- */

void native_run(const void *image, struct ctx *cx, u32 func) {
    const struct native_image *im = image;
    struct native_run r;
    u64 r0;
    assert(!im->h->frame_size || im->h->frame_size == cx->frame_size); /* what was proven in a frame is in it */
    if (cx->max_depth > COUNT(cx->shadow))
        cx->max_depth = COUNT(cx->shadow);
    if (cx->depth >= cx->max_depth) {
        trap_at_start(cx, func, TRAP_CALL_DEPTH);
        return;
    }
    if (im->h->flags & NATIVE_ZERO_STACK && cx->depth == 0)
        zero_stack(cx);
    r.code = im->h->enter[func];
    r.stack = NULL;
    r.arg[0] = (u64)(uintptr_t)cx;
    memcpy(r.arg + 1, cx->arg, sizeof cx->arg);
    r.arg[6] = (u64)(uintptr_t)cx->stack_top - (u64)cx->depth * cx->frame_size;
    r.im = im;
    r.cx = cx;
    r.outer = cx->run;
    r.outer_env = cx->env;
    r.depth = cx->depth;
    r.typed = r.left = false;
    cx->run = &r;
    cx->env = &im->env;
    cx->depth++;
    cx->trap = 0;
    cx->trap_func = NO_PLACE;
    r0 = native_enter(&r);
    if (!r.left)
        cx->ret = r0;
    cx->depth = r.depth;
    cx->run = r.outer;
    cx->env = r.outer_env;
}

_Static_assert(sizeof(struct native_run) <= sizeof ((struct engine_entry *)0)->own, "a run has room in an entry");

static void enter_again(struct ctx *cx, struct engine_entry *e) {
    struct native_run *r = (struct native_run *)(void *)e->own;
    u64 r0;
    cx->fuel = e->fuel;
    r0 = native_enter(r);
    if (likely(!r->left)) {
        cx->ret = r0;
    } else { /* well, too: packet_load() has ended it, in whatever function */
        r->left = false;
        cx->depth = 1;
    }
}

/* What each run would store and find again stands already: it is stored here, and runs that end well leave it so. */
bool native_entry(const void *image, struct ctx *cx, u32 func, struct engine_entry *out) {
    const struct native_image *im = image;
    struct native_run *r = (struct native_run *)(void *)out->own;
    if (im->h->flags & NATIVE_ZERO_STACK || (cx->run && cx->run != r) || !cx->max_depth ||
        cx->max_depth > COUNT(cx->shadow))
        return false;
    out->enter = enter_again;
    out->image = image;
    *r = (struct native_run){.code = im->h->enter[func], .im = im, .cx = cx};
    r->arg[0] = (u64)(uintptr_t)cx;
    memcpy(r->arg + 1, cx->arg, sizeof cx->arg);
    r->arg[6] = (u64)(uintptr_t)cx->stack_top;
    cx->run = r;
    cx->env = &im->env;
    cx->depth = 1;
    cx->trap = TRAP_NONE;
    cx->trap_func = NO_PLACE;
    return true;
}
