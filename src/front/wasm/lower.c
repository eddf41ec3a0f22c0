/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower.c - the code of one function: what each instruction of its body becomes.
 * in:  a valid body      out: func.code, where, pool, handler, reg_type, nreg
 *
 * One pass; a second one where the first found that registers of rare kinds are needed (lower.h), or that targets do
 * not fit 16 bits. What it works with is dropped when the function is done. */
#include "front/wasm/lower.h"
#include "abi/ctx.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SHORT_BODY = 8000, SHORT_CODE = 32767 };

enum { OP_v128_const = OP_vconst, OP_i8x16_shuffle = OP_shuffle };

/* --- instructions --- */

void *more(struct lower *l, void *p, u32 *cap, u32 need, size_t size) {
    u32 to = *cap ? *cap : 32;

    if (need <= *cap) return p;
    while (to < need) to *= 2;
    if (to > UINT32_MAX / 32 || !(p = realloc(p, to * size))) {
        fail(l->e, E_NOMEM, NOWHERE, "out of memory to lower a function");
        return NULL;
    }
    *cap = to;
    return p;
}

/* Room for two more slots. What could not be kept in the end is not made either: a branch of two bytes may move a
 * thousand values. */
static bool code_room(struct lower *l) {
    const struct arena *a = &l->m->arena;
    u32 cap = l->cap;
    void *p;

    if (l->n + 2 <= l->cap) return true;
    if (a->limit && (l->n + (u64)2) * (sizeof *l->code + sizeof *l->where) > a->limit - a->used) {
        fail(l->e, E_NOMEM, NOWHERE, "out of memory for the code of a function");
        return false;
    }
    if (!(p = more(l, l->code, &cap, l->n + 2, sizeof *l->code))) return false;
    l->code = p;
    if (!(p = realloc(l->where, cap * sizeof *l->where))) {
        fail(l->e, E_NOMEM, NOWHERE, "out of memory to lower a function");
        return false;
    }
    l->where = p;
    l->cap = cap;
    return true;
}

u32 emit(struct lower *l, u16 op, u32 a, u32 b, u32 c, u32 off, u32 imm) {
    u32 pc = l->n;

    l->def = NO_INDEX;
    if (!code_room(l)) return 0;
    l->code[pc] = (struct insn){op, (u16)a, (u16)b, (u16)c, (s32)off, (s32)imm};
    l->where[pc] = l->at;
    if (isa_len(&l->code[pc]) == 2) {
        l->code[pc + 1] = (struct insn){.op = OP_pad};
        l->where[pc + 1] = l->at;
        l->n++;
    }
    l->n++;
    return pc;
}

void define(struct lower *l, u16 op, u32 a, u32 b, u32 c, u32 off, u32 imm) {
    l->def = emit(l, op, a, b, c, off, imm);
    l->def_letter = top_val(l)->letter;
}

/* --- the body --- */

static bool takes_cond(u16 op) {
    switch (op) {
    case W_i32_eqz: case W_br_if: case W_if: case W_select: case W_select_t: case W_local_set: case W_local_tee:
    case W_drop:
        return true;
    }
    return false;
}

/* Dead code is read, and its blocks are counted. */
static void step_dead(struct lower *l) {
    switch (l->i.op) {
    case W_block: case W_loop: case W_if: case W_try_table: l->skip++; return;
    case W_else:
        if (!l->skip) lower_else(l);
        return;
    case W_end:
        if (!l->skip) lower_end(l);
        else l->skip--;
        return;
    }
}

static void step(struct lower *l) {
    l->at = (u32)(l->i.at - l->w->p);
    if (l->dead) {
        step_dead(l);
        return;
    }
    if (l->sp && l->stack[l->sp - 1].kind == VAL_COND && !takes_cond(l->i.op)) settle_cond(l);
    /* clang-format off */
    switch (l->i.op) {
#define LOWER(id, rule, value) case W_##id: l->arg = (value); lower_##rule(l); return;
#include "front/wasm/lower.def"
#define PAGE_BASE(id)
#define PAGE_FB(id)
#define PAGE_FC(id)
#define PAGE_FD(id) case W_##id: l->arg = OP_##id; lower_vector(l); return;
#define PAGE_FE(id)
#define OP(id, text, page, ...) PAGE_##page(id)
#include "front/wasm/wasm.def"
    }
    /* clang-format on */
    assert(!"every row of wasm.def has a rule, but for those that are refused");
}

