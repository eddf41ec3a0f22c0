/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* btf_index.c - types of a BTF by number.
 * in: the bytes of a BTF, which may be anything      out: where each of its types begins
 *
 * Each type was held against the end once; strings end in the last byte. */
#include "check/btf_index.h"
#include <string.h>

enum { HEAD = 12, DEPTH = 32 };

static u32 get32(const u8 *p) {
    u32 v;
    memcpy(&v, p, 4);
    return v;
}

bool btf_index_make(struct btf_index *x, const u8 *p, u64 size, struct arena *a) {
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
    /* each takes HEAD bytes at least */
    if (from < end && !(x->at = arena_new(a, u32, (end - from) / HEAD + 1)))
        return false;
    for (u64 at = from; at + HEAD <= end; n++) {
        u32 info = get32(p + at + 4), more = btf_more_bytes(info >> 24 & 31, info & 0xffff);
        if (at + HEAD + more > end)
            return false;
        x->at[n] = (u32)at;
        at += HEAD + more;
    }
    x->btf = p;
    x->size = size;
    x->n = n;
    return true;
}

bool btf_index_at(const struct btf_index *x, u32 id, struct btf_type *t) {
    const u8 *p;
    if (!id || id > x->n)
        return false;
    p = x->btf + x->at[id - 1];
    *t = (struct btf_type){get32(p), get32(p + 4), get32(p + 8), p + HEAD, 0, 0};
    t->kind = t->info >> 24 & 31;
    t->n = t->info & 0xffff;
    return true;
}

const char *btf_index_text(const struct btf_index *x, u32 name) {
    return name && x->strings + name < x->size ? (const char *)x->btf + x->strings + name : "";
}

u32 btf_index_resolved(const struct btf_index *x, u32 id, struct btf_type *t, const char **tag) {
    *tag = "";
    for (u32 i = 0; i < DEPTH && btf_index_at(x, id, t); i++) {
        if (t->kind == BTF_TYPE_TAG)
            *tag = btf_index_text(x, t->name);
        else if (t->kind != BTF_TYPEDEF && t->kind != BTF_VOLATILE && t->kind != BTF_CONST && t->kind != BTF_RESTRICT)
            return id;
        id = t->size;
    }
    return 0;
}

u32 btf_index_find(const struct btf_index *x, const char *name, u32 kind) {
    for (u32 k = 0; k < x->n; k++) {
        const u8 *p = x->btf + x->at[k];
        if ((get32(p + 4) >> 24 & 31) == kind && !strcmp(btf_index_text(x, get32(p)), name))
            return k + 1;
    }
    return 0;
}

u64 btf_index_bytes(const struct btf_index *x, u32 id) {
    struct btf_type t;
    const char *tag;
    u64 times = 1;
    for (u32 i = 0; i < DEPTH && btf_index_resolved(x, id, &t, &tag); i++) {
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

u32 btf_index_prototype(const struct btf_index *x, u32 id) {
    struct btf_type t;
    const char *tag;
    for (u32 i = 0; i < DEPTH && (id = btf_index_resolved(x, id, &t, &tag)); i++) {
        if (t.kind == BTF_FUNC_PROTO)
            return id;
        if (t.kind != BTF_FUNC && t.kind != BTF_PTR)
            return 0;
        id = t.size;
    }
    return 0;
}
