/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_wasmexpr.c - expressions: code that leaves one value of a type.
 *
 * Code is made from the top, and what lies on the stack at any place is known by construction: nothing has to be
 * repaired afterwards. Operations are drawn from the rows of wasm.def, so that a new one is tried without anybody
 * asking. */
#include "kit_wasmcode.h"
#include <string.h>

/* --- constants --- */

static u64 bits(struct gen *g, u8 type) {
    /* clang-format off */
    static const u64 whole[] = {0, 1, 2, 7, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
                                0x100000000, 0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff};
    static const f64 real[] = {0.0, -0.0, 1.0, -1.5, 2147483647.0, 2147483648.0, -2147483649.0, 4294967296.0, 1e10,
                               1e19, 9.2233720368547758e18, -9.3e18, 1e-40, 1e300, 0.5, 1e38, 3.5, 4.5, -0.3};
    /* clang-format on */
    union {
        f64 d;
        u64 u;
    } d = {real[below(g, COUNT(real))]};
    union {
        f32 f;
        u32 u;
    } f = {(f32)d.d};
    switch (type) {
    case 'F':
        if (one_in(g, 8))
            f.u = one_in(g, 2) ? 0x7f800000 : 0x7fc00000;
        return one_in(g, 4) ? (u32)next(g) & 0xbfffffff : f.u; /* no NaN by chance */
    case 'D':
        if (one_in(g, 8))
            d.u = one_in(g, 2) ? 0x7ff0000000000000 : 0x7ff8000000000000;
        return one_in(g, 4) ? next(g) & 0xbfffffffffffffff : d.u;
    default: return one_in(g, 3) ? next(g) : one_in(g, 2) ? below(g, 256) : whole[below(g, COUNT(whole))];
    }
}

static void put_bits(struct buf *b, u64 v, u32 n) {
    while (n--) {
        put(b, (u8)v);
        v >>= 8;
    }
}

void gen_constant(struct gen *g, u8 type) {
    u64 v = bits(g, type);
    switch (type) {
    case 'I': const_i(g, (s64)v); break;
    case 'L':
        op(g, W_i64_const);
        put_s(g->b, (s64)v);
        break;
    case 'F':
        op(g, W_f32_const);
        put_bits(g->b, v, 4);
        break;
    case 'D':
        op(g, W_f64_const);
        put_bits(g->b, v, 8);
        break;
    case 'V':
        op(g, W_v128_const);
        put_bits(g->b, bits(g, 'D'), 8);
        put_bits(g->b, bits(g, one_in(g, 2) ? 'D' : 'L'), 8);
        break;
    }
}

/* --- locals, globals, labels --- */

/* A local of that type; there always is one. */
u32 gen_local(struct gen *g, u8 type) {
    u32 k = below(g, g->nlocal);
    while (g->local[k] != type)
        k = (k + 1) % g->nlocal;
    return k;
}

void gen_set_locals(struct gen *g, const u8 *type, u32 n) { /* what lies on the stack, the last on top */
    while (n--)
        op_u(g, W_local_set, gen_local(g, type[n]));
}

void gen_push_label(struct gen *g, const u8 *type, u32 n) {
    g->label[g->nlabel++] = (struct label){type, (u8)n};
}

/* The index of a label of these types counted from inside; false: there is none. */
static bool find_label(struct gen *g, const u8 *type, u32 n, u32 *index) {
    u32 start = below(g, g->nlabel);
    for (u32 k = 0; k < g->nlabel; k++) {
        u32 j = (start + k) % g->nlabel;
        if (g->label[j].n == n && !memcmp(g->label[j].type, type, n)) {
            *index = g->nlabel - 1 - j;
            return true;
        }
    }
    return false;
}

/* --- expressions --- */

void gen_exprs(struct gen *g, const u8 *type, u32 n, u32 depth) {
    for (u32 k = 0; k < n; k++)
        gen_expr(g, type[k], depth);
}

