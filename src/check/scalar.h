/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* scalar.h - what is known of a number: the domain that the checker computes in.
 *
 * A scalar stands for a set of 64-bit numbers: those that agree with the known bits, lie in the unsigned and in the
 * signed range, and whose low half lies in both ranges of 32 bits. Every function here is sound (what holds of the
 * operands gives what holds of the result) and leaves the parts as tight as each follows from the others. A scalar is
 * never empty: what may be says so by its result.
 *
 * The bodies work at any width of 2 to 64 bits, with halves of half of it, so that tests can try all of it at 4 and 8.
 */
#ifndef CHECK_SCALAR_H
#define CHECK_SCALAR_H
#include "base/buf.h"
#include "base/types.h"
#include "isa/isa.h"

/* Bits: those of mask are not known, the others are as in value (which has none of mask). */
struct tnum {
    u64 value, mask;
};

struct scalar {
    struct tnum bits;
    u64 umin, umax;
    s64 smin, smax;
    u32 umin32, umax32; /* of the low half */
    s32 smin32, smax32;
};

struct scalar scalar_any(void);
struct scalar scalar_const(u64 x);
struct scalar scalar_range(u64 min, u64 max);  /* unsigned; min <= max */
struct scalar scalar_srange(s64 min, s64 max); /* signed; min <= max */
struct scalar scalar_tnum(struct tnum t);
struct scalar scalar_load(u32 size); /* what a zero-extending load of 1, 2, 4 or 8 bytes gives */

static inline bool scalar_is_const(const struct scalar *a) {
    return a->umin == a->umax;
}
bool scalar_is_any(const struct scalar *a);
bool scalar_has(const struct scalar *a, u64 x); /* x may be it */
bool scalar_eq(const struct scalar *a, const struct scalar *b);
bool scalar_le(const struct scalar *a, const struct scalar *b); /* all of a is in b */
struct scalar scalar_join(const struct scalar *a, const struct scalar *b);
bool scalar_meet(struct scalar *a, const struct scalar *b); /* a := both; false: nothing is, a is undefined */
/* Bounds of old that next passes go on to the next of step (n numbers, in rising order, for both signs), then to the
 * ends of 32 and of 64 bits; unknown bits spread upwards. After finitely many widenings nothing changes. */
struct scalar scalar_widen(const struct scalar *old, const struct scalar *next, const s64 *step, u32 n);

/* The operations of BIN and UN rows of isa.def, in the register form or the immediate form (b is the immediate, see
 * scalar_imm). Of rows that eBPF does not have only the width of the result is known. */
struct scalar scalar_bin(u16 op, const struct scalar *a, const struct scalar *b);
struct scalar scalar_un(u16 op, const struct scalar *a);
static inline struct scalar scalar_imm(s32 imm) {
    return scalar_const((u64)(s64)imm);
}

/* A JCC row, either form: narrows a and b to what they may be where the branch is taken, or is not. False: it never
 * is (or is always); a and b are undefined then. a and b must not be one scalar: of an r op r see scalar_branch_self.
 */
bool scalar_branch(u16 op, bool taken, struct scalar *a, struct scalar *b);
bool scalar_branch_self(u16 op, bool taken, struct scalar *a);

/* The low 1, 2, 4 or 8 bytes, zero-extended; or sign-extended to 64 bits. */
struct scalar scalar_zext(const struct scalar *a, u32 size);
struct scalar scalar_sext(const struct scalar *a, u32 size);

/* In words: "7", "[0, 1500]", "[-4, 12]", "any number", with "a multiple of 4" where the low bits are 0. */
void scalar_print(struct buf *b, const struct scalar *a);

#endif
