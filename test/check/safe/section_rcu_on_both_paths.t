# each way out leaves it
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    bpf_rcu_read_lock();
    if (skb->len > 100) {
        bpf_rcu_read_unlock();
        return 1;
    }
    bpf_rcu_read_unlock();
    return 0;
}
-- accepted prog
