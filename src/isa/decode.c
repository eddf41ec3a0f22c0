/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* decode.c - slots to struct insn.
 * in: one or two slots   out: one instruction with every reserved field checked.
 *
 * First the key of a slot (opcode byte, and the fields that choose among rows of the same
 * byte) is looked up; the row's shape then says which fields hold operands, and whatever is
 * left must be zero (RFC 9669, 3). The lookups are switches made from isa.def, so two rows
 * that claim one key do not compile; one for each escape, since those are dense: tables. */
#include "isa/isa.h"
#include "isa/slot.h"

/* Key: code | off16 << 8 | imm32 << 24, where the latter two are part of the operation;
 * code | sub << 8 behind an escape. A row without a narrow form gets keys that no slot has. */
#define KEY(code, off, imm) ((u64)(code) | (u64)(u16)(off) << 8 | (u64)(u32)(imm) << 24)
#define N                   (0x100000000000000u + __LINE__ * 256u)

/* clang-format off */
static u16 narrow(u64 key) {
    switch (key) {
#define BIN(name, code, off, ...) case KEY(code, off, 0): return OP_##name##i; case KEY(code + 8, off, 0): return OP_##name;
#define UN(name, code, off, imm, ...) case KEY(code, off, imm): return OP_##name;
#define JCC(name, code, ...) case KEY(code, 0, 0): return OP_##name##i; case KEY(code + 8, 0, 0): return OP_##name;
#define LD(name, code, ...) case KEY(code, 0, 0): return OP_##name;
#define ST(name, code, codei, ...) case KEY(code, 0, 0): return OP_##name; case KEY(codei, 0, 0): return OP_##name##i;
#define ATOM(name, code, imm, ...) case KEY(code, 0, imm): return OP_##name;
#define PKT(name, code, ...) case KEY(code, 0, 0): return OP_##name;
#include "isa/isa.def"
    case KEY(CODE_MOV64I, 0, 0): return OP_mov64i;
    case KEY(CODE_MOV32I, 0, 0): return OP_mov32i;
    case KEY(CODE_LDDW, 0, 0): return OP_const64; /* or a sibling, by src */
    case KEY(CODE_JA, 0, 0): case KEY(CODE_JA32, 0, 0): return OP_ja;
    case KEY(CODE_EXIT, 0, 0): return OP_exit;
    case KEY(CODE_CALL, 0, 0): return OP_call; /* or a sibling, by src */
    case KEY(CODE_CALLX, 0, 0): return OP_callx;
    case KEY(CODE_GOTOX, 0, 0): return OP_gotox;
    case KEY(CODE_MAY_GOTO, 0, 0): return OP_may_goto;
    case KEY(CODE_MOV64, 1, CAST_KERN): return OP_cast_kern;
    case KEY(CODE_MOV64, 1, CAST_USER): return OP_cast_user;
    default: return OP_bad; /* the keys are open: no table could list them all */
    }
}

