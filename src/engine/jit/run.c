/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* run.c - runs of eBPF functions: into the code, and what it calls when something is wrong.
 *
 * A frame of machine stack, from rsp up: what the function uses, what it pushed, the return address. A run ends with
 * the frame whose return address lies right below run.sp. */
#include "engine/jit/fuel.h"
#include "engine/jit/image.h"
#include "abi/start.h"
#include <assert.h>
#include <string.h>

/* --- places of traps --- */

struct spot_of {
    u32 func, pc;
};

/* The call that the frame above made, if there is one. */
static bool caller(const struct jrun *r, const struct jbody **b, const u64 **sp, u32 *pc) {
    const u64 *ret = *sp + ((*b)->frame / 8 + (u32)__builtin_popcount((*b)->pushed));
    const void *code = (const void *)(uintptr_t)(*ret - 1);
    if ((u64)(uintptr_t)(ret + 1) == r->sp)
        return false;
    *b = jit_body_at(r->im, code);
    assert(*b);
    *pc = jit_pc_at(*b, code);
    *sp = ret + 1;
    return true;
}

static void show_regs(struct ctx *cx, const struct jbody *b, const u64 *sp, u32 at) {
    for (u32 r = 0; r < NREG_EBPF; r++) {
        if (b->homes)
            cx->trap_regs[r] = sp[r];
        else if (!b->fixed || b->hidden >> r & 1)
            cx->trap_regs[r] = 0;
    }
    cx->trap_regs[REG_FP] = (u64)(uintptr_t)cx->stack_top - (u64)at * cx->frame_size;
}

/* cx->trap is set, at the instruction that code belongs to. A nested run has left its own, deeper place; the calls that
 * led to it are added here. */
const struct jrun *jit_note(struct ctx *cx, const void *code, const u64 *sp, u32 place) {
    struct jrun *r = cx->run;
    const struct jbody *b = jit_body_at(r->im, (const u8 *)code - 1), *inner = b;
    const u64 *inner_sp = sp;
    struct spot_of up[COUNT(cx->shadow)];
    u32 n = 0, at = r->depth, pc, own = place;
    assert(b);
    if (own == SPOT_NONE)
        own = jit_pc_at(b, (const u8 *)code - 1);
    while (n < COUNT(up) && caller(r, &b, &sp, &pc))
        up[n++] = (struct spot_of){b->func, pc};
    for (; n-- > 0; at++)
        if (at < COUNT(cx->shadow))
            cx->shadow[at] = (u64)up[n].func << 32 | up[n].pc;
    if (cx->trap_func == NO_PLACE) {
        cx->trap_func = inner->func;
        cx->trap_pc = own;
        cx->ret = cx->trap == TRAP_END ? cx->trap_regs[REG_R0] : 0; /* what the helper gave that ended the program */
        show_regs(cx, inner, inner_sp, at);
        if (at < COUNT(cx->shadow))
            cx->shadow[at] = SHADOW_END;
    } else if (at < COUNT(cx->shadow)) {
        cx->shadow[at] = (u64)inner->func << 32 | own;
    }
    return r;
}

const struct jrun *jit_trap(struct ctx *cx, const void *code, u32 trap, const u64 *sp) {
    cx->trap = trap;
    return jit_note(cx, code, sp, SPOT_NONE);
}

const struct jrun *jit_trapped(struct ctx *cx, const void *code, const u64 *sp) {
    const struct jrun *r = cx->run;
    if (cx->trap == TRAP_TAIL_CALL && cx->depth > r->depth + 1 && cx->services->tail_call(cx))
        return NULL; /* from a subprogram: what the target returns, the subprogram returns */
    return jit_note(cx, code, sp, SPOT_NONE);
}

