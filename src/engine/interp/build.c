/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* build.c - a run of blocks as nodes.
 *
 * in:  blocks of which each but the first is entered only by falling out of the one before
 * out: w->node[]: operands that know who wrote them; copies and constants are looked
 *      through, and what nobody reads is gone.
 *
 * Registers are physical: a node may read register r only where the node that it names is the
 * last to have written r. That is what writer_of() is asked for. */
#include "abi/ctxtype.h"
#include "engine/interp/lower.h"
#include "ir/facts.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

s32 writer_of(const struct lower *w, u16 reg) {
    return w->cur[reg].stamp == w->stamp ? w->cur[reg].node : -1;
}

void set_writer(struct lower *w, u16 reg, s32 node) {
    w->cur[reg].stamp = w->stamp;
    w->cur[reg].node = node;
}

enum { HELPER_LOOKUP = 1, MAP_TYPE_ARRAY = 2 }; /* Linux UAPI: bpf_map_lookup_elem, BPF_MAP_TYPE_ARRAY */

static struct node *add(struct lower *w, u8 kind, u8 flags, u32 pc) {
    struct node *n;
    if (w->nnode == w->cap) {
        u32 cap = w->cap ? 2 * w->cap : 256;
        n = realloc(w->node, cap * sizeof *n);
        if (!n) {
            fail(w->e, E_NOMEM, NOWHERE, "out of memory");
            return NULL;
        }
        w->node = n;
        w->cap = cap;
    }
    n = &w->node[w->nnode++];
    memset(n, 0, sizeof *n);
    n->kind = kind;
    n->flags = flags;
    n->pc = pc;
    n->alias = n->prev = -1;
    return n;
}

static bool is_copy(const struct node *n) {
    return n->kind == N_UN && n->op == OP_mov64;
}

/* Is the upper half of what node n leaves zero? */
static bool is_zext(const struct lower *w, s32 i) {
    const struct node *n;
    if (i < 0)
        return false;
    n = &w->node[i];
    switch (n->kind) {
    case N_BIN:
    case N_BINI:
    case N_UN:
        return isa_info[n->op].type[0] == 'I' || n->op == OP_be16 || n->op == OP_be32 || n->op == OP_le16 ||
               n->op == OP_le32;
    case N_CONST: return n->val >> 32 == 0;
    case N_LD: /* 32 bits of a context may be a pointer */
        return n->op == OP_ldx8 || n->op == OP_ldx16 || (n->op == OP_ldx32 && (n->access == ACCESS_FRAME || n->safe));
    default: return false;
    }
}

/* Operand k of node n is register reg; low: only its low half is read. */
static void use(struct lower *w, struct node *n, u32 k, u16 reg, bool low) {
    s32 from = writer_of(w, reg);
    for (;;) { /* through copies whose source still stands where it was */
        const struct node *c = from >= 0 ? &w->node[from] : NULL;
        if (!c || !(is_copy(c) || (low && c->kind == N_UN && c->op == OP_mov32)) ||
            writer_of(w, c->x[0].reg) != c->x[0].from)
            break;
        reg = c->x[0].reg;
        from = c->x[0].from;
    }
    n->x[k] = (struct operand){reg, from};
    if (k >= n->nx)
        n->nx = (u8)(k + 1);
}

static const struct node *constant(const struct lower *w, const struct operand *x) {
    const struct node *n = x->from >= 0 ? &w->node[x->from] : NULL;
    return n && n->kind == N_CONST ? n : NULL;
}

static void result(struct lower *w, struct node *n, u16 a) {
    n->a = a;
    n->prev = writer_of(w, a);
    set_writer(w, a, (s32)(n - w->node));
    if (a >= 63) /* beyond what livein tells apart */
        n->flags |= F_LIVE;
}

/* Marks who wrote the registers of a set: they must stand in the register file here. */
static void need(struct lower *w, u64 set) {
    for (u16 r = 0; r < w->f->nreg && r < 63; r++)
        if (set >> r & 1 && writer_of(w, r) >= 0)
            w->node[writer_of(w, r)].flags |= F_LIVE;
}

static int const_node(struct lower *w, u16 a, u64 val, u32 pc) {
    struct node *n = add(w, N_CONST, F_RESULT | F_PURE, pc);
    if (!n)
        return -1;
    n->val = val;
    result(w, n, a);
    return 0;
}

static bool is_low(u16 op, u32 operand) {
    return isa_info[op].type[operand] == 'I';
}

