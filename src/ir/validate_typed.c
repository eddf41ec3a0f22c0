/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* validate_typed.c - typed functions: registers by their types, windows by signatures, and what
 * instructions name.
 * in: w->f, its code, the tables of the module (checked)   out: 0, or the error
 *
 * A register has one type for good, so that one pass is enough and no state goes with it. What it
 * must keep safe are references: they are pointers. Numbers never get into registers of theirs, nor
 * does one class into those of another; which functions and exceptions they are is asked at run time. */
#include "ir/validate.h"
#include <string.h>

static const struct deftype *type_at(const struct work *w, u32 type) {
    return &w->m->type[type];
}

/* --- registers --- */

static bool is_number(u8 t) {
    return t == TYPE_ANY || t == TYPE_I64 || t == TYPE_I32 || t == TYPE_F32 || t == TYPE_F64;
}
static bool is_ref(u8 t) {
    return t == TYPE_FUNC || t == TYPE_EXTERN || t == TYPE_EXN;
}

static bool fits(const struct func *f, u16 reg, char want) {
    u8 have = type_of(f, reg);
    switch (want) {
    case 'I': return have == TYPE_I32 || have == TYPE_I64 || have == TYPE_ANY;
    case 'L':
    case 'F':
    case 'D': return have == (u8)want || have == TYPE_ANY;
    case 'X': return is_number(have);
    case 'Q': return is_ref(have);
    case 'V': return have == TYPE_V128 || (have == TYPE_ANY && reg + 1u < f->nreg && type_of(f, reg + 1) == TYPE_ANY);
    default: return have == (u8)want;
    }
}

static int check_reg(struct work *w, u32 reg, char want) {
    const char *name = isa_name(w->f->code[w->pc].op);
    if (reg >= w->f->nreg)
        return refuse(w, E_REG, "%s: r%u of a function with %u registers", name, reg, w->f->nreg);
    if (!fits(w->f, (u16)reg, want))
        return refuse(w, E_REG, "%s: r%u has type %c where %c is needed", name, reg, type_of(w->f, (u16)reg), want);
    return 0;
}

/* Both hold the same: as numbers that may be a register of any number, as references never. */
static bool alike(const struct func *f, u16 a, u16 b) {
    u8 x = type_of(f, a), y = type_of(f, b);
    return x == y || (is_number(x) && is_number(y) && (x == TYPE_ANY || y == TYPE_ANY));
}

static int check_alike(struct work *w, u16 a, u16 b) {
    if (alike(w->f, a, b))
        return 0;
    return refuse(w, E_REG, "%s: r%u and r%u differ in type", isa_name(w->f->code[w->pc].op), a, b);
}

/* n values of these types in registers from a on, which take `slots` of them. */
static int check_values(struct work *w, u32 a, const u32 *vt, u32 n, u32 slots) {
    if (a + slots > w->f->nreg)
        return refuse(w, E_REG, "%s: a window of %u slots at r%u of %u registers", isa_name(w->f->code[w->pc].op),
                      slots, a, w->f->nreg);
    for (u32 k = 0; k < n; a += vt_slots(vt[k]), k++)
        if (check_reg(w, a, (char)vt_letter(vt[k])))
            return w->e->code;
    return 0;
}

/* The values of a window of c slots that an instruction names. */
static int check_window(struct work *w, const struct insn *i, const u32 *vt, u32 n, u32 slots) {
    if (i->c != slots)
        return refuse(w, E_REG, "%s: a window of %u slots, where the type says %u", isa_name(i->op), i->c, slots);
    return check_values(w, i->a, vt, n, slots);
}

/* --- what imm and off name --- */

static int check_typeref(struct work *w, u32 type) {
    if (check_index(w, type, w->m->ntype, "type"))
        return w->e->code;
    return type_at(w, type)->kind == 'f' ? 0 : refuse(w, E_INDEX, "type %u is not that of a function", type);
}

static int check_on(struct work *w, u8 on, u32 index) {
    const struct module *m = w->m;
    switch ((enum isa_on)on) {
    case ON_FUNC:
        if (check_index(w, index, m->nfunc, "function"))
            return w->e->code;
        if (!m->func[index].typed)
            return refuse(w, E_INDEX, "function %u has no type", index);
        return callable(m, index) ? 0 : refuse(w, E_INDEX, "function %u starts instances, no more", index);
    case ON_TYPE: return check_typeref(w, index);
    case ON_TABLE: return check_index(w, index, m->ntable, "table");
    case ON_MEMORY: return check_index(w, index, m->nmemory, "memory");
    case ON_GLOBAL: return check_index(w, index, m->nglobal, "global");
    case ON_TAG: return check_index(w, index, m->ntag, "tag");
    case ON_ELEM: return check_index(w, index, m->nelem, "element segment");
    case ON_DATA: return check_index(w, index, m->ndata, "data segment");
    case ON_NO:
    case ON_ITEM: return 0;
    }
    return 0;
}

