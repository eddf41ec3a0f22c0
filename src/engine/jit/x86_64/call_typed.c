/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* call_typed.c - typed functions: how they begin and return, calls, tail calls, exceptions.
 *
 * A call: what lives on in registers that callees spoil goes to the frame; arguments beyond the registers to their
 * slots; the callee is looked up; then the others move into their registers, all at once; r10 is how many frames are
 * left. A function of another instance gets all of its arguments in slots, and is called by services->call_ref. */
#include "abi/object.h"
#include "engine/jit/typed.h"
#include "engine/jit/x86_64/emit.h"
#include "engine/jit/x86_64/pass.h"

static const enum gpr LEFT = R10; /* SCRATCH2: frames that are left, from a caller to its callee */
static struct mem left_mem(const struct emit *e) {
    return mem_b(RSP, (s32)(8 * e->left));
}

static const struct deftype *own_type(const struct emit *e) {
    return &e->im->m->type[e->u->f->type];
}
static const struct deftype *called(const struct emit *e, const struct insn *i) {
    bool direct = i->op == OP_callt || i->op == OP_tcallt;
    return &e->im->m->type[direct ? e->im->m->func[i->imm].type : (u32)i->imm];
}

/* --- values into the places where they pass, and out of them --- */

static void store_slot(struct emit *e, const struct passed *p, u32 v, enum gpr window) {
    struct mem to = mem_b(window, (s32)(8 * p->slot));
    u64 x;
    if (p->vec) {
        unsigned r = v == NO_VALUE ? XSCRATCH : use_xmm(e, v, XSCRATCH);
        if (v == NO_VALUE)
            v_rrr(e->c, V_pxor, r, r, r);
        v_mr(e->c, p->type == 'V' ? V_movups_st : V_movsd_st, to, r);
        if (p->type == 'F')
            x_store_i(e->c, W32, mem_b(window, (s32)(8 * p->slot + 4)), 0);
    } else if (v == NO_VALUE) {
        x_store_i(e->c, W64, to, 0);
    } else if (const_of(e, v, &x) && store_fits(e, W64, x)) {
        x_store_i(e->c, W64, to, (s32)x);
    } else {
        x_store(e->c, W64, to, use_gpr(e, v, SCRATCH));
    }
}

/* To the window: those that have no register; or all. Leaves the window's address in SCRATCH2 where it was needed. */
static void values_to_window(struct emit *e, struct passing p, const u16 *list, bool all) {
    bool loaded = false;
    struct passed x;
    while (pass_next(&p, &x)) {
        if (!all && !x.memory)
            continue;
        if (!loaded)
            x_load(e->c, W64, SCRATCH2, mem_b(CTX, offsetof(struct ctx, slot_sp)));
        loaded = true;
        store_slot(e, &x, list[x.slot], SCRATCH2);
    }
}

enum { XMM_PLACE = 16 }; /* places of moves: general registers, then these */

static void move_places(struct emit *e, const struct move *m, u32 n) {
    for (u32 k = 0; k < n; k++) {
        bool to = m[k].to >= XMM_PLACE, from = m[k].from >= XMM_PLACE;
        unsigned a = m[k].to % XMM_PLACE, b = m[k].from % XMM_PLACE;
        if (to && from)
            v_mov(e->c, a, b);
        else if (to)
            v_rr(e->c, V_movq_xg, a, b);
        else if (from)
            v_rr(e->c, V_movq_gx, a, b);
        else
            x_mov_rr(e->c, W64, (enum gpr)a, (enum gpr)b);
    }
}

enum { MOST = 16 + 16 };
static void order_and_move(struct emit *e, struct move *m, u32 n) {
    struct move out[2 * MOST];
    u16 spare[3] = {SCRATCH2, XMM_PLACE + XSCRATCH, XMM_PLACE + XSCRATCH};
    move_places(e, out, jit_order_moves(m, n, spare, out));
}

