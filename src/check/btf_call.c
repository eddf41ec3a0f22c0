/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* btf_call.c - calls of functions that only the kernel has: they never run here, and the checker says all the same what
 * the kernel's verifier would.
 *
 *   name -> prototype in the kernel's BTF, whose parameters' names say more ("buf__sz", "task__nullable")
 *        -> row in kfuncs.def: programs that may call it, what it acquires, which arguments have to be trusted
 *
 * The kernel's own sets of flags are not in its BTF: a function without a row is not available. */
#include "check/btf.h"
#include <string.h>

enum {
    ACQUIRE = 1,
    RELEASE = 2,
    RET_NULL = 4,
    TRUSTED_ARGS = 8,
    RCU = 16,
    SLEEPABLE = 32,
    IN_RCU = 64,
    NEW = 128,
    NEXT = 256,
    DESTROY = 512,
    OF_ITERATOR = NEW | NEXT | DESTROY,
};
enum programs { ANY, MOST, MASKS, NET, LSM, OPS, ITER };
static const struct kernel_row {
    const char *name;
    u8 programs;
    u16 flags;
} rows[] = {
#define KERNEL(name, programs, flags) {#name, programs, flags},
#include "abi/kfuncs.def"
};
enum { PLAIN_NEST = 5 };  /* structs in structs, as deep as the kernel looks */
enum { ITER_KINDS = 16 }; /* kinds of iterators of the kernel: from here on, by their type */

static bool may_call(const struct check *c, u8 programs) {
    static const char *const kinds[] = {"tracing", "tracepoint", "perf_event"};
    const char *type = c->ctx->name ? c->ctx->name : "", *section = c->prog->section ? c->prog->section : "";
    bool lsm = !strcmp(type, "lsm"), ops = !strcmp(type, "struct_ops"), traced = lsm;
    for (u32 k = 0; k < COUNT(kinds); k++)
        traced |= !strcmp(type, kinds[k]);
    switch ((enum programs)programs) {
    case ANY: return true;
    case MOST:
        return traced || ops || c->prog->kind == PROG_TC || c->prog->kind == PROG_XDP ||
               c->prog->kind == PROG_SYSCALL || !strncmp(type, "cgroup", 6) || !strcmp(type, "sock_ops");
    case MASKS: return traced || ops || c->prog->kind == PROG_SYSCALL;
    case NET: return c->prog->kind == PROG_TC || c->prog->kind == PROG_XDP;
    case LSM: return lsm;
    case OPS: return ops;
    case ITER: return !strncmp(section + (section[0] == '?'), "iter", 4);
    }
    return false;
}

/* --- arguments --- */

struct call {
    struct check *c;
    struct callee *k;
    const struct kernel_row *row;
    const struct btf_index *x;
    struct btf_type proto;
    struct reg released; /* kind VAL_NONE: nothing */
};

static const char *parameter(const struct call *a, u32 i) {
    return i < a->proto.n ? btf_index_text(a->x, btf_part(&a->proto, i).name) : "";
}

static bool named(const struct call *a, u32 i, const char *suffix) {
    return ends_in(parameter(a, i), suffix);
}

static bool refuse(struct call *a, u8 reason, u32 i) {
    return arg_fails(a->c, a->k, reason, (u16)(i + 1));
}

static bool is_number(u32 kind) {
    return kind == BTF_INT || kind == BTF_ENUM || kind == BTF_ENUM64;
}

static bool number_arg(struct call *a, u32 i, const struct reg *x) {
    u64 v;
    if (x->kind != VAL_SCALAR)
        return refuse(a, CHECK_ARG_TYPE, i);
    return !named(a, i, "__k") || is_const_arg(a->c, a->k, (u16)(i + 1), &v);
}

/* "nf_conn___init" is no nf_conn yet, though it begins with one: names that say so are never taken for each other. */
static bool is_alias(const char *a, const char *b) {
    size_t n = strlen(b);
    return !strncmp(a, b, n) && !strcmp(a + n, "___init");
}

/* An object of the kernel for a parameter that points at a struct of that name. */
static bool object_arg(struct call *a, u32 i, const struct reg *x, const struct btf_type *of) {
    u16 flags = a->row->flags;
    const char *wanted = btf_index_text(a->x, of->name), *given = btf_struct_name(a->c->btf, x);
    bool exact = flags & ACQUIRE || (flags & RELEASE && x->ref) || is_alias(given, wanted) || is_alias(wanted, given);
    if (of->kind != BTF_STRUCT && of->kind != BTF_UNION)
        return refuse(a, CHECK_ARG_TYPE, i);
    if (flags & (TRUSTED_ARGS | RELEASE | RCU)) {
        if (!is_trusted(x) && !(flags & RCU && x->flags & R_RCU && !(x->flags & R_GONE)))
            return refuse(a, CHECK_UNTRUSTED, i);
    } else if (x->flags & (R_NULL | R_GONE)) {
        return refuse(a, x->flags & R_NULL ? CHECK_NULLABLE : CHECK_UNTRUSTED, i);
    }
    if (!btf_is_a(a->c->btf, x, wanted, exact))
        return refuse(a, CHECK_ARG_TYPE, i);
    if (flags & RELEASE) {
        if (!x->ref)
            return refuse(a, CHECK_REF_STATE, i);
        a->released = *x;
    }
    return true;
}