void lower_expression(struct lower *l, struct wasm_span s) {
    l->b = wasm_bytes(l->w, s, l->e);
    while (wasm_insn_read(l->w, &l->b, &l->i) && l->i.op != W_end) step(l);
}

static void lower_body(struct lower *l, const u8 *start) {
    l->b.p = start;
    open_block(l, BLOCK_FUNC, BLOCK_TYPE | l->f->type);
    while (l->nblock && !l->e->code && wasm_insn_read(l->w, &l->b, &l->i)) step(l);
    if (!l->e->code) sort_exceptions(l);
}

/* --- registers --- */

static void add_local(struct lower *l, u32 vt) {
    struct local *v = more(l, l->local, &l->local_cap, l->nlocal + 1, sizeof *v);

    if (!v) return;
    l->local = v;
    v[l->nlocal++] = (struct local){(u16)l->local_regs, vt_letter(vt), 0};
    l->local_regs += vt_slots(vt);
}

/* Leaves l->b at the first instruction. */
static void read_locals(struct lower *l, const struct wasm_func *f) {
    struct wasm_types params = wasm_params(l->w, f->type);
    u32 runs;

    l->b = wasm_bytes(l->w, f->body, l->e);
    for (u32 k = 0; k < params.n; k++) add_local(l, params.t[k]);
    for (runs = leb_u32(&l->b); runs && !l->e->code; runs--) {
        u32 n = leb_u32(&l->b), vt = wasm_read_valtype(l->w, &l->b);
        while (n-- && !l->e->code) add_local(l, vt);
    }
}

static u32 count_regs(const struct lower *l) {
    u32 homes = l->local_regs + l->zero_room + l->alt_room + (l->split ? l->home_room : l->nhome);

    return homes + (u32)l->window_cls.len;
}

static u8 or_number(u8 cls) { return cls ? cls : 'X'; }

static void write_types(const struct lower *l, u8 *t) {
    u32 zero = l->local_regs, alts = zero + l->zero_room, homes = alts + l->alt_room, windows = homes + l->home_room;

    for (u32 k = 0; k < l->nlocal; k++) {
        t[l->local[k].reg] = l->local[k].letter;
        if (l->local[k].letter == 'V') t[l->local[k].reg + 1] = 'v';
    }
    if (l->zero_room) t[zero] = 'L';
    if (l->alt_room) memcpy(t + alts, l->alt_cls.data, l->alt_room);
    for (u32 k = 0; k < l->nhome; k++) t[homes + k] = or_number(l->home[k].cls);
    for (u32 k = 0; k < l->window_cls.len; k++) t[windows + k] = or_number(l->window_cls.data[k]);
}

/* --- passes --- */

static void begin_pass(struct lower *l) {
    drop_to(l, 0);
    l->n = l->nblock = l->nlabel = l->nhome = l->top = l->ntry = l->table = l->skip = 0;
    l->alt_cls.len = l->window_cls.len = l->windows.len = 0;
    l->tries.len = l->clauses.len = l->handlers.len = l->pool.len = 0;
    l->def = l->in_try = NO_INDEX;
    l->dead = l->clash = false;
}

static bool needs_another(struct lower *l) {
    if (l->e->code) return false;
    if (l->clash && !l->split) {
        l->split = true;
        l->alt_room = (u32)l->alt_cls.len;
        l->home_room = l->nhome;
        return true;
    }
    if (l->n <= SHORT_CODE || l->wide_jumps) return false;
    return l->wide_jumps = true;
}

