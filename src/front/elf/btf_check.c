/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* btf_check.c - whether a BTF blob may be given to libbpf, which takes type ids, string
 * offsets, counts, sizes and the absence of cycles on trust.
 * in: bytes      out: 0, or E_BTF with the offset and the type
 *
 * Five passes: the header; where each type starts; what each type says, alone; a depth-first
 * walk over "contains" (typedef and the like, elements, members), which on its way back finds
 * sizes; and one over "is spelled with" (pointers, prototypes), where a cycle needs no struct
 * in it to be endless. Either walk bounds the depth and the work of those who recurse later. */
#include "front/elf/elf_load.h"
#include <linux/btf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { HEADER = 24, KINDS = BTF_KIND_ENUM64 + 1 };
enum { NEW, OPEN, DONE };
enum { MAX_DEPTH = 128, MAX_COST = 1000000, MAX_EMPTY = 65536 };

struct check {
    const u8 *p;
    size_t n;
    struct error *e;
    u32 types, types_len, strs, strs_len; /* offsets from p */
    u32 *at;
    u32 ntype;         /* offset of each type from p; at[0] is void */
    u64 *size;         /* of each type, once walked */
    u32 *depth, *cost; /* longest way down from it; types on all ways */
    u8 *state;
};
struct step {
    u32 id, next, depth, cost;
};

/* What is known of a kind: bytes that follow the 12 common ones, alone and for each of vlen. */
static const struct kind {
    const char *name;
    u8 fixed, each;
    bool refers, vlen;
} kinds[KINDS] = {
    [BTF_KIND_INT] = {"INT", 4, 0, false, false},
    [BTF_KIND_PTR] = {"PTR", 0, 0, true, false},
    [BTF_KIND_ARRAY] = {"ARRAY", 12, 0, false, false},
    [BTF_KIND_STRUCT] = {"STRUCT", 0, 12, false, true},
    [BTF_KIND_UNION] = {"UNION", 0, 12, false, true},
    [BTF_KIND_ENUM] = {"ENUM", 0, 8, false, true},
    [BTF_KIND_FWD] = {"FWD", 0, 0, false, false},
    [BTF_KIND_TYPEDEF] = {"TYPEDEF", 0, 0, true, false},
    [BTF_KIND_VOLATILE] = {"VOLATILE", 0, 0, true, false},
    [BTF_KIND_CONST] = {"CONST", 0, 0, true, false},
    [BTF_KIND_RESTRICT] = {"RESTRICT", 0, 0, true, false},
    [BTF_KIND_FUNC] = {"FUNC", 0, 0, false, true}, /* vlen is the linkage */
    [BTF_KIND_FUNC_PROTO] = {"FUNC_PROTO", 0, 8, true, true},
    [BTF_KIND_VAR] = {"VAR", 4, 0, true, false},
    [BTF_KIND_DATASEC] = {"DATASEC", 0, 12, false, true},
    [BTF_KIND_FLOAT] = {"FLOAT", 0, 0, false, false},
    [BTF_KIND_DECL_TAG] = {"DECL_TAG", 4, 0, false, false},
    [BTF_KIND_TYPE_TAG] = {"TYPE_TAG", 0, 0, true, false},
    [BTF_KIND_ENUM64] = {"ENUM64", 0, 12, false, true},
};

static u32 word(const struct check *c, u32 id, u32 i) {
    return (u32)le(c->p + c->at[id] + 4 * i, 4);
}
static u32 kind_of(const struct check *c, u32 id) {
    return id ? word(c, id, 1) >> 24 & 31 : BTF_KIND_UNKN;
}
static u32 vlen_of(const struct check *c, u32 id) {
    return word(c, id, 1) & 0xffff;
}

static int __attribute__((format(printf, 3, 4))) bad_type(struct check *c, u32 id, const char *fmt, ...) {
    char text[200];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return fail(c->e, E_BTF, c->at[id], "type %u (%s): %s", id, kinds[kind_of(c, id)].name, text);
}

