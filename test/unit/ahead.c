/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ahead.c - svm_module_emit, its kinds into memory; and modules whose code is there: what runs, what linking refuses.
 */
#define _GNU_SOURCE
#include "supervm/native.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char sum[] = "ldxb r0, [r1]\nadd r0, r2\nexit\n";
static const char first_byte[] = "ldxw r2, [r1+0]\nldxw r3, [r1+4]\nmov r4, r2\nadd r4, 1\nmov r0, 0\njgt r4, r3, out\n"
                                 "ldxb r0, [r2]\nout:\nexit\n";

struct made {
    struct svm *vm;
    struct svm_module *m;
    struct svm_error err;
    void *p;
    size_t n;
};

static void load(struct made *k, const char *text, const struct svm_config *c) {
    struct svm_load_options o = SVM_LOAD_INIT;
    o.front = "asm";
    assert_non_null(k->vm = svm_new(c, &k->err));
    assert_non_null(k->m = svm_module_load(k->vm, text, strlen(text), &o, &k->err));
}

static void drop(struct made *k) {
    free(k->p);
    svm_module_free(k->m);
    svm_free(k->vm);
    memset(k, 0, sizeof *k);
}

static int emit(struct made *k, enum svm_emit_kind kind, const char *name) {
    struct svm_emit_options o = SVM_EMIT_INIT;
    o.kind = kind;
    o.name = name;
    return svm_module_emit(k->m, &o, &k->p, &k->n, &k->err);
}

static bool has(const struct made *k, const char *text) {
    return memmem(k->p, k->n, text, strlen(text)) != NULL;
}

/* Needs no LLVM. */
static void header(void **state) {
    struct made k = {0};
    (void)state;
    load(&k, sum, NULL);
    assert_int_equal(emit(&k, SVM_EMIT_HEADER, "prog"), 0);
    assert_true(has(&k, "extern const struct svm_native svm_native_prog;"));
    assert_true(has(&k, "static inline int prog_run_main(struct svm_instance *in,"));
    drop(&k);
    load(&k, sum, NULL);
    assert_int_equal(emit(&k, SVM_EMIT_SVM, NULL), 0);
    assert_memory_equal(k.p, "\0svm", 4);
    drop(&k);
}

static void wrong(void **state) {
    struct svm_emit_options o = SVM_EMIT_INIT;
    struct made k = {0};
    (void)state;
    load(&k, sum, NULL);
    assert_int_equal(emit(&k, SVM_EMIT_OBJECT, NULL), SVM_EUSAGE);
    assert_int_equal(emit(&k, SVM_EMIT_OBJECT, "no-name"), SVM_EUSAGE);
    assert_int_equal(emit(&k, SVM_EMIT_HEADER, "9"), SVM_EUSAGE);
    assert_int_equal(emit(&k, (enum svm_emit_kind)99, "a"), SVM_EUSAGE);
    o.level = 4;
    assert_int_equal(svm_module_emit(k.m, &o, &k.p, &k.n, &k.err), SVM_EUSAGE);
    o.level = 0;
    o.kind = SVM_EMIT_OBJECT;
    o.name = "a";
    o.context = "xpd";
    assert_int_equal(svm_module_emit(k.m, &o, &k.p, &k.n, &k.err), SVM_ENOENT);
    assert_int_equal(svm_module_emit(k.m, NULL, &k.p, &k.n, &k.err), SVM_EUSAGE);
    assert_null(k.p);
    assert_null(svm_module_load_native(k.vm, "nothing", 7, &k.err));
    assert_null(svm_module_open_native(k.vm, "/nowhere/x.so", &k.err));
    assert_null(svm_module_from_native(k.vm, NULL, &k.err));
    assert_int_equal(k.err.code, SVM_EUSAGE);
    drop(&k);
}

/* An object of text, or the test is skipped: there is no LLVM. */
static void object(struct made *k, const char *text, const struct svm_config *c, const struct svm_emit_options *more) {
    struct svm_emit_options o = *more;
    load(k, text, c);
    o.kind = SVM_EMIT_OBJECT;
    o.name = "prog";
    if (!svm_module_emit(k->m, &o, &k->p, &k->n, &k->err))
        return;
    assert_int_equal(k->err.code, SVM_EUNSUP);
    drop(k);
    print_message("skipped: no LLVM plug-in\n");
    skip();
}

