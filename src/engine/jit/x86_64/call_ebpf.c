/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* call_ebpf.c - what eBPF functions call: helpers, where C has its arguments already; functions of the program; and the
 * way back.
 *
 * r10 of the callee is a frame below r10 of the caller, who moves it. After a call r1 .. r5 are 0: of those that are
 * read, site.zero says so. */
#include "engine/jit/x86_64/emit.h"

static struct mem field(size_t off) {
    return mem_b(CTX, (s32)off);
}

/* --- arguments and results --- */

/* r1 .. r5 to where the convention has them. */
static void arguments(struct emit *e, const struct site *s) {
    static const u8 to[5] = {RSI, RDX, RCX, R8, R9};
    struct move m[5], out[10];
    u32 n = 0, done;
    if (e->u->fixed)
        return;
    for (u32 k = 0; k < 5; k++) {
        u32 v = e->u->list[s->in + k];
        if (v != NO_VALUE && value_of(e->u, v)->where == IN_GPR)
            m[n++] = (struct move){to[k], value_of(e->u, v)->reg, VAL_INT, 0};
    }
    done = jit_order_moves(m, n, (u16[]){SCRATCH2, 0, 0}, out);
    for (u32 k = 0; k < done; k++)
        x_mov_rr(e->c, W64, (enum gpr)out[k].to, (enum gpr)out[k].from);
    for (u32 k = 0; k < 5; k++) {
        u32 v = e->u->list[s->in + k];
        if (v == NO_VALUE)
            x_mov_ri(e->c, (enum gpr)to[k], 0);
        else if (value_of(e->u, v)->where != IN_GPR)
            use_gpr(e, v, (enum gpr)to[k]);
    }
}

/* Registers as a call leaves them. */
static void results(struct emit *e, const struct site *s) {
    if (!e->u->fixed) {
        if (s->nout && e->u->list[s->out] != NO_VALUE)
            x_mov_rr(e->c, W64, SCRATCH, RAX);
        restore_live(e);
        if (s->nout && e->u->list[s->out] != NO_VALUE)
            done_gpr(e, e->u->list[s->out], SCRATCH);
    }
    for (u32 k = 0; k < s->nzero; k++) {
        u32 v = e->u->list[s->zero + k];
        enum gpr d = def_gpr(e, v, SCRATCH);
        x_mov_ri(e->c, d, 0);
        done_gpr(e, v, d);
    }
}

/* --- helpers --- */

static void call_known(struct emit *e, const struct helper *h) {
    x_mov_ri_own(e->c, SCRATCH, (u64)(uintptr_t)h);
    x_store(e->c, W64, field(offsetof(struct ctx, callee)), SCRATCH);
    x_mov_rr(e->c, W64, RDI, CTX);
    spill_fuel(e);
    spot_here(e);
    x_call_to(e->c, (const void *)(uintptr_t)h->fn, RAX);
    reload_fuel(e);
    reload_rows(e);
    trap_check(e);
}

static void null_stub(struct emit *e, const struct stub *s) {
    x_zero(e->c, RAX);
    x_jmp(e->c, s->back);
}

/* The key is not where it is thought to be: the helper says what that means. */
static void lookup_stub(struct emit *e, const struct stub *s) {
    call_known(e, (const struct helper *)(uintptr_t)s->x);
    x_jmp(e->c, s->back);
}

/* rax := the value of entry `index` of an array, or on with `null`. The index is a register without an upper half. */
static void array_entry(struct emit *e, const struct map_view *m, enum gpr index, struct stub null) {
    struct enc *c = e->c;
    u32 stride = m->stride;
    enum gpr values = SCRATCH;
    x_alu_ri(c, ALU_cmp, W32, index, (s32)m->max_entries);
    x_jcc(c, CC_ae, stub_add(e, null));
    mask_index(e, CC_ae, index);
    if (e->values != NO_REG && m == &e->l->map[e->values_of])
        values = (enum gpr)e->values;
    else
        x_mov_ri_own(c, SCRATCH, (u64)(uintptr_t)m->value);
    if (stride == 8) {
        x_lea(c, W64, RAX, mem_bx(values, index, 3, 0));
        return;
    }
    if (index != RAX)
        x_mov_rr(c, W32, RAX, index);
    if (!(stride & (stride - 1)))
        x_shift_ri(c, SH_shl, W64, RAX, (unsigned)__builtin_ctz(stride));
    else
        x_imul_rri(c, W64, RAX, RAX, (s32)stride);
    x_alu_rr(c, ALU_add, W64, RAX, values);
}