static int check_header(struct check *c) {
    const u8 *p = c->p;
    u64 hdr, types, types_len, strs, strs_len;
    if (c->n < HEADER)
        return fail(c->e, E_BTF, 0, "header: only %zu bytes", c->n);
    if (c->n > UINT32_MAX / 2)
        return fail(c->e, E_BTF, 0, "too large");
    if (le(p, 2) == 0x9feb)
        return fail(c->e, E_BTF, 0, "header: big-endian BTF");
    if (le(p, 2) != BTF_MAGIC)
        return fail(c->e, E_BTF, 0, "header: no BTF magic");
    if (p[2] != BTF_VERSION)
        return fail(c->e, E_BTF, 2, "header: version %u, not 1", p[2]);
    if (p[3])
        return fail(c->e, E_BTF, 3, "header: unknown flags 0x%x", p[3]);
    hdr = le(p + 4, 4), types = le(p + 8, 4), types_len = le(p + 12, 4), strs = le(p + 16, 4), strs_len = le(p + 20, 4);
    if (hdr < HEADER || hdr % 4 || hdr > c->n)
        return fail(c->e, E_BTF, 4, "header: bad length %llu", (unsigned long long)hdr);
    if (types % 4 || types_len % 4)
        return fail(c->e, E_BTF, 8, "header: types are not aligned to 4");
    if (hdr + types + types_len > c->n)
        return fail(c->e, E_BTF, 8, "header: the types end behind the section");
    if (hdr + strs + strs_len > c->n)
        return fail(c->e, E_BTF, 16, "header: the strings end behind the section");
    if (types + types_len > strs)
        return fail(c->e, E_BTF, 16, "header: types and strings overlap");
    if (!strs_len || p[hdr + strs] || p[hdr + strs + strs_len - 1])
        return fail(c->e, E_BTF, (s64)(hdr + strs), "the strings do not begin and end with NUL");
    c->types = (u32)(hdr + types);
    c->types_len = (u32)types_len;
    c->strs = (u32)(hdr + strs);
    c->strs_len = (u32)strs_len;
    return 0;
}

static int find_types(struct check *c, struct arena *tmp) {
    u32 pos = c->types, end = c->types + c->types_len, max = c->types_len / 12 + 1;
    if (!(c->at = arena_new(tmp, u32, max)) || !(c->size = arena_new(tmp, u64, max)) ||
        !(c->state = arena_new(tmp, u8, max)) || !(c->depth = arena_new(tmp, u32, max)) ||
        !(c->cost = arena_new(tmp, u32, max)))
        return fail(c->e, E_NOMEM, NOWHERE, "out of memory");
    for (c->ntype = 1; pos < end; c->ntype++) {
        u64 size;
        const struct kind *k;
        u32 info;
        if (end - pos < 12)
            return fail(c->e, E_BTF, pos, "type %u: cut off", c->ntype);
        info = (u32)le(c->p + pos + 4, 4);
        if ((info >> 24 & 31) >= KINDS || !kinds[info >> 24 & 31].name)
            return fail(c->e, E_BTF, pos, "type %u: unknown kind %u", c->ntype, info >> 24 & 31);
        k = &kinds[info >> 24 & 31];
        if (info & 0x60ff0000)
            return fail(c->e, E_BTF, pos, "type %u (%s): reserved bits are set", c->ntype, k->name);
        if (!k->vlen && (info & 0xffff))
            return fail(c->e, E_BTF, pos, "type %u (%s): a count of %u where there are no entries", c->ntype, k->name,
                        info & 0xffff);
        size = 12 + k->fixed + (u64)k->each * (info & 0xffff);
        if (size > end - pos)
            return fail(c->e, E_BTF, pos, "type %u (%s): cut off", c->ntype, k->name);
        c->at[c->ntype] = pos;
        pos += (u32)size;
    }
    return 0;
}

static int check_name(struct check *c, u32 id, u32 off) {
    if (off < c->strs_len)
        return 0;
    return bad_type(c, id, "name offset 0x%x lies outside the strings (0x%x bytes)", off, c->strs_len);
}

