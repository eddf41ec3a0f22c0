/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* run_bytes.c - the smallest host: a few instructions, a buffer, a result.
 * cc run_bytes.c $(pkg-config --cflags --libs supervm)       prints: sum 10, 27 instructions */
#include <stdio.h>
#include <string.h>
#include <supervm/supervm.h>

/* r1 = the buffer, r2 = its length; r0 = the sum of its bytes */
static const char text[] = "mov r0, 0\n"
                           "loop:\n"
                           "jeq r2, 0, done\n"
                           "ldxb r3, [r1]\n"
                           "add r0, r3\n"
                           "add r1, 1\n"
                           "sub r2, 1\n"
                           "ja loop\n"
                           "done:\n"
                           "exit\n";

int main(void) {
    uint8_t bytes[] = {1, 2, 3, 4};
    struct svm_input input = {.kind = SVM_KIND_RAW, .mem = bytes, .mem_len = sizeof bytes};
    struct svm_result result;
    struct svm_error err = {0};
    struct svm *vm = svm_new(NULL, &err);
    struct svm_module *m = vm ? svm_module_load(vm, text, strlen(text), NULL, &err) : NULL;
    struct svm_program *p = m ? svm_program_link(m, NULL, &err) : NULL;
    struct svm_instance *in = p ? svm_instance_new(p, &err) : NULL;
    int failed = !in || svm_run(in, NULL, &input, &result, &err);
    if (failed)
        fprintf(stderr, "run_bytes: %s\n", err.text);
    else
        printf("sum %llu, %llu instructions\n", (unsigned long long)result.ret, (unsigned long long)result.insns);
    svm_instance_free(in);
    svm_program_free(p);
    svm_module_free(m);
    svm_free(vm);
    return failed;
}
