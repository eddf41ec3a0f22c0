/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Hardened code: numbers that a guest chose do not stand in it, nor behind it; indirect jumps are returns; what it
 * computes is the same. That whole corpora run so is supervm-t's business (--engine jit-hardened). */
#define _GNU_SOURCE
#include "api/api.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Each number in it is looked for. */
static const char ebpf[] = "r0 = 0x1ee7c0de5ca1ab1e ll\n"
                           "r1 = 0x13371337\n"
                           "r0 += 0x0badc0de\n"
                           "r0 ^= 0x600dcafe\n"
                           "r1 *= 0x5eedf00d\n"
                           "if r1 > 0x2badf00d goto +1\n"
                           "r0 += r1\n"
                           "if w1 & 0x7ea7ca7e goto +0\n"
                           "*(u32 *)(r10 - 8) = 0x0ddba115\n"
                           "*(u64 *)(r10 - 16) = 0x2b1ad0de\n"
                           "r2 = *(u64 *)(r10 - 16)\n"
                           "r0 += r2\n"
                           "exit\n";
static const u32 ebpf_numbers[] = {0x5ca1ab1e, 0x1ee7c0de, 0x13371337, 0x0badc0de, 0x600dcafe,
                                   0x5eedf00d, 0x2badf00d, 0x7ea7ca7e, 0x0ddba115, 0x2b1ad0de};

static const char typed[] = ".mem 2 2\n"
                            ".export func f \"f\"\n"
                            ".func f (i32 f64 i64) -> (i64)\n"
                            ".reg any r3-r8\n"
                            "r3 = 0x3ff5eedface15bad ll\n"
                            "d1 = fadd64(d1, d3)\n"
                            "r4 = bits_f64(d1)\n"
                            "r2 += r4\n"
                            "r5 = 0x51a7c0de\n"
                            "*(u64 *)mem0[w0 + 0xbeef] = r5\n"
                            "r6 = *(u64 *)mem0[w0 + 0xbeef]\n"
                            "r2 ^= r6\n"
                            "brtab w0, 2\n"
                            "goto a\n"
                            "goto b\n"
                            "goto b\n"
                            "a:\n"
                            "r2 += 1\n"
                            "b:\n"
                            "r2 = r2\n"
                            "ret r2, 1\n";
static const u32 typed_numbers[] = {0xace15bad, 0x3ff5eedf, 0x51a7c0de, 0xbeef};

static struct svm_program *program(const char *text, const char *front, bool harden, struct svm **vm) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_load_options o = SVM_LOAD_INIT;
    struct svm_error err;
    struct svm_module *m;
    struct svm_program *p = NULL;
    c.engine = "jit";
    c.harden = harden;
    o.front = front;
    if (!(*vm = svm_new(&c, &err)))
        fail_msg("%s", err.text);
    if (!(m = svm_module_load(*vm, text, strlen(text), &o, &err)) || !(p = svm_program_link(m, NULL, &err)))
        fail_msg("%s", err.text);
    svm_module_free(m);
    return p;
}

/* In the code of function 0, or in the data behind it. */
static bool stands(const struct svm_program *p, const void *bytes, size_t n) {
    struct native_code c;
    struct error e = {0};
    assert_int_equal(p->p.engine->native(p->p.image, 0, &c, &e), 0);
    return memmem(c.code, c.size + 128, bytes, n);
}

static bool usable(void) {
    struct svm *vm = svm_new(NULL, NULL);
    const struct svm_engine_info *info;
    bool found = false;
    for (size_t k = 0; (info = svm_engine_at(vm, k)); k++)
        found |= !strcmp(info->name, "jit") && info->usable;
    svm_free(vm);
    return found;
}

static void numbers(const char *text, const char *front, const u32 *number, size_t n,
                    void (*same)(struct svm_program *, u64 *)) {
    struct svm *vm[2];
    struct svm_program *plain = program(text, front, false, &vm[0]), *hard = program(text, front, true, &vm[1]);
    u64 want, got;
    for (size_t k = 0; k < n; k++) {
        if (!stands(plain, &number[k], number[k] > 0xffff ? 3 : 2))
            fail_msg("%x does not stand in plain code: not a test", number[k]);
        if (stands(hard, &number[k], number[k] > 0xffff ? 3 : 2))
            fail_msg("%x stands in hardened code", number[k]);
    }
    same(plain, &want);
    same(hard, &got);
    assert_int_equal(want, got);
    svm_program_free(plain);
    svm_program_free(hard);
    svm_free(vm[0]);
    svm_free(vm[1]);
}

static void run_ebpf(struct svm_program *p, u64 *out) {
    struct svm_error err;
    struct svm_instance *in = svm_instance_new(p, &err);
    struct svm_input input = {0};
    struct svm_result r;
    assert_non_null(in);
    assert_int_equal(svm_run(in, NULL, &input, &r, &err), 0);
    *out = r.ret;
    svm_instance_free(in);
}

static void run_typed(struct svm_program *p, u64 *out) {
    struct svm_error err;
    struct svm_linker *l = svm_linker_new(p->m->vm, &err);
    struct svm_instance *in = svm_linker_instantiate(l, p, &err);
    *out = 0;
    assert_non_null(in);
    for (int k = 0; k < 3; k++) {
        struct svm_val args[3] = {{SVM_I32, {.i32 = k}}, {SVM_F64, {.f64 = 1.5}}, {SVM_I64, {.i64 = 99}}}, r = {0};
        assert_int_equal(svm_func_call(in, svm_instance_func(in, "f"), args, 3, &r, 1, &err), 0);
        *out = *out * 31 + (u64)r.of.i64;
    }
    svm_instance_free(in);
    svm_linker_free(l);
}

static void blinded_ebpf(void **state) {
    (void)state;
    if (!usable())
        skip();
    numbers(ebpf, "asm", ebpf_numbers, COUNT(ebpf_numbers), run_ebpf);
}
static void blinded_typed(void **state) {
    (void)state;
    if (!usable())
        skip();
    numbers(typed, "svmasm", typed_numbers, COUNT(typed_numbers), run_typed);
}

static void retpolines(void **state) {
    static const u8 loop[] = {0xf3, 0x90, 0x0f, 0xae, 0xe8}; /* pause, lfence */
    struct svm *vm;
    struct svm_program *p;
    (void)state;
    if (!usable())
        skip();
    for (int harden = 0; harden < 2; harden++) {
        p = program(typed, "svmasm", harden, &vm);
        assert_int_equal(stands(p, loop, sizeof loop), harden);
        svm_program_free(p);
        svm_free(vm);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blinded_ebpf),
        cmocka_unit_test(blinded_typed),
        cmocka_unit_test(retpolines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
