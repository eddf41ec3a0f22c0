/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* loop.c - two loops that network programs spend their time in: a copy byte by byte (what clang makes
 * of one of unknown length), and a sum of words (the Internet checksum).
 *
 * The loop stays as it is; a step in front of it runs the rounds that cannot fail (slow.c), so that
 * its end, its traps and what is left of the fuel need no thought here. */
#include "engine/interp/lower.h"

/* The next node from *i on that is still there. */
static const struct node *next(const struct lower *w, u32 *i) {
    while (*i < w->nnode && w->node[*i].kind == N_NONE)
        ++*i;
    return *i < w->nnode ? &w->node[(*i)++] : NULL;
}

static bool same(const struct operand *x, const struct operand *y) {
    return x->reg == y->reg && x->from == y->from;
}

/* Does the branch n, when it does not leave the loop, go to block head? The fuel of that way. */
static bool back_to(const struct lower *w, const struct node *n, u32 head, u32 *charge) {
    const struct block *own = &w->g.blk[w->g.of[n->pc]], *fall;
    u16 op = w->f->code[n->pc].op;
    if ((op == OP_jne64i || op == OP_jne64) && own->succ[1] == head) {
        *charge = w->g.blk[head].charge;
        return true;
    }
    if ((op != OP_jeq64i && op != OP_jeq64) || own->succ[0] == NBLOCK)
        return false;
    fall = &w->g.blk[own->succ[0]];
    *charge = fall->charge + w->g.blk[head].charge;
    return fall->end - fall->start == 1 && w->f->code[fall->start].op == OP_ja && fall->succ[1] == head;
}

static bool copy_step(const struct lower *w, u32 first, struct step *s, struct extra *x, u32 *pc) {
    u32 at = 0, charge = 0;
    const struct node *n = next(w, &at), *sum = NULL, *load, *store, *jump;
    struct operand from[2], to[2]; /* base, index */
    u32 i;
    if (n && n->kind == N_BIN && n->op == OP_add64 && !(n->flags & F_LIVE) && n->uses == 2) {
        sum = n;
        n = next(w, &at);
    }
    load = n;
    store = load ? next(w, &at) : NULL;
    jump = store ? next(w, &at) : NULL;
    if (!jump || (jump->kind != N_AJI && jump->kind != N_AJ) || (s16)jump->c != 1 || !back_to(w, jump, first, &charge))
        return false;
    if (load->op != OP_ldx8 || store->op != OP_st8 || store->x[1].from != load - w->node ||
        load->access != ACCESS_LIKELY || store->access != ACCESS_LIKELY)
        return false;
    if (sum && load->kind == N_LD && store->kind == N_ST && load->x[0].from == sum - w->node &&
        store->x[0].from == sum - w->node) {
        from[0] = to[0] = sum->x[0];
        from[1] = to[1] = sum->x[1];
    } else if (!sum && load->kind == N_LDX && store->kind == N_STX) {
        from[0] = load->x[0];
        from[1] = load->x[1];
        to[0] = store->x[0];
        to[1] = store->x[2];
    } else {
        return false;
    }
    for (i = 0; i < 2 && from[i].reg != jump->a; i++)
        ;
    if (i == 2 || from[1 - i].reg == jump->a || !same(&from[i], &jump->x[0]) || from[i].from >= 0)
        return false;
    *s = (struct step){.h = handler_at(H_copy), .a = load->a, .b0 = (u8)jump->a, .b1 = (u8)from[1 - i].reg};
    s->c = (u16)(s16)load->imm;
    s->d = (u16)(s16)store->imm;
    for (i = 0; i < 2 && to[i].reg != jump->a; i++)
        ;
    if (i == 2 || to[1 - i].reg == jump->a || from[0].reg > 255 || from[1].reg > 255 || load->a == jump->a ||
        load->a == s->b1 || load->a == to[1 - i].reg || (jump->kind == N_AJ && jump->x[1].reg == load->a))
        return false;
    x->copy.base = to[1 - i].reg;
    x->copy.from = load->d;
    x->copy.to = store->d;
    x->copy.bound_reg = jump->kind == N_AJ ? jump->x[1].reg : NO_REG;
    x->copy.bound = jump->imm;
    x->copy.charge = w->l->fuel ? charge : 0;
    *pc = load->pc;
    return true;
}

/* w += *(T *)(base + i), or of (i + offset); i += sizeof(T); if i != bound goto loop */
static bool sum_step(const struct lower *w, u32 first, struct step *s, struct extra *x, u32 *pc) {
    static const struct {
        u16 form;
        u8 size, wide;
    } rows[] = {
        {H_add32_u8_r, 1, 0}, {H_add32_u16_r, 2, 0}, {H_add32_u32_r, 4, 0},
        {H_add64_u8_r, 1, 1}, {H_add64_u32_r, 4, 1}, {H_add64_u64_r, 8, 1},
    };
    u32 at = 0, charge = 0, k, r;
    const struct node *sum = next(w, &at), *jump = sum ? next(w, &at) : NULL;
    if (!jump || sum->kind != N_LO || sum->access != ACCESS_LIKELY || (jump->kind != N_AJI && jump->kind != N_AJ) ||
        !back_to(w, jump, first, &charge))
        return false;
    for (r = 0; r < COUNT(rows) && rows[r].form != sum->form; r++)
        ;
    if (r == COUNT(rows) || (s16)jump->c != rows[r].size || sum->x[0].reg != sum->a || jump->a == sum->a ||
        (jump->kind == N_AJ && jump->x[1].reg == sum->a))
        return false;
    for (k = 1; k < sum->nx && sum->x[k].reg != jump->a; k++)
        ;
    for (u32 j = 0; j < sum->nx; j++)
        if (sum->x[j].from >= 0 || (j && sum->x[j].reg == sum->a))
            return false;
    if (k == sum->nx || (sum->nx == 3 && sum->x[3 - k].reg == jump->a))
        return false;
    *s = (struct step){.h = handler_at(H_sum), .a = sum->a, .b0 = (u8)jump->a};
    s->c = (u16)(s16)sum->imm;
    s->d = (u16)(rows[r].size | rows[r].wide << 8);
    x->copy.base = sum->nx == 3 ? sum->x[3 - k].reg : NO_REG;
    x->copy.from = sum->d;
    x->copy.bound_reg = jump->kind == N_AJ ? jump->x[1].reg : NO_REG;
    x->copy.bound = jump->imm;
    x->copy.charge = w->l->fuel ? charge : 0;
    *pc = sum->pc;
    return true;
}

bool loop_step(const struct lower *w, u32 first, struct step *s, struct extra *x, u32 *pc) {
    *x = (struct extra){0};
    return copy_step(w, first, s, x, pc) || sum_step(w, first, s, x, pc);
}
