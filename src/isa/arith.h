/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* arith.h - words that expressions of isa.def use, for those who expand them (isa/eval.c, the interpreter).
 * Floating point as WebAssembly has it (core specification, 4.3.3): IEEE 754-2019, rounding to nearest,
 * a NaN that comes out is quiet. */
#ifndef ISA_ARITH_H
#define ISA_ARITH_H
#include "base/types.h"
#include <math.h>

/* minimum and maximum, not minNum: a NaN wins, and -0 is below +0 */
static inline f64 f64_min(f64 x, f64 y) {
    return x != x || y != y ? x + y : x < y ? x : y < x ? y : signbit(x) ? x : y;
}
static inline f64 f64_max(f64 x, f64 y) {
    return x != x || y != y ? x + y : x > y ? x : y > x ? y : signbit(x) ? y : x;
}
static inline f32 f32_min(f32 x, f32 y) {
    return x != x || y != y ? x + y : x < y ? x : y < x ? y : signbit(x) ? x : y;
}
static inline f32 f32_max(f32 x, f32 y) {
    return x != x || y != y ? x + y : x > y ? x : y > x ? y : signbit(x) ? y : x;
}

/* Without calls: gcc's one function of all handlers keeps its accumulators in registers for it (interp/typed). A
 * signalling NaN becomes quiet by x + x; below 2^52 an f64 has a fraction, and fits an s64. */
#if defined(__x86_64__) && !defined(__clang__)
static inline f64 f64_sqrt(f64 x) {
    f64 r;
    __asm__("sqrtsd %1, %0" : "=x"(r) : "x"(x));
    return r;
}
static inline f32 f32_sqrt(f32 x) {
    f32 r;
    __asm__("sqrtss %1, %0" : "=x"(r) : "x"(x));
    return r;
}
#else
static inline f64 f64_sqrt(f64 x) { return sqrt(x); }
static inline f32 f32_sqrt(f32 x) { return sqrtf(x); }
#endif
static inline f64 f64_trunc(f64 x) {
    return x != x ? x + x : fabs(x) < 0x1p52 ? copysign((f64)(s64)x, x) : x;
}
static inline f64 f64_ceil(f64 x) {
    f64 t = f64_trunc(x);
    return t < x ? t + 1 : t;
}
static inline f64 f64_floor(f64 x) {
    f64 t = f64_trunc(x);
    return t > x ? t - 1 : t;
}
static inline f64 f64_nearest(f64 x) { /* by the rounding of additions, which is to nearest, ties to even */
    f64 big = copysign(0x1p52, x);
    return x != x ? x + x : fabs(x) < 0x1p52 ? copysign((x + big) - big, x) : x;
}
static inline f32 f32_ceil(f32 x) { return (f32)f64_ceil((f64)x); }
static inline f32 f32_floor(f32 x) { return (f32)f64_floor((f64)x); }
static inline f32 f32_trunc(f32 x) { return (f32)f64_trunc((f64)x); }
static inline f32 f32_nearest(f32 x) { return (f32)f64_nearest((f64)x); }

/* bits that are 1 */
static inline u64 count_ones(u64 x) {
    x -= x >> 1 & 0x5555555555555555;
    x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
    return x * 0x0101010101010101 >> 56;
}

/* to the nearest integer that the type holds; every f32 is an f64 */
static inline s32 sat_s32(f64 x) {
    return x != x ? 0 : x <= -0x1p31 ? INT32_MIN : x >= 0x1p31 ? INT32_MAX : (s32)x;
}
static inline u32 sat_u32(f64 x) {
    return !(x > 0) ? 0 : x >= 0x1p32 ? UINT32_MAX : (u32)x;
}
static inline s64 sat_s64(f64 x) {
    return x != x ? 0 : x < -0x1p63 ? INT64_MIN : x >= 0x1p63 ? INT64_MAX : (s64)x;
}
static inline u64 sat_u64(f64 x) {
    return !(x > 0) ? 0 : x >= 0x1p64 ? UINT64_MAX : (u64)x;
}

#endif
