/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* regs.c - what an instruction reads and writes, and how it ends a block. The switches name
 * every odd row, so that a new one must say what it does here. */
#include "isa/isa.h"

/* clang-format off */
#define EMPTY ((struct regs){0, {0}})
#define R(...) ((struct regs){sizeof((u16[]){__VA_ARGS__}) / sizeof(u16), {__VA_ARGS__}})

/* All rows of a shape at once, for the switches below. */
#define CASE2(name, ...) case OP_##name: case OP_##name##i:
#define CASE1(name, ...) case OP_##name:

struct regs isa_reads(const struct insn *i) {
    switch ((enum op)i->op) {
#define BIN(name, ...) case OP_##name: return R(i->b, i->c); case OP_##name##i: return R(i->b);
#define UN(name, ...) case OP_##name: return R(i->b);
#define JCC(name, ...) case OP_##name: return R(i->b, i->c); case OP_##name##i: return R(i->b);
#define LD(name, ...) case OP_##name: return R(i->b);
#define ST(name, ...) case OP_##name: return R(i->b, i->c); case OP_##name##i: return R(i->b);
#define ATOM(name, code, imm, MT, what)                                                                                \
    case OP_##name:                                                                                                    \
        if (ATOM_##what == ATOM_LDACQ) return R(i->b);                                                                 \
        if (ATOM_##what == ATOM_CMPXCHG) return R(i->b, i->c, REG_R0);                                                 \
        return R(i->b, i->c);
#define PKT(name, code, MT, ind) case OP_##name: return ind ? R(i->b) : EMPTY;
#define MLD(name, ...) case OP_##name: return R(i->b);
#define MST(name, ...) case OP_##name: return R(i->a, i->b);
#include "isa/isa.def"
    case OP_call: case OP_callf: case OP_callk: return R(1, 2, 3, 4, 5);
    case OP_callx: return R(1, 2, 3, 4, 5, i->b);
    case OP_exit: return R(REG_R0);
    case OP_gotox: case OP_cast_kern: case OP_cast_user: case OP_memgrow: return R(i->b);
    case OP_select: return R(i->b, i->c, (u16)i->imm);
    case OP_mov64i: case OP_mov32i: case OP_const64: case OP_ldmap: case OP_ldmapval: case OP_ldsym: case OP_ldfunc:
    case OP_pad: case OP_ja: case OP_may_goto: case OP_trap: case OP_memsize:
    case OP_bad: case OP_COUNT: return EMPTY;
    }
    return EMPTY;
}

struct regs isa_writes(const struct insn *i) {
    switch ((enum op)i->op) {
#define BIN CASE2
#define UN CASE1
#define LD CASE1
#define MLD CASE1
#include "isa/isa.def"
    case OP_mov64i: case OP_mov32i: case OP_const64: case OP_ldmap: case OP_ldmapval: case OP_ldsym: case OP_ldfunc:
    case OP_cast_kern: case OP_cast_user: case OP_select: case OP_memsize: case OP_memgrow: return R(i->a);
#define ATOM(name, code, imm, MT, what)                                                                                \
    case OP_##name: return ATOM_##what <= ATOM_XOR || ATOM_##what == ATOM_STREL ? EMPTY : R(i->a);
#include "isa/isa.def"
#define PKT CASE1
#include "isa/isa.def"
        return R(REG_R0);
    case OP_call: case OP_callf: case OP_callk: case OP_callx: return R(0, 1, 2, 3, 4, 5);
#define JCC CASE2
#define ST CASE2
#define MST CASE1
#include "isa/isa.def"
    case OP_pad: case OP_ja: case OP_may_goto: case OP_gotox: case OP_exit: case OP_trap:
    case OP_bad: case OP_COUNT: return EMPTY;
    }
    return EMPTY;
}
/* clang-format on */

bool isa_falls_through(u16 op) {
    return op != OP_ja && op != OP_gotox && op != OP_exit && op != OP_trap;
}

bool isa_ends_block(u16 op) {
    u8 shape = isa_info[op].shape;
    return shape == SHAPE_JCC || shape == SHAPE_JCCI || op == OP_may_goto || !isa_falls_through(op);
}
