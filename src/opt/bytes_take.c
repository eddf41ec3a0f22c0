/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bytes_take.c - which of the wide accesses that were met are taken, and what each takes the place of.
 *
 * in:  what the walk met, who wrote each operand, how often each result is read     out: struct joined of each
 *
 * From a root (of a store: from its pieces) the instructions that made the value are found, from the last to the first.
 * One dies when all that read its result die, or are the root. */
#include "opt/bytes_walk.h"
#include <stdlib.h>
#include <string.h>

enum { MAX_PARTS = 48 }; /* instructions that made a value */

/* In falling order. */
struct parts {
    u32 pc[MAX_PARTS];
    u32 left[MAX_PARTS]; /* how often the result is read by what does not die */
    u32 n;
};

static bool add_part(struct parts *p, const struct look *k, u32 pc) {
    u32 at = 0;
    while (at < p->n && p->pc[at] > pc)
        at++;
    if (at < p->n && p->pc[at] == pc)
        return true;
    if (p->n == MAX_PARTS)
        return false;
    memmove(&p->pc[at + 1], &p->pc[at], (p->n - at) * sizeof *p->pc);
    memmove(&p->left[at + 1], &p->left[at], (p->n - at) * sizeof *p->left);
    p->pc[at] = pc;
    p->left[at] = k->use[pc].n;
    p->n++;
    return true;
}

/* What made the value of a load; false: some of it is not what it seems, or it is too far away. Operands were written
 * in front of what reads them: one pass over the growing list meets all. */
static bool parts_of_load(const struct look *k, struct cand *c, struct parts *p) {
    p->n = 0;
    c->first = c->last;
    add_part(p, k, c->last);
    for (u32 n = 0; n < p->n; n++) {
        const struct insn *i = &k->f->code[p->pc[n]];
        const struct use *u = &k->use[p->pc[n]];
        u16 reads = isa_reads(i).n;
        if (u->what == LOAD) {
            if (u->row != c->row || u->at < c->at || u->at + load_size(i->op) > c->at + c->size)
                return false;
            c->first = p->pc[n];
        } else if (u->what != MOVES || (reads > 0 && (!u->b || !add_part(p, k, u->b - 1))) ||
                   (reads > 1 && (!u->c || !add_part(p, k, u->c - 1)))) {
            return false;
        }
    }
    return c->first >= c->barrier && c->last - c->first < MAX_SPAN;
}

/* The pieces of a store, and what moved their bytes into place behind the first. */
static bool parts_of_store(const struct look *k, const struct cand *c, struct parts *p) {
    p->n = 0;
    for (u32 pc = c->first; pc <= c->last; pc++)
        if (isa_info[k->f->code[pc].op].shape == SHAPE_ST && !add_part(p, k, pc))
            return false;
    for (u32 n = 0; n < p->n; n++) {
        const struct use *u = &k->use[p->pc[n]];
        u32 def[2] = {u->b, u->c};
        bool piece = isa_info[k->f->code[p->pc[n]].op].shape == SHAPE_ST;
        for (u32 t = piece; t < 2; t++)
            if (def[t] && def[t] - 1 > c->first && k->use[def[t] - 1].what >= MOVES && !add_part(p, k, def[t] - 1))
                return false;
    }
    return true;
}

static void no_longer_read(struct parts *p, u32 def) {
    for (u32 n = 0; n < p->n; n++)
        if (def && p->pc[n] == def - 1)
            p->left[n]--;
}

