/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* scalar.c - the checker's numbers against plain sets of them.
 *
 * At 4 bits (halves of 2) every pair of a large family of sets goes through every operation and branch, in whole and in
 * the low half, and each concrete result must be in the abstract one; at 8 bits random pairs do, with all their
 * members; at 64 bits random members do, against the evaluator of isa.def. How much larger than needed the results are
 * is held under bounds, so that precision is not lost unseen. */
#include "check/scalar_w.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h> /* wants the others before it */

enum { MAX_SETS = 4000, PAIRS = 120 };

static u64 rnd(u64 *s) {
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s * 0x2545f4914f6cdd1dull;
}

/* --- what operations do to numbers of w bits --- */

static u64 eval(u32 w, enum num_op op, u64 x, u64 y) {
    s64 sx = width_sext(w, x), sy = width_sext(w, y);
    u64 r = 0;
    switch (op) {
    case NUM_ADD: r = x + y; break;
    case NUM_SUB: r = x - y; break;
    case NUM_MUL: r = x * y; break;
    case NUM_DIV: r = y ? x / y : 0; break;
    case NUM_SDIV: r = !y ? 0 : sy == -1 ? -x : (u64)(sx / sy); break;
    case NUM_MOD: r = y ? x % y : x; break;
    case NUM_SMOD: r = !y ? x : sy == -1 ? 0 : (u64)(sx % sy); break;
    case NUM_AND: r = x & y; break;
    case NUM_OR: r = x | y; break;
    case NUM_XOR: r = x ^ y; break;
    case NUM_LSH: r = x << (y & (w - 1)); break;
    case NUM_RSH: r = x >> (y & (w - 1)); break;
    case NUM_ARSH: r = (u64)(sx >> (y & (w - 1))); break;
    case NUM_OPS: break;
    }
    return r & width_mask(w);
}
static bool holds(u32 w, enum num_cmp op, u64 x, u64 y) {
    s64 sx = width_sext(w, x), sy = width_sext(w, y);
    switch (op) {
    case NUM_EQ: return x == y;
    case NUM_NE: return x != y;
    case NUM_GT: return x > y;
    case NUM_GE: return x >= y;
    case NUM_LT: return x < y;
    case NUM_LE: return x <= y;
    case NUM_SGT: return sx > sy;
    case NUM_SGE: return sx >= sy;
    case NUM_SLT: return sx < sy;
    case NUM_SLE: return sx <= sy;
    case NUM_SET: return (x & y) != 0;
    case NUM_CMPS: break;
    }
    return false;
}
static u64 part(u32 w, bool low, u64 x) {
    return low ? x & width_mask(w / 2) : x;
}

/* --- the family at 4 bits: a set of numbers is 16 bits --- */

struct family {
    struct scalar a[MAX_SETS];
    u16 set[MAX_SETS];
    u32 n;
};
static struct family all;

static u16 members(const struct scalar *a) {
    u16 set = 0;
    for (u32 x = 0; x < 16; x++)
        set |= (u16)(scalar_has_w(4, a, x) << x);
    return set;
}

static void add(struct family *f, struct scalar a) {
    u16 before = members(&a), set;
    if (!scalar_reduce_w(4, &a)) {
        assert_int_equal(before, 0);
        return;
    }
    set = members(&a);
    assert_int_equal(set, before);
    for (u32 k = 0; k < f->n; k++)
        if (f->set[k] == set)
            return;
    if (set && f->n < MAX_SETS) {
        f->a[f->n] = a;
        f->set[f->n++] = set;
    }
}

/* Everything that a scalar can say with an unsigned range, a signed one, known bits, or two of these; and of the half.
 */
static int make_family(void **state) {
    struct scalar any = scalar_any_w(4), a;
    (void)state;
    for (u32 lo = 0; lo < 16; lo++)
        for (u32 hi = lo; hi < 16; hi++) {
            a = any;
            a.umin = lo, a.umax = hi;
            add(&all, a);
            a = any;
            a.smin = (s64)lo - 8, a.smax = (s64)hi - 8;
            add(&all, a);
            for (u32 m = 0; m < 16; m++)
                for (u32 v = 0; v < 16; v++) {
                    if (v & m)
                        continue;
                    a = any;
                    a.bits = (struct tnum){v, m};
                    a.umin = lo, a.umax = hi;
                    add(&all, a);
                }
            for (u32 h = 0; h < 16; h++) {
                if (h % 4 > h / 4)
                    continue;
                a = any;
                a.umin32 = h % 4, a.umax32 = h / 4;
                a.smin = (s64)lo - 8, a.smax = (s64)hi - 8;
                add(&all, a);
                a = any;
                a.smin32 = (s32)(h % 4) - 2, a.smax32 = (s32)(h / 4) - 2;
                a.umin = lo, a.umax = hi;
                add(&all, a);
            }
        }
    assert_in_range(all.n, 500, MAX_SETS - 1);
    return 0;
}

