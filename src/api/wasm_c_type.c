/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_c_type.c - types of wasm.h: plain values that own their parts; made by the host, or from a module's tables. */
#include "api/wasm_c.h"
#include <stdlib.h>
#include <string.h>

struct wasm_valtype_t {
    u8 kind;
};
struct wasm_externtype_t {
    u8 kind; /* WASM_EXTERN_*: which of the following it is the head of */
};
struct wasm_functype_t {
    struct wasm_externtype_t head;
    wasm_valtype_vec_t params, results;
};
struct wasm_globaltype_t {
    struct wasm_externtype_t head;
    wasm_valtype_t *content;
    u8 mutability;
};
struct wasm_tabletype_t {
    struct wasm_externtype_t head;
    wasm_valtype_t *element;
    wasm_limits_t limits;
};
struct wasm_memorytype_t {
    struct wasm_externtype_t head;
    wasm_limits_t limits;
};
struct wasm_importtype_t {
    wasm_name_t module, name;
    wasm_externtype_t *type;
};
struct wasm_exporttype_t {
    wasm_name_t name;
    wasm_externtype_t *type;
};

/* ---- values ---- */

static wasm_valtype_t *valtype_any(u8 kind) {
    struct wasm_valtype_t *t = malloc(sizeof *t);
    if (t)
        t->kind = kind;
    return t;
}

wasm_valtype_t *wasm_valtype_new(wasm_valkind_t kind) {
    return vt_of_valkind(kind) ? valtype_any(kind) : NULL;
}
wasm_valkind_t wasm_valtype_kind(const wasm_valtype_t *t) {
    return t->kind;
}
wasm_valtype_t *wasm_valtype_copy(const wasm_valtype_t *t) {
    return t ? valtype_any(t->kind) : NULL;
}
void wasm_valtype_delete(wasm_valtype_t *t) {
    free(t);
}

/* ---- functions ---- */

wasm_functype_t *wasm_functype_new(wasm_valtype_vec_t *params, wasm_valtype_vec_t *results) {
    struct wasm_functype_t *t = malloc(sizeof *t);
    if (t) {
        *t = (struct wasm_functype_t){{WASM_EXTERN_FUNC}, *params, *results};
    } else {
        wasm_valtype_vec_delete(params);
        wasm_valtype_vec_delete(results);
    }
    return t;
}
const wasm_valtype_vec_t *wasm_functype_params(const wasm_functype_t *t) {
    return &t->params;
}
const wasm_valtype_vec_t *wasm_functype_results(const wasm_functype_t *t) {
    return &t->results;
}
wasm_functype_t *wasm_functype_copy(const wasm_functype_t *t) {
    wasm_valtype_vec_t params, results;
    if (!t)
        return NULL;
    wasm_valtype_vec_copy(&params, &t->params);
    wasm_valtype_vec_copy(&results, &t->results);
    return wasm_functype_new(&params, &results);
}
void wasm_functype_delete(wasm_functype_t *t) {
    if (!t)
        return;
    wasm_valtype_vec_delete(&t->params);
    wasm_valtype_vec_delete(&t->results);
    free(t);
}

static void valtypes_of(wasm_valtype_vec_t *out, const u32 *vt, u32 n) {
    wasm_valtype_vec_new_uninitialized(out, n);
    for (size_t i = 0; i < out->size; i++)
        out->data[i] = valtype_any(valkind_of_vt(vt[i]));
}

wasm_functype_t *functype_of(const u32 *vt, u32 nparam, u32 nresult) {
    wasm_valtype_vec_t params, results;
    valtypes_of(&params, vt, nparam);
    valtypes_of(&results, vt + nparam, nresult);
    return wasm_functype_new(&params, &results);
}

/* ---- globals ---- */

wasm_globaltype_t *wasm_globaltype_new(wasm_valtype_t *content, wasm_mutability_t mutability) {
    struct wasm_globaltype_t *t = content ? malloc(sizeof *t) : NULL;
    if (t)
        *t = (struct wasm_globaltype_t){{WASM_EXTERN_GLOBAL}, content, mutability};
    else
        wasm_valtype_delete(content);
    return t;
}
const wasm_valtype_t *wasm_globaltype_content(const wasm_globaltype_t *t) {
    return t->content;
}
wasm_mutability_t wasm_globaltype_mutability(const wasm_globaltype_t *t) {
    return t->mutability;
}
wasm_globaltype_t *wasm_globaltype_copy(const wasm_globaltype_t *t) {
    return t ? wasm_globaltype_new(wasm_valtype_copy(t->content), t->mutability) : NULL;
}
void wasm_globaltype_delete(wasm_globaltype_t *t) {
    if (t)
        wasm_valtype_delete(t->content);
    free(t);
}
wasm_globaltype_t *globaltype_of(u32 vt, bool mutable) {
    return wasm_globaltype_new(valtype_any(valkind_of_vt(vt)), mutable ? WASM_VAR : WASM_CONST);
}