static void kinds(void **state) {
    struct svm_emit_options o = SVM_EMIT_INIT;
    struct made k = {0};
    (void)state;
    object(&k, sum, NULL, &o);
    assert_memory_equal(k.p, "\177ELF", 4);
    free(k.p);
    assert_int_equal(emit(&k, SVM_EMIT_IR, NULL), 0);
    assert_true(has(&k, "define"));
    free(k.p);
    assert_int_equal(emit(&k, SVM_EMIT_ASSEMBLY, NULL), 0);
    assert_true(has(&k, "svm_native"));
    free(k.p);
    assert_int_equal(emit(&k, SVM_EMIT_BITCODE, NULL), 0);
    assert_memory_equal(k.p, "BC", 2);
    drop(&k);
}

static int run(struct svm *vm, struct svm_module *m, const char *engine, uint64_t *ret, struct svm_error *err) {
    struct svm_link_options o = SVM_LINK_INIT;
    uint8_t mem[] = {40, 0};
    struct svm_input i = {.kind = SVM_KIND_RAW, .mem = mem, .mem_len = sizeof mem};
    struct svm_program *p;
    struct svm_instance *in = NULL;
    struct svm_result r = {0};
    int rc;
    (void)vm;
    o.engine = engine;
    p = svm_program_link(m, &o, err);
    if (p && !(in = svm_instance_new(p, err)))
        err->code = SVM_ENOMEM;
    rc = in ? svm_run(in, NULL, &i, &r, err) : err->code;
    if (p)
        assert_string_equal(svm_program_engine(p), engine ? engine : "native");
    *ret = r.ret;
    svm_instance_free(in);
    svm_program_free(p);
    return rc;
}

static void runs(void **state) {
    struct svm_emit_options o = SVM_EMIT_INIT;
    struct svm_module *m;
    struct made k = {0};
    uint64_t ret;
    (void)state;
    object(&k, sum, NULL, &o);
    assert_non_null(m = svm_module_load_native(k.vm, k.p, k.n, &k.err));
    assert_int_equal(run(k.vm, m, NULL, &ret, &k.err), 0);
    assert_int_equal(ret, 42);
    assert_int_equal(run(k.vm, m, "interp", &ret, &k.err), 0); /* the module is in it too */
    assert_int_equal(ret, 42);
    svm_module_free(m);
    assert_null(svm_module_load_native(k.vm, k.p, k.n / 2, &k.err));
    drop(&k);
}

/* The runtime is not what the code was compiled for. */
static void unfit(void **state) {
    struct svm_config unsafe = SVM_CONFIG_INIT, large = SVM_CONFIG_INIT, endless = SVM_CONFIG_INIT;
    const struct svm_config *from[] = {&unsafe, &large, &endless};
    struct svm_emit_options o = SVM_EMIT_INIT;
    uint64_t ret;
    (void)state;
    unsafe.unsafe_no_checks = true;
    large.frame_size = 1024;
    endless.no_fuel = true;
    for (unsigned i = 0; i < 3; i++) {
        struct made k = {0};
        struct svm *vm, *same;
        struct svm_module *m;
        object(&k, sum, from[i], &o);
        vm = svm_new(NULL, NULL);
        same = svm_new(from[i], NULL);
        assert_non_null(m = svm_module_load_native(vm, k.p, k.n, &k.err));
        assert_int_equal(run(vm, m, NULL, &ret, &k.err), SVM_EENGINE);
        assert_int_equal(run(vm, m, "interp", &ret, &k.err), 0);
        svm_module_free(m);
        assert_non_null(m = svm_module_load_native(same, k.p, k.n, &k.err));
        assert_int_equal(run(same, m, NULL, &ret, &k.err), 0);
        svm_module_free(m);
        svm_free(vm);
        svm_free(same);
        drop(&k);
    }
}

