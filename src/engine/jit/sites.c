/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* sites.c - instructions that take or leave values beside a, b, c: their lists, and what calls leave 0.
 * in: the walk of values.c      out: unit.site, list */
#include "engine/jit/values.h"
#include <string.h>

struct site *site_new(struct walk *w) {
    struct unit *u = w->u;
    if (u->nsite == w->csite) {
        struct site *s = arena_new(u->tmp, struct site, w->csite * 2 + 16);
        if (!s || (u->nsite && !memcpy(s, u->site, u->nsite * sizeof *s)))
            return value_no_room(w), NULL;
        u->site = s;
        w->csite = w->csite * 2 + 16;
    }
    u->site[u->nsite] = (struct site){.pc = w->pc};
    return &u->site[u->nsite++];
}

void site_list_add(struct walk *w, u16 v) {
    struct unit *u = w->u;
    if (u->nlist == w->clist) {
        u16 *l = arena_new(u->tmp, u16, (size_t)w->clist * 2 + 64);
        if (!l) {
            value_no_room(w);
            return;
        }
        if (u->nlist)
            memcpy(l, u->list, u->nlist * sizeof *l);
        u->list = l;
        w->clist = w->clist * 2 + 64;
    }
    u->list[u->nlist++] = v;
}

/* Registers in which arguments pass, by class, in order. */
void site_hint(struct walk *w, u16 v, u8 cls, struct hints *h) {
    const struct machine *mc = w->u->mc;
    u8 reg = NO_REG;
    if (cls == VAL_INT && h->gpr < mc->narg_gpr)
        reg = mc->arg_gpr[h->gpr++];
    else if (cls != VAL_INT && h->xmm < mc->narg_xmm)
        reg = mc->arg_xmm[h->xmm++];
    if (v != NO_VALUE && w->u->val[v].hint == NO_REG)
        w->u->val[v].hint = reg;
}

static void list_uses(struct walk *w, u16 at, const u32 *vt, u32 n) {
    struct hints h = {0};
    for (u32 k = 0; k < n; k++) {
        char t = (char)vt_letter(vt[k]);
        bool set_ = value_held(w, at)->v != NO_VALUE;
        u16 v = set_ ? value_use(w, at, t) : NO_VALUE;
        site_list_add(w, v);
        site_hint(w, v, value_class(t), &h);
        if (t == 'V')
            site_list_add(w, NO_VALUE);
        at = (u16)(at + vt_slots(vt[k]));
    }
}

static void list_defs(struct walk *w, u16 at, const u32 *vt, u32 n, bool call) {
    bool first[2] = {true, true};
    for (u32 k = 0; k < n; k++) {
        char t = (char)vt_letter(vt[k]);
        u8 cls = value_class(t);
        u16 v = value_define(w, at, cls, false); /* whoever gave an i32 may have had it in an i64 */
        if (w->homes)
            return;
        if (call && first[cls != VAL_INT])
            w->u->val[v].hint = cls == VAL_INT ? w->u->mc->ret_gpr : w->u->mc->ret_xmm;
        first[cls != VAL_INT] = false;
        site_list_add(w, v);
        if (t == 'V')
            site_list_add(w, NO_VALUE);
        at = (u16)(at + vt_slots(vt[k]));
    }
}

static const struct deftype *type_called(const struct unit *u, const struct insn *i) {
    const struct module *m = u->l->m;
    switch (i->op) {
    case OP_callt:
    case OP_tcallt: return &m->type[m->func[i->imm].type];
    case OP_throw:
    case OP_exnarg: return &m->type[m->tag[i->imm].type];
    case OP_ret: return &m->type[u->f->type];
    default: return &m->type[i->imm];
    }
}

/* Whose registers a call leaves 0, from which on; 0: it is none. */
static u32 clears(const struct insn *i, u16 *from) {
    *from = 1;
    if (!(isa_brief[i->op] & BRIEF_ODD))
        return 0;
    if (i->op == OP_call || i->op == OP_callf || i->op == OP_callk || i->op == OP_callx)
        return 5;
    return isa_clobbers(i, from) ? UINT16_MAX : 0;
}

/* For each call of block b, from the last to the first: which of those registers are read behind it. */
void site_look_behind(struct walk *w, u32 b) {
    const struct unit *u = w->u;
    const struct block *k = &u->g.blk[b];
    const u64 *caught_ = k->handler != NBLOCK ? live_in(&u->live, k->handler) : NULL;
    u16 from, r;
    u32 first = k->end;
    w->ncleared = 0;
    w->cleared.len = 0;
    for (u32 pc = k->end; pc-- > k->start;)
        if (clears(&u->f->code[pc], &from))
            first = pc;
    if (first == k->end)
        return;
    memcpy(w->set, live_out(&u->live, b), u->live.nword * sizeof *w->set);
    for (u32 pc = k->end; pc-- > first;) {
        u32 n = clears(&u->f->code[pc], &from), start = w->ncleared;
        for (u32 word = from / 64; n && word < u->live.nword; word++) {
            u64 bits = w->set[word] | (caught_ && isa_throws(u->f->code[pc].op) ? caught_[word] : 0);
            for (; bits; bits &= bits - 1) {
                r = (u16)(word * 64 + (u32)__builtin_ctzll(bits));
                if (r >= from && r < from + n && r < u->f->nreg)
                    buf_add(&w->cleared, &r, sizeof r), w->ncleared++;
            }
        }
        if (n) {
            r = (u16)(w->ncleared - start);
            buf_add(&w->cleared, &r, sizeof r);
            w->ncleared++;
        }
        live_step(&u->live, w->set, pc);
    }
}

