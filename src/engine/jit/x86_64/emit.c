/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* emit.c - operands, traps, stubs, calls out: what the rows share. */
#include "engine/jit/typed.h"
#include "engine/jit/x86_64/emit.h"
#include <stdlib.h>
#include <string.h>

/* --- operands --- */

static struct mem slot_mem(u32 slot) {
    return mem_b(RSP, (s32)(8 * slot));
}

struct mem value_mem(const struct emit *e, u32 v) {
    return slot_mem(value_of(e->u, v)->slot);
}

bool dies(const struct emit *e, u32 v) {
    const struct value *x = value_of(e->u, v);
    return !e->u->fixed && !e->u->homes && !(x->flags & VALUE_CROSS) && x->last <= e->pc + 1;
}

enum gpr fetch_gpr(struct emit *e, const struct value *x, enum gpr scratch) {
    switch ((enum val_where)x->where) {
    case IN_GPR: return (enum gpr)x->reg;
    case IN_XMM: v_rr(e->c, V_movq_gx, scratch, x->reg); return scratch;
    case IN_SLOT: x_load(e->c, W64, scratch, slot_mem(x->slot)); return scratch;
    case IN_CODE: x_mov_ri(e->c, scratch, x->bits); return scratch;
    case IN_NOTHING: break; /* nobody ever wrote it */
    }
    x_mov_ri(e->c, scratch, 0);
    return scratch;
}

void keep_gpr(struct emit *e, const struct value *x, enum gpr r) {
    switch ((enum val_where)x->where) {
    case IN_GPR: x_mov_rr(e->c, W64, (enum gpr)x->reg, r); return;
    case IN_XMM: v_rr(e->c, V_movq_xg, x->reg, r); return;
    case IN_SLOT: x_store(e->c, W64, slot_mem(x->slot), r); return;
    case IN_CODE:
    case IN_NOTHING: return;
    }
}

unsigned use_xmm(struct emit *e, u32 v, unsigned scratch) {
    const struct value *x = value_of(e->u, v);
    switch ((enum val_where)x->where) {
    case IN_XMM: return x->reg;
    case IN_GPR: v_rr(e->c, V_movq_xg, scratch, x->reg); return scratch;
    case IN_SLOT:
        if (x->cls == VAL_VEC || e->u->homes)
            v_rm(e->c, V_movups, scratch, slot_mem(x->slot));
        else
            v_rm(e->c, V_movsd_ld, scratch, slot_mem(x->slot));
        return scratch;
    case IN_CODE:
        if (x->bits) {
            guest_data(e, scratch, &x->bits, 8);
            return scratch;
        }
        break;
    case IN_NOTHING: break;
    }
    v_rrr(e->c, V_pxor, scratch, scratch, scratch);
    return scratch;
}

unsigned def_xmm(const struct emit *e, u32 v, unsigned scratch) {
    const struct value *x = value_of(e->u, v);
    return x->where == IN_XMM ? x->reg : scratch;
}

void done_xmm(struct emit *e, u32 v, unsigned r, char type) {
    const struct value *x = value_of(e->u, v);
    switch ((enum val_where)x->where) {
    case IN_XMM: v_mov(e->c, x->reg, r); return;
    case IN_GPR: v_rr(e->c, type == 'F' ? V_movd_gx : V_movq_gx, x->reg, r); return;
    case IN_SLOT:
        if (type == 'V') {
            v_mr(e->c, V_movups_st, slot_mem(x->slot), r);
        } else if (type == 'D') {
            v_mr(e->c, V_movsd_st, slot_mem(x->slot), r);
        } else {
            v_mr(e->c, V_movss_st, slot_mem(x->slot), r);
            if (x->flags & VALUE_MIXED || e->u->homes)
                x_store_i(e->c, W32, mem_b(RSP, (s32)(8 * x->slot + 4)), 0);
        }
        return;
    case IN_CODE:
    case IN_NOTHING: return;
    }
}

