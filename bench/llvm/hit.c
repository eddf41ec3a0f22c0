/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hit.c - a program that was compiled before: from its file to where it can be called, by the cache on disk; beside it
 * the same code as a shared library, by the dynamic linker. Each in a process of its own. */
#define _GNU_SOURCE
#include "llvm.h"
#include "supervm/native.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct files {
    const char *object;
    char folder[64], library[96];
};

/* *load: milliseconds until its file was read. */
static struct svm_program *link_cached(const struct files *f, struct svm_module **m, double *load,
                                       struct svm_error *err) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_link_options o = SVM_LINK_INIT;
    struct svm *vm;
    double start = now_ns();
    c.cache = f->folder;
    o.engine = "llvm";
    o.verify = SVM_VERIFY_GUARDED;
    vm = svm_new(&c, err);
    *m = vm ? svm_module_load_file(vm, f->object, NULL, err) : NULL;
    *load = (now_ns() - start) / 1e6;
    return *m ? svm_program_link(*m, &o, err) : NULL;
}

/* Fills the cache, and writes the library. */
static bool prepare(const void *arg, struct taken *t) {
    const struct files *f = arg;
    struct svm_emit_options o = SVM_EMIT_INIT;
    struct svm_module *m;
    struct svm_error err;
    FILE *out = NULL;
    void *p;
    size_t len;
    bool good;
    o.kind = SVM_EMIT_SHARED;
    o.verify = SVM_VERIFY_GUARDED;
    if (!link_cached(f, &m, &t->left, &err) || svm_module_emit(m, &o, &p, &len, &err)) {
        fprintf(stderr, "bench: %s\n", err.text);
        return false;
    }
    good = (out = fopen(f->library, "wb")) && fwrite(p, 1, len, out) == len && !fclose(out);
    if (!good)
        fprintf(stderr, "bench: %s cannot be written\n", f->library);
    return good;
}

static bool hit(const void *arg, struct taken *t) {
    struct svm_error err;
    struct svm_module *m;
    double start = now_ns(), cpu = cpu_ns();
    bool good = link_cached(arg, &m, &t->left, &err);
    t->ms = (now_ns() - start) / 1e6;
    t->cpu_ms = (cpu_ns() - cpu) / 1e6;
    if (!good)
        fprintf(stderr, "bench: %s\n", err.text);
    return good;
}

static bool open_library(const void *arg, struct taken *t) {
    const struct files *f = arg;
    double start = now_ns(), cpu = cpu_ns();
    void *lib = dlopen(f->library, RTLD_NOW | RTLD_LOCAL), *at = lib ? dlsym(lib, "svm_native") : NULL;
    t->ms = (now_ns() - start) / 1e6;
    t->cpu_ms = (cpu_ns() - cpu) / 1e6;
    if (!at)
        fprintf(stderr, "bench: %s\n", dlerror());
    return at;
}

static void clean(const struct files *f) {
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", f->folder);
    if (system(command))
        fprintf(stderr, "bench: %s is left\n", f->folder);
}

bool bench_hit(struct report *r, const char *path) {
    struct files f = {.object = path, .folder = "/tmp/supervm-bench-XXXXXX"};
    struct taken first, h, d;
    bool good = mkdtemp(f.folder);
    snprintf(f.library, sizeof f.library, "%s/program.so", f.folder);
    good = good && in_child(prepare, &f, &first) && in_children(hit, &f, &h) && in_children(open_library, &f, &d);
    clean(&f);
    if (!good)
        return false;
    report(r, &(struct figure){
                  .name = "dlopen", .what = "dlopen of a compiled program, native", .unit = "ms", .value = d.ms});
    report(r, &(struct figure){
                  .name = "hit", .what = "the program from its file, out of the cache", .unit = "ms", .value = h.ms});
    report(r,
           &(struct figure){.name = "hit_load", .what = "    of that reading the file", .unit = "ms", .value = h.left});
    report(r, &(struct figure){
                  .name = "hit_more", .what = "    that is, more", .unit = "ms", .value = h.ms - d.ms, .most = 2});
    return true;
}