/* How much of a result is there for nothing. */
struct loss {
    u64 exact, given;
};

static void check_op(enum num_op op, bool low, struct loss *loss) {
    u64 seed = 1 + (u64)op;
    u16 image[16][16];
    for (u32 x = 0; x < 16; x++)
        for (u32 y = 0; y < 16; y++)
            image[x][y] = (u16)(1u << eval(low ? 2 : 4, op, part(4, low, x), part(4, low, y)));
    for (u32 i = 0; i < all.n; i++)
        for (u32 k = 0; k < PAIRS; k++) {
            u32 j = (u32)(rnd(&seed) % all.n);
            struct scalar r = scalar_bin_w(4, op, low, &all.a[i], &all.a[j]);
            u16 want = 0, got = members(&r);
            for (u32 x = 0; x < 16; x++)
                for (u32 y = 0; all.set[i] >> x & 1 && y < 16; y++)
                    if (all.set[j] >> y & 1)
                        want |= image[x][y];
            if (want & ~got)
                fail_msg("op %d%s: sets %04x %04x give %04x, not %04x", op, low ? " low" : "", all.set[i], all.set[j],
                         got, want);
            loss->exact += (u64)__builtin_popcount(want);
            loss->given += (u64)__builtin_popcount(got);
        }
}

static void test_ops_4(void **state) {
    /* percent of members that are there for nothing, at most: sets that no scalar can say count as well */
    static const u8 most[NUM_OPS] = {[NUM_ADD] = 10, [NUM_SUB] = 10,  [NUM_MUL] = 30, [NUM_DIV] = 46, [NUM_SDIV] = 77,
                                     [NUM_MOD] = 52, [NUM_SMOD] = 46, [NUM_AND] = 16, [NUM_OR] = 16,  [NUM_XOR] = 20,
                                     [NUM_LSH] = 79, [NUM_RSH] = 57,  [NUM_ARSH] = 39};
    (void)state;
    for (u32 op = 0; op < NUM_OPS; op++)
        for (u32 low = 0; low < 2; low++) {
            struct loss l = {0, 0};
            check_op((enum num_op)op, low, &l);
            print_message("op %2u%s: %.1f %% too many\n", op, low ? " low" : "",
                          100.0 * (double)l.given / (double)l.exact - 100);
            assert_true(l.given * 100 <= l.exact * (100u + most[op]));
        }
}

static void test_branches_4(void **state) {
    u64 seed = 7;
    (void)state;
    for (u32 op = 0; op < NUM_CMPS; op++)
        for (u32 way = 0; way < 4; way++) {
            bool low = way & 1, taken = way >> 1;
            struct loss l = {0, 0};
            u64 missed = 0, never = 0;
            for (u32 i = 0; i < all.n; i++)
                for (u32 k = 0; k < PAIRS; k++) {
                    u32 j = (u32)(rnd(&seed) % all.n);
                    struct scalar a = all.a[i], b = all.a[j];
                    u16 wa = 0, wb = 0, ga = 0, gb = 0;
                    bool may;
                    for (u32 x = 0; x < 16; x++)
                        for (u32 y = 0; all.set[i] >> x & 1 && y < 16; y++)
                            if (all.set[j] >> y & 1 &&
                                holds(low ? 2 : 4, (enum num_cmp)op, part(4, low, x), part(4, low, y)) == taken)
                                wa |= (u16)(1u << x), wb |= (u16)(1u << y);
                    may = scalar_branch_w(4, (enum num_cmp)op, low, taken, &a, &b);
                    if (may)
                        ga = members(&a), gb = members(&b);
                    if ((wa & ~ga) || (wb & ~gb))
                        fail_msg("jump %u%s %staken: %04x %04x give %04x %04x, not %04x %04x", op, low ? " low" : "",
                                 taken ? "" : "not ", all.set[i], all.set[j], ga, gb, wa, wb);
                    if ((ga & ~all.set[i]) || (gb & ~all.set[j]))
                        fail_msg("jump %u widens %04x %04x to %04x %04x", op, all.set[i], all.set[j], ga, gb);
                    never += !wa;
                    missed += !wa && may;
                    l.exact += (u64)__builtin_popcount(wa) + (u64)__builtin_popcount(wb);
                    l.given += (u64)__builtin_popcount(ga) + (u64)__builtin_popcount(gb);
                }
            print_message("jump %2u%s%s: %.1f %% too many, %llu of %llu impossible ones not seen\n", op,
                          low ? " low" : "", taken ? " taken" : "", 100.0 * (double)l.given / (double)l.exact - 100,
                          (unsigned long long)missed, (unsigned long long)never);
            assert_true(l.given * 100 <= l.exact * (op == NUM_SET ? 120 : 112));
            assert_true(missed * 100 <= never * (op == NUM_SET ? 20 : 2));
        }
}

