/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* loop.h - loops that copy bytes, sum words or compare bytes. */
#ifndef ENGINE_JIT_LOOP_H
#define ENGINE_JIT_LOOP_H
#include "engine/jit/image.h"
#include "engine/jit/jit.h"

/* Or, of one that compares: it ends where the bytes at from and to differ. Registers by number; NO_REG: none. A round:
 * to[0] + to[1] + to_off := from[0] + from[1] + from_off, or acc += that; index += size; until index is bound. */
struct jit_loop {
    u8 copies, compares, wide, size, index, acc, bound_reg;
    u8 from[2], to[2];
    s32 bound, from_off, to_off;
    u32 from_region, to_region;
    u32 charge; /* fuel of a round */
    u64 (*sum)(const u8 *p, u64 n); /* of n words of that size, as the machine does it best; NULL: as C does */
};
enum { LOOP_LEAST = 16 }; /* rounds that are worth the call */

bool jit_find_loop(const struct unit *u, u32 b, struct jit_loop *d); /* block b is one that copies or sums */
/* Block b, no more than a jump, ends a loop that compares: between its rounds, where the next is not paid for yet. */
bool jit_find_compare(const struct unit *u, u32 b, struct jit_loop *d);
void jit_loop(struct ctx *cx, const struct jit_loop *d); /* r0 .. r10 in cx->trap_regs, in and out */

#endif
