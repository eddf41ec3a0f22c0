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
    u32 *outer, *stamp, *body;
};

static bool room_for(struct lengths *l, struct arena *a, u32 n) {
    l->times = arena_new(a, u64, n);
    l->weight = arena_new(a, u64, n);
    l->dist = arena_new(a, u64, n);
    l->outer = arena_new(a, u32, n);
    l->stamp = arena_new(a, u32, n);
    l->body = arena_new(a, u32, n);
    return l->times && l->weight && l->dist && l->outer && l->stamp && l->body;
}

static u64 times(u64 a, u64 b) {
    return a && b > UINT64_MAX / 4 / a ? UINT64_MAX / 4 : a * b;
}

static u32 add_nodes(struct lengths *l, u32 n, const u32 *node, u32 count, u32 mark) {
    for (u32 k = 0; k < count; k++)
        if (l->stamp[node[k]] != mark) {
            l->stamp[node[k]] = mark;
            l->body[n++] = node[k];
        }
    return n;
}

/* The head, and all nodes from which it is come to again without passing it, those of loops within among them; how
 * many. */
static u32 find_body(const struct join *j, struct lengths *l, u32 head) {
    u32 n = add_nodes(l, 0, &head, 1, head + 1);
    n = add_nodes(l, n, j->node[head]->back, j->node[head]->nback, head + 1);
    for (u32 k = 1; k < n; k++) {
        const struct node *x = j->node[l->body[k]];
        n = add_nodes(l, n, x->from, x->nfrom, head + 1);
        n = add_nodes(l, n, x->back, x->nback, head + 1);
    }
    return n;
}

/* Each of the first n nodes of body goes round as often as the head does. */
static void round_the_loop(struct lengths *l, u32 n, u64 trip) {
    for (u32 k = 0; k < n; k++) {
        u32 i = l->body[k];
        l->times[i] = times(l->times[i], trip);
        if (l->outer[i] == NO_INDEX)
            l->outer[i] = l->body[0];
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
        u64 t = 1, rounds = h->ncame ? join_rounds(j, h) : 1;
        u32 nbody;
        if (!h->nback)
            continue;
        j->c->endless |= !rounds; /* it ends all the same */
        if (!(ok = (work += j->n) < WORK_MOST))
            break;
        nbody = find_body(j, &l, order[k]);
        if (h->nback > h->ncame)
            t = join_trips(j, h, l.body, nbody);
        t = times(t, rounds ? rounds : 1);
        if (t)
            round_the_loop(&l, nbody, t);
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
