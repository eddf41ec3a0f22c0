/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* linear.h - loops whose rounds are like numbers: what registers hold in each is a sum that grows by a constant. */
#ifndef LLVM_PLUGIN_LINEAR_H
#define LLVM_PLUGIN_LINEAR_H
#include "engine/llvm/plugin/ebpf.h"

enum { MOST_NEEDS = 64, MOST_TESTS = 4, MOST_SPOTS = 32, MOST_PLAIN = 32 };

/* plus, and times[r] times what register r holds when the round begins, modulo 1 << 64. That holds in a round where
 * needs do in it, and before did in all rounds before. */
struct linear {
    u64 times[NREG_EBPF], plus;
    u64 needs, before; /* bit k: linear_loop.need[k] is below 1 << 32 */
    u64 step;          /* from round to round */
    bool known;
};
/* The loop goes on while x stay y. */
struct linear_test {
    LLVMIntPredicate stay;
    bool wide;          /* 64 bits */
    struct linear x, y; /* y stays, x does not: it grows up to y or over it, or falls */
    s64 step;           /* of x */
    u32 block, after;   /* as of an access */
};
/* An access. after: bit k: it is made only where test[k] lets the loop go on. */
struct linear_spot {
    u32 pc, block, after; /* block: by place in the loop */
    struct linear at;
};
/* An instruction of 32 bits, or x << 32 >> 32, that loses nothing: its result is x, as 64 bits make it. */
struct linear_plain {
    u32 pc, block;
    u32 shift; /* where x << 32 is; else NO_SHIFT */
    struct linear x;
};
enum { NO_SHIFT = 0xffffffffu };
struct linear_loop {
    struct linear need[MOST_NEEDS];
    struct linear_test test[MOST_TESTS];
    struct linear_spot spot[MOST_SPOTS];
    struct linear_plain plain[MOST_PLAIN];
    u32 nneed, ntest, nspot, nplain;
    u64 cost; /* fuel of the longest way round */
};

static inline bool falls(u64 step) {
    return (s64)step < 0;
}
static inline u64 size_of_step(u64 step) {
    return falls(step) ? 0 - step : step;
}

#endif