/* Those that pass in registers. */
static void values_to_registers(struct emit *e, struct passing p, const u16 *list) {
    struct passing again = p;
    struct passed x;
    struct move m[MOST];
    u32 n = 0;
    while (pass_next(&p, &x)) {
        const struct value *v = x.memory || list[x.slot] == NO_VALUE ? NULL : value_of(e->u, list[x.slot]);
        u8 cls = x.type == 'V' ? VAL_VEC : x.vec ? VAL_FLT : VAL_INT;
        if (v && (v->where == IN_GPR || v->where == IN_XMM))
            m[n++] = (struct move){(u16)(x.vec ? XMM_PLACE + x.reg : x.reg),
                                   (u16)(v->where == IN_XMM ? XMM_PLACE + v->reg : v->reg), cls, 0};
    }
    order_and_move(e, m, n);
    while (pass_next(&again, &x)) {
        u32 v = list[x.slot];
        if (x.memory)
            continue;
        if (v != NO_VALUE && (value_of(e->u, v)->where == IN_GPR || value_of(e->u, v)->where == IN_XMM))
            continue;
        if (x.vec && v == NO_VALUE)
            v_rrr(e->c, V_pxor, x.reg, x.reg, x.reg);
        else if (x.vec)
            use_xmm(e, v, x.reg);
        else if (v == NO_VALUE)
            x_zero(e->c, (enum gpr)x.reg);
        else
            use_gpr(e, v, (enum gpr)x.reg);
    }
}

/* What came in registers to where its values live; then what came in slots. */
static void registers_to_values(struct emit *e, struct passing p, const u16 *list) {
    struct passing again = p;
    struct passed x;
    struct move m[MOST];
    u32 n = 0;
    bool loaded = false;
    for (; pass_next(&p, &x);) { /* into the frame first: that frees registers */
        const struct value *v = x.memory || list[x.slot] == NO_VALUE ? NULL : value_of(e->u, list[x.slot]);
        u8 cls = x.type == 'V' ? VAL_VEC : x.vec ? VAL_FLT : VAL_INT;
        if (!v)
            continue;
        if (v->where == IN_GPR || v->where == IN_XMM)
            m[n++] = (struct move){(u16)(v->where == IN_XMM ? XMM_PLACE + v->reg : v->reg),
                                   (u16)(x.vec ? XMM_PLACE + x.reg : x.reg), cls, 0};
        else if (x.vec)
            done_xmm(e, list[x.slot], x.reg, x.type);
        else
            done_gpr(e, list[x.slot], (enum gpr)x.reg);
    }
    order_and_move(e, m, n);
    while (pass_next(&again, &x)) {
        u32 v = list[x.slot];
        struct mem from = mem_b(SCRATCH2, (s32)(8 * x.slot));
        if (!x.memory || v == NO_VALUE)
            continue;
        if (!loaded)
            x_load(e->c, W64, SCRATCH2, mem_b(CTX, offsetof(struct ctx, slot_sp)));
        loaded = true;
        if (x.vec) {
            unsigned r = def_xmm(e, v, XSCRATCH);
            v_rm(e->c, x.type == 'V' ? V_movups : x.type == 'F' ? V_movss_ld : V_movsd_ld, r, from);
            done_xmm(e, v, r, x.type);
        } else {
            enum gpr r = def_gpr(e, v, SCRATCH);
            x_load(e->c, W64, r, from);
            done_gpr(e, v, r);
        }
    }
}

/* After a call of another instance: what it left in the window, into registers as ours pass it. */
static void window_to_registers(struct emit *e, struct passing p) {
    struct passed x;
    x_load(e->c, W64, SCRATCH2, mem_b(CTX, offsetof(struct ctx, slot_sp)));
    while (pass_next(&p, &x)) {
        struct mem from = mem_b(SCRATCH2, (s32)(8 * x.slot));
        if (x.memory)
            continue;
        if (x.vec)
            v_rm(e->c, x.type == 'V' ? V_movups : x.type == 'F' ? V_movss_ld : V_movsd_ld, x.reg, from);
        else
            x_load(e->c, W64, (enum gpr)x.reg, from);
    }
}

