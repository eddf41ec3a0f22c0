/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* xmm.h - what the rows of floating point and of vectors share: operands, copies where SSE has two operands only, temporaries. */
#ifndef JIT_X86_64_XMM_H
#define JIT_X86_64_XMM_H
#include "engine/jit/x86_64/emit.h"

static inline bool has(const struct emit *e, u32 cpu) {
    return e->c->cpu & cpu;
}

/* An operand as it lies: in a register, or in memory where an instruction may take it from there. */
struct xarg {
    bool in_mem;
    unsigned r;
    struct mem m;
};
/* Value v; n: bytes that are read of it (4, 8, 16); scratch: where it goes if it must be in a register. */
struct xarg xmm_arg(struct emit *e, u32 v, unsigned n, unsigned scratch);

/* d := a op b for any three registers; without AVX XSCRATCH2 may be spent (XSCRATCH where a or b is that one) if d is b. */
void xmm_op(struct emit *e, enum vop op, unsigned d, unsigned a, unsigned b);
void xmm_op_arg(struct emit *e, enum vop op, unsigned d, unsigned a, struct xarg b);
void xmm_op_imm(struct emit *e, enum vop op, unsigned d, unsigned a, unsigned b, unsigned imm);
/* d := a op 16 bytes of data: n bytes, repeated */
void xmm_op_data(struct emit *e, enum vop op, unsigned d, unsigned a, const void *p, unsigned n);
struct mem xmm_data(struct emit *e, const void *p, unsigned n); /* n bytes, repeated to 16 */
struct mem xmm_lanes(struct emit *e, unsigned width, u64 v);    /* 16 bytes of lanes v */

/* Registers that a row needs beside its operands: the two scratch registers where those are free, else any other, whose
 * content waits below the stack pointer (System V's red zone) until the end. */
struct xwork {
    struct emit *e;
    u32 used;
    unsigned nsaved;
    u8 saved[4];
};
unsigned xwork_temp(struct xwork *w);
void xwork_end(struct xwork *w);

/* The branch behind i that is the only one to look at its result, so that flags are enough; *when: it is taken where that is
 * not 0. NULL: there is none. Who emits both sets e->next. */
const struct insn *branch_on(const struct emit *e, const struct insn *i, bool *when);

#endif
