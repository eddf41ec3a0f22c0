# a function that is looked at by itself writes in front of what it was given: over a pointer that its caller keeps
-- c
#include "bpf.h"
__attribute__((noinline, weak)) int of(u64 *p) {
    if (p)
        p[-1] = 64;
    return 0;
}
SEC("tc") __attribute__((naked)) int prog(struct __sk_buff *skb) {
    asm volatile("r2 = r10;"
                 "*(u64 *)(r10 - 16) = r2;"
                 "*(u64 *)(r10 - 8) = r2;"
                 "r1 = r10;"
                 "r1 += -8;"
                 "call of;"
                 "r1 = *(u64 *)(r10 - 16);"
                 "r2 = 1;"
                 "*(u64 *)(r1 - 8) = r2;"
                 "r0 = 0;"
                 "exit;");
}
-- mem
0102030405060708090a0b0c0d0e0f10
-- trap OUT_OF_BOUNDS