/* ---- tables and memories ---- */

/* 64-bit ones may be larger than the standard can say. */
static wasm_limits_t limits_of(u64 min, u64 max) {
    return (wasm_limits_t){(u32)min64(min, wasm_limits_max_default), (u32)min64(max, wasm_limits_max_default)};
}

wasm_tabletype_t *wasm_tabletype_new(wasm_valtype_t *element, const wasm_limits_t *limits) {
    struct wasm_tabletype_t *t = element ? malloc(sizeof *t) : NULL;
    if (t)
        *t = (struct wasm_tabletype_t){{WASM_EXTERN_TABLE}, element, *limits};
    else
        wasm_valtype_delete(element);
    return t;
}
const wasm_valtype_t *wasm_tabletype_element(const wasm_tabletype_t *t) {
    return t->element;
}
const wasm_limits_t *wasm_tabletype_limits(const wasm_tabletype_t *t) {
    return &t->limits;
}
wasm_tabletype_t *wasm_tabletype_copy(const wasm_tabletype_t *t) {
    return t ? wasm_tabletype_new(wasm_valtype_copy(t->element), &t->limits) : NULL;
}
void wasm_tabletype_delete(wasm_tabletype_t *t) {
    if (t)
        wasm_valtype_delete(t->element);
    free(t);
}
wasm_tabletype_t *tabletype_of(u32 vt, u64 min, u64 max) {
    wasm_limits_t l = limits_of(min, max);
    return wasm_tabletype_new(valtype_any(valkind_of_vt(vt)), &l);
}

wasm_memorytype_t *wasm_memorytype_new(const wasm_limits_t *limits) {
    struct wasm_memorytype_t *t = malloc(sizeof *t);
    if (t)
        *t = (struct wasm_memorytype_t){{WASM_EXTERN_MEMORY}, *limits};
    return t;
}
const wasm_limits_t *wasm_memorytype_limits(const wasm_memorytype_t *t) {
    return &t->limits;
}
wasm_memorytype_t *wasm_memorytype_copy(const wasm_memorytype_t *t) {
    return t ? wasm_memorytype_new(&t->limits) : NULL;
}
void wasm_memorytype_delete(wasm_memorytype_t *t) {
    free(t);
}
wasm_memorytype_t *memorytype_of(u64 min, u64 max) {
    wasm_limits_t l = limits_of(min, max);
    return wasm_memorytype_new(&l);
}

/* ---- all of these ---- */

wasm_externkind_t wasm_externtype_kind(const wasm_externtype_t *t) {
    return t->kind;
}

wasm_externtype_t *tagtype_new(void) {
    struct wasm_externtype_t *t = malloc(sizeof *t);
    if (t)
        t->kind = WASM_EXTERN_OTHER;
    return t;
}

wasm_externtype_t *wasm_externtype_copy(const wasm_externtype_t *t) {
    if (!t)
        return NULL;
    switch (t->kind) {
    case WASM_EXTERN_FUNC: return (wasm_externtype_t *)wasm_functype_copy((const wasm_functype_t *)t);
    case WASM_EXTERN_GLOBAL: return (wasm_externtype_t *)wasm_globaltype_copy((const wasm_globaltype_t *)t);
    case WASM_EXTERN_TABLE: return (wasm_externtype_t *)wasm_tabletype_copy((const wasm_tabletype_t *)t);
    case WASM_EXTERN_MEMORY: return (wasm_externtype_t *)wasm_memorytype_copy((const wasm_memorytype_t *)t);
    }
    return tagtype_new();
}

void wasm_externtype_delete(wasm_externtype_t *t) {
    if (!t)
        return;
    switch (t->kind) {
    case WASM_EXTERN_FUNC: wasm_functype_delete((wasm_functype_t *)t); return;
    case WASM_EXTERN_GLOBAL: wasm_globaltype_delete((wasm_globaltype_t *)t); return;
    case WASM_EXTERN_TABLE: wasm_tabletype_delete((wasm_tabletype_t *)t); return;
    case WASM_EXTERN_MEMORY: wasm_memorytype_delete((wasm_memorytype_t *)t); return;
    }
    free(t);
}

