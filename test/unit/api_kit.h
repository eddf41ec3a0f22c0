/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* api_kit.h - for tests of the public API: assembly text in, something that runs out. */
#ifndef TEST_UNIT_API_KIT_H
#define TEST_UNIT_API_KIT_H
#include "supervm/supervm.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

struct kit {
    struct svm *vm;
    struct svm_module *m;
    struct svm_program *p;
    struct svm_instance *in;
    struct svm_error err;
};

static inline struct svm_module *kit_load(struct svm *vm, const char *text, struct svm_error *err) {
    struct svm_load_options o = SVM_LOAD_INIT;
    o.front = "asm";
    o.name = "test.asm";
    return svm_module_load(vm, text, strlen(text), &o, err);
}

/* Links and makes an instance of k->vm (a default one where there is none). */
static inline void kit_open(struct kit *k, const char *text) {
    if (!k->vm)
        k->vm = svm_new(NULL, &k->err);
    if (!k->vm || !(k->m = kit_load(k->vm, text, &k->err)) || !(k->p = svm_program_link(k->m, NULL, &k->err)) ||
        !(k->in = svm_instance_new(k->p, &k->err)))
        fail_msg("%s", k->err.text);
}

static inline void kit_close(struct kit *k) {
    svm_instance_free(k->in);
    svm_program_free(k->p);
    svm_module_free(k->m);
    svm_free(k->vm);
    memset(k, 0, sizeof *k);
}

/* An object of examples/bpf, compiled by the build; NULL where there is none (no clang for BPF). */
static inline struct svm_module *kit_object(struct svm *vm, const char *name, struct svm_error *err) {
    const char *build = getenv("SVM_BUILD");
    char path[512];
    snprintf(path, sizeof path, "%s/bpf/%s.bpf.o", build ? build : "build", name);
    return svm_module_load_file(vm, path, NULL, err);
}

/* C for eBPF, with examples/bpf/bpf.h, compiled here and now; NULL: no clang for BPF (err->code 0), or a refusal. */
static inline struct svm_module *kit_c(struct svm *vm, const char *text, struct svm_error *err) {
    const char *clang = getenv("SVM_CLANG");
    char source[] = "/tmp/svm_kit_XXXXXX.c", object[] = "/tmp/svm_kit_XXXXXX.o", command[1024];
    int in = mkstemps(source, 2), out = mkstemps(object, 2), rc = -1;
    struct svm_module *m = NULL;
    memset(err, 0, sizeof *err);
    if (in >= 0 && out >= 0 && write(in, text, strlen(text)) == (ssize_t)strlen(text)) {
        snprintf(command, sizeof command, "%s -O2 -g -target bpf -mcpu=v3 -I%s/../examples/bpf -c %s -o %s",
                 clang && *clang ? clang : "clang-19", TEST_DIR, source, object);
        rc = system(command);
        if (rc && WEXITSTATUS(rc) != 127)
            snprintf(err->text, sizeof err->text, "the program does not compile"), err->code = SVM_EFORMAT;
    }
    if (rc == 0)
        m = svm_module_load_file(vm, object, NULL, err);
    close(in);
    close(out);
    unlink(source);
    unlink(object);
    return m;
}

#endif
