/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* legacy.c - maps from before BTF, in the layout of the kernel's old samples: the template of a
 * map of maps is named by its position. */
#include "bpf.h"
struct bpf_map_def { u32 type, key_size, value_size, max_entries, flags, inner_index, numa_node; };
struct bpf_map_def SEC("maps") plain = {.type = 1, .key_size = 4, .value_size = 8, .max_entries = 10, .flags = 1};
struct bpf_map_def SEC("maps") tails = {.type = 3, .key_size = 4, .value_size = 4, .max_entries = 3};
struct bpf_map_def SEC("maps") outer = {.type = 12, .key_size = 4, .max_entries = 5, .inner_index = 0};
static void *(*lookup)(void *map, void *key) = (void *)1;
SEC("xdp") int prog(void *c) {
    u32 key = 1;
    return lookup(&plain, &key) && lookup(&outer, &key);
}
