/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* open.h - the plug-in, which is opened when something is to be compiled. */
#ifndef ENGINE_LLVM_OPEN_H
#define ENGINE_LLVM_OPEN_H
#include "engine/llvm/plugin.h"

/* It stays open. NULL: it is not there, or of another build. Any thread. */
const struct llvm_plugin *llvm_open(struct error *e);

#endif
