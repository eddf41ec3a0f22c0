/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* validate.h - the state of the validator, shared by its files and by constant expressions.
 *
 * The algorithm is that of the specification's appendix (A.3): a stack of operand types and a
 * stack of frames. A mismatch is kept by v->b.e and empties v->b, so the rules below just go
 * on and the loop over instructions ends by itself. */
#ifndef FRONT_WASM_VALIDATE_H
#define FRONT_WASM_VALIDATE_H
#include "base/buf.h"
#include "front/wasm/wasm.h"

enum frame_kind { FRAME_FUNC, FRAME_BLOCK, FRAME_LOOP, FRAME_IF, FRAME_ELSE };

struct frame {
    u32 height;         /* of the operand stack below the block */
    u32 block;          /* block type */
    u32 set;            /* of v->set below the block */
    u8 kind;
    bool unreachable;
};

struct run { u32 end, type; };          /* locals up to, not including, end */

enum { FAST_LOCALS = 1024 };

struct validator {
    const struct wasm_module *m;
    struct bytes b;
    struct wasm_insn i;                 /* the instruction, for messages too */
    u64 work;                           /* slow comparisons left, see spend() */
    bool constant;                      /* only constant instructions are allowed */
    u32 sp, base;                       /* operands; those of the innermost frame start at base */
    struct buf frames; u32 nframe;      /* struct frame */
    u32 room;                           /* operands that may stand, so that registers suffice for all */
    u32 nlocal, local_slots, first_unset;            /* first_unset: no local before it needs a value first */
    struct buf runs; u32 nrun;          /* struct run: all locals */
    struct buf set;                     /* u32: locals written in the open blocks that needed it */
    u64 is_set[(WASM_MAX_LOCALS + 63) / 64];
    u32 local[FAST_LOCALS];             /* types of the first ones */
    u32 stack[WASM_MAX_STACK];
};

/* A constant expression of type want at v->b, its end included. */
void check_const(struct validator *v, u32 want);

/* --- validate.c, for the rules --- */
int mismatch(struct validator *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
u32 pop_any(struct validator *v);
u32 pop_slow(struct validator *v, u32 want);
void push_full(struct validator *v);
void pop_types(struct validator *v, struct wasm_types t);
void push_types(struct validator *v, struct wasm_types t);
void peek_types(struct validator *v, struct wasm_types t);     /* pop, and push the same again */
bool type_fits(struct validator *v, u32 sub, u32 super);       /* wasm_type_match, paid for */

static inline void push(struct validator *v, u32 t) {
    if (likely(v->sp < v->room)) v->stack[v->sp++] = t;
    else push_full(v);
}

static inline u32 pop(struct validator *v, u32 want) {
    if (likely(v->sp > v->base && v->stack[v->sp - 1] == want)) {
        v->sp--;
        return want;
    }
    return pop_slow(v, want);
}

static inline struct frame *top(struct validator *v) {
    return (struct frame *)(void *)v->frames.data + (v->nframe - 1);
}

/* --- plain.c --- */
void plain_run(struct validator *v);    /* behind what is plain, and right */

/* --- the rules for rows of wasm.def marked "*"; the switch over them is in validate.c --- */
void rule_block(struct validator *v);   /* rules_ctl.c: block, loop, if, try_table */
void rule_else(struct validator *v);
void rule_end(struct validator *v);
void rule_branch(struct validator *v);  /* all that name one label */
void rule_br_table(struct validator *v);
void rule_return(struct validator *v);
void rule_call(struct validator *v);    /* all six */
void rule_throw(struct validator *v);   /* throw, throw_ref */
void set_unreachable(struct validator *v);
void push_frame(struct validator *v, enum frame_kind kind, u32 block);

void rule_select(struct validator *v);  /* rules_obj.c */
void rule_select_t(struct validator *v);
void rule_global(struct validator *v);
void rule_table(struct validator *v);   /* all that name tables */
void rule_memory_copy(struct validator *v);
void rule_ref(struct validator *v);     /* ref.null, is_null, func, as_non_null */
u32 pop_ref(struct validator *v);       /* (ref bottom) in dead code */
u32 table_address(struct validator *v, u32 table);
u32 memory_address(struct validator *v, u32 memory); /* 'I' or 'L'; fails when there is no such memory */

#endif
