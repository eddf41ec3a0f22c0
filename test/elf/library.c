/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* library.c - functions in .text only: programs over raw memory. */
#include "bpf.h"
NOINLINE static int helper(int x) { return x * 2; }
int bpf_prog(void *mem) { return helper(*(int *)mem); }
int other(void *mem) { return 3; }
