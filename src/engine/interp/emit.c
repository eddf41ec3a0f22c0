/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* emit.c - nodes as steps.
 *
 * First walk: which operands come from the accumulator. acc holds the result of the last node
 * that left one; whoever reads that node takes it from there, and where all readers do, the
 * result needs no store. Second walk: the steps. */
#include "engine/interp/lower.h"
#include <stdlib.h>
#include <string.h>

int put_step(struct lower *w, struct step s, u32 pc) {
    if (w->nout == w->out_cap) {
        u32 cap = w->out_cap ? 2 * w->out_cap : 1024;
        struct step *out = realloc(w->out, cap * sizeof *out);
        u32 *at;
        if (out)
            w->out = out;
        at = realloc(w->out_pc, cap * sizeof *at);
        if (at)
            w->out_pc = at;
        if (!out || !at)
            return fail(w->e, E_NOMEM, NOWHERE, "out of memory");
        w->out_cap = cap;
    }
    w->out[w->nout] = s;
    w->out_pc[w->nout++] = pc;
    return 0;
}

static int put_extra(struct lower *w, struct extra x, u32 pc) {
    struct step s;
    memcpy(&s, &x, sizeof s);
    return put_step(w, s, pc);
}

/* Which operand may come from the accumulator, by kind: the first that does. acc: who left it. */
static s32 acc_operand(const struct node *n, s32 acc) {
    bool a = n->nx > 0 && n->x[0].from == acc, b = n->nx > 1 && n->x[1].from == acc,
         c = n->nx > 2 && n->x[2].from == acc;
    if (acc < 0)
        return -1;
    switch ((enum node_kind)n->kind) {
    case N_BIN:
    case N_SH:
    case N_BS:
    case N_JCC: return a && b ? -1 : a ? 0 : b ? 1 : -1;
    case N_BINI:
    case N_UN:
    case N_II:
    case N_JCCI:
    case N_MLD: return a ? 0 : -1;
    case N_LD: return a && n->access != ACCESS_FRAME ? 0 : -1;
    case N_LDX: return a && b ? -1 : a ? 0 : b ? 1 : -1;
    case N_STI: return a && n->access != ACCESS_FRAME ? 0 : -1;
    case N_ST:
        if (n->access == ACCESS_FRAME)
            return b ? 1 : -1;
        return a && b ? -1 : a ? 0 : b ? 1 : -1;
    case N_MST: return a && b ? -1 : a ? 0 : b ? 1 : -1;
    case N_LO: return a && !b && !c ? 0 : -1;
    case N_STX: return b && !a && !c ? 1 : -1;
    case N_CONST:
    case N_AJ:
    case N_AJI:
    case N_OTHER:
    case N_NONE: return -1;
    }
    return -1;
}

static bool droppable(const struct node *n) {
    switch ((enum node_kind)n->kind) {
    case N_BIN:
    case N_BINI:
    case N_UN:
    case N_CONST:
    case N_SH:
    case N_BS:
    case N_II:
    case N_LO:
    case N_LD:
    case N_LDX: return true;
    case N_MLD: return n->val <= INT32_MAX;
    default: return false;
    }
}

/* --- the second walk --- */

static int branch(struct lower *w, const struct node *n, struct step s) {
    const struct block *own = &w->g.blk[w->g.of[n->pc]], *b, *fall;
    struct extra x = {0};
    u32 at = w->nout, k;
    s.h = handler_at((u32)(uintptr_t)s.h);
    if (put_step(w, s, n->pc))
        return w->e->code;
    for (k = 0; k < 2; k++) {
        struct fix *f;
        u32 to = own->succ[k], charge;
        if (to == NBLOCK) {
            x.edge[k].off = 2 * sizeof(struct step);
            continue;
        }
        b = &w->g.blk[to];
        charge = b->charge;
        x.edge[k].off = 2 * sizeof(struct step);
        if (k == 0) {
            /* Falls into a block that is but a jump: goes on with that one, and pays for both. Should
             * that spend the fuel, refuel_edge() takes the two one by one. */
            fall = b;
            if (fall->end - fall->start == 1 && w->f->code[fall->start].op == OP_ja) {
                to = fall->succ[1];
                charge += w->g.blk[to].charge;
            } else {
                to = NBLOCK;
            }
        }
        x.edge[k].charge = w->l->fuel ? charge : 0;
        if (to == NBLOCK)
            continue;
        if (w->nfix == w->fix_cap) {
            u32 cap = w->fix_cap ? 2 * w->fix_cap : 256;
            f = realloc(w->fix, cap * sizeof *f);
            if (!f)
                return fail(w->e, E_NOMEM, NOWHERE, "out of memory");
            w->fix = f;
            w->fix_cap = cap;
        }
        w->fix[w->nfix++] = (struct fix){at, to, (u8)k};
    }
    return put_extra(w, x, n->pc);
}

