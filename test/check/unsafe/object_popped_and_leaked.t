# what was popped is the program's to drop
-- c
#include "../check.h"
struct item { u64 number; struct bpf_list_node node; };
struct bpf_spin_lock lock SEC(".bss.list") __attribute__((aligned(8)));
struct bpf_list_head list SEC(".bss.list") CONTAINS(item, node) __attribute__((aligned(8)));
SEC("tc") int prog(struct __sk_buff *skb) {
    struct item *it = obj_new(struct item);
    if (it)
        bpf_obj_drop_impl(it, NULL);
    bpf_spin_lock(&lock);
    bpf_list_pop_front(&list);
    bpf_spin_unlock(&lock);
    return 0;
}
-- rejected prog: reference-leak: prog: insn * (object_popped_and_leaked.t:14): what a function gave is not released on this path
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
