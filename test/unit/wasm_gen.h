/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_gen.h - random modules that are valid: some imported functions, and one with a body.
 * The types of the operand stack are known at each point, and only what they allow is written. Each instruction says by
 * itself how many slots it works on: vectors are selected by select with a type, and dropped as numbers. The first
 * functions take one value of each type, so that values that are not needed any more can be looked at. */
#ifndef WASM_GEN_H
#define WASM_GEN_H
#include "base/buf.h"
#include "front/wasm/wasm.h"
#include "isa/isa.h"
#include <string.h>

enum { GEN_TAGS = 2, GEN_VALUES = 16, GEN_DEPTH = 6, GEN_LOCALS = 24, GEN_TYPES = 18, GEN_SINKS = 5, GEN_FUNCS = 11, GEN_LENGTH = 60 };

/* {instruction, operation of isa.def, operands}; gt and ge with their operands exchanged */
#define GEN_NUMBERS                                                                                                    \
    {W_i32_add, OP_add32, 2}, {W_i32_sub, OP_sub32, 2}, {W_i32_mul, OP_mul32, 2}, {W_i32_and, OP_and32, 2},            \
    {W_i32_xor, OP_xor32, 2}, {W_i32_shl, OP_lsh32, 2}, {W_i32_shr_s, OP_arsh32, 2}, {W_i32_rotl, OP_rotl32, 2},       \
    {W_i64_add, OP_add64, 2}, {W_i64_sub, OP_sub64, 2}, {W_i64_or, OP_or64, 2}, {W_i64_shr_u, OP_rsh64, 2},            \
    {W_i32_eq, OP_ceq32, 2}, {W_i32_ne, OP_cne32, 2}, {W_i32_lt_u, OP_clt32, 2}, {W_i32_le_s, OP_csle32, 2},           \
    {W_i32_gt_s, OP_cslt32, 2}, {W_i32_ge_u, OP_cle32, 2}, {W_i64_eq, OP_ceq64, 2}, {W_i64_ne, OP_cne64, 2},           \
    {W_i64_lt_s, OP_cslt64, 2}, {W_i64_le_u, OP_cle64, 2}, {W_i64_gt_u, OP_clt64, 2}, {W_i64_ge_s, OP_csle64, 2},      \
    {W_i32_clz, OP_clz32, 1}, {W_i32_extend8_s, OP_movsx8_32, 1}, {W_i64_extend16_s, OP_movsx16_64, 1},                \
    {W_i32_wrap_i64, OP_mov32, 1}, {W_i64_extend_i32_s, OP_movsx32_64, 1}, {W_i64_extend_i32_u, OP_mov32, 1}

struct gen_type { u8 param[GEN_VALUES], result[GEN_VALUES]; u32 nparam, nresult; };

struct gen_block { u16 kind; u32 base, type; bool has_else; };

struct gen {
    u64 state;
    struct buf b;               /* the body */
    struct gen_type type[GEN_TYPES];
    u32 func[GEN_FUNCS];        /* types of the imported functions */
    u8 local[GEN_LOCALS]; u32 nlocal;
    u8 v[512]; u32 sp;
    struct gen_block block[GEN_DEPTH + 2]; u32 nblock;
    u32 left;                   /* instructions until blocks are closed */
};

static inline u64 gen_next(struct gen *g) {
    g->state ^= g->state << 13;
    g->state ^= g->state >> 7;
    return g->state ^= g->state << 17;
}

static inline u32 gen_below(struct gen *g, u32 n) { return (u32)(gen_next(g) >> 20) % n; }

static inline void gen_byte(struct buf *b, u32 v) {
    u8 byte = (u8)v;
    buf_add(b, &byte, 1);
}

static inline void gen_leb(struct buf *b, u64 v) {
    for (; v > 0x7f; v >>= 7) gen_byte(b, (u32)(v & 0x7f) | 0x80);
    gen_byte(b, (u32)v);
}

