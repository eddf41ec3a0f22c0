/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* linker.h - what making an instance asks of a linker. */
#ifndef API_LINKER_H
#define API_LINKER_H
#include "api/api.h"

enum { MAX_VALUES = 1000 }; /* parameters of a host function, and results */
struct svm_linker {
    struct svm *vm;
    struct hosts *hosts;
    struct name *row;
    u32 n;
    bool stub;        /* functions that are not there trap when they are called */
    u32 *table, mask; /* by hash of the name: 1 + index in row[], 0: free; twice as many as rows, or more */
    u64 seed;
    struct wasi *wasi; /* whose functions come when an import names them; NULL: none */
};

/* x[i] := what import i of p is, for all of them, or says which are not there or do not fit. l may be NULL. */
int linker_resolve(const struct svm_linker *l, struct program *p, struct extern_ *x, struct error *e);
/* Its host functions, with a reference for the caller; NULL: none. */
const struct rtype *type_of_kinds(struct svm *vm, const struct svm_functype *t, int *rc); /* NULL: *rc says why */
struct hosts *linker_hosts(const struct svm_linker *l);

/* Defines a function of the host's own. Replaces what has the name. */
int linker_host_func(struct svm_linker *l, const char *space, const char *name, const struct svm_functype *type,
                     host_func *how, const struct host_func *what);
bool linker_has(const struct svm_linker *l, const char *space, const char *name);
struct svm *linker_vm(const struct svm_linker *l);
int linker_keep_wasi(struct svm_linker *l, struct wasi *w); /* until no instance has a function of l any more */
/* wasi.c: defines that function, if WASI has one of the name. */
bool linker_wasi_define(struct svm_linker *l, struct wasi *w, const struct str *space, const struct str *name);

#endif
