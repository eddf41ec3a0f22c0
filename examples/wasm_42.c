/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_42.c - a WebAssembly module, as bytes, whose main returns 42.
 * cc wasm_42.c $(pkg-config --cflags --libs supervm)         prints: main returns 42 */
#include <supervm/supervm.h>

/* (module (func (export "main") (result i32) (i32.const 42))) */
static const unsigned char module[] = {0, 'a', 's', 'm', 1,   0,   0,   0, 1, 5,  1, 0x60, 0, 1, 0x7f, 3,  2,   1, 0, 7,
                                       8, 1,   4,   'm', 'a', 'i', 'n', 0, 0, 10, 6, 1,    4, 0, 0x41, 42, 0x0b};

int main(void) {
    struct svm *vm = svm_new(NULL, NULL);
    struct svm_module *m = svm_module_load(vm, module, sizeof module, NULL, NULL);
    struct svm_program *p = svm_program_link(m, NULL, NULL);
    struct svm_instance *in = svm_instance_new(p, NULL);
    struct svm_val result;
    int failed = svm_call(in, "main", NULL, 0, &result, 1, NULL);

    if (!failed)
        printf("main returns %d\n", result.of.i32);
    svm_instance_free(in);
    svm_program_free(p);
    svm_module_free(m);
    svm_free(vm);
    return failed != 0;
}
