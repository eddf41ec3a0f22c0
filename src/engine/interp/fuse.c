/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuse.c - several nodes of a run as one.
 *
 * in:  nodes whose uses are counted     out: fewer nodes; form, op2, c, d of the fused ones
 *
 * One forward walk. A node P moves into the node C that alone reads it, if what P reads still
 * stands in its registers at C; a load also not past anything that may trap or store. While P
 * goes, its register holds what it held before: P's own source, as often as not. */
#include "engine/interp/lower.h"
#include <assert.h>

bool fits16(s64 v) {
    return v >= INT16_MIN && v <= INT16_MAX;
}

struct pair {
    u16 x, y, form;
};
static const struct pair sh_pairs[] =
    {
#define SH(op, sh) {OP_##op, OP_##sh##i, H_##op##_##sh##_rr},
#include "engine/interp/fuse.def"
},
                         ii_pairs[] =
                             {
#define II(op1, op2) {OP_##op1##i, OP_##op2##i, H_##op1##_##op2##_r},
#include "engine/interp/fuse.def"
},
                         bs_pairs[] =
                             {
#define BS(op1, op2) {OP_##op1, OP_##op2##i, H_##op1##_then_##op2##_rr},
#include "engine/interp/fuse.def"
},
                         aj_pairs[] = {
#define AJ(add, jump) {OP_##add##i, OP_##jump, H_##add##_##jump##_r},
#include "engine/interp/fuse.def"
};

static const struct {
    u16 op, load, form;
} lo_rows[] = {
#define LOAD_u8    OP_ldx8
#define LOAD_u16   OP_ldx16
#define LOAD_u32   OP_ldx32
#define LOAD_u64   OP_ldx64
#define LO(op, MT) {OP_##op, LOAD_##MT, H_##op##_##MT##_r},
#include "engine/interp/fuse.def"
};

static u16 find(const struct pair *p, size_t n, u16 x, u16 y) {
    for (; n--; p++)
        if (p->x == x && p->y == y)
            return p->form;
    return 0;
}

/* The walk: a second run of the writers, over what is left. */
struct walk {
    struct lower *w;
    s32 last_effect, last_split;
    u32 at;
};

static struct node *writer(struct walk *k, const struct operand *x) {
    return x->from >= 0 ? &k->w->node[x->from] : NULL;
}

/* Does register x->reg hold what x means, once the nodes p and q (may be NULL) are gone? */
static bool holds(struct walk *k, const struct operand *x, const struct node *p, const struct node *q) {
    s32 now = writer_of(k->w, x->reg);
    while (now >= 0 && (&k->w->node[now] == p || &k->w->node[now] == q))
        now = k->w->node[now].prev;
    return now == x->from;
}

/* May node p be taken into the node at hand, its only reader? */
static bool single(const struct node *p) {
    return p && p->kind != N_NONE && p->uses == 1 && !(p->flags & F_LIVE);
}
static bool movable(struct walk *k, const struct node *p, const struct node *also) {
    if (!single(p) || !(p->flags & F_PURE) || p->flags & F_EFFECT)
        return false;
    for (u32 i = 0; i < p->nx; i++)
        if (!holds(k, &p->x[i], p, also))
            return false;
    return true;
}

static void absorb(struct walk *k, struct node *p) {
    p->kind = N_NONE;
    p->alias = -1;
    assert(writer_of(k->w, p->a) == p - k->w->node); /* its reader is at hand, and reads it there */
    set_writer(k->w, p->a, p->prev);
}

static bool is_shift(const struct node *p) {
    return p && p->kind == N_BINI &&
           (p->op == OP_lsh64i || p->op == OP_rsh64i || p->op == OP_lsh32i || p->op == OP_rsh32i);
}

