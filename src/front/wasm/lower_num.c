/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower_num.c - locals, constants, arithmetic, comparisons.
 *
 * A comparison stays a condition as long as it is the topmost value: then a branch, a select or another i32.eqz
 * takes it as it is. Anything else makes a number of it first (settle_cond). */
#include "front/wasm/lower.h"
#include <assert.h>

void lower_nothing(struct lower *l) { (void)l; }

void lower_drop(struct lower *l) { pop(l); }

/* --- locals --- */

void lower_local_get(struct lower *l) { push_local(l, l->i.x); }

/* Whether what the last instruction left in a home may be written to local x instead. */
static bool may_go_to(const struct lower *l, const struct local *x) {
    if (l->def_letter == x->letter) return true;
    return l->def_letter == 'I' && x->letter == 'L' && isa_info[l->code[l->def].op].type[0] == 'I';
}

/* The last instruction writes to local x. Values that are x still are copied out before it: they stand below, so that
 * none of its operands changes. */
static void set_directly(struct lower *l, u32 x) {
    struct insn i = l->code[l->def];
    u32 where = l->where[l->def];

    i.a = l->local[x].reg;
    if (l->local[x].lazy) {
        l->n = l->def;
        copy_out(l, x);
        l->at = where;
        emit(l, i.op, i.a, i.b, i.c, (u32)i.off, (u32)i.imm);
    } else {
        l->code[l->def].a = i.a;
    }
    l->def = NO_INDEX;
}

static void compare_into(struct lower *l, const struct cond *c, u16 a);

static void set_local(struct lower *l, u32 x) {
    struct local *to = &l->local[x];
    struct val v = pop(l);

    if (v.kind == VAL_LOCAL && v.local == x) return;
    if (v.kind == VAL_HOME && l->def != NO_INDEX && l->code[l->def].a == v.reg && may_go_to(l, to)) {
        set_directly(l, x);
        return;
    }
    copy_out(l, x);
    if (v.kind == VAL_COND) compare_into(l, &l->cond, to->reg);
    else if (v.kind == VAL_CONST) load_const(l, to->reg, true, v.letter, v.imm);
    else put(l, &v, to->reg);
}

void lower_local_set(struct lower *l) { set_local(l, l->i.x); }

void lower_local_tee(struct lower *l) {
    struct val v = *top_val(l);

    set_local(l, l->i.x);
    if (v.kind == VAL_CONST) push_const(l, v.letter, v.imm);
    else push_local(l, l->i.x);
}

/* --- constants and arithmetic --- */

void lower_constant(struct lower *l) {
    push_const(l, (u8)l->arg, l->arg == 'I' ? (u32)l->i.imm : l->i.imm);
}

void lower_unary(struct lower *l) {
    struct val b = pop(l);
    u8 letter = (u8)wasm_op[l->i.op].sig[0];
    u64 bits;
    u16 from;

    if (b.kind == VAL_CONST && isa_eval(l->arg, b.imm, 0, &bits)) {
        push_const(l, letter, bits);
        return;
    }
    from = use_low(l, &b);
    define(l, l->arg, push_home(l, letter), from, 0, 0, 0);
}

/* Nothing to do but for a local, whose register has a type. */
void lower_same(struct lower *l) {
    u8 letter = (u8)wasm_op[l->i.op].sig[0];
    struct val *v = top_val(l);

    if (v->kind == VAL_LOCAL || v->wide) lower_unary(l);
    else v->letter = letter;
}

/* Most of what takes an i32 reads the low half of a register, so this one can wait. */
void lower_wrap(struct lower *l) {
    struct val *v = top_val(l);

    if (v->kind == VAL_CONST) {
        lower_unary(l);
        return;
    }
    v->letter = 'I';
    v->wide = true;
}

void lower_binary(struct lower *l) {
    struct val c = pop(l), b = pop(l);
    u8 letter = (u8)wasm_op[l->i.op].sig[0];
    u16 op = l->arg, x, y = 0;
    bool imm;
    u64 bits;

    if (b.kind == VAL_CONST && c.kind == VAL_CONST && isa_eval(op, b.imm, c.imm, &bits)) {
        push_const(l, letter, bits);
        return;
    }
    if (b.kind == VAL_CONST && c.kind != VAL_CONST && isa_info[op].flags & COMM) {
        struct val t = b;
        b = c;
        c = t;
    }
    imm = c.kind == VAL_CONST && imm_fits(c.letter, c.imm);
    x = use_low(l, &b);
    if (!imm) y = use_low(l, &c);
    define(l, (u16)(op + imm), push_home(l, letter), x, y, 0, imm ? (u32)c.imm : 0);
}

