/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuzz_call.c - hostile modules run: whatever loads is linked with objects of the types that it asks for, instantiated
 * twice, the second time with what the first exports, and each export of both is called.
 * in:  any bytes; seeds: test/wasm, ../shared/suites/wasm, .svm files      out: nothing; a crash or a leak is a bug
 *
 * Modules with a shared memory are left out: one may wait for ever, as it should. */
#include "api/api.h"
#include <stdlib.h>
#include <string.h>

enum { FUEL = 30000, MAX_PARAMS = 64, MAX_OBJECTS_HELD = 64 };

struct world {
    struct svm *vm;
    struct svm_linker *l;
    struct svm_memory *memory[MAX_OBJECTS_HELD];
    struct svm_table *table[MAX_OBJECTS_HELD];
    struct svm_global *global[MAX_OBJECTS_HELD];
    struct svm_tag *tag[MAX_OBJECTS_HELD];
    u32 n[5], calls, host_calls;
};

static void call_exports(struct world *w, struct svm_instance *in, u32 most);

/* Traps now and then, throws, or goes back into the instance. */
static int host(void *arg, struct svm_caller *c, const struct svm_val *args, struct svm_val *results) {
    struct world *w = arg;
    (void)args, (void)results;
    switch (w->host_calls++ % 5) {
    case 0: return svm_caller_fail(c, "no");
    case 1: call_exports(w, svm_caller_instance(c), 2); return 0;
    case 2: return w->n[ENTITY_TAG] ? svm_caller_throw(c, w->tag[0], NULL, 0) : 0;
    case 3: return svm_call(svm_caller_instance(c), "f", NULL, 0, NULL, 0, NULL);
    }
    return 0;
}

static int kinds(const u32 *vt, u32 n, enum svm_valkind *out) {
    for (u32 i = 0; i < n; i++)
        out[i] = (enum svm_valkind)kind_of_vt(vt[i]);
    return 0;
}

static void provide_func(struct world *w, const struct entity *x, const struct deftype *t) {
    enum svm_valkind kind[2 * MAX_PARAMS];
    struct svm_functype type = {kind, t->nparam, kind + t->nparam, t->nresult};
    if (t->nparam > MAX_PARAMS || t->nresult > MAX_PARAMS)
        return;
    kinds(t->vt, t->nparam + t->nresult, kind);
    svm_linker_func(w->l, x->space.p, x->name.p, &type, host, w);
}

static void provide(struct world *w, const struct module *m, const struct entity *x) {
    u32 *n = &w->n[x->kind];
    const struct size_limits *l;
    struct svm_val v = {0};
    enum svm_valkind kind[MAX_PARAMS];
    if (x->kind == ENTITY_FUNC) {
        provide_func(w, x, &m->type[m->func[x->index].type]);
        return;
    }
    if (*n == MAX_OBJECTS_HELD)
        return;
    switch ((enum entity_kind)x->kind) {
    case ENTITY_FUNC: return;
    case ENTITY_MEMORY:
        l = &m->memory[x->index].lim;
        if ((w->memory[*n] = svm_memory_new(w->vm, l->min, l->max, l->is64 ? SVM_INDEX64 : 0, NULL)))
            svm_linker_memory(w->l, x->space.p, x->name.p, w->memory[(*n)++]);
        return;
    case ENTITY_TABLE:
        l = &m->table[x->index].lim;
        if ((w->table[*n] = svm_table_new(w->vm, (enum svm_valkind)kind_of_vt(m->table[x->index].vt), l->min, l->max,
                                          l->is64 ? SVM_INDEX64 : 0, NULL)))
            svm_linker_table(w->l, x->space.p, x->name.p, w->table[(*n)++]);
        return;
    case ENTITY_GLOBAL:
        v.kind = kind_of_vt(m->global[x->index].vt);
        if ((w->global[*n] = svm_global_new(w->vm, &v, m->global[x->index].mutable, NULL)))
            svm_linker_global(w->l, x->space.p, x->name.p, w->global[(*n)++]);
        return;
    case ENTITY_TAG:
        if (m->type[m->tag[x->index].type].nparam > MAX_PARAMS)
            return;
        kinds(m->type[m->tag[x->index].type].vt, m->type[m->tag[x->index].type].nparam, kind);
        if ((w->tag[*n] = svm_tag_new(w->vm, kind, m->type[m->tag[x->index].type].nparam, NULL)))
            svm_linker_tag(w->l, x->space.p, x->name.p, w->tag[(*n)++]);
        return;
    }
}

