/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_wasmgen.c - a seed in, a valid WebAssembly module out: the sections around the code. */
#include "kit_wasmgen.h"
#include "kit_wasmcode.h"
#include <stdio.h>
#include <string.h>

/* --- the module --- */

static void section(struct buf *out, u8 id, struct buf *body) {
    put(out, id);
    put_u(out, body->len);
    buf_add(out, body->data, body->len);
    buf_clear(body);
}

static void func_type(struct buf *b, const u8 *param, u32 np, const u8 *result, u32 nr) {
    put(b, 0x60);
    put_u(b, np);
    for (u32 k = 0; k < np; k++)
        put(b, type_byte(param[k]));
    put_u(b, nr);
    for (u32 k = 0; k < nr; k++)
        put(b, type_byte(result[k]));
}

/* Types: those of the functions, of handlers' blocks, of the exports' functions, of tags. */
enum { TYPE_HANDLER = TYPES, TYPE_EXPORT = TYPES + TAGS, TYPE_TAG = TYPE_EXPORT + FUNCS };

static bool scalar(const struct sig *s) {
    return !memchr(s->param, 'V', s->nparam) && !memchr(s->result, 'V', s->nresult);
}

static void types(struct gen *g, struct buf *b) {
    put_u(b, TYPE_TAG + TAGS);
    for (u32 k = 0; k < TYPES; k++)
        func_type(b, g->sig[k].param, g->sig[k].nparam, g->sig[k].result, g->sig[k].nresult);
    func_type(b, NULL, 0, (const u8 *)"I", 1);
    func_type(b, NULL, 0, (const u8 *)"LV", 2);
    for (u32 k = 0; k < FUNCS; k++) { /* no v128 in exports: JavaScript cannot pass them */
        const struct sig *s = &g->sig[k];
        func_type(b, s->param, scalar(s) ? s->nparam : 0, s->result, scalar(s) ? s->nresult : 0);
    }
    func_type(b, (const u8 *)"I", 1, NULL, 0);
    func_type(b, (const u8 *)"LV", 2, NULL, 0);
}

static void globals(struct gen *g, struct buf *b) {
    g->b = b;
    put_u(b, GLOBALS + 1);
    for (u32 k = 0; k < GLOBALS; k++) {
        put(b, type_byte(g->global[k]));
        put(b, 1);
        gen_constant(g, g->global[k]);
        put(b, 0x0b);
    }
    buf_add(b, "\x7f\x01\x41\x00\x0b", 5); /* FUEL */
}

static void exports(struct gen *g, struct buf *b) {
    u32 n = 1u + FUNCS + g->all;
    char name[8];
    for (u32 k = 0; k < GLOBALS; k++)
        n += g->global[k] != 'V';
    put_u(b, n);
    buf_add(b, "\x03mem\x02\x00", 6);
    if (g->all)
        buf_add(b, "\x04mem2\x02\x01", 7);
    for (u32 k = 0; k < FUNCS; k++) {
        snprintf(name, sizeof name, "e%u", k);
        put_u(b, 2);
        buf_add(b, name, 2);
        put(b, WASM_FUNC);
        put_u(b, FUNCS + k);
    }
    for (u32 k = 0; k < GLOBALS; k++) {
        if (g->global[k] == 'V')
            continue;
        snprintf(name, sizeof name, "g%u", k);
        put_u(b, 2);
        buf_add(b, name, 2);
        put(b, WASM_GLOBAL);
        put_u(b, k);
    }
}

static void elements(struct gen *g, struct buf *b) {
    put_u(b, 1 + ELEMS);
    buf_add(b, "\x00\x41\x01\x0b", 4); /* active, from element 1 on */
    put_u(b, TABLE - 2);
    for (u32 k = 0; k < TABLE - 2; k++)
        put_u(b, k % FUNCS); /* each of them: only these may be named by ref.func */
    for (u32 k = 0; k < ELEMS; k++) {
        buf_add(b, "\x01\x00\x03", 3); /* passive, of functions */
        for (u32 j = 0; j < 3; j++)
            put_u(b, below(g, FUNCS));
    }
}

static void datas(struct gen *g, struct buf *b) {
    put_u(b, 1 + DATA);
    for (u32 k = 0; k <= DATA; k++) {
        put(b, k < DATA); /* the last one is active */
        if (k == DATA)
            buf_add(b, "\x41\x10\x0b", 3);
        put_u(b, 24);
        for (u32 j = 0; j < 24; j++)
            put(b, (u8)next(g));
    }
}

