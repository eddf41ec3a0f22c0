/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* values.c - registers become values.
 * in: g, live, code      out: a copy of the code that names values, val, sites, param, zero
 *
 * One walk forward. A definition makes a value; at the end of its block, if the register is read behind it, the value
 * is said to be the same as the one that stands for that register across edges. There is one of these for each class
 * that a register crosses edges in (slots of an operand stack hold numbers of any type): what it is at the start of a
 * block, the blocks before have said. Where they do not agree, or halves of a v128 are read, registers stay what they
 * are ("homes"). */
#include "engine/jit/values.h"
#include <assert.h>
#include <string.h>

bool value_no_room(struct walk *w) {
    fail(w->u->e, E_NOMEM, NOWHERE, "out of memory to compile %s", w->u->f->name);
    return false;
}

/* --- classes --- */

u8 value_class(char type) {
    switch (type) {
    case 'F':
    case 'D': return VAL_FLT;
    case 'V': return VAL_VEC;
    case 'v': return HIGH;
    default: return VAL_INT;
    }
}

char value_letter(const struct walk *w, u16 reg) {
    return w->u->f->reg_type ? (char)w->u->f->reg_type[reg] : 'L';
}

/* --- values --- */

static u16 value_new(struct walk *w, u8 cls) {
    struct unit *u = w->u;
    if (u->nval == w->cap) {
        u32 cap = w->cap * 2 < NO_VALUE ? w->cap * 2 : NO_VALUE - 1u;
        struct value *v = cap > w->cap ? arena_some(u->tmp, struct value, cap) : NULL;
        if (!v) { /* more than a u16 tells apart */
            w->homes = true;
            return 0;
        }
        memcpy(v, u->val, u->nval * sizeof *v);
        u->val = v;
        w->cap = cap;
    }
    u->val[u->nval] = (struct value){.cls = cls,
                                     .where = IN_NOTHING,
                                     .reg = NO_REG,
                                     .same = NO_VALUE,
                                     .hint = NO_REG,
                                     .first = w->pc + 1,
                                     .last = w->pc + 1};
    return (u16)u->nval++;
}

static u16 global(struct walk *w, u16 reg, u8 cls) {
    u16 *g = &w->global[reg][cls];
    if (*g == NO_VALUE) {
        *g = value_new(w, cls);
        w->u->val[*g].flags = VALUE_CROSS | (value_letter(w, reg) == 'I' ? VALUE_ZEXT : 0);
        if (live_has(w->plain, reg) && !w->homes)
            w->home[reg] = *g;
    }
    return *g;
}

static void set(struct walk *w, u16 reg, u16 v, u8 cls) {
    w->cur[reg] = (struct cur){w->stamp, v, cls};
    w->touched[reg / 64] |= (u64)1 << reg % 64;
}

/* Of a register that the block has had nothing to do with so far. */
static void first_touch(struct walk *w, u16 reg) {
    u16 v = reg < w->u->f->nreg && live_has(w->in, reg) ? w->home[reg] : NO_HOME;
    if (v == NO_HOME)
        set(w, reg, NO_VALUE, VAL_INT);
    else
        set(w, reg, v, w->u->val[v].cls);
}

/* What register reg holds; NO_VALUE: nothing that anybody reads. */
struct cur *value_held(struct walk *w, u16 reg) {
    if (w->cur[reg].stamp != w->stamp)
        first_touch(w, reg);
    return &w->cur[reg];
}

static void count(struct walk *w, u16 v) {
    struct value *x = &w->u->val[v];
    for (;;) {
        x->weight += w->weight;
        if (x->last < w->pc + 1)
            x->last = w->pc + 1;
        if (x->same == NO_VALUE)
            return;
        x = &w->u->val[x->same];
    }
}

/* Reads reg as a value of that type. */
u16 value_use(struct walk *w, u16 reg, char type) {
    struct cur *c = value_held(w, reg);
    u8 cls = value_class(type);
    if (cls == VAL_VEC) {
        struct cur *h = value_held(w, (u16)(reg + 1));
        if (c->v == NO_VALUE || c->cls != VAL_VEC || h->cls != HIGH || h->v != c->v) {
            w->homes = true;
            return 0;
        }
    } else if (c->v == NO_VALUE || c->cls == VAL_VEC || c->cls == HIGH) {
        w->homes = true;
        return 0;
    } else if (c->cls != cls && type != 'X') {
        w->u->val[c->v].flags |= VALUE_MIXED;
    }
    w->u->val[c->v].uses += w->u->val[c->v].uses < 255;
    count(w, c->v);
    return c->v;
}