static int binary(struct lower *w, const struct insn *i, u32 pc, bool imm) {
    const struct isa_row *row = &isa_info[i->op];
    struct node *n = add(w, imm ? N_BINI : N_BIN, F_RESULT | (row->flags & TRAPS ? F_EFFECT : F_PURE), pc);
    const struct node *c;
    if (!n)
        return -1;
    n->op = i->op;
    n->imm = i->imm;
    use(w, n, 0, i->b, is_low(i->op, 1));
    if (!imm) {
        use(w, n, 1, i->c, is_low(i->op, 2));
        /* a constant operand goes into the step; the immediate form is the next row */
        if ((c = constant(w, &n->x[0])) && row->flags & COMM && !constant(w, &n->x[1])) {
            struct operand t = n->x[0];
            n->x[0] = n->x[1];
            n->x[1] = t;
        }
        c = constant(w, &n->x[1]);
        if (c && row->type[2] != 'F' && row->type[2] != 'D' && (c->val == (u64)(s64)(s32)c->val || is_low(i->op, 2))) {
            n->kind = N_BINI;
            n->op = i->op + 1;
            n->imm = (s32)c->val;
            n->nx = 1;
        }
    }
    n->form = form_of[n->op];
    result(w, n, i->a);
    return 0;
}

static int unary(struct lower *w, const struct insn *i, u32 pc) {
    struct node *n = add(w, N_UN, F_RESULT | F_PURE, pc);
    const struct node *c;
    if (!n)
        return -1;
    n->op = i->op;
    use(w, n, 0, i->b, is_low(i->op, 1));
    if (n->op == OP_mov32 && is_zext(w, n->x[0].from))
        n->op = OP_mov64;
    if ((c = constant(w, &n->x[0])) && (n->op == OP_mov64 || n->op == OP_mov32)) {
        n->kind = N_CONST;
        n->val = n->op == OP_mov32 ? (u32)c->val : c->val;
        n->nx = 0;
    }
    n->form = form_of[n->op];
    result(w, n, i->a);
    return 0;
}

static int branch(struct lower *w, const struct insn *i, u32 pc, bool imm) {
    struct node *n = add(w, imm ? N_JCCI : N_JCC, F_EFFECT | F_SPLIT, pc);
    const struct node *c;
    if (!n)
        return -1;
    n->op = i->op;
    n->imm = i->imm;
    use(w, n, 0, i->b, is_low(i->op, 1));
    if (!imm) {
        use(w, n, 1, i->c, is_low(i->op, 2));
        c = constant(w, &n->x[1]);
        if (c && (c->val == (u64)(s64)(s32)c->val || is_low(i->op, 2))) {
            n->kind = N_JCCI;
            n->op = i->op + 1;
            n->imm = (s32)c->val;
            n->nx = 1;
        }
    }
    n->form = form_of[n->op];
    return 0;
}

/* What the checker says of instruction pc. */
static const struct fact *fact_of(const struct lower *w, u32 pc) {
    static const struct fact none = {0};
    const struct func_facts *facts = w->l->facts ? &w->l->facts[w->f - w->l->m->func] : NULL;
    return facts && facts->of ? &facts->of[pc] : &none;
}

static bool has_fact(const struct lower *w, u32 pc, u8 bit) {
    return (fact_of(w, pc)->bits & (FACT_SEEN | bit)) == (FACT_SEEN | bit);
}

static bool is_proven(const struct lower *w, const struct node *n) {
    return w->l->checks && (n->access == ACCESS_FRAME || n->safe);
}

/* How the access at pc is made. Without checks only what may be the context is looked at. */
static void access(struct lower *w, struct node *n, u32 pc, s32 off) {
    const struct place *p = &w->o.place[pc];
    n->access = (u8)p->access;
    n->safe = has_fact(w, pc, FACT_SAFE);
    n->d = (u16)(p->region * (sizeof(struct region) / 8));
    n->imm = p->access == ACCESS_FRAME ? p->off : off;
    w->im->proven += is_proven(w, n);
    if (p->access == ACCESS_FRAME)
        n->nx = n->kind == N_ST ? 2 : 0;
}

static int load(struct lower *w, const struct insn *i, u32 pc) {
    struct node *n = add(w, N_LD, F_RESULT | F_EFFECT, pc);
    if (!n)
        return -1;
    n->op = i->op;
    n->form = form_of[i->op];
    use(w, n, 0, i->b, false);
    access(w, n, pc, i->off);
    if (n->access == ACCESS_FRAME)
        n->flags = F_RESULT | F_PURE | F_EFFECT;
    result(w, n, i->a);
    return 0;
}

