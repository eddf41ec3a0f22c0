// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// headers.cc - the public headers in C++: they compile, link, and a program runs.
#include "ebpf-vm.h"
#include "supervm/webassembly.h"
#include "supervm/engine.h"
#include "supervm/hook.h"
#include "supervm/inline.h"
#include "supervm/native.h"
#include "supervm/verify.h"
#include "supervm/wasi.h"
#include "supervm/supervm.h"
#include <cstdio>

bool wasm_in_cxx(); // wasm.cc

int main() {
    static const uint64_t code[] = {0x2a000000b7, 0x95}; // r0 = 42; exit
    svm_config config = SVM_CONFIG_INIT;
    svm_load_options options = SVM_LOAD_INIT;
    svm_error err = {};
    svm_result result = {};
    svm_input input = {};
    svm_context context = SVM_CONTEXT_INIT;
    svm_emit_options emit = SVM_EMIT_INIT;
    svm_hook_options hook = SVM_HOOK_INIT;
    if (context.size != sizeof context || emit.size != sizeof emit || hook.size != sizeof hook)
        return 1;
    options.front = "raw";
    svm *vm = svm_new(&config, &err);
    svm_module *m = vm ? svm_module_load(vm, code, sizeof code, &options, &err) : nullptr;
    svm_program *p = m ? svm_program_link(m, nullptr, &err) : nullptr;
    svm_instance *in = p ? svm_instance_new(p, &err) : nullptr;
    if (!in || svm_run(in, nullptr, &input, &result, &err) || result.ret != 42) {
        std::fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    svm_instance_free(in);
    svm_program_free(p);
    svm_module_free(m);
    svm_free(vm);
    if (!wasm_in_cxx()) {
        std::fprintf(stderr, "wasm.h\n");
        return 1;
    }
    return 0;
}
