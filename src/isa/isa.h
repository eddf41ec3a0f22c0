/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* isa.h - the instruction set as the rest of the code sees it.
 *
 * Slots are 64-bit words as they stand in a program; decode.c reads them, encode.c
 * writes them, and nothing else looks inside. Everyone else sees struct insn, one
 * for each slot (the second slot of a pair decodes to OP_pad), so that the index of
 * an instruction is the index of its slot, and a jump target is such an index. */
#ifndef ISA_ISA_H
#define ISA_ISA_H
#include "base/buf.h"
#include "base/error.h"
#include "base/types.h"

enum op {
    OP_bad,
#define NAME(op, text) OP_##op,
#include "isa/names.def"
    OP_COUNT
};

/* How the operands are laid out in struct insn. */
enum shape {
    SHAPE_BAD,
    SHAPE_BIN,  /* a := b op c */
    SHAPE_BINI, /* a := b op imm */
    SHAPE_UN,   /* a := op b */
    SHAPE_JCC,  /* if b op c goto off */
    SHAPE_JCCI, /* if b op imm goto off */
    SHAPE_LD,   /* a := [b + off] */
    SHAPE_ST,   /* [b + off] := c */
    SHAPE_STI,  /* [b + off] := imm */
    SHAPE_ATOM, /* [b + off] op= c; a as the row says */
    SHAPE_PKT,  /* r0 := packet[imm (+ b)] */
    SHAPE_MLD,  /* a := memory c [b + off64]; off64 in off (high), imm (low) */
    SHAPE_MST,  /* memory c [b + off64] := a */
    SHAPE_CTL,  /* see the row */
    SHAPE_MATOM, /* atomic on memory c [b + off64], with a (and a + 1) */
    SHAPE_OBJ,  /* a, b, c, imm, off as the row says */
    SHAPE_TER,  /* a := op(b, c, register imm) */
    SHAPE_LANE, /* a := b with lane off := c */
};

enum atom { ATOM_NONE, ATOM_ADD, ATOM_OR, ATOM_AND, ATOM_XOR, ATOM_FADD, ATOM_FOR, ATOM_FAND, ATOM_FXOR,
            ATOM_XCHG, ATOM_CMPXCHG, ATOM_LDACQ, ATOM_STREL };

enum matom { MATOM_NONE, MATOM_LOAD, MATOM_STORE, MATOM_ADD, MATOM_SUB, MATOM_AND, MATOM_OR, MATOM_XOR, MATOM_XCHG,
             MATOM_CMPXCHG, MATOM_WAIT, MATOM_NOTIFY };

enum {              /* flags of a row */
    COMM = 1,       /* b and c may change places */
    COPY = 2,       /* a := b, whole or its low half */
    SELF = 4,       /* the narrow form has a == b */
    TRAPS = 8,      /* may trap by its operands */
    CMP = 16,       /* floating operands, integer result */
    WIDE = 32,      /* only behind an escape byte: never in an eBPF program */
    TYPED = 64,     /* in typed functions only */
    EBPF = 128,     /* never in a typed function: calling convention, host regions, maps */
    READS_A = 256,  /* a is an operand; of OBJ rows, not the result */
    LANE = 512,     /* memory c & 4095, lane c >> 12 */
};

/* Of OBJ rows: what happens to the c registers from a on, and what imm and off name. */
enum { WIN_NO, WIN_IN, WIN_OUT, WIN_CALL };
enum isa_on { ON_NO, ON_FUNC, ON_TYPE, ON_TABLE, ON_MEMORY, ON_GLOBAL, ON_TAG, ON_ELEM, ON_DATA, ON_ITEM };

/* The escape bytes: opcode bytes that eBPF leaves free (docs/ISA.md lists who uses what). */
enum { ESC_BIN = 0xff, ESC_BINI = 0xf7, ESC_UN = 0xef, ESC_CONST = 0xe7,
       ESC_JCC = 0xfe, ESC_JCCI = 0xf6, ESC_MEM = 0xee, ESC_CTL = 0xe6,
       ESC_VEC = 0xfd, ESC_VEC2 = 0xfc };

/* One decoded instruction: the only form that engines see. */
struct insn {
    u16 op;      /* enum op */
    u16 a, b, c; /* registers: destination, first and second source */
    s32 off;     /* memory offset, or index of the branch target in the function */
    s32 imm;     /* immediate; with off the two halves of a 64-bit one */
};
_Static_assert(sizeof(struct insn) == 16, "engines index an array of these");

