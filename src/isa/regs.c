/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* regs.c - what an instruction reads and writes, how long it is, and how it ends a block. The
 * switches name every odd row, so that a new one must say what it does here. */
#include "isa/isa.h"

/* clang-format off */
#define EMPTY ((struct regs){0, {0}})
#define R(...) ((struct regs){sizeof((u16[]){__VA_ARGS__}) / sizeof(u16), {__VA_ARGS__}})
/* clang-format on */

/* A register by the type that its row gives it: a v128 takes two. */
static void put(struct regs *r, u16 reg, char type) {
    if (!isa_has(type))
        return;
    r->r[r->n++] = reg;
    if (type == 'V')
        r->r[r->n++] = (u16)(reg + 1);
}

/* The operands b and c, and what is written to a, as the types of the row say. */
static struct regs operands(const struct insn *i) {
    const char *t = isa_info[i->op].type;
    struct regs r = EMPTY;
    put(&r, i->b, t[1]);
    put(&r, i->c, t[2]);
    return r;
}
static struct regs result(const struct insn *i) {
    struct regs r = EMPTY;
    put(&r, i->a, isa_info[i->op].type[0]);
    return r;
}

/* a is an operand too; of some atomics so is a + 1. */
static struct regs with_a(const struct insn *i) {
    struct regs r = operands(i);
    put(&r, i->a, isa_info[i->op].type[0]);
    return r;
}
/* A third operand stands in imm. */
static struct regs third(const struct insn *i, char type) {
    struct regs r = operands(i);
    put(&r, (u16)i->imm, type);
    return r;
}
static struct regs matom_reads(const struct insn *i) {
    u8 what = isa_info[i->op].atom;
    struct regs r = what == MATOM_LOAD ? operands(i) : with_a(i);
    if (what == MATOM_CMPXCHG || what == MATOM_WAIT)
        put(&r, (u16)(i->a + 1), 'L');
    return r;
}

/* clang-format off */
/* All rows of a shape at once, for the switches below. */
#define CASE2(name, ...) case OP_##name: case OP_##name##i:
#define CASE1(name, ...) case OP_##name:

struct regs isa_odd_reads(const struct insn *i) {
    switch ((enum op)i->op) {
#define BIN CASE2
#define UN CASE1
#define JCC CASE2
#define LD CASE1
#define ST CASE2
#define MLD CASE1
#define VUN CASE1
#define VBIN CASE1
#define VSH CASE1
#define VTEST CASE1
#define VSPLAT CASE1
#define VEXTRACT CASE1
#define VREPLACE CASE1
#define VLD CASE1
#include "isa/isa.def"
    case OP_shuffle:
        return operands(i);
#define ATOM(name, code, imm, MT, what)                                                                                \
    case OP_##name:                                                                                                    \
        if (ATOM_##what == ATOM_LDACQ) return R(i->b);                                                                 \
        if (ATOM_##what == ATOM_CMPXCHG) return R(i->b, i->c, REG_R0);                                                 \
        return R(i->b, i->c);
#define PKT(name, code, MT, ind) case OP_##name: return ind ? R(i->b) : EMPTY;
#define MST CASE1
#define VST CASE1
#define VLDLANE CASE1
#define VSTLANE CASE1
#include "isa/isa.def"
        return with_a(i);
#define VTER CASE1
#include "isa/isa.def"
        return third(i, 'V');
    case OP_vselect: return third(i, 'I');
#define MATOM(name, ...) case OP_##name: return matom_reads(i);
#define OBJ(name, ...) case OP_##name: return isa_info[OP_##name].flags & READS_A ? with_a(i) : operands(i);
#include "isa/isa.def"
    case OP_call: case OP_callf: case OP_callk: return R(1, 2, 3, 4, 5);
    case OP_callx: return R(1, 2, 3, 4, 5, i->b);
    case OP_exit: return R(REG_R0);
    case OP_gotox: case OP_cast_kern: case OP_cast_user: case OP_memgrow: case OP_brtab: return R(i->b);
    case OP_select: return third(i, 'I');
    case OP_mov64i: case OP_mov32i: case OP_const64: case OP_ldmap: case OP_ldmapval: case OP_ldsym: case OP_ldfunc:
    case OP_pad: case OP_ja: case OP_may_goto: case OP_trap: case OP_memsize: case OP_fence: case OP_vconst:
    case OP_bad: case OP_COUNT: return EMPTY;
    }
    return EMPTY;
}

struct regs isa_odd_writes(const struct insn *i) {
    switch ((enum op)i->op) {
#define BIN CASE2
#define UN CASE1
#define LD CASE1
#define MLD CASE1
#define VUN CASE1
#define VBIN CASE1
#define VSH CASE1
#define VTER CASE1
#define VTEST CASE1
#define VSPLAT CASE1
#define VEXTRACT CASE1
#define VREPLACE CASE1
#define VLD CASE1
#define VLDLANE CASE1
#include "isa/isa.def"
    case OP_vconst: case OP_shuffle: case OP_vselect:
        return result(i);
    case OP_mov64i: case OP_mov32i: case OP_const64: case OP_ldmap: case OP_ldmapval: case OP_ldsym: case OP_ldfunc:
    case OP_cast_kern: case OP_cast_user: case OP_select: case OP_memsize: case OP_memgrow: return R(i->a);
#define ATOM(name, code, imm, MT, what)                                                                                \
    case OP_##name: return ATOM_##what <= ATOM_XOR || ATOM_##what == ATOM_STREL ? EMPTY : R(i->a);
#define MATOM(name, sub, MT, type, what) case OP_##name: return MATOM_##what == MATOM_STORE ? EMPTY : R(i->a);
#define OBJ(name, ...) case OP_##name: return isa_info[OP_##name].flags & READS_A ? EMPTY : result(i);
#include "isa/isa.def"
#define PKT CASE1
#include "isa/isa.def"
        return R(REG_R0);
    case OP_call: case OP_callf: case OP_callk: case OP_callx: return R(0, 1, 2, 3, 4, 5);
#define JCC CASE2
#define ST CASE2
#define MST CASE1
#define VST CASE1
#define VSTLANE CASE1
#include "isa/isa.def"
    case OP_pad: case OP_ja: case OP_may_goto: case OP_gotox: case OP_exit: case OP_trap: case OP_brtab: case OP_fence:
    case OP_bad: case OP_COUNT: return EMPTY;
    }
    return EMPTY;
}
/* clang-format on */

struct window isa_window(const struct insn *i) {
    u8 w = isa_info[i->op].window;
    return w == WIN_IN || w == WIN_CALL ? (struct window){i->a, i->c} : (struct window){0, 0};
}

struct window isa_window_out(const struct insn *i) {
    return isa_info[i->op].window == WIN_OUT ? (struct window){i->a, i->c} : (struct window){0, 0};
}

bool isa_clobbers(const struct insn *i, u16 *from) {
    *from = i->a;
    return isa_info[i->op].window == WIN_CALL;
}

bool isa_throws(u16 op) {
    return isa_info[op].window == WIN_CALL || op == OP_throw || op == OP_throwref;
}

/* clang-format off */
/* --- isa_brief --- */

#define ODD BRIEF_ODD
#define PAIR BRIEF_PAIR
#define ENDS (BRIEF_ODD | BRIEF_ENDS)
#define STOPS (ENDS | BRIEF_STOP)
#define IS_LAST(op) ((op) == OP_ret || (op) == OP_tcallt || (op) == OP_tcalltab || (op) == OP_tcallref || (op) == OP_throw || \
                     (op) == OP_throwref)

#define BRIEF_mov64i BRIEF_A
#define BRIEF_mov32i BRIEF_A
#define BRIEF_const64 BRIEF_A | PAIR
#define BRIEF_ldmap BRIEF_A | PAIR
#define BRIEF_ldmapval BRIEF_A | PAIR
#define BRIEF_ldsym BRIEF_A | PAIR
#define BRIEF_ldfunc BRIEF_A | PAIR
#define BRIEF_pad 0
#define BRIEF_ja STOPS
#define BRIEF_may_goto ENDS
#define BRIEF_gotox STOPS
#define BRIEF_exit STOPS
#define BRIEF_call ODD
#define BRIEF_callf ODD
#define BRIEF_callk ODD
#define BRIEF_callx ODD
#define BRIEF_cast_kern BRIEF_A | BRIEF_B
#define BRIEF_cast_user BRIEF_A | BRIEF_B
#define BRIEF_select ODD | PAIR
#define BRIEF_trap STOPS
#define BRIEF_memsize BRIEF_A
#define BRIEF_memgrow BRIEF_A | BRIEF_B
#define BRIEF_brtab STOPS | PAIR
#define BRIEF_fence ODD
#define BRIEF_vconst ODD
#define BRIEF_shuffle ODD | PAIR
#define BRIEF_vselect ODD | PAIR

const u8 isa_brief[OP_COUNT] = {
#define BRIEF_BOTH(name, both, reg) [OP_##name] = (both) | (reg), [OP_##name##i] = (both),
#define BIN(name, ...) BRIEF_BOTH(name, BRIEF_A | BRIEF_B, BRIEF_C)
#define UN(name, ...) [OP_##name] = BRIEF_A | BRIEF_B,
#define JCC(name, ...) BRIEF_BOTH(name, BRIEF_B | BRIEF_JCC | BRIEF_ENDS, BRIEF_C)
#define LD(name, ...) [OP_##name] = BRIEF_A | BRIEF_B,
#define ST(name, ...) BRIEF_BOTH(name, BRIEF_B, BRIEF_C)
#define ATOM(name, ...) [OP_##name] = ODD,
#define PKT(name, ...) [OP_##name] = ODD,
#define MLD(name, ...) [OP_##name] = BRIEF_A | BRIEF_B | PAIR,
#define MST(name, ...) [OP_##name] = ODD | PAIR,
#define MATOM(name, ...) [OP_##name] = ODD | PAIR,
#define OBJ(name, ...) [OP_##name] = PAIR | (IS_LAST(OP_##name) ? STOPS : ODD),
#define CTL(name, ...) [OP_##name] = BRIEF_##name,
#define VUN(name, ...) [OP_##name] = ODD,
#define VBIN(name, ...) [OP_##name] = ODD,
#define VSH(name, ...) [OP_##name] = ODD,
#define VTER(name, ...) [OP_##name] = ODD | PAIR,
#define VTEST(name, ...) [OP_##name] = ODD,
#define VSPLAT(name, ...) [OP_##name] = ODD,
#define VEXTRACT(name, ...) [OP_##name] = ODD,
#define VREPLACE(name, ...) [OP_##name] = ODD | PAIR,
#define VLD(name, ...) [OP_##name] = ODD | PAIR,
#define VST(name, ...) [OP_##name] = ODD | PAIR,
#define VLDLANE(name, ...) [OP_##name] = ODD | PAIR,
#define VSTLANE(name, ...) [OP_##name] = ODD | PAIR,
#include "isa/isa.def"
    [OP_bad] = ODD,
};
/* clang-format on */
