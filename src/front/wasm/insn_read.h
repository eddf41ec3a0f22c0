/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* insn_read.h - the body of wasm_insn_read(), for insn.c and, with the kind of immediate known, for the validator.
 *
 * There one switch then both reads an instruction and types it: with two, the second indirect
 * jump is mispredicted as often as the first, and validation takes 1.2 times as long. (A case for
 * each row instead of each kind of immediate was a tenth faster yet, and took a minute to compile.) */
#ifndef FRONT_WASM_INSN_READ_H
#define FRONT_WASM_INSN_READ_H
#include "front/wasm/wasm.h"

/* Code to row: the opcode bytes, then the four prefixes, PAGE_SIZE codes each. */
enum { PAGE_SIZE = 0x120 };
enum { AT_BASE, AT_FB = PAGE_SIZE, AT_FC = 2 * PAGE_SIZE, AT_FD = 3 * PAGE_SIZE, AT_FE = 4 * PAGE_SIZE };
extern const u16 insn_rows[5 * PAGE_SIZE];

u32 insn_prefixed(struct bytes *b, const u8 *at);       /* the row behind a prefix byte; W_illegal: failed */
u32 insn_block_type(const struct wasm_module *m, struct bytes *b);
void insn_labels(struct bytes *b, struct wasm_insn *i);
void insn_catches(struct bytes *b, struct wasm_insn *i);
void insn_select_types(const struct wasm_module *m, struct bytes *b, struct wasm_insn *i);
void insn_memarg_long(struct bytes *b, struct wasm_insn *i);
/* Says why not, where the instruction is not to be had. */
bool insn_refused(const struct wasm_module *m, struct bytes *b, const struct wasm_insn *i);

#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE bool read_opcode(const struct wasm_module *m, struct bytes *b, struct wasm_insn *i) {
    if (unlikely(b->p == b->end)) {
        bad_end(b);
        return false;
    }
    i->at = b->p;
    i->op = insn_rows[*b->p++];
    if (unlikely(!i->op) && !(i->op = (u16)insn_prefixed(b, i->at))) return false;
    return likely(m->features >> wasm_op[i->op].feature & 1) || !insn_refused(m, b, i);
}

/* The alignment with the flag of a memory index, and the offset: 5.4.6. */
ALWAYS_INLINE void read_memarg(struct bytes *b, struct wasm_insn *i) {
    if (likely(left(b) >= 2 && b->p[0] < 64 && b->p[1] < 0x80)) {
        i->x = *b->p++;
        i->y = 0;
        i->imm = *b->p++;
    } else {
        insn_memarg_long(b, i);
    }
}

ALWAYS_INLINE void read_float(struct bytes *b, struct wasm_insn *i, u32 n) {
    const u8 *p = leb_bytes(b, n);

    i->imm = 0;
    while (p && n--) i->imm = i->imm << 8 | p[n];
}

ALWAYS_INLINE bool read_immediates(const struct wasm_module *m, struct bytes *b, struct wasm_insn *i,
                                   enum wasm_imm imm) {
    switch (imm) {
    case IMM_NONE: return true;
    case IMM_REFUSED: return !insn_refused(m, b, i);
    case IMM_BLOCK: i->x = insn_block_type(m, b); break;
    case IMM_TRY:
        i->x = insn_block_type(m, b);
        insn_catches(b, i);
        break;
    case IMM_LABELS: insn_labels(b, i); break;
    case IMM_LABEL: case IMM_FUNC: case IMM_TYPE: case IMM_LOCAL: case IMM_GLOBAL: case IMM_TABLE: case IMM_ELEM:
    case IMM_DATA: case IMM_TAG:
        i->x = leb_u32(b);
        break;
    case IMM_MEM: i->y = leb_u32(b); break;
    case IMM_CALLI: case IMM_TABLES: case IMM_TINIT: case IMM_MEMS: case IMM_MINIT:
        i->x = leb_u32(b);
        i->y = leb_u32(b);
        break;
    case IMM_HEAP: i->x = VT_REF | VT_NULL | wasm_read_heaptype(m, b); break;
    case IMM_SELT: insn_select_types(m, b, i); break;
    case IMM_I32: i->imm = (u64)(s64)leb_s32(b); break;
    case IMM_I64: i->imm = (u64)leb_s64(b); break;
    case IMM_F32: read_float(b, i, 4); break;
    case IMM_F64: read_float(b, i, 8); break;
    case IMM_V128: case IMM_SHUFFLE: i->ext = leb_bytes(b, 16); break;
    case IMM_FENCE:
        if (take_u8(b)) bad(b, E_FORMAT, i->at, "zero byte expected after atomic.fence");
        break;
    case IMM_LANE2: case IMM_LANE4: case IMM_LANE8: case IMM_LANE16: i->x = take_u8(b); break;
    case IMM_ACC0: case IMM_ACC1: case IMM_ACC2: case IMM_ACC3: case IMM_ACC4:
    case IMM_ATM0: case IMM_ATM1: case IMM_ATM2: case IMM_ATM3:
        read_memarg(b, i);
        break;
    case IMM_ALN0: case IMM_ALN1: case IMM_ALN2: case IMM_ALN3:
        read_memarg(b, i);
        i->n = take_u8(b);
        break;
    }
    return !b->e->code;
}

#endif