/* Nothing but numbers is in it: it may be made by the program. */
static bool plain_struct(const struct btf_index *x, u32 id, u32 nest) {
    struct btf_type t;
    const char *tag;
    if (nest > PLAIN_NEST || !btf_index_resolved(x, id, &t, &tag))
        return false;
    if (t.kind == BTF_ARRAY) {
        memcpy(&id, t.more, 4);
        return plain_struct(x, id, nest + 1);
    }
    if (t.kind != BTF_STRUCT && t.kind != BTF_UNION)
        return is_number(t.kind);
    for (u32 i = 0; i < t.n; i++)
        if (!plain_struct(x, btf_part(&t, i).type, nest + 1))
            return false;
    return true;
}

/* Memory of the program's. *skip: the next parameter is its length. */
static bool memory_arg(struct call *a, u32 i, const struct reg *x, u32 type, bool constant, bool *skip) {
    struct check *c = a->c;
    bool sized = named(a, i + 1, "__sz") || named(a, i + 1, "__szk");
    bool zero = x->kind == VAL_SCALAR && scalar_is_const(&x->var) && !x->var.umin;
    u64 size = btf_index_bytes(a->x, type);
    *skip = sized;
    if (sized) {
        const struct reg *n = read_reg(c, (u16)(i + 2));
        if (!n)
            return false;
        if (n->kind != VAL_SCALAR)
            return refuse(a, CHECK_ARG_TYPE, i + 1);
        precise(c, n);
        if (n->var.smin < 0 || n->var.umax >= MAX_VAR || (named(a, i + 1, "__szk") && !scalar_is_const(&n->var)))
            return refuse(a, CHECK_ARG_SIZE, i + 1);
        size = n->var.umax;
        if (zero && named(a, i, "__opt"))
            return true;
    }
    if (x->kind == VAL_SCALAR || (!(sized && !type) && (!size || !plain_struct(a->x, type, 0))))
        return refuse(a, CHECK_ARG_TYPE, i);
    return pass_memory(c, (u16)(i + 1), i + 1, size, !constant, a->k->name);
}

static bool is_constant(const struct btf_index *x, u32 type) {
    struct btf_type t;
    for (u32 i = 0; i < 8 && btf_index_at(x, type, &t); i++, type = t.size)
        if (t.kind == BTF_CONST)
            return true;
        else if (t.kind != BTF_TYPEDEF && t.kind != BTF_VOLATILE)
            return false;
    return false;
}

static bool pointer_arg(struct call *a, u32 i, const struct reg *x, u32 type, bool *skip) {
    struct check *c = a->c;
    bool zero = x->kind == VAL_SCALAR && scalar_is_const(&x->var) && !x->var.umin;
    struct btf_type of = {0};
    struct reg d;
    const char *tag, *name = "";
    if (btf_index_resolved(a->x, type, &of, &tag))
        name = btf_index_text(a->x, of.name);
    if (zero)
        precise(c, x);
    if (zero && named(a, i, "__nullable"))
        return true;
    if (a->row->flags & (TRUSTED_ARGS | RELEASE | RCU) && !named(a, i, "__nullable") &&
        (zero || (reg_is_pointer(x) && x->flags & R_NULL)))
        return refuse(a, CHECK_NULLABLE, i);
    if (!strcmp(name, "bpf_dynptr"))
        return dynptr_arg(c, a->k, (u16)(i + 1), &d);
    if (!strcmp(name, "__sk_buff") || !strcmp(name, "xdp_md"))
        return (x->kind == VAL_CTX && reg_at_start(x) && (name[0] == 'x') == (c->prog->kind == PROG_XDP)) ||
               refuse(a, CHECK_ARG_TYPE, i);
    if (!strcmp(name, "bpf_map") && x->kind == VAL_MAP)
        return true;
    if (named(a, i, "__str"))
        return string_arg(c, a->k, (u16)(i + 1));
    if (named(a, i, "__map"))
        return x->kind == VAL_MAP || refuse(a, CHECK_ARG_TYPE, i);
    if (x->kind == VAL_BTF)
        return object_arg(a, i, x, &of);
    if (x->kind == VAL_CTX || x->kind == VAL_SOCKET || x->kind == VAL_OBJECT || x->kind == VAL_UNTRUSTED)
        return refuse(a, CHECK_ARG_TYPE, i);
    return memory_arg(a, i, x, of.kind ? type : 0, is_constant(a->x, type), skip);
}

