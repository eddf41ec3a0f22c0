/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* core_match.c - the same field, type or enumerator in two BTFs.
 * in: an access string and the program's types; candidate types of the target
 * out: struct spec, for either side
 *
 * The rules are libbpf's: names are equal up to a flavour (___x), a member is found by name
 * through anonymous structs and unions, array elements by index, and types agree in kind
 * rather than in every detail. */
#include "front/elf/core.h"
#include <string.h>

enum { DEPTH = 32, WORK = 50000000 };

bool core_is_type(u32 kind) {
    return (kind >= CORE_TYPE_LOCAL && kind <= CORE_TYPE_SIZE) || kind == CORE_TYPE_MATCHES;
}
bool core_is_enum(u32 kind) {
    return kind == CORE_ENUM_EXISTS || kind == CORE_ENUM_VALUE;
}

/* "task_struct___v5" is task_struct: the last "___" between two other characters cuts. */
size_t core_name_len(const char *name) {
    size_t n = strlen(name), i;
    for (i = n < 5 ? 0 : n - 4; i > 0; i--)
        if (name[i - 1] != '_' && !memcmp(name + i, "___", 3) && name[i + 3] != '_')
            return i;
    return n;
}

static bool same_name(const char *a, const char *b) {
    size_t n = core_name_len(a);
    return n == core_name_len(b) && !strncmp(a, b, n);
}

static bool worked(const struct matcher *m) {
    return ++*m->work > WORK;
}
static const struct btf_type *type_of(const struct btf *b, u32 id) {
    return bpf.btf__type_by_id(b, id);
}
static const struct btf_type *skipped(const struct btf *b, u32 id) {
    return bpf.btf__type_by_id(b, btf_skip(b, id));
}

static bool same_kind(const struct btf_type *a, const struct btf_type *b) {
    return btf_kind(a) == btf_kind(b) || (btf_is_any_enum(a) && btf_is_any_enum(b));
}

/* An array of no or one element that ends its struct may be indexed beyond: the C idiom. */
static bool flexible(const struct btf *b, const struct access *a, const struct btf_array *arr) {
    const struct btf_type *t;
    if (!a->name || arr->nelems > 1)
        return false;
    t = type_of(b, a->type);
    return a->index == btf_vlen(t) - 1u;
}

static const char *enter_struct(struct spec *s, u32 *id, const struct btf_type *t, u32 index) {
    const struct btf_member *m;
    if (index >= btf_vlen(t))
        return "no member of that number";
    m = btf_members(t) + index;
    s->bit += btf_member_bit_offset(t, index);
    if (m->name_off)
        s->part[s->nparts++] = (struct access){*id, index, btf_str(s->btf, m->name_off)};
    *id = m->type;
    return NULL;
}

static const char *enter_array(struct spec *s, u32 *id, const struct btf_type *t, u32 index) {
    const struct btf_array *a = btf_array(t);
    s64 size;
    if (!flexible(s->btf, &s->part[s->nparts - 1], a) && index >= a->nelems)
        return "no array element of that number";
    *id = btf_skip(s->btf, a->type);
    s->part[s->nparts++] = (struct access){*id, index, NULL};
    if ((size = bpf.btf__resolve_size(s->btf, *id)) < 0)
        return "an array of a type without a size";
    s->bit += (u64)index * (u64)size * 8;
    return NULL;
}

