/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed_atomic.c - atomic accesses of linear memories: whole, aligned, in one order that all threads see. */
#include "engine/llvm/plugin/typed.h"

static const LLVMAtomicOrdering SEQ_CST = LLVMAtomicOrderingSequentiallyConsistent;

static LLVMTypeRef access_type(const struct lmodule *lm, u32 size) {
    return size == 1 ? lm->i8 : size == 2 ? lm->i16 : size == 4 ? lm->i32 : lm->i64;
}

static void check_aligned(struct lfunc *f, const struct insn *i) {
    u32 size = isa_info[i->op].size;
    LLVMValueRef low;
    if (size == 1)
        return;
    low = LLVMBuildAdd(f->b, reg_get(f, i->b, 'I'), k32(f->lm, (u32)i->imm & (size - 1)), "");
    low = LLVMBuildAnd(f->b, low, k32(f->lm, size - 1), "");
    trap_if(f, LLVMBuildICmp(f->b, LLVMIntNE, low, k32(f->lm, 0), ""), TRAP_UNALIGNED);
}

/* It faults by itself, whether anybody looks at what it gives or not. */
static LLVMValueRef faulting(struct lfunc *f, LLVMValueRef access, u32 size) {
    LLVMSetVolatile(access, true);
    LLVMSetAlignment(access, size);
    of_guest(f, access);
    return access;
}

static LLVMValueRef modify(struct lfunc *f, LLVMAtomicRMWBinOp op, LLVMValueRef p, LLVMValueRef v, u32 size) {
    return faulting(f, LLVMBuildAtomicRMW(f->b, op, p, v, SEQ_CST, false), size);
}

/* What is compared is the whole register: a number that the place cannot hold is never there. Then what stands there
 * is exchanged for itself, if for anything. */
static LLVMValueRef compare_exchange(struct lfunc *f, const struct insn *i, LLVMValueRef p, u32 size) {
    char letter = isa_info[i->op].type[0];
    LLVMTypeRef t = access_type(f->lm, size);
    LLVMValueRef expected = reg_get(f, i->a, letter), v = reg_get(f, i->a + 1u, letter), low, pair;
    low = LLVMBuildIntCast2(f->b, expected, t, false, "");
    v = LLVMBuildIntCast2(f->b, v, t, false, "");
    if (size < 4) {
        LLVMValueRef fits = LLVMBuildICmp(f->b, LLVMIntULT, expected, k32(f->lm, 1u << 8 * size), "");
        v = LLVMBuildSelect(f->b, fits, v, low, "");
    }
    pair = faulting(f, LLVMBuildAtomicCmpXchg(f->b, p, low, v, SEQ_CST, SEQ_CST, false), size);
    return LLVMBuildExtractValue(f->b, pair, 0, "");
}

static void access(struct lfunc *f, const struct insn *i) {
    const struct isa_row *r = &isa_info[i->op];
    LLVMTypeRef t = access_type(f->lm, r->size);
    LLVMValueRef p, v = NULL, old = NULL;
    check_aligned(f, i);
    p = memory_place(f, i->c, i->b, insn_imm64(i), r->size);
    if (r->atom != MATOM_LOAD)
        v = LLVMBuildIntCast2(f->b, reg_get(f, i->a, r->type[0]), t, false, "");
    switch ((enum matom)r->atom) {
    case MATOM_LOAD:
        old = faulting(f, LLVMBuildLoad2(f->b, t, p, ""), r->size);
        LLVMSetOrdering(old, SEQ_CST);
        break;
    case MATOM_STORE: LLVMSetOrdering(faulting(f, LLVMBuildStore(f->b, v, p), r->size), SEQ_CST); return;
    case MATOM_ADD: old = modify(f, LLVMAtomicRMWBinOpAdd, p, v, r->size); break;
    case MATOM_SUB: old = modify(f, LLVMAtomicRMWBinOpSub, p, v, r->size); break;
    case MATOM_AND: old = modify(f, LLVMAtomicRMWBinOpAnd, p, v, r->size); break;
    case MATOM_OR: old = modify(f, LLVMAtomicRMWBinOpOr, p, v, r->size); break;
    case MATOM_XOR: old = modify(f, LLVMAtomicRMWBinOpXor, p, v, r->size); break;
    case MATOM_XCHG: old = modify(f, LLVMAtomicRMWBinOpXchg, p, v, r->size); break;
    case MATOM_CMPXCHG: old = compare_exchange(f, i, p, r->size); break;
    case MATOM_NONE:
    case MATOM_WAIT:
    case MATOM_NOTIFY: return;
    }
    reg_set(f, i->a, r->type[0], LLVMBuildIntCast2(f->b, old, type_of_letter(f->lm, r->type[0]), false, ""));
}

/* By way of rt, which compares the whole address with the memory. */
static void wait_or_notify(struct lfunc *f, const struct insn *i) {
    char letter = isa_info[i->op].type[0];
    LLVMValueRef a, at, c;
    check_aligned(f, i);
    at = memory_index(f, i->c, i->b, insn_imm64(i));
    a = as_letter(f, reg_get(f, i->a, letter), letter, 'L');
    c = i->op == OP_manotify ? a : reg_get(f, i->a + 1u, 'L');
    reg_set(f, i->a, 'I', as_letter(f, call_object(f, i->op, i->c, 0, a, at, c), 'L', 'I'));
}

bool lower_atomic(struct lfunc *f, const struct insn *i) {
    if (isa_info[i->op].shape != SHAPE_MATOM)
        return false;
    if (isa_info[i->op].atom == MATOM_WAIT || isa_info[i->op].atom == MATOM_NOTIFY)
        wait_or_notify(f, i);
    else
        access(f, i);
    return true;
}
