/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* unit.c - what is found out of functions before they become code: blocks, liveness, origins. */
#include "abi/ctxtype.h"
#include "engine/jit/image.h"
#include "engine/jit/jit.h"
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

struct callers {
    const struct unit *units;
    u32 (*args)[5];
    const struct ctxtype **ctx; /* of the programs that may run each */
    const struct ctxtype *now;  /* of the function that is looked at */
    u8 *seen;
    u32 *queue, nqueue;
};

/* Programs of kinds that differ: the context is looked at when they run. */
static const struct ctxtype mixed = {.name = "mixed"};

static void note_call(void *arg, u32 func, const u32 args[5]) {
    struct callers *c = arg;
    if (!c->units[func].wanted)
        return;
    for (u32 k = 0; k < 5; k++)
        c->args[func][k] = origin_join(c->args[func][k], args[k]);
    c->ctx[func] = c->ctx[func] && c->ctx[func] != c->now ? &mixed : c->now;
    if (!c->seen[func]) {
        c->seen[func] = 1;
        c->queue[c->nqueue++] = func;
    }
}

/* One word for each block, as origins_of wants it: bit 63 stands for all registers from there on. */
static const u64 *live_words(struct unit *u) {
    u64 *w;
    if (u->live.exact && u->live.nword == 1)
        return u->live.in;
    w = arena_new(u->tmp, u64, u->g.nblk);
    for (u32 b = 0; w && b < u->g.nblk; b++) {
        const u64 *in = live_in(&u->live, b);
        w[b] = in[0];
        for (u32 k = 1; k < u->live.nword; k++)
            w[b] |= (u64)(in[k] != 0) << 63;
    }
    return w;
}

static int origins(struct unit *u, const u32 args[5], const struct origin_calls *calls) {
    const u64 *live = live_words(u);
    if (!live)
        return no_memory(u->e);
    return origins_of(&u->o, u->l, u->f, &u->g, live, args, calls, u->tmp, u->e);
}

/* What hosts give the programs of a module. */
static void roots(struct callers *c, const struct link_view *l, u32 root) {
    for (u32 i = 0; i < l->m->nprog; i++) {
        u32 args[5];
        if (root != ALL_FUNCS && root != l->m->prog[i].func)
            continue;
        origins_at_start(l, &l->m->prog[i], args);
        c->now = &ctxtypes[l->m->prog[i].kind];
        note_call(c, l->m->prog[i].func, args);
    }
}

int jit_origins(struct unit *units, u32 n, u32 root, struct arena *a, struct error *e) {
    struct callers c = {.units = units,
                        .args = arena_calloc(a, n, sizeof *c.args),
                        .ctx = arena_calloc(a, n, sizeof *c.ctx),
                        .seen = arena_new(a, u8, n),
                        .queue = arena_new(a, u32, n)};
    struct origin_calls calls = {.note = note_call, .arg = &c};
    u32(*was)[5] = arena_calloc(a, n, sizeof *was);
    if (!n)
        return 0;
    if (!was || !c.args || !c.ctx || !c.seen || !c.queue)
        return no_memory(e);
    roots(&c, units[0].l, root);
    for (u32 at = 0; n > 1 && at < c.nqueue; at++) { /* callers before callees, as far as calls are direct */
        u32 f = c.queue[at];
        c.now = c.ctx[f];
        memcpy(was[f], c.args[f], sizeof was[f]);
        if (origins(&units[f], was[f], &calls))
            return e->code;
    }
    for (u32 f = 0; f < n; f++) {
        if (!units[f].wanted)
            continue;
        for (u32 k = 0; k < 5; k++)
            if (!c.seen[f] || ORIGIN_KIND(c.args[f][k]) == FROM_NOTHING)
                c.args[f][k] = ORIGIN(FROM_ANYWHERE, 0);
        units[f].ctx = c.ctx[f] == &mixed ? NULL : c.ctx[f];
        if (n > 1 && c.seen[f] && !memcmp(was[f], c.args[f], sizeof was[f]))
            continue; /* as they stand */
        if (origins(&units[f], c.args[f], NULL))
            return e->code;
    }
    return 0;
}