/* What may stand for a value, a pointer's target, a member or a parameter. */
static int check_value_ref(struct check *c, u32 id, u32 to) {
    if (to >= c->ntype)
        return bad_type(c, id, "refers to type %u of %u", to, c->ntype);
    switch (kind_of(c, to)) {
    case BTF_KIND_FUNC:
    case BTF_KIND_VAR:
    case BTF_KIND_DATASEC:
    case BTF_KIND_DECL_TAG: return bad_type(c, id, "refers to type %u, which is a %s", to, kinds[kind_of(c, to)].name);
    }
    return 0;
}

static int check_entries(struct check *c, u32 id, u32 kind) {
    u32 i, n = vlen_of(c, id);
    int r;
    for (i = 0; i < n; i++) {
        switch (kind) {
        case BTF_KIND_STRUCT:
        case BTF_KIND_UNION:
            if ((r = check_name(c, id, word(c, id, 3 + 3 * i))))
                return r;
            if ((r = check_value_ref(c, id, word(c, id, 4 + 3 * i))))
                return r;
            break;
        case BTF_KIND_ENUM:
            if ((r = check_name(c, id, word(c, id, 3 + 2 * i))))
                return r;
            break;
        case BTF_KIND_ENUM64:
            if ((r = check_name(c, id, word(c, id, 3 + 3 * i))))
                return r;
            break;
        case BTF_KIND_FUNC_PROTO:
            if ((r = check_name(c, id, word(c, id, 3 + 2 * i))))
                return r;
            if ((r = check_value_ref(c, id, word(c, id, 4 + 2 * i))))
                return r;
            break;
        case BTF_KIND_DATASEC: {
            u32 var = word(c, id, 3 + 3 * i), off = word(c, id, 4 + 3 * i), size = word(c, id, 5 + 3 * i);
            if (var >= c->ntype || (kind_of(c, var) != BTF_KIND_VAR && kind_of(c, var) != BTF_KIND_FUNC))
                return bad_type(c, id, "entry %u: type %u is no variable or function", i, var);
            /* The compiler leaves the size 0 for the loader to fill in. */
            if (word(c, id, 2) && (u64)off + size > word(c, id, 2))
                return bad_type(c, id, "entry %u: 0x%x bytes at 0x%x lie outside the section", i, size, off);
            break;
        }
        }
    }
    return 0;
}

static bool is_size(u32 size, u32 least, u32 most) {
    return size >= least && size <= most && !(size & (size - 1));
}

static int check_decl_tag(struct check *c, u32 id) {
    u32 to = word(c, id, 2), kind, n;
    s32 part = (s32)word(c, id, 3);
    if (to >= c->ntype)
        return bad_type(c, id, "refers to type %u of %u", to, c->ntype);
    kind = kind_of(c, to);
    if (kind != BTF_KIND_STRUCT && kind != BTF_KIND_UNION && kind != BTF_KIND_FUNC && kind != BTF_KIND_VAR &&
        kind != BTF_KIND_TYPEDEF)
        return bad_type(c, id, "tags type %u, which takes no tags", to);
    if (part == -1)
        return 0;
    if (part < 0)
        return bad_type(c, id, "bad component %d", part);
    if (kind == BTF_KIND_FUNC) {
        u32 proto = word(c, to, 2);
        n = proto < c->ntype && kind_of(c, proto) == BTF_KIND_FUNC_PROTO ? vlen_of(c, proto) : 0;
    } else {
        n = kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION ? vlen_of(c, to) : 0;
    }
    return (u32)part < n ? 0 : bad_type(c, id, "component %d of %u", part, n);
}

