/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* checks.h - which accesses of a block one compare answers for. */
#ifndef ENGINE_JIT_CHECKS_H
#define ENGINE_JIT_CHECKS_H
#include "engine/jit/jit.h"

enum check_kind {
    CHECK_ALONE, /* compares for itself */
    CHECK_RANGE, /* compares for lo .. hi - 1, from its base register */
    CHECK_NONE,  /* a CHECK_RANGE of its block has answered for it */
};
struct check {
    u8 kind;
    bool write; /* RANGE: the region must be writable */
    bool dead;  /* what the instruction does a wide access does in its place (opt/bytes.h); not in the copy */
    bool
        gone; /* of a rotate that is done at once (opt/rotate.h), a count (count.h), an update, a lookup (lookup.h) or an address (address.h): left out in the copy too */
    bool needed; /* a wide access reads what it writes, wherever the pieces do */
    s32 lo, hi;
    u32 base;   /* RANGE: register that lo and hi count from */
    u32 store;  /* index + 1 in unit.opt.bytes.of: a wide store takes its place */
    u32 root;   /* the same of a load */
    u32 rotate; /* index + 1 in unit.opt.rotates.of: it takes its place */
    u32 count;  /* index + 1 in what jit_plan_counts() filled: it takes its place */
    u32 address; /* index + 1 in what jit_plan_addresses() filled: what its base register would hold */
    u32 update; /* of a store: instruction + 1 whose result it would store, where memory is changed in place; */
    u16 with;   /* by this register, or NO_VALUE: by a number */
    u32 lookup; /* index + 1 in what jit_plan_lookups() filled */
};

/* Nothing is planned for the instruction but, maybe, its address or a lookup; asked of each one while code is emitted. */
static inline bool check_none(const struct check *c) {
    return !(c->kind | c->write | c->dead | c->gone) && !(c->store | c->root | c->rotate | c->count);
}

/* Fills of[] for the instructions of a unit that is `fixed` (zeroed before); in how many blocks some check is a range. */
u32 jit_plan_checks(const struct unit *u, struct check *of);
/* Behind that, for all blocks. */
void jit_plan_rotates(const struct unit *u, struct check *of);
/* update.c: memory that is changed in place; behind counts. */
void jit_plan_updates(const struct unit *u, struct check *of);

#endif
