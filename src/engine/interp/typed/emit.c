/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* emit.c - nodes of a typed function as steps, as interp/emit.c has it.
 *
 * First walk: which operands come from an accumulator. The accumulator of a class holds the result of the last
 * node that left one of that class; whoever reads that node takes it from there, and where all readers do,
 * the result needs no store. Second walk: the steps. */
#include "engine/interp/typed/lower.h"
#include <stdlib.h>
#include <string.h>

int ityped_put(struct tlower *w, struct step s, u32 pc) {
    struct step *out;
    u32 *at, cap = w->out_cap;
    out = ityped_room(w, w->out, w->nout, &cap, sizeof *out);
    if (!out)
        return w->e->code;
    w->out = out;
    at = ityped_room(w, w->out_pc, w->nout, &w->out_cap, sizeof *at);
    if (!at)
        return w->e->code;
    w->out_pc = at;
    w->out[w->nout] = s;
    w->out_pc[w->nout++] = pc;
    return 0;
}

static int put_extra(struct tlower *w, struct extra x, u32 pc) {
    struct step s;
    memcpy(&s, &x, sizeof s);
    return ityped_put(w, s, pc);
}

static int put(struct tlower *w, const struct node *n, u32 form, struct step s) {
    s.h = ityped_handler(form);
    return ityped_put(w, s, n->pc);
}

static int put2(struct tlower *w, const struct node *n, u32 form, struct step s, struct extra x) {
    return put(w, n, form, s) ? w->e->code : put_extra(w, x, n->pc);
}

/* --- the first walk --- */

struct accs {
    s32 of[4]; /* who left the accumulator of I, D, F, V */
};
static u32 acc_index(u8 cls) {
    return cls == 'D' ? 1 : cls == 'F' ? 2 : cls == 'V' ? 3 : 0;
}

static bool in_acc(const struct tlower *w, const struct accs *acc, const struct operand *x) {
    const struct node *p = x->from >= 0 ? &w->node[x->from] : NULL;
    return p && acc->of[acc_index(x->cls)] == x->from && p->out == x->cls && p->a == x->reg;
}

enum { A0 = 1, A1 = 2, A2 = 4 };

/* How far the variants without a store are from those with one. */
static u32 dropped(const struct node *n) {
    u8 f = ityped_row[n->op].family;
    return f == FAMILY_FLT ? N_FLT : f == FAMILY_LONG ? N_LONG : N_INT;
}

static u32 choose(u32 have, u32 first, u32 second) {
    return have & first ? first : have & second;
}

/* The operands that come from accumulators, as there are variants for: a set of A0 .. A2. */
static u32 from_accs(const struct tlower *w, struct node *n, const struct accs *acc) {
    u32 have = 0, k;
    for (k = 0; k < n->nx && k < 3; k++)
        have |= in_acc(w, acc, &n->x[k]) ? 1u << k : 0;
    switch ((enum node_kind)n->kind) {
    case N_BIN: return have & (A0 | A1);
    case N_JCC:
    case N_JF:
    case N_SH:
    case N_BS: return (have & (A0 | A1)) == (A0 | A1) ? 0 : have & (A0 | A1);
    case N_BINI:
    case N_LBIN:
    case N_KBIN:
    case N_UN:
    case N_II:
    case N_JCCI:
    case N_JFK:
    case N_RET:
    case N_GSET:
    case N_BRTAB: return have & A0;
    case N_CALLTAB: return n->form == T_calltab_r ? have & A0 : 0;
    case N_COPY: { /* of whatever class it is */
        const struct node *p = n->x[0].from >= 0 ? &w->node[n->x[0].from] : NULL;
        n->out = 'I';
        if (!p || !p->out || p->a != n->x[0].reg || p->out == 'V' || acc->of[acc_index(p->out)] != n->x[0].from)
            return 0;
        n->out = p->out;
        return A0;
    }
    case N_LD:
    case N_STI:
        if (w->mode != GUARDED)
            return n->mode == M_R ? have & A0 : 0;
        if (n->mode == M_X)
            return have == (A0 | A1) ? 0 : have;
        return n->mode == M_S ? have & A1 : n->mode == M_K ? 0 : have & A0;
    case N_ST: { /* the address from acc; the value also, where its class is another */
        u32 adr = n->mode == M_X ? choose(have, A1, A0) : n->mode == M_S ? have & A1 : n->mode == M_K ? 0 : have & A0;
        if (w->mode != GUARDED)
            adr = n->mode == M_R ? have & A0 : 0;
        if (n->mode == M_X && have & A0 && have & A1)
            adr = 0;
        return adr && n->x[2].cls == 'I' ? adr : adr | (have & A2);
    }
    case N_LO: /* x0: the operand, x1: the address */
        if (have & A0 && have & A1 && n->x[0].cls == 'I')
            return A0;
        return have & (A0 | A1);
    case N_RM: return n->x[0].cls == 'D' ? have & A0 : 0;
    case N_TR: return choose(have & 3, A0, A1) ? (have & 3) == 3 ? 0 : have & 3 : have & A2;
    case N_SELECT:
    case N_SEL:
    case N_SELK: return have & A2;
    case N_VEC: /* the first vector, or the second; only where the row has variants (vec.def) */
        if (n->form == T_vconst || n->form == T_shuffle || n->form == T_vselect || n->nx > 2 ||
            isa_info[n->op].shape == SHAPE_LANE)
            return 0;
        if (n->nx == 1 || n->x[1].cls != 'V')
            return have & A0;
        return (have & (A0 | A1)) == (A0 | A1) ? A0 : have & (A0 | A1);
    case N_VLD: return n->mode == M_R && w->mode == GUARDED ? have & A0 : 0;
    case N_VST: return n->mode == M_R && w->mode == GUARDED ? have & (A0 | A1) : 0;
    case N_NONE:
    case N_CONST:
    case N_FARLD:
    case N_FARST:
    case N_AJ:
    case N_AJI:
    case N_RMI:
    case N_COPY2:
    case N_ADDI2:
    case N_MOVE:
    case N_AXPY:
    case N_BR:
    case N_CPBR:
    case N_ADBR:
    case N_OTHER: return 0;
    }
    return 0;
}

