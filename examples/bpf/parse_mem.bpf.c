/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* parse_mem.bpf.c - no section, no license, no context: a function over raw memory.
 * r1 points at the memory (r2 would be its length). With 03 00 00 00 it returns 6. */
#include "bpf.h"

u64 bpf_prog(void *mem) {
    return *(int *)mem * 2;
}