static int store(struct lower *w, const struct insn *i, u32 pc, bool imm) {
    struct node *n;
    const struct node *c;
    u16 op = imm ? i->op - 1 : i->op; /* the rows of a pair differ in the operand alone */
    if (imm && !(i->imm >= INT16_MIN && i->imm <= INT16_MAX)) {
        /* too large for the step: by way of the accumulator, in a register that no function has */
        if (const_node(w, w->f->nreg, (u64)(s64)i->imm, pc))
            return -1;
    }
    n = add(w, N_ST, F_EFFECT, pc);
    if (!n)
        return -1;
    n->op = op;
    n->form = form_of[op];
    use(w, n, 0, i->b, false);
    if (imm && i->imm >= INT16_MIN && i->imm <= INT16_MAX) {
        n->kind = N_STI;
        n->val = (u64)(s64)i->imm;
    } else {
        use(w, n, 1, imm ? w->f->nreg : i->c, isa_info[op].size <= 4);
        if ((c = constant(w, &n->x[1])) && (s64)c->val >= INT16_MIN && (s64)c->val <= INT16_MAX) {
            n->kind = N_STI;
            n->val = c->val;
            n->nx = 1;
        }
    }
    access(w, n, pc, i->off);
    if (n->access == ACCESS_FRAME && n->kind == N_STI)
        n->nx = 0;
    return 0;
}

/* The odd ones: their registers are read and written where they are. */
static struct node *other(struct lower *w, const struct insn *i, u32 pc, u16 form, u8 flags) {
    struct node *n = add(w, N_OTHER, flags, pc);
    struct regs in, out;
    u32 k;
    if (!n)
        return NULL;
    n->op = i->op;
    n->form = form;
    in = isa_reads(i);
    out = isa_writes(i);
    for (k = 0; k < in.n; k++) { /* not counted as uses: they must stand in their registers */
        s32 from = writer_of(w, in.r[k]);
        if (from >= 0 && !(in.n >= 5 && !(call_reads(w, i) >> in.r[k] & 1)))
            w->node[from].flags |= F_LIVE;
    }
    n->a = i->a;
    for (k = 0; k < out.n; k++) {
        if (k == 0) {
            n->prev = writer_of(w, out.r[0]);
            n->a = out.r[0];
        }
        set_writer(w, out.r[k], (s32)(n - w->node));
    }
    return n;
}

/* The field of a packet's context that a load was proven to read, whole; NULL: none, or more is to be done. */
static const struct field *field_read(const struct lower *w, const struct insn *i, u32 pc) {
    const struct ctxtype *t = w->l->facts ? w->l->facts[w->f - w->l->m->func].ctx : NULL;
    if (!t || t->form != CTX_PACKET || i->op >= OP_ldsx8 || !has_fact(w, pc, FACT_CTX))
        return NULL;
    for (u32 k = 0; k < t->nfield; k++) {
        const struct field *f = &t->field[k];
        if (f->off == fact_of(w, pc)->off && f->size == isa_info[i->op].size && f->access & FIELD_R &&
            f->kind != FIELD_BYTES)
            return f;
    }
    return NULL;
}

/* It is a number in struct pkt. */
static int field(struct lower *w, const struct insn *i, u32 pc, const struct field *f) {
    struct node *n = other(w, i, pc, H_field1 + (u16)__builtin_ctz(f->host_size), F_RESULT);
    if (!n)
        return -1;
    n->imm = f->host_off;
    n->safe = true;
    w->im->proven += is_proven(w, n);
    return 0;
}

/* After a call r1 .. r5 hold 0: nothing of the host's is left in them, in any engine. */
static int clobber(struct lower *w, u32 pc) {
    for (u16 r = 1; r <= 5; r++)
        if (const_node(w, r, 0, pc))
            return -1;
    return 0;
}

static int trap_node(struct lower *w, const struct insn *i, u32 pc, u32 trap) {
    struct node *n = other(w, i, pc, H_trap, F_EFFECT);
    if (!n)
        return -1;
    n->imm = (s32)trap;
    return 0;
}

/* The map that a lookup names, when that is certain here and a step does it: H_lookup of an array, H_find. */
static const struct map_view *map_of_lookup(const struct lower *w, const struct insn *i, const struct helper *h) {
    const struct link_view *l = w->l;
    const struct operand map = {1, writer_of(w, 1)};
    const struct node *c = constant(w, &map);
    u64 m = c && handle_tag(c->val) == TAG_MAP ? handle_index(c->val) : UINT64_MAX;
    if (i->op != OP_call || h->id != HELPER_LOOKUP || h->arg[0] != ARG_MAP || h->arg[1] != ARG_MAP_KEY ||
        h->result != RET_MAP_VALUE_OR_NULL || m >= l->m->nmap || l->map[m].handle != c->val)
        return NULL;
    return &l->map[m];
}

