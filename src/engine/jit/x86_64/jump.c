/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* jump.c - ways from block to block. */
#include "engine/jit/x86_64/emit.h"

/* The block that comes next in the code. */
static u32 below(const struct emit *e) {
    u32 b = e->b + 1;
    if (e->cold)
        return NBLOCK;
    while (b < e->u->g.nblk && !e->u->g.blk[b].reachable)
        b++;
    return b;
}

void jump_block(struct emit *e, u32 b) {
    pay_edge(e, e->b, b);
    if (b != below(e))
        x_jmp(e->c, e->enter[b]);
}

void jump_cc(struct emit *e, enum cc cc, u32 b) {
    x_jcc(e->c, cc, way_to(e, e->b, b));
}

void branch(struct emit *e, const struct insn *i, enum cc cc) {
    u32 a = e->b, to = e->u->g.of[i->off];
    if (!leads_over(e, a)) {
        jump_cc(e, cc, to);
    } else if (e->cold) {
        jump_cc(e, cc, to);
        pay_edge(e, a, a + 1);
        pay_edge(e, a + 1, e->u->g.blk[a + 1].succ[1]);
        x_jmp(e->c, e->enter[e->u->g.blk[a + 1].succ[1]]);
    } else {
        x_jcc(e->c, cc_not(cc), way_to(e, a + 1, e->u->g.blk[a + 1].succ[1]));
        pay_edge(e, a, to);
    }
}

/* A table of distances. Operand b stays as it is. */
void dispatch(struct emit *e, enum gpr index, const u32 *label, u32 n) {
    u32 table = enc_table(e->c, label, n);
    x_lea(e->c, W64, SCRATCH2, mem_label(table));
    x_load_sx(e->c, W32, W64, SCRATCH, mem_bx(SCRATCH2, index, 2, 0));
    x_alu_rr(e->c, ALU_add, W64, SCRATCH, SCRATCH2);
    x_jmp_r(e->c, SCRATCH);
}

static u32 *labels_new(struct emit *e, u32 n) {
    u32 *l = arena_new(e->u->tmp, u32, n);
    e->oom |= !l;
    return l;
}

/* Is block b no more than a jump? */
static bool is_lone(const struct emit *e, u32 b) {
    const struct block *k = &e->u->g.blk[b];
    return k->end - k->start == 1 && e->u->code[k->start].op == OP_ja;
}

/* Labels of the entries of a table, each a ja: the blocks that they are, or where those lead. */
static u32 *entries(struct emit *e, const struct insn *i, bool through) {
    u32 first = e->u->g.blk[e->u->g.of[e->pc]].succ[0], n = (u32)i->imm + 1, *label = labels_new(e, n);
    for (u32 j = 0; label && j < n; j++) {
        const struct block *ja = &e->u->g.blk[first + j];
        label[j] = e->enter[through ? e->u->g.of[e->u->code[ja->start].off] : first + j];
    }
    return label;
}

/* goto entry min(b, imm). */
static void choose_entry(struct emit *e, const struct insn *i, bool through) {
    u32 *label = entries(e, i, through);
    enum gpr b = use_gpr(e, i->b, SCRATCH);
    if (!label)
        return;
    x_mov_rr(e->c, W32, SCRATCH, b);
    x_alu_ri(e->c, ALU_cmp, W32, SCRATCH, i->imm);
    x_jcc(e->c, CC_a, label[i->imm]);
    mask_index(e, CC_a, SCRATCH);
    dispatch(e, SCRATCH, label, (u32)i->imm + 1);
}

/* The entry finds out that there is no fuel. */
static void entry_stub(struct emit *e, const struct stub *s) {
    (void)s;
    x_alu_ri_own(e->c, ALU_add, W64, FUEL, 1);
    choose_entry(e, insn_at(e, e->pc), false);
}

/* Where all entries are no more than jumps, the one that is taken is paid for here, and left out. */
static void table(struct emit *e, const struct insn *i) {
    u32 first = e->u->g.blk[e->b].succ[0];
    bool lone = true;
    for (u32 j = 0; j <= (u32)i->imm; j++)
        lone &= is_lone(e, first + j);
    if (lone && e->l->fuel) {
        x_alu_ri_own(e->c, ALU_sub, W64, FUEL, 1);
        x_jcc(e->c, e->u->typed ? CC_b : CC_l, stub_add(e, (struct stub){.fn = entry_stub, .back = NO_LABEL}));
    }
    choose_entry(e, i, lone);
}

static void bad_jump(struct emit *e, const struct stub *s) {
    (void)s;
    trap_now(e, TRAP_BAD_JUMP);
}

/* The handle of a label of this function: tag | function | instruction, which a jump table of it names. */
static void computed(struct emit *e, const struct insn *i) {
    const struct func *f = e->u->f;
    u32 *label = labels_new(e, f->nslot), bad;
    if (!label)
        return;
    bad = stub_add(e, (struct stub){.fn = bad_jump, .back = NO_LABEL});
    for (u32 pc = 0; pc < f->nslot; pc++)
        label[pc] = f->jump_ok[pc / 64] >> pc % 64 & 1 ? e->enter[e->u->g.of[pc]] : bad;
    x_mov_ri(e->c, SCRATCH2, 0 - handle(TAG_LABEL, (u64)e->u->index << 24));
    x_alu_rr(e->c, ALU_add, W64, SCRATCH2, use_gpr(e, i->b, SCRATCH));
    x_alu_ri(e->c, ALU_cmp, W64, SCRATCH2, (s32)f->nslot);
    x_jcc(e->c, CC_ae, bad);
    mask_index(e, CC_ae, SCRATCH2);
    x_mov_rr(e->c, W64, SCRATCH, SCRATCH2);
    dispatch(e, SCRATCH, label, f->nslot);
}