/* Marks what dies with left 0; returns how many do, *accesses of them loads or stores. */
static u32 bury(const struct look *k, const struct cand *c, struct parts *p, u32 *accesses) {
    u32 dead = 0;
    *accesses = 0;
    for (u32 n = 0; n < p->n; n++) {
        const struct insn *i = &k->f->code[p->pc[n]];
        const struct use *u = &k->use[p->pc[n]];
        bool root = !c->store && !n, store = isa_info[i->op].shape == SHAPE_ST;
        if (!root && !store && (p->left[n] || p->pc[n] < c->first)) {
            p->left[n] = 1;
            continue;
        }
        p->left[n] = root;
        dead += !root;
        *accesses += store || u->what == LOAD;
        if (!store && u->what != LOAD)
            no_longer_read(p, u->b);
        if (u->what != LOAD)
            no_longer_read(p, u->c);
    }
    return dead;
}

static bool written(const struct look *k, u32 from, u32 to, u16 reg) {
    for (u32 pc = from; pc < to; pc++) {
        struct regs w = isa_writes(&k->f->code[pc]);
        for (u16 n = 0; n < w.n; n++)
            if (w.r[n] == reg)
                return true;
    }
    return false;
}

/* Nonzero: out of memory. */
static int take(struct look *k, struct cand *c, u8 *dies, struct bytes *y, struct arena *a) {
    struct parts p;
    const struct insn *i;
    u32 accesses, dead, *die;
    if (dies[c->last] || (c->store ? !parts_of_store(k, c, &p) : !parts_of_load(k, c, &p)))
        return 0;
    dead = bury(k, c, &p, &accesses);
    if (accesses < 2)
        return 0;
    for (u32 n = 0; n < p.n; n++)
        if (!p.left[n] && dies[p.pc[n]])
            return 0;
    if (!(die = arena_new(a, u32, dead)))
        return -1;
    i = &k->f->code[c->first];
    y->of[y->n++] = (struct joined){.first = c->first,
                                    .last = c->last,
                                    .base = i->b,
                                    .value = c->value,
                                    .off = c->store ? c->at : c->at - k->use[c->first].at + i->off,
                                    .size = c->size,
                                    .store = c->store,
                                    .swap = c->swap,
                                    .npiece = accesses,
                                    .die = die,
                                    .ndie = dead};
    for (u32 n = p.n; n--;)
        if (!p.left[n]) {
            dies[p.pc[n]] = 1;
            *die++ = p.pc[n];
        }
    return 0;
}

static int by_first(const void *x, const void *y) {
    const struct joined *a = x, *b = y;
    return a->first != b->first ? (a->first < b->first ? -1 : 1) : a->last < b->last ? -1 : a->last > b->last;
}

/* Puts together what overlaps. What cannot be checked where the span begins, or would make it too long, is dropped. */
static void make_spans(const struct look *k, struct bytes *y) {
    u32 n = 0;
    qsort(y->of, y->n, sizeof *y->of, by_first);
    for (u32 t = 0; t < y->n; t++) {
        struct joined *j = &y->of[n];
        struct span *s = y->nspan ? &y->span[y->nspan - 1] : NULL;
        *j = y->of[t];
        if (!s || j->first > s->last) {
            s = &y->span[y->nspan++];
            *s = (struct span){.first = j->first, .of = j};
            y->at[j->first] = y->nspan;
        } else if (j->store || s->of->store || j->last - s->first >= MAX_SPAN ||
                   written(k, s->first, j->first, j->base)) {
            continue;
        }
        s->last = j->last > s->last ? j->last : s->last;
        s->n++;
        j->base_stays = !written(k, s->first, j->last, j->base);
        n++;
    }
    y->n = n;
}

int take_all(struct look *k, struct bytes *y, struct arena *a) {
    u8 *dies = arena_new(a, u8, k->f->nslot);
    y->of = arena_new(a, struct joined, k->ncand);
    y->span = arena_new(a, struct span, k->ncand);
    if (!dies || !y->of || !y->span)
        return -1;
    for (u32 size = 8; size > 1; size /= 2)
        for (u32 n = k->ncand; n--;)
            if (k->cand[n].size == size && take(k, &k->cand[n], dies, y, a))
                return -1;
    if (y->n)
        make_spans(k, y);
    return 0;
}
