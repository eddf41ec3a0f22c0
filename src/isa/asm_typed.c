/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* asm_typed.c - statements of typed functions: rows of objects and atomics by their names, vectors, tables
 * of branches. The reverse of disasm.c.
 *
 *   callt r12, 3, func[f]              calltab r12, w4, 3, type[2], table[0]      tget r1, w2, table[0]
 *   maadd32 w1, mem0[w2 + 0x10]        v128_load8_lane v1, 3, mem0[w2 + 0x0]      brtab w1, 2
 *   v1 = i8x16_replace_lane(v2, w3, 5) v1 = v128_bitselect(v2, v3, v4)            v1 = shuffle(v2, v3, pool[0]) */
#include "isa/asm.h"
#include "isa/spell.h"
#include <string.h>

/* --- rows by name: name, registers, entities --- */

static bool by_name(u16 op) {
    const struct isa_row *r = &isa_info[op];
    return r->shape == SHAPE_OBJ || r->shape == SHAPE_MATOM ||
           ((r->shape == SHAPE_MLD || r->shape == SHAPE_MST) && r->flags & TYPED);
}

/* A register as the row's letter sees it. */
static int operand(struct as *s, char type, u16 *reg) {
    struct tok t = s->t;
    char l, want = spell_reg(type);
    if (take_reg(s, &l, reg))
        return s->e->code;
    if (l == want || (type == 'A' && l == 'w') || type == 'Y')
        return 0;
    s->t = t;
    return syntax(s, "%s takes %c registers here, not '%.*s'", isa_name(s->i.op), want, (int)min64(t.n, 40), t.p);
}

/* "table[3]"; a function may be named: "func[f]" */
static int entity(struct as *s, u8 on, s32 *index) {
    u32 v = 0;
    if (!is_id(s, spell_on[on]))
        return need(s, spell_on[on]);
    lex(s);
    if (need(s, "["))
        return s->e->code;
    if (on == ON_FUNC && s->t.kind == TOK_ID) {
        s->label = s->t.p;
        s->nlabel = s->t.n;
        lex(s);
    } else if (take_u32(s, &v)) {
        return s->e->code;
    }
    *index = (s32)v;
    return need(s, "]");
}

/* "w2" or ", w2": a comma stands in front of all operands but the first. */
static int comma(struct as *s, bool *first) {
    bool was = *first;
    *first = false;
    return was ? 0 : need(s, ",");
}

static int object(struct as *s) {
    struct insn *i = &s->i;
    const struct isa_row *r = &isa_info[i->op];
    bool first = true;
    u32 n;
    if ((isa_has(r->type[0]) || r->window) &&
        (comma(s, &first) || operand(s, isa_has(r->type[0]) ? r->type[0] : 'Q', &i->a)))
        return s->e->code;
    if (isa_has(r->type[1]) && (comma(s, &first) || operand(s, r->type[1], &i->b)))
        return s->e->code;
    if (isa_has(r->type[2]) && (comma(s, &first) || operand(s, r->type[2], &i->c)))
        return s->e->code;
    if (r->window) {
        if (comma(s, &first) || take_u32(s, &n))
            return s->e->code;
        if (n > 0xffff)
            return syntax(s, "a window of %u slots", n);
        i->c = (u16)n;
    }
    if (r->imm && (comma(s, &first) || entity(s, r->imm, &i->imm)))
        return s->e->code;
    return r->off && (comma(s, &first) || entity(s, r->off, &i->off)) ? s->e->code : 0;
}

static int access(struct as *s) {
    const struct isa_row *r = &isa_info[s->i.op];
    u32 lane = 0;
    if (operand(s, r->type[0], &s->i.a) || need(s, ","))
        return s->e->code;
    if (r->flags & LANE && (take_u32(s, &lane) || need(s, ",")))
        return s->e->code;
    if (take_linear(s))
        return s->e->code;
    if (r->flags & LANE && (lane > 15 || s->i.c > 4095))
        return syntax(s, "%s: no lane %u of memory %u", isa_row_name(r), lane, s->i.c);
    s->i.c |= (u16)(lane << 12);
    return 0;
}

int parse_typed(struct as *s, bool *mine) {
    u32 n;
    u16 op;
    *mine = s->svm && s->t.kind == TOK_ID;
    if (!*mine)
        return 0;
    if (is(s, "fence")) {
        s->i.op = OP_fence;
        lex(s);
        return 0;
    }
    if (is(s, "brtab")) {
        s->i.op = OP_brtab;
        lex(s);
        if (operand(s, 'I', &s->i.b) || need(s, ",") || take_u32(s, &n))
            return s->e->code;
        s->i.imm = (s32)n;
        return 0;
    }
    for (op = 1; op < OP_COUNT && !(by_name(op) && is(s, isa_name(op))); op++) {
    }
    *mine = op < OP_COUNT;
    if (!*mine)
        return 0;
    s->i.op = op;
    lex(s);
    return isa_info[op].shape == SHAPE_OBJ ? object(s) : access(s);
}

/* --- values that go to vector registers, and lanes of these --- */

static int pool(struct as *s) {
    u32 v;
    if (!is_id(s, "pool"))
        return need(s, "pool");
    lex(s);
    if (need(s, "[") || take_u32(s, &v))
        return s->e->code;
    s->i.imm = (s32)v;
    return need(s, "]");
}

/* What stands between the parentheses, by shape. */
static int arguments(struct as *s) {
    struct insn *i = &s->i;
    const struct isa_row *r = &isa_info[i->op];
    u16 reg;
    if (i->op == OP_vconst)
        return pool(s);
    if (operand(s, 'V', &i->b) || need(s, ","))
        return s->e->code;
    if (r->shape == SHAPE_BINI)
        return take_s32(s, &i->imm);
    if (operand(s, r->type[2], &i->c) || need(s, ","))
        return s->e->code;
    if (i->op == OP_shuffle)
        return pool(s);
    if (r->shape == SHAPE_LANE)
        return take_s32(s, &i->off);
    if (operand(s, 'V', &reg))
        return s->e->code;
    i->imm = reg;
    return 0;
}

int vector_value(struct as *s, char letter, bool *mine) {
    u16 op;
    *mine = false;
    for (op = 1; op < OP_COUNT; op++) {
        const struct isa_row *r = &isa_info[op];
        bool lane = r->shape == SHAPE_LANE || (r->shape == SHAPE_BINI && r->type[1] == 'V');
        if ((lane || r->shape == SHAPE_TER || op == OP_vconst || op == OP_shuffle) && is_id(s, isa_row_name(r)))
            break;
    }
    if (op == OP_COUNT)
        return 0;
    *mine = true;
    s->i.op = op;
    if (spell_reg(isa_info[op].type[0]) != letter)
        return syntax(s, "the result of %s goes to %c registers", isa_name(op), spell_reg(isa_info[op].type[0]));
    lex(s);
    return need(s, "(") || arguments(s) ? s->e->code : need(s, ")");
}
