/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* build_obj.c - control, calls and objects of the instance as nodes; what calls leave in their windows. */
#include "engine/interp/typed/build.h"
#include <assert.h>
#include <string.h>

/* Reads its registers where they are; all that it writes has it as writer. */
struct node *ityped_other(struct tlower *w, const struct insn *i, u32 pc, u16 form, u8 flags) {
    struct node *n = ityped_node(w, N_OTHER, flags, pc);
    struct regs in = isa_reads(i), out = isa_writes(i);
    struct window win = isa_window(i), wout = isa_window_out(i);
    u16 from;
    u32 k;
    s32 id;
    if (!n)
        return NULL;
    n->form = form;
    n->a = i->a;
    id = (s32)(n - w->node);
    for (k = 0; k < in.n; k++)
        ityped_stands(w, in.r[k]);
    for (k = 0; k < win.n; k++)
        ityped_stands(w, (u16)(win.first + k));
    if (out.n == 1 && !wout.n) {
        n->flags |= F_RESULT;
        ityped_result(w, n, out.r[0], 'I');
        return n;
    }
    if (out.n || wout.n || isa_clobbers(i, &from))
        n->flags |= F_MANY;
    for (k = 0; k < out.n; k++)
        ityped_wrote(w, out.r[k], id);
    for (k = 0; k < wout.n; k++)
        ityped_wrote(w, (u16)(wout.first + k), id);
    return isa_clobbers(i, &from) && ityped_clobbered(w, from, id) ? NULL : n;
}

static const struct deftype *called(const struct tlower *w, const struct insn *i) {
    const struct module *m = w->im->m;
    bool direct = i->op == OP_callt || i->op == OP_tcallt;
    return &m->type[direct ? m->func[i->imm].type : (u32)i->imm];
}

/* Registers first .. end - 1 become 0; it stands right behind the call, which counts as their writer. */
static int zero_node(struct tlower *w, u32 first, u32 end, u32 pc) {
    struct node *n;
    if (first >= end)
        return 0;
    n = ityped_node(w, N_OTHER, F_EFFECT, pc);
    if (!n)
        return -1;
    n->form = T_zero;
    n->a = (u16)first;
    n->imm = (s32)(end - first);
    return 0;
}

/* Behind a call all registers of its window are 0 but the results. The interpreter's callee leaves there what it
 * had; so those that are read again are cleared. One walk over each block finds them. */
void ityped_find_dirty(struct tlower *w, u32 b) {
    const struct block *blk = &w->g.blk[b];
    const struct insn *code = w->f->code;
    u32 pc, first, behind, r;
    u16 from;
    memcpy(w->set, live_out(&w->live, b), w->live.nword * sizeof *w->set);
    for (pc = blk->end; pc-- > blk->start;) {
        if (code[pc].op == OP_pad)
            continue;
        if (isa_clobbers(&code[pc], &from)) {
            const struct deftype *t = called(w, &code[pc]);
            first = code[pc].a + t->result_at;
            behind = first + t->result_slots;
            for (r = w->f->nreg; r > from; r--) {
                if (r % 64 == 0 && !w->set[r / 64 - 1] && r - 64 >= from) {
                    r -= 63;
                    continue;
                }
                if ((r - 1 < first || r - 1 >= behind) && live_has(w->set, (u16)(r - 1)))
                    break;
            }
            w->dirty[pc] = r > from ? r : 0;
        }
        live_step(&w->live, w->set, pc);
    }
}

static int clear_window(struct tlower *w, const struct insn *i, const struct deftype *t, u32 pc) {
    u32 first = i->a + t->result_at, behind = first + t->result_slots, end = w->dirty[pc];
    return zero_node(w, i->a, first < end ? first : end, pc) || zero_node(w, behind, end, pc) ? -1 : 0;
}

static int call(struct tlower *w, const struct insn *i, u32 pc) {
    const struct deftype *t = called(w, i);
    const struct module *m = w->im->m;
    bool one = t->nresult == 1 && t->result_slots == 1 && t->result_at == 0;
    u16 form = i->op == OP_callt ? m->func[i->imm].imported ? T_callout : T_callt : T_callref;
    struct node *n;
    struct operand x = {0, 'I', -1};
    if (i->op == OP_calltab) { /* the index may come from the accumulator */
        struct node *tmp = ityped_node(w, N_NONE, 0, pc);
        if (!tmp)
            return -1;
        ityped_use(w, tmp, 0, i->b, m->table[i->off].lim.is64 ? 'L' : 'I');
        x = tmp->x[0];
        w->nnode--;
        form = m->table[i->off].lim.is64 ? T_calltab_l : T_calltab_r;
    }
    n = ityped_other(w, i, pc, form, F_EFFECT | F_RESULT);
    if (!n)
        return -1;
    if (i->op == OP_calltab) {
        n->kind = N_CALLTAB;
        n->x[0] = x;
        n->nx = 1;
    }
    n->out = one ? class_of((char)vt_letter(t->vt[t->nparam])) : 0;
    if (n->out == 'V')
        n->out = 0;
    for (u32 k = 0; k < t->result_slots; k++)
        ityped_wrote(w, (u16)(i->a + t->result_at + k), (s32)(n - w->node));
    return clear_window(w, i, t, pc);
}