u16 value_define(struct walk *w, u16 reg, u8 cls, bool zext) {
    u16 v = value_new(w, cls);
    w->u->val[v].flags |= zext ? VALUE_ZEXT : 0;
    count(w, v);
    set(w, reg, v, cls);
    if (cls == VAL_VEC)
        set(w, (u16)(reg + 1), v, HIGH);
    return v;
}

/* Value v is no part of a block alone: it is what crosses edges in reg. */
void value_merge(struct walk *w, u16 reg) {
    struct cur *c = &w->cur[reg];
    u16 g;
    if (c->stamp != w->stamp || c->v == NO_VALUE || c->cls == HIGH)
        return;
    g = global(w, reg, c->cls);
    if (g == c->v || w->homes)
        return;
    if (w->u->val[c->v].same == NO_VALUE) {
        struct value *x = &w->u->val[c->v], *y = &w->u->val[g];
        x->same = g;
        y->weight += x->weight;
        y->flags |= x->flags & VALUE_MIXED;
        if (!(x->flags & VALUE_ZEXT)) /* also in a register of i32: a select may leave all of an i64 there */
            y->flags &= (u8)~VALUE_ZEXT;
        if (x->first < y->first)
            y->first = x->first;
        if (x->last > y->last)
            y->last = x->last;
    }
}

/* --- blocks --- */

bool value_is_any(const struct walk *w, u16 reg) {
    return w->any[reg / 64] >> reg % 64 & 1;
}

/* Register r is live at the start of block b, of which nothing was known yet; cls: of those of any class, in order. */
static void start_register(struct walk *w, u32 b, u16 r, const u8 **cls) {
    const struct unit *u = w->u;
    const struct block *k = &u->g.blk[b];
    u8 c = value_class(value_letter(w, r));
    u16 v;
    if (value_is_any(w, r)) {
        w->homes |= !*cls && b != 0;
        c = *cls ? *(*cls)++ : VAL_INT;
    }
    if (c == HIGH) {
        if (r && w->cur[r - 1].stamp == w->stamp)
            set(w, r, w->cur[r - 1].v, HIGH);
        else
            w->homes = true;
        return;
    }
    v = global(w, r, c);
    if (w->homes)
        return;
    set(w, r, v, c);
    if (k->start < u->val[v].first)
        u->val[v].first = k->start;
    if (k->start + 1 > u->val[v].last)
        u->val[v].last = k->start + 1;
}

/* Of plain registers that were live before nothing is new but the block: live_until() says how long they live, and what
 * the block does not touch costs nothing in it. */
static void start_block(struct walk *w, u32 b) {
    const struct unit *u = w->u;
    const u64 *in = live_in(&u->live, b);
    const u8 *cls = w->in_cls[b];
    w->b = b;
    w->stamp = b + 1;
    w->pc = u->g.blk[b].start;
    w->weight = (u32)1 << 3 * u->loop[b];
    w->in = in;
    memset(w->touched, 0, u->live.nword * sizeof *w->touched);
    for (u32 word = 0; word < u->live.nword; word++) {
        for (u64 bits = in[word] & ~w->seen[word]; bits; bits &= bits - 1) {
            u32 r = word * 64 + (u32)__builtin_ctzll(bits);
            if (r >= u->f->nreg)
                return;
            start_register(w, b, (u16)r, &cls);
            if (w->homes)
                return;
        }
        w->seen[word] |= in[word] & w->plain[word];
    }
}

/* What plain registers hold across edges lives to the last edge that they are live at. */
static void live_until(struct walk *w) {
    const struct unit *u = w->u;
    memset(w->seen, 0, u->live.nword * sizeof *w->seen);
    for (u32 b = u->g.nblk; b-- > 0;)
        for (u32 edge = 0; edge < 2 && u->g.blk[b].reachable; edge++) {
            const u64 *live = edge ? live_in(&u->live, b) : live_out(&u->live, b);
            u32 upto = edge ? u->g.blk[b].start + 1 : u->g.blk[b].end + 1;
            for (u32 word = 0; word < u->live.nword; word++) {
                for (u64 bits = live[word] & w->plain[word] & ~w->seen[word]; bits; bits &= bits - 1) {
                    u16 v = w->home[word * 64 + (u32)__builtin_ctzll(bits)];
                    if (v != NO_HOME && u->val[v].last < upto)
                        u->val[v].last = upto;
                }
                w->seen[word] |= live[word];
            }
        }
}

