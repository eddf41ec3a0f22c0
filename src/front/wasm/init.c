/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* init.c - what an instance does first, as a function of its own (WebAssembly 3.0, 4.7.2): globals, tables,
 * items of element segments, active segments, the start function. Constant expressions are lowered like any code. */
#include "front/wasm/lower.h"

u32 const_func(const struct wasm_module *w, struct bytes *b) {
    struct wasm_insn i;
    u32 f = NO_INDEX;

    while (wasm_insn_read(w, b, &i) && i.op != W_end)
        if (i.op == W_ref_func) f = i.x;
    return f;
}

bool has_init(const struct wasm_module *w) {
    bool table = false, data = false;

    for (u32 k = w->ntable_import; k < w->ntable; k++) table |= w->table[k].init.len != 0;
    for (u32 k = 0; k < w->ndata; k++) data |= w->data[k].mode == SEG_ACTIVE;
    return w->nglobal > w->nglobal_import || table || data || w->nelem || w->start != WASM_NONE;
}

/* The value of a constant expression, popped. */
static struct val evaluate(struct lower *l, struct wasm_span s) {
    l->at = s.off;
    lower_expression(l, s);
    return l->e->code || !l->sp ? (struct val){0} : pop(l);
}

static void set_globals(struct lower *l) {
    for (u32 k = l->w->nglobal_import; k < l->w->nglobal && !l->e->code; k++) {
        struct val v = evaluate(l, l->w->global[k].init);
        u16 reg = use(l, &v);
        emit(l, v.letter == 'V' ? OP_vgset : OP_gset, reg, 0, 0, 0, k);
    }
}

static void load(struct lower *l, u16 reg, u8 letter, u64 bits) { load_const(l, reg, false, letter, bits); }

static void fill_tables(struct lower *l) {
    for (u32 k = l->w->ntable_import; k < l->w->ntable && !l->e->code; k++) {
        const struct wasm_table *t = &l->w->table[k];
        u8 letter = t->lim.is64 ? 'L' : 'I';
        struct val v;
        u16 at, n;
        if (!t->init.len) continue;
        v = evaluate(l, t->init);
        load(l, at = home_of(l, 1, letter), letter, 0);
        load(l, n = home_of(l, 2, letter), letter, t->lim.min);
        emit(l, OP_tfill, at, v.reg, n, 0, k);
    }
}

/* Items that are no plain function; ref.null is what they are without. */
static void set_items(struct lower *l, u32 segment) {
    const struct wasm_elem *s = &l->w->elem[segment];
    struct bytes b = wasm_bytes(l->w, s->items, l->e);

    for (u32 k = 0; s->exprs && k < s->n && !l->e->code; k++) {
        const u8 *start = b.p;
        struct wasm_span span = {(u32)(start - l->w->p), 0};
        struct val v;
        bool null = left(&b) && *b.p == 0xd0;
        u32 f = const_func(l->w, &b);
        if (f != NO_INDEX || null) continue;
        span.len = (u32)(b.p - start);
        v = evaluate(l, span);
        emit(l, OP_tseg, use(l, &v), 0, 0, k, segment);
    }
}

/* Operands of tinit and minit: where to, from item 0 on, how many. */
static void copy_segment(struct lower *l, u16 op, struct wasm_span at, u32 n, u32 segment, u32 to) {
    struct val v = evaluate(l, at);
    u16 a = use(l, &v), b = home_of(l, 1, 'I'), c = home_of(l, 2, 'I');

    load(l, b, 'I', 0);
    load(l, c, 'I', n);
    emit(l, op, a, b, c, to, segment);
}

static void copy_segments(struct lower *l) {
    for (u32 k = 0; k < l->w->nelem && !l->e->code; k++) {
        const struct wasm_elem *s = &l->w->elem[k];
        if (s->mode == SEG_PASSIVE) continue;
        if (s->mode == SEG_ACTIVE) copy_segment(l, OP_tinit, s->at, s->n, k, s->table);
        emit(l, OP_tdrop, 0, 0, 0, 0, k);
    }
    for (u32 k = 0; k < l->w->ndata && !l->e->code; k++) {
        const struct wasm_data *s = &l->w->data[k];
        if (s->mode != SEG_ACTIVE) continue;
        copy_segment(l, OP_minit, s->at, s->bytes.len, k, s->memory);
        emit(l, OP_mdrop, 0, 0, 0, 0, k);
    }
}

void lower_init(struct lower *l) {
    set_globals(l);
    fill_tables(l);
    for (u32 k = 0; k < l->w->nelem && !l->e->code; k++) set_items(l, k);
    copy_segments(l);
    l->arg = OP_callt;
    l->i.x = l->w->start;
    if (l->w->start != WASM_NONE) lower_call(l);
    emit(l, OP_ret, 0, 0, 0, 0, 0);
}
