/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* btf_text.c - bytes and the id of their type in, a value out, as C would write it or as JSON:
 *
 *   {.prefixlen = 24, .addr = 0a:01:02:00} -> {.action = DROP, .id = 4}
 *   {"prefixlen": 24, "addr": [10, 1, 2, 0]}, {"action": "DROP", "id": 4}
 *
 * Types are walked through libbpf's btf API, over BTF that the front end has checked; every
 * member is compared with the bytes that there are before it is read. libbpf's own dumper
 * writes the name of the type in front of every number. */
#include "cli/run.h"
#include "base/late.h"

#ifdef HAVE_LIBBPF
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
#define FUNCTIONS(F)                                                                                                   \
    F(btf__new) F(btf__free) F(btf__type_by_id) F(btf__name_by_offset) F(btf__resolve_size) F(libbpf_set_print)        \
    F(libbpf_get_error)
/* clang-format on */
static LATE_LIBRARY(, FUNCTIONS) bpf = LATE_INIT(HAVE_LIBBPF, FUNCTIONS);

/* MOST: bytes of text for a value. Members may overlap, so types of a few kilobytes can describe a text
 * without end. */
enum { DEPTH = 16, SHOWN_ELEMENTS = 64, MOST = 16 << 20 };

struct types {
    struct btf *btf;
};

static int quiet(enum libbpf_print_level level, const char *fmt, va_list ap) {
    return (void)level, (void)fmt, (void)ap, 0;
}

struct types *types_open(const struct svm_module *m) {
    size_t size = 0;
    const void *bytes = svm_module_btf(m, &size);
    struct error e = {0};
    struct types *t = bytes && !late_open(&bpf.late, bpf.slot, &e) ? calloc(1, sizeof *t) : NULL;
    if (!t)
        return NULL;
    bpf.libbpf_set_print(quiet);
    t->btf = bpf.btf__new(bytes, (u32)size);
    if (t->btf && !bpf.libbpf_get_error(t->btf))
        return t;
    free(t);
    return NULL;
}

void types_close(struct types *t) {
    if (t)
        bpf.btf__free(t->btf);
    free(t);
}

struct value {
    const struct btf *btf;
    struct buf *out;
    const u8 *p;
    size_t n;
    bool json;
};

static const char *name_of(const struct btf *btf, u32 off) {
    const char *s = bpf.btf__name_by_offset(btf, off);
    return s ? s : "";
}

