/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* context.c - contexts that a host describes: rows of the host's in, a struct ctxtype out, which rt
 * serves like those of ctxtypes.def. The host is trusted, and still told of a row that cannot be meant. */
#include "api/api.h"
#include "supervm/hook.h"
#include <stdlib.h>
#include <string.h>

struct context {
    struct arena arena; /* what follows, and this */
    struct ctxtype t;
    const char **section; /* NULL-ended */
};

_Static_assert((int)SVM_READ == FIELD_R && (int)SVM_WRITE == FIELD_W && (int)SVM_NARROW == FIELD_NARROW, "copied");

static bool power(u32 size) {
    return size == 1 || size == 2 || size == 4 || size == 8;
}

/* Why the row cannot be; NULL: it is good. */
static const char *wrong(const struct svm_field *f, const struct svm_context *c) {
    if (!f->name || !f->size || !f->host_size)
        return "it has no name or no size";
    if (f->offset + f->size > c->context_size)
        return "it ends behind context_size";
    if (f->host_offset + f->host_size > c->host_size)
        return "it ends behind host_size";
    if (f->access & ~(unsigned)(SVM_READ | SVM_WRITE | SVM_NARROW) || !(f->access & (SVM_READ | SVM_WRITE)))
        return "its access is none of SVM_READ, SVM_WRITE, SVM_NARROW";
    switch (f->kind) {
    case SVM_FIELD_VALUE:
        if (!power(f->size) || f->offset % f->size)
            return "a value has 1, 2, 4 or 8 bytes and is aligned to them";
        return power(f->host_size) && f->host_size <= f->size ? NULL : "the host's value is larger, or of an odd size";
    case SVM_FIELD_BYTES: return f->host_size == f->size ? NULL : "the host has another number of bytes";
    case SVM_FIELD_DATA:
    case SVM_FIELD_DATA_END:
        if ((f->size != 4 && f->size != 8) || f->offset % f->size)
            return "a pointer has 4 or 8 bytes in the context and is aligned to them";
        return f->host_size == sizeof(void *) ? NULL : "the host's field is no pointer";
    }
    return "its kind is none of enum svm_field_kind";
}

static struct field row_of(const struct svm_field *f) {
    static const u8 kind[] = {[SVM_FIELD_VALUE] = FIELD_VALUE,
                              [SVM_FIELD_BYTES] = FIELD_BYTES,
                              [SVM_FIELD_DATA] = FIELD_DATA,
                              [SVM_FIELD_DATA_END] = FIELD_DATA_END};
    return (struct field){.name = f->name,
                          .off = f->offset,
                          .size = f->size,
                          .kind = kind[f->kind],
                          .access = (u8)f->access,
                          .host_off = f->host_offset,
                          .host_size = f->host_size};
}

/* DATA opens a buffer, the next DATA_END closes it. */
static int pair(struct ctxtype *t, const struct svm_field *f, bool *open, struct error *e) {
    struct ctx_buffer *b = &t->buffer[t->nbuffer];
    if (f->kind == SVM_FIELD_DATA) {
        if (*open)
            return fail(e, E_USAGE, NOWHERE, "field %s: the DATA before it has no DATA_END", f->name);
        if (t->nbuffer == CTX_BUFFERS)
            return fail(e, E_USAGE, NOWHERE, "field %s: more than %d DATA fields", f->name, CTX_BUFFERS);
        *b = (struct ctx_buffer){.start = f->host_offset, .writable = f->access & SVM_WRITE};
        *open = true;
    } else if (f->kind == SVM_FIELD_DATA_END) {
        if (!*open)
            return fail(e, E_USAGE, NOWHERE, "field %s: no DATA stands before it", f->name);
        b->end = f->host_offset;
        t->nbuffer++;
        *open = false;
    }
    return 0;
}

static int by_offset(const void *a, const void *b) {
    const struct field *x = a, *y = b;
    return x->off < y->off ? -1 : x->off > y->off;
}

static int read_fields(struct context *x, const struct svm_context *c, struct error *e) {
    struct field *field = arena_new(&x->arena, struct field, c->nfield);
    bool open = false;
    if (!field)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    for (size_t i = 0; i < c->nfield; i++) {
        const struct svm_field *f = &c->field[i];
        const char *why = wrong(f, c);
        if (why)
            return fail(e, E_USAGE, NOWHERE, "field %s: %s", f->name ? f->name : "?", why);
        if (pair(&x->t, f, &open, e))
            return e->code;
        field[i] = row_of(f);
        if (!(field[i].name = arena_strdup(&x->arena, f->name)))
            return fail(e, E_NOMEM, NOWHERE, "out of memory");
    }
    if (open)
        return fail(e, E_USAGE, NOWHERE, "the last DATA has no DATA_END");
    qsort(field, c->nfield, sizeof *field, by_offset);
    for (size_t i = 1; i < c->nfield; i++)
        if (field[i - 1].off + field[i - 1].size > field[i].off)
            return fail(e, E_USAGE, NOWHERE, "fields %s and %s overlap", field[i - 1].name, field[i].name);
    x->t.field = field;
    x->t.nfield = (u32)c->nfield;
    return 0;
}

static int read_sections(struct context *x, const struct svm_context *c, struct error *e) {
    const char *const own[] = {c->name, NULL}, *const *from = c->section ? c->section : own;
    u32 n = 0;
    while (from[n])
        n++;
    if (!(x->section = arena_new(&x->arena, const char *, n + 1)))
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    for (u32 i = 0; i < n; i++)
        if (!(x->section[i] = arena_strdup(&x->arena, from[i])))
            return fail(e, E_NOMEM, NOWHERE, "out of memory");
    return 0;
}