/* Behind an escape: by sub, which is as open. */
static u16 wide_bin(u8 sub) {
    switch (sub) {
#define BIN(name, code, off, sub, ...) case sub: return OP_##name;
#include "isa/isa.def"
    default: return OP_bad;
    }
}
static u16 wide_bini(u8 sub) {
    switch (sub) {
#define BIN(name, code, off, sub, ...) case sub: return OP_##name##i;
#include "isa/isa.def"
    default: return OP_bad;
    }
}
static u16 wide_un(u8 sub) {
    switch (sub) {
#define UN(name, code, off, imm, sub, ...) case sub: return OP_##name;
#include "isa/isa.def"
    default: return OP_bad;
    }
}
static u16 wide_const(u8 sub) {
    switch (sub) {
    case SUB_CONST64: return OP_const64;
    case SUB_MOV64I: return OP_mov64i;
    case SUB_MOV32I: return OP_mov32i;
    default: return OP_bad;
    }
}
static u16 wide_jcc(u8 sub) {
    switch (sub) {
#define JCC(name, code, sub, ...) case sub: return OP_##name;
#include "isa/isa.def"
    default: return OP_bad;
    }
}
static u16 wide_jcci(u8 sub) {
    switch (sub) {
#define JCC(name, code, sub, ...) case sub: return OP_##name##i;
#include "isa/isa.def"
    default: return OP_bad;
    }
}
static u16 wide_mem(u8 sub) {
    switch (sub) {
#define MLD(name, sub, ...) case sub: return OP_##name;
#define MST(name, sub, ...) case sub: return OP_##name;
#define MATOM(name, sub, ...) case sub: return OP_##name;
#include "isa/isa.def"
    default: return OP_bad;
    }
}
static u16 wide_ctl(u8 sub) {
    switch (sub) {
#define OBJ(name, sub, ...) case sub: return OP_##name;
#include "isa/isa.def"
    case SUB_JA: return OP_ja;
    case SUB_EXIT: return OP_exit;
    case SUB_SELECT: return OP_select;
    case SUB_TRAP: return OP_trap;
    case SUB_MEMSIZE: return OP_memsize;
    case SUB_MEMGROW: return OP_memgrow;
    case SUB_BRTAB: return OP_brtab;
    case SUB_FENCE: return OP_fence;
    default: return OP_bad;
    }
}
static u16 wide_vec(u32 sub) { /* of both pages */
    switch (sub) {
#define VROW(name, sub) case sub: return OP_##name;
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
    case SUB_VCONST: return OP_vconst;
    case SUB_SHUFFLE: return OP_shuffle;
    case SUB_VSELECT: return OP_vselect;
    default: return OP_bad;
    }
}
/* clang-format on */

static u16 lookup(u64 key) {
    u8 sub = (u8)(key >> 8);
    switch ((u8)key) {
    case ESC_BIN: return wide_bin(sub);
    case ESC_BINI: return wide_bini(sub);
    case ESC_UN: return wide_un(sub);
    case ESC_CONST: return wide_const(sub);
    case ESC_JCC: return wide_jcc(sub);
    case ESC_JCCI: return wide_jcci(sub);
    case ESC_MEM: return wide_mem(sub);
    case ESC_CTL: return wide_ctl(sub);
    case ESC_VEC: return wide_vec(sub);
    case ESC_VEC2: return wide_vec(0x100u | sub);
    default: return narrow(key);
    }
}

static bool is_escape(u8 code) {
    switch (code) {
    case ESC_BIN:
    case ESC_BINI:
    case ESC_UN:
    case ESC_CONST:
    case ESC_JCC:
    case ESC_JCCI:
    case ESC_MEM:
    case ESC_CTL:
    case ESC_VEC:
    case ESC_VEC2: return true;
    default: return false;
    }
}

/* A conditional jump that holds its target in a second slot. */
static bool is_long(u64 s) {
    return (slot_code(s) == ESC_JCC || slot_code(s) == ESC_JCCI) && slot_sub(s) & SUB_LONG;
}

static u64 key_of(u64 s) {
    u8 code = slot_code(s), op = code >> 4;
    bool alu = (code & 7) == 4 || (code & 7) == 7;
    if (is_long(s))
        return KEY(code, slot_sub(s) & ~SUB_LONG, 0);
    if (is_escape(code))
        return KEY(code, slot_sub(s), 0);
    if (alu && (op == 0x8 || code == 0xbc || code == 0xbf || op == 0xd)) /* neg, mov, byte swaps */
        return KEY(code, slot_off(s), slot_imm(s));
    if (alu)
        return KEY(code, slot_off(s), 0);
    if ((code & 0xe7) == 0xc3)
        return KEY(code, 0, slot_imm(s)); /* atomics */
    return KEY(code, 0, 0);
}

/* Which fields an instruction uses; the others must be 0. */
enum { U_DST = 1, U_SRC = 2, U_OFF = 4, U_IMM = 8 };
enum { W_A = 1, W_B = 2, W_C = 4 };

static int reserved(struct error *e, size_t pc, u16 op, const char *field, s64 v) {
    return fail(e, E_RESERVED, (s64)pc * 8, "%s: field %s must be 0, not %lld", isa_name(op), field, (long long)v);
}

