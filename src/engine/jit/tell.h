/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tell.h - tools are told of the compiler's code (engine/tell). */
#ifndef ENGINE_JIT_TELL_H
#define ENGINE_JIT_TELL_H
#include "engine/jit/gdb.h"
#include "engine/tell/tell.h"

/* Functions whose code is in place, in one piece of code or alone; called with the image's lock where threads may meet. */
void jit_tell(struct jimage *im, const struct jbody *b, u32 n);
void jit_tell_thunk(struct jimage *im, const u8 *code, u32 size, enum jit_thunk kind);
void jit_forget(struct jimage *im); /* the image's code is about to go */

/* Every instruction needs a spot: source lines are wanted, or a listing. */
static inline bool wants_spots(const struct link_view *l) {
    return l->jit.debug || l->jit.perf || l->jit.listing;
}

/* The source lines of a function, ascending by native position, one where another begins; calls fn for each. */
void jit_lines(const struct module *m, const struct jbody *b, void (*fn)(void *arg, u32 at, const struct line *l), void *arg);

#endif