/* What rests on a packet runs over packets alone. */
static void proven(void **state) {
    struct svm_emit_options o = SVM_EMIT_INIT;
    struct svm_link_options link = SVM_LINK_INIT;
    uint8_t frame[] = {7, 8};
    struct svm_packet packet = {.data = frame, .len = sizeof frame};
    struct svm_input i = {.kind = SVM_KIND_XDP, .packet = &packet};
    struct svm_module *m;
    struct svm_program *p;
    struct svm_instance *in;
    struct svm_result r;
    struct made k = {0};
    (void)state;
    o.verify = SVM_VERIFY_STRICT;
    o.context = link.context = "xdp";
    object(&k, first_byte, NULL, &o);
    assert_non_null(m = svm_module_load_native(k.vm, k.p, k.n, &k.err));
    assert_non_null(p = svm_program_link(m, &link, &k.err));
    assert_non_null(in = svm_instance_new(p, &k.err));
    assert_int_equal(svm_run(in, NULL, &i, &r, &k.err), 0);
    assert_int_equal(r.ret, 7);
    i = (struct svm_input){.kind = SVM_KIND_RAW, .mem = frame, .mem_len = sizeof frame};
    assert_int_equal(svm_run(in, NULL, &i, &r, &k.err), SVM_ETRAP);
    svm_instance_free(in);
    svm_program_free(p);
    svm_module_free(m);
    drop(&k);
    load(&k, "ldxb r0, [r1+100]\nexit\n", NULL); /* strict: refused */
    o.kind = SVM_EMIT_IR;
    assert_int_equal(svm_module_emit(k.m, &o, &k.p, &k.n, &k.err), SVM_EVERIFY);
    drop(&k);
}

/* What it was compiled for is what it is given where nobody says, and nothing else is taken. */
static void given(void **state) {
    struct svm_emit_options o = SVM_EMIT_INIT;
    struct svm_link_options link = SVM_LINK_INIT;
    uint8_t frame[] = {7, 8};
    uint32_t mem[4] = {0x40302010, 0xffffffff}; /* were they unchecked: data, data_end */
    struct svm_packet packet = {.data = frame, .len = sizeof frame};
    struct svm_input over = {.kind = SVM_KIND_OTHER, .packet = &packet};
    struct svm_input raw = {.kind = SVM_KIND_RAW, .mem = mem, .mem_len = sizeof mem};
    struct svm_prog_info info;
    struct svm_module *m;
    struct svm_program *p;
    struct svm_instance *in;
    struct svm_result r;
    struct made k = {0};
    (void)state;
    o.verify = SVM_VERIFY_GUARDED;
    o.context = "xdp";
    object(&k, first_byte, NULL, &o);
    assert_non_null(m = svm_module_load_native(k.vm, k.p, k.n, &k.err));
    assert_true(svm_module_prog(m, 0, &info));
    assert_int_equal(info.kind, SVM_KIND_XDP);
    assert_string_equal(info.kind_name, "xdp");
    for (unsigned i = 0; i < 2; i++) {
        link.engine = i ? "interp" : NULL;
        assert_non_null(p = svm_program_link(m, &link, &k.err));
        assert_non_null(in = svm_instance_new(p, &k.err));
        assert_int_equal(svm_run(in, NULL, &over, &r, &k.err), 0);
        assert_int_equal(r.ret, 7);
        assert_int_equal(svm_run(in, NULL, &raw, &r, &k.err), SVM_ETRAP);
        if (!i)
            assert_non_null(strstr(k.err.text, "native code for context xdp, and the run has raw"));
        svm_instance_free(in);
        svm_program_free(p);
    }
    link.engine = NULL;
    for (unsigned i = 0; i < 2; i++) {
        link.context = i ? "tc" : "raw";
        assert_null(svm_program_link(m, &link, &k.err));
        assert_int_equal(k.err.code, SVM_EENGINE);
        assert_non_null(strstr(k.err.text, "compiled for context xdp"));
    }
    svm_module_free(m);
    drop(&k);
    o.context = NULL; /* of memory, which is what it rests on then */
    object(&k, sum, NULL, &o);
    assert_non_null(m = svm_module_load_native(k.vm, k.p, k.n, &k.err));
    link.context = "xdp";
    assert_null(svm_program_link(m, &link, &k.err));
    assert_int_equal(k.err.code, SVM_EENGINE);
    svm_module_free(m);
    drop(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(header), cmocka_unit_test(wrong), cmocka_unit_test(kinds),
                                       cmocka_unit_test(runs),   cmocka_unit_test(unfit), cmocka_unit_test(proven),
                                       cmocka_unit_test(given)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
