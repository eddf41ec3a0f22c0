/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* heap_tree.c - search trees whose order only the program knows (its less() runs as a callback, without the lock).
 *
 * A treap (Seidel and Aragon 1996): by the program's order from left to right, by random ranks from the top down, which
 * keeps it about 2 log2 n deep whatever the program inserts. A search that finds a place says for which version of the
 * tree it did so; where another thread has changed it since, the place is refused. */
#include "rt/heap_node.h"
#include <errno.h>

static u32 next_rank(struct heap *h) {
    h->random ^= h->random << 13; /* xorshift64 (Marsaglia 2003) */
    h->random ^= h->random >> 7;
    h->random ^= h->random << 17;
    return (u32)(h->random >> 32);
}

/* Where the index of i stands in its parent. */
static u32 *link_to(struct heap *h, u32 i) {
    struct node *p = &h->node[h->node[i].parent];
    return p->next == i ? &p->next : &p->prev;
}

/* i takes the place of its parent, which becomes its child. */
static void rotate_up(struct heap *h, u32 i) {
    struct node *n = &h->node[i];
    u32 up = n->parent, *from = link_to(h, up);
    struct node *p = &h->node[up];
    u32 *hole = p->next == i ? &p->next : &p->prev, *mine = p->next == i ? &n->prev : &n->next;
    *hole = *mine;
    if (*mine)
        h->node[*mine].parent = up;
    *mine = up;
    n->parent = p->parent;
    p->parent = i;
    *from = i;
}

void tree_unlink(struct heap *h, u32 i) {
    struct node *n = &h->node[i];
    while (n->next || n->prev) /* down to where it has no children */
        rotate_up(h, !n->prev || (n->next && h->node[n->next].rank > h->node[n->prev].rank) ? n->next : n->prev);
    *link_to(h, i) = 0;
    h->node[node_find(h, n->root)].rank++;
}

int heap_tree_add(struct heap *h, u64 root, u64 node, const struct tree_place *at) {
    int err;
    u32 r, up, i, *slot;
    lock(&h->lock);
    r = node_root(h, root, true, &err);
    up = at->parent ? node_find(h, at->parent) : r;
    slot = at->right ? &h->node[up].prev : &h->node[up].next;
    if (node_find(h, node)) {
        err = -EINVAL;
    } else if (r && (!up || *slot || at->version != h->node[r].rank)) {
        err = -EAGAIN;
    } else if (r && (i = node_add(h, node, root))) {
        h->node[i].tree = true;
        h->node[i].rank = next_rank(h);
        h->node[i].parent = up;
        *slot = i;
        while (h->node[i].parent != r && h->node[i].rank > h->node[h->node[i].parent].rank)
            rotate_up(h, i);
        h->node[r].rank++;
        err = 0;
    }
    unlock(&h->lock);
    return err;
}

u64 heap_tree_top(struct heap *h, u64 root, u32 *version) {
    u64 addr = 0;
    u32 r;
    lock(&h->lock);
    r = node_find(h, root);
    *version = 0;
    if (r && !h->node[r].root && h->node[r].tree) {
        *version = h->node[r].rank;
        addr = h->node[r].next ? h->node[h->node[r].next].addr : 0;
    }
    unlock(&h->lock);
    return addr;
}

u64 heap_tree_child(struct heap *h, u64 root, u64 node, bool right) {
    u64 addr = 0;
    u32 i;
    lock(&h->lock);
    i = node_find(h, node);
    if (i && root && h->node[i].root == root && h->node[i].tree) {
        u32 k = right ? h->node[i].prev : h->node[i].next;
        addr = k ? h->node[k].addr : 0;
    }
    unlock(&h->lock);
    return addr;
}

u64 heap_tree_first(struct heap *h, u64 root) {
    u32 r, i;
    u64 addr = 0;
    lock(&h->lock);
    r = node_find(h, root);
    i = r && !h->node[r].root && h->node[r].tree ? h->node[r].next : 0;
    while (i) {
        addr = h->node[i].addr;
        i = h->node[i].next;
    }
    unlock(&h->lock);
    return addr;
}
