/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rotate.h - rotates that a program does by two shifts, found again. */
#ifndef OPT_ROTATE_H
#define OPT_ROTATE_H
#include "ir/live.h"

/* One rotate, by instructions of one block: root's register a gets register from, turned left by n bits of 32 (zero
 * above) or 64. Root's operands are not read then, but from, as it is in front of root once what dies is left out.
 *
 * From first to root stand only instructions that compute, and loads and stores: nothing is called, and no division.
 * What dies is dead wherever the block runs: an engine that takes a rotate takes it in each copy of the block that it
 * makes. Charges of blocks stay as they are. Not for engines that must show in ctx.trap_regs what nothing reads
 * (link_view.exact_regs). */
struct rotate {
    u32 first, root; /* first: the first that dies, or that reads what is turned */
    u16 from;
    u8 n;
    bool wide;      /* of 64 bits */
    u32 def;        /* the instruction that wrote what is turned to register from, + 1; 0: the block began with it */
    const u32 *die; /* in order: shifts and moves that nobody else reads; root is not among them */
    u32 ndie;
};

struct rotates {
    struct rotate *of; /* by root, ascending within a block */
    u32 n;
};

/* Memory comes from the arena. */
int rotates_find(struct rotates *t, const struct func *f, const struct cfg *g, const struct live *l, struct arena *a,
                 struct error *e);

#endif
