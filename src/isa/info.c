/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* info.c - the facts of each operation as a table, from the rows of isa.def. */
#include "isa/isa.h"
#include "isa/vec.h"

#define N 0 /* no narrow code */

/* What the row of an odd instruction does not say: types of a, b, c. X: any scalar type,
 * and where there are several, the same one. */
/* clang-format off */
#define CTL_mov64i .type = "L"
#define CTL_mov32i .type = "I"
#define CTL_const64 .type = "X"
#define CTL_ldmap .type = "L", .flags = EBPF
#define CTL_ldmapval .type = "L", .flags = EBPF
#define CTL_ldsym .type = "L", .flags = EBPF
#define CTL_ldfunc .type = "L", .flags = EBPF
#define CTL_pad .flags = 0
#define CTL_ja .flags = 0
#define CTL_may_goto .flags = EBPF
#define CTL_gotox .type = {0, 'L', 0}, .flags = EBPF
#define CTL_exit .flags = EBPF
#define CTL_call .type = "L", .flags = EBPF
#define CTL_callf .type = "L", .flags = EBPF
#define CTL_callk .type = "L", .flags = EBPF
#define CTL_callx .type = "LL", .flags = EBPF
#define CTL_cast_kern .type = "LL", .flags = EBPF
#define CTL_cast_user .type = "LL", .flags = EBPF
#define CTL_select .type = "XXX", .flags = WIDE
#define CTL_trap .flags = WIDE | TRAPS
#define CTL_memsize .type = "A", .flags = WIDE
#define CTL_memgrow .type = "AA", .flags = WIDE
#define CTL_brtab .type = {0, 'I', 0}, .flags = WIDE | TYPED
#define CTL_fence .flags = WIDE | TYPED
#define CTL_vconst .type = "V", .flags = WIDE | TYPED
#define CTL_shuffle .type = "VVV", .flags = WIDE | TYPED
#define CTL_vselect .type = "VVV", .flags = WIDE | TYPED

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

const char isa_names[] = "bad\0"
#define NAME(op, text) text "\0"
#include "isa/names.def"
    ;
/* As they stand there. */
struct names {
    char bad[sizeof "bad"];
#define NAME(op, text) char name_##op[sizeof text];
#include "isa/names.def"
};
_Static_assert(sizeof(struct names) + 1 == sizeof isa_names && sizeof isa_names <= UINT16_MAX, "a name's place is 16 bits");
#define AT(op) offsetof(struct names, name_##op)

#define ONLY_WIDE(code) ((code) ? 0 : WIDE)

