# an iterator is destroyed
-- c
#include "bpf.h"
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM int bpf_iter_num_new(void *it, int start, int end);
SEC("socket") int prog(void *ctx)
{
    u64 it;
    return bpf_iter_num_new(&it, 0, 3);
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- trap HELD
