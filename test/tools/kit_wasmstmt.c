/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_wasmstmt.c - statements: code that leaves nothing on the stack. Blocks, branches, calls, stores, bulk operations,
 * exceptions. */
#include "kit_wasmcode.h"
#include <string.h>

/* --- statements --- */

/* Traps once the fuel of the run is spent. */
void gen_spend(struct gen *g) {
    op_u(g, W_global_get, FUEL);
    op(g, W_i32_eqz);
    op(g, W_if);
    put(g->b, 0x40);
    op(g, W_unreachable);
    op(g, W_end);
    op_u(g, W_global_get, FUEL);
    const_i(g, 1);
    op(g, W_i32_sub);
    op_u(g, W_global_set, FUEL);
}

/* A block, loop or if with parameters and results of a function type. */
static void block_stmt(struct gen *g, u32 depth) {
    u32 type = below(g, TYPES), kind = below(g, 3);
    const struct sig *s = &g->sig[type];
    gen_exprs(g, s->param, s->nparam, depth);
    if (kind == 2)
        gen_expr(g, 'I', depth);
    op_u(g, kind == 0 ? W_block : kind == 1 ? W_loop : W_if, type);
    gen_push_label(g, kind == 1 ? s->param : s->result, kind == 1 ? s->nparam : s->nresult);
    for (u32 side = 0; side < (kind == 2 ? 2 : 1); side++) {
        if (side)
            op(g, W_else);
        if (kind == 1)
            gen_spend(g);
        gen_set_locals(g, s->param, s->nparam);
        gen_stmts(g, depth);
        gen_exprs(g, s->result, s->nresult, depth);
    }
    op(g, W_end);
    g->nlabel--;
    gen_set_locals(g, s->result, s->nresult);
}

static void if_begin(struct gen *g, u32 depth) {
    gen_expr(g, 'I', depth);
    op(g, W_if);
    put(g->b, 0x40);
    gen_push_label(g, letters, 0);
}
static void if_end(struct gen *g) {
    op(g, W_end);
    g->nlabel--;
}

/* Any label but those of handlers. */
static u32 some_label(struct gen *g) {
    u32 k = below(g, g->nlabel);
    while (k && g->label[k].n && *g->label[k].type == '?')
        k--;
    return k;
}

/* Something that control does not come back from, in an if. */
static void leave_stmt(struct gen *g, u32 depth) {
    u32 k, n, same[LABELS], nsame = 0;
    struct label l;
    if_begin(g, depth);
    switch (below(g, g->all ? 8 : 5)) {
    case 0:
        gen_exprs(g, g->self->result, g->self->nresult, depth);
        op(g, W_return);
        break;
    case 1:
        k = some_label(g);
        l = g->label[k];
        gen_exprs(g, l.type, l.n, depth);
        op_u(g, W_br, g->nlabel - 1 - k);
        break;
    case 2:
        l = g->label[some_label(g)];
        for (k = 0; k < g->nlabel; k++)
            if (g->label[k].n == l.n && !memcmp(g->label[k].type, l.type, l.n))
                same[nsame++] = g->nlabel - 1 - k;
        gen_exprs(g, l.type, l.n, depth);
        gen_expr(g, 'I', depth);
        if (!one_in(g, 4)) {
            const_i(g, 7);
            op(g, W_i32_and);
        }
        n = below(g, 7);
        op_u(g, W_br_table, n);
        for (k = 0; k <= n; k++)
            put_u(g->b, same[below(g, nsame)]);
        break;
    case 3:
    case 4:
        k = gen_func_giving(g, g->self->result, g->self->nresult);
        if (k == FUNCS) {
            op(g, W_unreachable);
            break;
        }
        gen_exprs(g, g->sig[k].param, g->sig[k].nparam, depth);
        if (g->all && one_in(g, 4)) {
            op_u(g, W_ref_func, k);
            op_u(g, W_return_call_ref, k);
        } else if (one_in(g, 2)) {
            op_u(g, W_return_call, k);
        } else {
            const_i(g, below(g, TABLE + 1));
            op_u(g, W_return_call_indirect, k);
            put_u(g->b, 0);
        }
        break;
    case 5:
    case 6:
    case 7: /* tag 0 has the parameter of type I, tag 1 those of L and V */
        if (one_in(g, 2)) {
            gen_expr(g, 'I', depth);
            op_u(g, W_throw, 0);
        } else {
            gen_expr(g, 'L', depth);
            gen_expr(g, 'V', depth);
            op_u(g, W_throw, 1);
        }
        break;
    }
    if (one_in(g, 3))
        gen_stmts(g, depth); /* dead */
    if_end(g);
}

