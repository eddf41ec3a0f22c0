/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower.h - between instructions and steps: the nodes of a run of blocks. */
#ifndef ENGINE_INTERP_LOWER_H
#define ENGINE_INTERP_LOWER_H
#include "opt/origin.h"
#include "engine/interp/forms.h"

enum node_kind {
    N_NONE,  /* gone: dead, or part of the node that alias names */
    N_BIN,   /* a := x0 op x1 */
    N_BINI,  /* a := x0 op imm */
    N_UN,    /* a := op x0 */
    N_CONST, /* a := val */
    N_SH,    /* a := x0 op (x1 shifted by d) */
    N_BS,    /* a := (x0 op x1) op2 d */
    N_II,    /* a := (x0 op1 c) op2 d */
    N_LO,    /* a := x0 op [x1 (+ x2) + imm] */
    N_LD,    /* a := [x0 + imm] */
    N_LDX,   /* a := [x0 + x1 + imm] */
    N_ST,    /* [x0 + imm] := x1 */
    N_STI,   /* [x0 + imm] := val */
    N_STX,   /* [x0 + x2 + imm] := x1 */
    N_JCC,   /* if x0 op x1 goto */
    N_JCCI,  /* if x0 op imm goto */
    N_AJ,    /* a := a + c; if a op x1 goto */
    N_AJI,   /* a := a + c; if a op imm goto */
    N_MLD,   /* a := memory[x0 + val] */
    N_MST,   /* memory[x0 + val] := x1 */
    N_OTHER, /* reads its registers where they are; form says what */
};
enum {
    F_RESULT = 1, /* leaves its result in acc and in register a */
    F_PURE = 2,   /* may go when nobody needs it */
    F_LIVE = 4,   /* its register is read behind this run of blocks, or by way of a branch */
    F_EFFECT = 8, /* may trap, stores, calls, branches: loads do not move across */
    F_SPLIT = 16, /* a branch */
};

struct operand {
    u16 reg;
    s32 from; /* the node of this run that wrote it, or -1 */
};
struct node {
    u8 kind, flags, nx;
    u8 access;   /* enum access */
    bool safe;   /* proven by the checker, wherever it is */
    u16 op, op2; /* rows of isa.def; op2: the shift, the first operation */
    u16 form;    /* first form of the family */
    u16 a, c, d;
    struct operand x[3];
    s32 imm;
    u64 val;
    const void *p; /* second slot of the odd ones */
    u32 pc;
    s32 alias; /* N_NONE: the node that gives its value now, or -1 */
    s32 prev;  /* what wrote register a before */
    u32 uses, acc_uses, first_use;
};

/* A function on its way. */
struct lower {
    struct image *im;
    const struct link_view *l;
    const struct func *f;
    struct entry *en;
    struct cfg g;
    struct origins o;
    u64 *livein;      /* registers of each block, bit 63: 63 and above */
    u64 *params;      /* of each function: which of r1 .. r5 it reads */
    struct arena tmp; /* emptied after each function */
    struct error *e;
    /* the run of blocks */
    struct node *node;
    u32 nnode, cap;
    struct cur {
        u32 stamp;
        s32 node;
    } * cur; /* who wrote a register last, in the run `stamp` */
    u32 stamp;
    /* steps, growing */
    struct step *out;
    u32 *out_pc;
    u32 nout, out_cap;
    struct lead *lead;
    u32 nlead, lead_cap;
    struct fix {
        u32 step, block;
        u8 edge;
    } * fix;
    u32 nfix, fix_cap; /* branches of this function */
    struct callfix {
        u32 step, func;
    } * call;
    u32 ncall, call_cap; /* calls of the module */
    u32 *blockpos;
};

/* live.c */
int live_blocks(struct lower *w);
u64 call_reads(const struct lower *w, const struct insn *i);

/* build.c: blocks first .. last - 1, each entered only from the one before it, as nodes; copies
 * and constants propagated, dead nodes gone. */
int build_nodes(struct lower *w, u32 first, u32 last);
s32 writer_of(const struct lower *w, u16 reg);
void set_writer(struct lower *w, u16 reg, s32 node);
void count_uses(struct lower *w);

/* fuse.c: several nodes as one. */
void fuse_nodes(struct lower *w);
bool fits16(s64 v);
u16 form_sh(u16 op, u16 shift);
u16 form_ii(u16 first, u16 second);
u16 form_aj(u16 add, u16 jump);

/* loop.c: a run that is a loop which copies or sums; the step in front of it, or false. */
bool loop_step(const struct lower *w, u32 first, struct step *s, struct extra *x, u32 *pc);

/* emit.c: operands from the accumulator, results that need no store; then the steps. */
int emit_nodes(struct lower *w, u32 first, u32 last);
int put_step(struct lower *w, struct step s, u32 pc);

#endif