static int check_narrow(u64 s, unsigned used, u16 op, size_t pc, struct error *e) {
    if (!(used & U_DST) && slot_dst(s))
        return reserved(e, pc, op, "dst", slot_dst(s));
    if (!(used & U_SRC) && slot_src(s))
        return reserved(e, pc, op, "src", slot_src(s));
    if (!(used & U_OFF) && slot_off(s))
        return reserved(e, pc, op, "off", slot_off(s));
    if (!(used & U_IMM) && slot_imm(s))
        return reserved(e, pc, op, "imm", slot_imm(s));
    return 0;
}

static int check_wide(u64 s, unsigned used, u16 op, size_t pc, struct error *e) {
    if (!(used & W_A) && slot_a(s))
        return reserved(e, pc, op, "a", slot_a(s));
    if (!(used & W_B) && slot_b(s))
        return reserved(e, pc, op, "b", slot_b(s));
    if (!(used & W_C) && slot_c(s))
        return reserved(e, pc, op, "c", slot_c(s));
    return 0;
}

/* The instruction that a relative field names. */
static int target(s32 *out, size_t pc, s64 rel, u16 op, struct error *e) {
    s64 t = (s64)pc + 1 + rel;
    if (t != (s32)t)
        return fail(e, E_JUMP, (s64)pc * 8, "%s: target %lld is out of range", isa_name(op), (long long)t);
    *out = (s32)t;
    return 0;
}

static int lddw(u64 s, u64 second, size_t pc, struct insn *i, struct error *e) {
    static const u16 op[] = {OP_const64, OP_ldmap, OP_ldmapval, OP_ldsym, OP_ldfunc, OP_ldmap, OP_ldmapval};
    u8 src = slot_src(s);
    if (src >= COUNT(op))
        return fail(e, E_RESERVED, (s64)pc * 8, "64-bit immediate: src %u names no kind of operand (0 to 6 do)", src);
    *i = (struct insn){.op = op[src], .a = slot_dst(s), .imm = slot_imm(s), .off = slot_imm(second)};
    if (second & 0xffffffffu)
        return fail(e, E_RESERVED, (s64)pc * 8 + 8, "%s: the second slot may hold an immediate only", isa_name(i->op));
    if (i->op != OP_const64 && i->op != OP_ldmapval && i->off)
        return reserved(e, pc, i->op, "imm of the second slot", i->off);
    if (i->op == OP_ldfunc && target(&i->imm, pc, i->imm, i->op, e))
        return e->code;
    return check_narrow(s, U_DST | U_SRC | U_IMM, i->op, pc, e);
}

static int call(u64 s, size_t pc, struct insn *i, struct error *e) {
    static const u16 op[] = {OP_call, OP_callf, OP_callk};
    u8 src = slot_src(s);
    if (src >= COUNT(op))
        return fail(e, E_RESERVED, (s64)pc * 8, "call: src %u names no kind of call (0 to 2 do)", src);
    *i = (struct insn){.op = op[src], .imm = slot_imm(s)};
    if (src == CALL_LOCAL && target(&i->imm, pc, i->imm, i->op, e))
        return e->code;
    return check_narrow(s, U_SRC | U_IMM, i->op, pc, e);
}

/* callx: LLVM 19 and later put the register in dst, LLVM 18 and earlier its number in imm. */
static int callx(u64 s, size_t pc, struct insn *i, struct error *e) {
    s32 imm = slot_imm(s);
    i->b = slot_dst(s);
    if (!imm)
        return check_narrow(s, U_DST, i->op, pc, e);
    if (i->b)
        return reserved(e, pc, i->op, "imm", imm);
    if (imm < 0 || imm > REG_FP)
        return fail(e, E_REG, (s64)pc * 8, "callx: no register %d", imm);
    i->b = (u16)imm;
    return check_narrow(s, U_IMM, i->op, pc, e);
}

static int check_low(u64 second, u16 op, size_t pc, struct error *e) {
    if (!(second & 0xffffffffu))
        return 0;
    return fail(e, E_RESERVED, (s64)pc * 8 + 8, "%s: the low half of the second slot must be 0", isa_name(op));
}

