/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* facts.h - what is proven of a function's instructions before it runs.
 *
 * The checker makes facts, of a linked program and one program type; passes keep or drop them, never invent one, and
 * no file brings any. An engine that ignores them is slower and right. Fuel is charged for the code as it stands, whatever is
 * known of it. */
#ifndef IR_FACTS_H
#define IR_FACTS_H
#include "base/types.h"

enum {
    FACT_SEEN = 1,        /* the checker came here; the other bits count */
    FACT_SAFE = 2,        /* this access of host memory stays inside the region that it points into, and may be done: no check */
    FACT_CTX = 4,         /* the base of this access is the context, whose field at off is read or written whole and as allowed */
    FACT_NONZERO = 8,     /* the divisor is not 0 */
    FACT_DEAD = 16,       /* never executed */
    FACT_TAKEN = 32,      /* this conditional jump always goes to its target */
    FACT_NOT_TAKEN = 64,  /* never */
    FACT_SAME = 128,      /* the result is the operand b, in all 64 bits: a copy, nothing where a is b */
    FACT_LOW = 256,       /* the operand b is a number below 2^32 */
    FACT_UNSIGNED = 512,  /* what is computed or compared is not negative, as wide as the operation looks at it: its signed
                             and its unsigned form are one */
    FACT_STACK = 1024,    /* with SAFE: it is in a frame of the run, at a place that need not be known */
};
struct fact {
    u16 bits;
    u16 region; /* SAFE: the row of ctx.region[] where that is known, else NO_REGION */
    s32 off;    /* CTX, and SAFE in the frame: base + offset of the instruction, from the context or from r10 */
};
enum { NO_REGION = 0xffff };

/* What register reg holds behind instruction pc, a number from min to max, both included, as an unsigned one of 64 bits. There are
 * rows where that says more than the operation does by itself. What follows from them stands in the code that engines get
 * (opt/proven.c), which look at that alone. */
struct fact_range {
    u32 pc;
    u8 reg;
    u64 min, max;
};

struct ctxtype;
struct func_facts {
    const struct fact *of;          /* one for each instruction of the function; NULL: nothing is known, nothing below either */
    const struct fact_range *range; /* in rising order of pc */
    u32 nrange;
    const struct ctxtype *ctx; /* the type of all contexts that come here; NULL: not known */
    bool bounded;              /* every run that comes here was entered with all the fuel that it can take: code counts, and need not look */
};

#endif
