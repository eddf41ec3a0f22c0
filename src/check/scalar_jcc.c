/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* scalar_jcc.c - what a branch says of what it compares.
 *
 * in:  a JCC row, whether it is taken, what is known of its operands     out: the operands, narrowed
 * A comparison of 32 bits narrows the low halves; tightening carries that to the whole numbers. */
#include "check/scalar_w.h"

/* x == c is out: each end that is c moves inwards. */
static void not_equal(u32 w, struct span *s, u64 c) {
    s64 sc = width_sext(w, c);
    if (s->umin == c && s->umin < s->umax)
        s->umin++;
    if (s->umax == c && s->umin < s->umax)
        s->umax--;
    if (s->smin == sc && s->smin < s->smax)
        s->smin++;
    if (s->smax == sc && s->smin < s->smax)
        s->smax--;
}

/* x < y, or x <= y. */
static bool less(struct span *x, struct span *y, bool or_equal) {
    u64 d = !or_equal;
    if (x->umin > y->umax || (d && x->umin == y->umax))
        return false;
    x->umax = x->umax < y->umax - d ? x->umax : y->umax - d;
    y->umin = y->umin > x->umin + d ? y->umin : x->umin + d;
    return true;
}
static bool sless(struct span *x, struct span *y, bool or_equal) {
    s64 d = !or_equal;
    if (x->smin > y->smax || (d && x->smin == y->smax))
        return false;
    x->smax = x->smax < y->smax - d ? x->smax : y->smax - d;
    y->smin = y->smin > x->smin + d ? y->smin : x->smin + d;
    return true;
}

static bool equal(struct span *x, struct span *y) {
    if (!span_meet_bits(x, y->t))
        return false;
    x->umin = x->umin > y->umin ? x->umin : y->umin;
    x->umax = x->umax < y->umax ? x->umax : y->umax;
    x->smin = x->smin > y->smin ? x->smin : y->smin;
    x->smax = x->smax < y->smax ? x->smax : y->smax;
    *y = *x;
    return x->umin <= x->umax && x->smin <= x->smax;
}

/* x & y is not 0; or is 0: where one has a 1 the other has a 0. */
static bool meets(struct span *x, struct span *y) {
    u64 both = (x->t.value | x->t.mask) & (y->t.value | y->t.mask);
    if (!both)
        return false;
    if (!(both & (both - 1))) { /* one bit can be it: it is */
        span_meet_bits(x, (struct tnum){both, ~both});
        span_meet_bits(y, (struct tnum){both, ~both});
    }
    x->umin = x->umin > (both & -both) ? x->umin : both & -both;
    y->umin = y->umin > (both & -both) ? y->umin : both & -both;
    return true;
}
static bool is_apart(struct span *x, struct span *y) {
    u64 of_x = x->t.value, of_y = y->t.value;
    return span_meet_bits(x, (struct tnum){0, ~of_y}) && span_meet_bits(y, (struct tnum){0, ~of_x});
}

static bool narrow(u32 w, enum num_cmp op, bool taken, struct span *x, struct span *y) {
    switch (op) {
    case NUM_NE: taken = !taken; /* fall through */
    case NUM_EQ:
        if (taken)
            return equal(x, y);
        if (x->umin == x->umax && y->umin == y->umax)
            return x->umin != y->umin;
        if (y->umin == y->umax)
            not_equal(w, x, y->umin);
        else if (x->umin == x->umax)
            not_equal(w, y, x->umin);
        return true;
    case NUM_GT: return taken ? less(y, x, false) : less(x, y, true);
    case NUM_GE: return taken ? less(y, x, true) : less(x, y, false);
    case NUM_LT: return taken ? less(x, y, false) : less(y, x, true);
    case NUM_LE: return taken ? less(x, y, true) : less(y, x, false);
    case NUM_SGT: return taken ? sless(y, x, false) : sless(x, y, true);
    case NUM_SGE: return taken ? sless(y, x, true) : sless(x, y, false);
    case NUM_SLT: return taken ? sless(x, y, false) : sless(y, x, true);
    case NUM_SLE: return taken ? sless(x, y, true) : sless(y, x, false);
    case NUM_SET: return taken ? meets(x, y) : is_apart(x, y);
    case NUM_CMPS: break;
    }
    return true;
}

/* Puts a narrowed half back. */
static bool put(u32 w, struct scalar *a, const struct span *s, bool low) {
    struct span all = scalar_span(a), half = scalar_half(w, a);
    if (low) {
        half = *s;
        if (!span_meet_bits(&all, (struct tnum){s->t.value, s->t.mask | (width_mask(w) & ~width_mask(w / 2))}))
            return false;
    } else {
        all = *s;
    }
    scalar_set(w, a, &all, &half);
    return scalar_reduce_w(w, a);
}

bool scalar_branch_w(u32 w, enum num_cmp op, bool low, bool taken, struct scalar *a, struct scalar *b) {
    struct span x = low ? scalar_half(w, a) : scalar_span(a), y = low ? scalar_half(w, b) : scalar_span(b);
    return narrow(low ? w / 2 : w, op, taken, &x, &y) && put(w, a, &x, low) && put(w, b, &y, low);
}

/* A row of eBPF, either form; false: no comparison. */
static bool cmp_of(u16 op, enum num_cmp *c, bool *low) {
#define CASE(name, cmp)                                                                                                \
    case OP_##name##64:                                                                                                \
    case OP_##name##64i:                                                                                               \
        *c = cmp;                                                                                                      \
        *low = false;                                                                                                  \
        return true;                                                                                                   \
    case OP_##name##32:                                                                                                \
    case OP_##name##32i:                                                                                               \
        *c = cmp;                                                                                                      \
        *low = true;                                                                                                   \
        return true;
    switch (op) {
        CASE(jeq, NUM_EQ)
        CASE(jne, NUM_NE)
        CASE(jgt, NUM_GT)
        CASE(jge, NUM_GE)
        CASE(jlt, NUM_LT)
        CASE(jle, NUM_LE)
        CASE(jsgt, NUM_SGT)
        CASE(jsge, NUM_SGE)
        CASE(jslt, NUM_SLT)
        CASE(jsle, NUM_SLE)
        CASE(jset, NUM_SET)
    default: return false;
    }
#undef CASE
}

bool scalar_branch(u16 op, bool taken, struct scalar *a, struct scalar *b) {
    enum num_cmp c;
    bool low;
    return !cmp_of(op, &c, &low) || scalar_branch_w(64, c, low, taken, a, b);
}

bool scalar_branch_self(u16 op, bool taken, struct scalar *a) {
    struct scalar zero = scalar_const(0);
    enum num_cmp c;
    bool low;
    if (!cmp_of(op, &c, &low))
        return true;
    if (c == NUM_SET) /* x & x */
        return scalar_branch_w(64, NUM_NE, low, taken, a, &zero);
    return taken == (c == NUM_EQ || c == NUM_GE || c == NUM_LE || c == NUM_SGE || c == NUM_SLE);
}
