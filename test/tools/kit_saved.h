/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_saved.h - modules that go through a .svm file, and engines by name. */
#ifndef TOOLS_KIT_SAVED_H
#define TOOLS_KIT_SAVED_H
#include "supervm/supervm.h"

/* What a .svm file of m holds, in place of m. NULL: *err says why; m is gone all the same. */
struct svm_module *saved_module(struct svm *vm, struct svm_module *m, struct svm_error *err);

/* "ahead" or "ahead-object", in place of an engine's name: modules go through a shared library, or an object, that is compiled
 * before. */
bool is_ahead(const char *engine);
/* What that holds, in place of m. NULL: *err says why; m is gone all the same. link, or NULL: what it would be linked with, of which
 * this takes what is done when code is made: verify, set, context (which stays: it says what the module is run with). */
struct svm_module *ahead_module(struct svm *vm, struct svm_module *m, const char *engine, struct svm_link_options *link,
                                struct svm_error *err);

/* An engine by its name; with "-hardened" behind it, as of "jit-hardened", with svm_config.harden; "llvm-fast" is llvm at level 1. */
void engine_config(struct svm_config *c, const char *name);

#endif
