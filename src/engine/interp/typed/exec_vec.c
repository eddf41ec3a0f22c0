/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* exec_vec.c - the handlers of 128-bit vectors, where each handler is a function (exec.c has them otherwise). */
#include "engine/interp/typed/exec.h"

#ifdef TAIL_CALLS

__attribute__((noinline, cold)) static void slow_trap(PARAMS) {
    ityped_trap(cx, pc, fuel);
    LEAVE
}

#define OP(name, ...)                                                                                                  \
    static void do_##name(PARAMS) {                                                                                    \
        __VA_ARGS__;                                                                                                   \
    }
#include "engine/interp/typed/vec.def"

const void *ityped_vec(u32 h) {
    const void *p = NULL;
    switch (h) {
#define OP(name, ...)                                                                                                  \
    case T_##name: p = (const void *)do_##name; __asm__("" : "+r"(p)); break;
#include "engine/interp/typed/vec.def"
    }
    return p;
}

#endif
