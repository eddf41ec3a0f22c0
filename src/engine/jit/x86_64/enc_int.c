/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* enc_int.c - instructions of the general registers. */
#include "engine/jit/x86_64/enc_raw.h"

/* A byte register that is ah .. bh unless there is a REX. */
static bool low_byte(enum width w, unsigned r) {
    return w == W8 && r >= RSP && r <= RDI;
}

/* [66] [REX] [0f] code /reg, rm a register; codes are those of 16, 32 and 64 bits, that of 8 bits is one less */
static void op_r(struct enc *e, enum width w, unsigned code, unsigned reg, unsigned rm, bool force) {
    unsigned rex = (unsigned)(w == W64) << 3 | hi(reg) << 2 | hi(rm);
    u64 x =
        (0xc0 | (reg & 7) << 3 | (rm & 7)) << 8 | (code & 0xff); /* all bytes at once: the last one is the highest */
    unsigned n = 2;
    room(e);
    if (code > 0xff)
        x = x << 8 | 0x0f, n++;
    if (rex || force)
        x = x << 8 | 0x40 | rex, n++;
    if (w == W16)
        x = x << 8 | 0x66, n++;
    memcpy(e->p, &x, 8); /* there is room */
    e->p += n;
}
static void op_m(struct enc *e, enum width w, unsigned code, unsigned reg, struct mem m, bool force, unsigned tail) {
    unsigned rex, r = (reg & 7) << 3, b, mod, n = 1;
    u64 x;
    u8 *p;
    room(e);
    m = mem_short(m);
    rex = (unsigned)(w == W64) << 3 | hi(reg) << 2 | hi(m.index) << 1 | hi(m.base);
    p = e->p;
    if (w == W16)
        *p++ = 0x66;
    if (rex || force)
        *p++ = (u8)(0x40 | rex);
    if (code > 0xff)
        *p++ = 0x0f;
    *p++ = (u8)code;
    if (unlikely(m.base == RIP || m.base == NOREG)) {
        e->p = p;
        put_mem(e, reg, m, tail);
        return;
    }
    b = m.base & 7; /* as put_mem() does, all bytes at once */
    mod = m.disp == 0 && b != RBP ? 0 : fits8(m.disp) ? 0x40 : 0x80;
    x = (u64)(u32)m.disp << 8 | (mod | r | b);
    if (m.index != NOREG || b == RSP) {
        unsigned sib = (unsigned)m.scale << 6 | (m.index == NOREG ? 4 : m.index & 7) << 3 | b;
        x = (u64)(u32)m.disp << 16 | sib << 8 | (mod | r | 4);
        n = 2;
    }
    memcpy(p, &x, 8); /* there is room */
    e->p = p + n + (mod == 0x40 ? 1 : mod == 0x80 ? 4 : 0);
}
static unsigned by_width(unsigned code, enum width w) {
    return w == W8 ? code - 1 : code;
}

/* an immediate as wide as the operand, 32 bits at most */
static unsigned imm_len(enum width w) {
    return w == W8 ? 1 : w == W16 ? 2 : 4;
}
static void put_imm(struct enc *e, enum width w, s32 imm) {
    if (w == W8)
        put8(e, (u32)imm);
    else if (w == W16)
        put16(e, (u32)imm);
    else
        put32(e, (u32)imm);
}

/* Is it a number that a guest may not have in our code? */
static bool blind(const struct enc *e, enum width w, s64 imm) {
    return e->harden && w != W8 && !fits8(imm);
}

