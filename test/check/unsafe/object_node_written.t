# a node's links cannot be written
-- c
#include "../check.h"
struct item { u64 number; struct bpf_list_node node; };
SEC("tc") int prog(struct __sk_buff *skb) {
    struct item *it = obj_new(struct item);
    if (!it)
        return 0;
    it->node.opaque[0] = 1;
    bpf_obj_drop_impl(it, NULL);
    return 0;
}
-- rejected prog: special-field: prog: insn * (object_node_written.t:9): write of 8 bytes: a lock, timer, list or tree in a map value is accessed as bytes: r0 = object
-- kernel rejects direct access to bpf_list_node is disallowed