/* --- conditions --- */

static void push_cond(struct lower *l, struct cond c) {
    l->cond = c;
    l->cond.slot = l->top;
    push_const(l, 'I', 0);
    top_val(l)->kind = VAL_COND;
}

void lower_compare(struct lower *l) {
    struct val c = pop(l), b = pop(l);

    push_cond(l, (struct cond){.cc = (u8)l->arg, .letter = (u8)(l->arg >> 8), .b = b, .c = c});
}

static struct cond is_zero(struct val b, u8 letter, u8 cc) {
    struct val zero = {.kind = VAL_CONST, .letter = letter, .slot = b.slot + 1};

    return (struct cond){.cc = cc, .letter = letter, .slot = b.slot, .b = b, .c = zero};
}

void lower_eqz(struct lower *l) {
    struct val b = pop(l);

    if (b.kind == VAL_COND) {
        flip(&l->cond);
        push_cond(l, l->cond);
    } else {
        push_cond(l, is_zero(b, (u8)l->arg, CC_EQ));
    }
}

struct cond take_cond(struct lower *l) {
    struct val v = pop(l);

    return v.kind == VAL_COND ? l->cond : is_zero(v, 'I', CC_NE);
}

static bool is_float(const struct cond *c) { return c->letter == 'F' || c->letter == 'D'; }

void flip(struct cond *c) {
    if (is_float(c) && c->cc > CC_NE) c->no = !c->no; /* not less is not greater or equal: NaN */
    else c->cc ^= 1;
}

static u8 mirror(u8 cc) {
    static const u8 to[CC_COUNT] = {[CC_EQ] = CC_EQ,     [CC_NE] = CC_NE,     [CC_LT_U] = CC_GT_U, [CC_GE_U] = CC_LE_U,
                                    [CC_GT_U] = CC_LT_U, [CC_LE_U] = CC_GE_U, [CC_LT_S] = CC_GT_S, [CC_GE_S] = CC_LE_S,
                                    [CC_GT_S] = CC_LT_S, [CC_LE_S] = CC_GE_S};
    return to[cc];
}

/* A constant goes to the right; unsigned numbers are above 0 when they are not 0. */
static void order(struct cond *c) {
    struct val b = c->b;

    if (b.kind == VAL_CONST && c->c.kind != VAL_CONST) {
        c->b = c->c;
        c->c = b;
        c->cc = mirror(c->cc);
    }
    if (c->c.kind != VAL_CONST || c->c.imm || is_float(c)) return;
    if (c->cc == CC_GT_U) c->cc = CC_NE;
    if (c->cc == CC_LE_U) c->cc = CC_EQ;
}

static void compare_into(struct lower *l, const struct cond *given, u16 a) {
    static const u16 op_of[4][CC_COUNT] = {
        {[CC_EQ] = OP_ceq32, [CC_NE] = OP_cne32, [CC_LT_U] = OP_clt32, [CC_LE_U] = OP_cle32, [CC_LT_S] = OP_cslt32,
         [CC_LE_S] = OP_csle32},
        {[CC_EQ] = OP_ceq64, [CC_NE] = OP_cne64, [CC_LT_U] = OP_clt64, [CC_LE_U] = OP_cle64, [CC_LT_S] = OP_cslt64,
         [CC_LE_S] = OP_csle64},
        {[CC_EQ] = OP_feq32, [CC_NE] = OP_fne32, [CC_LT_S] = OP_flt32, [CC_LE_S] = OP_fle32},
        {[CC_EQ] = OP_feq64, [CC_NE] = OP_fne64, [CC_LT_S] = OP_flt64, [CC_LE_S] = OP_fle64},
    };
    struct cond c = *given;
    u32 row = c.letter == 'I' ? 0 : c.letter == 'L' ? 1 : c.letter == 'F' ? 2 : 3;
    u16 x, y = 0;
    bool imm;

    order(&c);
    if (!op_of[row][c.cc]) { /* there is less, and no greater */
        struct val b = c.b;
        c.b = c.c;
        c.c = b;
        c.cc = mirror(c.cc);
    }
    imm = c.c.kind == VAL_CONST && imm_fits(c.letter, c.c.imm);
    x = use_low(l, &c.b);
    if (!imm) y = use_low(l, &c.c);
    emit(l, (u16)(op_of[row][c.cc] + imm), a, x, y, 0, imm ? (u32)c.c.imm : 0);
    if (c.no) emit(l, OP_ceq32i, a, a, 0, 0, 0);
}

