/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* encode.c - struct insn back to slots; the narrow form wherever it holds the operands. */
#include "isa/isa.h"
#include "isa/slot.h"

#define N 0

/* The codes of a row; 0: no such form. */
struct codes {
    u8 code, page, sub;
    s16 off;
    s32 imm;
};
/* clang-format off */
static const struct codes codes[OP_COUNT] = {
#define BIN(name, cd, o, sb, ...)                                                                                      \
    [OP_##name] = {(cd) ? (cd) + 8 : 0, ESC_BIN, sb, o, 0}, [OP_##name##i] = {cd, ESC_BINI, sb, o, 0},
#define UN(name, cd, o, im, sb, ...) [OP_##name] = {cd, ESC_UN, sb, o, im},
#define JCC(name, cd, sb, ...) [OP_##name] = {(cd) + 8, ESC_JCC, sb, 0, 0}, [OP_##name##i] = {cd, ESC_JCCI, sb, 0, 0},
#define LD(name, cd, ...) [OP_##name] = {cd, 0, 0, 0, 0},
#define ST(name, cd, ci, ...) [OP_##name] = {cd, 0, 0, 0, 0}, [OP_##name##i] = {ci, 0, 0, 0, 0},
#define ATOM(name, cd, im, ...) [OP_##name] = {cd, 0, 0, 0, im},
#define PKT(name, cd, ...) [OP_##name] = {cd, 0, 0, 0, 0},
#define MLD(name, sb, ...) [OP_##name] = {0, ESC_MEM, sb, 0, 0},
#define MST(name, sb, ...) [OP_##name] = {0, ESC_MEM, sb, 0, 0},
#define MATOM(name, sb, ...) [OP_##name] = {0, ESC_MEM, sb, 0, 0},
#define OBJ(name, sb, ...) [OP_##name] = {0, ESC_CTL, sb, 0, 0},
#define VROW(name, sb) [OP_##name] = {0, (sb) >> 8 ? ESC_VEC2 : ESC_VEC, (sb) & 255, 0, 0},
#define VUN(name, sub, ...) VROW(name, sub)
#define VBIN(name, sub, ...) VROW(name, sub)
#define VSH(name, sub, ...) VROW(name, sub)
#define VTER(name, sub, ...) VROW(name, sub)
#define VTEST(name, sub, ...) VROW(name, sub)
#define VSPLAT(name, sub, ...) VROW(name, sub)
#define VEXTRACT(name, sub, ...) VROW(name, sub)
#define VREPLACE(name, sub, ...) VROW(name, sub)
#define VLD(name, sub, ...) VROW(name, sub)
#define VST(name, sub, ...) VROW(name, sub)
#define VLDLANE(name, sub, ...) VROW(name, sub)
#define VSTLANE(name, sub, ...) VROW(name, sub)
#include "isa/isa.def"
};
/* clang-format on */

static bool fits16(s64 v) {
    return v == (s16)v;
}
static bool fits32(s64 v) {
    return v == (s32)v;
}
static bool narrow(u16 r) {
    return r < 16;
}

static int one(u64 *slot, u64 s) {
    slot[0] = s;
    return 1;
}
static int two(u64 *slot, u64 s, u64 second) {
    slot[0] = s;
    slot[1] = second;
    return 2;
}

/* 0x18: a 64-bit immediate, or something symbolic. */
static int lddw(u64 *slot, const struct insn *i, u32 src, s64 imm, u32 high) {
    if (!narrow(i->a) || !fits32(imm))
        return 0;
    return two(slot, slot_make(CODE_LDDW, i->a, src, 0, (s32)imm), (u64)high << 32);
}

static int call(u64 *slot, u32 src, s64 imm) {
    return fits32(imm) ? one(slot, slot_make(CODE_CALL, 0, src, 0, (s32)imm)) : 0;
}

static int ctl(const struct insn *i, size_t pc, u64 *slot) {
    s64 rel = (s64)i->off - (s64)pc - 1, callee = (s64)i->imm - (s64)pc - 1;
    u16 lo = (u16)i->imm, hi = (u16)((u32)i->imm >> 16);
    switch (i->op) {
    case OP_mov64i:
        if (narrow(i->a))
            return one(slot, slot_make(CODE_MOV64I, i->a, 0, 0, i->imm));
        return one(slot, slot_wide(ESC_CONST, SUB_MOV64I, i->a, lo, hi));
    case OP_mov32i:
        if (narrow(i->a))
            return one(slot, slot_make(CODE_MOV32I, i->a, 0, 0, i->imm));
        return one(slot, slot_wide(ESC_CONST, SUB_MOV32I, i->a, lo, hi));
    case OP_const64:
        if (narrow(i->a))
            return lddw(slot, i, LD_CONST, i->imm, (u32)i->off);
        return two(slot, slot_wide(ESC_CONST, SUB_CONST64, i->a, lo, hi), (u64)(u32)i->off << 32);
    case OP_ldmap: return lddw(slot, i, LD_MAP, i->imm, 0);
    case OP_ldmapval: return lddw(slot, i, LD_MAP_VALUE, i->imm, (u32)i->off);
    case OP_ldsym: return lddw(slot, i, LD_SYM, i->imm, 0);
    case OP_ldfunc: return lddw(slot, i, LD_FUNC, callee, 0);
    case OP_ja:
        if (fits16(rel))
            return one(slot, slot_make(CODE_JA, 0, 0, (s16)rel, 0));
        return fits32(rel) ? one(slot, slot_make(CODE_JA32, 0, 0, 0, (s32)rel)) : 0;
    case OP_may_goto: return fits16(rel) ? one(slot, slot_make(CODE_MAY_GOTO, 0, 0, (s16)rel, 0)) : 0;
    case OP_gotox: return narrow(i->b) ? one(slot, slot_make(CODE_GOTOX, i->b, 0, 0, 0)) : 0;
    case OP_exit: return one(slot, slot_make(CODE_EXIT, 0, 0, 0, 0));
    case OP_call: return call(slot, CALL_HELPER, i->imm);
    case OP_callf: return call(slot, CALL_LOCAL, callee);
    case OP_callk: return call(slot, CALL_IMPORT, i->imm);
    case OP_callx: return narrow(i->b) ? one(slot, slot_make(CODE_CALLX, i->b, 0, 0, 0)) : 0;
    case OP_cast_kern:
    case OP_cast_user:
        if (!narrow(i->a) || !narrow(i->b))
            return 0;
        return one(slot, slot_make(CODE_MOV64, i->a, i->b, 1, i->op == OP_cast_kern ? CAST_KERN : CAST_USER));
    case OP_select: return two(slot, slot_wide(ESC_CTL, SUB_SELECT, i->a, i->b, i->c), (u64)(u32)i->imm << 32);
    case OP_brtab: return two(slot, slot_wide(ESC_CTL, SUB_BRTAB, 0, i->b, 0), (u64)(u32)i->imm << 32);
    case OP_vconst: return one(slot, slot_wide(ESC_VEC, SUB_VCONST, i->a, lo, hi));
    case OP_shuffle: return two(slot, slot_wide(ESC_VEC, SUB_SHUFFLE, i->a, i->b, i->c), (u64)(u32)i->imm << 32);
    case OP_vselect:
        return two(slot, slot_wide(ESC_VEC2, SUB_VSELECT & 255, i->a, i->b, i->c), (u64)(u32)i->imm << 32);
    case OP_fence: return one(slot, slot_wide(ESC_CTL, SUB_FENCE, 0, 0, 0));
    case OP_trap: return one(slot, slot_wide(ESC_CTL, SUB_TRAP, 0, lo, hi));
    case OP_memsize: return one(slot, slot_wide(ESC_CTL, SUB_MEMSIZE, i->a, lo, hi));
    case OP_memgrow: return hi ? 0 : one(slot, slot_wide(ESC_CTL, SUB_MEMGROW, i->a, i->b, lo));
    }
    return 0; /* OP_pad: its pair has written it */
}

int isa_encode(const struct insn *i, size_t pc, u64 slot[2]) {
    const struct codes *k = &codes[i->op];
    s64 rel = (s64)i->off - (s64)pc - 1;
    switch ((enum shape)isa_info[i->op].shape) {
    case SHAPE_BAD: return 0;
    case SHAPE_BIN:
        if (k->code && i->a == i->b && narrow(i->a) && narrow(i->c))
            return one(slot, slot_make(k->code, i->a, i->c, k->off, 0));
        return one(slot, slot_wide(k->page, k->sub, i->a, i->b, i->c));
    case SHAPE_BINI:
        if (k->code && i->a == i->b && narrow(i->a))
            return one(slot, slot_make(k->code, i->a, 0, k->off, i->imm));
        return fits16(i->imm) ? one(slot, slot_wide(k->page, k->sub, i->a, i->b, (u16)i->imm)) : 0;
    case SHAPE_UN:
        if (k->code && narrow(i->a) && narrow(i->b)) {
            if (!(isa_info[i->op].flags & SELF))
                return one(slot, slot_make(k->code, i->a, i->b, k->off, k->imm));
            if (i->a == i->b)
                return one(slot, slot_make(k->code, i->a, 0, k->off, k->imm));
        }
        return one(slot, slot_wide(k->page, k->sub, i->a, i->b, 0));
    case SHAPE_JCC:
        if (i->a && fits32(rel))
            return two(slot, slot_wide(k->page, k->sub | SUB_LONG, 0, i->b, i->c), (u64)(u32)rel << 32);
        if (i->a || !fits16(rel))
            return 0;
        if (narrow(i->b) && narrow(i->c))
            return one(slot, slot_make(k->code, i->b, i->c, (s16)rel, 0));
        return one(slot, slot_wide(k->page, k->sub, (u16)rel, i->b, i->c));
    case SHAPE_JCCI:
        if (i->a && fits32(rel) && fits16(i->imm))
            return two(slot, slot_wide(k->page, k->sub | SUB_LONG, 0, i->b, (u16)i->imm), (u64)(u32)rel << 32);
        if (i->a || !fits16(rel))
            return 0;
        if (narrow(i->b))
            return one(slot, slot_make(k->code, i->b, 0, (s16)rel, i->imm));
        return fits16(i->imm) ? one(slot, slot_wide(k->page, k->sub, (u16)rel, i->b, (u16)i->imm)) : 0;
    case SHAPE_LD:
        if (!narrow(i->a) || !narrow(i->b) || !fits16(i->off))
            return 0;
        return one(slot, slot_make(k->code, i->a, i->b, (s16)i->off, 0));
    case SHAPE_ST:
        if (!narrow(i->b) || !narrow(i->c) || !fits16(i->off))
            return 0;
        return one(slot, slot_make(k->code, i->b, i->c, (s16)i->off, 0));
    case SHAPE_STI:
        if (!narrow(i->b) || !fits16(i->off))
            return 0;
        return one(slot, slot_make(k->code, i->b, 0, (s16)i->off, i->imm));
    case SHAPE_ATOM:
        if (!narrow(i->a) || !narrow(i->b) || !narrow(i->c) || !fits16(i->off))
            return 0;
        if (isa_info[i->op].atom == ATOM_LDACQ)
            return one(slot, slot_make(k->code, i->a, i->b, (s16)i->off, k->imm));
        return one(slot, slot_make(k->code, i->b, i->c, (s16)i->off, k->imm));
    case SHAPE_PKT: return narrow(i->b) ? one(slot, slot_make(k->code, 0, i->b, 0, i->imm)) : 0;
    case SHAPE_MLD:
    case SHAPE_MST:
    case SHAPE_MATOM:
    case SHAPE_OBJ: return two(slot, slot_wide(k->page, k->sub, i->a, i->b, i->c), insn_imm64(i));
    case SHAPE_TER: return two(slot, slot_wide(k->page, k->sub, i->a, i->b, i->c), (u64)(u32)i->imm << 32);
    case SHAPE_LANE: return two(slot, slot_wide(k->page, k->sub, i->a, i->b, i->c), (u64)(u32)i->off << 32);
    case SHAPE_CTL: return ctl(i, pc, slot);
    }
    return 0;
}
