/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuse.c - several nodes of a run of a typed function as one, as interp/fuse.c has it.
 *
 * in:  nodes whose uses are counted     out: fewer nodes
 *
 * One forward walk. A node P moves into the node C that alone reads it, if what P reads still stands in its
 * registers at C; a load also not past anything that may trap or store. */
#include "engine/interp/typed/fuse.h"

/* clang-format off */
static const struct pair sh_pairs[] = {
#define SH(op, sh) {OP_##op, OP_##sh##i, T_##op##_##sh##_rr},
#include "engine/interp/typed/fuse.def"
}, bs_pairs[] = {
#define BS(op1, op2) {OP_##op1, OP_##op2##i, T_##op1##_then_##op2##_rr},
#include "engine/interp/typed/fuse.def"
}, ii_pairs[] = {
#define II(op1, op2) {OP_##op1##i, OP_##op2##i, T_##op1##_##op2##_r},
#include "engine/interp/typed/fuse.def"
}, aj_pairs[] = {
#define AJ(add, jump) {OP_##add##i, OP_##jump, T_##add##_##jump##_r},
#include "engine/interp/typed/fuse.def"
}, tr_pairs[] = { /* (x op1 y) op2 z: op1, op2 */
#define TR(op1, op2, t) {OP_##op1, OP_##op2, T_##op1##_##op2##_rrr},
#include "engine/interp/typed/fuse.def"
}, trr_pairs[] = { /* z op2 (x op1 y) */
#define TRR(op1, op2, t) {OP_##op1, OP_##op2, T_##op2##_of_##op1##_rrr},
#include "engine/interp/typed/fuse.def"
};
/* compares: the branch, or the choice, that tests the same; swapped: the other way round */
static const struct {
    u16 op, jump, sel;
    bool swapped;
} compares[] = {
    {OP_ceq32, OP_jeq32, T_sel_ceq32_rr, false},   {OP_cne32, OP_jne32, T_sel_ceq32_rr, true},
    {OP_clt32, OP_jlt32, T_sel_clt32_rr, false},   {OP_cslt32, OP_jslt32, T_sel_cslt32_rr, false},
    {OP_cle32, OP_jle32, T_sel_cle32_rr, false},   {OP_csle32, OP_jsle32, T_sel_csle32_rr, false},
    {OP_ceq64, OP_jeq64, T_sel_ceq64_rr, false},   {OP_cne64, OP_jne64, T_sel_ceq64_rr, true},
    {OP_clt64, OP_jlt64, T_sel_clt64_rr, false},   {OP_cslt64, OP_jslt64, T_sel_cslt64_rr, false},
    {OP_cle64, OP_jle64, T_NONE, false},           {OP_csle64, OP_jsle64, T_NONE, false},
};
static const struct {
    u16 op, jump, sel;
    bool swapped;
} float_compares[] = {
    {OP_feq64, T_jfeq64_rr, T_sel_feq64_rr, false}, {OP_fne64, T_jfeq64_rr, T_sel_feq64_rr, true},
    {OP_flt64, T_jflt64_rr, T_sel_flt64_rr, false}, {OP_fle64, T_jfle64_rr, T_sel_fle64_rr, false},
    {OP_feq32, T_jfeq32_rr, T_NONE, false},         {OP_fne32, T_jfeq32_rr, T_NONE, true},
    {OP_flt32, T_jflt32_rr, T_NONE, false},         {OP_fle32, T_jfle32_rr, T_NONE, false},
};
/* clang-format on */

/* x op (y op2 constant) */
static bool shifted(struct walk *k, struct node *n) {
    for (u32 i = 0; i < 2; i++) {
        struct node *p = writer(k, &n->x[1 - i]);
        u16 form;
        if (i && !(isa_info[n->op].flags & COMM))
            return false;
        if (!p || p->kind != N_BINI || !fits_u16(p->imm) || !(form = FIND(sh_pairs, n->op, p->op)) || !movable(k, p) ||
            !holds(k, &n->x[i], p))
            continue;
        n->kind = N_SH;
        n->form = form;
        n->op2 = p->op;
        n->d = (u16)p->imm;
        n->x[0] = n->x[i];
        n->x[1] = p->x[0];
        absorb(k, p);
        return true;
    }
    return false;
}

/* (x op1 constant) op2 constant, (x op y) op2 constant */
static bool then_constant(struct walk *k, struct node *n) {
    struct node *p = writer(k, &n->x[0]);
    u16 form;
    if (!p || !fits_u16(n->imm) || !movable(k, p))
        return false;
    if (p->kind == N_BINI && fits_u16(p->imm) && (form = FIND(ii_pairs, p->op, n->op))) {
        n->kind = N_II;
        n->c = (u16)p->imm;
        n->nx = 1;
    } else if (p->kind == N_BIN && (form = FIND(bs_pairs, p->op, n->op))) {
        n->kind = N_BS;
        n->x[1] = p->x[1];
        n->nx = 2;
    } else {
        return false;
    }
    n->form = form;
    n->op2 = p->op;
    n->d = (u16)n->imm;
    n->x[0] = p->x[0];
    absorb(k, p);
    return true;
}

