/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuzz_svm.c - .svm files: load, validate, print, blocks, liveness. What is valid must be written again, be
 * taken again, and then be written as the same bytes; and it is run, with little fuel: code that no front end would
 * make must be as harmless as any. */
#include "front/front.h"
#include "front/svm/io.h"
#include "ir/cfg.h"
#include "ir/live.h"
#include "ir/text.h"
#include "supervm/supervm.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct load_options options = {.name = "fuzz.svm", .limits = {.memory = 64 << 20}};

static bool load(struct module *m, const u8 *p, size_t n) {
    struct limits lim = limits_or_default(&options.limits);
    struct error e = {0};
    *m = (struct module){.arena.limit = 64 << 20};
    return !front_svm.load(m, p, n, &options, &e) && !validate(m, &lim, &e);
}

static void look_at(const struct module *m, const struct func *f, struct buf *text) {
    struct arena a = {.limit = 64 << 20};
    struct error e = {0};
    struct cfg c;
    struct live l;
    buf_clear(text);
    if (f->typed)
        print_signature(text, m, f->type);
    for (u32 pc = 0; pc < f->nslot; pc++)
        isa_print(text, &f->code[pc], pc, NULL);
    if (!f->imported && !cfg_build(&c, f, &a, &e))
        live_build(&l, f, &c, &a, &e);
    arena_drop(&a);
}

/* Each function that the file exports, and each program of it, with zeros. */
static void run(const u8 *p, size_t n) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_load_options o = SVM_LOAD_INIT;
    struct svm_val arg[8], result[8];
    struct svm_result r = {0};
    struct svm_input in = {.kind = SVM_KIND_RAW};
    struct svm_prog_info info;
    struct svm_instance *i = NULL;
    struct svm_program *prog;
    struct svm_module *m;
    struct svm *vm;
    c.budget = 20000;
    c.max_calls = 200;
    c.max_map_memory = c.max_module_memory = 64 << 20;
    o.front = "svm";
    vm = svm_new(&c, NULL);
    m = vm ? svm_module_load(vm, p, n, &o, NULL) : NULL;
    prog = m ? svm_program_link(m, NULL, NULL) : NULL;
    if (prog)
        i = svm_instance_new(prog, NULL);
    for (size_t k = 0; i && k < 16; k++) {
        const struct svm_func *f = svm_instance_func_at(i, k);
        size_t na = 0, nr = 0;
        while (f && na < COUNT(arg) && svm_func_kind(f, false, na)) {
            arg[na] = (struct svm_val){.kind = (uint8_t)svm_func_kind(f, false, na)};
            na++;
        }
        while (f && nr < COUNT(result) && svm_func_kind(f, true, nr))
            nr++;
        if (f)
            svm_func_call(i, f, arg, na, result, nr, NULL);
    }
    for (size_t k = 0; i && k < 4 && svm_module_prog(m, k, &info); k++)
        svm_run(i, info.name, &in, &r, NULL);
    svm_instance_free(i);
    svm_program_free(prog);
    svm_module_free(m);
    svm_free(vm);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct buf text = {0}, once = {0}, twice = {0};
    struct error e = {0};
    struct module m, again = {0};
    if (load(&m, data, size)) {
        for (u32 k = 0; k < m.nfunc; k++)
            look_at(&m, &m.func[k], &text);
        if (svmfile_write(&m, &once, &e) || !load(&again, once.data, once.len) || svmfile_write(&again, &twice, &e) ||
            once.len != twice.len || memcmp(once.data, twice.data, once.len))
            __builtin_trap();
        run(data, size);
    }
    module_free(&m);
    module_free(&again);
    buf_free(&text);
    buf_free(&once);
    buf_free(&twice);
    return 0;
}
