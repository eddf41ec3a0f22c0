/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* func.c - a unit as machine code: blocks in their order, stubs behind them. */
#include "engine/jit/x86_64/emit.h"
#include "engine/jit/image.h"
#include "engine/jit/loop.h"
#include <string.h>

/* --- instructions --- */

#define ROW1(name) case OP_##name:
#define ROW2(name)                                                                                                     \
    case OP_##name:                                                                                                    \
    case OP_##name##i:
#define FLOATS(types) ((types)[0] == 'F' || (types)[0] == 'D' || (types)[1] == 'F' || (types)[1] == 'D')

/* Each row belongs to one file. */
static bool emit_row(struct emit *e, const struct insn *i) {
    /* clang-format off */
    switch ((enum op)i->op) {
#define BIN(name, code, off, sub, T, types, ...) ROW2(name) return FLOATS(types) ? emit_fp(e, i) : emit_int(e, i);
#define UN(name, code, off, imm, sub, Tx, Ta, types, ...) ROW1(name) return FLOATS(types) ? emit_fp(e, i) : emit_int(e, i);
#include "isa/isa.def"
#define JCC(name, ...) ROW2(name)
#include "isa/isa.def"
    case OP_pad: case OP_ja: case OP_may_goto: case OP_gotox: case OP_brtab: case OP_trap:
        return emit_jump(e, i);
#define LD(name, ...) ROW1(name)
#define ST(name, ...) ROW2(name)
#define ATOM(name, ...) ROW1(name)
#define PKT(name, ...) ROW1(name)
#include "isa/isa.def"
        return emit_host(e, i);
    case OP_mov64i: case OP_mov32i: case OP_const64: case OP_ldmap: case OP_ldmapval: case OP_ldsym: case OP_ldfunc: case OP_select:
        return emit_int(e, i);
    case OP_exit: case OP_call: case OP_callf: case OP_callk: case OP_callx: case OP_cast_kern: case OP_cast_user:
        return emit_ebpf(e, i);
#define MLD(name, ...) ROW1(name)
#define MST(name, ...) ROW1(name)
#define MATOM(name, ...) ROW1(name)
#define VLD(name, ...) ROW1(name)
#define VST(name, ...) ROW1(name)
#define VLDLANE(name, ...) ROW1(name)
#define VSTLANE(name, ...) ROW1(name)
#include "isa/isa.def"
    case OP_memsize: case OP_memgrow: case OP_fence:
        return emit_memory(e, i);
#define VUN(name, ...) ROW1(name)
#define VBIN(name, ...) ROW1(name)
#define VSH(name, ...) ROW1(name)
#define VTER(name, ...) ROW1(name)
#define VTEST(name, ...) ROW1(name)
#define VSPLAT(name, ...) ROW1(name)
#define VEXTRACT(name, ...) ROW1(name)
#define VREPLACE(name, ...) ROW1(name)
#include "isa/isa.def"
    case OP_vconst: case OP_shuffle: case OP_vselect:
        return emit_vec(e, i);
    case OP_callt: case OP_calltab: case OP_callref: case OP_tcallt: case OP_tcalltab: case OP_tcallref: case OP_ret:
    case OP_throw: case OP_throwref: case OP_exnis: case OP_exnarg:
        return emit_typed(e, i);
    case OP_rnull: case OP_rfunc: case OP_rcheck: case OP_gget: case OP_gset: case OP_vgget: case OP_vgset: case OP_tget: case OP_tset:
    case OP_tsize: case OP_tgrow: case OP_tfill: case OP_tcopy: case OP_tinit: case OP_tdrop: case OP_tseg: case OP_mfill:
    case OP_mcopy: case OP_minit: case OP_mdrop:
        return emit_object(e, i);
    case OP_bad: case OP_COUNT: break;
    }
    /* clang-format on */
    return false;
}

static bool pure(const struct insn *i) {
    u8 shape = isa_info[i->op].shape;
    return ((shape == SHAPE_BIN || shape == SHAPE_BINI || shape == SHAPE_UN) && !(isa_info[i->op].flags & TRAPS)) ||
           i->op == OP_mov64i || i->op == OP_mov32i || i->op == OP_const64 || i->op == OP_select ||
           i->op == OP_vconst || i->op == OP_shuffle || i->op == OP_vselect || i->op == OP_ldmap ||
           i->op == OP_ldmapval || i->op == OP_ldfunc || i->op == OP_ldsym;
}

