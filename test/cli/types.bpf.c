/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* types.bpf.c - values of every kind that BTF describes; test/cli/types.sh looks at how they are told. */
#include "bpf.h"

enum color { RED, GREEN = 7, DARK = -2 };
enum wide { SMALL = 1, HUGE_ONE = 0x123456789aull };
struct point {
    s16 x, y;
};
struct all {
    char name[12];
    char odd[4];      /* not text */
    u8 mac[6];
    u16 port;         /* not in network order */
    be16 dport;
    be32 addr;
    enum color color, unknown;
    enum wide wide;
    s32 negative;
    u64 big;
    _Bool yes;
    struct point at[2];
    s8 grid[2][3];
    u32 a : 3, b : 5, c : 24;
    s32 d : 4;
    enum color e : 8;
    union {
        u32 word;
        u8 bytes[4];
    };
    struct {
        u16 inner;
        u16 : 16;
    };
    union {
        u64 whole;
        struct point part;
    } named;
    void *pointer;
    float f;
    double g, inf;
    const volatile u8 last;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 4);
    __type(key, struct point);
    __type(value, struct all);
} all SEC(".maps");
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 2);
    __type(key, u32);
    __type(value, struct point);
} percpu SEC(".maps");
struct {
    __uint(type, 22 /* BPF_MAP_TYPE_QUEUE */);
    __uint(max_entries, 2);
    __uint(value_size, 4);
} queue SEC(".maps");

struct all one;
enum color paint = GREEN;
char text[8] = "a\"b\\c";

SEC("xdp") int fill(struct xdp_md *ctx) {
    struct point key = {-1, 2}, *p;
    u32 index = 1;
    u64 f = 0x3fc00000 /* 1.5f */, g = 0xc002000000000000 /* -2.25 */, inf = 0x7ff0000000000000;
    (void)ctx;
    __builtin_memcpy(one.name, "eth0", 5);
    one.odd[0] = 1;
    one.mac[5] = 255;
    one.port = 80;
    one.dport = htons(443);
    one.addr = htonl(0x0a000001);
    one.color = DARK;
    one.unknown = 3;
    one.wide = HUGE_ONE;
    one.negative = -5;
    one.big = 0xfedcba9876543210;
    one.yes = 1;
    one.at[1].y = -7;
    one.grid[1][2] = -1;
    one.a = 5;
    one.b = 17;
    one.c = 0x123456;
    one.d = -3;
    one.e = DARK;
    one.word = 0x01020304;
    one.inner = 9;
    one.named.part.x = 3;
    one.pointer = (void *)0x1234;
    __builtin_memcpy(&one.f, &f, 4);
    __builtin_memcpy(&one.g, &g, 8);
    __builtin_memcpy(&one.inf, &inf, 8);
    *(u8 *)&one.last = 4;
    bpf_map_update_elem(&all, &key, &one, BPF_ANY);
    if ((p = bpf_map_lookup_elem(&percpu, &index)))
        p->x = 6;
    return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
