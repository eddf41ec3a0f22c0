/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* btf_types.c - objects of the kernel by their types: what programs at its functions and tracepoints are given, and
 * what is where in it.
 *
 *   section "fentry/NAME", "tp_btf/NAME" ... -> prototype in the running kernel's BTF -> struct of an argument
 *
 * Members lie where the code takes them to be: offsets that CO-RE did not change for another target are those of the
 * program's own structs, by the same names; else the kernel's. Without BTF of the kernel (it may not be read) arguments
 * are numbers. */
#include "check/inner.h"
#include "ir/btf.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 12, LIMIT = 64 << 20, DEPTH = 32, NEST = 16, ARGS = 12, WORK = 1 << 26 };
enum { OWN, KERNEL }; /* reg.sub */
static const char *const vmlinux = "/sys/kernel/btf/vmlinux";

struct btf_index {
    const u8 *btf;
    u64 size, strings;
    u32 *at, n; /* where type i + 1 begins */
};
struct btf_types {
    struct buf file;
    struct btf_index of[2];
    struct reg arg[ARGS], task; /* found before; kind VAL_NONE: not yet, VAL_SCALAR: it is none */
    u64 work;                   /* members that were looked at */
    u32 proto, skip; /* of what the program is attached to; parameters that are not its own. proto 0: not known */
};

static u32 get32(const u8 *p) {
    u32 v;
    memcpy(&v, p, 4);
    return v;
}

static u32 more_of(u32 kind, u32 n) {
    switch (kind) {
    case BTF_INT:
    case BTF_VAR:
    case BTF_DECL_TAG: return 4;
    case BTF_ARRAY: return 12;
    case BTF_STRUCT:
    case BTF_UNION:
    case BTF_DATASEC:
    case BTF_ENUM64: return n * 12;
    case BTF_ENUM:
    case BTF_FUNC_PROTO: return n * 8;
    default: return 0;
    }
}

static bool index_types(struct btf_index *x, const u8 *p, u64 size, struct arena *a) {
    u64 from, end;
    u32 n = 0;
    *x = (struct btf_index){0};
    if (!p || size < 24 || get32(p) << 16 != 0xeb9fu << 16)
        return false;
    from = (u64)get32(p + 4) + get32(p + 8);
    end = from + get32(p + 12);
    x->strings = (u64)get32(p + 4) + get32(p + 16);
    if (end > size || x->strings >= size || p[size - 1])
        return false;
    for (u32 turn = 0; turn < 2; turn++) {
        u32 k = 0;
        if (turn && !(x->at = arena_new(a, u32, n + 1)))
            return false;
        for (u64 at = from; at + HEAD <= end; k++) {
            u32 info = get32(p + at + 4), more = more_of(info >> 24 & 31, info & 0xffff);
            if (at + HEAD + more > end)
                return false;
            if (turn)
                x->at[k] = (u32)at;
            at += HEAD + more;
        }
        n = k;
    }
    x->btf = p;
    x->size = size;
    x->n = n;
    return true;
}

static bool type_at(const struct btf_index *x, u32 id, struct btf_type *t) {
    const u8 *p;
    if (!id || id > x->n)
        return false;
    p = x->btf + x->at[id - 1];
    *t = (struct btf_type){get32(p), get32(p + 4), get32(p + 8), p + HEAD, 0, 0};
    t->kind = t->info >> 24 & 31;
    t->n = t->info & 0xffff;
    return true;
}

static const char *text(const struct btf_index *x, u32 name) {
    return name && x->strings + name < x->size ? (const char *)x->btf + x->strings + name : "";
}

/* Behind typedefs and qualifiers. *tag: one that stands on the way, or "". */
static u32 resolved(const struct btf_index *x, u32 id, struct btf_type *t, const char **tag) {
    *tag = "";
    for (u32 i = 0; i < DEPTH && type_at(x, id, t); i++) {
        if (t->kind == BTF_TYPE_TAG)
            *tag = text(x, t->name);
        else if (t->kind != BTF_TYPEDEF && t->kind != BTF_VOLATILE && t->kind != BTF_CONST && t->kind != BTF_RESTRICT)
            return id;
        id = t->size;
    }
    return 0;
}

static u32 find(const struct btf_index *x, const char *name, u32 kind) {
    struct btf_type t;
    for (u32 id = 1; type_at(x, id, &t); id++)
        if (t.kind == kind && !strcmp(text(x, t.name), name))
            return id;
    return 0;
}

/* --- what the program is given --- */

