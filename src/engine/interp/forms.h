/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* forms.h - the handlers of eBPF's functions by number (forms.def), and the order of their variants. */
#ifndef ENGINE_INTERP_FORMS_H
#define ENGINE_INTERP_FORMS_H
#include "engine/interp/step.h"

enum form {
#define OP(name, ...) H_##name,
#include "engine/interp/forms.def"
    NFORM
};

/* Order of the variants of a row in forms.def: where an operand comes from (r: a register, a: the
 * accumulator, i: the immediate); those whose result need not go to a register come behind. */
enum { V_RR, V_AR, V_RA, V_RI, V_AI, NV_BIN }; /* BIN (then the same without store), JCC */
enum { V_R, V_A, NV_UN };                      /* UN, BFX */
enum { NV_SH = 3 };                            /* SH, BS: rr ar ra */
enum { LO_R, LO_A, LO_NR, LO_NA, LO_F, LO_FA, LO_FNR, LO_FNA, LO_X, LO_XA, LO_NX, LO_NXA }; /* LO */
enum { LD_R, LD_A, LD_X, LD_XA, NV_LD }; /* base b | acc | b0 + b1 | acc + b1; then nostore; then unchecked */
enum { LD_F = 4 * NV_LD };               /* frame: store, nostore */
enum { ST_RR, ST_RA, ST_AR, ST_RI, ST_AI, ST_XR, ST_XA, NV_ST }; /* base, value; X: b0 + b1; then unchecked */
enum { ST_F = 2 * NV_ST };                                       /* frame: register, acc, immediate */

/* First handler of an operation, in its plain form; 0 where there is none. */
extern const u16 form_of[OP_COUNT];
/* The address of handler h. */
const void *handler_at(u32 h);

#endif
