/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_c_module.c - modules of wasm.h: a module and its code, made once, shared by stores; what it imports and exports;
 * as a .svm file. */
#include "api/wasm_c.h"
#include <stdlib.h>

/* Bytes that only front may take: text and object files are no WebAssembly. */
static struct svm_module *load(struct wasm_store_t *s, const wasm_byte_vec_t *bytes, const char *front) {
    struct svm_load_options o = SVM_LOAD_INIT;
    o.front = front;
    return s->closed ? NULL : svm_module_load(s->vm, bytes->data, bytes->size, &o, NULL);
}

/* Takes both; either may be NULL. */
static wasm_module_t *module_of(struct wasm_store_t *s, struct svm_module *m, struct svm_program *p) {
    struct wasm_module_t *x = m && p ? ref_new(s, REF_MODULE, sizeof *x) : NULL;
    if (x) {
        x->s = (struct wasm_shared_module_t){m, p};
    } else {
        svm_program_free(p);
        svm_module_free(m);
    }
    return x;
}

wasm_module_t *wasm_module_new(wasm_store_t *s, const wasm_byte_vec_t *binary) {
    struct svm_module *m = load(s, binary, "wasm");
    return module_of(s, m, m ? svm_program_link(m, NULL, NULL) : NULL);
}

bool wasm_module_validate(wasm_store_t *s, const wasm_byte_vec_t *binary) {
    struct svm_module *m = load(s, binary, "wasm");
    svm_module_free(m);
    return m != NULL;
}

void wasm_module_serialize(const wasm_module_t *m, wasm_byte_vec_t *out) {
    void *bytes = NULL;
    size_t n = 0;
    wasm_byte_vec_new_empty(out);
    if (svm_module_save_memory(m->s.m, &bytes, &n, NULL))
        return;
    wasm_byte_vec_new(out, n, bytes);
    free(bytes);
}

wasm_module_t *wasm_module_deserialize(wasm_store_t *s, const wasm_byte_vec_t *bytes) {
    struct svm_module *m = load(s, bytes, "svm");
    return module_of(s, m, m ? svm_program_link(m, NULL, NULL) : NULL);
}

wasm_shared_module_t *wasm_module_share(const wasm_module_t *m) {
    struct wasm_shared_module_t *x = malloc(sizeof *x);
    if (x) {
        *x = m->s;
        module_ref(x->m);
        program_ref(&x->p->p);
    }
    return x;
}

wasm_module_t *wasm_module_obtain(wasm_store_t *s, const wasm_shared_module_t *x) {
    if (s->closed || x->m->vm != s->vm)
        return NULL;
    module_ref(x->m);
    program_ref(&x->p->p);
    return module_of(s, x->m, x->p);
}

void wasm_shared_module_delete(wasm_shared_module_t *x) {
    if (!x)
        return;
    svm_program_free(x->p);
    svm_module_free(x->m);
    free(x);
}

void wasm_module_imports(const wasm_module_t *x, wasm_importtype_vec_t *out) {
    const struct module *m = &x->s.m->m;
    wasm_importtype_vec_new_uninitialized(out, m->next);
    for (size_t i = 0; i < out->size; i++) {
        wasm_name_t space, name;
        wasm_byte_vec_new(&space, m->ext[i].space.n, m->ext[i].space.p);
        wasm_byte_vec_new(&name, m->ext[i].name.n, m->ext[i].name.p);
        out->data[i] = wasm_importtype_new(&space, &name, externtype_of_entity(m, &m->ext[i]));
    }
}

void wasm_module_exports(const wasm_module_t *x, wasm_exporttype_vec_t *out) {
    const struct module *m = &x->s.m->m;
    wasm_exporttype_vec_new_uninitialized(out, m->nexport);
    for (size_t i = 0; i < out->size; i++) {
        wasm_name_t name;
        wasm_byte_vec_new(&name, m->export[i].name.n, m->export[i].name.p);
        out->data[i] = wasm_exporttype_new(&name, externtype_of_entity(m, &m->export[i]));
    }
}
