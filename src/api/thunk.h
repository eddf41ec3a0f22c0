/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* thunk.h - a C function of two arguments out of one of three. */
#ifndef API_THUNK_H
#define API_THUNK_H
#include "base/types.h"

typedef u64 thunk_target(void *mem, size_t len, void *arg);
typedef u64 thunk_fn(void *mem, size_t len);

/* A function that calls target with its own two arguments and arg. NULL: no memory, or none for
 * this machine. */
thunk_fn *thunk_new(thunk_target *target, void *arg);
void thunk_free(thunk_fn *f);

#endif
