/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* btf.c - types by number and by name: sizes, members, prototypes.
 * in: the .BTF section, checked by the front end; each read is held against its end all the same
 *
 *   | header 24 | types: { name, info, size or type } and what belongs to the kind | strings | */
#include "ir/btf.h"
#include <string.h>

enum { HEAD = 12, MEMBER = 12, DEPTH = 32 };

static u32 get32(const u8 *p) {
    u32 v;
    memcpy(&v, p, 4);
    return v;
}

u32 btf_more_bytes(u32 kind, u32 n) {
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
    }
    return 0;
}

bool btf_type_at(const struct module *m, u32 id, struct btf_type *t) {
    if (!m->btf || m->btf_size < 24 || !id)
        return false;
    u64 from = (u64)get32(m->btf + 4) + get32(m->btf + 8), end = from + get32(m->btf + 12);
    for (u32 i = 1; end <= m->btf_size && from + HEAD <= end; i++) {
        const u8 *p = m->btf + from;
        *t = (struct btf_type){get32(p), get32(p + 4), get32(p + 8), p + HEAD, 0, 0};
        t->kind = t->info >> 24 & 31;
        t->n = t->info & 0xffff;
        from += HEAD + btf_more_bytes(t->kind, t->n);
        if (i == id)
            return from <= end;
    }
    return false;
}

/* Behind typedefs and qualifiers. */
bool btf_resolve(const struct module *m, u32 id, struct btf_type *t) {
    for (u32 i = 0; i < DEPTH && btf_type_at(m, id, t); i++) {
        if (t->kind != BTF_TYPEDEF && t->kind != BTF_VOLATILE && t->kind != BTF_CONST && t->kind != BTF_TYPE_TAG &&
            t->kind != BTF_RESTRICT)
            return true;
        id = t->size;
    }
    return false;
}

static bool named(const struct module *m, const struct btf_type *t, const char *name) {
    u64 at = (u64)get32(m->btf + 4) + get32(m->btf + 16) + t->name, n = strlen(name) + 1;
    return at + n <= m->btf_size && !memcmp(m->btf + at, name, n);
}

u64 btf_size_of(const struct module *m, u32 type) {
    struct btf_type t;
    return btf_resolve(m, type, &t) && (t.kind == BTF_STRUCT || t.kind == BTF_UNION) ? t.size : 0;
}

s64 btf_member_of(const struct module *m, u32 type, const char *name) {
    struct btf_type t, u;
    if (!btf_resolve(m, type, &t) || t.kind != BTF_STRUCT)
        return -1;
    for (u32 i = 0; i < t.n; i++) {
        const u8 *p = t.more + (size_t)i * MEMBER;
        u32 bits = get32(p + 8) & (t.info >> 31 ? 0xffffffu : ~0u);
        if (btf_resolve(m, get32(p + 4), &u) && u.kind == BTF_STRUCT && named(m, &u, name))
            return bits / 8;
    }
    return -1;
}

u32 btf_find_type(const struct module *m, const char *name, u32 kind) {
    struct btf_type t = {0};
    if (!m->btf || m->btf_size < 24)
        return 0;
    u64 from = (u64)get32(m->btf + 4) + get32(m->btf + 8), end = from + get32(m->btf + 12);
    for (u32 i = 1; end <= m->btf_size && from + HEAD <= end; i++) {
        const u8 *p = m->btf + from;
        t.name = get32(p);
        t.info = get32(p + 4);
        from += HEAD + btf_more_bytes(t.info >> 24 & 31, t.info & 0xffff);
        if ((t.info >> 24 & 31) == kind && named(m, &t, name))
            return i;
    }
    return 0;
}

const char *btf_text(const struct module *m, u32 name) {
    u64 from, at;
    if (!m->btf || m->btf_size < 24)
        return "";
    from = (u64)get32(m->btf + 4) + get32(m->btf + 16);
    at = from + name;
    return at < m->btf_size && memchr(m->btf + at, 0, m->btf_size - at) ? (const char *)m->btf + at : "";
}

bool btf_says(const struct module *m, const char *name) {
    size_t n = strlen(name) + 1;
    u64 at, end;
    if (!m->btf || m->btf_size < 24)
        return false;
    at = (u64)get32(m->btf + 4) + get32(m->btf + 16);
    end = m->btf_size;
    while (at + n <= end) {
        const u8 *p = memchr(m->btf + at, name[0], end - at - n + 1);
        if (!p)
            return false;
        if (!memcmp(p, name, n))
            return true;
        at = (u64)(p - m->btf) + 1;
    }
    return false;
}

struct btf_part btf_part(const struct btf_type *t, u32 i) {
    bool member = t->kind == BTF_STRUCT || t->kind == BTF_UNION;
    const u8 *p = t->more + (size_t)i * (member ? MEMBER : 8);
    struct btf_part r = {get32(p), get32(p + 4), 0};
    if (member)
        r.bit = get32(p + 8) & (t->info >> 31 ? 0xffffffu : ~0u);
    return r;
}

u64 btf_bytes(const struct module *m, u32 type) {
    struct btf_type t;
    u64 times = 1;
    for (u32 i = 0; i < DEPTH && btf_resolve(m, type, &t); i++) {
        switch (t.kind) {
        case BTF_INT:
        case BTF_STRUCT:
        case BTF_UNION:
        case BTF_ENUM:
        case BTF_ENUM64:
        case BTF_FLOAT: return times * t.size;
        case BTF_PTR: return times * 8;
        case BTF_ARRAY:
            type = get32(t.more);
            if (get32(t.more + 8) && times > UINT32_MAX / get32(t.more + 8))
                return 0;
            times *= get32(t.more + 8);
            continue;
        default: return 0;
        }
    }
    return 0;
}
