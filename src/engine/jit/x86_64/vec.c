/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* vec.c - rows of vectors: those of vec.def here, the others in vec_num.c and vec_lane.c. */
#include "engine/jit/x86_64/vec.h"

/* --- the frame of a row --- */

void vec_begin1(struct vrow *v, struct emit *e, const struct insn *i) {
    *v = (struct vrow){.e = e, .c = e->c, .i = i, .w = {.e = e}};
    v->x = v->y = use_xmm(e, i->b, XSCRATCH);
    v->d = def_xmm(e, i->a, XSCRATCH);
    v->w.used = 1u << v->x | 1u << v->d;
}
void vec_begin2(struct vrow *v, struct emit *e, const struct insn *i) {
    vec_begin1(v, e, i);
    v->y = use_xmm(e, i->c, XSCRATCH2);
    v->w.used |= 1u << v->y;
}
/* The third operand needs a register beyond the two scratch ones where it has none. */
unsigned vec_begin3(struct vrow *v, struct emit *e, const struct insn *i) {
    u32 z = (u16)i->imm;
    const struct value *value = value_of(e->u, z);
    vec_begin2(v, e, i);
    if (value->where == IN_XMM) {
        v->w.used |= 1u << value->reg;
        return value->reg;
    }
    return use_xmm(e, z, vec_temp(v));
}
unsigned vec_temp(struct vrow *v) {
    return xwork_temp(&v->w);
}
unsigned vec_fresh(struct vrow *v) {
    return v->d != v->x && v->d != v->y ? v->d : vec_temp(v);
}
void vec_end(struct vrow *v) {
    xwork_end(&v->w);
    done_xmm(v->e, v->i->a, v->d, 'V');
}
void vec_not(struct vrow *v, unsigned r) {
    v_rrm(v->c, V_pxor, r, r, xmm_lanes(v->e, 8, UINT64_MAX));
}

/* --- shapes of vec.def --- */

static void one(struct emit *e, const struct insn *i, enum vop op) {
    struct xarg x = xmm_arg(e, i->b, 16, XSCRATCH);
    unsigned d = def_xmm(e, i->a, XSCRATCH);
    if (x.in_mem)
        v_rm(e->c, op, d, x.m);
    else
        v_rr(e->c, op, d, x.r);
    done_xmm(e, i->a, d, 'V');
}

static void one_imm(struct emit *e, const struct insn *i, enum vop op, unsigned imm) {
    struct xarg x = xmm_arg(e, i->b, 16, XSCRATCH);
    unsigned d = def_xmm(e, i->a, XSCRATCH);
    if (x.in_mem)
        v_rmi(e->c, op, d, x.m, imm);
    else
        v_rri(e->c, op, d, x.r, imm);
    done_xmm(e, i->a, d, 'V');
}

static void high(struct emit *e, const struct insn *i, enum vop op) {
    struct vrow v;
    vec_begin1(&v, e, i);
    v_rri(v.c, V_pshufd, v.d, v.x, 0xee);
    v_rr(v.c, op, v.d, v.d);
    vec_end(&v);
}

static void bits(struct emit *e, const struct insn *i, enum vop op, unsigned width, u64 lanes) {
    struct vrow v;
    vec_begin1(&v, e, i);
    v_rrm(v.c, op, v.d, v.x, xmm_lanes(e, width, lanes));
    vec_end(&v);
}

static void two(struct emit *e, const struct insn *i, enum vop op, bool swap, bool invert) {
    u32 b = swap ? i->c : i->b, c = swap ? i->b : i->c;
    unsigned x = use_xmm(e, b, XSCRATCH), d;
    struct xarg y = xmm_arg(e, c, 16, XSCRATCH2);
    d = def_xmm(e, i->a, XSCRATCH);
    xmm_op_arg(e, op, d, x, y);
    if (invert)
        v_rrm(e->c, V_pxor, d, d, xmm_lanes(e, 8, UINT64_MAX));
    done_xmm(e, i->a, d, 'V');
}