/* Says to block s what registers of any class are; agrees with who said so before. */
void value_tell(struct walk *w, u32 s) {
    const struct unit *u = w->u;
    const u64 *in = live_in(&u->live, s);
    u32 n = 0;
    u16 r;
    if (!w->in_cls[s]) {
        u32 most = 0;
        for (u32 k = 0; k < u->live.nword; k++)
            most += (u32)__builtin_popcountll(in[k] & w->any[k]);
        w->in_cls[s] = arena_new(u->tmp, u8, most + 1);
        if (!w->in_cls[s]) {
            value_no_room(w);
            return;
        }
        w->in_cls[s][most] = 0;
        for (u32 k = 0; k < most; k++)
            w->in_cls[s][k] = NCLASS;
    }
    for (u32 word = 0; word < u->live.nword; word++)
        for (u64 bits = in[word] & w->any[word]; bits; bits &= bits - 1) {
            u8 *c = &w->in_cls[s][n++];
            r = (u16)(word * 64 + (u32)__builtin_ctzll(bits));
            if (*c == NCLASS)
                *c = value_held(w, r)->cls;
            else if (*c != value_held(w, r)->cls)
                w->homes = true;
        }
}

/* What is in the set crosses an edge, and lives up to number `upto` at least; of plain registers live_until() says
 * that. */
void value_cross(struct walk *w, const u64 *set_, u32 upto) {
    for (u32 word = 0; word < w->u->live.nword; word++) {
        u64 plain = w->plain[word] & w->in[word] & ~w->touched[word]; /* as they were */
        for (u64 bits = set_[word] & ~plain; bits; bits &= bits - 1) {
            u16 r = (u16)(word * 64 + (u32)__builtin_ctzll(bits)), v;
            if (r >= w->u->f->nreg)
                return;
            if (likely(w->cur[r].v == w->home[r] && w->cur[r].stamp == w->stamp))
                continue;
            if (value_held(w, r)->v == NO_VALUE) {
                w->homes = true;
                return;
            }
            value_merge(w, r);
            if (w->homes)
                return;
            v = w->cur[r].v;
            if (w->u->val[v].same != NO_VALUE)
                v = w->u->val[v].same;
            if (w->u->val[v].last < upto)
                w->u->val[v].last = upto;
        }
    }
}

static void end_block(struct walk *w, u32 b) {
    const struct unit *u = w->u;
    const struct block *k = &u->g.blk[b];
    const u64 *out = live_out(&u->live, b);
    value_cross(w, out, k->end + 1);
    if (w->homes)
        return;
    for (u32 j = 1; j < block_nsucc(k); j++)
        if (block_succ(k, j) != NBLOCK)
            value_tell(w, block_succ(k, j));
    if (u->code[k->end - 1].op == OP_gotox)
        for (u32 s = 0; s < u->g.nblk; s++)
            if (u->f->jump_ok[u->g.blk[s].start / 64] >> u->g.blk[s].start % 64 & 1)
                value_tell(w, s);
}

/* --- instructions --- */

/* The type that an operand of any scalar type has here. */
static char type_here(struct walk *w, const struct insn *i, char t, u32 operand) {
    const struct module *m = w->u->l->m;
    if (t != 'Y')
        return t == 'A' || t == 'Q' || t == 'R' || t == 'E' || t == 'N' ? 'L' : t;
    (void)operand;
    return (char)vt_letter(isa_info[i->op].imm == ON_GLOBAL ? m->global[i->imm].vt : m->table[i->imm].vt);
}

/* a is an operand and the result, or an operand alone. */
static bool reads_a(const struct insn *i) {
    u8 shape = isa_info[i->op].shape;
    return isa_info[i->op].flags & READS_A || shape == SHAPE_MST ||
           (shape == SHAPE_MATOM && isa_info[i->op].atom != MATOM_LOAD);
}
static bool writes_a(const struct insn *i) {
    return isa_writes(i).n != 0;
}

static bool is_const(const struct insn *i, u64 *v) {
    if (i->op == OP_mov64i)
        *v = (u64)(s64)i->imm;
    else if (i->op == OP_mov32i)
        *v = (u32)i->imm;
    else if (i->op == OP_const64)
        *v = insn_imm64(i);
    else
        return false;
    return true;
}

static u8 class_of_any(struct walk *w, const struct insn *i) {
    const u16 reg[2] = {i->b, i->c};
    for (u32 k = 0; k < 2; k++)
        if (value_held(w, reg[k])->v != NO_VALUE && value_held(w, reg[k])->cls == VAL_FLT)
            return VAL_FLT;
    return VAL_INT;
}