void x_alu_rr(struct enc *e, enum alu op, enum width w, enum gpr d, enum gpr s) {
    op_r(e, w, by_width((unsigned)op * 8 + 1, w), s, d, low_byte(w, d) || low_byte(w, s));
}
void x_alu_rm(struct enc *e, enum alu op, enum width w, enum gpr d, struct mem m) {
    op_m(e, w, by_width((unsigned)op * 8 + 3, w), d, m, low_byte(w, d), 0);
}
void x_alu_mr(struct enc *e, enum alu op, enum width w, struct mem m, enum gpr s) {
    op_m(e, w, by_width((unsigned)op * 8 + 1, w), s, m, low_byte(w, s), 0);
}
void x_alu_ri_own(struct enc *e, enum alu op, enum width w, enum gpr d, s32 imm) {
    if (w == W8) {
        op_r(e, w, 0x80, op, d, low_byte(w, d));
        put8(e, (u32)imm);
    } else if (fits8(imm)) {
        op_r(e, w, 0x83, op, d, false);
        put8(e, (u32)imm);
    } else if (d == RAX) { /* one byte shorter */
        room(e);
        if (w == W16)
            put8(e, 0x66);
        put_rex(e, w == W64, 0, 0, 0, false);
        put8(e, (unsigned)op * 8 + 5);
        put_imm(e, w, imm);
    } else {
        op_r(e, w, 0x81, op, d, false);
        put_imm(e, w, imm);
    }
}
void x_alu_ri(struct enc *e, enum alu op, enum width w, enum gpr d, s32 imm) {
    if (blind(e, w, imm) && d != RSP)
        hard_alu_ri(e, op, w, d, imm);
    else
        x_alu_ri_own(e, op, w, d, imm);
}
void x_alu_mi(struct enc *e, enum alu op, enum width w, struct mem m, s32 imm) {
    if (blind(e, w, imm)) {
        hard_alu_mi(e, op, w, m, imm, false);
    } else if (w == W8 || fits8(imm)) {
        op_m(e, w, w == W8 ? 0x80 : 0x83, op, m, false, 1);
        put8(e, (u32)imm);
    } else {
        op_m(e, w, 0x81, op, m, false, imm_len(w));
        put_imm(e, w, imm);
    }
}
void x_test_rr(struct enc *e, enum width w, enum gpr a, enum gpr b) {
    op_r(e, w, by_width(0x85, w), b, a, low_byte(w, a) || low_byte(w, b));
}
void x_test_ri(struct enc *e, enum width w, enum gpr a, s32 imm) {
    if (blind(e, w, imm)) {
        hard_test_ri(e, w, a, imm);
        return;
    }
    if (a == RAX) {
        room(e);
        if (w == W16)
            put8(e, 0x66);
        put_rex(e, w == W64, 0, 0, 0, false);
        put8(e, by_width(0xa9, w));
    } else {
        op_r(e, w, by_width(0xf7, w), 0, a, low_byte(w, a));
    }
    put_imm(e, w, imm);
}
void x_test_mr(struct enc *e, enum width w, struct mem m, enum gpr b) {
    op_m(e, w, by_width(0x85, w), b, m, low_byte(w, b), 0);
}
void x_test_mi(struct enc *e, enum width w, struct mem m, s32 imm) {
    if (blind(e, w, imm)) {
        hard_test_mi(e, w, m, imm);
        return;
    }
    op_m(e, w, by_width(0xf7, w), 0, m, false, imm_len(w));
    put_imm(e, w, imm);
}

void x_mov_rr(struct enc *e, enum width w, enum gpr d, enum gpr s) {
    assert(w == W32 || w == W64);
    op_r(e, w, 0x89, s, d, false);
}
void x_mov_ri_plain(struct enc *e, enum gpr d, u32 v) {
    room(e);
    put_rex(e, 0, 0, 0, d, false);
    put8(e, 0xb8 | (d & 7));
    put32(e, v);
}
void x_mov_ri_wide(struct enc *e, enum gpr d, u64 v) {
    room(e);
    put_rex(e, 1, 0, 0, d, false);
    put8(e, 0xb8 | (d & 7));
    put64(e, v);
}
void x_mov_ri(struct enc *e, enum gpr d, u64 v) {
    if (blind(e, W64, (s64)v))
        hard_mov(e, d, v);
    else
        x_mov_ri_own(e, d, v);
}
void x_mov_ri_own(struct enc *e, enum gpr d, u64 v) {
    if (v == (u32)v) {
        x_mov_ri_plain(e, d, (u32)v);
    } else if (v == (u64)(s64)(s32)v) {
        op_r(e, W64, 0xc7, 0, d, false);
        put32(e, (u32)v);
    } else {
        x_mov_ri_wide(e, d, v);
    }
}
void x_zero(struct enc *e, enum gpr d) {
    x_alu_rr(e, ALU_xor, W32, d, d);
}