/* Every set of the family against every other: order, joins, meetings. */
static void test_order(void **state) {
    (void)state;
    for (u32 i = 0; i < all.n; i += 2)
        for (u32 j = 0; j < all.n; j++) {
            struct scalar r = scalar_join(&all.a[i], &all.a[j]);
            assert_int_equal((all.set[i] | all.set[j]) & ~members(&r), 0);
            assert_true(scalar_le(&all.a[i], &r) && scalar_le(&all.a[j], &r));
            if (scalar_le(&all.a[i], &all.a[j]))
                assert_int_equal(all.set[i] & ~all.set[j], 0);
            r = scalar_widen_w(4, &all.a[i], &all.a[j], NULL, 0);
            assert_true(scalar_le(&all.a[i], &r) && scalar_le(&all.a[j], &r));
        }
}

static void test_ext(void **state) {
    (void)state;
    for (u32 i = 0; i < all.n; i++)
        for (u32 from = 2; from <= 4; from++)
            for (u32 sign = 0; sign < 2; sign++) {
                struct scalar r = scalar_ext_w(4, from, sign, &all.a[i]);
                for (u32 x = 0; x < 16; x++)
                    if (all.set[i] >> x & 1)
                        assert_true(scalar_has_w(4, &r, (sign ? (u64)width_sext(from, x) : x & width_mask(from)) & 15));
            }
}

/* --- wider: random ranges and bits around random numbers, which are members then --- */

static u64 some_number(u32 w, u64 *seed) {
    u64 x = rnd(seed);
    switch (rnd(seed) % 5) {
    case 0: x &= 15; break;
    case 1: x = -(x & 15); break;
    case 2: x = ((u64)1 << (rnd(seed) % w)) + (x & 3) - 2; break;
    case 3: x &= width_mask(w / 2); break;
    default: break;
    }
    return x & width_mask(w);
}

static struct scalar around(u32 w, u64 x, u64 y, u64 *seed) {
    struct scalar a = scalar_any_w(w);
    s64 sx = width_sext(w, x), sy = width_sext(w, y);
    u64 lx = x & width_mask(w / 2), ly = y & width_mask(w / 2), how = rnd(seed);
    s64 hx = width_sext(w / 2, lx), hy = width_sext(w / 2, ly);
    if (how & 1)
        a.umin = x < y ? x : y, a.umax = x < y ? y : x;
    if (how & 2)
        a.smin = sx < sy ? sx : sy, a.smax = sx < sy ? sy : sx;
    if (how & 4)
        a.umin32 = (u32)(lx < ly ? lx : ly), a.umax32 = (u32)(lx < ly ? ly : lx);
    if (how & 8)
        a.smin32 = (s32)(hx < hy ? hx : hy), a.smax32 = (s32)(hx < hy ? hy : hx);
    if (how & 16) {
        a.bits.mask = ((x ^ y) | (how & 32 ? rnd(seed) & rnd(seed) : 0)) & width_mask(w);
        a.bits.value = x & ~a.bits.mask;
    }
    assert_true(scalar_reduce_w(w, &a));
    assert_true(scalar_has_w(w, &a, x) && scalar_has_w(w, &a, y));
    return a;
}

