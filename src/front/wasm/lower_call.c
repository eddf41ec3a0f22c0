/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower_call.c - calls and returns: windows.
 *
 * The homes of the arguments are the window, so most of them stand there already; results come out in their homes. */
#include "front/wasm/lower.h"

/* The n topmost values into registers for these types; returns the first of them. */
static u16 fill_window(struct lower *l, struct wasm_types params, struct wasm_types results, u32 result_at, bool *own) {
    u32 slot = params.n ? l->stack[l->sp - params.n].slot : l->top;
    u16 reg = window(l, slot, params, results, result_at, own);

    if (*own) {
        settle(l, params.n);
        return reg;
    }
    for (u32 k = l->sp - params.n, at = reg; k < l->sp; k++) {
        put(l, &l->stack[k], (u16)at);
        at += l->stack[k].letter == 'V' ? 2 : 1;
    }
    return reg;
}

static void call(struct lower *l, u32 type, u16 selector, u32 imm, u32 off) {
    const struct deftype *t = &l->m->type[type];
    struct wasm_types params = wasm_params(l->w, type), results = wasm_results(l->w, type), none = {params.t, 0};
    bool tail = l->arg == OP_tcallt || l->arg == OP_tcalltab || l->arg == OP_tcallref, own;
    u16 reg = fill_window(l, params, tail ? none : results, tail ? 0 : t->result_at, &own);

    emit(l, l->arg, reg, selector, t->param_slots, off, imm);
    drop_to(l, l->sp - params.n);
    if (tail) {
        die(l);
        return;
    }
    for (u32 k = 0, at = reg + t->result_at; k < results.n; k++) {
        u8 letter = vt_letter(results.t[k]);
        move(l, push_home(l, letter), (u16)at, letter);
        at += vt_slots(results.t[k]);
    }
}

void lower_call(struct lower *l) { call(l, l->w->func[l->i.x].type, 0, l->i.x, 0); }

void lower_call_indirect(struct lower *l) {
    struct val v = pop(l);
    u16 index = use(l, &v);
    u32 type = l->w->type[l->i.x].canon;

    call(l, type, index, type, l->i.y);
}

void lower_call_ref(struct lower *l) {
    struct val v = pop(l);
    u32 type = l->w->type[l->i.x].canon;

    call(l, type, use(l, &v), type, 0);
}

/* A lone result is returned from wherever it is. */
void give_back(struct lower *l) {
    u32 type = l->f->type;
    struct wasm_types results = wasm_results(l->w, type), none = {results.t, 0};
    bool own;
    u16 reg;

    if (results.n == 1) {
        struct val v = *top_val(l);
        reg = use(l, &v);
    } else {
        reg = fill_window(l, results, none, 0, &own);
    }
    emit(l, OP_ret, reg, 0, l->m->type[type].result_slots, 0, 0);
}

void lower_return(struct lower *l) {
    give_back(l);
    die(l);
}

void lower_throw(struct lower *l) {
    u32 type = l->w->tag[l->i.x].type;
    struct wasm_types params = wasm_params(l->w, type), none = {params.t, 0};
    bool own;
    u16 reg = fill_window(l, params, none, 0, &own);

    emit(l, OP_throw, reg, 0, l->m->type[type].param_slots, 0, l->i.x);
    die(l);
}

void lower_throw_ref(struct lower *l) {
    struct val v = pop(l);

    emit(l, OP_throwref, 0, use(l, &v), 0, 0, 0);
    die(l);
}
