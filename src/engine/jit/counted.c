/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* counted.c - loops whose rounds are known on entry.
 *
 *     r2 = 0
 *     h: ...                  nothing in between traps, calls or leaves
 *     r2 += 1
 *     if r2 != 0x100 goto h   the one way back, and the one way out */
#include "engine/jit/fuel.h"
#include "engine/jit/loop.h"

static bool is_quiet(const struct unit *u, const struct check *check, u32 pc) {
    const struct insn *i = &u->code[pc];
    u8 shape = isa_info[i->op].shape;
    if (i->op == OP_exit || i->op == OP_callk || i->op == OP_callf || shape == SHAPE_ATOM || shape == SHAPE_PKT)
        return false;
    if (i->op == OP_call)
        return check && check[pc].lookup;
    if (shape != SHAPE_LD && shape != SHAPE_ST && shape != SHAPE_STI)
        return true;
    return u->o.place[pc].access == ACCESS_FRAME || (!u->l->checks && u->o.place[pc].access == ACCESS_LIKELY) ||
           (u->fact && (u->fact[pc].bits & (FACT_SEEN | FACT_SAFE)) == (FACT_SEEN | FACT_SAFE));
}

static bool writes(const struct insn *i, u32 r) {
    struct regs w = isa_writes(i);
    for (u32 k = 0; k < w.n; k++)
        if (w.r[k] == r)
            return true;
    return false;
}

static bool is_within(const struct fuel *of, u32 b, u32 h) {
    return of[b].region == h + 1 && b != h;
}

/* Does block b go on only to h and out of the region, by the test of an index? */
static bool is_last(const struct unit *u, const struct fuel *of, u32 b, u32 h, struct counted *c) {
    const struct block *k = &u->g.blk[b];
    const struct insn *i = &u->code[k->end - 1];
    u32 to = k->succ[1], fall = k->succ[0];
    bool number = isa_info[i->op].shape == SHAPE_JCCI;
    u16 op = (u16)(number ? i->op - 1 : i->op);
    bool back = (op == OP_jne64 || op == OP_jne32) && to == h && !is_within(of, fall, h) && fall != h;
    bool over = (op == OP_jeq64 || op == OP_jeq32) && of[b].skip && !is_within(of, to, h) && to != h &&
                u->g.blk[fall].succ[1] == h;
    c->index = (u8)i->b;
    c->limit = number ? NO_REG : (u8)i->c;
    c->bound = number ? i->imm : 0;
    c->wide = op == OP_jne64 || op == OP_jeq64;
    return (back || over) && (number ? c->bound > 0 : !of[h].head);
}

bool jit_find_counted(const struct unit *u, const struct check *check, const bool *landing, const struct fuel *of,
                      u32 h, struct counted *c) {
    struct jit_loop d;
    u32 last = NBLOCK, end = h, adds = 0, blocks = 0;
    *c = (struct counted){0};
    if (!h || !of[h].loop || of[h].region != h + 1 || of[h].odd || of[h].edges != 2 || !u->g.blk[h - 1].reachable ||
        u->g.blk[h - 1].succ[0] != h || jit_find_loop(u, h, &d))
        return false;
    for (; end < u->g.nblk && (of[end].region == h + 1 || !u->g.blk[end].reachable); end++) {
        const struct block *k = &u->g.blk[end];
        if (!k->reachable)
            continue;
        if (landing[end] || jit_find_compare(u, end, &d))
            return false;
        blocks++;
        for (u32 j = 0; j < 2; j++) {
            u32 s = k->succ[j];
            if (s == NBLOCK || is_within(of, s, h) || (last != NBLOCK && end == last + 1 && of[last].skip))
                continue;
            if (last != NBLOCK && last != end)
                return false;
            last = end;
        }
        if (of[end].cost + of[end].own > c->most)
            c->most = of[end].cost + of[end].own;
    }
    if (last == NBLOCK || blocks != of[h].blocks || !is_last(u, of, last, h, c))
        return false;
    for (u32 pc = u->g.blk[h].start; pc < u->g.blk[end - 1].end; pc++) {
        const struct insn *i = &u->code[pc];
        u32 b = u->g.of[pc];
        if (!u->g.blk[b].reachable)
            continue;
        if (!is_quiet(u, check, pc) || (c->limit != NO_REG && writes(i, c->limit)))
            return false;
        if (!writes(i, c->index))
            continue;
        if ((i->op != OP_add64i && i->op != OP_add32i) || i->b != c->index || i->imm <= 0 || i->imm & (i->imm - 1) ||
            (b != h && b != last))
            return false;
        c->log = (u8)__builtin_ctz((u32)i->imm);
        adds++;
    }
    return adds == 1;
}