/* Registers that are read behind this call and are none of its results: they are 0. */
static void clear(struct walk *w, u32 site, u16 result, u32 nresult) {
    const u16 *all = (const u16 *)(const void *)w->cleared.data;
    u32 h = w->u->g.blk[w->b].handler;
    u16 n = all[w->ncleared - 1];
    const u16 *list = all + w->ncleared - 1 - n;
    w->ncleared -= n + 1u;
    w->u->site[site].zero = w->u->nlist;
    for (u32 k = 0; k < n; k++) {
        u16 r = list[k];
        bool mine = r >= result && r < (u32)result + nresult,
             is_caught = h != NBLOCK && live_has(live_in(&w->u->live, h), r);
        struct cur *c = value_held(w, r);
        if (mine) { /* the handler finds 0 there, and not in the result's place */
            w->homes |= is_caught;
            continue;
        }
        if (c->cls == HIGH)
            continue;
        if (c->v == NO_VALUE)
            c->cls = value_class(value_letter(w, r));
        site_list_add(w, value_define(w, r, c->cls, true));
        if (is_caught)
            value_merge(w, r);
        if (w->homes || w->u->e->code)
            return;
    }
    w->u->site[site].nzero = w->u->nlist - w->u->site[site].zero;
}

void site_caught(struct walk *w) {
    u16 r;
    u32 h = w->u->g.blk[w->b].handler;
    const struct handler *row = w->u->f->handler;
    if (h == NBLOCK)
        return;
    while (w->pc < row->start || w->pc >= row->end)
        row++;
    memcpy(w->set, live_in(&w->u->live, h), w->u->live.nword * sizeof *w->set);
    w->set[row->reg / 64] &= ~((u64)1 << row->reg % 64);
    value_cross(w, w->set, w->pc + 2);
    EACH_BIT(w->set, w->u->live.nword, r) { /* it lives on behind this, also where the handler stands in front */
        struct value *v = w->homes || r >= w->u->f->nreg ? NULL : &w->u->val[value_held(w, r)->v];
        if (v && v->same != NO_VALUE)
            v = &w->u->val[v->same];
        if (v && v->last < w->pc + 2)
            v->last = w->pc + 2;
    }
    if (value_is_any(w, row->reg)) /* no front end makes such */
        w->homes = true;
    else
        value_tell(w, h);
}

void site_window(struct walk *w, const struct insn *i) {
    const struct deftype *t = type_called(w->u, i);
    struct site *s = site_new(w);
    u32 at;
    if (!s)
        return;
    at = w->u->nsite - 1;
    s->in = w->u->nlist;
    if (i->op != OP_exnarg && i->op != OP_ret)
        list_uses(w, i->a, t->vt, t->nparam);
    else if (i->op == OP_ret)
        list_uses(w, i->a, t->vt + t->nparam, t->nresult);
    w->u->site[at].nin = w->u->nlist - w->u->site[at].in;
    if (isa_throws(i->op))
        site_caught(w);
    w->u->site[at].out = w->u->nlist;
    if (isa_info[i->op].window == WIN_CALL) {
        u16 result = (u16)(i->a + t->result_at);
        clear(w, at, result, t->result_slots);
        w->u->site[at].out = w->u->nlist;
        list_defs(w, result, t->vt + t->nparam, t->nresult, true);
    } else if (i->op == OP_exnarg) {
        list_defs(w, i->a, t->vt, t->nparam, false);
    }
    w->u->site[at].nout = w->u->nlist - w->u->site[at].out;
}

/* Calls by the eBPF convention, and exit. */
void site_convention(struct walk *w, const struct insn *i) {
    struct site *s = site_new(w);
    if (!s)
        return;
    s->in = w->u->nlist;
    if (i->op == OP_exit) {
        site_list_add(w, value_held(w, REG_R0)->v == NO_VALUE ? NO_VALUE : value_use(w, REG_R0, 'L'));
        s->nin = 1;
        return;
    }
    for (u16 r = 1; r <= 5; r++)
        site_list_add(w, value_held(w, r)->v == NO_VALUE ? NO_VALUE : value_use(w, r, 'L'));
    s->nin = 5;
    clear(w, w->u->nsite - 1, REG_R0, 1);
    s->out = w->u->nlist;
    site_list_add(w, value_define(w, REG_R0, VAL_INT, false));
    s->nout = 1;
}
