/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* plugin.c - the plug-in's table: from a linked program to the bytes of an object. */
#include "engine/llvm/plugin/lower.h"
#include "supervm_build_id.h"
#include <llvm/Config/llvm-config.h>

static int emit(const struct llvm_job *j, struct buf *out, struct error *e) {
    (void)j;
    buf_clear(out);
    return fail(e, E_UNSUP, NOWHERE, "nothing is lowered yet");
}

__attribute__((visibility("default"))) extern const struct llvm_plugin svm_llvm_plugin;
const struct llvm_plugin svm_llvm_plugin = {LLVM_PLUGIN_VERSION, SVM_BUILD_ID, LLVM_VERSION_STRING, emit};
