/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* btf_types.c - objects of the kernel by their types: what is where in them, and what may be done with what a member
 * points at.
 *
 *   register -> struct -> member at an offset -> number, or pointer to the next struct
 *
 * Members lie where the code takes them to be: offsets that CO-RE did not change for another target are those of the
 * program's own structs, by the same names; else the kernel's. Without BTF of the kernel (it may not be read) what
 * programs are given is numbers.
 *
 * A pointer is *trusted* (there, for as long as it is used), *RCU* (there until the section is left), *gone* (it may
 * be: read only), or nothing of that, which is how older programs are given objects. What a member of a trusted object
 * leads to is so only where the kernel's lists say it; these are structs of its BTF with names as
 * task_struct__safe_rcu. */
#include "check/btf.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT = 64 << 20, NEST = 16, WORK = 1 << 26 };
static const char *const vmlinux = "/sys/kernel/btf/vmlinux";

static u32 get32(const u8 *p) {
    u32 v;
    memcpy(&v, p, 4);
    return v;
}

struct btf_types *btf_types(struct check *c) {
    struct btf_types *b = c->btf;
    if (b)
        return b;
    if (!(b = c->btf = arena_new(&c->tmp, struct btf_types, 1)))
        return NULL;
    if ((strcmp(c->m->front, "elf") && strcmp(c->m->front, "svm")) ||
        (!c->o->types && buf_read_file(&b->file, vmlinux, LIMIT)) ||
        !btf_index_make(&b->of[KERNEL], c->o->types ? c->o->types : b->file.data,
                        c->o->types ? c->o->ntypes : b->file.len, &c->tmp))
        return b;
    if (!c->m->core_target)
        btf_index_make(&b->of[OWN], c->m->btf, c->m->btf_size, &c->tmp);
    btf_attach(c, b);
    return b;
}

void btf_types_drop(struct check *c) {
    if (c->btf)
        buf_free(&c->btf->file);
}

bool btf_object(struct btf_types *b, u32 space, u32 id, struct reg *out) {
    struct btf_type t;
    const char *tag;
    u32 own;
    if (!(id = btf_index_resolved(&b->of[space], id, &t, &tag)))
        return false;
    if (space == OWN && t.kind == BTF_FWD) { /* the program only says that there is one */
        id = btf_index_find(&b->of[KERNEL], btf_index_text(&b->of[OWN], t.name), t.info >> 31 ? BTF_UNION : BTF_STRUCT);
        if (!btf_index_at(&b->of[KERNEL], id, &t))
            return false;
        space = KERNEL;
    }
    if (t.kind != BTF_STRUCT && t.kind != BTF_UNION)
        return false;
    if (space == KERNEL && b->of[OWN].n &&
        (own = btf_index_find(&b->of[OWN], btf_index_text(&b->of[KERNEL], t.name), t.kind)))
        space = OWN, id = own;
    *out = reg_pointer(VAL_BTF);
    out->map = id;
    out->sub = (u8)space;
    return true;
}

const char *btf_struct_name(struct btf_types *b, const struct reg *r) {
    struct btf_type t;
    return btf_index_at(&b->of[r->sub], r->map, &t) ? btf_index_text(&b->of[r->sub], t.name) : "";
}

/* Is type id one of that name, or has it such a struct at off? */
static bool begins_with(const struct btf_index *x, u32 id, s64 off, const char *name, bool exact) {
    struct btf_type t;
    const char *tag;
    for (u32 i = 0; i < NEST && (id = btf_index_resolved(x, id, &t, &tag)); i++) {
        u32 k = 0;
        if (t.kind != BTF_STRUCT)
            return false;
        if (!off && !strcmp(btf_index_text(x, t.name), name))
            return true;
        for (; k < t.n && !exact; k++) { /* the member that is there */
            struct btf_part p = btf_part(&t, k);
            u64 from = p.bit / 8;
            if ((u64)off >= from && (u64)off < from + btf_index_bytes(x, p.type)) {
                off -= (s64)from;
                id = p.type;
                break;
            }
        }
        if (k == t.n || exact)
            return false;
    }
    return false;
}

bool btf_is_a(struct btf_types *b, const struct reg *r, const char *name, bool exact) {
    const struct btf_index *x = &b->of[KERNEL];
    s64 off = (s64)((u64)r->off + r->var.umin);
    if (off < 0 || !scalar_is_const(&r->var))
        return false;
    if (begins_with(&b->of[r->sub], r->map, off, name, exact))
        return true;
    /* the program need not say what is in its struct */
    return r->sub == OWN && !off && !exact &&
           begins_with(x, btf_index_find(x, btf_struct_name(b, r), BTF_STRUCT), 0, name, false);
}

bool btf_task(struct check *c, struct reg *out) {
    struct btf_types *b = btf_types(c);
    if (!b)
        return false;
    if (b->task.kind == VAL_NONE) {
        b->task = reg_scalar(scalar_any());
        if (btf_object(b, KERNEL, b->of[KERNEL].n ? btf_index_find(&b->of[KERNEL], "task_struct", BTF_STRUCT) : 0,
                       &b->task))
            b->task.flags = R_TRUSTED;
    }
    if (b->task.kind == VAL_BTF)
        *out = b->task;
    return b->task.kind == VAL_BTF;
}

