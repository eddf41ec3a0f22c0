/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_c_instance.c - instances of wasm.h: imports bound by their place, exports as handles. */
#include "api/wasm_c.h"
#include "supervm/wasm_c.h"
#include <stdlib.h>

/* The host's functions that an instance imports: kept until its group goes. */
struct imports {
    struct rt_witness witness;
    u32 n;
    struct wasm_ref_t *func[];
};

static void imports_gone(struct rt_witness *w) {
    struct imports *k = (struct imports *)w;
    for (u32 i = 0; i < k->n; i++)
        ref_unkeep(k->func[i]);
    free(k);
}

static struct extern_ extern_of(const struct wasm_ref_t *r) {
    struct extern_ x = {0};
    switch ((enum ref_kind)r->kind) {
    case REF_FUNC:
        x.kind = ENTITY_FUNC;
        x.u.func = *r->of.func;
        break;
    case REF_GLOBAL:
        x.kind = ENTITY_GLOBAL;
        x.u.global = &r->of.global->c;
        break;
    case REF_TABLE:
        x.kind = ENTITY_TABLE;
        x.u.table = &r->of.table->t;
        break;
    case REF_MEMORY:
        x.kind = ENTITY_MEMORY;
        x.u.memory = r->of.memory;
        break;
    case REF_TAG:
        x.kind = ENTITY_TAG;
        x.u.tag = r->of.tag;
        break;
    case REF_INSTANCE:
    case REF_MODULE:
    case REF_TRAP:
    case REF_FOREIGN: break; /* not what a wasm_extern_t is made of */
    }
    return x;
}

/* x[i], and in k the host's functions among them. */
static int bind(struct wasm_store_t *s, struct program *p, const wasm_extern_vec_t *imports, struct extern_ *x,
                struct imports *k, struct error *e) {
    size_t given = imports ? imports->size : 0;
    if (given < p->m->next)
        return fail(e, E_LINK, NOWHERE, "%u imports are wanted, and %zu given", p->m->next, given);
    for (u32 i = 0; i < p->m->next; i++) {
        struct wasm_ref_t *r = (struct wasm_ref_t *)imports->data[i];
        if (!r || r->store != s)
            return fail(e, E_LINK, NOWHERE, "import %u: %s", i, r ? "an object of another store" : "none given");
        x[i] = extern_of(r);
        if (extern_match(p, i, &x[i], e))
            return e->code;
        if (r->kind == REF_FUNC && r->of.func->host)
            k->func[k->n++] = r;
    }
    return 0;
}

static struct svm_instance *make(struct wasm_store_t *s, struct svm_program *p, const wasm_extern_vec_t *imports,
                                 struct error *e) {
    u32 n = p->p.m->next;
    struct extern_ *x = calloc(n + 1, sizeof *x);
    struct imports *k = calloc(1, sizeof *k + n * sizeof k->func[0]);
    struct svm_instance *in = NULL;
    if (!x || !k)
        fail(e, E_NOMEM, NOWHERE, "out of memory");
    else if (s->closed || p->m->vm != s->vm)
        fail(e, E_USAGE, NOWHERE, s->closed ? "the store is deleted" : "a module of another engine");
    else if (!bind(s, &p->p, imports, x, k, e))
        in = typed_instance_make(p, x, NULL, e);
    if (in) {
        for (u32 i = 0; i < k->n; i++)
            ref_keep(k->func[i]);
        k->witness.gone = imports_gone;
        group_add(group_of(&in->in), &k->witness.in, MEMBER_WITNESS);
    } else {
        free(k);
    }
    free(x);
    return in;
}

wasm_instance_t *wasm_instance_new(wasm_store_t *s, const wasm_module_t *m, const wasm_extern_vec_t *imports,
                                   wasm_trap_t **trap) {
    struct error e = {0};
    struct wasm_ref_t *r = NULL;
    struct svm_instance *in;
    wasm_trap_t *bad = NULL;
    collect_if_due(s);
    if (!(in = make(s, m->s.p, imports, &e)))
        bad = trap_of_text(s, e.text);
    else if (!(r = ref_of_object(s, REF_INSTANCE, in)))
        bad = trap_of_text(s, "out of memory");
    else if (s->running && !group_join(group_of(s->running), group_of(&in->in)))
        bad = trap_of_text(s, "two calls in progress cannot become one");
    else if (typed_instance_start(in, &e))
        bad = trap_of_call(s, in, in->trap_code);
    if (in)
        group_unref(group_of(&in->in)); /* the handle has one of its own */
    if (bad) {
        ref_down(r); /* what it has put into others' tables stays, and so does it */
        r = NULL;
    }
    if (trap)
        *trap = bad;
    else
        wasm_trap_delete(bad);
    return (wasm_instance_t *)r;
}

static struct wasm_ref_t *handle_of(struct wasm_store_t *s, const struct extern_ *x) {
    switch ((enum entity_kind)x->kind) {
    case ENTITY_FUNC: return ref_of_func(s, &x->u.func);
    case ENTITY_TABLE: return ref_of_object(s, REF_TABLE, rt_table(x->u.table));
    case ENTITY_MEMORY: return ref_of_object(s, REF_MEMORY, x->u.memory);
    case ENTITY_GLOBAL: return ref_of_object(s, REF_GLOBAL, rt_global(x->u.global));
    case ENTITY_TAG: return ref_of_object(s, REF_TAG, x->u.tag);
    }
    return NULL;
}

void wasm_instance_exports(const wasm_instance_t *x, wasm_extern_vec_t *out) {
    const struct instance *in = &x->ref.of.instance->in;
    wasm_extern_vec_new_uninitialized(out, x->ref.store->closed ? 0 : in->p->m->nexport);
    for (size_t i = 0; i < out->size; i++) {
        struct extern_ e = typed_export(in, (u32)i);
        out->data[i] = (wasm_extern_t *)handle_of(x->ref.store, &e);
    }
}

wasm_externtype_t *wasm_extern_type(const wasm_extern_t *x) {
    switch ((enum ref_kind)x->ref.kind) {
    case REF_FUNC: return wasm_functype_as_externtype(wasm_func_type((const wasm_func_t *)x));
    case REF_GLOBAL: return wasm_globaltype_as_externtype(wasm_global_type((const wasm_global_t *)x));
    case REF_TABLE: return wasm_tabletype_as_externtype(wasm_table_type((const wasm_table_t *)x));
    case REF_MEMORY: return wasm_memorytype_as_externtype(wasm_memory_type((const wasm_memory_t *)x));
    case REF_TAG:
    case REF_INSTANCE:
    case REF_MODULE:
    case REF_TRAP:
    case REF_FOREIGN: break;
    }
    return tagtype_new();
}

struct svm_instance *svm_wasm_instance(const wasm_instance_t *in) {
    return in->ref.of.instance;
}
