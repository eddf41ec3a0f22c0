# two locks, never both
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    struct guarded *g = first_of(&guarded), *h = first_of(&guarded);
    u64 n;
    if (!g || !h)
        return 0;
    bpf_spin_lock(&g->lock);
    n = g->count;
    bpf_spin_unlock(&g->lock);
    bpf_spin_lock(&h->lock);
    h->count += n;
    bpf_spin_unlock(&h->lock);
    return 0;
}
-- accepted prog
