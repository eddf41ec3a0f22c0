/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed_obj.c - globals, tables, references, exceptions as values; operations on objects that rt makes. */
#include "engine/llvm/plugin/typed.h"

/* Word i of the array that a field of the context points at. */
static LLVMValueRef ctx_word(struct lfunc *f, size_t field, u32 i) {
    return load_fixed(f, f->lm->ptr, ctx_fixed(f, f->lm->ptr, field), 8 * (u64)i);
}

static char table_letter(const struct lfunc *f, u32 n) {
    return f->lm->m->table[n].lim.is64 ? 'L' : 'I';
}
static char memory_letter(const struct lfunc *f, u32 n) {
    return f->lm->m->memory[n].lim.is64 ? 'L' : 'I';
}
static char least(char x, char y) {
    return x == 'L' && y == 'L' ? 'L' : 'I';
}

/* --- globals --- */

static void global_get(struct lfunc *f, const struct insn *i) {
    char letter = (char)vt_letter(f->lm->m->global[i->imm].vt);
    LLVMValueRef v =
        load_runtime(f, type_of_letter(f->lm, letter), ctx_word(f, offsetof(struct ctx, global), (u32)i->imm), 0);
    LLVMSetAlignment(v, letter == 'I' || letter == 'F' ? 4 : 8);
    reg_set(f, i->a, letter, v);
}

/* The upper half of the cell of 32 bits stays 0. */
static void global_set(struct lfunc *f, const struct insn *i) {
    char letter = (char)vt_letter(f->lm->m->global[i->imm].vt);
    LLVMValueRef to = ctx_word(f, offsetof(struct ctx, global), (u32)i->imm);
    LLVMValueRef s = LLVMBuildStore(f->b, reg_get(f, i->a, letter), to);
    LLVMSetAlignment(s, letter == 'I' || letter == 'F' ? 4 : 8);
    of_runtime(f, s);
}

/* --- tables --- */

/* Where element b of table n is; traps if there is none. */
static LLVMValueRef element_place(struct lfunc *f, u32 n, u32 b) {
    LLVMValueRef t = ctx_word(f, offsetof(struct ctx, table), n);
    LLVMValueRef i = as_letter(f, reg_get(f, b, table_letter(f, n)), table_letter(f, n), 'L');
    LLVMValueRef size = load_runtime(f, f->lm->i64, t, offsetof(struct table, size)), elem;
    trap_if(f, LLVMBuildICmp(f->b, LLVMIntUGE, i, size, ""), TRAP_TABLE_BOUNDS);
    elem = load_runtime(f, f->lm->ptr, t, offsetof(struct table, elem));
    return LLVMBuildGEP2(f->b, f->lm->i64, elem, &i, 1, "");
}

static void table_get(struct lfunc *f, const struct insn *i) {
    reg_set(f, i->a, 'R', load_runtime(f, f->lm->i64, element_place(f, (u32)i->imm, i->b), 0));
}

static void table_set(struct lfunc *f, const struct insn *i) {
    LLVMValueRef to = element_place(f, (u32)i->imm, i->b);
    of_runtime(f, LLVMBuildStore(f->b, reg_get(f, i->a, 'R'), to));
}

static void table_size(struct lfunc *f, const struct insn *i) {
    LLVMValueRef v = load_runtime(f, f->lm->i64, ctx_word(f, offsetof(struct ctx, table), (u32)i->imm),
                                  offsetof(struct table, size));
    reg_set(f, i->a, table_letter(f, (u32)i->imm), as_letter(f, v, 'L', table_letter(f, (u32)i->imm)));
}

/* --- references --- */

static LLVMValueRef is_null(struct lfunc *f, LLVMValueRef r) {
    return LLVMBuildICmp(f->b, LLVMIntEQ, r, k64(f->lm, 0), "");
}

static void function_ref(struct lfunc *f, const struct insn *i) {
    LLVMValueRef p =
        at_offset(f, ctx_fixed(f, f->lm->ptr, offsetof(struct ctx, func)), (u64)(u32)i->imm * sizeof(struct funcref));
    reg_set(f, i->a, 'R', LLVMBuildPtrToInt(f->b, p, f->lm->i64, ""));
}

static LLVMValueRef tag_differs(struct lfunc *f, LLVMValueRef x, u32 tag) {
    LLVMValueRef have = load_fixed(f, f->lm->ptr, x, offsetof(struct exception, tag));
    return LLVMBuildICmp(f->b, LLVMIntNE, have, ctx_word(f, offsetof(struct ctx, tag), tag), "");
}

