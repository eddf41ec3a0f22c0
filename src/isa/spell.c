/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* spell.c - the texts of spell.def, and types in memory from isa.def, by operation. */
#include "isa/spell.h"
#include <string.h>

/* Switches, since a table of pointers is work for the dynamic linker at each start. */

const char *spell_infix(u16 op) {
    switch (op) { /* the immediate form follows its register form in enum op */
#define INFIX(row, text)                                                                                               \
    case OP_##row:                                                                                                     \
    case OP_##row##i: return text;
#include "isa/spell.def"
    }
    return NULL;
}

const char *spell_prefix(u16 op) {
    switch (op) {
#define PREFIX(row, text)                                                                                              \
    case OP_##row: return text;
#include "isa/spell.def"
    }
    return NULL;
}

const char *spell_mem(u16 op) {
    switch (op) {
#define MEM(name, MT)                                                                                                  \
    case OP_##name: return #MT;
#define LD(name, code, MT, ...)         MEM(name, MT)
#define ST(name, code, codei, MT)       MEM(name, MT) MEM(name##i, MT)
#define ATOM(name, code, imm, MT, what) MEM(name, MT)
#define PKT(name, code, MT, ...)        MEM(name, MT)
#define MLD(name, sub, MT, ...)         MEM(name, MT)
#define MST(name, sub, MT, ...)         MEM(name, MT)
#define MATOM(name, sub, MT, ...)       MEM(name, MT)
#define VLD(name, sub, MT, ...)         MEM(name, MT)
#define VST(name, sub, MT, ...)         MEM(name, MT)
#define VLDLANE(name, sub, MT, ...)     MEM(name, MT)
#define VSTLANE(name, sub, MT, ...)     MEM(name, MT)
#include "isa/isa.def"
    }
    return NULL;
}

const char *const spell_on[] = {[ON_FUNC] = "func",   [ON_TYPE] = "type", [ON_TABLE] = "table",
                                [ON_MEMORY] = "mem",  [ON_GLOBAL] = "global", [ON_TAG] = "tag",
                                [ON_ELEM] = "elem",   [ON_DATA] = "data", [ON_ITEM] = "item"};

char spell_reg(char type) {
    switch (type) {
    case 'I': return 'w';
    case 'F': return 'f';
    case 'D': return 'd';
    case 'V': return 'v';
    default: return 'r';
    }
}

char spell_type(char reg) {
    switch (reg) {
    case 'r': return 'L';
    case 'w': return 'I';
    case 'f': return 'F';
    case 'd': return 'D';
    case 'v': return 'V';
    default: return 0;
    }
}

u16 spell_find(u8 shape, const char *infix, const char *mem, char type) {
    for (u16 op = 1; op < OP_COUNT; op++) {
        const struct isa_row *r = &isa_info[op];
        bool branch = shape == SHAPE_JCC || shape == SHAPE_JCCI;
        if (r->shape != shape)
            continue;
        if (infix && (!spell_infix(op) || strcmp(spell_infix(op), infix)))
            continue;
        if (mem && strcmp(spell_mem(op), mem))
            continue;
        if (type && (branch ? r->type[1] : r->type[0]) != type)
            continue;
        return op;
    }
    return OP_bad;
}
