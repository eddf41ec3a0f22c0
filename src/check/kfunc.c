/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kfunc.c - what kfuncs.def does not say of the kernel's functions: iterators, sections, dynptrs, objects. Functions
 * that a host registered have what their declaration says, no more. */
#include "check/inner.h"
#include "ir/btf.h"
#include <string.h>

/* effects.c */
bool dynptr_new(struct check *c, struct callee *k, u16 r, u32 kind, u32 ref, bool read_only);

enum { R_DRAINED = R_RDONLY, /* of an iterator: it gave all that it had */
       ITER_MOST = 8 << 20 };

/* --- iterators: ITER bytes; slot[first]: size the kind, ref --- */

static bool iter_place(struct check *c, struct callee *k, u32 *frame, u32 *slot) {
    const struct reg *x = read_reg(c, 1);
    s64 off;
    if (!x)
        return false;
    off = (s64)((u64)x->off + x->var.umin);
    if (x->kind != VAL_STACK || !scalar_is_const(&x->var) || off % 8 || off < -STACK_BYTES || off > -8)
        return arg_fails(c, k, CHECK_ITERATOR, 1);
    *frame = x->frame;
    *slot = (u32)(off + STACK_BYTES) / 8;
    return true;
}

static bool iter_new(struct check *c, struct callee *k, u32 kind, u32 slots, bool rcu) {
    u32 frame, slot, id;
    struct frame *f;
    u64 most = UINT64_MAX / 4; /* elements */
    if (!iter_place(c, k, &frame, &slot))
        return false;
    if (slot + slots > SLOTS || c->s.f[frame]->byte[slot * 8] == B_ITER)
        return arg_fails(c, k, CHECK_ITERATOR, 1);
    if (kind > 2) { /* btf_call.c looked at them */
    } else if (kind == 2) { /* words of memory, and how many */
        u64 n;
        if (!is_const_arg(c, k, 3, &n) || !pass_memory(c, 2, 2, (n & 511) * 8, false, k->name))
            return false;
        most = (n & 511) * 64;
    } else {
        for (u16 r = 2; r <= 3; r++) {
            const struct reg *x = read_reg(c, r);
            if (!x)
                return false;
            if (x->kind != VAL_SCALAR)
                return arg_fails(c, k, CHECK_ARG_TYPE, r);
            precise(c, x);
        }
        s64 n = (s64)top(c)->r[3].var.smax32 - top(c)->r[2].var.smin32;
        most = n < 0 ? 0 : n < ITER_MOST ? (u64)n : ITER_MOST;
    }
    stack_clobber(c, frame, (s64)slot * 8 - STACK_BYTES, slots * 8);
    if (c->stop || !take_ref(c, REF_ITER, &id) || !(f = own(c, frame)))
        return false;
    memset(&f->byte[slot * 8], B_ITER, slots * 8);
    for (u32 j = 0; j < slots; j++) {
        f->slot[slot + j] = reg_pointer(VAL_DYNPTR);
        f->slot[slot + j].sub = (u8)j;
        f->slot[slot + j].size = kind;
        f->slot[slot + j].ref = id;
        f->slot[slot + j].flags = rcu ? R_RCU : 0;
        f->slot[slot + j].var = scalar_range(0, most);
    }
    return true;
}

static struct reg *iter_at(struct check *c, struct callee *k, u32 kind, u32 *frame, u32 *slot) {
    struct frame *f;
    if (!iter_place(c, k, frame, slot))
        return NULL;
    slots_read(c, *frame, 1ull << *slot);
    f = own(c, *frame);
    if (!f)
        return NULL;
    if (f->byte[*slot * 8] != B_ITER || f->slot[*slot].sub || f->slot[*slot].size != kind) {
        arg_fails(c, k, CHECK_ITERATOR, 1);
        return NULL;
    }
    return &f->slot[*slot];
}

/* Two ways: there is an element, or there is none. */
static bool iter_next(struct check *c, struct callee *k, u32 kind, const struct reg *elem) {
    u32 frame, slot;
    struct reg *it = iter_at(c, k, kind, &frame, &slot);
    struct state *s;
    struct frame *f;
    bool rcu;
    u32 ref;
    if (!it)
        return false;
    if (it->flags & R_GONE)
        return arg_fails(c, k, CHECK_SECTION, 1);
    ref = it->ref;
    rcu = it->flags & R_RCU;
    uncounted(c);
    if (it->flags & R_DRAINED) {
        k->result = reg_const(0);
        return true;
    }
    if (!(s = fork_state(c)))
        return false;
    s->pc = c->s.pc;
    if (!(f = state_frame(&c->pool, s, frame))) {
        out_of_memory(c);
        return false;
    }
    f->slot[slot].flags |= R_DRAINED;
    if (!(f = state_frame(&c->pool, s, s->nframe - 1))) {
        out_of_memory(c);
        return false;
    }
    for (u32 r = 1; r <= 5; r++)
        f->r[r] = (struct reg){0};
    f->r[0] = reg_const(0);
    if (elem) {
        k->result = *elem;
        k->result.flags = rcu ? R_RCU : R_TRUSTED;
    } else {
        k->result = reg_pointer(VAL_MEM);
        k->result.size = 4;
        k->result.flags = R_RDONLY;
        k->result.ref = ref;
    }
    if (!(f = own(c, frame)))
        return false;
    f->slot[slot].uid++;
    return true;
}

