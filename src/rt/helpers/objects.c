/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* objects.c - allocated objects, and the lists and trees made of them.
 *
 *   obj_new, pop, remove, acquire    the run owns a reference: a row OWNED of its table
 *   push, add, drop, kptr_xchg       it gives one away
 *
 * A reference that is left at the end is given back, and the run traps (HELD). Objects live in
 * the program's heap, so what lists hold stays until the program goes. */
#include "ir/btf.h"
#include "rt/heap.h"
#include "rt/helpers/helpers.h"
#include <errno.h>

static u64 own(struct ctx *cx, u8 *p) {
    struct heap *h = cx->program->heap;
    if (p && object_new(cx, OBJECT_OWNED, NULL, p))
        return num(p);
    if (p)
        heap_unref(h, p);
    return 0;
}

/* Takes the run's row of the object away; false: it owns none, and it traps. */
static bool disown(struct ctx *cx, const void *p) {
    struct object *o = p ? object_find(cx, OBJECT_OWNED, p) : NULL;
    if (!o) {
        trap(cx, TRAP_BAD_HANDLE);
        return false;
    }
    object_free(cx, o);
    return true;
}

static u64 make(struct ctx *cx, u64 type, u32 cpus) {
    u64 size = btf_size_of(cx->program->m, (u32)type);
    if (!size || !cx->program->heap)
        return trap(cx, TRAP_BAD_ARGUMENT);
    return charge_bytes(cx, size) ? own(cx, heap_alloc(cx->program->heap, size, cpus)) : 0;
}

K(bpf_obj_new_impl) {
    return make(cx, r1, 0);
}
K(bpf_percpu_obj_new_impl) {
    return make(cx, r1, registry_cpus(cx->program->r));
}

static u64 drop(struct ctx *cx, u64 p) {
    if (disown(cx, ptr(p)))
        heap_unref(cx->program->heap, ptr(p));
    return 0;
}

K(bpf_obj_drop_impl) {
    return drop(cx, r1);
}
K(bpf_percpu_obj_drop_impl) {
    return drop(cx, r1);
}

K(bpf_refcount_acquire_impl) {
    if (!heap_ref(cx->program->heap, ptr(r1)))
        return trap(cx, TRAP_BAD_HANDLE);
    return own(cx, ptr(r1));
}

static u64 percpu(struct ctx *cx, u64 p, u64 cpu) {
    u32 stride = heap_cpu_stride(cx->program->heap, ptr(p));
    if (!stride)
        return trap(cx, TRAP_BAD_HANDLE);
    return cpu < registry_cpus(cx->program->r) ? p + cpu * stride : 0;
}
H(per_cpu_ptr) {
    return percpu(cx, r1, (u32)r2);
}
H(this_cpu_ptr) {
    return percpu(cx, r1, cx->cpu);
}

/* The word of a map value that owns an object. What the program wrote there itself is no object. */
H(kptr_xchg) {
    u64 *word = ptr(r1), old;
    if (r1 % 8 || (r2 && !disown(cx, ptr(r2))))
        return trap(cx, TRAP_BAD_ARGUMENT);
    old = __atomic_exchange_n(word, r2, __ATOMIC_ACQ_REL);
    if (old && (!heap_live(cx->program->heap, ptr(old)) || object_find(cx, OBJECT_OWNED, ptr(old))))
        return trap(cx, TRAP_BAD_HANDLE);
    return old ? own(cx, ptr(old)) : 0;
}

/* ---- lists ---- */

static bool root(struct ctx *cx, u64 r) {
    if (r % 8 == 0 && cx->program->heap)
        return true;
    trap(cx, TRAP_BAD_ARGUMENT);
    return false;
}

/* The node's object, which the run has to own; NULL: it traps. */
static u8 *object_of_node(struct ctx *cx, u64 node) {
    u8 *p = node % 8 ? NULL : heap_object_of(cx->program->heap, node);
    return disown(cx, p) ? p : NULL;
}

