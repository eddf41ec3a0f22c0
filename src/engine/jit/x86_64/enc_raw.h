/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* enc_raw.h - bytes of instructions, for the encoder's own files (Intel's manual, volume 2, chapter 2).
 *
 *     | prefix | REX 0100WRXB | opcode | ModRM mod2 reg3 rm3 | SIB scale2 index3 base3 | disp | imm |
 *     | C5 RvvvvLpp | or | C4 RXBmmmmm WvvvvLpp |    in place of prefix, REX and 0f bytes: VEX */
#ifndef JIT_X86_64_ENC_RAW_H
#define JIT_X86_64_ENC_RAW_H
#include "engine/jit/x86_64/enc.h"
#include <assert.h>

enum { ENC_ROOM = 96 }; /* no instruction is longer, nor an alignment behind one */

void enc_grow(struct enc *e);
void enc_fix_rel(struct enc *e, u32 label, unsigned tail); /* of the four bytes at e->p; tail: bytes behind them */
void enc_reloc(struct enc *e, u32 sym, u64 target);        /* the same, for what lies outside */

/* enc_hard.c */
void hard_mov(struct enc *e, enum gpr d, u64 v);
void hard_alu_ri(struct enc *e, enum alu op, enum width w, enum gpr d, s32 imm);
void hard_alu_mi(struct enc *e, enum alu op, enum width w, struct mem m, s32 imm, bool locked);
void hard_test_ri(struct enc *e, enum width w, enum gpr a, s32 imm);
void hard_test_mi(struct enc *e, enum width w, struct mem m, s32 imm);
void hard_store_i(struct enc *e, enum width w, struct mem m, s32 imm);
void hard_imul_rri(struct enc *e, enum width w, enum gpr d, enum gpr s, s32 imm);
void hard_imul_rmi(struct enc *e, enum width w, enum gpr d, struct mem m, s32 imm);
void hard_jmp_r(struct enc *e, enum gpr r);
void hard_jmp_m(struct enc *e, struct mem m);
void hard_call(struct enc *e, enum gpr r, struct mem m); /* r, or NOREG: m */
/* The plain forms of mov. */
void x_mov_ri_plain(struct enc *e, enum gpr d, u32 v);
void x_mov_ri_wide(struct enc *e, enum gpr d, u64 v);

static inline void room(struct enc *e) {
    if (unlikely(e->p > e->lim))
        enc_grow(e);
}
static inline void put8(struct enc *e, unsigned v) {
    *e->p++ = (u8)v;
}
static inline void put16(struct enc *e, unsigned v) {
    u16 x = (u16)v;
    memcpy(e->p, &x, 2);
    e->p += 2;
}
static inline void put32(struct enc *e, u32 v) {
    memcpy(e->p, &v, 4);
    e->p += 4;
}
static inline void put64(struct enc *e, u64 v) {
    memcpy(e->p, &v, 8);
    e->p += 8;
}
static inline bool fits8(s64 v) {
    return v == (s8)v;
}

/* Index alone: as base, or twice as base and index, which needs no displacement of 32 bits. */
static inline struct mem mem_short(struct mem m) {
    if (m.base == NOREG && m.index != NOREG && m.scale < 2) {
        m.base = m.index;
        if (m.scale == 0)
            m.index = NOREG;
        m.scale = 0;
    }
    return m;
}

static inline unsigned hi(unsigned r) {
    return r >> 3 & 1;
} /* 0 for NOREG and RIP as well */

/* ModRM and what follows of an address; tail: bytes of immediates behind. m went through mem_short(). */
static inline void put_mem(struct enc *e, unsigned reg, struct mem m, unsigned tail) {
    unsigned r = (reg & 7) << 3, mod;
    assert(m.index != RSP);
    if (m.base == RIP) {
        put8(e, r | 5);
        enc_fix_rel(e, (u32)m.disp, tail);
        put32(e, 0);
        return;
    }
    if (m.base == NOREG) { /* [disp32] or [index * scale + disp32] */
        put8(e, r | 4);
        put8(e, (unsigned)m.scale << 6 | (m.index == NOREG ? 4 : m.index & 7) << 3 | 5);
        put32(e, (u32)m.disp);
        return;
    }
    mod = m.disp == 0 && (m.base & 7) != RBP ? 0 : fits8(m.disp) ? 0x40 : 0x80;
    if (m.index != NOREG || (m.base & 7) == RSP) {
        put8(e, mod | r | 4);
        put8(e, (unsigned)m.scale << 6 | (m.index == NOREG ? 4 : m.index & 7) << 3 | (m.base & 7));
    } else {
        put8(e, mod | r | (m.base & 7));
    }
    if (mod == 0x40)
        put8(e, (u32)m.disp);
    else if (mod == 0x80)
        put32(e, (u32)m.disp);
}
static inline void put_reg(struct enc *e, unsigned reg, unsigned rm) {
    put8(e, 0xc0 | (reg & 7) << 3 | (rm & 7));
}

/* REX where it is needed; force: a byte register that would be ah .. bh without it. */
static inline void put_rex(struct enc *e, unsigned w, unsigned reg, unsigned index, unsigned base, bool force) {
    unsigned rex = w << 3 | hi(reg) << 2 | hi(index) << 1 | hi(base);
    if (rex || force)
        put8(e, 0x40 | rex);
}

#endif
