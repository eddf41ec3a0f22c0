/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* program.c - a module and what it is bound to in, a linked program out.
 *
 * Lifetime: struct program counts the handle, instances and entries of prog arrays; at 0
 * rt calls release() below, which gives back image, maps, module and runtime. */
#include "api/api.h"
#include <stdlib.h>
#include <string.h>

static void release(struct program *p) {
    struct svm_program *h = (struct svm_program *)p;
    struct svm_module *m = h->m;
    p->engine->free(p->image);
    if (p->plain)
        p->engine->free(p->plain);
    program_drop(p);
    free(h->map);
    free(h->entry);
    free(h);
    atomic_fetch_sub(&m->vm->linked, 1);
    module_unref(m);
}
_Static_assert(offsetof(struct svm_program, p) == 0, "release() casts");

void svm_program_free(struct svm_program *p) {
    if (p)
        program_unref(&p->p);
}

/* use[i] := the host's map for map i of the module, by name. */
static int choose_maps(const struct svm_module *m, const struct svm_link_options *o, struct map **use,
                       struct error *e) {
    u32 i, k;
    for (k = 0; o->map_name && o->map_name[k]; k++) {
        struct svm_map *map = o->map ? o->map[k] : NULL;
        if (!map)
            return fail(e, E_USAGE, NOWHERE, "map %s: none given", o->map_name[k]);
        if (map->m->env && ((struct map_env *)map->m->env)->budget != &m->vm->r.map_memory)
            return fail(e, E_USAGE, NOWHERE, "map %s: it belongs to another runtime", o->map_name[k]);
        for (i = 0; i < m->m.nmap && strcmp(m->m.map[i].name, o->map_name[k]); i++)
            ;
        if (i == m->m.nmap)
            return fail(e, E_NOENT, NOWHERE, "the module has no map %s", o->map_name[k]);
        use[i] = map->m;
    }
    return 0;
}

/* What the handle adds to a linked program: maps and entries as the host sees them. */
static int dress(struct svm_program *h, const struct svm_link_options *o, struct error *e) {
    const struct module *m = &h->m->m;
    u32 i;
    h->map = calloc(m->nmap + 1, sizeof *h->map);
    h->entry = calloc(m->nprog + 1, sizeof *h->entry);
    if (!h->map || !h->entry)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    for (i = 0; i < m->nmap; i++)
        h->map[i] = (struct svm_map){.m = h->p.map[i], .def = &m->map[i]};
    for (i = 0; i < m->nprog; i++) {
        const struct prog *g = &m->prog[i];
        h->entry[i] = (struct svm_entry){.p = h, .prog = g, .type = context_of_prog(h->m->vm, g, o->context)};
    }
    return 0;
}

struct svm_program *svm_program_link(struct svm_module *m, const struct svm_link_options *options,
                                     struct svm_error *err) {
    struct svm_link_options o = SVM_LINK_INIT;
    struct svm_program *h = NULL;
    struct map **use = NULL;
    struct error e = {0};
    if (!m) {
        fail(&e, E_USAGE, NOWHERE, "svm_program_link: no module");
        goto out;
    }
    if (options)
        memcpy(&o, options, min64(options->size, sizeof o));
    if (!o.context && native_context(m))
        o.context = native_context(m)->name;
    use = calloc(m->m.nmap + 1, sizeof *use);
    h = calloc(1, sizeof *h);
    if (!use || !h) {
        fail(&e, E_NOMEM, NOWHERE, "out of memory");
        goto out;
    }
    if (choose_maps(m, &o, use, &e))
        goto out;
    if (context_unknown(m->vm, o.context, &e))
        goto out;
    /* registration closes before the registry is read */
    atomic_fetch_add(&m->vm->linked, 1);
    if (m->native && !o.engine && !m->vm->engine ? native_link(&h->p, m, &o, use, &e)
                                                 : pipeline_link(&h->p, &m->m, m->vm, &o, use, &e)) {
        atomic_fetch_sub(&m->vm->linked, 1);
        goto out;
    }
    atomic_init(&h->p.refs, 1);
    h->p.release = release;
    h->m = m;
    module_ref(m);
    if (dress(h, &o, &e)) {
        svm_program_free(h);
        h = NULL;
    }
out:
    free(use);
    if (e.code && h) { /* never linked: nothing else to give back */
        free(h);
        h = NULL;
    }
    give_error(err, &e);
    return h;
}

const char *svm_program_engine(const struct svm_program *p) {
    return p->p.engine->name;
}
uint64_t svm_program_compile_ns(const struct svm_program *p) {
    return p->p.compile_ns;
}

uint64_t svm_program_checks(const struct svm_program *p, bool proven) {
    const struct module *m = p->p.m;
    u64 n = 0;
    u32 i, pc;
    if (!p->p.view.checks)
        return 0;
    if (proven)
        return p->p.engine->proven ? p->p.engine->proven(p->p.image) + p->p.folded : 0;
    for (i = 0; i < m->nfunc; i++)
        for (pc = 0; !m->func[i].typed && pc < m->func[i].nslot; pc++)
            n += isa_info[m->func[i].code[pc].op].size != 0;
    return n;
}

struct svm_map *svm_program_map(const struct svm_program *p, const char *name) {
    const struct module *m = &p->m->m;
    u32 i;
    for (i = 0; name && i < m->nmap; i++)
        if (!strcmp(m->map[i].name, name))
            return &p->map[i];
    return NULL;
}

const struct svm_entry *svm_program_entry(const struct svm_program *p, const char *prog) {
    const struct module *m = &p->m->m;
    const struct prog *g;
    if (!prog)
        return m->nprog == 1 ? &p->entry[0] : NULL;
    g = module_prog(m, prog);
    return g ? &p->entry[g - m->prog] : NULL;
}