static bool droppable(const struct node *n) {
    switch ((enum node_kind)n->kind) {
    case N_BIN:
    case N_BINI:
    case N_LBIN:
    case N_KBIN:
    case N_UN:
    case N_CONST:
    case N_LD:
    case N_SELECT:
    case N_SEL:
    case N_SELK:
    case N_SH:
    case N_BS:
    case N_II:
    case N_LO:
    case N_TR: return true;
    case N_OTHER: return n->form == T_gget;
    default: return false;
    }
}

/* --- the second walk --- */

static int fix(struct tlower *w, u32 step, u32 edge, u32 block, u32 via) {
    struct fix *f = ityped_room(w, w->fix, w->nfix, &w->fix_cap, sizeof *f);
    if (!f)
        return w->e->code;
    w->fix = f;
    w->fix[w->nfix++] = (struct fix){step, edge, block, via};
    return 0;
}

enum { HOPS = 8 }; /* a jump may go to itself */

/* An edge to block to, of the branch at step: through blocks that are but a jump it goes on at once, and pays
 * for them. */
static int edge_to(struct tlower *w, u32 step, u32 edge, u32 to, u32 *charge) {
    u32 via = NBLOCK, hops;
    *charge = 0;
    for (hops = 0; hops < HOPS; hops++) {
        const struct block *b = &w->g.blk[to];
        *charge += b->charge;
        if (w->f->code[b->start].op != OP_ja || b->succ[1] == to)
            break;
        if (via == NBLOCK)
            via = to;
        to = b->succ[1];
    }
    if (hops == HOPS)
        *charge += w->g.blk[to].charge;
    if (!w->fuel)
        *charge = 0;
    return fix(w, step, edge, to, via);
}

static int branch(struct tlower *w, const struct node *n, u32 form, struct step s, const struct extra *more) {
    const struct block *own = &w->g.blk[w->g.of[n->pc]];
    bool swap = n->flags & F_SWAP;
    struct extra x = {0};
    u32 at = w->nout, k;
    s32 next = (more ? 3 : 2) * (s32)sizeof(struct step);
    if (put(w, n, form, s))
        return w->e->code;
    for (k = 0; k < 2; k++) {
        u32 to = own->succ[k], e = swap ? 1 - k : k;
        x.edge[e].off = next;
        if (to == NBLOCK)
            continue;
        if (k == 0 && w->f->code[w->g.blk[to].start].op != OP_ja)
            x.edge[e].charge = w->fuel ? w->g.blk[to].charge : 0;
        else if (edge_to(w, at, e, to, &x.edge[e].charge))
            return w->e->code;
    }
    return put_extra(w, x, n->pc) || (more && put_extra(w, *more, n->pc)) ? w->e->code : 0;
}

