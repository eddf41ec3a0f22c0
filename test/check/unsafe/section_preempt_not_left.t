# preemption stays off
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    bpf_preempt_disable();
    if (skb->len > 100)
        bpf_preempt_enable();
    return 0;
}
-- rejected prog: section: prog: insn * (section_preempt_not_left.t:8): a section (rcu, preempt, irq) is not left, or was not entered
-- kernel rejects BPF_EXIT instruction in main prog cannot be used inside bpf_preempt_disable-ed region