/* (x << k) | (x >> (bits - k)) */
static bool rotate(struct walk *k, struct node *n) {
    struct node *p = writer(k, &n->x[0]), *q = writer(k, &n->x[1]);
    u32 bits;
    if (!is_shift(p) || !is_shift(q) || p == q)
        return false;
    if (p->op == OP_rsh64i || p->op == OP_rsh32i) {
        struct node *t = p;
        p = q;
        q = t;
    }
    if ((n->op == OP_or64 || n->op == OP_add64 || n->op == OP_xor64) && p->op == OP_lsh64i && q->op == OP_rsh64i)
        bits = 64;
    else if ((n->op == OP_or32 || n->op == OP_add32 || n->op == OP_xor32 || n->op == OP_or64 || n->op == OP_add64 ||
              n->op == OP_xor64) &&
             p->op == OP_lsh32i && q->op == OP_rsh32i)
        bits = 32;
    else
        return false;
    if ((u32)p->imm + (u32)q->imm != bits || !p->imm || !q->imm || p->x[0].from != q->x[0].from ||
        (p->x[0].from < 0 && p->x[0].reg != q->x[0].reg) || !movable(k, p, q) || !movable(k, q, p))
        return false;
    n->kind = N_BINI;
    n->op = bits == 64 ? OP_rotl64i : OP_rotl32i;
    n->form = form_of[n->op];
    n->imm = p->imm;
    n->nx = 1;
    n->x[0] = holds(k, &p->x[0], p, q) ? p->x[0] : q->x[0];
    if (n->x[0].from >= 0)
        k->w->node[n->x[0].from].uses--;
    absorb(k, p < q ? q : p); /* the later one first: the earlier may be what it overwrote */
    absorb(k, p < q ? p : q);
    return true;
}

/* x op (y op2 constant) */
static bool shifted(struct walk *k, struct node *n) {
    for (u32 i = 0; i < 2; i++) {
        struct node *p = writer(k, &n->x[1 - i]);
        u16 form;
        if (i && !(isa_info[n->op].flags & COMM))
            return false;
        if (!p || p->kind != N_BINI || p->imm < 0 || p->imm > UINT16_MAX ||
            !(form = find(sh_pairs, COUNT(sh_pairs), n->op, p->op)) || !movable(k, p, NULL) ||
            !holds(k, &n->x[i], p, NULL))
            continue;
        n->kind = N_SH;
        n->form = form;
        n->op2 = p->op;
        n->d = (u16)p->imm;
        n->x[0] = n->x[i];
        n->x[1] = p->x[0];
        absorb(k, p);
        return true;
    }
    return false;
}

/* (x op1 constant) op2 constant */
static bool two_constants(struct walk *k, struct node *n) {
    struct node *p = writer(k, &n->x[0]);
    u16 form, op = 0;
    if (!p || p->kind != N_BINI || !movable(k, p, NULL))
        return false;
    if (p->op == OP_lsh64i && p->imm == n->imm) /* the ways to extend before there were instructions for it */
        op = n->op == OP_rsh64i    ? p->imm == 32 ? OP_mov32 : 0
             : n->op == OP_arsh64i ? p->imm == 32   ? OP_movsx32_64
                                     : p->imm == 48 ? OP_movsx16_64
                                     : p->imm == 56 ? OP_movsx8_64
                                                    : 0
                                   : 0;
    if (op) {
        n->kind = N_UN;
        n->op = op;
        n->form = form_of[op];
    } else {
        form = find(ii_pairs, COUNT(ii_pairs), p->op, n->op);
        if (!form || p->imm < 0 || p->imm > UINT16_MAX || n->imm < 0 || n->imm > UINT16_MAX)
            return false;
        n->kind = N_II;
        n->form = form;
        n->op2 = p->op;
        n->c = (u16)p->imm;
        n->d = (u16)n->imm;
    }
    n->x[0] = p->x[0];
    absorb(k, p);
    return true;
}

/* (x op y) op2 constant */
static bool then_constant(struct walk *k, struct node *n) {
    struct node *p = writer(k, &n->x[0]);
    u16 form;
    if (!p || p->kind != N_BIN || n->imm < 0 || n->imm > UINT16_MAX ||
        !(form = find(bs_pairs, COUNT(bs_pairs), p->op, n->op)) || !movable(k, p, NULL))
        return false;
    n->kind = N_BS;
    n->form = form;
    n->op2 = n->op;
    n->d = (u16)n->imm;
    n->nx = 2;
    n->x[0] = p->x[0];
    n->x[1] = p->x[1];
    absorb(k, p);
    return true;
}

