/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* engine.c - the engines of a runtime: those built in, then the host's own.
 *
 * A host's engine (supervm/engine.h) stands behind a table like any other: its compile and
 * run get a user pointer, so an image of it is wrapped together with the engine. */
#define _GNU_SOURCE
#include "api/api.h"
#include "engine/engines.h"
#include "supervm/engine.h"
#include <stdlib.h>
#include <string.h>

struct host_engine {
    struct engine table;
    struct svm_engine host;
};
struct host_image {
    struct svm_engine host;
    void *image;
};

static void host_run(const void *image, struct ctx *cx, u32 func) {
    const struct host_image *im = image;
    im->host.run(im->host.user, im->image, (struct svm_ctx *)cx, func);
}

static void host_free(void *image) {
    struct host_image *im = image;
    im->host.free(im->host.user, im->image);
    free(im);
}

int engine_compile(const struct engine_row *row, const struct link_view *v, void **image, struct error *e) {
    struct svm_error err = {0};
    struct host_image *im;
    int rc;
    if (!row->host)
        return row->e->compile(v, image, e);
    im = calloc(1, sizeof *im);
    if (!im)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    im->host = row->host->host;
    rc = im->host.compile(im->host.user, (const struct svm_link *)v, &im->image, &err);
    if (rc) {
        free(im);
        err.text[sizeof err.text - 1] = 0;
        return fail(e, rc < 0 ? rc : E_ENGINE, NOWHERE, "%s", *err.text ? err.text : "compilation failed");
    }
    *image = im;
    return 0;
}

static int add_row(struct svm *vm, const struct engine *e, struct host_engine *host, bool usable) {
    struct engine_row *rows = reallocarray(vm->engine_row, vm->nengine + 1, sizeof *rows);
    if (!rows)
        return E_NOMEM;
    vm->engine_row = rows;
    rows[vm->nengine++] =
        (struct engine_row){.e = e, .host = host, .info = {.name = e->name, .about = e->about, .usable = usable}};
    return 0;
}

int engine_rows_init(struct svm *vm) {
    const struct engine *e;
    u32 i;
    for (i = 0; (e = engine_by_rank(i)); i++)
        if (add_row(vm, e, NULL, !e->usable || e->usable()))
            return E_NOMEM;
    return 0;
}

static void drop_host(struct host_engine *h) {
    free((char *)h->table.name);
    free((char *)h->table.about);
    free(h);
}

void engine_rows_drop(struct svm *vm) {
    u32 i;
    for (i = 0; i < vm->nengine; i++)
        if (vm->engine_row[i].host)
            drop_host(vm->engine_row[i].host);
    free(vm->engine_row);
}

const struct engine_row *engine_find(const struct svm *vm, const char *name, struct error *e) {
    struct buf known = {0};
    u32 i;
    if (!name && (name = secure_getenv("SVM_ENGINE")) && !*name)
        name = NULL;
    for (i = 0; i < vm->nengine; i++) {
        const struct engine_row *row = &vm->engine_row[i];
        if (name ? strcmp(row->info.name, name) != 0 : !row->info.usable || row->host != NULL)
            continue;
        if (row->info.usable)
            return row;
        fail(e, E_ENGINE, NOWHERE, "engine %s is not usable on this machine", name);
        return NULL;
    }
    for (i = 0; i < vm->nengine; i++)
        if (vm->engine_row[i].info.usable)
            buf_printf(&known, "%s%s", known.len ? ", " : "", vm->engine_row[i].info.name);
    if (name)
        fail(e, E_NOENT, NOWHERE, "unknown engine %s (known: %s)", name, buf_str(&known));
    else
        fail(e, E_ENGINE, NOWHERE, "no engine is usable on this machine");
    buf_free(&known);
    return NULL;
}

const struct svm_engine_info *svm_engine_at(const struct svm *vm, size_t i) {
    return i < vm->nengine ? &vm->engine_row[i].info : NULL;
}

int svm_engine_register(struct svm *vm, const struct svm_engine *from) {
    struct host_engine *h;
    u32 i;
    if (!vm || !from || from->size < sizeof *from || !from->name || !*from->name || !from->compile || !from->run ||
        !from->free)
        return SVM_EUSAGE;
    if (atomic_load(&vm->linked))
        return SVM_EBUSY;
    for (i = 0; i < vm->nengine; i++)
        if (!strcmp(vm->engine_row[i].info.name, from->name))
            return SVM_EEXIST;
    h = calloc(1, sizeof *h);
    if (!h)
        return SVM_ENOMEM;
    h->host = *from;
    h->table = (struct engine){.name = strdup(from->name),
                               .about = strdup(from->about ? from->about : ""),
                               .run = host_run,
                               .free = host_free};
    h->host.name = h->table.name;
    h->host.about = h->table.about;
    if (!h->table.name || !h->table.about || add_row(vm, &h->table, h, !from->usable || from->usable(from->user))) {
        drop_host(h);
        return SVM_ENOMEM;
    }
    return 0;
}
