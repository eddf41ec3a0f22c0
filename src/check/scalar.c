/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* scalar.c - sets of numbers: making, comparing, joining them, and tightening what is known.
 *
 * Known bits and the two ranges say different things about one set. All of them follow from two runs of numbers, those
 * with the sign bit clear and those with it set: each run's ends are moved inwards to the next number that
 * the known bits and the low half allow, and everything is read off the runs again. */
#include "check/scalar_w.h"
#include <assert.h>
#include <string.h>

/* --- bits --- */

struct tnum tnum_any(u32 w) {
    return (struct tnum){0, width_mask(w)};
}

/* What all numbers of a range share: the bits above the first in which its ends differ. */
struct tnum tnum_range(u64 min, u64 max) {
    u64 d = min ^ max, m = d ? ~(u64)0 >> __builtin_clzll(d) : 0;
    return (struct tnum){min & ~m, m};
}

struct tnum tnum_join(struct tnum a, struct tnum b) {
    u64 m = a.mask | b.mask | (a.value ^ b.value);
    return (struct tnum){a.value & ~m, m};
}

static inline u64 high_bit(u64 x) {
    return (u64)1 << (63 - __builtin_clzll(x));
}

/* The least number >= x with these bits, of w; false: there is none. */
static bool tnum_next(u32 w, struct tnum t, u64 *x) {
    u64 d = (*x ^ t.value) & ~t.mask & width_mask(w), k, free;
    if (!d)
        return true;
    k = high_bit(d);
    if (!(t.value & k)) { /* x has a 1 where there is none: one of the free bits above goes up */
        free = t.mask & ~*x & ~(k | (k - 1));
        if (!free)
            return false;
        k = free & -free;
    }
    *x = (*x & ~(k | (k - 1))) | k | (t.value & (k - 1));
    return true;
}
static bool tnum_prev(u32 w, struct tnum t, u64 *x) {
    u64 y = ~*x & width_mask(w);
    if (!tnum_next(w, (struct tnum){~t.value & ~t.mask & width_mask(w), t.mask}, &y))
        return false;
    *x = ~y & width_mask(w);
    return true;
}

/* --- runs --- */

struct run {
    u64 lo, hi;
    bool some;
};
struct runs {
    struct run r[2];
}; /* sign bit clear, sign bit set; both unsigned */

static struct runs runs_of(u32 w, const struct span *s) {
    u64 top = (u64)width_smax(w) + 1, m = width_mask(w);
    struct runs q;
    q.r[0].lo = s->smin > 0 && (u64)s->smin > s->umin ? (u64)s->smin : s->umin;
    q.r[0].hi = s->umax < top ? s->umax : top - 1;
    if (s->smax >= 0 && (u64)s->smax < q.r[0].hi)
        q.r[0].hi = (u64)s->smax;
    q.r[0].some = s->smax >= 0 && q.r[0].lo <= q.r[0].hi;
    q.r[1].lo = s->umin > top ? s->umin : top;
    if (s->smin < 0 && ((u64)s->smin & m) > q.r[1].lo)
        q.r[1].lo = (u64)s->smin & m;
    q.r[1].hi = s->smax < 0 && ((u64)s->smax & m) < s->umax ? (u64)s->smax & m : s->umax;
    q.r[1].some = s->smin < 0 && q.r[1].lo <= q.r[1].hi;
    return q;
}

static bool runs_to_span(u32 w, const struct runs *q, struct span *s) {
    const struct run *p = &q->r[0], *n = &q->r[1];
    struct tnum t;
    if (!p->some && !n->some)
        return false;
    s->umin = p->some ? p->lo : n->lo;
    s->umax = n->some ? n->hi : p->hi;
    s->smin = n->some ? width_sext(w, n->lo) : (s64)p->lo;
    s->smax = p->some ? (s64)p->hi : width_sext(w, n->hi);
    t = !n->some   ? tnum_range(p->lo, p->hi)
        : !p->some ? tnum_range(n->lo, n->hi)
                   : tnum_join(tnum_range(p->lo, p->hi), tnum_range(n->lo, n->hi));
    return span_meet_bits(s, t);
}

