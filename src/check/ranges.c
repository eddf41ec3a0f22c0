/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ranges.c - what is known of numbers, in a form that engines can use.
 *
 * in:  the last round over joined states (join.c): every state in which an instruction is ever run is in one that is
 *      seen here
 * out: known[pc] of each function, then bits and rows of its facts
 *
 * A walk of paths (walk.c) says nothing of the kind: it leaves a path that comes to a state like an earlier one, but
 * for numbers of which nothing mattered. */
#include "check/inner.h"

enum { K_SEEN = 1, K_VALUE = 2, K_TAKEN = 4, K_FELL = 8, K_ANY = 16 };

struct known {
    u64 min, max; /* VALUE: of what is written */
    u16 bits;     /* SEEN: FACT_SAME and so on, in all states */
    u8 flags;     /* ANY: what is written may be anything */
    u8 reg;
};

static struct known *known_of(struct check *c, u32 func, u32 pc) {
    struct fn *fn = &c->fn[func];
    if (!fn->known && !(fn->known = arena_calloc(&c->tmp, c->m->func[func].nslot, sizeof *fn->known)))
        out_of_memory(c);
    return fn->known ? &fn->known[pc] : NULL;
}

/* --- operands --- */

static bool is_low(const struct scalar *x) {
    return x->umax <= UINT32_MAX;
}

static bool is_zero(const struct scalar *y, bool wide) {
    return wide ? !y->umax : !y->umax32;
}

/* No bit of x is outside of those that y certainly has. */
static bool masked(const struct scalar *x, const struct scalar *y, bool wide) {
    u64 may = x->bits.value | x->bits.mask, must = y->bits.value;
    return !(may & ~must & (wide ? UINT64_MAX : UINT32_MAX));
}

/* x op y is x. */
static bool is_same(u16 op, const struct scalar *x, const struct scalar *y) {
    bool wide = isa_info[op].type[0] == 'L';
    if (!wide && !is_low(x))
        return false;
    switch (op) {
    case OP_add64:
    case OP_add64i:
    case OP_add32:
    case OP_add32i:
    case OP_sub64:
    case OP_sub64i:
    case OP_sub32:
    case OP_sub32i:
    case OP_or64:
    case OP_or64i:
    case OP_or32:
    case OP_or32i:
    case OP_xor64:
    case OP_xor64i:
    case OP_xor32:
    case OP_xor32i:
    case OP_lsh64:
    case OP_lsh64i:
    case OP_lsh32:
    case OP_lsh32i:
    case OP_rsh64:
    case OP_rsh64i:
    case OP_rsh32:
    case OP_rsh32i:
    case OP_arsh64:
    case OP_arsh64i:
    case OP_arsh32:
    case OP_arsh32i: return is_zero(y, wide);
    case OP_and64:
    case OP_and64i:
    case OP_and32:
    case OP_and32i: return masked(x, y, wide);
    case OP_mod64:
    case OP_mod64i: return x->umax < y->umin;
    case OP_mod32:
    case OP_mod32i: return x->umax32 < y->umin32;
    case OP_mul64:
    case OP_mul64i:
    case OP_div64:
    case OP_div64i: return scalar_is_const(y) && y->umin == 1;
    case OP_mul32:
    case OP_mul32i:
    case OP_div32:
    case OP_div32i: return y->umin32 == y->umax32 && y->umin32 == 1;
    default: return false;
    }
}

static bool is_same_unary(u16 op, const struct scalar *x) {
    switch (op) {
    case OP_mov64: return true;
    case OP_mov32: return is_low(x);
    case OP_movsx8_64: return x->smin >= INT8_MIN && x->smax <= INT8_MAX;
    case OP_movsx16_64: return x->smin >= INT16_MIN && x->smax <= INT16_MAX;
    case OP_movsx32_64: return x->smin >= INT32_MIN && x->smax <= INT32_MAX;
    case OP_movsx8_32: return x->umax <= INT8_MAX;
    case OP_movsx16_32: return x->umax <= INT16_MAX;
    default: return false;
    }
}

static bool not_negative(const struct scalar *x, bool wide) {
    return wide ? x->smin >= 0 : x->smin32 >= 0;
}

static bool divides(u16 op) {
    switch (op) {
    case OP_div64:
    case OP_div64i:
    case OP_sdiv64:
    case OP_sdiv64i:
    case OP_mod64:
    case OP_mod64i:
    case OP_smod64:
    case OP_smod64i:
    case OP_div32:
    case OP_div32i:
    case OP_sdiv32:
    case OP_sdiv32i:
    case OP_mod32:
    case OP_mod32i:
    case OP_smod32:
    case OP_smod32i: return true;
    default: return false;
    }
}

