/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* asm_lex.c - tokens of a line, and the operands that both notations share. */
#include "isa/asm.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int syntax(struct as *s, const char *fmt, ...) {
    char text[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return fail(s->e, E_SYNTAX, s->t.p - s->text, "line %u: %s", s->line, text);
}

static bool id_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '$';
}
static bool digit(char c) {
    return c >= '0' && c <= '9';
}
static int hex_digit(char c) {
    if (digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* "r0", "%r10", "w3"; f, d and v are registers in .svm assembly only. */
static bool lex_reg(struct as *s, struct tok *t) {
    const char *p = s->p;
    u32 v = 0;
    bool percent = p < s->eol && *p == '%';
    p += percent;
    if (s->eol - p < 2 || !strchr(s->svm ? "rwfdv" : "rw", *p) || !digit(p[1]))
        return false;
    t->letter = *p++;
    for (; p < s->eol && digit(*p); p++)
        if ((v = v * 10 + (u32)(*p - '0')) > 0xffff)
            v = 0x10000; /* too large for any register */
    if (p < s->eol && id_start(*p))
        return false;
    t->kind = TOK_REG;
    t->val = v;
    t->reg = (u16)v;
    s->p = p;
    return true;
}

/* A decimal fraction, exactly: the digits fit a double and the power of ten does as well, so
 * one division rounds once. Longer ones are refused; their bits can be written instead. */
static bool fraction(const char **p, const char *end, u64 digits, struct tok *t) {
    double v, scale = 1;
    unsigned places = 0;
    for (; *p < end && digit(**p); (*p)++, places++) {
        if (digits >= (1ull << 53) / 10 - 1 || places >= 22)
            return false;
        digits = digits * 10 + (u64)(**p - '0');
    }
    while (places--)
        scale *= 10;
    v = (double)digits / scale;
    memcpy(&t->val, &v, sizeof v);
    t->fraction = true;
    return true;
}

static void lex_number(struct as *s, struct tok *t) {
    const char *p = s->p;
    bool bad = false;
    t->kind = TOK_NUM;
    if (s->eol - p > 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X') && hex_digit(p[2]) >= 0) {
        t->hex = true;
        for (p += 2; p < s->eol && hex_digit(*p) >= 0; p++) {
            if (t->val >> 60)
                bad = true;
            t->val = t->val << 4 | (u64)hex_digit(*p);
        }
    } else {
        for (; p < s->eol && digit(*p); p++)
            if (__builtin_mul_overflow(t->val, 10u, &t->val) ||
                __builtin_add_overflow(t->val, (u64)(*p - '0'), &t->val))
                bad = true;
        if (p + 1 < s->eol && *p == '.' && digit(p[1])) {
            p++;
            if (!fraction(&p, s->eol, t->val, t))
                bad = true;
        }
    }
    if (bad || (p < s->eol && id_start(*p)))
        t->kind = TOK_SIGN; /* "12abc", or too large: no operand fits it */
    while (p < s->eol && (id_start(*p) || digit(*p)))
        p++;
    s->p = p;
}

void lex(struct as *s) {
    static const char *const signs[] = {
        "<<=", ">>=", "<<", ">>", "<=", ">=", "==", "!=", "+=", "-=", "*=", "/=", "|=", "&=", "^=", "%="};
    struct tok *t = &s->t;
    while (s->p < s->eol && (*s->p == ' ' || *s->p == '\t' || *s->p == '\r'))
        s->p++;
    *t = (struct tok){.p = s->p};
    if (s->p == s->eol)
        return;
    if (!lex_reg(s, t)) {
        if (digit(*s->p)) {
            lex_number(s, t);
        } else if (id_start(*s->p)) {
            t->kind = TOK_ID;
            while (s->p < s->eol && (id_start(*s->p) || digit(*s->p)))
                s->p++;
        } else {
            t->kind = TOK_SIGN;
            s->p++;
            for (size_t k = 0; k < COUNT(signs); k++) {
                size_t n = strlen(signs[k]);
                if ((size_t)(s->eol - t->p) < n || memcmp(t->p, signs[k], n))
                    continue;
                s->p = t->p + n;
                break;
            }
        }
    }
    t->n = (size_t)(s->p - t->p);
}

bool is(const struct as *s, const char *text) {
    return s->t.kind != TOK_END && s->t.n == strlen(text) && !memcmp(s->t.p, text, s->t.n);
}

bool is_id(const struct as *s, const char *text) {
    return s->t.kind == TOK_ID && is(s, text);
}

bool take(struct as *s, const char *text) {
    if (!is(s, text))
        return false;
    lex(s);
    return true;
}

int need(struct as *s, const char *text) {
    if (take(s, text))
        return 0;
    if (s->t.kind == TOK_END)
        return syntax(s, "expected '%s' at the end of the line", text);
    return syntax(s, "expected '%s' before '%.*s'", text, (int)min64(s->t.n, 40), s->t.p);
}

int take_reg(struct as *s, char *letter, u16 *reg) {
    if (s->t.kind == TOK_END)
        return syntax(s, "expected a register at the end of the line");
    if (s->t.kind != TOK_REG)
        return syntax(s, "expected a register, not '%.*s'", (int)min64(s->t.n, 40), s->t.p);
    if (s->t.val > (s->svm ? 0xffffu : (u64)REG_FP))
        return syntax(s, "no register '%.*s'%s", (int)min64(s->t.n, 40), s->t.p, s->svm ? "" : " in eBPF");
    if (!letter && s->t.letter != 'r' && s->t.letter != 'w')
        return syntax(s, "expected an integer register, not '%.*s'", (int)min64(s->t.n, 40), s->t.p);
    if (letter)
        *letter = s->t.letter;
    *reg = s->t.reg;
    lex(s);
    return 0;
}

int take_xreg(struct as *s, u16 *reg) {
    if (s->t.kind == TOK_REG && s->t.letter != 'r')
        return syntax(s, "expected a 64-bit register, not '%.*s'", (int)min64(s->t.n, 40), s->t.p);
    return take_reg(s, NULL, reg);
}

bool at_number(const struct as *s) {
    return s->t.kind == TOK_NUM || is(s, "-") || is(s, "+");
}

static int number(struct as *s, bool *neg, struct tok *t) {
    *neg = is(s, "-");
    if (*neg || is(s, "+"))
        lex(s);
    *t = s->t;
    if (s->t.kind == TOK_END)
        return syntax(s, "expected a number at the end of the line");
    if (s->t.kind != TOK_NUM)
        return syntax(s, "expected a number, not '%.*s'", (int)min64(s->t.n, 40), s->t.p);
    if (t->fraction)
        return syntax(s, "'%.*s' has a fraction", (int)min64(t->n, 40), t->p);
    lex(s);
    return 0;
}

/* Hexadecimal ones may use all 32 bits, decimal ones are signed, as in bpf_conformance. */
int take_s32(struct as *s, s32 *v) {
    struct tok t;
    bool neg;
    if (number(s, &neg, &t))
        return s->e->code;
    if (t.val > (neg ? 0x80000000u : t.hex ? 0xffffffffu : 0x7fffffffu))
        return syntax(s, "%s%.*s does not fit 32 bits", neg ? "-" : "", (int)min64(t.n, 40), t.p);
    *v = (s32)(u32)(neg ? -t.val : t.val);
    return 0;
}

int take_u32(struct as *s, u32 *v) {
    struct tok t;
    bool neg;
    if (number(s, &neg, &t))
        return s->e->code;
    if (neg || t.val > 0xffffffffu)
        return syntax(s, "%.*s is no index", (int)min64(t.n, 40), t.p);
    *v = (u32)t.val;
    return 0;
}

int take_u64(struct as *s, u64 *v) {
    struct tok t;
    bool neg;
    if (number(s, &neg, &t))
        return s->e->code;
    if (neg && t.val > 1ull << 63)
        return syntax(s, "-%.*s does not fit 64 bits", (int)min64(t.n, 40), t.p);
    *v = neg ? -t.val : t.val;
    return 0;
}

static int s16_of(struct as *s, bool neg, const struct tok *t, s32 *v) {
    if (t->val > (neg ? 0x8000u : t->hex ? 0xffffu : 0x7fffu))
        return syntax(s, "offset %s%.*s does not fit 16 bits", neg ? "-" : "", (int)min64(t->n, 40), t->p);
    *v = (s16)(u16)(neg ? -t->val : t->val);
    return 0;
}

int take_off(struct as *s, s32 *off) {
    struct tok t;
    bool neg;
    *off = 0;
    if (!is(s, "+") && !is(s, "-"))
        return 0;
    if (number(s, &neg, &t))
        return s->e->code;
    return s16_of(s, neg, &t, off);
}

int take_target(struct as *s, s32 *to) {
    struct tok t;
    bool neg;
    s64 abs;
    if (s->t.kind == TOK_ID) {
        s->label = s->t.p;
        s->nlabel = s->t.n;
        lex(s);
        return 0;
    }
    if (!is(s, "+") && !is(s, "-"))
        return syntax(s, "expected a label or a relative target such as +2");
    if (number(s, &neg, &t))
        return s->e->code;
    if (t.val > 0x7fffffffu)
        return syntax(s, "target %.*s does not fit 32 bits", (int)min64(t.n, 40), t.p);
    abs = (s64)asm_pc(s) + 1 + (neg ? -(s64)t.val : (s64)t.val);
    if (abs != (s32)abs)
        return syntax(s, "target %.*s does not fit 32 bits", (int)min64(t.n, 40), t.p);
    *to = (s32)abs;
    return 0;
}
