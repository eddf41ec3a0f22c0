/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* gemm.c - C := C * beta + A * B * alpha, doubles, 72 x 80 x 88, the inner loop along rows.
 * bench: n=1 */
#include "bench.h"

enum { NI = 72, NJ = 80, NK = 88 };
static f64 a[NI][NK], b[NK][NJ], c[NI][NJ];

static NOINLINE void gemm(f64 alpha, f64 beta) {
    for (u32 i = 0; i < NI; i++) {
        for (u32 j = 0; j < NJ; j++)
            c[i][j] *= beta;
        for (u32 k = 0; k < NK; k++)
            for (u32 j = 0; j < NJ; j++)
                c[i][j] += alpha * a[i][k] * b[k][j];
    }
}

EXPORT u32 bench(u32 n) {
    u32 h = 0;
    for (u32 i = 0; i < NI; i++)
        for (u32 k = 0; k < NK; k++)
            a[i][k] = (f64)(i * (k + 1) % NK) / NK;
    for (u32 k = 0; k < NK; k++)
        for (u32 j = 0; j < NJ; j++)
            b[k][j] = (f64)(k * (j + 2) % NJ) / NJ;
    for (u32 i = 0; i < NI; i++)
        for (u32 j = 0; j < NJ; j++)
            c[i][j] = (f64)((i * j + 1) % NI) / NI;
    for (u32 r = 0; r < n; r++)
        gemm(1.5, 0.25);
    for (u32 i = 0; i < NI; i++)
        for (u32 j = 0; j < NJ; j++)
            h = mix_f64(h, c[i][j]);
    return h;
}