/* --- how a function begins --- */

static void depth_stub(struct emit *e, const struct stub *s) {
    (void)s;
    spot_at(e, SPOT_NONE);
    x_jmp_to(e->c, e->im->thunk.typed[TYPED_DEEP], SCRATCH);
}

/* Before anything is pushed: this frame is counted, and where it is a large one there is room for it. */
static void count_frame(struct emit *e, u32 bytes) {
    u32 deep = stub_add(e, (struct stub){.fn = depth_stub, .back = NO_LABEL});
    spot_at(e, SPOT_NONE);
    x_alu_ri(e->c, ALU_sub, W32, LEFT, 1);
    x_jcc(e->c, CC_b, deep);
    if (bytes <= FRAME_BYTES)
        return;
    x_mov_rr(e->c, W32, SCRATCH, LEFT);
    x_shift_ri(e->c, SH_shl, W64, SCRATCH, 8);
    x_alu_ri(e->c, ALU_add, W64, SCRATCH, (s32)bytes);
    x_push(e->c, RAX);
    x_load(e->c, W64, RAX, mem_b(CTX, offsetof(struct ctx, run)));
    x_alu_rm(e->c, ALU_add, W64, SCRATCH, mem_b(RAX, offsetof(struct typed_run, floor)));
    x_pop(e->c, RAX);
    x_alu_rr(e->c, ALU_cmp, W64, RSP, SCRATCH);
    x_jcc(e->c, CC_b, deep);
}
_Static_assert(FRAME_BYTES == 1 << 8, "shifted");

/* Most that live on behind a call in registers that it spoils. */
static u32 save_bytes(const struct unit *u) {
    u32 most = 0;
    for (u32 k = 0; k < u->nsite; k++) {
        u32 n = !jit_calls_rt(u->f->code[u->site[k].pc].op)
                    ? 0
                    : 8 * (u32)__builtin_popcount(u->site[k].gpr & ~u->mc->kept_gpr) +
                          16 * (u32)__builtin_popcount(u->site[k].xmm);
        most = n > most ? n : most;
    }
    return most;
}

static bool is_tail(u16 op) {
    return op == OP_tcallt || op == OP_tcalltab || op == OP_tcallref;
}
static bool calls_functions(const struct unit *u) {
    for (u32 k = 0; k < u->nsite; k++) {
        u16 op = u->f->code[u->site[k].pc].op;
        if (is_tail(op) || isa_info[op].window == WIN_CALL)
            return true;
    }
    return false;
}

/* Of a unit whose registers are all live: those from the first on, which are slots, become 0. What results come in is kept. */
static void clear_from(struct emit *e, u32 first) {
    u32 n = e->u->f->nreg > first ? e->u->f->nreg - first : 0, again;
    if (!n || !e->u->all_live)
        return;
    again = enc_label(e->c);
    x_mov_ri(e->c, SCRATCH2, 8 * (u64)n);
    enc_bind(e->c, again);
    x_store_i(e->c, W64, mem_bx(RSP, SCRATCH2, 0, (s32)(8 * first) - 8), 0);
    x_alu_ri(e->c, ALU_sub, W32, SCRATCH2, 8);
    x_jcc(e->c, CC_ne, again);
}

/* Then parameters go to where they live, and registers that are read as 0 are cleared. */
void begin_typed(struct emit *e) {
    struct unit *u = e->u;
    u32 pushed = (u32)__builtin_popcount(u->used_gpr & u->mc->kept_gpr), counts = calls_functions(u);
    e->left = u->nslot;
    e->spare = e->save = u->nslot + counts;
    e->frame = 8 * e->save + save_bytes(u);
    e->rows = NO_REG;
    e->self = enc_label(e->c);
    enc_bind(e->c, e->self);
    count_frame(e, e->frame + 8 * pushed + 8);
    prologue(e);
    if (counts)
        x_store(e->c, W32, left_mem(e), LEFT);
    clear_from(e, u->nparam);
    registers_to_values(e, pass_params(u->mc, own_type(e)), u->param);
    for (u32 k = 0; k < u->nzero; k++)
        zero_value(e, u->zero[k]);
}

