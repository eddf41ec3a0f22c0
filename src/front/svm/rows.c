/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rows.c - what stands in each section of a .svm file: the fields of struct module, in order.
 *
 * A row is described once, for both directions. What is only true of some modules (indices in range, types that fit)
 * is not looked at here: validate() does that for all front ends, and read.c for what is special to files. */
#include "front/svm/io.h"
#include "front/svm/code.h"

/* --- the module --- */

enum { MODULE_GPL = 1 };

static void io_module(struct io *s) {
    struct module *m = s->m;
    u8 flags = m->gpl ? MODULE_GPL : 0;
    io_text(s, &m->license);
    io_u8(s, &flags);
    io_u32(s, &m->kernel_version);
    io_u32(s, &m->memory_pages);
    io_u32(s, &m->nslot);
    if (flags & ~MODULE_GPL)
        io_bad(s, E_RESERVED, "module flags 0x%x", flags);
    if (!s->writing)
        m->gpl = flags & MODULE_GPL;
}

/* --- types, entities, segments --- */

static void io_type(struct io *s, void *row) {
    struct deftype *t = row;
    u32 n = t->kind == 'f' ? t->nparam + t->nresult : t->nparam;
    io_u8(s, &t->kind);
    io_bool(s, &t->final);
    io_u32(s, &t->super);
    io_u32(s, &t->group);
    io_u32(s, &t->ngroup);
    n = io_count(s, n, 4);
    io_u32s(s, &t->vt, n);
    io_u32(s, &t->nresult);
    if (s->writing || s->r.bad)
        return;
    if (t->nresult > n || (t->kind != 'f' && t->nresult)) {
        io_bad(s, E_FORMAT, "%u results among %u values", t->nresult, n);
        return;
    }
    t->nparam = n - t->nresult;
    if (t->kind == 'f')
        deftype_slots(t);
}

static void io_types(struct io *s) {
    io_rows(s, &s->m->type, &s->m->ntype, sizeof *s->m->type, 22, io_type);
}

static void io_entity(struct io *s, void *row) {
    struct entity *x = row;
    io_str(s, &x->space);
    io_str(s, &x->name);
    io_u8(s, &x->kind);
    io_u32(s, &x->index);
}

static void io_ext(struct io *s) {
    io_rows(s, &s->m->ext, &s->m->next, sizeof *s->m->ext, 13, io_entity);
}
static void io_export(struct io *s) {
    io_rows(s, &s->m->export, &s->m->nexport, sizeof *s->m->export, 13, io_entity);
}

static void io_limits(struct io *s, struct size_limits *l) {
    io_u64(s, &l->min);
    io_u64(s, &l->max);
    io_bool(s, &l->is64);
    io_bool(s, &l->shared);
}

static void io_memory(struct io *s, void *row) {
    io_limits(s, &((struct memory_def *)row)->lim);
}
static void io_memories(struct io *s) {
    io_rows(s, &s->m->memory, &s->m->nmemory, sizeof *s->m->memory, 18, io_memory);
    io_u32(s, &s->m->nmemory_import);
}

static void io_table(struct io *s, void *row) {
    struct table_def *t = row;
    io_limits(s, &t->lim);
    io_u32(s, &t->vt);
}
static void io_tables(struct io *s) {
    io_rows(s, &s->m->table, &s->m->ntable, sizeof *s->m->table, 22, io_table);
    io_u32(s, &s->m->ntable_import);
}

static void io_global(struct io *s, void *row) {
    struct global_def *g = row;
    io_u32(s, &g->vt);
    io_bool(s, &g->mutable);
}
static void io_globals(struct io *s) {
    io_rows(s, &s->m->global, &s->m->nglobal, sizeof *s->m->global, 5, io_global);
    io_u32(s, &s->m->nglobal_import);
}

static void io_tag(struct io *s, void *row) {
    io_u32(s, &((struct tag_def *)row)->type);
}
static void io_tags(struct io *s) {
    io_rows(s, &s->m->tag, &s->m->ntag, sizeof *s->m->tag, 4, io_tag);
    io_u32(s, &s->m->ntag_import);
}

static void io_elem(struct io *s, void *row) {
    struct elem_seg *x = row;
    io_u32(s, &x->vt);
    x->n = io_count(s, x->n, 4);
    io_u32s(s, &x->func, x->n);
}
static void io_elems(struct io *s) {
    io_rows(s, &s->m->elem, &s->m->nelem, sizeof *s->m->elem, 8, io_elem);
}

static void io_data(struct io *s, void *row) {
    struct data_seg *d = row;
    io_bytes(s, &d->p, &d->n);
}
static void io_datas(struct io *s) {
    io_rows(s, &s->m->data, &s->m->ndata, sizeof *s->m->data, 4, io_data);
}

static void io_init(struct io *s) {
    io_bool(s, &s->m->has_init);
    io_u32(s, &s->m->init);
}

/* --- functions --- */

static void io_funcs(struct io *s) {
    io_rows(s, &s->m->func, &s->m->nfunc, sizeof *s->m->func, 40, io_func);
    io_u32(s, &s->m->nfunc_import);
}

