/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* spell.c - the texts of spell.def, and types in memory from isa.def, by operation. */
#include "isa/spell.h"
#include <string.h>

/* The immediate form follows its register form in enum op. */
const char *const spell_infix[OP_COUNT] = {
#define INFIX(row, text) [OP_##row] = text, [OP_##row##i] = text,
#include "isa/spell.def"
};

const char *const spell_prefix[OP_COUNT] = {
#define PREFIX(row, text) [OP_##row] = text,
#include "isa/spell.def"
};

const char *const spell_mem[OP_COUNT] = {
#define LD(name, code, MT, ...)         [OP_##name] = #MT,
#define ST(name, code, codei, MT)       [OP_##name] = #MT, [OP_##name##i] = #MT,
#define ATOM(name, code, imm, MT, what) [OP_##name] = #MT,
#define PKT(name, code, MT, ...)        [OP_##name] = #MT,
#define MLD(name, sub, MT, ...)         [OP_##name] = #MT,
#define MST(name, sub, MT, ...)         [OP_##name] = #MT,
#define MATOM(name, sub, MT, ...)       [OP_##name] = #MT,
#define VLD(name, sub, MT, ...)         [OP_##name] = #MT,
#define VST(name, sub, MT, ...)         [OP_##name] = #MT,
#define VLDLANE(name, sub, MT, ...)     [OP_##name] = #MT,
#define VSTLANE(name, sub, MT, ...)     [OP_##name] = #MT,
#include "isa/isa.def"
};

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
        if (infix && (!spell_infix[op] || strcmp(spell_infix[op], infix)))
            continue;
        if (mem && strcmp(spell_mem[op], mem))
            continue;
        if (type && (branch ? r->type[1] : r->type[0]) != type)
            continue;
        return op;
    }
    return OP_bad;
}