void x_load(struct enc *e, enum width w, enum gpr d, struct mem m) {
    switch (w) {
    case W8: op_m(e, W32, 0x1b6, d, m, false, 0); break;
    case W16: op_m(e, W32, 0x1b7, d, m, false, 0); break;
    case W32:
    case W64: op_m(e, w, 0x8b, d, m, false, 0); break;
    }
}
void x_load_sx(struct enc *e, enum width from, enum width to, enum gpr d, struct mem m) {
    assert(from < to && to >= W32);
    op_m(e, to, from == W8 ? 0x1be : from == W16 ? 0x1bf : 0x63, d, m, false, 0);
}
void x_store(struct enc *e, enum width w, struct mem m, enum gpr s) {
    op_m(e, w, by_width(0x89, w), s, m, low_byte(w, s), 0);
}
void x_store_i(struct enc *e, enum width w, struct mem m, s32 imm) {
    if (blind(e, w, imm)) {
        hard_store_i(e, w, m, imm);
        return;
    }
    op_m(e, w, by_width(0xc7, w), 0, m, false, imm_len(w));
    put_imm(e, w, imm);
}
void x_zx(struct enc *e, enum width from, enum gpr d, enum gpr s) {
    if (from >= W32)
        x_mov_rr(e, from, d, s);
    else
        op_r(e, W32, from == W8 ? 0x1b6 : 0x1b7, d, s, low_byte(from, s));
}
void x_sx(struct enc *e, enum width from, enum width to, enum gpr d, enum gpr s) {
    assert(from < to && to >= W32);
    op_r(e, to, from == W8 ? 0x1be : from == W16 ? 0x1bf : 0x63, d, s, low_byte(from, s));
}
void x_lea(struct enc *e, enum width w, enum gpr d, struct mem m) {
    assert(w == W32 || w == W64);
    op_m(e, w, 0x8d, d, m, false, 0);
}
void x_xchg_rr(struct enc *e, enum width w, enum gpr a, enum gpr b) {
    op_r(e, w, by_width(0x87, w), b, a, low_byte(w, a) || low_byte(w, b));
}
void x_bswap(struct enc *e, enum width w, enum gpr d) {
    assert(w == W32 || w == W64);
    room(e);
    put_rex(e, w == W64, 0, 0, d, false);
    put8(e, 0x0f);
    put8(e, 0xc8 | (d & 7));
}

static const struct {
    u8 code, digit;
} one_row[] = {
#define ONE(name, code, digit) {code, digit},
#include "engine/jit/x86_64/enc.def"
};
void x_one_r(struct enc *e, enum one op, enum width w, enum gpr d) {
    op_r(e, w, one_row[op].code + (w != W8), one_row[op].digit, d, low_byte(w, d));
}
void x_one_m(struct enc *e, enum one op, enum width w, struct mem m) {
    op_m(e, w, one_row[op].code + (w != W8), one_row[op].digit, m, false, 0);
}

static const struct {
    u8 pp, code;
} two_row[] = {
#define TWO(name, pp, code) {pp, code},
#include "engine/jit/x86_64/enc.def"
};
/* A mandatory prefix stands after 66, and both before REX. */
void x_two_rr(struct enc *e, enum two op, enum width w, enum gpr d, enum gpr s) {
    assert(w != W8);
    room(e);
    if (w == W16)
        put8(e, 0x66);
    if (two_row[op].pp)
        put8(e, two_row[op].pp);
    op_r(e, w == W16 ? W32 : w, 0x100u | two_row[op].code, d, s, false);
}
void x_two_rm(struct enc *e, enum two op, enum width w, enum gpr d, struct mem m) {
    assert(w != W8);
    room(e);
    if (w == W16)
        put8(e, 0x66);
    if (two_row[op].pp)
        put8(e, two_row[op].pp);
    op_m(e, w == W16 ? W32 : w, 0x100u | two_row[op].code, d, m, false, 0);
}
void x_imul_rri(struct enc *e, enum width w, enum gpr d, enum gpr s, s32 imm) {
    assert(w != W8);
    if (blind(e, w, imm)) {
        hard_imul_rri(e, w, d, s, imm);
        return;
    }
    op_r(e, w, fits8(imm) ? 0x6b : 0x69, d, s, false);
    put_imm(e, fits8(imm) ? W8 : w, imm);
}
void x_imul_rmi(struct enc *e, enum width w, enum gpr d, struct mem m, s32 imm) {
    assert(w != W8);
    if (blind(e, w, imm)) {
        hard_imul_rmi(e, w, d, m, imm);
        return;
    }
    op_m(e, w, fits8(imm) ? 0x6b : 0x69, d, m, false, fits8(imm) ? 1 : imm_len(w));
    put_imm(e, fits8(imm) ? W8 : w, imm);
}
void x_movbe_rm(struct enc *e, enum width w, enum gpr d, struct mem m) {
    assert(w != W8);
    room(e);
    m = mem_short(m);
    if (w == W16)
        put8(e, 0x66);
    put_rex(e, w == W64, d, m.index, m.base, false);
    put32(e, 0xf0380f), e->p--;
    put_mem(e, d, m, 0);
}
void x_movbe_mr(struct enc *e, enum width w, struct mem m, enum gpr s) {
    assert(w != W8);
    room(e);
    m = mem_short(m);
    if (w == W16)
        put8(e, 0x66);
    put_rex(e, w == W64, s, m.index, m.base, false);
    put32(e, 0xf1380f), e->p--;
    put_mem(e, s, m, 0);
}

