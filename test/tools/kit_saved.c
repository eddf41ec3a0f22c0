/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_saved.c - a module in, saved, loaded again: as bytecode, or as native code. */
#include "kit_saved.h"
#include "supervm/native.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool is_ahead(const char *engine) {
    return engine && (!strcmp(engine, "ahead") || !strcmp(engine, "ahead-object"));
}

/* The object's bytes are loaded as they are: no linker, no file. */
static struct svm_module *object_module(struct svm *vm, struct svm_module *m, struct svm_emit_options *o,
                                        struct svm_error *err) {
    struct svm_module *again = NULL;
    void *p = NULL;
    size_t n;
    o->kind = SVM_EMIT_OBJECT;
    o->name = "test";
    if (!svm_module_emit(m, o, &p, &n, err))
        again = svm_module_load_native(vm, p, n, err);
    free(p);
    svm_module_free(m);
    return again;
}

struct svm_module *ahead_module(struct svm *vm, struct svm_module *m, const char *engine, struct svm_link_options *link,
                                struct svm_error *err) {
    struct svm_emit_options o = SVM_EMIT_INIT;
    char name[] = "/tmp/supervm-ahead-XXXXXX";
    struct svm_module *again = NULL;
    void *p = NULL;
    size_t n;
    int fd;

    o.kind = SVM_EMIT_SHARED;
    o.level = 1;
    if (link) {
        o.verify = link->verify;
        o.set = link->set;
        o.context = link->context;
        link->verify = SVM_VERIFY_NONE;
        link->set = NULL;
    }
    if (strcmp(engine, "ahead") != 0)
        return object_module(vm, m, &o, err);
    fd = mkstemp(name);
    if (!svm_module_emit(m, &o, &p, &n, err)) {
        if (fd >= 0 && write(fd, p, n) == (ssize_t)n)
            again = svm_module_open_native(vm, name, err);
        else
            snprintf(err->text, sizeof err->text, "%s cannot be written", name);
    }
    if (fd >= 0)
        close(fd);
    unlink(name);
    free(p);
    svm_module_free(m);
    return again;
}

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
