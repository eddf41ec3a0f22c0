/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* sections.c - kfuncs that begin and end a section (RCU, preemption, interrupts), and casts.
 * Runs are not preempted by each other and nothing is freed under them, so a section does
 * nothing; that each is left again is checked, as the kernel's verifier does. */
#include "rt/helpers/helpers.h"

enum section_kind { SECTION_RCU = 1, SECTION_PREEMPT };

static u64 enter(struct ctx *cx, u64 kind) {
    struct object *o = object_find(cx, OBJECT_SECTION, ptr(kind));
    if (!o && !(o = object_new(cx, OBJECT_SECTION, NULL, ptr(kind))))
        return trap(cx, TRAP_MEMORY);
    if (o->len == UINT32_MAX)
        return trap(cx, TRAP_HELD);
    o->len++;
    return 0;
}

static u64 leave(struct ctx *cx, u64 kind) {
    struct object *o = object_find(cx, OBJECT_SECTION, ptr(kind));
    if (!o)
        return trap(cx, TRAP_BAD_HANDLE);
    if (!--o->len)
        object_free(cx, o);
    return 0;
}

K(bpf_rcu_read_lock) {
    return enter(cx, SECTION_RCU);
}
K(bpf_rcu_read_unlock) {
    return leave(cx, SECTION_RCU);
}
K(bpf_preempt_disable) {
    return enter(cx, SECTION_PREEMPT);
}
K(bpf_preempt_enable) {
    return leave(cx, SECTION_PREEMPT);
}

/* Saved flags are restored in the reverse order. */
static struct object *last_irq(struct ctx *cx) {
    struct object *last = NULL;
    for (u32 i = 0; i < cx->in->nobject; i++) {
        struct object *o = &cx->in->object[i];
        if (o->kind == OBJECT_IRQ && (!last || o->at > last->at))
            last = o;
    }
    return last;
}

K(bpf_local_irq_save) {
    struct object *last = last_irq(cx), *o;
    u32 at = last ? last->at + 1 : 0;
    if (object_find(cx, OBJECT_IRQ, ptr(r1)))
        return trap(cx, TRAP_BAD_HANDLE);
    if (!(o = object_new(cx, OBJECT_IRQ, NULL, ptr(r1))))
        return trap(cx, TRAP_MEMORY);
    o->at = at;
    return 0;
}

K(bpf_local_irq_restore) {
    struct object *o = last_irq(cx);
    if (!o || o->p != ptr(r1))
        return trap(cx, TRAP_BAD_HANDLE);
    object_free(cx, o);
    return 0;
}

/* There is no struct sk_buff or xdp_buff behind a packet: what comes back has no memory, and
 * reading a field of it traps. Of a context that the host gave, the host knows the layout. */
K(bpf_cast_to_kern_ctx) {
    return cx->type->size ? handle(TAG_OBJECT, 0) : r1;
}

/* Any address: accesses through it are checked like all others. */
K(bpf_rdonly_cast) {
    return r1;
}

/* An exception ends the program, from whatever depth: its cookie is the result. A callback has to return to its
 * helper, as in the kernel. */
K(bpf_throw) {
    if (cx->in->nest)
        return trap(cx, TRAP_BAD_ARGUMENT);
    trap(cx, TRAP_END);
    return cx->ret = r1; /* the interpreter takes what the call gave */
}