/* --- shifts and bits --- */

void x_shift_ri(struct enc *e, enum shift op, enum width w, enum gpr d, unsigned n) {
    if (n == 1) {
        op_r(e, w, by_width(0xd1, w), op, d, low_byte(w, d));
    } else {
        op_r(e, w, by_width(0xc1, w), op, d, low_byte(w, d));
        put8(e, n);
    }
}
void x_shift_rc(struct enc *e, enum shift op, enum width w, enum gpr d) {
    op_r(e, w, by_width(0xd3, w), op, d, low_byte(w, d));
}
void x_shift_mi(struct enc *e, enum shift op, enum width w, struct mem m, unsigned n) {
    if (n == 1) {
        op_m(e, w, by_width(0xd1, w), op, m, false, 0);
    } else {
        op_m(e, w, by_width(0xc1, w), op, m, false, 1);
        put8(e, n);
    }
}
void x_shift_mc(struct enc *e, enum shift op, enum width w, struct mem m) {
    op_m(e, w, by_width(0xd3, w), op, m, false, 0);
}
void x_shd_rri(struct enc *e, bool left, enum width w, enum gpr d, enum gpr s, unsigned n) {
    assert(w != W8);
    op_r(e, w, left ? 0x1a4 : 0x1ac, s, d, false);
    put8(e, n);
}
void x_shd_rrc(struct enc *e, bool left, enum width w, enum gpr d, enum gpr s) {
    assert(w != W8);
    op_r(e, w, left ? 0x1a5 : 0x1ad, s, d, false);
}
void x_bit_rr(struct enc *e, enum bit op, enum width w, enum gpr d, enum gpr n) {
    assert(w != W8);
    op_r(e, w, 0x183 | (unsigned)op << 3, n, d, false);
}
void x_bit_ri(struct enc *e, enum bit op, enum width w, enum gpr d, unsigned n) {
    assert(w != W8);
    op_r(e, w, 0x1ba, op, d, false);
    put8(e, n);
}

/* --- VEX forms: always with three bytes, since the map is not 0f --- */

