/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* floyd_warshall.c - shortest paths between all pairs of 96 nodes: integers, additions and a minimum.
 * bench: n=1 */
#include "bench.h"

enum { N = 96 };
static s32 path[N][N];

static NOINLINE void paths(void) {
    for (u32 k = 0; k < N; k++)
        for (u32 i = 0; i < N; i++)
            for (u32 j = 0; j < N; j++) {
                s32 through = path[i][k] + path[k][j];
                path[i][j] = path[i][j] < through ? path[i][j] : through;
            }
}

EXPORT u32 bench(u32 n) {
    u32 h = 0;
    for (u32 r = 0; r < n; r++) {
        for (u32 i = 0; i < N; i++)
            for (u32 j = 0; j < N; j++)
                path[i][j] =
                    (i + j + r) % 13 == 0 || (i + j) % 7 == 0 || (i + j) % 11 == 0 ? 999 : (s32)(i * j % 7 + 1);
        paths();
        for (u32 i = 0; i < N; i++)
            for (u32 j = 0; j < N; j++)
                h = mix(h, (u32)path[i][j]);
    }
    return h;
}
