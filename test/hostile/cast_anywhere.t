# a cast gives no right to read
-- c
#include "bpf.h"
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM void *bpf_rdonly_cast(const void *p, u32 type);
SEC("socket") int prog(void *ctx)
{
    return *(u64 *)bpf_rdonly_cast((void *)0x123456, 0);
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- trap OUT_OF_BOUNDS