static void test_all_8(void **state) {
    u64 seed = 11;
    (void)state;
    for (u32 round = 0; round < 1500; round++) {
        struct scalar a = around(8, some_number(8, &seed), some_number(8, &seed), &seed);
        struct scalar b = around(8, some_number(8, &seed), some_number(8, &seed), &seed);
        for (u32 way = 0; way < 2 * NUM_OPS; way++) {
            struct scalar r = scalar_bin_w(8, (enum num_op)(way / 2), way & 1, &a, &b);
            for (u32 x = 0; x < 256; x++)
                for (u32 y = 0; scalar_has_w(8, &a, x) && y < 256; y++)
                    if (scalar_has_w(8, &b, y) && !scalar_has_w(8, &r,
                                                                eval(way & 1 ? 4 : 8, (enum num_op)(way / 2),
                                                                     part(8, way & 1, x), part(8, way & 1, y))))
                        fail_msg("round %u: op %u, %u and %u", round, way, x, y);
        }
        for (u32 way = 0; way < 4 * NUM_CMPS; way++) {
            struct scalar x1 = a, y1 = b;
            bool low = way & 1, taken = way >> 1 & 1;
            bool may = scalar_branch_w(8, (enum num_cmp)(way / 4), low, taken, &x1, &y1);
            for (u32 x = 0; x < 256; x++)
                for (u32 y = 0; scalar_has_w(8, &a, x) && y < 256; y++)
                    if (scalar_has_w(8, &b, y) &&
                        holds(low ? 4 : 8, (enum num_cmp)(way / 4), part(8, low, x), part(8, low, y)) == taken &&
                        !(may && scalar_has_w(8, &x1, x) && scalar_has_w(8, &y1, y)))
                        fail_msg("round %u: jump %u, %u and %u", round, way, x, y);
        }
        for (u32 from = 2; from <= 8; from++)
            for (u32 sign = 0; sign < 2; sign++) {
                struct scalar r = scalar_ext_w(8, from, sign, &a);
                for (u32 x = 0; x < 256; x++)
                    if (scalar_has_w(8, &a, x))
                        assert_true(
                            scalar_has_w(8, &r, (sign ? (u64)width_sext(from, x) : x & width_mask(from)) & 255));
            }
    }
}

/* Tightening keeps every member, and sees that there is none. */
static void test_reduce_8(void **state) {
    u64 seed = 3;
    u32 empty = 0, missed = 0;
    (void)state;
    for (u32 round = 0; round < 60000; round++) {
        struct scalar a = scalar_any_w(8), was;
        u32 n = 0;
        bool some;
        a.umin = rnd(&seed) & 255, a.umax = rnd(&seed) & 255;
        a.smin = (s8)rnd(&seed), a.smax = (s8)rnd(&seed);
        a.umin32 = rnd(&seed) & 15, a.umax32 = rnd(&seed) & 15;
        a.smin32 = (s32)(rnd(&seed) & 15) - 8, a.smax32 = (s32)(rnd(&seed) & 15) - 8;
        a.bits.mask = (rnd(&seed) | rnd(&seed)) & 255;
        a.bits.value = rnd(&seed) & ~a.bits.mask & 255;
        if (a.umin > a.umax || a.smin > a.smax || a.umin32 > a.umax32 || a.smin32 > a.smax32)
            continue;
        was = a;
        some = scalar_reduce_w(8, &a);
        for (u32 x = 0; x < 256; x++) {
            n += scalar_has_w(8, &was, x);
            assert_int_equal(scalar_has_w(8, &was, x), some && scalar_has_w(8, &a, x));
        }
        empty += !n;
        missed += !n && some;
    }
    print_message("%u empty, %u not seen\n", empty, missed);
    assert_true(empty > 500 && missed * 20 <= empty);
}

/* Every row of eBPF, with members of the operands, against the expressions of isa.def. */
static void test_rows(void **state) {
    static const u16 bin[] = {
#define BIN(name, code, ...) OP_##name, OP_##name##i,
#include "isa/isa.def"
    };
    static const u16 un[] = {
#define UN(name, ...) OP_##name,
#include "isa/isa.def"
    };
    static const u16 jcc[] = {
#define JCC(name, ...) OP_##name, OP_##name##i,
#include "isa/isa.def"
    };
    u64 seed = 5, r;
    (void)state;
    for (u32 round = 0; round < 4000; round++) {
        u64 x = some_number(64, &seed), y = some_number(64, &seed);
        struct scalar a = around(64, x, some_number(64, &seed), &seed),
                      b = around(64, y, some_number(64, &seed), &seed);
        for (u32 k = 0; k < COUNT(bin); k++)
            if (!(isa_info[bin[k]].flags & (WIDE | CMP)) && isa_eval(bin[k], x, y, &r)) {
                struct scalar s = scalar_bin(bin[k], &a, &b);
                if (!scalar_has(&s, r))
                    fail_msg("%s of 0x%llx, 0x%llx", isa_name(bin[k]), (unsigned long long)x,
                             (unsigned long long)y);
            }
        for (u32 k = 0; k < COUNT(un); k++)
            if (isa_eval(un[k], x, 0, &r)) {
                struct scalar s = scalar_un(un[k], &a);
                if (!scalar_has(&s, r))
                    fail_msg("%s of 0x%llx", isa_name(un[k]), (unsigned long long)x);
            }
        for (u32 k = 0; k < COUNT(jcc); k++) {
            struct scalar p = a, q = b, self = a;
            assert_true(isa_eval(jcc[k], x, y, &r));
            if (!scalar_branch(jcc[k], r, &p, &q) || !scalar_has(&p, x) || !scalar_has(&q, y))
                fail_msg("%s of 0x%llx, 0x%llx", isa_name(jcc[k]), (unsigned long long)x, (unsigned long long)y);
            assert_true(isa_eval(jcc[k], x, x, &r));
            assert_true(scalar_branch_self(jcc[k], r, &self) && scalar_has(&self, x));
        }
    }
}