static u16 lookup_form(const struct map_view *v) {
    if (v && v->type == MAP_TYPE_ARRAY && v->value && v->key_size == 4)
        return H_lookup;
    return v && v->find && v->key_size == 4 ? H_find4 : v && v->find && v->key_size == 8 ? H_find8 : H_call;
}

static int helper_call(struct lower *w, const struct insn *i, u32 pc, const struct helper *h, u32 otherwise) {
    const struct map_view *v;
    struct node *n;
    u16 form;
    if (!h)
        return trap_node(w, i, pc, otherwise);
    v = map_of_lookup(w, i, h);
    form = lookup_form(v);
    n = other(w, i, pc, form, F_EFFECT | F_RESULT);
    if (!n)
        return -1;
    n->p = form == H_call ? (const void *)h : v;
    n->imm = i->imm;
    return clobber(w, pc);
}

static int control(struct lower *w, const struct insn *i, u32 pc) {
    const struct link_view *l = w->l;
    struct node *n;
    u64 v = insn_imm64(i);
    switch (i->op) {
    case OP_mov64i: return const_node(w, i->a, (u64)(s64)i->imm, pc);
    case OP_mov32i: return const_node(w, i->a, (u32)i->imm, pc);
    case OP_const64: return const_node(w, i->a, v, pc);
    case OP_ldmap: return const_node(w, i->a, l->map[i->imm].handle, pc);
    case OP_ldmapval: return const_node(w, i->a, (u64)(uintptr_t)l->map[i->imm].value + (u32)i->off, pc);
    case OP_ldsym: return const_node(w, i->a, l->import_addr ? l->import_addr[i->imm] : 0, pc);
    case OP_ldfunc: return const_node(w, i->a, handle(TAG_FUNC, (u32)i->imm), pc);
    case OP_cast_kern:
    case OP_cast_user: /* without an arena an address is what it is */
        if (!l->arena) {
            struct insn mov = *i;
            mov.op = OP_mov64;
            return unary(w, &mov, pc);
        }
        n = other(w, i, pc, H_cast, F_RESULT);
        if (n)
            n->x[0].reg = i->b, n->val = l->arena;
        return n ? 0 : -1;
    case OP_pad: return 0;
    case OP_ja:
        n = add(w, N_OTHER, F_EFFECT | F_SPLIT, pc);
        if (n)
            n->form = H_br, n->op = i->op;
        return n ? 0 : -1;
    case OP_may_goto: return other(w, i, pc, H_may_goto, F_EFFECT | F_SPLIT) ? 0 : -1;
    case OP_gotox:
        n = other(w, i, pc, H_gotox, F_EFFECT | F_SPLIT);
        if (n)
            n->c = i->b;
        return n ? 0 : -1;
    case OP_exit: return other(w, i, pc, w->en->leaf ? H_exitl : H_exit, F_EFFECT) ? 0 : -1;
    case OP_call: return helper_call(w, i, pc, (u32)i->imm < l->nhelper ? l->helper[i->imm] : NULL, TRAP_BAD_HELPER);
    case OP_callk: return helper_call(w, i, pc, l->import ? l->import[i->imm] : NULL, TRAP_UNRESOLVED);
    case OP_callf:
        n = other(w, i, pc, w->im->wide ? H_callw : w->im->entry[i->imm].leaf ? H_calll : H_callf, F_EFFECT | F_RESULT);
        if (!n)
            return -1;
        n->imm = i->imm;
        return clobber(w, pc);
    case OP_callx:
        n = other(w, i, pc, H_callx, F_EFFECT | F_RESULT);
        if (!n)
            return -1;
        n->c = i->b;
        return clobber(w, pc);
    case OP_select:
        n = other(w, i, pc, H_select, F_RESULT);
        if (n)
            n->x[0].reg = i->b, n->c = i->c, n->d = (u16)i->imm;
        return n ? 0 : -1;
    case OP_memsize: return other(w, i, pc, H_memsize, F_RESULT) ? 0 : -1;
    case OP_memgrow:
        n = other(w, i, pc, H_memgrow, F_RESULT);
        if (n)
            n->x[0].reg = i->b;
        return n ? 0 : -1;
    case OP_trap: return trap_node(w, i, pc, (u32)i->imm);
    default: assert(!"a row that shapes tell apart"); return -1;
    }
}

