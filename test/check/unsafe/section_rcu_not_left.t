# a section that is entered is left
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    bpf_rcu_read_lock();
    return 0;
}
-- rejected prog: section: prog: insn * (section_rcu_not_left.t:6): a section (rcu, preempt, irq) is not left, or was not entered
-- kernel rejects BPF_EXIT instruction in main prog cannot be used inside bpf_rcu_read_lock-ed region
