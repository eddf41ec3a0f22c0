/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* switch.h - switches that a compiler has turned into compares, found again. */
#ifndef OPT_SWITCH_H
#define OPT_SWITCH_H
#include "ir/live.h"

/* lo <= value <= hi (unsigned) leads to instruction target, which starts a block. */
struct way {
    u64 lo, hi;
    u32 target;
    u32 charge;     /* fuel of the blocks that are passed on the way: without the target's own charge (cfg.h) */
    u32 nset;       /* registers that get constants on the way, and are read from the target on: */
    const u32 *set; /* the instructions that do that (mov64i, mov32i, const64), each of another register */
};

/* At the conditional jump root, register reg (its low half, where not wide) alone decides, by compares with constants
 * in this and in following blocks, how it goes on. The ways cover all values, in order.
 *
 * An engine that takes the place of root does what set says, jumps to the target and charges way.charge and what
 * entering the target costs. The compares stay as they are, and are always right to run instead: for values outside of
 * a table, and when the fuel does not suffice, so that it runs out where it would have. Every target may be entered so,
 * whether a branch leads there or not. */
struct recovered {
    u32 root;
    u16 reg;
    bool wide;
    u32 ncompare; /* conditional jumps, root among them */
    const struct way *way;
    u32 nway;
};

struct switches {
    struct recovered *of; /* by root */
    u32 n;
    u32 *at; /* of each block: that of its last instruction, index + 1; 0: none */
};

enum { SWITCH_MIN = 4 }; /* compares, and ways, below which it is none */

/* Memory comes from the arena. */
int switches_find(struct switches *s, const struct func *f, const struct cfg *g, const struct live *l, struct arena *a,
                  struct error *e);

/* A table of at most max entries, for values lo .. hi, that serves a run of ways best; at least a quarter of what
 * stands between the ends of that run is a way's end. Its size is a power of two where that fits: a compiler leaves the
 * last case to be what is left over. False: none is worth it. */
bool switch_table(const struct recovered *r, u32 max, u64 *lo, u64 *hi);

#endif
