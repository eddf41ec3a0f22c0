# a slice of no dynptr
-- c
#include "bpf.h"
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM void *bpf_dynptr_slice(void *p, u32 off, void *buf, u32 size);
SEC("socket") int prog(void *ctx)
{
    u64 p[2] = {1, 16};
    return bpf_dynptr_slice(p, 0, 0, 4) != 0;
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- trap BAD_HANDLE