static const void *form(u32 h) {
    return (const void *)(uintptr_t)h;
}

static int put(struct lower *w, const struct node *n, u32 h, struct step s) {
    s.h = handler_at(h);
    return put_step(w, s, n->pc);
}

static int constant(struct lower *w, const struct node *n, bool drop) {
    struct step s = {.a = n->a};
    struct extra x = {.value = n->val};
    s64 v = (s64)n->val;
    s.imm = (s32)v;
    if (v == (s32)v)
        return put(w, n, drop ? H_const_ns : H_const_s, s);
    if ((u64)v >> 32 == 0)
        return put(w, n, drop ? H_const_nu : H_const_u, s);
    return put(w, n, drop ? H_const_nl : H_const_l, s) ? -1 : put_extra(w, x, n->pc);
}

/* What was proven; without checks all but what is, or may be, the context. */
static u32 unchecked(const struct lower *w, const struct node *n, u32 step) {
    return n->safe || (!w->l->checks && n->access == ACCESS_LIKELY) ? step : 0;
}

static int call_function(struct lower *w, const struct node *n) {
    struct step s = {0};
    struct extra x = {0};
    struct callfix *f;
    if (w->ncall == w->call_cap) {
        u32 cap = w->call_cap ? 2 * w->call_cap : 64;
        f = realloc(w->call, cap * sizeof *f);
        if (!f)
            return fail(w->e, E_NOMEM, NOWHERE, "out of memory");
        w->call = f;
        w->call_cap = cap;
    }
    w->call[w->ncall++] = (struct callfix){w->nout, (u32)n->imm};
    s.a = w->f->nreg;
    x.y = (u32)n->imm;
    return put(w, n, n->form, s) ? -1 : put_extra(w, x, n->pc);
}

static int other(struct lower *w, const struct node *n) {
    struct step s = {.a = n->a, .b = n->x[0].reg};
    struct extra x = {0};
    switch (n->form) {
    case H_br:
    case H_may_goto: s.h = form(n->form); return branch(w, n, s);
    case H_trap: s.imm = n->imm; return put(w, n, n->form, s);
    case H_lookup:
    case H_find4:
    case H_find8:
        x.p = n->p;
        x.x = (u32)n->imm;
        return put(w, n, n->form, s) ? -1 : put_extra(w, x, n->pc);
    case H_call: x.p = n->p; return put(w, n, n->form, s) ? -1 : put_extra(w, x, n->pc);
    case H_callf:
    case H_calll:
    case H_callw: return call_function(w, n);
    case H_callx:
        s.a = w->f->nreg;
        s.b = n->c;
        return put(w, n, n->form, s) ? -1 : put_extra(w, x, n->pc);
    case H_gotox:
        s.b = n->c;
        x.p = w->en;
        return put(w, n, n->form, s) ? -1 : put_extra(w, x, n->pc);
    case H_cast: x.value = n->val; return put(w, n, n->form, s) ? -1 : put_extra(w, x, n->pc);
    case H_select:
        s.c = n->c;
        s.d = n->d;
        return put(w, n, n->form, s);
    case H_exit:
    case H_exitl:
    case H_memsize:
    case H_memgrow: return put(w, n, n->form, s);
    default: break;
    }
    if (isa_info[n->op].shape == SHAPE_ATOM) {
        s.c = (u16)(s16)n->imm;
        s.d = n->d;
        return put(w, n, n->form + (unchecked(w, n, 1) != 0), s);
    }
    s.imm = n->imm; /* packet loads */
    return put(w, n, n->form, s);
}