/* clang-format off */
const struct isa_row isa_info[OP_COUNT] = {
#define BIN(nm, code, o, sub, T, ty, fl, ...)                                                                          \
    [OP_##nm] = {.name = AT(nm), .shape = SHAPE_BIN, .flags = (fl) | ONLY_WIDE(code), .type = ty},                        \
    [OP_##nm##i] = {AT(nm##i), SHAPE_BINI, (fl) | ONLY_WIDE(code), 0, 0, {ty[0], ty[1]}, 0, 0, 0},
#define UN(nm, code, o, im, sub, Tx, Ta, ty, fl, ...)                                                                  \
    [OP_##nm] = {.name = AT(nm), .shape = SHAPE_UN, .flags = (fl) | ONLY_WIDE(code), .type = ty},
#define JCC(nm, code, sub, T, ty, fl, ...)                                                                             \
    [OP_##nm] = {AT(nm), SHAPE_JCC, fl, 0, 0, {0, ty[0], ty[1]}, 0, 0, 0},                                                \
    [OP_##nm##i] = {AT(nm##i), SHAPE_JCCI, fl, 0, 0, {0, ty[0]}, 0, 0, 0},
#define LD(nm, code, MT, RT)                                                                                           \
    [OP_##nm] = {.name = AT(nm), .shape = SHAPE_LD, .flags = EBPF, .size = sizeof(MT), .type = "LL"},
#define ST(nm, code, codei, MT)                                                                                        \
    [OP_##nm] = {.name = AT(nm), .shape = SHAPE_ST, .flags = EBPF, .size = sizeof(MT), .type = {0, 'L', 'L', 0}},         \
    [OP_##nm##i] = {.name = AT(nm##i), .shape = SHAPE_STI, .flags = EBPF, .size = sizeof(MT), .type = {0, 'L', 0, 0}},
#define ATOM(nm, code, im, MT, what)                                                                                   \
    [OP_##nm] = {.name = AT(nm), .shape = SHAPE_ATOM, .flags = EBPF, .size = sizeof(MT), .atom = ATOM_##what,             \
                 .type = ATOM_T_##what},
#define PKT(nm, code, MT, ind)                                                                                         \
    [OP_##nm] = {.name = AT(nm), .shape = SHAPE_PKT, .flags = EBPF, .size = sizeof(MT),                                   \
                 .type = {'L', (ind) ? 'L' : 0, 0, 0}},
#define MLD(nm, sub, MT, RT, t)                                                                                        \
    [OP_##nm] = {.name = AT(nm), .shape = SHAPE_MLD, .flags = WIDE | TRAPS, .size = sizeof(MT), .type = {t, 'A', 0, 0}},
#define MST(nm, sub, MT, t)                                                                                            \
    [OP_##nm] = {.name = AT(nm), .shape = SHAPE_MST, .flags = WIDE | TRAPS, .size = sizeof(MT), .type = {t, 'A', 0, 0}},
#define MATOM(nm, sub, MT, t, what)                                                                                    \
    [OP_##nm] = {.name = AT(nm), .shape = SHAPE_MATOM, .flags = WIDE | TYPED | TRAPS, .size = sizeof(MT),                 \
                 .atom = MATOM_##what, .type = {t, 'A', 0, 0}},
#define CTL(nm, text) [OP_##nm] = {.name = AT(nm), .shape = SHAPE_CTL, CTL_##nm},
#define OBJ(nm, sub, ty, win, on, onoff, fl, text)                                                                     \
    [OP_##nm] = {.name = AT(nm), .shape = SHAPE_OBJ, .flags = WIDE | TYPED | (fl), .type = ty, .window = WIN_##win,       \
                 .imm = ON_##on, .off = ON_##onoff},
#define VROW(nm, ...) [OP_##nm] = {.name = AT(nm), __VA_ARGS__},
#define VUN(nm, ...) VROW(nm, .shape = SHAPE_UN, .flags = WIDE | TYPED, .type = "VV")
#define VBIN(nm, ...) VROW(nm, .shape = SHAPE_BIN, .flags = WIDE | TYPED, .type = "VVV")
#define VSH(nm, ...) VROW(nm, .shape = SHAPE_BIN, .flags = WIDE | TYPED, .type = "VVI")
#define VTER(nm, ...) VROW(nm, .shape = SHAPE_TER, .flags = WIDE | TYPED, .type = "VVV")
#define VTEST(nm, ...) VROW(nm, .shape = SHAPE_UN, .flags = WIDE | TYPED, .type = "IV")
#define VSPLAT(nm, sub, t, ...) VROW(nm, .shape = SHAPE_UN, .flags = WIDE | TYPED, .type = {'V', t})
#define VEXTRACT(nm, sub, t, Ta, T)                                                                                    \
    VROW(nm, .shape = SHAPE_BINI, .flags = WIDE | TYPED, .size = sizeof((T){0}[0]), .type = {t, 'V'})
#define VREPLACE(nm, sub, t, Ty, T)                                                                                    \
    VROW(nm, .shape = SHAPE_LANE, .flags = WIDE | TYPED, .size = sizeof((T){0}[0]), .type = {'V', 'V', t})
#define VLD(nm, sub, MT, ...)                                                                                          \
    VROW(nm, .shape = SHAPE_MLD, .flags = WIDE | TYPED | TRAPS, .size = sizeof(MT), .type = "VA")
#define VST(nm, sub, MT)                                                                                               \
    VROW(nm, .shape = SHAPE_MST, .flags = WIDE | TYPED | TRAPS, .size = sizeof(MT), .type = "VA")
#define VLDLANE(nm, sub, MT, T)                                                                                        \
    VROW(nm, .shape = SHAPE_MLD, .flags = WIDE | TYPED | TRAPS | READS_A | LANE, .size = sizeof(MT), .type = "VA")
#define VSTLANE(nm, sub, MT, T)                                                                                        \
    VROW(nm, .shape = SHAPE_MST, .flags = WIDE | TYPED | TRAPS | LANE, .size = sizeof(MT), .type = "VA")
#include "isa/isa.def"
    [OP_bad] = {.name = offsetof(struct names, bad)},
};
/* clang-format on */