static bool arguments(struct call *a) {
    for (u32 i = a->row->flags & OF_ITERATOR ? 1 : 0; i < a->proto.n && i < 5; i++) {
        const struct reg *x;
        struct reg copy;
        struct btf_type t;
        const char *tag;
        bool skip = false;
        if (named(a, i, "__ign") || named(a, i, "__prog"))
            continue;
        if (!(x = read_reg(a->c, (u16)(i + 1))) || !btf_index_resolved(a->x, btf_part(&a->proto, i).type, &t, &tag))
            return false;
        copy = *x;
        if (is_number(t.kind)   ? !number_arg(a, i, &copy)
            : t.kind != BTF_PTR ? !refuse(a, CHECK_ARG_TYPE, i)
                                : !pointer_arg(a, i, &copy, t.size, &skip))
            return false;
        i += skip;
    }
    if (a->row->flags & RELEASE && a->released.kind == VAL_NONE)
        return refuse(a, CHECK_REF_STATE, 0);
    return true;
}

/* --- results --- */

static bool result(struct call *a, struct reg *out) {
    const struct btf_index *x = a->x;
    struct btf_type t;
    const char *tag;
    u32 ref;
    *out = reg_scalar(scalar_any());
    if (!a->proto.size)
        *out = (struct reg){0};
    if (!a->proto.size || !btf_index_resolved(x, a->proto.size, &t, &tag) || t.kind != BTF_PTR)
        return true;
    if (!btf_object(a->c->btf, KERNEL, t.size, out)) {
        arg_fails(a->c, a->k, CHECK_HELPER_UNKNOWN, 0);
        return false;
    }
    if (a->row->flags & ACQUIRE) {
        if (!take_ref(a->c, REF_OBJECT, &ref))
            return false;
        out->ref = ref;
    }
    if (a->row->flags & RET_NULL) {
        out->flags |= R_NULL;
        out->id = new_id(a->c);
    }
    return true;
}

static bool iterator(struct call *a, struct callee *k) {
    const struct btf_index *x = a->x;
    struct btf_type t;
    const char *tag;
    u32 id;
    u64 size;
    struct reg elem = {0};
    if (!a->proto.n || !btf_index_resolved(x, btf_part(&a->proto, 0).type, &t, &tag) ||
        !(id = btf_index_resolved(x, t.size, &t, &tag)) || !(size = t.size) || size > STACK_BYTES)
        return arg_fails(a->c, k, CHECK_ITERATOR, 1);
    if (a->row->flags & NEXT && !result(a, &elem))
        return false;
    return iter_call(a->c, k,
                     a->row->flags & NEW    ? ITER_NEW
                     : a->row->flags & NEXT ? ITER_NEXT
                                            : ITER_DESTROY,
                     id + ITER_KINDS, (u32)(size + 7) / 8, a->row->flags & IN_RCU, &elem);
}

/* --- the call --- */

static bool released(struct call *a) {
    const struct state *s = &a->c->s;
    for (u32 j = 0; j < s->nref; j++)
        if (s->ref[j].id == a->released.ref && s->ref[j].kind == REF_OBJECT) {
            drop_ref(a->c, a->released.ref);
            return true;
        }
    return refuse(a, CHECK_REF_STATE, 0);
}

static bool find_call(struct check *c, struct call *a) {
    struct btf_types *b = btf_types(c);
    u32 proto;
    for (u32 i = 0; b && i < COUNT(rows); i++)
        if (!strcmp(rows[i].name, a->k->name))
            a->row = &rows[i];
    if (!a->row)
        return false;
    a->x = &b->of[KERNEL];
    proto = btf_index_prototype(a->x, btf_index_find(a->x, a->row->name, BTF_FUNC));
    return btf_index_at(a->x, proto, &a->proto);
}

bool kernel_call(struct check *c, struct callee *k) {
    struct call a = {.c = c, .k = k};
    if (!find_call(c, &a))
        return false;
    if (!c->m->gpl && !c->o->any_license)
        unproven(c, CHECK_LICENSE, -1)->name = k->name;
    if (!may_call(c, a.row->programs))
        unproven(c, CHECK_HELPER_KIND, -1)->name = k->name;
    if (a.row->flags & SLEEPABLE && (!may_sleep_here(c) || c->s.rcu))
        unproven(c, CHECK_SLEEPABLE, -1)->name = k->name;
    if (c->s.lock_map != NO_INDEX)
        unproven(c, CHECK_IN_LOCK, -1)->name = k->name;
    if (a.row->flags & IN_RCU && !in_rcu(c))
        unproven(c, CHECK_SECTION, -1)->name = k->name;
    if (c->stop || !arguments(&a))
        return true;
    if (a.row->flags & OF_ITERATOR)
        iterator(&a, k);
    else if (a.released.kind == VAL_NONE || released(&a))
        result(&a, &k->result);
    return true;
}
