/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Hardened code: numbers that a guest chose do not stand in it, nor behind it; indirect jumps are returns; what it
 * computes is the same. That whole corpora run so is supervm-t's business (--engine jit-hardened, llvm-hardened).
 *
 * state: the engine's name. */
#define _GNU_SOURCE
#include "api/api.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Each number in it is looked for. None can be known before it runs. */
static const char ebpf[] = "r0 = 0x1ee7c0de5ca1ab1e ll\n"
                           "r0 ^= r2\n"
                           "r0 += 0x0badc0de\n"
                           "r0 ^= 0x600dcafe\n"
                           "r3 = r2\n"
                           "r3 ^= 0x13371337\n"
                           "r3 *= 0x5eedf00d\n"
                           "if r3 == 0x2badf00d goto +1\n"
                           "r0 += r3\n"
                           "if w3 & 0x7ea7ca7e goto +1\n"
                           "r0 += 1\n"
                           "*(u32 *)(r1 + 0) = 0x0ddba115\n"
                           "*(u64 *)(r1 + 8) = 0x2b1ad0de\n"
                           "r2 = *(u64 *)(r1 + 4)\n"
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

static struct svm_program *program(const char *engine, const char *text, const char *front, bool harden,
                                   struct svm **vm) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_load_options o = SVM_LOAD_INIT;
    struct svm_error err;
    struct svm_module *m;
    struct svm_program *p = NULL;
    c.engine = engine;
    c.harden = harden;
    c.debug = true; /* engine llvm keeps what tells where functions are */
    c.cache = "";
    o.front = front;
    if (!(*vm = svm_new(&c, &err)))
        fail_msg("%s", err.text);
    if (!(m = svm_module_load(*vm, text, strlen(text), &o, &err)) || !(p = svm_program_link(m, NULL, &err)))
        fail_msg("%s", err.text);
    svm_module_free(m);
    return p;
}

/* The mapping that p lies in, and what is right behind it. */
static void mapped(const u8 *p, const u8 **from, const u8 **to) {
    FILE *f = fopen("/proc/self/maps", "r");
    unsigned long at = (unsigned long)(uintptr_t)p, begin, end, last = 0;
    char line[512];
    assert_non_null(f);
    while (fgets(line, sizeof line, f) && sscanf(line, "%lx-%lx", &begin, &end) == 2) {
        if (at >= begin && at < end)
            *from = (const u8 *)begin;
        else if (!last || begin != last)
            continue;
        *to = (const u8 *)end;
        last = last ? 0 : end;
    }
    fclose(f);
}

/* Engine jit: in the code of function 0, or in the data behind it; llvm: in all of the object, code and data. */
static bool stands(const struct svm_program *p, const void *bytes, size_t n) {
    struct native_code c;
    struct error e = {0};
    const u8 *from, *to;
    assert_int_equal(p->p.engine->native(p->p.image, 0, &c, &e), 0);
    from = c.code;
    to = c.code + c.size + 128;
    if (!strcmp(p->p.engine->name, "llvm"))
        mapped(c.code, &from, &to);
    return memmem(from, (size_t)(to - from), bytes, n);
}

static bool usable(const char *engine) {
    struct svm *vm = svm_new(NULL, NULL);
    const struct svm_engine_info *info;
    bool found = false;
    for (size_t k = 0; (info = svm_engine_at(vm, k)); k++)
        found |= !strcmp(info->name, engine) && info->usable;
    svm_free(vm);
    return found;
}

static void numbers(const char *engine, const char *text, const char *front, const u32 *number, size_t n,
                    void (*same)(struct svm_program *, u64 *)) {
    struct svm *vm[2];
    struct svm_program *plain = program(engine, text, front, false, &vm[0]);
    struct svm_program *hard = program(engine, text, front, true, &vm[1]);
    u64 want, got;
    for (size_t k = 0; k < n; k++) {
        if (!stands(plain, &number[k], 3))
            fail_msg("%x does not stand in plain code: not a test", number[k]);
        if (stands(hard, &number[k], 3))
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
    u64 memory[2] = {1, 2};
    struct svm_input input = {.mem = memory, .mem_len = sizeof memory};
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
    if (!usable(*state))
        skip();
    numbers(*state, ebpf, "asm", ebpf_numbers, COUNT(ebpf_numbers), run_ebpf);
}
static void blinded_typed(void **state) {
    if (!usable(*state))
        skip();
    numbers(*state, typed, "svmasm", typed_numbers, COUNT(typed_numbers), run_typed);
}

static void retpolines(void **state) {
    static const u8 loop[] = {0xf3, 0x90, 0x0f, 0xae, 0xe8}; /* pause, lfence */
    struct svm *vm;
    struct svm_program *p;
    if (!usable(*state))
        skip();
    for (int harden = 0; harden < 2; harden++) {
        p = program(*state, typed, "svmasm", harden, &vm);
        assert_int_equal(stands(p, loop, sizeof loop), harden);
        svm_program_free(p);
        svm_free(vm);
    }
}

/* Two programs of one text have no numbers in common. */
static void secrets(void **state) {
    struct svm *vm[2];
    struct svm_program *p[2];
    struct native_code c[2];
    struct error e = {0};
    if (!usable(*state))
        skip();
    for (int k = 0; k < 2; k++) {
        p[k] = program(*state, ebpf, "asm", true, &vm[k]);
        assert_int_equal(p[k]->p.engine->native(p[k]->p.image, 0, &c[k], &e), 0);
    }
    assert_false(c[0].size == c[1].size && !memcmp(c[0].code, c[1].code, c[0].size));
    for (int k = 0; k < 2; k++) {
        svm_program_free(p[k]);
        svm_free(vm[k]);
    }
}

#define OF(engine, test) {#test ", " engine, test, NULL, NULL, (void *)(uintptr_t)engine}
int main(void) {
    const struct CMUnitTest tests[] = {
        OF("jit", blinded_ebpf),  OF("jit", blinded_typed),  OF("jit", retpolines),  OF("jit", secrets),
        OF("llvm", blinded_ebpf), OF("llvm", blinded_typed), OF("llvm", retpolines), OF("llvm", secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
