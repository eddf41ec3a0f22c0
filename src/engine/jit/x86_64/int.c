/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* int.c - rows on integers: arithmetic, shifts, moves, extensions, byte order.
 * Divisions are in div.c, compares in compare.c. */
#include "engine/jit/x86_64/emit.h"

static enum gpr use_b(struct emit *e, const struct insn *i, enum gpr scratch) {
    return use_gpr(e, i->b, scratch);
}

/* The register that v lives in, or NOREG. */
enum gpr in_gpr(const struct emit *e, u32 v) {
    const struct value *x = value_of(e->u, v);
    return x->where == IN_GPR ? (enum gpr)x->reg : NOREG;
}

static bool fits32(u64 v) {
    return v == (u64)(s64)(s32)v;
}

/* The second operand as a constant: the immediate, or a value that is one and fits. */
bool second_const(const struct emit *e, const struct insn *i, enum width w, s32 *imm) {
    u64 v;
    if (isa_info[i->op].shape == SHAPE_BINI || isa_info[i->op].shape == SHAPE_JCCI) {
        *imm = i->imm;
        return true;
    }
    if (!const_of(e, i->c, &v) || (w == W64 && !fits32(v)))
        return false;
    *imm = (s32)v;
    return true;
}

void copy_gpr(struct emit *e, enum width w, enum gpr d, enum gpr s) {
    if (d != s || w == W32)
        x_mov_rr(e->c, w, d, s);
}

/* d := b op imm */
static void alu_imm(struct emit *e, enum alu op, enum width w, const struct insn *i, s32 imm) {
    bool zext = is_zext(e, i->b) || w == W32;
    enum gpr b, d;
    if (op == ALU_sub && imm != INT32_MIN) {
        op = ALU_add;
        imm = -imm;
    }
    if (i->a == i->b && in_mem(e, i->a) && w == W64) {
        x_alu_mi(e->c, op, W64, value_mem(e, i->a), imm);
        return;
    }
    b = use_b(e, i, SCRATCH);
    d = def_gpr(e, i->a, SCRATCH);
    if (op == ALU_and && (imm == 0xff || imm == 0xffff)) {
        x_zx(e->c, imm == 0xff ? W8 : W16, d, b);
    } else if (op == ALU_xor && imm == -1) {
        copy_gpr(e, d == b ? W64 : w, d, b);
        x_one_r(e->c, ONE_not, w, d);
    } else if (op == ALU_add && d != b) {
        x_lea(e->c, w, d, mem_b(b, imm));
    } else {
        if (d != b)
            x_mov_rr(e->c, w, d, b);
        if (w == W64 && ((op == ALU_and && imm >= 0) || (zext && imm >= 0 && (op == ALU_or || op == ALU_xor))))
            w = W32; /* the upper half is zero before or behind it */
        x_alu_ri(e->c, op, w, d, imm);
    }
    done_gpr(e, i->a, d);
}

static void alu(struct emit *e, enum alu op, enum width w, const struct insn *i) {
    bool comm = op != ALU_sub;
    enum gpr b, c, d;
    s32 imm;
    if (second_const(e, i, w, &imm)) {
        alu_imm(e, op, w, i, imm);
        return;
    }
    if (i->b == i->c && (op == ALU_xor || op == ALU_sub)) {
        d = def_gpr(e, i->a, SCRATCH);
        x_zero(e->c, d);
        done_gpr(e, i->a, d);
        return;
    }
    if (i->a == i->b && in_mem(e, i->a) && w == W64) {
        x_alu_mr(e->c, op, W64, value_mem(e, i->a), use_gpr(e, i->c, SCRATCH));
        return;
    }
    d = def_gpr(e, i->a, SCRATCH);
    b = use_b(e, i, SCRATCH);
    if (in_mem(e, i->c) && d != NOREG) {
        copy_gpr(e, d == b ? W64 : w, d, b);
        x_alu_rm(e->c, op, w, d, value_mem(e, i->c));
        done_gpr(e, i->a, d);
        return;
    }
    c = use_gpr(e, i->c, SCRATCH2);
    if (d == b) {
        x_alu_rr(e->c, op, w, d, c);
    } else if (d == c && comm) {
        x_alu_rr(e->c, op, w, d, b);
    } else if (d == c) { /* b - d */
        x_one_r(e->c, ONE_neg, w, d);
        x_alu_rr(e->c, ALU_add, w, d, b);
    } else if (op == ALU_add) {
        x_lea(e->c, w, d, mem_bx(b, c, 0, 0));
    } else {
        x_mov_rr(e->c, w, d, b);
        x_alu_rr(e->c, op, w, d, c);
    }
    done_gpr(e, i->a, d);
}