/* Of an array; the key is at r2, which is looked at. */
static void array_lookup(struct emit *e, const struct map_view *m, const struct helper *h) {
    struct enc *c = e->c;
    struct stub null = {.fn = null_stub, .back = enc_label(c)},
                slow = {.fn = lookup_stub, .back = null.back, .x = (u64)(uintptr_t)h};
    struct mem key = mem_b(RDX, 0);
    if (!frame_known(e, 2, 4, &key)) {
        enum gpr rows = (enum gpr)e->rows;
        s32 row = (s32)(REGION_STACK * sizeof(struct region));
        x_mov_rr(c, W64, SCRATCH, RDX);
        if (e->rows == NO_REG)
            x_load(c, W64, rows = SCRATCH2, field(offsetof(struct ctx, region)));
        x_alu_rm(c, ALU_sub, W64, SCRATCH, mem_b(rows, row + (s32)offsetof(struct region, base)));
        x_alu_rm(c, ALU_cmp, W64, SCRATCH, mem_b(rows, row + (s32)offsetof(struct region, read) + 8 * W32));
        x_jcc(c, CC_ae, stub_add(e, slow));
        mask_index(e, CC_ae, SCRATCH);
        if (c->harden) {
            x_alu_rm(c, ALU_add, W64, SCRATCH, mem_b(rows, row + (s32)offsetof(struct region, base)));
            key = mem_b(SCRATCH, 0);
        }
    }
    x_load(c, W32, RAX, key);
    array_entry(e, m, RAX, null);
    enc_bind(c, null.back);
}

/* The jump behind a lookup that goes where there is no value; or NULL. */
static const struct insn *null_jump(const struct emit *e) {
    const struct insn *i = next_insn(e);
    return i && i->op == OP_jeq64i && i->b == 0 && i->imm == 0 ? i : NULL;
}

/* Map and key are known (lookup.h): no arguments, and the program's own test of the result is done here too. */
static void known_lookup(struct emit *e, const struct lookup *k, const struct site *s) {
    struct enc *c = e->c;
    const struct map_view *m = &e->l->map[k->map];
    const struct insn *jump = s->nzero ? NULL : null_jump(e);
    struct mem key = mem_b(FRAME, k->key);
    if (jit_is_array(e->l, m)) {
        struct stub null = {.fn = null_stub, .back = jump ? way_to(e, e->b, e->u->g.of[jump->off]) : enc_label(c)};
        enum gpr index = RAX;
        if (k->from == NO_VALUE)
            x_load(c, W32, RAX, key);
        else if (is_zext(e, k->from) && !c->harden) /* hardened code changes the index */
            index = use_gpr(e, k->from, RAX);
        else
            x_mov_rr(c, W32, RAX, use_gpr(e, k->from, RAX));
        array_entry(e, m, index, null);
        if (!jump)
            enc_bind(c, null.back);
    } else {
        spill_fuel(e);
        x_mov_ri(c, RDI, (u64)(uintptr_t)m->map);
        x_lea(c, W64, RSI, key);
        x_call_to(c, (const void *)(uintptr_t)m->find, RAX);
        reload_fuel(e);
        if (jump) {
            x_test_rr(c, W64, RAX, RAX);
            branch(e, jump, CC_e);
        }
    }
    if (!jump)
        return;
    if (jit_is_array(e->l, m) && leads_over(e, e->b)) {
        u32 to = e->u->g.blk[e->b + 1].succ[1];
        pay_edge(e, e->b + 1, to);
        x_jmp(c, e->enter[to]);
    }
    e->next++;
    e->value_new = true;
    e->value_map = k->map;
}

/* The map of a lookup in an array, where it is certain which that is: the code does it. */
static const struct map_view *array_of(const struct emit *e, const struct site *s, const struct helper *h) {
    u32 v = e->u->fixed ? 1 : e->u->list[s->in];
    const struct map_view *m;
    u64 handle;
    if (v == NO_VALUE || !const_of(e, v, &handle) || !(m = jit_lookup_map(e->l, h, handle)))
        return NULL;
    return jit_is_array(e->l, m) ? m : NULL;
}

static void helper_call(struct emit *e, const struct helper *h, u32 otherwise) {
    const struct site *s = site_here(e);
    const struct map_view *m;
    if (!h) {
        trap_now(e, otherwise);
        return;
    }
    if (e->check && e->check[e->pc].lookup) {
        known_lookup(e, &e->lookup[e->check[e->pc].lookup - 1], s);
        results(e, s);
        return;
    }
    m = array_of(e, s, h);
    if (!e->u->fixed)
        save_live(e);
    arguments(e, s);
    if (m)
        array_lookup(e, m, h);
    else
        call_known(e, h);
    results(e, s);
}