static bool iter_destroy(struct check *c, struct callee *k, u32 kind) {
    u32 frame, slot;
    struct reg *it = iter_at(c, k, kind, &frame, &slot);
    struct frame *f;
    u32 ref;
    if (!it)
        return false;
    ref = it->ref;
    if (!(f = own(c, frame)))
        return false;
    for (u32 j = slot; j < SLOTS && f->byte[j * 8] == B_ITER && f->slot[j].ref == ref; j++)
        memset(&f->byte[j * 8], B_MISC, 8);
    drop_ref(c, ref);
    return true;
}

bool iter_call(struct check *c, struct callee *k, u8 step, u32 kind, u32 slots, bool rcu, const struct reg *elem) {
    k->result = reg_scalar(scalar_any());
    switch ((enum iter_step)step) {
    case ITER_NEW: return iter_new(c, k, kind, slots, rcu);
    case ITER_NEXT: return iter_next(c, k, kind, elem);
    case ITER_DESTROY: k->result = (struct reg){0}; return iter_destroy(c, k, kind);
    }
    return false;
}

/* --- sections --- */

static bool leave_section(struct check *c, struct callee *k, u16 *depth) {
    if (!*depth) {
        unproven(c, CHECK_SECTION, -1)->name = k->name;
        return false;
    }
    if (!--*depth && depth == &c->s.rcu)
        btf_leave_rcu(c);
    return true;
}

static bool irq_save(struct check *c, struct callee *k) {
    u32 frame, slot, id;
    struct frame *f;
    if (!iter_place(c, k, &frame, &slot))
        return false;
    stack_clobber(c, frame, (s64)slot * 8 - STACK_BYTES, 8);
    if (c->stop || !take_ref(c, REF_IRQ, &id) || !(f = own(c, frame)))
        return false;
    memset(&f->byte[slot * 8], B_IRQ, 8);
    f->slot[slot] = reg_pointer(VAL_DYNPTR);
    f->slot[slot].ref = id;
    return true;
}

static bool irq_restore(struct check *c, struct callee *k) {
    u32 frame, slot;
    struct frame *f;
    if (!iter_place(c, k, &frame, &slot))
        return false;
    slots_read(c, frame, 1ull << slot);
    if (c->s.f[frame]->byte[slot * 8] != B_IRQ || !c->s.nref ||
        c->s.ref[c->s.nref - 1].id != c->s.f[frame]->slot[slot].ref)
        return arg_fails(c, k, CHECK_SECTION, 1);
    if (!(f = own(c, frame)))
        return false;
    memset(&f->byte[slot * 8], B_MISC, 8);
    drop_ref(c, f->slot[slot].ref);
    return true;
}

/* --- dynptrs --- */

static bool from_packet(struct check *c, struct callee *k) {
    return dynptr_new(c, k, 3, 3, 0, !c->ctx->packet_write);
}

static bool slice(struct check *c, struct callee *k, bool write) {
    struct reg x;
    const struct reg *buf;
    u64 n;
    if (!dynptr_arg(c, k, 1, &x) || !is_const_arg(c, k, 4, &n))
        return false;
    if (write && x.flags & R_RDONLY)
        return arg_fails(c, k, CHECK_READ_ONLY, 1);
    buf = read_reg(c, 3);
    if (!buf)
        return false;
    if (buf->kind != VAL_SCALAR && !pass_memory(c, 3, 3, n, true, k->name))
        return false;
    k->result = reg_pointer(VAL_MEM);
    k->result.flags = R_NULL | (write ? 0 : R_RDONLY);
    k->result.id = new_id(c);
    k->result.size = (u32)min64(n, MAX_VAR);
    k->result.sub = x.size == 3; /* goes when the packet moves */
    k->result.ref = x.ref;
    return true;
}

static bool clone(struct check *c, struct callee *k) {
    struct reg x;
    return dynptr_arg(c, k, 1, &x) && dynptr_new(c, k, 2, x.size == 2 ? 4 : x.size, x.ref, x.flags & R_RDONLY);
}

