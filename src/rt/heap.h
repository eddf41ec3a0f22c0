/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* heap.h - the objects of bpf_obj_new: one bounded area for each program, with lists and trees. */
#ifndef RT_HEAP_H
#define RT_HEAP_H
#include "base/types.h"

enum { HEAP_BYTES = 16 << 20 };
struct heap;
struct heap *heap_new(void);             /* NULL: out of memory */
void heap_drop(struct heap *h);
void *heap_base(const struct heap *h);   /* HEAP_BYTES that the program may read and write */
/* size bytes, zeroed, with one reference; cpu_stride > 0: a copy for each CPU, that far apart. NULL: full. */
u8 *heap_alloc(struct heap *h, u64 size, u32 cpus);
bool heap_live(struct heap *h, const void *p);     /* p is the start of an object */
bool heap_ref(struct heap *h, const void *p);      /* false: not live */
void heap_unref(struct heap *h, const void *p);
u32 heap_cpu_stride(struct heap *h, const void *p);/* 0: not one for each CPU */
u8 *heap_object_of(struct heap *h, u64 addr);      /* the object that holds addr; NULL: none */

/* Lists and trees are known by the address of their root, a node by its own address, inside an object; being
 * linked is a reference. Negative errno: -EINVAL: linked already, or the root is one of the other kind. */
int heap_push(struct heap *h, u64 root, u64 node, bool back);
u64 heap_end(struct heap *h, u64 root, bool back);       /* the first or last node of a list; 0: empty */
bool heap_remove(struct heap *h, u64 root, u64 node); /* of either; its reference is the caller's then; false: not there */
bool heap_linked(struct heap *h, u64 node);

/* A search goes down from the top by the program's own comparison, and ends at a place for a new node. */
struct tree_place { u64 parent; bool right; u32 version; }; /* parent 0: the tree was empty */
u64 heap_tree_top(struct heap *h, u64 root, u32 *version); /* 0: empty */
u64 heap_tree_child(struct heap *h, u64 root, u64 node, bool right); /* 0: none, or the node is not in there */
u64 heap_tree_first(struct heap *h, u64 root);
int heap_tree_add(struct heap *h, u64 root, u64 node, const struct tree_place *at); /* -EAGAIN: search again */

#endif
