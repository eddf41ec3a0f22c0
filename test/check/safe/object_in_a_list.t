# pushed under the lock, popped, tested, dropped
-- c
#include "../check.h"
struct item { u64 number; struct bpf_list_node node; };
struct bpf_spin_lock lock SEC(".bss.list") __attribute__((aligned(8)));
struct bpf_list_head list SEC(".bss.list") CONTAINS(item, node) __attribute__((aligned(8)));
SEC("tc") int prog(struct __sk_buff *skb) {
    struct item *it = obj_new(struct item);
    struct bpf_list_node *n;
    u64 r;
    if (!it)
        return 0;
    it->number = 5;
    bpf_spin_lock(&lock);
    bpf_list_push_front_impl(&list, &it->node, NULL, 0);
    n = bpf_list_pop_front(&list);
    bpf_spin_unlock(&lock);
    if (!n)
        return 0;
    it = member_of(n, struct item, node);
    r = it->number;
    bpf_obj_drop_impl(it, NULL);
    return r;
}
-- accepted prog
