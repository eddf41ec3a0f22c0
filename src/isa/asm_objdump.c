/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* asm_objdump.c - llvm-objdump's notation: statements like those of C, and the wide forms in
 * the same spirit. The reverse of disasm.c, with the same tables (spell.h).
 *
 *   w0 = *(u32 *)(r1 + 0x4)            r1 s>>= 0x3          if r1 > 0x3 goto +0x2
 *   r2 = xchg_64(r10 - 0x8, r2)        lock *(u64 *)(r1 + 0x8) += r2
 *   d12 = d13 * d14                    r12 = rotl64(r13, r14)          (.svm only) */
#include "isa/asm.h"
#include "isa/slot.h"
#include "isa/spell.h"
#include <stdio.h>
#include <string.h>

static int unknown(struct as *s) {
    if (s->t.kind == TOK_END)
        return syntax(s, "the statement ends too early");
    return syntax(s, "did not expect '%.*s'", (int)min64(s->t.n, 40), s->t.p);
}

/* An operator, with its sign in front ("s>>") and without what stands behind ("=" of ">>="). */
static bool take_infix(struct as *s, char *out, size_t size, bool assign) {
    bool is_signed = is_id(s, "s");
    struct tok t;
    size_t n;
    if (is_signed)
        lex(s);
    t = s->t;
    n = t.n - (assign ? 1 : 0);
    if (t.kind != TOK_SIGN || !t.n || (assign && t.p[n] != '=') || n >= size - 1)
        return false;
    snprintf(out, size, "%s%.*s", is_signed ? "s" : "", (int)n, t.p);
    lex(s);
    return true;
}

/* c, or imm and the immediate row: the operand on the right of "a = b op". */
static int right(struct as *s, const char *infix, char letter) {
    char l;
    bool reg = s->t.kind == TOK_REG;
    s->i.op = spell_find(reg ? SHAPE_BIN : SHAPE_BINI, infix, NULL, spell_type(letter));
    if (!s->i.op)
        return syntax(s, "no operation '%s' for %c registers", infix, letter);
    if (!reg)
        return take_s32(s, &s->i.imm);
    if (take_reg(s, &l, &s->i.c))
        return s->e->code;
    return l == letter ? 0 : syntax(s, "'%s' mixes %c and %c registers", infix, letter, l);
}

/* "*(u32 *)" */
static int mem_type(struct as *s, char *out, size_t size) {
    if (need(s, "*") || need(s, "("))
        return s->e->code;
    snprintf(out, size, "%.*s", (int)min64(s->t.n, 7), s->t.p);
    if (s->t.kind != TOK_ID || s->t.n > 3)
        return syntax(s, "expected a type such as u32");
    lex(s);
    return need(s, "*") ? s->e->code : need(s, ")");
}

static int address(struct as *s) {
    return take_xreg(s, &s->i.b) ? s->e->code : take_off(s, &s->i.off);
}

/* "mem0", the name of a linear memory, into *index */
static int memory_name(struct as *s, u16 *index) {
    u32 v = 0;
    if (s->t.kind != TOK_ID || s->t.n < 4 || s->t.n > 8 || memcmp(s->t.p, "mem", 3))
        return unknown(s);
    for (size_t k = 3; k < s->t.n; k++) {
        if (s->t.p[k] < '0' || s->t.p[k] > '9')
            return unknown(s);
        v = v * 10 + (u32)(s->t.p[k] - '0');
    }
    if (v > 0xffff)
        return syntax(s, "no memory %u", v);
    *index = (u16)v;
    lex(s);
    return 0;
}

/* "mem0[w3 + 0x10]" */
int take_linear(struct as *s) {
    u64 off = 0;
    if (memory_name(s, &s->i.c) || need(s, "[") || take_reg(s, NULL, &s->i.b))
        return s->e->code;
    if (take(s, "+") && take_u64(s, &off))
        return s->e->code;
    s->i.imm = (s32)(u32)off;
    s->i.off = (s32)(u32)(off >> 32);
    return need(s, "]");
}