/* --- functions --- */

static void depth_stub(struct emit *e, const struct stub *s) {
    (void)s;
    trap_now(e, TRAP_CALL_DEPTH);
}

/* Function f calls nothing: nobody asks how deep it runs, as traps count frames by themselves. */
static bool is_leaf(struct emit *e, u32 f) {
    enum { LEAF = 1, CALLS = 2 };
    const struct func *g = &e->l->m->func[f];
    if (!e->leaf && !(e->leaf = arena_new(e->u->tmp, u8, e->l->m->nfunc))) {
        e->oom = true;
        return false;
    }
    if (!e->leaf[f]) {
        e->leaf[f] = LEAF;
        for (u32 pc = 0; pc < g->nslot; pc++) {
            u16 op = g->code[pc].op;
            if (op == OP_call || op == OP_callk || op == OP_callf || op == OP_callx || op == OP_memgrow)
                e->leaf[f] = CALLS;
        }
    }
    return e->leaf[f] == LEAF;
}

/* leaf: of one that calls nothing. The count of frames is only looked at then: writing it and taking it back would make
 * calls wait for each other. */
static void enter_frame(struct emit *e, bool leaf) {
    x_load(e->c, W32, SCRATCH2, field(offsetof(struct ctx, depth)));
    x_alu_rm(e->c, ALU_cmp, W32, SCRATCH2, field(offsetof(struct ctx, max_depth)));
    x_jcc(e->c, CC_ae, stub_add(e, (struct stub){.fn = depth_stub, .back = NO_LABEL}));
    if (!leaf) {
        x_alu_ri(e->c, ALU_add, W32, SCRATCH2, 1);
        x_store(e->c, W32, field(offsetof(struct ctx, depth)), SCRATCH2);
    }
    if (e->l->frame_size) {
        x_alu_ri(e->c, ALU_sub, W64, FRAME, (s32)e->l->frame_size);
    } else {
        x_load(e->c, W32, SCRATCH2, field(offsetof(struct ctx, frame_size)));
        x_alu_rr(e->c, ALU_sub, W64, FRAME, SCRATCH2);
    }
}

static void leave_frame(struct emit *e, bool leaf) {
    if (e->l->frame_size) {
        x_alu_ri(e->c, ALU_add, W64, FRAME, (s32)e->l->frame_size);
    } else {
        x_load(e->c, W32, SCRATCH2, field(offsetof(struct ctx, frame_size)));
        x_alu_rr(e->c, ALU_add, W64, FRAME, SCRATCH2);
    }
    if (!leaf)
        x_alu_mi(e->c, ALU_sub, W32, field(offsetof(struct ctx, depth)), 1);
}

static void function_call(struct emit *e, u32 f) {
    const struct site *s = site_here(e);
    s32 owed = e->owed;
    bool leaf = is_leaf(e, f);
    if (!e->u->fixed)
        save_live(e);
    arguments(e, s);
    pay(e, -owed);
    e->owed = 0;
    enter_frame(e, leaf);
    spot_here(e);
    if (e->made[f])
        x_call_to(e->c, e->made[f]->code, SCRATCH2);
    else
        x_call(e->c, e->function[f]);
    leave_frame(e, leaf);
    e->owed = owed;
    pay(e, owed);
    reload_rows(e);
    results(e, s);
}

static void bad_callee(struct emit *e, const struct stub *s) {
    (void)s;
    trap_now(e, TRAP_BAD_CALLEE);
}

/* Behind the call already: back by one frame. */
static void bad_function(struct emit *e, const struct stub *s) {
    (void)s;
    x_alu_ri(e->c, ALU_add, W64, RSP, 8);
    trap_now(e, TRAP_BAD_CALLEE);
}

