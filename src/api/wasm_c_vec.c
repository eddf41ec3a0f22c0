/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_c_vec.c - vectors of wasm.h. */
#include "wasm.h"
#include <stdlib.h>

/* An array of n zeroed elements; NULL, 0: none, or out of memory. */
static void *elements(size_t *n, size_t size) {
    void *p = *n ? calloc(*n, size) : NULL;
    if (!p)
        *n = 0;
    return p;
}

#define VEC(name, star, COPY, DELETE)                                                                                  \
    void wasm_##name##_vec_new_empty(wasm_##name##_vec_t *out) {                                                       \
        out->size = 0;                                                                                                 \
        out->data = NULL;                                                                                              \
    }                                                                                                                  \
    void wasm_##name##_vec_new_uninitialized(wasm_##name##_vec_t *out, size_t size) {                                  \
        out->size = size;                                                                                              \
        out->data = elements(&out->size, sizeof *out->data);                                                           \
    }                                                                                                                  \
    void wasm_##name##_vec_new(wasm_##name##_vec_t *out, size_t size, wasm_##name##_t star const data[]) {             \
        wasm_##name##_vec_new_uninitialized(out, size);                                                                \
        if (data && out->size)                                                                                         \
            memcpy(out->data, data, size * sizeof *data);                                                              \
        for (size_t i = 0; data && i < size && !out->size; i++) { /* what it took goes */                              \
            wasm_##name##_t star x = data[i];                                                                          \
            DELETE(name, x);                                                                                           \
        }                                                                                                              \
    }                                                                                                                  \
    void wasm_##name##_vec_copy(wasm_##name##_vec_t *out, const wasm_##name##_vec_t *from) {                           \
        wasm_##name##_vec_new_uninitialized(out, from->size);                                                          \
        for (size_t i = 0; i < out->size; i++)                                                                         \
            COPY(name, out->data[i], from->data[i]);                                                                   \
    }                                                                                                                  \
    void wasm_##name##_vec_delete(wasm_##name##_vec_t *v) {                                                            \
        for (size_t i = 0; i < v->size; i++)                                                                           \
            DELETE(name, v->data[i]);                                                                                  \
        free(v->data);                                                                                                 \
        wasm_##name##_vec_new_empty(v);                                                                                \
    }

#define COPY_PLAIN(name, to, from)  (to) = (from)
#define COPY_VAL(name, to, from)    wasm_##name##_copy(&(to), &(from))
#define COPY_OBJECT(name, to, from) (to) = (from) ? wasm_##name##_copy(from) : NULL
#define DELETE_PLAIN(name, x)       (void)(x)
#define DELETE_VAL(name, x)         wasm_##name##_delete(&(x))
#define DELETE_OBJECT(name, x)      wasm_##name##_delete(x)

VEC(byte, , COPY_PLAIN, DELETE_PLAIN)
VEC(val, , COPY_VAL, DELETE_VAL)
VEC(valtype, *, COPY_OBJECT, DELETE_OBJECT)
VEC(functype, *, COPY_OBJECT, DELETE_OBJECT)
VEC(globaltype, *, COPY_OBJECT, DELETE_OBJECT)
VEC(tabletype, *, COPY_OBJECT, DELETE_OBJECT)
VEC(memorytype, *, COPY_OBJECT, DELETE_OBJECT)
VEC(externtype, *, COPY_OBJECT, DELETE_OBJECT)
VEC(importtype, *, COPY_OBJECT, DELETE_OBJECT)
VEC(exporttype, *, COPY_OBJECT, DELETE_OBJECT)
VEC(frame, *, COPY_OBJECT, DELETE_OBJECT)
VEC(extern, *, COPY_OBJECT, DELETE_OBJECT)
