/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* vec.h - words that expressions of simd.def use: vectors of 16 bytes in the notation that gcc (12 and
 * later) and clang share, lane k at the k-th place in memory (little endian only).
 *
 * The value of an expression is any vector of 16 bytes; whoever expands it casts to u8x16. Sums and
 * products are of unsigned lanes wherever signed ones could overflow. */
#ifndef ISA_VEC_H
#define ISA_VEC_H
#include "isa/arith.h"

#define VECTOR(T, n) typedef T T##x##n __attribute__((vector_size(sizeof(T) * (n))));
VECTOR(u8, 16)
VECTOR(s8, 16)
VECTOR(u16, 8)
VECTOR(s16, 8)
VECTOR(u32, 4)
VECTOR(s32, 4)
VECTOR(u64, 2)
VECTOR(s64, 2)
VECTOR(f32, 4)
VECTOR(f64, 2)
VECTOR(u8, 8)
VECTOR(s8, 8)
VECTOR(u16, 4)
VECTOR(s16, 4)
VECTOR(u32, 2)
VECTOR(s32, 2)
VECTOR(f32, 2)
#undef VECTOR

/* Bits of x where m is set, else of y. */
#define PICK(m, x, y) (((u8x16)(m) & (u8x16)(x)) | (~(u8x16)(m) & (u8x16)(y)))

/* A vector of n lanes of type T, lane k of which is the expression. */
#define LANES(T, n, ...)                                                                                               \
    ({                                                                                                                 \
        T v_;                                                                                                          \
        for (unsigned k = 0; k < (n); k++)                                                                             \
            v_[k] = (__VA_ARGS__);                                                                                     \
        v_;                                                                                                            \
    })
/* The sum over n lanes. */
#define SUM(n, ...)                                                                                                    \
    ({                                                                                                                 \
        u32 s_ = 0;                                                                                                    \
        for (unsigned k = 0; k < (n); k++)                                                                             \
            s_ += (__VA_ARGS__);                                                                                       \
        s_;                                                                                                            \
    })

/* Half of the lanes of x, each as wide as those of T. */
#define LOW8(x, T)  __builtin_convertvector(__builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7), T)
#define HIGH8(x, T) __builtin_convertvector(__builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15), T)
#define LOW4(x, T)  __builtin_convertvector(__builtin_shufflevector(x, x, 0, 1, 2, 3), T)
#define HIGH4(x, T) __builtin_convertvector(__builtin_shufflevector(x, x, 4, 5, 6, 7), T)
#define LOW2(x, T)  __builtin_convertvector(__builtin_shufflevector(x, x, 0, 1), T)
#define HIGH2(x, T) __builtin_convertvector(__builtin_shufflevector(x, x, 2, 3), T)

/* 8 bytes from memory as lanes of the half width, made wide. */
#define WIDEN(x, Th, T) __builtin_convertvector((Th)(x), T)

static inline s8 sat_s8(s32 x) {
    return (s8)(x < INT8_MIN ? INT8_MIN : x > INT8_MAX ? INT8_MAX : x);
}
static inline u8 sat_u8(s32 x) {
    return (u8)(x < 0 ? 0 : x > UINT8_MAX ? UINT8_MAX : x);
}
static inline s16 sat_s16(s32 x) {
    return (s16)(x < INT16_MIN ? INT16_MIN : x > INT16_MAX ? INT16_MAX : x);
}
static inline u16 sat_u16(s32 x) {
    return (u16)(x < 0 ? 0 : x > UINT16_MAX ? UINT16_MAX : x);
}

/* Lane k is byte lane[k] of x and y together; lanes are below 32. */
static inline u8x16 vec_shuffle(u8x16 x, u8x16 y, const u8 *lane) {
    u8 from[32];
    __builtin_memcpy(from, &x, 16);
    __builtin_memcpy(from + 16, &y, 16);
    return LANES(u8x16, 16, from[lane[k] & 31]);
}

/* Signed bytes by signed bytes, summed in pairs to 16 bits, which wrap. */
static inline s16x8 vec_dot8(s8x16 x, s8x16 y) {
    return LANES(s16x8, 8, (s16)(x[2 * k] * y[2 * k] + x[2 * k + 1] * y[2 * k + 1]));
}

/* The same, these summed in pairs to 32 bits, and z. */
static inline u32x4 vec_dot8_add(s8x16 x, s8x16 y, u32x4 z) {
    s16x8 d = vec_dot8(x, y);
    return LANES(u32x4, 4, (u32)(d[2 * k] + d[2 * k + 1]) + z[k]);
}

#endif