/* --- multiplication --- */

/* By one more or less than a power of 2: a shift and an addition are done a cycle before imul, and sums of hashes wait for it. */
static bool mul_near(struct emit *e, enum width w, const struct insn *i, s32 imm) {
    u32 n = (u32)imm;
    bool less = !(n & (n + 1)), more = !((n - 1) & (n - 2));
    enum gpr b, d = def_gpr(e, i->a, SCRATCH), c;
    if ((!less && !more) || imm < 7 || imm == INT32_MAX || in_mem(e, i->b))
        return false;
    b = c = use_b(e, i, SCRATCH2);
    if (d == b)
        x_mov_rr(e->c, w, c = SCRATCH2, b);
    else
        x_mov_rr(e->c, w, d, b);
    x_shift_ri(e->c, SH_shl, w, d, (unsigned)__builtin_ctz(less ? n + 1 : n - 1));
    x_alu_rr(e->c, less ? ALU_sub : ALU_add, w, d, c);
    return true;
}

static void mul_imm(struct emit *e, enum width w, const struct insn *i, s32 imm) {
    enum gpr b, d = def_gpr(e, i->a, SCRATCH);
    if (imm == 0) {
        x_zero(e->c, d);
    } else if (imm > 0 && !(imm & (imm - 1))) {
        b = use_b(e, i, SCRATCH);
        copy_gpr(e, d == b && imm > 1 ? W64 : w, d, b);
        if (imm > 1)
            x_shift_ri(e->c, SH_shl, w, d, (unsigned)__builtin_ctz((u32)imm));
    } else if (imm == 3 || imm == 5 || imm == 9) {
        b = use_b(e, i, SCRATCH);
        x_lea(e->c, w, d, mem_bx(b, b, imm == 3 ? 1 : imm == 5 ? 2 : 3, 0));
    } else if (in_mem(e, i->b)) {
        x_imul_rmi(e->c, w, d, value_mem(e, i->b), imm);
    } else if (!mul_near(e, w, i, imm)) {
        x_imul_rri(e->c, w, d, use_b(e, i, SCRATCH), imm);
    }
    done_gpr(e, i->a, d);
}

static void mul(struct emit *e, enum width w, const struct insn *i) {
    enum gpr b, c, d;
    s32 imm;
    if (second_const(e, i, w, &imm)) {
        mul_imm(e, w, i, imm);
        return;
    }
    d = def_gpr(e, i->a, SCRATCH);
    b = use_b(e, i, SCRATCH);
    if (in_mem(e, i->c)) {
        copy_gpr(e, d == b ? W64 : w, d, b);
        x_two_rm(e->c, TWO_imul, w, d, value_mem(e, i->c));
    } else {
        c = use_gpr(e, i->c, SCRATCH2);
        if (d == c) {
            x_two_rr(e->c, TWO_imul, w, d, b);
        } else {
            copy_gpr(e, d == b ? W64 : w, d, b);
            x_two_rr(e->c, TWO_imul, w, d, c);
        }
    }
    done_gpr(e, i->a, d);
}

/* --- shifts and rotates --- */

static void shift_imm(struct emit *e, enum shift op, enum width w, const struct insn *i, u32 n) {
    enum gpr b = use_b(e, i, SCRATCH), d = def_gpr(e, i->a, SCRATCH);
    n &= w == W64 ? 63 : 31;
    if (n == 0) {
        copy_gpr(e, w, d, b);
    } else if ((op == SH_rol || op == SH_ror) && d != b && e->c->cpu & CPU_BMI2) {
        x_rorx_rri(e->c, w, d, b, op == SH_ror ? n : (w == W64 ? 64 : 32) - n);
    } else if (op == SH_shl && n == 1 && d != b) {
        x_lea(e->c, w, d, mem_bx(b, b, 0, 0));
    } else {
        copy_gpr(e, d == b ? W64 : w, d, b);
        x_shift_ri(e->c, op, w, d, n);
    }
    done_gpr(e, i->a, d);
}

