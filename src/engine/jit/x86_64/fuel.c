/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuel.c - paying for instructions, as jit/fuel.h plans it.
 *
 * A head that is paid for alone has what is missing refilled by its stub. That of any other goes on to the steps of its
 * function, which come back by a table of all its heads. */
#include "engine/jit/x86_64/emit.h"

static void refuel_stub(struct emit *e, const struct stub *s) {
    call_thunk(e, e->t ? e->t->refuel : 0, e->im->thunk.refuel[1]);
    x_jmp(e->c, s->back);
}

/* x: where, as jit_poor() wants it; y: what was taken. */
static void poor_stub(struct emit *e, const struct stub *s) {
    if (s->y)
        x_alu_ri_own(e->c, ALU_add, W64, FUEL, (s32)s->y);
    x_mov_ri(e->c, SCRATCH, s->x);
    x_jmp(e->c, e->steps);
}

void pay(struct emit *e, s32 n) {
    if (n)
        x_alu_ri_own(e->c, n < 0 ? ALU_add : ALU_sub, W64, FUEL, n < 0 ? -n : n);
}

static struct stub poor(struct emit *e, u32 b, s32 n, bool on) {
    if (!e->steps)
        e->steps = enc_label(e->c);
    return (struct stub){.fn = poor_stub, .back = NO_LABEL, .x = (u64)e->u->g.blk[b].start << 1 | on, .y = (u64)(s64)n};
}

/* The same of a function where nobody looks, for any number of rounds. */
static bool pay_rounds(struct emit *e, u32 b, const struct counted *c) {
    u64 first = 0, limit = (u64)(s64)c->bound, mask = c->wide ? ~(u64)0 : UINT32_MAX, n;
    enum width w = c->wide ? W64 : W32;
    s32 top = e->fuel[b].top;
    bool known = const_of(e, c->index, &first) && (c->limit == NO_REG || const_of(e, c->limit, &limit));
    if (top <= 0)
        return false;
    n = ((limit - first) & mask) >> c->log;
    if (known && n && n <= (u64)(INT32_MAX / top)) {
        pay(e, (s32)n * top);
        begin_rounds(e, b, n);
        return true;
    }
    if (known)
        return false;
    if (c->limit == NO_REG)
        x_mov_ri(e->c, SCRATCH, (u32)c->bound);
    else
        x_mov_rr(e->c, w, SCRATCH, use_gpr(e, c->limit, SCRATCH));
    x_alu_rr(e->c, ALU_sub, w, SCRATCH, use_gpr(e, c->index, SCRATCH2));
    if (c->log)
        x_shift_ri(e->c, SH_shr, w, SCRATCH, c->log);
    if (top != 1)
        x_imul_rri(e->c, W64, SCRATCH, SCRATCH, top);
    x_alu_rr(e->c, ALU_sub, W64, FUEL, SCRATCH);
    return true;
}

bool charge_rounds(struct emit *e, u32 b, bool on) {
    struct counted c;
    u64 first, n;
    s32 all;
    u32 stub;
    if (!e->fuel || !e->u->fixed || !jit_find_counted(e->u, e->check, e->landing, e->fuel, b, &c))
        return false;
    if (!e->fuel[b].head)
        return pay_rounds(e, b, &c);
    if (e->fuel[b].paid <= 0 || !const_of(e, c.index, &first) || first >= (u64)c.bound ||
        (((u64)c.bound - first) & ((1u << c.log) - 1)))
        return false;
    n = ((u64)c.bound - first) >> c.log;
    if (n * (c.most + (u32)e->fuel[b].paid) > MOST_PAID)
        return false;
    e->counted[b] = c;
    all = (s32)n * e->fuel[b].paid - (on ? (s32)e->u->g.blk[b].charge : 0);
    stub = stub_add(e, poor(e, b, all, on));
    x_alu_ri_own(e->c, ALU_sub, W64, FUEL, all);
    if ((s32)c.most > e->fuel[b].paid)
        x_alu_ri_own(e->c, ALU_cmp, W64, FUEL, (s32)n * ((s32)c.most - e->fuel[b].paid));
    x_jcc(e->c, CC_l, stub);
    begin_rounds(e, b, n);
    return true;
}

