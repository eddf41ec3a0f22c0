/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* module.c - from what a WebAssembly file says to struct module.
 * in:  struct wasm_module, valid      out: types, entities, segments, functions without code
 *
 * Code comes later: of each function when it is first needed (lower.c), and of what an instance does first (init.c).
 * Names, contents of data segments and the text of imports stay in the file's bytes. */
#include "front/wasm/dwarf.h"
#include "front/wasm/lower.h"
#include <stdio.h>
#include <string.h>

_Static_assert((int)WASM_FUNC == (int)ENTITY_FUNC && (int)WASM_TABLE == (int)ENTITY_TABLE &&
                   (int)WASM_MEMORY == (int)ENTITY_MEMORY && (int)WASM_GLOBAL == (int)ENTITY_GLOBAL &&
                   (int)WASM_TAG == (int)ENTITY_TAG && (u32)WASM_NONE == (u32)NO_INDEX,
               "one numbering");

static int no_memory(struct error *e) {
    return fail(e, E_NOMEM, NOWHERE, "out of memory for the module");
}

/* --- types --- */

/* Types and pool share their indices and their values with the front end's; behind them stands the type of init(). */
static int make_types(struct module *m, const struct wasm_module *w, struct error *e) {
    if (!(m->type = arena_new(&m->arena, struct deftype, w->ntype + 1u))) return no_memory(e);
    m->ntype = w->ntype + 1;
    for (u32 k = 0; k < w->ntype; k++) {
        const struct wasm_type *t = &w->type[k];
        u32 group = k - (t->canon - t->group); /* a copy stands in a group of copies */
        m->type[k] = (struct deftype){.super = t->super, .group = group, .ngroup = t->ngroup, .kind = t->kind,
                                      .final = t->final, .vt = w->pool + t->first, .nparam = t->n,
                                      .nresult = t->nresult};
        if (t->kind == 'f') deftype_slots(&m->type[k]);
    }
    m->type[w->ntype] = (struct deftype){.super = NO_INDEX, .group = w->ntype, .ngroup = 1, .kind = 'f', .final = true,
                                         .vt = w->pool};
    return 0;
}

/* --- entities --- */

static struct str text(const struct wasm_module *w, struct module *m, struct wasm_span s, struct error *e) {
    char *p = arena_alloc(&m->arena, (size_t)s.len + 1);

    if (p) memcpy(p, w->p + s.off, s.len);
    else no_memory(e);
    return (struct str){p, s.len};
}

static int make_externals(struct module *m, const struct wasm_module *w, struct error *e) {
    m->ext = arena_new(&m->arena, struct entity, w->nimport);
    m->export = arena_new(&m->arena, struct entity, w->nexport);
    if (!m->ext || !m->export) return no_memory(e);
    m->next = w->nimport;
    m->nexport = w->nexport;
    for (u32 k = 0; k < w->nimport; k++) {
        const struct wasm_import *i = &w->import[k];
        m->ext[k] = (struct entity){.kind = i->kind, .index = i->index};
        m->ext[k].space = text(w, m, i->module, e);
        m->ext[k].name = text(w, m, i->name, e);
    }
    for (u32 k = 0; k < w->nexport; k++) {
        const struct wasm_export *x = &w->export[k];
        m->export[k] = (struct entity){.space = {"", 0}, .kind = x->kind, .index = x->index};
        m->export[k].name = text(w, m, x->name, e);
    }
    return e->code;
}

static struct size_limits limits_of(const struct wasm_limits *l) {
    return (struct size_limits){l->min, l->max, l->is64, l->shared};
}

static int make_objects(struct module *m, const struct wasm_module *w, struct error *e) {
    m->table = arena_new(&m->arena, struct table_def, w->ntable);
    m->memory = arena_new(&m->arena, struct memory_def, w->nmemory);
    m->global = arena_new(&m->arena, struct global_def, w->nglobal);
    m->tag = arena_new(&m->arena, struct tag_def, w->ntag);
    if (!m->table || !m->memory || !m->global || !m->tag) return no_memory(e);
    m->ntable = w->ntable, m->ntable_import = w->ntable_import;
    m->nmemory = w->nmemory, m->nmemory_import = w->nmemory_import;
    m->nglobal = w->nglobal, m->nglobal_import = w->nglobal_import;
    m->ntag = w->ntag, m->ntag_import = w->ntag_import;
    for (u32 k = 0; k < w->ntable; k++)
        m->table[k] = (struct table_def){limits_of(&w->table[k].lim), w->table[k].type};
    for (u32 k = 0; k < w->nmemory; k++) m->memory[k] = (struct memory_def){limits_of(&w->memory[k].lim)};
    for (u32 k = 0; k < w->nglobal; k++) m->global[k] = (struct global_def){w->global[k].type, w->global[k].mutable};
    for (u32 k = 0; k < w->ntag; k++) m->tag[k] = (struct tag_def){w->tag[k].type};
    return 0;
}