static int jump_table(struct tlower *w, const struct node *n, bool acc) {
    const struct block *own = &w->g.blk[w->g.of[n->pc]];
    struct step s = {.b = n->x[0].reg};
    u32 at = w->nout, form = T_brtab_r, k;
    s.imm = (s32)(own->ntab - 1);
    if (n->op2) {
        s.a = n->d;
        form = n->op2 == OP_and32i ? T_brtab_and_r : T_brtab_add_r;
    }
    if (put(w, n, form + acc, s))
        return w->e->code;
    for (k = 0; k < own->ntab; k += 2) {
        struct extra x = {0};
        for (u32 j = 0; j < 2 && k + j < own->ntab; j++)
            if (edge_to(w, at, k + j, own->succ[0] + k + j, &x.edge[j].charge))
                return w->e->code;
        if (put_extra(w, x, n->pc))
            return w->e->code;
    }
    return 0;
}

static int constant(struct tlower *w, const struct node *n, bool drop) {
    struct step s = {.a = n->a};
    struct extra x = {.value = n->val};
    s64 v = (s64)n->val;
    s.imm = (s32)v;
    if (v == (s32)v)
        return put(w, n, drop ? T_const_ns : T_const_s, s);
    if ((u64)v >> 32 == 0)
        return put(w, n, drop ? T_const_nu : T_const_u, s);
    return put2(w, n, drop ? T_const_nl : T_const_l, s, x);
}

/* b, c, d or imm of an address; the operand that is not in the accumulator stands in b, and there may be one in c. */
static u32 place(const struct node *n, u32 via, struct step *s) {
    switch (n->mode) {
    case M_R: s->b = n->x[0].reg, s->imm = (s32)n->val; return via & A0 ? M_A : M_R;
    case M_W: s->b = n->x[0].reg, s->imm = (s32)n->val; return via & A0 ? M_WA : M_W;
    case M_K: s->imm = (s32)n->val; return M_K;
    case M_X:
        s->b = via & A0 ? n->x[1].reg : n->x[0].reg;
        s->c = n->x[1].reg;
        s->d = (u16)n->val;
        return via & (A0 | A1) ? M_XA : M_X;
    default:
        s->b = n->x[0].reg;
        s->c = n->x[1].reg;
        s->d = (u16)n->val;
        return via & A1 ? M_SA : M_S;
    }
}

static int load(struct tlower *w, const struct node *n, u32 via, bool drop) {
    struct step s = {.a = n->a};
    u32 mode = place(n, via, &s);
    if (w->mode == GUARDED)
        return put(w, n, n->form + mode + (drop ? N_MODE : 0), s);
    return put(w, n, n->form + C_LOAD + mode + (drop ? 2 : 0), s);
}

static int store(struct tlower *w, const struct node *n, u32 via) {
    struct step s = {.a = n->x[2].reg};
    u32 mode = place(n, via, &s);
    return put(w, n, n->form + (w->mode == GUARDED ? 3 * mode : C_STORE + 2 * mode) + !!(via & A2), s);
}

/* Steps from the function's first to the next: what calls and throws carry. */
static u32 here(const struct tlower *w) {
    return w->nout - 1;
}

static int other(struct tlower *w, const struct node *n, bool drop) {
    const struct insn *i = &w->f->code[n->pc];
    struct step s = {.a = i->a, .b = i->b};
    struct extra x = {.value = (u32)i->imm, .y = here(w)};
    s.c = i->c;
    switch (n->form) {
    case T_callt:
    case T_tcallt:
        x.p = atomic_load_explicit(&w->im->typed->entry[w->mode], memory_order_relaxed) + i->imm;
        return put2(w, n, n->form, s, x);
    case T_callref:
    case T_tcallref:
    case T_callout:
    case T_tcallout:
    case T_throw:
    case T_throwref: return put2(w, n, n->form, s, x);
    case T_tcalltab: x.value = (u32)i->off | (u64)(u32)i->imm << 32; return put2(w, n, n->form, s, x);
    case T_object:
        s.d = i->op;
        x.value = (u32)i->imm | (u64)(u32)i->off << 32;
        x.x = n->flags & F_RESULT;
        return put2(w, n, n->form, s, x);
    case T_exnarg:
        s = (struct step){.a = i->a, .b = i->b};
        s.c = i->c;
        x.value = (u32)i->imm;
        return put2(w, n, n->form, s, x);
    case T_zero:
        s.a = n->a;
        s.imm = n->imm;
        return put(w, n, n->form, s);
    case T_gget: s.imm = i->imm; return put(w, n, drop ? T_gget_n : T_gget, s);
    default: break;
    }
    if (isa_info[i->op].shape == SHAPE_MATOM) {
        s.c = i->a + 1;
        s.d = i->op;
        x.value = insn_imm64(i);
        x.x = i->c;
        return put2(w, n, n->form, s, x);
    }
    s.imm = i->imm;
    return put(w, n, n->form, s);
}