#define VIEWS(name, KIND)                                                                                              \
    wasm_externtype_t *wasm_##name##_as_externtype(wasm_##name##_t *t) {                                               \
        return (wasm_externtype_t *)t;                                                                                 \
    }                                                                                                                  \
    const wasm_externtype_t *wasm_##name##_as_externtype_const(const wasm_##name##_t *t) {                             \
        return (const wasm_externtype_t *)t;                                                                           \
    }                                                                                                                  \
    wasm_##name##_t *wasm_externtype_as_##name(wasm_externtype_t *t) {                                                 \
        return t && t->kind == (KIND) ? (wasm_##name##_t *)t : NULL;                                                   \
    }                                                                                                                  \
    const wasm_##name##_t *wasm_externtype_as_##name##_const(const wasm_externtype_t *t) {                             \
        return t && t->kind == (KIND) ? (const wasm_##name##_t *)t : NULL;                                             \
    }
VIEWS(functype, WASM_EXTERN_FUNC)
VIEWS(globaltype, WASM_EXTERN_GLOBAL)
VIEWS(tabletype, WASM_EXTERN_TABLE)
VIEWS(memorytype, WASM_EXTERN_MEMORY)

wasm_externtype_t *externtype_of_entity(const struct module *m, const struct entity *x) {
    const struct deftype *d;
    switch ((enum entity_kind)x->kind) {
    case ENTITY_FUNC:
        d = &m->type[m->func[x->index].type];
        return (wasm_externtype_t *)functype_of(d->vt, d->nparam, d->nresult);
    case ENTITY_GLOBAL: return (wasm_externtype_t *)globaltype_of(m->global[x->index].vt, m->global[x->index].mutable);
    case ENTITY_TABLE:
        return (wasm_externtype_t *)tabletype_of(m->table[x->index].vt, m->table[x->index].lim.min,
                                                 m->table[x->index].lim.max);
    case ENTITY_MEMORY:
        return (wasm_externtype_t *)memorytype_of(m->memory[x->index].lim.min, m->memory[x->index].lim.max);
    case ENTITY_TAG: break;
    }
    return tagtype_new();
}

/* ---- imports and exports ---- */

wasm_importtype_t *wasm_importtype_new(wasm_name_t *module, wasm_name_t *name, wasm_externtype_t *type) {
    struct wasm_importtype_t *t = malloc(sizeof *t);
    if (t) {
        *t = (struct wasm_importtype_t){*module, *name, type};
    } else {
        wasm_byte_vec_delete(module);
        wasm_byte_vec_delete(name);
        wasm_externtype_delete(type);
    }
    return t;
}
const wasm_name_t *wasm_importtype_module(const wasm_importtype_t *t) {
    return &t->module;
}
const wasm_name_t *wasm_importtype_name(const wasm_importtype_t *t) {
    return &t->name;
}
const wasm_externtype_t *wasm_importtype_type(const wasm_importtype_t *t) {
    return t->type;
}
wasm_importtype_t *wasm_importtype_copy(const wasm_importtype_t *t) {
    wasm_name_t module, name;
    if (!t)
        return NULL;
    wasm_byte_vec_copy(&module, &t->module);
    wasm_byte_vec_copy(&name, &t->name);
    return wasm_importtype_new(&module, &name, wasm_externtype_copy(t->type));
}
void wasm_importtype_delete(wasm_importtype_t *t) {
    if (!t)
        return;
    wasm_byte_vec_delete(&t->module);
    wasm_byte_vec_delete(&t->name);
    wasm_externtype_delete(t->type);
    free(t);
}

wasm_exporttype_t *wasm_exporttype_new(wasm_name_t *name, wasm_externtype_t *type) {
    struct wasm_exporttype_t *t = malloc(sizeof *t);
    if (t) {
        *t = (struct wasm_exporttype_t){*name, type};
    } else {
        wasm_byte_vec_delete(name);
        wasm_externtype_delete(type);
    }
    return t;
}
const wasm_name_t *wasm_exporttype_name(const wasm_exporttype_t *t) {
    return &t->name;
}
const wasm_externtype_t *wasm_exporttype_type(const wasm_exporttype_t *t) {
    return t->type;
}
wasm_exporttype_t *wasm_exporttype_copy(const wasm_exporttype_t *t) {
    wasm_name_t name;
    if (!t)
        return NULL;
    wasm_byte_vec_copy(&name, &t->name);
    return wasm_exporttype_new(&name, wasm_externtype_copy(t->type));
}
void wasm_exporttype_delete(wasm_exporttype_t *t) {
    if (!t)
        return;
    wasm_byte_vec_delete(&t->name);
    wasm_externtype_delete(t->type);
    free(t);
}
