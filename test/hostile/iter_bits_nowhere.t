# words that cannot be read
-- c
#include "bpf.h"
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM int bpf_iter_bits_new(void *it, const u64 *words, u32 n);
KSYM int *bpf_iter_bits_next(void *it);
SEC("socket") int prog(void *ctx)
{
    u64 it[2];
    int r = bpf_iter_bits_new(it, (void *)0x1000, 2);
    return r == -14 && !bpf_iter_bits_next(it) ? 7 : 0;
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- trap HELD