/* "skb[0x3]", "skb[r3]", "skb[r3 + 0x4]" */
static int packet(struct as *s, const char *mem) {
    bool ind;
    lex(s);
    if (need(s, "["))
        return s->e->code;
    ind = s->t.kind == TOK_REG;
    s->i.a = 0;
    for (s->i.op = OP_ldabs8; s->i.op <= OP_ldind32; s->i.op++)
        if (!strcmp(spell_mem(s->i.op), mem) && ind == (isa_info[s->i.op].type[1] != 0))
            break;
    if (s->i.op > OP_ldind32)
        return syntax(s, "no packet load of a %s", mem);
    if (ind && take_xreg(s, &s->i.b))
        return s->e->code;
    if ((!ind || !is(s, "]")) && take_s32(s, &s->i.imm))
        return s->e->code;
    return need(s, "]");
}

static int load(struct as *s, char letter) {
    char mem[8];
    if (mem_type(s, mem, sizeof mem))
        return s->e->code;
    if (is_id(s, "skb")) {
        if (s->i.a != REG_R0)
            return syntax(s, "packet loads go to r0");
        return packet(s, mem);
    }
    if (s->t.kind == TOK_ID) {
        s->i.op = spell_find(SHAPE_MLD, NULL, mem, spell_type(letter));
        return s->i.op ? take_linear(s) : syntax(s, "no load of a %s to %c registers", mem, letter);
    }
    s->i.op = spell_find(SHAPE_LD, NULL, mem, 0);
    if (!s->i.op || (letter != 'r' && (letter != 'w' || mem[0] == 's' || isa_info[s->i.op].size == 8)))
        return syntax(s, "no load of a %s to %c registers", mem, letter);
    return need(s, "(") || address(s) ? s->e->code : need(s, ")");
}

static int store(struct as *s) {
    char mem[8], letter;
    if (mem_type(s, mem, sizeof mem))
        return s->e->code;
    if (s->t.kind == TOK_ID) {
        if (take_linear(s) || need(s, "=") || take_reg(s, &letter, &s->i.a))
            return s->e->code;
        s->i.op = spell_find(SHAPE_MST, NULL, mem, spell_type(letter));
        return s->i.op ? 0 : syntax(s, "no store of a %s from %c registers", mem, letter);
    }
    if (need(s, "(") || address(s) || need(s, ")") || need(s, "="))
        return s->e->code;
    s->i.op = spell_find(s->t.kind == TOK_REG ? SHAPE_ST : SHAPE_STI, NULL, mem, 0);
    if (!s->i.op)
        return syntax(s, "no store of a %s", mem);
    return s->t.kind == TOK_REG ? take_reg(s, NULL, &s->i.c) : take_s32(s, &s->i.imm);
}

static u16 find_atom(u8 what, u8 size) {
    for (u16 op = 1; op < OP_COUNT; op++)
        if (isa_info[op].shape == SHAPE_ATOM && isa_info[op].atom == what && isa_info[op].size == size)
            return op;
    return OP_bad;
}

static u8 size_of(const char *mem) {
    return !strcmp(mem, "u8") ? 1 : !strcmp(mem, "u16") ? 2 : !strcmp(mem, "u32") ? 4 : !strcmp(mem, "u64") ? 8 : 0;
}

static int set_atom(struct as *s, u8 what, u8 size) {
    s->i.op = find_atom(what, size);
    return s->i.op ? 0 : syntax(s, "no such atomic operation on %u bytes", size);
}

/* "lock *(u64 *)(r1 + 0x8) += r2" */
static int lock(struct as *s) {
    static const struct {
        const char *sign;
        u8 what;
    } ops[] = {{"+=", ATOM_ADD}, {"|=", ATOM_OR}, {"&=", ATOM_AND}, {"^=", ATOM_XOR}};
    char mem[8];
    if (mem_type(s, mem, sizeof mem) || need(s, "(") || address(s) || need(s, ")"))
        return s->e->code;
    for (size_t k = 0; k < COUNT(ops); k++)
        if (take(s, ops[k].sign))
            return set_atom(s, ops[k].what, size_of(mem)) ? s->e->code : take_reg(s, NULL, &s->i.c);
    return unknown(s);
}

/* "(u64 *)(r1 + 0x0)": returns the size in *size */
static int cast_address(struct as *s, u8 *size) {
    char mem[8];
    if (need(s, "("))
        return s->e->code;
    snprintf(mem, sizeof mem, "%.*s", (int)min64(s->t.n, 7), s->t.p);
    if (s->t.kind != TOK_ID || !(*size = size_of(mem)))
        return syntax(s, "expected a type such as u32");
    lex(s);
    if (need(s, "*") || need(s, ")") || need(s, "(") || address(s))
        return s->e->code;
    return need(s, ")");
}

