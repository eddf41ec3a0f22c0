/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* alu_v4.bpf.c - mcpu: v4. Signed division, sign-extending moves and loads, byte swaps, long jumps (kernel 6.6).
 * clang: 18 */
#include "oracle.h"

enum { N = 12 };
u64 values[N] = {
    0,          1,           2,  0xffffffffffffffff, 0x80000000, 0x7fffffff, 0x8000000000000000, 0x7fffffffffffffff,
    0xffffffff, 0x100000000, 33, 0xfedcba9876543210};
u64 hash[8];

static ALWAYS_INLINE u64 mix(u64 h, u64 v) {
    return (h ^ v) * 0x100000001b3;
}
#define TWO(text)                                                                                                      \
    ({                                                                                                                 \
        u64 r_ = a;                                                                                                    \
        asm volatile("r1 = %[r]; r2 = %[b]; " text "; %[r] = r1" : [r] "+r"(r_) : [b] "r"(b) : "r1", "r2");            \
        r_;                                                                                                            \
    })
GLOBAL int division(u64 a, u64 b) {
    hash[0] = mix(hash[0], TWO("r1 s/= r2"));
    hash[1] = mix(hash[1], TWO("r1 s%%= r2"));
    hash[2] = mix(hash[2], TWO("w1 s/= w2"));
    hash[3] = mix(hash[3], TWO("w1 s%%= w2"));
    hash[4] = mix(hash[4], TWO("r1 s/= -1"));
    hash[5] = mix(hash[5], TWO("w1 s/= -1"));
    hash[6] = mix(hash[6], TWO("r1 s%%= -5"));
    hash[7] = mix(hash[7], TWO("w1 s%%= 3"));
    return 0;
}
SEC("xdp") int signed_division(struct xdp_md *ctx) {
    for (u32 i = 0; i < N; i++)
        for (u32 j = 0; j < N; j++)
            division(values[i], values[j]);
    for (u32 i = 0; i < 8; i++)
        OUT(hash[i]);
    return XDP_PASS;
}
CASE(v4_signed_division: kernel 6.12; run signed_division)

GLOBAL int extend(u64 a) {
    u64 b = a;
    OUT(TWO("r1 = (s8)r2"));
    OUT(TWO("r1 = (s16)r2"));
    OUT(TWO("r1 = (s32)r2"));
    OUT(TWO("w1 = (s8)w2"));
    OUT(TWO("w1 = (s16)w2"));
    OUT(TWO("r1 = bswap16 r1"));
    OUT(TWO("r1 = bswap32 r1"));
    OUT(TWO("r1 = bswap64 r1"));
    return 0;
}
SEC("xdp") int moves(struct xdp_md *ctx) {
    for (u32 i = 0; i < N; i++)
        extend(values[i]);
    return XDP_PASS;
}
CASE(v4_moves: kernel 6.6; run moves)

s8 bytes[4] = {-1, 127, -128, 5};
s16 halves[3] = {-1, 32767, -32768};
s32 words[3] = {-1, 2147483647, -2147483647 - 1};
SEC("xdp") int loads(struct xdp_md *ctx) {
    s64 sum = 0;
    for (u32 i = 0; i < 4; i++)
        sum = sum * 7 + *(volatile s8 *)&bytes[i];
    OUT(sum);
    for (u32 i = 0; i < 3; i++)
        sum = sum * 7 + *(volatile s16 *)&halves[i] + (s64) * (volatile s32 *)&words[i];
    OUT(sum);
    s8 *p = DATA(ctx);
    if (p + 60 > (s8 *)DATA_END(ctx))
        return XDP_DROP;
    for (u32 i = 0; i < 40; i += 4)
        sum = sum * 3 + p[i] + *(s16 *)(p + i) + (s64) * (s32 *)(p + i + 2);
    OUT(sum);
    return XDP_PASS;
}
CASE(v4_loads: kernel 6.6; run loads udp4; run loads tcp6:300:9)

SEC("xdp") int long_jump(struct xdp_md *ctx) {
    u64 r;
    for (u32 i = 9; i < 12; i++) { /* forwards over an instruction, and back to it */
        asm volatile("%[r] = %[in]; gotol +1; %[r] += 100; if %[r] > 20 goto +2; %[r] += 1; gotol -4"
                     : [r] "=&r"(r)
                     : [in] "r"(values[i] & 63));
        OUT(r);
    }
    return XDP_PASS;
}
CASE(v4_gotol: kernel 6.6; run long_jump)
