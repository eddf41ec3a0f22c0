/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* btf_text.c - bytes and the id of their type in, a value as C would write it out:
 *
 *   {.prefixlen = 24, .addr = 0a:01:02:00} -> {.action = 1, .id = 4}
 *
 * Types are walked through libbpf's btf API, over BTF that the front end has checked; every
 * member is compared with the bytes that there are before it is read. libbpf's own dumper
 * writes the name of the type in front of every number. */
#include "cli/run.h"

#ifdef HAVE_LIBBPF
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 16, SHOWN_ELEMENTS = 64 };

struct types {
    struct btf *btf;
};

static int quiet(enum libbpf_print_level level, const char *fmt, va_list ap) {
    return (void)level, (void)fmt, (void)ap, 0;
}

struct types *types_open(const struct svm_module *m) {
    size_t size = 0;
    const void *bytes = svm_module_btf(m, &size);
    struct types *t = bytes ? calloc(1, sizeof *t) : NULL;
    if (!t)
        return NULL;
    libbpf_set_print(quiet);
    t->btf = btf__new(bytes, (u32)size);
    if (t->btf && !libbpf_get_error(t->btf))
        return t;
    free(t);
    return NULL;
}

void types_close(struct types *t) {
    if (t)
        btf__free(t->btf);
    free(t);
}

struct value {
    const struct btf *btf;
    struct buf *out;
    const u8 *p;
    size_t n;
};

static const char *name_of(const struct btf *btf, u32 off) {
    const char *s = btf__name_by_offset(btf, off);
    return s ? s : "";
}

/* Past typedefs and qualifiers. *be: one of the names (be32, __be16, ...) says network order. */
static const struct btf_type *bare(const struct btf *btf, u32 id, bool *be) {
    const struct btf_type *t = btf__type_by_id(btf, id);
    int steps;
    *be = false;
    for (steps = 0; t && steps < 64 && (btf_is_mod(t) || btf_is_typedef(t)); steps++) {
        const char *s = name_of(btf, t->name_off);
        s += strspn(s, "_");
        *be |= !strcmp(s, "be16") || !strcmp(s, "be32") || !strcmp(s, "be64");
        t = btf__type_by_id(btf, t->type);
    }
    return t;
}

static bool put(struct value *v, u32 id, size_t off, int depth);

/* Bits of at most 8 bytes, little endian, as BPF objects are. */
static bool get_bits(const struct value *v, u64 bit, u32 bits, u64 *out) {
    u64 x = 0;
    size_t first = bit / 8, bytes = (bit % 8 + bits + 7) / 8, i;
    if (!bits || bits > 64 || first + bytes > v->n || bytes > 9)
        return false;
    for (i = 0; i < bytes && i < 8; i++)
        x |= (u64)v->p[first + i] << 8 * i;
    x >>= bit % 8;
    if (bytes == 9)
        x |= (u64)v->p[first + 8] << (64 - bit % 8);
    *out = bits == 64 ? x : x & (((u64)1 << bits) - 1);
    return true;
}

static void put_number(struct value *v, u64 x, u32 bits, bool is_signed) {
    if (is_signed && bits < 64 && x >> (bits - 1) & 1)
        x |= ~(u64)0 << bits;
    buf_printf(v->out, is_signed ? "%lld" : "%llu", (long long)x);
}

/* Ports as numbers, addresses in hex, both in the order of the wire. */
static void put_wire(struct value *v, u64 x, u32 size) {
    if (size == 2)
        buf_printf(v->out, "%u", __builtin_bswap16((u16)x));
    else if (size == 4)
        buf_printf(v->out, "0x%08x", __builtin_bswap32((u32)x));
    else
        buf_printf(v->out, "0x%016llx", (unsigned long long)__builtin_bswap64(x));
}

static bool put_scalar(struct value *v, const struct btf_type *t, u64 bit, u32 bits, bool be) {
    const char *name = NULL;
    u64 x;
    u16 i;
    if (!get_bits(v, bit, bits, &x))
        return false;
    if (btf_is_ptr(t)) {
        buf_printf(v->out, "0x%llx", (unsigned long long)x);
    } else if (btf_is_enum(t) || btf_is_enum64(t)) {
        for (i = 0; i < btf_vlen(t); i++) {
            u64 is = btf_is_enum(t) ? (u32)btf_enum(t)[i].val : btf_enum64_value(btf_enum64(t) + i);
            if (is == x)
                name = name_of(v->btf, btf_is_enum(t) ? btf_enum(t)[i].name_off : btf_enum64(t)[i].name_off);
        }
        if (name && *name)
            buf_printf(v->out, "%s", name);
        else
            put_number(v, x, bits, btf_kflag(t));
    } else if (be && bits == t->size * 8 && bits > 8) {
        put_wire(v, x, t->size);
    } else {
        put_number(v, x, bits, btf_is_int(t) && btf_int_encoding(t) & BTF_INT_SIGNED);
    }
    return true;
}

