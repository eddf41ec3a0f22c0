/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* own_helper.c - a function of the host that programs can call. Its argument kinds are declared,
 * so the pointer that it gets has been checked: a program that lies about it traps.
 * prints: logged 5 bytes: hello
 *         refused: main: insn 1 (line 2): out of bounds memory access */
#include <stdio.h>
#include <string.h>
#include <supervm/supervm.h>

enum { LOG = 5000 };

static uint64_t log_bytes(void *user, uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5) {
    (void)r3, (void)r4, (void)r5;
    printf("%s %d bytes: %.*s\n", (const char *)user, (int)r2, (int)r2, (const char *)(uintptr_t)r1);
    return r2;
}

/* Runs text with the helper registered, over "hello"; the code of the run. */
static int run(const char *text, struct svm_error *err) {
    static char prefix[] = "logged", greeting[] = {'h', 'e', 'l', 'l', 'o'};
    const struct svm_helper log = {
        .id = LOG, .name = "log", .fn = log_bytes, .user = prefix, .arg = {SVM_ARG_MEM, SVM_ARG_SIZE}};
    struct svm_input input = {.kind = SVM_KIND_RAW, .mem = greeting, .mem_len = sizeof greeting};
    struct svm *vm = svm_new(NULL, err);
    int rc = vm ? svm_helper_register(vm, &log) : err->code;
    struct svm_module *m = rc ? NULL : svm_module_load(vm, text, strlen(text), NULL, err);
    struct svm_program *p = m ? svm_program_link(m, NULL, err) : NULL;
    struct svm_instance *in = p ? svm_instance_new(p, err) : NULL;
    rc = in ? svm_run(in, NULL, &input, NULL, err) : err->code;
    svm_instance_free(in);
    svm_program_free(p);
    svm_module_free(m);
    svm_free(vm);
    return rc;
}

int main(void) {
    struct svm_error err = {0};
    if (run("call 5000\nexit\n", &err)) {
        fprintf(stderr, "own_helper: %s\n", err.text);
        return 1;
    }
    if (run("add r2, 100\ncall 5000\nexit\n", &err) != SVM_ETRAP) { /* 100 bytes more than there are */
        fprintf(stderr, "own_helper: a bad pointer came through\n");
        return 1;
    }
    printf("refused: %s\n", err.text);
    return 0;
}