/* How addresses and sizes of it are written, and what its elements are. */
static char table_address(const struct work *w, s32 n) {
    return w->m->table[n].lim.is64 ? 'L' : 'I';
}
static char memory_address(const struct work *w, s32 n) {
    return w->m->memory[n].lim.is64 ? 'L' : 'I';
}
static char element(const struct work *w, s32 n) {
    return (char)vt_letter(w->m->table[n].vt);
}
static char least(char x, char y) {
    return x == 'L' && y == 'L' ? 'L' : 'I';
}

static int check_call(struct work *w, const struct insn *i, u32 type) {
    const struct deftype *t = type_at(w, type);
    if (check_window(w, i, t->vt, t->nparam, t->param_slots))
        return w->e->code;
    return check_values(w, i->a + t->result_at, t->vt + t->nparam, t->nresult, t->result_slots);
}

/* What the callee returns is what this function does. */
static int check_tail_call(struct work *w, const struct insn *i, u32 type) {
    const struct deftype *t = type_at(w, type), *own = type_at(w, w->f->type);
    if (t->nresult != own->nresult)
        return refuse(w, E_REG, "%s: %u results for %u", isa_name(i->op), t->nresult, own->nresult);
    for (u32 k = 0; k < t->nresult; k++)
        if (vt_letter(t->vt[t->nparam + k]) != vt_letter(own->vt[own->nparam + k]))
            return refuse(w, E_REG, "%s: result %u has another type", isa_name(i->op), k);
    return check_window(w, i, t->vt, t->nparam, t->param_slots);
}

/* An immutable global is set by the function that starts an instance, its own alone. */
static int check_global(struct work *w, const struct insn *i) {
    const struct global_def *g = &w->m->global[i->imm];
    bool set = isa_info[i->op].flags & READS_A, vector = isa_info[i->op].type[0] == 'V';
    bool init = w->m->has_init && w->f == &w->m->func[w->m->init] && (u32)i->imm >= w->m->nglobal_import;
    if (set && !g->mutable && !init)
        return refuse(w, E_INDEX, "%s: global %d cannot be set", isa_name(i->op), i->imm);
    if (vector != (g->vt == 'V'))
        return refuse(w, E_REG, "%s: global %d has another type", isa_name(i->op), i->imm);
    return check_reg(w, i->a, (char)vt_letter(g->vt));
}

static int check_tseg(struct work *w, const struct insn *i) {
    const struct elem_seg *s = &w->m->elem[i->imm];
    if (check_index(w, (u32)i->off, s->n, "item"))
        return w->e->code;
    return check_reg(w, i->a, (char)vt_letter(s->vt));
}

/* a, b and c, each as the letters say; 0: none */
static int check_abc(struct work *w, const struct insn *i, char a, char b, char c) {
    if ((isa_has(a) && check_reg(w, i->a, a)) || (isa_has(b) && check_reg(w, i->b, b)))
        return w->e->code;
    return isa_has(c) ? check_reg(w, i->c, c) : 0;
}

static int same_elements(struct work *w, const struct insn *i, char x, char y) {
    return x == y ? 0 : refuse(w, E_INDEX, "%s: elements of type %c for those of type %c", isa_name(i->op), x, y);
}