/* Does instruction n read value v, which nobody else does, as one of the two that it adds? The other one. */
static bool adds_once(const struct emit *e, const struct insn *n, u16 add, u32 v, u32 *other) {
    if (!n || n->op != add || e->u->fixed || e->u->homes || !(e->u->val[v].flags & VALUE_ONCE) ||
        (n->b == v) == (n->c == v))
        return false;
    *other = n->b == v ? n->c : n->b;
    return true;
}

/* An index that is scaled, then added to a base, and perhaps a constant to that: lea. */
static bool scaled_add(struct emit *e, enum width w, const struct insn *i, u32 n) {
    u16 add = w == W64 ? OP_add64 : OP_add32;
    const struct insn *j = next_insn(e), *k;
    struct mem m = {.scale = (u8)n};
    u32 other;
    enum gpr d;
    u64 x;
    if (n < 1 || n > 3 || !adds_once(e, j, add, i->a, &other))
        return false;
    m.index = (u8)use_gpr(e, i->b, SCRATCH);
    m.base = NOREG;
    if (!const_of(e, other, &x))
        m.base = (u8)use_gpr(e, other, SCRATCH2);
    else if (w == W64 && x != (u64)(s64)(s32)x)
        return false;
    else
        m.disp = (s32)x;
    e->next += (u32)isa_len(j);
    k = next_insn(e);
    if (m.base != NOREG && k && k->op == add + 1 && k->b == j->a && e->u->val[j->a].flags & VALUE_ONCE) {
        m.disp = k->imm;
        e->next += (u32)isa_len(k);
        j = k;
    }
    d = def_gpr(e, j->a, SCRATCH);
    x_lea(e->c, w, d, m);
    done_gpr(e, j->a, d);
    return true;
}

/* To the left by n and back again: the low part of b, extended. */
static bool extended(struct emit *e, enum width w, const struct insn *i, u32 n) {
    const struct insn *back = e->u->fixed ? next_insn(e) : NULL;
    u32 bits = (w == W64 ? 64 : 32) - n;
    enum width from = bits == 8 ? W8 : bits == 16 ? W16 : W32;
    enum gpr b, d;
    bool sign;
    if (!back || (bits != 8 && bits != 16 && (bits != 32 || w == W32)) || back->a != i->a || back->b != i->a ||
        (back->imm & (w == W64 ? 63 : 31)) != (s32)n)
        return false;
    sign = back->op == (w == W64 ? OP_arsh64i : OP_arsh32i);
    if (!sign && back->op != (w == W64 ? OP_rsh64i : OP_rsh32i))
        return false;
    b = use_b(e, i, SCRATCH);
    d = def_gpr(e, i->a, SCRATCH);
    if (sign)
        x_sx(e->c, from, w, d, b);
    else
        x_zx(e->c, from, d, b);
    done_gpr(e, i->a, d);
    e->next++;
    return true;
}

/* By a register: shifts of BMI2 take any; others want cl, and rcx may hold a value. */
static void shift(struct emit *e, enum shift op, enum width w, const struct insn *i) {
    enum gpr b, c, d, work;
    s32 imm;
    if (second_const(e, i, W32, &imm)) {
        u32 n = (u32)imm & (w == W64 ? 63 : 31);
        if (op != SH_shl || (!scaled_add(e, w, i, n) && !extended(e, w, i, n)))
            shift_imm(e, op, w, i, (u32)imm);
        return;
    }
    if (e->c->cpu & CPU_BMI2 && op != SH_rol && op != SH_ror) {
        enum bmi x = op == SH_shl ? BMI_shlx : op == SH_shr ? BMI_shrx : BMI_sarx;
        d = def_gpr(e, i->a, SCRATCH);
        c = use_gpr(e, i->c, SCRATCH2);
        if (in_mem(e, i->b))
            x_bmi_rmr(e->c, x, w, d, value_mem(e, i->b), c);
        else
            x_bmi_rrr(e->c, x, w, d, use_b(e, i, SCRATCH), c);
        done_gpr(e, i->a, d);
        return;
    }
    d = def_gpr(e, i->a, SCRATCH);
    c = in_gpr(e, i->c);
    b = use_b(e, i, SCRATCH);
    work = d == RCX || (d == c && d != b) ? SCRATCH : d;
    if (work != b)
        x_mov_rr(e->c, W64, work, b);
    if (c != RCX) {
        if (d != RCX)
            x_mov_rr(e->c, W64, SCRATCH2, RCX);
        if ((c = use_gpr(e, i->c, RCX)) != RCX)
            x_mov_rr(e->c, W64, RCX, c);
        x_shift_rc(e->c, op, w, work);
        if (d != RCX)
            x_mov_rr(e->c, W64, RCX, SCRATCH2);
    } else {
        x_shift_rc(e->c, op, w, work);
    }
    done_gpr(e, i->a, work);
}

