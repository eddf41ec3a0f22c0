/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* engines.h - the engines that this library was built with, by rank. */
#ifndef ENGINE_ENGINES_H
#define ENGINE_ENGINES_H
#include "abi/engine.h"

/* Engine i, the fastest first; NULL past the end. */
const struct engine *engine_by_rank(u32 i);

#endif