static inline void gen_sleb(struct buf *b, s64 v) {
    while (v < -64 || v > 63) {
        gen_byte(b, (u32)(v & 0x7f) | 0x80);
        v >>= 7;
    }
    gen_byte(b, (u32)(v & 0x7f));
}

static inline u32 gen_code(u8 letter) {
    return letter == 'I' ? 0x7f : letter == 'L' ? 0x7e : letter == 'V' ? 0x7b : letter == 'N' ? 0x69 : 0x6f;
}

static inline u8 gen_letter(struct gen *g) { return (u8)"IIIILLLEEVVN"[gen_below(g, 12)]; }

static inline void gen_op(struct gen *g, u16 op) { gen_byte(&g->b, wasm_op[op].code); }

static inline void gen_vector_op(struct gen *g, u16 op) {
    gen_byte(&g->b, 0xfd);
    gen_leb(&g->b, wasm_op[op].code);
}

static inline void gen_push(struct gen *g, u8 letter) { g->v[g->sp++] = letter; }

static const char gen_sinks[GEN_SINKS + 1] = "ILEVN";

static inline void gen_drop(struct gen *g) {
    u8 letter = g->v[--g->sp];

    if (gen_below(g, 4)) {
        gen_op(g, W_call);
        gen_leb(&g->b, (u32)(strchr(gen_sinks, letter) - gen_sinks));
        return;
    }
    if (letter == 'V') {
        gen_vector_op(g, W_i64x2_extract_lane);
        gen_byte(&g->b, 0);
    }
    gen_op(g, W_drop);
}

static inline u32 gen_have(const struct gen *g) { return g->sp - g->block[g->nblock - 1].base; }

static inline bool gen_on_top(const struct gen *g, const u8 *t, u32 n) {
    for (u32 k = 0; k < n; k++)
        if (gen_have(g) < n || g->v[g->sp - n + k] != t[k]) return false;
    return true;
}

/* A value of that type from nothing. */
static inline void gen_value(struct gen *g, u8 letter) {
    u32 x = gen_below(g, g->nlocal);

    for (u32 k = 0; k < g->nlocal; k++, x = (x + 1) % g->nlocal)
        if (g->local[x] == letter && gen_below(g, 4)) {
            gen_op(g, W_local_get);
            gen_leb(&g->b, x);
            gen_push(g, letter);
            return;
        }
    if (letter == 'V') {
        gen_vector_op(g, W_v128_const);
        for (u32 k = 0; k < 16; k++) gen_byte(&g->b, (u32)gen_next(g) & 0xff);
        gen_push(g, 'V');
        return;
    }
    gen_op(g, letter == 'I' ? W_i32_const : letter == 'L' ? W_i64_const : W_ref_null);
    if (letter == 'E' || letter == 'N') gen_byte(&g->b, gen_code(letter));
    else gen_sleb(&g->b, gen_below(g, 3) ? (s64)gen_below(g, 5) - 1 : (s64)(s32)gen_next(g));
    gen_push(g, letter);
}

/* Makes the values on top be those. */
static inline void gen_values(struct gen *g, const u8 *t, u32 n) {
    if (n && gen_on_top(g, t, n)) return;
    for (u32 k = 0; k < n; k++) gen_value(g, t[k]);
}

static inline void gen_exactly(struct gen *g, const u8 *t, u32 n) {
    if (gen_have(g) == n && gen_on_top(g, t, n)) return;
    while (gen_have(g)) gen_drop(g);
    gen_values(g, t, n);
}

static inline void gen_label(const struct gen *g, u32 depth, const u8 **t, u32 *n) {
    const struct gen_block *b = &g->block[g->nblock - 1 - depth];
    const struct gen_type *type = &g->type[b->type];

    *t = b->kind == W_loop ? type->param : type->result;
    *n = b->kind == W_loop ? type->nparam : type->nresult;
}

