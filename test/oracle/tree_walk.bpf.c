/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tree_walk.bpf.c - going down a tree from its root (kernel 6.16). How deep it is differs; where the ways to the left and
 * to the right end does not, nor what a search finds. */
#include "oracle.h"

#define CONTAINS(type, field) __attribute__((btf_decl_tag("contains:" #type ":" #field)))
#define member_of(p, type, field) ((type *)((char *)(p) - __builtin_offsetof(type, field)))

struct bpf_rb_root {
    u64 opaque[2];
} __attribute__((aligned(8)));
struct bpf_rb_node {
    u64 opaque[4];
} __attribute__((aligned(8)));

KSYM void *bpf_obj_new_impl(u64 type, void *meta);
KSYM int bpf_rbtree_add_impl(struct bpf_rb_root *r, struct bpf_rb_node *n,
                             _Bool(less)(struct bpf_rb_node *a, const struct bpf_rb_node *b), void *meta, u64 off);
KSYM struct bpf_rb_node *bpf_rbtree_root(struct bpf_rb_root *r);
KSYM struct bpf_rb_node *bpf_rbtree_left(struct bpf_rb_root *r, struct bpf_rb_node *n);
KSYM struct bpf_rb_node *bpf_rbtree_right(struct bpf_rb_root *r, struct bpf_rb_node *n);

struct leaf {
    u64 key;
    struct bpf_rb_node node;
};
struct bpf_spin_lock lock SEC(".bss.tree") __attribute__((aligned(8)));
struct bpf_rb_root tree SEC(".bss.tree") CONTAINS(leaf, node) __attribute__((aligned(8)));

static _Bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b) {
    return member_of(a, struct leaf, node)->key < member_of(b, struct leaf, node)->key;
}
GLOBAL int plant(u64 key) {
    struct leaf *l = bpf_obj_new_impl(__builtin_btf_type_id(*(struct leaf *)0, 0), NULL);
    if (!l)
        return -1;
    l->key = key;
    bpf_spin_lock(&lock);
    bpf_rbtree_add_impl(&tree, &l->node, less, NULL, 0);
    bpf_spin_unlock(&lock);
    return 0;
}
enum { DEEP = 64 };
/* The key where the search ends: key itself where it is there. */
GLOBAL u64 search(u64 key) {
    u64 last = -1;
    bpf_spin_lock(&lock);
    struct bpf_rb_node *n = bpf_rbtree_root(&tree);
    for (u32 i = 0; i < DEEP && n; i++) {
        last = member_of(n, struct leaf, node)->key;
        if (key == last)
            break;
        n = key < last ? bpf_rbtree_left(&tree, n) : bpf_rbtree_right(&tree, n);
    }
    bpf_spin_unlock(&lock);
    return last;
}
SEC("tc") int walk(struct __sk_buff *skb) {
    OUT(search(5) == (u64)-1);
    for (u32 i = 0; i < 40; i++)
        plant(i * 7 % 41 + 100);
    OUT(search(0));
    OUT(search(1000));
    for (u64 i = 100; i < 141; i += 4)
        OUT(search(i));
    return TC_ACT_OK;
}
CASE(tree_walk: kernel 6.16; run walk udp4; ignore .bss.tree)