const char *core_parse(struct spec *s, const struct btf *b, u32 type, u32 kind, const char *access) {
    const char *why = NULL;
    u32 id = type, i;
    s64 size;
    memset(s, 0, sizeof *s);
    s->btf = b;
    s->root = type;
    while (*access) {
        u64 v = 0;
        if (*access < '0' || *access > '9' || s->nraw == SPEC_MAX)
            return "not of the form 0:1:2";
        while (*access >= '0' && *access <= '9')
            if ((v = v * 10 + (u64)(*access++ - '0')) > UINT32_MAX)
                return "a number out of range";
        s->raw[s->nraw++] = (u32)v;
        if (*access == ':' ? !*++access : *access != 0)
            return "not of the form 0:1:2";
    }
    if (!s->nraw)
        return "empty";
    if (core_is_type(kind))
        return s->nraw == 1 && !s->raw[0] ? NULL : "only 0 for a whole type";
    id = btf_skip(b, type);
    s->part[0] = (struct access){id, s->raw[0], NULL};
    s->nparts = 1;
    if (core_is_enum(kind)) {
        const struct btf_type *t = type_of(b, id);
        if (!btf_is_any_enum(t) || s->nraw > 1 || s->raw[0] >= btf_vlen(t))
            return "no enumerator of that number";
        s->part[0].name =
            btf_str(b, btf_is_enum(t) ? btf_enum(t)[s->raw[0]].name_off : btf_enum64(t)[s->raw[0]].name_off);
        return NULL;
    }
    if ((size = bpf.btf__resolve_size(b, id)) < 0)
        return "a type without a size";
    s->bit = (u64)s->raw[0] * (u64)size * 8;
    for (i = 1; i < s->nraw && !why; i++) {
        const struct btf_type *t;
        id = btf_skip(b, id);
        t = type_of(b, id);
        if (btf_is_composite(t))
            why = enter_struct(s, &id, t, s->raw[i]);
        else
            why = btf_is_array(t) ? enter_array(s, &id, t, s->raw[i]) : "neither struct, union nor array";
    }
    return why;
}

/* Whether a field may stand for another: kinds agree; names of enums, too. */
static int fields_agree(const struct matcher *m, u32 lid, u32 tid) {
    const struct btf_type *l, *t;
    const char *ln, *tn;
    for (;;) {
        if (worked(m))
            return -1;
        l = skipped(m->local, lid);
        t = skipped(m->target, tid);
        if (btf_is_composite(l) && btf_is_composite(t))
            return 1;
        if (!same_kind(l, t))
            return 0;
        switch (btf_kind(l)) {
        case BTF_KIND_PTR:
        case BTF_KIND_FLOAT: return 1;
        case BTF_KIND_FWD:
        case BTF_KIND_ENUM:
        case BTF_KIND_ENUM64:
            ln = btf_str(m->local, l->name_off), tn = btf_str(m->target, t->name_off);
            return !*ln || !*tn || same_name(ln, tn);
        case BTF_KIND_INT: /* bitfields of old (an offset in the type itself) never agree */
            return !btf_int_offset(l) && !btf_int_offset(t);
        case BTF_KIND_ARRAY: lid = btf_array(l)->type, tid = btf_array(t)->type; continue;
        }
        return 0;
    }
}

/* Finds the local member a by name inside target type id; *next is then its type. */
static int find_member(const struct matcher *m, const struct spec *local, const struct access *a, u32 id,
                       struct spec *out, u32 *next) {
    const struct btf_member *lm = btf_members(type_of(local->btf, a->type)) + a->index, *tm;
    const struct btf_type *t;
    u32 i;
    int r;
    id = btf_skip(m->target, id);
    t = type_of(m->target, id);
    if (!btf_is_composite(t))
        return 0;
    for (i = 0; i < btf_vlen(t); i++) {
        u64 bit = btf_member_bit_offset(t, i);
        const char *name;
        if (worked(m))
            return -1;
        if (out->nraw == SPEC_MAX || out->nparts == SPEC_MAX)
            return 0;
        tm = btf_members(t) + i;
        name = btf_str(m->target, tm->name_off);
        out->bit += bit;
        out->raw[out->nraw++] = i;
        if (!*name) {
            if ((r = find_member(m, local, a, tm->type, out, next)))
                return r;
        } else if (!strcmp(name, a->name)) {
            out->part[out->nparts++] = (struct access){id, i, name};
            *next = tm->type;
            if (!(r = fields_agree(m, lm->type, tm->type)))
                out->nparts--;
            return r;
        }
        out->bit -= bit;
        out->nraw--;
    }
    return 0;
}

