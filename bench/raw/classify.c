/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* classify.c - 4 small headers by a tree of compares: forward branches that are hard to predict. No more of them: the
 * validator of librte_bpf walks every path, and these have 30,000. */
/* bench: input=32 seed=7 */
#include "bench.h"

static ALWAYS_INLINE u64 class_of(const u8 *h) {
    if (h[0] < 64) {
        if (h[1] & 1)
            return h[2] == 6 ? 1 : h[2] > 128 ? 2 : 3;
        return h[3] < h[4] ? 4 : 5;
    }
    if (h[0] < 160)
        return h[5] & 4 ? 6 + (h[6] & 3) : 10;
    return h[7] > h[1] ? 11 : h[7] == 0 ? 12 : 13;
}

ENTRY u64 classify(const u8 *p) {
    u64 sum = 0;
    UNROLL for (int i = 0; i < 4; i++) sum = sum * 31 + class_of(p + 8 * i);
    return sum;
}
