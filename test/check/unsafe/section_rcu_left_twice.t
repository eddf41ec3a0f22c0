# a section that was left
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    bpf_rcu_read_lock();
    bpf_rcu_read_unlock();
    bpf_rcu_read_unlock();
    return 0;
}
-- rejected prog: section: prog: insn * (section_rcu_left_twice.t:7): a section (rcu, preempt, irq) is not left, or was not entered (bpf_rcu_read_unlock)
-- kernel rejects unmatched rcu read unlock (kernel function bpf_rcu_read_unlock)
