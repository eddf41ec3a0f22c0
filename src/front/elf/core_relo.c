/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* core_relo.c - compile once, run everywhere: numbers that depend on the target's types.
 * in: l->core (BTF.ext), l->btf, the target's BTF (the object's own by default)
 * out: l->slot with offsets, sizes, ids and enum values of the target
 *
 * What the target lacks becomes a call of helper 0xbad2310, as libbpf does it: harmless where
 * the program asked first whether it exists, a trap where it did not. */
#include "front/elf/core.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CANDIDATES = 4096, BTF_LIMIT = 1 << 28 };
enum { CLASS_LD = 0, CLASS_LDX = 1, CLASS_ST = 2, CLASS_STX = 3, CLASS_ALU = 4, CLASS_ALU64 = 7 };
enum { NOT_THERE = 1 }; /* of value(): the target has no such thing */

static const char *const kind_names[CORE_KINDS] = {
    "field_byte_offset", "field_byte_size", "field_exists",   "field_signed", "field_lshift_u64",
    "field_rshift_u64",  "local_type_id",   "target_type_id", "type_exists",  "type_size",
    "enumval_exists",    "enumval_value",   "type_matches",
};

/* A number, and what it says of the memory that an instruction touches. */
struct value {
    u64 v;
    u32 size, type;
    bool exact;
};
struct result {
    struct value was, is;
    bool poison;
};

/* Candidates for one local type, kept since its relocations come in runs. */
struct candidates {
    u32 local;
    u32 *id;
    u32 n;
};

static bool signed_type(const struct btf_type *t) {
    return (btf_is_any_enum(t) && btf_kflag(t)) || (btf_is_int(t) && btf_int_encoding(t) & BTF_INT_SIGNED);
}

/* Where a load that holds the whole bitfield begins, and its size; 0 where none does. */
static u32 bitfield_span(u64 bit, u32 bits, u32 size, u64 *start) {
    if (!size || (size & (size - 1)))
        return 0;
    for (; size <= 8; size *= 2) {
        *start = bit / 8 / size * size;
        if (bit + bits - *start * 8 <= size * 8u)
            return size;
    }
    return 0;
}

static const char *field_value(const struct spec *s, u32 kind, struct value *out) {
    const struct access *a = &s->part[s->nparts - 1];
    const struct btf_type *t;
    u64 start = s->bit / 8;
    u32 type, bits, size;
    s64 full;
    out->exact = true;
    if (!a->name) {
        if ((full = bpf.btf__resolve_size(s->btf, a->type)) < 0)
            return "a type without a size";
        out->v = kind == CORE_FIELD_SIZE ? (u64)full : start;
        out->size = (u32)full;
        out->type = a->type;
        return kind == CORE_FIELD_SIZE || kind == CORE_FIELD_OFFSET ? NULL : "not for array elements";
    }
    type = btf_skip(s->btf, (btf_members(bpf.btf__type_by_id(s->btf, a->type)) + a->index)->type);
    t = bpf.btf__type_by_id(s->btf, type);
    bits = btf_member_bitfield_size(bpf.btf__type_by_id(s->btf, a->type), a->index);
    if (bits) {
        if (!(size = bitfield_span(s->bit, bits, t->size, &start)))
            return "no load of 8 bytes holds the bitfield";
        out->exact = false;
    } else {
        if ((full = bpf.btf__resolve_size(s->btf, type)) < 0)
            return "a type without a size";
        size = (u32)full;
    }
    switch (kind) {
    case CORE_FIELD_OFFSET:
        out->v = start;
        if (!bits)
            out->size = size, out->type = type;
        return NULL;
    case CORE_FIELD_SIZE: out->v = size; return NULL;
    case CORE_FIELD_SIGNED:
        out->v = signed_type(t);
        out->exact = true;
        return NULL;
    case CORE_FIELD_LSHIFT:
        out->v = 64 - (bits ? s->bit + bits - start * 8 : size * 8ull);
        out->exact = false;
        return NULL;
    case CORE_FIELD_RSHIFT: out->v = 64 - (bits ? bits : size * 8ull); return NULL;
    }
    return "unknown kind";
}

