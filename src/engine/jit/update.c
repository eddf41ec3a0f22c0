/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* update.c - memory that is loaded, changed and stored again: it is changed in place.
 *
 *     r3 = *(u16 *)(r4 + 0)    gone
 *     w3 += 1                  gone
 *     *(u16 *)(r4 + 0) = r3    add word [r4], 1
 *
 * Of accesses that need no check, so that it does not matter which of the two would have failed. */
#include "engine/jit/checks.h"

enum { NEAR = 12, NONE = 0xffffffffu };

static bool is_free(const struct unit *u, u32 pc) {
    if (u->fact && (u->fact[pc].bits & (FACT_SEEN | FACT_SAFE)) == (FACT_SEEN | FACT_SAFE))
        return true;
    return u->o.place[pc].access == ACCESS_FRAME || (!u->l->checks && u->o.place[pc].access == ACCESS_LIKELY);
}

static bool is_plain(const struct check *c) {
    return !c->dead && !c->gone && !c->needed && !c->store && !c->root && !c->rotate && !c->count && !c->lookup &&
           !c->update;
}

/* Who wrote register r last in front of instruction pc; NONE: not near, in its block. */
static u32 def_of(const struct unit *u, u32 start, u32 r, u32 pc) {
    for (u32 p = pc; p-- > start && pc - p < NEAR;)
        if (u->touched[p].out >> r & 1)
            return p;
    return NONE;
}

/* Nobody reads register r behind instruction pc. */
static bool is_dead(const struct unit *u, u32 r, u32 pc) {
    u32 b = u->g.of[pc];
    for (u32 p = pc + 1; p < u->g.blk[b].end; p++) {
        if (u->touched[p].in >> r & 1)
            return false;
        if (u->touched[p].out >> r & 1)
            return true;
    }
    return !live_has(live_out(&u->live, b), (u16)r);
}

static bool is_load(const struct unit *u, const struct check *of, u32 pc, const struct insn *st) {
    const struct insn *i = &u->code[pc];
    return (i->op == OP_ldx8 || i->op == OP_ldx16 || i->op == OP_ldx32 || i->op == OP_ldx64) && i->b == st->b &&
           i->off == st->off && isa_info[i->op].size == isa_info[st->op].size && is_free(u, pc) && is_plain(&of[pc]);
}

/* Nothing from the load to the store reads what is gone then, or changes what the store needs. */
static bool stays(const struct unit *u, u32 load, u32 op, u32 st, u32 with) {
    u32 loaded = 1u << u->code[load].a, made = 1u << u->code[op].a, needs = 1u << u->code[st].b;
    for (u32 p = load + 1; p < st; p++) {
        u8 shape = isa_info[u->code[p].op].shape;
        u32 gone = p < op ? loaded : made | (loaded & ~u->touched[op].out);
        if (p == op) {
            needs |= with == NO_VALUE ? 0 : 1u << with;
            continue;
        }
        if (shape == SHAPE_ST || shape == SHAPE_STI || shape == SHAPE_ATOM || shape == SHAPE_PKT ||
            u->touched[p].site || u->touched[p].in & gone || u->touched[p].out & (needs | gone))
            return false;
    }
    return is_dead(u, u->code[op].a, st) && (loaded == made || is_dead(u, u->code[load].a, st));
}

static bool changes(u16 op) {
    switch (op) {
#define FOUR(name)                                                                                                     \
    case OP_##name##64:                                                                                                \
    case OP_##name##64i:                                                                                               \
    case OP_##name##32:                                                                                                \
    case OP_##name##32i
        /* clang-format off */
    FOUR(add): FOUR(sub): FOUR(and): FOUR(or): FOUR(xor): return true;
        /* clang-format on */
    default: return false;
    }
}

static void look(const struct unit *u, struct check *of, u32 start, u32 pc) {
    const struct insn *st = &u->code[pc], *i;
    u32 op, load = NONE, with = NO_VALUE, size = isa_info[st->op].size;
    if (st->c == st->b || !is_free(u, pc) || !is_plain(&of[pc]) || (op = def_of(u, start, st->c, pc)) == NONE)
        return;
    i = &u->code[op];
    if (!changes(i->op) || !is_plain(&of[op]) || (size == 8 && isa_info[i->op].type[0] == 'I'))
        return;
    if ((load = def_of(u, start, i->b, op)) != NONE && is_load(u, of, load, st)) {
        with = isa_info[i->op].shape == SHAPE_BIN ? i->c : NO_VALUE;
    } else {
        if (isa_info[i->op].shape != SHAPE_BIN || i->op == OP_sub64 || i->op == OP_sub32 ||
            (load = def_of(u, start, i->c, op)) == NONE || !is_load(u, of, load, st))
            return;
        with = i->b;
    }
    if (with == u->code[load].a || st->b == u->code[load].a || st->b == i->a || !stays(u, load, op, pc, with))
        return;
    of[load].gone = of[op].gone = true;
    of[pc].update = op + 1;
    of[pc].with = (u16)with;
}

void jit_plan_updates(const struct unit *u, struct check *of) {
    for (u32 b = 0; b < u->g.nblk; b++) {
        const struct block *k = &u->g.blk[b];
        bool loads = false;
        for (u32 pc = k->start; k->reachable && pc < k->end; pc++) {
            u8 shape = isa_info[u->code[pc].op].shape;
            loads |= shape == SHAPE_LD;
            if (loads && shape == SHAPE_ST)
                look(u, of, k->start, pc);
        }
    }
}