/* NaNs in what lies on the stack become the canonical one. */
static void canonical(struct gen *g, u8 type, bool lanes64) {
    u32 t = gen_local(g, type);
    op_u(g, W_local_tee, t);
    switch (type) {
    case 'F':
        op(g, W_f32_const);
        put_bits(g->b, 0x7fc00000, 4);
        break;
    case 'D':
        op(g, W_f64_const);
        put_bits(g->b, 0x7ff8000000000000, 8);
        break;
    case 'V':
        op(g, W_v128_const);
        for (u32 k = 0; k < 2; k++)
            put_bits(g->b, lanes64 ? 0x7ff8000000000000 : 0x7fc000007fc00000, 8);
        break;
    }
    op_u(g, W_local_get, t);
    op_u(g, W_local_get, t);
    op(g, type == 'F' ? W_f32_eq : type == 'D' ? W_f64_eq : lanes64 ? W_f64x2_eq : W_f32x4_eq);
    op(g, type == 'V' ? W_v128_bitselect : W_select);
    op_u(g, W_local_tee, t); /* the payload stays in no local either */
}

static bool has(const char *name, const char *part) {
    return strstr(name, part) != NULL;
}
/* Whether the payload of a NaN that the row gives is left to the engine. */
static bool makes_nan(const struct wasm_op *o) {
    if (has(o->name, "load") || has(o->name, "reinterpret") || has(o->name, "neg") || has(o->name, "abs") ||
        has(o->name, "copysign") || has(o->name, "splat") || has(o->name, "lane"))
        return false;
    if (o->sig[0] == 'V')
        return o->name[0] == 'f';
    return o->sig[0] == 'F' || o->sig[0] == 'D';
}

static u32 lanes(u8 imm) {
    switch (imm) {
    case IMM_LANE2:
    case IMM_ALN3: return 2;
    case IMM_LANE4:
    case IMM_ALN2: return 4;
    case IMM_LANE8:
    case IMM_ALN1: return 8;
    default: return 16;
    }
}

static void immediates(struct gen *g, const struct wasm_op *o, bool second) {
    u32 align;
    switch ((enum wasm_imm)o->imm) {
    case IMM_LANE2:
    case IMM_LANE4:
    case IMM_LANE8:
    case IMM_LANE16: put(g->b, (u8)below(g, lanes(o->imm))); break;
    case IMM_SHUFFLE:
        for (u32 k = 0; k < 16; k++)
            put(g->b, (u8)below(g, 32));
        break;
    case IMM_ACC0:
    case IMM_ACC1:
    case IMM_ACC2:
    case IMM_ACC3:
    case IMM_ACC4:
    case IMM_ALN0:
    case IMM_ALN1:
    case IMM_ALN2:
    case IMM_ALN3:
    case IMM_ATM0:
    case IMM_ATM1:
    case IMM_ATM2:
    case IMM_ATM3:
        align = o->imm >= IMM_ATM0   ? o->imm - (u32)IMM_ATM0
                : o->imm >= IMM_ALN0 ? o->imm - (u32)IMM_ALN0
                                     : o->imm - (u32)IMM_ACC0;
        put_u(g->b, (o->imm >= IMM_ATM0 ? align : below(g, align + 1)) | (second ? 0x40 : 0));
        if (second)
            put_u(g->b, 1);
        put_u(g->b, one_in(g, 150) ? (u32)next(g) : one_in(g, 3) ? below(g, 60000) & ~7u : below(g, 9) * 8);
        if (o->imm >= IMM_ALN0 && o->imm <= IMM_ALN3)
            put(g->b, (u8)below(g, lanes(o->imm)));
        break;
    default: break;
    }
}

/* An address: within the first page, mostly. */
void gen_address(struct gen *g, bool aligned, u32 depth) {
    gen_expr(g, 'I', depth);
    if (one_in(g, 100))
        return;
    const_i(g, one_in(g, 60) ? 0xffff : aligned ? 0xfff0 >> 1 : 0xffff >> 1);
    op(g, W_i32_and);
}

/* The same for the second memory, which takes i64. */
static void address64(struct gen *g, bool aligned, u32 depth) {
    gen_expr(g, 'L', depth);
    if (one_in(g, 100))
        return;
    op(g, W_i64_const);
    put_s(g->b, one_in(g, 60) ? 0xffff : aligned ? 0xfff0 >> 1 : 0xffff >> 1);
    op(g, W_i64_and);
}

void gen_row(struct gen *g, u32 w, u32 depth) {
    const struct wasm_op *o = &wasm_op[w];
    bool second = g->all && strchr(o->sig, 'A') && one_in(g, 4);
    for (const char *s = o->sig + 1; *s; s++) {
        if (*s == 'A' && second)
            address64(g, o->imm >= IMM_ATM0, depth);
        else if (*s == 'A')
            gen_address(g, o->imm >= IMM_ATM0, depth);
        else
            gen_expr(g, (u8)*s, depth);
    }
    op(g, w);
    immediates(g, o, second);
    if (makes_nan(o))
        canonical(g, (u8)o->sig[0], o->name[1] == '6');
}