/* Nobody reads what it would give, or it is a constant that stands in the code where it is read. */
static bool is_idle(const struct emit *e, const struct insn *i) {
    const struct unit *u = e->u;
    if (i->op == OP_pad)
        return true;
    if (u->fixed)
        return u->last[e->pc] & LAST_A && pure(i);
    if (!pure(i) || u->homes)
        return false;
    return value_of(u, i->a)->where == IN_CODE || value_of(u, i->a)->where == IN_NOTHING;
}

/* A block of which a copy is to be made, from its first check of a range on. */
struct copied {
    u32 b, pc;
    struct known known;
};

/* Notes where a copy of block b would be entered. */
static void begin_copy(struct emit *e, u32 b) {
    struct copied *c = e->ncopied && e->copied[e->ncopied - 1].b == b ? NULL : &e->copied[e->ncopied];
    e->copy[e->pc] = enc_label(e->c);
    if (c) {
        *c = (struct copied){b, e->pc, knowledge(e)};
        e->ncopied++;
    }
}

/* In place of its root. */
static void rotate(struct emit *e, const struct rotate *r, const struct insn *root) {
    struct insn i = {.op = r->wide ? OP_rotl64i : OP_rotl32i, .a = root->a, .b = r->from, .imm = r->n};
    emit_int(e, &i);
}

/* The same with a count of bits. */
static void count(struct emit *e, const struct count *n, const struct insn *root) {
    struct insn i = {.op = n->wide ? OP_popcnt64 : OP_popcnt32, .a = root->a, .b = n->from};
    emit_int(e, &i);
}

/* Whether block b, which a jump in a loop leads to, only computes a little and branches. */
static bool is_turn(const struct emit *e, u32 b) {
    enum { LONGEST = 4 };
    const struct unit *u = e->u;
    const struct block *k = &u->g.blk[b];
    if (!e->check || e->cold || b == e->b + 1 || !u->loop[b] || !u->loop[e->b] || k->end - k->start > LONGEST ||
        (u->opt.switches.at && u->opt.switches.at[b]))
        return false;
    for (u32 pc = k->start; pc < k->end; pc++) {
        const struct insn *i = &u->code[pc];
        const struct check *c = &e->check[pc];
        u8 shape = isa_info[i->op].shape;
        if (c->rotate || c->count || c->gone || c->root || c->dead || c->store)
            return false;
        if (pc + 1 == k->end ? shape != SHAPE_JCC && shape != SHAPE_JCCI : !pure(i) || jit_has_site(i->op))
            return false;
    }
    return true;
}

/* y: what of this round has not been paid. */
static void loop_stub(struct emit *e, const struct stub *s) {
    s32 n = (s32)s->y;
    if (n)
        x_alu_ri_own(e->c, ALU_sub, W64, FUEL, n);
    x_mov_ri(e->c, SCRATCH, s->x);
    x_call(e->c, e->t->loop);
    if (n)
        x_alu_ri_own(e->c, ALU_add, W64, FUEL, n);
    x_jmp(e->c, s->back);
}

/* At the end of a loop that compares bytes, every 16 rounds: the next ones at once, as far as bytes are the same. */
static void run_compare(struct emit *e) {
    struct jit_loop found, *d;
    struct stub s = {.fn = loop_stub};
    if (e->cold || !e->check || !jit_find_compare(e->u, e->b, &found) ||
        !(d = jit_keep(e->im, 1, sizeof *d)))
        return;
    *d = found;
    s.x = (u64)(uintptr_t)d;
    s.y = e->fuel ? (u64)((s64)e->fuel[e->b].own - e->fuel[e->b].paid) : 0;
    s.back = enc_label(e->c);
    x_test_ri(e->c, W32, use_gpr(e, d->index, SCRATCH), 15);
    x_jcc(e->c, CC_e, stub_add(e, s));
    enc_bind(e->c, s.back);
}

static bool emit_from(struct emit *e, u32 b, u32 from);

/* In place of a jump to such a block a copy of it: a loop whose end lies in front of its body jumps once a round then.
 */