static bool is_nonzero(const struct scalar *y, bool wide) {
    struct scalar low = wide ? *y : scalar_zext(y, 4);
    return !scalar_has(&low, 0);
}

static u16 bits_of_operands(u16 op, const struct scalar *x, const struct scalar *y, bool imm) {
    bool wide = isa_info[op].type[1] == 'L';
    u16 bits = 0;
    if (divides(op) && is_nonzero(y, wide))
        bits |= FACT_NONZERO;
    if (is_low(x) && (imm || is_low(y)))
        bits |= FACT_LOW;
    if (not_negative(x, wide) && not_negative(y, wide))
        bits |= FACT_UNSIGNED;
    return bits;
}

/* --- visits --- */

static const struct reg *number(struct check *c, u16 r) {
    const struct reg *x = r < NREG_EBPF ? &top(c)->r[r] : NULL;
    return x && x->kind == VAL_SCALAR ? x : NULL;
}

void known_before(struct check *c) {
    const struct insn *i = &c->m->func[c->func].code[c->pc];
    u8 shape = isa_info[i->op].shape;
    bool imm = shape == SHAPE_BINI || shape == SHAPE_JCCI, unary = shape == SHAPE_UN;
    const struct reg *x, *y;
    struct known *k;
    struct scalar n = scalar_imm(i->imm);
    u16 bits = 0;
    if (!imm && !unary && shape != SHAPE_BIN && shape != SHAPE_JCC)
        return;
    if (!(k = known_of(c, c->func, c->pc)))
        return;
    x = number(c, i->b);
    y = imm || unary ? NULL : number(c, i->c);
    if (x && (imm || unary || y)) {
        const struct scalar *b = y ? &y->var : unary ? &x->var : &n;
        bits = bits_of_operands(i->op, &x->var, b, imm || unary);
        if (unary ? is_same_unary(i->op, &x->var) : is_same(i->op, &x->var, b))
            bits |= FACT_SAME;
    }
    k->bits = k->flags & K_SEEN ? k->bits & bits : bits;
    k->flags |= K_SEEN;
}

/* v: what is written; NULL: what register r of c->s holds. */
static void value(struct check *c, u32 func, u32 pc, u16 r, const struct reg *v) {
    struct known *k = known_of(c, func, pc);
    const struct reg *x = !v ? number(c, r) : v->kind == VAL_SCALAR ? v : NULL;
    if (!k || k->flags & K_ANY)
        return;
    if (!x) {
        k->flags |= K_ANY;
    } else if (!(k->flags & K_VALUE)) {
        k->flags |= K_VALUE;
        k->reg = (u8)r;
        k->min = x->var.umin;
        k->max = x->var.umax;
    } else {
        k->min = x->var.umin < k->min ? x->var.umin : k->min;
        k->max = x->var.umax > k->max ? x->var.umax : k->max;
    }
}

void known_after(struct check *c, u32 nframe, u32 ntodo) {
    const struct insn *i = &c->m->func[c->func].code[c->pc];
    u8 shape = isa_info[i->op].shape;
    u32 next, way = 0;
    struct known *k;
    switch ((enum shape)shape) {
    case SHAPE_JCC:
    case SHAPE_JCCI:
        next = c->pc + (u32)isa_len(i);
        if (c->ntodo != ntodo)
            way = K_TAKEN | K_FELL;
        else if (!c->over && (u32)i->off != next)
            way = c->s.pc == next ? K_FELL : K_TAKEN;
        if ((k = known_of(c, c->func, c->pc)))
            k->flags |= (u8)way;
        return;
    case SHAPE_BIN:
    case SHAPE_BINI:
    case SHAPE_UN:
    case SHAPE_LD:
        if (!c->over && i->a < REG_FP)
            value(c, c->func, c->pc, i->a, NULL);
        return;
    default: break;
    }
    for (u32 t = ntodo; (i->op == OP_callf || i->op == OP_callx) && t < c->ntodo;
         t++) { /* other ways in which it came back */
        const struct state *s = &c->todo[t].s;
        if (s->nframe == nframe && s->pc == c->pc + (u32)isa_len(i))
            value(c, c->func, c->pc, REG_R0, &s->f[nframe - 1]->r[0]);
    }
    if (c->over || c->s.nframe == 0)
        return;
    if (i->op == OP_exit && c->s.nframe < nframe &&
        c->s.pc) { /* behind the call that came here; or back to one that calls again */
        const struct insn *from = &c->m->func[top(c)->func].code[c->s.pc - 1];
        if (from->op == OP_callf || from->op == OP_callx)
            value(c, top(c)->func, c->s.pc - 1, REG_R0, NULL);
    } else if ((i->op == OP_call || i->op == OP_callk || i->op == OP_callf || i->op == OP_callx) &&
               c->s.nframe == nframe) {
        value(c, c->func, c->pc, REG_R0, NULL);
    }
}

