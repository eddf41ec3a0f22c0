# entered and left
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    u64 *v;
    bpf_rcu_read_lock();
    v = first_of(&values);
    if (v)
        v[0]++;
    bpf_rcu_read_unlock();
    return 0;
}
-- accepted prog
