/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* spell.h - the texts that assembler and disassembler share; private to isa/. */
#ifndef ISA_SPELL_H
#define ISA_SPELL_H
#include "isa/isa.h"

const char *spell_infix(u16 op);  /* "s>>"; NULL: none; the immediate rows have it too */
const char *spell_prefix(u16 op); /* "(s8)", "be16 " */
const char *spell_mem(u16 op);    /* type in memory, "u8" */

extern const char *const spell_on[];             /* "table", by enum isa_on */

/* 'r', 'w', 'd', 'f' for a type letter of isa.def, and back (0: no such letter). */
char spell_reg(char type);
char spell_type(char reg);

/* The first row of a shape for which the texts agree; NULL and 0 match anything. OP_bad: none. */
u16 spell_find(u8 shape, const char *infix, const char *mem, char type);

#endif
