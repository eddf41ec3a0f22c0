/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* thunks.h - the code that eBPF functions of an image share. It stands with them in one piece of code, so that calls of it are direct. */
#ifndef JIT_X86_64_THUNKS_H
#define JIT_X86_64_THUNKS_H
#include "engine/jit/image.h"
#include "engine/jit/x86_64/enc.h"

struct thunks {
    struct enc *c;
    bool fuel, vectors;
    u32 enter, first, trap, trapped, refuel, poor, leave, loop, access[ACCESS_KINDS]; /* labels */
};
void thunks_begin(struct thunks *t, struct enc *c, bool fuel, bool vectors); /* makes the labels */
void thunks_emit(struct thunks *t);
void thunks_place(const struct thunks *t, u64 base, struct jthunks *out); /* behind enc_finish() */

#endif
