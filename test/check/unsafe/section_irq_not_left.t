# interrupts stay off
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    unsigned long flags;
    bpf_local_irq_save(&flags);
    return 0;
}
-- rejected prog: reference-leak: prog: insn * (section_irq_not_left.t:7): what a function gave is not released on this path
-- kernel rejects BPF_EXIT instruction in main prog cannot be used inside bpf_local_irq_save-ed region
