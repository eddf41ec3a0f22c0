/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* enc.h - writes x86-64 machine code; knows nothing of our bytecode.
 *
 * Instructions go into a buffer one after the other, jumps to labels that may come later. enc_finish() then chooses the short
 * form of every jump that allows it and lays out constants and tables behind the code; enc_place() copies the whole to
 * where it will run. Positions taken with enc_pos() before are followed by enc_follow().
 *
 *     struct enc e;                       enc_init(&e, cpu_features());
 *     enc_reset(&e);                      for each function
 *     u32 l = enc_label(&e);              x_alu_rr(&e, ALU_add, W64, RAX, RCX); x_jcc(&e, CC_e, l); ... enc_bind(&e, l);
 *     enc_finish(&e);                     e.size is known; e.oom: out of memory (sticky: asked once, here)
 *     enc_place(&e, where, address);
 *
 * Operands are in Intel's order: destination first. What the rows are is in enc.def. Nothing here chooses registers or
 * spends flags behind the caller's back, except where its line says so. */
#ifndef JIT_X86_64_ENC_H
#define JIT_X86_64_ENC_H
#include "base/types.h"
#include <string.h>

/* clang-format off */
enum gpr { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15, NOREG, RIP };
enum xmm { XMM0, XMM1, XMM2, XMM3, XMM4, XMM5, XMM6, XMM7, XMM8, XMM9, XMM10, XMM11, XMM12, XMM13, XMM14, XMM15 };
enum width { W8, W16, W32, W64 };   /* log2 of bytes */
enum cc { CC_o, CC_no, CC_b, CC_ae, CC_e, CC_ne, CC_be, CC_a, CC_s, CC_ns, CC_p, CC_np, CC_l, CC_ge, CC_le, CC_g };
static inline enum cc cc_not(enum cc cc) { return (enum cc)(cc ^ 1); }
/* clang-format on */

/* What the processor can do beyond SSE4.1 (cpu.c). */
enum {
    CPU_SSE41 = 1, CPU_AVX = 2, CPU_AVX2 = 4, CPU_BMI1 = 8, CPU_BMI2 = 16, CPU_LZCNT = 32, CPU_POPCNT = 64,
    CPU_MOVBE = 128, CPU_SSE42 = 256,
};
u32 cpu_features(void);

/* An address: base + (index << scale) + disp. base NOREG: none; RIP: disp is a label. */
struct mem {
    u8 base, index, scale;
    s32 disp;
};
static inline struct mem mem_b(enum gpr base, s32 disp) { return (struct mem){(u8)base, NOREG, 0, disp}; }
static inline struct mem mem_bx(enum gpr base, enum gpr index, unsigned scale, s32 disp) {
    return (struct mem){(u8)base, (u8)index, (u8)scale, disp};
}
static inline struct mem mem_label(u32 label) { return (struct mem){RIP, NOREG, 0, (s32)label}; }

/* A reference from the code to what lies outside of it; rel32 fields at pos (of the finished code). */
struct reloc {
    u32 pos;
    u32 sym;    /* the caller's number; ENC_ABS: the address below */
    u64 target;
};
enum { ENC_ABS = UINT32_MAX };

struct enc_fix;
struct enc_label;
struct enc_const;
struct enc {
    u8 *p, *lim;            /* next byte; where the buffer must grow */
    u8 *buf;
    size_t cap;
    u32 cpu;
    bool oom, done;         /* done: enc_finish() was called */
    bool harden; u64 key;   /* enc_harden() */
    u64 near_lo, near_hi;   /* where the code will be placed; both 0: not known, and no call is direct */
    u32 size;               /* after enc_finish(): bytes, constants included; a multiple of 16 */
    u32 code;               /* of these, instructions */
    struct enc_fix *fix; u32 nfix, cfix;
    struct enc_label *label; u32 nlabel, clabel;
    struct reloc *reloc; u32 nreloc, creloc;
    struct enc_const *con; u32 ncon, ccon;
    u32 *hash; u32 chash;   /* constants by content */
    u32 *table; u32 ntable, ctable;
    u8 *data; u32 ndata, cdata;
    u8 spare[64];           /* the buffer when there is no memory */
};

