/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* asm_suite.c - bpf_conformance's notation: a mnemonic, then operands with commas.
 * Mnemonics are the names of isa.def (add64), and the suite's spellings, which follow from
 * these by rule: add64 is add, ldx16 is ldxh, st32i is stw, movsx8_64 is movsx864. */
#include "isa/asm.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *x, const void *y) {
    return strcmp(((const struct mnemonic *)x)->name, ((const struct mnemonic *)y)->name);
}

static void add(struct as *s, const char *name, u16 op) {
    struct mnemonic *m = &s->mnemonic[s->nmnemonic++];
    m->len = (u8)min64(strlen(name), sizeof m->name - 1);
    memcpy(m->name, name, m->len); /* the rest is zero */
    m->op = op;
}

/* The suite's spelling of a row, where the row's own name is not the one. */
static void spelled(char *out, size_t size, u16 op) {
    const struct isa_row *r = &isa_info[op];
    const char *width = r->size == 1 ? "b" : r->size == 2 ? "h" : r->size == 4 ? "w" : "dw";
    size_t n = strlen(isa_row_name(r)), k = 0;
    switch ((enum shape)r->shape) {
    case SHAPE_LD: snprintf(out, size, "ldx%s%s", isa_row_name(r)[2] == 's' ? "s" : "", width); return;
    case SHAPE_ST: snprintf(out, size, "stx%s", width); return;
    case SHAPE_STI: snprintf(out, size, "st%s", width); return;
    case SHAPE_PKT: snprintf(out, size, "%.5s%s", isa_row_name(r), width); return;
    default: break;
    }
    for (size_t j = 0; j < n && k + 1 < size; j++)
        if (isa_row_name(r)[j] != '_')
            out[k++] = isa_row_name(r)[j];
    if (k == n && n > 2 && !strcmp(isa_row_name(r) + n - 2, "64"))
        k -= 2; /* not of movsx8_64 */
    out[k] = 0;
}

/* The rows that two operands and a comma can express. Immediate forms come after their
 * register form in enum op, so that one entry serves both. */
void asm_mnemonics(struct as *s) {
    static const struct {
        const char *name;
        u16 op;
    } alias[] = {
#define ALIAS(row, text) {text, OP_##row},
#include "isa/spell.def"
    };
    char text[16];
    s->mnemonic = calloc(2 * OP_COUNT + COUNT(alias), sizeof *s->mnemonic);
    if (!s->mnemonic)
        return;
    for (u16 op = 1; op < OP_COUNT; op++) {
        u8 shape = isa_info[op].shape;
        if (shape == SHAPE_BINI || shape == SHAPE_JCCI || shape == SHAPE_ATOM || shape == SHAPE_MLD ||
            shape == SHAPE_MST || shape == SHAPE_MATOM || shape == SHAPE_OBJ || shape == SHAPE_TER ||
            shape == SHAPE_LANE || shape == SHAPE_CTL || isa_info[op].type[1] == 'V' || isa_info[op].type[0] == 'V')
            continue;
        if (shape != SHAPE_STI)
            add(s, isa_name(op), op);
        spelled(text, sizeof text, op);
        /* le64 is no short form of anything, and "le" would be none either */
        if (strcmp(text, isa_name(op)) && (shape != SHAPE_UN || op <= OP_neg32))
            add(s, text, op);
    }
    for (size_t k = 0; k < COUNT(alias); k++)
        add(s, alias[k].name, alias[k].op);
    qsort(s->mnemonic, s->nmnemonic, sizeof *s->mnemonic, by_name);
}

static u16 find(const struct as *s, const char *p, size_t n) {
    struct mnemonic key;
    const struct mnemonic *m;
    if (n >= sizeof key.name)
        return OP_bad;
    memcpy(key.name, p, n);
    key.name[n] = 0;
    m = bsearch(&key, s->mnemonic, s->nmnemonic, sizeof key, by_name);
    return m ? m->op : OP_bad;
}

/* "[%r1+4]" into b and off */
static int memory(struct as *s) {
    if (need(s, "[") || take_xreg(s, &s->i.b) || take_off(s, &s->i.off))
        return s->e->code;
    return need(s, "]");
}

/* "%r2" into *reg, or an immediate and the row of the immediate form */
static int value(struct as *s, u16 *reg) {
    if (s->t.kind == TOK_REG)
        return take_reg(s, NULL, reg);
    s->i.op++;
    return take_s32(s, &s->i.imm);
}