static void round_bits(u32 w, struct tnum t, struct run *r) {
    r->some = r->some && tnum_next(w, t, &r->lo) && tnum_prev(w, t, &r->hi) && r->lo <= r->hi;
}

/* Moves the ends of a run of w bits to numbers whose low half lies in one of its runs. */
static void round_half(u32 w, const struct runs *half, struct run *r) {
    const struct run *first = &half->r[!half->r[0].some], *last = &half->r[half->r[1].some];
    u32 h = w / 2;
    u64 m = width_mask(h), low = r->lo & m, up = r->lo & ~m;
    if (!r->some)
        return;
    if (low <= first->hi) {
        low = low > first->lo ? low : first->lo;
    } else if (low <= last->hi) {
        low = low > last->lo ? low : last->lo;
    } else {
        low = first->lo;
        up += m + 1;
        if (!(up & width_mask(w))) {
            r->some = false;
            return;
        }
    }
    r->lo = up | low;
    low = r->hi & m, up = r->hi & ~m;
    if (low >= last->lo) {
        low = low < last->hi ? low : last->hi;
    } else if (low >= first->lo) {
        low = low < first->hi ? low : first->hi;
    } else {
        low = last->hi;
        if (!up) {
            r->some = false;
            return;
        }
        up -= m + 1;
    }
    r->hi = up | low;
    r->some = r->lo <= r->hi;
}

/* --- spans --- */

struct span span_any(u32 w) {
    return (struct span){tnum_any(w), 0, width_mask(w), width_smin(w), width_smax(w)};
}

bool span_meet_bits(struct span *s, struct tnum t) {
    if ((s->t.value ^ t.value) & ~s->t.mask & ~t.mask)
        return false;
    s->t.mask &= t.mask;
    s->t.value = (s->t.value | t.value) & ~s->t.mask;
    return true;
}

void span_wrap(u32 w, struct span *s, wide lo, wide hi) {
    if (lo >> w == hi >> w) {
        u64 from = (u64)lo & width_mask(w), to = (u64)hi & width_mask(w);
        s->umin = from > s->umin ? from : s->umin;
        s->umax = to < s->umax ? to : s->umax;
    }
    if (((lo >> (w - 1)) + 1) >> 1 == ((hi >> (w - 1)) + 1) >> 1) { /* (x + half) >> w, which may not fit */
        s64 from = width_sext(w, (u64)lo), to = width_sext(w, (u64)hi);
        s->smin = from > s->smin ? from : s->smin;
        s->smax = to < s->smax ? to : s->smax;
    }
}

struct span scalar_span(const struct scalar *a) {
    return (struct span){a->bits, a->umin, a->umax, a->smin, a->smax};
}
struct span scalar_half(u32 w, const struct scalar *a) {
    u64 m = width_mask(w / 2);
    return (struct span){{a->bits.value & m, a->bits.mask & m}, a->umin32, a->umax32, a->smin32, a->smax32};
}
void scalar_set(u32 w, struct scalar *a, const struct span *all, const struct span *half) {
    a->bits = all->t;
    a->umin = all->umin, a->umax = all->umax, a->smin = all->smin, a->smax = all->smax;
    a->umin32 = (u32)half->umin, a->umax32 = (u32)half->umax;
    a->smin32 = (s32)half->smin, a->smax32 = (s32)half->smax;
    (void)w;
}

/* A number that is no more than the low half can hold without its sign is the same in all parts: one run. Most are so.
 */