void enc_init(struct enc *e, u32 cpu);
/* From now on large immediates are blinded, and indirect jumps are retpolines (enc_hard.c). key: random. An instruction with a large immediate and a
 * memory operand, or with rdi, may use the stack: it must not be one that faults. */
void enc_harden(struct enc *e, u64 key);
u64 enc_key(struct enc *e);    /* another random number */
void enc_reset(struct enc *e); /* empty again; the memory is kept */
void enc_free(struct enc *e);
static inline u32 enc_pos(const struct enc *e) { return (u32)(e->p - e->buf); }

u32 enc_label(struct enc *e);
void enc_bind(struct enc *e, u32 label); /* it is here; once */
/* n bytes (4, 8 or 16) of constant data, equal ones kept once; a label, aligned to n. */
u32 enc_const(struct enc *e, const void *p, unsigned n);
/* n words of 32 bits, each the distance of a label from the table's begin; a label. */
u32 enc_table(struct enc *e, const u32 *label, u32 n);
void enc_align(struct enc *e, unsigned n); /* 4, 8, 16, 32 or 64, with long nops */

bool enc_finish(struct enc *e); /* false: out of memory, or more than 1 GiB */
u32 enc_label_pos(const struct enc *e, u32 label);           /* after enc_finish() */
/* Positions from enc_pos(), ascending, become those in the finished code; stride: bytes from one to the next. */
void enc_follow(const struct enc *e, u32 *pos, size_t n, size_t stride);
/* Copies the code to `to`, to be run at address `at`. What symbols are is left to the caller: e->reloc, whose fields hold 0. */
void enc_place(struct enc *e, u8 *to, u64 at);

/* --- integer instructions --- */

enum alu {
#define ALU(name, digit) ALU_##name = digit,
#include "engine/jit/x86_64/enc.def"
};
enum shift { /* by a number, or by cl */
#define SHIFT(name, digit) SH_##name = digit,
#include "engine/jit/x86_64/enc.def"
};
enum one { /* one operand, in place; mul and div: rdx:rax */
#define ONE(name, ...) ONE_##name,
#include "engine/jit/x86_64/enc.def"
};
enum two { /* d := op(s), imul: d := d * s */
#define TWO(name, ...) TWO_##name,
#include "engine/jit/x86_64/enc.def"
};
enum bmi { /* d := op(a, b), flags kept by shifts and mulx; b may be memory where the row says so, else a */
#define BMI(name, ...) BMI_##name,
#include "engine/jit/x86_64/enc.def"
};
enum bls { BLS_blsr = 1, BLS_blsmsk, BLS_blsi }; /* CPU_BMI1: without the lowest one; up to it; it alone */
enum bit { BIT_bt = 4, BIT_bts, BIT_btr, BIT_btc };
enum plain { /* no operands */
#define PLAIN(name, ...) PLAIN_##name,
#include "engine/jit/x86_64/enc.def"
};

/* add or adc sbb and sub xor cmp. Immediates take the shortest form. */
void x_alu_rr(struct enc *e, enum alu op, enum width w, enum gpr d, enum gpr s);
void x_alu_rm(struct enc *e, enum alu op, enum width w, enum gpr d, struct mem m);
void x_alu_mr(struct enc *e, enum alu op, enum width w, struct mem m, enum gpr s);
void x_alu_ri(struct enc *e, enum alu op, enum width w, enum gpr d, s32 imm);
void x_alu_mi(struct enc *e, enum alu op, enum width w, struct mem m, s32 imm);
/* With a number that no guest has chosen, or so small a part of one that it may stand in hardened code. */
void x_alu_ri_own(struct enc *e, enum alu op, enum width w, enum gpr d, s32 imm);
void x_test_rr(struct enc *e, enum width w, enum gpr a, enum gpr b);
void x_test_ri(struct enc *e, enum width w, enum gpr a, s32 imm);
void x_test_mr(struct enc *e, enum width w, struct mem m, enum gpr b);
void x_test_mi(struct enc *e, enum width w, struct mem m, s32 imm);