/* --- one operand --- */

/* A copy to which something is added at once, a register or a constant or both: lea. */
static bool copy_and_add(struct emit *e, enum width w, const struct insn *i) {
    enum gpr a = in_gpr(e, i->a), b = in_gpr(e, i->b), c;
    u16 add = w == W64 ? OP_add64 : OP_add32, sub = w == W64 ? OP_sub64i : OP_sub32i;
    struct mem m = mem_b(b, 0);
    u32 next = e->next;
    bool constant = false;
    if (a == NOREG || b == NOREG || a == b)
        return false;
    for (const struct insn *n; (n = next_insn(e)) && n->b == i->a && n->a == i->a;) {
        if ((n->op == add + 1 || (n->op == sub && n->imm != INT32_MIN)) && !constant) {
            m.disp = n->op == sub ? -n->imm : n->imm;
            constant = true;
        } else if (n->op == add && m.index == NOREG && n->c != i->a && (c = in_gpr(e, n->c)) != NOREG) {
            m.index = (u8)c;
        } else {
            break;
        }
        e->next++;
    }
    if (e->next == next)
        return false;
    x_lea(e->c, w, a, m);
    return true;
}

/* A copy that is shifted to the left and back at once: its low part, extended. */
static bool copy_and_extend(struct emit *e, enum width w, const struct insn *i) {
    const struct insn *n = next_insn(e);
    struct insn both;
    if (!n || n->op != (w == W64 ? OP_lsh64i : OP_lsh32i) || n->a != i->a || n->b != i->a)
        return false;
    both = *n;
    both.b = i->b;
    e->next++;
    if (extended(e, w, &both, (u32)n->imm & (w == W64 ? 63 : 31)))
        return true;
    e->next--;
    return false;
}

static void move(struct emit *e, enum width w, const struct insn *i) {
    enum gpr b, d = def_gpr(e, i->a, SCRATCH);
    if (i->op != OP_le64 && i->op != OP_le32 && (copy_and_add(e, w, i) || copy_and_extend(e, w, i)))
        return;
    if (in_mem(e, i->b)) {
        x_load(e->c, w, d, value_mem(e, i->b));
    } else {
        b = use_b(e, i, d);
        if (w == W64 || (d == b && is_zext(e, i->b)))
            copy_gpr(e, W64, d, b);
        else
            x_mov_rr(e->c, W32, d, b);
    }
    done_gpr(e, i->a, d);
}

static void extend(struct emit *e, enum width from, enum width to, const struct insn *i) {
    enum gpr d = def_gpr(e, i->a, SCRATCH);
    if (in_mem(e, i->b))
        x_load_sx(e->c, from, to, d, value_mem(e, i->b));
    else
        x_sx(e->c, from, to, d, use_b(e, i, SCRATCH));
    done_gpr(e, i->a, d);
}

static void narrow(struct emit *e, enum width w, const struct insn *i) {
    enum gpr d = def_gpr(e, i->a, SCRATCH);
    if (in_mem(e, i->b))
        x_load(e->c, w, d, value_mem(e, i->b));
    else
        x_zx(e->c, w, d, use_b(e, i, SCRATCH));
    done_gpr(e, i->a, d);
}

static void swap(struct emit *e, enum width w, const struct insn *i) {
    enum gpr d = def_gpr(e, i->a, SCRATCH), b = use_b(e, i, SCRATCH);
    copy_gpr(e, d == b ? W64 : W64, d, b);
    if (w == W16) {
        x_bswap(e->c, W32, d);
        x_shift_ri(e->c, SH_shr, W32, d, 16);
    } else {
        x_bswap(e->c, w, d);
    }
    done_gpr(e, i->a, d);
}

