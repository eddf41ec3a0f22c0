/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* data.c - variables of every kind of section, with addresses as initial values. */
#include "bpf.h"
u32 counter = 7;
const volatile u32 limit = 5;
u64 zero;
static int hidden[3] = {1, 2, 3};
u32 *where = &counter;
int *second = &hidden[1];
static const char *const names[] = {"zero", "one", "two"};
u32 own SEC(".data.own") = 9;
NOINLINE static int twice(int x) { return x * limit; }
int (*volatile call)(int) = twice;
SEC("socket") int prog(u32 *c) { return call(*c) + names[*c % 3][0] + *where + *second + zero + own; }
