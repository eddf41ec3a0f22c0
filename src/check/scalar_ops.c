/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* scalar_ops.c - what operations do to sets of numbers.
 *
 * in:  rows of isa.def and what is known of their operands     out: what is known of the result
 *
 * Bits go by the rules of Vishwanathan and others, "Sound, precise, and fast abstract interpretation with tristate
 * numbers" (2022). Ranges are computed exactly, in 128 bits, and wrapped: each range that does not straddle an end
 * stays one. Where the low half of a result depends on the low halves alone, it is computed too. */
#include "check/scalar_w.h"

/* --- bits --- */

static struct tnum bits_add(struct tnum a, struct tnum b) {
    u64 sm = a.mask + b.mask, sv = a.value + b.value, chi = (sm + sv) ^ sv, mu = chi | a.mask | b.mask;
    return (struct tnum){sv & ~mu, mu};
}
static struct tnum bits_sub(struct tnum a, struct tnum b) {
    u64 dv = a.value - b.value, mu = ((dv + a.mask) ^ (dv - b.mask)) | a.mask | b.mask;
    return (struct tnum){dv & ~mu, mu};
}
static struct tnum bits_and(struct tnum a, struct tnum b) {
    u64 alpha = a.value | a.mask, beta = b.value | b.mask, v = a.value & b.value;
    return (struct tnum){v, alpha & beta & ~v};
}
static struct tnum bits_or(struct tnum a, struct tnum b) {
    u64 v = a.value | b.value;
    return (struct tnum){v, (a.mask | b.mask) & ~v};
}
static struct tnum bits_xor(struct tnum a, struct tnum b) {
    u64 mu = a.mask | b.mask;
    return (struct tnum){(a.value ^ b.value) & ~mu, mu};
}
static struct tnum bits_mul(struct tnum a, struct tnum b) {
    u64 v = a.value * b.value;
    struct tnum acc = {0, 0};
    for (; a.value | a.mask; a.value >>= 1, a.mask >>= 1, b.value <<= 1, b.mask <<= 1) {
        if (a.value & 1)
            acc = bits_add(acc, (struct tnum){0, b.mask});
        else if (a.mask & 1)
            acc = bits_add(acc, (struct tnum){0, b.value | b.mask});
    }
    return bits_add((struct tnum){v, 0}, acc);
}
static struct tnum bits_cut(u32 w, struct tnum t) {
    return (struct tnum){t.value & width_mask(w), t.mask & width_mask(w)};
}
static struct tnum bits_sext(u32 w, u32 from, struct tnum t) {
    return bits_cut(w, (struct tnum){(u64)width_sext(from, t.value), (u64)width_sext(from, t.mask)});
}

/* --- shifts by one number --- */

static struct span shift(u32 w, enum num_op op, const struct span *a, u32 c) {
    struct span r = span_any(w);
    if (op == NUM_LSH) {
        r.t = bits_cut(w, (struct tnum){a->t.value << c, a->t.mask << c});
        span_wrap(w, &r, (wide)a->umin << c, (wide)a->umax << c);
        span_wrap(w, &r, (wide)a->smin * ((wide)1 << c), (wide)a->smax * ((wide)1 << c));
    } else if (op == NUM_RSH) {
        r.t = (struct tnum){a->t.value >> c, a->t.mask >> c};
        r.umin = a->umin >> c, r.umax = a->umax >> c;
    } else {
        r.t = bits_cut(w, (struct tnum){(u64)(width_sext(w, a->t.value) >> c), (u64)(width_sext(w, a->t.mask) >> c)});
        r.smin = a->smin >> c, r.smax = a->smax >> c;
    }
    return r;
}

static bool span_is_any(u32 w, const struct span *s) {
    return s->t.mask == width_mask(w) && !s->umin && s->umax == width_mask(w) && s->smin == width_smin(w) &&
           s->smax == width_smax(w);
}

/* By each number that b may be: few, or the result is anything soon. */
static struct span shifts(u32 w, enum num_op op, const struct span *a, const struct span *b) {
    struct span r = {0}, s;
    bool some = false;
    u32 must = (u32)b->t.value & (w - 1), may = (u32)b->t.mask & (w - 1), k = 0;
    do {
        u32 c = must | k;
        if (b->umax < w && (c < b->umin || c > b->umax))
            continue;
        s = shift(w, op, a, c);
        if (!some)
            r = s;
        some = true;
        r.t = tnum_join(r.t, s.t);
        r.umin = s.umin < r.umin ? s.umin : r.umin;
        r.umax = s.umax > r.umax ? s.umax : r.umax;
        r.smin = s.smin < r.smin ? s.smin : r.smin;
        r.smax = s.smax > r.smax ? s.smax : r.smax;
        if (span_is_any(w, &r))
            break;
    } while ((k = (k - may) & may)); /* the next of the numbers that have these bits alone */
    return some ? r : span_any(w);
}