/* The operand that gets the old value stands on both sides. */
static int same(struct as *s, u16 a) {
    u16 r;
    if (take_reg(s, NULL, &r))
        return s->e->code;
    return r == a ? 0 : syntax(s, "the result goes to r%u, where it was asked for in r%u", r, a);
}

/* The right-hand sides that look like calls of an atomic operation. *mine: it was one. */
static int atomic_value(struct as *s, bool *mine) {
    static const struct {
        const char *name;
        u8 what, size;
    } ops[] = {{"atomic_fetch_add", ATOM_FADD, 0}, {"atomic_fetch_or", ATOM_FOR, 0}, {"atomic_fetch_and", ATOM_FAND, 0},
               {"atomic_fetch_xor", ATOM_FXOR, 0}, {"load_acquire", ATOM_LDACQ, 0},  {"xchg_64", ATOM_XCHG, 8},
               {"xchg32_32", ATOM_XCHG, 4},        {"cmpxchg_64", ATOM_CMPXCHG, 8},  {"cmpxchg32_32", ATOM_CMPXCHG, 4}};
    u8 size;
    size_t k;
    for (k = 0; k < COUNT(ops) && !is_id(s, ops[k].name); k++) {
    }
    *mine = k < COUNT(ops);
    if (!*mine)
        return 0;
    size = ops[k].size;
    lex(s);
    if (need(s, "(") || (size ? address(s) : cast_address(s, &size)) || set_atom(s, ops[k].what, size))
        return s->e->code;
    if (ops[k].what != ATOM_LDACQ) {
        if (need(s, ",") || same(s, s->i.a))
            return s->e->code;
        s->i.c = s->i.a;
    }
    if (ops[k].what == ATOM_CMPXCHG) {
        if (s->i.a != REG_R0)
            return syntax(s, "a compare-and-exchange compares with r0");
        if (need(s, ",") || take_reg(s, NULL, &s->i.c))
            return s->e->code;
    }
    return need(s, ")");
}

/* "r2 = addr_space_cast(r1, 0x0, 0x1)" behind the name */
static int space_cast(struct as *s) {
    u32 to, from;
    if (need(s, "(") || take_xreg(s, &s->i.b) || need(s, ",") || take_u32(s, &to) || need(s, ",") ||
        take_u32(s, &from) || need(s, ")"))
        return s->e->code;
    if (to > 1 || from > 1 || to == from)
        return syntax(s, "casts are between address spaces 0 and 1");
    s->i.op = to ? OP_cast_user : OP_cast_kern;
    return 0;
}

/* "map[5] ll", "map[5][0] + 0x10 ll", "import[2] ll", "func[LABEL] ll" */
static int symbolic(struct as *s) {
    u32 v = 0, off = 0;
    s->i.op = is_id(s, "map") ? OP_ldmap : is_id(s, "import") ? OP_ldsym : OP_ldfunc;
    lex(s);
    if (need(s, "["))
        return s->e->code;
    if (s->i.op == OP_ldfunc)
        return take_target(s, &s->i.imm) || need(s, "]") ? s->e->code : need(s, "ll");
    if (take_u32(s, &v) || need(s, "]"))
        return s->e->code;
    s->i.imm = (s32)v;
    if (s->i.op == OP_ldmap && take(s, "[")) {
        s->i.op = OP_ldmapval;
        if (need(s, "0") || need(s, "]") || (take(s, "+") && take_u32(s, &off)))
            return s->e->code;
        s->i.off = (s32)off;
    }
    return need(s, "ll");
}

static int memory_op(struct as *s) {
    u16 index = 0;
    bool grow = is_id(s, "memgrow");
    s->i.op = grow ? OP_memgrow : OP_memsize;
    lex(s);
    if (need(s, "(") || memory_name(s, &index))
        return s->e->code;
    s->i.imm = index;
    if (grow && (need(s, ",") || take_reg(s, NULL, &s->i.b)))
        return s->e->code;
    return need(s, ")");
}

