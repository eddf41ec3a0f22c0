/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* asm.h - the state of one assembly, shared by the files asm*.c; private to isa/.
 *
 *   asm.c          lines, labels, encoding
 *   asm_decl.c     directives
 *   asm_lex.c      tokens and the small operands
 *   asm_suite.c    bpf_conformance's notation:  ldxw %r0, [%r1+4]
 *   asm_objdump.c  llvm-objdump's notation:     w0 = *(u32 *)(r1 + 0x4)
 *   asm_typed.c    typed functions:             callt r12, 3, func[f]
 *
 * All parsing functions return 0, or the code of the error that they have left. */
#ifndef ISA_ASM_H
#define ISA_ASM_H
#include "isa/isa.h"

enum tok_kind { TOK_END, TOK_ID, TOK_NUM, TOK_REG, TOK_SIGN };
struct tok {
    u8 kind;
    bool hex;      /* TOK_NUM: written in hexadecimal */
    bool fraction; /* TOK_NUM: has a decimal point; val is the bits of a double */
    char letter;   /* TOK_REG: r w f d v */
    u16 reg;
    u64 val;
    const char *p;
    size_t n;
};

/* A mnemonic of the suite's notation; the list is made from isa_info at the start. */
struct mnemonic {
    char name[15];
    u8 len;
    u16 op;
};

struct as {
    const char *text, *p, *eol; /* the whole text; cursor and end of this line, comments cut */
    u32 line;
    bool svm;
    struct error *e;
    struct asm_out *out;
    struct tok t;      /* the token that stands next */
    struct insn i;     /* the instruction in the making */
    const char *label; /* its target, where that is a label; else NULL */
    size_t nlabel;
    bool has_exit;
    u32 exit_pc; /* the first exit: the default of label "exit" */
    bool far;    /* goto with a 32-bit offset was asked for */
    bool typed;  /* this function is */
    u32 nimport; /* functions that are imported */
    struct buf labels, fixes, lines, funcs, decls, catches;
    struct mnemonic *mnemonic;
    size_t nmnemonic;
};

/* A .catch whose labels are not known yet. */
struct pending {
    struct tok label[3];
    struct asm_catch c;
};

int syntax(struct as *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void lex(struct as *s);
bool is(const struct as *s, const char *text);
bool take(struct as *s, const char *text); /* skips it where it stands */
int need(struct as *s, const char *text);
bool is_id(const struct as *s, const char *text);
int take_reg(struct as *s, char *letter, u16 *reg); /* letter may be NULL: r or w */
int take_xreg(struct as *s, u16 *reg);              /* an r register: addresses and callees */
int take_s32(struct as *s, s32 *v);
int take_u32(struct as *s, u32 *v);
int take_u64(struct as *s, u64 *v);
int take_off(struct as *s, s32 *off);   /* optional "+ 8", "- 8" */
int take_target(struct as *s, s32 *to); /* "+2", "-1", or a label */
bool at_number(const struct as *s);
size_t asm_pc(const struct as *s);

int take_linear(struct as *s);          /* "mem0[w2 + 0x10]" into b, c, off and imm */

void add_label(struct as *s, const char *p, size_t n, u32 slot);
int begin_func(struct as *s, const char *name, size_t n);
int end_func(struct as *s);
int directive(struct as *s);

void asm_mnemonics(struct as *s);
int parse_suite(struct as *s);
int parse_objdump(struct as *s, bool *mine); /* *mine false: not this notation, nothing consumed */
int parse_typed(struct as *s, bool *mine);
int vector_value(struct as *s, char letter, bool *mine); /* right of "v1 =" */

#endif