/* s NULL: the target has nothing like it. NULL, or why there is no value; NOT_THERE in *r. */
static const char *value(const struct spec *s, u32 kind, struct value *out, int *r) {
    const struct btf_type *t;
    s64 size;
    *r = 0;
    memset(out, 0, sizeof *out);
    out->exact = true;
    switch (kind) {
    case CORE_FIELD_EXISTS:
    case CORE_TYPE_EXISTS:
    case CORE_ENUM_EXISTS:
    case CORE_TYPE_MATCHES: out->v = s != NULL; return NULL;
    case CORE_TYPE_LOCAL:
    case CORE_TYPE_TARGET:
        out->v = s ? s->root : 0;
        /* The id in the program is the compiler's, and tools that merge BTF change it. */
        out->exact = false;
        return NULL;
    case CORE_TYPE_SIZE:
        if (!s)
            return NULL;
        if ((size = bpf.btf__resolve_size(s->btf, s->root)) < 0)
            return "a type without a size";
        out->v = (u64)size;
        return NULL;
    case CORE_ENUM_VALUE:
        if (!s)
            return *r = NOT_THERE, NULL;
        t = bpf.btf__type_by_id(s->btf, s->part[0].type);
        out->v = btf_is_enum(t) ? (u64)(s64)btf_enum(t)[s->part[0].index].val
                                : btf_enum64_value(btf_enum64(t) + s->part[0].index);
        if (btf_is_enum(t) && !btf_kflag(t))
            out->v = (u32)out->v;
        return NULL;
    }
    if (!s)
        return *r = NOT_THERE, NULL;
    return field_value(s, kind, out);
}

static int __attribute__((format(printf, 4, 5)))
fail_core(struct loader *l, const struct core_rec *c, const char *type, const char *fmt, ...) {
    char text[128];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return fail_insn(l, &l->f.sec[c->sec], c->slot * 8ull, E_RELOC, "CO-RE %s of type %.60s, access %.40s: %s",
                     kind_names[c->kind], type, c->access, text);
}

/* Target types of the same kind and name. Against itself the object holds its flavours as
 * well as what they are flavours of: the plain type, if there is one, is the truth. */
static int find_candidates(struct loader *l, const struct core_rec *c, struct candidates *out) {
    const struct btf_type *t = bpf.btf__type_by_id(l->btf, c->type), *u;
    const char *name = btf_str(l->btf, t->name_off), *other;
    size_t n = core_name_len(name);
    bool own = l->target == l->btf;
    u32 id, count = bpf.btf__type_cnt(l->target), cap = 0;
    out->local = c->type;
    out->n = 0;
    out->id = NULL;
    for (id = 1; id < count && (!own || name[n]); id++) {
        u = bpf.btf__type_by_id(l->target, id);
        l->core_work++;
        if (btf_kind(u) != btf_kind(t) && !(btf_is_any_enum(u) && btf_is_any_enum(t)))
            continue;
        other = btf_str(l->target, u->name_off);
        if (strncmp(other, name, n) || core_name_len(other) != n || (own && other[n]))
            continue;
        if (out->n == MAX_CANDIDATES)
            return fail_core(l, c, name, "more than %d types of that name", MAX_CANDIDATES);
        if (!(out->id = grow(&l->tmp, out->id, out->n, &cap, sizeof *out->id)))
            return no_memory(l);
        out->id[out->n++] = id;
    }
    if (own && !out->n) {
        if (!(out->id = arena_new(&l->tmp, u32, 1)))
            return no_memory(l);
        out->id[out->n++] = c->type;
    }
    return 0;
}

