# a list may be empty
-- c
#include "../check.h"
struct item { u64 number; struct bpf_list_node node; };
struct bpf_spin_lock lock SEC(".bss.list") __attribute__((aligned(8)));
struct bpf_list_head list SEC(".bss.list") CONTAINS(item, node) __attribute__((aligned(8)));
SEC("tc") int prog(struct __sk_buff *skb) {
    struct bpf_list_node *n;
    struct item *it = obj_new(struct item);
    if (it)
        bpf_obj_drop_impl(it, NULL);
    bpf_spin_lock(&lock);
    n = bpf_list_pop_front(&list);
    bpf_spin_unlock(&lock);
    bpf_obj_drop_impl(member_of(n, struct item, node), NULL);
    return 0;
}
-- rejected prog: null-check: prog: insn * (object_popped_and_not_tested.t:15): r6 may be null: r6 = object + 8, or null
-- kernel rejects R6 pointer arithmetic on ptr_or_null_ prohibited, null-check it first
