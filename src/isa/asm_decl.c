/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* asm_decl.c - directives of .svm assembly: functions, their registers and handlers, and lines that
 * are handed on to the front end, since only that knows what a module holds. */
#include "isa/asm.h"
#include <stdlib.h>
#include <string.h>

/* --- labels and functions --- */

void add_label(struct as *s, const char *p, size_t n, u32 slot) {
    struct asm_label l = {p, (u32)n, slot, s->line};
    buf_add(&s->labels, &l, sizeof l);
}

static u32 nfunc(const struct as *s) {
    return (u32)(s->funcs.len / sizeof(struct asm_func));
}

static struct asm_func *last_func(struct as *s) {
    return nfunc(s) ? (struct asm_func *)(void *)s->funcs.data + nfunc(s) - 1 : NULL;
}

int end_func(struct as *s) {
    struct asm_func *f = last_func(s);
    if (!f)
        return 0;
    f->nslot = asm_pc(s) - f->start;
    return f->nslot ? 0 : syntax(s, "function '%s' has no instructions", f->name);
}

int begin_func(struct as *s, const char *name, size_t n) {
    struct asm_func f = {.start = asm_pc(s), .nreg = NREG_EBPF};
    if (n >= sizeof f.name)
        return syntax(s, "the name of the function is longer than %zu characters", sizeof f.name - 1);
    if (end_func(s))
        return s->e->code;
    memcpy(f.name, name, n);
    buf_add(&s->funcs, &f, sizeof f);
    return 0;
}

/* ".func main", ".func f (i32 i64) -> (f64)": with a signature it is a typed one */
static int directive_func(struct as *s) {
    struct asm_func *f;
    if (s->t.kind != TOK_ID)
        return syntax(s, "expected the name of the function");
    if (!nfunc(s) && asm_pc(s))
        return syntax(s, "instructions stand before the first .func");
    add_label(s, s->t.p, s->t.n, (u32)asm_pc(s));
    if (begin_func(s, s->t.p, s->t.n))
        return s->e->code;
    lex(s);
    s->typed = is(s, "(");
    if (!s->typed || !(f = last_func(s)))
        return 0;
    f->typed = true;
    f->nreg = 0;
    f->sig = s->t.p;
    f->nsig = (u32)(s->eol - s->t.p);
    s->p = s->eol;
    lex(s);
    return 0;
}

/* --- registers --- */

/* The registers from.. to - 1 of a function exist, of the type that they have if nobody says more. */
static int grow(struct as *s, struct asm_func *f, u32 to) {
    u16 n = to > f->nreg ? (u16)to : f->nreg, had = f->reg_type ? f->nreg : 0;
    u8 *t = realloc(f->reg_type, n);
    if (!t)
        return fail(s->e, E_NOMEM, NOWHERE, "out of memory");
    memset(t + had, f->typed ? 'X' : 'L', (size_t)n - had);
    f->reg_type = t;
    f->nreg = n;
    return 0;
}

/* ".reg f64 r11-r20"; of v128 in pairs: ".reg v128 r4-r7" */
static int directive_reg(struct as *s) {
    static const struct {
        const char *name;
        u8 type;
        bool typed; /* in typed functions only */
    } types[] = {{"i64", 'L', false}, {"i32", 'I', false},  {"f32", 'F', false},    {"f64", 'D', false},
                 {"L", 'L', false},   {"I", 'I', false},    {"F", 'F', false},      {"D", 'D', false},
                 {"any", 'X', true},  {"v128", 'V', true},  {"funcref", 'R', true}, {"externref", 'E', true},
                 {"exnref", 'N', true}};
    struct asm_func *f = last_func(s);
    u16 reg[2];
    u32 end;
    size_t k;
    char letter;
    if (!f) {
        if (begin_func(s, "main", 4))
            return s->e->code;
        f = last_func(s);
        if (!f)
            return fail(s->e, E_NOMEM, NOWHERE, "out of memory");
    }
    for (k = 0; k < COUNT(types) && !is(s, types[k].name); k++) {
    }
    if (k == COUNT(types) || (types[k].typed && !f->typed))
        return syntax(s, "expected a type: i64 i32 f32 f64%s", f->typed ? " v128 funcref externref exnref any" : "");
    lex(s);
    if (take_reg(s, &letter, &reg[0]))
        return s->e->code;
    reg[1] = reg[0];
    if (take(s, "-") && take_reg(s, &letter, &reg[1]))
        return s->e->code;
    if (!f->typed && reg[0] <= REG_FP)
        return syntax(s, "r0 to r10 are 64-bit integers always");
    end = reg[1] + 1u;
    if (types[k].type == 'V')
        end += (end - reg[0]) % 2; /* the last one has its second half */
    if (reg[1] < reg[0] || end > 0xffff)
        return syntax(s, "no registers r%u to r%u", reg[0], reg[1]);
    if ((end > f->nreg || !f->reg_type) && grow(s, f, end))
        return s->e->code;
    for (u32 r = reg[0]; r < end; r++)
        f->reg_type[r] = types[k].type == 'V' && (r - reg[0]) % 2 ? 'v' : types[k].type;
    return 0;
}

/* ".catch FIRST, END, TARGET, r5": labels of this function */
static int directive_catch(struct as *s) {
    struct pending p = {.c = {.func = nfunc(s) - 1, .line = s->line}};
    char letter;
    if (!s->typed)
        return syntax(s, "only typed functions catch exceptions");
    for (u32 k = 0; k < COUNT(p.label); k++) {
        p.label[k] = s->t;
        if (s->t.kind != TOK_ID)
            return syntax(s, "expected a label");
        lex(s);
        if (need(s, ","))
            return s->e->code;
    }
    if (take_reg(s, &letter, &p.c.reg))
        return s->e->code;
    buf_add(&s->catches, &p, sizeof p);
    return 0;
}

/* A line for the front end. Of those it must be known here how functions are counted. */
static int declaration(struct as *s) {
    static const char *const words[] = {".type", ".import", ".export", ".table", ".mem",  ".global",
                                        ".tag",  ".elem",   ".data",   ".start", ".const"};
    struct asm_decl d = {s->t.p, (u32)(s->eol - s->t.p), s->line, nfunc(s) - 1};
    size_t k;
    for (k = 0; k < COUNT(words) && !is(s, words[k]); k++) {
    }
    if (k == COUNT(words))
        return syntax(s, "unknown directive '%.*s'", (int)min64(s->t.n, 40), s->t.p);
    lex(s);
    if (!strcmp(words[k], ".import") && is_id(s, "func")) {
        lex(s);
        if (s->t.kind != TOK_ID)
            return syntax(s, "expected the name of the function");
        add_label(s, s->t.p, s->t.n, IMPORT_LABEL + s->nimport++);
    }
    buf_add(&s->decls, &d, sizeof d);
    s->p = s->eol;
    lex(s);
    return 0;
}

int directive(struct as *s) {
    if (!s->svm)
        return syntax(s, "directive '%.*s' is for .svm assembly", (int)min64(s->t.n, 40), s->t.p);
    if (take(s, ".func"))
        return directive_func(s);
    if (take(s, ".reg"))
        return directive_reg(s);
    if (take(s, ".catch"))
        return directive_catch(s);
    if (is(s, ".memory")) {
        u32 pages;
        lex(s);
        if (take_u32(s, &pages))
            return s->e->code;
        if (!pages || pages > 65536)
            return syntax(s, "a memory has 1 to 65536 pages");
        s->out->memory_pages = pages;
        return 0;
    }
    return declaration(s);
}
