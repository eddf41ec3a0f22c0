/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* rounds.c - loops of one block whose rounds are known when they begin (jit/counted.h): several rounds one after the
 * other, without the tests between them.
 *
 *     r6 += 1      not done where r6 is only part of addresses, which grow in its place:
 *                  [rsi + rbx], [rsi + rbx + 1], ..., and one sum in front of the test that is left
 */
#include "engine/jit/x86_64/emit.h"
#include <string.h>

enum { LONGEST = 64, FAR = 1 << 16 };

/* What instruction pc reads of registers other than for an address, in bits. */
static u32 reads(const struct emit *e, u32 pc) {
    const struct insn *i = &e->u->code[pc];
    const struct check *c = &e->check[pc];
    u8 shape = isa_info[i->op].shape;
    if (c->gone)
        return 0;
    if (c->update)
        return c->with == NO_VALUE ? 0 : 1u << c->with;
    if (shape == SHAPE_LD || shape == SHAPE_STI)
        return 0;
    return shape == SHAPE_ST ? 1u << i->c : e->u->touched[pc].in;
}

/* Registers that move on by a number once a round, and are else only parts of addresses and of the test. */
static u32 movers(const struct emit *e, const struct block *k) {
    u32 once = 0, more = 0, used = 0;
    for (u32 pc = k->start; pc < k->end; pc++) {
        const struct insn *i = &e->u->code[pc];
        u32 out = e->check[pc].gone ? 0 : e->u->touched[pc].out;
        if (i->op == OP_add64i && i->a == i->b && out && i->imm > -FAR && i->imm < FAR) {
            more |= once & out;
            once |= out;
            continue;
        }
        more |= out;
        if (pc + 1 < k->end)
            used |= reads(e, pc);
    }
    return once & ~more & ~used;
}

void begin_rounds(struct emit *e, u32 b, u64 n) {
    const struct unit *u = e->u;
    const struct block *k = &u->g.blk[b];
    u32 size = 0, to = k->succ[1];
    e->rounds = 0;
    if (!e->check || n < 2 || (u->opt.switches.at && u->opt.switches.at[b]) ||
        (to != b && !(leads_over(e, b) && u->g.blk[b + 1].succ[1] == b)))
        return;
    for (u32 pc = k->start; pc < k->end; pc++) {
        const struct check *c = &e->check[pc];
        if (c->kind != CHECK_ALONE || c->root || c->dead || c->store || u->touched[pc].site)
            return;
        size += !c->gone;
    }
    for (u32 m = n < LONGEST ? (u32)n : LONGEST; m > 1 && !e->rounds; m--)
        if (n % m == 0 && m * size <= LONGEST)
            e->rounds = m;
    e->whole = e->rounds == n;
    e->movers = movers(e, k);
    memset(e->moved, 0, sizeof e->moved);
}

/* Registers are where they should be again. */
static void arrive(struct emit *e) {
    for (u32 r = 0; r < NREG_EBPF; r++)
        if (e->moved[r]) {
            x_alu_ri(e->c, ALU_add, W64, use_gpr(e, r, SCRATCH), e->moved[r]);
            e->moved[r] = 0;
        }
}

bool within_rounds(struct emit *e, const struct insn *i) {
    const struct block *k = &e->u->g.blk[e->b];
    if (e->next >= k->end) {
        if (e->rounds > 1)
            return true;
        arrive(e);
        if (e->whole && leads_over(e, e->b))
            pay_edge(e, e->b, k->succ[1]);
        return e->whole;
    }
    if (i->op != OP_add64i || i->a != i->b || !(e->movers >> i->a & 1) || e->check[e->pc].gone)
        return false;
    e->moved[i->a] += i->imm;
    return true;
}
