/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* load.c - a file in, a module out; a C file, or WebAssembly text, is compiled on the way. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool ends_with(const char *path, const char *end) {
    size_t n = strlen(path), k = strlen(end);
    return n > k && !strcmp(path + n - k, end);
}

struct svm_module *load_input(struct svm *vm, const char *path, const struct svm_load_options *o, int *status) {
    struct svm_load_options named = *o;
    struct svm_error err;
    struct svm_module *m;
    char *object;
    bool wat = ends_with(path, ".wat");
    if (!wat && !ends_with(path, ".c")) {
        m = svm_module_load_file(vm, path, o, &err);
    } else {
        object = wat ? compile_wat(path, status) : compile_c(path, status);
        if (!object)
            return NULL;
        named.name = path;
        m = svm_module_load_file(vm, object, &named, &err);
        unlink(object);
        free(object);
    }
    if (!m)
        *status = refuse("%s", err.text);
    return m;
}