/* Past typedefs and qualifiers. *be: one of the names (be32, __be16, ...) says network order. */
static const struct btf_type *bare(const struct btf *btf, u32 id, bool *be) {
    const struct btf_type *t = bpf.btf__type_by_id(btf, id);
    int steps;
    *be = false;
    for (steps = 0; t && steps < 64 && (btf_is_mod(t) || btf_is_typedef(t)); steps++) {
        const char *s = name_of(btf, t->name_off);
        s += strspn(s, "_");
        *be |= !strcmp(s, "be16") || !strcmp(s, "be32") || !strcmp(s, "be64");
        t = bpf.btf__type_by_id(btf, t->type);
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

/* In double quotes. Names of types come from the object and may hold any bytes. */
static void put_quoted(struct value *v, const u8 *p, size_t len) {
    size_t i;
    buf_printf(v->out, "\"");
    for (i = 0; i < len; i++)
        buf_printf(v->out, p[i] == '"' || p[i] == '\\' ? "\\%c" : isprint(p[i]) ? "%c" : "\\u%04x", p[i]);
    buf_printf(v->out, "\"");
}

/* What JSON has only as a string, and C as it is. */
static void put_word(struct value *v, const char *text) {
    if (v->json)
        put_quoted(v, (const u8 *)text, strlen(text));
    else
        buf_printf(v->out, "%s", text);
}

/* Ports as numbers, addresses in hex, both in the order of the wire. */
static void put_wire(struct value *v, u64 x, u32 size) {
    char text[20];
    if (size == 2) {
        buf_printf(v->out, "%u", __builtin_bswap16((u16)x));
        return;
    }
    if (size == 4)
        snprintf(text, sizeof text, "0x%08x", __builtin_bswap32((u32)x));
    else
        snprintf(text, sizeof text, "0x%016llx", (unsigned long long)__builtin_bswap64(x));
    put_word(v, text);
}

static void put_pointer(struct value *v, u64 x) {
    char text[20];
    snprintf(text, sizeof text, "0x%llx", (unsigned long long)x);
    put_word(v, text);
}

/* The name of x, a value of so many bits; NULL: it has none. */
static const char *enum_name(const struct value *v, const struct btf_type *t, u64 x, u32 bits) {
    u64 mask = bits == 64 ? UINT64_MAX : ((u64)1 << bits) - 1;
    const char *name = NULL;
    u16 i;
    for (i = 0; i < btf_vlen(t); i++) {
        u64 is = btf_is_enum(t) ? (u64)(s64)btf_enum(t)[i].val : btf_enum64_value(btf_enum64(t) + i);
        if ((is & mask) == x)
            name = name_of(v->btf, btf_is_enum(t) ? btf_enum(t)[i].name_off : btf_enum64(t)[i].name_off);
    }
    return name && *name ? name : NULL;
}

static bool put_scalar(struct value *v, const struct btf_type *t, u64 bit, u32 bits, bool be) {
    const char *name;
    u64 x;
    if (!get_bits(v, bit, bits, &x))
        return false;
    if (btf_is_ptr(t))
        put_pointer(v, x);
    else if ((btf_is_enum(t) || btf_is_enum64(t)) && (name = enum_name(v, t, x, bits)))
        put_word(v, name);
    else if (btf_is_enum(t) || btf_is_enum64(t))
        put_number(v, x, bits, btf_kflag(t));
    else if (be && bits == t->size * 8 && bits > 8)
        put_wire(v, x, t->size);
    else
        put_number(v, x, bits, btf_is_int(t) && btf_int_encoding(t) & BTF_INT_SIGNED);
    return true;
}

/* With the digits that make it the same number again. JSON knows no infinity. */
static bool put_float(struct value *v, const struct btf_type *t, size_t off) {
    double d;
    float f;
    if (off + t->size > v->n || (t->size != sizeof d && t->size != sizeof f))
        return false;
    if (t->size == sizeof d) {
        memcpy(&d, v->p + off, sizeof d);
    } else {
        memcpy(&f, v->p + off, sizeof f);
        d = (double)f;
    }
    if (isfinite(d))
        buf_printf(v->out, "%.*g", t->size == sizeof d ? 17 : 9, d);
    else
        put_word(v, isnan(d) ? "nan" : d < 0 ? "-inf" : "inf");
    return true;
}

static bool put_member(struct value *v, const struct btf_type *t, u16 i, size_t off, int depth) {
    u32 bit = btf_member_bit_offset(t, i), bits = btf_member_bitfield_size(t, i), type = btf_members(t)[i].type;
    const struct btf_type *mt;
    bool be;
    if (!bits)
        return put(v, type, off + bit / 8, depth + 1);
    mt = bare(v->btf, type, &be);
    return mt && put_scalar(v, mt, off * 8 + bit, bits, be);
}

/* Struct or union at off, without its braces. In JSON the members of one without a name stand among
 * those of what holds it, as C reaches them. */
static bool put_members(struct value *v, const struct btf_type *t, size_t off, int depth, bool *any) {
    const struct btf_member *m = btf_members(t);
    u16 i, n = btf_vlen(t);
    for (i = 0; i < n; i++) {
        const char *name = name_of(v->btf, m[i].name_off);
        bool be;
        const struct btf_type *mt = bare(v->btf, m[i].type, &be);
        if (v->out->len > MOST)
            return false;
        if (v->json && !*name) {
            if (!mt || !btf_is_composite(mt))
                continue; /* padding */
            if (depth >= DEPTH || !put_members(v, mt, off + btf_member_bit_offset(t, i) / 8, depth + 1, any))
                return false;
            continue;
        }
        if (*any)
            buf_printf(v->out, ", ");
        *any = true;
        if (*name) {
            if (!v->json)
                buf_printf(v->out, ".");
            put_word(v, name);
            buf_printf(v->out, v->json ? ": " : " = ");
        }
        if (!put_member(v, t, i, off, depth))
            return false;
    }
    return true;
}

static bool put_struct(struct value *v, const struct btf_type *t, size_t off, int depth) {
    bool any = false;
    buf_printf(v->out, "{");
    if (!put_members(v, t, off, depth, &any))
        return false;
    buf_printf(v->out, "}");
    return true;
}

static void put_octets(struct value *v, const u8 *p, u32 n, bool is_signed) {
    u32 i;
    buf_printf(v->out, "[");
    for (i = 0; i < n; i++)
        buf_printf(v->out, i ? ", %d" : "%d", is_signed ? (s8)p[i] : p[i]);
    buf_printf(v->out, "]");
}

/* Integers of one byte, of the type t: text where it is char and printable up to its NUL (an empty one in
 * JSON only, where a list of zeros says less), else bytes. */
static void put_bytes(struct value *v, const struct btf_type *t, size_t off, u32 n) {
    const u8 *p = v->p + off;
    bool is_char = !strcmp(name_of(v->btf, t->name_off), "char");
    u32 len = 0, i;
    while (len < n && isprint(p[len]))
        len++;
    for (i = len; i < n && !p[i]; i++)
        ;
    if (is_char && i == n && len < n && (len || v->json))
        put_quoted(v, p, len);
    else if (v->json)
        put_octets(v, p, n, !is_char && btf_int_encoding(t) & BTF_INT_SIGNED);
    else
        print_hex(v->out, p, n, ":");
}

static bool put_array(struct value *v, const struct btf_type *t, size_t off, int depth) {
    const struct btf_array *a = btf_array(t);
    bool be;
    const struct btf_type *et = bare(v->btf, a->type, &be);
    s64 size = bpf.btf__resolve_size(v->btf, a->type);
    u32 i;
    if (!et || size <= 0 || off + (u64)size * a->nelems > v->n)
        return false;
    if (btf_is_int(et) && size == 1) {
        put_bytes(v, et, off, a->nelems);
        return true;
    }
    buf_printf(v->out, "[");
    for (i = 0; i < a->nelems && (v->json || i < SHOWN_ELEMENTS); i++) {
        if (v->out->len > MOST)
            return false;
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
    case BTF_KIND_FLOAT: return put_float(v, t, off);
    default: return false;
    }
}

bool types_print(struct types *t, u32 id, const u8 *p, size_t n, bool json, struct buf *b) {
    struct buf text = {0};
    struct value v;
    bool ok;
    if (!t || !id || bpf.btf__resolve_size(t->btf, id) != (s64)n)
        return false;
    v = (struct value){t->btf, &text, p, n, json};
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
bool types_print(struct types *t, u32 id, const u8 *p, size_t n, bool json, struct buf *b) {
    return (void)t, (void)id, (void)p, (void)n, (void)json, (void)b, false;
}
void types_close(struct types *t) {
    (void)t;
}

#endif
