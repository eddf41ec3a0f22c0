/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* helpers.h - the functions behind the rows of helpers.def and kfuncs.def. They are called by
 * their thunks (thunks.c) with arguments that were checked by kind: MAP is a struct map *,
 * memory is a host pointer (which is the guest's address), RECORD a live record of this run. */
#ifndef RT_HELPERS_H
#define RT_HELPERS_H
#include "rt/mem.h"

#define HELPER(id, name, ...) u64 h_##name(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
#include "abi/helpers.def"
#define KFUNC(name, ...) u64 k_##name(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);
#include "abi/kfuncs.def"

/* The head of such a function: not every argument is looked at. */
#define H(name)                                                                                                        \
    u64 h_##name(struct ctx *cx __attribute__((unused)), u64 r1 __attribute__((unused)),                               \
                 u64 r2 __attribute__((unused)), u64 r3 __attribute__((unused)), u64 r4 __attribute__((unused)),       \
                 u64 r5 __attribute__((unused)))

#define K(name)                                                                                                        \
    u64 k_##name(struct ctx *cx __attribute__((unused)), u64 r1 __attribute__((unused)),                               \
                 u64 r2 __attribute__((unused)), u64 r3 __attribute__((unused)), u64 r4 __attribute__((unused)),       \
                 u64 r5 __attribute__((unused)))

/* The handle of bpf_get_current_task; false: it traps. */
bool task_arg(struct ctx *cx, u64 task);

/* printf as helpers know it (format.c): %d %i %u %x %X, with l or ll; %c %s %p and the %p?
 * family of the kernel; each value is 8 bytes of arg. Writes at most size bytes with the NUL
 * and returns the whole length, or -EINVAL, -E2BIG. */
s64 format_text(struct ctx *cx, char *out, u64 size, const char *fmt, const u64 *arg, u32 narg);

#endif