static void negate(struct emit *e, enum width w, const struct insn *i) {
    enum gpr d = def_gpr(e, i->a, SCRATCH), b = use_b(e, i, SCRATCH);
    copy_gpr(e, W64, d, b);
    x_one_r(e->c, ONE_neg, w, d);
    done_gpr(e, i->a, d);
}

/* Leading or trailing zeros: of 0 the width. */
static void count_zeros(struct emit *e, bool leading, enum width w, const struct insn *i) {
    enum gpr d = def_gpr(e, i->a, SCRATCH), b = use_b(e, i, SCRATCH);
    u32 bits = w == W64 ? 64 : 32;
    if (e->c->cpu & (leading ? CPU_LZCNT : CPU_BMI1)) {
        if (d != b) /* its old value counts as an operand on some processors */
            x_zero(e->c, d);
        x_two_rr(e->c, leading ? TWO_lzcnt : TWO_tzcnt, w, d, b);
    } else {
        x_two_rr(e->c, leading ? TWO_bsr : TWO_bsf, w, SCRATCH, b);
        x_mov_ri(e->c, SCRATCH2, leading ? 2 * bits - 1 : bits);
        x_cmov_rr(e->c, CC_e, W32, SCRATCH, SCRATCH2);
        if (leading)
            x_alu_ri(e->c, ALU_xor, W32, SCRATCH, (s32)bits - 1);
        d = SCRATCH;
    }
    done_gpr(e, i->a, d);
}

/* The bits that are 1, as count_ones() of isa/arith.h does it where the processor has no instruction for it. */
static void popcount(struct emit *e, enum width w, const struct insn *i) {
    static const u64 mask[] = {0x5555555555555555, 0x3333333333333333, 0x0f0f0f0f0f0f0f0f, 0x0101010101010101};
    enum gpr d = def_gpr(e, i->a, SCRATCH), b = use_b(e, i, SCRATCH);
    struct enc *c = e->c;
    if (c->cpu & CPU_POPCNT) {
        if (d != b)
            x_zero(c, d);
        x_two_rr(c, TWO_popcnt, w, d, b);
        done_gpr(e, i->a, d);
        return;
    }
    x_mov_rr(c, w, SCRATCH, b);
    x_mov_rr(c, W64, SCRATCH2, SCRATCH);
    x_shift_ri(c, SH_shr, W64, SCRATCH2, 1);
    x_alu_rm(c, ALU_and, W64, SCRATCH2, data_mem(e, &mask[0], 8));
    x_alu_rr(c, ALU_sub, W64, SCRATCH, SCRATCH2);
    x_mov_rr(c, W64, SCRATCH2, SCRATCH);
    x_shift_ri(c, SH_shr, W64, SCRATCH2, 2);
    x_alu_rm(c, ALU_and, W64, SCRATCH, data_mem(e, &mask[1], 8));
    x_alu_rm(c, ALU_and, W64, SCRATCH2, data_mem(e, &mask[1], 8));
    x_alu_rr(c, ALU_add, W64, SCRATCH, SCRATCH2);
    x_mov_rr(c, W64, SCRATCH2, SCRATCH);
    x_shift_ri(c, SH_shr, W64, SCRATCH2, 4);
    x_alu_rr(c, ALU_add, W64, SCRATCH, SCRATCH2);
    x_alu_rm(c, ALU_and, W64, SCRATCH, data_mem(e, &mask[2], 8));
    x_two_rm(c, TWO_imul, W64, SCRATCH, data_mem(e, &mask[3], 8));
    x_shift_ri(c, SH_shr, W64, SCRATCH, 56);
    done_gpr(e, i->a, SCRATCH);
}

static void constant(struct emit *e, u32 a, u64 v) {
    enum gpr d = def_gpr(e, a, SCRATCH);
    if (in_mem(e, a) && fits32(v)) {
        x_store_i(e->c, W64, value_mem(e, a), (s32)v);
        return;
    }
    if (v)
        x_mov_ri(e->c, d, v);
    else
        x_zero(e->c, d);
    done_gpr(e, a, d);
}

/* --- the rows --- */

