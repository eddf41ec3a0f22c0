/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* btf_args.c - what a program is given that is attached to a function, tracepoint, hook, iterator or member of a table
 * of functions of the kernel, and what it may return.
 *
 *   "fentry/vfs_read"          -> vfs_read
 *   "tp_btf/sched_switch"      -> btf_trace_sched_switch, without its first parameter
 *   "lsm/file_open"            -> bpf_lsm_file_open
 *   "iter/task"                -> bpf_iter_task
 *   tcp_congestion_ops.init    -> the type of that member; a function tcp_congestion_ops__init names its parameters
 *
 * The context of such a program is its arguments, 8 bytes each (structs by value: as many as they need), and for some
 * the result behind them. */
#include "check/btf.h"
#include <stdio.h>
#include <string.h>

enum how { NULLABLE = 1, TRUSTED_NULLABLE, BUFFER, ERROR, UNTRUSTED, BOOL };
static const struct given {
    u8 at, arg, how;
    const char *to;
} givens[] = {
#define GIVEN(at, to, arg, how) {AT_##at, arg, how, to},
#include "check/btf_args.def"
};
static const struct {
    const char *hook;
    u8 how;
} hooks[] = {
#define LSM(hook, how) {hook, how},
#include "check/btf_args.def"
};
static const struct {
    const char *ops, *type, *as;
} larger[] = {
#define OPS_AS(ops, type, as) {ops, type, as},
#include "check/btf_args.def"
};
static const struct {
    const char *ops, *type, *member;
} writes[] = {
#define OPS_WRITE(ops, type, member) {ops, type, member},
#include "check/btf_args.def"
};

bool ends_in(const char *name, const char *with) {
    size_t n = strlen(name), k = strlen(with);
    return n > k && !strcmp(name + n - k, with);
}

/* --- what it is attached to --- */

static const char *behind(const char *s, const char *with) {
    size_t n = strlen(with);
    return !strncmp(s, with, n) && s[n] == '/' ? s + n + 1 : NULL;
}

static void attach_to_member(struct btf_types *b, const char *ops) {
    const struct btf_index *x = &b->of[KERNEL];
    const char *dot = strchr(ops, '.');
    struct btf_type t;
    char stub[200];
    if (!dot || (size_t)(dot - ops) >= sizeof b->at.name || strlen(dot + 1) >= sizeof b->at.member)
        return;
    b->at.kind = AT_OPS;
    b->at.trusted = true;
    snprintf(b->at.name, sizeof b->at.name, "%.*s", (int)(dot - ops), ops);
    snprintf(b->at.member, sizeof b->at.member, "%s", dot + 1);
    if (!btf_index_at(x, btf_index_find(x, b->at.name, BTF_STRUCT), &t))
        return;
    for (u32 i = 0; i < t.n; i++)
        if (!strcmp(btf_index_text(x, btf_part(&t, i).name), b->at.member))
            b->at.proto = btf_index_prototype(x, btf_part(&t, i).type);
    snprintf(stub, sizeof stub, "%s__%s", b->at.name, b->at.member);
    b->at.names = btf_index_prototype(x, btf_index_find(x, stub, BTF_FUNC));
}

void btf_attach(struct check *c, struct btf_types *b) {
    static const struct {
        const char *section, *prefix;
        u8 type, skip, kind;
    } rows[] = {
        {"fentry", "", BTF_FUNC, 0, AT_ENTRY},
        {"fentry.s", "", BTF_FUNC, 0, AT_ENTRY},
        {"fexit", "", BTF_FUNC, 0, AT_EXIT},
        {"fexit.s", "", BTF_FUNC, 0, AT_EXIT},
        {"fmod_ret", "", BTF_FUNC, 0, AT_RESULT},
        {"fmod_ret.s", "", BTF_FUNC, 0, AT_RESULT},
        {"lsm", "bpf_lsm_", BTF_FUNC, 0, AT_LSM},
        {"lsm.s", "bpf_lsm_", BTF_FUNC, 0, AT_LSM},
        {"lsm_cgroup", "bpf_lsm_", BTF_FUNC, 0, AT_LSM},
        {"iter", "bpf_iter_", BTF_FUNC, 0, AT_ITER},
        {"iter.s", "bpf_iter_", BTF_FUNC, 0, AT_ITER},
        {"tp_btf", "btf_trace_", BTF_TYPEDEF, 1, AT_TRACEPOINT},
    };
    const char *section = c->prog->section;
    if (c->prog->ops) {
        attach_to_member(b, c->prog->ops);
        return;
    }
    for (u32 i = 0; section && i < COUNT(rows); i++) {
        const char *to = behind(section + (section[0] == '?'), rows[i].section);
        char name[160];
        if (!to || strlen(to) >= sizeof b->at.name)
            continue;
        snprintf(name, sizeof name, "%s%s", rows[i].prefix, to);
        snprintf(b->at.name, sizeof b->at.name, "%s", to);
        b->at.kind = rows[i].kind;
        b->at.proto = btf_index_prototype(&b->of[KERNEL], btf_index_find(&b->of[KERNEL], name, rows[i].type));
        b->at.skip = rows[i].skip;
        b->at.trusted = b->at.kind == AT_TRACEPOINT || b->at.kind == AT_ITER || b->at.kind == AT_LSM;
        for (u32 k = 0; b->at.kind == AT_LSM && k < COUNT(hooks); k++)
            b->at.trusted &= hooks[k].how != UNTRUSTED || strcmp(hooks[k].hook, to) != 0;
        return;
    }
}

