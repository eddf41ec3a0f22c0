/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* unwind.c - how frames of our code are unwound, as instructions of DWARF's call frame information (System V ABI,
 * AMD64, 3.6.2 for numbers of registers). Exact behind the prologue, and within it; in epilogues and thunks where calls
 * are made. */
#include "abi/ctx.h"
#include "engine/jit/gdb.h"
#include "engine/jit/typed.h"
#include "engine/jit/x86_64/emit.h"
#include "engine/jit/x86_64/pass.h"

enum {
    DW_CFA_def_cfa = 0x0c,
    DW_CFA_def_cfa_offset = 0x0e,
    DW_CFA_def_cfa_expression = 0x0f,
    DW_CFA_advance_loc4 = 0x04,
    DW_CFA_offset = 0x80,
    DW_OP_deref = 0x06,
    DW_OP_plus_uconst = 0x23,
    DW_OP_breg0 = 0x70,
};
static const u8 dwarf[16] = {0, 2, 1, 3, 7, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15};

static void op(struct buf *b, u32 v) {
    u8 x = (u8)v;
    buf_add(b, &x, 1);
}
static void uleb(struct buf *b, u32 v) {
    do
        op(b, (v & 127) | (v > 127 ? 128 : 0));
    while (v >>= 7);
}
static void advance(struct buf *b, u32 n) {
    op(b, DW_CFA_advance_loc4);
    buf_u32(b, n);
}
static void frame_is(struct buf *b, u32 bytes) {
    op(b, DW_CFA_def_cfa_offset);
    uleb(b, bytes);
}
/* Register r was saved n words below the frame's begin. */
static void saved(struct buf *b, u32 r, u32 n) {
    op(b, DW_CFA_offset | dwarf[r]);
    uleb(b, n);
}

static u32 push_len(u32 r) {
    return r < 8 ? 1 : 2;
}

static void function(struct buf *b, const struct jbody *body) {
    u32 cfa = 8;
    advance(b, body->pushes);
    for (u32 r = 16; r-- > 0;)
        if (body->pushed >> r & 1) {
            advance(b, push_len(r));
            frame_is(b, cfa += 8);
            saved(b, r, cfa / 8);
        }
    if (body->frame) {
        advance(b, body->frame < 128 ? 4 : 7);
        frame_is(b, cfa + body->frame);
    }
}

/* [[ctx.run] + field] + more: where the other stack stands. */
static void other_stack(struct buf *b, u32 field, u32 more) {
    struct buf e = {0};
    op(&e, DW_OP_breg0 + dwarf[CTX]);
    op(&e, (u32)(offsetof(struct ctx, run) & 127) | 128); /* a signed number of two bytes */
    op(&e, (u32)(offsetof(struct ctx, run) >> 7));
    op(&e, DW_OP_deref);
    op(&e, DW_OP_plus_uconst);
    uleb(&e, field);
    op(&e, DW_OP_deref);
    op(&e, DW_OP_plus_uconst);
    uleb(&e, more);
    op(b, DW_CFA_def_cfa_expression);
    uleb(b, (u32)e.len);
    buf_add(b, e.data, e.len);
    b->oom |= e.oom;
    buf_free(&e);
}
_Static_assert(offsetof(struct ctx, run) < 1 << 13, "two bytes");

static void thunk(struct buf *b, enum jit_thunk kind) {
    static const u8 kept[] = {RBP, RBX, R12, R13, R14, R15};
    switch (kind) {
    case THUNK_ENTER:
    case THUNK_FIRST: /* push r15, push r14, sub rsp, room: a byte */
        advance(b, 2);
        frame_is(b, 16);
        saved(b, R15, 2);
        advance(b, 2);
        frame_is(b, 24);
        saved(b, R14, 3);
        advance(b, 4);
        frame_is(b, 24 + (kind == THUNK_ENTER ? ENTER_ROOM : FIRST_ROOM));
        break;
    case THUNK_TYPED_ENTER: /* six pushes, sub rsp, 8: run.host_sp */
        for (u32 k = 0, cfa = 8; k < COUNT(kept); k++) {
            advance(b, push_len(kept[k]));
            frame_is(b, cfa += 8);
            saved(b, kept[k], cfa / 8);
        }
        advance(b, 8); /* sub, and the store of rsp */
        other_stack(b, offsetof(struct typed_run, host_sp), 8 + 6 * 8 + 8);
        break;
    case THUNK_SERVICE: /* four pushes: run.sp */
        for (u32 k = 0; k < 4; k++)
            saved(b, jit_kept[k], k + 2);
        other_stack(b, offsetof(struct typed_run, sp), 4 * 8 + 8);
        break;
    case THUNK_BETWEEN: other_stack(b, offsetof(struct typed_run, sp), SAVED_BYTES + 8); break;
    case THUNK_NONE: break;
    }
}

void x86_64_unwind(struct buf *b, const struct jit_piece *p) {
    if (!p) { /* at the first instruction of anything */
        op(b, DW_CFA_def_cfa);
        uleb(b, dwarf[RSP]);
        uleb(b, 8);
        op(b, DW_CFA_offset | 16);
        uleb(b, 1);
    } else if (p->body) {
        function(b, p->body);
    } else {
        thunk(b, p->thunk);
    }
}
