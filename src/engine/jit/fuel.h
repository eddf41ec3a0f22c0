/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuel.h - where code pays for the instructions that it runs. */
#ifndef ENGINE_JIT_FUEL_H
#define ENGINE_JIT_FUEL_H
#include "engine/jit/checks.h"
#include "engine/jit/image.h"

/* eBPF functions count fuel less this: where the count is not below 0, so many instructions may go unpaid. */
enum { FUEL_KEPT = 512 };

/* Of a block. Who enters a head pays `paid` and looks whether the count is below 0; who enters another pays `top`, which may be below 0,
 * and does not look. */
struct fuel {
    u32 region; /* its head, + 1 */
    u32 own;  /* its instructions; cfg.charge counts those of blocks that it runs on into as well */
    s32 paid; /* from the head on up to this block's begin, less what the instructions in front of it cost */
    s32 top;
    u32 cost; /* of the costliest way from its head to it */
    u32 blocks; /* of a head: in its region */
    u8 edges;  /* that lead to it: 0, 1, 2 or more than that */
    bool loop; /* a loop begins with it */
    bool head, alone; /* alone: no other block is paid for with it */
    bool odd;  /* does what steps cannot (poor.c), or what asks for the fuel: all around it are heads */
    bool skip; /* its jump leads over a lone ja: it takes that one's way itself, by the opposite condition */
};

/* Fills of[], for each block of a unit. check: as planned, or NULL; landing: blocks that are entered by ways of switches. False: out of memory. */
bool jit_plan_fuel(const struct unit *u, const struct check *check, const bool *landing, struct fuel *of);
/* What is to be paid on the edge from block a to s. */
s32 jit_fuel_edge(const struct unit *u, const struct fuel *of, u32 a, u32 s);
/* The jump of block a leads over a + 1, which is no more than a jump, to the block behind that. */
bool jit_leads_over(const struct unit *u, const bool *landing, u32 a);
bool jit_runs_on(const struct unit *u, u32 a); /* block a goes on into the next without a branch */

/* loops.c. */
struct loops {
    u32 *order; /* of each block in the graph's order, + 1; 0: not reachable */
    u32 *in;    /* 1 + the block that the innermost loop around b begins with; of such a block, the loop around that. NULL: there are none */
};
bool jit_find_loops(const struct unit *u, struct fuel *of, struct loops *l); /* fills of[].loop; false: out of memory */
u32 jit_loop_of(const struct loops *l, const struct fuel *of, u32 b);       /* 1 + the begin of the innermost one that b is in, 0: none */
/* bounded.c: jit_plan_fuel() where nobody looks. No block is a head then, and region is the innermost loop's begin, + 1. */
bool jit_spread_fuel(const struct unit *u, const struct check *check, const bool *landing, const struct loops *l,
                     struct fuel *of);

/* counted.c: a loop of one region, entered from the block above alone and left from its last test alone, that does not stop in
 * between: where it is known on entry how many rounds it makes, all are paid for then. Rounds: (bound - index) >> log. */
struct counted {
    u8 index, log;
    u8 limit; /* register that is the bound, or NO_REG */
    bool wide; /* it is compared in all of 64 bits */
    s32 bound;
    u32 most; /* that a round may cost */
};
bool jit_find_counted(const struct unit *u, const struct check *check, const bool *landing, const struct fuel *of, u32 h,
                      struct counted *c);
enum { MOST_PAID = 60000 }; /* at once: an interrupt is not seen meanwhile */

/* What the steps of a function are, by block. */
struct jit_step {
    u32 pc;     /* where it begins */
    u32 charge; /* cfg.charge */
    s32 paid;   /* of a head, else 0 */
    u32 entry;  /* of a head: its index in the table of ways back to the code, which has three for each; */
    struct counted counted; /* of a head whose loop is paid for at once: bound is not 0 */
};
struct jit_steps {
    const struct link_view *l;
    const struct func *f;
    u32 func, end; /* end: entry of the way back that ends the function */
    const struct jit_step *of; u32 n; /* of each block that is reached, ascending */
};
enum { WAY_ENTER, WAY_ON, WAY_PAID, WAYS }; /* nothing is paid; what the block above runs on with; all */

/* poor.c. at: instruction << 1 | whether the block above has run on into it. Runs from there to the next head, or gets more fuel. Registers
 * are in cx->trap_regs, in and out. v: the way back. */
struct jit_value jit_poor(struct ctx *cx, const struct jit_steps *s, u32 at, const void *code, const u64 *sp);
/* run.c: cx->trap is set; the place is instruction pc, or what code says (SPOT_NONE). */
const struct jrun *jit_note(struct ctx *cx, const void *code, const u64 *sp, u32 pc);
bool jit_read(struct ctx *cx, u64 addr, u32 row, u64 *v);       /* row: from ldx8 on */
bool jit_write(struct ctx *cx, u64 addr, u32 log, u64 v);
/* The count becomes FUEL_KEPT at least, or 0 where there is no more; false: cx->trap is set. */
bool jit_keep_fuel(struct ctx *cx);

#endif
