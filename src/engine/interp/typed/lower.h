/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower.h - between instructions and steps of a typed function: the nodes of a run of blocks, as in
 * interp/lower.h; operands have classes here, and each class an accumulator. */
#ifndef ENGINE_INTERP_TYPED_LOWER_H
#define ENGINE_INTERP_TYPED_LOWER_H
#include "base/arena.h"
#include "engine/interp/typed/typed.h"
#include "ir/live.h"

enum node_kind {
    N_NONE,   /* gone: dead, or part of the node that alias names */
    N_BIN,    /* a := x0 op x1 */
    N_BINI,   /* a := x0 op imm */
    N_LBIN,   /* a := x0 op val, of integers of 64 bits */
    N_KBIN,   /* a := x0 op val, of floats; with F_SWAP val op x0 */
    N_UN,     /* a := op x0 */
    N_COPY,   /* a := x0, any class */
    N_CONST,  /* a := val */
    N_LD,     /* a := memory 0 [mode: x0, x1, val] */
    N_ST,     /* memory 0 [mode: x0, x1, val] := x2 */
    N_STI,    /* memory 0 [mode: x0, x1, val] := imm */
    N_FARLD,  /* a := memory c [x0 + val] */
    N_FARST,  /* memory c [x0 + val] := x1 */
    N_JCC,    /* if x0 op x1 goto */
    N_JCCI,   /* if x0 op imm goto */
    N_JF,     /* if x0 op x1 goto, of floats */
    N_JFK,    /* if x0 op val goto, of floats */
    N_SELECT, /* a := x2 ? x0 : x1 */
    N_SEL,    /* a := x2 op x3 ? x0 : x1 */
    N_SELK,   /* a := x2 op val ? x0 : x1 */
    N_SH,     /* a := x0 op (x1 op2 d) */
    N_BS,     /* a := (x0 op x1) op2 d */
    N_II,     /* a := (x0 op1 c) op2 d */
    N_AJ,     /* a := a + c; if a op x1 goto */
    N_AJI,    /* a := a + c; if a op imm goto */
    N_LO,     /* a := x0 op memory 0 [x1 + val], mode R or W */
    N_RM,     /* memory 0 [x1 + val] op= x0 */
    N_RMI,    /* memory 0 [x1 + val] op= imm */
    N_TR,     /* a := three operands */
    N_COPY2,  /* op2 := x0; a := x1 */
    N_ADDI2,  /* op2 := x0 + c; a := x1 + d */
    N_MOVE,   /* memory 0 [x1, to] := memory 0 [x0, from] */
    N_AXPY,   /* memory 0 [x1, from] op= x0 * memory 0 [x2, to] */
    N_CPBR,   /* a := x0; goto */
    N_ADBR,   /* a := x0 + imm; goto */
    N_BR,     /* goto */
    N_GSET,   /* global imm := x0 */
    N_BRTAB,  /* goto by x0, or by x0 op2 d */
    N_CALLTAB,/* call of element x0 */
    N_RET,    /* return x0, or the window */
    N_VEC,    /* a := vector operation on x0, x1, x2; c, d, val as the row has them */
    N_VLD,    /* a := memory [x0 + val], a vector */
    N_VST,    /* memory [x0 + val] := x1, a vector */
    N_OTHER,  /* reads its registers where they are; form says what */
};
enum {
    F_RESULT = 1,  /* leaves its result in register a, and in the accumulator of class out */
    F_PURE = 2,    /* may go when nobody needs it */
    F_LIVE = 4,    /* its register is read behind this run of blocks, by way of a branch, or where it is */
    F_EFFECT = 8,  /* may trap, stores, calls, branches: loads do not move across */
    F_SPLIT = 16,  /* a branch */
    F_SWAP = 32,   /* edges, or operands, the other way round */
    F_MANY = 64,   /* writes more registers than a */
    F_TWO = 128,   /* writes a and a + 1: a vector */
};

struct operand {
    u16 reg;
    u8 cls;   /* class of the accumulator that it may come from */
    s32 from; /* the node of this run that wrote it, or -1 */
};
struct node {
    u8 kind, flags, nx;
    u8 mode;     /* of an address: M_R, M_W, M_X, M_S, M_K */
    u8 out;      /* class: 'I' 'D' 'F' 'V', or 0: no accumulator */
    u16 op, op2; /* rows of isa.def */
    u16 form;    /* first form of the family */
    u16 a, c, d;
    struct operand x[4];
    s32 imm;
    u64 val;
    u32 pc, pc2; /* pc2: of the second access */
    struct two { /* a register, what is added and wraps, what is added then */
        u32 add[2];
    } from, to;
    s32 alias; /* N_NONE: the node that gives its value now, or -1 */
    s32 prev;  /* what wrote register a before */
    u32 uses, acc_uses, first_use;
};

/* A function on its way. */
struct tlower {
    const struct image *im;
    const struct func *f;
    struct error *e;
    u32 mode;
    bool fuel;
    struct arena tmp;
    struct cfg g;
    struct live live;
    u64 *set;  /* a set of registers, for walks */
    u64 *zero; /* registers that are 0 all the time: nothing writes them */
    u64 *read; /* of these: read by more than addresses */
    /* the run of blocks */
    struct node *node;
    u32 nnode, cap;
    struct cur {
        u32 stamp;
        s32 node;
    } * cur; /* who wrote a register last, in the run `stamp` */
    u32 stamp;
    u16 *touched; /* the registers that it wrote */
    u32 ntouched;
    struct clobber { /* calls of the run, which write all registers from one on; a later one has a higher `from` */
        u16 from;
        s32 node;
    } * clobber;
    u32 nclobber, clobber_cap;
    u32 *dirty; /* of each call: behind the last register of its window that is read as 0 after it, or 0 */
    /* steps, growing */
    struct step *out;
    u32 *out_pc;
    u32 nout, out_cap;
    struct lead *lead;
    u32 nlead, lead_cap;
    struct fix {
        u32 step, edge, block, via; /* via: the jump that the edge goes on through, or NBLOCK */
    } * fix;
    u32 nfix, fix_cap;
    u32 *blockpos;
    struct second *second;
    u32 nsecond, second_cap;
};

/* Class of a letter of isa.def. */
static inline u8 class_of(char t) {
    return t == 'D' || t == 'F' || t == 'V' ? (u8)t : 'I';
}

/* build.c: blocks first .. last - 1, each entered only from the one before it, as nodes; copies
 * and constants propagated, dead nodes gone. */
int ityped_zeros(struct tlower *w);
int ityped_build(struct tlower *w, u32 first, u32 last);
s32 ityped_writer(const struct tlower *w, u16 reg);
void ityped_wrote(struct tlower *w, u16 reg, s32 node);
int ityped_clobbered(struct tlower *w, u16 from, s32 node);
void ityped_count(struct tlower *w);

/* fuse.c: several nodes as one. */
int ityped_fuse(struct tlower *w);

/* emit.c: operands from accumulators, results that need no store; then the steps. */
int ityped_emit(struct tlower *w, u32 first, u32 last);
int ityped_put(struct tlower *w, struct step s, u32 pc);
/* Room for one more in an array of *cap elements of size bytes, n of which are in use. */
void *ityped_room(struct tlower *w, void *p, u32 n, u32 *cap, size_t size);

#endif