/* A register that stands in imm. */
static int check_third(const struct insn *i, size_t pc, struct error *e) {
    if ((u32)i->imm <= 0xffff)
        return 0;
    return fail(e, E_REG, (s64)pc * 8 + 8, "%s: no register %u", isa_name(i->op), (u32)i->imm);
}

static int ctl_wide(u64 s, u64 second, size_t pc, struct insn *i, struct error *e) {
    unsigned used = W_A | W_B | W_C;
    i->a = slot_a(s);
    i->imm = slot_imm(s);
    switch (i->op) {
    case OP_const64: i->off = slot_imm(second); break;
    case OP_select:
    case OP_vselect:
    case OP_shuffle: i->b = slot_b(s), i->c = slot_c(s), i->imm = slot_imm(second); break;
    case OP_memgrow: i->b = slot_b(s), i->imm = slot_c(s); break;
    case OP_exit: used = 0; break;
    case OP_trap: used = W_B | W_C; break;
    case OP_brtab: used = W_B, i->a = 0, i->b = slot_b(s), i->imm = slot_imm(second); break;
    case OP_fence: used = 0, i->a = 0, i->imm = 0; break;
    case OP_ja:
        used = W_B | W_C;
        i->imm = 0;
        if (target(&i->off, pc, slot_imm(s), i->op, e))
            return e->code;
        break;
    }
    if (isa_len(i) == 2 && check_low(second, i->op, pc, e))
        return e->code;
    if ((i->op == OP_select || i->op == OP_vselect) && check_third(i, pc, e))
        return e->code;
    return check_wide(s, used, i->op, pc, e);
}

static int ctl_narrow(u64 s, u64 second, size_t pc, struct insn *i, struct error *e) {
    switch (slot_code(s)) {
    case CODE_LDDW: return lddw(s, second, pc, i, e);
    case CODE_CALL: return call(s, pc, i, e);
    case CODE_CALLX: return callx(s, pc, i, e);
    case CODE_MOV64I:
    case CODE_MOV32I: i->a = slot_dst(s), i->imm = slot_imm(s); return check_narrow(s, U_DST | U_IMM, i->op, pc, e);
    case CODE_MOV64: i->a = slot_dst(s), i->b = slot_src(s); return 0; /* the casts: all fields are in the key */
    case CODE_JA:
    case CODE_MAY_GOTO:
        if (target(&i->off, pc, slot_off(s), i->op, e))
            return e->code;
        return check_narrow(s, U_OFF, i->op, pc, e);
    case CODE_JA32:
        if (target(&i->off, pc, slot_imm(s), i->op, e))
            return e->code;
        return check_narrow(s, U_IMM, i->op, pc, e);
    case CODE_GOTOX: i->b = slot_dst(s); return check_narrow(s, U_DST, i->op, pc, e);
    }
    return check_narrow(s, 0, i->op, pc, e); /* exit */
}

/* Of the objects' rows, the table says which fields hold something. */
static int object(u64 s, u64 second, size_t pc, struct insn *i, struct error *e) {
    const struct isa_row *r = &isa_info[i->op];
    unsigned used = isa_has(r->type[0]) ? W_A : 0;
    i->a = slot_a(s), i->b = slot_b(s), i->c = slot_c(s);
    i->imm = (s32)(u32)second, i->off = (s32)(second >> 32);
    used |= (isa_has(r->type[1]) ? W_B : 0) | (isa_has(r->type[2]) ? W_C : 0) | (r->window ? W_A | W_C : 0);
    if (!r->imm && i->imm)
        return reserved(e, pc, i->op, "imm", i->imm);
    if (!r->off && i->off)
        return reserved(e, pc, i->op, "off", i->off);
    return check_wide(s, used, i->op, pc, e);
}

static int wide_jump(u64 s, u64 second, size_t pc, struct insn *i, struct error *e) {
    i->b = slot_b(s);
    if (isa_info[i->op].shape == SHAPE_JCC)
        i->c = slot_c(s);
    else
        i->imm = (s16)slot_c(s);
    if (!is_long(s))
        return target(&i->off, pc, (s16)slot_a(s), i->op, e);
    i->a = 1;
    if (target(&i->off, pc, slot_imm(second), i->op, e) || check_low(second, i->op, pc, e))
        return e->code;
    return check_wide(s, W_B | W_C, i->op, pc, e);
}