static bool reduce_small(u32 w, struct scalar *a) {
    struct span s = {.t = a->bits};
    struct run r = {a->umin, a->umax, a->smax >= 0 && a->smax32 >= 0};
    u32 k;
    if (a->smin > 0 && (u64)a->smin > r.lo)
        r.lo = (u64)a->smin;
    if (a->smin32 > 0 && (u64)a->smin32 > r.lo)
        r.lo = (u64)a->smin32;
    r.lo = a->umin32 > r.lo ? a->umin32 : r.lo;
    r.hi = a->smax >= 0 && (u64)a->smax < r.hi ? (u64)a->smax : r.hi;
    r.hi = a->smax32 >= 0 && (u64)a->smax32 < r.hi ? (u64)a->smax32 : r.hi;
    r.hi = a->umax32 < r.hi ? a->umax32 : r.hi;
    for (k = 0; k < 3 && r.some; k++) {
        u64 lo = r.lo, hi = r.hi, mask;
        if (lo > hi || !span_meet_bits(&s, tnum_range(lo, hi)))
            return false;
        mask = s.t.mask;
        round_bits(w, s.t, &r);
        if ((r.lo == lo && r.hi == hi) || !mask)
            break;
    }
    if (!r.some)
        return false;
    *a = (struct scalar){s.t, r.lo, r.hi, (s64)r.lo, (s64)r.hi, (u32)r.lo, (u32)r.hi, (s32)r.lo, (s32)r.hi};
    return true;
}

/* Its known bits, its low half and its runs agree after a few rounds; a round that changes nothing is the last. */
bool scalar_reduce_w(u32 w, struct scalar *a) {
    struct span all = scalar_span(a), half = scalar_half(w, a);
    u32 h = w / 2, k;
    if (a->umin == a->umax && !((a->umin ^ a->bits.value) & ~a->bits.mask)) { /* a constant: often */
        *a = scalar_const_w(w, a->umin);
        return all.smin <= a->smin && a->smin <= all.smax && half.umin <= a->umin32 && a->umin32 <= half.umax &&
               half.smin <= a->smin32 && a->smin32 <= half.smax;
    }
    if (a->umax <= (u64)width_smax(h))
        return reduce_small(w, a);
    for (k = 0; k < 5; k++) {
        struct span before = all, was = half;
        struct runs q = runs_of(w, &all), hq;
        /* what both ranges say of the low half: their ends, if they are near each other */
        if (all.umax - all.umin <= width_mask(h))
            span_wrap(h, &half, all.umin, all.umax);
        if ((u64)all.smax - (u64)all.smin <= width_mask(h))
            span_wrap(h, &half, all.smin, all.smax);
        hq = runs_of(h, &half);
        round_bits(h, half.t, &hq.r[0]);
        round_bits(h, half.t, &hq.r[1]);
        if (!runs_to_span(h, &hq, &half) ||
            !span_meet_bits(&all, (struct tnum){half.t.value, half.t.mask | (width_mask(w) & ~width_mask(h))}))
            return false;
        for (u32 i = 0; i < 2; i++) {
            round_bits(w, all.t, &q.r[i]);
            round_half(w, &hq, &q.r[i]);
        }
        if (!runs_to_span(w, &q, &all) ||
            !span_meet_bits(&half, (struct tnum){all.t.value & width_mask(h), all.t.mask & width_mask(h)}))
            return false;
        if (!memcmp(&before, &all, sizeof all) && !memcmp(&was, &half, sizeof half))
            break;
    }
    scalar_set(w, a, &all, &half);
    return true;
}

/* --- making --- */

struct scalar scalar_any_w(u32 w) {
    struct span all = span_any(w), half = span_any(w / 2);
    struct scalar a;
    scalar_set(w, &a, &all, &half);
    return a;
}

struct scalar scalar_const_w(u32 w, u64 x) {
    u64 low = x & width_mask(w / 2);
    s64 sx = width_sext(w, x);
    s32 slow = (s32)width_sext(w / 2, low);
    return (struct scalar){{x, 0}, x, x, sx, sx, (u32)low, (u32)low, slow, slow};
}

struct scalar scalar_any(void) {
    return scalar_load(8);
}
struct scalar scalar_const(u64 x) {
    return scalar_const_w(64, x);
}

static struct scalar reduced(struct scalar a) {
    bool some = scalar_reduce_w(64, &a);
    assert(some);
    return (void)some, a;
}

