/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* open.c - of an executable that holds a program: its command line, its runtime and its module. */
#include "alone/alone.h"
#include "abi/native.h"
#include <stdlib.h>
#include <string.h>

char **alone_arguments(int *argc, char **argv, int *n) {
    const char *p;
    char **all, **to;
    *n = 0;
    for (p = svm_alone_start; *p; p += strlen(p) + 1)
        ++*n;
    if (!(all = to = calloc((size_t)*n + (size_t)*argc + 1, sizeof *all)))
        return NULL;
    if (*argc)
        *to++ = argv[0];
    for (p = svm_alone_start; *p; p += strlen(p) + 1)
        *to++ = (char *)(uintptr_t)p;
    for (int i = 1; i < *argc; i++)
        *to++ = argv[i];
    *argc += *n;
    return all;
}

int alone_open(struct run *r, struct svm_config *c) {
    u32 flags = ((const struct native_head *)&svm_native)->flags;
    struct svm_error err;
    c->unsafe_no_checks = !(flags & NATIVE_CHECKS); /* which supervm compile was asked for by name */
    c->no_fuel = !(flags & NATIVE_FUEL);
    if (!(r->vm = svm_new(c, &err)) || !(r->module = svm_module_from_native(r->vm, &svm_native, &err)))
        return refuse("%s: %s", r->file, err.text);
    return EXIT_WELL;
}
