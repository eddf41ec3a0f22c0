/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* spectral_norm.c - the largest singular value of an endless matrix's n x n corner, by power iteration: conversions
 * from integers, divisions, a call in the inner loop.
 * bench: n=64 */
#include "bench.h"

enum { MOST = 256, ROUNDS = 4 };
static f64 u[MOST], v[MOST], t[MOST];

static f64 a(u32 i, u32 j) {
    return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1);
}

static NOINLINE void times(f64 *to, const f64 *from, u32 n) {
    for (u32 i = 0; i < n; i++) {
        f64 s = 0;
        for (u32 j = 0; j < n; j++)
            s += a(i, j) * from[j];
        to[i] = s;
    }
}

static NOINLINE void times_transposed(f64 *to, const f64 *from, u32 n) {
    for (u32 i = 0; i < n; i++) {
        f64 s = 0;
        for (u32 j = 0; j < n; j++)
            s += a(j, i) * from[j];
        to[i] = s;
    }
}

EXPORT u32 bench(u32 n) {
    f64 uv = 0, vv = 0;
    if (n > MOST)
        n = MOST;
    for (u32 i = 0; i < n; i++)
        u[i] = 1;
    for (u32 r = 0; r < ROUNDS; r++) {
        times(t, u, n);
        times_transposed(v, t, n);
        times(t, v, n);
        times_transposed(u, t, n);
    }
    for (u32 i = 0; i < n; i++) {
        uv += u[i] * v[i];
        vv += v[i] * v[i];
    }
    return mix_f64(0, __builtin_sqrt(uv / vv));
}
