# nor those of the list
-- c
#include "../check.h"
struct item { u64 number; struct bpf_list_node node; };
struct bpf_spin_lock lock SEC(".bss.list") __attribute__((aligned(8)));
struct bpf_list_head list SEC(".bss.list") CONTAINS(item, node) __attribute__((aligned(8)));
SEC("tc") int prog(struct __sk_buff *skb) {
    struct item *it = obj_new(struct item);
    if (it)
        bpf_obj_drop_impl(it, NULL);
    list.opaque[0] = 0;
    return 0;
}
-- rejected prog: special-field: prog: insn * (object_list_head_written.t:11): write of 8 bytes: a lock, timer, list or tree in a map value is accessed as bytes (.bss.list): r1 = map value of .bss.list, 20 bytes
-- kernel rejects bpf_list_head cannot be accessed directly by load/store
