/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* count.h - bits counted by adding ever wider fields. */
#ifndef ENGINE_JIT_COUNT_H
#define ENGINE_JIT_COUNT_H
#include "engine/jit/checks.h"

/* Register a of instruction root gets the number of bits that are 1 in register from (its lower half, where not wide). */
struct count {
    u32 root;
    u16 from;
    bool wide;
};

/* Of a unit that is `fixed`, behind jit_plan_rotates(): sets check.count, and `gone` of what only led there; *of grows in the unit's
 * arena. False: out of memory. */
bool jit_plan_counts(const struct unit *u, struct check *check, struct count **of);

#endif