/* "rotl64(r2, r3)", "clz64(r2)", "be16 r2": rows by their names. letter: of the result. */
static int named(struct as *s, char letter) {
    const struct isa_row *r;
    char l;
    for (s->i.op = 1; s->i.op < OP_COUNT; s->i.op++)
        if ((isa_info[s->i.op].shape == SHAPE_BIN || isa_info[s->i.op].shape == SHAPE_UN) &&
            is_id(s, isa_name(s->i.op)))
            break;
    if (s->i.op == OP_COUNT)
        return syntax(s, "unknown operation '%.*s'", (int)min64(s->t.n, 40), s->t.p);
    r = &isa_info[s->i.op];
    if (spell_reg(r->type[0]) != letter)
        return syntax(s, "the result of %s goes to %c registers", isa_row_name(r), spell_reg(r->type[0]));
    lex(s);
    if (spell_prefix(s->i.op))
        return take_reg(s, &l, &s->i.b);
    if (need(s, "(") || take_reg(s, &l, &s->i.b))
        return s->e->code;
    if (spell_reg(r->type[1]) != l)
        return syntax(s, "%s takes %c registers", isa_row_name(r), spell_reg(r->type[1]));
    if (r->shape == SHAPE_UN)
        return need(s, ")");
    if (need(s, ","))
        return s->e->code;
    if (s->t.kind == TOK_REG) {
        if (take_reg(s, &l, &s->i.c))
            return s->e->code;
        if (spell_reg(r->type[2]) != l)
            return syntax(s, "%s takes %c registers", isa_row_name(r), spell_reg(r->type[2]));
    } else if (r->type[1] == 'V') {
        return take_reg(s, &l, &s->i.c); /* which says what it wants */
    } else {
        s->i.op++;
        if (take_s32(s, &s->i.imm))
            return s->e->code;
    }
    return need(s, ")");
}

/* prefix register: a copy, a negation, or a sign extension */
static int prefixed(struct as *s, const char *prefix, char letter) {
    char l;
    for (s->i.op = 1; s->i.op < OP_COUNT; s->i.op++)
        if (spell_prefix(s->i.op) && !strcmp(spell_prefix(s->i.op), prefix) &&
            isa_info[s->i.op].type[0] == spell_type(letter))
            break;
    if (s->i.op == OP_COUNT)
        return syntax(s, "no operation '%s' for %c registers", prefix, letter);
    if (take_reg(s, &l, &s->i.b))
        return s->e->code;
    return l == letter ? 0 : syntax(s, "%c%u is read as %c%u", letter, s->i.a, l, s->i.b);
}

/* A number: 32 bits, or 64 with "ll" behind it, or a decimal fraction for d and f registers. */
static int constant(struct as *s, char letter) {
    struct tok t = s->t;
    const char *p = s->p;
    bool neg = is(s, "-");
    u64 v;
    if (neg)
        lex(s);
    if (s->t.kind == TOK_NUM && s->t.fraction && (letter == 'd' || letter == 'f')) {
        double d;
        float f;
        u32 bits;
        memcpy(&d, &s->t.val, sizeof d);
        f = (float)(d = neg ? -d : d);
        memcpy(&bits, &f, sizeof bits);
        memcpy(&v, &d, sizeof v);
        if (letter == 'f')
            v = bits;
        lex(s);
    } else {
        s->t = t;
        s->p = p;
        if (letter == 'f' || letter == 'd')
            return syntax(s, "a constant of an %c register has a decimal point", letter);
        if (take_u64(s, &v))
            return s->e->code;
        if (!take(s, "ll")) {
            s->t = t;
            s->p = p;
            s->i.op = letter == 'w' ? OP_mov32i : OP_mov64i;
            return take_s32(s, &s->i.imm);
        }
    }
    s->i.op = OP_const64;
    s->i.imm = (s32)(u32)v;
    s->i.off = (s32)(u32)(v >> 32);
    return 0;
}

