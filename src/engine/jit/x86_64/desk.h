/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* desk.h - memory to compile in, used again for the next function and the next program of the runtime. */
#ifndef JIT_X86_64_DESK_H
#define JIT_X86_64_DESK_H
#include "engine/jit/x86_64/emit.h"

struct desk {
    struct enc c;
    struct arena a;
    struct spot *spot;
    struct stub *stub;
    struct caught *caught;
    u32 cspot, cstub, ccaught;
};

struct desk *desk_take(struct jimage *im);     /* empty, for code of that image; NULL: out of memory. Any thread */
void desk_use(struct desk *d, struct emit *e); /* e works with its memory, */
void desk_give(struct jimage *im, struct desk *d, const struct emit *e); /* until it goes back with what has grown */

#endif
