/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_c_object.c - globals, tables and memories of wasm.h: the host's own, and its access to all of them. */
#include "api/wasm_c.h"

/* ---- globals ---- */

wasm_global_t *wasm_global_new(wasm_store_t *s, const wasm_globaltype_t *type, const wasm_val_t *v) {
    u32 vt = vt_of_valkind(wasm_valtype_kind(wasm_globaltype_content(type)));
    struct group *g = s->closed || !vt ? NULL : group_new(&s->vm->r);
    struct error e = {0};
    struct rt_global *x = g ? global_new(g, vt, wasm_globaltype_mutability(type) == WASM_VAR, &e) : NULL;
    struct wasm_ref_t *r = NULL;
    if (x && slot_of_wasm(s, &x->in, vt, v, &x->c.v))
        r = ref_of_object(s, REF_GLOBAL, x);
    if (g)
        group_unref(x ? x->in.group : g); /* the handle has one of its own */
    return (wasm_global_t *)r;
}

wasm_globaltype_t *wasm_global_type(const wasm_global_t *x) {
    return globaltype_of(x->ref.of.global->vt, x->ref.of.global->mutable);
}

void wasm_global_get(const wasm_global_t *x, wasm_val_t *out) {
    const struct rt_global *g = x->ref.of.global;
    wasm_of_slot(x->ref.store, g->vt, &g->c.v, out);
}

void wasm_global_set(wasm_global_t *x, const wasm_val_t *v) {
    struct rt_global *g = x->ref.of.global;
    u64 slot;
    collect_if_due(x->ref.store);
    if (g->mutable && slot_of_wasm(x->ref.store, &g->in, g->vt, v, &slot))
        g->c.v = slot;
}

/* ---- tables ---- */

static struct size_limits limits_of(const wasm_limits_t *l) {
    return (struct size_limits){.min = l->min, .max = l->max == wasm_limits_max_default ? UINT64_MAX : l->max};
}

wasm_table_t *wasm_table_new(wasm_store_t *s, const wasm_tabletype_t *type, wasm_ref_t *init) {
    struct size_limits l = limits_of(wasm_tabletype_limits(type));
    u32 vt = vt_of_valkind(wasm_valtype_kind(wasm_tabletype_element(type)));
    struct group *g = s->closed || !vt_is_ref(vt) || l.min > l.max ? NULL : group_new(&s->vm->r);
    struct error e = {0};
    struct rt_table *t = g ? table_new(g, &l, vt, &e) : NULL;
    struct wasm_ref_t *r = NULL;
    u64 slot;
    if (t && slot_of_ref(s, &t->in, vt, init, &slot)) {
        for (u64 i = 0; i < l.min; i++)
            t->t.elem[i] = slot;
        r = ref_of_object(s, REF_TABLE, t);
    }
    if (g)
        group_unref(t ? t->in.group : g);
    return (wasm_table_t *)r;
}

wasm_tabletype_t *wasm_table_type(const wasm_table_t *x) {
    const struct rt_table *t = x->ref.of.table;
    return tabletype_of(t->t.vt, t->t.size, t->max);
}

wasm_ref_t *wasm_table_get(const wasm_table_t *x, wasm_table_size_t i) {
    const struct table *t = &x->ref.of.table->t;
    wasm_val_t v = {.kind = WASM_EXTERNREF};
    if (i < t->size)
        wasm_of_slot(x->ref.store, t->vt, &t->elem[i], &v);
    return v.of.ref;
}

bool wasm_table_set(wasm_table_t *x, wasm_table_size_t i, wasm_ref_t *ref) {
    struct rt_table *t = x->ref.of.table;
    u64 slot;
    collect_if_due(x->ref.store);
    if (i >= t->t.size || !slot_of_ref(x->ref.store, &t->in, t->t.vt, ref, &slot))
        return false;
    t->t.elem[i] = slot;
    return true;
}

wasm_table_size_t wasm_table_size(const wasm_table_t *x) {
    return (wasm_table_size_t)min64(x->ref.of.table->t.size, UINT32_MAX);
}

bool wasm_table_grow(wasm_table_t *x, wasm_table_size_t n, wasm_ref_t *init) {
    struct rt_table *t = x->ref.of.table;
    u64 slot;
    return slot_of_ref(x->ref.store, &t->in, t->t.vt, init, &slot) && table_grow(t, n, slot) != UINT64_MAX;
}

/* ---- memories ---- */

wasm_memory_t *wasm_memory_new(wasm_store_t *s, const wasm_memorytype_t *type) {
    struct size_limits l = limits_of(wasm_memorytype_limits(type));
    struct error e = {0};
    struct rt_memory *m = s->closed || l.min > l.max ? NULL : memory_new(&s->vm->r, &l, NULL, &e);
    struct wasm_ref_t *r = m ? ref_of_object(s, REF_MEMORY, m) : NULL;
    memory_unref(m);
    return (wasm_memory_t *)r;
}

wasm_memorytype_t *wasm_memory_type(const wasm_memory_t *x) {
    const struct rt_memory *m = x->ref.of.memory;
    return memorytype_of(memory_size(&m->m) / WASM_PAGE, m->max_pages);
}

byte_t *wasm_memory_data(wasm_memory_t *x) {
    return (byte_t *)x->ref.of.memory->m.base;
}
size_t wasm_memory_data_size(const wasm_memory_t *x) {
    return memory_size(&x->ref.of.memory->m);
}
wasm_memory_pages_t wasm_memory_size(const wasm_memory_t *x) {
    return (wasm_memory_pages_t)min64(memory_size(&x->ref.of.memory->m) / WASM_PAGE, UINT32_MAX);
}
bool wasm_memory_grow(wasm_memory_t *x, wasm_memory_pages_t n) {
    return memory_grow(x->ref.of.memory, n) != UINT64_MAX;
}