/* --- division --- */

static void widen_to(wide x, wide *lo, wide *hi) {
    *lo = x < *lo ? x : *lo;
    *hi = x > *hi ? x : *hi;
}

/* Quotients are largest and smallest where the operands are at an end, divisors of each sign apart. */
static void sdiv(u32 w, const struct span *a, const struct span *b, struct span *r) {
    const s64 d[4] = {b->smin < 0 ? b->smin : 0, b->smin < 0 ? (b->smax < -1 ? b->smax : -1) : 0,
                      b->smax > 0 ? (b->smin > 1 ? b->smin : 1) : 0, b->smax > 0 ? b->smax : 0};
    bool zero = b->smin <= 0 && 0 <= b->smax, first = !zero;
    wide lo = 0, hi = 0;
    for (u32 k = 0; k < 4; k++) {
        if (!d[k])
            continue;
        if (first)
            lo = hi = (wide)a->smin / d[k];
        first = false;
        widen_to((wide)a->smin / d[k], &lo, &hi);
        widen_to((wide)a->smax / d[k], &lo, &hi);
    }
    span_wrap(w, r, lo, hi);
}

/* A remainder has the sign of x, is no larger than x and smaller than the divisor; x itself where that is 0. */
static void smod(u32 w, const struct span *a, const struct span *b, struct span *r) {
    wide most = b->smax > -(wide)b->smin ? (wide)b->smax : -(wide)b->smin; /* |divisor| */
    wide least = b->smin > 0 ? (wide)b->smin : b->smax < 0 ? -(wide)b->smax : 0;
    wide lo = a->smin < 0 ? a->smin : 0, hi = a->smax > 0 ? a->smax : 0;
    if (least && a->smax < least && -(wide)a->smin < least) { /* x is smaller than all of them */
        *r = *a;
        return;
    }
    if (least) {
        lo = lo < 1 - most ? 1 - most : lo;
        hi = hi > most - 1 ? most - 1 : hi;
    }
    span_wrap(w, r, lo, hi);
}

/* --- bitwise --- */

/* If both operands are numbers of k + 1 bits, sign-extended, so is what comes of them. */
static void keep_sign_bits(const struct span *a, const struct span *b, struct span *r) {
    u64 m = (u64)(a->smin >> 63 ^ a->smin) | (u64)(a->smax >> 63 ^ a->smax) | (u64)(b->smin >> 63 ^ b->smin) |
            (u64)(b->smax >> 63 ^ b->smax);
    s64 top = m ? (s64)(~(u64)0 >> __builtin_clzll(m)) : 0;
    r->smin = r->smin > -top - 1 ? r->smin : -top - 1;
    r->smax = r->smax < top ? r->smax : top;
}

