/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* load.c - a file in, a module out; a C file is compiled on the way. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_c(const char *path) {
    size_t n = strlen(path);
    return n > 2 && !strcmp(path + n - 2, ".c");
}

struct svm_module *load_input(struct svm *vm, const char *path, const struct svm_load_options *o, int *status) {
    struct svm_load_options named = *o;
    struct svm_error err;
    struct svm_module *m;
    char *object;
    if (!is_c(path)) {
        m = svm_module_load_file(vm, path, o, &err);
    } else {
        object = compile_c(path, status);
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