static int decode_wide(u64 s, u64 second, size_t pc, struct insn *i, struct error *e) {
    switch ((enum shape)isa_info[i->op].shape) {
    case SHAPE_BIN: i->a = slot_a(s), i->b = slot_b(s), i->c = slot_c(s); return 0;
    case SHAPE_BINI: i->a = slot_a(s), i->b = slot_b(s), i->imm = (s16)slot_c(s); return 0;
    case SHAPE_UN: i->a = slot_a(s), i->b = slot_b(s); return check_wide(s, W_A | W_B, i->op, pc, e);
    case SHAPE_JCC:
    case SHAPE_JCCI: return wide_jump(s, second, pc, i, e);
    case SHAPE_MLD:
    case SHAPE_MST:
    case SHAPE_MATOM:
        i->a = slot_a(s), i->b = slot_b(s), i->c = slot_c(s);
        i->imm = (s32)(u32)second, i->off = (s32)(second >> 32);
        return 0;
    case SHAPE_TER:
        i->a = slot_a(s), i->b = slot_b(s), i->c = slot_c(s), i->imm = slot_imm(second);
        return check_low(second, i->op, pc, e) ? e->code : check_third(i, pc, e);
    case SHAPE_LANE:
        i->a = slot_a(s), i->b = slot_b(s), i->c = slot_c(s), i->off = slot_imm(second);
        return check_low(second, i->op, pc, e);
    case SHAPE_CTL: return ctl_wide(s, second, pc, i, e);
    case SHAPE_OBJ: return object(s, second, pc, i, e);
    case SHAPE_BAD:
    case SHAPE_LD:
    case SHAPE_ST:
    case SHAPE_STI:
    case SHAPE_ATOM:
    case SHAPE_PKT: break;
    }
    return fail(e, E_OPCODE, (s64)pc * 8, "unknown instruction 0x%02x", slot_code(s));
}

static int decode_narrow(u64 s, u64 second, size_t pc, struct insn *i, struct error *e) {
    u16 dst = slot_dst(s), src = slot_src(s), op = i->op;
    switch ((enum shape)isa_info[op].shape) {
    case SHAPE_BIN: i->a = i->b = dst, i->c = src; return check_narrow(s, U_DST | U_SRC | U_OFF, op, pc, e);
    case SHAPE_BINI: i->a = i->b = dst, i->imm = slot_imm(s); return check_narrow(s, U_DST | U_OFF | U_IMM, op, pc, e);
    case SHAPE_UN:
        i->a = dst;
        i->b = isa_info[op].flags & SELF ? dst : src;
        return isa_info[op].flags & SELF ? check_narrow(s, U_DST | U_IMM | U_OFF, op, pc, e) : 0;
    case SHAPE_JCC:
        i->b = dst, i->c = src;
        if (target(&i->off, pc, slot_off(s), op, e))
            return e->code;
        return check_narrow(s, U_DST | U_SRC | U_OFF, op, pc, e);
    case SHAPE_JCCI:
        i->b = dst, i->imm = slot_imm(s);
        if (target(&i->off, pc, slot_off(s), op, e))
            return e->code;
        return check_narrow(s, U_DST | U_OFF | U_IMM, op, pc, e);
    case SHAPE_LD:
        i->a = dst, i->b = src, i->off = slot_off(s);
        return check_narrow(s, U_DST | U_SRC | U_OFF, op, pc, e);
    case SHAPE_ST:
        i->b = dst, i->c = src, i->off = slot_off(s);
        return check_narrow(s, U_DST | U_SRC | U_OFF, op, pc, e);
    case SHAPE_STI:
        i->b = dst, i->imm = slot_imm(s), i->off = slot_off(s);
        return check_narrow(s, ~(unsigned)U_SRC, op, pc, e);
    case SHAPE_ATOM:
        i->off = slot_off(s);
        if (isa_info[op].atom == ATOM_LDACQ) {
            i->a = dst, i->b = src;
            return 0;
        }
        i->b = dst, i->c = src;
        if (isa_info[op].atom >= ATOM_FADD && isa_info[op].atom <= ATOM_XCHG)
            i->a = src; /* the old value goes to c */
        return 0;
    case SHAPE_PKT:
        i->b = src, i->imm = slot_imm(s);
        return check_narrow(s, isa_info[op].type[1] ? U_SRC | U_IMM : U_IMM, op, pc, e);
    case SHAPE_CTL: return ctl_narrow(s, second, pc, i, e);
    case SHAPE_BAD:
    case SHAPE_MLD:
    case SHAPE_MST:
    case SHAPE_MATOM:
    case SHAPE_OBJ:
    case SHAPE_TER:
    case SHAPE_LANE: break;
    }
    return fail(e, E_OPCODE, (s64)pc * 8, "unknown instruction 0x%02x", slot_code(s));
}

