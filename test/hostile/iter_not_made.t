# an iterator that nobody made
-- c
#include "bpf.h"
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM int *bpf_iter_num_next(void *it);
SEC("socket") int prog(void *ctx)
{
    u64 it = 0x500000000;
    return bpf_iter_num_next(&it) != 0;
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- trap BAD_HANDLE
