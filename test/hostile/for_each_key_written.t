# that key is read-only
-- c
#include "bpf.h"
static long (*const each)(void *map, void *fn, void *ctx, u64 flags) = (void *)164;
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, u64); __type(value, u64); } m SEC(".maps");
static int cb(void *map, u64 *key, u64 *value, void *ctx) { *key = 9; return 0; }
SEC("xdp") int prog(struct xdp_md *ctx) {
    u64 key = 5, v = 6;
    bpf_map_update_elem(&m, &key, &v, 0);
    return each(&m, cb, 0, 0);
}
char LICENSE[] SEC("license") = "GPL";
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- trap READ_ONLY
