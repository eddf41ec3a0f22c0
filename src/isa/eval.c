/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* eval.c - constant evaluation, straight from the expressions of isa.def.
 * Bits come in and bits go out; an I result is zero-extended, as registers hold it. */
#include "isa/arith.h"
#include "isa/isa.h"
#include <string.h>


/* From the bits of a register to the type that a row reads. */
/* clang-format off */
#define AS_INT(T) static inline T as_##T(u64 v) { return (T)v; }
AS_INT(u32) AS_INT(u64) AS_INT(s8) AS_INT(s16) AS_INT(s32) AS_INT(s64)
    /* clang-format on */
    static inline f32 as_f32(u64 v) {
    u32 w = (u32)v;
    f32 f;
    memcpy(&f, &w, sizeof f);
    return f;
}
static inline f64 as_f64(u64 v) {
    f64 f;
    memcpy(&f, &v, sizeof f);
    return f;
}

/* And back. */
static inline u64 int_bits(u64 v) {
    return v;
}
static inline u64 f32_bits(f32 f) {
    u32 w;
    memcpy(&w, &f, sizeof w);
    return w;
}
static inline u64 f64_bits(f64 f) {
    u64 v;
    memcpy(&v, &f, sizeof v);
    return v;
}
#define BITS(v)      _Generic((v), f32 : f32_bits, f64 : f64_bits, default : int_bits)(v)
#define RESULT(t, v) ((t) == 'I' ? (u32)BITS(v) : BITS(v))

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define LE16(x) ((u16)(x))
#define LE32(x) ((u32)(x))
#define LE64(x) (x)
#define BE16(x) __builtin_bswap16((u16)(x))
#define BE32(x) __builtin_bswap32((u32)(x))
#define BE64(x) __builtin_bswap64(x)
#else
#define LE16(x) __builtin_bswap16((u16)(x))
#define LE32(x) __builtin_bswap32((u32)(x))
#define LE64(x) __builtin_bswap64(x)
#define BE16(x) ((u16)(x))
#define BE32(x) ((u32)(x))
#define BE64(x) (x)
#endif
#define TRAP_IF(cond, trap)                                                                                            \
    ({                                                                                                                 \
        if (cond)                                                                                                      \
            return false;                                                                                              \
    })

/* clang-format off */
/* One function a row: the compilers fold it to a few instructions. */
#define BIN(name, code, off, sub, T, types, flags, ...)                                                                \
    static bool eval_##name(u64 p, u64 q, u64 *out) {                                                                  \
        T x = as_##T(p), y = as_##T(q);                                                                                \
        *out = RESULT(types[0], (__VA_ARGS__));                                                                        \
        return true;                                                                                                   \
    }
#define UN(name, code, off, imm, sub, Tx, Ta, types, flags, ...)                                                       \
    static bool eval_##name(u64 p, u64 q, u64 *out) {                                                                  \
        Tx x = as_##Tx(p);                                                                                             \
        (void)q;                                                                                                       \
        *out = RESULT(types[0], (Ta)(__VA_ARGS__));                                                                    \
        return true;                                                                                                   \
    }
#define JCC(name, code, sub, T, types, flags, ...)                                                                     \
    static bool eval_##name(u64 p, u64 q, u64 *out) {                                                                  \
        T x = as_##T(p), y = as_##T(q);                                                                                \
        *out = (__VA_ARGS__);                                                                                          \
        return true;                                                                                                   \
    }
#include "isa/isa.def"

/* clang-format on */

bool isa_eval(u16 op, u64 x, u64 y, u64 *out) {
    switch (op) {
#define BIN(name, ...)                                                                                                 \
    case OP_##name:                                                                                                    \
    case OP_##name##i: return eval_##name(x, y, out);
#define UN(name, ...)                                                                                                  \
    case OP_##name: return eval_##name(x, y, out);
#define JCC(name, ...)                                                                                                 \
    case OP_##name:                                                                                                    \
    case OP_##name##i: return eval_##name(x, y, out);
#include "isa/isa.def"
    }
    return false;
}
