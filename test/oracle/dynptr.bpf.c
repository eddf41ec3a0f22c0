/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* dynptr.bpf.c - dynptrs over map values and packets, with the functions that slice and copy them. */
#include "oracle.h"

struct big {
    u8 byte[256];
};
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __type(value, struct big);
} area SEC(".maps");

u64 flags;
SEC("tc") int memory(struct __sk_buff *skb) {
    struct bpf_dynptr p;
    u32 k = 0;
    u8 b[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    struct big *v = bpf_map_lookup_elem(&area, &k);
    if (!v)
        return TC_ACT_SHOT;
    OUT(bpf_dynptr_from_mem(v, 256, flags, &p));
    OUT(bpf_dynptr_write(&p, 0, b, 8, 0));
    OUT(bpf_dynptr_write(&p, 248, b, 8, 0));
    OUT(bpf_dynptr_write(&p, 249, b, 8, 0));
    OUT(bpf_dynptr_write(&p, 1, b, 8, 1));
    OUT(bpf_dynptr_read(b, 4, &p, 250, 0));
    OUT_BYTES(b, 8);
    OUT(bpf_dynptr_read(b, 8, &p, 0xffffffff, 0));
    u64 *w = bpf_dynptr_data(&p, 100, 8);
    if (w)
        *w = 0x1020304050607080;
    OUT(w != NULL);
    OUT(bpf_dynptr_data(&p, 252, 8) == NULL);
    return TC_ACT_OK;
}
CASE(dynptr_memory: run memory)
CASE(dynptr_memory_bad_flags: set flags=1; run memory)