/* Two spans whose parts agree give a span that contains what the operation gives; its parts need not agree yet. */
struct span span_bin(u32 w, enum num_op op, const struct span *a, const struct span *b) {
    struct span r = span_any(w);
    switch (op) {
    case NUM_ADD:
        r.t = bits_cut(w, bits_add(a->t, b->t));
        span_wrap(w, &r, (wide)a->umin + b->umin, (wide)a->umax + b->umax);
        span_wrap(w, &r, (wide)a->smin + b->smin, (wide)a->smax + b->smax);
        return r;
    case NUM_SUB:
        r.t = bits_cut(w, bits_sub(a->t, b->t));
        span_wrap(w, &r, (wide)a->umin - b->umax, (wide)a->umax - b->umin);
        span_wrap(w, &r, (wide)a->smin - b->smax, (wide)a->smax - b->smin);
        return r;
    case NUM_MUL: {
        wide p = (wide)a->smin * b->smin, q = (wide)a->smin * b->smax, lo = p, hi = p;
        r.t = bits_cut(w, bits_mul(a->t, b->t));
        widen_to(q, &lo, &hi);
        widen_to((wide)a->smax * b->smin, &lo, &hi);
        widen_to((wide)a->smax * b->smax, &lo, &hi);
        span_wrap(w, &r, lo, hi);
        if (a->umax <= (u64)INT64_MAX || b->umax <= (u64)INT64_MAX) /* else it may not fit 128 bits with a sign */
            span_wrap(w, &r, (wide)a->umin * b->umin, (wide)a->umax * b->umax);
        return r;
    }
    case NUM_DIV: /* by zero: 0 */
        r.umin = b->umin ? a->umin / b->umax : 0;
        r.umax = a->umax / (b->umin ? b->umin : 1);
        return r;
    case NUM_SDIV: sdiv(w, a, b, &r); return r;
    case NUM_MOD: /* by zero: x */
        if (a->umax < b->umin)
            return *a;
        r.umin = 0;
        r.umax = b->umin && b->umax - 1 < a->umax ? b->umax - 1 : a->umax;
        if (b->umin && b->umin == b->umax && !(b->umin & (b->umin - 1)))
            r.t = bits_and(a->t, (struct tnum){b->umin - 1, 0});
        return r;
    case NUM_SMOD: smod(w, a, b, &r); return r;
    case NUM_AND:
        r.t = bits_and(a->t, b->t);
        r.umax = a->umax < b->umax ? a->umax : b->umax;
        keep_sign_bits(a, b, &r);
        return r;
    case NUM_OR:
        r.t = bits_or(a->t, b->t);
        r.umin = a->umin > b->umin ? a->umin : b->umin;
        keep_sign_bits(a, b, &r);
        return r;
    case NUM_XOR:
        r.t = bits_xor(a->t, b->t);
        keep_sign_bits(a, b, &r);
        return r;
    case NUM_LSH:
    case NUM_RSH:
    case NUM_ARSH: return shifts(w, op, a, b);
    case NUM_OPS: break;
    }
    return r;
}

/* --- scalars --- */

/* A span of n bits, zero- or sign-extended to a scalar of w. */
static struct scalar extended(u32 w, u32 n, bool sign, const struct span *s) {
    struct scalar r = scalar_any_w(w);
    if (sign) {
        r.bits = bits_sext(w, n, s->t);
        r.smin = s->smin, r.smax = s->smax;
        if (n == w / 2)
            r.umin32 = (u32)s->umin, r.umax32 = (u32)s->umax;
    } else {
        r.bits = s->t;
        r.umin = s->umin, r.umax = s->umax;
        if (n == w / 2)
            r.smin32 = (s32)s->smin, r.smax32 = (s32)s->smax;
    }
    scalar_reduce_w(w, &r);
    return r;
}

struct scalar scalar_ext_w(u32 w, u32 from, bool sign, const struct scalar *a) {
    struct span s = span_any(from);
    if (from == w)
        return *a;
    if (from == w / 2)
        s = scalar_half(w, a);
    else {
        s.t = bits_cut(from, a->bits);
        span_wrap(from, &s, a->umin, a->umax);
        span_wrap(from, &s, a->smin, a->smax);
        if (from < w / 2) {
            span_wrap(from, &s, a->umin32, a->umax32);
            span_wrap(from, &s, a->smin32, a->smax32);
        }
    }
    return extended(w, from, sign, &s);
}

struct scalar scalar_bin_w(u32 w, enum num_op op, bool low, const struct scalar *a, const struct scalar *b) {
    struct span x = scalar_span(a), y = scalar_span(b), hx = scalar_half(w, a), hy = scalar_half(w, b), r, h;
    bool small = (a->umax | b->umax) <= (u64)width_smax(w / 2); /* their halves say nothing that they do not */
    struct scalar s;
    if (low) {
        r = span_bin(w / 2, op, &hx, &hy);
        return extended(w, w / 2, false, &r);
    }
    r = span_bin(w, op, &x, &y);
    h = span_any(w / 2);
    if (!small && (op == NUM_ADD || op == NUM_SUB || op == NUM_MUL || op == NUM_AND || op == NUM_OR || op == NUM_XOR))
        h = span_bin(w / 2, op, &hx, &hy);
    else if (!small && op == NUM_LSH && y.umax < w / 2)
        h = shifts(w / 2, op, &hx, &hy);
    if (!span_meet_bits(&r, (struct tnum){h.t.value, h.t.mask | (width_mask(w) & ~width_mask(w / 2))}))
        return scalar_any_w(w);
    scalar_set(w, &s, &r, &h);
    scalar_reduce_w(w, &s);
    return s;
}