void zero_value(struct emit *e, u32 v) {
    const struct value *x = value_of(e->u, v);
    if (x->where == IN_XMM) {
        v_rrr(e->c, V_pxor, x->reg, x->reg, x->reg);
    } else if (x->where == IN_GPR) {
        x_zero(e->c, (enum gpr)x->reg);
    } else if (x->where == IN_SLOT) {
        x_store_i(e->c, W64, slot_mem(x->slot), 0);
        if (x->cls == VAL_VEC)
            x_store_i(e->c, W64, slot_mem(x->slot + 1), 0);
    }
}

struct mem data_mem(struct emit *e, const void *p, unsigned n) {
    return mem_label(enc_const(e->c, p, n));
}

void guest_data(struct emit *e, unsigned r, const void *p, unsigned n) {
    u64 v[2] = {0}, key[2] = {0};
    memcpy(v, p, n);
    if (!e->c->harden) {
        v_rm(e->c, n == 16 ? V_movaps : n == 8 ? V_movsd_ld : V_movss_ld, r, data_mem(e, p, n));
        return;
    }
    for (u32 k = 0; k < n / 8; k++)
        v[k] ^= key[k] = enc_key(e->c);
    v_rm(e->c, V_movaps, r, data_mem(e, v, 16));
    v_rrm(e->c, V_xorps, r, r, data_mem(e, key, 16));
}

const struct insn *insn_at(const struct emit *e, u32 pc) {
    return &e->u->code[pc];
}

const struct insn *next_insn(const struct emit *e) {
    const struct check *c = e->check ? &e->check[e->next] : NULL;
    if (e->next >= e->u->g.blk[e->b].end)
        return NULL;
    if (c && (c->rotate || c->count || c->gone || (!e->cold && (c->root || c->dead)))) /* not what stands there */
        return NULL;
    return &e->u->code[e->next];
}

