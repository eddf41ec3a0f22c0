/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasi_kfuncs.c - calls of WASI from eBPF programs: only where they are granted, only what is granted. */
#define _GNU_SOURCE
#include "supervm/wasi.h"
#include "typed_kit.h"
#include <fcntl.h>

static struct svm_module *load(struct svm *vm) {
    struct svm_error err;
    struct svm_module *m;
    char path[512];
    memcpy(strstr(kit_path("kfunc_wasi", path), ".wasm"), ".bpf.o", 7);
    if (access(path, R_OK)) /* no clang */
        skip();
    if (!(m = svm_module_load_file(vm, path, NULL, &err)))
        fail_msg("%s", err.text);
    return m;
}

static int64_t run(struct svm_instance *in, const char *prog, int fd, int *rc) {
    struct svm_input i = {.kind = SVM_KIND_OTHER, .mem = &fd, .mem_len = sizeof fd};
    struct svm_result r = {0};
    *rc = svm_run(in, prog, &i, &r, NULL);
    return (int64_t)r.ret;
}

static void not_granted(void **state) {
    struct svm *vm = kit_vm(NULL);
    struct svm_module *m = load(vm);
    struct svm_error err;
    (void)state;
    assert_null(svm_program_link(m, NULL, &err));
    assert_int_equal(err.code, SVM_ELINK);
    svm_module_free(m);
    svm_free(vm);
}

static void granted(void **state) {
    enum { BADF = -8, AGAIN = -6 };
    struct svm *vm = kit_vm(NULL);
    struct svm_wasi_config c = SVM_WASI_INIT;
    struct svm_module *m;
    struct svm_program *p;
    struct svm_instance *in = NULL;
    struct svm_error err;
    char text[32] = "";
    int fd[2], rc, full = 0;
    (void)state;
    assert_int_equal(pipe2(fd, O_CLOEXEC), 0);
    c.in = c.err = -1;
    c.out = fd[1];
    assert_int_equal(svm_wasi_kfuncs(vm, &c, &err), 0);
    assert_int_equal(svm_wasi_kfuncs(vm, &c, &err), SVM_EUSAGE);
    m = load(vm);
    if (!(p = svm_program_link(m, NULL, &err)) || !(in = svm_instance_new(p, &err)))
        fail_msg("%s", err.text);
    assert_int_equal(run(in, "say", 1, &rc), 16);
    assert_int_equal(read(fd[0], text, sizeof text), 16);
    assert_string_equal(text, "hello from eBPF\n");
    assert_int_equal(run(in, "say", 2, &rc), BADF); /* not given */
    assert_int_equal(run(in, "say", 3, &rc), BADF);
    assert_int_equal(run(in, "say", -1, &rc), BADF);
    assert_int_equal(run(in, "rest", 1, &rc), 0);
    assert_int_equal(rc, 0);
    run(in, "beyond", 1, &rc);
    assert_int_equal(rc, SVM_ETRAP);
    while (run(in, "say", 1, &rc) == 16 && ++full < 100000) {
    } /* nobody reads: it must not wait */
    assert_in_range(full, 1, 99999);
    assert_int_equal(run(in, "say", 1, &rc), AGAIN);
    svm_instance_free(in);
    svm_program_free(p);
    svm_module_free(m);
    svm_free(vm);
    close(fd[0]);
    close(fd[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(not_granted), cmocka_unit_test(granted)};
    return kit_main("wasi_kfuncs", KIT_EBPF, tests, sizeof tests / sizeof *tests);
}