static int ret(struct tlower *w, const struct node *n, u32 via) {
    const struct insn *i = &w->f->code[n->pc];
    struct step s = {.a = i->a};
    u8 cls = n->x[0].cls;
    if (n->form == T_ret_i) {
        s.imm = n->imm;
        return put(w, n, n->form, s);
    }
    if (n->form != T_ret_r) { /* the whole window */
        s.c = i->c;
        s.d = (u16)w->im->m->type[w->f->type].result_at;
        return put(w, n, n->form, s);
    }
    s.a = n->x[0].reg;
    if (cls == 'D')
        return put(w, n, via ? T_ret_d : T_ret_dr, s);
    if (cls == 'F')
        return put(w, n, via ? T_ret_f : T_ret_fr, s);
    return put(w, n, via ? T_ret_a : T_ret_r, s);
}

static int vector(struct tlower *w, const struct node *n, u32 via) {
    const struct insn *i = &w->f->code[n->pc];
    struct step s = {.a = n->a, .b = n->x[0].reg};
    struct extra x = {0};
    s.c = n->nx > 1 ? n->x[1].reg : n->c;
    s.d = n->nx > 2 ? n->x[2].reg : n->d;
    if (n->form == T_vconst || n->form == T_shuffle) {
        x.p = w->f->pool[i->imm];
        return put2(w, n, n->form, s, x);
    }
    return put(w, n, n->form + (via & A0 ? 1 : via & A1 ? 2 : 0), s);
}

static int vector_access(struct tlower *w, const struct node *n, u32 via) {
    bool load = n->kind == N_VLD, lane = isa_info[n->op].flags & LANE;
    struct step s = {.a = load ? n->a : n->x[1].reg, .b = n->x[0].reg};
    struct extra x = {.value = n->val, .x = n->c};
    if (n->mode != M_R) {
        s.d = n->d;
        return put2(w, n, n->form + (lane ? 0 : load ? VL_FAR : VS_FAR), s, x);
    }
    s.imm = (s32)n->val;
    if (w->mode != GUARDED)
        return put(w, n, n->form + (load ? VL_C : VS_C), s);
    if (load)
        return put(w, n, n->form + (via ? VL_A : VL_R), s);
    return put(w, n, n->form + (via & A0 ? 2 : 0) + (via & A1 ? 1 : 0), s);
}

static int two_accesses(struct tlower *w, const struct node *n) {
    struct step s = {.a = n->x[0].reg, .b = n->x[1].reg};
    struct extra x = {.from = {n->from.add[0], n->from.add[1]}, .to = {n->to.add[0], n->to.add[1]}};
    struct second *at = ityped_room(w, w->second, w->nsecond, &w->second_cap, sizeof *at);
    if (!at)
        return w->e->code;
    w->second = at;
    w->second[w->nsecond++] = (struct second){w->nout - 1, n->pc2};
    if (n->kind == N_MOVE)
        s.b = n->x[0].reg;
    s.c = n->kind == N_MOVE ? n->x[1].reg : n->x[2].reg;
    return put2(w, n, n->form, s, x);
}