static void instruction(struct walk *w, u32 pc) {
    const struct insn *i = &w->u->f->code[pc];
    const struct isa_row *row = &isa_info[i->op];
    struct insn *o = &w->code[pc];
    u64 bits;
    u8 cls;
    *o = *i;
    w->pc = pc;
    if (i->op == OP_pad || i->op == OP_ja)
        return;
    if (row->window != WIN_NO) {
        if (isa_has(row->type[1]))
            o->b = value_use(w, i->b, type_here(w, i, row->type[1], 1));
        site_window(w, i);
        return;
    }
    if (isa_has(row->type[1]))
        o->b = value_use(w, i->b, type_here(w, i, row->type[1], 1));
    if (isa_has(row->type[2]))
        o->c = value_use(w, i->c, type_here(w, i, row->type[2], 2));
    if (row->shape == SHAPE_TER)
        o->imm = value_use(w, (u16)i->imm, 'V');
    if (i->op == OP_select || i->op == OP_vselect)
        o->imm = value_use(w, (u16)i->imm, 'I');
    if (w->homes)
        return;
    if (i->op == OP_exit || i->op == OP_call || i->op == OP_callf || i->op == OP_callk || i->op == OP_callx) {
        site_convention(w, i);
        return;
    }
    if (jit_has_site(i->op)) {
        struct site *s = site_new(w);
        if (!s)
            return;
        s->in = w->u->nlist;
        if (row->shape == SHAPE_ATOM && row->atom == ATOM_CMPXCHG)
            site_list_add(w, value_use(w, REG_R0, 'L'));
        if (row->shape == SHAPE_MATOM && (row->atom == MATOM_CMPXCHG || row->atom == MATOM_WAIT))
            site_list_add(w, value_use(w, (u16)(i->a + 1), 'L'));
        w->u->site[w->u->nsite - 1].nin = w->u->nlist - w->u->site[w->u->nsite - 1].in;
        if (isa_throws(i->op))
            site_caught(w);
    }
    if (reads_a(i)) {
        o->a = value_use(w, i->a, type_here(w, i, row->type[0], 0));
        if (writes_a(i)) { /* the same field names both: the value goes on, changed */
            w->u->val[o->a].flags |= VALUE_CHANGED;
            if (row->type[0] == 'L')
                w->u->val[o->a].flags &= (u8)~VALUE_ZEXT;
        }
        return;
    }
    if (!isa_has(row->type[0]) || !writes_a(i))
        return;
    cls = value_class(type_here(w, i, row->type[0], 0));
    if (row->type[0] == 'X') /* as its register is; one of any class as the operands are */
        cls = i->op == OP_select && value_is_any(w, i->a) ? class_of_any(w, i) : value_class(value_letter(w, i->a));
    o->a = value_define(w, i->a, cls, row->type[0] == 'I');
    if (w->homes)
        return;
    if (is_const(i, &bits)) {
        w->u->val[o->a].bits = bits;
        w->u->val[o->a].flags |= VALUE_CONST | (bits >> 32 == 0 ? VALUE_ZEXT : 0);
    }
}

/* --- the function --- */

static int homes(struct unit *u) {
    u->homes = true;
    u->nval = u->nsite = u->nlist = u->nzero = u->nparam = 0;
    return jit_homes(u);
}

static void parameters(struct walk *w) {
    struct unit *u = w->u;
    const u64 *in = live_in(&u->live, 0);
    const struct deftype *t = u->typed ? &u->l->m->type[u->f->type] : NULL;
    u32 n = u->typed ? t->param_slots : NREG_EBPF;
    u16 r;
    u->param = arena_new(u->tmp, u16, n + 1);
    u->zero = arena_new(u->tmp, u16, u->f->nreg);
    if (!u->param || !u->zero) {
        value_no_room(w);
        return;
    }
    u->nparam = n;
    memset(u->param, 0xff, (n + 1) * sizeof *u->param);
    EACH_BIT(in, u->live.nword, r) {
        struct cur *c;
        bool given = u->typed ? r < n : (r >= 1 && r <= 5) || r == REG_FP;
        if (r >= u->f->nreg)
            break;
        c = &w->cur[r];
        if (c->cls == HIGH || c->v == NO_VALUE)
            continue;
        if (given) {
            u->param[r] = c->v;
            u->val[c->v].flags &= (u8)~VALUE_ZEXT; /* a caller may have had it in an i64 */
        } else {
            u->zero[u->nzero++] = c->v;
        }
        u->val[c->v].first = 0;
        count(w, c->v);
    }
    if (u->typed) {
        struct hints h = {0};
        u32 at = 0;
        for (u32 k = 0; k < t->nparam; at += vt_slots(t->vt[k]), k++)
            site_hint(w, u->param[at], value_class((char)vt_letter(t->vt[k])), &h);
    }
}