static int emit(struct lower *w, const struct node *n, s32 via, bool drop) {
    struct step s = {.a = n->a, .b = n->x[0].reg};
    struct extra x = {.value = n->val};
    u32 v;
    switch ((enum node_kind)n->kind) {
    case N_NONE: return 0;
    case N_BIN:
        s.c = n->x[1].reg;
        v = via == 0 ? V_AR : via == 1 ? V_RA : V_RR;
        return put(w, n, n->form + v + (drop ? NV_BIN : 0), s);
    case N_BINI: s.imm = n->imm; return put(w, n, n->form + (via == 0 ? V_AI : V_RI) + (drop ? NV_BIN : 0), s);
    case N_UN: return put(w, n, n->form + (via == 0 ? V_A : V_R) + (drop ? NV_UN : 0), s);
    case N_CONST: return constant(w, n, drop);
    case N_SH:
    case N_BS:
        s.c = n->x[1].reg;
        s.d = n->d;
        v = via == 0 ? V_AR : via == 1 ? V_RA : V_RR;
        return put(w, n, n->form + v + (drop ? NV_SH : 0), s);
    case N_II:
        s.c = n->c;
        s.d = n->d;
        return put(w, n, n->form + (via == 0 ? V_A : V_R) + (drop ? NV_UN : 0), s);
    case N_LO:
        if (n->access == ACCESS_FRAME) {
            s.imm = n->imm;
            return put(w, n, n->form + (via == 0 ? LO_FA : LO_F) + (drop ? 2 : 0), s);
        }
        s.d = n->d;
        s.b0 = (u8)n->x[1].reg;
        if (n->nx == 3) {
            s.b1 = (u8)n->x[2].reg;
            s.c = n->x[0].reg;
            return put(w, n, n->form + (via == 0 ? LO_XA : LO_X) + (drop ? 2 : 0), s);
        }
        s.b1 = (u8)n->x[0].reg;
        s.c = (u16)(s16)n->imm;
        return put(w, n, n->form + (via == 0 ? LO_A : LO_R) + (drop ? 2 : 0), s);
    case N_LD:
        if (n->access == ACCESS_FRAME) {
            s.imm = n->imm;
            return put(w, n, n->form + LD_F + drop, s);
        }
        s.c = (u16)(s16)n->imm;
        s.d = n->d;
        return put(w, n, n->form + (via == 0 ? LD_A : LD_R) + (drop ? NV_LD : 0) + unchecked(w, n, 2 * NV_LD), s);
    case N_LDX:
        s.b0 = (u8)n->x[0].reg;
        s.b1 = (u8)n->x[1].reg;
        if (via == 1)
            s.b1 = (u8)n->x[0].reg;
        s.c = (u16)(s16)n->imm;
        s.d = n->d;
        return put(w, n, n->form + (via >= 0 ? LD_XA : LD_X) + (drop ? NV_LD : 0) + unchecked(w, n, 2 * NV_LD), s);
    case N_ST:
    case N_STI:
        s.a = n->kind == N_ST ? n->x[1].reg : (u16)(s16)n->val;
        if (n->access == ACCESS_FRAME) {
            s.imm = n->imm;
            return put(w, n, n->form + ST_F + (n->kind == N_STI ? 2 : via == 1), s);
        }
        s.c = (u16)(s16)n->imm;
        s.d = n->d;
        v = n->kind == N_STI ? via == 0 ? ST_AI : ST_RI : via == 0 ? ST_AR : via == 1 ? ST_RA : ST_RR;
        return put(w, n, n->form + v + unchecked(w, n, NV_ST), s);
    case N_STX:
        s.a = n->x[1].reg;
        s.b0 = (u8)n->x[0].reg;
        s.b1 = (u8)n->x[2].reg;
        s.c = (u16)(s16)n->imm;
        s.d = n->d;
        return put(w, n, n->form + (via == 1 ? ST_XA : ST_XR) + unchecked(w, n, NV_ST), s);
    case N_JCC:
        s.a = n->x[0].reg;
        s.b = n->x[1].reg;
        s.h = form(n->form + (via == 0 ? V_AR : via == 1 ? V_RA : V_RR));
        return branch(w, n, s);
    case N_JCCI:
        s.a = n->x[0].reg;
        s.imm = n->imm;
        s.h = form(n->form + (via == 0 ? V_AI : V_RI));
        return branch(w, n, s);
    case N_AJ:
        s.b = n->c;
        s.c = n->x[1].reg;
        s.h = form(n->form);
        return branch(w, n, s);
    case N_AJI:
        s.b = n->c;
        s.imm = n->imm;
        s.h = form(n->form);
        return branch(w, n, s);
    case N_MLD:
        if (n->val > INT32_MAX)
            return put(w, n, n->form + 2 * NV_UN, s) ? -1 : put_extra(w, x, n->pc);
        s.imm = (s32)n->val;
        return put(w, n, n->form + (via == 0 ? V_A : V_R) + (drop ? NV_UN : 0), s);
    case N_MST:
        s.a = n->x[1].reg;
        if (n->val > INT32_MAX)
            return put(w, n, n->form + 3, s) ? -1 : put_extra(w, x, n->pc);
        s.imm = (s32)n->val;
        return put(w, n, n->form + (via == 1 ? 1 : via == 0 ? 2 : 0), s);
    case N_OTHER: return other(w, n);
    }
    return 0;
}

