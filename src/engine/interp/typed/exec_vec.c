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

const void *const ityped_vec[T_COUNT - T_VEC] = {
#define OP(name, ...) [T_##name - T_VEC] = (const void *)do_##name,
#include "engine/interp/typed/vec.def"
};

#endif
