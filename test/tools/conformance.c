/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* conformance.c - the plugin that the bpf_conformance suite's own runner calls.
 * in:  supervm-conformance [--engine E] [MEMHEX]; standard input: one line, the program as hex
 * out: r0 as hex on standard output, status 0; or a message on standard error, status 1 */
#include "kit.h"
#include <string.h>

static int run(struct svm *vm, struct buf *code, struct buf *mem, struct svm_result *r, struct svm_error *err) {
    struct svm_load_options o = SVM_LOAD_INIT;
    struct svm_input in = {.kind = SVM_KIND_RAW, .mem = mem->data, .mem_len = mem->len};
    struct svm_module *m;
    struct svm_program *p = NULL;
    struct svm_instance *i = NULL;
    int rc = -1;

    o.front = "raw";
    m = svm_module_load(vm, code->data, code->len, &o, err);
    if (m)
        p = svm_program_link(m, NULL, err);
    if (p)
        i = svm_instance_new(p, err);
    if (i)
        rc = svm_run(i, NULL, &in, r, err);
    svm_instance_free(i);
    svm_program_free(p);
    svm_module_free(m);
    return rc;
}

int main(int argc, char **argv) {
    struct engines e;
    struct buf text = {0}, code = {0}, mem = {0};
    struct svm_result r = {0};
    struct svm_error err = {0};
    struct svm *vm;
    int rc = 1;

    engines_from_args(&e, &argc, argv);
    if (argc > 2) {
        fprintf(stderr, "usage: supervm-conformance [--engine E] [MEMHEX] < program as hex\n");
        return 1;
    }
    vm = suite_runtime(e.name[0]);
    if (argc == 2 && !hex_parse(argv[1], &mem))
        fprintf(stderr, "the memory is not hex: %s\n", argv[1]);
    else if (buf_read_file(&text, "-", 1 << 26) || !hex_parse(buf_str(&text), &code))
        fprintf(stderr, "the program is not hex\n");
    else if (run(vm, &code, &mem, &r, &err))
        fprintf(stderr, "%s\n", err.text);
    else
        rc = printf("%llx\n", (unsigned long long)r.ret) < 0;
    svm_free(vm);
    buf_free(&text);
    buf_free(&code);
    buf_free(&mem);
    return rc;
}
