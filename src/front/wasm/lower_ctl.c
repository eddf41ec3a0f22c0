/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower_ctl.c - blocks, branches, br_table.
 *
 * Where paths join, values are in their homes. So at the start of a block all values that are locals go home (a path
 * inside may set the local), and branches with values, and ends that are branched to, settle these. The homes of
 * a label begin at its block's base; a branch from higher up moves its values down, the lowest first, which never
 * overwrites one that is still to be moved.
 *
 * A label keeps a chain of the instructions that go there, linked through their targets, until it is bound. */
#include "front/wasm/lower.h"
#include "abi/ctx.h"

/* --- labels --- */

u32 label_new(struct lower *l) {
    struct label *p = more(l, l->label, &l->label_cap, l->nlabel + 1, sizeof *p);

    if (!p) return 0;
    l->label = p;
    p[l->nlabel] = (struct label){.pc = NO_INDEX};
    return l->nlabel++;
}

void jump_at(struct lower *l, u32 pc, u32 label) {
    struct label *t = &l->label[label];

    if (t->pc != NO_INDEX) {
        l->code[pc].off = (s32)t->pc;
        return;
    }
    l->code[pc].off = (s32)t->refs;
    t->refs = pc + 1;
}

void jump(struct lower *l, u32 label) { jump_at(l, emit(l, OP_ja, 0, 0, 0, 0, 0), label); }

void land(struct lower *l, u32 label) {
    struct label *t = &l->label[label];

    for (u32 pc = t->refs; pc;) {
        u32 next = (u32)l->code[pc - 1].off;
        l->code[pc - 1].off = (s32)l->n;
        pc = next;
    }
    t->pc = l->n;
    l->def = NO_INDEX;
}

/* --- blocks --- */

void die(struct lower *l) {
    l->dead = true;
    l->skip = 0;
}

static struct wasm_types label_types(const struct lower *l, const struct block *t) {
    return t->kind == BLOCK_LOOP ? wasm_block_params(l->w, &t->type) : wasm_block_results(l->w, &t->type);
}

/* What stands on the stack behind a join, or at the start of else. */
static void push_homes(struct lower *l, struct wasm_types t) {
    for (u32 k = 0; k < t.n; k++) push_home(l, vt_letter(t.t[k]));
}

void open_block(struct lower *l, enum block_kind kind, u32 type) {
    struct block *t = more(l, l->block, &l->block_cap, l->nblock + 1, sizeof *t);
    u32 nparam = wasm_block_params(l->w, &type).n;

    if (!t) return;
    l->block = t;
    if (kind == BLOCK_FUNC) nparam = 0;
    t += l->nblock++;
    *t = (struct block){.kind = (u8)kind, .type = type, .sp = l->sp - nparam, .slot = l->top};
    if (nparam) t->slot = l->stack[t->sp].slot;
    t->label = label_new(l);
}

void lower_block(struct lower *l) {
    enum block_kind kind = l->arg;
    u32 type = l->i.x;
    struct cond c = {0};

    if (kind == BLOCK_IF) c = take_cond(l);
    settle_locals(l);
    if (kind == BLOCK_LOOP || kind == BLOCK_IF) settle(l, wasm_block_params(l->w, &type).n);
    open_block(l, kind, type);
    if (l->e->code) return;
    switch (kind) {
    case BLOCK_LOOP: land(l, l->block[l->nblock - 1].label); break;
    case BLOCK_IF: {
        u32 other = label_new(l);
        l->block[l->nblock - 1].other = other;
        flip(&c);
        jump_if(l, &c, other);
        break;
    }
    case BLOCK_TRY: open_try(l); break;
    case BLOCK_FUNC: case BLOCK_PLAIN: case BLOCK_ELSE: break;
    }
}

void lower_else(struct lower *l) {
    struct block *t = &l->block[l->nblock - 1];

    if (!l->dead) {
        settle(l, wasm_block_results(l->w, &t->type).n);
        jump(l, t->label);
    }
    drop_to(l, t->sp);
    push_homes(l, wasm_block_params(l->w, &t->type));
    land(l, t->other);
    t->kind = BLOCK_ELSE;
    l->dead = false;
}

void lower_end(struct lower *l) {
    struct block *t = &l->block[l->nblock - 1];
    struct wasm_types results = wasm_block_results(l->w, &t->type);
    const struct label *end = &l->label[t->label];
    bool joined = t->kind != BLOCK_LOOP && (end->refs || end->caught || t->kind == BLOCK_IF);

    if (t->kind == BLOCK_TRY) close_try(l);
    if (joined && !l->dead) settle(l, results.n);
    if (joined || l->dead) drop_to(l, t->sp);
    if (joined) {
        if (t->kind == BLOCK_IF) land(l, t->other);
        push_homes(l, results);
        land(l, t->label);
        l->dead = false;
    }
    if (t->kind == BLOCK_FUNC && !l->dead) give_back(l);
    l->nblock--;
}