/* --- segments --- */

/* Items that are plain functions go into func[]; the others init() sets with tseg. */
static int fill_elem(struct module *m, const struct wasm_module *w, u32 s, struct error *e) {
    const struct wasm_elem *from = &w->elem[s];
    struct bytes b = wasm_bytes(w, from->items, e);
    u32 *func = arena_new(&m->arena, u32, from->n);

    if (!func) return no_memory(e);
    for (u32 k = 0; k < from->n; k++) func[k] = from->exprs ? const_func(w, &b) : leb_u32(&b);
    m->elem[s] = (struct elem_seg){from->type, func, from->n};
    return e->code;
}

static int make_segments(struct module *m, const struct wasm_module *w, struct error *e) {
    m->elem = arena_new(&m->arena, struct elem_seg, w->nelem);
    m->data = arena_new(&m->arena, struct data_seg, w->ndata);
    if (!m->elem || !m->data) return no_memory(e);
    m->nelem = w->nelem;
    m->ndata = w->ndata;
    for (u32 k = 0; k < w->nelem; k++)
        if (fill_elem(m, w, k, e)) return e->code;
    for (u32 k = 0; k < w->ndata; k++)
        m->data[k] = (struct data_seg){w->p + w->data[k].bytes.off, w->data[k].bytes.len};
    return 0;
}

/* --- functions --- */

enum { NUMBER_NAME = sizeof "func[4294967295]" };

/* The name of each function: its own, else that of an export, else its number. All in one run of bytes. */
static int name_functions(struct module *m, const struct wasm_module *w, struct error *e) {
    size_t size = (size_t)w->nfunc * NUMBER_NAME;
    struct wasm_span *name = arena_new(&m->arena, struct wasm_span, w->nfunc);
    char *p;

    if (!name) return no_memory(e);
    for (u32 k = 0; k < w->nexport; k++)
        if (w->export[k].kind == WASM_FUNC) name[w->export[k].index] = w->export[k].name;
    for (u32 k = 0; k < w->nfunc; k++) {
        struct wasm_span own = wasm_func_name(w, k);
        if (own.len) name[k] = own;
        size += name[k].len;
    }
    if (!(p = arena_alloc(&m->arena, size))) return no_memory(e);
    for (u32 k = 0; k < w->nfunc; k++) {
        m->func[k].name = p;
        if (!name[k].len) {
            p += sprintf(p, "func[%u]", k) + 1;
            continue;
        }
        for (u32 j = 0; j < name[k].len; j++) {
            u8 c = w->p[name[k].off + j];
            *p++ = c < 0x20 || c == 0x7f ? '?' : (char)c;
        }
        *p++ = 0;
    }
    return 0;
}

static int make_functions(struct module *m, const struct wasm_module *w, struct error *e) {
    bool init = has_init(w);

    if (!(m->func = arena_new(&m->arena, struct func, w->nfunc + (size_t)init))) return no_memory(e);
    m->nfunc = w->nfunc + init;
    m->nfunc_import = w->nfunc_import;
    for (u32 k = 0; k < w->nfunc; k++) {
        const struct wasm_func *from = &w->func[k];
        struct func *f = &m->func[k];
        f->typed = f->wide = true;
        f->type = from->type;
        f->imported = k < w->nfunc_import;
        f->lazy = !f->imported;
        f->file_off = f->imported ? 0 : from->body.off;
        f->import = f->imported ? from->body.off : 0;
    }
    if (name_functions(m, w, e) || !init) return e->code;
    m->has_init = true;
    m->init = w->nfunc;
    m->func[m->init] = (struct func){.name = "init", .typed = true, .wide = true, .lazy = true, .type = w->ntype};
    return 0;
}

int wasm_make_module(struct module *m, struct wasm_module *w, struct error *e) {
    m->license = "";
    m->front_data = w;
    if (pthread_mutex_init(&m->lock, NULL)) return no_memory(e);
    m->lower = wasm_lower;
    m->lines = wasm_lines;
    if (make_types(m, w, e) || make_externals(m, w, e) || make_objects(m, w, e) || make_segments(m, w, e))
        return e->code;
    return make_functions(m, w, e);
}