/* --- objects --- */

static bool object_new(struct check *c, struct callee *k) {
    u64 type;
    u32 id;
    if (!is_const_arg(c, k, 1, &type) || !take_ref(c, REF_OBJECT, &id))
        return false;
    k->result = reg_pointer(VAL_OBJECT);
    k->result.flags = R_NULL | R_ALLOC;
    k->result.id = new_id(c);
    k->result.ref = id;
    k->result.map = (u32)type;
    k->result.size = (u32)min64(btf_size_of(c->m, (u32)type), MAX_VAR);
    return true;
}

static bool owned_arg(struct check *c, struct callee *k, u16 r, struct reg *out) {
    const struct reg *x = read_reg(c, r);
    if (!x)
        return false;
    *out = *x;
    if (x->kind != VAL_OBJECT || !(x->flags & R_ALLOC))
        return arg_fails(c, k, CHECK_ARG_TYPE, r);
    if (x->flags & R_NULL)
        return arg_fails(c, k, CHECK_NULLABLE, r);
    return x->ref || arg_fails(c, k, CHECK_REF_STATE, r);
}

/* The root in register 1, whose lock is held; NULL: noted. */
static const struct map_field *root_arg(struct check *c, struct callee *k, u8 kind) {
    const struct reg *x = read_reg(c, 1);
    const struct map_info *mi = x && x->kind == VAL_MAP_VALUE && !x->sub ? map_info(c, x->map) : NULL;
    const struct map_field *f = NULL;
    if (!x)
        return NULL;
    for (u32 j = 0; mi && j < mi->n; j++)
        if (mi->f[j].kind == kind && scalar_is_const(&x->var) && (s64)mi->f[j].off == (s64)((u64)x->off + x->var.umin))
            f = &mi->f[j];
    if (!f || x->flags & R_NULL)
        arg_fails(c, k, CHECK_ARG_TYPE, 1);
    else if (c->s.lock_map != x->map || c->s.lock_uid != x->uid)
        arg_fails(c, k, CHECK_LOCK_STATE, 1);
    else
        return f;
    return NULL;
}

/* Pushed: the list owns it now, and while the lock is held it may still be looked at. */
static bool push(struct check *c, struct callee *k, u8 kind) {
    struct reg x;
    if (!root_arg(c, k, kind) || !owned_arg(c, k, 2, &x))
        return false;
    if (kind == MF_TREE) {
        call_back(c, k, CB_LESS);
        if (c->stop)
            return false;
    }
    drop_ref(c, x.ref);
    return true;
}

static bool pop(struct check *c, struct callee *k, u8 kind, bool owned) {
    const struct map_field *f = root_arg(c, k, kind);
    u32 id = 0;
    if (!f || (owned && !take_ref(c, REF_OBJECT, &id)))
        return false;
    k->result = reg_pointer(VAL_OBJECT);
    k->result.flags = R_NULL | (owned ? R_ALLOC : R_BORROWED);
    k->result.id = new_id(c);
    k->result.ref = id;
    if (f->type) { /* a pointer to the node in the object */
        k->result.map = f->type;
        k->result.size = (u32)min64(btf_size_of(c->m, f->type), MAX_VAR);
        k->result.off = f->node;
    }
    return true;
}

static bool drop(struct check *c, struct callee *k) {
    struct reg x;
    if (!owned_arg(c, k, 1, &x))
        return false;
    drop_ref(c, x.ref);
    return true;
}

static bool acquire(struct check *c, struct callee *k) {
    struct reg x;
    u32 id;
    const struct reg *r = read_reg(c, 1);
    if (!r || !take_ref(c, REF_OBJECT, &id))
        return false;
    x = *r;
    if (x.kind != VAL_OBJECT || x.flags & R_NULL)
        return arg_fails(c, k, CHECK_ARG_TYPE, 1);
    k->result = x;
    k->result.flags = R_NULL | R_ALLOC;
    k->result.id = new_id(c);
    k->result.ref = id;
    return true;
}

/* memset, memcpy, memmove: r1, a byte or r2, a length. */
static bool copy(struct check *c, struct callee *k, bool from) {
    const struct reg *n = read_reg(c, 3);
    struct reg to = top(c)->r[1];
    if (!n || !read_reg(c, 2))
        return false;
    if (n->kind != VAL_SCALAR)
        return arg_fails(c, k, CHECK_ARG_TYPE, 3);
    precise(c, n);
    if (n->var.umax >= MAX_VAR)
        return arg_fails(c, k, CHECK_ARG_SIZE, 3);
    if (!from && top(c)->r[2].kind != VAL_SCALAR)
        return arg_fails(c, k, CHECK_ARG_TYPE, 2);
    u64 size = n->var.umax;
    if ((from && !pass_memory(c, 2, 2, size, false, k->name)) || !pass_memory(c, 1, 1, size, true, k->name))
        return false;
    k->result = to;
    return true;
}