/* A row of eBPF: which operation, on which half; false: a row that eBPF does not have. */
static bool num_of(u16 op, enum num_op *n, bool *low) {
#define CASE(name, num)                                                                                                \
    case OP_##name##64:                                                                                                \
    case OP_##name##64i:                                                                                               \
        *n = num;                                                                                                      \
        *low = false;                                                                                                  \
        return true;                                                                                                   \
    case OP_##name##32:                                                                                                \
    case OP_##name##32i:                                                                                               \
        *n = num;                                                                                                      \
        *low = true;                                                                                                   \
        return true;
    switch (op) {
        CASE(add, NUM_ADD)
        CASE(sub, NUM_SUB)
        CASE(mul, NUM_MUL)
        CASE(div, NUM_DIV)
        CASE(sdiv, NUM_SDIV)
        CASE(mod, NUM_MOD)
        CASE(smod, NUM_SMOD)
        CASE(and, NUM_AND)
        CASE(or, NUM_OR)
        CASE(xor, NUM_XOR)
        CASE(lsh, NUM_LSH)
        CASE(rsh, NUM_RSH)
        CASE(arsh, NUM_ARSH)
    default: return false;
    }
#undef CASE
}

static struct scalar by_type(u16 op) {
    return isa_info[op].type[0] == 'I' ? scalar_load(4) : scalar_any();
}

/* All of its numbers, or all of its low halves, may be: often. */
static bool is_open(const struct scalar *a, bool low) {
    if (low)
        return (u32)a->bits.mask == UINT32_MAX && !a->umin32 && a->umax32 == UINT32_MAX && a->smin32 == INT32_MIN &&
               a->smax32 == INT32_MAX;
    return a->bits.mask == UINT64_MAX && scalar_is_any(a);
}

struct scalar scalar_bin(u16 op, const struct scalar *a, const struct scalar *b) {
    enum num_op n;
    bool low;
    u64 r;
    if (!num_of(op, &n, &low))
        return by_type(op);
    if (scalar_is_const(a) && scalar_is_const(b) && isa_eval(op, a->umin, b->umin, &r))
        return scalar_const(r);
    if ((n == NUM_ADD || n == NUM_SUB || n == NUM_XOR) && (is_open(a, low) || is_open(b, low)))
        return scalar_load(low ? 4 : 8);
    return scalar_bin_w(64, n, low, a, b);
}

/* The low n bytes in the other order. */
static struct scalar swapped(const struct scalar *a, u32 n) {
    u32 s = 64 - 8 * n;
    return scalar_tnum((struct tnum){__builtin_bswap64(a->bits.value << s) & width_mask(8 * n),
                                     __builtin_bswap64(a->bits.mask << s) & width_mask(8 * n)});
}

struct scalar scalar_zext(const struct scalar *a, u32 size) {
    return scalar_ext_w(64, 8 * size, false, a);
}
struct scalar scalar_sext(const struct scalar *a, u32 size) {
    return scalar_ext_w(64, 8 * size, true, a);
}

struct scalar scalar_un(u16 op, const struct scalar *a) {
    enum { LITTLE = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ };
    struct scalar zero, r;
    u64 x;
    if (scalar_is_const(a) && isa_eval(op, a->umin, 0, &x))
        return scalar_const(x);
    switch (op) {
    case OP_mov64: return *a;
    case OP_mov32: return scalar_zext(a, 4);
    case OP_movsx8_64: return scalar_sext(a, 1);
    case OP_movsx16_64: return scalar_sext(a, 2);
    case OP_movsx32_64: return scalar_sext(a, 4);
    case OP_movsx8_32: r = scalar_sext(a, 1); return scalar_zext(&r, 4);
    case OP_movsx16_32: r = scalar_sext(a, 2); return scalar_zext(&r, 4);
    case OP_neg64: zero = scalar_const(0); return scalar_bin(OP_sub64, &zero, a);
    case OP_neg32: zero = scalar_const(0); return scalar_bin(OP_sub32, &zero, a);
    case OP_le16: return LITTLE ? scalar_zext(a, 2) : swapped(a, 2);
    case OP_le32: return LITTLE ? scalar_zext(a, 4) : swapped(a, 4);
    case OP_le64: return LITTLE ? *a : swapped(a, 8);
    case OP_be16: return LITTLE ? swapped(a, 2) : scalar_zext(a, 2);
    case OP_be32: return LITTLE ? swapped(a, 4) : scalar_zext(a, 4);
    case OP_be64: return LITTLE ? swapped(a, 8) : *a;
    case OP_bswap16: return swapped(a, 2);
    case OP_bswap32: return swapped(a, 4);
    case OP_bswap64: return swapped(a, 8);
    default: return by_type(op); /* rows that eBPF does not have */
    }
}