static int lead(struct lower *w, u32 b) {
    /* a block of its own step: two blocks at one step could not be told apart in a trap */
    if (w->nlead > w->en->first_lead && w->lead[w->nlead - 1].step == w->nout &&
        put_step(w, (struct step){.h = handler_at(H_nop)}, w->lead[w->nlead - 1].pc))
        return w->e->code;
    if (w->nlead == w->lead_cap) {
        u32 cap = w->lead_cap ? 2 * w->lead_cap : 256;
        struct lead *l = realloc(w->lead, cap * sizeof *l);
        if (!l)
            return fail(w->e, E_NOMEM, NOWHERE, "out of memory");
        w->lead = l;
        w->lead_cap = cap;
    }
    w->lead[w->nlead++] = (struct lead){w->nout, w->g.blk[b].start};
    w->blockpos[b] = w->nout;
    return 0;
}

int emit_nodes(struct lower *w, u32 first, u32 last) {
    s32 acc = -1, *via;
    u32 i, b = first, pc;
    struct step loop;
    struct extra extra;
    via = malloc((w->nnode + 1) * sizeof *via);
    if (!via)
        return fail(w->e, E_NOMEM, NOWHERE, "out of memory");
    for (i = 0; i < w->nnode; i++)
        w->node[i].acc_uses = 0;
    for (i = 0; i < w->nnode; i++) {
        struct node *n = &w->node[i];
        if (n->kind == N_NONE)
            continue;
        via[i] = acc_operand(n, acc);
        if (via[i] >= 0)
            w->node[acc].acc_uses++;
        if (n->flags & F_RESULT)
            acc = (s32)i;
    }
    for (i = 0; i < w->nnode; i++) {
        const struct node *n = &w->node[i];
        if (n->kind == N_NONE)
            continue;
        while (b < last &&
               n->pc >= w->g.blk[b].start) { /* nodes may stand behind their own block's end, never before it */
            if (lead(w, b))
                goto out;
            if (b++ == first && loop_step(w, first, &loop, &extra, &pc) &&
                (put_step(w, loop, pc) || put_extra(w, extra, pc)))
                goto out;
        }
        if (emit(w, n, via[i], droppable(n) && !(n->flags & F_LIVE) && n->uses == n->acc_uses)) {
            goto out;
        }
    }
    while (b < last && !lead(w, b))
        b++;
out:
    free(via);
    return w->e->code;
}