/* --- what is in it --- */

enum found { NOTHING, NUMBER, POINTER };
struct place {
    u32 to;            /* what a pointer there leads to; 0: nothing that is followed */
    const char *field; /* of the outermost struct that has a name for it */
    const char *leaf;  /* the member itself */
    const char *tag;   /* of the pointer */
    bool in_union;     /* of more than one member: which of them is there is not known */
};

/* size bytes at off in that type. */
static enum found look_for(struct btf_types *b, const struct btf_index *x, u32 id, u64 off, u32 size, struct place *at,
                           u32 nest) {
    struct btf_type t;
    const char *tag;
    if (nest > NEST || !btf_index_resolved(x, id, &t, &tag))
        return NOTHING;
    switch (t.kind) {
    case BTF_PTR: {
        struct btf_type of;
        if (off || size != 8)
            return off + size <= 8 ? NUMBER : NOTHING;
        btf_index_resolved(x, t.size, &of, &at->tag);
        at->to = !*at->tag || !strcmp(at->tag, "rcu") ? t.size : 0;
        return POINTER;
    }
    case BTF_INT:
    case BTF_ENUM:
    case BTF_ENUM64:
    case BTF_FLOAT: return off + size <= t.size ? NUMBER : NOTHING;
    case BTF_ARRAY: {
        u64 each = btf_index_bytes(x, get32(t.more));
        return each ? look_for(b, x, get32(t.more), off % each, size, at, nest + 1) : NOTHING;
    }
    case BTF_STRUCT:
    case BTF_UNION: break;
    default: return NOTHING;
    }
    at->in_union |= t.kind == BTF_UNION && t.n != 1;
    for (u32 i = 0; i < t.n; i++) {
        struct btf_part p = btf_part(&t, i);
        u64 from = p.bit / 8, bytes = btf_index_bytes(x, p.type);
        bool bits = t.info >> 31 && get32(t.more + (size_t)i * 12 + 8) >> 24, last = i + 1 == t.n && !bytes;
        struct place in = *at;
        const char *name = btf_index_text(x, p.name);
        enum found found;
        if (++b->work > WORK) /* of types that were made for that */
            return NOTHING;
        if (off < from || (off >= from + bytes && !last))
            continue;
        if (*name) {
            in.leaf = name;
            in.field = *in.field ? in.field : name;
        }
        if (bits) { /* the word that they are in */
            *at = in;
            return off + size <= t.size ? NUMBER : NOTHING;
        }
        found = look_for(b, x, p.type, off - from, size, &in, nest + 1);
        if (found != NOTHING || t.kind == BTF_STRUCT) {
            *at = in;
            return found;
        }
    }
    return NOTHING;
}

static enum found place_of(struct btf_types *b, const struct reg *p, s64 off, u32 size, struct place *at) {
    s64 from = (s64)((u64)p->off + (u64)off + p->var.umin);
    *at = (struct place){.field = "", .leaf = "", .tag = ""};
    return from < 0 ? NOTHING : look_for(b, &b->of[p->sub], p->map, (u64)from, size, at, 0);
}

/* "task_struct.pid", for a message. */
static const char *place_name(struct check *c, struct btf_types *b, const struct reg *p, const char *field) {
    const char *type = btf_struct_name(b, p);
    size_t n = strlen(type) + strlen(field) + 2;
    char *s = arena_new(&c->r->arena, char, n + 1);
    if (s)
        snprintf(s, n + 1, "%s%s%s", type, *field ? "." : "", field);
    return s;
}

/* --- trust --- */

bool is_trusted(const struct reg *r) {
    return r->ref || (r->flags & R_TRUSTED && !(r->flags & (R_NULL | R_GONE)));
}

bool in_rcu(const struct check *c) {
    return c->s.rcu || c->s.lock_map != NO_INDEX || !(c->prog->sleepable || c->prog->kind == PROG_SYSCALL);
}

static void find_safe_lists(struct btf_types *b) {
    const struct btf_index *x = &b->of[KERNEL];
    struct btf_type t;
    b->safe_known = true;
    for (u32 id = 1; b->nsafe < SAFE_LISTS && btf_index_at(x, id, &t); id++)
        if (t.kind == BTF_STRUCT && strstr(btf_index_text(x, t.name), "__safe_"))
            b->safe[b->nsafe++] = id;
}

