/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* native.c - a module whose code was compiled before: in, the head of an object (abi/native.h), part of this process or
 * of a shared library; out, a module as any other, and links of it that run that code.
 *
 * The code is trusted. What is looked at is whether it was made for this library, and for what the runtime asks for. */
#include "abi/native.h"
#include "api/api.h"
#include "base/fault.h"
#include "base/late.h"
#include "engine/native/native.h"
#include "supervm/native.h"
#include <string.h>

/* What its runs have to begin with is said, of contexts that there are. */
static bool says_context(const struct native_head *h) {
    if (h->context > PROG_KINDS || (h->flags & NATIVE_FACTS && !h->assumed))
        return false;
    for (u32 k = 0; h->assumed && k < h->nfunc; k++)
        if (h->assumed[k] >= NATIVE_KIND + PROG_KINDS)
            return false;
    return true;
}

static struct svm_module *load(struct svm *vm, const struct native_head *h, const char *name, struct error *e) {
    struct svm_load_options o = SVM_LOAD_INIT;
    struct svm_error err;
    struct svm_module *m;
    o.front = "svm";
    o.name = name;
    if (h->version != NATIVE_VERSION) {
        fail(e, E_UNSUP, NOWHERE, "%s: native code of version %u, and this build runs version %d: compile it again",
             name, h->version, NATIVE_VERSION);
        return NULL;
    }
    if (!h->module) {
        fail(e, E_FORMAT, NOWHERE, "%s: an object without its module", name);
        return NULL;
    }
    if (!says_context(h)) {
        fail(e, E_FORMAT, NOWHERE, "%s: an object that does not say what its code rests on", name);
        return NULL;
    }
    if (!(m = svm_module_load(vm, h->module, h->nmodule, &o, &err))) {
        fail(e, err.code, err.at, "%s", err.text);
        return NULL;
    }
    if (m->m.nfunc != h->nfunc) {
        fail(e, E_FORMAT, NOWHERE, "%s: code of %u functions, and the module has %u", name, h->nfunc, m->m.nfunc);
        svm_module_free(m);
        return NULL;
    }
    m->native = h;
    return m;
}

struct svm_module *svm_module_from_native(struct svm *vm, const struct svm_native *n, struct svm_error *err) {
    struct svm_module *m = NULL;
    struct error e = {0};
    if (!vm || !n)
        fail(&e, E_USAGE, NOWHERE, "svm_module_from_native: no %s", vm ? "code" : "runtime");
    else
        m = load(vm, (const struct native_head *)n, "native", &e);
    give_error(err, &e);
    return m;
}

struct svm_module *svm_module_load_native(struct svm *vm, const void *p, size_t len, struct svm_error *err) {
    struct native_bytes object = {p, len};
    struct native_code_block *code = NULL;
    struct svm_module *m = NULL;
    struct error e = {0};
    if (!vm || !p)
        fail(&e, E_USAGE, NOWHERE, "svm_module_load_native: no %s", vm ? "bytes" : "runtime");
    else if ((code = native_load(&object, 1, vm->r.jit.debug || vm->r.jit.perf, &e)) &&
             (m = load(vm, native_head_of(code), "native", &e)))
        m->native_code = code;
    else
        native_unload(code);
    give_error(err, &e);
    return m;
}

struct svm_module *svm_module_open_native(struct svm *vm, const char *path, struct svm_error *err) {
    struct svm_module *m = NULL;
    struct error e = {0};
    struct buf file = {0};
    const struct native_head *h = NULL;
    void *lib = NULL;
    if (!vm || !path) {
        fail(&e, E_USAGE, NOWHERE, "svm_module_open_native: no %s", vm ? "path" : "runtime");
        goto out;
    }
    buf_printf(&file, "%s%s", strchr(path, '/') ? "" : "./",
               path); /* a file, never something of that name in the system's folders */
    if ((h = late_plugin(buf_str(&file), NATIVE_HEAD, NULL, &lib, &e)) && (m = load(vm, h, path, &e)))
        m->native_lib = lib;
    if (!m && lib)
        late_unload(lib);
out:
    buf_free(&file);
    give_error(err, &e);
    return m;
}

void native_leave_module(struct svm_module *m) {
    if (m->native_lib)
        late_unload(m->native_lib);
    native_unload(m->native_code);
}

const struct ctxtype *native_context(const struct svm_module *m) {
    return m->native && m->native->context ? &ctxtypes[m->native->context - 1] : NULL;
}

/* ---- linking ---- */

/* Its code cannot be made again, so no run may need another than there is: compile is NULL. */
static const struct engine engine_native = {.name = "native",
                                            .about = "code that was compiled before",
                                            .usable = native_usable,
                                            .run = native_run,
                                            .entry = native_entry,
                                            .call = native_call,
                                            .call_entry = native_call_entry,
                                            .entry_drop = native_entry_drop,
                                            .free = native_image_free};

static int unfit(struct error *e, const char *what) {
    return fail(e, E_ENGINE, NOWHERE,
                "the program was compiled %s, and the runtime is configured otherwise: "
                "name an engine, or compile it again",
                what);
}