static int read_context(struct context *x, const struct svm_context *c, struct error *e) {
    if (!c->name || !*c->name || !c->field || !c->nfield || !c->context_size || !c->host_size)
        return fail(e, E_USAGE, NOWHERE, "a context has a name, fields, context_size and host_size");
    if (c->nfield > c->context_size)
        return fail(e, E_USAGE, NOWHERE, "more fields than bytes");
    if (c->result_min > c->result_max)
        return fail(e, E_USAGE, NOWHERE, "result_min is more than result_max");
    x->t = (struct ctxtype){.name = arena_strdup(&x->arena, c->name),
                            .kind = PROG_HOST,
                            .form = CTX_STRUCT,
                            .size = c->context_size,
                            .host_size = c->host_size,
                            .least = c->result_min,
                            .most = c->result_max};
    if (!x->t.name)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    return read_fields(x, c, e) || read_sections(x, c, e) ? e->code : 0;
}

static void drop(struct context *x) {
    arena_drop(&x->arena);
    free(x);
}

int svm_context_register(struct svm *vm, const struct svm_context *given, struct svm_error *err) {
    struct svm_context c = SVM_CONTEXT_INIT;
    struct error e = {0};
    struct context *x = NULL, **table;
    if (!vm || !given)
        fail(&e, E_USAGE, NOWHERE, "svm_context_register: no %s", vm ? "context" : "runtime");
    else if (open_for_registration(vm))
        fail(&e, E_BUSY, NOWHERE, "svm_context_register: programs of the runtime are linked already");
    if (e.code)
        return give_error(err, &e);
    memcpy(&c, given, min64(given->size, sizeof c));
    table = realloc(vm->context, (vm->ncontext + 1) * sizeof(struct context *));
    if (table)
        vm->context = table;
    if (!table || !(x = calloc(1, sizeof *x)))
        fail(&e, E_NOMEM, NOWHERE, "out of memory");
    else if (!read_context(x, &c, &e) && (context_named(vm, c.name) || ctxtype_named(c.name)))
        fail(&e, E_EXIST, NOWHERE, "there is one of this name");
    if (!e.code) {
        vm->context[vm->ncontext++] = x;
    } else {
        wrap(&e, "context %s", c.name ? c.name : "?");
        if (x)
            drop(x);
    }
    return give_error(err, &e);
}

const struct ctxtype *context_named(const struct svm *vm, const char *name) {
    for (u32 i = 0; i < vm->ncontext; i++)
        if (!strcmp(vm->context[i]->t.name, name))
            return &vm->context[i]->t;
    return NULL;
}

int context_unknown(const struct svm *vm, const char *name, struct error *e) {
    if (!name || context_named(vm, name) || ctxtype_named(name))
        return 0;
    return fail(e, E_NOENT, NOWHERE, "no context %s is registered", name);
}

const struct ctxtype *context_of_section(const struct svm *vm, const char *section) {
    if (section && section[0] == '?')
        section++; /* libbpf: not loaded unless asked for */
    for (u32 i = 0; section && i < vm->ncontext; i++)
        for (const char **s = vm->context[i]->section; *s; s++) {
            size_t n = strlen(*s);
            if (!strncmp(section, *s, n) && (!section[n] || section[n] == '/'))
                return &vm->context[i]->t;
        }
    return NULL;
}

const struct ctxtype *context_of_prog(const struct svm *vm, const struct prog *g, const char *chosen) {
    const struct ctxtype *t = context_of_section(vm, g->section);
    if (!t && chosen && g->kind == PROG_RAW && !(t = context_named(vm, chosen)))
        t = ctxtype_named(chosen);
    return t ? t : &ctxtypes[g->kind == PROG_OTHER ? PROG_RAW : g->kind];
}

const struct ctxtype several_types = {.name = "several"};

const struct ctxtype *context_assumed(const struct svm *vm, const struct prog *g, const char *chosen) {
    const struct ctxtype *t = context_of_prog(vm, g, chosen);
    return t->form == CTX_STRUCT || g->kind == PROG_OTHER ? &any_type : t;
}

const struct ctxtype *const *contexts_assumed(struct program *p, const struct svm *vm, const char *chosen) {
    const struct module *m = p->m;
    const struct ctxtype **assumed = arena_new(&p->arena, const struct ctxtype *, m->nfunc + 1);
    for (u32 i = 0; assumed && i < m->nprog; i++) {
        const struct ctxtype *t = context_assumed(vm, &m->prog[i], chosen), **of = &assumed[m->prog[i].func];
        *of = !*of || *of == t ? t : &several_types;
    }
    return assumed;
}

void contexts_drop(struct svm *vm) {
    for (u32 i = 0; i < vm->ncontext; i++)
        drop(vm->context[i]);
    free(vm->context);
}

bool context_fits(const struct ctxtype *t, const void *mem, size_t len) {
    if (!mem || len < t->host_size)
        return false;
    for (u32 i = 0; i < t->nbuffer; i++) {
        const u8 *start, *end;
        memcpy(&start, (const u8 *)mem + t->buffer[i].start, sizeof start);
        memcpy(&end, (const u8 *)mem + t->buffer[i].end, sizeof end);
        if (start > end)
            return false;
    }
    return true;
}
