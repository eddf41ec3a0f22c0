/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* slot.h - the bits of a slot. For isa/ itself and for front ends that patch raw slots.
 *
 *   narrow   |  imm32             | off16 | src4 dst4 | code8 |
 *   wide     |  c16   |   b16     |  a16  |   sub8    | code8 |
 *   bits      63     48 47      32 31   16 15        8 7      0 */
#ifndef ISA_SLOT_H
#define ISA_SLOT_H
#include "base/types.h"

static inline u8 slot_code(u64 s) {
    return (u8)s;
}
static inline u8 slot_dst(u64 s) {
    return s >> 8 & 15;
}
static inline u8 slot_src(u64 s) {
    return s >> 12 & 15;
}
static inline s16 slot_off(u64 s) {
    return (s16)(s >> 16);
}
static inline s32 slot_imm(u64 s) {
    return (s32)(s >> 32);
}
static inline u8 slot_sub(u64 s) {
    return (u8)(s >> 8);
}
static inline u16 slot_a(u64 s) {
    return (u16)(s >> 16);
}
static inline u16 slot_b(u64 s) {
    return (u16)(s >> 32);
}
static inline u16 slot_c(u64 s) {
    return (u16)(s >> 48);
}

static inline u64 slot_make(u8 code, u32 dst, u32 src, s16 off, s32 imm) {
    return (u64)(u32)imm << 32 | (u64)(u16)off << 16 | (u64)(src & 15) << 12 | (dst & 15) << 8 | code;
}
static inline u64 slot_wide(u8 code, u8 sub, u16 a, u16 b, u16 c) {
    return (u64)c << 48 | (u64)b << 32 | (u64)a << 16 | (u64)sub << 8 | code;
}

/* Opcode bytes that more than one file of isa/ or front/ names. */
enum {
    CODE_LDDW = 0x18,
    CODE_JA = 0x05,
    CODE_JA32 = 0x06,
    CODE_CALL = 0x85,
    CODE_CALLX = 0x8d,
    CODE_EXIT = 0x95,
    CODE_GOTOX = 0x0d,
    CODE_MAY_GOTO = 0xe5,
    CODE_MOV64I = 0xb7,
    CODE_MOV32I = 0xb4,
    CODE_MOV64 = 0xbf,
};
/* What the source field of CODE_LDDW says of its immediate (RFC 9669, 5.4). */
enum { LD_CONST, LD_MAP_FD, LD_MAP_FD_VALUE, LD_SYM, LD_FUNC, LD_MAP, LD_MAP_VALUE };
/* And the source field of CODE_CALL. */
enum { CALL_HELPER, CALL_LOCAL, CALL_IMPORT };
/* Sub-opcodes of the wide pages whose rows are decoded by hand. */
enum { SUB_CONST64, SUB_MOV64I, SUB_MOV32I };
enum { SUB_JA, SUB_EXIT, SUB_SELECT, SUB_TRAP, SUB_MEMSIZE, SUB_MEMGROW, SUB_BRTAB, SUB_FENCE };
enum { SUB_VCONST = 0x00c, SUB_SHUFFLE = 0x00d, SUB_VSELECT = 0x181 }; /* numbered as in simd.def */
enum { SUB_LONG = 0x80 }; /* of conditional jumps: the target stands in the second slot */
/* imm32 of the address space casts: destination space << 16 | source space. */
enum { CAST_KERN = 0x1, CAST_USER = 0x10000 };

#endif
