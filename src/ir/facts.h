/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* facts.h - what is proven of a function's instructions before it runs.
 *
 * The checker makes facts, of a linked program and one program type; passes keep or drop them, never invent one, and
 * no file brings any. An engine that ignores them is slower and right. */
#ifndef IR_FACTS_H
#define IR_FACTS_H
#include "base/types.h"

enum {
    FACT_SEEN = 1,    /* the checker came here; the other bits count */
    FACT_SAFE = 2,    /* this access of host memory stays inside the region that it points into, and may be done: no check */
    FACT_CTX = 4,     /* the base of this access is the context, whose field at off is read or written whole and as allowed */
    FACT_NONZERO = 8, /* the divisor is not 0 */
    FACT_DEAD = 16,   /* never executed */
};
struct fact {
    u8 bits;
    u8 pad;
    u16 region; /* SAFE: the row of ctx.region[] where that is known, else NO_REGION */
    s32 off;    /* CTX, and SAFE in the frame: base + offset of the instruction, from the context or from r10 */
};
enum { NO_REGION = 0xffff };

struct ctxtype;
struct func_facts {
    const struct fact *of;     /* one for each instruction of the function; NULL: nothing is known */
    const struct ctxtype *ctx; /* the type of all contexts that come here; NULL: not known */
};

#endif