static bool emit_turn(struct emit *e, u32 b) {
    u32 pc = e->pc, next = e->next, from = e->b, on = e->u->g.blk[b].succ[0];
    s32 owed = e->owed;
    bool ok;
    pay_edge(e, from, b);
    e->b = b;
    e->cold = true;
    e->owed = 0;
    charge_block(e, b);
    ok = emit_from(e, b, e->u->g.blk[b].start);
    if (!leads_over(e, b)) {
        pay_edge(e, b, on);
        if (!e->fall[on])
            e->fall[on] = enc_label(e->c);
        x_jmp(e->c, e->fall[on]);
    }
    e->owed = owed;
    e->pc = pc;
    e->next = next;
    e->b = from;
    e->cold = false;
    return ok;
}

/* A jump, or an instruction for which something is planned: of block b. */
static bool emit_planned(struct emit *e, u32 b, const struct insn *i, const struct check *c) {
    static const struct check none;
    c = c ? c : &none;
    if (c->kind == CHECK_RANGE) {
        if (e->cold)
            enc_bind(e->c, e->copy[e->pc]);
        else
            begin_copy(e, b);
    }
    if (!e->cold && (c->store || (c->dead && c->kind == CHECK_RANGE)))
        wide_first(e, c);
    if (i->op == OP_ja)
        run_compare(e);
    if (!e->cold && c->root)
        wide_load(e, c, i);
    else if (c->rotate)
        rotate(e, &e->u->opt.rotates.of[c->rotate - 1], i);
    else if (c->count)
        count(e, &e->count[c->count - 1], i);
    else if (i->op == OP_ja && is_turn(e, e->u->g.of[i->off]))
        return emit_turn(e, e->u->g.of[i->off]);
    else
        return c->gone || (!e->cold && c->dead) || is_idle(e, i) || emit_row(e, i);
    return true;
}

static bool emit_from(struct emit *e, u32 b, u32 from) {
    const struct block *k = &e->u->g.blk[b];
    owe(e, b);
    for (e->pc = from; e->pc < k->end; e->pc = e->next) {
        const struct insn *i = &e->u->code[e->pc];
        const struct check *c = e->check ? &e->check[e->pc] : NULL;
        u32 pc = e->pc;
        e->next = pc + (u32)isa_len(i);
        if (e->rounds && within_rounds(e, i))
            continue;
        if (e->spots)
            spot_here(e);
        if (!e->cold && e->u->opt.switches.at && e->next >= k->end && e->u->opt.switches.at[b])
            emit_switch(e, &e->u->opt.switches.of[e->u->opt.switches.at[b] - 1]);
        if (unlikely(i->op == OP_ja || (c && !check_none(c)))) {
            if (!emit_planned(e, b, i, c))
                return false;
        } else if (!is_idle(e, i) && !emit_row(e, i)) {
            return false;
        }
        if (e->u->fixed)
            for (; pc < e->next; pc++)
                if (!e->check || !e->check[pc].gone || e->u->code[pc].op != OP_ldmap) /* the key may be in r1 still */
                    learn(e, &e->u->code[pc]);
        if (e->value_new) {
            e->value_new = false;
            e->value_at = 1;
            e->value_off[0] = 0;
        }
    }
    return true;
}

static bool emit_block(struct emit *e, u32 b) {
    return emit_from(e, b, e->u->g.blk[b].start);
}

/* --- the function --- */

static bool falls(const struct emit *e, u32 above, u32 b) {
    return above != NBLOCK && e->u->g.blk[above].succ[0] == b && !e->u->g.blk[above].ntab;
}

/* A short loop that fits one line of the cache of decoded instructions is to lie in one: else each round fetches two.
 */
static bool is_short_loop(const struct emit *e, u32 b) {
    const struct block *k = &e->u->g.blk[b];
    if (e->u->fixed && e->fuel && e->fuel[b].loop)
        return true;
    return k->end - k->start <= 12 && k->succ[1] == b;
}

/* Control falls into a loop that copies or sums: its rounds at once, where there are enough. Its fuel for the first is
 * paid. */
