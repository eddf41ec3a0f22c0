/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* btf.c - sizes of structs, and where a map's value has its spin lock.
 * in: the .BTF section, checked by the front end; each read is held against its end all the same
 *
 *   | header 24 | types: { name, info, size or type } and what belongs to the kind | strings | */
#include "rt/btf.h"
#include <string.h>

enum {
    KIND_INT = 1,
    KIND_ARRAY = 3,
    KIND_STRUCT,
    KIND_UNION,
    KIND_ENUM,
    KIND_FWD,
    KIND_TYPEDEF,
    KIND_VOLATILE,
    KIND_CONST,
    KIND_FUNC_PROTO = 13,
    KIND_VAR,
    KIND_DATASEC,
    KIND_DECL_TAG = 17,
    KIND_TYPE_TAG,
    KIND_ENUM64
};
enum { HEAD = 12, MEMBER = 12, DEPTH = 32 };

struct type {
    u32 name, info, size;
    const u8 *more;
    u32 kind, n;
};

static u32 get32(const u8 *p) {
    u32 v;
    memcpy(&v, p, 4);
    return v;
}

static u32 more_bytes(u32 kind, u32 n) {
    switch (kind) {
    case KIND_INT:
    case KIND_VAR:
    case KIND_DECL_TAG: return 4;
    case KIND_ARRAY: return 12;
    case KIND_STRUCT:
    case KIND_UNION:
    case KIND_DATASEC:
    case KIND_ENUM64: return n * 12;
    case KIND_ENUM:
    case KIND_FUNC_PROTO: return n * 8;
    }
    return 0;
}

static bool find(const struct module *m, u32 id, struct type *t) {
    if (!m->btf || m->btf_size < 24 || !id)
        return false;
    u64 from = (u64)get32(m->btf + 4) + get32(m->btf + 8), end = from + get32(m->btf + 12);
    for (u32 i = 1; end <= m->btf_size && from + HEAD <= end; i++) {
        const u8 *p = m->btf + from;
        *t = (struct type){get32(p), get32(p + 4), get32(p + 8), p + HEAD, 0, 0};
        t->kind = t->info >> 24 & 31;
        t->n = t->info & 0xffff;
        from += HEAD + more_bytes(t->kind, t->n);
        if (i == id)
            return from <= end;
    }
    return false;
}

/* Behind typedefs and qualifiers. */
static bool resolve(const struct module *m, u32 id, struct type *t) {
    for (u32 i = 0; i < DEPTH && find(m, id, t); i++) {
        if (t->kind != KIND_TYPEDEF && t->kind != KIND_VOLATILE && t->kind != KIND_CONST && t->kind != KIND_TYPE_TAG &&
            t->kind != 11)
            return true;
        id = t->size;
    }
    return false;
}

static bool named(const struct module *m, const struct type *t, const char *name) {
    u64 at = (u64)get32(m->btf + 4) + get32(m->btf + 16) + t->name, n = strlen(name) + 1;
    return at + n <= m->btf_size && !memcmp(m->btf + at, name, n);
}

u64 btf_size_of(const struct module *m, u32 type) {
    struct type t;
    return resolve(m, type, &t) && (t.kind == KIND_STRUCT || t.kind == KIND_UNION) ? t.size : 0;
}

s64 btf_member_of(const struct module *m, u32 type, const char *name) {
    struct type t, u;
    if (!resolve(m, type, &t) || t.kind != KIND_STRUCT)
        return -1;
    for (u32 i = 0; i < t.n; i++) {
        const u8 *p = t.more + (size_t)i * MEMBER;
        u32 bits = get32(p + 8) & (t.info >> 31 ? 0xffffffu : ~0u);
        if (resolve(m, get32(p + 4), &u) && u.kind == KIND_STRUCT && named(m, &u, name))
            return bits / 8;
    }
    return -1;
}

u32 btf_find_type(const struct module *m, const char *name, u32 kind) {
    struct type t = {0};
    if (!m->btf || m->btf_size < 24)
        return 0;
    u64 from = (u64)get32(m->btf + 4) + get32(m->btf + 8), end = from + get32(m->btf + 12);
    for (u32 i = 1; end <= m->btf_size && from + HEAD <= end; i++) {
        const u8 *p = m->btf + from;
        t.name = get32(p);
        t.info = get32(p + 4);
        from += HEAD + more_bytes(t.info >> 24 & 31, t.info & 0xffff);
        if ((t.info >> 24 & 31) == kind && named(m, &t, name))
            return i;
    }
    return 0;
}
