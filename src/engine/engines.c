/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* engines.c - the table of engines. A new engine is a folder that exports a struct engine,
 * and a row in engines.def; a row's place is its rank. */
#include "engine/engines.h"

#define ENGINE(name) extern const struct engine engine_##name;
#include "engine/engines.def"
#undef ENGINE

static const struct engine *const rank[] = {
#define ENGINE(name) &engine_##name,
#include "engine/engines.def"
#undef ENGINE
};

const struct engine *engine_by_rank(u32 i) {
    return i < COUNT(rank) ? rank[i] : NULL;
}