/* --- exceptions that a call may raise --- */

static const struct handler *handler_at(const struct emit *e, u32 pc) {
    const struct func *f = e->u->f;
    for (u32 k = 0; k < f->nhandler; k++) /* of nested ones the inner first */
        if (pc >= f->handler[k].start && pc < f->handler[k].end)
            return &f->handler[k];
    return NULL;
}

/* Where an exception that is caught in this function goes on: rdi holds it. Its call has left 0 in the registers that
 * the callee's lie over. */
static void pad_stub(struct emit *e, const struct stub *s) {
    const struct unit *u = e->u;
    const struct handler *h = handler_at(e, e->pc);
    const struct site *site = site_of(e, e->pc);
    u16 v = u->caught[h - u->f->handler];
    restore_live(e);
    for (u32 k = 0; k < site->nzero; k++)
        zero_value(e, u->list[site->zero + k]);
    clear_from(e, insn_at(e, e->pc)->a);
    for (u32 k = 0; u->homes && k < site->nout; k++) /* else no handler reads where results stand */
        if (u->list[site->out + k] != NO_VALUE)
            zero_value(e, u->list[site->out + k]);
    if (v != NO_VALUE)
        done_gpr(e, v, SCRATCH);
    x_jmp(e->c, e->enter[u->g.of[h->target]]);
    (void)s;
}

/* Behind each call that may raise one here: the frame of a tail call is gone, even where it still stands. */
static void raises(struct emit *e) {
    if (isa_throws(insn_at(e, e->pc)->op) && handler_at(e, e->pc))
        catch_here(e, stub_add(e, (struct stub){.fn = pad_stub, .back = NO_LABEL}));
}

/* --- calls --- */

/* SCRATCH := word i of the array that a field of the context points at. */
static void ctx_word(struct emit *e, enum gpr d, size_t field, u32 i) {
    x_load(e->c, W64, d, mem_b(CTX, (s32)field));
    x_load(e->c, W64, d, mem_b(d, (s32)(8 * i)));
}

/* C's fn on the host's stack, operands where C has them; what lives on is saved. Raises what it leaves in cx->trap. */
static void call_c(struct emit *e, const void *fn) {
    if (e->l->fuel)
        x_store(e->c, W64, mem_b(CTX, offsetof(struct ctx, fuel)), FUEL);
    x_mov_ri_own(e->c, RAX, (u64)(uintptr_t)fn);
    spot_here(e);
    x_call_to(e->c, e->im->thunk.typed[TYPED_SERVICE], R9);
    raises(e);
    if (e->l->fuel)
        x_load(e->c, W64, FUEL, mem_b(CTX, offsetof(struct ctx, fuel)));
}

/* SCRATCH: a funcref of elsewhere. Arguments are in the window, and results are there then. */
static void call_out(struct emit *e, bool tail) {
    x_mov_rr(e->c, W64, RSI, SCRATCH);
    x_load(e->c, W32, RDX, left_mem(e));
    call_c(e, tail ? (const void *)jit_typed_tail_ref : (const void *)jit_typed_call_ref);
}

static void call_imported(struct emit *e, const struct insn *i, const u16 *in) {
    const struct deftype *t = called(e, i);
    values_to_window(e, pass_params(e->u->mc, t), in, true);
    x_load(e->c, W64, SCRATCH, mem_b(CTX, offsetof(struct ctx, func)));
    x_alu_ri(e->c, ALU_add, W64, SCRATCH, (s32)((u32)i->imm * sizeof(struct funcref)));
    call_out(e, is_tail(i->op));
    window_to_registers(e, pass_results(e->u->mc, t));
}