struct scalar scalar_range(u64 min, u64 max) {
    struct scalar a = scalar_any();
    a.umin = min, a.umax = max;
    return reduced(a);
}
struct scalar scalar_srange(s64 min, s64 max) {
    struct scalar a = scalar_any();
    a.smin = min, a.smax = max;
    return reduced(a);
}
struct scalar scalar_tnum(struct tnum t) {
    struct scalar a = scalar_any();
    a.bits = t;
    return reduced(a);
}
/* As a range from 0 on would be tightened. */
struct scalar scalar_load(u32 size) {
    u64 m = width_mask(8 * size);
    struct scalar a = {{0, m}, 0, m, 0, (s64)m, 0, (u32)m, 0, (s32)m};
    if (size >= 4)
        a.smin32 = INT32_MIN, a.smax32 = INT32_MAX;
    if (size == 8)
        a.smin = INT64_MIN, a.smax = INT64_MAX;
    return a;
}

/* --- order --- */

bool scalar_has_w(u32 w, const struct scalar *a, u64 x) {
    u64 low = x & width_mask(w / 2);
    s64 sx = width_sext(w, x), slow = width_sext(w / 2, low);
    return !((x ^ a->bits.value) & ~a->bits.mask) && a->umin <= x && x <= a->umax && a->smin <= sx && sx <= a->smax &&
           a->umin32 <= low && low <= a->umax32 && a->smin32 <= slow && slow <= a->smax32;
}
bool scalar_has(const struct scalar *a, u64 x) {
    return scalar_has_w(64, a, x);
}

bool scalar_is_any(const struct scalar *a) {
    struct scalar any = scalar_any();
    return scalar_eq(a, &any);
}
bool scalar_eq(const struct scalar *a, const struct scalar *b) {
    return !memcmp(a, b, sizeof *a);
}
_Static_assert(sizeof(struct scalar) == 64, "no padding: compared as bytes");

bool scalar_le(const struct scalar *a, const struct scalar *b) {
    return b->umin <= a->umin && a->umax <= b->umax && b->smin <= a->smin && a->smax <= b->smax &&
           b->umin32 <= a->umin32 && a->umax32 <= b->umax32 && b->smin32 <= a->smin32 && a->smax32 <= b->smax32 &&
           !(a->bits.mask & ~b->bits.mask) && !((a->bits.value ^ b->bits.value) & ~b->bits.mask);
}

/* Joins and widenings stand as they are: tightened, one might not hold what it was made of in all of its parts. */
struct scalar scalar_join(const struct scalar *a, const struct scalar *b) {
    struct scalar j;
    j.bits = tnum_join(a->bits, b->bits);
#define LESS(f) j.f = a->f < b->f ? a->f : b->f
#define MORE(f) j.f = a->f > b->f ? a->f : b->f
    LESS(umin), MORE(umax), LESS(smin), MORE(smax);
    LESS(umin32), MORE(umax32), LESS(smin32), MORE(smax32);
#undef LESS
#undef MORE
    return j;
}

bool scalar_meet(struct scalar *a, const struct scalar *b) {
    struct span all = scalar_span(a);
    if (!span_meet_bits(&all, b->bits))
        return false;
    a->bits = all.t;
#define LESS(f) a->f = a->f < b->f ? a->f : b->f
#define MORE(f) a->f = a->f > b->f ? a->f : b->f
    MORE(umin), LESS(umax), MORE(smin), LESS(smax);
    MORE(umin32), LESS(umax32), MORE(smin32), LESS(smax32);
#undef LESS
#undef MORE
    return scalar_reduce_w(64, a);
}

/* The next bound outwards from x: one of step, or one of the ends that a number has (given in the order outwards). */
static s64 step_up(s64 x, const s64 *step, u32 n, const s64 end[2]) {
    s64 to = x <= end[0] ? end[0] : end[1];
    for (u32 k = 0; k < n; k++)
        if (step[k] >= x) {
            to = step[k] < to ? step[k] : to;
            break;
        }
    return to;
}
static s64 step_down(s64 x, const s64 *step, u32 n, const s64 end[3]) {
    s64 to = x >= end[0] ? end[0] : x >= end[1] ? end[1] : end[2];
    for (u32 k = n; k-- > 0;)
        if (step[k] <= x) {
            to = step[k] > to ? step[k] : to;
            break;
        }
    return to;
}

