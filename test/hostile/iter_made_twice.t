# an iterator is destroyed before it is made again
-- c
#include "bpf.h"
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM int bpf_iter_num_new(void *it, int start, int end);
SEC("socket") int prog(void *ctx)
{
    u64 it;
    bpf_iter_num_new(&it, 0, 3);
    return bpf_iter_num_new(&it, 0, 3);
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- trap BAD_HANDLE
