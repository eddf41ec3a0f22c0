/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* alu.bpf.c - arithmetic and jumps on operands at the corners of 32 and 64 bits (RFC 9669, 4). The
 * operands stand in .data, so that neither the compiler nor the verifier knows them; operations are
 * written in assembly, so that division by zero is the instruction's and not C's. clang: 18 */
#include "oracle.h"

enum { N = 12 };
u64 values[N] = {
    0,          1,           2,  0xffffffffffffffff, 0x80000000, 0x7fffffff, 0x8000000000000000, 0x7fffffffffffffff,
    0xffffffff, 0x100000000, 33, 0xfedcba9876543210};

static ALWAYS_INLINE u64 mix(u64 h, u64 v) {
    return (h ^ v) * 0x100000001b3;
}
#define OP64(text)                                                                                                     \
    ({                                                                                                                 \
        u64 a_ = a;                                                                                                    \
        asm volatile("%[a] " text " %[b]" : [a] "+r"(a_) : [b] "r"(b));                                                \
        a_;                                                                                                            \
    })
#define OP32(text)                                                                                                     \
    ({                                                                                                                 \
        u64 a_ = a;                                                                                                    \
        asm volatile("r1 = %[a]; r2 = %[b]; w1 " text " w2; %[a] = r1" : [a] "+r"(a_) : [b] "r"(b) : "r1", "r2");      \
        a_;                                                                                                            \
    })
#define IMM(text)                                                                                                      \
    ({                                                                                                                 \
        u64 a_ = a;                                                                                                    \
        asm volatile("r1 = %[a]; " text "; %[a] = r1" : [a] "+r"(a_) : : "r1");                                        \
        a_;                                                                                                            \
    })
#define SET(cond)                                                                                                      \
    ({                                                                                                                 \
        u64 r_;                                                                                                        \
        asm volatile("r1 = %[a]; r2 = %[b]; %[r] = 1; if " cond " goto +1; %[r] = 0"                                   \
                     : [r] "=&r"(r_)                                                                                   \
                     : [a] "r"(a), [b] "r"(b)                                                                          \
                     : "r1", "r2");                                                                                    \
        r_;                                                                                                            \
    })

u64 hash[40];
/* One function for each group: the stack and the registers are few. Rows of hash[] name the operation. */
GLOBAL int all64(u64 a, u64 b) {
    hash[0] = mix(hash[0], OP64("+="));
    hash[1] = mix(hash[1], OP64("-="));
    hash[2] = mix(hash[2], OP64("*="));
    hash[3] = mix(hash[3], OP64("/="));
    hash[4] = mix(hash[4], OP64("%%="));
    hash[5] = mix(hash[5], OP64("&="));
    hash[6] = mix(hash[6], OP64("|="));
    hash[7] = mix(hash[7], OP64("^="));
    hash[8] = mix(hash[8], OP64("<<="));
    hash[9] = mix(hash[9], OP64(">>="));
    hash[10] = mix(hash[10], OP64("s>>="));
    hash[11] = mix(hash[11], OP64("="));
    return 0;
}
GLOBAL int all32(u64 a, u64 b) {
    hash[12] = mix(hash[12], OP32("+="));
    hash[13] = mix(hash[13], OP32("-="));
    hash[14] = mix(hash[14], OP32("*="));
    hash[15] = mix(hash[15], OP32("/="));
    hash[16] = mix(hash[16], OP32("%%="));
    hash[17] = mix(hash[17], OP32("&="));
    hash[18] = mix(hash[18], OP32("|="));
    hash[19] = mix(hash[19], OP32("^="));
    hash[20] = mix(hash[20], OP32("<<="));
    hash[21] = mix(hash[21], OP32(">>="));
    hash[22] = mix(hash[22], OP32("s>>="));
    hash[23] = mix(hash[23], OP32("="));
    return 0;
}
SEC("xdp") int binary(struct xdp_md *ctx) {
    for (u32 i = 0; i < N; i++)
        for (u32 j = 0; j < N; j++) {
            all64(values[i], values[j]);
            all32(values[i], values[j]);
        }
    for (u32 i = 0; i < 24; i++)
        OUT(hash[i]);
    return XDP_PASS;
}
CASE(alu_binary: run binary)