/* --- the rows --- */

/* The most that the operation leaves, whatever its operands are; of none it says more than that. */
static u64 most_by_itself(const struct insn *i) {
    u64 most = isa_info[i->op].type[0] == 'I' ? UINT32_MAX : UINT64_MAX;
    u64 y = isa_info[i->op].type[0] == 'I' ? (u32)i->imm : (u64)(s64)i->imm;
    switch (i->op) {
    case OP_and64i:
    case OP_and32i: return y;
    case OP_rsh64i: return most >> (y & 63);
    case OP_rsh32i: return most >> (y & 31);
    case OP_div64i:
    case OP_div32i: return y ? most / y : 0;
    case OP_mod64i:
    case OP_mod32i: return y ? y - 1 : most;
    case OP_le16:
    case OP_be16:
    case OP_bswap16:
    case OP_ldx16: return UINT16_MAX;
    case OP_le32:
    case OP_be32:
    case OP_bswap32:
    case OP_ldx32: return UINT32_MAX;
    case OP_ldx8: return UINT8_MAX;
    default: return most;
    }
}

static bool is_row(const struct known *k, const struct fact *f, const struct insn *i) {
    return f->bits & FACT_SEEN && (k->flags & (K_VALUE | K_ANY)) == K_VALUE && (k->min || k->max < most_by_itself(i));
}

void known_facts(struct check *c, u32 func, struct func_facts *out) {
    const struct func *f = &c->m->func[func];
    struct fn *fn = &c->fn[func];
    struct fact_range *range;
    u32 nrange = 0;
    if (!fn->known)
        return;
    for (u32 pc = 0; pc < f->nslot; pc++) {
        struct known *k = &fn->known[pc];
        struct fact *x = &fn->fact[pc];
        if (x->bits & FACT_SEEN && k->flags & K_SEEN)
            x->bits |= k->bits;
        if (x->bits & FACT_SEEN && (k->flags & (K_TAKEN | K_FELL)) == K_TAKEN)
            x->bits |= FACT_TAKEN;
        if (x->bits & FACT_SEEN && (k->flags & (K_TAKEN | K_FELL)) == K_FELL)
            x->bits |= FACT_NOT_TAKEN;
        if (!is_row(k, x, &f->code[pc]))
            k->flags |= K_ANY;
        nrange += !(k->flags & K_ANY);
    }
    if (!(range = arena_new(&c->r->arena, struct fact_range, nrange + 1)))
        return;
    out->range = range;
    for (u32 pc = 0; pc < f->nslot && out->nrange < nrange; pc++) {
        const struct known *k = &fn->known[pc];
        if (!(k->flags & K_ANY))
            range[out->nrange++] = (struct fact_range){pc, k->reg, k->min, k->max};
    }
}

/* --- of two programs --- */

/* Both are in order. What only one of them says of an instruction holds where the other never runs it. */
static u32 meet_ranges(const struct func_facts *a, const struct func_facts *b, struct fact_range *out) {
    u32 n = 0, i = 0, j = 0;
    while (i < a->nrange || j < b->nrange) {
        const struct fact_range *x = i < a->nrange ? &a->range[i] : NULL, *y = j < b->nrange ? &b->range[j] : NULL;
        if (x && y && x->pc == y->pc) {
            struct fact_range r = *x;
            r.min = y->min < r.min ? y->min : r.min;
            r.max = y->max > r.max ? y->max : r.max;
            if (r.min || r.max != UINT64_MAX)
                out[n++] = r;
            i++, j++;
        } else if (!y || (x && x->pc < y->pc)) {
            if (b->of[x->pc].bits & FACT_DEAD)
                out[n++] = *x;
            i++;
        } else {
            if (a->of[y->pc].bits & FACT_DEAD)
                out[n++] = *y;
            j++;
        }
    }
    return n;
}

bool known_meet(const struct func_facts *a, const struct func_facts *b, struct func_facts *out, struct arena *arena) {
    struct fact_range *range = arena_new(arena, struct fact_range, a->nrange + b->nrange + 1);
    if (!range)
        return false;
    out->range = range;
    out->nrange = meet_ranges(a, b, range);
    return true;
}
