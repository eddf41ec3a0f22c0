/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* homes.c - units whose values are their registers: register r in slot r of the frame, from entry to exit.
 * in: g, live      out: val, sites, param, zero; code as it stands */
#include "engine/jit/image.h"
#include "engine/jit/jit.h"
#include <string.h>

static u8 class_of(char t) {
    return t == 'F' || t == 'D' ? VAL_FLT : t == 'V' ? VAL_VEC : VAL_INT;
}

static int no_memory(struct unit *u) {
    return fail(u->e, E_NOMEM, NOWHERE, "out of memory to compile %s", u->f->name);
}

static bool list_room(struct unit *u, u32 *cap, u32 n) {
    u16 *l;
    if (u->nlist + n <= *cap)
        return true;
    l = arena_new(u->tmp, u16, (size_t)*cap * 2 + n);
    if (!l)
        return false;
    if (u->nlist)
        memcpy(l, u->list, u->nlist * sizeof *l);
    u->list = l;
    *cap = *cap * 2 + n;
    return true;
}

/* Slots of values of these types, as a list: of a v128 the first alone. */
static bool list_window(struct unit *u, u32 *cap, u16 at, const u32 *vt, u32 n) {
    for (u32 k = 0; k < n; k++) {
        u32 slots = vt_slots(vt[k]);
        if (!list_room(u, cap, 2))
            return false;
        u->list[u->nlist++] = at;
        if (slots == 2)
            u->list[u->nlist++] = NO_VALUE;
        at = (u16)(at + slots);
    }
    return true;
}

static bool list_live(struct unit *u, u32 *cap, const u64 *set, u16 from, u32 n, u16 result, u32 nresult) {
    for (u32 word = from / 64; word < u->live.nword; word++)
        for (u64 bits = set[word]; bits; bits &= bits - 1) {
            u32 r = word * 64 + (u32)__builtin_ctzll(bits);
            if (r < from || r >= from + n || r >= u->f->nreg || (r >= result && r < (u32)result + nresult))
                continue;
            if (!list_room(u, cap, 1))
                return false;
            u->list[u->nlist++] = (u16)r;
        }
    return true;
}

