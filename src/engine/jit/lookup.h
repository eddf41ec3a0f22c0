/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lookup.h - lookups in maps that are known when a program is compiled. */
#ifndef ENGINE_JIT_LOOKUP_H
#define ENGINE_JIT_LOOKUP_H
#include "engine/jit/checks.h"

/* A call of bpf_map_lookup_elem whose map and whose key's place in the frame are certain. */
struct lookup {
    u32 map;  /* of the module */
    s32 key;  /* at r10 + key */
    u16 from; /* register whose lower half is the key (of 4 bytes), or NO_VALUE: it is read from the frame */
};

/* The map, where generated code looks in it by itself or calls its own function; else NULL. handle: what r1 holds. */
const struct map_view *jit_lookup_map(const struct link_view *l, const struct helper *h, u64 handle);
bool jit_is_array(const struct link_view *l, const struct map_view *m); /* by itself */

/* Fills lookup[] (room for each call) and check.lookup; what only puts the arguments in place is `gone`. Of units that
 * are `fixed`, behind jit_plan_rotates(). Returns how many. */
u32 jit_plan_lookups(const struct unit *u, struct check *of, struct lookup *lookup);

#endif
