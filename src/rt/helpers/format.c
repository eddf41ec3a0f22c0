/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* format.c - the printf of trace_printk, trace_vprintk and snprintf.
 * in:  a format that ends within its memory, 8 bytes for each value
 * out: text. A format that the kernel refuses gives -EINVAL before anything is printed.
 * Strings (%s) are copied from memory that the program may read, else they print as "". */
#include "rt/helpers/helpers.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

struct out {
    char *p;
    u64 size, len; /* len counts what did not fit too */
};

static void put(struct out *o, const char *s, u64 n) {
    u64 room = o->len < o->size ? o->size - o->len : 0;
    if (room) /* else p may be NULL */
        memcpy(o->p + o->len, s, min64(n, room));
    o->len += n;
}

static void pad(struct out *o, u64 n) {
    while (n) {
        u64 k = min64(n, 16);
        put(o, "                ", k);
        n -= k;
    }
}

/* One conversion: %[-0+ ][width][l|ll]c, no more, as in the kernel */
struct spec {
    bool left, zero, plus, space;
    u32 width;
    u8 size; /* bytes of the value */
    char conv;
    char ext[3]; /* behind %p: "i4", "I6", "x", "K", "ks", ... */
};

enum { FIELD_MAX = 256 };

static const char *number(const char *f, u32 *v) {
    for (*v = 0; isdigit((unsigned char)*f); f++)
        if (*v <= FIELD_MAX)
            *v = *v * 10 + (u32)(*f - '0');
    return f;
}

static const char *pointer_kind(const char *f, struct spec *s) {
    static const char *const known[] = {"i4", "I4", "i6", "I6", "ks", "us", "x", "K", "B", "S", "s"};
    for (size_t i = 0; i < COUNT(known); i++) {
        size_t n = strlen(known[i]);
        if (strncmp(f, known[i], n))
            continue;
        memcpy(s->ext, known[i], n);
        return f + n;
    }
    /* plain %p, unless letters follow that would mean something else */
    return isalnum((unsigned char)*f) ? NULL : f;
}

/* Behind the '%'. NULL: the kernel would refuse it. */
static const char *parse(const char *f, struct spec *s) {
    *s = (struct spec){.size = 4};
    for (;; f++)
        if (*f == '-')
            s->left = true;
        else if (*f == '0')
            s->zero = true;
        else if (*f == '+')
            s->plus = true;
        else if (*f == ' ')
            s->space = true;
        else
            break;
    f = number(f, &s->width);
    if (s->width > FIELD_MAX)
        return NULL;
    if (*f == 'p') {
        s->conv = 'p';
        s->size = 8;
        return pointer_kind(f + 1, s);
    }
    if (*f == 'c' || *f == 's') {
        s->conv = *f;
        return f + 1;
    }
    if (*f == 'l') {
        s->size = 8;
        f += f[1] == 'l' ? 2 : 1;
    }
    if (!*f || !strchr("diuxX", *f))
        return NULL;
    s->conv = *f;
    return f + 1;
}

static void field(struct out *o, const struct spec *s, const char *text, u64 n) {
    u64 fill = s->width > n ? s->width - n : 0;
    if (!s->left)
        pad(o, fill);
    put(o, text, n);
    if (s->left)
        pad(o, fill);
}

static void integer(struct out *o, const struct spec *s, u64 v) {
    char fmt[16], text[FIELD_MAX + 32];
    bool is_signed = s->conv == 'd' || s->conv == 'i';
    u32 sh = 64 - s->size * 8u;
    int n;
    v = is_signed ? (u64)((s64)(v << sh) >> sh) : v << sh >> sh;
    snprintf(fmt, sizeof fmt, "%%%s%s%s%s*ll%c", s->left ? "-" : "", s->zero ? "0" : "", s->plus ? "+" : "",
             s->space ? " " : "", s->conv);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    n = snprintf(text, sizeof text, fmt, (int)s->width, (unsigned long long)v);
#pragma GCC diagnostic pop
    if (n > 0)
        put(o, text, (u64)n);
}

static void string(struct ctx *cx, struct out *o, const struct spec *s, u64 addr) {
    u64 room = mem_room(cx, addr, STR_MAX);
    field(o, s, ptr(room ? addr : num("")), strnlen(ptr(room ? addr : num("")), room));
}

static void address(struct ctx *cx, struct out *o, const struct spec *s, u64 addr) {
    char text[64];
    bool v6 = s->ext[1] == '6';
    const u8 *b = ptr(addr);
    int n = 0;
    if (mem_room(cx, addr, 16) < (v6 ? 16 : 4))
        return;
    if (!v6)
        n = snprintf(text, sizeof text, s->ext[0] == 'i' ? "%03u.%03u.%03u.%03u" : "%u.%u.%u.%u", b[0], b[1], b[2],
                     b[3]);
    for (int i = 0; v6 && i < 16; i += 2)
        n +=
            snprintf(text + n, sizeof text - (size_t)n, "%s%02x%02x", i && s->ext[0] == 'I' ? ":" : "", b[i], b[i + 1]);
    field(o, s, text, (u64)n);
}

static void convert(struct ctx *cx, struct out *o, const struct spec *s, u64 v) {
    char text[32], c = (char)v;
    switch (s->conv) {
    case 's': string(cx, o, s, v); break;
    case 'c': field(o, s, &c, 1); break;
    case 'p':
        if (s->ext[1] == '4' || s->ext[1] == '6')
            address(cx, o, s, v);
        else if (s->ext[0] == 's' || s->ext[1] == 's')
            string(cx, o, s, v);
        else
            field(o, s, text, (u64)snprintf(text, sizeof text, "%016llx", (unsigned long long)v));
        break;
    default: integer(o, s, v);
    }
}

/* How many values the format takes, or -EINVAL. */
static s64 count(const char *f) {
    struct spec s;
    s64 n = 0;
    while (*f) {
        /* UTF-8 between conversions is good since Linux 6.18 */
        if ((unsigned char)*f < 128 && iscntrl((unsigned char)*f) && !isspace((unsigned char)*f))
            return -EINVAL;
        if (*f++ != '%')
            continue;
        if (*f == '%') {
            f++;
            continue;
        }
        if (!(f = parse(f, &s)))
            return -EINVAL;
        n++;
    }
    return n;
}

s64 format_text(struct ctx *cx, char *out, u64 size, const char *fmt, const u64 *arg, u32 narg) {
    struct out o = {out, size ? size - 1 : 0, 0};
    s64 need = count(fmt);
    u32 used = 0;
    if (need < 0)
        return need;
    if (need > narg)
        return -EINVAL;
    while (*fmt) {
        const char *pc = strchr(fmt, '%');
        struct spec s;
        put(&o, fmt, pc ? (u64)(pc - fmt) : strlen(fmt));
        if (!pc)
            break;
        if (pc[1] == '%') {
            put(&o, "%", 1);
            fmt = pc + 2;
            continue;
        }
        fmt = parse(pc + 1, &s);
        convert(cx, &o, &s, arg[used++]);
    }
    if (size)
        out[min64(o.len, size - 1)] = 0;
    return (s64)o.len;
}