static int ret(struct tlower *w, const struct insn *i, u32 pc) {
    const struct deftype *t = &w->im->m->type[w->f->type];
    bool one = t->nresult == 1 && t->result_slots == 1 && t->result_at == 0;
    const struct node *c;
    struct node *n;
    if (!one) {
        n = ityped_other(w, i, pc, i->c ? T_retn : T_ret0, F_EFFECT);
        if (n)
            n->kind = N_RET;
        return n ? 0 : -1;
    }
    n = ityped_node(w, N_RET, F_EFFECT, pc);
    if (!n)
        return -1;
    n->a = i->a;
    n->form = T_ret_r;
    ityped_use(w, n, 0, i->a, (char)vt_letter(t->vt[t->nparam]));
    c = ityped_constant(w, &n->x[0]);
    if (c && n->x[0].cls == 'I' && c->val == (u64)(s64)(s32)c->val) {
        n->form = T_ret_i;
        n->imm = (s32)c->val;
        n->nx = 0;
    }
    return 0;
}

int ityped_object_node(struct tlower *w, const struct insn *i, u32 pc) {
    struct node *n;
    switch (i->op) {
    case OP_callt:
    case OP_calltab:
    case OP_callref: return call(w, i, pc);
    case OP_tcallt:
        return ityped_other(w, i, pc, w->im->m->func[i->imm].imported ? T_tcallout : T_tcallt, F_EFFECT) ? 0 : -1;
    case OP_tcalltab: return ityped_other(w, i, pc, T_tcalltab, F_EFFECT) ? 0 : -1;
    case OP_tcallref: return ityped_other(w, i, pc, T_tcallref, F_EFFECT) ? 0 : -1;
    case OP_ret: return ret(w, i, pc);
    case OP_throw: return ityped_other(w, i, pc, T_throw, F_EFFECT) ? 0 : -1;
    case OP_throwref: return ityped_other(w, i, pc, T_throwref, F_EFFECT) ? 0 : -1;
    case OP_exnis: return ityped_other(w, i, pc, T_exnis, F_RESULT) ? 0 : -1;
    case OP_exnarg: return ityped_other(w, i, pc, T_exnarg, F_EFFECT) ? 0 : -1;
    case OP_rnull: return ityped_const(w, i->a, 0, pc);
    case OP_rfunc: return ityped_other(w, i, pc, T_rfunc, F_RESULT) ? 0 : -1;
    case OP_rcheck: return ityped_other(w, i, pc, T_rcheck, F_EFFECT) ? 0 : -1;
    case OP_gget: return ityped_other(w, i, pc, T_gget, F_RESULT) ? 0 : -1;
    case OP_gset:
        n = ityped_node(w, N_GSET, F_EFFECT, pc);
        if (!n)
            return -1;
        n->imm = i->imm;
        ityped_use(w, n, 0, i->a, 'L');
        return 0;
    case OP_vgget: return ityped_other(w, i, pc, T_vgget, F_EFFECT) ? 0 : -1;
    case OP_vgset: return ityped_other(w, i, pc, T_vgset, F_EFFECT) ? 0 : -1;
    case OP_tget: return ityped_other(w, i, pc, T_tget, F_RESULT | F_EFFECT) ? 0 : -1;
    case OP_tset: return ityped_other(w, i, pc, T_tset, F_EFFECT) ? 0 : -1;
    case OP_tsize: return ityped_other(w, i, pc, T_tsize, F_RESULT) ? 0 : -1;
    default: return ityped_other(w, i, pc, T_object, F_EFFECT | (i->op == OP_tgrow ? F_RESULT : 0)) ? 0 : -1;
    }
}

int ityped_control(struct tlower *w, const struct insn *i, u32 pc) {
    struct node *n;
    switch (i->op) {
    case OP_mov64i: return ityped_const(w, i->a, (u64)(s64)i->imm, pc);
    case OP_mov32i: return ityped_const(w, i->a, (u32)i->imm, pc);
    case OP_const64: return ityped_const(w, i->a, insn_imm64(i), pc);
    case OP_pad: return 0;
    case OP_ja: return ityped_node(w, N_BR, F_EFFECT | F_SPLIT, pc) ? 0 : -1;
    case OP_brtab:
        n = ityped_node(w, N_BRTAB, F_EFFECT | F_SPLIT, pc);
        if (n)
            ityped_use(w, n, 0, i->b, 'I');
        return n ? 0 : -1;
    case OP_select:
        n = ityped_node(w, N_SELECT, F_RESULT | F_PURE, pc);
        if (!n)
            return -1;
        n->form = T_select_r;
        ityped_use(w, n, 0, i->b, 'X');
        ityped_use(w, n, 1, i->c, 'X');
        ityped_use(w, n, 2, (u16)i->imm, 'I');
        ityped_result(w, n, i->a, 'I');
        return 0;
    case OP_memsize: return ityped_other(w, i, pc, T_memsize, F_RESULT) ? 0 : -1;
    case OP_memgrow: return ityped_other(w, i, pc, T_object, F_EFFECT | F_RESULT) ? 0 : -1;
    case OP_trap: return ityped_other(w, i, pc, T_trap, F_EFFECT) ? 0 : -1;
    case OP_fence: return ityped_other(w, i, pc, T_fence, F_EFFECT) ? 0 : -1;
    default: assert(!"not in typed functions"); return -1;
    }
}