static int check_type(struct check *c, u32 id) {
    u32 kind = kind_of(c, id), size = word(c, id, 2), v;
    int r = check_name(c, id, word(c, id, 0));
    if (r)
        return r;
    if (kinds[kind].refers && (r = check_value_ref(c, id, size)))
        return r;
    switch (kind) {
    case BTF_KIND_INT:
        v = word(c, id, 3);
        if (!is_size(size, 1, 16))
            return bad_type(c, id, "size %u", size);
        if ((v & 0xff) + (v >> 16 & 0xff) > size * 8 || (v & 0xff) > 128)
            return bad_type(c, id, "%u bits at bit %u of %u bytes", v & 0xff, v >> 16 & 0xff, size);
        return 0;
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64:
        if (!is_size(size, 1, 8))
            return bad_type(c, id, "size %u", size);
        break;
    case BTF_KIND_FLOAT:
        if (!is_size(size, 2, 16) && size != 12)
            return bad_type(c, id, "size %u", size);
        break;
    case BTF_KIND_ARRAY:
        if ((r = check_value_ref(c, id, word(c, id, 3))))
            return r;
        return check_value_ref(c, id, word(c, id, 4));
    case BTF_KIND_FUNC:
        if (size >= c->ntype || kind_of(c, size) != BTF_KIND_FUNC_PROTO)
            return bad_type(c, id, "type %u is no function prototype", size);
        if (vlen_of(c, id) > BTF_FUNC_EXTERN)
            return bad_type(c, id, "unknown linkage %u", vlen_of(c, id));
        return 0;
    case BTF_KIND_VAR:
        if (word(c, id, 3) > BTF_VAR_GLOBAL_EXTERN)
            return bad_type(c, id, "unknown linkage %u", word(c, id, 3));
        break;
    case BTF_KIND_DECL_TAG: return check_decl_tag(c, id);
    }
    return check_entries(c, id, kind);
}

/* The n-th type that id contains: 1 and *to, or 0 when there are no more. */
static bool contained(const struct check *c, u32 id, u32 n, u32 *to) {
    switch (kind_of(c, id)) {
    case BTF_KIND_TYPEDEF:
    case BTF_KIND_VOLATILE:
    case BTF_KIND_CONST:
    case BTF_KIND_RESTRICT:
    case BTF_KIND_TYPE_TAG:
    case BTF_KIND_VAR: *to = word(c, id, 2); return n == 0;
    case BTF_KIND_ARRAY: *to = n < 2 ? word(c, id, 3 + n) : 0; return n < 2;
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION: *to = n < vlen_of(c, id) ? word(c, id, 4 + 3 * n) : 0; return n < vlen_of(c, id);
    }
    return false;
}

/* Neither void, a function, nor a mere declaration. */
static bool has_size(const struct check *c, u32 id) {
    u32 to;
    while (kind_of(c, id) != BTF_KIND_ARRAY && contained(c, id, 0, &to) && kind_of(c, id) != BTF_KIND_STRUCT &&
           kind_of(c, id) != BTF_KIND_UNION)
        id = to;
    return kind_of(c, id) != BTF_KIND_UNKN && kind_of(c, id) != BTF_KIND_FWD && kind_of(c, id) != BTF_KIND_FUNC_PROTO;
}

/* All that id contains has been sized. */
static int size_type(struct check *c, u32 id) {
    u32 i, kind = kind_of(c, id);
    switch (kind) {
    case BTF_KIND_INT:
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64:
    case BTF_KIND_FLOAT: c->size[id] = word(c, id, 2); break;
    case BTF_KIND_PTR: c->size[id] = 8; break;
    case BTF_KIND_TYPEDEF:
    case BTF_KIND_VOLATILE:
    case BTF_KIND_CONST:
    case BTF_KIND_RESTRICT:
    case BTF_KIND_TYPE_TAG:
    case BTF_KIND_VAR: c->size[id] = c->size[word(c, id, 2)]; break;
    case BTF_KIND_ARRAY: /* both factors are below 2^32 */
        if (!has_size(c, word(c, id, 3)))
            return bad_type(c, id, "elements of a type without a size");
        c->size[id] = c->size[word(c, id, 3)] * word(c, id, 5);
        if (!c->size[id] && word(c, id, 5) > MAX_EMPTY)
            return bad_type(c, id, "%u elements of no bytes", word(c, id, 5));
        if (c->size[id] > UINT32_MAX)
            return bad_type(c, id, "the array is larger than 4 GiB");
        break;
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION:
        c->size[id] = word(c, id, 2);
        for (i = 0; i < vlen_of(c, id); i++) {
            u32 off = word(c, id, 5 + 3 * i);
            bool kflag = word(c, id, 1) >> 31;
            u64 bits = kflag && off >> 24 ? off >> 24 : c->size[word(c, id, 4 + 3 * i)] * 8;
            if (kflag)
                off &= 0xffffff;
            if (!has_size(c, word(c, id, 4 + 3 * i)))
                return bad_type(c, id, "member %u: of a type without a size", i);
            if (off + bits > c->size[id] * 8)
                return bad_type(c, id, "member %u: %llu bits at bit %u lie outside its %llu bytes", i,
                                (unsigned long long)bits, off, (unsigned long long)c->size[id]);
        }
        break;
    }
    return 0;
}