/* --- compares that were a switch (opt/switch.h) --- */

enum { MOST_ENTRIES = 1024 };

/* What a way costs that has not been paid by its root's block. */
static s32 cost_of(const struct emit *e, const struct way *w, u32 root) {
    const struct fuel *to, *a;
    if (!e->fuel)
        return 0;
    to = &e->fuel[e->u->g.of[w->target]];
    a = &e->fuel[e->u->g.of[root]];
    return (s32)w->charge + to->paid + (s32)a->own - a->paid;
}

/* Is that paid without a look at what there is? (Block 0 is a head, or there are none.) */
static bool is_covered(const struct emit *e, const struct way *w, u32 root) {
    u32 to = e->u->g.of[w->target];
    return !e->fuel || !e->fuel[0].head || (!e->fuel[to].head && e->fuel[to].region == e->fuel[e->u->g.of[root]].region);
}

/* One way: sets what the compares would have set, pays what they would have cost, and what entering the target costs. */
static void way_stub(struct emit *e, const struct stub *s) {
    const struct way *w = (const struct way *)(uintptr_t)s->x;
    s32 cost = cost_of(e, w, s->pc);
    u32 poor = enc_label(e->c), to = e->u->g.of[w->target];
    bool looks = !is_covered(e, w, s->pc);
    if (cost)
        x_alu_ri(e->c, ALU_sub, W64, FUEL, cost);
    else if (looks)
        x_test_rr(e->c, W64, FUEL, FUEL);
    if (looks)
        x_jcc(e->c, CC_l, poor);
    for (u32 k = 0; k < w->nset; k++) {
        const struct insn *i = insn_at(e, w->set[k]);
        u64 v = i->op == OP_mov64i ? (u64)(s64)i->imm : i->op == OP_mov32i ? (u32)i->imm : insn_imm64(i);
        enum gpr d = def_gpr(e, i->a, SCRATCH);
        x_mov_ri(e->c, d, v);
        done_gpr(e, i->a, d);
    }
    x_jmp(e->c, e->past[to]);
    if (looks) { /* the compares find out where it ends */
        enc_bind(e->c, poor);
        x_alu_ri(e->c, ALU_add, W64, FUEL, cost);
        x_jmp(e->c, s->back);
    }
}

void emit_switch(struct emit *e, const struct recovered *r) {
    u64 lo, hi;
    u32 n, at = 0, *label, compares;
    enum width w = r->wide ? W64 : W32;
    enum gpr v;
    if (!switch_table(r, MOST_ENTRIES, &lo, &hi) || lo > INT32_MAX || hi - lo >= MOST_ENTRIES)
        return;
    n = (u32)(hi - lo) + 1;
    label = labels_new(e, n);
    if (!label)
        return;
    compares = enc_label(e->c);
    for (u32 k = 0; k < r->nway; k++) {
        const struct way *x = &r->way[k];
        u32 stub;
        if (x->hi < lo || x->lo > hi)
            continue;
        if (!x->nset && !cost_of(e, x, e->pc) && is_covered(e, x, e->pc))
            stub = e->past[e->u->g.of[x->target]];
        else
            stub = stub_add(e, (struct stub){.fn = way_stub, .back = compares, .x = (u64)(uintptr_t)x});
        while (at < n && lo + at <= x->hi)
            label[at++] = stub;
    }
    v = use_gpr(e, r->reg, SCRATCH);
    if (lo)
        x_lea(e->c, w, SCRATCH, mem_b(v, -(s32)lo));
    else
        x_mov_rr(e->c, w, SCRATCH, v);
    x_alu_ri(e->c, ALU_cmp, w, SCRATCH, (s32)n);
    x_jcc(e->c, CC_ae, compares);
    dispatch(e, SCRATCH, label, n);
    enc_bind(e->c, compares);
}

bool emit_jump(struct emit *e, const struct insn *i) {
    switch ((enum shape)isa_info[i->op].shape) {
    case SHAPE_JCC:
    case SHAPE_JCCI: branch(e, i, compare_jcc(e, i)); return true;
    default: break;
    }
    switch (i->op) {
    case OP_ja: jump_block(e, e->u->g.of[i->off]); return true;
    case OP_brtab: table(e, i); return true;
    case OP_gotox: computed(e, i); return true;
    case OP_may_goto:
        x_alu_mi(e->c, ALU_cmp, W64, mem_b(RSP, (s32)(8 * e->may)), 0);
        branch(e, i, CC_e);
        x_alu_mi(e->c, ALU_sub, W64, mem_b(RSP, (s32)(8 * e->may)), 1);
        return true;
    case OP_trap: trap_now(e, (u32)i->imm); return true;
    case OP_pad: return true;
    default: return false;
    }
}
