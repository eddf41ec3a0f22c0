/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* start.h - figures of how fast things begin, each with its bar. */
#ifndef BENCH_START_H
#define BENCH_START_H
#include "../median.h"
#include "supervm/supervm.h"
#include <stdio.h>

struct figure {
    const char *name, *what, *unit;
    double value, most, least; /* bars; 0: none */
};
struct report {
    struct figure figure[32];
    unsigned n, bars, met;
};
void report(struct report *r, const struct figure *f); /* prints it too */
bool report_json(const struct report *r, const char *path);
bool read_file(const char *path, uint8_t **p, size_t *len); /* of 9 bytes and more; false: said why */
double now_ns(void);
double cpu_ns(void); /* of all threads of this process */

/* spawn.c: the whole process. False: it cannot run, and said why. */
bool bench_process(struct report *r, const char *supervm, const char *wasm);

/* An executable that supervm compile has made. */
bool bench_alone(struct report *r, const char *path);

/* The same of a module of 66 MB, the size of clang, beside what loading it takes. p: the module that is grown. */
bool bench_large(struct report *r, struct svm *vm, const char *supervm, const uint8_t *p, size_t len);

struct grown { /* grow.c: a module with the functions of another, many times over */
    uint8_t *p;
    size_t len, code; /* bytes of its code section */
};
bool grow_module(const uint8_t *p, size_t len, size_t code, bool held, struct grown *g);
#endif
