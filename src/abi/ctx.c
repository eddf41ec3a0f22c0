/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ctx.c - how a run of memory becomes a row of ctx.region[].
 * The limits are made so that one unsigned compare answers for a size: an access of
 * 2^k bytes at offset o is good when o < limit[k], and limit[k] = len - 2^k + 1, or 0. */
#include "abi/ctx.h"
#include <string.h>

void region_set(struct region *g, const void *base, u64 len, bool writable) {
    if (!base)
        len = 0; /* no region begins at NULL: an empty one traps clearly */
    g->base = (u64)(uintptr_t)base;
    if (likely(len >= 8)) { /* each run sets rows: no loop for what nearly all are */
        g->read[0] = len;
        g->read[1] = len - 1;
        g->read[2] = len - 3;
        g->read[3] = len - 7;
    } else {
        for (int k = 0; k < 4; k++)
            g->read[k] = len >= (u64)1 << k ? len - ((u64)1 << k) + 1 : 0;
    }
    for (int k = 0; k < 4; k++)
        g->write[k] = writable ? g->read[k] : 0;
}
