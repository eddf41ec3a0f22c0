/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* compare.c - compares: to flags for a branch, to a register, and select. What they end in is fused with them. */
#include "engine/jit/x86_64/emit.h"

static bool fits32(u64 v) {
    return v == (u64)(s64)(s32)v;
}

static const u8 cc_of_jcc[] = {/* by (op - OP_jeq64) / 2 */
                               CC_e, CC_a, CC_ae, CC_ne, CC_ne, CC_g, CC_ge, CC_b, CC_be, CC_l, CC_le};
static const u8 cc_of_set[] = {CC_e, CC_ne, CC_b, CC_l, CC_be, CC_le}; /* by (op - OP_ceq64) / 2 */

static enum cc swapped(enum cc cc) {
    switch (cc) {
    case CC_a: return CC_b;
    case CC_ae: return CC_be;
    case CC_b: return CC_a;
    case CC_be: return CC_ae;
    case CC_g: return CC_l;
    case CC_ge: return CC_le;
    case CC_l: return CC_g;
    case CC_le: return CC_ge;
    default: return cc;
    }
}

/* Sets the flags for b against c, or b & c; the condition to ask for. */
static enum cc compare(struct emit *e, const struct insn *i, enum width w, enum cc cc, bool test) {
    enum gpr b;
    s32 imm;
    u64 v;
    if (second_const(e, i, w, &imm)) {
        if (in_mem(e, i->b)) {
            if (test)
                x_test_mi(e->c, w, value_mem(e, i->b), imm);
            else
                x_alu_mi(e->c, ALU_cmp, w, value_mem(e, i->b), imm);
            return cc;
        }
        b = use_gpr(e, i->b, SCRATCH);
        if (test)
            x_test_ri(e->c, imm >= 0 ? W32 : w, b, imm);
        else if (imm == 0)
            x_test_rr(e->c, w, b, b);
        else
            x_alu_ri(e->c, ALU_cmp, w, b, imm);
        return cc;
    }
    if (!test && const_of(e, i->b, &v) && (w == W32 || fits32(v))) { /* the other way round */
        if (in_mem(e, i->c))
            x_alu_mi(e->c, ALU_cmp, w, value_mem(e, i->c), (s32)v);
        else
            x_alu_ri(e->c, ALU_cmp, w, use_gpr(e, i->c, SCRATCH), (s32)v);
        return swapped(cc);
    }
    if (in_mem(e, i->b) && !in_mem(e, i->c)) {
        if (test)
            x_test_mr(e->c, w, value_mem(e, i->b), use_gpr(e, i->c, SCRATCH2));
        else
            x_alu_mr(e->c, ALU_cmp, w, value_mem(e, i->b), use_gpr(e, i->c, SCRATCH2));
        return cc;
    }
    b = use_gpr(e, i->b, SCRATCH);
    if (in_mem(e, i->c)) {
        if (test)
            x_test_mr(e->c, w, value_mem(e, i->c), b);
        else
            x_alu_rm(e->c, ALU_cmp, w, b, value_mem(e, i->c));
    } else if (test) {
        x_test_rr(e->c, w, b, use_gpr(e, i->c, SCRATCH2));
    } else {
        x_alu_rr(e->c, ALU_cmp, w, b, use_gpr(e, i->c, SCRATCH2));
    }
    return cc;
}

enum cc compare_jcc(struct emit *e, const struct insn *i) {
    bool narrow32 = i->op >= OP_jeq32;
    u32 k = (u32)(i->op - (narrow32 ? OP_jeq32 : OP_jeq64)) / 2;
    return compare(e, i, narrow32 ? W32 : W64, (enum cc)cc_of_jcc[k],
                   i->op == OP_jset64 || i->op == OP_jset64i || i->op == OP_jset32 || i->op == OP_jset32i);
}

/* The flags of a compare to a register or of isnull. */
bool compare_set(struct emit *e, const struct insn *i, enum cc *cc) {
    if (i->op >= OP_ceq64 && i->op <= OP_csle64i) {
        *cc = compare(e, i, W64, (enum cc)cc_of_set[(i->op - OP_ceq64) / 2], false);
        return true;
    }
    if (i->op >= OP_ceq32 && i->op <= OP_csle32i) {
        *cc = compare(e, i, W32, (enum cc)cc_of_set[(i->op - OP_ceq32) / 2], false);
        return true;
    }
    if (i->op == OP_isnull) {
        enum gpr b;
        if (in_mem(e, i->b)) {
            x_alu_mi(e->c, ALU_cmp, W64, value_mem(e, i->b), 0);
        } else {
            b = use_gpr(e, i->b, SCRATCH);
            x_test_rr(e->c, W64, b, b);
        }
        *cc = CC_e;
        return true;
    }
    return false;
}

/* d := a > b ? x : y by what follows: select of a condition that nobody else reads. */
static void choose(struct emit *e, const struct insn *i, enum cc cc) {
    enum gpr d = def_gpr(e, i->a, SCRATCH), b, c = in_gpr(e, i->c);
    if (d != SCRATCH && d == c) { /* the result stands where c is: b comes in by the condition */
        if (in_mem(e, i->b))
            x_cmov_rm(e->c, cc, W64, d, value_mem(e, i->b));
        else
            x_cmov_rr(e->c, cc, W64, d, use_gpr(e, i->b, SCRATCH2));
        done_gpr(e, i->a, d);
        return;
    }
    b = use_gpr(e, i->b, d);
    copy_gpr(e, W64, d, b);
    if (in_mem(e, i->c))
        x_cmov_rm(e->c, cc_not(cc), W64, d, value_mem(e, i->c));
    else
        x_cmov_rr(e->c, cc_not(cc), W64, d, use_gpr(e, i->c, SCRATCH2));
    done_gpr(e, i->a, d);
}

void emit_set(struct emit *e, const struct insn *i, enum cc cc) {
    enum gpr d = def_gpr(e, i->a, SCRATCH);
    const struct insn *n = next_insn(e);
    if (n && e->u->val[i->a].flags & VALUE_ONCE && !e->u->fixed) {
        if (n->op == OP_select && (u16)n->imm == i->a) {
            e->next += 2;
            choose(e, n, cc);
            return;
        }
        if ((n->op == OP_jne32i || n->op == OP_jeq32i || n->op == OP_jne64i || n->op == OP_jeq64i) && n->b == i->a &&
            n->imm == 0) {
            e->pc = e->next;
            e->next += (u32)isa_len(n);
            branch(e, n, n->op == OP_jne32i || n->op == OP_jne64i ? cc : cc_not(cc));
            return;
        }
    }
    x_setcc(e->c, cc, SCRATCH2);
    x_zx(e->c, W8, d, SCRATCH2);
    done_gpr(e, i->a, d);
}

/* a := register imm ? b : c */
void emit_select(struct emit *e, const struct insn *i) {
    u32 cond = (u16)i->imm;
    enum gpr r;
    if (in_mem(e, cond)) {
        x_alu_mi(e->c, ALU_cmp, W32, value_mem(e, cond), 0);
    } else {
        r = use_gpr(e, cond, SCRATCH);
        x_test_rr(e->c, W32, r, r);
    }
    choose(e, i, CC_ne);
}
