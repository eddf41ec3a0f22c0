/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_c_store.c - wasm.h: configurations, engines (a runtime each), stores. */
#include "api/wasm_c.h"
#include "supervm/wasm_c.h"
#include <assert.h>
#include <stdlib.h>

wasm_config_t *wasm_config_new(void) {
    struct wasm_config_t *c = malloc(sizeof *c);
    if (c) {
        c->c = (struct svm_config)SVM_CONFIG_INIT;
        c->c.budget = UINT64_MAX; /* the standard knows of none: a host that wants one asks for it */
    }
    return c;
}

void wasm_config_delete(wasm_config_t *c) {
    free(c);
}

struct svm_config *svm_wasm_config(wasm_config_t *c) {
    return &c->c;
}

wasm_engine_t *wasm_engine_new_with_config(wasm_config_t *c) {
    struct wasm_engine_t *e = calloc(1, sizeof *e);
    if (e && c && (e->vm = svm_new(&c->c, NULL))) {
        atomic_init(&e->refs, 1);
    } else {
        free(e);
        e = NULL;
    }
    wasm_config_delete(c);
    return e;
}

wasm_engine_t *wasm_engine_new(void) {
    return wasm_engine_new_with_config(wasm_config_new());
}

void wasm_engine_delete(wasm_engine_t *e) {
    if (!e || atomic_fetch_sub(&e->refs, 1) != 1)
        return;
    svm_free(e->vm);
    free(e);
}

wasm_store_t *wasm_store_new(wasm_engine_t *e) {
    struct wasm_store_t *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    atomic_fetch_add(&e->refs, 1);
    s->engine = e;
    s->vm = e->vm;
    s->live = 1;
    if (!(s->no_memory = ref_new(s, REF_TRAP, sizeof(struct wasm_trap_t)))) {
        wasm_engine_delete(e);
        free(s);
        return NULL;
    }
    wasm_name_new_from_string_nt(&s->no_memory->message, "out of memory");
    ref_keep(&s->no_memory->ref);
    ref_down(&s->no_memory->ref);
    return s;
}

void store_unref(struct wasm_store_t *s) {
    if (--s->live)
        return;
    ref_unkeep(&s->no_memory->ref);
    assert(s->closed && !s->first && !s->pending);
    free(s->table);
    wasm_engine_delete(s->engine);
    free(s);
}

/* Finalizers may delete any handle: the store's walk is moved along when the next one ends. */
static void finalize_all(struct wasm_store_t *s) {
    struct wasm_ref_t *r;
    for (s->walk = s->first; (r = s->walk);) {
        s->walk = r->next;
        ref_up(r);
        ref_finalize(r);
        ref_down(r);
    }
}

void wasm_store_delete(wasm_store_t *s) {
    if (!s)
        return;
    s->closed = true;
    wasm_trap_delete(s->pending); /* of a call by svm_call, which does not ask for it */
    s->pending = NULL;
    finalize_all(s);
    unpin_all(s);
    store_unref(s);
}
