/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* join_length.c - how long a run is at most.
 * in: nodes of the last round, who leads to whom, how often each loop goes round      out: instructions of the longest
 * way
 *
 * Each node counts as often as the loops that it is in go round, the whole of a loop at the head of the outermost. */
#include "check/join_inner.h"

static const u64 TRIPS_MOST = 1 << 27, /* of a loop, and of all within each other */
    WORK_MOST = 1 << 26;               /* nodes times loops, to add them up */

/* Of each node: how often it is come to, the head of the outermost loop that it is in, the longest way to it. */
struct lengths {
    u64 *times, *weight, *dist;
    u32 *outer, *stamp, *stack;
};

static bool room_for(struct lengths *l, struct arena *a, u32 n) {
    l->times = arena_new(a, u64, n);
    l->weight = arena_new(a, u64, n);
    l->dist = arena_new(a, u64, n);
    l->outer = arena_new(a, u32, n);
    l->stamp = arena_new(a, u32, n);
    l->stack = arena_new(a, u32, n);
    return l->times && l->weight && l->dist && l->outer && l->stamp && l->stack;
}

static u64 times(u64 a, u64 b) {
    return a && b > UINT64_MAX / 4 / a ? UINT64_MAX / 4 : a * b;
}

/* All nodes from which the head is come to again without passing it: each goes round as often as it does. */
static void round_the_loop(struct join *j, struct lengths *l, u32 head, u64 trip) {
    struct node *h = j->node[head];
    u32 n = 0, mark = head + 1;
    l->stamp[head] = mark;
    for (u32 k = 0; k < h->nback; k++)
        if (l->stamp[h->back[k]] != mark) {
            l->stamp[h->back[k]] = mark;
            l->stack[n++] = h->back[k];
        }
    l->times[head] = times(l->times[head], trip);
    if (l->outer[head] == NO_INDEX)
        l->outer[head] = head;
    while (n) {
        u32 i = l->stack[--n];
        struct node *x = j->node[i];
        l->times[i] = times(l->times[i], trip);
        if (l->outer[i] == NO_INDEX)
            l->outer[i] = head;
        for (u32 k = 0; k < x->nfrom; k++)
            if (l->stamp[x->from[k]] != mark) {
                l->stamp[x->from[k]] = mark;
                l->stack[n++] = x->from[k];
            }
    }
}

/* The longest way through all nodes, where the whole of a loop is at its head. */
static u64 longest_way(struct join *j, struct lengths *l, const u32 *order, u32 n) {
    u64 most = 0;
    for (u32 k = 0; k < n; k++) {
        u32 i = order[k], at = l->outer[i] == NO_INDEX ? i : l->outer[i];
        l->weight[at] += times(l->times[i], j->node[i]->insns);
    }
    for (u32 k = 0; k < n; k++) {
        u32 i = order[k];
        struct node *x = j->node[i];
        for (u32 f = 0; f < x->nfrom; f++) {
            u32 from = x->from[f];
            if (l->dist[from] > l->dist[i])
                l->dist[i] = l->dist[from];
            if (l->outer[i] != NO_INDEX && l->outer[i] != i && l->outer[from] != l->outer[i])
                return 0; /* a loop that is entered beside its head */
        }
        l->dist[i] += l->weight[i];
        if (l->dist[i] > most)
            most = l->dist[i];
    }
    return most;
}

bool join_length(struct join *j, u64 *total) {
    struct check *c = j->c;
    struct lengths l;
    struct arena a = {0};
    u32 open = NO_INDEX, n = 0, *order = arena_new(&a, u32, j->n + 1);
    u64 work = 0;
    bool ok = order && room_for(&l, &a, j->n);
    *total = 0;
    for (u32 i = 0; ok && i < j->n; i++) {
        l.times[i] = 1;
        l.outer[i] = NO_INDEX;
        if (j->node[i]->visits && (j->plain || j->node[i]->s))
            join_enqueue(j, i);
    }
    while (ok && j->nheap)
        order[n++] = join_dequeue(j);
    for (u32 k = 0; ok && k < n; k++) { /* loops outside others come first */
        struct node *h = j->node[order[k]];
        u64 t = h->nback > h->ncame ? join_trips(j, h) : 1, rounds = h->ncame ? join_rounds(j, h) : 1;
        if (!h->nback)
            continue;
        j->c->endless |= !rounds; /* it ends all the same */
        t = times(t, rounds ? rounds : 1);
        ok = (work += j->n) < WORK_MOST;
        if (ok && t)
            round_the_loop(j, &l, order[k], t);
        if ((!t || l.times[order[k]] > TRIPS_MOST) && open == NO_INDEX)
            open = order[k];
    }
    if (ok && open == NO_INDEX)
        *total = longest_way(j, &l, order, n);
    c->endless |= !*total;
    arena_drop(&a);
    if (!ok || open == NO_INDEX)
        return ok;
    c->func = j->node[open]->func;
    c->pc = j->node[open]->pc;
    state_copy(&c->s, j->node[open]->s);
    unproven(c, CHECK_LOOP, -1);
    state_drop(&c->pool, &c->s);
    return true;
}
