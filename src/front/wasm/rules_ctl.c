/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rules_ctl.c - typing of blocks, branches, calls and exceptions (WebAssembly 3.0, 3.4.2, 3.4.3, A.3). */
#include "front/wasm/validate.h"

/* --- frames --- */

void push_frame(struct validator *v, enum frame_kind kind, u32 block) {
    struct frame f = {v->sp, block, (u32)(v->set.len / sizeof(u32)), (u8)kind, false};

    buf_add(&v->frames, &f, sizeof f);
    if (v->frames.oom) {
        bad(&v->b, E_NOMEM, v->i.at, "out of memory for nested blocks");
        return;
    }
    v->nframe++;
    v->base = v->sp;
}

/* What was written first inside of the block is unwritten again behind it. */
static void unset_locals(struct validator *v, u32 down_to) {
    const u32 *set = (const u32 *)(void *)v->set.data;
    u32 n = (u32)(v->set.len / sizeof *set);

    for (; n > down_to; n--) v->is_set[set[n - 1] / 64] &= ~((u64)1 << set[n - 1] % 64);
    v->set.len = n * sizeof *set;
}

static void pop_frame(struct validator *v, struct wasm_types results) {
    u32 down_to = top(v)->set;

    pop_types(v, results);
    if (v->sp != v->base && !v->b.e->code) mismatch(v, "%u values too many at the end of the block", v->sp - v->base);
    unset_locals(v, down_to);
    v->nframe--;
    v->frames.len -= sizeof(struct frame);
    v->base = v->nframe ? top(v)->height : 0;
}

void set_unreachable(struct validator *v) {
    v->sp = v->base;
    top(v)->unreachable = true;
}

/* The frame that label x names, or NULL. */
static struct frame *frame_at(struct validator *v, u32 x) {
    if (x < v->nframe) return top(v) - x;
    bad(&v->b, E_INDEX, v->i.at, "unknown label %u", x);
    return NULL;
}

/* What a branch to f carries. The list may lie in f itself. */
static struct wasm_types label_types(struct validator *v, const struct frame *f) {
    return f->kind == FRAME_LOOP ? wasm_block_params(v->m, &f->block) : wasm_block_results(v->m, &f->block);
}

/* Whether types a may stand where types b are asked for; if not, what is "result" or the like. */
static void check_fit(struct validator *v, struct wasm_types a, struct wasm_types b, const char *what) {
    if (a.n != b.n) {
        mismatch(v, "%u %ss where %u are expected", a.n, what, b.n);
        return;
    }
    for (u32 k = 0; k < a.n && !v->b.e->code; k++)
        if (!type_fits(v, a.t[k], b.t[k]))
            mismatch(v, "%s %u is %s, not %s", what, k, wasm_type_text(a.t[k]).s, wasm_type_text(b.t[k]).s);
}

/* --- blocks --- */

/* Catch clauses see the labels outside of the try_table (3.4.3, "try_table"). */
static void check_catches(struct validator *v) {
    struct bytes b = {v->b.base, v->i.ext, v->b.end, v->b.e};
    struct wasm_catch c;

    for (u32 k = 0; k < v->i.n && wasm_catch_read(&b, &c); k++) {
        struct wasm_types carried = {NULL, 0}, want;
        struct frame *f = frame_at(v, c.label);
        bool ref = c.kind == CATCH_TAG_REF || c.kind == CATCH_ALL_REF;

        if (c.tag != WASM_NONE) {
            if (c.tag >= v->m->ntag) bad(&v->b, E_INDEX, v->i.at, "unknown tag %u", c.tag);
            else carried = wasm_params(v->m, v->m->tag[c.tag].type);
        }
        if (v->b.e->code || !f) return;
        want = label_types(v, f);
        if (ref) {
            if (!want.n || !type_fits(v, VT_REF | HEAP_EXN, want.t[want.n - 1])) {
                mismatch(v, "label %u does not take the exnref of catch clause %u last", c.label, k);
                return;
            }
            want.n--;
        }
        check_fit(v, carried, want, "caught value");
    }
}

void rule_block(struct validator *v) {
    u32 block = v->i.x;
    enum frame_kind kind = FRAME_BLOCK;

    if (v->i.op == W_loop) kind = FRAME_LOOP;
    if (v->i.op == W_if) {
        kind = FRAME_IF;
        pop(v, 'I');
    }
    if (v->i.op == W_try_table) check_catches(v);
    pop_types(v, wasm_block_params(v->m, &block));
    push_frame(v, kind, block);
    push_types(v, wasm_block_params(v->m, &block));
}

void rule_else(struct validator *v) {
    u32 block = top(v)->block;

    if (top(v)->kind != FRAME_IF) {
        bad(&v->b, E_FORMAT, v->i.at, "illegal opcode 05: else without if");
        return;
    }
    pop_frame(v, wasm_block_results(v->m, &block));
    push_frame(v, FRAME_ELSE, block);
    push_types(v, wasm_block_params(v->m, &block));
}

