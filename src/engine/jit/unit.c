/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* unit.c - what is found out of functions before they become code: blocks, liveness, origins. */
#include "engine/jit/image.h"
#include "engine/jit/jit.h"
#include "opt/callers.h"
#include <string.h>

static int no_memory(struct error *e) {
    return fail(e, E_NOMEM, NOWHERE, "out of memory to compile");
}

/* How deep each block lies in loops: a jump back makes one of all between. In machine code blocks stand as here. */
static void loops(struct unit *u) {
    const struct cfg *g = &u->g;
    s32 depth = 0;
    s32 *step = arena_new(u->tmp, s32, g->nblk + 1);
    u->loop = arena_new(u->tmp, u8, g->nblk);
    if (!step || !u->loop)
        return;
    for (u32 b = 0; b < g->nblk; b++) {
        u32 to = g->blk[b].succ[1];
        if (g->blk[b].reachable && to != NBLOCK && to <= b) {
            step[to]++;
            step[b + 1]--;
        }
    }
    for (u32 b = 0; b < g->nblk; b++) {
        depth += step[b];
        u->loop[b] = (u8)(depth > 6 ? 6 : depth);
    }
}

/* What eBPF's instructions ask for, by row; ACCESS: they touch host memory. */
enum { ACCESS = 128 };
static const u8 asks[OP_COUNT] = {
#define LD(name, ...)   [OP_##name] = ACCESS,
#define ST(name, ...)   [OP_##name] = ACCESS, [OP_##name##i] = ACCESS,
#define ATOM(name, ...) [OP_##name] = ACCESS,
#include "isa/isa.def"
    [OP_call] = HAS_CALL,    [OP_callf] = HAS_CALL,   [OP_callk] = HAS_CALL, [OP_callx] = HAS_CALL,
    [OP_may_goto] = HAS_MAY, [OP_memgrow] = HAS_GROW, [OP_rsh64i] = HAS_TOP, [OP_rsh32i] = HAS_TOP,
};

static int survey(struct unit *u) {
    u->access = arena_some(u->tmp, u32, u->f->nslot);
    if (!u->access)
        return no_memory(u->e);
    for (u32 pc = 0; pc < u->f->nslot; pc++) {
        u8 k = asks[u->code[pc].op];
        if (k == ACCESS)
            u->access[u->naccess++] = pc;
        else if (k != HAS_TOP || u->code[pc].imm == 56 || u->code[pc].imm == 24)
            u->has |= k;
    }
    return 0;
}

int jit_unit(struct unit *u) {
    const struct func_facts *facts = u->l->facts;
    u->typed = u->f->typed;
    u->code = u->f->code;
    u->fact = facts && !u->typed ? facts[u->index].of : NULL;
    if (cfg_build(&u->g, u->f, u->tmp, u->e))
        return u->e->code;
    if (u->fixed ? jit_fixed_live(u) : live_build(&u->live, u->f, &u->g, u->tmp, u->e))
        return u->e->code;
    loops(u);
    if (!u->loop)
        return no_memory(u->e);
    if (!u->typed && survey(u))
        return u->e->code;
    u->opt = (struct opt){.f = u->f, .g = &u->g, .live = &u->live};
    return u->fixed ? opt_run(&u->opt, OPT_ALL, u->tmp, u->e) : 0;
}

/* --- origins --- */

static int origins(struct unit *u, const u32 args[5], const struct origin_calls *calls) {
    const u64 *live = origins_live(&u->live, &u->g, u->tmp);
    if (!live)
        return no_memory(u->e);
    return origins_of(&u->o, u->l, u->f, &u->g, live, args, calls, u->tmp, u->e);
}

struct walk {
    struct unit *units;
    u32 (*was)[5]; /* of each: what it was looked at with */
};
static int look(void *arg, u32 f, const u32 args[5], const struct origin_calls *calls) {
    struct walk *w = arg;
    memcpy(w->was[f], args, sizeof w->was[f]);
    return w->units[f].wanted ? origins(&w->units[f], args, calls) : 0;
}

int jit_origins(struct unit *units, u32 n, u32 root, struct arena *a, struct error *e) {
    struct callers c;
    struct walk w = {units, arena_calloc(a, n + 1, sizeof *w.was)};
    if (!n)
        return 0;
    if (!w.was)
        return no_memory(e);
    if (callers_find(&c, units[0].l, root, look, &w, a, e))
        return e->code;
    for (u32 f = 0; f < n; f++) {
        if (!units[f].wanted)
            continue;
        units[f].ctx = c.ctx[f];
        if (n > 1 && c.seen[f] && !memcmp(w.was[f], c.args[f], sizeof w.was[f]))
            continue; /* as they stand */
        if (origins(&units[f], c.args[f], NULL))
            return e->code;
    }
    return 0;
}