static void vex3(struct enc *e, unsigned map, unsigned pp, unsigned w, unsigned reg, unsigned index, unsigned base,
                 unsigned vvvv) {
    unsigned p = pp == 0x66 ? 1 : pp == 0xf3 ? 2 : pp == 0xf2 ? 3 : 0;
    room(e);
    put8(e, 0xc4);
    put8(e, (hi(reg) << 7 | hi(index) << 6 | hi(base) << 5 | map) ^ 0xe0);
    put8(e, w << 7 | (~vvvv & 15) << 3 | p);
}
static const struct {
    u8 pp, code;
    bool a_is_vvvv;
} bmi_row[] = {
#define IS_a                      true
#define IS_b                      false
#define BMI(name, pp, code, vvvv) {pp, code, IS_##vvvv},
#include "engine/jit/x86_64/enc.def"
};
void x_bmi_rrr(struct enc *e, enum bmi op, enum width w, enum gpr d, enum gpr a, enum gpr b) {
    enum gpr rm = bmi_row[op].a_is_vvvv ? b : a;
    vex3(e, 2, bmi_row[op].pp, w == W64, d, 0, rm, bmi_row[op].a_is_vvvv ? a : b);
    put8(e, bmi_row[op].code);
    put_reg(e, d, rm);
}
static void bmi_mem(struct enc *e, enum bmi op, enum width w, enum gpr d, enum gpr vvvv, struct mem m) {
    m = mem_short(m);
    vex3(e, 2, bmi_row[op].pp, w == W64, d, m.index, m.base, vvvv);
    put8(e, bmi_row[op].code);
    put_mem(e, d, m, 0);
}
void x_bmi_rrm(struct enc *e, enum bmi op, enum width w, enum gpr d, enum gpr a, struct mem b) {
    assert(bmi_row[op].a_is_vvvv);
    bmi_mem(e, op, w, d, a, b);
}
void x_bmi_rmr(struct enc *e, enum bmi op, enum width w, enum gpr d, struct mem a, enum gpr b) {
    assert(!bmi_row[op].a_is_vvvv);
    bmi_mem(e, op, w, d, b, a);
}
void x_bls_rr(struct enc *e, enum bls op, enum width w, enum gpr d, enum gpr s) {
    vex3(e, 2, 0, w == W64, 0, 0, s, d);
    put8(e, 0xf3);
    put_reg(e, op, s);
}
void x_rorx_rri(struct enc *e, enum width w, enum gpr d, enum gpr s, unsigned n) {
    vex3(e, 3, 0xf2, w == W64, d, 0, s, 0);
    put8(e, 0xf0);
    put_reg(e, d, s);
    put8(e, n);
}
void x_rorx_rmi(struct enc *e, enum width w, enum gpr d, struct mem m, unsigned n) {
    m = mem_short(m);
    vex3(e, 3, 0xf2, w == W64, d, m.index, m.base, 0);
    put8(e, 0xf0);
    put_mem(e, d, m, 1);
    put8(e, n);
}

/* --- conditions --- */

void x_setcc(struct enc *e, enum cc cc, enum gpr d) {
    op_r(e, W8, 0x190u | (unsigned)cc, 0, d, low_byte(W8, d));
}
void x_setcc_m(struct enc *e, enum cc cc, struct mem m) {
    op_m(e, W8, 0x190u | (unsigned)cc, 0, m, false, 0);
}
void x_cmov_rr(struct enc *e, enum cc cc, enum width w, enum gpr d, enum gpr s) {
    assert(w != W8);
    op_r(e, w, 0x140u | (unsigned)cc, d, s, false);
}
void x_cmov_rm(struct enc *e, enum cc cc, enum width w, enum gpr d, struct mem m) {
    assert(w != W8);
    op_m(e, w, 0x140u | (unsigned)cc, d, m, false, 0);
}

/* --- the stack: operands are of 64 bits without REX.W --- */

void x_push(struct enc *e, enum gpr r) {
    room(e);
    put_rex(e, 0, 0, 0, r, false);
    put8(e, 0x50 | (r & 7));
}
void x_pop(struct enc *e, enum gpr r) {
    room(e);
    put_rex(e, 0, 0, 0, r, false);
    put8(e, 0x58 | (r & 7));
}
void x_push_m(struct enc *e, struct mem m) {
    op_m(e, W32, 0xff, 6, m, false, 0);
}
void x_pop_m(struct enc *e, struct mem m) {
    op_m(e, W32, 0x8f, 0, m, false, 0);
}
void x_push_i(struct enc *e, s32 imm) {
    room(e);
    put8(e, fits8(imm) ? 0x6a : 0x68);
    put_imm(e, fits8(imm) ? W8 : W32, imm);
}

/* --- atomic --- */

