/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bench.h - programs over a buffer of fixed size, without loops, maps and calls: what DPDK's librte_bpf takes.
 * for BPF:     clang -O2 -target bpf -mcpu=v2 -c NAME.c             r1 = the buffer; section "raw"
 * -DNATIVE:    clang -O2 -fPIC -shared -DNATIVE                     what they are held against */
#ifndef BENCH_RAW_H
#define BENCH_RAW_H
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define ALWAYS_INLINE inline __attribute__((always_inline))
#ifdef NATIVE
#define ENTRY
#else
#define ENTRY __attribute__((section("raw"), used))
#endif
#define UNROLL _Pragma("clang loop unroll(full)")

static ALWAYS_INLINE u64 rol64(u64 x, u32 n) {
    return x << n | x >> (64 - n);
}

#endif