static bool put_struct(struct value *v, const struct btf_type *t, size_t off, int depth) {
    const struct btf_member *m = btf_members(t);
    u16 i, n = btf_vlen(t);
    buf_printf(v->out, "{");
    for (i = 0; i < n; i++) {
        u32 bit = btf_member_bit_offset(t, i), bits = btf_member_bitfield_size(t, i);
        const char *name = name_of(v->btf, m[i].name_off);
        bool be;
        if (i)
            buf_printf(v->out, ", ");
        if (*name)
            buf_printf(v->out, ".%s = ", name);
        if (bits) {
            const struct btf_type *mt = bare(v->btf, m[i].type, &be);
            if (!mt || !put_scalar(v, mt, off * 8 + bit, bits, be))
                return false;
        } else if (!put(v, m[i].type, off + bit / 8, depth + 1)) {
            return false;
        }
    }
    buf_printf(v->out, "}");
    return true;
}

/* Text where it is char and printable up to its NUL, else bytes. */
static void put_bytes(struct value *v, size_t off, u32 n, bool is_char) {
    const u8 *p = v->p + off;
    u32 len = 0, i;
    while (len < n && isprint(p[len]))
        len++;
    for (i = len; i < n && !p[i]; i++)
        ;
    if (is_char && i == n && len < n && len)
        buf_printf(v->out, "\"%.*s\"", (int)len, p);
    else
        print_hex(v->out, p, n, ":");
}

static bool put_array(struct value *v, const struct btf_type *t, size_t off, int depth) {
    const struct btf_array *a = btf_array(t);
    bool be;
    const struct btf_type *et = bare(v->btf, a->type, &be);
    s64 size = btf__resolve_size(v->btf, a->type);
    u32 i;
    if (!et || size <= 0 || off + (u64)size * a->nelems > v->n)
        return false;
    if (btf_is_int(et) && size == 1) {
        put_bytes(v, off, a->nelems, !strcmp(name_of(v->btf, et->name_off), "char"));
        return true;
    }
    buf_printf(v->out, "[");
    for (i = 0; i < a->nelems && i < SHOWN_ELEMENTS; i++) {
        if (i)
            buf_printf(v->out, ", ");
        if (!put(v, a->type, off + i * (size_t)size, depth + 1))
            return false;
    }
    buf_printf(v->out, i < a->nelems ? ", ...]" : "]");
    return true;
}

static bool put(struct value *v, u32 id, size_t off, int depth) {
    bool be;
    const struct btf_type *t = bare(v->btf, id, &be);
    if (!t || depth > DEPTH)
        return false;
    switch (btf_kind(t)) {
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION: return put_struct(v, t, off, depth);
    case BTF_KIND_ARRAY: return put_array(v, t, off, depth);
    case BTF_KIND_INT: return put_scalar(v, t, off * 8 + btf_int_offset(t), btf_int_bits(t), be);
    case BTF_KIND_PTR: return put_scalar(v, t, off * 8, 64, false);
    case BTF_KIND_ENUM:
    case BTF_KIND_ENUM64: return put_scalar(v, t, off * 8, t->size * 8, false);
    default: return false;
    }
}

bool types_print(struct types *t, u32 id, const u8 *p, size_t n, struct buf *b) {
    struct buf text = {0};
    struct value v;
    bool ok;
    if (!t || !id || btf__resolve_size(t->btf, id) != (s64)n)
        return false;
    v = (struct value){t->btf, &text, p, n};
    ok = put(&v, id, 0, 0) && !text.oom;
    if (ok)
        buf_add(b, text.data, text.len);
    buf_free(&text);
    return ok;
}

#else

struct types *types_open(const struct svm_module *m) {
    return (void)m, NULL;
}
bool types_print(struct types *t, u32 id, const u8 *p, size_t n, struct buf *b) {
    return (void)t, (void)id, (void)p, (void)n, (void)b, false;
}
void types_close(struct types *t) {
    (void)t;
}

#endif