/* The n-th type that has to be spelled out to name id. Where a struct has a name, that is enough. */
static bool spelled(const struct check *c, u32 id, u32 n, u32 *to) {
    switch (kind_of(c, id)) {
    case BTF_KIND_PTR: *to = word(c, id, 2); return n == 0;
    case BTF_KIND_FUNC_PROTO:
        *to = n > vlen_of(c, id) ? 0 : n ? word(c, id, 2 + 2 * n) : word(c, id, 2);
        return n <= vlen_of(c, id);
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION:
        if (c->p[c->strs + word(c, id, 0)])
            return false;
    }
    return contained(c, id, n, to);
}

/* Depth first, over the edges that next() gives. Refuses cycles, and what would take a recursive
 * reader such as libbpf's printer too deep or too long; done() sees each type after all that it reaches. */
static int walk(struct check *c, struct step *stack, bool (*next)(const struct check *, u32, u32, u32 *),
                int (*done)(struct check *, u32), const char *cycle) {
    u32 root, depth, to;
    int r;
    memset(c->state, NEW, c->ntype);
    c->state[0] = DONE;
    for (root = 1; root < c->ntype; root++) {
        if (c->state[root] != NEW)
            continue;
        stack[0] = (struct step){root, 0, 1, 1};
        c->state[root] = OPEN;
        for (depth = 1; depth;) {
            struct step *s = &stack[depth - 1];
            if (next(c, s->id, s->next++, &to)) {
                if (c->state[to] == OPEN)
                    return bad_type(c, s->id, "%s, through type %u", cycle, to);
                if (c->state[to] == NEW) {
                    stack[depth++] = (struct step){to, 0, 1, 1};
                    c->state[to] = OPEN;
                    s->next--; /* comes here again when it is done */
                    continue;
                }
                if (s->depth <= c->depth[to])
                    s->depth = c->depth[to] + 1;
                s->cost += next == spelled && kind_of(c, to) == BTF_KIND_TYPEDEF ? 1 : c->cost[to];
                if (s->depth > MAX_DEPTH)
                    return bad_type(c, s->id, "nested more than %d deep", MAX_DEPTH);
                if (s->cost > MAX_COST)
                    return bad_type(c, s->id, "made of more than %d parts", MAX_COST);
            } else {
                if (done && (r = done(c, s->id)))
                    return r;
                c->depth[s->id] = s->depth;
                c->cost[s->id] = s->cost;
                c->state[s->id] = DONE;
                depth--;
            }
        }
    }
    return 0;
}

int btf_check(const u8 *p, size_t n, struct arena *tmp, struct error *e) {
    struct check c = {.p = p, .n = n, .e = e};
    struct step *stack;
    u32 id;
    int r;
    if ((r = check_header(&c)) || (r = find_types(&c, tmp)))
        return r;
    for (id = 1; id < c.ntype; id++)
        if ((r = check_type(&c, id)))
            return r;
    if (!(stack = arena_new(tmp, struct step, c.ntype)))
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    if ((r = walk(&c, stack, contained, size_type, "contains itself")))
        return r;
    return walk(&c, stack, spelled, NULL, "a chain of pointers that comes back to itself");
}
