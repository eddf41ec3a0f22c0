/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* moves.c - moves that happen at once, as a sequence: what is no other's source goes first; what is left are cycles,
 * which a spare place opens. */
#include "engine/jit/jit.h"

enum { DONE = 0xffff };

u32 jit_order_moves(struct move *m, u32 n, const u16 spare[3], struct move *out) {
    u32 left = 0, done = 0;
    for (u32 k = 0; k < n; k++)
        if (m[k].to != m[k].from)
            m[left++] = m[k];
    n = left;
    while (left) {
        bool moved = false;
        for (u32 k = 0; k < n; k++) {
            bool read = false;
            if (m[k].to == DONE)
                continue;
            for (u32 j = 0; j < n && !read; j++)
                read = j != k && m[j].to != DONE && m[j].from == m[k].to;
            if (read)
                continue;
            out[done++] = m[k];
            m[k].to = DONE;
            left--;
            moved = true;
        }
        if (moved)
            continue;
        for (u32 k = 0; k < n; k++) /* cycles alone: the place that one of them reads is put by */
            if (m[k].to != DONE) {
                u16 by = m[k].from;
                out[done++] = (struct move){spare[m[k].cls], by, m[k].cls, m[k].tag};
                for (u32 j = 0; j < n; j++)
                    if (m[j].to != DONE && m[j].from == by)
                        m[j].from = spare[m[k].cls];
                break;
            }
    }
    return done;
}