static void two_imm(struct emit *e, const struct insn *i, enum vop op, bool swap, unsigned imm) {
    u32 b = swap ? i->c : i->b, c = swap ? i->b : i->c;
    unsigned x = use_xmm(e, b, XSCRATCH), d;
    struct xarg y = xmm_arg(e, c, 16, XSCRATCH2);
    d = def_xmm(e, i->a, XSCRATCH);
    if (y.in_mem)
        v_rrmi(e->c, op, d, x, y.m, imm);
    else
        xmm_op_imm(e, op, d, x, y.r, imm);
    done_xmm(e, i->a, d, 'V');
}

static void is(struct emit *e, const struct insn *i, enum vop pick, enum vop equal, bool invert) {
    struct vrow v;
    unsigned t;
    vec_begin2(&v, e, i);
    t = vec_fresh(&v);
    xmm_op(e, pick, t, v.x, v.y);
    xmm_op(e, equal, v.d, t, v.x);
    if (invert)
        vec_not(&v, v.d);
    vec_end(&v);
}

static void shift(struct emit *e, const struct insn *i, enum vop op, enum vop by_constant, unsigned width) {
    struct vrow v;
    unsigned t;
    u64 n;
    vec_begin1(&v, e, i);
    if (const_of(e, i->c, &n)) {
        v_rri(v.c, by_constant, v.d, v.x, n & (width - 1));
    } else {
        enum gpr y = use_gpr(e, i->c, SCRATCH);
        t = vec_temp(&v);
        if (y != SCRATCH)
            x_mov_rr(v.c, W32, SCRATCH, y);
        x_alu_ri(v.c, ALU_and, W32, SCRATCH, (s32)width - 1);
        v_rr(v.c, V_movd_xg, t, SCRATCH);
        v_rrr(v.c, op, v.d, v.x, t);
    }
    vec_end(&v);
}

/* Every row of simd.def stands in one of the three files, or in memory.c. */
bool emit_vec(struct emit *e, const struct insn *i) {
    switch (i->op) {
    case OP_vmov: done_xmm(e, i->a, use_xmm(e, i->b, XSCRATCH), 'V'); break;
#define VROW_UN(name, insn)                                                                                            \
    case OP_##name: one(e, i, V_##insn); break;
#define VROW_UNI(name, insn, imm)                                                                                      \
    case OP_##name: one_imm(e, i, V_##insn, imm); break;
#define VROW_BIN(name, insn)                                                                                           \
    case OP_##name: two(e, i, V_##insn, false, false); break;
#define VROW_REV(name, insn)                                                                                           \
    case OP_##name: two(e, i, V_##insn, true, false); break;
#define VROW_NOT(name, insn)                                                                                           \
    case OP_##name: two(e, i, V_##insn, false, true); break;
#define VROW_CMP(name, insn, imm)                                                                                      \
    case OP_##name: two_imm(e, i, V_##insn, false, imm); break;
#define VROW_CMPR(name, insn, imm)                                                                                     \
    case OP_##name: two_imm(e, i, V_##insn, true, imm); break;
#define VROW_IS(name, pick, equal)                                                                                     \
    case OP_##name: is(e, i, V_##pick, V_##equal, false); break;
#define VROW_ISNT(name, pick, equal)                                                                                   \
    case OP_##name: is(e, i, V_##pick, V_##equal, true); break;
#define VROW_BITS(name, insn, width, v)                                                                                \
    case OP_##name: bits(e, i, V_##insn, width, v); break;
#define VROW_HIGH(name, insn)                                                                                          \
    case OP_##name: high(e, i, V_##insn); break;
#define VROW_SHIFT(name, insn, width)                                                                                  \
    case OP_##name: shift(e, i, V_##insn, V_##insn##_i, width); break;
#include "engine/jit/x86_64/vec.def"
    default: return vec_numeric(e, i) || vec_lanes(e, i);
    }
    return true;
}