/* A branch to a goto goes where that one goes. Loops of nothing else end by themselves. */
static void shorten_ways(struct lower *l) {
    enum { HOPS = 4 };

    for (u32 pc = 0; pc < l->n; pc++) {
        struct insn *i = &l->code[pc];
        u8 shape = isa_info[i->op].shape;
        if (i->op != OP_ja && shape != SHAPE_JCC && shape != SHAPE_JCCI) continue;
        for (u32 k = 0; k < HOPS && l->code[i->off].op == OP_ja; k++) i->off = l->code[i->off].off;
    }
}

/* --- what remains --- */

static void *keep(struct lower *l, const void *p, size_t n) {
    void *to = arena_alloc(&l->m->arena, n);

    if (!to) fail(l->e, E_NOMEM, NOWHERE, "out of memory for the code of a function");
    else if (n) memcpy(to, p, n);
    return to;
}

static void keep_handlers(struct lower *l) {
    u32 n = (u32)(l->handlers.len / sizeof(u32));
    struct handler *h = arena_new(&l->m->arena, struct handler, n);

    if (!h) fail(l->e, E_NOMEM, NOWHERE, "out of memory for exception handlers");
    for (u32 k = 0; h && k < n; k++) {
        const struct try *t = (const struct try *)(void *)l->tries.data + ((const u32 *)(void *)l->handlers.data)[k];
        h[k] = (struct handler){t->start, t->end, l->label[t->label].pc, home_of(l, t->slot, 'N')};
    }
    l->f->handler = h;
    l->f->nhandler = n;
}

static int finish(struct lower *l) {
    struct func *f = l->f;
    u32 nreg;
    u8 *types;

    if (l->alt_cls.oom || l->window_cls.oom || l->windows.oom || l->pool.oom)
        return fail(l->e, E_NOMEM, NOWHERE, "out of memory to lower a function");
    keep_handlers(l);
    assert(l->alt_cls.len == l->alt_room && (!l->split || l->nhome <= l->home_room));
    if ((nreg = count_regs(l)) > WASM_MAX_REGS)
        return fail(l->e, E_LIMIT, (s64)f->file_off, "it needs %u registers, at most %u", nreg, WASM_MAX_REGS);
    if (!(types = arena_new(&l->m->arena, u8, nreg)))
        return fail(l->e, E_NOMEM, NOWHERE, "out of memory for the registers of a function");
    write_types(l, types);
    shorten_ways(l);
    f->nreg = (u16)nreg;
    f->reg_type = types;
    f->npool = (u32)(l->pool.len / 16);
    f->pool = keep(l, l->pool.data, l->pool.len);
    f->where = keep(l, l->where, l->n * sizeof *l->where);
    f->code = keep(l, l->code, l->n * sizeof *l->code);
    f->nslot = l->n;
    return l->e->code;
}

static void drop(struct lower *l) {
    free(l->code);
    free(l->where);
    free(l->local);
    free(l->stack);
    free(l->home);
    free(l->block);
    free(l->label);
    buf_free(&l->alt_cls);
    buf_free(&l->window_cls);
    buf_free(&l->windows);
    buf_free(&l->tries);
    buf_free(&l->clauses);
    buf_free(&l->handlers);
    buf_free(&l->pool);
}

int wasm_lower(struct module *m, u32 f, struct error *e) {
    const struct wasm_module *w = m->front_data;
    struct lower l = {.m = m, .w = w, .f = &m->func[f], .e = e};
    const u8 *start = NULL;

    l.zero_room = w->nmemory > 0;
    if (f < w->nfunc) {
        read_locals(&l, &w->func[f]);
        start = l.b.p;
        l.wide_jumps = w->func[f].body.len > SHORT_BODY;
    }
    if (!e->code && code_room(&l) && (l.stack = more(&l, NULL, &l.stack_cap, 1, sizeof *l.stack))) {
        do {
            begin_pass(&l);
            if (start) lower_body(&l, start);
            else lower_init(&l);
        } while (needs_another(&l));
        if (!e->code) finish(&l);
    }
    if (e->code) wrap(e, "%s", m->func[f].name);
    drop(&l);
    return e->code;
}