static int emit(struct tlower *w, const struct node *n, u32 via, bool drop) {
    struct step s = {.a = n->a, .b = n->x[0].reg};
    struct extra x = {.value = n->val};
    u32 v;
    switch ((enum node_kind)n->kind) {
    case N_NONE: return 0;
    case N_BIN:
        s.c = n->x[1].reg;
        v = via == (A0 | A1) ? I_AA : via == A0 ? I_AR : via == A1 ? I_RA : I_RR;
        return put(w, n, n->form + v + (drop ? dropped(n) : 0), s);
    case N_BINI: s.imm = n->imm; return put(w, n, n->form + (via ? I_AI : I_RI) + (drop ? dropped(n) : 0), s);
    case N_LBIN: return put2(w, n, n->form + (via ? I_AL : I_RL) + (drop ? N_LONG : 0), s, x);
    case N_KBIN:
        v = (n->flags & F_SWAP ? via ? K_KA : K_KR : via ? K_AK : K_RK) + (drop ? N_FLT : 0);
        if (isa_info[n->op].type[1] == 'D')
            return put2(w, n, n->form + v, s, x);
        s.imm = (s32)n->val;
        return put(w, n, n->form + v, s);
    case N_UN: return put(w, n, n->form + (via ? 1 : 0) + (drop ? 2 : 0), s);
    case N_COPY:
        return put(w, n, !via ? T_copy_r : n->out == 'D' ? T_copy_d : n->out == 'F' ? T_copy_f : T_copy_a, s);
    case N_CONST: return constant(w, n, drop);
    case N_LD: return load(w, n, via, drop);
    case N_ST: return store(w, n, via);
    case N_STI:
        v = place(n, via, &s);
        s.a = (u16)(s16)n->imm;
        return put(w, n, n->form + 3 * v + 2, s);
    case N_FARLD:
        x.x = n->c;
        return put2(w, n, n->form + L_FAR, s, x);
    case N_FARST:
        s.a = n->x[1].reg;
        x.x = n->c;
        return put2(w, n, n->form + S_FAR, s, x);
    case N_JCC:
        s = (struct step){.a = n->x[0].reg, .b = n->x[1].reg};
        return branch(w, n, n->form + (via & A0 ? J_AR : via & A1 ? J_RA : J_RR), s, NULL);
    case N_JCCI:
        s = (struct step){.a = n->x[0].reg};
        s.imm = n->imm;
        return branch(w, n, n->form + (via ? J_AI : J_RI), s, NULL);
    case N_JF:
        s = (struct step){.a = n->x[0].reg, .b = n->x[1].reg};
        return branch(w, n, n->form + (via & A0 ? J_AR : via & A1 ? J_RA : J_RR), s, NULL);
    case N_JFK:
        s = (struct step){.a = n->x[0].reg};
        return branch(w, n, n->form + (via ? J_AI : J_RI), s, &x);
    case N_SELECT:
        s.c = n->x[1].reg;
        s.d = n->x[2].reg;
        return put(w, n, n->form + (via ? 1 : 0) + (drop ? 2 : 0), s);
    case N_SEL:
    case N_SELK:
        s.c = n->x[1].reg;
        s.d = n->x[2].reg;
        if (n->kind == N_SEL)
            x.x = n->x[3].reg;
        return put2(w, n, n->form + (n->kind == N_SEL ? 0 : 2) + (via ? 1 : 0) + (drop ? 4 : 0), s, x);
    case N_SH:
    case N_BS:
        s.c = n->x[1].reg;
        s.d = n->d;
        v = via & A0 ? P_AR : via & A1 ? P_RA : P_RR;
        return put(w, n, n->form + v + (drop ? N_PAIR : 0), s);
    case N_II:
        s.c = n->c;
        s.d = n->d;
        return put(w, n, n->form + (via ? 1 : 0) + (drop ? 2 : 0), s);
    case N_AJ:
        s = (struct step){.a = n->a, .b = n->c};
        s.c = n->x[1].reg;
        return branch(w, n, n->form, s, NULL);
    case N_AJI:
        s = (struct step){.a = n->a, .b = n->c};
        s.imm = n->imm;
        return branch(w, n, n->form, s, NULL);
    case N_LO:
        s.c = n->x[1].reg;
        s.d = (u16)n->val;
        v = n->mode == M_R ? via & A1 ? Q_A : Q_R : via & A1 ? Q_WA : Q_W;
        return put(w, n, n->form + v + (via & A0 ? N_LOADOP : 0) + (drop ? 2 * N_LOADOP : 0), s);
    case N_RM:
    case N_RMI:
        s.c = n->x[1].reg;
        s.d = (u16)n->val;
        if (n->kind == N_RMI)
            s.a = (u16)(s16)n->imm;
        return put(w, n, n->form + (n->kind == N_RMI || via ? 1 : 0), s);
    case N_TR:
        s.c = n->x[1].reg;
        s.d = n->x[2].reg;
        return put(w, n, n->form + (via & A0 ? 1 : via & A1 ? 2 : via & A2 ? 3 : 0) + (drop ? 4 : 0), s);
    case N_COPY2:
        s.a = n->op2;
        s.c = n->a;
        s.d = n->x[1].reg;
        return put(w, n, T_copy2, s);
    case N_ADDI2:
        s.a = n->op2;
        s.b = n->a;
        s.c = n->c;
        s.d = n->d;
        return put(w, n, T_addi2, s);
    case N_MOVE:
    case N_AXPY: return two_accesses(w, n);
    case N_BR: return branch(w, n, T_br, s, NULL);
    case N_CPBR: return branch(w, n, T_copy_br, s, NULL);
    case N_ADBR: s.imm = n->imm; return branch(w, n, n->form, s, NULL);
    case N_GSET:
        s.a = n->x[0].reg;
        s.imm = n->imm;
        return put(w, n, via ? T_gset_a : T_gset_r, s);
    case N_VEC: return vector(w, n, via);
    case N_VLD:
    case N_VST: return vector_access(w, n, via);
    case N_BRTAB: return jump_table(w, n, via);
    case N_CALLTAB: {
        const struct insn *i = &w->f->code[n->pc];
        s = (struct step){.a = i->a, .b = n->x[0].reg};
        s.c = i->c;
        x.value = (u32)i->off | (u64)(u32)i->imm << 32;
        x.y = here(w);
        return put2(w, n, via ? T_calltab_a : n->form, s, x);
    }
    case N_RET: return ret(w, n, via);
    case N_OTHER: return other(w, n, drop);
    }
    return 0;
}

