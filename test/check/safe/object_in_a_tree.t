# added under the lock, the first one removed and dropped
-- c
#include "../check.h"
struct leaf { u64 key; struct bpf_rb_node node; };
struct bpf_spin_lock tree_lock SEC(".bss.tree") __attribute__((aligned(8)));
struct bpf_rb_root tree SEC(".bss.tree") CONTAINS(leaf, node) __attribute__((aligned(8)));
static _Bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b) {
    return member_of(a, struct leaf, node)->key < member_of(b, struct leaf, node)->key;
}
SEC("tc") int prog(struct __sk_buff *skb) {
    struct leaf *l = obj_new(struct leaf);
    struct bpf_rb_node *n;
    if (!l)
        return 0;
    l->key = skb->len;
    bpf_spin_lock(&tree_lock);
    bpf_rbtree_add_impl(&tree, &l->node, less, NULL, 0);
    n = bpf_rbtree_first(&tree);
    n = n ? bpf_rbtree_remove(&tree, n) : NULL;
    bpf_spin_unlock(&tree_lock);
    if (n)
        bpf_obj_drop_impl(member_of(n, struct leaf, node), NULL);
    return 0;
}
-- accepted prog
