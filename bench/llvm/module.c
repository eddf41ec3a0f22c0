/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* module.c - a large WebAssembly module compiled by one thread and by as many as there are processors: time, and the
 * memory of the whole process. A small module is grown to 10 MB of code (--mb), all of whose functions are compiled; of
 * that one a tenth tells what threads gain. At level 1, which somebody waits for, and without fuel, as "supervm run" has
 * WebAssembly. */
#include "llvm.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MB = 1000 * 1000 };

struct work {
    const uint8_t *p;
    size_t len;
    unsigned threads;
};

static bool compile(const void *arg, struct taken *t) {
    const struct work *w = arg;
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_link_options o = SVM_LINK_INIT;
    struct svm_error err;
    struct svm *vm;
    struct svm_module *m;
    double start, cpu;
    c.cache = "";
    c.level = 1;
    c.no_fuel = true;
    c.eager = w->threads;
    o.engine = "llvm";
    vm = svm_new(&c, &err);
    m = vm ? svm_module_load(vm, w->p, w->len, NULL, &err) : NULL;
    start = now_ns();
    cpu = cpu_ns();
    if (!m || !svm_program_link(m, &o, &err)) {
        fprintf(stderr, "bench: %s\n", err.text);
        return false;
    }
    t->ms = (now_ns() - start) / 1e6;
    t->cpu_ms = (cpu_ns() - cpu) / 1e6;
    return true;
}

static bool measure(const struct grown *g, unsigned threads, struct taken *t) {
    struct work w = {g->p, g->len, threads};
    return in_child(compile, &w, t);
}

bool bench_module(struct report *r, const char *path, unsigned mb) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned all = cores > 1 ? (unsigned)cores : 1;
    struct grown whole = {0}, tenth = {0};
    struct taken one, several, t;
    uint8_t *p = NULL;
    static char small[64], large[64]; /* the report keeps them */
    size_t len;
    bool good = read_file(path, &p, &len) && grow_module(p, len, (size_t)mb * MB, true, &whole) &&
                grow_module(p, len, (size_t)mb * MB / 10, true, &tenth);
    if (!good)
        fprintf(stderr, "bench: %s: not a module that can be grown\n", path);
    good = good && measure(&tenth, 1, &one) && measure(&tenth, all, &several) && measure(&whole, all, &t);
    free(p);
    free(whole.p);
    free(tenth.p);
    if (!good)
        return false;
    snprintf(small, sizeof small, "%.1f MB of WebAssembly, level 1, one thread", mb / 10.0);
    snprintf(large, sizeof large, "%u MB of WebAssembly, level 1, %u threads", mb, all);
    report(r, &(struct figure){.name = "module_1", .what = small, .unit = "s", .value = one.ms / 1e3});
    report(r, &(struct figure){.name = "module_all",
                               .what = "    a thread for each processor",
                               .unit = "s",
                               .value = several.ms / 1e3});
    report(r,
           &(struct figure){
               .name = "module_gain", .what = "    that is, times as fast", .unit = "x", .value = one.ms / several.ms});
    report(r, &(struct figure){.name = "module_large", .what = large, .unit = "s", .value = t.ms / 1e3});
    report(r, &(struct figure){
                  .name = "module_cpu", .what = "    of all processors", .unit = "s", .value = t.cpu_ms / 1e3});
    report(r, &(struct figure){
                  .name = "module_peak", .what = "    the process's memory at most", .unit = "MB", .value = t.peak_mb});
    return true;
}
