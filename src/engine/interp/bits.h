/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bits.h - operands and results of isa.def's expressions as the 64 bits of a register, and each row as a
 * function of such bits (eval_NAME), for the handlers and their fusions. */
#ifndef ENGINE_INTERP_BITS_H
#define ENGINE_INTERP_BITS_H
#include "isa/arith.h"
#include "isa/isa.h"
#include <string.h>

static inline f64 bits_f64(u64 v) {
    f64 d;
    memcpy(&d, &v, 8);
    return d;
}
static inline f32 bits_f32(u64 v) {
    u32 w = (u32)v;
    f32 d;
    memcpy(&d, &w, 4);
    return d;
}
static inline u64 of_f64(f64 d) {
    u64 v;
    memcpy(&v, &d, 8);
    return v;
}
static inline u64 of_f32(f32 d) {
    u32 v;
    memcpy(&v, &d, 4);
    return v;
}
static inline u64 of_64(u64 v) {
    return v;
}
static inline u64 of_32(u64 v) {
    return (u32)v;
}

#define GET_u64(v) ((u64)(v))
#define GET_s64(v) ((s64)(v))
#define GET_u32(v) ((u32)(v))
#define GET_s32(v) ((s32)(v))
#define GET_s16(v) ((s16)(v))
#define GET_s8(v)  ((s8)(v))
#define GET_f64(v) bits_f64((u64)(v))
#define GET_f32(v) bits_f32((u64)(v))
/* a 32-bit result is zero-extended; a compare of floats gives an int */
#define RES(T, e) _Generic((e), f64 : of_f64, f32 : of_f32, default : sizeof(T) == 4 ? of_32 : of_64)(e)

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define LE16(x) ((u64)(u16)(x))
#define LE32(x) ((u64)(u32)(x))
#define LE64(x) ((u64)(x))
#define BE16(x) ((u64)__builtin_bswap16((u16)(x)))
#define BE32(x) ((u64)__builtin_bswap32((u32)(x)))
#define BE64(x) ((u64)__builtin_bswap64(x))
#else
#define LE16(x) ((u64)__builtin_bswap16((u16)(x)))
#define LE32(x) ((u64)__builtin_bswap32((u32)(x)))
#define LE64(x) ((u64)__builtin_bswap64(x))
#define BE16(x) ((u64)(u16)(x))
#define BE32(x) ((u64)(u32)(x))
#define BE64(x) ((u64)(x))
#endif

/* eval_NAME: the meaning of a row as a function of bits, for the fusions. Rows that trap are not fused. */
#define TRAP_IF(c, t) ((void)0)
#define BIN(name, code, off, sub, T, types, flags, ...)                                                                \
    __attribute__((unused)) static inline u64 eval_##name(u64 x_, u64 y_) {                                            \
        T x = GET_##T(x_);                                                                                             \
        T y = GET_##T(y_);                                                                                             \
        return RES(T, (__VA_ARGS__));                                                                                  \
    }
#define UN(name, code, off, imm, sub, Tx, Ta, types, flags, ...)                                                       \
    __attribute__((unused)) static inline u64 eval_##name(u64 x_) {                                                    \
        Tx x = GET_##Tx(x_);                                                                                           \
        return RES(Ta, ((Ta)(__VA_ARGS__)));                                                                           \
    }
#define JCC(name, code, sub, T, types, flags, ...)                                                                     \
    __attribute__((unused)) static inline bool eval_##name(u64 x_, u64 y_) {                                           \
        T x = GET_##T(x_);                                                                                             \
        T y = GET_##T(y_);                                                                                             \
        return __VA_ARGS__;                                                                                            \
    }
#include "isa/isa.def"
#undef TRAP_IF

/* guests choose addresses: any alignment, any type */
#define RAW(MT) struct raw_##MT
#define RAW_TYPE(MT)                                                                                                   \
    struct raw_##MT {                                                                                                  \
        MT v;                                                                                                          \
    } __attribute__((packed, may_alias));
/* clang-format off */
RAW_TYPE(u8) RAW_TYPE(u16) RAW_TYPE(u32) RAW_TYPE(u64) RAW_TYPE(s8) RAW_TYPE(s16) RAW_TYPE(s32)
/* clang-format on */
#define PEEK(MT, p)    (((const RAW(MT) *)(p))->v)
#define POKE(MT, p, x) (((RAW(MT) *)(p))->v = (x))

#endif