/* --- branches --- */

void carry(struct lower *l, u32 n, u32 slot) {
    for (u32 k = l->sp - n; k < l->sp; k++) {
        const struct val *v = &l->stack[k];
        put(l, v, home_of(l, slot, v->letter));
        slot += v->letter == 'V' ? 2 : 1;
    }
}

static struct block *block_at(struct lower *l, u32 depth) { return &l->block[l->nblock - 1 - depth]; }

/* Whether the n topmost values stand where a branch to t leaves them. */
static bool in_place(const struct lower *l, const struct block *t, u32 n) {
    return !n || l->stack[l->sp - n].slot == t->slot;
}

static void branch(struct lower *l, const struct block *t) {
    u32 n = label_types(l, t).n, label = t->label;

    if (t->kind == BLOCK_FUNC) {
        give_back(l);
        return;
    }
    if (in_place(l, t, n)) settle(l, n);
    else carry(l, n, t->slot);
    jump(l, label);
}

void lower_br(struct lower *l) {
    branch(l, block_at(l, l->i.x));
    die(l);
}

/* To the block if c; the values stay for what follows. */
static void branch_if(struct lower *l, struct cond *c, const struct block *t) {
    u32 n = label_types(l, t).n, over;

    if (!n || (t->kind != BLOCK_FUNC && in_place(l, t, n))) {
        settle(l, n);
        jump_if(l, c, t->label);
        return;
    }
    if (n > 1) settle(l, n); /* or they would be settled on one of the paths alone */
    over = label_new(l);
    flip(c);
    jump_if(l, c, over);
    branch(l, t);
    land(l, over);
}

void lower_br_if(struct lower *l) {
    struct cond c = take_cond(l);

    branch_if(l, &c, block_at(l, l->i.x));
}

/* The reference v, popped, is null: as a condition. */
static struct cond null_cond(struct lower *l, const struct val *v) {
    u16 reg = home_of(l, v->slot + 1, 'I');
    struct val is = {.kind = VAL_HOME, .letter = 'I', .reg = reg, .slot = v->slot + 1};
    struct val zero = {.kind = VAL_CONST, .letter = 'I', .slot = v->slot + 2};

    emit(l, OP_isnull, reg, v->reg, 0, 0, 0);
    return (struct cond){.cc = CC_NE, .letter = 'I', .slot = v->slot + 1, .b = is, .c = zero};
}

/* The reference stays where it does not branch. */
static void push_again(struct lower *l, const struct val *v) {
    if (v->kind == VAL_LOCAL) push_local(l, v->local);
    else push_home(l, v->letter);
}

void lower_br_on_null(struct lower *l) {
    struct val v = pop(l);
    struct cond c = null_cond(l, &v);

    branch_if(l, &c, block_at(l, l->i.x));
    push_again(l, &v);
}

/* The label takes the reference as well, which is gone where it does not branch. */
void lower_br_on_non_null(struct lower *l) {
    struct val v = *top_val(l);
    struct cond c = null_cond(l, &v);

    flip(&c);
    branch_if(l, &c, block_at(l, l->i.x));
    pop(l);
}

/* --- br_table --- */

/* Straight to the label, or to moves on the way: one set of them for each block. */
static u32 table_label(struct lower *l, struct block *t, u32 n) {
    if (!n || (t->kind != BLOCK_FUNC && in_place(l, t, n))) return t->label;
    if (t->stub_table != l->table) {
        t->stub = label_new(l);
        t->stub_table = l->table;
    }
    return t->stub;
}

static void emit_stub(struct lower *l, const struct block *t) {
    if (t->stub_table != l->table || l->label[t->stub].pc != NO_INDEX) return;
    land(l, t->stub);
    branch(l, t);
}

void lower_br_table(struct lower *l) {
    struct bytes b = {l->b.base, l->i.ext, l->b.end, l->e};
    struct val v = pop(l);
    u32 count = l->i.n + 1, n = 0;
    u16 index = use(l, &v);

    l->table++;
    for (u32 k = 0; k < count && !l->e->code; k++) {
        struct block *t = block_at(l, leb_u32(&b));
        if (!k) {
            n = label_types(l, t).n;
            settle(l, n);
            emit(l, OP_brtab, 0, index, 0, 0, l->i.n);
        }
        jump(l, table_label(l, t, n));
    }
    b.p = l->i.ext;
    for (u32 k = 0; n && k < count && !l->e->code; k++) emit_stub(l, block_at(l, leb_u32(&b)));
    die(l);
}

void lower_unreachable(struct lower *l) {
    emit(l, OP_trap, 0, 0, 0, 0, TRAP_UNREACHABLE);
    die(l);
}