static int insn(struct lower *w, u32 pc) {
    const struct insn *i = &w->f->code[pc];
    const struct field *g;
    struct node *n;
    switch ((enum shape)isa_info[i->op].shape) {
    case SHAPE_BIN: return binary(w, i, pc, false);
    case SHAPE_BINI: return binary(w, i, pc, true);
    case SHAPE_UN: return unary(w, i, pc);
    case SHAPE_JCC: return branch(w, i, pc, false);
    case SHAPE_JCCI: return branch(w, i, pc, true);
    case SHAPE_LD: return (g = field_read(w, i, pc)) ? field(w, i, pc, g) : load(w, i, pc);
    case SHAPE_ST: return store(w, i, pc, false);
    case SHAPE_STI: return store(w, i, pc, true);
    case SHAPE_ATOM:
        n = other(w, i, pc, form_of[i->op], F_EFFECT);
        if (!n)
            return -1;
        n->x[0].reg = i->b;
        n->imm = i->off;
        n->a = isa_info[i->op].atom == ATOM_LDACQ ? i->a : i->c;
        n->d = (u16)(w->o.place[pc].region * (sizeof(struct region) / 8));
        n->access = (u8)w->o.place[pc].access;
        n->safe = has_fact(w, pc, FACT_SAFE);
        w->im->proven += is_proven(w, n);
        return 0;
    case SHAPE_PKT:
        n = other(w, i, pc, form_of[i->op], F_EFFECT | F_RESULT);
        if (n)
            n->x[0].reg = i->b, n->imm = i->imm;
        return n ? 0 : -1;
    case SHAPE_MLD:
        n = add(w, N_MLD, F_RESULT | F_EFFECT, pc);
        if (!n)
            return -1;
        n->op = i->op;
        n->form = form_of[i->op];
        n->val = insn_imm64(i);
        use(w, n, 0, i->b, false);
        result(w, n, i->a);
        return 0;
    case SHAPE_MST:
        n = add(w, N_MST, F_EFFECT, pc);
        if (!n)
            return -1;
        n->op = i->op;
        n->form = form_of[i->op];
        n->val = insn_imm64(i);
        use(w, n, 0, i->b, false);
        use(w, n, 1, i->a, isa_info[i->op].size <= 4);
        return 0;
    case SHAPE_CTL: return control(w, i, pc);
    case SHAPE_MATOM:
    case SHAPE_OBJ:
    case SHAPE_TER:
    case SHAPE_LANE:
    case SHAPE_BAD: break;
    }
    assert(!"validated");
    return -1;
}

static s32 real(const struct lower *w, s32 i) {
    while (i >= 0 && w->node[i].kind == N_NONE && w->node[i].alias >= 0)
        i = w->node[i].alias;
    return i;
}

/* Backward: who is read how often, and first by whom; what nobody reads goes. */
void count_uses(struct lower *w) {
    u32 i, k;
    for (i = 0; i < w->nnode; i++)
        w->node[i].uses = 0, w->node[i].first_use = UINT32_MAX;
    for (i = w->nnode; i-- > 0;) {
        struct node *n = &w->node[i];
        if (n->kind == N_NONE)
            continue;
        if (n->flags & F_PURE && !n->uses && !(n->flags & F_LIVE)) {
            n->kind = N_NONE;
            n->alias = -1;
            continue;
        }
        for (k = 0; k < n->nx; k++) {
            s32 from = n->x[k].from = real(w, n->x[k].from);
            if (from >= 0) {
                w->node[from].uses++;
                w->node[from].first_use = i;
            }
        }
    }
}

int build_nodes(struct lower *w, u32 first, u32 last) {
    const struct cfg *g = &w->g;
    u32 b, pc;
    w->nnode = 0;
    w->stamp++;
    for (b = first; b < last; b++) {
        const struct block *k = &g->blk[b];
        const struct insn *end = &w->f->code[k->end - 1];
        for (pc = k->start; pc < k->end; pc++) {
            if (pc + 1 == k->end) { /* what the ways out need must stand in registers before the branch */
                if (k->succ[1] != NBLOCK)
                    need(w, w->livein[k->succ[1]]);
                if (end->op == OP_gotox)
                    need(w, ~(u64)0);
            }
            if (w->l->exact_regs)
                need(w, ~(u64)0);
            if (insn(w, pc))
                return w->e->code ? w->e->code : fail(w->e, E_NOMEM, NOWHERE, "out of memory");
        }
        if (b + 1 == last && k->succ[0] != NBLOCK)
            need(w, w->livein[k->succ[0]]);
    }
    count_uses(w);
    return 0;
}
