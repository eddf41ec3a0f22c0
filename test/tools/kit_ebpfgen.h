/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_ebpfgen.h - random eBPF programs that a checker has to think about: the same for the same seed. */
#ifndef TOOLS_KIT_EBPFGEN_H
#define TOOLS_KIT_EBPFGEN_H
#include "ir/module.h"

enum { EBPF_SLOTS = 4096 };
struct ebpf_code {
    u8 kind; /* enum prog_kind: its type */
    u32 n;
    u64 slot[EBPF_SLOTS];
};

/* The maps that generated programs name, in the order of their indices. */
extern const struct map_def ebpf_maps[];
enum { EBPF_ARRAY, EBPF_HASH, EBPF_RING, EBPF_PERCPU, EBPF_JUMPS, EBPF_CONST, EBPF_MAPS };

/* Mostly sound: numbers that are bounded before they are an index, packets that are checked, values that are tested,
 * loops that end, functions and callbacks; now and then one of these things is left out, or wrong by one. */
void ebpf_generate(u64 seed, struct ebpf_code *c);
/* A few changes: operands, operations, instructions that are gone, doubled or swapped. */
void ebpf_mutate(u64 *seed, struct ebpf_code *c);

#endif
