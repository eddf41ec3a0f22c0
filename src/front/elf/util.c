/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* util.c - places in messages, arrays that grow, small numbers out of bytes. */
#include "front/elf/elf_load.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int fail_sec(struct loader *l, const struct sec *s, u64 off, int code, const char *fmt, ...) {
    char text[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return fail(l->e, code, (s64)(s->off + off), "section %.80s, offset 0x%llx: %s", s->name, (unsigned long long)off,
                text);
}

int fail_insn(struct loader *l, const struct sec *s, u64 off, int code, const char *fmt, ...) {
    char text[300];
    struct buf place = {0};
    const struct func *f = l->slot ? module_func_at(l->m, s->base + (u32)(off / 8)) : NULL;
    va_list ap;
    int r;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (f)
        print_place(&place, f, s->base + (u32)(off / 8) - f->base);
    r = fail(l->e, code, (s64)(s->off + off), "section %.60s, offset 0x%llx: %.100s%s%s", s->name,
             (unsigned long long)off, buf_str(&place), f ? ": " : "", text);
    buf_free(&place);
    return r;
}

int no_memory(struct loader *l) {
    return fail(l->e, E_NOMEM, NOWHERE, "out of memory, or over the limit of %llu bytes for a module",
                (unsigned long long)l->lim.memory);
}

void *grow(struct arena *a, void *old, u32 n, u32 *cap, size_t size) {
    u32 want = *cap ? *cap * 2 : 16;
    void *p;
    if (n < *cap)
        return old;
    if (*cap > NONE / 4 || !(p = arena_calloc(a, want, size)))
        return NULL;
    if (n)
        memcpy(p, old, n * size);
    *cap = want;
    return p;
}

struct map_def *add_map(struct loader *l, const struct map_place *at) {
    struct module *m = l->m;
    void *p;
    if (m->nmap >= l->lim.maps) {
        fail(l->e, E_LIMIT, NOWHERE, "more than %u maps", l->lim.maps);
        return NULL;
    }
    if (!(p = grow(&m->arena, m->map, m->nmap, &l->cap_map, sizeof *m->map)))
        goto oom;
    m->map = p;
    if (!(p = grow(&l->tmp, l->place, m->nmap, &l->cap_place, sizeof *l->place)))
        goto oom;
    l->place = p;
    l->place[m->nmap] = *at;
    return &m->map[m->nmap++];
oom:
    no_memory(l);
    return NULL;
}

u64 le(const u8 *p, u32 size) {
    u64 v = 0;
    while (size--)
        v = v << 8 | p[size];
    return v;
}

void put_le(u8 *p, u32 size, u64 v) {
    for (; size--; v >>= 8)
        *p++ = (u8)v;
}
