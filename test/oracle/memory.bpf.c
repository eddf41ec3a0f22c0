/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* memory.bpf.c - loads and stores of each size; data sections and their variables. clang: 18 */
#include "oracle.h"

u8 zeroed[40];
u64 initial = 0x0123456789abcdef;
s16 minus = -2;
static u32 hidden = 41;
const volatile u32 limit = 3;
const volatile s8 letter = 'x';
const volatile u64 mask = ~0ull;
u32 custom SEC(".data.custom") = 77;
const volatile u16 table[5] SEC(".rodata.table") = {1, 20, 300, 4000, 50000};
struct {
    u8 tag;
    u32 number;
    char name[9];
} record = {'r', 0x1234, "a record"};

SEC("xdp") int variables(struct xdp_md *ctx) {
    hidden++;
    minus *= 3;
    initial = initial * limit + letter;
    initial &= mask;
    custom += table[limit & 3];
    record.number += hidden;
    record.name[1] = '-';
    for (u32 i = 0; i < limit && i < 40; i++)
        zeroed[i] += i + 1;
    return letter;
}
CASE(data_variables: run variables udp4 x3)
CASE(data_set: set limit=7; set letter=-3; set initial=0x8000000000000001; set minus=1000; set custom=5;
     set mask=0xffff; run variables)

SEC("xdp") int sizes(struct xdp_md *ctx) {
    u8 b[24];
    memset(b, 0x11, 24);
    asm volatile("*(u8 *)(%[p] + 1) = -2; *(u16 *)(%[p] + 2) = 0x1234; *(u32 *)(%[p] + 4) = -5; *(u64 *)(%[p] + 8) = -7"
                 :
                 : [p] "r"(b)
                 : "memory");
    OUT_BYTES(b, 24);
    volatile u64 v = initial;
    *(volatile u8 *)&b[16] = v;
    *(volatile u16 *)&b[18] = v;
    *(volatile u32 *)&b[20] = v;
    OUT(*(volatile u8 *)&b[2]);
    OUT(*(volatile u16 *)&b[18]);
    OUT(*(volatile u32 *)&b[20]);
    OUT(*(volatile u64 *)&b[16]);
    u8 *p = DATA(ctx), *end = DATA_END(ctx);
    if (p + 40 > end)
        return XDP_DROP;
    *(u64 *)(p + 1) = v; /* packets may be read and written at any address */
    *(u32 *)(p + 11) = v;
    *(u16 *)(p + 17) = v;
    OUT(*(u64 *)(p + 3));
    OUT(*(u32 *)(p + 13));
    OUT(*(u16 *)(p + 21));
    return XDP_PASS;
}
CASE(memory_sizes: run sizes udp4; run sizes icmp6:20:3)

static int pick(u32 i) {
    switch (i % 9) {
    case 0: return 10;
    case 1: return -7;
    case 2: return 33;
    case 3: return 0x7fffffff;
    case 4: return 5;
    case 5: return 111;
    case 6: return -1;
    case 7: return 9;
    default: return 0;
    }
}
SEC("xdp") int constants(struct xdp_md *ctx) {
    for (u32 i = 0; i < 12; i++)
        OUT(pick(i + limit));
    return XDP_PASS;
}
CASE(data_constants: run constants)