/* A function of another instance, in SCRATCH; the other arguments are still where they live. */
static void elsewhere_stub(struct emit *e, const struct stub *s) {
    const struct insn *i = insn_at(e, e->pc);
    const struct deftype *t = called(e, i);
    x_store(e->c, W64, mem_b(CTX, offsetof(struct ctx, tail_ref)), SCRATCH);
    values_to_window(e, pass_params(e->u->mc, t), &e->u->list[site_of(e, e->pc)->in], true);
    x_load(e->c, W64, SCRATCH, mem_b(CTX, offsetof(struct ctx, tail_ref)));
    call_out(e, is_tail(i->op));
    window_to_registers(e, pass_results(e->u->mc, t));
    x_jmp(e->c, s->back);
}

/* The fast path found no function that it may call. The thunk keeps all registers but SCRATCH, and comes back with a
 * function there, or does not. */
static void slow_stub(struct emit *e, const struct stub *s) {
    const struct insn *i = insn_at(e, e->pc);
    bool low = s->y == TYPED_ELEMENT && !e->im->m->table[i->off].lim.is64;
    x_mov_rr(e->c, low ? W32 : W64, SCRATCH2, use_gpr(e, i->b, SCRATCH2));
    x_mov_ri(e->c, SCRATCH, s->x);
    x_call_to(e->c, e->im->thunk.typed[s->y], RAX);
    x_jmp(e->c, s->back);
}

/* SCRATCH := jfunc.entry of what is called by reference or table element; another instance's: `elsewhere` goes on. */
static void find_code(struct emit *e, const struct insn *i, u32 elsewhere) {
    u32 type = (u32)i->imm, slow;
    struct stub s = {.fn = slow_stub, .back = enc_label(e->c), .x = type, .y = TYPED_REF};
    if (i->op == OP_calltab || i->op == OP_tcalltab) {
        s.x = (u32)i->off | (u64)type << 32;
        s.y = TYPED_ELEMENT;
        slow = stub_add(e, s);
        x_mov_rr(e->c, e->im->m->table[i->off].lim.is64 ? W64 : W32, SCRATCH2, use_gpr(e, i->b, SCRATCH2));
        ctx_word(e, SCRATCH, offsetof(struct ctx, table), (u32)i->off);
        x_alu_rm(e->c, ALU_cmp, W64, SCRATCH2, mem_b(SCRATCH, offsetof(struct table, size)));
        x_jcc(e->c, CC_ae, slow);
        mask_index(e, CC_ae, SCRATCH2);
        x_load(e->c, W64, SCRATCH, mem_b(SCRATCH, offsetof(struct table, elem)));
        x_load(e->c, W64, SCRATCH, mem_bx(SCRATCH, SCRATCH2, 3, 0));
    } else {
        slow = stub_add(e, s);
        x_mov_rr(e->c, W64, SCRATCH, use_gpr(e, i->b, SCRATCH));
    }
    x_test_rr(e->c, W64, SCRATCH, SCRATCH);
    x_jcc(e->c, CC_e, slow);
    ctx_word(e, SCRATCH2, offsetof(struct ctx, rtype), type);
    x_alu_rm(e->c, ALU_cmp, W64, SCRATCH2, mem_b(SCRATCH, offsetof(struct funcref, type)));
    x_jcc(e->c, CC_ne, slow);
    enc_bind(e->c, s.back);
    x_alu_rm(e->c, ALU_cmp, W64, CTX, mem_b(SCRATCH, offsetof(struct funcref, cx)));
    x_jcc(e->c, CC_ne, elsewhere);
    x_load(e->c, W32, SCRATCH, mem_b(SCRATCH, offsetof(struct funcref, func)));
    x_shift_ri(e->c, SH_shl, W64, SCRATCH, 4);
    x_mov_ri_own(e->c, SCRATCH2, (u64)(uintptr_t)e->im->func);
    x_alu_rr(e->c, ALU_add, W64, SCRATCH, SCRATCH2);
}
_Static_assert(sizeof(struct jfunc) == 16 && offsetof(struct jfunc, entry) == 0, "the index is shifted");