static int check_obj(struct work *w, const struct insn *i) {
    const struct isa_row *r = &isa_info[i->op];
    const struct module *m = w->m;
    char x, y;
    if (check_on(w, r->imm, (u32)i->imm) || check_on(w, r->off, (u32)i->off))
        return w->e->code;
    switch (i->op) {
    case OP_callt: return check_call(w, i, m->func[i->imm].type);
    case OP_tcallt: return check_tail_call(w, i, m->func[i->imm].type);
    case OP_calltab:
    case OP_tcalltab:
        if (same_elements(w, i, element(w, i->off), 'R') || check_reg(w, i->b, table_address(w, i->off)))
            return w->e->code;
        return i->op == OP_calltab ? check_call(w, i, (u32)i->imm) : check_tail_call(w, i, (u32)i->imm);
    case OP_callref:
    case OP_tcallref:
        if (check_reg(w, i->b, 'R'))
            return w->e->code;
        return i->op == OP_callref ? check_call(w, i, (u32)i->imm) : check_tail_call(w, i, (u32)i->imm);
    case OP_ret: {
        const struct deftype *t = type_at(w, w->f->type);
        return check_window(w, i, t->vt + t->nparam, t->nresult, t->result_slots);
    }
    case OP_throw:
    case OP_exnarg: {
        const struct deftype *t = type_at(w, m->tag[i->imm].type);
        if (i->op == OP_exnarg && check_reg(w, i->b, 'N'))
            return w->e->code;
        return check_window(w, i, t->vt, t->nparam, t->param_slots);
    }
    case OP_gget:
    case OP_gset:
    case OP_vgget:
    case OP_vgset: return check_global(w, i);
    case OP_tget:
    case OP_tset: return check_abc(w, i, element(w, i->imm), table_address(w, i->imm), 0);
    case OP_tsize: return check_reg(w, i->a, table_address(w, i->imm));
    case OP_tgrow: x = table_address(w, i->imm); return check_abc(w, i, x, x, element(w, i->imm));
    case OP_tfill: x = table_address(w, i->imm); return check_abc(w, i, x, element(w, i->imm), x);
    case OP_tcopy:
        x = table_address(w, i->imm), y = table_address(w, i->off);
        if (same_elements(w, i, element(w, i->off), element(w, i->imm)))
            return w->e->code;
        return check_abc(w, i, x, y, least(x, y));
    case OP_tinit:
        if (same_elements(w, i, (char)vt_letter(m->elem[i->imm].vt), element(w, i->off)))
            return w->e->code;
        return check_abc(w, i, table_address(w, i->off), 'I', 'I');
    case OP_tseg: return check_tseg(w, i);
    case OP_mfill: x = memory_address(w, i->imm); return check_abc(w, i, x, 'I', x);
    case OP_mcopy:
        x = memory_address(w, i->imm), y = memory_address(w, i->off);
        return check_abc(w, i, x, y, least(x, y));
    case OP_minit: return check_abc(w, i, memory_address(w, i->off), 'I', 'I');
    default: return check_abc(w, i, r->type[0], r->type[1], r->type[2]); /* no letters that depend on anything */
    }
}

/* --- the other shapes --- */

static int check_access(struct work *w, const struct insn *i) {
    const struct isa_row *r = &isa_info[i->op];
    u32 memory = r->flags & LANE ? i->c & 4095u : i->c, lane = r->flags & LANE ? i->c >> 12 : 0;
    if (check_index(w, memory, w->m->nmemory, "memory") ||
        check_abc(w, i, r->type[0], memory_address(w, (s32)memory), 0) || check_index(w, lane, 16u / r->size, "lane"))
        return w->e->code;
    if (r->shape != SHAPE_MATOM || (r->atom != MATOM_CMPXCHG && r->atom != MATOM_WAIT))
        return 0;
    return check_reg(w, i->a + 1u, r->atom == MATOM_WAIT ? 'L' : r->type[0]);
}

static int check_brtab(struct work *w, const struct insn *i) {
    u32 room = w->f->nslot - w->pc - 2, n = (u32)i->imm;
    if (n >= room)
        return refuse(w, E_JUMP, "brtab: %u targets and the default, where %u instructions follow", n, room);
    for (u32 k = 0; k <= n; k++)
        if (w->f->code[w->pc + 2 + k].op != OP_ja)
            return refuse(w, E_JUMP, "brtab: target %u is no goto", k);
    return 0;
}

static int check_select(struct work *w, const struct insn *i) {
    char t = is_ref(type_of(w->f, i->a)) ? 'Q' : 'X';
    if ((u32)i->imm > 0xffff || check_reg(w, (u32)i->imm, 'I') || check_abc(w, i, t, t, t))
        return w->e->code ? w->e->code : refuse(w, E_REG, "select: no register %u", (u32)i->imm);
    return check_alike(w, i->a, i->b) ? w->e->code : check_alike(w, i->a, i->c);
}

static int check_pool(struct work *w, const struct insn *i) {
    const char *t = isa_info[i->op].type;
    if (check_index(w, (u32)i->imm, w->f->npool, "constant") || check_abc(w, i, t[0], t[1], t[2]))
        return w->e->code;
    for (u32 k = 0; i->op == OP_shuffle && k < 16; k++)
        if (w->f->pool[i->imm][k] >= 32)
            return refuse(w, E_INDEX, "shuffle: byte %u comes from %u of 32", k, w->f->pool[i->imm][k]);
    return 0;
}

