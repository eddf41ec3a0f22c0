# an iterator of numbers is none of bits
-- c
#include "bpf.h"
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM int bpf_iter_num_new(void *it, int start, int end);
KSYM int *bpf_iter_bits_next(void *it);
SEC("socket") int prog(void *ctx)
{
    u64 it[2];
    bpf_iter_num_new(it, 0, 3);
    return bpf_iter_bits_next(it) != 0;
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- trap BAD_HANDLE