GLOBAL int unary(u64 a) {
    OUT(IMM("r1 = -r1"));
    OUT(IMM("w1 = -w1"));
    OUT(IMM("r1 = be16 r1"));
    OUT(IMM("r1 = be32 r1"));
    OUT(IMM("r1 = be64 r1"));
    OUT(IMM("r1 = le16 r1"));
    OUT(IMM("r1 = le32 r1"));
    OUT(IMM("r1 = le64 r1"));
    OUT(IMM("r1 += -1"));
    OUT(IMM("w1 += -1"));
    OUT(IMM("r1 &= -16"));
    OUT(IMM("w1 &= -16"));
    OUT(IMM("r1 |= 0x80000000"));
    OUT(IMM("r1 *= -3"));
    OUT(IMM("r1 /= -3")); /* unsigned: the immediate is sign-extended first */
    OUT(IMM("w1 /= -3"));
    OUT(IMM("r1 %%= -7"));
    OUT(IMM("w1 %%= 7"));
    OUT(IMM("r1 <<= 63"));
    OUT(IMM("r1 >>= 1"));
    OUT(IMM("r1 s>>= 33"));
    OUT(IMM("w1 s>>= 31"));
    OUT(IMM("w1 <<= 31"));
    OUT(IMM("r1 ^= -1"));
    OUT(IMM("w1 ^= -1"));
    OUT(IMM("r1 = -5"));
    OUT(IMM("w1 = -5"));
    OUT(IMM("r1 = 0xfedcba9876543210 ll"));
    return 0;
}
SEC("xdp") int immediates(struct xdp_md *ctx) {
    unary(values[11]);
    unary(values[6]);
    unary(values[8]);
    unary(values[0]);
    return XDP_PASS;
}
CASE(alu_immediate: run immediates)

u64 taken[44];
GLOBAL int jumps64(u64 a, u64 b) {
    taken[0] = taken[0] * 2 + SET("r1 == r2");
    taken[1] = taken[1] * 2 + SET("r1 != r2");
    taken[2] = taken[2] * 3 + SET("r1 > r2");
    taken[3] = taken[3] * 3 + SET("r1 >= r2");
    taken[4] = taken[4] * 3 + SET("r1 < r2");
    taken[5] = taken[5] * 3 + SET("r1 <= r2");
    taken[6] = taken[6] * 3 + SET("r1 s> r2");
    taken[7] = taken[7] * 3 + SET("r1 s>= r2");
    taken[8] = taken[8] * 3 + SET("r1 s< r2");
    taken[9] = taken[9] * 3 + SET("r1 s<= r2");
    taken[10] = taken[10] * 3 + SET("r1 & r2");
    return 0;
}
GLOBAL int jumps32(u64 a, u64 b) {
    taken[11] = taken[11] * 3 + SET("w1 == w2");
    taken[12] = taken[12] * 3 + SET("w1 != w2");
    taken[13] = taken[13] * 3 + SET("w1 > w2");
    taken[14] = taken[14] * 3 + SET("w1 >= w2");
    taken[15] = taken[15] * 3 + SET("w1 < w2");
    taken[16] = taken[16] * 3 + SET("w1 <= w2");
    taken[17] = taken[17] * 3 + SET("w1 s> w2");
    taken[18] = taken[18] * 3 + SET("w1 s>= w2");
    taken[19] = taken[19] * 3 + SET("w1 s< w2");
    taken[20] = taken[20] * 3 + SET("w1 s<= w2");
    taken[21] = taken[21] * 3 + SET("w1 & w2");
    return 0;
}
GLOBAL int jumps_imm(u64 a, u64 b) {
    taken[22] = taken[22] * 3 + SET("r1 == -1");
    taken[23] = taken[23] * 3 + SET("r1 != 33");
    taken[24] = taken[24] * 3 + SET("r1 > 0x7fffffff");
    taken[25] = taken[25] * 3 + SET("r1 >= -2147483648"); /* sign-extended, then unsigned */
    taken[26] = taken[26] * 3 + SET("r1 < -5");
    taken[27] = taken[27] * 3 + SET("r1 <= 1");
    taken[28] = taken[28] * 3 + SET("r1 s> -1");
    taken[29] = taken[29] * 3 + SET("r1 s>= 2");
    taken[30] = taken[30] * 3 + SET("r1 s< 0");
    taken[31] = taken[31] * 3 + SET("r1 s<= -2147483648");
    taken[32] = taken[32] * 3 + SET("r1 & -2147483648");
    return 0;
}
GLOBAL int jumps_imm32(u64 a, u64 b) {
    taken[33] = taken[33] * 3 + SET("w1 == -1");
    taken[34] = taken[34] * 3 + SET("w1 != 33");
    taken[35] = taken[35] * 3 + SET("w1 > 0x7fffffff");
    taken[36] = taken[36] * 3 + SET("w1 >= -2147483648");
    taken[37] = taken[37] * 3 + SET("w1 < -5");
    taken[38] = taken[38] * 3 + SET("w1 <= 1");
    taken[39] = taken[39] * 3 + SET("w1 s> -1");
    taken[40] = taken[40] * 3 + SET("w1 s>= 2");
    taken[41] = taken[41] * 3 + SET("w1 s< 0");
    taken[42] = taken[42] * 3 + SET("w1 s<= -2147483648");
    taken[43] = taken[43] * 3 + SET("w1 & -2147483648");
    return 0;
}
SEC("xdp") int jumps(struct xdp_md *ctx) {
    for (u32 i = 0; i < N; i++)
        for (u32 j = 0; j < N; j++) {
            jumps64(values[i], values[j]);
            jumps32(values[i], values[j]);
        }
    for (u32 i = 0; i < N; i++) {
        jumps_imm(values[i], 0);
        jumps_imm32(values[i], 0);
    }
    for (u32 i = 0; i < 44; i++)
        OUT(taken[i]);
    return XDP_PASS;
}
CASE(alu_jumps: run jumps)
