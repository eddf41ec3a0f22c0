# a program that tail-calls itself stops after 33
-- c
#include "bpf.h"
u32 n;
int self(struct xdp_md *ctx);
struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __array(values, int(struct xdp_md *));
} p SEC(".maps") = {.values = {[0] = &self}};
SEC("xdp") int self(struct xdp_md *ctx) {
    n++;
    bpf_tail_call(ctx, &p, 0);
    return n;
}
char LICENSE[] SEC("license") = "GPL";
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- result 34