/* (x op1 y) op2 z, z op2 (x op1 y) */
static bool three(struct walk *k, struct node *n) {
    for (u32 i = 0; i < 2; i++) {
        struct node *p = writer(k, &n->x[i]);
        u16 form;
        if (!p || p->kind != N_BIN || !movable(k, p) || !holds(k, &n->x[1 - i], p) || n->x[0].from == n->x[1].from)
            continue;
        form = i == 0 || isa_info[n->op].flags & COMM ? FIND(tr_pairs, p->op, n->op) : FIND(trr_pairs, p->op, n->op);
        if (!form)
            continue;
        n->kind = N_TR;
        n->form = form;
        n->x[2] = n->x[1 - i];
        n->x[0] = p->x[0];
        n->x[1] = p->x[1];
        n->nx = 3;
        absorb(k, p);
        return true;
    }
    return false;
}

/* A copy of what was just made for it alone: made in its place. */
static bool in_place(struct walk *k, struct node *n) {
    struct node *p = writer(k, &n->x[0]);
    u32 pi = p ? (u32)(p - k->w->node) : 0, i, x;
    if (!single(p) || !(p->flags & F_RESULT) || p->kind == N_OTHER || p->kind == N_CALLTAB || p->kind == N_AJ ||
        p->kind == N_AJI || k->last_split > (s32)pi || p->a == n->a || ityped_writer(k->w, n->a) > (s32)pi ||
        ityped_writer(k->w, p->a) != (s32)pi)
        return false;
    for (i = pi + 1; i < k->at; i++) { /* nobody reads the register's old value in between */
        const struct node *m = &k->w->node[i];
        if (i - pi > 16)
            return false;
        if (m->kind == N_NONE)
            continue;
        if (m->kind == N_OTHER || m->kind == N_CALLTAB || m->kind == N_RET || m->kind == N_AJ ||
            m->kind == N_AJI)
            return false;
        for (x = 0; x < m->nx; x++)
            if (m->x[x].reg == n->a)
                return false;
    }
    ityped_wrote(k->w, p->a, p->prev);
    p->prev = ityped_writer(k->w, n->a);
    p->a = n->a;
    p->uses = n->uses;
    p->flags |= n->flags & F_LIVE;
    n->kind = N_NONE;
    n->alias = (s32)pi;
    ityped_wrote(k->w, p->a, (s32)pi);
    return true;
}

/* A jump table by x & constant, x + constant. */
static void by_constant(struct walk *k, struct node *n) {
    struct node *p = writer(k, &n->x[0]);
    if (!p || p->kind != N_BINI || !(p->op == OP_and32i ? fits_u16(p->imm) : p->op == OP_add32i && fits16(p->imm)) ||
        !movable(k, p))
        return;
    n->op2 = p->op;
    n->d = (u16)p->imm;
    n->x[0] = p->x[0];
    absorb(k, p);
}

/* The branch tests a compare: it does it itself. */
static void with_compare(struct walk *k, struct node *n) {
    while (n->kind == N_JCCI && (n->op == OP_jne32i || n->op == OP_jeq32i) && n->imm == 0) {
        struct node *p = writer(k, &n->x[0]);
        bool swapped = n->op == OP_jeq32i;
        u32 r;
        if (!p || !movable(k, p))
            return;
        if (p->kind == N_BIN || p->kind == N_BINI) {
            u16 op = p->kind == N_BIN ? p->op : p->op - 1;
            for (r = 0; r < COUNT(compares) && compares[r].op != op; r++)
                ;
            if (r < COUNT(compares)) {
                n->kind = p->kind == N_BIN ? N_JCC : N_JCCI;
                n->op = p->kind == N_BIN ? compares[r].jump : compares[r].jump + 1;
                n->form = ityped_row[n->op].form;
                n->imm = p->imm;
            } else if (op == OP_and32) {
                n->kind = p->kind == N_BIN ? N_JCC : N_JCCI;
                n->op = p->kind == N_BIN ? OP_jset32 : OP_jset32i;
                n->form = ityped_row[n->op].form;
                n->imm = p->imm;
            } else {
                for (r = 0; r < COUNT(float_compares) && float_compares[r].op != op; r++)
                    ;
                if (r == COUNT(float_compares))
                    return;
                n->kind = N_JF;
                n->form = float_compares[r].jump;
                swapped ^= float_compares[r].swapped;
            }
            n->nx = p->nx;
        } else if (p->kind == N_KBIN && !(p->flags & F_SWAP)) {
            for (r = 0; r < COUNT(float_compares) && float_compares[r].op != p->op; r++)
                ;
            if (r == COUNT(float_compares))
                return;
            n->kind = N_JFK;
            n->form = float_compares[r].jump;
            n->val = p->val;
            swapped ^= float_compares[r].swapped;
        } else {
            return;
        }
        n->x[0] = p->x[0];
        n->x[1] = p->x[1];
        if (swapped)
            n->flags ^= F_SWAP;
        absorb(k, p);
    }
}

