# flags that nobody saved
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    unsigned long flags = 0;
    KEEP(skb);
    bpf_local_irq_restore(&flags);
    return 0;
}
-- rejected prog: section: prog: insn * (section_irq_not_saved.t:7): a section (rcu, preempt, irq) is not left, or was not entered (bpf_local_irq_restore): r1 = stack - 8
-- kernel rejects expected an initialized irq flag as arg#0