/* 0 for null. */
static void exception_is(struct lfunc *f, const struct insn *i) {
    LLVMValueRef r = reg_get(f, i->b, 'N'), is, phi, v[2];
    LLVMBasicBlockRef from[2] = {LLVMGetInsertBlock(f->b)}, look = block_new(f, ""), end = block_new(f, "");
    LLVMBuildCondBr(f->b, is_null(f, r), end, look);
    block_on(f, look);
    is = tag_differs(f, LLVMBuildIntToPtr(f->b, r, f->lm->ptr, ""), (u32)i->imm);
    v[0] = LLVMConstInt(f->lm->i1, 1, false);
    v[1] = is;
    from[1] = LLVMGetInsertBlock(f->b);
    branch(f, end);
    block_on(f, end);
    phi = LLVMBuildPhi(f->b, f->lm->i1, "");
    LLVMAddIncoming(phi, v, from, 2);
    reg_set(f, i->a, 'I', LLVMBuildZExt(f->b, LLVMBuildNot(f->b, phi, ""), f->lm->i32, ""));
}

static void exception_slots(struct lfunc *f, const struct insn *i) {
    const struct deftype *t = &f->lm->m->type[f->lm->m->tag[i->imm].type];
    LLVMValueRef r = reg_get(f, i->b, 'N'), x, slot;
    trap_if(f, is_null(f, r), TRAP_NULL_EXCEPTION);
    x = LLVMBuildIntToPtr(f->b, r, f->lm->ptr, "");
    trap_if(f, tag_differs(f, x, (u32)i->imm), TRAP_NULL_EXCEPTION);
    slot = at_offset(f, x, offsetof(struct exception, slot));
    for (u32 k = 0, at = 0; k < t->nparam; at += vt_slots(t->vt[k]), k++) {
        char letter = (char)vt_letter(t->vt[k]);
        reg_set(f, i->a + at, letter, slot_get(f, slot, at, letter));
    }
}

/* --- by way of rt --- */

LLVMValueRef call_object(struct lfunc *f, u16 op, u32 x, u32 y, LLVMValueRef a, LLVMValueRef b, LLVMValueRef c) {
    LLVMValueRef arg[] = {k64(f->lm, place_of(f)), f->typed->sp, k32(f->lm, op), k64(f->lm, x | (u64)y << 32), a, b, c};
    return env_call_out(f, offsetof(struct native_env, object), f->lm->i64, arg, COUNT(arg));
}

/* The letters of operands that the row leaves to the table or memory. */
static void letters(const struct lfunc *f, const struct insn *i, char l[3]) {
    u32 imm = (u32)i->imm, off = (u32)i->off;
    char x;
    for (u32 k = 0; k < 3; k++)
        l[k] = isa_info[i->op].type[k];
    switch (i->op) {
    case OP_tgrow: l[0] = l[1] = table_letter(f, imm), l[2] = 'R'; return;
    case OP_tfill: l[0] = l[2] = table_letter(f, imm), l[1] = 'R'; return;
    case OP_tcopy:
        l[0] = table_letter(f, imm), l[1] = x = table_letter(f, off);
        l[2] = least(l[0], x);
        return;
    case OP_tinit: l[0] = table_letter(f, off); return;
    case OP_mfill: l[0] = l[2] = memory_letter(f, imm); return;
    case OP_mcopy:
        l[0] = memory_letter(f, imm), l[1] = x = memory_letter(f, off);
        l[2] = least(l[0], x);
        return;
    case OP_minit: l[0] = memory_letter(f, off); return;
    default: return; /* tseg: a reference */
    }
}

static void object(struct lfunc *f, const struct insn *i) {
    const struct isa_row *r = &isa_info[i->op];
    const u16 reg[] = {i->a, i->b, i->c};
    LLVMValueRef v[3], result;
    char l[3];
    letters(f, i, l);
    for (u32 k = 0; k < 3; k++) {
        bool is = isa_has(r->type[k]) && (k || r->flags & READS_A);
        v[k] = is ? as_letter(f, reg_get(f, reg[k], l[k] == 'Q' ? 'R' : l[k]), l[k], 'L') : k64(f->lm, 0);
    }
    result = call_object(f, i->op, (u32)i->imm, (u32)i->off, v[0], v[1], v[2]);
    if (isa_has(r->type[0]) && !(r->flags & READS_A))
        reg_set(f, i->a, l[0], as_letter(f, result, 'L', l[0]));
}

bool lower_object(struct lfunc *f, const struct insn *i) {
    switch (i->op) {
    case OP_rnull: reg_set(f, i->a, 'R', k64(f->lm, 0)); return true;
    case OP_rfunc: function_ref(f, i); return true;
    case OP_rcheck: trap_if(f, is_null(f, reg_get(f, i->b, 'R')), TRAP_NULL_REFERENCE); return true;
    case OP_gget:
    case OP_vgget: global_get(f, i); return true;
    case OP_gset:
    case OP_vgset: global_set(f, i); return true;
    case OP_tget: table_get(f, i); return true;
    case OP_tset: table_set(f, i); return true;
    case OP_tsize: table_size(f, i); return true;
    case OP_exnis: exception_is(f, i); return true;
    case OP_exnarg: exception_slots(f, i); return true;
    case OP_tgrow:
    case OP_tfill:
    case OP_tcopy:
    case OP_tinit:
    case OP_tdrop:
    case OP_tseg:
    case OP_mfill:
    case OP_mcopy:
    case OP_minit:
    case OP_mdrop: object(f, i); return true;
    default: return false;
    }
}