static int check_ctl(struct work *w, const struct insn *i) {
    char x;
    switch (i->op) {
    case OP_ja: return check_target(w, i->off, "jump");
    case OP_trap: return may_raise(i->imm) ? 0 : refuse(w, E_INDEX, "trap %d is none that a program may raise", i->imm);
    case OP_select: return i->a < w->f->nreg ? check_select(w, i) : check_reg(w, i->a, 'X');
    case OP_vselect: return check_reg(w, (u32)i->imm, 'I') ? w->e->code : check_abc(w, i, 'V', 'V', 'V');
    case OP_vconst:
    case OP_shuffle: return check_pool(w, i);
    case OP_brtab: return check_reg(w, i->b, 'I') ? w->e->code : check_brtab(w, i);
    case OP_memsize:
    case OP_memgrow:
        if (check_index(w, (u32)i->imm, w->m->nmemory, "memory"))
            return w->e->code;
        x = memory_address(w, i->imm);
        return check_abc(w, i, x, i->op == OP_memgrow ? x : 0, 0);
    default: return check_abc(w, i, isa_info[i->op].type[0], isa_info[i->op].type[1], 0); /* constants */
    }
}

int typed_insn(struct work *w, const struct insn *i) {
    const struct isa_row *r = &isa_info[i->op];
    if (r->flags & EBPF)
        return refuse(w, E_OPCODE, "%s: not in a typed function", isa_row_name(r));
    switch ((enum shape)r->shape) {
    case SHAPE_JCC:
    case SHAPE_JCCI:
        if (i->a > 1)
            return refuse(w, E_RESERVED, "%s: a branch of length %u", isa_row_name(r), i->a);
        return check_target(w, i->off, "jump") ? w->e->code : check_abc(w, i, 0, r->type[1], r->type[2]);
    case SHAPE_BINI:
        if (r->type[1] == 'V' && check_index(w, (u32)i->imm, 16u / r->size, "lane"))
            return w->e->code;
        return check_abc(w, i, r->type[0], r->type[1], 0);
    case SHAPE_BIN: return check_abc(w, i, r->type[0], r->type[1], r->type[2]);
    case SHAPE_TER: return check_abc(w, i, 'V', 'V', 'V') ? w->e->code : check_reg(w, (u32)i->imm, 'V');
    case SHAPE_LANE:
        if (check_index(w, (u32)i->off, 16u / r->size, "lane"))
            return w->e->code;
        return check_abc(w, i, r->type[0], r->type[1], r->type[2]);
    case SHAPE_UN:
        if (check_abc(w, i, r->type[0], r->type[1], 0))
            return w->e->code;
        return r->type[0] == 'Q' ? check_alike(w, i->a, i->b) : 0;
    case SHAPE_MLD:
    case SHAPE_MST:
    case SHAPE_MATOM: return check_access(w, i);
    case SHAPE_OBJ: return check_obj(w, i);
    case SHAPE_CTL: return check_ctl(w, i);
    case SHAPE_BAD:
    case SHAPE_LD:
    case SHAPE_ST:
    case SHAPE_STI:
    case SHAPE_ATOM:
    case SHAPE_PKT: break;
    }
    return refuse(w, E_OPCODE, "%s: not in a typed function", isa_row_name(r));
}

/* --- the function itself --- */

int typed_handlers(struct work *w) {
    const struct func *f = w->f;
    for (u32 k = 0; k < f->nhandler; k++) {
        const struct handler *h = &f->handler[k];
        if (h->start >= h->end || h->end > f->nslot || f->code[h->start].op == OP_pad ||
            (h->end < f->nslot && f->code[h->end].op == OP_pad))
            return refuse(w, E_JUMP, "handler %u: instructions %u to %u of %u", k, h->start, h->end, f->nslot);
        if (h->target > INT32_MAX || check_target(w, (s32)h->target, "handler"))
            return w->e->code ? w->e->code : refuse(w, E_JUMP, "handler %u is beyond the function", k);
        if (h->reg >= f->nreg || type_of(f, h->reg) != TYPE_EXN)
            return refuse(w, E_REG, "handler %u: r%u is for no exception", k, h->reg);
    }
    return 0;
}

int typed_signature(struct work *w) {
    const struct func *f = w->f;
    const struct deftype *t = type_at(w, f->type);
    u32 reg = 0;
    for (u32 k = 0; f->reg_type && k < f->nreg; k++) {
        u8 c = f->reg_type[k];
        bool high = k && f->reg_type[k - 1] == TYPE_V128;
        if (!c || !strchr("LIFDVvRENX", c) || high != (c == TYPE_VHIGH) || (c == TYPE_V128 && k + 1 == f->nreg))
            return refuse(w, E_REG, "r%u has no type", k);
    }
    if (t->param_slots > f->nreg)
        return refuse(w, E_REG, "%u registers, where the parameters take %u", f->nreg, t->param_slots);
    for (u32 k = 0; k < t->nparam; reg += vt_slots(t->vt[k]), k++)
        if (type_of(f, (u16)reg) != vt_letter(t->vt[k]))
            return refuse(w, E_REG, "r%u has type %c, and is parameter %u of type %c", reg, type_of(f, (u16)reg), k,
                          vt_letter(t->vt[k]));
    return 0;
}
