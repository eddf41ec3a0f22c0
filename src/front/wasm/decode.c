/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* decode.c - the sections of a module, in order (WebAssembly 3.0, 5.5).
 * in:  m->p, m->size      out: all of m but what stands in bodies, valid
 *
 * A section is checked as soon as all before it are known, so a forward index is an unknown one. */
#include "front/wasm/decode.h"
#include <stdlib.h>
#include <string.h>

/* --- what all sections use --- */

void *decoder_push(struct decoder *d, struct buf *b, size_t size) {
    static const u8 zero[128];

    if (size > sizeof zero) return NULL;
    buf_add(b, zero, size);
    if (b->oom) {
        bad(&d->b, E_NOMEM, d->b.p, "out of memory");
        return NULL;
    }
    return b->data;
}

u32 read_count(struct decoder *d, u32 have, u32 most, const char *what) {
    const u8 *at = d->b.p;
    u32 n = leb_u32(&d->b);

    if (d->b.e->code) return 0;
    if (n > most - have)
        bad(&d->b, E_LIMIT, at, "too many %s: %llu, at most %u", what, (unsigned long long)have + n, most);
    else if (n > left(&d->b)) bad_end(&d->b);
    return d->b.e->code ? 0 : n;
}

struct wasm_span read_name(struct decoder *d) {
    const u8 *at = d->b.p, *p;
    u32 n = leb_u32(&d->b);

    if (n > left(&d->b)) bad(&d->b, E_TRUNC, at, "length out of bounds: a name of %u bytes, %zu left", n, left(&d->b));
    p = leb_bytes(&d->b, n);
    if (p && !utf8_valid(p, n)) bad(&d->b, E_FORMAT, p, "malformed UTF-8 encoding");
    return p ? (struct wasm_span){(u32)(p - d->m->p), n} : (struct wasm_span){0, 0};
}

struct wasm_span read_const(struct decoder *d, u32 type) {
    const u8 *start = d->b.p;

    d->v->b = d->b;
    check_const(d->v, type);
    d->b = d->v->b;
    return (struct wasm_span){(u32)(start - d->m->p), (u32)(d->b.p - start)};
}

u32 read_func_type(struct decoder *d) {
    const u8 *at = d->b.p;
    u32 x = leb_u32(&d->b);

    if (d->b.e->code) return 0;
    if (x < d->m->ntype && d->m->type[x].kind == 'f') return d->m->type[x].canon;
    bad(&d->b, E_INDEX, at, "unknown type %u", x);
    return 0;
}

/* --- the short sections --- */

static void read_start(struct decoder *d) {
    const u8 *at = d->b.p;
    u32 f = leb_u32(&d->b);

    if (d->b.e->code) return;
    if (f >= d->m->nfunc) {
        bad(&d->b, E_INDEX, at, "unknown function %u", f);
    } else {
        const struct wasm_type *t = &d->m->type[d->m->func[f].type];
        if (t->n || t->nresult) bad(&d->b, E_FORMAT, at, "start function %u takes or returns values", f);
        d->m->start = f;
    }
}

static void read_data_count(struct decoder *d) {
    const u8 *at = d->b.p;
    u32 n = leb_u32(&d->b);

    if (n > WASM_MAX_DATAS) bad(&d->b, E_LIMIT, at, "too many data segments: %u, at most %u", n, WASM_MAX_DATAS);
    d->m->data_count = n;
}

/* Only where each body begins and ends. */
static void read_code(struct decoder *d) {
    const u8 *at = d->b.p;
    u32 n = leb_u32(&d->b);

    if (!d->b.e->code && n != d->m->nfunc - d->m->nfunc_import)
        bad(&d->b, E_FORMAT, at, "function and code section have inconsistent lengths: %u and %u",
            d->m->nfunc - d->m->nfunc_import, n);
    for (; d->next_body < n && !d->b.e->code; d->next_body++) {
        struct wasm_func *f = &d->m->func[d->m->nfunc_import + d->next_body];
        u32 size;
        const u8 *p;

        at = d->b.p;
        size = leb_u32(&d->b);
        if (size > WASM_MAX_BODY && size <= left(&d->b))
            bad(&d->b, E_LIMIT, at, "function %u has %u bytes, at most %u", d->m->nfunc_import + d->next_body, size,
                WASM_MAX_BODY);
        p = leb_bytes(&d->b, size);
        if (!p) return;
        if (!size) bad_end(&d->b);
        f->body = (struct wasm_span){(u32)(p - d->m->p), size};
    }
}

/* --- the sections and their order --- */

static const struct section {
    const char *name;
    u8 order;
    void (*read)(struct decoder *d);
} sections[] = {
    [1] = {"type", 1, read_types},      [2] = {"import", 2, read_imports},
    [3] = {"function", 3, read_funcs},  [4] = {"table", 4, read_tables},
    [5] = {"memory", 5, read_memories}, [13] = {"tag", 6, read_tags},
    [6] = {"global", 7, read_globals},  [7] = {"export", 8, read_exports},
    [8] = {"start", 9, read_start},     [9] = {"element", 10, read_elems},
    [12] = {"data count", 11, read_data_count},
    [10] = {"code", 12, read_code},     [11] = {"data", 13, read_datas},
};

