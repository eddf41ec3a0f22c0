# memset beyond its frame traps as a store would
-- c
#include "bpf.h"
#undef memset
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM void *memset(void *to, int byte, unsigned long n);
SEC("socket") __attribute__((no_builtin)) int prog(void *ctx)
{
    u8 a[16];
    memset((u8 *)0x123456, 7, 16);
    memset(a, 1, 16);
    return a[3];
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- trap OUT_OF_BOUNDS
