# the numbers are not where the program can write
-- c
#include "bpf.h"
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM int bpf_iter_num_new(void *it, int start, int end);
KSYM int *bpf_iter_num_next(void *it);
KSYM void bpf_iter_num_destroy(void *it);
SEC("socket") int prog(void *ctx)
{
    u64 it, n = 0;
    bpf_iter_num_new(&it, 0, 3);
    while (bpf_iter_num_next(&it)) {
        it = 0;
        n++;
    }
    bpf_iter_num_destroy(&it);
    return n;
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- result 3
