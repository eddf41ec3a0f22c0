/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_wasmcode.h - random code, for kit_wasmgen.c: the state of the generator, its dice and its pen. */
#ifndef TEST_KIT_WASMCODE_H
#define TEST_KIT_WASMCODE_H
#include "base/buf.h"
#include "front/wasm/wasm.h"

/* clang-format off */
enum { TYPES = 6, FUNCS = 6, GLOBALS = 6, MOST_VALUES = 3, LABELS = 24, LOCALS = 40, TABLE = 8, TABLE_MAX = 12,
       FUEL = GLOBALS, PAGES = 1, PAGES_MAX = 3, TAGS = 2, DATA = 2, ELEMS = 2 };
/* clang-format on */

enum { NLETTERS = 5 };
static const u8 letters[] = "ILFDV"; /* types of numbers, as in isa.def */

static inline u32 at_letter(u8 type) {
    u32 k = 0;
    while (letters[k] != type)
        k++;
    return k;
}

struct sig {
    u8 param[MOST_VALUES], result[MOST_VALUES], nparam, nresult;
};
struct label {
    const u8 *type;
    u8 n;
}; /* what a branch to it takes along */

struct gen {
    u64 seed;
    bool all;
    struct buf *b;         /* the body */
    struct sig sig[TYPES]; /* the first FUNCS are those of the functions */
    u8 global[GLOBALS];
    const struct sig *self;
    u8 local[LOCALS];
    u32 nlocal, exn; /* exn: the local that holds an exception */
    struct label label[LABELS];
    u32 nlabel;
    s32 budget;                                 /* instructions that the function may still get */
    u32 ops[NLETTERS][W_COUNT], nops[NLETTERS]; /* rows by what they give; "-" rows are stores */
    u32 store[W_COUNT], nstore;
};

/* --- chance --- */

static inline u64 next(struct gen *g) {
    u64 z = g->seed += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}
static inline u32 below(struct gen *g, u32 n) {
    return (u32)(next(g) >> 32) % n;
}
static inline bool one_in(struct gen *g, u32 n) {
    return !below(g, n);
}

/* --- bytes --- */

static inline void put(struct buf *b, u8 v) {
    buf_add(b, &v, 1);
}
static inline void put_u(struct buf *b, u64 v) {
    for (; v >= 0x80; v >>= 7)
        put(b, (u8)(v | 0x80));
    put(b, (u8)v);
}
static inline void put_s(struct buf *b, s64 v) {
    for (; v < -64 || v > 63; v >>= 7)
        put(b, (u8)(v | 0x80));
    put(b, v & 0x7f);
}
static inline u8 type_byte(u8 letter) {
    switch (letter) {
    case 'I': return 0x7f;
    case 'L': return 0x7e;
    case 'F': return 0x7d;
    case 'D': return 0x7c;
    case 'V': return 0x7b;
    default: return letter; /* a reference type as it stands */
    }
}
static inline void op(struct gen *g, u32 w) {
    const struct wasm_op *o = &wasm_op[w];
    g->budget--;
    if (o->page) {
        put(g->b, o->page);
        put_u(g->b, o->code);
    } else {
        put(g->b, (u8)o->code);
    }
}
static inline void op_u(struct gen *g, u32 w, u64 x) {
    op(g, w);
    put_u(g->b, x);
}
static inline void const_i(struct gen *g, s64 v) {
    op(g, W_i32_const);
    put_s(g->b, (s32)v);
}

/* --- kit_wasmexpr.c --- */

void gen_constant(struct gen *g, u8 type);
u32 gen_local(struct gen *g, u8 type);                     /* some local of that type; there always is one */
void gen_set_locals(struct gen *g, const u8 *type, u32 n); /* to what lies on the stack, the last on top */
void gen_push_label(struct gen *g, const u8 *type, u32 n);
u32 gen_func_giving(struct gen *g, const u8 *type, u32 n); /* a function with these results; FUNCS: none */
void gen_address(struct gen *g, bool aligned, u32 depth);  /* within the first page, mostly */
void gen_row(struct gen *g, u32 w, u32 depth);             /* a row of wasm.def and its operands */
void gen_expr(struct gen *g, u8 type, u32 depth);          /* leaves one value of that type */
void gen_exprs(struct gen *g, const u8 *type, u32 n, u32 depth);

/* --- kit_wasmstmt.c --- */

void gen_spend(struct gen *g);           /* traps once the fuel of the run is spent */
void gen_stmt(struct gen *g, u32 depth); /* leaves nothing */
void gen_stmts(struct gen *g, u32 depth);

#endif
