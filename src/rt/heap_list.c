/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* heap_list.c - nodes of lists and trees by address, and lists: rings through their root. */
#include "rt/heap_node.h"
#include <errno.h>

/* ---- nodes ---- */

static u32 *bucket_of(struct heap *h, u64 addr) {
    return &h->bucket[(addr >> 3) * 0x9e3779b97f4a7c15u >> 50];
}

u32 node_find(struct heap *h, u64 addr) {
    u32 i = *bucket_of(h, addr);
    while (i && h->node[i].addr != addr)
        i = h->node[i].chain;
    return i;
}

u32 node_add(struct heap *h, u64 addr, u64 root) {
    u32 i = h->free_node, *b = bucket_of(h, addr);
    if (i)
        h->free_node = h->node[i].chain;
    else if (h->nnode < NODES)
        i = h->nnode++;
    else
        return 0;
    h->node[i] = (struct node){.addr = addr, .root = root, .chain = *b};
    return *b = i;
}

void node_forget(struct heap *h, u32 i) {
    u32 *p = bucket_of(h, h->node[i].addr);
    while (*p != i)
        p = &h->node[*p].chain;
    *p = h->node[i].chain;
    h->node[i] = (struct node){.chain = h->free_node};
    h->free_node = i;
}

static bool is_root(const struct heap *h, u32 i, bool tree) {
    return i && !h->node[i].root && h->node[i].tree == tree;
}

u32 node_root(struct heap *h, u64 addr, bool tree, int *err) {
    u32 i = node_find(h, addr);
    *err = -ENOMEM;
    if (!i && (i = node_add(h, addr, 0))) {
        h->node[i].tree = tree;
        if (!tree) /* a node of its own ring, so that the ends are no special case */
            h->node[i].next = h->node[i].prev = i;
    } else if (i && !is_root(h, i, tree)) {
        *err = -EINVAL;
        i = 0;
    }
    return i;
}

/* ---- lists ---- */

int heap_push(struct heap *h, u64 root, u64 node, bool back) {
    int err;
    u32 r, at, i;
    lock(&h->lock);
    r = node_root(h, root, false, &err);
    if (node_find(h, node)) {
        err = -EINVAL;
    } else if (r && (i = node_add(h, node, root))) {
        at = back ? r : h->node[r].next;
        h->node[i].next = at;
        h->node[i].prev = h->node[at].prev;
        h->node[h->node[i].prev].next = i;
        h->node[at].prev = i;
        err = 0;
    }
    unlock(&h->lock);
    return err;
}

u64 heap_end(struct heap *h, u64 root, bool back) {
    u32 r, i;
    u64 addr;
    lock(&h->lock);
    r = node_find(h, root);
    i = !is_root(h, r, false) ? 0 : back ? h->node[r].prev : h->node[r].next;
    addr = i && i != r ? h->node[i].addr : 0;
    unlock(&h->lock);
    return addr;
}

bool heap_remove(struct heap *h, u64 root, u64 node) {
    u32 i;
    bool ok;
    lock(&h->lock);
    i = node_find(h, node);
    ok = i && root && h->node[i].root == root;
    if (ok) {
        struct node *n = &h->node[i];
        if (n->tree) {
            tree_unlink(h, i);
        } else {
            h->node[n->prev].next = n->next;
            h->node[n->next].prev = n->prev;
        }
        node_forget(h, i);
    }
    unlock(&h->lock);
    return ok;
}

bool heap_linked(struct heap *h, u64 node) {
    lock(&h->lock);
    bool yes = node_find(h, node);
    unlock(&h->lock);
    return yes;
}