static const char *behind(const char *s, const char *with) {
    size_t n = strlen(with);
    return s && !strncmp(s, with, n) && s[n] == '/' ? s + n + 1 : NULL;
}

static u32 prototype_of(const struct btf_index *x, u32 id) {
    struct btf_type t;
    const char *tag;
    for (u32 i = 0; i < DEPTH && (id = resolved(x, id, &t, &tag)); i++) {
        if (t.kind == BTF_FUNC_PROTO)
            return id;
        if (t.kind != BTF_FUNC && t.kind != BTF_PTR)
            return 0;
        id = t.size;
    }
    return 0;
}

static void find_prototype(struct btf_types *b, const char *section) {
    static const struct {
        const char *section, *prefix;
        u8 kind, skip;
    } rows[] = {
        {"fentry", "", BTF_FUNC, 0},      {"fentry.s", "", BTF_FUNC, 0},      {"fexit", "", BTF_FUNC, 0},
        {"fexit.s", "", BTF_FUNC, 0},     {"fmod_ret", "", BTF_FUNC, 0},      {"fmod_ret.s", "", BTF_FUNC, 0},
        {"lsm", "bpf_lsm_", BTF_FUNC, 0}, {"lsm.s", "bpf_lsm_", BTF_FUNC, 0}, {"tp_btf", "btf_trace_", BTF_TYPEDEF, 1},
    };
    section += section[0] == '?';
    for (u32 i = 0; i < COUNT(rows); i++) {
        const char *to = behind(section, rows[i].section);
        char name[160];
        if (!to || snprintf(name, sizeof name, "%s%s", rows[i].prefix, to) >= (int)sizeof name)
            continue;
        b->proto = prototype_of(&b->of[KERNEL], find(&b->of[KERNEL], name, rows[i].kind));
        b->skip = rows[i].skip;
        return;
    }
}

static struct btf_types *types(struct check *c) {
    struct btf_types *b = c->btf;
    if (b)
        return b;
    if (!(b = c->btf = arena_new(&c->tmp, struct btf_types, 1)))
        return NULL;
    if (strcmp(c->m->front, "elf") || buf_read_file(&b->file, vmlinux, LIMIT) ||
        !index_types(&b->of[KERNEL], b->file.data, b->file.len, &c->tmp))
        return b;
    if (!c->m->core_target)
        index_types(&b->of[OWN], c->m->btf, c->m->btf_size, &c->tmp);
    if (c->prog->section)
        find_prototype(b, c->prog->section);
    return b;
}

void btf_types_drop(struct check *c) {
    if (c->btf)
        buf_free(&c->btf->file);
}

/* A pointer to the kernel's type id: by the program's own struct of that name, where it has one. */
static bool object(struct btf_types *b, u32 space, u32 id, struct reg *out) {
    struct btf_type t;
    const char *tag;
    u32 own;
    if (!(id = resolved(&b->of[space], id, &t, &tag)) || (t.kind != BTF_STRUCT && t.kind != BTF_UNION))
        return false;
    if (space == KERNEL && b->of[OWN].n && (own = find(&b->of[OWN], text(&b->of[KERNEL], t.name), t.kind)))
        space = OWN, id = own;
    *out = reg_pointer(VAL_UNTRUSTED);
    out->map = id;
    out->sub = (u8)space;
    return true;
}

bool btf_argument(struct check *c, s64 off, u32 size, struct reg *out) {
    struct btf_types *b;
    struct btf_type t;
    struct btf_part p;
    struct reg *arg;
    const char *tag;
    if (c->ctx->runtime || !c->ctx->bytes || (c->prog->kind != PROG_FENTRY && c->prog->kind != PROG_FEXIT) ||
        size != 8 || off % 8 || off / 8 >= ARGS || !(b = types(c)) || !b->proto)
        return false;
    arg = &b->arg[off / 8];
    if (arg->kind == VAL_NONE) {
        *arg = reg_scalar(scalar_any());
        if (type_at(&b->of[KERNEL], b->proto, &t) && off / 8 + b->skip < t.n) {
            p = btf_part(&t, (u32)off / 8 + b->skip);
            if (resolved(&b->of[KERNEL], p.type, &t, &tag) && t.kind == BTF_PTR)
                object(b, KERNEL, t.size, arg);
        }
    }
    if (arg->kind == VAL_UNTRUSTED)
        *out = *arg;
    return arg->kind == VAL_UNTRUSTED;
}

