# a list is changed under its lock
-- c
#include "../check.h"
struct item { u64 number; struct bpf_list_node node; };
struct bpf_spin_lock lock SEC(".bss.list") __attribute__((aligned(8)));
struct bpf_list_head list SEC(".bss.list") CONTAINS(item, node) __attribute__((aligned(8)));
SEC("tc") int prog(struct __sk_buff *skb) {
    struct item *it = obj_new(struct item);
    if (!it)
        return 0;
    bpf_list_push_front_impl(&list, &it->node, NULL, 0);
    return 0;
}
-- rejected prog: lock-state: prog: insn * (object_pushed_without_lock.t:11): a lock is taken twice, left held or released without being held (bpf_list_push_front_impl): r1 = map value of .bss.list, 20 bytes
-- kernel rejects bpf_spin_lock at off=16 must be held for bpf_list_head
