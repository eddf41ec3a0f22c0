/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* start.h - a run that ends before its first instruction, in any engine. */
#ifndef ABI_START_H
#define ABI_START_H
#include "abi/ctx.h"
#include <string.h>

static inline void trap_at_start(struct ctx *cx, u32 func, u32 trap) {
    cx->trap = trap;
    cx->trap_func = func;
    cx->trap_pc = 0;
    memset(cx->trap_regs, 0, sizeof cx->trap_regs);
    memcpy(cx->trap_regs + 1, cx->arg, sizeof cx->arg);
    if (cx->depth < COUNT(cx->shadow))
        cx->shadow[cx->depth] = SHADOW_END;
}

#endif