void x_mov_rr(struct enc *e, enum width w, enum gpr d, enum gpr s); /* W32 (clears the upper half) or W64 */
void x_mov_ri(struct enc *e, enum gpr d, u64 v);                     /* shortest mov; flags kept */
void x_mov_ri_own(struct enc *e, enum gpr d, u64 v);                 /* the same with a number that no guest has chosen */
void x_zero(struct enc *e, enum gpr d);                              /* xor: spends the flags */
void x_load(struct enc *e, enum width w, enum gpr d, struct mem m);  /* zero-extended to 64 bits */
void x_load_sx(struct enc *e, enum width from, enum width to, enum gpr d, struct mem m);
void x_store(struct enc *e, enum width w, struct mem m, enum gpr s);
void x_store_i(struct enc *e, enum width w, struct mem m, s32 imm);
void x_zx(struct enc *e, enum width from, enum gpr d, enum gpr s);   /* to 64 bits */
void x_sx(struct enc *e, enum width from, enum width to, enum gpr d, enum gpr s);
void x_lea(struct enc *e, enum width w, enum gpr d, struct mem m);   /* W32 or W64 */
void x_xchg_rr(struct enc *e, enum width w, enum gpr a, enum gpr b);
void x_bswap(struct enc *e, enum width w, enum gpr d);               /* W32 or W64 */
void x_movbe_rm(struct enc *e, enum width w, enum gpr d, struct mem m); /* CPU_MOVBE; W16 keeps the upper part of d */
void x_movbe_mr(struct enc *e, enum width w, struct mem m, enum gpr s);

void x_one_r(struct enc *e, enum one op, enum width w, enum gpr d);
void x_one_m(struct enc *e, enum one op, enum width w, struct mem m);
void x_two_rr(struct enc *e, enum two op, enum width w, enum gpr d, enum gpr s); /* W16 to W64 */
void x_two_rm(struct enc *e, enum two op, enum width w, enum gpr d, struct mem m);
void x_imul_rri(struct enc *e, enum width w, enum gpr d, enum gpr s, s32 imm);
void x_imul_rmi(struct enc *e, enum width w, enum gpr d, struct mem m, s32 imm);
void x_shift_ri(struct enc *e, enum shift op, enum width w, enum gpr d, unsigned n);
void x_shift_rc(struct enc *e, enum shift op, enum width w, enum gpr d); /* by cl */
void x_shift_mi(struct enc *e, enum shift op, enum width w, struct mem m, unsigned n);
void x_shift_mc(struct enc *e, enum shift op, enum width w, struct mem m);
void x_shd_rri(struct enc *e, bool left, enum width w, enum gpr d, enum gpr s, unsigned n); /* shld, shrd */
void x_shd_rrc(struct enc *e, bool left, enum width w, enum gpr d, enum gpr s);
void x_bit_rr(struct enc *e, enum bit op, enum width w, enum gpr d, enum gpr n);
void x_bit_ri(struct enc *e, enum bit op, enum width w, enum gpr d, unsigned n);
void x_bmi_rrr(struct enc *e, enum bmi op, enum width w, enum gpr d, enum gpr a, enum gpr b); /* W32 or W64 */
void x_bmi_rrm(struct enc *e, enum bmi op, enum width w, enum gpr d, enum gpr a, struct mem b); /* andn pdep pext mulx */
void x_bmi_rmr(struct enc *e, enum bmi op, enum width w, enum gpr d, struct mem a, enum gpr b); /* shlx shrx sarx bextr bzhi */
void x_bls_rr(struct enc *e, enum bls op, enum width w, enum gpr d, enum gpr s);
void x_rorx_rri(struct enc *e, enum width w, enum gpr d, enum gpr s, unsigned n);
void x_rorx_rmi(struct enc *e, enum width w, enum gpr d, struct mem m, unsigned n);

void x_setcc(struct enc *e, enum cc cc, enum gpr d); /* the low byte alone */
void x_setcc_m(struct enc *e, enum cc cc, struct mem m);
void x_cmov_rr(struct enc *e, enum cc cc, enum width w, enum gpr d, enum gpr s);
void x_cmov_rm(struct enc *e, enum cc cc, enum width w, enum gpr d, struct mem m);

void x_push(struct enc *e, enum gpr r);
void x_pop(struct enc *e, enum gpr r);
void x_push_m(struct enc *e, struct mem m);
void x_pop_m(struct enc *e, struct mem m);
void x_push_i(struct enc *e, s32 imm);

