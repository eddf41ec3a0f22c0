/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* io.c - fields, strings and tables of a .svm file, in both directions. */
#include "front/svm/io.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int io_bad(struct io *s, int code, const char *fmt, ...) {
    char text[200];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    s->r.bad = true;
    return fail(s->e, code, s->writing ? NOWHERE : (s64)(s->base + s->r.pos), "%s", text);
}

static bool ended(struct io *s) {
    if (s->r.bad && !s->e->code)
        io_bad(s, E_TRUNC, "the section ends too early");
    return s->r.bad;
}

/* --- numbers --- */

void io_u8(struct io *s, u8 *v) {
    if (s->writing)
        buf_add(&s->out, v, 1);
    else
        *v = get_u8(&s->r);
}

void io_bool(struct io *s, bool *v) {
    u8 b = *v;
    io_u8(s, &b);
    if (b > 1)
        io_bad(s, E_FORMAT, "a flag of %u", b);
    if (!s->writing)
        *v = b == 1;
}

void io_u16(struct io *s, u16 *v) {
    u8 b[2] = {(u8)*v, (u8)(*v >> 8)};
    if (s->writing)
        buf_add(&s->out, b, 2);
    else
        *v = get_u16(&s->r);
}

void io_u32(struct io *s, u32 *v) {
    if (s->writing)
        buf_u32(&s->out, *v);
    else
        *v = get_u32(&s->r);
}

void io_u64(struct io *s, u64 *v) {
    if (s->writing)
        buf_u64(&s->out, *v);
    else
        *v = get_u64(&s->r);
}

/* --- strings --- */

static u32 hash(struct str v) {
    u32 h = 0x811c9dc5;
    for (u32 k = 0; k < v.n; k++)
        h = (h ^ (u8)v.p[k]) * 0x01000193;
    return h;
}

static bool grow(struct strings *t) {
    u32 cap = t->cap ? 2 * t->cap : 64, nslot = 2 * cap;
    struct str *str = realloc(t->str, cap * sizeof *str);
    u32 *slot;
    if (!str)
        return false;
    t->str = str;
    slot = calloc(nslot, sizeof *slot);
    if (!slot)
        return false;
    for (u32 k = 0; k < t->n; k++) {
        u32 i = hash(str[k]) & (nslot - 1);
        while (slot[i])
            i = (i + 1) & (nslot - 1);
        slot[i] = k + 1;
    }
    free(t->slot);
    t->slot = slot;
    t->nslot = nslot;
    t->cap = cap;
    return true;
}

/* The index of a string; NO_INDEX: out of memory. */
static u32 intern(struct strings *t, struct str v) {
    u32 i;
    if (t->n == t->cap && !grow(t))
        return NO_INDEX;
    for (i = hash(v) & (t->nslot - 1); t->slot[i]; i = (i + 1) & (t->nslot - 1)) {
        const struct str *have = &t->str[t->slot[i] - 1];
        if (have->n == v.n && !memcmp(have->p, v.p, v.n))
            return t->slot[i] - 1;
    }
    t->str[t->n] = v;
    t->slot[i] = ++t->n;
    return t->n - 1;
}

void strings_drop(struct strings *t) {
    free(t->str);
    free(t->slot);
    *t = (struct strings){0};
}

void io_str(struct io *s, struct str *v) {
    u32 i = 0;
    if (s->writing) {
        i = intern(s->strings, v->p ? *v : (struct str){"", 0});
        if (i == NO_INDEX)
            io_bad(s, E_NOMEM, "out of memory");
    }
    io_u32(s, &i);
    if (s->writing)
        return;
    if (!ended(s) && i >= s->nstr)
        io_bad(s, E_INDEX, "string %u of %u", i, s->nstr);
    *v = s->r.bad ? (struct str){"", 0} : s->str[i];
}

void io_text(struct io *s, const char **v) {
    struct str t = {0};
    if (s->writing)
        t = (struct str){*v, *v ? (u32)strlen(*v) : 0};
    io_str(s, &t);
    if (s->writing)
        return;
    if (!s->r.bad && strlen(t.p) != t.n)
        io_bad(s, E_FORMAT, "a name with a zero byte in it");
    *v = t.p;
}

void io_text_or_null(struct io *s, const char **v) {
    bool there = s->writing && *v;
    io_bool(s, &there);
    if (there)
        io_text(s, v);
    else if (!s->writing)
        *v = NULL;
}

/* --- tables --- */

u32 io_count(struct io *s, u32 n, size_t each) {
    io_u32(s, &n);
    if (s->writing)
        return n;
    if (!ended(s) && n > (s->r.len - s->r.pos) / each)
        io_bad(s, E_TRUNC, "%u entries where %zu bytes are left", n, s->r.len - s->r.pos);
    return s->r.bad ? 0 : n;
}

void *io_alloc(struct io *s, size_t n, size_t size) {
    void *p = s->r.bad ? NULL : arena_calloc(&s->m->arena, n ? n : 1, size);
    if (!p && !s->r.bad)
        io_bad(s, E_NOMEM, "out of memory, or over the limit of a module's");
    return p;
}

void io_bytes(struct io *s, const u8 **p, u32 *n) {
    u8 *to;
    *n = io_count(s, *n, 1);
    if (s->writing) {
        buf_add(&s->out, *p, *n);
    } else if ((to = io_alloc(s, *n, 1))) {
        memcpy(to, get_bytes(&s->r, *n), *n);
        *p = to;
    }
}

void io_u32s(struct io *s, const u32 **p, u32 n) {
    u32 *to;
    if (s->writing) {
        for (u32 k = 0; k < n; k++)
            buf_u32(&s->out, (*p)[k]);
    } else if ((to = io_alloc(s, n, sizeof *to))) {
        for (u32 k = 0; k < n; k++)
            to[k] = get_u32(&s->r);
        *p = to;
    }
}

void io_u64s(struct io *s, const u64 **p, u32 n) {
    u64 *to;
    if (s->writing) {
        for (u32 k = 0; k < n; k++)
            buf_u64(&s->out, (*p)[k]);
    } else if ((to = io_alloc(s, n, sizeof *to))) {
        for (u32 k = 0; k < n; k++)
            to[k] = get_u64(&s->r);
        *p = to;
    }
}

void io_rows(struct io *s, void *array, u32 *n, size_t size, size_t each, io_row *row) {
    u32 count = io_count(s, *n, each);
    u8 *p;
    if (s->writing) {
        memcpy(&p, array, sizeof p); /* a pointer to any type: struct pointers are alike */
    } else {
        p = io_alloc(s, count, size);
        memcpy(array, &p, sizeof p);
        *n = p ? count : 0;
    }
    for (u32 k = 0; p && k < count && !ended(s); k++)
        row(s, p + k * size);
}