bool emit_int(struct emit *e, const struct insn *i) {
    const struct link_view *l = e->l;
    enum cc cc;
    if (compare_set(e, i, &cc)) {
        emit_set(e, i, cc);
        return true;
    }
    /* clang-format off */
    switch (i->op) {
#define BOTH(name) case OP_##name: case OP_##name##i:
    BOTH(add64) alu(e, ALU_add, W64, i); return true;
    BOTH(add32) alu(e, ALU_add, W32, i); return true;
    BOTH(sub64) alu(e, ALU_sub, W64, i); return true;
    BOTH(sub32) alu(e, ALU_sub, W32, i); return true;
    BOTH(or64) alu(e, ALU_or, W64, i); return true;
    BOTH(or32) alu(e, ALU_or, W32, i); return true;
    BOTH(and64) alu(e, ALU_and, W64, i); return true;
    BOTH(and32) alu(e, ALU_and, W32, i); return true;
    BOTH(xor64) alu(e, ALU_xor, W64, i); return true;
    BOTH(xor32) alu(e, ALU_xor, W32, i); return true;
    BOTH(mul64) mul(e, W64, i); return true;
    BOTH(mul32) mul(e, W32, i); return true;
    BOTH(lsh64) shift(e, SH_shl, W64, i); return true;
    BOTH(lsh32) shift(e, SH_shl, W32, i); return true;
    BOTH(rsh64) shift(e, SH_shr, W64, i); return true;
    BOTH(rsh32) shift(e, SH_shr, W32, i); return true;
    BOTH(arsh64) shift(e, SH_sar, W64, i); return true;
    BOTH(arsh32) shift(e, SH_sar, W32, i); return true;
    BOTH(rotl64) shift(e, SH_rol, W64, i); return true;
    BOTH(rotl32) shift(e, SH_rol, W32, i); return true;
    BOTH(rotr64) shift(e, SH_ror, W64, i); return true;
    BOTH(rotr32) shift(e, SH_ror, W32, i); return true;
    BOTH(div64) BOTH(sdiv64) BOTH(mod64) BOTH(smod64) BOTH(div32) BOTH(sdiv32) BOTH(mod32) BOTH(smod32)
    BOTH(divt64) BOTH(sdivt64) BOTH(modt64) BOTH(smodt64) BOTH(divt32) BOTH(sdivt32) BOTH(modt32) BOTH(smodt32)
        emit_div(e, i);
        return true;
    case OP_rmov:
    case OP_le64:
    case OP_mov64: move(e, W64, i); return true;
    case OP_le32:
    case OP_mov32: move(e, W32, i); return true;
    case OP_le16: narrow(e, W16, i); return true;
    case OP_movsx8_64: extend(e, W8, W64, i); return true;
    case OP_movsx16_64: extend(e, W16, W64, i); return true;
    case OP_movsx32_64: extend(e, W32, W64, i); return true;
    case OP_movsx8_32: extend(e, W8, W32, i); return true;
    case OP_movsx16_32: extend(e, W16, W32, i); return true;
    case OP_neg64: negate(e, W64, i); return true;
    case OP_neg32: negate(e, W32, i); return true;
    case OP_be16:
    case OP_bswap16: swap(e, W16, i); return true;
    case OP_be32:
    case OP_bswap32: swap(e, W32, i); return true;
    case OP_be64:
    case OP_bswap64: swap(e, W64, i); return true;
    case OP_clz64: count_zeros(e, true, W64, i); return true;
    case OP_ctz64: count_zeros(e, false, W64, i); return true;
    case OP_clz32: count_zeros(e, true, W32, i); return true;
    case OP_ctz32: count_zeros(e, false, W32, i); return true;
    case OP_popcnt64: popcount(e, W64, i); return true;
    case OP_popcnt32: popcount(e, W32, i); return true;
    case OP_mov64i: constant(e, i->a, (u64)(s64)i->imm); return true;
    case OP_mov32i: constant(e, i->a, (u32)i->imm); return true;
    case OP_const64: constant(e, i->a, insn_imm64(i)); return true;
    case OP_ldmap: constant(e, i->a, l->map[i->imm].handle); return true;
    case OP_ldmapval: constant(e, i->a, (u64)(uintptr_t)l->map[i->imm].value + (u32)i->off); return true;
    case OP_ldsym: constant(e, i->a, l->import_addr ? l->import_addr[i->imm] : 0); return true;
    case OP_ldfunc: constant(e, i->a, handle(TAG_FUNC, (u32)i->imm)); return true;
    case OP_select: emit_select(e, i); return true;
    default: return false;
    }
    /* clang-format on */
}