/* x op load; the load is the last thing before that may trap. */
static bool with_load(struct walk *k, struct node *n) {
    for (u32 i = 0; i < 2; i++) {
        struct node *p = writer(k, &n->x[1 - i]);
        u32 r, x;
        bool ok = true;
        if (i && !(isa_info[n->op].flags & COMM))
            return false;
        if (!single(p) || (p->kind != N_LD && p->kind != N_LDX) || k->last_effect != p - k->w->node ||
            p->form != form_of[p->op] || !holds(k, &n->x[i], p, NULL))
            continue;
        for (r = 0; r < COUNT(lo_rows) && (lo_rows[r].op != n->op || lo_rows[r].load != p->op); r++)
            ;
        for (x = 0; x < p->nx; x++)
            ok &= holds(k, &p->x[x], p, NULL) && p->x[x].reg < 256;
        if (r == COUNT(lo_rows) || !ok || n->x[i].reg >= 256 || (p->kind == N_LDX && p->imm))
            continue;
        n->kind = N_LO;
        n->form = lo_rows[r].form;
        n->access = p->access;
        n->safe = p->safe;
        n->imm = p->imm;
        n->d = p->d;
        n->pc = p->pc;
        n->x[0] = n->x[i];
        n->x[1] = p->x[0];
        n->x[2] = p->x[1];
        n->nx = (u8)(1 + p->nx);
        n->flags = (u8)((n->flags & ~F_PURE) | F_EFFECT);
        absorb(k, p);
        return true;
    }
    return false;
}

/* a load or store at b + c, or at b + constant */
static void address(struct walk *k, struct node *n) {
    struct node *p = writer(k, &n->x[0]);
    if (n->access == ACCESS_FRAME || !p || !movable(k, p, NULL))
        return;
    if (n->nx > 1 && !holds(k, &n->x[1], p, NULL))
        return;
    if (p->kind == N_BINI && p->op == OP_add64i && fits16((s64)n->imm + p->imm)) {
        n->imm += p->imm;
        n->x[0] = p->x[0];
        absorb(k, p);
    } else if (p->kind == N_BIN && p->op == OP_add64 && p->x[0].reg < 256 && p->x[1].reg < 256 && n->kind != N_STI) {
        n->x[0] = p->x[0];
        if (n->kind == N_LD) {
            n->kind = N_LDX;
            n->x[1] = p->x[1];
            n->nx = 2;
        } else {
            n->kind = N_STX;
            n->x[2] = p->x[1];
            n->nx = 3;
        }
        absorb(k, p);
    }
}

/* a load, and its bytes the other way round */
static bool swapped(struct walk *k, struct node *n) {
    struct node *p = writer(k, &n->x[0]);
    u16 form = 0;
    if (!single(p) || (p->kind != N_LD && p->kind != N_LDX) || k->last_effect != p - k->w->node)
        return false;
    if (n->op == OP_be16 && p->op == OP_ldx16)
        form = H_ldbe16_r;
    else if (n->op == OP_be32 && p->op == OP_ldx32)
        form = H_ldbe32_r;
    else if (n->op == OP_be64 && p->op == OP_ldx64)
        form = H_ldbe64_r;
    if (!form)
        return false;
    for (u32 i = 0; i < p->nx; i++)
        if (!holds(k, &p->x[i], p, NULL))
            return false;
    n->kind = p->kind;
    n->form = form;
    n->access = p->access;
    n->safe = p->safe;
    n->imm = p->imm;
    n->d = p->d;
    n->pc = p->pc;
    n->nx = p->nx;
    n->x[0] = p->x[0];
    n->x[1] = p->x[1];
    n->flags |= F_EFFECT;
    absorb(k, p);
    return true;
}

/* A copy of what was just made for it alone: made in its place. Not where a branch made it: that adds to the register
 * that it tests, and the way that it takes has no copy. */
