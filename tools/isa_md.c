/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* isa_md.c - docs/ISA.md from the tables.
 * in:  isa_md HEAD.md                    prints the prose of HEAD.md, then what the tables say
 *      isa_md --check ISA.md HEAD.md     exit status 1 where ISA.md is not that */
#include "abi/ctx.h"
#include "isa/isa.h"
#include "isa/slot.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
    char *p;
    size_t len, cap;
};

static void need(struct text *t, size_t n) {
    if (t->len + n + 1 <= t->cap)
        return;
    t->cap = (t->len + n + 1) * 2;
    if (!(t->p = realloc(t->p, t->cap)))
        exit(1);
}

static void out(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void out(struct text *t, const char *fmt, ...) {
    va_list ap;
    int n;
    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    need(t, (size_t)n);
    va_start(ap, fmt);
    vsnprintf(t->p + t->len, (size_t)n + 1, fmt, ap);
    va_end(ap);
    t->len += (size_t)n;
}

/* A cell of a table: '|' would end it. */
static void cell(struct text *t, const char *s) {
    for (; *s; s++)
        out(t, *s == '|' ? "\\%c" : "%c", *s);
}

static void read_file(struct text *t, const char *path) {
    FILE *f = fopen(path, "rb");
    size_t n;
    if (!f) {
        perror(path);
        exit(1);
    }
    do {
        need(t, 4096);
        t->len += n = fread(t->p + t->len, 1, 4096, f);
    } while (n);
    fclose(f);
    t->p[t->len] = 0;
}

/* --- rows --- */

#define NONE 0
#define N    NONE

static void code_cell(struct text *t, unsigned code, unsigned more, int off, bool off_matters) {
    if (!code) {
        out(t, " | - |");
        return;
    }
    out(t, " | 0x%02x", code);
    if (more)
        out(t, ", 0x%02x", more);
    if (off_matters && off)
        out(t, ", off %d", off);
    out(t, " |");
}

static void bin_row(struct text *t, const char *name, unsigned code, int off, unsigned sub, const char *types,
                    const char *expr) {
    out(t, "| %s", name);
    code_cell(t, code, code ? code + 8 : 0, off, true);
    out(t, " 0x%02x | %s | `", sub, types);
    cell(t, expr);
    out(t, "` |\n");
}

static void un_row(struct text *t, const char *name, unsigned code, int off, unsigned imm, unsigned sub,
                   const char *types, const char *expr) {
    out(t, "| %s", name);
    if (code) {
        out(t, " | 0x%02x", code);
        if (off)
            out(t, ", off %d", off);
        if (imm)
            out(t, ", imm %u", imm);
        out(t, " |");
    } else {
        out(t, " | - |");
    }
    out(t, " 0x%02x | %s | `", sub, types);
    cell(t, expr);
    out(t, "` |\n");
}

static void vector_row(struct text *t, const char *name, unsigned sub, const char *types, const char *type,
                       const char *expr) {
    out(t, "| %s | 0x%02x, 0x%02x | %s | %s | `", name, sub >> 8 ? ESC_VEC2 : ESC_VEC, sub & 255, types, type);
    cell(t, expr);
    out(t, "` |\n");
}

static void vectors(struct text *t) {
    out(t, "\n## Vectors (pages 0x%02x and 0x%02x; typed functions)\n\nNames and sub-opcodes are WebAssembly's. x, y and z "
           "are b, c and register imm as vectors of the type given (words of `src/isa/vec.h`); those with z and those "
           "that name a lane in off take two slots, and so do accesses to memory. Lane accesses: memory c & 4095, lane c "
           ">> 12.\n\n| name | page, sub | types | as | result |\n|---|---|---|---|---|\n", ESC_VEC, ESC_VEC2);
#define VUN(name, sub, T, ...)                vector_row(t, #name, sub, "VV", #T, #__VA_ARGS__);
#define VBIN(name, sub, T, ...)               vector_row(t, #name, sub, "VVV", #T, #__VA_ARGS__);
#define VSH(name, sub, T, ...)                vector_row(t, #name, sub, "VVI", #T, #__VA_ARGS__);
#define VTER(name, sub, T, ...)               vector_row(t, #name, sub, "VVVV", #T, #__VA_ARGS__);
#define VTEST(name, sub, T, ...)              vector_row(t, #name, sub, "IV", #T, #__VA_ARGS__);
#define VSPLAT(name, sub, type, Tx, T)        vector_row(t, #name, sub, (char[]){'V', type, 0}, #T, "all lanes x");
#define VEXTRACT(name, sub, type, Ta, T)      vector_row(t, #name, sub, (char[]){type, 'V', 0}, #T, "(" #Ta ") x[imm]");
#define VREPLACE(name, sub, type, Ty, T)      vector_row(t, #name, sub, (char[]){'V', 'V', type, 0}, #T, "x with x[off] := y");
#define VLD(name, sub, MT, ...)               vector_row(t, #name, sub, "VA", #MT, #__VA_ARGS__);
#define VST(name, sub, MT)                    vector_row(t, #name, sub, "VA", #MT, "memory := a");
#define VLDLANE(name, sub, MT, T)             vector_row(t, #name, sub, "VA", #T, "lane of a := memory");
#define VSTLANE(name, sub, MT, T)             vector_row(t, #name, sub, "VA", #T, "memory := lane of a");
#include "isa/isa.def"
}

/* "NO" is what a row says that names nothing. */
static void obj_row(struct text *t, const char *name, unsigned sub, const char *types, const char *window,
                    const char *on, const char *on2, const char *what) {
    out(t, "| %s | 0x%02x | %s | %s | ", name, sub, types, strcmp(window, "NO") ? window : "");
    if (strcmp(on, "NO"))
        out(t, "%s", on);
    if (strcmp(on2, "NO"))
        out(t, ", %s", on2);
    out(t, " | %s |\n", what);
}

static void rows(struct text *t) {
    out(t, "# The table\n\n## Two operands: a := x op y\n\nx is b, y is c or the immediate. eBPF bytes: immediate "
           "form, register "
           "form. Types are of a, x, y. A `-` is a wide form only: pages 0xff (registers) and 0xf7 (imm16).\n\n"
           "| name | eBPF | sub | types | result |\n|---|---|---|---|---|\n");
#define BIN(name, code, off, sub, T, types, flags, ...) bin_row(t, #name, code, off, sub, types, #__VA_ARGS__);
#include "isa/isa.def"
    out(t, "\n## One operand: a := op x\n\nWide forms on page 0xef.\n\n| name | eBPF | sub | types | result "
           "|\n|---|---|---|---|---|\n");
#define UN(name, code, off, imm, sub, Tx, Ta, types, flags, ...)                                                       \
    un_row(t, #name, code, off, imm, sub, types, "(" #Ta ") " #__VA_ARGS__);
#include "isa/isa.def"
    out(t, "\n## Conditional jumps: if x op y goto\n\nWide forms on pages 0xfe and 0xf6.\n\n"
           "| name | eBPF | sub | types | condition |\n|---|---|---|---|---|\n");
#define JCC(name, code, sub, T, types, flags, ...) bin_row(t, #name, code, 0, sub, types, "(" #T ") " #__VA_ARGS__);
#include "isa/isa.def"
    out(t, "\n## Host regions\n\n| name | eBPF | what |\n|---|---|---|\n");
#define LD(name, code, MT, RT) out(t, "| %s | 0x%02x | a := *(%s *)(b + off) |\n", #name, code, #MT);
#include "isa/isa.def"
#define ST(name, code, codei, MT)                                                                                      \
    out(t, "| %s | 0x%02x, 0x%02x | *(%s *)(b + off) := c, or imm |\n", #name, code, codei, #MT);
#include "isa/isa.def"
#define ATOM(name, code, im, MT, what)                                                                                 \
    out(t, "| %s | 0x%02x, imm 0x%x | %s on *(%s *)(b + off) |\n", #name, code, im, #what, #MT);
#include "isa/isa.def"
#define PKT(name, code, MT, ind)                                                                                       \
    out(t, "| %s | 0x%02x | r0 := packet[imm%s], %s, big endian |\n", #name, code, ind ? " + b" : "", #MT);
#include "isa/isa.def"
    out(t, "\nAtomics: FADD and the like, and XCHG, leave the old value in c; CMPXCHG compares with r0, stores c, and "
           "leaves the old "
           "value in r0. Atomic accesses must be aligned. Packet loads beyond the packet end the program with 0.\n"
           "\n## Linear memory (page 0xee)\n\n| name | sub | what |\n|---|---|---|\n");
#define MLD(name, sub, MT, RT, type)                                                                                   \
    out(t, "| %s | 0x%02x | a (%c) := *(%s *)mem[b + off64] |\n", #name, sub, type, #MT);
#include "isa/isa.def"
#define MST(name, sub, MT, type) out(t, "| %s | 0x%02x | *(%s *)mem[b + off64] := a (%c) |\n", #name, sub, #MT, type);
#include "isa/isa.def"
    out(t, "\n### Atomic accesses (same page; typed functions)\n\nWhere a row gives the old value it goes to a, which held "
           "the operand. CMPXCHG compares with a and stores register a + 1; WAIT waits while memory holds a, for a + 1 ns "
           "(negative: for ever).\n\n| name | sub | what |\n|---|---|---|\n");
#define MATOM(name, sub, MT, type, what)                                                                               \
    out(t, "| %s | 0x%02x | %s (%c) on *(%s *)mem[b + off64] |\n", #name, sub, #what, type, #MT);
#include "isa/isa.def"
    out(t, "\n## Typed calls and the objects of an instance (page 0xe6, two slots; typed functions)\n\nTypes: L i64, I "
           "i32, V v128, R E N a reference to a function, of the host's, to an exception; Q any of these; A an address of "
           "the memory or table, L or I as that is; Y what the global or table holds; . none. Window: the c registers from "
           "a on are read (IN), written (OUT), or read and then, with all behind them, written (CALL).\n\n"
           "| name | sub | types | window | imm, off | what |\n|---|---|---|---|---|---|\n");
#define OBJ(name, sub, types, window, on, on2, flags, text)                                                            \
    obj_row(t, #name, sub, types, #window, #on, #on2, text);
#include "isa/isa.def"
    vectors(t);
    out(t, "\n## The odd ones\n\n| name | what |\n|---|---|\n");
#define CTL(name, text) out(t, "| %s | %s |\n", #name, text);
#include "isa/isa.def"
}

/* --- who uses which opcode byte --- */

static void mark(char *map, unsigned code, char what) {
    if (code)
        map[code & 255] = what;
}

static void bytes(struct text *t) {
    char map[256];
    unsigned escapes[] = {ESC_BIN, ESC_BINI, ESC_UN, ESC_CONST, ESC_JCC, ESC_JCCI, ESC_MEM, ESC_CTL, ESC_VEC, ESC_VEC2};
    unsigned odd[] = {CODE_LDDW, CODE_JA,    CODE_JA32,     CODE_CALL,   CODE_CALLX,
                      CODE_EXIT, CODE_GOTOX, CODE_MAY_GOTO, CODE_MOV64I, CODE_MOV32I};
    memset(map, '.', sizeof map);
    /* linux/filter.h: LDX, ST and STX modes that the verifier puts in (PROBE_MEM 0x20, PROBE_MEMSX 0x40, PROBE_MEM32
     * 0xa0, PROBE_MEM32SX 0xc0, PROBE_ATOMIC 0xe0), the speculation barrier 0xc2, and the tail call 0xf5 */
    for (unsigned size = 0; size < 0x20; size += 8) {
        mark(map, 0x21 + size, 'k'), mark(map, 0x41 + size, 'k'), mark(map, 0xa1 + size, 'k'),
            mark(map, 0xc1 + size, 'k');
        mark(map, 0xa2 + size, 'k'), mark(map, 0xa3 + size, 'k'), mark(map, 0xe1 + size, 'k'),
            mark(map, 0xe3 + size, 'k');
    }
    mark(map, 0xc2, 'k'), mark(map, 0xf5, 'k');
#define BIN(name, code, ...)       mark(map, code, 'e'), mark(map, code ? code + 8 : 0, 'e');
#define UN(name, code, ...)        mark(map, code, 'e');
#define JCC(name, code, ...)       mark(map, code, 'e'), mark(map, code + 8, 'e');
#define LD(name, code, ...)        mark(map, code, 'e');
#define ST(name, code, codei, ...) mark(map, code, 'e'), mark(map, codei, 'e');
#define ATOM(name, code, ...)      mark(map, code, 'e');
#define PKT(name, code, ...)       mark(map, code, 'e');
#include "isa/isa.def"
    for (size_t k = 0; k < COUNT(odd); k++)
        mark(map, odd[k], 'e');
    for (size_t k = 0; k < COUNT(escapes); k++)
        mark(map, escapes[k], 'W');
    out(t, "\n## Opcode bytes\n\ne: eBPF, W: escapes of SuperVM, k: used inside the kernel (Linux 6.18), .: free\n\n   "
           "      ");
    for (unsigned k = 0; k < 16; k++)
        out(t, " %x", k);
    for (unsigned k = 0; k < 256; k++) {
        if (!(k % 16))
            out(t, "\n    0x%02x ", k);
        out(t, " %c", map[k]);
    }
    out(t,
        "\n\n| escape | page |\n|---|---|\n| 0x%02x | two operands |\n| 0x%02x | two operands, imm16 |\n| 0x%02x | one "
        "operand |\n"
        "| 0x%02x | constants |\n",
        ESC_BIN, ESC_BINI, ESC_UN, ESC_CONST);
    out(t,
        "| 0x%02x | conditional jumps |\n| 0x%02x | conditional jumps, imm16 |\n| 0x%02x | linear memory |\n| 0x%02x | "
        "control, typed calls, objects |\n| 0x%02x | vectors |\n| 0x%02x | vectors |\n",
        ESC_JCC, ESC_JCCI, ESC_MEM, ESC_CTL, ESC_VEC, ESC_VEC2);
}

static void traps(struct text *t) {
    out(t, "\n## Traps\n\nTRAP: the program did wrong. LIMIT: it used up what it was given. CTRL: not a failure, hosts "
           "never see it. "
           "A program may raise a TRAP itself (`trap N`).\n\n| name | number | class | text |\n|---|---|---|---|\n");
#define TRAP_ROW(name, code, class, text) out(t, "| %s | %d | %s | %s |\n", #name, code, #class, text);
#include "abi/traps.def"
}

int main(int argc, char **argv) {
    bool check = argc == 4 && !strcmp(argv[1], "--check");
    struct text made = {0}, had = {0};
    int rc = 0;
    if (argc != 2 && !check) {
        fprintf(stderr, "usage: isa_md HEAD.md | isa_md --check ISA.md HEAD.md\n");
        return 1;
    }
    read_file(&made, argv[argc - 1]);
    rows(&made);
    bytes(&made);
    traps(&made);
    if (check) {
        read_file(&had, argv[2]);
        rc = had.len != made.len || memcmp(had.p, made.p, made.len);
        if (rc)
            fprintf(stderr, "%s is not what the tables say: make it again with %s %s\n", argv[2], argv[0], argv[3]);
    } else {
        rc = fwrite(made.p, 1, made.len, stdout) != made.len;
    }
    free(made.p);
    free(had.p);
    return rc;
}