static int match_field(const struct matcher *m, const struct spec *local, struct spec *out) {
    u32 i, id = btf_skip(m->target, out->root);
    s64 size;
    int r;
    for (i = 0; i < local->nparts; i++) {
        const struct access *a = &local->part[i];
        if (a->name) {
            if ((r = find_member(m, local, a, id, out, &id)) <= 0)
                return r;
            continue;
        }
        if (i > 0) { /* part 0 is the root, as an element of an array of them */
            const struct btf_type *t = skipped(m->target, id);
            if (!btf_is_array(t))
                return 0;
            if (!flexible(m->target, &out->part[out->nparts - 1], btf_array(t)) && a->index >= btf_array(t)->nelems)
                return 0;
            id = btf_skip(m->target, btf_array(t)->type);
        }
        if (out->nparts == SPEC_MAX || out->nraw == SPEC_MAX)
            return 0;
        out->part[out->nparts++] = (struct access){id, a->index, NULL};
        out->raw[out->nraw++] = a->index;
        if ((size = bpf.btf__resolve_size(m->target, id)) < 0)
            return 0;
        out->bit += (u64)a->index * (u64)size * 8;
    }
    return 1;
}

static const char *enumerator(const struct btf *b, const struct btf_type *t, u32 i) {
    return btf_str(b, btf_is_enum(t) ? btf_enum(t)[i].name_off : btf_enum64(t)[i].name_off);
}

static int match_enum(const struct matcher *m, const struct spec *local, struct spec *out) {
    u32 i, id = btf_skip(m->target, out->root);
    const struct btf_type *t = type_of(m->target, id);
    if (!btf_is_any_enum(t))
        return 0;
    for (i = 0; i < btf_vlen(t); i++) {
        if (worked(m))
            return -1;
        if (!same_name(local->part[0].name, enumerator(m->target, t, i)))
            continue;
        out->part[0] = (struct access){id, i, enumerator(m->target, t, i)};
        out->nparts = 1;
        out->raw[0] = i;
        out->nraw = 1;
        return 1;
    }
    return 0;
}

/* TYPE_EXISTS and the like: kinds agree all the way down; names count only at the top. */
static int types_compatible(const struct matcher *m, u32 lid, u32 tid, int depth) {
    const struct btf_type *l, *t;
    u32 i;
    int r;
    if (!same_kind(type_of(m->local, lid), type_of(m->target, tid)))
        return 0;
    while (depth-- > 0) {
        if (worked(m))
            return -1;
        l = skipped(m->local, lid);
        t = skipped(m->target, tid);
        if (!same_kind(l, t))
            return 0;
        switch (btf_kind(l)) {
        case BTF_KIND_UNKN:
        case BTF_KIND_STRUCT:
        case BTF_KIND_UNION:
        case BTF_KIND_ENUM:
        case BTF_KIND_ENUM64:
        case BTF_KIND_FWD: return 1;
        case BTF_KIND_INT: return !btf_int_offset(l) && !btf_int_offset(t);
        case BTF_KIND_PTR: lid = l->type, tid = t->type; continue;
        case BTF_KIND_ARRAY: lid = btf_array(l)->type, tid = btf_array(t)->type; continue;
        case BTF_KIND_FUNC_PROTO:
            if (btf_vlen(l) != btf_vlen(t))
                return 0;
            for (i = 0; i < btf_vlen(l); i++)
                if ((r = types_compatible(m, btf_skip(m->local, btf_params(l)[i].type),
                                          btf_skip(m->target, btf_params(t)[i].type), depth)) <= 0)
                    return r;
            lid = btf_skip(m->local, l->type), tid = btf_skip(m->target, t->type);
            continue;
        }
        return 0;
    }
    return 0;
}

static int types_match(const struct matcher *m, u32 lid, u32 tid, bool behind_ptr, int depth);

static int enums_match(const struct matcher *m, const struct btf_type *l, const struct btf_type *t) {
    u32 i, k;
    for (i = 0; i < btf_vlen(l); i++) {
        for (k = 0; k < btf_vlen(t); k++) {
            if (worked(m))
                return -1;
            if (same_name(enumerator(m->local, l, i), enumerator(m->target, t, k)))
                break;
        }
        if (k == btf_vlen(t))
            return 0;
    }
    return 1;
}