/* To function f of this instance, or to what find_code() found. Code that is not there yet knows by rdi whose it is. */
static void go_to(struct emit *e, const struct insn *i, bool tail) {
    bool direct = i->op == OP_callt || i->op == OP_tcallt;
    u32 f = (u32)i->imm;
    if (direct && f == e->u->index) {
        (tail ? x_jmp : x_call)(e->c, e->self);
        return;
    }
    if (direct)
        x_mov_ri_own(e->c, SCRATCH, (u64)(uintptr_t)&e->im->func[f].entry);
    (tail ? x_jmp_m : x_call_m)(e->c, mem_b(SCRATCH, 0));
}

static void call(struct emit *e, const struct insn *i) {
    const struct site *s = site_of(e, e->pc);
    const struct deftype *t = called(e, i);
    const u16 *in = &e->u->list[s->in];
    save_live(e);
    if (i->op == OP_callt && e->im->m->func[i->imm].imported) {
        call_imported(e, i, in);
    } else {
        u32 back = enc_label(e->c);
        values_to_window(e, pass_params(e->u->mc, t), in, false);
        if (i->op != OP_callt)
            find_code(e, i, stub_add(e, (struct stub){.fn = elsewhere_stub, .back = back}));
        values_to_registers(e, pass_params(e->u->mc, t), in);
        x_load(e->c, W32, LEFT, left_mem(e));
        spot_here(e);
        go_to(e, i, false);
        raises(e);
        enc_bind(e->c, back);
    }
    clear_from(e, i->a);
    registers_to_values(e, pass_results(e->u->mc, t), &e->u->list[s->out]);
    restore_live(e);
    for (u32 k = 0; k < s->nzero; k++)
        zero_value(e, e->u->list[s->zero + k]);
}

static void tail_call(struct emit *e, const struct insn *i) {
    const struct deftype *t = called(e, i);
    const u16 *in = &e->u->list[site_of(e, e->pc)->in];
    if (i->op == OP_tcallt && e->im->m->func[i->imm].imported) {
        call_imported(e, i, in);
        x_jmp(e->c, e->epilogue);
        return;
    }
    values_to_window(e, pass_params(e->u->mc, t), in, false);
    if (i->op != OP_tcallt)
        find_code(e, i, stub_add(e, (struct stub){.fn = elsewhere_stub, .back = e->epilogue}));
    values_to_registers(e, pass_params(e->u->mc, t), in);
    x_load(e->c, W32, LEFT, left_mem(e));
    x_alu_ri(e->c, ALU_add, W32, LEFT, 1); /* the frame goes, and the callee counts its own */
    drop_frame(e);
    go_to(e, i, true);
}

static void ret(struct emit *e) {
    const u16 *in = &e->u->list[site_of(e, e->pc)->in];
    values_to_window(e, pass_results(e->u->mc, own_type(e)), in, false);
    values_to_registers(e, pass_results(e->u->mc, own_type(e)), in);
    epilogue(e);
}

static void throw_new(struct emit *e, const struct insn *i) {
    const struct deftype *t = &e->im->m->type[e->im->m->tag[i->imm].type];
    save_live(e);
    values_to_window(e, pass_params(e->u->mc, t), &e->u->list[site_of(e, e->pc)->in], true);
    x_mov_ri(e->c, RSI, (u32)i->imm);
    x_mov_ri(e->c, RDX, t->param_slots);
    call_c(e, (const void *)jit_typed_throw);
}

static void throw_again(struct emit *e, const struct insn *i) {
    save_live(e);
    x_mov_rr(e->c, W64, RSI, use_gpr(e, i->b, RSI));
    call_c(e, (const void *)jit_typed_rethrow);
}

bool emit_typed(struct emit *e, const struct insn *i) {
    switch (i->op) {
    case OP_callt:
    case OP_calltab:
    case OP_callref: call(e, i); return true;
    case OP_tcallt:
    case OP_tcalltab:
    case OP_tcallref: tail_call(e, i); return true;
    case OP_ret: ret(e); return true;
    case OP_throw: throw_new(e, i); return true;
    case OP_throwref: throw_again(e, i); return true;
    default: return emit_object(e, i);
    }
}
