/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* pipeline.c - the life of a program, readable in one place:
 *
 *   sniff -> front.load -> validate | link_program -> [prove] -> engine.compile -> instance_run
 *                         a module                                a linked program
 *
 * The halves are two because a module is linked as often as a host likes. */
#include "api/prove.h"
#include "base/platform.h"
#include "front/front.h"
#include <string.h>

#ifdef HAVE_LIBELF
static bool needs_libelf(const u8 *p, size_t n) {
    return (void)p, (void)n, false;
}
#else
static bool needs_libelf(const u8 *p, size_t n) {
    return n >= 4 && !memcmp(p, "\177ELF", 4);
}
#endif

static const struct front *choose_front(const u8 *p, size_t n, const char *name, struct error *e) {
    const struct front *f = name ? front_named(name) : front_sniff(p, n);
    struct buf known = {0};
    u32 i;
    if (f)
        return f;
    for (i = 0; fronts[i]; i++)
        buf_printf(&known, "%s%s", i ? ", " : "", fronts[i]->name);
    if (name)
        fail(e, E_NOENT, NOWHERE, "unknown format %s (known: %s)", name, buf_str(&known));
    else if (needs_libelf(p, n))
        fail(e, E_UNSUP, 0, "an ELF object, but this build is without libelf");
    else
        fail(e, E_FORMAT, 0, "none of the known formats (%s)", buf_str(&known));
    buf_free(&known);
    return NULL;
}

int pipeline_load(struct module *m, const u8 *p, size_t n, const char *front, const struct load_options *o,
                  struct error *e) {
    const struct front *f;
    m->arena.limit = o->limits.memory;
    if (!n)
        fail(e, E_TRUNC, 0, "the input is empty");
    else if ((f = choose_front(p, n, front, e)) && !f->load(m, p, n, o, e))
        validate(m, &o->limits, e);
    if (e->code && o->name)
        wrap(e, "%s", o->name);
    return e->code;
}

int pipeline_bind(struct program *p, const struct module *m, struct svm *vm, const struct svm_link_options *o,
                  struct map *const *use, struct error *e) {
    p->count = o->stats;
    if (o->exports && o->exports->in.typed) {
        p->kfunc_of = export_as_kfunc;
        p->kfunc_arg = o->exports;
    }
    if (link_program(p, m, &vm->r, use, o->set, e)) {
        program_drop(p);
        return e->code;
    }
    p->view.exact_regs = o->exact_regs;
    p->view.fuel &= !o->no_fuel;
    if (o->context && !(p->view.context = context_named(vm, o->context)))
        p->view.context = ctxtype_named(o->context);
    return 0;
}

int pipeline_link(struct program *p, const struct module *m, struct svm *vm, const struct svm_link_options *o,
                  struct map *const *use, struct error *e) {
    const struct engine_row *row = engine_find(vm, o->engine ? o->engine : vm->engine, e);
    u64 start;
    if (!row)
        return e->code;
    if (module_is_typed(m) && !row->e->call)
        return fail(e, E_ENGINE, NOWHERE, "engine %s runs eBPF alone, and this is WebAssembly", row->e->name);
    if (pipeline_bind(p, m, vm, o, use, e))
        return e->code;
    p->engine = row->e;
    if (o->verify != SVM_VERIFY_NONE && prove(p, vm, o, row->host != NULL, e)) {
        program_drop(p);
        return e->code;
    }
    start = os_time_ns();
    if (engine_compile(row, &p->view, &p->image, e)) {
        program_drop(p);
        return e->code;
    }
    p->compile_ns = os_time_ns() - start;
    return 0;
}