static void run_loop(struct emit *e, u32 b) {
    struct jit_loop found, *d;
    struct stub s = {.fn = loop_stub};
    enum gpr bound = SCRATCH;
    if (e->u->typed || !jit_find_loop(e->u, b, &found) || !(d = jit_keep(e->im, 1, sizeof *d)))
        return;
    *d = found;
    d->sum = d->copies ? NULL : x86_64_sum(d->size, e->c->cpu);
    e->pc = e->u->g.blk[b].start;
    s.x = (u64)(uintptr_t)d;
    s.back = enc_label(e->c);
    if (d->bound_reg == NO_REG)
        x_mov_ri(e->c, SCRATCH, (u64)(s64)d->bound);
    else if ((bound = use_gpr(e, d->bound_reg, SCRATCH)) != SCRATCH)
        x_mov_rr(e->c, W64, SCRATCH, bound);
    x_alu_rr(e->c, ALU_sub, W64, SCRATCH, use_gpr(e, d->index, SCRATCH2));
    x_alu_ri(e->c, ALU_cmp, W64, SCRATCH, LOOP_LEAST * d->size);
    x_jcc(e->c, CC_ae, stub_add(e, s));
    enc_bind(e->c, s.back);
}

static void start_block(struct emit *e, u32 above, u32 b) {
    const struct block *k = &e->u->g.blk[b];
    bool on = falls(e, above, b) && jit_runs_on(e->u, above);
    e->owed = 0;
    if (falls(e, above, b)) {
        pay_edge(e, above, b);
        if (!e->fall[b])
            e->fall[b] = enc_label(e->c);
        enc_bind(e->c, e->fall[b]);
    }
    if (is_short_loop(e, b) && !on)
        enc_align(e->c, 64);
    if (falls(e, above, b) && charge_rounds(e, b, on)) {
        forget(e);
        if (is_short_loop(e, b))
            enc_align(e->c, 64);
        if (e->on[b] != e->past[b])
            enc_bind(e->c, e->on[b]);
        enc_bind(e->c, e->enter[b]);
        enc_bind(e->c, e->past[b]);
        return;
    }
    if (on && k->jumped_to)
        run_loop(e, b);
    if (!falls(e, above, b) || k->jumped_to || e->landing[b])
        forget(e);
    if (on && e->fuel && e->fuel[b].head && (k->jumped_to || e->on[b] != e->past[b])) {
        if (e->on[b] != e->past[b])
            enc_bind(e->c, e->on[b]);
        charge_on(e, b);
        x_jmp(e->c, e->past[b]);
        if (is_short_loop(e, b))
            enc_align(e->c, 64);
        on = false;
    } else if (on && e->fuel && !e->fuel[b].head && is_short_loop(e, b)) {
        enc_align(e->c, 64);
    }
    enc_bind(e->c, e->enter[b]);
    if (!on || (e->fuel && !e->fuel[b].head))
        charge_block(e, b);
    enc_bind(e->c, e->past[b]);
}

/* The copies, each of which goes on where its block does. */
static bool emit_copies(struct emit *e) {
    e->cold = true;
    for (u32 k = 0; k < e->ncopied; k++) {
        const struct copied *c = &e->copied[k];
        u32 next = e->u->g.blk[c->b].succ[0];
        e->b = c->b;
        recall(e, &c->known);
        if (!emit_from(e, c->b, c->pc))
            return false;
        if (next != NBLOCK && !e->u->g.blk[c->b].ntab) {
            if (leads_over(e, c->b))
                continue;
            pay_edge(e, c->b, next);
            x_jmp(e->c, e->fall[next]);
        }
    }
    e->cold = false;
    return true;
}

/* Plans the checks of all blocks; none are shared where that costs more than it saves. */
static bool plan_checks(struct emit *e) {
    struct unit *u = e->u;
    u32 n = 0, calls = 0;
    e->check = NULL;
    e->ncopied = 0;
    if (!u->fixed || e->c->harden) /* hardened: each access has its own address */
        return true;
    e->check = arena_new(u->tmp, struct check, u->f->nslot);
    e->copy = arena_some(u->tmp, u32, u->f->nslot);
    if (e->check)
        n = jit_plan_checks(u, e->check);
    for (u32 k = 0; k < u->nsite; k++)
        calls += u->code[u->site[k].pc].op == OP_call;
    e->lookup = arena_new(u->tmp, struct lookup, calls);
    if (e->check && e->lookup) {
        jit_plan_rotates(u, e->check);
        if (!jit_plan_counts(u, e->check, &e->count))
            return false;
        jit_plan_updates(u, e->check);
        if (calls)
            jit_plan_lookups(u, e->check, e->lookup);
        if (!jit_plan_addresses(u, e->check, &e->address))
            return false;
    }
    e->copied = arena_some(u->tmp, struct copied, n);
    return e->check && e->copy && e->copied && e->lookup;
}

