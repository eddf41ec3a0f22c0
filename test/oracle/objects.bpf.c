/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* objects.bpf.c - allocated objects: linked lists, red-black trees, locks around them (kernel 6.3). */
#include "oracle.h"

#define CONTAINS(type, field) __attribute__((btf_decl_tag("contains:" #type ":" #field)))
#define member_of(p, type, field) ((type *)((char *)(p) - __builtin_offsetof(type, field)))

struct bpf_list_head {
    u64 opaque[2];
} __attribute__((aligned(8)));
struct bpf_list_node {
    u64 opaque[3];
} __attribute__((aligned(8)));
struct bpf_rb_root {
    u64 opaque[2];
} __attribute__((aligned(8)));
struct bpf_rb_node {
    u64 opaque[4];
} __attribute__((aligned(8)));

KSYM void *bpf_obj_new_impl(u64 type, void *meta);
KSYM void bpf_obj_drop_impl(void *p, void *meta);
KSYM int bpf_list_push_front_impl(struct bpf_list_head *h, struct bpf_list_node *n, void *meta, u64 off);
KSYM int bpf_list_push_back_impl(struct bpf_list_head *h, struct bpf_list_node *n, void *meta, u64 off);
KSYM struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *h);
KSYM struct bpf_list_node *bpf_list_pop_back(struct bpf_list_head *h);
KSYM int bpf_rbtree_add_impl(struct bpf_rb_root *r, struct bpf_rb_node *n,
                             _Bool(less)(struct bpf_rb_node *a, const struct bpf_rb_node *b), void *meta, u64 off);
KSYM struct bpf_rb_node *bpf_rbtree_first(struct bpf_rb_root *r);
KSYM struct bpf_rb_node *bpf_rbtree_remove(struct bpf_rb_root *r, struct bpf_rb_node *n);
#define obj_new(type) ((type *)bpf_obj_new_impl(__builtin_btf_type_id(*(type *)0, 0), NULL))

struct item {
    u64 number;
    struct bpf_list_node node;
};
struct leaf {
    u64 key;
    struct bpf_rb_node node;
};

struct bpf_spin_lock lock SEC(".bss.list") __attribute__((aligned(8)));
struct bpf_list_head list SEC(".bss.list") CONTAINS(item, node) __attribute__((aligned(8)));
struct bpf_spin_lock tree_lock SEC(".bss.tree") __attribute__((aligned(8)));
struct bpf_rb_root tree SEC(".bss.tree") CONTAINS(leaf, node) __attribute__((aligned(8)));

GLOBAL int push(u64 number, u64 back) {
    struct item *it = obj_new(struct item);
    if (!it)
        return -1;
    it->number = number;
    bpf_spin_lock(&lock);
    if (back)
        bpf_list_push_back_impl(&list, &it->node, NULL, 0);
    else
        bpf_list_push_front_impl(&list, &it->node, NULL, 0);
    bpf_spin_unlock(&lock);
    return 0;
}
GLOBAL int pop(u64 back) {
    struct bpf_list_node *n;
    bpf_spin_lock(&lock);
    n = back ? bpf_list_pop_back(&list) : bpf_list_pop_front(&list);
    bpf_spin_unlock(&lock);
    if (!n) {
        OUT(-1);
        return 0;
    }
    struct item *it = member_of(n, struct item, node);
    OUT(it->number);
    bpf_obj_drop_impl(it, NULL);
    return 0;
}
SEC("tc") int lists(struct __sk_buff *skb) {
    for (u32 i = 0; i < 6; i++)
        push(i * 11, i & 1);
    for (u32 i = 0; i < 7; i++)
        pop(i & 2);
    return TC_ACT_OK;
}
CASE(object_list: kernel 6.3; run lists udp4 x2; ignore .bss.list; ignore .bss.tree)

static _Bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b) {
    return member_of(a, struct leaf, node)->key < member_of(b, struct leaf, node)->key;
}
GLOBAL int plant(u64 key) {
    struct leaf *l = obj_new(struct leaf);
    if (!l)
        return -1;
    l->key = key;
    bpf_spin_lock(&tree_lock);
    bpf_rbtree_add_impl(&tree, &l->node, less, NULL, 0);
    bpf_spin_unlock(&tree_lock);
    return 0;
}
GLOBAL int pick(void) {
    struct bpf_rb_node *n;
    bpf_spin_lock(&tree_lock);
    n = bpf_rbtree_first(&tree);
    if (!n) {
        bpf_spin_unlock(&tree_lock);
        OUT(-1);
        return 0;
    }
    n = bpf_rbtree_remove(&tree, n);
    bpf_spin_unlock(&tree_lock);
    if (!n)
        return 0;
    struct leaf *l = member_of(n, struct leaf, node);
    OUT(l->key);
    bpf_obj_drop_impl(l, NULL);
    return 0;
}
SEC("tc") int trees(struct __sk_buff *skb) {
    for (u32 i = 0; i < 8; i++)
        plant(i * 7 % 11);
    for (u32 i = 0; i < 9; i++)
        pick();
    return TC_ACT_OK;
}
CASE(object_tree: kernel 6.3; run trees udp4 x2; ignore .bss.list; ignore .bss.tree)
