# what was pushed belongs to the list
-- c
#include "../check.h"
struct item { u64 number; struct bpf_list_node node; };
struct bpf_spin_lock lock SEC(".bss.list") __attribute__((aligned(8)));
struct bpf_list_head list SEC(".bss.list") CONTAINS(item, node) __attribute__((aligned(8)));
SEC("tc") int prog(struct __sk_buff *skb) {
    struct item *it = obj_new(struct item);
    if (!it)
        return 0;
    bpf_spin_lock(&lock);
    bpf_list_push_front_impl(&list, &it->node, NULL, 0);
    bpf_list_push_front_impl(&list, &it->node, NULL, 0);
    bpf_spin_unlock(&lock);
    return 0;
}
-- rejected prog: argument-type: prog: insn * (object_pushed_twice.t:13): argument 2 of bpf_list_push_front_impl: an argument is not what the function takes: r2 = any number
-- kernel rejects arg#1 expected pointer to allocated object