static void zero_values(struct emit *e) {
    for (u32 k = 0; k < e->u->nzero; k++) {
        u32 v = e->u->zero[k];
        const struct value *x = value_of(e->u, v);
        if (x->where == IN_XMM) {
            v_rrr(e->c, V_pxor, x->reg, x->reg, x->reg);
        } else if (x->where == IN_GPR) {
            x_zero(e->c, (enum gpr)x->reg);
        } else if (x->where == IN_SLOT) {
            x_store_i(e->c, W64, value_mem(e, v), 0);
            if (x->cls == VAL_VEC)
                x_store_i(e->c, W64, mem_b(RSP, (s32)(8 * x->slot + 8)), 0);
        }
    }
}

/* Bytes of the guest's frame that may be read before they are written. */
static void zero_frame(struct emit *e) {
    const struct origins *o = &e->u->o;
    u32 words = o->zero_len / 8;
    if (!words)
        return;
    if (words <= 4) {
        for (u32 k = 0; k < words; k++)
            x_store_i(e->c, W64, mem_b(FRAME, (s32)(8 * k) - (s32)o->zero_off), 0);
    } else {
        u32 again = enc_label(e->c);
        v_rrr(e->c, V_pxor, XSCRATCH, XSCRATCH, XSCRATCH);
        if (words & 1)
            x_store_i(e->c, W64, mem_b(FRAME, (s32)(8 * (words - 1)) - (s32)o->zero_off), 0);
        x_mov_ri(e->c, SCRATCH, words / 2);
        x_lea(e->c, W64, SCRATCH2, mem_b(FRAME, -(s32)o->zero_off));
        enc_bind(e->c, again);
        v_mr(e->c, V_movups_st, mem_b(SCRATCH2, 0), XSCRATCH);
        x_alu_ri(e->c, ALU_add, W64, SCRATCH2, 16);
        x_alu_ri(e->c, ALU_sub, W32, SCRATCH, 1);
        x_jcc(e->c, CC_ne, again);
    }
}

/* What the instructions of an eBPF function ask of its frame and registers. */
struct wants {
    bool rows, call, may, calls_c;
};
static struct wants look(const struct unit *u) {
    struct wants w = {.call = u->has & HAS_CALL, .may = u->has & HAS_MAY, .calls_c = u->has & HAS_GROW};
    for (u32 k = 0; k < u->naccess && !w.rows; k++) {
        u32 pc = u->access[k];
        w.rows = u->o.place[pc].access != ACCESS_FRAME && !(u->fact && u->fact[pc].bits & FACT_SAFE) &&
                 !proven_field(u, pc);
    }
    return w;
}

/* A register for ctx.region, of those that hold no value; one that calls keep where there are calls. */
static u8 choose_rows(struct emit *e, bool call) {
    static const u8 order[] = {R9, R8, RCX, RDX, RSI, RAX, R13, R12, RBP, RBX};
    struct unit *u = e->u;
    for (u32 k = 0; k < COUNT(order); k++) {
        u32 bit = 1u << order[k];
        if (u->used_gpr & bit || order[k] == e->rows || (call && !(u->mc->kept_gpr & bit)))
            continue;
        u->used_gpr |= bit & u->mc->kept_gpr;
        return order[k];
    }
    return NO_REG;
}

/* A loop that looks in an array: where its values begin stays in a register, if one is left. */
static void choose_values(struct emit *e) {
    const struct unit *u = e->u;
    for (u32 pc = 0; e->check && pc < u->f->nslot && e->values == NO_REG; pc++) {
        u32 n = e->check[pc].lookup;
        if (!n || !u->loop[u->g.of[pc]] || !jit_is_array(e->l, &e->l->map[e->lookup[n - 1].map]))
            continue;
        e->values = choose_rows(e, true);
        e->values_of = e->lookup[n - 1].map;
        if (e->values == NO_REG)
            return;
    }
}

/* r1 .. r5 and r10 to where their values live. */
static void move_params(struct emit *e) {
    struct move m[NREG_EBPF], out[2 * NREG_EBPF];
    u32 n = 0, done;
    for (u32 r = 0; r < e->u->nparam; r++) {
        u32 v = e->u->param[r];
        enum gpr from = (enum gpr)e->u->mc->ebpf[r];
        if (v == NO_VALUE)
            continue;
        if (value_of(e->u, v)->where == IN_GPR)
            m[n++] = (struct move){value_of(e->u, v)->reg, (u16)from, VAL_INT, 0};
        else
            done_gpr(e, v, from);
    }
    done = jit_order_moves(m, n, (u16[]){SCRATCH, 0, 0}, out);
    for (u32 k = 0; k < done; k++)
        x_mov_rr(e->c, W64, (enum gpr)out[k].to, (enum gpr)out[k].from);
}

