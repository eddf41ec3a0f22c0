# the inner section is left first
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    unsigned long outer, inner;
    bpf_local_irq_save(&outer);
    bpf_local_irq_save(&inner);
    bpf_local_irq_restore(&inner);
    bpf_local_irq_restore(&outer);
    return 0;
}
-- accepted prog
