# preemption was on
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    bpf_preempt_enable();
    return 0;
}
-- rejected prog: section: prog: insn * (section_preempt_not_entered.t:5): a section (rcu, preempt, irq) is not left, or was not entered (bpf_preempt_enable)
-- kernel rejects unmatched attempt to enable preemption (kernel function bpf_preempt_enable)
