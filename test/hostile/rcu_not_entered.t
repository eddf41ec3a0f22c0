# a section is entered before it is left
-- c
#include "bpf.h"
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM void bpf_rcu_read_unlock(void);
SEC("socket") int prog(void *ctx)
{
    bpf_rcu_read_unlock();
    return 0;
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- trap BAD_HANDLE
