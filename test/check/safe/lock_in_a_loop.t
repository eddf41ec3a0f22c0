# taken and released in each turn
-- c
#include "../check.h"
SEC("tc") int prog(struct __sk_buff *skb) {
    for (u32 i = 0; i < 3; i++) {
        u32 key = i & 1;
        struct guarded *g = bpf_map_lookup_elem(&guarded, &key);
        KEEP(i);
        if (!g)
            continue;
        bpf_spin_lock(&g->lock);
        g->count += i;
        bpf_spin_unlock(&g->lock);
    }
    return 0;
}
-- accepted prog