/* --- what eBPF objects have --- */

/* Its kind follows from its section (abi/ctxtype.h). */
static void io_prog(struct io *s, void *row) {
    struct prog *p = row;
    io_text(s, &p->name);
    io_text_or_null(s, &p->section);
    io_u32(s, &p->func);
}
static void io_progs(struct io *s) {
    io_rows(s, &s->m->prog, &s->m->nprog, sizeof *s->m->prog, 9, io_prog);
}

static void io_map_slot(struct io *s, void *row) {
    struct map_slot *x = row;
    io_u32(s, &x->index);
    io_u32(s, &x->kind);
    io_u32(s, &x->target);
}

static void io_map_fields(struct io *s, struct map_def *d) {
    io_text(s, &d->name);
    io_u32(s, &d->type);
    io_u32(s, &d->key_size);
    io_u32(s, &d->value_size);
    io_u32(s, &d->max_entries);
    io_u32(s, &d->flags);
    io_u64(s, &d->extra);
    io_u32(s, &d->pinning);
    io_u32(s, &d->numa_node);
    io_u32(s, &d->btf_key);
    io_u32(s, &d->btf_value);
    io_u8(s, &d->flavour);
    if (d->flavour > MAP_JUMPTABLE)
        io_bad(s, E_FORMAT, "map %s is of flavour %u", d->name, d->flavour);
}

static void io_map(struct io *s, void *row) {
    struct map_def *d = row, *inner = (struct map_def *)(uintptr_t)d->inner;
    bool has_init = d->init != NULL, has_inner = inner != NULL;
    io_map_fields(s, d);
    io_text_or_null(s, &d->section);
    io_u64(s, &d->file_off);
    io_bool(s, &has_init);
    if (has_init)
        io_bytes(s, &d->init, &d->init_size);
    io_rows(s, &d->slot, &d->nslot, sizeof *d->slot, 12, io_map_slot);
    io_bool(s, &has_inner);
    if (!has_inner)
        return;
    if (!s->writing)
        d->inner = inner = io_alloc(s, 1, sizeof *inner);
    if (inner) /* the kernel allows one level */
        io_map_fields(s, inner);
}
static void io_maps(struct io *s) {
    io_rows(s, &s->m->map, &s->m->nmap, sizeof *s->m->map, 62, io_map);
}

static void io_var(struct io *s, void *row) {
    struct var *v = row;
    io_text(s, &v->name);
    io_u32(s, &v->map);
    io_u32(s, &v->off);
    io_u32(s, &v->size);
    io_u32(s, &v->btf_type);
    io_bool(s, &v->read_only);
}
static void io_vars(struct io *s) {
    io_rows(s, &s->m->var, &s->m->nvar, sizeof *s->m->var, 21, io_var);
}

static void io_ptr(struct io *s, void *row) {
    struct map_ptr *p = row;
    io_u32(s, &p->map);
    io_u32(s, &p->off);
    io_u32(s, &p->target);
    io_u64(s, &p->add);
}
static void io_ptrs(struct io *s) {
    io_rows(s, &s->m->ptr, &s->m->nptr, sizeof *s->m->ptr, 20, io_ptr);
}

static void io_import(struct io *s, void *row) {
    struct import *i = row;
    io_text(s, &i->name);
    io_u8(s, &i->kind);
    io_bool(s, &i->weak);
    io_u32(s, &i->btf_type);
    if (i->kind > IMPORT_VAR)
        io_bad(s, E_FORMAT, "import %s is of kind %u", i->name, i->kind);
}
static void io_imports(struct io *s) {
    io_rows(s, &s->m->import, &s->m->nimport, sizeof *s->m->import, 10, io_import);
}

static void io_btf(struct io *s) {
    io_bytes(s, &s->m->btf, &s->m->btf_size);
}

/* What the checker needs to know of types that the BTF does not say. */
static void io_attached(struct io *s) {
    io_bool(s, &s->m->core_target);
    for (u32 k = 0; k < s->m->nprog; k++)
        io_text_or_null(s, &s->m->prog[k].ops);
}

/* Numbers are never used again; a new layout of a section is a new version of the format. */
/* clang-format off */
const struct io_section io_sections[] = {
    {"module",              2, io_module},
    {"types",               3, io_types},
    {"imported entities",   4, io_ext},
    {"exports",             5, io_export},
    {"memories",            6, io_memories},
    {"tables",              7, io_tables},
    {"globals",             8, io_globals},
    {"tags",                9, io_tags},
    {"functions",          10, io_funcs},
    {"element segments",   11, io_elems},
    {"data segments",      12, io_datas},
    {"start",              13, io_init},
    {"programs",           14, io_progs},
    {"maps",               15, io_maps},
    {"variables",          16, io_vars},
    {"pointers",           17, io_ptrs},
    {"imports",            18, io_imports},
    {"BTF",                19, io_btf},
    {"attached",           20, io_attached},
    {NULL, 0, NULL},
};
/* clang-format on */
