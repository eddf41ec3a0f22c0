/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* address.h - addresses that are made for an access alone: the access makes them itself. */
#ifndef ENGINE_JIT_ADDRESS_H
#define ENGINE_JIT_ADDRESS_H
#include "engine/jit/checks.h"

/* What the register holds that an access names as its base: base + (index << scale) + disp. Registers; index: NO_VALUE is none. */
struct address {
    u16 base, index;
    u8 scale;
    s32 disp;
};

/* Of a unit that is `fixed`, behind all others that mark check[]: sets check.address, and `gone` of what made the addresses; *of is made in
 * the unit's arena. False: out of memory. */
bool jit_plan_addresses(const struct unit *u, struct check *check, struct address **of);

#endif
