/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* vec_test.c - the expressions of simd.def against arithmetic that is written down here once more, a lane at
 * a time in 64 bits and by the names of the rows; what has no such rule, by example. Every row is met. */
#include "isa/isa.h"
#include "isa/vec.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* wants the others before it */

enum { ROUNDS = 200 };

static u64 rnd(u64 *s) {
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

/* Lanes of all widths with the edges over-represented; of floats as well. */
static void any_vector(u64 *s, u8 v[16]) {
    static const u8 edge[] = {0, 1, 0x7f, 0x80, 0xff, 0x40, 0xc0, 0x3f};
    static const f32 f[] = {0, -0.0f, 1, -1, 0.5f, 1e30f, -3e9f, 2147483648.0f, 4294967296.0f, NAN, INFINITY, 1e-45f};
    static const f64 d[] = {0, -0.0, 2.5, -2.5, 2147483647.5, -2147483649.0, 4294967295.5, NAN, -INFINITY, 5e-324};
    for (u32 k = 0; k < 16; k++)
        v[k] = rnd(s) % 3 ? edge[rnd(s) % COUNT(edge)] : (u8)rnd(s);
    switch (rnd(s) % 4) {
    case 0:
        for (u32 k = 0; k < 4; k++)
            memcpy(v + k * 4, &f[rnd(s) % COUNT(f)], 4);
        return;
    case 1:
        for (u32 k = 0; k < 2; k++)
            memcpy(v + k * 8, &d[rnd(s) % COUNT(d)], 8);
        return;
    case 2: memset(v, (int)rnd(s), 16); return;
    default: return;
    }
}

static u64 get(const u8 *v, u32 bits, u32 k) {
    u64 x = 0;
    memcpy(&x, v + k * bits / 8, bits / 8);
    return x;
}
static s64 get_s(const u8 *v, u32 bits, u32 k) {
    return (s64)(get(v, bits, k) << (64 - bits)) >> (64 - bits);
}
static s64 lane(const u8 *v, u32 bits, u32 k, char sign) {
    return sign == 's' ? get_s(v, bits, k) : (s64)get(v, bits, k);
}
static void set(u8 *v, u32 bits, u32 k, u64 x) {
    memcpy(v + k * bits / 8, &x, bits / 8);
}

static s64 clamp(s64 x, u32 bits, char sign) {
    s64 low = sign == 's' ? -(1ll << (bits - 1)) : 0, high = sign == 's' ? (1ll << (bits - 1)) - 1 : (1ll << bits) - 1;
    return x < low ? low : x > high ? high : x;
}

/* --- integers: what stands behind "i8x16_" --- */

static bool compare(const char *op, char sign, u64 x, u64 y, u64 *r) {
    bool less = sign == 'u' ? x < y : (s64)x < (s64)y;
    if (!strncmp(op, "eq", 2))
        *r = x == y;
    else if (!strncmp(op, "ne", 2) && op[2] == 0)
        *r = x != y;
    else if (!strncmp(op, "lt_", 3))
        *r = less;
    else if (!strncmp(op, "gt_", 3))
        *r = !less && x != y;
    else if (!strncmp(op, "le_", 3))
        *r = less || x == y;
    else if (!strncmp(op, "ge_", 3))
        *r = !less;
    else
        return false;
    *r = *r ? ~0ull : 0;
    return true;
}

/* One lane from the lanes x and y (or the shift y); false: op is none such. */
static bool lanewise(const char *op, u32 bits, const u8 *px, const u8 *py, u32 k, u64 *r) {
    char sign = op[strlen(op) - 1];
    u64 x = (u64)lane(px, bits, k, sign == 'u' ? 'u' : 's'), y = (u64)lane(py, bits, k, sign == 'u' ? 'u' : 's');
    u32 by = (u32)get(py, 32, 0) % bits;
    if (compare(op, sign, x, y, r))
        return true;
    if (!strcmp(op, "add"))
        *r = x + y;
    else if (!strcmp(op, "sub"))
        *r = x - y;
    else if (!strcmp(op, "mul"))
        *r = x * y;
    else if (!strcmp(op, "neg"))
        *r = 0 - x;
    else if (!strcmp(op, "abs"))
        *r = (s64)x < 0 ? 0 - x : x;
    else if (!strncmp(op, "add_sat", 7))
        *r = (u64)clamp((s64)(x + y), bits, sign);
    else if (!strncmp(op, "sub_sat", 7))
        *r = (u64)clamp((s64)(x - y), bits, sign);
    else if (!strncmp(op, "min_", 4))
        *r = (sign == 'u' ? x < y : (s64)x < (s64)y) ? x : y;
    else if (!strncmp(op, "max_", 4))
        *r = (sign == 'u' ? x < y : (s64)x < (s64)y) ? y : x;
    else if (!strcmp(op, "avgr_u"))
        *r = (x + y + 1) / 2;
    else if (!strcmp(op, "shl"))
        *r = x << by;
    else if (!strcmp(op, "shr_s"))
        *r = (u64)((s64)x >> by);
    else if (!strcmp(op, "shr_u"))
        *r = x >> by;
    else if (!strcmp(op, "popcnt"))
        *r = (u64)__builtin_popcountll(get(px, bits, k));
    else if (!strcmp(op, "swizzle") || !strcmp(op, "relaxed_swizzle"))
        *r = get(py, 8, k) < 16 ? get(px, 8, (u32)get(py, 8, k)) : 0;
    else if (!strcmp(op, "q15mulr_sat_s") || !strcmp(op, "relaxed_q15mulr_s"))
        *r = (u64)clamp((get_s(px, 16, k) * get_s(py, 16, k) + 0x4000) >> 15, 16, 's');
    else
        return false;
    return true;
}

/* One wide lane from narrow ones, or the reverse. */
static bool across(const char *op, u32 bits, const u8 *px, const u8 *py, u32 k, u64 *r) {
    char sign = op[strlen(op) - 1];
    u32 half = bits / 2, n = 128 / bits, at = strstr(op, "_high") ? k + n : k;
    if (!strncmp(op, "extend_", 7))
        *r = (u64)lane(px, half, at, sign);
    else if (!strncmp(op, "extmul_", 7))
        *r = (u64)lane(px, half, at, sign) * (u64)lane(py, half, at, sign);
    else if (!strncmp(op, "extadd_", 7))
        *r = (u64)(lane(px, half, 2 * k, sign) + lane(px, half, 2 * k + 1, sign));
    else if (!strncmp(op, "narrow_", 7))
        *r = (u64)clamp(k < n / 2 ? get_s(px, bits * 2, k) : get_s(py, bits * 2, k - n / 2), bits, sign);
    else if (!strcmp(op, "dot_i16x8_s") || !strcmp(op, "relaxed_dot_i8x16_i7x16_s"))
        *r = (u64)(get_s(px, half, 2 * k) * get_s(py, half, 2 * k) + get_s(px, half, 2 * k + 1) * get_s(py, half, 2 * k + 1));
    else
        return false;
    return true;
}

/* --- floats: by the scalar rows, which evaluation() of isa_test looks at --- */

static u16 scalar_row(const char *op, u32 bits) {
    static const struct {
        const char *name;
        u16 f32, f64;
    } rows[] = {{"add", OP_fadd32, OP_fadd64},    {"sub", OP_fsub32, OP_fsub64},      {"mul", OP_fmul32, OP_fmul64},
                {"div", OP_fdiv32, OP_fdiv64},    {"min", OP_fmin32, OP_fmin64},      {"max", OP_fmax32, OP_fmax64},
                {"abs", OP_fabs32, OP_fabs64},    {"neg", OP_fneg32, OP_fneg64},      {"sqrt", OP_fsqrt32, OP_fsqrt64},
                {"ceil", OP_fceil32, OP_fceil64}, {"floor", OP_ffloor32, OP_ffloor64}, {"trunc", OP_ftrunc32, OP_ftrunc64},
                {"nearest", OP_fnear32, OP_fnear64}};
    if (!strncmp(op, "relaxed_m", 9))
        op += 8;
    for (size_t k = 0; k < COUNT(rows); k++)
        if (!strcmp(rows[k].name, op))
            return bits == 32 ? rows[k].f32 : rows[k].f64;
    return OP_bad;
}

static f64 as_float(u64 x, u32 bits) {
    f32 f;
    f64 d;
    memcpy(&f, &x, sizeof f);
    memcpy(&d, &x, sizeof d);
    return bits == 32 ? (f64)f : d;
}

static bool float_lane(const char *op, u32 bits, const u8 *px, const u8 *py, u32 k, u64 *r) {
    u64 x = get(px, bits, k), y = get(py, bits, k);
    f64 fx = as_float(x, bits), fy = as_float(y, bits);
    u16 row = scalar_row(op, bits);
    if (row)
        return isa_eval(row, x, y, r);
    if (!strcmp(op, "pmin"))
        *r = fy < fx ? y : x;
    else if (!strcmp(op, "pmax"))
        *r = fx < fy ? y : x;
    else if (!strcmp(op, "eq"))
        *r = fx == fy ? ~0ull : 0;
    else if (!strcmp(op, "ne"))
        *r = fx != fy ? ~0ull : 0;
    else if (!strcmp(op, "lt"))
        *r = fx < fy ? ~0ull : 0;
    else if (!strcmp(op, "gt"))
        *r = fx > fy ? ~0ull : 0;
    else if (!strcmp(op, "le"))
        *r = fx <= fy ? ~0ull : 0;
    else if (!strcmp(op, "ge"))
        *r = fx >= fy ? ~0ull : 0;
    else
        return false;
    return true;
}

/* Conversions: one lane, or bits that stay 0 behind "_zero". */
static bool convert(const char *name, const u8 *px, u32 k, u64 *r) {
    char sign = strstr(name, "_u_zero") || name[strlen(name) - 1] == 'u' ? 'u' : 's';
    if (strstr(name, "trunc_sat_f32x4") || strstr(name, "relaxed_trunc_f32x4"))
        return isa_eval(sign == 'u' ? OP_sat_u32_f32 : OP_sat_s32_f32, get(px, 32, k), 0, r);
    *r = 0;
    if (strstr(name, "f64x2_s_zero") || strstr(name, "f64x2_u_zero"))
        return k > 1 || isa_eval(sign == 'u' ? OP_sat_u32_f64 : OP_sat_s32_f64, get(px, 64, k), 0, r);
    if (!strcmp(name, "f32x4_demote_f64x2_zero"))
        return k > 1 || isa_eval(OP_f32_f64, get(px, 64, k), 0, r);
    if (!strcmp(name, "f64x2_promote_low_f32x4"))
        return isa_eval(OP_f64_f32, get(px, 32, k), 0, r);
    if (strstr(name, "f32x4_convert"))
        return isa_eval(sign == 'u' ? OP_f32_u32 : OP_f32_s32, get(px, 32, k), 0, r);
    if (strstr(name, "f64x2_convert_low"))
        return isa_eval(sign == 'u' ? OP_f64_u32 : OP_f64_s32, get(px, 32, k), 0, r);
    return false;
}

/* --- all rows --- */

static bool whole(const char *op, u32 bits, const u8 *x, const u8 *y, const u8 *z, u32 at, u8 *r) {
    u32 n = 128 / bits;
    u64 v = 0;
    memset(r, 0, 16);
    if (!strcmp(op, "splat")) {
        for (u32 k = 0; k < n; k++)
            set(r, bits, k, get(x, 64, 0));
    } else if (!strncmp(op, "extract_lane", 12)) {
        v = (u64)lane(x, bits, at, op[12] && op[13] == 's' ? 's' : 'u');
        set(r, bits == 64 ? 64 : 32, 0, v);
    } else if (!strcmp(op, "replace_lane")) {
        memcpy(r, x, 16);
        set(r, bits, at, get(y, 64, 0));
    } else if (!strcmp(op, "all_true") || !strcmp(op, "bitmask")) {
        u32 ones = 0;
        for (u32 k = 0; k < n; k++) {
            ones += get(x, bits, k) != 0;
            v |= (get(x, bits, k) >> (bits - 1)) << k;
        }
        set(r, 32, 0, op[0] == 'a' ? ones == n : v);
    } else if (!strcmp(op, "relaxed_laneselect")) {
        for (u32 k = 0; k < 16; k++)
            r[k] = (u8)((x[k] & z[k]) | (y[k] & ~z[k]));
    } else {
        return false;
    }
    return true;
}

static bool v128(const char *op, const u8 *x, const u8 *y, const u8 *z, u8 *r) {
    bool any = false;
    for (u32 k = 0; k < 16; k++) {
        any |= x[k] != 0;
        r[k] = (u8)(!strcmp(op, "not")         ? ~x[k]
                    : !strcmp(op, "and")       ? x[k] & y[k]
                    : !strcmp(op, "andnot")    ? x[k] & ~y[k]
                    : !strcmp(op, "or")        ? x[k] | y[k]
                    : !strcmp(op, "xor")       ? x[k] ^ y[k]
                    : !strcmp(op, "bitselect") ? (x[k] & z[k]) | (y[k] & ~z[k])
                                               : 0);
    }
    if (!strcmp(op, "any_true"))
        r[0] = any;
    return !strcmp(op, "any_true") || !strcmp(op, "not") || !strcmp(op, "and") || !strcmp(op, "andnot") ||
           !strcmp(op, "or") || !strcmp(op, "xor") || !strcmp(op, "bitselect");
}

/* What a row should give; false: it has no rule here. *floats: NaNs may have any payload. */
static bool oracle(const char *name, const u8 *x, const u8 *y, const u8 *z, u32 at, u8 *r, u32 *floats) {
    u32 bits, n;
    int len = 0;
    const char *op;
    *floats = 0;
    if (!strncmp(name, "v128_", 5))
        return v128(name + 5, x, y, z, r);
    if (sscanf(name + 1, "%ux%u_%n", &bits, &n, &len) != 2)
        return false;
    op = name + 1 + len;
    if (whole(op, bits, x, y, z, at, r))
        return true;
    *floats = name[0] == 'f' ? bits : 0;
    for (u32 k = 0; k < n; k++) {
        u64 v;
        if (!convert(name, x, k, &v) && !across(op, bits, x, y, k, &v) &&
            !(name[0] == 'f' ? float_lane(op, bits, x, y, k, &v) : lanewise(op, bits, x, y, k, &v)))
            return false;
        set(r, bits, k, v);
    }
    return true;
}

/* Equal, or both not a number in a lane. */
static bool same(const u8 *a, const u8 *b, u32 floats) {
    for (u32 k = 0; floats && k < 128 / floats; k++) {
        f64 x = as_float(get(a, floats, k), floats), y = as_float(get(b, floats, k), floats);
        if (get(a, floats, k) != get(b, floats, k) && !(x != x && y != y))
            return false;
    }
    return floats || !memcmp(a, b, 16);
}

static bool by_example(u16 op) {
    return op == OP_vmov || op == OP_f32x4_relaxed_madd || op == OP_f32x4_relaxed_nmadd || op == OP_f64x2_relaxed_madd ||
           op == OP_f64x2_relaxed_nmadd || op == OP_i32x4_relaxed_dot_i8x16_i7x16_add_s;
}

static void rows(void **state) {
    u64 seed = 0x51d;
    u32 met = 0;
    (void)state;
    for (u16 op = 1; op < OP_COUNT; op++) {
        u8 x[16] = {0}, y[16], z[16], got[16], want[16];
        u32 floats;
        if (!isa_eval_vec(op, x, x, x, 0, got) || by_example(op))
            continue;
        met++;
        for (int k = 0; k < ROUNDS; k++) {
            u32 n = isa_info[op].size ? 16u / isa_info[op].size : 1, at = (u32)(rnd(&seed) % n);
            any_vector(&seed, x), any_vector(&seed, y), any_vector(&seed, z);
            isa_eval_vec(op, x, y, z, at, got);
            memset(want, 0, sizeof want);
            if (!oracle(isa_name(op), x, y, z, at, want, &floats))
                fail_msg("%s: no rule", isa_name(op));
            if (!same(got, want, floats))
                fail_msg("%s: lane %u, x %016llx %016llx y %016llx %016llx: %016llx %016llx, not %016llx %016llx",
                         isa_name(op), at, (unsigned long long)get(x, 64, 0), (unsigned long long)get(x, 64, 1),
                         (unsigned long long)get(y, 64, 0), (unsigned long long)get(y, 64, 1),
                         (unsigned long long)get(got, 64, 0), (unsigned long long)get(got, 64, 1),
                         (unsigned long long)get(want, 64, 0), (unsigned long long)get(want, 64, 1));
        }
    }
    assert_true(met > 220);
}

static void examples(void **state) {
    f32x4 x = {1, 2, -3, 0.5f}, y = {4, 5, 6, 8}, z = {10, 20, 30, 40}, r;
    f64x2 p = {1.5, -2}, q = {2, 3}, s = {0.25, 1}, t;
    s8x16 a, b;
    u32x4 c = {1, 2, 3, 0xffffffff}, d;
    u8x16 m = {1, 2, 3}, n;
    (void)state;
    isa_eval_vec(OP_f32x4_relaxed_madd, (u8 *)&x, (u8 *)&y, (u8 *)&z, 0, (u8 *)&r);
    assert_true(r[0] == 14 && r[1] == 30 && r[2] == 12 && r[3] == 44);
    isa_eval_vec(OP_f32x4_relaxed_nmadd, (u8 *)&x, (u8 *)&y, (u8 *)&z, 0, (u8 *)&r);
    assert_true(r[0] == 6 && r[1] == 10 && r[2] == 48 && r[3] == 36);
    isa_eval_vec(OP_f64x2_relaxed_madd, (u8 *)&p, (u8 *)&q, (u8 *)&s, 0, (u8 *)&t);
    assert_true(t[0] == 3.25 && t[1] == -5);
    isa_eval_vec(OP_f64x2_relaxed_nmadd, (u8 *)&p, (u8 *)&q, (u8 *)&s, 0, (u8 *)&t);
    assert_true(t[0] == -2.75 && t[1] == 7);
    a = b = (s8x16){0} + (s8)-128;
    b[0] = 3;
    isa_eval_vec(OP_i32x4_relaxed_dot_i8x16_i7x16_add_s, (u8 *)&a, (u8 *)&b, (u8 *)&c, 0, (u8 *)&d);
    /* 32768 wraps to -32768 in 16 bits, in both halves of a lane */
    assert_true(d[0] == (u32)(-384 + 16384 - 32768 + 1) && d[1] == (u32)(-65536 + 2) && d[3] == (u32)(-65536 - 1));
    isa_eval_vec(OP_vmov, (u8 *)&m, (u8 *)&m, (u8 *)&m, 0, (u8 *)&n);
    assert_memory_equal(&m, &n, 16);
    n = vec_shuffle(m, (u8x16){0} + 9, (const u8[16]){2, 1, 0, 16, 31});
    assert_true(n[0] == 3 && n[1] == 2 && n[2] == 1 && n[3] == 9 && n[4] == 9 && n[5] == 1);
    assert_false(isa_eval_vec(OP_add64, (u8 *)&m, (u8 *)&m, (u8 *)&m, 0, (u8 *)&n));
    assert_false(isa_eval_vec(OP_v128_load, (u8 *)&m, (u8 *)&m, (u8 *)&m, 0, (u8 *)&n));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows), cmocka_unit_test(examples)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