/* What can be closed is: nothing comes after a branch that is always taken. */
static inline void gen_close(struct gen *g, bool dead) {
    struct gen_block *b = &g->block[g->nblock - 1];
    const struct gen_type *t = &g->type[b->type];

    if (!dead) gen_exactly(g, t->result, t->nresult);
    g->sp = b->base;
    if (b->kind == W_if && !b->has_else) {
        b->has_else = true;
        gen_op(g, W_else);
        for (u32 k = 0; k < t->nparam; k++) gen_push(g, t->param[k]);
        return;
    }
    gen_op(g, W_end);
    g->nblock--;
    for (u32 k = 0; k < t->nresult; k++) gen_push(g, t->result[k]);
}

/* Writes the clause that fits what the label takes, if one does; depth is counted from outside of the block. */
static inline bool gen_clause(struct gen *g, struct buf *b, u32 depth) {
    const struct gen_type *tag;
    const u8 *t;
    u32 n;

    gen_label(g, depth, &t, &n);
    if (!n && gen_below(g, 4)) return false;
    if (!n || (n == 1 && t[0] == 'N' && gen_below(g, 2))) {
        gen_byte(b, n ? CATCH_ALL_REF : CATCH_ALL);
        gen_leb(b, depth);
        return true;
    }
    for (u32 k = 0; k < GEN_TAGS; k++) {
        bool ref = t[n - 1] == 'N';
        tag = &g->type[k];
        if (tag->nparam + ref != n || memcmp(tag->param, t, tag->nparam)) continue;
        gen_byte(b, ref ? CATCH_TAG_REF : CATCH_TAG);
        gen_leb(b, k);
        gen_leb(b, depth);
        return true;
    }
    return false;
}

static inline void gen_clauses(struct gen *g) {
    struct buf b = {0};
    u32 n = 0;

    for (u32 depth = 0; depth < g->nblock; depth++)
        if (gen_below(g, 3)) n += gen_clause(g, &b, depth);
    gen_leb(&g->b, n);
    buf_add(&g->b, b.data, b.len);
    buf_free(&b);
}

static inline void gen_throw(struct gen *g) {
    u32 tag = gen_below(g, GEN_TAGS);

    if (gen_below(g, 4)) {
        gen_values(g, g->type[tag].param, g->type[tag].nparam);
        gen_op(g, W_throw);
        gen_leb(&g->b, tag);
    } else {
        gen_values(g, (const u8 *)"N", 1);
        gen_op(g, W_throw_ref);
    }
    gen_close(g, true);
}

static inline void gen_open(struct gen *g) {
    u32 type = gen_below(g, 3) ? gen_below(g, GEN_TYPES) : 2 + gen_below(g, 2);
    const struct gen_type *t = &g->type[type];
    u16 kind = (u16[]){W_block, W_loop, W_if, W_try_table, W_try_table, W_block}[gen_below(g, 6)];

    if (g->nblock > GEN_DEPTH) return;
    gen_values(g, t->param, t->nparam);
    if (kind == W_if) {
        gen_value(g, 'I');
        g->sp--;
    }
    gen_op(g, kind);
    gen_leb(&g->b, type);
    if (kind == W_try_table) gen_clauses(g);
    g->block[g->nblock++] = (struct gen_block){kind, g->sp - t->nparam, type, false};
}

static inline void gen_branch(struct gen *g) {
    u32 depth = gen_below(g, g->nblock), n, n2, kind = gen_below(g, 6);
    const u8 *t, *t2;

    gen_label(g, depth, &t, &n);
    gen_values(g, t, n);
    if (kind == 5) {
        gen_op(g, W_br);
        gen_leb(&g->b, depth);
        gen_close(g, true);
        return;
    }
    gen_value(g, 'I');
    g->sp--;
    if (kind) {
        gen_op(g, W_br_if);
        gen_leb(&g->b, depth);
        return;
    }
    gen_op(g, W_br_table);
    gen_leb(&g->b, 2);
    for (u32 k = 0; k < 3; k++) { /* any that takes the same */
        u32 other = gen_below(g, g->nblock);
        gen_label(g, other, &t2, &n2);
        gen_leb(&g->b, n2 == n && gen_on_top(g, t2, n2) ? other : depth);
    }
    gen_close(g, true);
}

