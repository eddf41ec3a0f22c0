# each way out releases
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct guarded *g = first_of(&guarded);
    u32 len = skb->len;
    if (!g)
        return 0;
    bpf_spin_lock(&g->lock);
    if (len > 100) {
        g->count++;
        bpf_spin_unlock(&g->lock);
        return 1;
    }
    bpf_spin_unlock(&g->lock);
    return 0;
}
-- accepted prog