/* Atomic: with a lock prefix (xchg has it of itself). */
void x_xchg_mr(struct enc *e, enum width w, struct mem m, enum gpr r);
void x_lock_alu_mr(struct enc *e, enum alu op, enum width w, struct mem m, enum gpr s);
void x_lock_alu_mi(struct enc *e, enum alu op, enum width w, struct mem m, s32 imm);
void x_lock_one_m(struct enc *e, enum one op, enum width w, struct mem m); /* inc dec not neg */
void x_lock_xadd(struct enc *e, enum width w, struct mem m, enum gpr r);
void x_lock_cmpxchg(struct enc *e, enum width w, struct mem m, enum gpr r); /* rax against m */

void x_jmp(struct enc *e, u32 label);
void x_jcc(struct enc *e, enum cc cc, u32 label);
void x_call(struct enc *e, u32 label);
void x_jmp_r(struct enc *e, enum gpr r);
void x_jmp_m(struct enc *e, struct mem m);
void x_call_r(struct enc *e, enum gpr r);
void x_call_m(struct enc *e, struct mem m);
/* A function of the host: direct where it is in reach of near_lo .. near_hi, else through `by`, which is spent. */
void x_call_to(struct enc *e, const void *target, enum gpr by);
void x_jmp_to(struct enc *e, const void *target, enum gpr by);
bool enc_in_reach(const struct enc *e, const void *target);
/* Direct, to a place outside this code that the caller fills in: struct reloc. */
void x_call_sym(struct enc *e, u32 sym);
void x_jmp_sym(struct enc *e, u32 sym);
void x_jcc_sym(struct enc *e, enum cc cc, u32 sym);
void x_lea_sym(struct enc *e, enum gpr d, u32 sym);
void x_plain(struct enc *e, enum plain op);
void x_nop(struct enc *e, unsigned n); /* n bytes of it */

/* --- registers of 128 bits: VEX forms with CPU_AVX, else SSE4.1 --- */

/* Shapes of rows: V2 d := op(s); V2I with a byte; V3 d := op(a, b); V3I; VST memory := s; VSTI with a byte (to memory or a general
 * register); VSHI d := a shifted by a byte. Rows with 'g' in their operands have a general register there (enc.def). */
enum vop {
#define V2(name, ...) V_##name,
#define V2I(name, ...) V_##name,
#define V3(name, ...) V_##name,
#define V3I(name, ...) V_##name,
#define VST(name, ...) V_##name,
#define VSTI(name, ...) V_##name,
#define VSHI(name, ...) V_##name,
#include "engine/jit/x86_64/enc.def"
    V_COUNT
};
void v_rr(struct enc *e, enum vop op, unsigned d, unsigned s);
void v_rm(struct enc *e, enum vop op, unsigned d, struct mem m);
void v_mr(struct enc *e, enum vop op, struct mem m, unsigned s);
void v_rri(struct enc *e, enum vop op, unsigned d, unsigned s, unsigned imm); /* V2I; VSTI to a general register; VSHI */
void v_rmi(struct enc *e, enum vop op, unsigned d, struct mem m, unsigned imm);
void v_mri(struct enc *e, enum vop op, struct mem m, unsigned s, unsigned imm);
/* Without AVX: d == a, or d differs from b and a is copied to d first (the whole register). */
void v_rrr(struct enc *e, enum vop op, unsigned d, unsigned a, unsigned b);
void v_rrm(struct enc *e, enum vop op, unsigned d, unsigned a, struct mem m);
void v_rrri(struct enc *e, enum vop op, unsigned d, unsigned a, unsigned b, unsigned imm);
void v_rrmi(struct enc *e, enum vop op, unsigned d, unsigned a, struct mem m, unsigned imm);
/* d := mask's sign bits ? b : a, by bytes, floats or doubles. Without AVX: mask is xmm0, and d as above. */
enum blendv { BLENDV_b, BLENDV_ps, BLENDV_pd };
void v_blendv(struct enc *e, enum blendv op, unsigned d, unsigned a, unsigned b, unsigned mask);
/* movaps; nothing where d == s */
void v_mov(struct enc *e, unsigned d, unsigned s);

#endif