static int members_match(const struct matcher *m, const struct btf_type *l, const struct btf_type *t, int depth) {
    u32 i, k;
    int r;
    if (btf_vlen(l) > btf_vlen(t))
        return 0;
    for (i = 0; i < btf_vlen(l); i++) {
        const struct btf_member *lm = btf_members(l) + i;
        for (k = 0, r = 0; k < btf_vlen(t) && !r; k++) {
            const struct btf_member *tm = btf_members(t) + k;
            if (worked(m))
                return -1;
            if (!same_name(btf_str(m->local, lm->name_off), btf_str(m->target, tm->name_off)))
                continue;
            if ((r = types_match(m, lm->type, tm->type, false, depth - 1)) < 0)
                return r;
        }
        if (!r)
            return 0;
    }
    return 1;
}

/* A forward declaration stands for a struct or, with the flag, for a union. */
static bool fwd_fits(const struct btf_type *fwd, const struct btf_type *t) {
    if (btf_is_fwd(t))
        return btf_kflag(fwd) == btf_kflag(t);
    return btf_kind(t) == (btf_kflag(fwd) ? BTF_KIND_UNION : BTF_KIND_STRUCT);
}

/* TYPE_MATCHES: all that the local type says holds of the target's; behind a pointer, names do. */
static int types_match(const struct matcher *m, u32 lid, u32 tid, bool behind_ptr, int depth) {
    const struct btf_type *l, *t;
    u32 i;
    int r;
    while (depth-- > 0) {
        if (worked(m))
            return -1;
        l = skipped(m->local, lid);
        t = skipped(m->target, tid);
        if (!same_name(btf_str(m->local, l->name_off), btf_str(m->target, t->name_off)))
            return 0;
        switch (btf_kind(l)) {
        case BTF_KIND_UNKN: return btf_kind(t) == BTF_KIND_UNKN;
        case BTF_KIND_FWD: return (behind_ptr || btf_is_fwd(t)) && fwd_fits(l, t);
        case BTF_KIND_ENUM:
        case BTF_KIND_ENUM64: return same_kind(l, t) ? enums_match(m, l, t) : 0;
        case BTF_KIND_STRUCT:
        case BTF_KIND_UNION:
            if (behind_ptr)
                return btf_kind(l) == btf_kind(t) || (btf_is_fwd(t) && fwd_fits(t, l));
            return btf_kind(l) == btf_kind(t) ? members_match(m, l, t, depth) : 0;
        case BTF_KIND_INT:
            return btf_is_int(t) && (btf_int_encoding(l) & BTF_INT_SIGNED) == (btf_int_encoding(t) & BTF_INT_SIGNED);
        case BTF_KIND_PTR:
            if (!btf_is_ptr(t))
                return 0;
            lid = l->type, tid = t->type, behind_ptr = true;
            continue;
        case BTF_KIND_ARRAY:
            if (!btf_is_array(t) || btf_array(l)->nelems != btf_array(t)->nelems)
                return 0;
            lid = btf_array(l)->type, tid = btf_array(t)->type;
            continue;
        case BTF_KIND_FUNC_PROTO:
            if (!btf_is_func_proto(t) || btf_vlen(l) != btf_vlen(t))
                return 0;
            for (i = 0; i < btf_vlen(l); i++)
                if ((r = types_match(m, btf_params(l)[i].type, btf_params(t)[i].type, behind_ptr, depth)) <= 0)
                    return r;
            lid = l->type, tid = t->type;
            continue;
        }
        return 0;
    }
    return 0;
}

int core_match(const struct matcher *m, const struct spec *local, u32 kind, u32 id, struct spec *out) {
    memset(out, 0, sizeof *out);
    out->btf = m->target;
    out->root = id;
    if (kind == CORE_TYPE_MATCHES)
        return types_match(m, local->root, id, false, DEPTH);
    if (core_is_type(kind))
        return types_compatible(m, local->root, id, DEPTH);
    if (core_is_enum(kind))
        return match_enum(m, local, out);
    return match_field(m, local, out);
}