static const struct deftype *type_of(const struct unit *u, const struct insn *i) {
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

static bool site(struct unit *u, u32 *cap, struct site *s, u32 pc, const u64 *set) {
    const struct insn *i = &u->code[pc];
    u8 window = isa_info[i->op].window;
    bool ok = true;
    *s = (struct site){.pc = pc, .in = u->nlist};
    if (i->op == OP_call || i->op == OP_callf || i->op == OP_callk || i->op == OP_callx) {
        static const u32 five[5] = {'L', 'L', 'L', 'L', 'L'};
        ok = list_window(u, cap, 1, five, 5);
        s->nin = 5;
        s->zero = u->nlist;
        ok = ok && list_live(u, cap, set, 1, 5, 0, 0);
        s->nzero = u->nlist - s->zero;
        s->out = u->nlist;
        ok = ok && list_window(u, cap, REG_R0, five, 1);
        s->nout = 1;
        return ok;
    }
    if (i->op == OP_exit || (isa_info[i->op].shape == SHAPE_ATOM && isa_info[i->op].atom == ATOM_CMPXCHG)) {
        static const u32 one = 'L';
        s->nin = 1;
        return list_window(u, cap, REG_R0, &one, 1);
    }
    if (i->op == OP_manotify)
        return true;
    if (isa_info[i->op].shape == SHAPE_MATOM) {
        static const u32 one = 'L';
        s->nin = 1;
        return list_window(u, cap, (u16)(i->a + 1), &one, 1);
    }
    if (window != WIN_NO) {
        const struct deftype *t = type_of(u, i);
        const u32 *vt = i->op == OP_ret ? t->vt + t->nparam : t->vt;
        if (i->op != OP_exnarg)
            ok = list_window(u, cap, i->a, vt, i->op == OP_ret ? t->nresult : t->nparam);
        s->nin = u->nlist - s->in;
        if (window == WIN_CALL) {
            u16 result = (u16)(i->a + t->result_at);
            s->zero = u->nlist;
            ok = ok && (u->all_live || list_live(u, cap, set, i->a, UINT16_MAX, result, t->result_slots));
            s->nzero = u->nlist - s->zero;
            s->out = u->nlist;
            ok = ok && list_window(u, cap, result, t->vt + t->nparam, t->nresult);
            s->nout = u->nlist - s->out;
        } else if (i->op == OP_exnarg) {
            s->out = u->nlist;
            ok = list_window(u, cap, i->a, t->vt, t->nparam);
            s->nout = u->nlist - s->out;
        }
    }
    return ok;
}

static int sites(struct unit *u) {
    u32 n = 0, at, cap = 0;
    u64 *set = arena_new(u->tmp, u64, u->live.nword), *more = arena_new(u->tmp, u64, u->live.nword);
    for (u32 pc = 0; pc < u->f->nslot; pc++)
        n += jit_has_site(u->code[pc].op);
    u->site = arena_new(u->tmp, struct site, n);
    if (!u->site || !set || !more)
        return no_memory(u);
    at = n;
    for (u32 b = u->g.nblk; b-- > 0;) {
        const struct block *k = &u->g.blk[b];
        if (!k->reachable)
            continue;
        memcpy(set, live_out(&u->live, b), u->live.nword * sizeof *set);
        for (u32 pc = k->end; pc-- > k->start;) {
            const u64 *behind = set;
            if (k->handler != NBLOCK && isa_throws(u->code[pc].op)) {
                const u64 *in = live_in(&u->live, k->handler);
                for (u32 w = 0; w < u->live.nword; w++)
                    more[w] = set[w] | in[w];
                behind = more;
            }
            if (jit_has_site(u->code[pc].op) && !site(u, &cap, &u->site[--at], pc, behind))
                return no_memory(u);
            live_step(&u->live, set, pc);
        }
    }
    u->nsite = n - at;
    memmove(u->site, u->site + at, u->nsite * sizeof *u->site);
    return 0;
}

int jit_homes(struct unit *u) {
    const struct func *f = u->f;
    u32 nparam = u->typed ? u->l->m->type[f->type].param_slots : NREG_EBPF;
    u->code = f->code;
    u->nval = f->nreg;
    u->nslot = (u32)f->nreg + 1; /* a v128 may be loaded from the last */
    u->val = arena_new(u->tmp, struct value, u->nval);
    u->param = arena_new(u->tmp, u16, nparam + 1);
    u->zero = arena_new(u->tmp, u16, f->nreg);
    if (!u->val || !u->param || !u->zero)
        return no_memory(u);
    u->all_live = u->typed && !u->live.exact;
    for (u32 r = 0; r < f->nreg; r++)
        u->val[r] = (struct value){.cls = class_of(f->reg_type ? (char)f->reg_type[r] : 'L'),
                                   .where = IN_SLOT,
                                   .reg = NO_REG,
                                   .same = NO_VALUE,
                                   .hint = NO_REG,
                                   .slot = r};
    u->nparam = nparam;
    memset(u->param, 0xff, (nparam + 1) * sizeof *u->param);
    if (u->typed) {
        const struct deftype *t = &u->l->m->type[f->type];
        u32 at = 0;
        for (u32 k = 0; k < t->nparam; at += vt_slots(t->vt[k]), k++)
            u->param[at] = (u16)at;
    } else {
        for (u16 r = 1; r < NREG_EBPF; r++)
            if (r <= 5 || r == REG_FP)
                u->param[r] = r;
    }
    for (u32 r = 0; r < f->nreg && !u->all_live; r++) /* single slots: a v128 is two */
        if (u->typed ? r >= nparam : r >= nparam || u->param[r] == NO_VALUE)
            if (live_has(live_in(&u->live, 0), (u16)r) || u->l->exact_regs)
                u->zero[u->nzero++] = (u16)r;
    u->caught = arena_new(u->tmp, u16, f->nhandler + 1);
    if (!u->caught)
        return no_memory(u);
    for (u32 k = 0; k < f->nhandler; k++)
        u->caught[k] = f->handler[k].reg;
    return sites(u);
}