/* A node that is linked already: -EINVAL, and the reference is dropped, as in the kernel. */
static u64 linked(struct ctx *cx, u8 *p, int err) {
    if (err)
        heap_unref(cx->program->heap, p);
    return (u64)(s64)err;
}

static u64 push(struct ctx *cx, u64 head, u64 node, bool back) {
    u8 *p = root(cx, head) ? object_of_node(cx, node) : NULL;
    return p ? linked(cx, p, heap_push(cx->program->heap, head, node, back)) : 0;
}

K(bpf_list_push_front_impl) {
    return push(cx, r1, r2, false);
}
K(bpf_list_push_back_impl) {
    return push(cx, r1, r2, true);
}

/* The node, now owned. With no room to own it, it stays where it was. */
static u64 take(struct ctx *cx, u64 head, u64 node) {
    struct heap *h = cx->program->heap;
    u8 *p = node ? heap_object_of(h, node) : NULL;
    struct object *o = p ? object_new(cx, OBJECT_OWNED, NULL, p) : NULL;
    if (!o)
        return 0;
    if (heap_remove(h, head, node))
        return node;
    object_free(cx, o);
    return 0;
}

K(bpf_list_pop_front) {
    return root(cx, r1) ? take(cx, r1, heap_end(cx->program->heap, r1, false)) : 0;
}
K(bpf_list_pop_back) {
    return root(cx, r1) ? take(cx, r1, heap_end(cx->program->heap, r1, true)) : 0;
}
K(bpf_list_front) {
    return root(cx, r1) ? heap_end(cx->program->heap, r1, false) : 0;
}
K(bpf_list_back) {
    return root(cx, r1) ? heap_end(cx->program->heap, r1, true) : 0;
}

/* ---- trees ---- */

/* Where node belongs: behind all that are not greater. False: it trapped. */
static bool find_place(struct ctx *cx, u64 root, u64 node, u32 less_than, struct tree_place *at) {
    struct heap *h = cx->program->heap;
    u64 next = heap_tree_top(h, root, &at->version), less = 0;
    at->parent = 0;
    at->right = false;
    while (next) {
        u64 args[5] = {node, next, 0, 0, 0};
        if (!charge(cx, 1) || !cx->services->call(cx, less_than, args, &less))
            return false;
        at->parent = next;
        at->right = !(less & 1);
        next = heap_tree_child(h, root, next, at->right);
    }
    return true;
}

/* Another thread may change the tree under the comparison, if the program does not hold its lock: then
 * the search begins again, paid for by the program. */
K(bpf_rbtree_add_impl) {
    struct heap *h = cx->program->heap;
    u8 *p = root(cx, r1) ? object_of_node(cx, r2) : NULL;
    struct tree_place at;
    int err;
    if (!p)
        return 0;
    if (heap_linked(h, r2))
        return linked(cx, p, -EINVAL);
    do {
        if (!charge(cx, 1) || !find_place(cx, r1, r2, (u32)r3, &at)) {
            heap_unref(h, p);
            return 0;
        }
        err = heap_tree_add(h, r1, r2, &at);
    } while (err == -EAGAIN);
    return linked(cx, p, err);
}

K(bpf_rbtree_first) {
    return root(cx, r1) ? heap_tree_first(cx->program->heap, r1) : 0;
}
K(bpf_rbtree_root) {
    u32 version;
    return root(cx, r1) ? heap_tree_top(cx->program->heap, r1, &version) : 0;
}
K(bpf_rbtree_left) {
    return root(cx, r1) ? heap_tree_child(cx->program->heap, r1, r2, false) : 0;
}
K(bpf_rbtree_right) {
    return root(cx, r1) ? heap_tree_child(cx->program->heap, r1, r2, true) : 0;
}
K(bpf_rbtree_remove) {
    return root(cx, r1) ? take(cx, r1, r2) : 0;
}