/* The same for a choice. */
static void select_compare(struct walk *k, struct node *n) {
    struct node *p = writer(k, &n->x[2]);
    u16 form = 0, op;
    bool swapped = false;
    if (!p || !movable(k, p) || !holds(k, &n->x[0], p) || !holds(k, &n->x[1], p) || n->x[0].from == n->x[2].from ||
        n->x[1].from == n->x[2].from || (p->kind != N_BIN && p->kind != N_BINI && p->kind != N_KBIN) ||
        p->flags & F_SWAP)
        return;
    op = p->kind == N_BINI ? p->op - 1 : p->op;
    for (u32 r = 0; r < COUNT(compares); r++)
        if (compares[r].op == op)
            form = compares[r].sel, swapped = compares[r].swapped;
    for (u32 r = 0; r < COUNT(float_compares); r++)
        if (float_compares[r].op == op)
            form = float_compares[r].sel, swapped = float_compares[r].swapped;
    if (!form)
        return;
    n->kind = p->kind == N_BIN ? N_SEL : N_SELK;
    n->val = p->kind == N_KBIN ? p->val : (u64)(s64)p->imm;
    n->form = form;
    n->x[2] = p->x[0];
    n->x[3] = p->x[1];
    n->nx = p->kind == N_BIN ? 4 : 3;
    if (swapped) {
        struct operand t = n->x[0];
        n->x[0] = n->x[1];
        n->x[1] = t;
    }
    absorb(k, p);
}

/* a += constant, then the branch that tests a; a may be wanted behind it. */
static bool add_jump(struct walk *k, struct node *n) {
    struct node *p = writer(k, &n->x[0]), *q = n->kind == N_JCC ? writer(k, &n->x[1]) : NULL;
    s32 pi;
    u16 form;
    if (isa_info[n->op].flags & COMM && (!p || p->kind != N_BINI || p->a != n->x[0].reg) && q && q->kind == N_BINI) {
        struct operand t = n->x[0];
        n->x[0] = n->x[1];
        n->x[1] = t;
        p = q;
    }
    pi = p ? (s32)(p - k->w->node) : -1;
    if (!p || p->kind != N_BINI || p->first_use != k->at || p->x[0].reg != p->a || p->a != n->x[0].reg ||
        ityped_writer(k->w, p->a) != pi || k->last_split > pi || !fits16(p->imm) ||
        !(form = FIND(aj_pairs, p->op, n->kind == N_JCCI ? n->op - 1 : n->op)))
        return false;
    if (n->kind == N_JCC && (n->x[1].from == pi || n->x[1].reg == p->a))
        return false;
    for (u32 i = (u32)pi + 1; i < k->at; i++) { /* calls look at the registers themselves */
        u8 kind = k->w->node[i].kind;
        if (kind == N_OTHER || kind == N_CALLTAB || kind == N_RET)
            return false;
    }
    n->form = form + (n->kind == N_JCCI);
    n->kind = n->kind == N_JCCI ? N_AJI : N_AJ;
    n->c = (u16)p->imm;
    n->a = p->a;
    n->out = 'I';
    n->flags |= F_RESULT | (p->flags & F_LIVE);
    n->prev = p->prev;
    n->x[0] = p->x[0];
    n->uses = p->uses - 1;
    p->kind = N_NONE;
    p->alias = (s32)k->at;
    ityped_wrote(k->w, n->a, (s32)k->at);
    return true;
}

/* The last node before the one at hand, if nothing came between them. */
static struct node *before(struct walk *k) {
    for (u32 i = k->at; i-- > 0;)
        if (k->w->node[i].kind != N_NONE)
            return &k->w->node[i];
    return NULL;
}

/* Node p becomes part of the node behind it, which does both in their order. Who reads p's result finds it in its
 * register, and still by p's name. */
static void join(struct node *p) {
    p->kind = N_NONE;
    p->alias = -1;
}

static bool bumps(const struct node *p) {
    return p->kind == N_BINI && p->op == OP_add32i && p->a == p->x[0].reg && fits16(p->imm);
}