static void read_section(struct decoder *d, u8 id, const u8 *at, u8 *order) {
    const struct section *s = &sections[id];

    if (s->order <= *order) bad(&d->b, E_FORMAT, at, "unexpected content after last section: %s section", s->name);
    *order = s->order;
    if (s->order > 3 && !d->m->referenced) { /* from here on references to functions can occur */
        d->m->referenced = arena_alloc(d->m->arena, ((size_t)d->m->nfunc + 7) / 8);
        if (!d->m->referenced) bad(&d->b, E_NOMEM, at, "out of memory");
    }
    if (d->b.e->code) return;
    s->read(d);
    if (d->b.p != d->b.end) bad(&d->b, E_FORMAT, d->b.p, "section size mismatch: %zu bytes left over", left(&d->b));
}

static void read_sections(struct decoder *d, struct bytes *file) {
    u8 order = 0;

    while (left(file) && !file->e->code) {
        const u8 *at = file->p;
        u8 id = take_u8(file);
        u32 size = leb_u32(file);
        bool known = id < COUNT(sections) && (!id || sections[id].read);

        if (id == 13 && !(d->m->features >> WF_EXCEPTIONS & 1)) known = false;
        if (!known) bad(file, E_FORMAT, at, "malformed section id %u", id);
        if (size > left(file))
            bad(file, E_TRUNC, at, "length out of bounds: a section of %u bytes, %zu left", size, left(file));
        if (file->e->code) {
            wasm_place_section(file->e, id < COUNT(sections) ? sections[id].name : NULL);
            return;
        }
        d->b = (struct bytes){file->base, file->p, file->p + size, file->e};
        file->p += size;
        if (!id) read_name(d);
        else read_section(d, id, at, &order);
        if (file->e->code) wasm_place_section(file->e, id ? sections[id].name : "custom");
    }
}

static void check_counts(struct decoder *d, struct bytes *file) {
    u32 bodies = d->m->nfunc - d->m->nfunc_import;

    if (d->next_body != bodies)
        bad(file, E_FORMAT, file->end, "function and code section have inconsistent lengths: %u and %u", bodies,
            d->next_body);
    if (d->m->data_count != WASM_NONE && d->m->data_count != d->m->ndata)
        bad(file, E_FORMAT, file->end, "data count and data section have inconsistent lengths: %u and %u",
            d->m->data_count, d->m->ndata);
}

/* Arrays go where they stay. */
static void *settle(struct decoder *d, struct buf *b) {
    void *p = arena_alloc(d->m->arena, b->len);

    if (!p) fail(d->b.e, E_NOMEM, NOWHERE, "out of memory");
    else if (b->len) memcpy(p, b->data, b->len);
    buf_free(b);
    return p;
}

static void settle_all(struct decoder *d) {
    struct wasm_module *m = d->m;

    m->type = settle(d, &d->type);
    m->pool = settle(d, &d->pool);
    m->import = settle(d, &d->import);
    m->func = settle(d, &d->func);
    m->table = settle(d, &d->table);
    m->memory = settle(d, &d->memory);
    m->global = settle(d, &d->global);
    m->tag = settle(d, &d->tag);
    m->export = settle(d, &d->export);
    m->elem = settle(d, &d->elem);
    m->data = settle(d, &d->data);
}

static void read_head(struct bytes *file) {
    const u8 *magic = leb_bytes(file, 4), *version;

    if (magic && memcmp(magic, "\0asm", 4)) bad(file, E_FORMAT, magic, "magic header not detected");
    version = leb_bytes(file, 4);
    if (version && memcmp(version, "\1\0\0\0", 4)) bad(file, E_FORMAT, version, "unknown binary version");
}

int wasm_decode(struct wasm_module *m, struct validator *v, struct error *e) {
    struct bytes file = {m->p, m->p, m->p + m->size, e};
    struct decoder d = {.m = m, .b = file, .v = v};
    u32 unused = 0;

    read_head(&file);
    if (e->code) return e->code;
    buf_add(&d.pool, &unused, sizeof unused); /* so that lists are never at NULL */
    m->pool = (u32 *)(void *)d.pool.data;
    if (d.pool.oom) fail(e, E_NOMEM, NOWHERE, "out of memory");
    read_sections(&d, &file);
    if (!e->code) check_counts(&d, &file);
    settle_all(&d);
    return e->code;
}

bool wasm_section_next(const struct wasm_module *m, u32 *pos, struct wasm_section *s) {
    struct error e = {0};
    struct bytes b = {m->p, m->p + *pos, m->p + m->size, &e};
    u32 size;

    if (*pos >= m->size) return false;
    *s = (struct wasm_section){.id = take_u8(&b)};
    size = leb_u32(&b);
    if (e.code || size > left(&b)) return false;
    b.end = b.p + size;
    *pos = (u32)(b.end - m->p);
    if (!s->id) {
        u32 n = leb_u32(&b);
        s->name = (struct wasm_span){(u32)(b.p - m->p), n};
        if (!leb_bytes(&b, n)) return false;
    }
    s->body = (struct wasm_span){(u32)(b.p - m->p), (u32)left(&b)};
    return true;
}
