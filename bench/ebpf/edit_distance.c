/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* edit_distance.c - Levenshtein distance of 48 by 32 letters, one row on the stack: minimum of three,
 * branches either way. */
/* bench: input=80 seed=32 runs_hint=5000 */
#include "bench.h"

enum { A = 48, B = 32 };

SEC("xdp")
int edit_distance(struct xdp_md *ctx) {
    PACKET(ctx, p, A + B);
    u8 row[B + 1];

    for (u32 j = 0; j <= B; j++)
        row[j] = j;
    for (u32 i = 0; i < A; i++) {
        u8 diag = row[0];
        row[0] = i + 1;
        for (u32 j = 0; j < B; j++) {
            u8 best = diag + ((p[i] & 3) != (p[A + j] & 3));
            diag = row[j + 1];
            if (diag + 1 < best)
                best = diag + 1;
            if (row[j] + 1 < best)
                best = row[j] + 1;
            row[j + 1] = best;
        }
    }
    return row[B] ^ row[B / 2] << 8 ^ row[1] << 16;
}
LICENSED