void settle_cond(struct lower *l) {
    u16 reg;

    pop(l);
    reg = home_of(l, l->top, 'I');
    compare_into(l, &l->cond, reg);
    push_home(l, 'I');
    l->def = l->n - 1;
    l->def_letter = 'I';
}

/* and, then a branch if it is not 0: one instruction. */
static bool jump_if_set(struct lower *l, const struct cond *c, u32 label) {
    static const u16 op_of[][2] = {{OP_and32, OP_jset32}, {OP_and32i, OP_jset32i}};
    struct insn i;

    if (c->cc != CC_NE || c->letter != 'I' || c->c.kind != VAL_CONST || c->c.imm) return false;
    if (c->b.kind != VAL_HOME || l->def == NO_INDEX || l->code[l->def].a != c->b.reg) return false;
    i = l->code[l->def];
    for (u32 k = 0; k < COUNT(op_of); k++) {
        if (i.op != op_of[k][0]) continue;
        l->n = l->def;
        jump_at(l, emit(l, op_of[k][1], l->wide_jumps, i.b, i.c, 0, (u32)i.imm), label);
        return true;
    }
    return false;
}

void jump_if(struct lower *l, struct cond *c, u32 label) {
    static const u16 op_of[2][CC_COUNT] = {
        {[CC_EQ] = OP_jeq32, [CC_NE] = OP_jne32, [CC_LT_U] = OP_jlt32, [CC_GE_U] = OP_jge32, [CC_GT_U] = OP_jgt32,
         [CC_LE_U] = OP_jle32, [CC_LT_S] = OP_jslt32, [CC_GE_S] = OP_jsge32, [CC_GT_S] = OP_jsgt32,
         [CC_LE_S] = OP_jsle32},
        {[CC_EQ] = OP_jeq64, [CC_NE] = OP_jne64, [CC_LT_U] = OP_jlt64, [CC_GE_U] = OP_jge64, [CC_GT_U] = OP_jgt64,
         [CC_LE_U] = OP_jle64, [CC_LT_S] = OP_jslt64, [CC_GE_S] = OP_jsge64, [CC_GT_S] = OP_jsgt64,
         [CC_LE_S] = OP_jsle64},
    };
    u16 op, x, y = 0;
    bool imm;

    if (is_float(c)) {
        bool no = c->no;
        u16 reg = home_of(l, c->slot, 'I');
        c->no = false;
        compare_into(l, c, reg);
        jump_at(l, emit(l, no ? OP_jeq32i : OP_jne32i, l->wide_jumps, reg, 0, 0, 0), label);
        return;
    }
    if (jump_if_set(l, c, label)) return;
    order(c);
    imm = c->c.kind == VAL_CONST && imm_fits(c->letter, c->c.imm);
    x = use_low(l, &c->b);
    if (!imm) y = use_low(l, &c->c);
    op = (u16)(op_of[c->letter == 'L'][c->cc] + imm);
    jump_at(l, emit(l, op, l->wide_jumps, x, y, 0, imm ? (u32)c->c.imm : 0), label);
}

/* --- select --- */

/* A test for 0 or not 0 needs no comparison: the operands take its sense. */
static bool tests_zero(const struct cond *c) {
    return c->letter == 'I' && c->cc <= CC_NE && c->c.kind == VAL_CONST && !c->c.imm;
}

void lower_select(struct lower *l) {
    u16 op = OP_select, yes, no, test;
    struct val b, c;
    struct cond cond;

    if (top_val(l)->kind == VAL_COND && !tests_zero(&l->cond)) settle_cond(l);
    cond = take_cond(l);
    c = pop(l);
    b = pop(l);
    test = use(l, &cond.b);
    no = use(l, &c);
    yes = use(l, &b);
    if (cond.cc == CC_EQ) {
        u16 t = yes;
        yes = no;
        no = t;
    }
    if (b.letter == 'V') op = OP_vselect;
    define(l, op, push_home(l, b.letter), yes, no, 0, test);
}
