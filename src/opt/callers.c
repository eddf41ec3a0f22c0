/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* callers.c - origins of arguments over calls: callers before callees, as far as calls are direct. It is a guess, which
 * needs no fixed point. */
#include "opt/callers.h"
#include "abi/ctxtype.h"
#include "ir/module.h"
#include <string.h>

/* Programs of kinds that differ. */
static const struct ctxtype mixed = {.name = "mixed"};

static void note_call(void *arg, u32 func, const u32 args[5]) {
    struct callers *c = arg;
    for (u32 k = 0; k < 5; k++)
        c->args[func][k] = origin_join(c->args[func][k], args[k]);
    c->ctx[func] = c->ctx[func] && c->ctx[func] != c->now ? &mixed : c->now;
    if (!c->seen[func]) {
        c->seen[func] = 1;
        c->queue[c->nqueue++] = func;
    }
}

/* What hosts give the programs of a module. */
static void roots(struct callers *c, const struct link_view *l, u32 root) {
    for (u32 k = 0; k < l->m->nprog; k++) {
        u32 args[5];
        if (root != CALLERS_ALL && root != l->m->prog[k].func)
            continue;
        origins_at_start(l, &l->m->prog[k], args);
        c->now = &ctxtypes[l->m->prog[k].kind];
        note_call(c, l->m->prog[k].func, args);
    }
}

int callers_find(struct callers *c, const struct link_view *l, u32 root, callers_walk *walk, void *arg, struct arena *a,
                 struct error *e) {
    struct origin_calls calls = {.note = note_call, .arg = c};
    u32 n = l->m->nfunc;
    *c = (struct callers){.args = arena_calloc(a, n + 1, sizeof *c->args),
                          .ctx = arena_calloc(a, n + 1, sizeof *c->ctx),
                          .seen = arena_new(a, u8, n + 1),
                          .queue = arena_new(a, u32, n + 1)};
    if (!c->args || !c->ctx || !c->seen || !c->queue)
        return fail(e, E_NOMEM, NOWHERE, "out of memory to look at calls");
    roots(c, l, root);
    for (u32 at = 0; n > 1 && at < c->nqueue; at++) {
        u32 f = c->queue[at], args[5];
        c->now = c->ctx[f];
        memcpy(args, c->args[f], sizeof args); /* it may call itself */
        if (walk(arg, f, args, &calls))
            return e->code;
    }
    for (u32 f = 0; f < n; f++) {
        if (c->ctx[f] == &mixed)
            c->ctx[f] = NULL;
        for (u32 k = 0; k < 5; k++)
            if (!c->seen[f] || ORIGIN_KIND(c->args[f][k]) == FROM_NOTHING)
                c->args[f][k] = ORIGIN(FROM_ANYWHERE, 0);
    }
    return 0;
}