static int lead(struct tlower *w, u32 b) {
    struct lead *l;
    /* a step of its own for each block: two blocks at one could not be told apart in a trap */
    if (w->nlead && w->lead[w->nlead - 1].step == w->nout &&
        ityped_put(w, (struct step){.h = ityped_handler(T_nop)}, w->lead[w->nlead - 1].pc))
        return w->e->code;
    l = ityped_room(w, w->lead, w->nlead, &w->lead_cap, sizeof *l);
    if (!l)
        return w->e->code;
    w->lead = l;
    w->lead[w->nlead++] = (struct lead){w->nout, w->g.blk[b].start};
    w->blockpos[b] = w->nout;
    return 0;
}

/* A step that calls rt (forms.def: FORGET). */
static bool forgets(const struct node *n) {
    return n->kind == N_OTHER && (n->form == T_object || isa_info[n->op].shape == SHAPE_MATOM);
}

int ityped_emit(struct tlower *w, u32 first, u32 last) {
    struct accs acc = {{-1, -1, -1, -1}};
    u32 i, k, b = first;
    u8 *via = malloc(w->nnode + 1);
    if (!via)
        return fail(w->e, E_NOMEM, NOWHERE, "out of memory");
    for (i = 0; i < w->nnode; i++)
        w->node[i].acc_uses = w->node[i].uses = 0;
    for (i = 0; i < w->nnode; i++) {
        struct node *n = &w->node[i];
        if (n->kind == N_NONE)
            continue;
        via[i] = (u8)from_accs(w, n, &acc);
        for (k = 0; k < n->nx; k++)
            if (n->x[k].from >= 0) {
                w->node[n->x[k].from].uses++;
                w->node[n->x[k].from].acc_uses += via[i] >> k & 1;
            }
        if (n->flags & F_MANY || forgets(n)) /* of what calls find in them nothing is left */
            acc = (struct accs){{-1, -1, -1, -1}};
        if (n->kind == N_MOVE || n->kind == N_AXPY)
            acc.of[0] = -1;
        if (n->flags & F_RESULT && n->out)
            acc.of[acc_index(n->out)] = (s32)i;
    }
    for (i = 0; i < w->nnode; i++) {
        const struct node *n = &w->node[i];
        if (n->kind == N_NONE)
            continue;
        /* nodes may stand behind their own block's end, never before it */
        while (b < last && n->pc >= w->g.blk[b].start)
            if (lead(w, b++))
                goto out;
        if (emit(w, n, via[i], droppable(n) && !(n->flags & F_LIVE) && n->uses == n->acc_uses))
            goto out;
    }
    while (b < last && !lead(w, b))
        b++;
out:
    free(via);
    return w->e->code;
}
