/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* atomics.bpf.c - every atomic operation of RFC 9669, 5.3, on map values, globals and the stack. clang: 18 */
#include "oracle.h"

u64 a64 = 0x1122334455667788;
u32 a32 = 0x80000001, guard = 0xcafecafe;
u64 operands[4] = {5, 0xffffffffffffffff, 0x8000000000000000, 0x00000001ffffffff};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, u32);
    __uint(value_size, 32);
} values SEC(".maps");

#define ALL(p, v)                                                                                                      \
    OUT(__sync_fetch_and_add(p, v));                                                                                   \
    OUT(__sync_fetch_and_or(p, v));                                                                                    \
    OUT(__sync_fetch_and_and(p, (v) ^ 0x5a5a));                                                                        \
    OUT(__sync_fetch_and_xor(p, v));                                                                                   \
    OUT(__sync_lock_test_and_set(p, (v) + 3));                                                                         \
    OUT(__sync_val_compare_and_swap(p, (v) + 3, v));                                                                   \
    OUT(__sync_val_compare_and_swap(p, (v) + 4, 77));                                                                  \
    OUT(*(p))

GLOBAL int on_global(u64 v) {
    ALL(&a64, v);
    ALL(&a32, (u32)v);
    return 0;
}
SEC("xdp") int globals(struct xdp_md *ctx) {
    for (int i = 0; i < 4; i++)
        on_global(operands[i]);
    return XDP_PASS;
}
CASE(atomic_globals: run globals)

SEC("xdp") int map_value(struct xdp_md *ctx) {
    u32 k = 0;
    u64(*v)[4] = bpf_map_lookup_elem(&values, &k);
    if (!v)
        return XDP_ABORTED;
    __sync_fetch_and_add(&(*v)[0], 3); /* the plain forms, without a result */
    __sync_fetch_and_or(&(*v)[1], 0xf0f0);
    __sync_fetch_and_and(&(*v)[2], operands[3]);
    __sync_fetch_and_xor(&(*v)[3], operands[2]);
    __sync_fetch_and_add((u32 *)&(*v)[3], 0xffffffff);
    OUT(__sync_fetch_and_add((u32 *)&(*v)[2] + 1, 9));
    return XDP_PASS;
}
CASE(atomic_map_value: put values u32:0 u64:1,u64:2,u64:0xffffffffffffffff,u64:4; run map_value udp4 x3)

SEC("xdp") int on_stack(struct xdp_md *ctx) {
    volatile u64 s64_[2] = {operands[1], operands[0]};
    volatile u32 s32_[2] = {7, 8};
    ALL(&s64_[1], operands[3]);
    ALL(&s32_[0], 0xfffffff0u);
    OUT(s64_[0]);
    OUT(s32_[1]);
    return XDP_PASS;
}
CASE(atomic_stack: run on_stack)

/* cmpxchg32 clears the upper half of r0 only where it loads: both ways */
SEC("xdp") int upper_half(struct xdp_md *ctx) {
    u32 *p = &a32;
    u64 r;
    for (int i = 0; i < 2; i++) {
        asm volatile("r0 = %[expect] ll; if %[i] == 0 goto +2; r0 = 0x1234567880000001 ll; w1 = 9;"
                     "w0 = cmpxchg32_32(%[p] + 0, w0, w1); %[r] = r0"
                     : [r] "=r"(r)
                     : [p] "r"(p), [expect] "i"(0x77777777), [i] "r"(i)
                     : "r0", "r1", "memory");
        OUT(r);
        OUT(a32);
    }
    asm volatile("r1 = -1; r1 = atomic_fetch_add((u64 *)(%[p] + 0), r1); %[r] = r1"
                 : [r] "=r"(r)
                 : [p] "r"(&a64)
                 : "r1", "memory");
    OUT(r);
    asm volatile("r1 = -1; w1 = atomic_fetch_xor((u32 *)(%[p] + 0), w1); %[r] = r1"
                 : [r] "=r"(r)
                 : [p] "r"(&a64)
                 : "r1", "memory");
    OUT(r);
    asm volatile("r1 = -1; w1 = xchg32_32(%[p] + 0, w1); %[r] = r1" : [r] "=r"(r) : [p] "r"(&a64) : "r1", "memory");
    OUT(r);
    OUT(a64);
    return XDP_PASS;
}
CASE(atomic_upper_half: run upper_half)

/* load-acquire and store-release (kernel 6.15), which clang-19 cannot assemble: as numbers.
 * 0xdb/0xd3/0xcb/0xc3: STX | ATOMIC | DW W H B; imm 0x100 load-acquire, 0x110 store-release. */
#define INSN(code, dst, src, off, imm) ".8byte " #code "|(" #dst "<<8)|(" #src "<<12)|(" #off "<<16)|(" #imm "<<32);"
SEC("xdp") int ordered(struct xdp_md *ctx) {
    u64 r[4];
    u64 *p = &a64;
    /* clang-format off */
    asm volatile("r2 = %[p]; r3 = -1; r4 = -1; r5 = -1; r0 = -1;"
                 INSN(0xdb, 3, 2, 0, 0x100) INSN(0xc3, 4, 2, 0, 0x100)
                 INSN(0xcb, 5, 2, 2, 0x100) INSN(0xd3, 0, 2, 7, 0x100)
                 "%[a] = r3; *(u64 *)(%[r] + 8) = r4; *(u64 *)(%[r] + 16) = r5; *(u64 *)(%[r] + 24) = r0"
                 : [a] "=&r"(r[0])
                 : [p] "r"(p), [r] "r"(r)
                 : "r0", "r2", "r3", "r4", "r5", "memory");
    /* clang-format on */
    OUT(r[0]);
    OUT(r[1]);
    OUT(r[2]);
    OUT(r[3]);
    asm volatile("r2 = %[p]; r3 = 0x0102030405060708 ll;" INSN(0xc3, 2, 3, 0, 0x110) INSN(0xd3, 2, 3, 7, 0x110)
                     INSN(0xcb, 2, 3, 4, 0x110)
                 :
                 : [p] "r"(p)
                 : "r2", "r3", "memory");
    OUT(a64);
    asm volatile("r2 = %[p]; r3 = 0x1122334455667788 ll;" INSN(0xdb, 2, 3, 0, 0x110)
                 :
                 : [p] "r"(p)
                 : "r2", "r3", "memory");
    OUT(a64);
    return XDP_PASS;
}
CASE(atomic_load_acquire: kernel 6.15; run ordered)
