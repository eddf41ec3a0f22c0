/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* decode.h - what the files that decode sections share. */
#ifndef FRONT_WASM_DECODE_H
#define FRONT_WASM_DECODE_H
#include "base/buf.h"
#include "front/wasm/validate.h"

/* Each array of the module grows here and goes to the arena once it is whole; until then the
 * module points in here, so all indices can be checked at any time. */
struct decoder {
    struct wasm_module *m;
    struct bytes b;             /* the section being read */
    struct validator *v;        /* for constant expressions */
    struct buf type, pool, import, func, table, memory, global, tag, export, elem, data;
    u32 next_body;              /* defined functions whose body was met */
};

/* One more zeroed element at the end of array `field` of the module, or NULL: out of memory. */
#define PUSH(d, field)                                                                                                 \
    (((d)->m->field = decoder_push(d, &(d)->field, sizeof *(d)->m->field)) ? &(d)->m->field[(d)->m->n##field++] : NULL)
void *decoder_push(struct decoder *d, struct buf *b, size_t size);

/* The length of a vector, at most `most`, and at most what the bytes left can hold. */
u32 read_count(struct decoder *d, u32 have, u32 most, const char *what);
struct wasm_span read_name(struct decoder *d);
struct wasm_span read_const(struct decoder *d, u32 type); /* a constant expression of that type */
u32 read_func_type(struct decoder *d);                    /* index of a function type, made canonical */

void read_types(struct decoder *d);     /* rectypes.c */
void read_imports(struct decoder *d);   /* entities.c */
void read_funcs(struct decoder *d);
void read_tables(struct decoder *d);
void read_memories(struct decoder *d);
void read_globals(struct decoder *d);
void read_tags(struct decoder *d);
void read_exports(struct decoder *d);   /* exports.c */
void read_elems(struct decoder *d);     /* segments.c */
void read_datas(struct decoder *d);

#endif
