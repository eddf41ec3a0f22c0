/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* scalar_w.h - the bodies of scalar.h at any width w of 2 to 64 bits, even; private to them and to their tests.
 *
 * A span is one half of what a scalar knows: of all w bits, or of the low w / 2. Signed numbers of a width are
 * kept sign-extended, all others zero-extended. */
#ifndef CHECK_SCALAR_W_H
#define CHECK_SCALAR_W_H
#include "check/scalar.h"

struct span {
    struct tnum t;
    u64 umin, umax;
    s64 smin, smax;
};

enum num_op {
    NUM_ADD,
    NUM_SUB,
    NUM_MUL,
    NUM_DIV,
    NUM_SDIV,
    NUM_MOD,
    NUM_SMOD,
    NUM_AND,
    NUM_OR,
    NUM_XOR,
    NUM_LSH,
    NUM_RSH,
    NUM_ARSH,
    NUM_OPS
};
enum num_cmp { NUM_EQ, NUM_NE, NUM_GT, NUM_GE, NUM_LT, NUM_LE, NUM_SGT, NUM_SGE, NUM_SLT, NUM_SLE, NUM_SET, NUM_CMPS };

static inline u64 width_mask(u32 w) {
    return ~(u64)0 >> (64 - w);
}
static inline s64 width_smax(u32 w) {
    return (s64)(width_mask(w) >> 1);
}
static inline s64 width_smin(u32 w) {
    return -width_smax(w) - 1;
}
static inline s64 width_sext(u32 w, u64 x) {
    return (s64)(x << (64 - w)) >> (64 - w);
}

__extension__ typedef __int128 wide; /* exact results, before they wrap */

struct span span_any(u32 w);
void span_wrap(u32 w, struct span *s, wide lo, wide hi); /* meets s with lo .. hi, all of it, wrapped to w bits */
bool span_meet_bits(struct span *s, struct tnum t);      /* false: they disagree */
struct span span_bin(u32 w, enum num_op op, const struct span *a, const struct span *b);

struct span scalar_span(const struct scalar *a);        /* of all bits */
struct span scalar_half(u32 w, const struct scalar *a); /* of the low half */
void scalar_set(u32 w, struct scalar *a, const struct span *all, const struct span *half);

/* Tightens each part by the others; false: nothing is in all of them. */
bool scalar_reduce_w(u32 w, struct scalar *a);
struct scalar scalar_any_w(u32 w);
struct scalar scalar_const_w(u32 w, u64 x);
bool scalar_has_w(u32 w, const struct scalar *a, u64 x);
struct scalar scalar_widen_w(u32 w, const struct scalar *old, const struct scalar *next, const s64 *step, u32 n);
/* low: on the low half, the result zero-extended. */
struct scalar scalar_bin_w(u32 w, enum num_op op, bool low, const struct scalar *a, const struct scalar *b);
struct scalar scalar_ext_w(u32 w, u32 from, bool sign, const struct scalar *a); /* of the low from bits */
bool scalar_branch_w(u32 w, enum num_cmp op, bool low, bool taken, struct scalar *a, struct scalar *b);

struct tnum tnum_any(u32 w);
struct tnum tnum_range(u64 min, u64 max);
struct tnum tnum_join(struct tnum a, struct tnum b);

#endif
