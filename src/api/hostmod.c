/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hostmod.c - the import module "supervm": its functions named in a linker, what guests may open, and where in their
 * memory they point. */
#include "api/hostmod.h"
#include "base/platform.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- the table ---- */

static const struct hostmod_row rows[] = {
#define HOSTMOD(name, param, result) {#name, param, result, hm_##name},
#include "api/hostmod.def"
#undef HOSTMOD
};

/* Results are one i32 or i64. */
static bool call_row(struct ctx *cx, void *arg, u64 *slot) {
    const struct host_func *f = arg;
    const struct hostmod_row *row = f->arg;
    u64 a[HOSTMOD_PARAMS] = {0}, v;
    for (u32 i = 0; row->param[i]; i++)
        a[i] = row->param[i] == SVM_I32 ? (u32)slot[i] : slot[i];
    v = row->fn(cx, f, a);
    slot[0] = row->result[0] == SVM_I32 ? (u32)v : v;
    return !cx->trap;
}

static size_t kinds_of(const char *text, enum svm_valkind *kind) {
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        kind[i] = (enum svm_valkind)text[i];
    return n;
}

int hostmod_add(struct svm_linker *l, const char *space, const struct hostmod_row *row, u32 n) {
    enum svm_valkind param[HOSTMOD_PARAMS], result[1];
    int rc = 0;
    for (u32 i = 0; i < n && !rc; i++) {
        struct svm_functype t = {param, kinds_of(row[i].param, param), result, kinds_of(row[i].result, result)};
        struct host_func f = {.arg = (void *)(uintptr_t)&row[i], .hosts = l->hosts};
        rc = linker_host_func(l, space, row[i].name, &t, call_row, &f);
    }
    return rc;
}

int svm_linker_supervm(struct svm_linker *l) {
    return l ? hostmod_add(l, "supervm", rows, COUNT(rows)) : SVM_EUSAGE;
}

/* ---- grants ---- */

void grants_drop(struct hosts *h) {
    for (u32 i = 0; i < h->ngrant; i++) {
        map_unref(h->grant[i].map);
        free(h->grant[i].name);
    }
    free(h->grant);
}

static int add_grant(struct svm_linker *l, const char *name, const struct grant *what) {
    struct hosts *h = l->hosts;
    struct grant *g;
    for (u32 i = 0; i < h->ngrant; i++)
        if (!strcmp(h->grant[i].name, name) && !h->grant[i].map == !what->map)
            return SVM_EEXIST;
    if (!(g = reallocarray(h->grant, h->ngrant + 1, sizeof *g)))
        return SVM_ENOMEM;
    h->grant = g;
    g[h->ngrant] = *what;
    if (!(g[h->ngrant].name = strdup(name)))
        return SVM_ENOMEM;
    if (what->map)
        map_ref(what->map);
    h->ngrant++;
    return 0;
}

int svm_linker_grant_map(struct svm_linker *l, const char *name, struct svm_map *map, bool write) {
    if (!l || !name || !map)
        return SVM_EUSAGE;
    if (map->m->env && ((struct map_env *)map->m->env)->budget != &l->vm->r.map_memory)
        return SVM_EUSAGE; /* of another runtime */
    return add_grant(l, name, &(struct grant){.map = map->m, .write = write});
}

int svm_linker_grant_program(struct svm_linker *l, const char *name, struct svm_instance *ebpf, const char *prog) {
    const struct svm_entry *e = ebpf ? svm_program_entry(ebpf->p, prog) : NULL;
    if (!l || !name || !ebpf || ebpf->in.p->r != &l->vm->r)
        return SVM_EUSAGE;
    if (!e)
        return SVM_ENOENT;
    if (e->type->form == CTX_STRUCT)
        return SVM_EUSAGE; /* no guest has the host's struct */
    return add_grant(l, name, &(struct grant){.ebpf = ebpf, .entry = e});
}

const struct grant *granted_map(const struct host_func *f, u64 handle) {
    return handle < f->hosts->ngrant && f->hosts->grant[handle].map ? &f->hosts->grant[handle] : NULL;
}

const struct grant *granted_prog(const struct host_func *f, u64 handle) {
    return handle < f->hosts->ngrant && f->hosts->grant[handle].ebpf ? &f->hosts->grant[handle] : NULL;
}

u64 grant_find(struct ctx *cx, const struct host_func *f, u64 at, u64 len, bool map) {
    const u8 *name = guest_bytes(cx, at, len);
    if (!name)
        return (u64)-EFAULT;
    for (u32 i = 0; i < f->hosts->ngrant; i++) {
        const struct grant *g = &f->hosts->grant[i];
        if (!g->map == !map && strlen(g->name) == len && !memcmp(g->name, name, len))
            return i;
    }
    return (u64)-ENOENT;
}

/* ---- the guest's memory ---- */

u8 *guest_bytes(struct ctx *cx, u64 at, u64 len) {
    u64 size = cx->in->p->m->nmemory ? memory_size(cx->mem[0]) : 0;
    return len <= size && at <= size - len && size ? cx->mem[0]->base + at : NULL;
}

/* ---- what needs no handle ---- */

HM(time_ns) {
    return os_time_ns();
}
HM(cpu) {
    return cx->cpu;
}

HM(random) {
    enum { MOST = 256 }; /* as getentropy */
    u8 *p = guest_bytes(cx, a[0], a[1]);
    if (a[1] > MOST)
        return (u64)-EIO;
    if (!p)
        return (u64)-EFAULT;
    for (u64 i = 0; i < a[1]; i += 8) {
        u64 r = os_random();
        memcpy(p + i, &r, min64(a[1] - i, 8));
    }
    return 0;
}

HM(print) {
    const struct registry *r = cx->in->p->r;
    const u8 *p = guest_bytes(cx, a[0], a[1]);
    if (a[1] > STR_MAX)
        return (u64)-E2BIG;
    if (!p)
        return (u64)-EFAULT;
    if (charge_bytes(cx, a[1]))
        r->print(r->print_arg, (const char *)p, a[1]);
    return 0;
}