static void begin_ebpf(struct emit *e) {
    struct wants w = look(e->u);
    e->aligned = w.call || w.calls_c;
    e->frame = 8 * e->u->nslot;
    if (w.may) {
        e->may = e->frame / 8;
        e->frame += 8;
    }
    e->spare = e->save = e->frame / 8;
    if (!e->u->fixed && e->aligned) {
        e->save++;
        e->frame += 8 + 8 * 16 + 16 * 16;
    }
    e->rows = NO_REG;
    if (e->u->fixed && w.rows) {
        e->rows = choose_rows(e, w.call);
    } else if (w.rows) { /* alloc.c leaves it free */
        e->rows = R13;
        e->u->used_gpr |= 1u << R13;
    }
    e->values = NO_REG;
    if (e->u->fixed && w.call)
        choose_values(e);
    prologue(e);
    reload_rows(e);
    if (e->values != NO_REG)
        x_mov_ri_own(e->c, (enum gpr)e->values, (u64)(uintptr_t)e->l->map[e->values_of].value);
    zero_frame(e);
    if (w.may)
        x_store_i(e->c, W64, mem_b(RSP, (s32)(8 * e->may)), MAY_GOTO_LOOPS);
    if (!e->u->fixed)
        move_params(e);
    zero_values(e);
}

bool emit_function(struct emit *e) {
    struct unit *u = e->u;
    u32 above = NBLOCK;
    e->enter = arena_some(u->tmp, u32, u->g.nblk);
    e->past = arena_some(u->tmp, u32, u->g.nblk);
    e->on = arena_some(u->tmp, u32, u->g.nblk);
    e->fall = arena_new(u->tmp, u32, u->g.nblk);
    e->fuel = e->l->fuel ? arena_new(u->tmp, struct fuel, u->g.nblk) : NULL;
    e->counted = e->l->fuel && u->fixed ? arena_new(u->tmp, struct counted, u->g.nblk) : NULL;
    e->rows = NO_REG;
    e->aligned = false;
    e->landing = arena_new(u->tmp, bool, u->g.nblk);
    for (u32 k = 0; e->landing && k < u->opt.switches.n; k++)
        for (u32 j = 0; j < u->opt.switches.of[k].nway; j++)
            e->landing[u->g.of[u->opt.switches.of[k].way[j].target]] = true;
    if (!e->enter || !e->past || !e->on || !e->fall || (e->l->fuel && !e->fuel) ||
        (e->l->fuel && u->fixed && !e->counted) || !e->landing || !plan_checks(e) ||
        (e->fuel && !jit_plan_fuel(u, e->check, e->landing, e->fuel))) {
        e->oom = true;
        return false;
    }
    for (u32 b = 0; b < u->g.nblk; b++) {
        e->enter[b] = enc_label(e->c);
        e->past[b] = enc_label(e->c);
        e->on[b] = e->fuel && !e->fuel[b].head ? e->enter[b] : e->past[b];
        if (e->fuel && e->fuel[b].head && !e->fuel[b].alone && b && u->g.blk[b - 1].reachable && jit_runs_on(u, b - 1))
            e->on[b] = enc_label(e->c);
    }
    e->site = u->site;
    e->pc = 0;
    spot_at(e, SPOT_NONE);
    if (u->typed)
        begin_typed(e);
    else
        begin_ebpf(e);
    for (u32 b = 0; b < u->g.nblk; b++) {
        if (!u->g.blk[b].reachable)
            continue;
        e->b = b;
        start_block(e, above, b);
        do
            if (!emit_block(e, b))
                return false;
        while (e->rounds && --e->rounds);
        above = b;
        if (leads_over(e, b)) { /* which has done what the next would */
            enc_bind(e->c, e->enter[++b]);
            enc_bind(e->c, e->past[b]);
            above = NBLOCK;
        }
    }
    if (!emit_copies(e))
        return false;
    enc_bind(e->c, e->epilogue);
    epilogue(e);
    emit_stubs(e);
    emit_steps(e);
    return !e->oom && !e->c->oom;
}
