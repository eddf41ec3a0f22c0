# the inner section is left last
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    unsigned long outer, inner;
    bpf_local_irq_save(&outer);
    bpf_local_irq_save(&inner);
    bpf_local_irq_restore(&outer);
    bpf_local_irq_restore(&inner);
    return 0;
}
-- rejected prog: section: prog: insn * (section_irq_out_of_order.t:8): a section (rcu, preempt, irq) is not left, or was not entered (bpf_local_irq_restore): r1 = stack - 8
-- kernel rejects cannot restore irq state out of order, expected id=2 acquired at insn_idx=7
