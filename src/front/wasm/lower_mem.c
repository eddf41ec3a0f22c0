/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower_mem.c - what works on memories, tables, globals and references. */
#include "front/wasm/lower.h"

/* The letter that row's signature means by A: the address type of the memory named. */
static u8 letter_of(const struct lower *l, char c) {
    if (c != 'A') return (u8)c;
    return l->w->memory[l->i.y].lim.is64 ? 'L' : 'I';
}

static u32 high(u64 v) { return (u32)(v >> 32); }

/* --- memory --- */

/* The base of an access, popped. A fixed address goes into the offset, unless they wrap together: that is out of
 * bounds in any case, and an access whose offset takes more than 32 bits is a slow one. */
static u16 base(struct lower *l, const struct val *b) {
    if (b->kind != VAL_CONST || b->imm + l->i.imm < b->imm || b->imm + l->i.imm > UINT32_MAX) return use_low(l, b);
    l->i.imm += b->imm;
    return (u16)l->local_regs;
}

void lower_load(struct lower *l) {
    struct val b = pop(l);
    u16 from = base(l, &b);

    define(l, l->arg, push_home(l, letter_of(l, wasm_op[l->i.op].sig[0])), from, l->i.y, high(l->i.imm), (u32)l->i.imm);
}

void lower_store(struct lower *l) {
    struct val v = pop(l), b = pop(l);
    u16 from = use_low(l, &v), to = base(l, &b);

    emit(l, l->arg, from, to, l->i.y, high(l->i.imm), (u32)l->i.imm);
}

void lower_memsize(struct lower *l) { define(l, OP_memsize, push_home(l, letter_of(l, 'A')), 0, 0, 0, l->i.y); }

void lower_memgrow(struct lower *l) {
    struct val b = pop(l);
    u16 by = use(l, &b);

    define(l, OP_memgrow, push_home(l, letter_of(l, 'A')), by, 0, 0, l->i.y);
}

/* fill, copy, init, drop: three operands or none; imm and off name what the immediates name. */
void lower_object(struct lower *l) {
    const struct isa_row *r = &isa_info[l->arg];
    u16 reg[3] = {0, 0, 0};
    u32 x = l->arg == OP_mfill ? l->i.y : l->i.x, y = r->off == ON_NO ? 0 : l->i.y;

    if (r->flags & READS_A)
        for (u32 k = 3; k--;) {
            struct val v = pop(l);
            reg[k] = use(l, &v);
        }
    emit(l, l->arg, reg[0], reg[1], reg[2], y, x);
}

void lower_fence(struct lower *l) { emit(l, OP_fence, 0, 0, 0, 0, 0); }

/* --- atomic accesses --- */

/* A narrow one compares 32 bits at most, and an i64 may say more: what it expects is then in no memory. */
static bool narrow_compare(const struct lower *l) {
    return isa_info[l->arg].atom == MATOM_CMPXCHG && wasm_op[l->i.op].sig[0] == 'L' && l->arg != OP_macmp64;
}

static u16 load_of(u16 op) {
    switch (op) {
    case OP_macmp8: return OP_mald8;
    case OP_macmp16: return OP_mald16;
    }
    return OP_mald32;
}

static void access(struct lower *l, u16 op, u16 a, u16 b) {
    emit(l, op, a, b, l->i.y, high(l->i.imm), (u32)l->i.imm);
}

/* Nothing is stored where the expected value, in a, has high bits; else as usual. */
static void compare_narrow(struct lower *l, u16 a, u16 b, u16 spare) {
    u32 plain = label_new(l), end = label_new(l);

    emit(l, OP_rsh64i, spare, a, 0, 0, 32);
    jump_at(l, emit(l, OP_jeq64i, l->wide_jumps, spare, 0, 0, 0), plain);
    access(l, load_of(l->arg), a, b);
    jump(l, end);
    land(l, plain);
    access(l, l->arg, a, b);
    land(l, end);
}

/* Operands that the operation changes, or wants in two registers side by side, stand in their homes. */
void lower_atomic(struct lower *l) {
    const struct wasm_op *o = &wasm_op[l->i.op];
    u8 atom = isa_info[l->arg].atom, letter = letter_of(l, o->sig[0]);
    u32 types[2] = {(u8)o->sig[2], (u8)(o->npop == 3 ? o->sig[3] : 0)};
    struct wasm_types operands = {types, o->npop - 1u}, none = {types, 0};
    struct val b;
    u16 reg, from;
    bool own;

    if (atom == MATOM_LOAD) {
        lower_load(l);
        return;
    }
    if (atom == MATOM_STORE) {
        lower_store(l);
        return;
    }
    reg = window(l, l->stack[l->sp - operands.n].slot, operands, none, 0, &own);
    for (u32 k = 0; k < operands.n; k++) put(l, &l->stack[l->sp - operands.n + k], (u16)(reg + k));
    drop_to(l, l->sp - operands.n);
    b = pop(l);
    from = use(l, &b);
    if (narrow_compare(l)) compare_narrow(l, reg, from, home_of(l, b.slot + 3, 'L'));
    else access(l, l->arg, reg, from);
    move(l, push_home(l, letter), reg, letter);
}

/* --- globals and tables --- */

void lower_global_get(struct lower *l) {
    u8 letter = vt_letter(l->w->global[l->i.x].type);

    define(l, letter == 'V' ? OP_vgget : OP_gget, push_home(l, letter), 0, 0, 0, l->i.x);
}

void lower_global_set(struct lower *l) {
    struct val v = pop(l);

    emit(l, v.letter == 'V' ? OP_vgset : OP_gset, use(l, &v), 0, 0, 0, l->i.x);
}

static u8 index_letter(const struct lower *l) { return l->w->table[l->i.x].lim.is64 ? 'L' : 'I'; }

void lower_table_get(struct lower *l) {
    struct val b = pop(l);
    u16 index = use(l, &b);

    define(l, OP_tget, push_home(l, vt_letter(l->w->table[l->i.x].type)), index, 0, 0, l->i.x);
}

void lower_table_set(struct lower *l) {
    struct val v = pop(l), b = pop(l);
    u16 index = use(l, &b);

    emit(l, OP_tset, use(l, &v), index, 0, 0, l->i.x);
}

void lower_table_size(struct lower *l) { define(l, OP_tsize, push_home(l, index_letter(l)), 0, 0, 0, l->i.x); }

void lower_table_grow(struct lower *l) {
    struct val by = pop(l), v = pop(l);
    u16 b = use(l, &by), c = use(l, &v);

    define(l, OP_tgrow, push_home(l, index_letter(l)), b, c, 0, l->i.x);
}

/* --- references --- */

void lower_ref_null(struct lower *l) { define(l, OP_rnull, push_home(l, vt_letter(l->i.x)), 0, 0, 0, 0); }

void lower_ref_func(struct lower *l) { define(l, OP_rfunc, push_home(l, 'R'), 0, 0, 0, l->i.x); }

void lower_ref_is_null(struct lower *l) {
    struct val b = pop(l);

    define(l, OP_isnull, push_home(l, 'I'), b.reg, 0, 0, 0);
}

void lower_ref_as_non_null(struct lower *l) {
    emit(l, OP_rcheck, 0, top_val(l)->reg, 0, 0, 0);
}
