/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_saved.h - modules that go through a .svm file. */
#ifndef TOOLS_KIT_SAVED_H
#define TOOLS_KIT_SAVED_H
#include "supervm/supervm.h"

/* What a .svm file of m holds, in place of m. NULL: *err says why; m is gone all the same. */
struct svm_module *saved_module(struct svm *vm, struct svm_module *m, struct svm_error *err);

#endif