/* Loads and stores may change their size only where that keeps the meaning. */
static bool may_resize(struct loader *l, const struct result *r) {
    const struct btf_type *a = bpf.btf__type_by_id(l->btf, r->was.type), *b = bpf.btf__type_by_id(l->target, r->is.type);
    if (r->was.size == r->is.size)
        return true;
    if (btf_is_ptr(a) && btf_is_ptr(b))
        return true;
    return btf_is_int(a) && btf_is_int(b) && !signed_type(a) && !signed_type(b);
}

static int resolve(struct loader *l, const struct core_rec *c, const char *name, struct candidates *cand,
                   struct spec spec[2], struct result *out) {
    struct matcher m = {l->btf, l->target, &l->core_work};
    const char *why;
    u32 i, found = 0;
    u64 bit = 0;
    int r;
    if ((why = core_parse(&spec[0], l->btf, c->type, c->kind, c->access)))
        return fail_core(l, c, name, "%s", why);
    if ((why = value(&spec[0], c->kind, &out->was, &r)))
        return fail_core(l, c, name, "%s", why);
    if (c->kind == CORE_TYPE_LOCAL)
        return out->is = out->was, 0;
    if (!*name)
        return fail_core(l, c, "(anonymous)", "only types with a name can be looked for");
    if (cand->local != c->type && find_candidates(l, c, cand))
        return l->e->code;
    for (i = 0; i < cand->n; i++) {
        struct value v;
        if ((r = core_match(&m, &spec[0], c->kind, cand->id[i], &spec[1])) < 0)
            return fail_core(l, c, name, "comparing types takes too long");
        if (!r)
            continue;
        if ((why = value(&spec[1], c->kind, &v, &r)))
            return fail_core(l, c, name, "in the target: %s", why);
        if (found++ && (v.v != out->is.v || bit != spec[1].bit))
            return fail_core(l, c, name, "ambiguous: types of that name in the target disagree");
        out->is = v;
        bit = spec[1].bit;
    }
    if (found)
        return 0;
    value(NULL, c->kind, &out->is, &r);
    out->poison = r == NOT_THERE;
    return 0;
}

static void poison(u64 *slot, bool pair) {
    slot[0] = CODE_CALL | (u64)CORE_POISON << 32;
    if (pair)
        slot[1] = slot[0];
}

static u32 mem_size(u8 code) {
    return (code & 0x18) == 0x00 ? 4 : (code & 0x18) == 0x08 ? 2 : (code & 0x18) == 0x10 ? 1 : 8;
}
static int size_code(u32 size) {
    return size == 4 ? 0x00 : size == 2 ? 0x08 : size == 1 ? 0x10 : size == 8 ? 0x18 : -1;
}

static int patch_memory(struct loader *l, const struct core_rec *c, const char *name, const struct result *r,
                        u64 *slot) {
    s16 off = (s16)(*slot >> 16);
    int size;
    if (r->was.exact && (u64)(s64)off != r->was.v)
        return fail_core(l, c, name, "the instruction has another offset");
    if (r->is.v > INT16_MAX)
        return fail_core(l, c, name, "the offset in the target does not fit an instruction");
    if (!may_resize(l, r))
        return poison(slot, false), 0;
    if (r->was.size != r->is.size) {
        if (mem_size((u8)*slot) != r->was.size)
            return fail_core(l, c, name, "the instruction has another size");
        if ((size = size_code(r->is.size)) < 0)
            return fail_core(l, c, name, "no load or store has the size of the field");
        *slot = (*slot & ~0x18ull) | (u64)size;
    }
    *slot = (*slot & ~0xffff0000ull) | (r->is.v & 0xffff) << 16;
    return 0;
}

