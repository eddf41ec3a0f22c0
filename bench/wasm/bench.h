/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bench.h - one source, two builds, neither with a libc.
 * for WebAssembly:  clang --target=wasm32 -O2 -nostdlib -Wl,--no-entry       what engines run
 * for this machine: clang -O2 -fPIC -shared                                  what they are held against
 * A program exports u32 bench(u32 n): n rounds or a size, a result in which all of the work shows, and no
 * state that one run leaves to the next. */
#ifndef BENCH_H
#define BENCH_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;
typedef float f32;
typedef double f64;

#define NOINLINE __attribute__((noinline))

#ifdef __wasm__
#define EXPORT __attribute__((export_name("bench")))

typedef __SIZE_TYPE__ size_t;

/* What clang puts in place of loops and assignments of structures. */
__attribute__((no_builtin("memcpy", "memset", "memmove"))) void *memcpy(void *to, const void *from, size_t n) {
    u8 *t = to;
    const u8 *f = from;
    for (; n >= 8; n -= 8, t += 8, f += 8)
        *(u64 *)(void *)t = *(const u64 *)(const void *)f;
    for (; n; n--)
        *t++ = *f++;
    return to;
}
__attribute__((no_builtin("memcpy", "memset", "memmove"))) void *memset(void *to, int c, size_t n) {
    u8 *t = to;
    u64 v = (u8)c * 0x0101010101010101ull;
    for (; n >= 8; n -= 8, t += 8)
        *(u64 *)(void *)t = v;
    for (; n; n--)
        *t++ = (u8)c;
    return to;
}
#else
#include <string.h>
#define EXPORT __attribute__((visibility("default")))
#endif

/* splitmix64: where a program's data comes from. */
static inline u64 next_random(u64 *seed) {
    u64 z = *seed += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static inline u32 mix(u32 h, u32 v) {
    h ^= v;
    h *= 0x9e3779b1u;
    return h ^ h >> 15;
}

/* A result of floating-point work: its bits, folded. */
static inline u32 mix_f64(u32 h, f64 v) {
    union {
        f64 f;
        u64 u;
    } x = {v};
    return mix(mix(h, (u32)x.u), (u32)(x.u >> 32));
}

#endif
