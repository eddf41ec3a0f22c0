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

/* Lists and trees (both are chains of nodes; a tree's is sorted) are known by the address of
 * their root. A node is known by its own address, inside an object; being linked is a reference. */
int heap_insert(struct heap *h, u64 root, u64 node, u64 before, bool back); /* before 0: at an end; negative errno */
u64 heap_end(struct heap *h, u64 root, bool back);       /* the first or last node; 0: empty */
u64 heap_after(struct heap *h, u64 root, u64 node);      /* 0: the last, or not in there any more */
bool heap_remove(struct heap *h, u64 root, u64 node);    /* its reference is the caller's then; false: not in there */
bool heap_linked(struct heap *h, u64 node);

#endif