const struct jrun *jit_refuel(struct ctx *cx, const void *code, const u64 *sp) {
    return jit_keep_fuel(cx) ? NULL : jit_note(cx, code, sp, SPOT_NONE);
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

/* *served: it was an access to the context, and is done. */
static bool allowed(struct ctx *cx, u64 addr, u32 log, bool write, u64 *v, bool *served) {
    *served = false;
    if (handle_tag(addr) != TAG_CTX && in_region(cx, addr, log, write))
        return true;
    return cx->services->access(cx, addr, 1u << log, write, v, served) || *served;
}

bool jit_read(struct ctx *cx, u64 addr, u32 row, u64 *v) {
    static const u8 log[] = {0, 1, 2, 3, 0, 1, 2};
    bool served;
    u32 size = 1u << log[row];
    *v = 0;
    if (!allowed(cx, addr, log[row], false, v, &served))
        return false;
    if (!served)
        memcpy(v, (const void *)(uintptr_t)addr, size);
    if (row >= 4 && !(*v >> 8 * size)) /* a 32-bit field of the context may give a whole pointer */
        *v = (u64)((s64)(*v << (64 - 8 * size)) >> (64 - 8 * size));
    return true;
}

bool jit_write(struct ctx *cx, u64 addr, u32 log, u64 v) {
    bool served;
    if (!allowed(cx, addr, log, true, &v, &served))
        return false;
    if (!served)
        memcpy((void *)(uintptr_t)addr, &v, (size_t)1 << log);
    return true;
}

static bool atomic_size(struct ctx *cx, u64 addr, u32 log, bool write) {
    bool served;
    u64 v = 0;
    if (handle_tag(addr) == TAG_CTX) { /* fields are served one by one: nothing there is atomic */
        cx->trap = TRAP_BAD_CONTEXT;
        return false;
    }
    if (!allowed(cx, addr, log, write, &v, &served))
        return false;
    if (served) /* not memory: it cannot be updated in place */
        cx->trap = TRAP_OUT_OF_BOUNDS;
    return !served;
}

struct jit_value jit_access(struct ctx *cx, u64 addr, u32 kind, u64 v, const void *code, const u64 *sp) {
    struct jit_value r = {v, NULL};
    bool ok;
    if (kind < ACCESS_WRITE)
        ok = jit_read(cx, addr, kind - ACCESS_READ, &r.v);
    else if (kind < ACCESS_ATOMIC)
        ok = jit_write(cx, addr, kind - ACCESS_WRITE, v);
    else if (kind < ACCESS_ACQUIRE)
        ok = atomic_size(cx, addr, kind - ACCESS_ATOMIC, true);
    else if (kind < ACCESS_PACKET)
        ok = atomic_size(cx, addr, kind - ACCESS_ACQUIRE, false);
    else
        ok = cx->services->packet_load(cx, addr, 1u << (kind - ACCESS_PACKET), &r.v);
    if (ok)
        return r;
    if (cx->trap) {
        r.leave = jit_note(cx, code, sp, SPOT_NONE);
    } else { /* ld_abs behind the end: the program ends with 0 */
        cx->ret = 0;
        r.leave = cx->run;
    }
    return r;
}

/* --- runs --- */

static u64 frame_at(const struct ctx *cx) {
    return (u64)(uintptr_t)cx->stack_top - (u64)cx->depth * cx->frame_size;
}

/* Its code, which is made now if nobody has run it before; NULL: out of memory. */
static const struct jbody *body_of(const struct jimage *im, u32 func) {
    const struct jbody *b = atomic_load_explicit(&im->func[func].body, memory_order_acquire);
    struct error e = {0};
    if (unlikely(!b) && jit_compiled((struct jimage *)(uintptr_t)im, func, &e))
        b = atomic_load_explicit(&im->func[func].body, memory_order_acquire);
    return b;
}

void jit_run(const void *image, struct ctx *cx, u32 func) {
    const struct jimage *im = image;
    const struct jbody *b;
    assert(!im->l.frame_size || im->l.frame_size == cx->frame_size); /* what was proven in a frame is in it */
    if (cx->max_depth > COUNT(cx->shadow))
        cx->max_depth = COUNT(cx->shadow);
    if (cx->depth >= cx->max_depth) {
        trap_at_start(cx, func, TRAP_CALL_DEPTH);
        return;
    }
    if (!(b = body_of(im, func))) {
        trap_at_start(cx, func, TRAP_MEMORY);
        return;
    }
    if (b->zero_stack && cx->depth == 0)
        memset((void *)cx->region[REGION_STACK].base, 0, (size_t)((u64)cx->stack_top - cx->region[REGION_STACK].base));
    im->thunk.enter(cx, b->code, im, frame_at(cx));
}

_Static_assert(sizeof(struct jrun) <= sizeof ((struct engine_entry *)0)->own, "a run has room in an entry");

/* What each run would store and find again stands already: it is stored here, and runs that end well leave it so. */
bool jit_entry(const void *image, struct ctx *cx, u32 func, struct engine_entry *out) {
    const struct jimage *im = image;
    struct jrun *r = (struct jrun *)(void *)out->own;
    const struct jbody *b = body_of(im, func);
    if (!b || b->zero_stack || (cx->run && cx->run != r) || !cx->max_depth || cx->max_depth > COUNT(cx->shadow))
        return false;
    out->enter = im->thunk.first;
    out->code = b->code;
    out->image = image;
    cx->depth = 0;
    out->frame = frame_at(cx);
    *r = (struct jrun){.im = im};
    cx->run = r;
    cx->depth = 1;
    cx->trap = TRAP_NONE;
    cx->trap_func = NO_PLACE;
    return true;
}
