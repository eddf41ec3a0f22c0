/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* calls.c - static and global subprograms, callbacks, programs that share a section. */
#include "bpf.h"
int table[4] = {1, 2, 3, 4};
NOINLINE static int leaf(int x) { return x * table[x & 3]; }
NOINLINE int shared(int x) { return leaf(x) + 4; }
static int callback(u32 i, void *sum) { *(int *)sum += i; return 0; }
static long (*loop)(u32 n, void *fn, void *arg, u64 flags) = (void *)181;
SEC("xdp") int first(void *c) {
    int sum = 0;
    loop(5, callback, &sum, 0);
    return sum;
}
SEC("tc") int second(void *c) { return shared((long)c) + leaf(4); }
SEC("tc") int third(void *c) { return shared((long)c + 1) - leaf(3); }
char _license[] SEC("license") = "GPL";
int _version SEC("version") = 0x50607;