/* Constants are part of the code. */
static int set_constants(const struct module *m, const char *const *set, struct error *e) {
    for (; set && *set; set++) {
        size_t n = strcspn(*set, "=");
        for (u32 i = 0; i < m->nvar; i++)
            if (m->var[i].read_only && strlen(m->var[i].name) == n && !memcmp(m->var[i].name, *set, n))
                return fail(e, E_ENGINE, NOWHERE,
                            "variable %s is a constant, and its value is part of the native code: name an engine, "
                            "or compile it with the other value",
                            m->var[i].name);
    }
    return 0;
}

/* So are the sizes of maps. */
static int other_map(const struct module *m, struct map *const *use, struct error *e) {
    for (u32 i = 0; i < m->nmap; i++) {
        const struct map_def *d = &m->map[i];
        if (!use[i])
            continue;
        if (d->flavour == MAP_RODATA || d->flavour == MAP_KCONFIG || d->flavour == MAP_JUMPTABLE)
            return fail(e, E_ENGINE, NOWHERE, "map %s: its values are constants, and part of the native code", d->name);
        if (use[i]->type == map_array.type && use[i]->stride != align_up(d->value_size, 8))
            return fail(e, E_ENGINE, NOWHERE,
                        "map %s: values of the one given are %u bytes apart, and native code was compiled for %llu", d->name,
                        use[i]->stride, (unsigned long long)align_up(d->value_size, 8));
        if (use[i]->max_entries != d->max_entries || use[i]->flags != d->flags)
            return fail(
                e, E_ENGINE, NOWHERE,
                "map %s: the one given has %u entries and flags 0x%x, and native code was compiled for %u and 0x%x",
                d->name, use[i]->max_entries, use[i]->flags, d->max_entries, d->flags);
    }
    return 0;
}

static int fits(const struct link_view *l, const struct native_head *h, const struct svm_link_options *o,
                struct error *e) {
    if (l->checks && !(h->flags & NATIVE_CHECKS))
        return unfit(e, "without checks of memory accesses");
    if (l->fuel && !(h->flags & NATIVE_FUEL))
        return unfit(e, "without fuel");
    if (l->exact_regs && !(h->flags & NATIVE_EXACT_REGS))
        return unfit(e, "without exact registers at traps");
    if (l->jit.harden && !(h->flags & NATIVE_HARDENED))
        return unfit(e, "without hardening");
    if (l->frame_size != h->frame_size)
        return fail(e, E_ENGINE, NOWHERE, "the program was compiled for frames of %u bytes, not %u", h->frame_size,
                    l->frame_size);
    if (h->flags & NATIVE_GUARDED && !FAULTS_CAUGHT)
        return fail(e, E_ENGINE, NOWHERE,
                    "the program was compiled for memory whose end the processor finds, which this runtime does not "
                    "have: name an engine, or compile it with --bounds");
    if (o->stats)
        return fail(e, E_ENGINE, NOWHERE, "native code does not count what it does (statistics): name an engine");
    if (o->verify == SVM_VERIFY_STRICT)
        return fail(e, E_ENGINE, NOWHERE, "strict verification comes before compiling (svm_emit_options.verify)");
    return 0;
}

/* p->assumed, as the object has it. Programs are given that here, too. */
static int rests_on(struct program *p, const struct native_head *h, const struct svm *vm, const char *chosen,
                    struct error *e) {
    const struct module *m = p->m;
    const struct ctxtype **assumed = arena_new(&p->arena, const struct ctxtype *, m->nfunc + 1);
    if (!assumed)
        return fail(e, E_NOMEM, NOWHERE, "linking: out of memory");
    for (u32 k = 0; k < m->nfunc; k++)
        assumed[k] = h->assumed[k] >= NATIVE_KIND  ? &ctxtypes[h->assumed[k] - NATIVE_KIND]
                     : h->assumed[k] == NATIVE_ANY ? &any_type
                                                   : NULL;
    for (u32 i = 0; i < m->nprog; i++) {
        const struct prog *g = &m->prog[i];
        const struct ctxtype *was = assumed[g->func], *is = context_of_prog(vm, g, chosen);
        if (was && was != &any_type && was != is)
            return fail(e, E_ENGINE, NOWHERE,
                        "program %s was compiled for context %s, and is given %s: name an engine, or compile it again",
                        g->name, was->name, is->name);
    }
    p->assumed = assumed;
    return 0;
}

int native_link(struct program *p, const struct svm_module *m, const struct svm_link_options *o, struct map *const *use,
                struct error *e) {
    const struct native_head *h = m->native;
    if (set_constants(&m->m, o->set, e) || other_map(&m->m, use, e) || pipeline_bind(p, &m->m, m->vm, o, use, e))
        return e->code;
    p->engine = &engine_native;
    p->guarded = h->flags & NATIVE_GUARDED;
    if (!fits(&p->view, h, o, e) && h->flags & NATIVE_FACTS)
        rests_on(p, h, m->vm, o->context, e);
    if (e->code || native_image((struct native_image **)&p->image, &p->view, h, NULL, e)) {
        program_drop(p);
        return e->code;
    }
    return 0;
}
