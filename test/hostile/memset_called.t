# memset and memmove as compilers call them, and what they check
-- c
#include "bpf.h"
#undef memset
#undef memmove
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM void *memset(void *to, int byte, unsigned long n);
KSYM void *memmove(void *to, const void *from, unsigned long n);
SEC("socket") __attribute__((no_builtin)) int prog(void *ctx)
{
    u8 a[150], b[120];
    memset(a, 7, sizeof a);
    memset(a, 9, 4);
    memmove(a + 1, a, 120);
    memmove(b, a, sizeof b);
    return a[149] * 256 + b[1] * 16 + b[119] + b[4];
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- result 0x7a0