static int patch(struct loader *l, const struct core_rec *c, const char *name, const struct result *r) {
    const struct sec *s = &l->f.sec[c->sec];
    u64 *slot = l->slot + s->base + c->slot, imm;
    u8 code = slot_code(*slot);
    bool pair = code == CODE_LD64;
    if (pair && c->slot + 1 >= s->size / 8)
        return fail_core(l, c, name, "the section ends inside a 64-bit immediate");
    if (r->poison)
        return poison(slot, pair), 0;
    switch (code & 7) {
    case CLASS_ALU:
    case CLASS_ALU64:
        if (code & 8)
            break;
        if (r->was.exact && (u32)slot_imm(*slot) != (u32)r->was.v)
            return fail_core(l, c, name, "the instruction has another value");
        if (r->is.v > INT32_MAX && (r->is.v > UINT32_MAX) && (s64)r->is.v < INT32_MIN)
            return fail_core(l, c, name, "the value in the target does not fit an instruction");
        *slot = (*slot & 0xffffffff) | r->is.v << 32;
        return 0;
    case CLASS_LDX:
    case CLASS_ST:
    case CLASS_STX: return patch_memory(l, c, name, r, slot);
    case CLASS_LD:
        if (!pair || slot_src(*slot))
            break;
        imm = (u32)slot_imm(slot[0]) | (u64)(u32)slot_imm(slot[1]) << 32;
        if (r->was.exact && imm != r->was.v)
            return fail_core(l, c, name, "the instruction has another value");
        slot[0] = (slot[0] & 0xffffffff) | r->is.v << 32;
        slot[1] = (slot[1] & 0xffffffff) | (r->is.v >> 32) << 32;
        return 0;
    }
    return fail_core(l, c, name, "not an instruction that holds such a value");
}

/* Raw BTF (as /sys/kernel/btf/vmlinux), or the section .BTF of any ELF file. */
static int open_target(struct loader *l) {
    struct buf b = {0};
    const u8 *p;
    size_t n;
    int r = buf_read_file(&b, l->o->target_btf, BTF_LIMIT);
    if (r) {
        r = fail(l->e, r, NOWHERE, "cannot read %s", strerror(errno));
        goto out;
    }
    p = b.data, n = b.len;
    if (n >= 4 && !memcmp(p, "\177ELF", 4)) {
        struct elf_file f = {0};
        u32 i;
        if ((r = elf_parse(&f, p, n, true, &l->tmp, l->e)))
            goto out;
        for (i = 1; i < f.nsec; i++)
            if (f.sec[i].data && !strcmp(f.sec[i].name, ".BTF"))
                break;
        if (i == f.nsec) {
            r = fail(l->e, E_BTF, NOWHERE, "no section .BTF");
            goto out;
        }
        p = f.sec[i].data, n = f.sec[i].size;
    }
    if (!(l->target = btf_open(p, n, &l->tmp, l->e)))
        r = l->e->code;
out:
    buf_free(&b);
    return r ? wrap(l->e, "target BTF %.200s", l->o->target_btf) : 0;
}

int relocate_core(struct loader *l) {
    struct candidates cand = {0};
    struct spec *spec;
    u32 i;
    int r;
    l->target = l->btf;
    if (!l->ncore)
        return 0;
    if (l->o->target_btf && (r = open_target(l)))
        return r;
    l->m->core_target = l->o->target_btf != NULL;
    if (!(spec = arena_new(&l->tmp, struct spec, 2)))
        return no_memory(l);
    for (i = 0; i < l->ncore; i++) {
        const struct core_rec *c = &l->core[i];
        const char *name = btf_str(l->btf, bpf.btf__type_by_id(l->btf, c->type)->name_off);
        struct result res = {0};
        if (c->kind >= CORE_KINDS)
            return fail_insn(l, &l->f.sec[c->sec], c->slot * 8ull, E_UNSUP, "CO-RE relocation of unknown kind %u",
                             c->kind);
        if ((r = resolve(l, c, name, &cand, spec, &res)) || (r = patch(l, c, name, &res)))
            return r;
    }
    return 0;
}
