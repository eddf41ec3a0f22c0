/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mandelbrot.c - the set on n x n points, 50 steps at most: six operations on doubles and a compare, in registers.
 * bench: n=96 */
#include "bench.h"

static NOINLINE u32 steps(f64 cr, f64 ci) {
    f64 zr = 0, zi = 0, r2 = 0, i2 = 0;
    u32 k = 0;
    for (; k < 50 && r2 + i2 <= 4; k++) {
        zi = 2 * zr * zi + ci;
        zr = r2 - i2 + cr;
        r2 = zr * zr;
        i2 = zi * zi;
    }
    return k;
}

EXPORT u32 bench(u32 n) {
    u32 h = 0;
    for (u32 y = 0; y < n; y++)
        for (u32 x = 0; x < n; x++)
            h = mix(h, steps(2.0 * x / n - 1.5, 2.0 * y / n - 1));
    return h;
}
