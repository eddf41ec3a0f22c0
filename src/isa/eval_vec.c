/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* eval_vec.c - evaluation of vector rows, straight from the expressions of simd.def. */
#include "isa/isa.h"
#include "isa/vec.h"
#include <string.h>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wpsabi" /* vectors passed by value: only within this file */
#endif

#define ARGS       const u8 *px, const u8 *py, const u8 *pz, u32 lane, u8 *out
#define GET(T, v)  T v; memcpy(&v, p##v, sizeof v)
#define UNUSED     (void)px, (void)py, (void)pz, (void)lane
/* clang-format off */
#define RESULT(...)                                                                                                    \
    do {                                                                                                               \
        u8x16 r_ = (u8x16)(__VA_ARGS__);                                                                               \
        memcpy(out, &r_, sizeof r_);                                                                                   \
    } while (0)
#define SCALAR(v)                                                                                                      \
    do {                                                                                                               \
        u64 r_ = (v);                                                                                                  \
        memset(out, 0, 16);                                                                                            \
        memcpy(out, &r_, sizeof r_);                                                                                   \
    } while (0)
#define VUN(name, sub, T, ...) static void eval_##name(ARGS) { GET(T, x); UNUSED; RESULT(__VA_ARGS__); }
#define VBIN(name, sub, T, ...) static void eval_##name(ARGS) { GET(T, x); GET(T, y); UNUSED; RESULT(__VA_ARGS__); }
#define VSH(name, sub, T, ...) static void eval_##name(ARGS) { GET(T, x); GET(u32, y); UNUSED; RESULT(__VA_ARGS__); }
#define VTER(name, sub, T, ...)                                                                                        \
    static void eval_##name(ARGS) { GET(T, x); GET(T, y); GET(T, z); UNUSED; RESULT(__VA_ARGS__); }
#define VTEST(name, sub, T, ...) static void eval_##name(ARGS) { GET(T, x); UNUSED; SCALAR((u32)(__VA_ARGS__)); }
#define VSPLAT(name, sub, type, Tx, T) static void eval_##name(ARGS) { GET(Tx, x); UNUSED; RESULT((T){0} + x); }
#define VEXTRACT(name, sub, type, Ta, T)                                                                               \
    static void eval_##name(ARGS) { GET(T, x); UNUSED; SCALAR((Ta)x[lane % (16 / sizeof x[0])]); }
#define VREPLACE(name, sub, type, Ty, T)                                                                               \
    static void eval_##name(ARGS) { GET(T, x); GET(Ty, y); UNUSED; x[lane % (16 / sizeof x[0])] = y; RESULT(x); }
#include "isa/isa.def"

bool isa_eval_vec(u16 op, const u8 x[16], const u8 y[16], const u8 z[16], u32 lane, u8 out[16]) {
    switch (op) {
#define ROW(name) case OP_##name: eval_##name(x, y, z, lane, out); return true;
#define VUN(name, ...) ROW(name)
#define VBIN(name, ...) ROW(name)
#define VSH(name, ...) ROW(name)
#define VTER(name, ...) ROW(name)
#define VTEST(name, ...) ROW(name)
#define VSPLAT(name, ...) ROW(name)
#define VEXTRACT(name, ...) ROW(name)
#define VREPLACE(name, ...) ROW(name)
#include "isa/isa.def"
    }
    return false;
}
/* clang-format on */