static inline u64 insn_imm64(const struct insn *i) { return (u64)(u32)i->off << 32 | (u32)i->imm; }

struct isa_row {
    u16 name;          /* isa_name(); where it begins in isa_names, since a pointer is work for the dynamic linker */
    u8 shape;
    u16 flags;
    u8 size;           /* bytes of memory touched, of rows that name a lane those of a lane; else 0 */
    u8 atom;           /* enum atom, of SHAPE_MATOM enum matom */
    char type[4];      /* of a, b, c; 0 or '.' where there is none; X: any scalar, Q: any reference, the same in all */
    u8 window, imm, off; /* of OBJ rows */
};
extern const struct isa_row isa_info[OP_COUNT];
extern const char isa_names[];
static inline const char *isa_row_name(const struct isa_row *r) { return isa_names + r->name; } /* "add64", "add64i" */
static inline const char *isa_name(u32 op) { return isa_row_name(&isa_info[op]); }
static inline bool isa_has(char type) { return type && type != '.'; }

/* Registers of the eBPF calling convention. */
enum { REG_R0, REG_FP = 10, NREG_EBPF = 11 };

/* Where code comes from: eBPF as it is; with escapes and registers above r10; a typed function, where r10 is
 * a register like any other. */
enum isa_mode { ISA_EBPF, ISA_WIDE, ISA_TYPED };

/* Decodes slot pc of n; *out is one instruction, whose pair (if any) takes slot pc + 1 as
 * well (*len = 2). A branch with a 32-bit target has a == 1 (JCC, JCCI: two slots). Checks reserved
 * fields; jump targets are computed but not checked against the function. For callf and
 * ldfunc imm is left as the *slot index relative to this function* of the callee (pc + 1 +
 * imm32): the caller knows which function that is. Errors: E_OPCODE, E_RESERVED, E_REG, E_TRUNC,
 * E_JUMP (a target beyond 32 bits); their place is pc * 8. */
int isa_decode(const u64 *slot, size_t n, size_t pc, enum isa_mode mode, struct insn *out, int *len, struct error *e);

/* The inverse: writes one or two slots (returns how many; 0: no encoding holds these operands).
 * pc is the index of the instruction, for relative targets. Prefers the narrow form. */
int isa_encode(const struct insn *in, size_t pc, u64 slot[2]);

/* Constant evaluation of BIN, UN and JCC rows (bits in, bits out; the immediate forms take
 * it in y). False: not such a row, or it would trap. */
bool isa_eval(u16 op, u64 x, u64 y, u64 *out);

/* The same for rows of simd.def that touch no memory: x, y and z are the operands, scalars in their low bytes, lane
 * is imm or off. A scalar result is zero-extended to out. */
bool isa_eval_vec(u16 op, const u8 x[16], const u8 y[16], const u8 z[16], u32 lane, u8 out[16]);

/* What an instruction reads and writes, for analyses: at most 8 registers each, windows aside; of a v128 both
 * numbers. Calls of eBPF read r1..r5 and write r0..r5. */
struct regs { u16 n; u16 r[8]; };
static inline struct regs isa_reads(const struct insn *i);
static inline struct regs isa_writes(const struct insn *i);
/* Windows: registers first .. first + n - 1 that it reads as well; that it writes as well (exnarg). */
struct window { u16 first, n; };
struct window isa_window(const struct insn *i);
struct window isa_window_out(const struct insn *i);
/* A call of a typed function writes all registers from *from on, whether it returns or throws. */
bool isa_clobbers(const struct insn *i, u16 *from);
bool isa_throws(u16 op); /* may raise an exception in this frame */

/* What walks over all instructions ask first, a byte an operation. Of those that are not ODD the bits say which registers
 * they read and write, one each; who meets an odd one asks isa_reads() and its like. */
enum {
    BRIEF_A = 1,    /* writes a */
    BRIEF_B = 2,    /* reads b */
    BRIEF_C = 4,    /* reads c */
    BRIEF_ODD = 8,
    BRIEF_PAIR = 16, /* two slots */
    BRIEF_JCC = 32,  /* SHAPE_JCC, SHAPE_JCCI */
    BRIEF_ENDS = 64, /* its block */
    BRIEF_STOP = 128 /* the next one is not reached by falling through */
};
extern const u8 isa_brief[OP_COUNT];
struct regs isa_odd_reads(const struct insn *i); /* of any, in fact */
struct regs isa_odd_writes(const struct insn *i);

