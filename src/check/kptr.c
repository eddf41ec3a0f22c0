/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kptr.c - pointers that are kept in map values: to objects of the kernel, where its BTF has a struct of that name,
 * else to objects of the program's own.
 *
 *   struct value { struct task_struct __kptr *task; }     bpf_kptr_xchg(&value->task, task): one goes in, the other
 * comes out */
#include "check/btf.h"
#include <string.h>

/* An object as that field's; false: it is one of the program's own. */
static bool of_kernel(struct check *c, const struct map_field *f, struct reg *out) {
    struct btf_types *b = btf_types(c);
    struct btf_type t;
    u32 id = 0;
    if (!b || !b->of[KERNEL].n || !btf_resolve(c->m, f->type, &t))
        return false;
    for (u32 k = 0; k < b->nkept && !id; k++)
        id = b->kept[k].own == f->type ? b->kept[k].kernel : 0;
    if (!id) {
        id = btf_index_find(&b->of[KERNEL], btf_text(c->m, t.name), BTF_STRUCT);
        id = id ? id : NO_INDEX;
        if (b->nkept < COUNT(b->kept)) {
            b->kept[b->nkept].own = f->type;
            b->kept[b->nkept++].kernel = id;
        }
    }
    return id != NO_INDEX && btf_object(b, KERNEL, id, out);
}

/* What the kernel frees only when all sections are left. */
static bool stays_in_rcu(const char *name) {
    static const char *const names[] = {"task_struct", "cgroup", "bpf_cpumask", "bpf_crypto_ctx"};
    for (u32 k = 0; k < COUNT(names); k++)
        if (!strcmp(name, names[k]))
            return true;
    return false;
}

void kptr_load(struct check *c, const struct map_field *f, struct reg *out) {
    *out = reg_pointer(VAL_UNTRUSTED);
    if (of_kernel(c, f, out))
        out->flags = !f->node && in_rcu(c) && stays_in_rcu(btf_struct_name(c->btf, out)) ? R_RCU : R_GONE;
    out->flags |= R_NULL;
    out->id = new_id(c);
}

static bool goes_in(struct check *c, const struct map_field *f, bool kernel, const struct reg *like,
                    const struct reg *x) {
    if (kernel)
        return x->kind == VAL_BTF && btf_is_a(c->btf, x, btf_struct_name(c->btf, like), true);
    return x->kind == VAL_OBJECT && x->flags & R_ALLOC && reg_at_start(x) && (x->map == NO_INDEX || x->map == f->type);
}

bool kptr_exchange(struct check *c, struct callee *k, const struct map_field *f) {
    struct reg like, x = top(c)->r[2];
    bool kernel = of_kernel(c, f, &like);
    u32 id;
    if (f->node) /* nothing is owned there */
        return arg_fails(c, k, CHECK_ARG_TYPE, 1);
    if (x.kind == VAL_SCALAR) {
        if (!scalar_is_const(&x.var) || x.var.umin)
            return arg_fails(c, k, CHECK_REF_STATE, 2);
        precise(c, &top(c)->r[2]);
    } else {
        if (!x.ref)
            return arg_fails(c, k, CHECK_REF_STATE, 2);
        if (!goes_in(c, f, kernel, &like, &x))
            return arg_fails(c, k, CHECK_ARG_TYPE, 2);
        drop_ref(c, x.ref);
    }
    if (!take_ref(c, REF_OBJECT, &id))
        return false;
    k->result = kernel ? like : reg_pointer(VAL_OBJECT);
    k->result.flags = R_NULL | (kernel ? 0 : R_ALLOC);
    k->result.id = new_id(c);
    k->result.ref = id;
    if (!kernel && f->type) {
        k->result.map = f->type;
        k->result.size = (u32)min64(btf_size_of(c->m, f->type), MAX_VAR);
    }
    return true;
}
