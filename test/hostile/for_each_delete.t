# a callback deletes what it walks over
-- c
#include "bpf.h"
static long (*const each)(void *map, void *fn, void *ctx, u64 flags) = (void *)164;
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64); __type(key, u64); __type(value, u64); } m SEC(".maps");
static int cb(void *map, u64 *key, u64 *value, void *ctx) {
    if (bpf_map_delete_elem(map, key)) return 1;
    return *value != 6;
}
SEC("xdp") int prog(struct xdp_md *ctx) {
    u64 v = 6;
    for (u64 key = 0; key < 20; key++) bpf_map_update_elem(&m, &key, &v, 0);
    return each(&m, cb, 0, 0) * 100 + each(&m, cb, 0, 0);
}
char LICENSE[] SEC("license") = "GPL";
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- result 2000