void rule_end(struct validator *v) {
    u32 block = top(v)->block;

    if (top(v)->kind == FRAME_IF) /* an absent else passes the parameters on */
        check_fit(v, wasm_block_params(v->m, &block), wasm_block_results(v->m, &block), "value of the absent else");
    pop_frame(v, wasm_block_results(v->m, &block));
    if (v->nframe) push_types(v, wasm_block_results(v->m, &block));
}

/* --- branches --- */

static void br(struct validator *v) {
    struct frame *f = frame_at(v, v->i.x);

    if (!f) return;
    pop_types(v, label_types(v, f));
    set_unreachable(v);
}

/* What falls through has the label's types, not its own (3.4.3, "br_if"). */
static void branch_or_not(struct validator *v) {
    struct frame *f = frame_at(v, v->i.x);
    struct wasm_types t;

    if (!f) return;
    t = label_types(v, f);
    pop_types(v, t);
    push_types(v, t);
}

static void br_if(struct validator *v) {
    pop(v, 'I');
    branch_or_not(v);
}

void rule_br_table(struct validator *v) {
    struct bytes b = {v->b.base, v->i.ext, v->b.end, v->b.e};
    u32 n = 0;

    pop(v, 'I');
    for (u32 k = 0; k <= v->i.n; k++) {
        struct frame *f = frame_at(v, leb_u32(&b));
        struct wasm_types t;

        if (!f) return;
        t = label_types(v, f);
        if (k && t.n != n) {
            mismatch(v, "label %u carries %u values, the first %u", k, t.n, n);
            return;
        }
        n = t.n;
        if (n) peek_types(v, t);
    }
    set_unreachable(v);
}

static void br_on_null(struct validator *v) {
    u32 ref = pop_ref(v);

    branch_or_not(v);
    push(v, ref & ~VT_NULL);
}

static void br_on_non_null(struct validator *v) {
    struct frame *f = frame_at(v, v->i.x);
    u32 ref = pop_ref(v);
    struct wasm_types t;

    if (!f) return;
    t = label_types(v, f);
    if (!t.n || !(t.t[t.n - 1] & VT_REF)) {
        mismatch(v, "label %u does not take a reference last", v->i.x);
        return;
    }
    t.n--;
    if (!type_fits(v, ref & ~VT_NULL, t.t[t.n]))
        mismatch(v, "label requires [%s] but stack has [%s]", wasm_type_text(t.t[t.n]).s, wasm_type_text(ref).s);
    pop_types(v, t);
    push_types(v, t);
}

void rule_branch(struct validator *v) {
    switch (v->i.op) {
    case W_br: br(v); return;
    case W_br_if: br_if(v); return;
    case W_br_on_null: br_on_null(v); return;
    case W_br_on_non_null: br_on_non_null(v); return;
    }
}

static struct wasm_types own_results(struct validator *v) {
    return wasm_block_results(v->m, &((const struct frame *)(void *)v->frames.data)->block);
}

void rule_return(struct validator *v) {
    pop_types(v, own_results(v));
    set_unreachable(v);
}

/* --- calls --- */

static bool is_func_type(struct validator *v, u32 x) {
    if (x < v->m->ntype && v->m->type[x].kind == 'f') return true;
    bad(&v->b, E_INDEX, v->i.at, "unknown type %u", x);
    return false;
}

/* The canonical type of the callee, its selector popped; WASM_NONE: that failed. */
static u32 callee(struct validator *v) {
    const struct wasm_module *m = v->m;
    u32 x = v->i.x, address;

    switch (v->i.op) {
    case W_call: case W_return_call:
        if (x < m->nfunc) return m->func[x].type;
        bad(&v->b, E_INDEX, v->i.at, "unknown function %u", x);
        return WASM_NONE;
    case W_call_ref: case W_return_call_ref:
        if (!is_func_type(v, x)) return WASM_NONE;
        pop(v, VT_REF | VT_NULL | m->type[x].canon);
        return m->type[x].canon;
    }
    address = table_address(v, v->i.y); /* call_indirect, return_call_indirect */
    if (!address || !is_func_type(v, x)) return WASM_NONE;
    if (!type_fits(v, m->table[v->i.y].type, VT_FUNCREF))
        mismatch(v, "table %u holds %s, not functions", v->i.y, wasm_type_text(m->table[v->i.y].type).s);
    pop(v, address);
    return m->type[x].canon;
}

void rule_call(struct validator *v) {
    u32 type = callee(v);

    if (type == WASM_NONE) return;
    pop_types(v, wasm_params(v->m, type));
    switch (v->i.op) {
    case W_return_call: case W_return_call_indirect: case W_return_call_ref:
        check_fit(v, wasm_results(v->m, type), own_results(v), "result");
        set_unreachable(v);
        return;
    }
    push_types(v, wasm_results(v->m, type));
}

void rule_throw(struct validator *v) {
    if (v->i.op == W_throw_ref) pop(v, VT_REF | VT_NULL | HEAP_EXN);
    else if (v->i.x < v->m->ntag) pop_types(v, wasm_params(v->m, v->m->tag[v->i.x].type));
    else bad(&v->b, E_INDEX, v->i.at, "unknown tag %u", v->i.x);
    set_unreachable(v);
}