/* Takes n at the head of block b, and looks. */
static void take(struct emit *e, u32 b, s32 n, bool on) {
    u32 pc = e->pc;
    struct stub s = {.fn = refuel_stub, .back = enc_label(e->c)};
    e->pc = e->u->g.blk[b].start;
    if (!e->fuel[b].alone)
        s = poor(e, b, n, on);
    if (!n)
        x_test_rr(e->c, W64, FUEL, FUEL);
    else if (n <= UINT16_MAX)
        x_alu_ri_own(e->c, ALU_sub, W64, FUEL, n);
    else
        x_alu_ri(e->c, ALU_sub, W64, FUEL, n);
    x_jcc(e->c, e->u->typed ? CC_b : CC_l, stub_add(e, s));
    if (s.back != NO_LABEL)
        enc_bind(e->c, s.back);
    e->pc = pc;
}

void charge_block(struct emit *e, u32 b) {
    if (e->fuel && e->fuel[b].head)
        take(e, b, e->fuel[b].paid, false);
    else if (e->fuel)
        pay(e, e->fuel[b].top);
}

void charge_on(struct emit *e, u32 b) {
    if (e->fuel && !e->fuel[b].alone)
        take(e, b, e->fuel[b].paid - (s32)e->u->g.blk[b].charge, true);
}

void pay_edge(struct emit *e, u32 a, u32 b) {
    pay(e, e->fuel ? jit_fuel_edge(e->u, e->fuel, a, b) : 0);
}

void pay_rest(struct emit *e) {
    if (e->fuel)
        pay(e, -e->owed);
}

static void pay_stub(struct emit *e, const struct stub *s) {
    pay(e, (s32)s->x);
    x_jmp(e->c, s->back);
}

u32 way_to(struct emit *e, u32 a, u32 b) {
    s32 n = e->fuel ? jit_fuel_edge(e->u, e->fuel, a, b) : 0;
    return n ? stub_add(e, (struct stub){.fn = pay_stub, .back = e->enter[b], .x = (u64)(s64)n}) : e->enter[b];
}

void owe(struct emit *e, u32 b) {
    e->owed = e->fuel ? e->fuel[b].paid - (s32)e->u->g.blk[b].charge : 0;
}

bool leads_over(const struct emit *e, u32 a) {
    return e->fuel ? e->fuel[a].skip : e->u->fixed && jit_leads_over(e->u, e->landing, a);
}

/* What the steps have to know, for as long as the code is. */
static struct jit_steps *describe(struct emit *e, u32 heads) {
    const struct unit *u = e->u;
    struct jit_steps *s = jit_keep(e->im, 1, sizeof *s);
    struct jit_step *t = jit_keep(e->im, u->g.nrpo, sizeof *t);
    u32 n = 0, k = 0;
    if (!s || !t) {
        e->oom = true;
        return NULL;
    }
    for (u32 b = 0; b < u->g.nblk; b++)
        if (u->g.blk[b].reachable) {
            const struct fuel *f = &e->fuel[b];
            t[k++] = (struct jit_step){u->g.blk[b].start, u->g.blk[b].charge, f->head ? f->paid : 0, n, e->counted[b]};
            n += f->head ? WAYS : 0;
        }
    *s = (struct jit_steps){&e->im->l, u->f, u->index, WAYS * heads, t, k};
    return s;
}

void emit_steps(struct emit *e) {
    const struct unit *u = e->u;
    struct jit_steps *s;
    u32 *way, heads = 0, n = 0;
    if (!e->steps)
        return;
    for (u32 b = 0; b < u->g.nblk; b++)
        heads += u->g.blk[b].reachable && e->fuel[b].head;
    way = arena_new(u->tmp, u32, WAYS * heads + 1);
    s = describe(e, heads);
    if (!way || !s) {
        e->oom = true;
        return;
    }
    for (u32 b = 0; b < u->g.nblk; b++)
        if (u->g.blk[b].reachable && e->fuel[b].head) {
            way[n + WAY_ENTER] = e->enter[b];
            way[n + WAY_ON] = e->on[b];
            way[n + WAY_PAID] = e->past[b];
            n += WAYS;
        }
    way[n] = e->epilogue;
    enc_bind(e->c, e->steps);
    x_mov_ri_own(e->c, SCRATCH2, (u64)(uintptr_t)s);
    spot_at(e, SPOT_NONE);
    x_call(e->c, e->t->poor);
    reload_rows(e);
    dispatch(e, SCRATCH, way, n + 1);
    e->steps = 0;
}
