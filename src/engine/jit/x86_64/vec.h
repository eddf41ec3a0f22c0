/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* vec.h - between the files of the vector rows. */
#ifndef JIT_X86_64_VEC_H
#define JIT_X86_64_VEC_H
#include "engine/jit/x86_64/xmm.h"

/* A row on its way: operands in registers, a register for the result, which may be an operand's, and temporaries. */
struct vrow {
    struct emit *e;
    struct enc *c;
    const struct insn *i;
    unsigned x, y, d;
    struct xwork w;
};
void vec_begin1(struct vrow *v, struct emit *e, const struct insn *i); /* x: operand b */
void vec_begin2(struct vrow *v, struct emit *e, const struct insn *i); /* and y: operand c */
unsigned vec_begin3(struct vrow *v, struct emit *e, const struct insn *i); /* and operand imm, which is returned */
unsigned vec_temp(struct vrow *v);
unsigned vec_fresh(struct vrow *v);                                  /* d where that is no operand's, else a temporary */
void vec_end(struct vrow *v);                                        /* d holds the result, a v128 */
void vec_not(struct vrow *v, unsigned r);                            /* r := not r */

/* vec_num.c: rows that take several instructions */
bool vec_numeric(struct emit *e, const struct insn *i);
/* vec_lane.c: constants, shuffles, lanes, tests, selects */
bool vec_lanes(struct emit *e, const struct insn *i);

#endif
