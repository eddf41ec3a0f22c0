# each reference is given back
-- c
#include "../check.h"
struct shared { u64 number; struct bpf_refcount refs; struct bpf_list_node node; };
struct bpf_spin_lock lock SEC(".bss.list") __attribute__((aligned(8)));
struct bpf_list_head list SEC(".bss.list") CONTAINS(shared, node) __attribute__((aligned(8)));
SEC("tc") int prog(struct __sk_buff *skb) {
    struct shared *a = obj_new(struct shared), *b;
    if (!a)
        return 0;
    b = bpf_refcount_acquire_impl(a, NULL);
    bpf_obj_drop_impl(a, NULL);
    return b != NULL;
}
-- rejected prog: reference-leak: prog: insn * (refcount_leaked.t:14): what a function gave is not released on this path
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
