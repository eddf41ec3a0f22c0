/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* names.c - the name section (WebAssembly 3.0, 7.4.1), and places for messages.
 * It is for people only: what is malformed in it ends the reading and is not an error. */
#include "front/wasm/wasm.h"
#include <stdio.h>
#include <string.h>

static bool is_called(const struct wasm_module *m, struct wasm_span name, const char *what) {
    return name.len == strlen(what) && !memcmp(m->p + name.off, what, name.len);
}

/* namemap ::= vec(idx name), of functions; only where each name begins is kept. */
static void read_func_names(struct wasm_module *m, struct bytes *b) {
    u32 n = leb_u32(b);

    if (!m->func_name && m->nfunc) m->func_name = arena_new(m->arena, u32, m->nfunc);
    for (u32 i = 0; i < n && m->func_name; i++) {
        u32 f = leb_u32(b), at = (u32)(b->p - m->p), len = leb_u32(b);
        const u8 *p = leb_bytes(b, len);

        if (!p || b->e->code) return;
        if (f < m->nfunc && utf8_valid(p, len)) m->func_name[f] = at;
    }
}

static void read_subsections(struct wasm_module *m, struct wasm_span body) {
    struct error e = {0};
    struct bytes b = wasm_bytes(m, body, &e);

    while (left(&b)) {
        u8 id = take_u8(&b);
        u32 size = leb_u32(&b);
        struct bytes sub = b;

        if (e.code || !leb_bytes(&b, size)) return;
        sub.end = sub.p + size;
        if (id == 0) {
            u32 n = leb_u32(&sub), at = (u32)(sub.p - m->p);
            const u8 *p = leb_bytes(&sub, n);
            if (p && utf8_valid(p, n)) m->name = (struct wasm_span){at, n};
        }
        if (id == 1) read_func_names(m, &sub);
        if (id == 2) m->local_names = (struct wasm_span){(u32)(sub.p - m->p), size};
        if (e.code) return;
    }
}

void wasm_names(struct wasm_module *m) {
    struct wasm_section s;
    u32 pos = 8;

    while (wasm_section_next(m, &pos, &s))
        if (!s.id && is_called(m, s.name, "name")) {
            read_subsections(m, s.body);
            return;
        }
}

struct wasm_span wasm_func_name(const struct wasm_module *m, u32 f) {
    struct error e = {0};
    struct bytes b;
    u32 len;

    if (!m->func_name || f >= m->nfunc || !m->func_name[f]) return (struct wasm_span){0, 0};
    b = (struct bytes){m->p, m->p + m->func_name[f], m->p + m->size, &e};
    len = leb_u32(&b);
    return (struct wasm_span){(u32)(b.p - m->p), len};
}

static int append(struct error *e, const char *place) {
    size_t n = strlen(e->text), room = sizeof e->text - 1, k = strlen(place);

    if (n + k > room) n = room - k; /* the place matters more than the end of a long text */
    memcpy(e->text + n, place, k + 1);
    return e->code;
}

int wasm_place_func(const struct wasm_module *m, u32 f, struct error *e) {
    struct wasm_span name = wasm_func_name(m, f);
    char place[200], shown[100];
    u32 n = 0;

    for (; n < name.len && n < sizeof shown - 1; n++) {
        u8 c = m->p[name.off + n];
        shown[n] = c < 0x20 || c == 0x7f ? '?' : (char)c;
    }
    shown[n] = 0;
    if (name.len)
        snprintf(place, sizeof place, " (function %u \"%s\", offset 0x%llx)", f, shown, (unsigned long long)e->at);
    else snprintf(place, sizeof place, " (function %u, offset 0x%llx)", f, (unsigned long long)e->at);
    return append(e, place);
}

int wasm_place_section(struct error *e, const char *section) {
    char place[80];

    snprintf(place, sizeof place, " (%s%soffset 0x%llx)", section ? section : "", section ? " section, " : "",
             (unsigned long long)e->at);
    return append(e, place);
}