static inline void gen_number(struct gen *g) {
    static const struct { u16 wasm, op; u8 n; } all[] = {GEN_NUMBERS, {W_i32_eqz, 0, 1}, {W_i64_eqz, 0, 1}};
    const struct wasm_op *o;
    u32 k = gen_below(g, COUNT(all));

    o = &wasm_op[all[k].wasm];
    gen_values(g, (const u8 *)o->sig + 1, o->npop);
    g->sp -= o->npop;
    gen_op(g, all[k].wasm);
    gen_push(g, (u8)o->sig[0]);
}

static inline void gen_local(struct gen *g) {
    u32 x = gen_below(g, g->nlocal);
    bool tee = gen_below(g, 2);

    gen_values(g, &g->local[x], 1);
    gen_op(g, tee ? W_local_tee : W_local_set);
    gen_leb(&g->b, x);
    if (!tee) g->sp--;
}

static inline void gen_select(struct gen *g) {
    u8 letter = gen_have(g) ? g->v[g->sp - 1] : gen_letter(g), both[2] = {letter, letter};

    gen_values(g, both, 2);
    gen_value(g, 'I');
    if (letter == 'E' || letter == 'N' || letter == 'V' || !gen_below(g, 3)) {
        gen_op(g, W_select_t);
        gen_leb(&g->b, 1);
        gen_byte(&g->b, gen_code(letter));
    } else {
        gen_op(g, W_select);
    }
    g->sp -= 2;
}

static inline void gen_call(struct gen *g) {
    u32 f = GEN_SINKS + gen_below(g, GEN_FUNCS - GEN_SINKS);
    const struct gen_type *t = &g->type[g->func[f]];

    gen_values(g, t->param, t->nparam);
    gen_op(g, W_call);
    gen_leb(&g->b, f);
    g->sp -= t->nparam;
    for (u32 k = 0; k < t->nresult; k++) gen_push(g, t->result[k]);
}

static inline void gen_vector(struct gen *g) {
    switch (gen_below(g, 3)) {
    case 0:
        gen_values(g, (const u8 *)"VV", 2);
        gen_vector_op(g, W_v128_xor);
        g->sp--;
        return;
    case 1:
        gen_values(g, (const u8 *)"L", 1);
        gen_vector_op(g, W_i64x2_splat);
        g->v[g->sp - 1] = 'V';
        return;
    case 2:
        gen_values(g, (const u8 *)"V", 1);
        gen_vector_op(g, W_i64x2_extract_lane);
        gen_byte(&g->b, gen_below(g, 2));
        g->v[g->sp - 1] = 'L';
        return;
    }
}

static inline void gen_insn(struct gen *g) {
    switch (gen_below(g, 19)) {
    case 0: case 1: gen_open(g); return;
    case 2: gen_branch(g); return;
    case 3:
        if (g->nblock > 1) gen_close(g, false);
        return;
    case 4: case 5: case 6: gen_local(g); return;
    case 7: gen_select(g); return;
    case 8: gen_call(g); return;
    case 9: gen_value(g, gen_letter(g)); return;
    case 10:
        if (gen_have(g)) gen_drop(g);
        return;
    case 11:
        gen_values(g, (const u8 *)"E", 1);
        gen_op(g, W_ref_is_null);
        g->v[g->sp - 1] = 'I';
        return;
    case 12: case 13: gen_vector(g); return;
    case 14:
        if (!gen_below(g, 3)) gen_throw(g);
        return;
    default: gen_number(g);
    }
}

