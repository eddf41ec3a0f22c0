/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* state.h - what is known at one place of a program: registers, frames, what is held. Private to check/.
 *
 *   state -> frame (main) -> r0 .. r10, 64 slots of 8 bytes, a kind for each byte
 *         -> frame (callee) ...
 *
 * Frames are shared between states until one writes to them (state_frame). */
#ifndef CHECK_STATE_H
#define CHECK_STATE_H
#include "check/check.h"

enum { FRAMES = 8, STACK_BYTES = 512, SLOTS = STACK_BYTES / 8, REFS = 24 };

enum { /* reg.flags */
    R_NULL = 1,      /* or 0; what a check of another register of the same id says holds for it too */
    R_RDONLY = 2,
    R_ALLOC = 4,     /* OBJECT: of the heap, owned by the run */
    R_TRUSTED = 8,   /* OBJECT, BTF: of the kernel, alive */
    R_RCU = 16,      /* BTF: alive within the section; ITER: usable within it */
    R_BORROWED = 32, /* OBJECT: in a list or tree, while its lock is held */
    R_PERCPU = 64,
    R_GONE = 128,    /* BTF: it may be gone; ITER: its section was left */
    /* of a SCALAR with an id: */
    R_DELTA = 128,   /* the value is that of the id, plus off */
    R_LOW = 1,       /* of that the low 32 bits, zero-extended */
    R_HIGH = 2,      /* of that the low 32 bits, as the upper half */
};

struct reg {
    struct scalar var; /* SCALAR: the number; else what was added at run time */
    u64 dep[2];        /* SCALAR: what of the last checkpoint went into it (walk.c) */
    s64 off;           /* the constant part of a pointer's offset */
    u32 id;            /* one origin, one id: equal numbers; pointers with the same var; what may be null together */
    u32 map;           /* MAP, MAP_VALUE, MAP_KEY: the map; OBJECT, BTF: the type; FUNC: the function */
    u32 size;          /* PACKET, META: bytes known to be there from var on; MEM, MAP_VALUE, MAP_KEY: its size */
    u32 ref;           /* has to be released: state.ref[].id */
    u32 uid;           /* MAP_VALUE: which lookup; MAP: which inner map */
    u8 kind, flags, frame, sub;
};

enum byte_kind {
    B_NONE,            /* never written */
    B_MISC,            /* some number */
    B_ZERO,
    B_REG,             /* part of the register that was saved in this slot, from its first byte on */
    B_DYNPTR, B_ITER, B_IRQ,
};

struct frame {
    u32 shared;        /* other states that use it */
    u32 func;
    u32 ret;           /* instruction of the caller to go on with */
    u8 cb;             /* enum callback_kind; 0: called plainly */
    u32 lo;            /* slots below were never used */
    u64 written;       /* slots written whole since the last checkpoint */
    struct reg r[NREG_EBPF];
    u8 byte[STACK_BYTES]; /* byte[0] is r10 - 512 */
    struct reg slot[SLOTS];
};

struct ref { u32 id, func, pc; u8 kind, frame; };
enum ref_kind { REF_RECORD = 1, REF_SOCKET, REF_OBJECT, REF_ITER, REF_DYNPTR, REF_IRQ, REF_LOCK };

struct state {
    u32 pc, nframe, nref;
    u32 ckpt;          /* the last checkpoint on the way */
    u32 path;          /* instructions on the way */
    u64 called;        /* and of functions that were called there, and not walked */
    u32 lock_map, lock_uid; /* the lock that is held: of what; NO_INDEX: none */
    s64 lock_off;
    u16 rcu, preempt;
    u32 rounds;        /* callbacks that were entered and may_gotos that were not taken: what differs in it is no endless loop */
    u32 turns;         /* times that the head of a loop that something else bounds was come to */
    u32 pkt_len;       /* bytes that the packet is known to have */
    u64 buf_min;       /* bytes that raw programs' r1 is known to have */
    struct ref ref[REFS];
    struct frame *f[FRAMES];
};

struct pool { struct frame *free; u64 made, limit; void *next; };
/* All return NULL or false when memory is out. */
struct frame *frame_new(struct pool *p);
void frame_drop(struct pool *p, struct frame *f);
/* Frame k of s, its own to write. */
struct frame *state_frame(struct pool *p, struct state *s, u32 k);
void state_copy(struct state *to, const struct state *from);
void state_drop(struct pool *p, struct state *s);

void pool_drop(struct pool *p);

struct reg reg_scalar(struct scalar v);
struct reg reg_const(u64 v);
struct reg reg_pointer(u8 kind);
bool reg_is_pointer(const struct reg *r); /* neither number nor never written */
bool reg_at_start(const struct reg *r);   /* a pointer to where its memory begins, for certain */
struct check;
void reg_print(struct check *c, struct buf *b, const struct reg *r);
void state_print(struct check *c, struct buf *b, const struct state *s);
void reg_value(const struct reg *r, struct check_value *v);

#endif
