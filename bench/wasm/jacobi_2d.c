/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* jacobi_2d.c - a stencil of five points over 130 x 130 doubles, back and forth between two arrays.
 * bench: n=8 */
#include "bench.h"

enum { N = 130 };
static f64 a[N][N], b[N][N];

static NOINLINE void step(f64 to[N][N], f64 from[N][N]) {
    for (u32 i = 1; i < N - 1; i++)
        for (u32 j = 1; j < N - 1; j++)
            to[i][j] = 0.2 * (from[i][j] + from[i][j - 1] + from[i][j + 1] + from[i + 1][j] + from[i - 1][j]);
}

EXPORT u32 bench(u32 n) {
    u32 h = 0;
    for (u32 i = 0; i < N; i++)
        for (u32 j = 0; j < N; j++) {
            a[i][j] = ((f64)i * (j + 2) + 2) / N;
            b[i][j] = ((f64)i * (j + 3) + 3) / N;
        }
    for (u32 r = 0; r < n; r++) {
        step(b, a);
        step(a, b);
    }
    for (u32 i = 0; i < N; i += 3)
        for (u32 j = 0; j < N; j++)
            h = mix_f64(h, a[i][j]);
    return h;
}