/* Does the kernel's list of that kind have the member, leading to what to is? */
static bool listed(struct btf_types *b, const char *type, const char *kind, const char *member, const struct reg *to) {
    const struct btf_index *x = &b->of[KERNEL];
    size_t n = strlen(type);
    struct btf_type t, of;
    const char *tag;
    if (!b->safe_known)
        find_safe_lists(b);
    for (u32 k = 0; k < b->nsafe; k++) {
        const char *name;
        if (!btf_index_at(x, b->safe[k], &t) || strncmp(name = btf_index_text(x, t.name), type, n) ||
            strcmp(name + n, kind))
            continue;
        for (u32 i = 0; i < t.n; i++) {
            struct btf_part p = btf_part(&t, i);
            if (!strcmp(btf_index_text(x, p.name), member) && btf_index_resolved(x, p.type, &of, &tag) &&
                of.kind == BTF_PTR && btf_index_resolved(x, of.size, &of, &tag))
                return !strcmp(btf_index_text(x, of.name), btf_struct_name(b, to));
        }
    }
    return false;
}

/* What a pointer in p's object is worth. */
static u8 worth(struct check *c, struct btf_types *b, const struct reg *p, const struct place *at,
                const struct reg *to) {
    const char *type = btf_struct_name(b, p);
    bool or_null;
    if (p->flags & R_GONE)
        return R_GONE;
    if (!is_trusted(p) && !(p->flags & R_RCU))
        return at->in_union ? R_GONE : 0;
    if (listed(b, type, "__safe_trusted", at->leaf, to))
        return R_TRUSTED;
    if (listed(b, type, "__safe_trusted_or_null", at->leaf, to))
        return R_TRUSTED | R_NULL;
    if (!in_rcu(c))
        return R_GONE;
    if (listed(b, type, "__safe_rcu", at->leaf, to))
        return R_RCU;
    or_null = listed(b, type, "__safe_rcu_or_null", at->leaf, to);
    if (or_null || !strcmp(at->tag, "rcu"))
        return R_RCU | R_NULL | (at->in_union && !or_null ? R_GONE : 0);
    return at->in_union ? R_GONE : 0;
}

bool btf_member(struct check *c, const struct reg *p, s64 off, u32 size, struct reg *out, const char **name) {
    struct btf_types *b = btf_types(c);
    struct place at;
    enum found found;
    if (!b)
        return true;
    found = place_of(b, p, off, size, &at);
    if (name)
        *name = place_name(c, b, p, at.field);
    if (found == POINTER && out && at.to && btf_object(b, p->sub, at.to, out)) {
        out->flags = worth(c, b, p, &at, out);
        if (out->flags & R_NULL)
            out->id = new_id(c);
    }
    return found != NOTHING;
}

bool btf_may_write(struct check *c, const struct reg *p, s64 off, u32 size) {
    struct btf_types *b = btf_types(c);
    struct place at;
    return b && is_trusted(p) && place_of(b, p, off, size, &at) == NUMBER &&
           btf_ops_write(b, btf_struct_name(b, p), at.leaf);
}

void btf_cast(struct check *c, u64 type, struct reg *out) {
    struct btf_types *b = btf_types(c);
    if (b && b->of[OWN].n && type <= UINT32_MAX && btf_object(b, OWN, (u32)type, out))
        out->flags = R_GONE;
}

void btf_kernel_context(struct check *c, struct reg *out) {
    struct btf_types *b = btf_types(c);
    const char *name = NULL;
    switch (c->prog->kind) {
    case PROG_XDP: name = "xdp_buff"; break;
    case PROG_TC:
    case PROG_SOCKET:
    case PROG_CGROUP_SKB: name = "sk_buff"; break;
    default: return;
    }
    if (b && btf_object(b, KERNEL, btf_index_find(&b->of[KERNEL], name, BTF_STRUCT), out))
        out->flags = R_TRUSTED;
}

bool btf_points_at(struct check *c, const struct reg *p, const char *type) {
    return c->btf && btf_is_a(c->btf, p, type, false);
}

/* Of the last unlock: what was there until then may be gone. */
void btf_leave_rcu(struct check *c) {
    for (struct part *p = c->part; p; p = p->outer)
        p->odd = true;
    for (u32 k = 0; k < c->s.nframe; k++) {
        struct frame *f = c->s.f[k];
        bool mine = false;
        for (u32 j = 0; j < NREG_EBPF + SLOTS; j++) {
            struct reg *r = j < NREG_EBPF ? &f->r[j] : &f->slot[j - NREG_EBPF];
            u8 byte = j < NREG_EBPF ? B_REG : f->byte[(j - NREG_EBPF) * 8];
            if (j >= NREG_EBPF && j - NREG_EBPF < f->lo)
                continue;
            if (!(byte == B_REG && r->kind == VAL_BTF) && byte != B_ITER)
                continue;
            if (!(r->flags & R_RCU))
                continue;
            if (!mine) {
                if (!(f = own_slots(c, k, 0)))
                    return;
                mine = true;
                r = j < NREG_EBPF ? &f->r[j] : &f->slot[j - NREG_EBPF];
            }
            r->flags = (u8)((r->flags & ~(R_RCU | (byte == B_REG ? R_NULL : 0))) | R_GONE);
        }
    }
}

const char *btf_words(struct check *c, const struct reg *r, struct arena *a) {
    const char *name = c->btf ? btf_struct_name(c->btf, r) : "";
    return a ? arena_strdup(a, name) : name;
}