bool kfunc_effects(struct check *c, struct callee *k) {
    const char *n = k->name;
    struct reg x;
    u64 v;
    if (!strcmp(n, "memset"))
        return copy(c, k, false);
    if (!strcmp(n, "memcpy") || !strcmp(n, "memmove"))
        return copy(c, k, true);
    if (strncmp(n, "bpf_", 4))
        return true;
    n += 4;
#define IS(s) !strcmp(n, s)
    if (IS("iter_num_new"))
        return iter_new(c, k, 1, 1, false);
    if (IS("iter_num_next"))
        return iter_next(c, k, 1, NULL);
    if (IS("iter_num_destroy"))
        return iter_destroy(c, k, 1);
    if (IS("iter_bits_new"))
        return iter_new(c, k, 2, 2, false);
    if (IS("iter_bits_next"))
        return iter_next(c, k, 2, NULL);
    if (IS("iter_bits_destroy"))
        return iter_destroy(c, k, 2);
    if (IS("rcu_read_lock"))
        return c->s.rcu++, true;
    if (IS("rcu_read_unlock"))
        return leave_section(c, k, &c->s.rcu);
    if (IS("preempt_disable"))
        return c->s.preempt++, true;
    if (IS("preempt_enable"))
        return leave_section(c, k, &c->s.preempt);
    if (IS("local_irq_save"))
        return irq_save(c, k);
    if (IS("local_irq_restore"))
        return irq_restore(c, k);
    if (IS("throw")) {
        k->no_return = true;
        if (c->s.nref)
            unproven(c, CHECK_REF_LEAK, -1)->at = c->s.ref[0].pc;
        for (u32 j = 0; j < c->s.nframe; j++)
            if (c->s.f[j]->cb)
                return arg_fails(c, k, CHECK_CALLBACK, 1);
        return true;
    }
    if (IS("dynptr_from_skb") || IS("dynptr_from_xdp"))
        return from_packet(c, k);
    if (IS("dynptr_slice"))
        return slice(c, k, false);
    if (IS("dynptr_slice_rdwr"))
        return slice(c, k, true);
    if (IS("dynptr_clone"))
        return clone(c, k);
    if (IS("dynptr_copy"))
        return dynptr_arg(c, k, 1, &x) && dynptr_arg(c, k, 3, &x);
    if (!strncmp(n, "dynptr_", 7))
        return dynptr_arg(c, k, 1, &x);
    if (IS("obj_new_impl") || IS("percpu_obj_new_impl"))
        return object_new(c, k);
    if (IS("obj_drop_impl") || IS("percpu_obj_drop_impl"))
        return drop(c, k);
    if (IS("refcount_acquire_impl"))
        return acquire(c, k);
    if (IS("list_push_front_impl") || IS("list_push_back_impl"))
        return push(c, k, MF_LIST);
    if (IS("list_pop_front") || IS("list_pop_back"))
        return pop(c, k, MF_LIST, true);
    if (IS("list_front") || IS("list_back"))
        return pop(c, k, MF_LIST, false);
    if (IS("rbtree_add_impl"))
        return push(c, k, MF_TREE);
    if (IS("rbtree_remove"))
        return pop(c, k, MF_TREE, true);
    if (IS("rbtree_first") || IS("rbtree_root") || IS("rbtree_left") || IS("rbtree_right"))
        return pop(c, k, MF_TREE, false);
    if (IS("arena_alloc_pages")) {
        k->result = reg_pointer(VAL_ARENA);
        return true;
    }
    if (IS("rdonly_cast")) {
        if (!is_const_arg(c, k, 2, &v))
            return false;
        k->result = reg_pointer(VAL_UNTRUSTED);
        btf_cast(c, v, &k->result);
        return true;
    }
    if (IS("cast_to_kern_ctx")) {
        k->result = reg_pointer(VAL_OBJECT);
        k->result.flags = R_TRUSTED;
        btf_kernel_context(c, &k->result);
        return true;
    }
    if (IS("xdp_metadata_rx_timestamp"))
        return pass_memory(c, 2, 2, 8, true, k->name);
    if (IS("xdp_metadata_rx_hash"))
        return pass_memory(c, 2, 2, 4, true, k->name) && pass_memory(c, 3, 3, 4, true, k->name);
    if (IS("xdp_metadata_rx_vlan_tag"))
        return pass_memory(c, 2, 2, 2, true, k->name) && pass_memory(c, 3, 3, 2, true, k->name);
#undef IS
    return true;
}
