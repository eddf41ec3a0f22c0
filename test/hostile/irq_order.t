# flags are restored in the reverse order
-- c
#include "bpf.h"
#define KSYM __attribute__((section(".ksyms"))) extern
KSYM void bpf_local_irq_save(u64 *flags);
KSYM void bpf_local_irq_restore(u64 *flags);
SEC("socket") int prog(void *ctx)
{
    u64 a, b;
    bpf_local_irq_save(&a);
    bpf_local_irq_save(&b);
    bpf_local_irq_restore(&a);
    return 0;
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- trap BAD_HANDLE