const struct site *site_of(const struct emit *e, u32 pc) {
    const struct site *s = e->u->site;
    u32 lo = 0, hi = e->u->nsite;
    while (lo < hi) {
        u32 mid = lo + (hi - lo) / 2;
        if (s[mid].pc < pc)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < e->u->nsite && s[lo].pc == pc ? &s[lo] : NULL;
}

const struct site *site_here(struct emit *e) {
    return site_of(e, e->pc);
}

bool is_busy(struct emit *e, enum gpr r) {
    const struct site *s = site_here(e);
    return !s || s->gpr >> r & 1 || r == e->rows;
}

/* --- places and stubs --- */

/* Twice the room; where there is none, the code is given up. */
static void *more(struct emit *e, void *p, u32 *cap, size_t size) {
    u32 n = *cap ? 2 * *cap : 64;
    void *q = realloc(p, n * size);
    if (q)
        *cap = n;
    else
        e->oom = true;
    return q ? q : p;
}

void spot_at(struct emit *e, u32 pc) {
    struct spot s = {enc_pos(e->c), pc};
    if (e->nspot == e->cspot)
        e->spot = more(e, e->spot, &e->cspot, sizeof *e->spot);
    if (e->nspot < e->cspot)
        e->spot[e->nspot++] = s;
}

void catch_here(struct emit *e, u32 pad) {
    struct caught c = {enc_pos(e->c), pad};
    if (e->ncaught == e->ccaught)
        e->caught = more(e, e->caught, &e->ccaught, sizeof *e->caught);
    if (e->ncaught < e->ccaught)
        e->caught[e->ncaught++] = c;
}

void spot_here(struct emit *e) {
    spot_at(e, e->pc);
}

u32 stub_add(struct emit *e, struct stub s) {
    s.label = enc_label(e->c);
    s.pc = e->pc;
    s.owed = e->owed;
    if (!s.back)
        s.back = enc_label(e->c);
    if (e->nstub == e->cstub)
        e->stub = more(e, e->stub, &e->cstub, sizeof *e->stub);
    if (e->nstub < e->cstub)
        e->stub[e->nstub++] = s;
    return s.label;
}

void emit_stubs(struct emit *e) {
    for (u32 k = 0; k < e->nstub; k++) { /* a stub may add others */
        struct stub s = e->stub[k];
        e->pc = s.pc;
        e->owed = s.owed;
        enc_bind(e->c, s.label);
        spot_here(e);
        s.fn(e, &s);
    }
    e->owed = 0;
    e->nstub = 0;
}

/* --- traps --- */

/* A thunk of eBPF functions stands with them; those of typed functions elsewhere in the image. */
void call_thunk(struct emit *e, u32 label, const void *typed) {
    if (e->owed)
        x_alu_ri_own(e->c, ALU_add, W64, FUEL, e->owed);
    spot_here(e);
    if (e->u->typed)
        x_call_to(e->c, typed, SCRATCH);
    else
        x_call(e->c, label);
}

void call_access(struct emit *e, u32 kind) {
    call_thunk(e, e->t->access[kind], NULL);
    if (e->owed)
        x_alu_ri_own(e->c, ALU_sub, W64, FUEL, e->owed);
}

void trap_now(struct emit *e, u32 trap) {
    x_push_i(e->c, (s32)trap);
    call_thunk(e, e->t ? e->t->trap : 0, e->im->thunk.trap[1]);
}

static void trap_stub(struct emit *e, const struct stub *s) {
    trap_now(e, (u32)s->x);
}

bool store_fits(const struct emit *e, enum width w, u64 v) {
    if (e->c->harden)
        return w == W8 || v == (u64)(s64)(s8)v;
    return w < W64 || v == (u64)(s64)(s32)v;
}

void mask_index(struct emit *e, enum cc cc, enum gpr r) {
    u64 zero = 0;
    if (e->c->harden)
        x_cmov_rm(e->c, cc, W64, r, data_mem(e, &zero, 8));
}

void trap_if(struct emit *e, enum cc cc, u32 trap) {
    x_jcc(e->c, cc, stub_add(e, (struct stub){.fn = trap_stub, .x = trap, .back = NO_LABEL}));
}

/* What comes back has a subprogram's result in rax, from the program that took its place. */
static void trapped_stub(struct emit *e, const struct stub *s) {
    (void)s;
    call_thunk(e, e->t ? e->t->trapped : 0, e->im->thunk.trapped[1]);
    x_jmp(e->c, e->epilogue);
}

void trap_check(struct emit *e) {
    x_alu_mi(e->c, ALU_cmp, W32, mem_b(CTX, offsetof(struct ctx, trap)), 0);
    x_jcc(e->c, CC_ne, stub_add(e, (struct stub){.fn = trapped_stub, .back = NO_LABEL}));
}

/* --- calls out --- */

static u32 live_gpr(struct emit *e) {
    const struct site *s = site_here(e);
    u32 all = e->u->used_gpr;
    return (s ? s->gpr : all) & ~e->u->mc->kept_gpr;
}
static u32 live_xmm(struct emit *e) {
    const struct site *s = site_here(e);
    return s ? s->xmm : e->u->used_xmm;
}

/* Slots for them stand behind those of values: 8 bytes a general register, 16 a vector register. */
static struct mem save_mem(const struct emit *e, u32 k) {
    return slot_mem(e->save + k);
}

void save_live(struct emit *e) {
    u32 gpr = live_gpr(e), xmm = live_xmm(e), k = 0;
    for (u32 r = 0; r < 16; r++)
        if (xmm >> r & 1)
            v_mr(e->c, V_movups_st, save_mem(e, k), r), k += 2;
    for (u32 r = 0; r < 16; r++)
        if (gpr >> r & 1)
            x_store(e->c, W64, save_mem(e, k), (enum gpr)r), k++;
}

void restore_live(struct emit *e) {
    u32 gpr = live_gpr(e), xmm = live_xmm(e), k = 0;
    for (u32 r = 0; r < 16; r++)
        if (xmm >> r & 1)
            v_rm(e->c, V_movups, r, save_mem(e, k)), k += 2;
    for (u32 r = 0; r < 16; r++)
        if (gpr >> r & 1)
            x_load(e->c, W64, (enum gpr)r, save_mem(e, k)), k++;
}

void spill_fuel(struct emit *e) {
    if (!e->l->fuel)
        return;
    if (!e->u->typed)
        x_alu_ri_own(e->c, ALU_add, W64, FUEL, FUEL_KEPT + e->owed);
    x_store(e->c, W64, mem_b(CTX, offsetof(struct ctx, fuel)), FUEL);
}

void reload_fuel(struct emit *e) {
    if (!e->l->fuel)
        return;
    x_load(e->c, W64, FUEL, mem_b(CTX, offsetof(struct ctx, fuel)));
    if (!e->u->typed)
        x_alu_ri_own(e->c, ALU_sub, W64, FUEL, FUEL_KEPT + e->owed);
}

void reload_rows(struct emit *e) {
    if (e->rows != NO_REG)
        x_load(e->c, W64, (enum gpr)e->rows, mem_b(CTX, offsetof(struct ctx, region)));
}

void call_service(struct emit *e, const void *fn, const struct out_arg *arg, u32 n) {
    static const u8 to[] = {RSI, RDX, RCX, R8, R9};
    struct move m[5], out[10];
    u32 k, moves = 0, done;
    save_live(e);
    spill_fuel(e);
    for (k = 0; k < n; k++) {
        const struct value *x = arg[k].kind == OUT_VALUE ? value_of(e->u, arg[k].v) : NULL;
        if (arg[k].kind == OUT_GPR || (x && x->where == IN_GPR))
            m[moves++] = (struct move){to[k], x ? x->reg : arg[k].reg, VAL_INT, 0};
    }
    done = jit_order_moves(m, moves, (u16[]){RAX, 0, 0}, out);
    for (k = 0; k < done; k++)
        x_mov_rr(e->c, W64, (enum gpr)out[k].to, (enum gpr)out[k].from);
    for (k = 0; k < n; k++) {
        enum gpr r = (enum gpr)to[k], in;
        switch ((enum arg_kind)arg[k].kind) {
        case OUT_VALUE:
            if (value_of(e->u, arg[k].v)->where != IN_GPR && (in = use_gpr(e, arg[k].v, r)) != r)
                x_mov_rr(e->c, W64, r, in);
            break;
        case OUT_NUMBER: x_mov_ri(e->c, r, arg[k].n); break;
        case OUT_SLOT: x_lea(e->c, W64, r, slot_mem(arg[k].v)); break;
        case OUT_GPR: break;
        }
    }
    x_mov_rr(e->c, W64, RDI, CTX);
    spot_here(e);
    if (e->u->typed) { /* C runs on the host's stack */
        x_mov_ri_own(e->c, RAX, (u64)(uintptr_t)fn);
        x_call_to(e->c, e->im->thunk.typed[TYPED_SERVICE], SCRATCH2);
    } else {
        x_call_to(e->c, fn, RAX);
    }
    x_mov_rr(e->c, W64, SCRATCH, RAX);
    restore_live(e);
    reload_fuel(e);
    reload_rows(e);
}

/* --- frames --- */

/* Pushed by number, the highest first. rsp is a multiple of 16 behind it. */
void prologue(struct emit *e) {
    u32 n = 0;
    e->pushes = enc_pos(e->c);
    e->pushed = e->u->used_gpr & e->u->mc->kept_gpr;
    for (u32 r = 16; r-- > 0;)
        if (e->pushed >> r & 1)
            x_push(e->c, (enum gpr)r), n++;
    if (e->aligned)
        e->frame += 8 * (((e->frame / 8) + n + 1) & 1);
    if (e->frame)
        x_alu_ri(e->c, ALU_sub, W64, RSP, (s32)e->frame);
}

void drop_frame(struct emit *e) {
    if (e->frame)
        x_alu_ri(e->c, ALU_add, W64, RSP, (s32)e->frame);
    for (u32 r = 0; r < 16; r++)
        if (e->pushed >> r & 1)
            x_pop(e->c, (enum gpr)r);
}

void epilogue(struct emit *e) {
    drop_frame(e);
    x_plain(e->c, PLAIN_ret);
}
