/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuse_mem.c - accesses of memory 0 with their addresses and with what is done to the values.
 *
 * Only where the processor checks accesses: a memory that is compared with its end has one form of address. What is
 * loaded moves no further than the next thing that may trap or store; where a step makes two accesses, each
 * keeps its place in the function (struct second). */
#include "engine/interp/typed/fuse.h"

/* clang-format off */
static const struct pair lo_pairs[] = { /* x op load */
#define LO(op, load, t, MT) {OP_##op, OP_##load, T_##op##_##load##_rr},
#include "engine/interp/typed/fuse.def"
}, lor_pairs[] = { /* load op x */
#define LOR(op, load, t, MT) {OP_##op, OP_##load, T_##load##_##op##_rr},
#include "engine/interp/typed/fuse.def"
};
/* clang-format on */
/* memory op= x: the operation, the load, the store */
static const struct {
    u16 op, load, store, form;
    bool imm;
} rm_rows[] = {
#define STORE_u32  OP_mst32
#define STORE_u64  OP_mst64
#define LOAD_u32   OP_mld32
#define LOAD_u64   OP_mld64
#define RM(op, MT) {OP_##op, LOAD_##MT, STORE_##MT, T_rm_##op##_##MT##_r, true},
#define RMF(op, t, MT) {OP_##op, OP_mldf64, OP_mstf64, T_rm_##op##_##MT##_r, false},
#include "engine/interp/typed/fuse.def"
};

/* x op load, load op x */
bool ityped_fuse_load(struct walk *k, struct node *n) {
    if (k->w->mode != GUARDED)
        return false;
    for (u32 i = 0; i < 2; i++) { /* i: which operand is not the load */
        struct node *p = writer(k, &n->x[1 - i]);
        u16 form;
        if (!p || p->kind != N_LD || !movable_load(k, p) || !holds(k, &n->x[i], p) || n->x[i].from == n->x[1 - i].from)
            continue;
        form = i == 0 || isa_info[n->op].flags & COMM ? FIND(lo_pairs, n->op, p->op) : FIND(lor_pairs, n->op, p->op);
        if (!form || !(p->mode == M_R ? p->val <= UINT16_MAX : p->mode == M_W && fits16((s32)p->val)))
            continue;
        n->kind = N_LO;
        n->form = form;
        n->mode = p->mode;
        n->val = p->val;
        n->pc = p->pc;
        n->op2 = p->op;
        n->x[0] = n->x[i];
        n->x[1] = p->x[0];
        n->nx = 2;
        n->flags = (u8)((n->flags & ~F_PURE) | F_EFFECT);
        absorb(k, p);
        return true;
    }
    return false;
}

/* The address of a load or store of memory 0. */
void ityped_fuse_address(struct walk *k, struct node *n) {
    struct node *p = writer(k, &n->x[0]);
    u8 size = isa_info[n->op].size;
    if (!p || n->mode != M_R || k->w->mode != GUARDED) /* a memory that is checked has one form of address */
        return;
    if (p->kind == N_CONST) {
        u64 at = (u64)(u32)p->val + n->val;
        if (at > INT32_MAX)
            return;
        n->mode = M_K;
        n->val = at;
        n->x[0] = n->x[1] = (struct operand){0, 'I', -1};
        if (n->kind != N_ST)
            n->nx = 0;
        if (!--p->uses && !(p->flags & F_LIVE))
            absorb(k, p);
        return;
    }
    if (!movable(k, p) || (n->kind == N_ST && (!holds(k, &n->x[2], p) || n->x[2].from == n->x[0].from)))
        return;
    if (p->kind == N_BINI && p->op == OP_add32i && n->val == 0) {
        n->mode = M_W;
        n->val = (u32)p->imm;
        n->x[0] = p->x[0];
    } else if (p->kind == N_BIN && p->op == OP_add32 && n->val <= UINT16_MAX) {
        n->mode = M_X;
        n->x[0] = p->x[0];
        n->x[1] = p->x[1];
    } else if (p->kind == N_SH && p->form == T_add32_lsh32_rr && n->val <= UINT16_MAX && size > 1 &&
               p->d < 4 && 1u << p->d == size) {
        n->mode = M_S;
        n->x[0] = p->x[0];
        n->x[1] = p->x[1];
    } else {
        return;
    }
    if (n->kind != N_ST)
        n->nx = n->mode == M_W ? 1 : 2;
    absorb(k, p);
}

