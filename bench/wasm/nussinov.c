/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* nussinov.c - how many bases of a strand of 160 can pair up when it folds: dynamic programming over intervals,
 * a triangle of bytes and a triangle of integers, maxima.
 * bench: n=1 */
#include "bench.h"

enum { N = 160 };
static u8 base[N];
static s32 best[N][N];

static s32 max(s32 x, s32 y) {
    return x > y ? x : y;
}

static NOINLINE void fold(void) {
    for (s32 i = N - 1; i >= 0; i--)
        for (s32 j = i + 1; j < N; j++) {
            s32 m = best[i][j];
            m = max(m, best[i][j - 1]);
            if (i + 1 < N) {
                m = max(m, best[i + 1][j]);
                if (i < j - 1)
                    m = max(m, best[i + 1][j - 1] + (base[i] + base[j] == 3));
                else
                    m = max(m, best[i + 1][j - 1]);
            }
            for (s32 k = i + 1; k < j; k++)
                m = max(m, best[i][k] + best[k + 1][j]);
            best[i][j] = m;
        }
}

EXPORT u32 bench(u32 n) {
    u32 h = 0;
    u64 seed = 7;
    for (u32 r = 0; r < n; r++) {
        for (u32 i = 0; i < N; i++) {
            base[i] = next_random(&seed) & 3;
            for (u32 j = 0; j < N; j++)
                best[i][j] = 0;
        }
        fold();
        h = mix(h, (u32)best[0][N - 1]);
        for (u32 i = 0; i < N; i += 5)
            h = mix(h, (u32)best[i][N - 1]);
    }
    return h;
}