bool btf_task(struct check *c, struct reg *out) {
    struct btf_types *b = types(c);
    if (!b)
        return false;
    if (b->task.kind == VAL_NONE) {
        b->task = reg_scalar(scalar_any());
        object(b, KERNEL, b->of[KERNEL].n ? find(&b->of[KERNEL], "task_struct", BTF_STRUCT) : 0, &b->task);
    }
    if (b->task.kind == VAL_UNTRUSTED)
        *out = b->task;
    return b->task.kind == VAL_UNTRUSTED;
}

/* --- what is in it --- */

static u64 bytes_of(const struct btf_index *x, u32 id) {
    struct btf_type t;
    const char *tag;
    u64 times = 1;
    for (u32 i = 0; i < DEPTH && resolved(x, id, &t, &tag); i++) {
        if (t.kind == BTF_PTR)
            return times * 8;
        if (t.kind != BTF_ARRAY)
            return t.kind == BTF_FWD || t.kind == BTF_FUNC_PROTO ? 0 : times * t.size;
        if (get32(t.more + 8) && times > UINT32_MAX / get32(t.more + 8))
            return 0;
        times *= get32(t.more + 8);
        id = get32(t.more);
    }
    return 0;
}

enum found { NOTHING, NUMBER, POINTER };

/* size bytes at off in that type; *to: what a pointer there leads to; *field: the member of the outermost struct. */
static enum found look_for(struct btf_types *b, const struct btf_index *x, u32 id, u64 off, u32 size, u32 *to,
                           const char **field, u32 nest) {
    struct btf_type t;
    const char *tag, *inner = "";
    if (nest > NEST || !resolved(x, id, &t, &tag))
        return NOTHING;
    switch (t.kind) {
    case BTF_PTR: *to = *tag ? 0 : t.size; return off || size != 8 ? off + size <= 8 ? NUMBER : NOTHING : POINTER;
    case BTF_INT:
    case BTF_ENUM:
    case BTF_ENUM64:
    case BTF_FLOAT: return off + size <= t.size ? NUMBER : NOTHING;
    case BTF_ARRAY: {
        u64 each = bytes_of(x, get32(t.more));
        return each ? look_for(b, x, get32(t.more), off % each, size, to, &inner, nest + 1) : NOTHING;
    }
    case BTF_STRUCT:
    case BTF_UNION: break;
    default: return NOTHING;
    }
    for (u32 i = 0; i < t.n; i++) {
        struct btf_part p = btf_part(&t, i);
        u64 from = p.bit / 8, bytes = bytes_of(x, p.type);
        bool bits = t.info >> 31 && get32(t.more + (size_t)i * 12 + 8) >> 24, last = i + 1 == t.n && !bytes;
        enum found found;
        if (++b->work > WORK) /* of types that were made for that */
            return NOTHING;
        if (off < from || (off >= from + bytes && !last))
            continue;
        *field = text(x, p.name);
        if (bits) /* the word that they are in */
            return off + size <= t.size ? NUMBER : NOTHING;
        if ((found = look_for(b, x, p.type, off - from, size, to, &inner, nest + 1)) != NOTHING ||
            t.kind == BTF_STRUCT) {
            if (!**field && found != NOTHING)
                *field = inner;
            return found;
        }
    }
    return NOTHING;
}

/* "task_struct.pid", for a message. */
static const char *place_name(struct check *c, const struct btf_index *x, u32 id, const char *field) {
    struct btf_type t;
    char *s;
    size_t n;
    if (!type_at(x, id, &t))
        return NULL;
    n = strlen(text(x, t.name)) + strlen(field) + 2;
    if ((s = arena_new(&c->r->arena, char, n + 1)))
        snprintf(s, n + 1, "%s%s%s", text(x, t.name), *field ? "." : "", field);
    return s;
}

bool btf_member(struct check *c, const struct reg *p, s64 off, u32 size, struct reg *out, const char **name) {
    struct btf_types *b = types(c);
    const struct btf_index *x;
    const char *field = "";
    u32 to = 0;
    enum found found;
    s64 at = (s64)((u64)p->off + (u64)off + p->var.umin);
    if (!b || p->map == NO_INDEX)
        return true;
    x = &b->of[p->sub];
    found = at < 0 ? NOTHING : look_for(b, x, p->map, (u64)at, size, &to, &field, 0);
    if (name)
        *name = place_name(c, x, p->map, field);
    if (found == POINTER && out && to)
        object(b, p->sub, to, out);
    return found != NOTHING;
}
