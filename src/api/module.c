/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* module.c - bytes or a file in, an immutable module out, and what the host may ask of it. */
#include "api/api.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_LIMIT = 1 << 30 }; /* bytes of an input file */

void module_ref(struct svm_module *m) {
    atomic_fetch_add(&m->refs, 1);
}

void module_unref(struct svm_module *m) {
    if (!m || atomic_fetch_sub(&m->refs, 1) != 1)
        return;
    module_free(&m->m);
    native_leave_module(m);
    vm_unref(m->vm);
    free(m);
}

void svm_module_free(struct svm_module *m) {
    module_unref(m);
}

/* of: where the bytes stand on the heap; emptied where the module has taken them. NULL: they are the host's. */
static struct svm_module *load(struct svm *vm, const void *p, size_t n, const struct svm_load_options *options,
                               const char *name, struct buf *of, struct error *e) {
    struct svm_load_options given = SVM_LOAD_INIT;
    struct load_options o = {0};
    struct svm_module *m;
    int rc;
    if (options)
        memcpy(&given, options, min64(options->size, sizeof given));
    if (given.name)
        name = given.name;
    o.name = name;
    o.target_btf = given.target_btf;
    o.kconfig = given.kconfig;
    o.wasm_without = given.wasm_without;
    o.threads = given.threads;
    o.may_keep = of;
    o.limits = limits_or_default(&vm->limits);
    m = calloc(1, sizeof *m);
    if (!m) {
        fail(e, E_NOMEM, NOWHERE, "out of memory");
        return NULL;
    }
    rc = pipeline_load(&m->m, p, n, given.front, &o, e);
    if (of && m->m.own_bytes)
        *of = (struct buf){0};
    if (rc) {
        module_free(&m->m);
        free(m);
        return NULL;
    }
    m->vm = vm;
    vm_ref(vm);
    atomic_init(&m->refs, 1);
    return m;
}

struct svm_module *svm_module_load(struct svm *vm, const void *p, size_t len, const struct svm_load_options *o,
                                   struct svm_error *err) {
    struct error e = {0};
    struct svm_module *m = NULL;
    if (!vm || (!p && len))
        fail(&e, E_USAGE, NOWHERE, "svm_module_load: no %s", vm ? "bytes" : "runtime");
    else
        m = load(vm, p ? p : "", len, o, NULL, NULL, &e);
    give_error(err, &e);
    return m;
}

struct svm_module *svm_module_load_file(struct svm *vm, const char *path, const struct svm_load_options *o,
                                        struct svm_error *err) {
    struct error e = {0};
    struct buf file = {0};
    struct svm_module *m = NULL;
    int rc;
    if (!vm || !path) {
        fail(&e, E_USAGE, NOWHERE, "svm_module_load_file: no %s", vm ? "path" : "runtime");
        give_error(err, &e);
        return NULL;
    }
    errno = 0;
    rc = buf_read_file(&file, path, FILE_LIMIT);
    if (rc == E_LIMIT)
        fail(&e, rc, NOWHERE, "%s: longer than %d bytes", path, FILE_LIMIT);
    else if (rc)
        fail(&e, rc, NOWHERE, "%s: %s", path, errno ? strerror(errno) : error_name(rc));
    else
        m = load(vm, buf_str(&file), file.len, o, path, &file, &e);
    buf_free(&file);
    give_error(err, &e);
    return m;
}

const char *svm_module_license(const struct svm_module *m) {
    return m->m.license;
}
const char *svm_module_front(const struct svm_module *m) {
    return m->m.front;
}
uint32_t svm_module_insns(const struct svm_module *m) {
    return m->m.nslot;
}

const void *svm_module_btf(const struct svm_module *m, size_t *size) {
    if (size)
        *size = m->m.btf_size;
    return m->m.btf;
}

#define SAME(ours, theirs) _Static_assert((int)SVM_KIND_##ours == PROG_##theirs, "svm_kind is prog_kind")
SAME(RAW, RAW);
SAME(XDP, XDP);
SAME(TC, TC);
SAME(SOCKET_FILTER, SOCKET);
SAME(OTHER, OTHER);
SAME(CGROUP_SKB, CGROUP_SKB);
SAME(SYSCALL, SYSCALL);
SAME(RAW_TRACEPOINT, RAW_TP);
SAME(TRACEPOINT, TRACEPOINT);
SAME(KPROBE, KPROBE);
SAME(PERF_EVENT, PERF_EVENT);
SAME(FENTRY, FENTRY);
SAME(FEXIT, FEXIT);
SAME(CONTEXT, HOST);
_Static_assert((int)SVM_KIND_CONTEXT + 1 == PROG_KINDS, "a line for each");

bool svm_kind_describe(enum svm_kind kind, struct svm_kind_info *out) {
    const struct ctxtype *t = (u32)kind < PROG_KINDS ? &ctxtypes[kind] : NULL;
    if (!t)
        return false;
    *out = (struct svm_kind_info){
        .name = t->name, .packet = t->form == CTX_PACKET, .memory = t->form == CTX_MEMORY || t->form == CTX_BYTES};
    return true;
}

bool svm_module_prog(const struct svm_module *m, size_t i, struct svm_prog_info *out) {
    const struct ctxtype *own, *given = native_context(m);
    const char *type = NULL;
    const struct prog *p;
    bool sleepable;
    if (i >= m->m.nprog)
        return false;
    p = &m->m.prog[i];
    *out = (struct svm_prog_info){
        .name = p->name, .section = p->section, .kind = (enum svm_kind)p->kind, .insns = m->m.func[p->func].nslot};
    if ((own = context_of_section(m->vm, p->section))) {
        out->kind = SVM_KIND_CONTEXT;
        out->kind_name = own->name;
    } else if (p->section && p->kind != PROG_RAW) {
        prog_kind_of_section(p->section, &type, &sleepable);
        out->kind_name = type;
    } else {
        if (given && p->kind == PROG_RAW)
            out->kind = (enum svm_kind)given->kind;
        out->kind_name = ctxtypes[out->kind].name;
    }
    return true;
}

bool svm_module_map(const struct svm_module *m, size_t i, struct svm_map_info *out) {
    const struct map_def *d;
    if (i >= m->m.nmap)
        return false;
    d = &m->m.map[i];
    *out = (struct svm_map_info){.name = d->name,
                                 .type = d->type,
                                 .type_name = map_type_name(d->type),
                                 .key_size = d->key_size,
                                 .value_size = d->value_size,
                                 .max_entries = d->max_entries,
                                 .flags = d->flags,
                                 .btf_key = d->btf_key,
                                 .btf_value = d->btf_value,
                                 .data = d->flavour != MAP_PLAIN};
    return true;
}

bool svm_module_var(const struct svm_module *m, size_t i, struct svm_var_info *out) {
    const struct var *v;
    if (i >= m->m.nvar)
        return false;
    v = &m->m.var[i];
    *out = (struct svm_var_info){.name = v->name,
                                 .map = m->m.map[v->map].name,
                                 .offset = v->off,
                                 .size = v->size,
                                 .btf_type = v->btf_type,
                                 .read_only = v->read_only};
    return true;
}

bool svm_module_import(const struct svm_module *m, size_t i, struct svm_import_info *out) {
    const struct import *im;
    if (i >= m->m.nimport)
        return false;
    im = &m->m.import[i];
    *out = (struct svm_import_info){.name = im->name, .function = im->kind == IMPORT_FUNC, .weak = im->weak};
    return true;
}
