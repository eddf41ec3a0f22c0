/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* info.c - the facts of each operation as a table, from the rows of isa.def. */
#include "isa/isa.h"

#define N 0 /* no narrow code */
typedef float f32;
typedef double f64;

/* What the row of an odd instruction does not say: types of a, b, c. X: any scalar type,
 * and where there are several, the same one. */
/* clang-format off */
#define CTL_mov64i .type = "L"
#define CTL_mov32i .type = "I"
#define CTL_const64 .type = "X"
#define CTL_ldmap .type = "L"
#define CTL_ldmapval .type = "L"
#define CTL_ldsym .type = "L"
#define CTL_ldfunc .type = "L"
#define CTL_pad .flags = 0
#define CTL_ja .flags = 0
#define CTL_may_goto .flags = 0
#define CTL_gotox .type = {0, 'L', 0}
#define CTL_exit .flags = 0
#define CTL_call .type = "L"
#define CTL_callf .type = "L"
#define CTL_callk .type = "L"
#define CTL_callx .type = "LL"
#define CTL_cast_kern .type = "LL"
#define CTL_cast_user .type = "LL"
#define CTL_select .type = "XXX", .flags = WIDE
#define CTL_trap .flags = WIDE | TRAPS
#define CTL_memsize .type = "I", .flags = WIDE
#define CTL_memgrow .type = "II", .flags = WIDE

/* Atomics: the register that gets the old or the loaded value; b is the address. */
#define ATOM_T_ADD {0, 'L', 'L'}
#define ATOM_T_OR {0, 'L', 'L'}
#define ATOM_T_AND {0, 'L', 'L'}
#define ATOM_T_XOR {0, 'L', 'L'}
#define ATOM_T_FADD {'L', 'L', 'L'}
#define ATOM_T_FOR {'L', 'L', 'L'}
#define ATOM_T_FAND {'L', 'L', 'L'}
#define ATOM_T_FXOR {'L', 'L', 'L'}
#define ATOM_T_XCHG {'L', 'L', 'L'}
#define ATOM_T_CMPXCHG {'L', 'L', 'L'}
#define ATOM_T_LDACQ {'L', 'L', 0}
#define ATOM_T_STREL {0, 'L', 'L'}
/* clang-format on */

#define ONLY_WIDE(code) ((code) ? 0 : WIDE)

/* clang-format off */
const struct isa_row isa_info[OP_COUNT] = {
#define BIN(nm, code, o, sub, T, ty, fl, ...)                                                                          \
    [OP_##nm] = {.name = #nm, .shape = SHAPE_BIN, .flags = (fl) | ONLY_WIDE(code), .type = ty},                        \
    [OP_##nm##i] = {#nm "i", SHAPE_BINI, (fl) | ONLY_WIDE(code), 0, 0, {ty[0], ty[1], 0, 0}},
#define UN(nm, code, o, im, sub, Tx, Ta, ty, fl, ...)                                                                  \
    [OP_##nm] = {.name = #nm, .shape = SHAPE_UN, .flags = (fl) | ONLY_WIDE(code), .type = ty},
#define JCC(nm, code, sub, T, ty, fl, ...)                                                                             \
    [OP_##nm] = {#nm, SHAPE_JCC, fl, 0, 0, {0, ty[0], ty[1], 0}},                                                      \
    [OP_##nm##i] = {#nm "i", SHAPE_JCCI, fl, 0, 0, {0, ty[0], 0, 0}},
#define LD(nm, code, MT, RT) [OP_##nm] = {.name = #nm, .shape = SHAPE_LD, .size = sizeof(MT), .type = "LL"},
#define ST(nm, code, codei, MT)                                                                                        \
    [OP_##nm] = {.name = #nm, .shape = SHAPE_ST, .size = sizeof(MT), .type = {0, 'L', 'L', 0}},                        \
    [OP_##nm##i] = {.name = #nm "i", .shape = SHAPE_STI, .size = sizeof(MT), .type = {0, 'L', 0, 0}},
#define ATOM(nm, code, im, MT, what)                                                                                   \
    [OP_##nm] = {.name = #nm, .shape = SHAPE_ATOM, .size = sizeof(MT), .atom = ATOM_##what, .type = ATOM_T_##what},
#define PKT(nm, code, MT, ind)                                                                                         \
    [OP_##nm] = {.name = #nm, .shape = SHAPE_PKT, .size = sizeof(MT), .type = {'L', (ind) ? 'L' : 0, 0, 0}},
#define MLD(nm, sub, MT, RT, t)                                                                                        \
    [OP_##nm] = {.name = #nm, .shape = SHAPE_MLD, .flags = WIDE | TRAPS, .size = sizeof(MT), .type = {t, 'I', 0, 0}},
#define MST(nm, sub, MT, t)                                                                                            \
    [OP_##nm] = {.name = #nm, .shape = SHAPE_MST, .flags = WIDE | TRAPS, .size = sizeof(MT), .type = {t, 'I', 0, 0}},
#define CTL(nm, text) [OP_##nm] = {.name = #nm, .shape = SHAPE_CTL, CTL_##nm},
#include "isa/isa.def"
    [OP_bad] = {.name = "bad"},
};
/* clang-format on */