struct scalar scalar_widen_w(u32 w, const struct scalar *old, const struct scalar *next, const s64 *step, u32 n) {
    struct scalar r = scalar_join(old, next);
    u32 h = w / 2;
    const s64 up[2] = {width_smax(h), width_smax(w)}, down[3] = {0, width_smin(h), width_smin(w)};
    const s64 up32[2] = {width_smax(h), width_smax(h)}, down32[3] = {0, width_smin(h), width_smin(h)};
    u64 grown = r.bits.mask & ~old->bits.mask;
    if (r.smax != old->smax)
        r.smax = step_up(r.smax, step, n, up);
    if (r.smin != old->smin)
        r.smin = step_down(r.smin, step, n, down);
    if (r.umax != old->umax) /* above all of step: the end of the low half, then of everything */
        r.umax = r.umax <= (u64)up[0]      ? (u64)step_up((s64)r.umax, step, n, up)
                 : r.umax <= width_mask(h) ? width_mask(h)
                                           : width_mask(w);
    if (r.umin != old->umin)
        r.umin = r.umin <= (u64)up[1] ? (u64)step_down((s64)r.umin, step, n, down) : 0;
    if (r.smax32 != old->smax32)
        r.smax32 = (s32)step_up(r.smax32, step, n, up32);
    if (r.smin32 != old->smin32)
        r.smin32 = (s32)step_down(r.smin32, step, n, down32);
    if (r.umax32 != old->umax32)
        r.umax32 = r.umax32 <= (u64)up[0] ? (u32)step_up(r.umax32, step, n, up32) : (u32)width_mask(h);
    if (r.umin32 != old->umin32)
        r.umin32 = (u32)step_down(r.umin32, step, n, down32);
    if (grown) {
        r.bits.mask |= -(grown & -grown) & width_mask(w);
        r.bits.value &= ~r.bits.mask;
    }
    return r;
}
struct scalar scalar_widen(const struct scalar *old, const struct scalar *next, const s64 *step, u32 n) {
    return scalar_widen_w(64, old, next, step, n);
}

/* --- text --- */

static void print_unsigned(struct buf *b, u64 x) {
    if (x == UINT64_MAX)
        buf_printf(b, "2^64-1");
    else if (x > UINT32_MAX)
        buf_printf(b, "0x%llx", (unsigned long long)x);
    else
        buf_printf(b, "%llu", (unsigned long long)x);
}
static void print_signed(struct buf *b, s64 x) {
    if (x == INT64_MIN)
        buf_printf(b, "-2^63");
    else if (x == INT64_MAX)
        buf_printf(b, "2^63-1");
    else
        buf_printf(b, "%lld", (long long)x);
}

void scalar_print(struct buf *b, const struct scalar *a) {
    u32 k = a->bits.value | a->bits.mask ? (u32)__builtin_ctzll(a->bits.value | a->bits.mask) : 64;
    if (scalar_is_const(a)) {
        if (a->smin < 0 && a->smin > INT32_MIN)
            print_signed(b, a->smin);
        else
            print_unsigned(b, a->umin);
        return;
    }
    if (a->umin == 0 && a->umax == UINT64_MAX && a->smin == INT64_MIN && a->smax == INT64_MAX) {
        buf_printf(b, "any number");
    } else if (a->smin < 0) { /* the signed range says more, unless it says nothing */
        bool none = a->smin == INT64_MIN && a->smax == INT64_MAX;
        buf_printf(b, "[");
        none ? print_unsigned(b, a->umin) : print_signed(b, a->smin);
        buf_printf(b, ", ");
        none ? print_unsigned(b, a->umax) : print_signed(b, a->smax);
        buf_printf(b, "]");
    } else {
        buf_printf(b, "[");
        print_unsigned(b, a->umin);
        buf_printf(b, ", ");
        print_unsigned(b, a->umax);
        buf_printf(b, "]");
    }
    if (k && k < 32)
        buf_printf(b, ", a multiple of %u", 1u << k);
}
