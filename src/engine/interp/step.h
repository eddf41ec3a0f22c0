/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* step.h - the interpreter's own form of a program.
 *
 * A function of struct insn is lowered (lower.c) to an array of steps, each with the address of
 * the code that does it; what a step needs beyond its 16 bytes stands in the slot behind it.
 *
 *   63                       0 15    0 15    0 15    0 15    0
 *   |  handler                |   a   |   b   |   c   |   d   |    c and d are also imm (32 bits),
 *                                     |b0 |b1 |                    b two register numbers below 256
 *
 *   branch, second slot:    edge[0] falls through, edge[1] is taken:   | charge | offset | x 2
 *   64-bit constant, call, memory offset, second slot:                 | value or pointer | more |
 *
 * The handlers are listed in forms.def: the same file gives the enum of forms.h, their bodies and
 * their table (exec.c). */
#ifndef ENGINE_INTERP_STEP_H
#define ENGINE_INTERP_STEP_H
#include "abi/engine.h"
#include "ir/module.h"

struct step {
    const void *h;
    u16 a;
    union {
        u16 b;
        struct {
            u8 b0, b1;
        };
    };
    union {
        struct {
            u16 c, d;
        };
        s32 imm;
    };
};
_Static_assert(sizeof(struct step) == 16, "branch offsets count bytes of these");

struct edge {
    u32 charge; /* fuel for the blocks that are entered by it */
    s32 off;    /* bytes from the branch to its target */
};
struct extra { /* a second slot */
    union {
        struct edge edge[2];
        struct {
            union {
                u64 value;
                const void *p;
            };
            u32 x, y;
        };
        struct {
            u32 from[2], to[2]; /* of two accesses of linear memory */
        };
        struct {                /* of `copy` */
            u16 base, from, to; /* register of the destination; likely regions, as in d */
            u16 bound_reg;      /* or NO_REG: bound */
            s32 bound;
            u32 charge; /* of a round */
        } copy;
    };
};
enum { NO_REG = 0xffff };
_Static_assert(sizeof(struct extra) == sizeof(struct step), "takes the place of one");

struct label { /* where a jump table leads */
    u32 step, charge;
};

/* One function of an image. */
struct entry {
    const struct step *code; /* where calls enter */
    u32 charge;              /* of its first block */
    u32 start, end;          /* its steps in the image */
    u32 nreg;
    bool leaf;                 /* calls nothing, leaves r6 .. r10 alone: entered by calll, left by exitl */
    u32 first_lead, nlead;     /* its blocks in lead[] */
    const struct label *label; /* for each instruction, where jump tables name it; NULL: no gotox here */
    const struct func *f;
};
struct lead { /* a block: its first step, its first instruction */
    u32 step, pc;
};

struct image {
    struct arena arena;
    struct step *code;
    u32 *pc; /* instruction of each step */
    u32 nstep;
    struct lead *lead;
    struct entry *entry;
    u32 nfunc;
    u32 max_nreg;
    u32 frame_size;
    u64 proven;      /* accesses that stay in their own frame */
    bool wide;       /* some function has more than the eBPF registers */
    bool zero_stack; /* a frame's address may reach other frames */
    const struct module *m;
    const struct helper *const *helper;
    u32 nhelper;
    struct typed *typed; /* what it has for typed functions; NULL: there are none */
};

/* A call in progress: what its return restores. */
struct frame {
    const struct step *ret;
    u64 *fp;
    u64 saved[4]; /* r6 .. r9 of the caller */
    u64 r10;      /* and its frame */
    u64 may;      /* may_goto's that this frame has left */
};
enum { MAX_FRAMES = 64, MAY_GOTO_LOOPS = 8 << 20 };

/* A run on a cx; nested runs stand on the C stack above it. */
struct run {
    const struct image *im;
    struct frame *top; /* of the function that runs */
    struct run *outer;
    u64 *reg_end;  /* of the registers, for windows of wide functions */
    u64 addr, val; /* from a handler to its slow path */
    s64 fuel;
    u32 depth; /* cx->depth when it started */
    struct frame frame[MAX_FRAMES + 1];
};

/* Runs from pc on; fills cx->ret or cx->trap. */
void exec(const struct step *pc, u64 *fp, struct ctx *cx, s64 fuel);
int lower_module(struct image *im, const struct link_view *l, struct error *e);

/* typed/call.c: what an image has for typed functions, and engine.call. */
int ityped_compile(struct image *im, const struct link_view *l, struct error *e);
void ityped_free(struct image *im);
void ityped_call(const void *image, struct ctx *cx, u32 func, u64 *slot);

#endif
