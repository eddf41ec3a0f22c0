/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* may_goto.bpf.c - the jump that ends a loop that runs too long. clang: 18 */
#include "oracle.h"

/* may_goto (kernel 6.9): code 0xe5, off; clang-19 assembles it. It may end a loop, so only what it guards counts. */
SEC("tc") int may(struct __sk_buff *skb) {
    u32 i = 0;
    for (;;) {
        asm volatile goto("may_goto %l[done]" : : : : done);
        if (i == 1000)
            break;
        i++;
    }
done:
    OUT(i);
    return TC_ACT_OK;
}
CASE(may_goto: kernel 6.9; run may)
