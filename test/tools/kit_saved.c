/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_saved.c - a module in, saved, loaded again. */
#include "kit_saved.h"
#include <stdlib.h>

struct svm_module *saved_module(struct svm *vm, struct svm_module *m, struct svm_error *err) {
    struct svm_load_options o = SVM_LOAD_INIT;
    struct svm_module *again = NULL;
    void *p = NULL;
    size_t n;

    o.front = "svm";
    if (!svm_module_save_memory(m, &p, &n, err))
        again = svm_module_load(vm, p, n, &o, err);
    free(p);
    svm_module_free(m);
    return again;
}
