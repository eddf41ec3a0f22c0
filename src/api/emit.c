/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* emit.c - a module compiled before it runs:
 *
 *   module -> [prove] -> LLVM's plug-in: emit() -> object -> [C compiler: emit_link.c] -> shared library, executable
 *                                              `-> assembly, LLVM's own forms
 *
 * It is linked as for a run, against the runtime as it stands, and the code holds for runtimes that are configured so.
 */
#include "abi/native.h"
#include "api/emit.h"
#include "api/prove.h"
#include "base/platform.h"
#include "engine/llvm/open.h"
#include "engine/native/native.h"
#include "front/svm/io.h"
#include "ir/facts.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

bool emit_name_ok(const char *name) {
    bool ok = *name && !isdigit((unsigned char)*name);
    for (; ok && *name; name++)
        ok = isalnum((unsigned char)*name) || *name == '_';
    return ok;
}

static enum llvm_kind form(enum svm_emit_kind kind) {
    switch (kind) {
    case SVM_EMIT_ASSEMBLY: return LLVM_ASSEMBLY;
    case SVM_EMIT_IR: return LLVM_IR;
    case SVM_EMIT_BITCODE: return LLVM_BITCODE;
    case SVM_EMIT_SVM:
    case SVM_EMIT_HEADER:
    case SVM_EMIT_OBJECT:
    case SVM_EMIT_SHARED:
    case SVM_EMIT_EXECUTABLE: break;
    }
    return LLVM_OBJECT;
}

/* What is not known of another machine is what all of its kind have; Linux on RISC-V means RV64GC. */
static void choose_machine(struct llvm_options *to, const struct svm_emit_options *o) {
    bool riscv = o->target && !strncmp(o->target, "riscv64", 7);
    to->triple = o->target;
    to->cpu = o->cpu ? o->cpu : riscv ? "generic-rv64" : o->target ? "generic" : NULL;
    to->features = o->features ? o->features : riscv ? "+m,+a,+f,+d,+c" : o->cpu || o->target ? "" : NULL;
}

/* The module with the values that variables were set to, as the sections of their maps begin. Addresses, which only
 * linking knows, stay what they were. */
static const struct module *with_values(const struct program *p, struct module *copy, struct arena *a) {
    const struct module *m = p->m;
    struct map_def *d = arena_new(a, struct map_def, m->nmap + 1);
    if (!d)
        return NULL;
    memcpy(copy, m, sizeof *copy);
    copy->map = memcpy(d, m->map, m->nmap * sizeof *d);
    for (u32 i = 0; i < m->nmap; i++) {
        const struct map *now = p->map[i];
        u8 *init;
        if (d[i].flavour == MAP_PLAIN || !now->value || now->value_len < d[i].value_size)
            continue;
        if (!(init = arena_new(a, u8, d[i].value_size + 1)))
            return NULL;
        memcpy(init, now->value, d[i].value_size);
        for (u32 k = 0; k < m->nptr; k++)
            if (m->ptr[k].map == i && m->ptr[k].off <= d[i].value_size && d[i].value_size - m->ptr[k].off >= 8)
                memset(init + m->ptr[k].off, 0, 8);
        d[i].init = init;
        d[i].init_size = d[i].value_size;
    }
    return copy;
}

static int write_module(const struct program *p, const struct svm_emit_options *o, struct arena *a, struct buf *svm,
                        struct error *e) {
    struct module copy;
    const struct module *m = o->set && *o->set ? with_values(p, &copy, a) : p->m;
    return m ? svmfile_write(m, svm, e) : fail(e, E_NOMEM, NOWHERE, "out of memory");
}

/* Code of a file has no other beside it for runs that begin with less fuel than they may take: it looks. */
static int unbounded(struct program *p, struct error *e) {
    u32 n = p->m->nfunc;
    struct func_facts *f = p->view.facts ? arena_new(&p->arena, struct func_facts, n) : NULL;
    if (!p->view.facts)
        return 0;
    if (!f)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    memcpy(f, p->view.facts, n * sizeof *f);
    for (u32 k = 0; k < n; k++)
        f[k].bounded = false;
    p->view.facts = f;
    return 0;
}

/* For the head (struct native_head): what the facts rest on, and what programs are given where nobody says. */
static int say_context(struct program *p, struct llvm_job *j, struct error *e) {
    const struct ctxtype *given = p->view.context;
    u8 *of;
    if (given && given == &ctxtypes[given->kind])
        j->context = 1 + given->kind;
    if (!p->view.facts)
        return 0;
    if (!(of = arena_new(&p->arena, u8, p->m->nfunc)))
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    for (u32 k = 0; k < p->m->nfunc; k++) {
        const struct ctxtype *t = p->assumed[k];
        of[k] = t == &any_type ? NATIVE_ANY : t && t != &several_types ? NATIVE_KIND + t->kind : NATIVE_NEVER;
    }
    j->assumed = of;
    return 0;
}

/* The module, bound and proven, through the plug-in. */
static int compile(struct svm_module *m, struct program *p, const struct svm_emit_options *o, const struct buf *svm,
                   struct buf *out, struct error *e) {
    const struct llvm_plugin *llvm;
    char *name = NULL;
    struct llvm_job j = {.l = &p->view, .kind = form(o->kind), .module = {svm->data, svm->len}};
    struct svm_link_options link = SVM_LINK_INIT;
    link.verify = o->verify;
    link.context = o->context;
    if (!(llvm = llvm_open(e)))
        return e->code;
    j.o.level = o->level ? o->level : 2;
    j.o.debug = j.o.frames = o->debug;
    j.o.dump_before = p->view.jit.dump_before;
    j.o.dump_after = p->view.jit.dump_after;
    j.o.time_passes = p->view.jit.time_passes;
    j.o.harden = p->view.jit.harden;
    j.o.secret = j.o.harden ? os_random() : 0;
    j.o.bounds = o->bounds || form(o->kind) != LLVM_OBJECT; /* text brings no line tables along */
    j.o.carries = !j.o.bounds;
    if (o->kind == SVM_EMIT_OBJECT) { /* svm_native_NAME */
        if (!(name = arena_new(&p->arena, char, strlen(o->name) + 2)))
            return fail(e, E_NOMEM, NOWHERE, "out of memory");
        name[0] = '_';
        strcpy(name + 1, o->name);
    }
    j.name = name;
    choose_machine(&j.o, o);
    if (o->verify != SVM_VERIFY_NONE && (prove(p, m->vm, &link, false, e) || unbounded(p, e)))
        return e->code;
    if (say_context(p, &j, e) || llvm->emit(&j, out, e) || (j.o.carries && native_carry_lines(out, e)))
        return e->code;
    if (o->debug && j.kind == LLVM_OBJECT)
        native_source_lines(out, &m->m);
    return 0;
}

static int bind(struct svm_module *m, struct program *p, const struct svm_emit_options *o, struct error *e) {
    struct svm_link_options link = SVM_LINK_INIT;
    link.context = o->context;
    link.set = o->set;
    link.exact_regs = o->exact_regs;
    return pipeline_bind(p, &m->m, m->vm, &link, NULL, e);
}

/* What depends on what the module is bound to. */
static int bound(struct svm_module *m, const struct svm_emit_options *o, struct buf *out, struct error *e) {
    struct buf svm = {0}, object = {0};
    struct program p = {0};
    if (context_unknown(m->vm, o->context, e))
        return e->code;
    atomic_fetch_add(&m->vm->linked, 1); /* the registry is read */
    if (!bind(m, &p, o, e)) {
        bool linked = o->kind == SVM_EMIT_SHARED || o->kind == SVM_EMIT_EXECUTABLE;
        if (!write_module(&p, o, &p.arena, o->kind == SVM_EMIT_SVM ? out : &svm, e) && o->kind != SVM_EMIT_SVM)
            compile(m, &p, o, &svm, linked ? &object : out, e);
        if (!e->code && linked)
            emit_link(&object, o, module_is_typed(&m->m), out, e);
        program_drop(&p);
    }
    atomic_fetch_sub(&m->vm->linked, 1);
    buf_free(&svm);
    buf_free(&object);
    return e->code;
}

static int emit(struct svm_module *m, const struct svm_emit_options *o, struct buf *out, struct error *e) {
    switch (o->kind) {
    case SVM_EMIT_SVM: return o->set && *o->set ? bound(m, o, out, e) : svmfile_write(&m->m, out, e);
    case SVM_EMIT_HEADER:
    case SVM_EMIT_OBJECT:
        if (!o->name || !emit_name_ok(o->name))
            return fail(e, E_USAGE, NOWHERE, "svm_emit_options.name: an identifier of C is wanted");
        return o->kind == SVM_EMIT_HEADER ? emit_header(m, o->name, out, e) : bound(m, o, out, e);
    case SVM_EMIT_SHARED:
    case SVM_EMIT_EXECUTABLE:
    case SVM_EMIT_ASSEMBLY:
    case SVM_EMIT_IR:
    case SVM_EMIT_BITCODE: return bound(m, o, out, e);
    }
    return fail(e, E_USAGE, NOWHERE, "svm_emit_options.kind: no such kind");
}

int svm_module_emit(struct svm_module *m, const struct svm_emit_options *options, void **out, size_t *len,
                    struct svm_error *err) {
    struct svm_emit_options o = SVM_EMIT_INIT;
    struct error e = {0};
    struct buf b = {0};
    if (options)
        memcpy(&o, options, min64(options->size, sizeof o));
    if (!m || !options || !out || !len)
        fail(&e, E_USAGE, NOWHERE, "svm_module_emit: no %s",
             !m        ? "module"
             : options ? "place for the bytes"
                       : "options");
    else if (o.level < 0 || o.level > 3)
        fail(&e, E_USAGE, NOWHERE, "svm_emit_options.level is %d: 1 to 3", o.level);
    else
        emit(m, &o, &b, &e);
    if (e.code) {
        buf_free(&b);
    } else {
        *out = b.data;
        *len = b.len;
    }
    return give_error(err, &e);
}