/* Why a key is unknown: a reserved field beside a known byte, or the byte itself. */
static int unknown(u64 s, size_t pc, enum isa_mode mode, struct error *e) {
    u8 code = slot_code(s);
    u16 near = lookup(KEY(code, 0, 0));
    if (is_escape(code) && mode == ISA_EBPF)
        return fail(e, E_OPCODE, (s64)pc * 8,
                    "unknown instruction 0x%02x: no eBPF, and SuperVM's own forms come from .svm input only", code);
    if (is_escape(code))
        return fail(e, E_OPCODE, (s64)pc * 8, "unknown instruction 0x%02x 0x%02x", code, slot_sub(s));
    if (near && slot_off(s) && lookup(KEY(code, 0, slot_imm(s))))
        return fail(e, E_RESERVED, (s64)pc * 8, "%s: no form of it has off %d", isa_name(near), slot_off(s));
    if (near)
        return fail(e, E_RESERVED, (s64)pc * 8, "%s: no form of it has imm 0x%x (off %d)", isa_name(near),
                    (u32)slot_imm(s), slot_off(s));
    return fail(e, E_OPCODE, (s64)pc * 8, "unknown instruction 0x%02x (off %d, imm 0x%x)", code, slot_off(s),
                (u32)slot_imm(s));
}

static int check_regs(const struct insn *i, size_t pc, enum isa_mode mode, struct error *e) {
    struct regs w = isa_writes(i), r = isa_reads(i);
    if (mode == ISA_TYPED)
        return 0;
    for (unsigned k = 0; k < w.n; k++)
        if (w.r[k] == REG_FP)
            return fail(e, E_REG, (s64)pc * 8, "%s: r10 is read-only", isa_name(i->op));
    if (mode == ISA_WIDE)
        return 0;
    for (unsigned k = 0; k < r.n + w.n; k++) {
        u16 reg = k < r.n ? r.r[k] : w.r[k - r.n];
        if (reg > REG_FP)
            return fail(e, E_REG, (s64)pc * 8, "%s: eBPF has no register r%u", isa_name(i->op), reg);
    }
    return 0;
}

int isa_decode(const u64 *slot, size_t n, size_t pc, enum isa_mode mode, struct insn *out, int *len, struct error *e) {
    u64 s, second = 0;
    bool escape;
    *len = 1;
    if (pc >= n)
        return fail(e, E_TRUNC, (s64)pc * 8, "instruction %zu of %zu", pc, n);
    s = slot[pc];
    escape = is_escape(slot_code(s));
    *out = (struct insn){.op = escape && mode == ISA_EBPF ? OP_bad : lookup(key_of(s)), .a = is_long(s)};
    if (out->op == OP_bad)
        return unknown(s, pc, mode, e);
    *len = isa_len(out);
    if (*len == 2) {
        if (n - pc < 2)
            return fail(e, E_TRUNC, (s64)pc * 8, "%s: the second slot is missing", isa_name(out->op));
        second = slot[pc + 1];
    }
    if (escape ? decode_wide(s, second, pc, out, e) : decode_narrow(s, second, pc, out, e))
        return e->code;
    return check_regs(out, pc, mode, e);
}