static void params_first(struct walk *w) {
    const struct unit *u = w->u;
    if (!u->typed)
        return;
    if (!w->in_cls[0]) { /* parameters of any class: as the signature has them */
        const struct deftype *t = &u->l->m->type[u->f->type];
        const u64 *in = live_in(&u->live, 0);
        u8 *by_reg = arena_new(u->tmp, u8, t->param_slots + 1);
        u32 at = 0, n = 0;
        u16 r;
        w->in_cls[0] = arena_new(u->tmp, u8, u->f->nreg + 1u);
        if (!by_reg || !w->in_cls[0]) {
            value_no_room(w);
            return;
        }
        for (u32 k = 0; k < t->nparam; k++) {
            by_reg[at] = value_class((char)vt_letter(t->vt[k]));
            if (vt_slots(t->vt[k]) == 2)
                by_reg[at + 1] = HIGH;
            at += vt_slots(t->vt[k]);
        }
        EACH_BIT(in, u->live.nword, r)
        if (r < u->f->nreg && value_is_any(w, r))
            w->in_cls[0][n++] = r < t->param_slots ? by_reg[r] : VAL_INT;
    }
}

static bool init(struct walk *w) {
    struct unit *u = w->u;
    u32 nreg = u->f->nreg;
    w->cap = u->f->nslot + nreg + 16 < NO_VALUE ? u->f->nslot + nreg + 16 : NO_VALUE - 1u;
    u->val = arena_some(u->tmp, struct value, w->cap);
    w->code = arena_some(u->tmp, struct insn, u->f->nslot);
    w->cur = arena_new(u->tmp, struct cur, nreg + 1u);
    w->global = arena_calloc(u->tmp, nreg, sizeof *w->global);
    w->any = arena_new(u->tmp, u64, u->live.nword);
    w->in_cls = arena_new(u->tmp, u8 *, u->g.nblk);
    w->set = arena_new(u->tmp, u64, u->live.nword);
    w->plain = arena_new(u->tmp, u64, u->live.nword);
    w->seen = arena_new(u->tmp, u64, u->live.nword);
    w->touched = arena_new(u->tmp, u64, u->live.nword + 1); /* a v128 may begin with the last */
    w->home = arena_new(u->tmp, u16, nreg + 1u);
    if (!u->val || !w->code || !w->cur || !w->global || !w->any || !w->in_cls || !w->set || !w->plain || !w->seen ||
        !w->touched || !w->home)
        return value_no_room(w);
    memset(w->global, 0xff, nreg * sizeof *w->global);
    for (u32 r = 0; r < nreg; r++) {
        u8 t = u->f->reg_type ? u->f->reg_type[r] : 'L';
        w->any[r / 64] |= (u64)(t == TYPE_ANY) << r % 64;
        w->plain[r / 64] |= (u64)(t != TYPE_ANY && t != 'V' && t != 'v') << r % 64;
        w->home[r] = NO_HOME;
    }
    return true;
}

int jit_values(struct unit *u) {
    struct walk w = {.u = u};
    if (u->homes || !u->live.exact)
        return homes(u);
    if (!init(&w))
        return u->e->code;
    params_first(&w);
    for (u32 b = 0; b < u->g.nblk && !w.homes && !u->e->code; b++) {
        const struct block *k = &u->g.blk[b];
        if (!k->reachable) {
            memset(&w.code[k->start], 0, (k->end - k->start) * sizeof *w.code);
            continue;
        }
        start_block(&w, b);
        site_look_behind(&w, b);
        if (b == 0)
            parameters(&w);
        for (u32 pc = k->start; pc < k->end && !w.homes; pc++)
            instruction(&w, pc);
        if (!w.homes)
            end_block(&w, b);
    }
    live_until(&w);
    if (w.cleared.oom)
        value_no_room(&w);
    buf_free(&w.cleared);
    u->caught = arena_new(u->tmp, u16, u->f->nhandler + 1);
    if (!u->caught)
        value_no_room(&w);
    if (u->e->code)
        return u->e->code;
    for (u32 k = 0; k < u->f->nhandler; k++)
        u->caught[k] = w.global[u->f->handler[k].reg][VAL_INT];
    if (w.homes)
        return homes(u);
    u->code = w.code;
    return 0;
}
