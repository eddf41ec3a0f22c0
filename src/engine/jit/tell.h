/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tell.h - tools are told of code that has been put in its place, where the host wants it (jit_options).
 * Failing to tell is no failure to compile: tools then see less. */
#ifndef ENGINE_JIT_TELL_H
#define ENGINE_JIT_TELL_H
#include "engine/jit/gdb.h"

/* Functions whose code is in place, in one piece of code or alone; called with the image's lock where threads may meet. */
void jit_tell(struct jimage *im, const struct jbody *b, u32 n);
void jit_tell_thunk(struct jimage *im, const u8 *code, u32 size, enum jit_thunk kind);
void jit_forget(struct jimage *im); /* the image's code is about to go */

/* Every instruction needs a spot: source lines are wanted, or a listing. */
static inline bool wants_spots(const struct link_view *l) {
    return l->jit.debug || l->jit.perf || l->jit.listing;
}

/* perf.c: the files that perf reads */
struct jit_perf;
struct jit_perf *perf_open(void); /* NULL: no file can be had */
void perf_add(struct jit_perf *p, const struct module *m, const struct jbody *b);
void perf_close(struct jit_perf *p);

/* The source lines of a function, ascending by native position, one where another begins; calls fn for each. */
void jit_lines(const struct module *m, const struct jbody *b, void (*fn)(void *arg, u32 at, const struct line *l), void *arg);

#endif
