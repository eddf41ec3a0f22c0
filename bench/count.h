/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* count.h - how many WebAssembly instructions a program executes. */
#ifndef BENCH_COUNT_H
#define BENCH_COUNT_H
#include "base/buf.h"
#include "base/error.h"

#define COUNT_EXPORT "instructions executed"

/* The same module, which keeps count in an exported global, an i64. */
int count_instrument(const u8 *p, size_t n, struct buf *out, struct error *e);

#endif