static inline struct regs isa_reads(const struct insn *i) {
    u8 k = isa_brief[i->op];
    struct regs r;
    if (unlikely(k & BRIEF_ODD))
        return isa_odd_reads(i);
    r.n = (u16)(!!(k & BRIEF_B) + !!(k & BRIEF_C));
    r.r[0] = i->b; /* none reads c alone */
    r.r[1] = i->c;
    return r;
}
static inline struct regs isa_writes(const struct insn *i) {
    u8 k = isa_brief[i->op];
    struct regs r;
    if (unlikely(k & BRIEF_ODD))
        return isa_odd_writes(i);
    r.n = k & BRIEF_A;
    r.r[0] = i->a;
    return r;
}
static inline int isa_len(const struct insn *i) { /* slots: 1 or 2 */
    u8 k = isa_brief[i->op];
    return 1 + (k & BRIEF_PAIR || (k & BRIEF_JCC && i->a));
}
/* True for instructions after which the next one is not (always) reached by falling through. */
static inline bool isa_ends_block(u16 op) { return isa_brief[op] & BRIEF_ENDS; }
static inline bool isa_falls_through(u16 op) { return !(isa_brief[op] & BRIEF_STOP); }

/* --- text, asm.c and disasm.c --- */

/* Names for operands that are numbers in the bytecode; each may be NULL, each may return NULL. */
struct isa_names {
    const char *(*helper)(void *arg, u32 id);
    const char *(*map)(void *arg, u32 map);      /* map index */
    const char *(*func)(void *arg, u32 func);    /* function index */
    const char *(*import)(void *arg, u32 sym);   /* import index */
    void *arg;
};
/* One line in llvm-objdump's notation ("r0 = *(u32 *)(r1 + 0x0)", "if r1 > 0x3 goto +0x2"),
 * wide forms in our own; no newline. pc is for relative targets. Callees are printed relative
 * to pc, as isa_decode leaves them, unless names->func is set: then they are function indices,
 * as validate() leaves them. Text as by llvm-objdump 22, or 19 with --mcpu=v4. */
void isa_print(struct buf *b, const struct insn *i, size_t pc, const struct isa_names *names);

/* A function that the assembler made from text. */
struct asm_func {
    char name[64];
    size_t start, nslot;              /* in the slots */
    u16 nreg;                         /* 11 unless .reg says more; of typed functions what .reg says */
    u8 *reg_type;                     /* nreg letters of registers; NULL: all L (owned by asm_out) */
    bool typed;
    const char *sig; u32 nsig;        /* of a typed one: "(i32 i64) -> (f64)", in the text */
};
/* A line that says something about the module; func: in which function it stands, or the next one. What
 * it means is the front end's. p points into the text, at the directive. */
struct asm_decl { const char *p; u32 n, line, func; };
/* .catch FIRST END TARGET REG: of func, slots from its start. */
struct asm_catch { u32 func, start, end, target; u16 reg; u32 line; };
/* A label, where the text defines it; p points into the text. An imported function: IMPORT_LABEL + its index. */
enum { IMPORT_LABEL = 0x40000000 };
struct asm_label { const char *p; u32 n, slot, line; };
struct asm_out {
    struct buf slots;                 /* u64s */
    struct asm_func *func; u32 nfunc; /* at least one */
    bool wide;                        /* .svm assembly: has escapes or registers above r10 */
    u32 memory_pages;                 /* .memory N; 0: none */
    u32 *line; size_t nline;          /* source line of each slot */
    struct asm_label *label; u32 nlabel; /* sorted by name */
    struct asm_decl *decl; u32 ndecl;
    struct asm_catch *caught; u32 ncatch;
};
/* Assembles bpf_conformance's notation ("mov32 %r0, 5", "ldxw %r0, [%r1+4]", labels) and
 * llvm-objdump's, line by line either; with svm also wide forms and directives (.func NAME [SIGNATURE],
 * .reg TYPE FIRST-LAST, .memory PAGES, .catch, and those that are left to the front end). Errors name the line:
 * "line 3: unknown mnemonic 'ldxq'". */
int isa_asm(const char *text, size_t len, bool svm, struct asm_out *out, struct error *e);
void asm_out_free(struct asm_out *out);

#endif
