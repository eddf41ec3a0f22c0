/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* loops.c - which loops the blocks of a function are in.
 * in: the graph      out: fuel.loop of each block, struct loops */
#include "engine/jit/fuel.h"

struct edges {
    u32 *at, *from; /* into block b: from[at[b] .. at[b + 1] - 1] */
};

static bool turn_edges(const struct cfg *g, struct arena *a, struct edges *e) {
    u32 n = 0, s;
    e->at = arena_new(a, u32, g->nblk + 1);
    e->from = arena_new(a, u32, 2 * (size_t)g->nblk);
    if (!e->at || !e->from)
        return false;
    for (u32 k = 0; k < g->nrpo; k++)
        for (u32 j = 0; j < 2; j++)
            if ((s = g->blk[g->rpo[k]].succ[j]) != NBLOCK)
                e->at[s]++;
    for (u32 b = 0; b <= g->nblk; b++) {
        n += b < g->nblk ? e->at[b] : 0;
        e->at[b] = n;
    }
    for (u32 k = 0; k < g->nrpo; k++)
        for (u32 j = 0; j < 2; j++)
            if ((s = g->blk[g->rpo[k]].succ[j]) != NBLOCK)
                e->from[--e->at[s]] = g->rpo[k];
    return true;
}

/* The outermost block, as far as loops were found, that stands for b: paths become short as they are walked. */
static u32 stands_for(u32 *up, u32 b) {
    while (up[b] != b) {
        up[b] = up[up[b]];
        b = up[b];
    }
    return b;
}

/* The inner ones first: a loop is what leads to its back edges, with loops inside as one block each. */
static bool find(const struct unit *u, struct fuel *of, struct loops *l) {
    const struct cfg *g = &u->g;
    struct arena *a = u->tmp;
    struct edges e;
    u32 *up = arena_new(a, u32, g->nblk), *stack = arena_new(a, u32, g->nblk + 1);
    l->in = arena_new(a, u32, g->nblk);
    if (!up || !stack || !l->in || !turn_edges(g, a, &e))
        return false;
    for (u32 b = 0; b < g->nblk; b++)
        up[b] = b;
    for (u32 k = g->nrpo; k-- > 0;) {
        u32 h = g->rpo[k], n = 0;
        for (u32 j = e.at[h];; j++) {
            u32 b;
            if (n)
                b = stack[--n], j--;
            else if (j < e.at[h + 1] && l->order[e.from[j]] < l->order[h])
                continue;
            else if (j < e.at[h + 1])
                b = stands_for(up, e.from[j]);
            else
                break;
            of[h].loop = true;
            if (b == h || l->in[b] || l->order[b] < l->order[h])
                continue;
            l->in[b] = h + 1;
            up[b] = h;
            for (u32 p = e.at[b]; p < e.at[b + 1]; p++) {
                u32 q = stands_for(up, e.from[p]);
                if (q != h && !l->in[q] && l->order[q] > l->order[h] && n < g->nblk)
                    stack[n++] = q;
            }
        }
    }
    return true;
}

bool jit_find_loops(const struct unit *u, struct fuel *of, struct loops *l) {
    const struct cfg *g = &u->g;
    bool any = false;
    *l = (struct loops){arena_new(u->tmp, u32, g->nblk), NULL};
    if (!l->order)
        return false;
    for (u32 k = 0; k < g->nrpo; k++)
        l->order[g->rpo[k]] = k + 1;
    for (u32 k = 0; k < g->nrpo; k++)
        for (u32 j = 0, s; j < 2; j++)
            if ((s = g->blk[g->rpo[k]].succ[j]) != NBLOCK)
                any |= l->order[s] <= k + 1;
    return !any || find(u, of, l);
}

u32 jit_loop_of(const struct loops *l, const struct fuel *of, u32 b) {
    return of[b].loop ? b + 1 : l->in ? l->in[b] : 0;
}