/* A helper's number, or the handle of a function: in rdi. */
static void call_any(struct emit *e, const struct insn *i) {
    const struct site *s = site_here(e);
    const struct link_view *l = e->l;
    struct enc *c = e->c;
    u32 bad = stub_add(e, (struct stub){.fn = bad_callee, .back = NO_LABEL});
    u32 function = enc_label(c), done = enc_label(c), nfunc = l->m->nfunc, *label = arena_new(e->u->tmp, u32, nfunc);
    enum gpr b;
    if (!label) {
        e->oom = true;
        return;
    }
    for (u32 f = 0; f < nfunc; f++) {
        label[f] = e->function[f];
        if (l->m->func[f].typed)
            label[f] = stub_add(e, (struct stub){.fn = bad_function, .back = NO_LABEL});
    }
    b = use_gpr(e, i->b, SCRATCH);
    if (b != SCRATCH)
        x_mov_rr(c, W64, SCRATCH, b);
    if (!e->u->fixed) {
        save_live(e);
        x_store(c, W64, mem_b(RSP, (s32)(8 * e->spare)), SCRATCH);
        arguments(e, s);
        x_load(c, W64, SCRATCH, mem_b(RSP, (s32)(8 * e->spare)));
    }
    x_alu_ri(c, ALU_cmp, W64, SCRATCH, (s32)l->nhelper);
    x_jcc(c, CC_ae, function);
    mask_index(e, CC_ae, SCRATCH);
    x_mov_ri_own(c, SCRATCH2, (u64)(uintptr_t)l->helper);
    x_load(c, W64, SCRATCH2, mem_bx(SCRATCH2, SCRATCH, 3, 0));
    x_test_rr(c, W64, SCRATCH2, SCRATCH2);
    x_jcc(c, CC_e, bad);
    x_store(c, W64, field(offsetof(struct ctx, callee)), SCRATCH2);
    x_mov_rr(c, W64, RDI, CTX);
    spill_fuel(e);
    spot_here(e);
    x_call_m(c, mem_b(SCRATCH2, offsetof(struct helper, fn)));
    reload_fuel(e);
    reload_rows(e);
    trap_check(e);
    x_jmp(c, done);
    enc_bind(c, function);
    x_mov_ri_own(c, SCRATCH2, handle(TAG_FUNC, 0));
    x_alu_rr(c, ALU_sub, W64, SCRATCH, SCRATCH2);
    x_alu_ri(c, ALU_cmp, W64, SCRATCH, (s32)nfunc);
    x_jcc(c, CC_ae, bad);
    mask_index(e, CC_ae, SCRATCH);
    enter_frame(e, false);
    x_lea(c, W64, SCRATCH2, mem_label(enc_table(c, label, nfunc)));
    x_load_sx(c, W32, W64, SCRATCH, mem_bx(SCRATCH2, SCRATCH, 2, 0));
    x_alu_rr(c, ALU_add, W64, SCRATCH, SCRATCH2);
    spot_here(e);
    x_call_r(c, SCRATCH);
    leave_frame(e, false);
    reload_rows(e);
    enc_bind(c, done);
    results(e, s);
}

static void leave(struct emit *e) {
    if (!e->u->fixed) {
        u32 v = e->u->list[site_here(e)->in];
        enum gpr r = RAX;
        if (v == NO_VALUE)
            x_zero(e->c, RAX);
        else if ((r = use_gpr(e, v, RAX)) != RAX)
            x_mov_rr(e->c, W64, RAX, r);
    }
    pay_rest(e);
    epilogue(e);
}

/* An arena pointer is its low half; 0 stays 0. */
static void cast(struct emit *e, const struct insn *i) {
    enum gpr d = def_gpr(e, i->a, SCRATCH), b = use_gpr(e, i->b, SCRATCH);
    if (!e->l->arena) {
        if (d != b)
            x_mov_rr(e->c, W64, d, b);
    } else {
        x_mov_rr(e->c, W32, SCRATCH, b);
        x_mov_ri(e->c, SCRATCH2, e->l->arena);
        x_alu_rr(e->c, ALU_or, W64, SCRATCH2, SCRATCH);
        x_test_rr(e->c, W32, SCRATCH, SCRATCH);
        x_cmov_rr(e->c, CC_ne, W64, SCRATCH, SCRATCH2);
        d = SCRATCH;
    }
    done_gpr(e, i->a, d);
}

bool emit_ebpf(struct emit *e, const struct insn *i) {
    const struct link_view *l = e->l;
    switch (i->op) {
    case OP_call: helper_call(e, (u32)i->imm < l->nhelper ? l->helper[i->imm] : NULL, TRAP_BAD_HELPER); return true;
    case OP_callk: helper_call(e, l->import ? l->import[i->imm] : NULL, TRAP_UNRESOLVED); return true;
    case OP_callf: function_call(e, (u32)i->imm); return true;
    case OP_callx: call_any(e, i); return true;
    case OP_exit: leave(e); return true;
    case OP_cast_kern:
    case OP_cast_user: cast(e, i); return true;
    default: return false;
    }
}
