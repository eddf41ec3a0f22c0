/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* code.h - memory that holds the code of an image: near the library, at addresses that nobody can tell, and never
 * writable where it runs. Who uses an area holds its image's lock. */
#ifndef ENGINE_JIT_CODE_H
#define ENGINE_JIT_CODE_H
#include "abi/engine.h"
struct code_area;

/* near: an address in the library's text, which calls out of the code shall reach. grows: many pieces will be added while others
 * run (functions that are compiled when they are called); else pieces are sealed when they are published: for one of them this costs
 * fewer calls of the system, and a debugger can set breakpoints there. guess: bytes that it will hold, of pieces that are sealed. s: where
 * memory for these comes from and goes back to; NULL: always new memory. stop: a byte many of which stop whoever runs them. NULL: no memory,
 * or code is forbidden here. */
struct code_area *code_area_new(const void *near, size_t guess, bool grows, u8 stop, struct shelf *s);
void code_area_free(struct code_area *a); /* with all code in it */
/* All code of the area will lie between, so what is reached from both ends is reached from anywhere. */
void code_area_bounds(const struct code_area *a, u64 *lo, u64 *hi);

/* Accesses of its code that fault go on at `to` (base/fault.h). False: the signal is not to be had. */
bool code_area_faults(struct code_area *a, const void *to);

/* Room for size bytes, aligned to 64: they are written to what is returned, and will run at *at. NULL: there is none. */
u8 *code_room(struct code_area *a, u32 size, u64 *at);
bool code_publish(struct code_area *a); /* what was written can run. False: the system forbids it */

/* Between them what is published waits: nobody runs it before all of it is there, and it is sealed at once. */
void code_hold(struct code_area *a);
bool code_release(struct code_area *a); /* false: the system forbids it */

#endif