/* What stands right of "a =". */
static int rhs(struct as *s, char letter) {
    char infix[8], prefix[8];
    bool mine;
    u16 r;
    if (s->t.kind == TOK_REG) {
        struct tok t = s->t;
        const char *p = s->p;
        char l;
        if (take_reg(s, &l, &s->i.b))
            return s->e->code;
        if (s->t.kind == TOK_END) {
            s->t = t, s->p = p;
            return prefixed(s, "", letter);
        }
        if (take(s, "?")) {
            s->i.imm = s->i.b;
            s->i.op = letter == 'v' ? OP_vselect : OP_select;
            return take_reg(s, &l, &s->i.b) || need(s, ":") ? s->e->code : take_reg(s, &l, &s->i.c);
        }
        if (l != letter || !take_infix(s, infix, sizeof infix, false))
            return unknown(s);
        return right(s, infix, letter);
    }
    if (is(s, "-")) {
        struct tok t = s->t;
        const char *p = s->p;
        lex(s);
        if (s->t.kind == TOK_REG)
            return prefixed(s, "-", letter);
        s->t = t, s->p = p;
        return constant(s, letter);
    }
    if (s->t.kind == TOK_NUM || is(s, "+"))
        return constant(s, letter);
    if (is(s, "*"))
        return load(s, letter);
    if (take(s, "(")) {
        snprintf(prefix, sizeof prefix, "(%.*s)", (int)min64(s->t.n, 4), s->t.p);
        if (s->t.kind != TOK_ID)
            return unknown(s);
        lex(s);
        return need(s, ")") ? s->e->code : prefixed(s, prefix, letter);
    }
    if (s->t.kind != TOK_ID)
        return unknown(s);
    if (atomic_value(s, &mine) || mine)
        return s->e->code;
    if (s->svm && (vector_value(s, letter, &mine) || mine))
        return s->e->code;
    r = s->i.a;
    if (is_id(s, "map") || is_id(s, "import") || is_id(s, "func"))
        return symbolic(s);
    if (is_id(s, "memsize") || is_id(s, "memgrow"))
        return memory_op(s);
    if (is_id(s, "addr_space_cast")) {
        lex(s);
        return space_cast(s);
    }
    s->i.a = r;
    return named(s, letter);
}

static int assignment(struct as *s) {
    char letter, infix[8];
    if (take_reg(s, &letter, &s->i.a))
        return s->e->code;
    if (take(s, "="))
        return rhs(s, letter);
    s->i.b = s->i.a;
    if (!take_infix(s, infix, sizeof infix, true))
        return unknown(s);
    return right(s, infix, letter);
}

/* "if r1 s> 0x3 goto +0x2" */
static int branch(struct as *s) {
    char letter, l, infix[8];
    bool reg;
    if (take_reg(s, &letter, &s->i.b))
        return s->e->code;
    if (!take_infix(s, infix, sizeof infix, false))
        return unknown(s);
    reg = s->t.kind == TOK_REG;
    s->i.op = spell_find(reg ? SHAPE_JCC : SHAPE_JCCI, infix, NULL, spell_type(letter));
    if (!s->i.op)
        return syntax(s, "no comparison '%s' of %c registers", infix, letter);
    if (!reg && take_s32(s, &s->i.imm))
        return s->e->code;
    if (reg && take_reg(s, &l, &s->i.c))
        return s->e->code;
    if (reg && l != letter)
        return syntax(s, "'%s' mixes %c and %c registers", infix, letter, l);
    s->i.a = is_id(s, "gotol"); /* the target takes a second slot */
    return take(s, "gotol") || !need(s, "goto") ? take_target(s, &s->i.off) : s->e->code;
}

static int jump(struct as *s, u16 op, bool far) {
    s->i.op = op;
    s->far = far;
    lex(s);
    return take_target(s, &s->i.off);
}

int parse_objdump(struct as *s, bool *mine) {
    u8 size;
    *mine = true;
    if (s->t.kind == TOK_REG)
        return assignment(s);
    if (is(s, "*"))
        return store(s);
    if (is_id(s, "if")) {
        lex(s);
        return branch(s);
    }
    if (is_id(s, "goto"))
        return jump(s, OP_ja, false);
    if (is_id(s, "gotol"))
        return jump(s, OP_ja, true);
    if (is_id(s, "may_goto"))
        return jump(s, OP_may_goto, false);
    if (is_id(s, "gotox")) {
        s->i.op = OP_gotox;
        lex(s);
        return take_xreg(s, &s->i.b);
    }
    if (is_id(s, "store_release")) {
        lex(s);
        if (need(s, "(") || cast_address(s, &size) || need(s, ",") || set_atom(s, ATOM_STREL, size) ||
            take_reg(s, NULL, &s->i.c))
            return s->e->code;
        return need(s, ")");
    }
    if (is_id(s, "trap")) {
        s->i.op = OP_trap;
        lex(s);
        return take_s32(s, &s->i.imm);
    }
    if (is_id(s, "lock")) {
        struct tok t = s->t;
        const char *p = s->p;
        lex(s);
        if (is(s, "*"))
            return lock(s);
        s->t = t, s->p = p;
    }
    *mine = false;
    return 0;
}
