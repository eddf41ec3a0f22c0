/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed.h - typed functions in machine code: a run of them, and what their code calls.
 *
 * The code runs on the stack of the chain, from cx->slot_end down; the host's stack waits meanwhile, and is gone back to
 * for whatever is C. So how deep a guest may go does not depend on the host. Frames are counted down in a register that a
 * caller passes to its callee: it never returns to memory. A frame of up to FRAME_BYTES has its place as long as the count
 * has not ended; a larger one looks whether there is more.
 *
 *   slot_base .. slot_sp     slot_sp: windows    floor ..  ROOM   ..      rsp .. slot_end    .. the stack's end
 *   | in use by others      | of calls out       | signals'  | frames of this run          | in use by others
 *
 * Arguments and results pass in registers of their class. Those that are too many stand at cx->slot_sp, each in the slot
 * that its window has for it: whoever is called takes them from there before it does anything else. */
#ifndef ENGINE_JIT_TYPED_H
#define ENGINE_JIT_TYPED_H
#include "abi/object.h"
#include "engine/jit/image.h"

enum {
    FRAME_BYTES = 256,      /* a frame, return address included, that needs no look at the stack's end */
    ROOM = 64 << 10,        /* bytes below all frames, for a signal that comes while they run */
};

struct typed_run;
typedef void typed_enter(struct ctx *cx, struct typed_run *r, u64 *slot, const void *code);
/* The same where the run lies in e, its slots are e->frame. */
typedef void typed_again(struct ctx *cx, struct engine_entry *e);

struct jtyped {
    bool guarded;           /* code of this image leaves accesses of memory 0 to the processor */
    u32 window;             /* slots of the largest window that there is a type for */
    typed_enter *_Atomic *enter; /* of each type; NULL: not made yet */
    typed_again **again;         /* of those that are made */
    struct jimage *_Atomic other; /* the same program for a memory 0 of the other kind; NULL: there was none yet */
};

/* A run on a cx, on the C stack of jit_typed_call; cx->run. Code knows where the fields are. */
struct typed_run {
    const struct jimage *im;
    u64 host_sp;            /* where C goes on */
    u64 start;              /* of the guest: sp to begin with */
    u64 sp;                 /* when it waits for C, where it goes on */
    u64 floor;              /* a frame may begin at floor + FRAME_BYTES * frames that are left then, or above */
    u64 kept[4];            /* registers that callees keep, as typed_raise() is to look at them */
    u64 exception;          /* what a handler gets */
    u64 top;                /* sp when the first function returns */
    u32 frames;             /* that it may have */
    u32 calls;              /* cx->calls before */
    void *outer;            /* cx->run before */
};

enum { /* jthunks.typed */
    TYPED_LAZY,             /* jfunc.entry of a function that has no code yet */
    TYPED_SERVICE,          /* called, with a C function in rax and its operands: runs it on the host's stack; ctx.fuel is valid */
    TYPED_ELEMENT,          /* called; index in r10, table and type in rdi: jit_typed_element(), its result in rdi, all else kept */
    TYPED_REF,              /* the same for jit_typed_ref() */
    TYPED_DEEP,             /* jumped to from where a function begins: too many frames, or one too large */
    TYPED_THUNKS
};

/* The machine's: registers that callees keep, in the order of typed_run.kept; and for a type the code that takes arguments
 * from slots into registers, and results back. NULL: out of memory. */
extern const u8 jit_kept[4];
typed_enter *jit_typed_enter(const struct jimage *im, u32 type);

/* The engine's call. */
void jit_typed_call(const void *image, struct ctx *cx, u32 func, u64 *slot);
bool jit_typed_entry(const void *image, struct ctx *cx, u32 func, u64 *slot, struct engine_entry *out);
/* What an image has for typed functions; those of eBPF alone have nothing. */
int jit_typed_init(struct jimage *im, bool guarded, struct error *e);
const struct jimage *jit_other(const struct jimage *im); /* NULL: out of memory */
void jit_typed_free(struct jimage *im);

/* --- called by code, on the host's stack; all may leave a trap in cx->trap --- */

/* cx->trap is set, at code address `at` of the frame at sp. A handler: where to go on, with run.sp and run.exception;
 * else NULL: the run ends, and its frames are noted. */
const void *jit_typed_raise(struct ctx *cx, u64 at, u64 sp);
/* The code of a function that is called for the first time; NULL: trap. */
const void *jit_typed_lazy(struct ctx *cx, const struct jfunc *f);
bool jit_typed_refuel(struct ctx *cx);
/* Its window stands at cx->slot_sp; left: frames that may be added. */
void jit_typed_call_ref(struct ctx *cx, const struct funcref *f, u32 left);
/* A tail call of another instance's function: false: it is done, its results stand at cx->slot_sp; true: the run ends by
 * TRAP_TAIL_REF, since this is its first frame. */
void jit_typed_tail_ref(struct ctx *cx, const struct funcref *f, u32 left);
void jit_typed_throw(struct ctx *cx, u32 tag, u32 nslot);
void jit_typed_rethrow(struct ctx *cx, u64 exception);
/* The function to call for element i of table (low half) of type (high half), where the fast path gave up. */
const struct funcref *jit_typed_element(struct ctx *cx, u64 i, u64 table_type);
const struct funcref *jit_typed_ref(struct ctx *cx, const struct funcref *f, u64 type);
/* services->object; xy: x in the low half, y in the high one. */
u64 jit_typed_object(struct ctx *cx, u64 op_x, u64 y, u64 a, u64 b, u64 c);

#endif