/* Two copies, two registers bumped. */
static void pair(struct walk *k, struct node *n) {
    struct node *p = before(k);
    if (!p)
        return;
    if (n->kind == N_COPY && p->kind == N_COPY && n->x[0].from < 0 && p->x[0].from < 0) {
        n->kind = N_COPY2;
        n->x[1] = n->x[0];
        n->x[0] = p->x[0];
        n->nx = 2;
    } else if (bumps(n) && bumps(p) && n->a != p->a) {
        n->kind = N_ADDI2;
        n->c = (u16)p->imm;
        n->d = (u16)n->imm;
        n->x[1] = n->x[0];
        n->x[0] = p->x[0];
        n->nx = 2;
    } else {
        return;
    }
    n->op2 = p->a;
    n->flags &= (u8)~F_PURE;
    n->out = 'I';
    join(p);
}

/* A copy or an addition, then a jump. */
static void then_jump(struct walk *k, struct node *n) {
    struct node *p = before(k);
    if (!p || p->flags & F_TWO)
        return;
    if (p->kind == N_COPY && p->x[0].from < 0)
        n->kind = N_CPBR;
    else if (p->kind == N_BINI && (p->op == OP_add32i || p->op == OP_add64i))
        n->kind = N_ADBR;
    else
        return;
    n->form = p->op == OP_add64i ? T_add64_br : T_add32_br;
    n->a = p->a;
    n->imm = p->imm;
    n->x[0] = p->x[0];
    n->nx = 1;
    join(p);
}

static void relink(struct walk *k, struct node *n) {
    for (u32 x = 0; x < n->nx; x++) { /* what was moved into its place, or behind it */
        s32 from = n->x[x].from;
        while (from >= 0 && k->w->node[from].kind == N_NONE && k->w->node[from].alias >= 0) {
            from = k->w->node[from].alias;
            n->x[x].reg = k->w->node[from].a;
        }
        n->x[x].from = from;
    }
}

static int wrote(struct walk *k, struct node *n) {
    struct tlower *w = k->w;
    const struct insn *i = &w->f->code[n->pc];
    s32 id = (s32)(n - w->node);
    u16 from;
    if (!(n->flags & F_MANY)) {
        if (n->flags & F_RESULT && n->kind != N_AJ && n->kind != N_AJI) {
            n->prev = ityped_writer(w, n->a);
            ityped_wrote(w, n->a, id);
            if (n->flags & F_TWO)
                ityped_wrote(w, (u16)(n->a + 1), id);
        }
        return 0;
    }
    for (u32 r = 0; r < isa_writes(i).n; r++)
        ityped_wrote(w, isa_writes(i).r[r], id);
    for (u32 r = 0; r < isa_window_out(i).n; r++)
        ityped_wrote(w, (u16)(isa_window_out(i).first + r), id);
    return isa_clobbers(i, &from) ? ityped_clobbered(w, from, id) : 0;
}

int ityped_fuse(struct tlower *w) {
    struct walk k = {.w = w, .last_effect = -1, .effect_before = -1, .last_split = -1};
    w->stamp++;
    w->ntouched = 0;
    w->nclobber = 0;
    for (k.at = 0; k.at < w->nnode; k.at++) {
        struct node *n = &w->node[k.at];
        if (n->kind == N_NONE)
            continue;
        relink(&k, n);
        switch (n->kind) {
        case N_BIN:
            if (!ityped_fuse_load(&k, n) && !shifted(&k, n))
                three(&k, n);
            break;
        case N_BINI:
            if (!then_constant(&k, n))
                pair(&k, n);
            break;
        case N_COPY:
            if (!in_place(&k, n))
                pair(&k, n);
            break;
        case N_BR: then_jump(&k, n); break;
        case N_LD:
        case N_STI: ityped_fuse_address(&k, n); break;
        case N_BRTAB: by_constant(&k, n); break;
        case N_ST:
            ityped_fuse_address(&k, n);
            ityped_fuse_store(&k, n);
            break;
        case N_SELECT: select_compare(&k, n); break;
        case N_JCC:
        case N_JCCI:
            with_compare(&k, n);
            if (n->kind == N_JCC || n->kind == N_JCCI)
                add_jump(&k, n);
            break;
        default: break;
        }
        if (n->kind == N_NONE)
            continue;
        if (n->flags & F_EFFECT) {
            if (k.last_effect >= 0 && w->node[k.last_effect].kind != N_NONE)
                k.effect_before = k.last_effect;
            k.last_effect = (s32)k.at;
        }
        if (n->flags & F_SPLIT)
            k.last_split = (s32)k.at;
        if (wrote(&k, n))
            return w->e->code;
    }
    return 0;
}
