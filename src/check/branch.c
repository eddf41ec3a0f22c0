/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* branch.c - conditions: which ways are open, and what each says of the registers compared and of all that share their
 * origin. */
#include "check/inner.h"
#include <string.h>

/* What of a register is learnt holds for all numbers of its origin. */
static void spread(struct check *c, struct state *s, const struct reg *v) {
    s64 off = v->flags & R_DELTA ? v->off : 0;
    if (!v->id || v->flags & R_HIGH)
        return;
    for (u32 k = 0; k < s->nframe; k++) {
        struct frame *f = s->f[k];
        bool mine = false;
        for (u32 j = 0; j < NREG_EBPF + SLOTS; j++) {
            struct reg *r = j < NREG_EBPF ? &f->r[j] : &f->slot[j - NREG_EBPF];
            if (j >= NREG_EBPF && (j - NREG_EBPF < f->lo || f->byte[(j - NREG_EBPF) * 8] != B_REG))
                continue;
            if (r->kind != VAL_SCALAR || r->id != v->id || r == v)
                continue;
            if (!mine) {
                if (!(f = state_frame(&c->pool, s, k))) {
                    out_of_memory(c);
                    return;
                }
                mine = true;
                r = j < NREG_EBPF ? &f->r[j] : &f->slot[j - NREG_EBPF];
            }
            s64 d = (r->flags & R_DELTA ? r->off : 0) - off;
            struct scalar n = v->var, add = scalar_const((u64)d);
            bool low = (v->flags | r->flags) & R_LOW;
            if ((r->flags & R_HIGH) || (low && !(r->flags & R_LOW) && r->var.umax > UINT32_MAX))
                continue; /* what its low half is says little */
            if (low)
                n = scalar_bin(OP_add32, &n, &add);
            else if (d)
                n = scalar_bin(OP_add64, &n, &add);
            scalar_meet(&r->var, &n); /* not empty: both hold */
            r->dep[0] |= v->dep[0];
            r->dep[1] |= v->dep[1];
        }
    }
}

/* The memory of raw programs: what is learnt of its length. */
static void learn_length(struct check *c, struct state *s, const struct reg *v) {
    if (c->len_id && v->id == c->len_id && v->kind == VAL_SCALAR && !(v->flags & (R_LOW | R_HIGH))) {
        s64 d = v->flags & R_DELTA ? v->off : 0;
        struct scalar add = scalar_const((u64)-d), n = scalar_bin(OP_add64, &v->var, &add);
        if (n.umin > s->buf_min && n.umin < MAX_VAR)
            s->buf_min = n.umin;
    }
}

static struct reg *reg_of(struct check *c, struct state *s, u16 r) {
    struct frame *f = state_frame(&c->pool, s, s->nframe - 1);
    if (!f) {
        out_of_memory(c);
        return NULL;
    }
    return &f->r[r];
}

static void learn_scalar(struct check *c, struct state *s, u16 r, const struct scalar *v, const struct reg *other) {
    struct reg *x = reg_of(c, s, r), copy;
    if (!x)
        return;
    if (scalar_eq(&x->var, v) && !other)
        return;
    x->var = *v;
    if (other) {
        x->dep[0] |= other->dep[0];
        x->dep[1] |= other->dep[1];
    }
    if (!x->id)
        return;
    copy = *x;
    learn_length(c, s, &copy);
    spread(c, s, &copy);
}

/* --- pointers --- */

/* All pointers of the group are there, or are 0. */
static void learn_null(struct check *c, struct state *s, u32 id, bool null) {
    u32 ref = 0;
    for (u32 k = 0; k < s->nframe; k++) {
        struct frame *f = s->f[k];
        bool mine = false;
        for (u32 j = 0; j < NREG_EBPF + SLOTS; j++) {
            struct reg *r = j < NREG_EBPF ? &f->r[j] : &f->slot[j - NREG_EBPF];
            if (j >= NREG_EBPF && (j - NREG_EBPF < f->lo || f->byte[(j - NREG_EBPF) * 8] != B_REG))
                continue;
            if (!reg_is_pointer(r) || !(r->flags & R_NULL) || r->id != id)
                continue;
            if (!mine) {
                if (!(f = state_frame(&c->pool, s, k))) {
                    out_of_memory(c);
                    return;
                }
                mine = true;
                r = j < NREG_EBPF ? &f->r[j] : &f->slot[j - NREG_EBPF];
            }
            if (null) {
                ref = r->ref;
                *r = reg_const(0);
                r->sub = j >= NREG_EBPF ? 8 : 0;
            } else {
                r->flags &= (u8)~R_NULL;
                if (r->kind == VAL_MAP_VALUE && r->sub == 2) { /* of a map of maps: an inner map */
                    r->kind = VAL_MAP;
                    r->sub = 1;
                    r->uid = r->id;
                }
            }
        }
    }
    for (u32 k = 0; null && ref && k < s->nref; k++)
        if (s->ref[k].id == ref) {
            s->ref[k] = s->ref[--s->nref];
            break;
        }
}