/* try_table in a block to which its handler goes. */
static void try_stmt(struct gen *g, u32 depth) {
    static const u8 exnref = 0x69;
    u32 kind = below(g, 4), type = kind < 2 ? TYPES + kind : 0;
    op(g, W_block);
    if (kind < 2)
        put_u(g->b, type); /* () -> what the tag holds */
    else
        put(g->b, kind == 2 ? 0x40 : exnref);
    gen_push_label(g, (const u8 *)"?", 1); /* nobody else branches there */
    op(g, W_try_table);
    put(g->b, 0x40);
    put_u(g->b, 1);
    put(g->b, kind < 2 ? CATCH_TAG : kind == 2 ? CATCH_ALL : CATCH_ALL_REF);
    if (kind < 2)
        put_u(g->b, kind);
    put_u(g->b, 0);
    gen_push_label(g, letters, 0);
    gen_stmts(g, depth);
    leave_stmt(g, depth);
    op(g, W_end);
    g->nlabel--;
    if (kind == 0)
        gen_expr(g, 'I', depth);
    if (kind == 1) {
        gen_expr(g, 'L', depth);
        gen_expr(g, 'V', depth);
    }
    if (kind == 3) {
        op(g, W_ref_null);
        put(g->b, exnref);
    }
    op(g, W_end);
    g->nlabel--;
    if (kind == 0)
        gen_set_locals(g, (const u8 *)"I", 1);
    if (kind == 1)
        gen_set_locals(g, (const u8 *)"LV", 2);
    if (kind != 3)
        return;
    op_u(g, W_local_set, g->exn);
    if_begin(g, depth);
    op_u(g, W_local_get, g->exn);
    op(g, W_throw_ref);
    if_end(g);
}

static void small(struct gen *g, u32 most, u32 depth) { /* a number that often fits */
    if (one_in(g, 30))
        gen_expr(g, 'I', depth);
    else
        const_i(g, below(g, most));
}

static void bulk_stmt(struct gen *g, u32 depth) {
    switch (below(g, 9)) {
    case 0:
        gen_address(g, false, depth);
        gen_expr(g, 'I', depth);
        small(g, 300, depth);
        op_u(g, W_memory_fill, 0);
        break;
    case 1:
        gen_address(g, false, depth);
        gen_address(g, false, depth);
        small(g, 300, depth);
        op_u(g, W_memory_copy, 0);
        put_u(g->b, 0);
        break;
    case 2:
        gen_address(g, false, depth);
        small(g, 8, depth);
        small(g, 20, depth);
        op_u(g, W_memory_init, below(g, DATA));
        put_u(g->b, 0);
        break;
    case 3:
        if (one_in(g, 4))
            op_u(g, W_data_drop, below(g, DATA));
        break;
    case 4:
        small(g, TABLE, depth);
        if (one_in(g, 3)) {
            op(g, W_ref_null);
            put(g->b, 0x70);
        } else {
            op_u(g, W_ref_func, below(g, FUNCS));
        }
        op_u(g, W_table_set, 0);
        break;
    case 5:
        small(g, TABLE, depth);
        op_u(g, W_ref_func, below(g, FUNCS));
        small(g, 4, depth);
        op_u(g, W_table_fill, 0);
        break;
    case 6:
        small(g, TABLE, depth);
        small(g, TABLE, depth);
        small(g, 4, depth);
        op_u(g, W_table_copy, 0);
        put_u(g->b, 0);
        break;
    case 7:
        small(g, TABLE, depth);
        small(g, 2, depth);
        small(g, 3, depth);
        op_u(g, W_table_init, below(g, ELEMS));
        put_u(g->b, 0);
        break;
    case 8:
        if (one_in(g, 4))
            op_u(g, W_elem_drop, below(g, ELEMS));
        break;
    }
}

static void call_stmt(struct gen *g, u32 depth) {
    u32 type = below(g, TYPES);
    const struct sig *s = &g->sig[type];
    gen_exprs(g, s->param, s->nparam, depth);
    if (g->all && one_in(g, 4)) {
        op_u(g, W_ref_func, type);
        op_u(g, W_call_ref, type);
    } else if (one_in(g, 2)) {
        op_u(g, W_call, type);
    } else {
        small(g, TABLE, depth);
        op_u(g, W_call_indirect, type);
        put_u(g->b, 0);
    }
    gen_set_locals(g, s->result, s->nresult);
}

void gen_stmt(struct gen *g, u32 depth) {
    u32 k = below(g, GLOBALS);
    u8 type = letters[below(g, NLETTERS)];
    switch (below(g, 12)) {
    case 0:
    case 1:
        gen_expr(g, type, depth);
        op_u(g, W_local_set, gen_local(g, type));
        break;
    case 2:
        gen_expr(g, g->global[k], depth);
        op_u(g, W_global_set, k);
        break;
    case 3:
    case 4:
    case 5: gen_row(g, g->store[below(g, g->nstore)], depth); break;
    case 6: block_stmt(g, depth); break;
    case 7: leave_stmt(g, depth); break;
    case 8: bulk_stmt(g, depth); break;
    case 9: call_stmt(g, depth); break;
    case 10:
        gen_expr(g, type, depth);
        op(g, W_drop);
        break;
    case 11:
        if (g->all)
            try_stmt(g, depth);
        break;
    }
}

void gen_stmts(struct gen *g, u32 depth) {
    if (!depth || g->nlabel + 4 > LABELS)
        return;
    for (u32 n = below(g, 4); n && g->budget > 0; n--)
        gen_stmt(g, depth - 1);
}
