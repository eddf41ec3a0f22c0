/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* api_unchecked.c - programs that a host trusts so far that nothing is checked: where an access likely goes is still a
 * guess alone. In every engine. */
#include "api_kit.h"

enum { N = 40 };

static const char *const sums = "mov r3, 0\n"
                                "mov r0, 0\n"
                                "next:\n"
                                "mov r4, r1\n"
                                "add r4, r3\n"
                                "ldxb r5, [r4+0]\n"
                                "add r0, r5\n"
                                "stxb [r4+40], r0\n"
                                "add r3, 1\n"
                                "jne r3, 40, next\n"
                                "ldxb r0, [r1+79]\n"
                                "exit\n";

/* r6 comes from the packet, and is r10 in the end: stores by both meet. */
static const char *const elsewhere = "mov r6, r1\n"
                                     "mov r7, r10\n"
                                     "sub r7, r1\n"
                                     "add r6, r7\n"
                                     "stdw [r10-8], 5\n"
                                     "ldxb r0, [r1+1]\n"
                                     "stxdw [r6-8], r0\n"
                                     "ldxdw r2, [r10-8]\n"
                                     "stdw [r10-8], 100\n"
                                     "ldxdw r3, [r6-8]\n"
                                     "add r0, r2\n"
                                     "add r0, r3\n"
                                     "exit\n";

static uint64_t run(const char *engine, const char *text, uint8_t *mem) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_link_options link = SVM_LINK_INIT;
    struct svm_input in = {.kind = SVM_KIND_RAW, .mem = mem, .mem_len = 2 * N};
    struct svm_result r;
    struct kit k = {0};
    c.engine = engine;
    c.unsafe_no_checks = true;
    link.verify = SVM_VERIFY_NONE;
    if (!(k.vm = svm_new(&c, &k.err)) || !(k.m = kit_load(k.vm, text, &k.err)) ||
        !(k.p = svm_program_link(k.m, &link, &k.err)) || !(k.in = svm_instance_new(k.p, &k.err)) ||
        svm_run(k.in, NULL, &in, &r, &k.err))
        fail_msg("%s: %s", engine, k.err.text);
    kit_close(&k);
    return r.ret;
}

static void engines(void **state) {
    struct svm *vm = svm_new(NULL, NULL);
    const struct svm_engine_info *e;
    (void)state;
    for (size_t i = 0; (e = svm_engine_at(vm, i)); i++) {
        uint8_t mem[2 * N], sum = 0;
        if (!e->usable)
            continue;
        for (unsigned j = 0; j < N; j++)
            sum += mem[j] = (uint8_t)(j * 37 + 11);
        assert_int_equal(run(e->name, sums, mem), sum);
        assert_int_equal(mem[2 * N - 1], sum);
        assert_int_equal(run(e->name, elsewhere, mem), 100 + 2 * mem[1]);
    }
    svm_free(vm);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(engines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
