# twice off, twice on
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    bpf_preempt_disable();
    bpf_preempt_disable();
    bpf_preempt_enable();
    bpf_preempt_enable();
    return 0;
}
-- accepted prog
