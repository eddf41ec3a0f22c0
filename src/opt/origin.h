/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* origin.h - where the pointers of a function come from: guesses that every engine checks, and what is certain. */
#ifndef OPT_ORIGIN_H
#define OPT_ORIGIN_H
#include "abi/engine.h"
#include "base/arena.h"
#include "ir/live.h"

/* What a register holds: kind in bits 31..28, below it a signed number of 28 bits. */
enum origin {
    FROM_NOTHING, /* not reached yet */
    FROM_NUMBER,  /* some number */
    FROM_CONST,   /* this number */
    FROM_FRAME,   /* r10 plus this number: certain */
    FROM_REGION,  /* likely a pointer into this region */
    FROM_MAP,     /* likely the handle of this map */
    FROM_CTX,     /* likely the context */
    FROM_ANYWHERE,
};
#define ORIGIN(kind, n) ((u32)(kind) << 28 | ((u32)(n)&0xfffffff))
#define ORIGIN_KIND(v)  ((enum origin)((v) >> 28))
#define ORIGIN_NUM(v)   ((s32)((v) << 4) >> 4)

/* How an access is made. */
enum access { ACCESS_GUESS, ACCESS_FRAME, ACCESS_CTX, ACCESS_LIKELY };
struct place {
    u16 region; /* GUESS, LIKELY: where it is looked for first */
    u16 access; /* enum access; FRAME: base + off stands in off, proven inside the frame */
    s32 off;
};

struct origins {
    struct place *place;    /* of each instruction; set for accesses of host memory */
    u32 zero_off, zero_len; /* bytes to zero at entry: from r10 - zero_off on */
    bool escapes;           /* the frame's address goes where it cannot be followed */
};

/* r1 .. r5 as a host starts program g with them. */
void origins_at_start(const struct link_view *l, const struct prog *g, u32 args[5]);

/* livein: registers that each block reads. args: origins of r1 .. r5 at entry. note (may be NULL) is told of each call
 * of a function, helper (may be NULL) of each of a helper, NULL: there is none. */
struct origin_calls {
    void (*note)(void *arg, u32 func, const u32 args[5]);
    void *arg;
    void (*helper)(void *arg, u32 pc, const struct helper *h, const u32 args[5]);
};
int origins_of(struct origins *o, const struct link_view *l, const struct func *f, const struct cfg *g,
               const u64 *livein, const u32 args[5], const struct origin_calls *calls, struct arena *a,
               struct error *e);
u32 origin_join(u32 x, u32 y);
/* livein of what live_build found: one word for each block, of which bit 63 stands for all registers from there on. NULL: no memory. */
const u64 *origins_live(const struct live *l, const struct cfg *g, struct arena *a);

#endif
