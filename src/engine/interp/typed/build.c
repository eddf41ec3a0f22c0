/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* build.c - a run of blocks of a typed function as nodes, as interp/build.c has it.
 *
 * in:  blocks of which each but the first is entered only by falling out of the one before
 * out: w->node[]: operands that know who wrote them; copies and constants looked through, dead nodes gone
 *
 * Registers are physical: a node may read register r only where the node that it names is the last to
 * have written r. */
#include "engine/interp/typed/build.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

s32 ityped_writer(const struct tlower *w, u16 reg) {
    s32 node = w->cur[reg].stamp == w->stamp ? w->cur[reg].node : -1;
    u32 lo = 0, hi = w->nclobber; /* the last of them whose registers begin at reg or below */
    while (lo < hi) {
        u32 mid = lo + (hi - lo) / 2;
        if (w->clobber[mid].from <= reg)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo && w->clobber[lo - 1].node > node ? w->clobber[lo - 1].node : node;
}

/* A call wrote all registers from one on. */
int ityped_clobbered(struct tlower *w, u16 from, s32 node) {
    struct clobber *c;
    while (w->nclobber && w->clobber[w->nclobber - 1].from >= from)
        w->nclobber--;
    c = ityped_room(w, w->clobber, w->nclobber, &w->clobber_cap, sizeof *c);
    if (!c)
        return w->e->code;
    w->clobber = c;
    w->clobber[w->nclobber++] = (struct clobber){from, node};
    return 0;
}

void ityped_wrote(struct tlower *w, u16 reg, s32 node) {
    if (w->cur[reg].stamp != w->stamp)
        w->touched[w->ntouched++] = reg;
    w->cur[reg].stamp = w->stamp;
    w->cur[reg].node = node;
}

struct node *ityped_node(struct tlower *w, u8 kind, u8 flags, u32 pc) {
    struct node *n = ityped_room(w, w->node, w->nnode, &w->cap, sizeof *n);
    if (!n)
        return NULL;
    w->node = n;
    n = &w->node[w->nnode++];
    memset(n, 0, sizeof *n);
    n->kind = kind;
    n->flags = flags;
    n->pc = pc;
    n->op = w->f->code[pc].op;
    n->alias = n->prev = -1;
    return n;
}

static bool is_copy(const struct node *n) {
    return n->kind == N_COPY;
}

/* A copy of all bits of a register. */
static bool is_move(u16 op) {
    return (isa_info[op].flags & COPY && op != OP_mov32) || op == OP_f64_bits || op == OP_bits_f64;
}

/* A copy of the low half, which is one of all bits where the upper half is zero. */
static bool is_low_move(u16 op) {
    return op == OP_mov32 || op == OP_f32_bits || op == OP_bits_f32;
}

/* Is the upper half of what node i leaves zero? */
static bool is_zext(const struct tlower *w, s32 i, u16 reg) {
    const struct node *n = i >= 0 ? &w->node[i] : NULL;
    if (w->f->reg_type && w->f->reg_type[reg] == TYPE_I32)
        return true;
    if (!n || n->a != reg)
        return false;
    switch (n->kind) {
    case N_BIN:
    case N_BINI:
    case N_KBIN:
    case N_UN:
    case N_LD:
    case N_FARLD: return isa_info[n->op].type[0] == 'I' || isa_info[n->op].type[0] == 'F';
    case N_CONST: return n->val >> 32 == 0;
    default: return false;
    }
}

/* Operand k of node n is register reg, read as letter t of isa.def. */
void ityped_use(struct tlower *w, struct node *n, u32 k, u16 reg, char t) {
    s32 from = ityped_writer(w, reg);
    for (;;) { /* through copies whose source still stands where it was */
        const struct node *c = from >= 0 ? &w->node[from] : NULL;
        if (!c || !(is_copy(c) || (t == 'I' && c->kind == N_UN && c->op == OP_mov32)) || c->a != reg ||
            ityped_writer(w, c->x[0].reg) != c->x[0].from)
            break;
        reg = c->x[0].reg;
        from = c->x[0].from;
    }
    n->x[k] = (struct operand){reg, class_of(t), from};
    if (k >= n->nx)
        n->nx = (u8)(k + 1);
}

const struct node *ityped_constant(const struct tlower *w, const struct operand *x) {
    const struct node *n = x->from >= 0 ? &w->node[x->from] : NULL;
    return n && n->kind == N_CONST ? n : NULL;
}

void ityped_result(struct tlower *w, struct node *n, u16 a, char t) {
    n->a = a;
    n->out = class_of(t);
    n->prev = ityped_writer(w, a);
    ityped_wrote(w, a, (s32)(n - w->node));
}

/* What is live must stand in the register file here: marks who wrote it. */
static void need(struct tlower *w, const u64 *set) {
    for (u32 k = 0; k < w->ntouched; k++) {
        s32 n = ityped_writer(w, w->touched[k]);
        if (n >= 0 && live_has(set, w->touched[k]))
            w->node[n].flags |= F_LIVE;
    }
}

/* The same for results of the nodes from one on, where those before it have been looked at: a block may be all calls. */
static void need_since(struct tlower *w, const u64 *set, u32 first) {
    for (u32 k = first; k < w->nnode; k++) {
        struct node *n = &w->node[k];
        if (n->flags & F_RESULT && live_has(set, n->a) && ityped_writer(w, n->a) == (s32)k)
            n->flags |= F_LIVE;
    }
}

void ityped_stands(struct tlower *w, u16 reg) {
    if (ityped_writer(w, reg) >= 0)
        w->node[ityped_writer(w, reg)].flags |= F_LIVE;
}

int ityped_const(struct tlower *w, u16 a, u64 val, u32 pc) {
    s32 was = ityped_writer(w, a);
    struct node *n;
    if (was >= 0 && w->node[was].kind == N_CONST && w->node[was].val == val) /* it is there already */
        return 0;
    n = ityped_node(w, N_CONST, F_RESULT | F_PURE, pc);
    if (!n)
        return -1;
    n->val = val;
    ityped_result(w, n, a, 'I');
    return 0;
}

static bool fits(const struct node *c, char t) {
    return t == 'I' || c->val == (u64)(s64)(s32)c->val;
}

static void swap_operands(struct node *n) {
    struct operand t = n->x[0];
    n->x[0] = n->x[1];
    n->x[1] = t;
}

static int binary(struct tlower *w, const struct insn *i, u32 pc, bool imm) {
    const struct isa_row *row = &isa_info[i->op];
    struct node *n = ityped_node(w, imm ? N_BINI : N_BIN, F_RESULT | (row->flags & TRAPS ? F_EFFECT : F_PURE), pc);
    const struct node *c;
    u64 v;
    if (!n)
        return -1;
    n->imm = i->imm;
    ityped_use(w, n, 0, i->b, row->type[1]);
    if (imm && ityped_row[i->op].family == FAMILY_FLT) {
        n->kind = N_KBIN;
        n->op = i->op - 1;
        n->val = (u64)(s64)i->imm;
    } else if (!imm) {
        ityped_use(w, n, 1, i->c, row->type[2]);
        if (ityped_constant(w, &n->x[0]) && row->flags & COMM && !ityped_constant(w, &n->x[1]))
            swap_operands(n);
        c = ityped_constant(w, &n->x[1]);
        if (ityped_row[i->op].family == FAMILY_FLT) {
            bool left = !c && (c = ityped_constant(w, &n->x[0]));
            if (c) {
                n->kind = N_KBIN;
                n->val = c->val;
                n->nx = 1;
                n->flags |= left ? F_SWAP : 0;
                if (left)
                    n->x[0] = n->x[1];
            }
        } else if (c && class_of(row->type[2]) == 'I' && fits(c, row->type[2])) {
            n->kind = N_BINI;
            n->op = i->op + 1; /* the immediate form is the next row */
            n->imm = (s32)c->val;
            n->nx = 1;
        } else if (c && ityped_row[i->op].family == FAMILY_LONG && class_of(row->type[2]) == 'I') {
            n->kind = N_LBIN;
            n->val = c->val;
            n->nx = 1;
        }
    }
    if (n->kind == N_BINI && (c = ityped_constant(w, &n->x[0])) && isa_eval(n->op, c->val, (u64)(s64)n->imm, &v)) {
        n->kind = N_CONST;
        n->flags = F_RESULT | F_PURE;
        n->val = v;
        n->nx = 0;
    } else if (n->kind == N_BIN && (n->op == OP_sub32 || n->op == OP_sub64) && (c = ityped_constant(w, &n->x[0])) &&
               !c->val) {
        n->kind = N_UN;
        n->op = n->op == OP_sub32 ? OP_neg32 : OP_neg64;
        n->x[0] = n->x[1];
        n->nx = 1;
    }
    n->form = ityped_row[n->op].form;
    ityped_result(w, n, i->a, n->kind == N_CONST ? 'I' : row->type[0]);
    return 0;
}

static int unary(struct tlower *w, const struct insn *i, u32 pc) {
    const struct isa_row *row = &isa_info[i->op];
    struct node *n = ityped_node(w, N_UN, F_RESULT | (row->flags & TRAPS ? F_EFFECT : F_PURE), pc);
    const struct node *c;
    u64 v;
    bool whole = is_move(i->op);
    if (!n)
        return -1;
    ityped_use(w, n, 0, i->b, row->type[1]);
    if (whole || (is_low_move(i->op) && is_zext(w, n->x[0].from, n->x[0].reg)))
        n->kind = N_COPY;
    if ((c = ityped_constant(w, &n->x[0])) && (whole || isa_eval(i->op, c->val, 0, &v))) {
        n->kind = N_CONST;
        n->flags = F_RESULT | F_PURE;
        n->val = whole ? c->val : v;
        n->nx = 0;
    }
    n->form = ityped_row[n->op].form;
    ityped_result(w, n, i->a, n->kind == N_CONST ? 'I' : row->type[0]);
    return 0;
}

static int branch(struct tlower *w, const struct insn *i, u32 pc, bool imm) {
    const struct isa_row *row = &isa_info[i->op];
    struct node *n = ityped_node(w, imm ? N_JCCI : N_JCC, F_EFFECT | F_SPLIT, pc);
    const struct node *c;
    if (!n)
        return -1;
    n->imm = i->imm;
    ityped_use(w, n, 0, i->b, row->type[1]);
    if (!imm) {
        ityped_use(w, n, 1, i->c, row->type[2]);
        c = ityped_constant(w, &n->x[1]);
        if (c && fits(c, row->type[2])) {
            n->kind = N_JCCI;
            n->op = i->op + 1;
            n->imm = (s32)c->val;
            n->nx = 1;
        }
    }
    n->form = ityped_row[n->op].form;
    return 0;
}

/* --- vectors --- */

/* Both registers have their writer; the result is never moved to another place. */
static void vector_result(struct tlower *w, struct node *n, u16 a) {
    n->flags |= F_TWO;
    ityped_result(w, n, a, 'V');
    ityped_wrote(w, (u16)(a + 1), (s32)(n - w->node));
}

static int vector(struct tlower *w, const struct insn *i, u32 pc) {
    const struct isa_row *row = &isa_info[i->op];
    struct node *n = ityped_node(w, N_VEC, F_RESULT | F_PURE, pc);
    const struct node *c;
    if (!n)
        return -1;
    n->form = ityped_row[i->op].form;
    n->c = i->c;
    switch (row->shape) {
    case SHAPE_BINI: n->c = (u16)i->imm; break; /* the lane */
    case SHAPE_LANE: n->d = (u16)i->off; break;
    default: break;
    }
    if (i->op == OP_vconst) {
        n->form = T_vconst;
    } else {
        ityped_use(w, n, 0, i->b, row->type[1]);
        if (isa_has(row->type[2]))
            ityped_use(w, n, 1, i->c, row->type[2]);
        if (row->shape == SHAPE_TER)
            ityped_use(w, n, 2, (u16)i->imm, 'V');
        if (i->op == OP_shuffle)
            n->form = T_shuffle;
        if (i->op == OP_vselect) {
            n->form = T_vselect;
            ityped_use(w, n, 2, (u16)i->imm, 'I');
        }
        if (row->shape == SHAPE_BIN && row->type[2] == 'I' && (c = ityped_constant(w, &n->x[1]))) {
            n->form += X_RI; /* shifted by a constant: taken modulo the lane's width, at most 64 */
            n->c = (u16)(c->val & 63);
            n->nx = 1;
        }
    }
    if (row->type[0] == 'V')
        vector_result(w, n, i->a);
    else
        ityped_result(w, n, i->a, row->type[0]);
    return 0;
}

/* --- memory --- */

/* Memory 0, 32-bit, with an offset that a step holds. */
static bool is_near(const struct tlower *w, const struct insn *i) {
    return i->c == 0 && i->off == 0 && !w->im->m->memory[0].lim.is64;
}

static void write_set(u64 *set, u16 reg) {
    set[reg / 64] |= 1ull << reg % 64;
}

/* w->zero, w->read: front ends have a register that is never written as the base of constant addresses. */
int ityped_zeros(struct tlower *w) {
    const struct func *f = w->f;
    u32 n = w->live.nword, params = w->im->m->type[f->type].param_slots, k, pc;
    u16 from;
    w->zero = arena_new(&w->tmp, u64, n);
    w->read = arena_new(&w->tmp, u64, n);
    if (!w->zero || !w->read)
        return fail(w->e, E_NOMEM, NOWHERE, "out of memory");
    for (k = 0; k < params; k++)
        write_set(w->zero, (u16)k);
    for (pc = 0; pc < f->nslot; pc++) {
        const struct insn *i = &f->code[pc];
        u8 shape = isa_info[i->op].shape;
        struct regs in = isa_reads(i), out = isa_writes(i);
        struct window win = isa_window(i), wout = isa_window_out(i);
        bool address = (shape == SHAPE_MLD || shape == SHAPE_MST) && isa_info[i->op].type[0] != 'V' &&
                       w->mode == GUARDED && is_near(w, i);
        for (k = 0; k < out.n; k++)
            write_set(w->zero, out.r[k]);
        for (k = 0; k < wout.n; k++)
            write_set(w->zero, (u16)(wout.first + k));
        for (k = 0; k < in.n; k++)
            if (!(address && in.r[k] == i->b && !(shape == SHAPE_MST && i->a == i->b)))
                write_set(w->read, in.r[k]);
        for (k = 0; k < win.n; k++)
            write_set(w->read, (u16)(win.first + k));
        if (isa_clobbers(i, &from))
            for (k = from; k < f->nreg && k < from + 64u; k++) /* results; what is behind them is written by nothing */
                write_set(w->zero, (u16)k);
    }
    for (k = 0; k < f->nhandler; k++)
        write_set(w->zero, f->handler[k].reg);
    for (k = 0; k < n; k++)
        w->zero[k] = ~w->zero[k];
    return 0;
}

/* The address of a load or store: at a register that is always 0 it is a constant. */
static void near_address(struct tlower *w, struct node *n, u16 base) {
    if (!live_has(w->zero, base) || w->mode != GUARDED) {
        ityped_use(w, n, 0, base, 'I');
        return;
    }
    n->mode = M_K;
    n->x[0] = (struct operand){0, 'I', -1};
}

static int vector_access(struct tlower *w, const struct insn *i, u32 pc) {
    bool load = isa_info[i->op].shape == SHAPE_MLD, lane = isa_info[i->op].flags & LANE;
    bool near = !lane && is_near(w, i);
    struct node *n = ityped_node(w, load ? N_VLD : N_VST, F_EFFECT | (load ? F_RESULT : 0), pc);
    if (!n)
        return -1;
    n->form = ityped_row[i->op].form;
    n->val = insn_imm64(i);
    n->mode = near ? M_R : N_MODE; /* N_MODE: any memory */
    n->c = lane ? i->c & 4095 : i->c;
    n->d = lane ? i->c >> 12 : 0;
    ityped_use(w, n, 0, i->b, near ? 'I' : 'L');
    if (!load || lane)
        ityped_use(w, n, 1, i->a, 'V');
    if (lane)
        ityped_stands(w, i->a);
    if (load)
        vector_result(w, n, i->a);
    return 0;
}

static int load(struct tlower *w, const struct insn *i, u32 pc) {
    const struct isa_row *row = &isa_info[i->op];
    bool near = is_near(w, i);
    struct node *n = ityped_node(w, near ? N_LD : N_FARLD, F_RESULT | F_EFFECT, pc);
    if (!n)
        return -1;
    n->form = ityped_row[i->op].form;
    n->val = insn_imm64(i);
    n->c = i->c;
    n->mode = M_R;
    if (near)
        near_address(w, n, i->b);
    else
        ityped_use(w, n, 0, i->b, 'L');
    ityped_result(w, n, i->a, row->type[0]);
    return 0;
}

static int store(struct tlower *w, const struct insn *i, u32 pc) {
    const struct isa_row *row = &isa_info[i->op];
    bool near = is_near(w, i);
    struct node *n = ityped_node(w, near ? N_ST : N_FARST, F_EFFECT, pc);
    const struct node *c;
    char t = row->size <= 4 && class_of(row->type[0]) == 'I' ? 'I' : row->type[0];
    if (!n)
        return -1;
    n->form = ityped_row[i->op].form;
    n->val = insn_imm64(i);
    n->c = i->c;
    n->mode = M_R;
    if (near) {
        near_address(w, n, i->b);
        n->x[1] = (struct operand){0, 'I', -1};
        ityped_use(w, n, 2, i->a, t);
        c = ityped_constant(w, &n->x[2]);
        if (c && w->mode == GUARDED && (s64)c->val == (s16)c->val) {
            n->kind = N_STI;
            n->imm = (s32)c->val;
            n->nx = n->mode == M_K ? 0 : 1;
        }
    } else {
        ityped_use(w, n, 0, i->b, 'L');
        ityped_use(w, n, 1, i->a, t);
    }
    return 0;
}

static int insn(struct tlower *w, u32 pc) {
    const struct insn *i = &w->f->code[pc];
    const char *type = isa_info[i->op].type;
    if (type[0] == 'V' || type[1] == 'V') {
        u8 shape = isa_info[i->op].shape;
        return shape == SHAPE_OBJ                         ? ityped_object_node(w, i, pc)
               : shape == SHAPE_MLD || shape == SHAPE_MST ? vector_access(w, i, pc)
                                                          : vector(w, i, pc);
    }
    switch ((enum shape)isa_info[i->op].shape) {
    case SHAPE_BIN: return binary(w, i, pc, false);
    case SHAPE_BINI: return binary(w, i, pc, true);
    case SHAPE_UN: return unary(w, i, pc);
    case SHAPE_JCC: return branch(w, i, pc, false);
    case SHAPE_JCCI: return branch(w, i, pc, true);
    case SHAPE_MLD: return load(w, i, pc);
    case SHAPE_MST: return store(w, i, pc);
    case SHAPE_MATOM: return ityped_other(w, i, pc, ityped_row[i->op].form, F_EFFECT) ? 0 : -1;
    case SHAPE_CTL: return ityped_control(w, i, pc);
    case SHAPE_OBJ: return ityped_object_node(w, i, pc);
    default: break;
    }
    assert(!"validated");
    return -1;
}

static s32 real(const struct tlower *w, s32 i) {
    while (i >= 0 && w->node[i].kind == N_NONE && w->node[i].alias >= 0)
        i = w->node[i].alias;
    return i;
}

/* Backward: who is read how often, and first by whom; what nobody reads goes. */
void ityped_count(struct tlower *w) {
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

int ityped_build(struct tlower *w, u32 first, u32 last) {
    const struct cfg *g = &w->g;
    u32 b, k, pc;
    w->nnode = 0;
    w->ntouched = 0;
    w->nclobber = 0;
    w->stamp++;
    for (b = first; b < last; b++) {
        const struct block *blk = &g->blk[b];
        u32 end = w->f->code[blk->end - 1].op == OP_pad ? blk->end - 2 : blk->end - 1;
        u32 marked = 0;
        ityped_find_dirty(w, b);
        for (pc = blk->start; pc < blk->end; pc++) {
            if (w->f->code[pc].op == OP_pad)
                continue;
            if (pc == end) { /* what the ways out need must stand in registers before the branch */
                if (blk->succ[1] != NBLOCK)
                    need(w, live_in(&w->live, blk->succ[1]));
                for (k = 0; k < blk->ntab; k++)
                    need(w, live_in(&w->live, blk->succ[0] + k));
            }
            if (blk->handler != NBLOCK && isa_throws(w->f->code[pc].op)) {
                need_since(w, live_in(&w->live, blk->handler), marked);
                marked = w->nnode;
            }
            if (insn(w, pc))
                return w->e->code ? w->e->code : fail(w->e, E_NOMEM, NOWHERE, "out of memory");
        }
        if (b + 1 == last && blk->succ[0] != NBLOCK && !blk->ntab)
            need(w, live_in(&w->live, blk->succ[0]));
    }
    ityped_count(w);
    return 0;
}