/* Whatever comes next, a bound moves finitely often. */
static void test_widening_ends(void **state) {
    static const s64 step[] = {-100, -1, 0, 10, 64, 1500};
    u64 seed = 9;
    u32 longest = 0;
    (void)state;
    for (u32 round = 0; round < 300; round++) {
        u64 x = some_number(64, &seed);
        struct scalar at = scalar_const(x), next;
        u32 changes = 0;
        for (u32 k = 0; k < 400; k++) {
            next = scalar_const(some_number(64, &seed));
            next = scalar_widen(&at, &next, round % 2 ? step : NULL, round % 2 ? COUNT(step) : 0);
            assert_true(scalar_le(&at, &next));
            changes += !scalar_eq(&at, &next);
            at = next;
        }
        longest = changes > longest ? changes : longest;
    }
    print_message("at most %u steps\n", longest);
    assert_in_range(longest, 1, 40);
}

static void says(struct scalar a, const char *text) {
    struct buf b = {0};
    scalar_print(&b, &a);
    assert_string_equal(buf_str(&b), text);
    buf_free(&b);
}
static void test_text(void **state) {
    struct scalar a;
    (void)state;
    says(scalar_const(7), "7");
    says(scalar_const((u64)-7), "-7");
    says(scalar_any(), "any number");
    says(scalar_range(0, 1500), "[0, 1500]");
    says(scalar_srange(-4, 12), "[-4, 12]");
    says(scalar_range(5, UINT64_MAX), "[5, 2^64-1]");
    says(scalar_load(4), "[0, 4294967295]");
    a = scalar_range(0, 15);
    a = scalar_bin(OP_lsh64i, &a, &(struct scalar){{2, 0}, 2, 2, 2, 2, 2, 2, 2, 2});
    says(a, "[0, 60], a multiple of 4");
}

/* What programs rely on: a bound of one half reaches the other, and an addition keeps it. */
static void test_bounds(void **state) {
    struct scalar a = scalar_any(), b = scalar_imm(64), r;
    (void)state;
    assert_true(scalar_branch(OP_jsgt32i, false, &a, &b)); /* if (int)r <= 64 */
    b = scalar_imm(0);
    assert_true(scalar_branch(OP_jslt32i, false, &a, &b)); /* and (int)r >= 0 */
    assert_int_equal(a.umax32, 64);
    r = scalar_zext(&a, 4);
    assert_true(r.umin == 0 && r.umax == 64);
    r = scalar_sext(&a, 4);
    assert_true(r.smin == 0 && r.smax == 64);
    r = scalar_srange(-4, 4); /* a sign-extended number of 32 bits whose half gets a bound */
    b = scalar_imm(0);
    assert_true(scalar_branch(OP_jsge32i, true, &r, &b));
    assert_true(r.smin == 0 && r.umax == 4);
    a = scalar_load(8);
    b = scalar_imm(0xf0);
    a = scalar_bin(OP_and64i, &a, &b);
    b = scalar_imm(20);
    a = scalar_bin(OP_add64i, &a, &b);
    assert_true(a.umin == 20 && a.umax == 0xf0 + 20 && (a.bits.value & 15) == 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ops_4),  cmocka_unit_test(test_branches_4),    cmocka_unit_test(test_order),
        cmocka_unit_test(test_ext),    cmocka_unit_test(test_all_8),         cmocka_unit_test(test_reduce_8),
        cmocka_unit_test(test_rows),   cmocka_unit_test(test_widening_ends), cmocka_unit_test(test_text),
        cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, make_family, NULL);
}
