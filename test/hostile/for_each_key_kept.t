# the key that a callback sees is gone after it
-- c
#include "bpf.h"
static long (*const each)(void *map, void *fn, void *ctx, u64 flags) = (void *)164;
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, u64); __type(value, u64); } m SEC(".maps");
struct keep { u64 *key; };
static int cb(void *map, u64 *key, u64 *value, struct keep *k) { k->key = key; return 0; }
SEC("xdp") int prog(struct xdp_md *ctx) {
    struct keep k = {0};
    u64 key = 5, v = 6;
    bpf_map_update_elem(&m, &key, &v, 0);
    each(&m, cb, &k, 0);
    return *(volatile u64 *)k.key;
}
char LICENSE[] SEC("license") = "GPL";
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap OUT_OF_BOUNDS
