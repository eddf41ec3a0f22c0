/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_wasmgen.h - random valid WebAssembly modules, the same for the same seed.
 *
 * Each exports e0, e1, ... (numbers in, numbers out), its memory and its scalar globals, imports nothing, and ends soon
 * whatever it is given: loops and calls spend from a global. NaNs are made canonical where arithmetic makes them,
 * so that all bits of memory are the same in each engine. */
#ifndef TEST_KIT_WASMGEN_H
#define TEST_KIT_WASMGEN_H
#include "base/buf.h"

/* all: with what not every other engine has, or has alike: exceptions, atomic accesses, a second memory with 64-bit
 * addresses, relaxed vectors, calls through typed references. */
void wasmgen(u64 seed, bool all, struct buf *out);

#endif
