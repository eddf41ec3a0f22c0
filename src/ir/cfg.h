/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cfg.h - basic blocks of a function, and what each entry of a block costs. */
#ifndef IR_CFG_H
#define IR_CFG_H
#include "ir/module.h"

struct block {
    u32 start, end;    /* instructions start .. end - 1 */
    u32 succ[2];       /* block indices; NBLOCK: none. [0] falls through, [1] is the jump */
    u32 ntab;          /* ends with brtab: the successors are succ[0] .. succ[0] + ntab - 1, each a ja; else 0 */
    u32 handler;       /* where an exception that one of its instructions may raise goes on; NBLOCK: out of f */
    u32 charge;        /* fuel on entry from a jump: the instructions (pads do not count) of this
                          block and of those that it falls into without a branch at its end */
    bool reachable;
    bool jumped_to;    /* by a branch, a jump table, or as the entry */
};
enum { NBLOCK = 0xffffffffu };

struct cfg {
    struct block *blk; u32 nblk;
    u32 *of;           /* block of each instruction */
    u32 *rpo; u32 nrpo;/* reachable blocks in reverse post order */
};

/* All edges out of a block, those of exceptions too: block_succ(b, 0 .. block_nsucc(b) - 1), where NBLOCK is none. */
static inline u32 block_nsucc(const struct block *b) { return 3 + b->ntab; }
static inline u32 block_succ(const struct block *b, u32 k) {
    switch (k) {
    case 0: return b->handler;
    case 1: return b->succ[1];
    case 2: return b->ntab ? NBLOCK : b->succ[0];
    default: return b->succ[0] + k - 3;
    }
}

/* Memory comes from the arena; the function must have been validated. Calls do not end a
 * block. may_goto and conditional jumps do. Entries of jump tables, handlers and the ranges
 * of handlers start blocks. */
int cfg_build(struct cfg *c, const struct func *f, struct arena *a, struct error *e);

#endif
