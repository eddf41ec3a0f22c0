/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* run.h - what the files of this folder share: images, runs, and the way in and out. */
#ifndef ENGINE_NATIVE_RUN_H
#define ENGINE_NATIVE_RUN_H
#include "engine/native/native.h"

/* A stack for typed functions, of a chain of calls: runs that are nested go on where the outer one stands.
 *
 *   guard     | room for C | frames, growing down   | places, growing down
 *             low of use ..               head.high
 */
struct nstack {
    struct native_stack head;   /* what is in use; cx->native */
    u64 *place;                 /* the first that is free; all from there down are 0 */
    u64 *place_low;
    u8 *floor;                  /* frames end here, and C has the rest */
    u8 *map; size_t size;
};
struct nstack *nstack_new(u32 frames); /* NULL: no memory */
void nstack_free(struct nstack *s);

struct native_spots { struct native_spots *next; struct buf spot; };
struct native_image {
    struct native_env env;      /* cx->env */
    const struct native_head *h;
    struct native_code_block *code;
    bool linked;                /* it is native_linked()'s */
    struct link_view l;
    const void **bind;
    u32 window;                 /* slots that typed code may use behind cx->slot_sp */
    u64 proven;
    struct nstack *_Atomic spare; /* of a run that has ended */
    struct perf_files *perf;    /* engine/tell */
    struct gdb_told *told;
    struct native_spots *_Atomic spots; /* that listings were given */
    native_other *make_other;
    struct native_image *_Atomic other;
};

/* enter.c knows where these are. */
struct native_run {
    u64 sp;                     /* of the host */
    const void *code;
    u8 *stack;                  /* where code's stack begins; NULL: it goes on with the host's */
    u64 arg[7];
    const struct native_image *im;
    struct ctx *cx;
    struct native_run *outer;   /* cx->run before */
    const struct native_env *outer_env;
    u32 depth;                  /* eBPF: cx->depth before */
    bool typed;
    bool left;                  /* by native_leave() */
    /* --- typed --- */
    u64 *first;                 /* slot of the first function's frame */
    u32 calls;                  /* cx->calls before */
};

/* enter.c: calls r->code with r->arg; 0 where it was left. */
u64 native_enter(struct native_run *r);
/* Neither this nor what calls it comes back, and none of it says so to the compiler: what sanitizers do in front of such a
 * call is not for stacks that they do not know. */
void native_leave(struct native_run *r);
extern const char native_fault[];        /* where accesses that fault go on: native_fault_at() with their address */
void native_fault_at(u64 at);

extern const struct native_env native_env; /* all but bind */

/* tell.c */
void native_tell(struct native_image *im);
void native_forget(struct native_image *im);

/* run.c */
void native_out(struct ctx *cx);                          /* leaves cx's innermost run */
void native_trap_at(struct ctx *cx, u64 place, u32 trap); /* env->trap */

/* typed.c: notes place and those of its callers. */
void native_note_typed(struct ctx *cx, u64 place);
void native_deep(struct ctx *cx);
void native_call_ref(struct ctx *cx, u64 place, u64 *sp, const struct funcref *f);
void native_tail_ref(struct ctx *cx, u64 place, u64 *sp, const struct funcref *f);
void native_throw(struct ctx *cx, u64 place, u32 tag, u32 nslot);
void native_rethrow(struct ctx *cx, u64 place, u64 exception);
void native_pass(struct ctx *cx, u64 place);
u64 native_caught(struct ctx *cx);
const struct funcref *native_element(struct ctx *cx, u64 place, u32 table, u32 type, u64 i);
const struct funcref *native_ref(struct ctx *cx, u64 place, const struct funcref *f, u32 type);
u64 native_object(struct ctx *cx, u64 place, u64 *sp, u32 op, u64 xy, u64 a, u64 b, u64 c);

#endif