static void body(struct gen *g, struct buf *out, const struct sig *s) {
    struct buf b = {0};
    u32 declared;
    g->b = &b;
    g->self = s;
    g->nlocal = g->nlabel = 0;
    g->budget = 40 + (s32)below(g, 260);
    for (u32 k = 0; k < s->nparam; k++)
        g->local[g->nlocal++] = s->param[k];
    declared = 2 * NLETTERS + below(g, 8);
    put_u(&b, declared + g->all);
    for (u32 k = 0; k < declared; k++) {
        u8 type = letters[k < 2 * NLETTERS ? k / 2 : below(g, NLETTERS)];
        g->local[g->nlocal++] = type;
        put_u(&b, 1);
        put(&b, type_byte(type));
    }
    g->exn = g->nlocal;
    if (g->all)
        buf_add(&b, "\x01\x69", 2);
    gen_push_label(g, s->result, s->nresult);
    gen_spend(g);
    for (u32 n = 2 + below(g, 6); n && g->budget > 0; n--)
        gen_stmt(g, 4);
    gen_exprs(g, s->result, s->nresult, 3);
    op(g, W_end);
    put_u(out, b.len);
    buf_add(out, b.data, b.len);
    buf_free(&b);
}

/* What is exported: fills up the fuel, then calls; what has vectors in its type gets and leaves none. */
static void export_body(struct gen *g, struct buf *out, u32 f) {
    const struct sig *s = &g->sig[f];
    struct buf b = {0};
    g->b = &b;
    put_u(&b, 0);
    const_i(g, 400);
    op_u(g, W_global_set, FUEL);
    for (u32 k = 0; k < s->nparam; k++) {
        if (scalar(s))
            op_u(g, W_local_get, k);
        else
            gen_constant(g, s->param[k]);
    }
    op_u(g, W_call, f);
    for (u32 k = 0; !scalar(s) && k < s->nresult; k++)
        op(g, W_drop);
    op(g, W_end);
    put_u(out, b.len);
    buf_add(out, b.data, b.len);
    buf_free(&b);
}

static bool known_immediate(u8 imm) {
    return imm == IMM_NONE || imm == IMM_SHUFFLE || (imm >= IMM_LANE2 && imm <= IMM_ATM3);
}

/* The rows that gen_expr() and gen_stmt() draw from: all operands and results are numbers. */
static void choose_rows(struct gen *g) {
    for (u32 w = 1; w < W_COUNT; w++) {
        const struct wasm_op *o = &wasm_op[w];
        bool plain = o->sig[0] != '*' && strspn(o->sig + 1, "ILFDVA") == strlen(o->sig + 1);
        if (!plain || !known_immediate(o->imm) ||
            ((o->feature == WF_THREADS || o->feature == WF_RELAXED_SIMD) && !g->all) || strstr(o->name, "wait") ||
            strstr(o->name, "notify"))
            continue;
        if (o->sig[0] == '-') {
            g->store[g->nstore++] = w;
        } else {
            u32 k = at_letter((u8)o->sig[0]);
            g->ops[k][g->nops[k]++] = w;
        }
    }
}

static void choose_types(struct gen *g) {
    for (u32 k = 0; k < TYPES; k++) {
        struct sig *s = &g->sig[k];
        s->nparam = (u8)below(g, MOST_VALUES + 1);
        s->nresult = (u8)below(g, MOST_VALUES + 1);
        for (u32 j = 0; j < MOST_VALUES; j++) {
            s->param[j] = letters[below(g, NLETTERS)];
            s->result[j] = letters[below(g, NLETTERS - one_in(g, 2))];
        }
    }
    for (u32 k = 0; k < GLOBALS; k++)
        g->global[k] = letters[k % NLETTERS];
}

void wasmgen(u64 seed, bool all, struct buf *out) {
    struct gen g = {.seed = seed * 0x2545f4914f6cdd1du + all, .all = all};
    struct buf b = {0};
    choose_rows(&g);
    choose_types(&g);
    buf_add(out, "\0asm\1\0\0\0", 8);
    types(&g, &b);
    section(out, 1, &b);
    put_u(&b, 2 * FUNCS);
    for (u32 k = 0; k < FUNCS; k++)
        put_u(&b, k);
    for (u32 k = 0; k < FUNCS; k++)
        put_u(&b, TYPE_EXPORT + k);
    section(out, 3, &b);
    buf_add(&b, "\x01\x70\x01", 3);
    put_u(&b, TABLE);
    put_u(&b, TABLE_MAX);
    section(out, 4, &b);
    put_u(&b, 1u + all);
    for (u32 k = 0; k < 1u + all; k++) {
        put(&b, k ? 5 : 1); /* the second one has 64-bit addresses */
        put_u(&b, PAGES);
        put_u(&b, PAGES_MAX);
    }
    section(out, 5, &b);
    if (all) {
        put_u(&b, TAGS);
        for (u32 k = 0; k < TAGS; k++) {
            put(&b, 0);
            put_u(&b, TYPE_TAG + k);
        }
        section(out, 13, &b);
    }
    globals(&g, &b);
    section(out, 6, &b);
    exports(&g, &b);
    section(out, 7, &b);
    elements(&g, &b);
    section(out, 9, &b);
    put_u(&b, 1 + DATA);
    section(out, 12, &b);
    put_u(&b, 2 * FUNCS);
    for (u32 k = 0; k < FUNCS; k++)
        body(&g, &b, &g.sig[k]);
    for (u32 k = 0; k < FUNCS; k++)
        export_body(&g, &b, k);
    section(out, 10, &b);
    datas(&g, &b);
    section(out, 11, &b);
    buf_free(&b);
}
