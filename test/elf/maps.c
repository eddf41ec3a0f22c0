/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* maps.c - BTF maps with every attribute, maps of maps and prog arrays filled by the object. */
#include "bpf.h"
struct value { u64 count; u32 last; };
struct {
    __uint(type, 1);
    __type(key, u32);
    __type(value, struct value);
    __uint(max_entries, 100);
    __uint(map_flags, 1);
    __uint(pinning, 1);
} hash SEC(".maps");
struct {
    __uint(type, 30);
    __type(value, u32);
    __uint(max_entries, 100);
    __uint(map_extra, 3);
} bloom SEC(".maps");
struct { __uint(type, 27); __uint(max_entries, 4096); } ring SEC(".maps");
struct inner { __uint(type, 2); __type(key, u32); __type(value, u64); __uint(max_entries, 7); } in_a SEC(".maps"), in_b SEC(".maps");
struct {
    __uint(type, 12);
    __uint(key_size, 4);
    __uint(max_entries, 4);
    __array(values, struct inner);
} outer SEC(".maps") = {.values = {[1] = &in_a, [3] = &in_b}};
SEC("tc") int next_a(void *c) { return 1; }
SEC("tc") int next_b(void *c) { return 2; }
struct {
    __uint(type, 3);
    __uint(key_size, 4);
    __uint(max_entries, 4);
    __array(values, int(void *));
} tails SEC(".maps") = {.values = {[0] = (void *)&next_a, [2] = (void *)&next_b}};
static void *(*lookup)(void *map, void *key) = (void *)1;
static void (*tail_call)(void *c, void *map, u32 i) = (void *)12;
SEC("tc/first") int first(void *c) {
    u32 key = 1;
    struct value *v = lookup(&hash, &key);
    if (v) v->count++;
    tail_call(c, &tails, 2);
    return lookup(&outer, &key) != 0;
}
