/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fault.h - accesses of guest memory that are left to the processor to check.
 *
 * A linear memory reserves more address space than it uses; what lies behind its end has no pages, and an
 * access there faults. A run of guest code that makes such accesses sets a landing on its stack first:
 *
 *     struct landing l;
 *     if (setjmp(l.env) == 0) { outer = fault_land(&l); ... fault_land(outer); }
 *     else ...                    a fault: l.reg holds what FAULT_REGS names
 *
 * Code that an engine made says where it goes on instead, and needs no landing.
 * Faults outside the ranges given here, or without either, go to whoever had the signal before. */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H
#include "base/types.h"
#include <setjmp.h>

/* Where this is not so, ranges are accepted and nothing is caught: accesses must be compared with the end. */
#if defined(__x86_64__) && defined(__linux__)
enum { FAULTS_CAUGHT = 1 };
#else
enum { FAULTS_CAUGHT = 0 };
#endif

/* The registers of the machine at the access that faulted, by which the code that made it knows the place:
 * x86-64: rdi, rbx, r8, r12. */
enum { FAULT_RDI, FAULT_RBX, FAULT_R8, FAULT_R12, FAULT_REGS };
struct landing {
    jmp_buf env;
    u64 reg[FAULT_REGS];
};

/* Makes l the landing of the calling thread (NULL: none, for calls of code that is not the guest's); the one before. */
struct landing *fault_land(struct landing *l);
/* Memory whose faults are to be caught, in all threads. Below 0: out of memory, or the signal is not to be had. */
int fault_range_add(const void *base, size_t len);
void fault_range_remove(const void *base, size_t len);

/* Machine code whose accesses may fault: it goes on at `to` as if the instruction had called that, but the address on the
 * stack is its own, not that of the next one. Its stack has room for a signal's frame, unless the host has given signals
 * one of their own. */
int fault_code_add(const void *base, size_t len, const void *to);
void fault_code_remove(const void *base, size_t len);

#endif