static int two_operands(struct as *s) {
    struct insn *i = &s->i;
    switch ((enum shape)isa_info[i->op].shape) {
    case SHAPE_BIN:
        if (take_reg(s, NULL, &i->a) || need(s, ","))
            return s->e->code;
        i->b = i->a;
        return value(s, &i->c);
    case SHAPE_UN:
        if (take_reg(s, NULL, &i->a))
            return s->e->code;
        i->b = i->a;
        if (isa_info[i->op].flags & SELF && !is(s, ","))
            return 0;
        if (need(s, ","))
            return s->e->code;
        if (i->op > OP_mov32 || s->t.kind == TOK_REG)
            return take_reg(s, NULL, &i->b);
        i->b = 0;
        i->op = i->op == OP_mov64 ? OP_mov64i : OP_mov32i;
        return take_s32(s, &i->imm);
    case SHAPE_JCC:
        if (take_reg(s, NULL, &i->b) || need(s, ",") || value(s, &i->c) || need(s, ","))
            return s->e->code;
        return take_target(s, &i->off);
    case SHAPE_LD: return take_reg(s, NULL, &i->a) || need(s, ",") ? s->e->code : memory(s);
    case SHAPE_ST: return memory(s) || need(s, ",") ? s->e->code : take_reg(s, NULL, &i->c);
    case SHAPE_STI: return memory(s) || need(s, ",") ? s->e->code : take_s32(s, &i->imm);
    case SHAPE_PKT:
        if (isa_info[i->op].type[1] && (take_reg(s, NULL, &i->b) || need(s, ",")))
            return s->e->code;
        return take_s32(s, &i->imm);
    case SHAPE_BAD:
    case SHAPE_BINI:
    case SHAPE_JCCI:
    case SHAPE_ATOM:
    case SHAPE_MLD:
    case SHAPE_MST:
    case SHAPE_MATOM:
    case SHAPE_OBJ:
    case SHAPE_TER:
    case SHAPE_LANE:
    case SHAPE_CTL: break;
    }
    return syntax(s, "'%s' cannot be written so", isa_name(i->op));
}

/* "lock fetch add32 [%r10-8], %r1" */
static int lock(struct as *s) {
    char name[24];
    bool fetch = is_id(s, "fetch"), wide32;
    size_t n;
    if (fetch)
        lex(s);
    if (s->t.kind != TOK_ID)
        return syntax(s, "expected an atomic operation after 'lock'");
    n = s->t.n;
    wide32 = n > 2 && !memcmp(s->t.p + n - 2, "32", 2);
    snprintf(name, sizeof name, "a%s%.*s%s",
             fetch && !is_id(s, "xchg") && !is_id(s, "cmpxchg") && !is_id(s, "xchg32") && !is_id(s, "cmpxchg32") ? "f"
                                                                                                                 : "",
             (int)min64(n, 12), s->t.p, wide32 ? "" : "64");
    for (s->i.op = OP_aadd32; s->i.op < OP_COUNT; s->i.op++)
        if (isa_info[s->i.op].shape == SHAPE_ATOM && !strcmp(isa_name(s->i.op), name))
            break;
    if (s->i.op == OP_COUNT)
        return syntax(s, "unknown atomic operation '%.*s'", (int)min64(n, 40), s->t.p);
    lex(s);
    if (memory(s) || need(s, ",") || take_reg(s, NULL, &s->i.c))
        return s->e->code;
    if (isa_info[s->i.op].atom >= ATOM_FADD && isa_info[s->i.op].atom <= ATOM_XCHG)
        s->i.a = s->i.c;
    return 0;
}

/* "call 5", "call helper 5", "call %r2", "call local LABEL", "call runtime 5" */
static int call(struct as *s) {
    if (is_id(s, "local")) {
        lex(s);
        s->i.op = OP_callf;
        return take_target(s, &s->i.imm);
    }
    if (is_id(s, "runtime")) {
        lex(s);
        s->i.op = OP_callk;
        return take_s32(s, &s->i.imm);
    }
    if (is_id(s, "import")) {
        u32 v;
        lex(s);
        s->i.op = OP_callk;
        if (need(s, "[") || take_u32(s, &v))
            return s->e->code;
        s->i.imm = (s32)v;
        return need(s, "]");
    }
    if (is_id(s, "helper"))
        lex(s);
    s->i.op = OP_call;
    if (s->t.kind != TOK_REG)
        return take_s32(s, &s->i.imm);
    s->i.op = OP_callx;
    return take_xreg(s, &s->i.b);
}

int parse_suite(struct as *s) {
    struct tok t = s->t;
    u64 v;
    if (t.kind != TOK_ID)
        return syntax(s, "expected an instruction, not '%.*s'", (int)min64(t.n, 40), t.p);
    lex(s);
    s->i.op = find(s, t.p, t.n);
    if (s->i.op)
        return two_operands(s);
    switch (t.n) { /* the odd ones */
    case 2:
        if (memcmp(t.p, "ja", 2))
            break;
        s->i.op = OP_ja;
        return take_target(s, &s->i.off);
    case 4:
        if (!memcmp(t.p, "call", 4))
            return call(s);
        if (!memcmp(t.p, "lock", 4))
            return lock(s);
        if (!memcmp(t.p, "exit", 4)) {
            s->i.op = OP_exit;
            return 0;
        }
        if (!memcmp(t.p, "ja32", 4)) {
            s->i.op = OP_ja;
            s->far = true;
            return take_target(s, &s->i.off);
        }
        if (memcmp(t.p, "lddw", 4))
            break;
        s->i.op = OP_const64;
        if (take_reg(s, NULL, &s->i.a) || need(s, ",") || take_u64(s, &v))
            return s->e->code;
        s->i.imm = (s32)(u32)v;
        s->i.off = (s32)(u32)(v >> 32);
        return 0;
    case 5:
        if (memcmp(t.p, "callx", 5))
            break;
        s->i.op = OP_callx;
        return take_xreg(s, &s->i.b);
    }
    s->t = t;
    return syntax(s, "unknown mnemonic '%.*s'", (int)min64(t.n, 40), t.p);
}
