/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower_exn.c - try_table: a range of code with a handler, and behind the body what sorts exceptions.
 *
 * The handler gets the exception in the home of the first slot above the try_table's base. It asks tag by tag; where
 * none fits it goes on with that of the try_table around it, and at last throws again. So ranges cover bodies
 * alone. Nothing of this is on the path without exceptions. */
#include "front/wasm/lower.h"

static struct try *try_at(struct lower *l, u32 n) { return (struct try *)(void *)l->tries.data + n; }

static void out_of_memory(struct lower *l) { fail(l->e, E_NOMEM, NOWHERE, "out of memory for exception handlers"); }

/* Labels of clauses count from outside of the block, which is open already. */
static void read_clauses(struct lower *l, struct try *t) {
    struct bytes b = {l->b.base, l->i.ext, l->b.end, l->e};
    struct wasm_catch c;

    t->clause = (u32)(l->clauses.len / sizeof(struct clause));
    for (u32 k = 0; k < l->i.n && wasm_catch_read(&b, &c); k++) {
        const struct block *to = &l->block[l->nblock - 2 - c.label];
        struct clause new = {c.kind, c.tag, to->label, to->slot, to->kind == BLOCK_FUNC};
        buf_add(&l->clauses, &new, sizeof new);
        l->label[to->label].caught = true;
        t->nclause++;
    }
    if (l->clauses.oom) out_of_memory(l);
}

void open_try(struct lower *l) {
    struct block *b = &l->block[l->nblock - 1];
    struct try t = {.start = l->n, .where = l->at, .slot = b->slot, .outer = l->in_try, .label = label_new(l)};

    read_clauses(l, &t);
    b->other = l->ntry;
    l->in_try = l->ntry++;
    l->def = NO_INDEX; /* what was made before does not move into the range */
    buf_add(&l->tries, &t, sizeof t);
    if (l->tries.oom) out_of_memory(l);
}

void close_try(struct lower *l) {
    u32 n = l->block[l->nblock - 1].other;
    struct try *t = try_at(l, n);

    t->end = l->n;
    l->in_try = t->outer;
    l->def = NO_INDEX;
    if (t->start == t->end) return;
    buf_add(&l->handlers, &n, sizeof n);
    if (l->handlers.oom) out_of_memory(l);
}

/* The values of the clause stand on the stack. */
static void to_label(struct lower *l, const struct clause *c, u32 n) {
    if (c->func) {
        give_back(l);
        return;
    }
    carry(l, n, c->slot);
    jump(l, c->label);
}

static void sort_by_tag(struct lower *l, const struct clause *c, u16 exn) {
    u32 type = l->w->tag[c->tag].type, next = label_new(l), sp = l->sp, slot = l->top;
    struct wasm_types params = wasm_params(l->w, type), none = {params.t, 0};
    u16 is = home_of(l, l->top, 'I'), reg;
    bool own;

    emit(l, OP_exnis, is, exn, 0, 0, c->tag);
    jump_at(l, emit(l, OP_jeq32i, l->wide_jumps, is, 0, 0, 0), next);
    reg = window(l, slot, params, none, 0, &own);
    emit(l, OP_exnarg, reg, exn, l->m->type[type].param_slots, 0, c->tag);
    for (u32 k = 0, at = reg; k < params.n; k++) {
        u8 letter = vt_letter(params.t[k]);
        move(l, push_home(l, letter), (u16)at, letter);
        at += vt_slots(params.t[k]);
    }
    if (c->kind == CATCH_TAG_REF) move(l, push_home(l, 'N'), exn, 'N');
    to_label(l, c, l->sp - sp);
    drop_to(l, sp);
    land(l, next);
}

static void sort_one(struct lower *l, u32 n) {
    struct try *t = try_at(l, n);
    u16 exn;

    l->at = t->where;
    l->top = t->slot;
    land(l, t->label);
    exn = push_home(l, 'N');
    for (u32 k = 0; k < t->nclause && !l->e->code; k++) {
        const struct clause *c = (const struct clause *)(void *)l->clauses.data + t->clause + k;
        if (c->tag != WASM_NONE) {
            sort_by_tag(l, c, exn);
            continue;
        }
        if (c->kind == CATCH_ALL) drop_to(l, 0);
        to_label(l, c, l->sp);
        drop_to(l, 0);
        return;
    }
    if (t->outer == NO_INDEX) {
        emit(l, OP_throwref, 0, exn, 0, 0, 0);
    } else {
        move(l, home_of(l, try_at(l, t->outer)->slot, 'N'), exn, 'N');
        jump(l, try_at(l, t->outer)->label);
    }
    drop_to(l, 0);
}

/* The stack is empty, and each block closed. */
void sort_exceptions(struct lower *l) {
    drop_to(l, 0);
    for (u32 n = 0; n < l->ntry && !l->e->code; n++) sort_one(l, n);
}
