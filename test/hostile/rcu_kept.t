# a section is left
-- c
#include "bpf.h"
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM void bpf_rcu_read_lock(void);
SEC("socket") int prog(void *ctx)
{
    bpf_rcu_read_lock();
    return 0;
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- trap HELD