static void lock(struct enc *e) {
    room(e);
    put8(e, 0xf0);
}
void x_xchg_mr(struct enc *e, enum width w, struct mem m, enum gpr r) {
    op_m(e, w, by_width(0x87, w), r, m, low_byte(w, r), 0);
}
void x_lock_alu_mr(struct enc *e, enum alu op, enum width w, struct mem m, enum gpr s) {
    lock(e);
    x_alu_mr(e, op, w, m, s);
}
void x_lock_alu_mi(struct enc *e, enum alu op, enum width w, struct mem m, s32 imm) {
    if (blind(e, w, imm)) {
        hard_alu_mi(e, op, w, m, imm, true);
        return;
    }
    lock(e);
    x_alu_mi(e, op, w, m, imm);
}
void x_lock_one_m(struct enc *e, enum one op, enum width w, struct mem m) {
    lock(e);
    x_one_m(e, op, w, m);
}
void x_lock_xadd(struct enc *e, enum width w, struct mem m, enum gpr r) {
    lock(e);
    op_m(e, w, by_width(0x1c1, w), r, m, low_byte(w, r), 0);
}
void x_lock_cmpxchg(struct enc *e, enum width w, struct mem m, enum gpr r) {
    lock(e);
    op_m(e, w, by_width(0x1b1, w), r, m, low_byte(w, r), 0);
}

/* --- to other places --- */

void x_jmp_r(struct enc *e, enum gpr r) {
    if (e->harden)
        hard_jmp_r(e, r);
    else
        op_r(e, W32, 0xff, 4, r, false);
}
void x_jmp_m(struct enc *e, struct mem m) {
    if (e->harden)
        hard_jmp_m(e, m);
    else
        op_m(e, W32, 0xff, 4, m, false, 0);
}
void x_call_r(struct enc *e, enum gpr r) {
    if (e->harden)
        hard_call(e, r, mem_b(RSP, 0));
    else
        op_r(e, W32, 0xff, 2, r, false);
}
void x_call_m(struct enc *e, struct mem m) {
    if (e->harden)
        hard_call(e, NOREG, m);
    else
        op_m(e, W32, 0xff, 2, m, false, 0);
}

bool enc_in_reach(const struct enc *e, const void *target) {
    s64 from_lo = (s64)((u64)(uintptr_t)target - e->near_lo), from_hi = (s64)((u64)(uintptr_t)target - e->near_hi);
    return e->near_hi && from_lo == (s32)from_lo && from_hi == (s32)from_hi;
}
static void outside(struct enc *e, u32 code, enum gpr d, u32 sym, u64 target) {
    room(e);
    if (code > 0xffff) /* lea */
        put8(e, 0x48 | hi(d) << 2), put8(e, 0x8d), put8(e, (d & 7) << 3 | 5);
    else if (code > 0xff)
        put8(e, 0x0f), put8(e, code);
    else
        put8(e, code);
    enc_reloc(e, sym, target);
    put32(e, 0);
}
void x_call_to(struct enc *e, const void *target, enum gpr by) {
    if (enc_in_reach(e, target)) {
        outside(e, 0xe8, RAX, ENC_ABS, (u64)(uintptr_t)target);
    } else {
        x_mov_ri_own(e, by, (u64)(uintptr_t)target);
        x_call_r(e, by);
    }
}
void x_jmp_to(struct enc *e, const void *target, enum gpr by) {
    if (enc_in_reach(e, target)) {
        outside(e, 0xe9, RAX, ENC_ABS, (u64)(uintptr_t)target);
    } else {
        x_mov_ri_own(e, by, (u64)(uintptr_t)target);
        x_jmp_r(e, by);
    }
}
void x_call_sym(struct enc *e, u32 sym) {
    outside(e, 0xe8, RAX, sym, 0);
}
void x_jmp_sym(struct enc *e, u32 sym) {
    outside(e, 0xe9, RAX, sym, 0);
}
void x_jcc_sym(struct enc *e, enum cc cc, u32 sym) {
    outside(e, 0x180u | (unsigned)cc, RAX, sym, 0);
}
void x_lea_sym(struct enc *e, enum gpr d, u32 sym) {
    outside(e, 0x10000, d, sym, 0);
}

void x_plain(struct enc *e, enum plain op) {
    static const struct {
        u8 n, byte[4];
    } row[] = {
#define PLAIN(name, ...) {sizeof((u8[]){__VA_ARGS__}), {__VA_ARGS__}},
#include "engine/jit/x86_64/enc.def"
    };
    room(e);
    memcpy(e->p, row[op].byte, 4);
    e->p += row[op].n;
}