static inline void gen_body(struct gen *g, u32 type) {
    const struct gen_type *t = &g->type[type];
    u32 declared = 3 + gen_below(g, 4);

    for (u32 k = 0; k < t->nparam; k++) g->local[g->nlocal++] = t->param[k];
    gen_leb(&g->b, declared);
    for (u32 k = 0; k < declared; k++) {
        g->local[g->nlocal++] = gen_letter(g);
        gen_byte(&g->b, 1);
        gen_byte(&g->b, gen_code(g->local[g->nlocal - 1]));
    }
    g->block[g->nblock++] = (struct gen_block){W_block, 0, type, false};
    for (u32 n = 4 + gen_below(g, GEN_LENGTH); n && g->nblock && g->sp < 400; n--) gen_insn(g);
    while (g->nblock) gen_close(g, false);
}

static inline void gen_section(struct buf *to, u32 id, struct buf *b) {
    gen_byte(to, id);
    gen_leb(to, b->len);
    buf_add(to, b->data, b->len);
    buf_clear(b);
}

/* Types 0 and 1 are those of the tags; 2 and 3 of blocks that catch tag 1, without and with the reference; then come those
 * of the sinks. */
static inline void gen_types(struct gen *g, struct buf *b) {
    gen_leb(b, GEN_TYPES);
    for (u32 k = 0; k < GEN_TYPES; k++) {
        struct gen_type *t = &g->type[k];
        t->nparam = k == 1 ? 1 + gen_below(g, 3) : k < 4 ? 0 : gen_below(g, 4);
        t->nresult = k < GEN_TAGS ? 0 : gen_below(g, 4);
        for (u32 j = 0; j < t->nparam; j++) t->param[j] = gen_letter(g);
        for (u32 j = 0; j < t->nresult; j++) t->result[j] = gen_letter(g);
        if (k >= 4 && k < 4 + GEN_SINKS) {
            t->nparam = 1;
            t->nresult = 0;
            t->param[0] = (u8)gen_sinks[k - 4];
        }
        if (k == 2 || k == 3) {
            memcpy(t->result, g->type[1].param, g->type[1].nparam);
            t->nresult = g->type[1].nparam;
            if (k == 3) t->result[t->nresult++] = 'N';
        }
        gen_byte(b, 0x60);
        gen_leb(b, t->nparam);
        for (u32 j = 0; j < t->nparam; j++) gen_byte(b, gen_code(t->param[j]));
        gen_leb(b, t->nresult);
        for (u32 j = 0; j < t->nresult; j++) gen_byte(b, gen_code(t->result[j]));
    }
}

static inline void gen_module(struct buf *to, u64 seed) {
    struct gen g = {.state = (seed + 1) * 0x9e3779b97f4a7c15u};
    struct buf b = {0};
    u32 type;

    for (u32 k = 0; k < 8; k++) gen_next(&g);
    buf_add(to, "\0asm\1\0\0\0", 8);
    gen_types(&g, &b);
    gen_section(to, 1, &b);
    gen_leb(&b, GEN_FUNCS);
    for (u32 k = 0; k < GEN_FUNCS; k++) {
        buf_add(&b, "\1m\1f\0", 5);
        gen_leb(&b, g.func[k] = k < GEN_SINKS ? 4 + k : gen_below(&g, GEN_TYPES));
    }
    gen_section(to, 2, &b);
    gen_leb(&b, 1);
    gen_leb(&b, type = gen_below(&g, GEN_TYPES));
    gen_section(to, 3, &b);
    buf_add(&b, "\2\0\0\0\1", 5);
    gen_section(to, 13, &b);
    gen_body(&g, type);
    gen_leb(&b, 1);
    gen_leb(&b, g.b.len);
    buf_add(&b, g.b.data, g.b.len);
    gen_section(to, 10, &b);
    buf_free(&g.b);
    buf_free(&b);
}

#endif