/* The program's context is such a list; NULL: it is not, or nothing is known of it. */
static struct btf_types *attached(struct check *c) {
    const char *type = c->ctx->name;
    struct btf_types *b;
    if (c->ctx->runtime || !c->ctx->bytes || !type ||
        (strcmp(type, "tracing") && strcmp(type, "lsm") && strcmp(type, "struct_ops")))
        return NULL;
    b = btf_types(c);
    return b && b->at.proto ? b : NULL;
}

/* --- arguments --- */

/* Of the parameter whose place in the context is off: its number, or that of parameters for the result behind them. */
static u32 parameter_at(const struct btf_index *x, const struct btf_type *proto, u32 skip, s64 off) {
    u64 at = 0;
    u32 i = skip;
    for (; i < proto->n; i++) {
        u64 size = btf_index_bytes(x, btf_part(proto, i).type);
        at += align_up(size ? size : 8, 8);
        if ((u64)off < at)
            return i;
    }
    return (u64)off < at + 8 ? i : i + 1;
}

static u8 given_how(const struct btf_types *b, u32 arg) {
    for (u32 i = 0; i < COUNT(givens); i++)
        if (givens[i].at == b->at.kind && givens[i].arg == arg && !strcmp(givens[i].to, b->at.name))
            return givens[i].how;
    return 0;
}

static bool named_nullable(struct btf_types *b, u32 i) {
    const struct btf_index *x = &b->of[KERNEL];
    struct btf_type t;
    return btf_index_at(x, b->at.names ? b->at.names : b->at.proto, &t) && i < t.n &&
           ends_in(btf_index_text(x, btf_part(&t, i).name), "__nullable");
}

/* Parameter i, of that type. */
static void give(struct btf_types *b, u32 i, u32 type, struct reg *out) {
    const struct btf_index *x = &b->of[KERNEL];
    u8 how = given_how(b, i + 1 - b->at.skip);
    struct btf_type t, of;
    const char *tag;
    *out = reg_scalar(scalar_any());
    if (!btf_index_resolved(x, type, &t, &tag) || t.kind != BTF_PTR || how == ERROR)
        return;
    if (how == BUFFER) { /* how long it is shows when it is attached: here it is looked at while it runs */
        *out = reg_pointer(VAL_UNTRUSTED);
        out->flags = R_NULL;
        return;
    }
    if (!btf_index_resolved(x, t.size, &of, &tag) || *tag || (of.kind != BTF_STRUCT && of.kind != BTF_UNION))
        return;
    for (u32 k = 0; b->at.kind == AT_OPS && k < COUNT(larger); k++)
        if (!strcmp(larger[k].ops, b->at.name) && !strcmp(larger[k].type, btf_index_text(x, of.name)))
            t.size = btf_index_find(x, larger[k].as, BTF_STRUCT);
    if (!btf_object(b, KERNEL, t.size, out))
        return;
    out->flags = b->at.trusted ? R_TRUSTED : 0;
    if (how == NULLABLE && b->at.kind == AT_ITER)
        out->flags = R_NULL;
    else if (how || named_nullable(b, i))
        out->flags |= R_NULL;
}

enum { UNSEEN, SEEN, MISSING };

/* NULL: there is no such argument. */
static const struct reg *argument_at(struct btf_types *b, s64 off) {
    u8 *state = &b->arg[off / 8].state;
    struct reg *r = &b->arg[off / 8].r;
    struct btf_type t;
    u32 i;
    if (*state == UNSEEN && btf_index_at(&b->of[KERNEL], b->at.proto, &t)) {
        i = parameter_at(&b->of[KERNEL], &t, b->at.skip, off);
        *state = SEEN;
        if (i < t.n)
            give(b, i, btf_part(&t, i).type, r);
        else if (i > t.n || (b->at.kind != AT_EXIT && b->at.kind != AT_RESULT && b->at.kind != AT_LSM) || !t.size)
            *state = MISSING;
        else
            give(b, i, t.size, r);
    }
    return *state == SEEN ? r : NULL;
}

bool btf_may_read(struct check *c, s64 off, u32 size) {
    struct btf_types *b = attached(c);
    const struct reg *r;
    if (!b || off < 0 || off / 8 >= BTF_ARGS)
        return true;
    r = off % 8 ? NULL : argument_at(b, off);
    return r && (r->kind != VAL_BTF || size == 8);
}

bool btf_argument(struct check *c, s64 off, u32 size, struct reg *out) {
    struct btf_types *b = attached(c);
    const struct reg *r = b && off >= 0 && off / 8 < BTF_ARGS && off % 8 == 0 && size == 8 ? argument_at(b, off) : NULL;
    if (!r || r->kind == VAL_SCALAR)
        return false;
    *out = *r;
    if (out->flags & R_NULL)
        out->id = new_id(c);
    return true;
}

/* --- results, and what of a table's arguments may be changed --- */

bool btf_result(struct check *c, s64 *least, s64 *most) {
    struct btf_types *b = attached(c);
    struct btf_type t;
    if (!b || (b->at.kind != AT_LSM && b->at.kind != AT_OPS) || !btf_index_at(&b->of[KERNEL], b->at.proto, &t))
        return true;
    for (u32 k = 0; b->at.kind == AT_LSM && k < COUNT(hooks); k++)
        if (hooks[k].how == BOOL && !strcmp(hooks[k].hook, b->at.name))
            *least = 0, *most = 1;
    return t.size;
}

bool btf_ops_write(const struct btf_types *b, const char *type, const char *member) {
    for (u32 k = 0; b->at.kind == AT_OPS && k < COUNT(writes); k++)
        if (!strcmp(writes[k].ops, b->at.name) && !strcmp(writes[k].type, type) &&
            (!*writes[k].member || !strcmp(writes[k].member, member)))
            return true;
    return false;
}