static void call_exports(struct world *w, struct svm_instance *in, u32 most) {
    static const int64_t numbers[] = {0, 1, -1, 65535, 100};
    const struct svm_module *m = svm_instance_module(in);
    struct svm_extern_info x;
    for (u32 i = 0; i < most && svm_module_extern(m, true, i, &x); i++) {
        const struct svm_func *f = svm_instance_func_at(in, i);
        struct svm_val v[MAX_PARAMS], r[MAX_PARAMS];
        size_t n = 0, nr = 0;
        while (f && n < MAX_PARAMS && svm_func_kind(f, false, n)) {
            memset(&v[n], 0, sizeof v[n]);
            v[n].kind = (uint8_t)svm_func_kind(f, false, n);
            if (v[n].kind == SVM_I32)
                v[n].of.i32 = (int32_t)numbers[(w->calls + n) % 5];
            else if (v[n].kind == SVM_I64)
                v[n].of.i64 = numbers[(w->calls + n) % 5];
            n++;
        }
        while (f && nr < MAX_PARAMS && svm_func_kind(f, true, nr))
            nr++;
        w->calls++;
        if (f && svm_func_call(in, f, v, n, r, nr, NULL) == SVM_ETRAP && !svm_instance_trap(in)->trap)
            abort();
    }
}

static void run_programs(const struct svm_module *m, struct svm_program *p) {
    struct svm_instance *in = m->m.nprog ? svm_instance_new(p, NULL) : NULL;
    uint8_t mem[64] = {1, 2, 3};
    for (u32 i = 0; in && i < m->m.nprog; i++) {
        struct svm_input input = {.kind = SVM_KIND_RAW, .mem = mem, .mem_len = sizeof mem};
        svm_run(in, m->m.prog[i].name, &input, NULL, NULL);
    }
    svm_instance_free(in);
}

static void run(struct world *w, struct svm_module *m, struct svm_program *p) {
    struct svm_instance *a, *b;
    for (u32 i = 0; i < m->m.next; i++)
        provide(w, &m->m, &m->m.ext[i]);
    if (!(a = svm_linker_instantiate(w->l, p, NULL)))
        return;
    call_exports(w, a, 64);
    if (m->m.next)
        svm_linker_instance(w->l, m->m.ext[0].space.p, a);
    b = svm_linker_instantiate(w->l, p, NULL);
    svm_instance_free(a); /* what b holds of it lives on */
    if (b)
        call_exports(w, b, 64);
    svm_instance_free(b);
}

static bool waits(const struct module *m) {
    for (u32 i = 0; i < m->nmemory; i++)
        if (m->memory[i].lim.shared)
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct world w = {0};
    struct svm_module *m;
    struct svm_program *p = NULL;
    c.budget = FUEL;
    c.max_memory = 64 << 20;
    c.max_module_memory = 64 << 20;
    c.max_table = 1 << 20;
    if (!(w.vm = svm_new(&c, NULL)))
        return 0;
    if ((m = svm_module_load(w.vm, data, size, NULL, NULL)) && !waits(&m->m))
        p = svm_program_link(m, NULL, NULL);
    if (p && module_is_typed(&m->m) && (w.l = svm_linker_new(w.vm, NULL)))
        run(&w, m, p);
    else if (p)
        run_programs(m, p);
    svm_linker_free(w.l);
    for (u32 i = 0; i < MAX_OBJECTS_HELD; i++) {
        svm_memory_free(w.memory[i]);
        svm_table_free(w.table[i]);
        svm_global_free(w.global[i]);
        svm_tag_free(w.tag[i]);
    }
    svm_program_free(p);
    svm_module_free(m);
    svm_free(w.vm);
    return 0;
}