static bool in_place(struct walk *k, struct node *n) {
    struct node *p = writer(k, &n->x[0]);
    u32 pi = p ? (u32)(p - k->w->node) : 0, i, x;
    if (n->op != OP_mov64 || !single(p) || !(p->flags & F_RESULT) || p->kind == N_OTHER || k->last_split >= (s32)pi ||
        p->a == n->a || writer_of(k->w, n->a) > (s32)pi)
        return false;
    for (i = pi + 1; i < k->at; i++) { /* nobody reads the register's old value in between */
        const struct node *m = &k->w->node[i];
        if (i - pi > 16 || m->kind == N_OTHER)
            return false;
        for (x = 0; m->kind != N_NONE && x < m->nx; x++)
            if (m->x[x].reg == n->a)
                return false;
    }
    if (writer_of(k->w, p->a) == (s32)pi)
        set_writer(k->w, p->a, p->prev);
    else
        return false;
    p->prev = writer_of(k->w, n->a);
    p->a = n->a;
    p->uses = n->uses;
    p->flags |= n->flags & F_LIVE;
    n->kind = N_NONE;
    n->alias = (s32)pi;
    set_writer(k->w, p->a, (s32)pi);
    return true;
}

/* a += constant, then the branch that tests a; a may be wanted behind it. */
static bool add_jump(struct walk *k, struct node *n) {
    struct node *p = writer(k, &n->x[0]);
    u16 form;
    if (!p || p->kind != N_BINI || p->first_use != k->at || p->x[0].reg != p->a || p->a != n->x[0].reg ||
        writer_of(k->w, p->a) != p - k->w->node || k->last_split > p - k->w->node || !fits16(p->imm) ||
        !(form = find(aj_pairs, COUNT(aj_pairs), p->op, n->kind == N_JCCI ? n->op - 1 : n->op)))
        return false;
    if (n->kind == N_JCC && (n->x[1].from == p - k->w->node || n->x[1].reg == p->a))
        return false;
    for (u32 i = (u32)(p - k->w->node) + 1; i < k->at; i++) /* calls look at the registers themselves */
        if (k->w->node[i].kind == N_OTHER)
            return false;
    n->form = form + (n->kind == N_JCCI);
    n->kind = n->kind == N_JCCI ? N_AJI : N_AJ;
    n->c = (u16)p->imm;
    n->a = p->a;
    n->flags |= F_RESULT;
    n->flags |= p->flags & F_LIVE;
    n->prev = p->prev;
    n->x[0] = p->x[0];
    n->uses = p->uses - 1;
    p->kind = N_NONE;
    p->alias = (s32)k->at;
    set_writer(k->w, n->a, (s32)k->at);
    return true;
}

void fuse_nodes(struct lower *w) {
    struct walk k = {.w = w, .last_effect = -1, .last_split = -1};
    u32 x;
    w->stamp++;
    for (k.at = 0; k.at < w->nnode; k.at++) {
        struct node *n = &w->node[k.at];
        if (n->kind == N_NONE)
            continue;
        for (x = 0; x < n->nx; x++) { /* what was moved into its place, or behind it */
            s32 from = n->x[x].from;
            while (from >= 0 && w->node[from].kind == N_NONE && w->node[from].alias >= 0) {
                from = w->node[from].alias;
                n->x[x].reg = w->node[from].a;
            }
            n->x[x].from = from;
        }
        switch (n->kind) {
        case N_BIN:
            if (rotate(&k, n))
                then_constant(&k, n);
            else if (!with_load(&k, n))
                shifted(&k, n);
            break;
        case N_BINI:
            if (!two_constants(&k, n))
                then_constant(&k, n);
            break;
        case N_UN:
            if (swapped(&k, n) || in_place(&k, n))
                break;
            break;
        case N_LD:
        case N_ST:
        case N_STI: address(&k, n); break;
        case N_JCC:
        case N_JCCI: add_jump(&k, n); break;
        default: break;
        }
        if (n->kind == N_NONE)
            continue;
        if (n->flags & F_EFFECT)
            k.last_effect = (s32)k.at;
        if (n->flags & F_SPLIT)
            k.last_split = (s32)k.at;
        if (n->kind == N_OTHER) {
            struct regs out = isa_writes(&w->f->code[n->pc]);
            for (x = 0; x < out.n; x++) {
                if (x == 0)
                    n->prev = writer_of(w, out.r[0]);
                set_writer(w, out.r[x], (s32)k.at);
            }
        } else if (n->flags & F_RESULT && n->kind != N_AJ && n->kind != N_AJI) {
            n->prev = writer_of(w, n->a);
            set_writer(w, n->a, (s32)k.at);
        }
    }
}