/* memory op= x: the value is a load of the same place with something added */
static bool update(struct walk *k, struct node *n) {
    struct node *v = writer(k, &n->x[2]);
    u32 r;
    if (n->mode != M_R || n->val > UINT16_MAX || !single(v))
        return false;
    if (v->kind == N_LO && v->mode == M_R && v->x[1].reg == n->x[0].reg && v->x[1].from == n->x[0].from &&
        v->val == n->val && k->last_effect == v - k->w->node && all_hold(k, v)) {
        for (r = 0; r < COUNT(rm_rows); r++)
            if (rm_rows[r].load == v->op2 && rm_rows[r].store == n->op &&
                (FIND(lo_pairs, rm_rows[r].op, v->op2) == v->form) == !!(isa_info[rm_rows[r].op].flags & COMM) &&
                (v->form == FIND(lo_pairs, rm_rows[r].op, v->op2) || v->form == FIND(lor_pairs, rm_rows[r].op, v->op2)))
                break;
        if (r == COUNT(rm_rows))
            return false;
        n->kind = N_RM;
        n->pc = v->pc; /* the load traps; the store then cannot */
        n->x[1] = n->x[0];
        n->x[0] = v->x[0];
        n->nx = 2;
    } else if (v->kind == N_BINI && fits16(v->imm)) {
        struct node *p = writer(k, &v->x[0]);
        if (!p || p->kind != N_LD || p->mode != M_R || p->x[0].reg != n->x[0].reg || p->x[0].from != n->x[0].from ||
            p->val != n->val || !single(p) || k->last_effect != p - k->w->node || !all_hold(k, p))
            return false;
        for (r = 0; r < COUNT(rm_rows); r++)
            if (rm_rows[r].imm && rm_rows[r].op + 1 == v->op && rm_rows[r].load == p->op && rm_rows[r].store == n->op)
                break;
        if (r == COUNT(rm_rows))
            return false;
        n->kind = N_RMI;
        n->pc = p->pc;
        n->imm = v->imm;
        n->x[1] = n->x[0];
        n->nx = 2;
        n->x[0] = (struct operand){0, 'I', -1};
        absorb(k, p);
    } else {
        return false;
    }
    n->form = rm_rows[r].form;
    absorb(k, v);
    return true;
}

/* An address of register and constants as two of them; false: it has another form. */
static bool two(const struct node *n, struct two *t) {
    if (n->mode != M_R && n->mode != M_W)
        return false;
    t->add[n->mode == M_R] = (u32)n->val;
    t->add[n->mode != M_R] = 0;
    return true;
}

/* What was just loaded is stored elsewhere. */
static bool move(struct walk *k, struct node *n) {
    struct node *p = writer(k, &n->x[2]);
    u8 size = isa_info[n->op].size;
    if (!p || !movable_load(k, p) || isa_info[p->op].size != size || size == 2 || !two(p, &n->from) || !two(n, &n->to))
        return false;
    n->kind = N_MOVE;
    n->form = size == 1 ? T_move_u8 : size == 4 ? T_move_u32 : T_move_u64;
    n->x[1] = n->x[0];
    n->x[0] = p->x[0];
    n->nx = 2;
    n->pc2 = n->pc;
    n->pc = p->pc;
    absorb(k, p);
    return true;
}

static bool same_place(const struct node *p, const struct node *q) {
    return p->mode == q->mode && p->val == q->val && p->x[0].reg == q->x[0].reg && p->x[0].from == q->x[0].from;
}

/* y[i] += a * x[i]: the loads in this order, and nothing between them */
static bool axpy(struct walk *k, struct node *n) {
    struct node *v = writer(k, &n->x[2]), *t, *p;
    u32 i;
    if (n->op != OP_mstf64 || !v || v->kind != N_BIN || (v->op != OP_fadd64 && v->op != OP_fsub64) || !single(v))
        return false;
    for (i = 0; i < 2; i++) {
        t = writer(k, &v->x[i]);
        p = writer(k, &v->x[1 - i]);
        if (!t || !p || t->kind != N_LO || t->form != T_fmul64_mldf64_rr || p->kind != N_LD || p->op != OP_mldf64 ||
            (v->op == OP_fsub64 && i == 0) || !single(t) || !single(p) || k->last_effect != t - k->w->node ||
            k->effect_before != p - k->w->node || !same_place(p, n) || !all_hold(k, t) || !two(n, &n->from) ||
            !two(t, &n->to))
            continue;
        n->kind = N_AXPY;
        n->form = v->op == OP_fadd64 ? T_axpy_fadd64 : T_axpy_fsub64;
        n->x[1] = n->x[0];
        n->x[0] = t->x[0];
        n->x[2] = t->x[1];
        n->nx = 3;
        n->pc = p->pc;
        n->pc2 = t->pc;
        absorb(k, v);
        absorb(k, t);
        absorb(k, p);
        return true;
    }
    return false;
}

bool ityped_fuse_store(struct walk *k, struct node *n) {
    return k->w->mode == GUARDED && (update(k, n) || move(k, n) || axpy(k, n));
}
