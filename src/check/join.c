/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* join.c - states joined: at the head of each block one state for all ways that lead there, widened where they come
 * round, until nothing changes; then made narrower twice, then looked at once more, with notes.
 *
 *   node: where (frames' calls, instruction), what is held -> state
 *
 * It ends soon whatever the program, and loops may take as many rounds as they like; but what is
 * known only of one of two ways is lost where they meet. A program that is not proven so is walked (walk.c).
 */
#include "check/join_inner.h"
#include <stdlib.h>
#include <string.h>

enum { PATIENCE = 3, NARROWINGS = 2 };

/* --- nodes --- */

static u64 order_of(const struct fn *fn, u32 pc) {
    return (u64)fn->order[fn->cfg.of[pc]] << 32 | pc;
}

static int before(const struct node *a, const struct node *b) {
    for (u32 k = 0; k < a->nframe && k < b->nframe; k++)
        if (a->order[k] != b->order[k])
            return a->order[k] < b->order[k] ? -1 : 1;
    return a->nframe == b->nframe  ? 0
           : a->nframe > b->nframe ? -1
                                   : 1; /* what is called comes before what goes on behind it */
}

static void sift(struct join *j, u32 i) {
    for (;;) {
        u32 l = 2 * i + 1, m = i, t;
        if (l < j->nheap && before(j->node[j->heap[l]], j->node[j->heap[m]]) < 0)
            m = l;
        if (l + 1 < j->nheap && before(j->node[j->heap[l + 1]], j->node[j->heap[m]]) < 0)
            m = l + 1;
        if (m == i)
            return;
        t = j->heap[i];
        j->heap[i] = j->heap[m];
        j->heap[m] = t;
        i = m;
    }
}

void join_enqueue(struct join *j, u32 n) {
    u32 i;
    if (j->node[n]->queued)
        return;
    j->node[n]->queued = true;
    j->heap[i = j->nheap++] = n;
    while (i && before(j->node[j->heap[i]], j->node[j->heap[(i - 1) / 2]]) < 0) {
        u32 t = j->heap[i];
        j->heap[i] = j->heap[(i - 1) / 2];
        j->heap[i = (i - 1) / 2] = t;
    }
}

u32 join_dequeue(struct join *j) {
    u32 n = j->heap[0];
    j->heap[0] = j->heap[--j->nheap];
    sift(j, 0);
    j->node[n]->queued = false;
    return n;
}

static bool grow(struct join *j) {
    u32 cap = j->cap ? j->cap * 2 : 256;
    struct node **n = realloc(j->node, cap * sizeof *n);
    u32 *h;
    if (!n)
        return false;
    j->node = n;
    if (!(h = realloc(j->heap, cap * sizeof *h)))
        return false;
    j->heap = h;
    j->cap = cap;
    return true;
}

/* States of nodes: what is done with serves again. */
static bool keep_state(struct join *j, struct state **to, const struct state *s) {
    if (!(*to = j->nspare ? j->spare[--j->nspare] : malloc(sizeof **to))) {
        j->failed = j->c->stop = true;
        return false;
    }
    state_copy(*to, s);
    return true;
}

static void drop_state(struct join *j, struct state **s) {
    if (!*s)
        return;
    state_drop(&j->c->pool, *s);
    if (j->nspare == j->capspare) {
        u32 cap = j->capspare ? j->capspare * 2 : 64;
        struct state **x = realloc(j->spare, cap * sizeof *x);
        if (x) {
            j->spare = x;
            j->capspare = cap;
        }
    }
    if (j->nspare < j->capspare)
        j->spare[j->nspare++] = *s;
    else
        free(*s);
    *s = NULL;
}

/* The node of the place where s stands; made if there is none. NO_INDEX: out of memory. */
static u32 node_of(struct join *j) {
    struct check *c = j->c;
    struct state *s = &c->s;
    u64 h = ((u64)top(c)->func << 32 | s->pc) * 0x9e3779b97f4a7c15ull;
    struct node *n;
    u32 b, i;
    for (u32 k = 1; k < s->nframe; k++)
        h = (h ^ s->f[k]->ret) * 0x9e3779b97f4a7c15ull;
    b = (u32)(h >> 40) % HASH;
    for (i = j->bucket[b]; i != NO_INDEX; i = n->next) {
        bool same;
        n = j->node[i];
        if (!n->s)
            continue; /* done */
        same = n->func == top(c)->func && n->pc == s->pc && n->nframe == s->nframe && n->nref == s->nref &&
               n->lock_map == s->lock_map && n->rcu == s->rcu && n->preempt == s->preempt;
        for (u32 k = 1; same && k < s->nframe; k++)
            same = n->ret[k] == s->f[k]->ret && n->s->f[k]->func == s->f[k]->func && n->s->f[k]->cb == s->f[k]->cb;
        for (u32 k = 0; same && k < s->nref; k++)
            same = n->s->ref[k].kind == s->ref[k].kind && n->s->ref[k].frame == s->ref[k].frame &&
                   n->s->ref[k].pc == s->ref[k].pc;
        if (same)
            return i;
    }
    if ((j->n == j->cap && !grow(j)) || c->memory + (j->n + 1) * (sizeof *n + 2 * sizeof *n->s) > c->max_memory ||
        !(n = calloc(1, sizeof *n)))
        return NO_INDEX;
    n->func = top(c)->func;
    n->pc = s->pc;
    n->nframe = s->nframe;
    n->nref = s->nref;
    n->lock_map = s->lock_map;
    n->rcu = s->rcu;
    n->preempt = s->preempt;
    for (u32 k = 0; k < s->nframe; k++) {
        bool last = k + 1 == s->nframe;
        n->ret[k] = s->f[k]->ret;
        n->order[k] = order_of(&c->fn[s->f[k]->func], last ? s->pc : s->f[k + 1]->ret);
        n->order[k] += !last && s->f[k + 1]->cb; /* behind the call that runs it again and again */
    }
    n->root = s->f[0]->func;
    n->head = c->fn[n->func].mark[n->pc] & M_FORCE || c->fn[n->func].mark[n->pc] & M_HEAD;
    n->next = j->bucket[b];
    n->self = j->bucket[b] = j->n;
    j->node[j->n] = n;
    return j->n++;
}

/* --- widening --- */

static int by_value(const void *a, const void *b) {
    s64 x = *(const s64 *)a, y = *(const s64 *)b;
    return x < y ? -1 : x > y;
}

static bool gives_constant(const struct insn *i) {
    return isa_info[i->op].shape == SHAPE_JCCI || i->op == OP_mov64i || i->op == OP_mov32i;
}

/* Those of the functions that were come to, and their neighbours: where a number that grows is likely to end. */
static void constants(struct join *j) {
    const struct module *m = j->c->m;
    u32 n = 0;
    for (u32 k = 0; k < m->nfunc; k++)
        for (u32 pc = 0; j->c->fn[k].ready && pc < m->func[k].nslot; pc++)
            n += gives_constant(&m->func[k].code[pc]);
    if (!(j->step = malloc((n + 1) * 3 * sizeof *j->step)))
        return;
    for (u32 k = 0; k < m->nfunc; k++)
        for (u32 pc = 0; j->c->fn[k].ready && pc < m->func[k].nslot; pc++) {
            const struct insn *i = &m->func[k].code[pc];
            for (s64 d = -1; gives_constant(i) && d <= 1; d++)
                j->step[j->nstep++] = i->imm + d;
        }
    qsort(j->step, j->nstep, sizeof *j->step, by_value);
    n = 0;
    for (u32 k = 0; k < j->nstep; k++)
        if (!k || j->step[k] != j->step[n - 1])
            j->step[n++] = j->step[k];
    j->nstep = n;
}

/* --- where ways meet --- */

/* A callback has come back to the call that runs it. */
static bool came_back(const struct node *from, const struct node *to) {
    return from->s->f[to->nframe]->cb && from->ret[to->nframe] == to->pc;
}

static void arrive(struct join *j) {
    struct check *c = j->c;
    u32 i = node_of(j);
    struct node *n;
    if (i == NO_INDEX) {
        j->failed = c->stop = true;
        return;
    }
    n = j->node[i];
    c->over = true;
    switch (j->phase) {
    case RISING:
        if (j->plain)
            join_append(j, &n->from, &n->nfrom, &n->capfrom, j->at->self);
        if (!n->s) {
            if (!keep_state(j, &n->s, &c->s))
                return;
            n->s->ckpt = NO_CKPT;
        } else {
            bool wide = n->head && n->visits > PATIENCE;
            j->widened |= wide;
            if (wide && !j->step)
                constants(j);
            if (!state_join(c, n->s, &c->s, wide, j->step, j->nstep, n->own))
                return;
        }
        if (n->head)
            join_name(j, n, n->s);
        join_enqueue(j, i);
        return;
    case NARROWING:
        if (!n->narrow)
            keep_state(j, &n->narrow, &c->s);
        else
            state_join(c, n->narrow, &c->s, false, NULL, 0, NULL);
        return;
    case LOOKING:
        if (n->root != j->at->root)
            return; /* a callback that runs later, by itself */
        if (j->at->nframe > n->nframe && came_back(j->at, n))
            join_came_back(j, n);
        else if (before(n, j->at) > 0)
            join_append(j, &n->from, &n->nfrom, &n->capfrom, j->at->self);
        else
            join_measure(j, n);
        return;
    }
}

/* It is the last round. */
static bool counts(const struct join *j) {
    return j->plain || j->phase == LOOKING;
}

void join_add(struct check *c, u64 length, u64 steps) {
    struct join *j = c->join;
    j->steps += steps;
    if (!counts(j))
        return;
    j->at->insns += length;
    c->endless |= !length;
}

void add_length(struct check *c, u64 n) {
    if (c->join)
        join_add(c, n, 0);
    else
        c->s.called += n;
    c->endless |= !n;
}

bool join_counts(const struct check *c) {
    return c->join && counts(c->join);
}

/* From where s stands to the next node, and all ways that fork off there. */
static void follow(struct join *j) {
    struct check *c = j->c;
    u32 base = c->ntodo;
    bool first = true;
    for (;;) {
        c->over = false;
        while (!c->stop && !c->over) {
            struct fn *fn;
            c->func = top(c)->func;
            c->pc = c->s.pc;
            fn = &c->fn[c->func];
            if (!first && fn->mark[c->pc] & (M_BLOCK | M_FORCE)) {
                arrive(j);
                break;
            }
            if (c->log_joined && !c->quiet && first && fn->mark[c->pc] & M_BLOCK)
                log_state(c);
            first = false;
            if (++j->steps > j->most) {
                j->failed = c->stop = true;
                break;
            }
            if (!c->quiet)
                fn->fact[c->pc].bits |= FACT_SEEN;
            j->at->insns += counts(j);
            if (j->phase == LOOKING)
                join_moves(j);
            if (c->quiet) {
                step(c);
                continue;
            }
            u32 nframe = c->s.nframe, ntodo = c->ntodo;
            c->ranging = true;
            known_before(c);
            step(c);
            known_after(c, nframe, ntodo);
            c->ranging = false;
        }
        state_drop(&c->pool, &c->s);
        if (c->stop || c->ntodo == base)
            break;
        memcpy(&c->s, &c->todo[--c->ntodo].s, sizeof c->s);
        first = false;
    }
    while (c->ntodo > base)
        state_drop(&c->pool, &c->todo[--c->ntodo].s);
}

static void follow_node(struct join *j, u32 i) {
    struct node *n = j->at = j->node[i];
    if (j->plain) { /* it is not come to again */
        memcpy(&j->c->s, n->s, sizeof *n->s);
        n->s->nframe = 0;
        drop_state(j, &n->s);
    } else {
        state_copy(&j->c->s, n->s);
    }
    follow(j);
}

/* --- the rounds --- */

static void rise(struct join *j) {
    while (j->nheap && !j->c->stop) {
        u32 i = join_dequeue(j);
        j->node[i]->visits++;
        follow_node(j, i);
    }
}

static void narrow(struct join *j) {
    struct check *c = j->c;
    for (u32 i = 0; i < j->n && !c->stop; i++)
        if (j->node[i]->s)
            follow_node(j, i);
    for (u32 i = 0; i < j->n; i++) {
        struct node *n = j->node[i];
        if (c->stop || !i) { /* it begins at the first, and may be come back to: both */
            drop_state(j, &n->narrow);
            continue;
        }
        drop_state(j, &n->s);
        n->s = n->narrow;
        n->narrow = NULL;
        if (n->s && n->head)
            join_name(j, n, n->s);
    }
}

static void drop_nodes(struct join *j) {
    for (u32 i = 0; i < j->n; i++) {
        struct node *n = j->node[i];
        drop_state(j, &n->s);
        drop_state(j, &n->narrow);
        free(n->up);
        free(n->down);
        free(n->own);
        free(n->from);
        free(n->back);
        free(n);
    }
    while (j->nspare)
        free(j->spare[--j->nspare]);
    free(j->spare);
    free(j->node);
    free(j->heap);
    free(j->step);
}

/* None of the functions that may be come to from this one has a loop. */
static bool loop_free(struct check *c, u32 func) {
    const struct func *f = &c->m->func[func];
    struct fn *fn = function(c, func);
    if (!fn)
        return false;
    if (fn->plain)
        return fn->plain == PLAIN;
    fn->plain = LOOPS; /* of one that calls itself */
    if (fn->loops)
        return false;
    for (u32 pc = 0; pc < f->nslot; pc++) {
        const struct insn *i = &f->code[pc];
        if (i->op == OP_callx || ((i->op == OP_callf || i->op == OP_ldfunc) && !loop_free(c, (u32)i->imm)))
            return false;
    }
    fn->plain = PLAIN;
    return true;
}

/* Round after round, then the last, in which what is found counts. */
static void settle(struct join *j) {
    struct check *c = j->c;
    c->quiet = j->quiet || !j->plain;
    rise(j);
    if (j->plain)
        return;
    j->phase = NARROWING;
    for (u32 k = 0; k < NARROWINGS && j->widened && !c->stop; k++)
        narrow(j);
    j->phase = LOOKING;
    c->quiet = j->quiet;
    for (u32 i = 0; i < j->n && !c->stop; i++)
        if (j->node[i]->s)
            follow_node(j, i);
}

bool join_from(struct check *c, u64 most, bool quiet, u64 *length_of, u64 *steps) {
    struct join *j = calloc(1, sizeof *j), *outer = c->join;
    u32 first; /* 0 */
    bool done = false;
    *length_of = *steps = 0;
    if (!j) {
        state_drop(&c->pool, &c->s);
        return false;
    }
    j->c = c;
    j->most = most;
    j->quiet = quiet;
    c->join = j;
    memset(j->bucket, 0xff, sizeof j->bucket);
    j->plain = loop_free(c, top(c)->func);
    first = node_of(j);
    if (first != NO_INDEX && keep_state(j, &j->node[first]->s, &c->s)) {
        state_drop(&c->pool, &c->s);
        if (j->node[first]->head)
            join_name(j, j->node[first], j->node[first]->s);
        join_enqueue(j, first);
        settle(j);
        if (!c->stop && !j->failed)
            done = join_length(j, length_of);
    }
    *steps = j->steps;
    c->r->joins += j->n;
    state_drop(&c->pool, &c->s);
    c->quiet = false;
    c->join = outer;
    drop_nodes(j);
    free(j);
    return done;
}

u64 join_left(const struct check *c) {
    const struct join *j = c->join;
    return j->most > j->steps ? j->most - j->steps : 0;
}

bool join(struct check *c, u64 most) {
    u64 n, steps;
    bool done = join_from(c, most, false, &n, &steps);
    c->length = n;
    c->r->steps += steps;
    summaries_drop(c);
    return done;
}
