/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* walk.h - blocks of a function in one kind or in two: what walk.c, which makes them, and copies.c share. */
#ifndef LLVM_PLUGIN_WALK_H
#define LLVM_PLUGIN_WALK_H
#include "engine/llvm/plugin/lower.h"

typedef int row_fn(struct lfunc *f, const struct insn *i);

/* Where blocks are entered, of one kind: f->blk and f->past while its code is made. */
struct ways {
    LLVMBasicBlockRef *blk, *past;
};
struct kinds {
    struct ways plain, slow, fast; /* plain: between blocks that are of one kind */
    LLVMBasicBlockRef *short_;     /* of each head: its slow block */
};
void use_ways(struct lfunc *f, struct ways w);

/* --- blocks --- */
int plain_block(struct lfunc *f, u32 b, bool look, row_fn *row);
int fast_block(struct lfunc *f, const struct kinds *k, u32 b, LLVMBasicBlockRef enter, row_fn *row);
int slow_block(struct lfunc *f, const struct kinds *k, u32 b, row_fn *row);

/* --- ways to them --- */
LLVMBasicBlockRef settled(struct lfunc *f, LLVMBasicBlockRef to, s64 owe);
LLVMBasicBlockRef refund(struct lfunc *f, u32 b, LLVMBasicBlockRef at, LLVMBasicBlockRef to);
LLVMBasicBlockRef slow_round(struct lfunc *f, const struct kinds *k, u32 b);

/* --- looks at fuel --- */
LLVMValueRef is_below(struct lfunc *f, s64 owe, u64 cost);
void leave_below(struct lfunc *f, u64 cost, LLVMBasicBlockRef slow);
bool asks(const struct lfunc *f, u32 h);
void count_rounds(struct lfunc *f, u32 h);

#endif