/* Pointers to p's place: n bytes are there; and so many more in front of it. */
static void learn_range(struct check *c, struct state *s, const struct reg *p, s64 n) {
    if (p->off < 0 || n <= 0 || n > MAX_VAR || p->var.umax > 0xffff)
        return;
    if (p->kind == VAL_PACKET && (s64)p->var.umin + n > (s64)s->pkt_len)
        s->pkt_len = (u32)((s64)p->var.umin + n);
    for (u32 k = 0; k < s->nframe; k++) {
        struct frame *f = s->f[k];
        bool mine = false;
        for (u32 j = 0; j < NREG_EBPF + SLOTS; j++) {
            struct reg *r = j < NREG_EBPF ? &f->r[j] : &f->slot[j - NREG_EBPF];
            if (j >= NREG_EBPF && (j - NREG_EBPF < f->lo || f->byte[(j - NREG_EBPF) * 8] != B_REG))
                continue;
            if (r->kind != p->kind || r->id != p->id || r->size >= n)
                continue;
            if (!mine) {
                if (!(f = state_frame(&c->pool, s, k))) {
                    out_of_memory(c);
                    return;
                }
                mine = true;
                r = j < NREG_EBPF ? &f->r[j] : &f->slot[j - NREG_EBPF];
            }
            r->size = (u32)n;
        }
    }
}

enum rel { LT, LE, GT, GE, OTHER };
static enum rel relation(u16 op) {
    switch (op) {
    case OP_jlt64: return LT;
    case OP_jle64: return LE;
    case OP_jgt64: return GT;
    case OP_jge64: return GE;
    default: return OTHER;
    }
}

/* p rel end holds: what does that say of p? */
static void learn_packet(struct check *c, struct state *s, const struct reg *p, enum rel rel) {
    if (rel == LE)
        learn_range(c, s, p, p->off);
    else if (rel == LT)
        learn_range(c, s, p, p->off + 1);
}

static bool ends(const struct reg *p, const struct reg *e) {
    return (p->kind == VAL_PACKET && e->kind == VAL_PACKET_END) ||
           (p->kind == VAL_PACKET_META && e->kind == VAL_PACKET && !e->off && !e->id && scalar_is_const(&e->var) &&
            !e->var.umin);
}

static enum rel swapped(enum rel r) {
    return r == LT ? GT : r == LE ? GE : r == GT ? LT : r == GE ? LE : OTHER;
}
static enum rel negated(enum rel r) {
    return r == LT ? GE : r == LE ? GT : r == GT ? LE : r == GE ? LT : OTHER;
}

/* --- the two ways --- */

static void both_ways(struct check *c, u32 target, u32 next, struct state **taken) {
    *taken = fork_state(c);
    if (*taken)
        (*taken)->pc = target;
    c->s.pc = next;
}

/* It is not 0. Objects of the kernel: what a host says that they are may be null all the same. */
static bool is_there(const struct reg *p) {
    return reg_is_pointer(p) && !(p->flags & R_NULL) && p->kind != VAL_UNTRUSTED && p->kind != VAL_BTF &&
           p->kind != VAL_ARENA && p->kind != VAL_BUFFER;
}

static void pointers(struct check *c, const struct insn *i, const struct reg *x, const struct reg *y, u32 next) {
    bool eq = i->op == OP_jeq64 || i->op == OP_jeq64i, ne = i->op == OP_jne64 || i->op == OP_jne64i;
    const struct reg *p = reg_is_pointer(x) ? x : y, *o = p == x ? y : x;
    struct reg a = *x, b = *y;
    enum rel rel = relation(i->op);
    struct state *taken;
    if ((eq || ne) && o->kind == VAL_SCALAR && scalar_is_const(&o->var) && !o->var.umin && p->kind != VAL_ARENA &&
        p->kind != VAL_BUFFER && (p->flags & R_NULL || is_there(p))) {
        precise(c, o);
        if (!(p->flags & R_NULL)) { /* it is not 0 */
            c->s.pc = ne ? (u32)i->off : next;
            return;
        }
        u32 id = p->id;
        both_ways(c, (u32)i->off, next, &taken);
        if (taken)
            learn_null(c, taken, id, eq);
        learn_null(c, &c->s, id, ne);
        return;
    }
    both_ways(c, (u32)i->off, next, &taken);
    if (!taken)
        return;
    if (rel != OTHER && ends(&a, &b)) {
        learn_packet(c, taken, &a, rel);
        learn_packet(c, &c->s, &a, negated(rel));
    } else if (rel != OTHER && ends(&b, &a)) {
        learn_packet(c, taken, &b, swapped(rel));
        learn_packet(c, &c->s, &b, swapped(negated(rel)));
    } else if ((eq || ne) && reg_is_pointer(&a) && a.flags & R_NULL && is_there(&b)) {
        learn_null(c, eq ? taken : &c->s, a.id, false);
    } else if ((eq || ne) && reg_is_pointer(&b) && b.flags & R_NULL && is_there(&a)) {
        learn_null(c, eq ? taken : &c->s, b.id, false);
    }
}

