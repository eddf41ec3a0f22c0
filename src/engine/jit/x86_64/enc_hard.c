/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* enc_hard.c - forms for guests that are not to choose the bytes of our code, nor where the processor goes on by guess.
 *
 * Numbers of more than a byte never stand in the code: they are what two others make, of which one is random. Flags are
 * kept, as by a plain mov; a register that is needed for it is pushed and popped. Indirect jumps are returns, whose
 * guess is an endless loop (retpolines: Intel, "Retpoline: A Branch Target Injection Mitigation", 2018). */
#include "base/random.h"
#include "engine/jit/x86_64/enc_raw.h"

void enc_harden(struct enc *e, u64 key) {
    e->harden = true;
    e->key = key | 1;
}

/* 31 random bits, and no short displacement. */
static s32 mask(struct enc *e) {
    return (s32)(random_next(&e->key) >> 33 | 0x10000000);
}

u64 enc_key(struct enc *e) {
    return random_next(&e->key);
}

void hard_mov(struct enc *e, enum gpr d, u64 v) {
    s32 k = mask(e), j;
    if (v == (u32)v) {
        x_mov_ri_plain(e, d, (u32)v - (u32)k);
        x_lea(e, W32, d, mem_b(d, k));
        return;
    }
    j = mask(e); /* the upper half becomes the lower one, and is treated alike */
    v = __builtin_bswap64(__builtin_bswap64(v - (u64)k) - (u64)j);
    x_mov_ri_wide(e, d, v);
    x_bswap(e, W64, d);
    x_lea(e, W64, d, mem_b(d, j));
    x_bswap(e, W64, d);
    x_lea(e, W64, d, mem_b(d, k));
}

/* A register that is none of three, pushed: what is at rsp lies 8 higher then. */
static enum gpr borrow(struct enc *e, unsigned a, unsigned b, struct mem *m) {
    static const u8 order[] = {RAX, RCX, RDX, RBX, RSI};
    u32 k = 0;
    while (order[k] == a || order[k] == b || (m && (order[k] == m->base || order[k] == m->index)))
        k++;
    x_push(e, (enum gpr)order[k]);
    if (m && m->base == RSP)
        m->disp += 8;
    return (enum gpr)order[k];
}

void hard_alu_ri(struct enc *e, enum alu op, enum width w, enum gpr d, s32 imm) {
    enum gpr r = borrow(e, d, d, NULL);
    hard_mov(e, r, (u64)(s64)imm);
    x_alu_rr(e, op, w, d, r);
    x_pop(e, r);
}
void hard_alu_mi(struct enc *e, enum alu op, enum width w, struct mem m, s32 imm, bool locked) {
    enum gpr r = borrow(e, NOREG, NOREG, &m);
    hard_mov(e, r, (u64)(s64)imm);
    if (locked)
        x_lock_alu_mr(e, op, w, m, r);
    else
        x_alu_mr(e, op, w, m, r);
    x_pop(e, r);
}
void hard_test_ri(struct enc *e, enum width w, enum gpr a, s32 imm) {
    enum gpr r = borrow(e, a, a, NULL);
    hard_mov(e, r, (u64)(s64)imm);
    x_test_rr(e, w, a, r);
    x_pop(e, r);
}
void hard_test_mi(struct enc *e, enum width w, struct mem m, s32 imm) {
    enum gpr r = borrow(e, NOREG, NOREG, &m);
    hard_mov(e, r, (u64)(s64)imm);
    x_test_mr(e, w, m, r);
    x_pop(e, r);
}
void hard_store_i(struct enc *e, enum width w, struct mem m, s32 imm) {
    enum gpr r = borrow(e, NOREG, NOREG, &m);
    hard_mov(e, r, (u64)(s64)imm);
    x_store(e, w, m, r);
    x_pop(e, r);
}
void hard_imul_rri(struct enc *e, enum width w, enum gpr d, enum gpr s, s32 imm) {
    enum gpr r = borrow(e, d, s, NULL);
    hard_mov(e, r, (u64)(s64)imm);
    x_two_rr(e, TWO_imul, w, r, s);
    x_mov_rr(e, w == W64 ? W64 : W32, d, r);
    x_pop(e, r);
}
void hard_imul_rmi(struct enc *e, enum width w, enum gpr d, struct mem m, s32 imm) {
    enum gpr r = borrow(e, d, d, &m);
    hard_mov(e, r, (u64)(s64)imm);
    x_two_rm(e, TWO_imul, w, r, m);
    x_mov_rr(e, w == W64 ? W64 : W32, d, r);
    x_pop(e, r);
}

/* --- where to go on --- */

/* Calls what follows, so that a guess comes back to a loop; the label of what follows is bound by the caller. */
static u32 trap_guess(struct enc *e) {
    u32 go = enc_label(e), loop = enc_label(e);
    x_call(e, go);
    enc_bind(e, loop);
    x_plain(e, PLAIN_pause);
    x_plain(e, PLAIN_lfence);
    x_jmp(e, loop);
    return go;
}
void hard_jmp_r(struct enc *e, enum gpr r) {
    enc_bind(e, trap_guess(e));
    x_store(e, W64, mem_b(RSP, 0), r);
    x_plain(e, PLAIN_ret);
}
void hard_jmp_m(struct enc *e, struct mem m) {
    x_push_m(e, m);
    enc_bind(e, trap_guess(e));
    x_lea(e, W64, RSP, mem_b(RSP, 8));
    x_plain(e, PLAIN_ret);
}
/* The call itself comes last: what it returns to is behind all of this. */
void hard_call(struct enc *e, enum gpr r, struct mem m) {
    u32 there = enc_label(e), end = enc_label(e);
    x_jmp(e, end);
    enc_bind(e, there);
    if (r != NOREG) {
        hard_jmp_r(e, r);
    } else {
        if (m.base == RSP)
            m.disp += 8;
        hard_jmp_m(e, m);
    }
    enc_bind(e, end);
    x_call(e, there);
}
