/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* live.h - which registers are read later, at the end of each block.
 *
 * A set is nword words, bit r % 64 of word r / 64. Where a function is too large for sets
 * of all registers at all blocks, or does not settle within a bounded number of steps,
 * exact is false and every register counts as live: always a safe answer.
 *
 * Registers are 0 at entry and behind calls through windows (isa.def): an engine need only clear those that are live
 * there, which in code from a front end are declared locals at most. */
#ifndef IR_LIVE_H
#define IR_LIVE_H
#include "ir/cfg.h"

struct live {
    u64 *in, *out; /* nword words a block; unreachable blocks: nothing is live */
    u64 *all;      /* the answer where not exact */
    u32 nword;
    bool exact;
    const struct func *f;
    const struct cfg *c;
};

/* Memory comes from the arena. */
int live_build(struct live *l, const struct func *f, const struct cfg *c, struct arena *a, struct error *e);
/* The set at the end of block b: a copy is the start of a walk backwards with live_step. */
const u64 *live_out(const struct live *l, u32 b);
const u64 *live_in(const struct live *l, u32 b);
/* From what is live behind instruction pc to what is live in front of it. Where it may throw, what the handler reads
 * is live behind it as well, less the register that gets the exception. */
void live_step(const struct live *l, u64 *set, u32 pc);
static inline bool live_has(const u64 *set, u16 reg) {
    return set[reg / 64] >> reg % 64 & 1;
}

#endif