static void numbers(struct check *c, const struct insn *i, bool imm, const struct reg *x, const struct reg *y,
                    u32 next) {
    struct scalar ta = x->var, tb = y->var, fa = x->var, fb = y->var;
    bool self = !imm && i->b == i->c;
    bool may = self ? scalar_branch_self(i->op, true, &ta) : scalar_branch(i->op, true, &ta, &tb);
    bool may_not = self ? scalar_branch_self(i->op, false, &fa) : scalar_branch(i->op, false, &fa, &fb);
    struct reg a = *x, b = *y;
    const struct reg *oa = imm || !(b.dep[0] | b.dep[1]) ? NULL : &b, *ob = !(a.dep[0] | a.dep[1]) ? NULL : &a;
    struct state *taken;
    if (!may || !may_not) {
        precise(c, &a);
        precise(c, &b);
        c->over = !may && !may_not;
        c->s.pc = may ? (u32)i->off : next;
        return;
    }
    both_ways(c, (u32)i->off, next, &taken);
    if (!taken)
        return;
    learn_scalar(c, taken, i->b, &ta, oa);
    learn_scalar(c, &c->s, i->b, &fa, oa);
    if (!imm && !self) {
        learn_scalar(c, taken, i->c, &tb, ob);
        learn_scalar(c, &c->s, i->c, &fb, ob);
    }
}

static void condition(struct check *c, const struct insn *i, u32 next) {
    bool imm = isa_info[i->op].shape == SHAPE_JCCI;
    const struct reg *x = read_reg(c, i->b), *y;
    struct reg k = reg_scalar(scalar_imm(i->imm));
    struct state *taken;
    y = imm ? &k : read_reg(c, i->c);
    if (!x || !y)
        both_ways(c, (u32)i->off, next, &taken);
    else if (reg_is_pointer(x) || reg_is_pointer(y))
        pointers(c, i, x, y, next);
    else
        numbers(c, i, imm, x, y, next);
}

static bool is_label(const struct check *c, u64 h, u32 *pc) {
    const struct func *f = &c->m->func[c->func];
    *pc = (u32)(handle_index(h) & 0xffffff);
    return handle_tag(h) == TAG_LABEL && handle_index(h) >> 24 == c->func && *pc < f->nslot && f->jump_ok &&
           f->jump_ok[*pc / 64] >> *pc % 64 & 1;
}

/* A label that is known, or any entry of the table that it was loaded from. */
static void jump_table(struct check *c, const struct insn *i) {
    const struct reg *x = read_reg(c, i->b);
    u32 pc, first = NO_INDEX;
    if (x && x->kind == VAL_SCALAR && scalar_is_const(&x->var) && is_label(c, x->var.umin, &pc)) {
        precise(c, x);
        c->s.pc = pc;
        return;
    }
    if (x && x->kind == VAL_LABEL) {
        const struct map_view *v = &c->l->map[x->map];
        u64 seen[64] = {0}; /* by the low bits: states that are the same twice cost little */
        for (u64 at = 0; at + 8 <= v->value_len && !c->stop; at += 8) {
            u64 h;
            struct state *s;
            memcpy(&h, v->value + at, 8);
            if (!is_label(c, h, &pc)) {
                unproven(c, CHECK_GOTO, i->b)->name = c->m->map[x->map].name;
                continue;
            }
            if (pc < 4096 && seen[pc / 64] >> pc % 64 & 1)
                continue;
            if (pc < 4096)
                seen[pc / 64] |= 1ull << pc % 64;
            if (first == NO_INDEX)
                first = pc;
            else if ((s = fork_state(c)))
                s->pc = pc;
        }
    }
    if (first == NO_INDEX) {
        unproven(c, CHECK_GOTO, i->b);
        c->gave_up = c->stop = true; /* any label of the program */
        return;
    }
    c->s.pc = first;
}

void check_branch(struct check *c, const struct insn *i) {
    u32 next = c->s.pc + (u32)isa_len(i);
    struct state *s;
    c->jumps++;
    switch (i->op) {
    case OP_ja: c->s.pc = (u32)i->off; return;
    case OP_may_goto:
        if ((s = fork_state(c)))
            s->pc = (u32)i->off;
        uncounted(c);
        c->s.rounds++;
        c->s.pc = next;
        return;
    case OP_gotox: jump_table(c, i); return;
    case OP_brtab: {
        const struct reg *x = read_reg(c, i->b);
        u64 lo = x && x->kind == VAL_SCALAR ? x->var.umin32 : 0,
            hi = x && x->kind == VAL_SCALAR ? x->var.umax32 : UINT32_MAX, n = (u32)i->imm;
        if (x)
            precise(c, x);
        for (u64 k = min64(lo, n) + 1; k <= min64(hi, n) && !c->stop; k++)
            if ((s = fork_state(c)))
                s->pc = next + (u32)k;
        c->s.pc = next + (u32)min64(lo, n);
        return;
    }
    default: condition(c, i, next); return;
    }
}