u32 gen_func_giving(struct gen *g, const u8 *type, u32 n) { /* FUNCS: none */
    u32 start = below(g, FUNCS);
    for (u32 k = 0; k < FUNCS; k++) {
        const struct sig *s = &g->sig[(start + k) % FUNCS];
        if (s->nresult == n && !memcmp(s->result, type, n))
            return (start + k) % FUNCS;
    }
    return FUNCS;
}

static void block_type(struct gen *g, u8 type) {
    put(g->b, type ? type_byte(type) : 0x40);
}

/* A block, or an if with both sides, that gives one value. */
static void block_expr(struct gen *g, u8 type, u32 depth) {
    const u8 *t = &letters[at_letter(type)];
    bool both = one_in(g, 2);
    if (both)
        gen_expr(g, 'I', depth);
    op(g, both ? W_if : W_block);
    block_type(g, type);
    gen_push_label(g, t, 1);
    for (u32 side = 0; side < 1u + both; side++) {
        if (side)
            op(g, W_else);
        gen_stmts(g, depth);
        gen_expr(g, type, depth);
        if (one_in(g, 3)) {
            u32 to;
            if (find_label(g, t, 1, &to)) {
                gen_expr(g, 'I', depth);
                op_u(g, W_br_if, to);
            }
        }
    }
    op(g, W_end);
    g->nlabel--;
}

static void object_expr(struct gen *g, u32 depth) { /* an i32 that tells of memory or table */
    switch (below(g, 5)) {
    case 0: op_u(g, W_memory_size, 0); break;
    case 1:
        const_i(g, below(g, 3));
        op_u(g, W_memory_grow, 0);
        break;
    case 2: op_u(g, W_table_size, 0); break;
    case 3:
        op_u(g, W_ref_func, below(g, FUNCS));
        const_i(g, below(g, 3));
        op_u(g, W_table_grow, 0);
        break;
    case 4:
        gen_expr(g, 'I', depth);
        const_i(g, 15);
        op(g, W_i32_and);
        op_u(g, W_table_get, 0);
        op(g, W_ref_is_null);
        break;
    }
}

static void leaf(struct gen *g, u8 type) {
    u32 k = below(g, GLOBALS);
    if (g->global[k] == type && one_in(g, 2))
        op_u(g, W_global_get, k);
    else if (one_in(g, 2))
        op_u(g, W_local_get, gen_local(g, type));
    else
        gen_constant(g, type);
}

/* Those that often trap come seldom. */
static u32 some_row(struct gen *g, u32 k) {
    for (;;) {
        u32 w = g->ops[k][below(g, g->nops[k])];
        const char *name = wasm_op[w].name;
        bool traps = has(name, "div_") || has(name, "rem_") || (has(name, "trunc_f") && name[0] == 'i');
        if (!traps || one_in(g, 12))
            return w;
    }
}

void gen_expr(struct gen *g, u8 type, u32 depth) {
    u32 f;
    if (!depth || g->budget < 0) {
        leaf(g, type);
        return;
    }
    switch (below(g, 16)) {
    case 0: leaf(g, type); break;
    case 1:
        gen_expr(g, type, depth - 1);
        op_u(g, W_local_tee, gen_local(g, type));
        break;
    case 2:
        gen_expr(g, type, depth - 1);
        gen_expr(g, type, depth - 1);
        gen_expr(g, 'I', depth - 1);
        if (one_in(g, 2)) {
            op(g, W_select);
        } else {
            op_u(g, W_select_t, 1);
            put(g->b, type_byte(type));
        }
        break;
    case 3: block_expr(g, type, depth - 1); break;
    case 4:
        f = gen_func_giving(g, &type, 1);
        if (f == FUNCS) {
            leaf(g, type);
        } else {
            gen_exprs(g, g->sig[f].param, g->sig[f].nparam, depth - 1);
            op_u(g, W_call, f);
        }
        break;
    case 5:
        if (type == 'I')
            object_expr(g, depth - 1);
        else
            leaf(g, type);
        break;
    default: gen_row(g, some_row(g, at_letter(type)), depth - 1);
    }
}
