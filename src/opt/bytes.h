/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bytes.h - wide values that a program loads or stores piece by piece, found again. */
#ifndef OPT_BYTES_H
#define OPT_BYTES_H
#include "ir/live.h"

/* One access of size bytes (2, 4 or 8) at register base + off, of host memory, which instructions of one block do in pieces:
 *
 *   a load   last is its root: the root's register a gets the value, zero-extended, and its operands are not read
 *   a store  its pieces, first .. last, store parts of what register value holds in front of first */
struct joined {
    u32 first, last;   /* first: the first piece */
    u16 base, value;
    s32 off;
    u8 size;
    bool store;
    bool swap;         /* the value's bytes stand in memory in the order that the machine's is not */
    bool base_stays;   /* base is not written from the span's first instruction on, until last (which may write it) */
    u32 npiece;        /* accesses that it takes the place of */
    const u32 *die;    /* in order: pieces, and what only made or moved parts; a root is not among them */
    u32 ndie;
};

/* Accesses that overlap are taken together: n loads, or one store. From first to last nothing else is stored, called or jumped
 * to or from, nothing else can trap but loads (which are done where they stand), and of a store nothing loads.
 *
 * An engine checks the ranges of all in front of first, where the base of each holds what off counts from. If they are good no
 * piece can trap: a wide access takes the place of each, a store at first, a load anywhere from there until its root, and what dies is
 * left out. If not, the original instructions run, first .. last, so that what fails fails where it would have.
 * Charges of blocks stay as they are. Not for engines that must show in ctx.trap_regs what nothing reads
 * (link_view.exact_regs). */
struct span {
    u32 first, last;
    const struct joined *of;
    u32 n;
};

struct bytes {
    struct span *span;   /* in order; none overlap */
    u32 nspan;
    struct joined *of;   /* all, in the order of spans */
    u32 n;
    u32 *at;             /* of each instruction: the span that it is the first of, index + 1; 0: none */
};

/* Memory comes from the arena. */
int bytes_find(struct bytes *y, const struct func *f, const struct cfg *g, const struct live *l, struct arena *a,
               struct error *e);

#endif
