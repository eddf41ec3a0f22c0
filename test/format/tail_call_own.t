tail calls into functions of the same program: from the program and from a subprogram, whose frame alone the target replaces;
until there were too many; to entries that are empty or not there; the target traps, or reads the stack that another has left
-- c
#include "bpf.h"
int again(struct xdp_md *ctx);
int last(struct xdp_md *ctx);
struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, 3);
    __type(key, u32);
    __array(values, int(struct xdp_md *));
} jumps SEC(".maps") = {.values = {[0] = &again, [1] = &last}};

static u8 *bytes(struct xdp_md *ctx) {
    u8 *data = (void *)(long)ctx->data;
    return data + 14 > (u8 *)(long)ctx->data_end ? 0 : data;
}
static __attribute__((noinline)) int sub(struct xdp_md *ctx, u32 to) {
    volatile u64 kept[4] = {to, to + 1, to + 2, to + 3};
    bpf_tail_call(ctx, &jumps, to);
    return 1000 + kept[to & 3];
}
SEC("xdp") int again(struct xdp_md *ctx) {
    u8 *p = bytes(ctx);
    if (!p)
        return 0;
    p[0]++;
    bpf_tail_call(ctx, &jumps, p[4]);
    return p[0];
}
SEC("xdp") int last(struct xdp_md *ctx) {
    u8 *p = bytes(ctx);
    if (!p)
        return 0;
    if (p[1] == 0xee)
        return *(volatile u8 *)(p + (1 << 30));
    p[0] += 16;
    return 300 + p[0];
}
SEC("xdp") int start(struct xdp_md *ctx) {
    u8 *p = bytes(ctx);
    u32 r, sum = 0;
    if (!p)
        return 0;
    for (int i = 0; i < 3; i++)
        sum += sub(ctx, p[2]);
    bpf_tail_call(ctx, &jumps, p[3]);
    return sum;
}
char LICENSE[] SEC("license") = "GPL";
-- options
prog start
-- mem
0000090900000000000000000000
-- result 0xbd6
-- insns
97
-- mem
0000010900000000000000000000
-- result 0x3e4
-- insns
142
-- mem
0000090000000000000000000000
-- result 0x21
-- insns
592
-- mem
0000000000000000000000000000
-- result 0x7f1
-- insns
592
-- mem
0000010001000000000000000000
-- result 0x16d
-- insns
172
-- mem
00ee010900000000000000000000
-- trap OUT_OF_BOUNDS
-- insns
63
-- mem
00ee090100000000000000000000
-- trap OUT_OF_BOUNDS
-- insns
109
