/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* heap_node.h - the inside of a heap: for heap.c (objects), heap_list.c and heap_tree.c.
 *
 *   area    | cell of 64 bytes | cell | ...      the program reads and writes it as it likes
 *   cell[]  what each cell is: start of an object (references, size class), or part of one
 *   node[]  a linked node: its address, its root, its neighbours; found by a hash of the address
 *
 * Nothing that the area holds is believed: heads and links that the program sees stay zero. */
#ifndef RT_HEAP_NODE_H
#define RT_HEAP_NODE_H
#include "rt/heap.h"
#include "rt/lock.h"

enum { CLASSES = 11, NODES = 1 << 16, BUCKETS = 1 << 14 };

struct cell {
    u32 refs, start; /* of the object's first cell: references; of each cell: its first one, plus 1 */
    u32 next;        /* free: the next of its class, plus 1 */
    u32 cpu_stride;
    u8 class;
};
/* Indices; 0: none. A root is a node, too (its own root is 0).
 *   list   a ring through its root: next, prev
 *   tree   next: the left child, prev: the right one; of the root, next: the top. rank: heap order (heap_tree.c);
 *          of the root: grows with each change */
struct node {
    u64 addr, root;
    u32 next, prev, parent;
    u32 rank;
    u32 chain;       /* of the hash bucket, or of free nodes */
    bool tree;
};
struct heap {
    atomic_bool lock;
    u8 *area;
    struct cell *cell;
    struct node *node;
    u32 *bucket;
    u32 used, nnode, free_node;
    u32 free[CLASSES];
    u64 random;      /* ranks */
};

/* All under h->lock. */
u32 node_find(struct heap *h, u64 addr);          /* 0: it is not linked, and no root */
u32 node_add(struct heap *h, u64 addr, u64 root); /* 0: no room */
void node_forget(struct heap *h, u32 i);
/* The root at addr, made where there is none; 0 with *err: no room, or another kind of root is in use there. */
u32 node_root(struct heap *h, u64 addr, bool tree, int *err);
void tree_unlink(struct heap *h, u32 i);

#endif
