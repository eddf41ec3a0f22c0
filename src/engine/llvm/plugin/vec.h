/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* vec.h - words of the files of vectors, and of what vectors share with numbers. */
#ifndef LLVM_PLUGIN_VEC_H
#define LLVM_PLUGIN_VEC_H
#include "engine/llvm/plugin/lower.h"

/* How a v128 is looked at: integers of 8 to 64 bits, floats, doubles. */
enum lanes { L8, L16, L32, L64, LF, LD };
u32 lane_count(enum lanes l);
LLVMTypeRef lanes_type(const struct lmodule *lm, enum lanes l, u32 n);

LLVMValueRef vec_get(struct lfunc *f, u32 r, enum lanes l);
void vec_set(struct lfunc *f, u32 r, LLVMValueRef v); /* of any 16 bytes */
LLVMValueRef over(struct lfunc *f, const char *name, LLVMValueRef x,
                  LLVMValueRef y); /* an intrinsic of x's type; y: NULL or the second operand */
LLVMValueRef splat(struct lfunc *f, LLVMValueRef x, u32 n);
LLVMValueRef splat_int(struct lfunc *f, enum lanes l, s64 v);
LLVMValueRef pick_lanes(struct lfunc *f, LLVMValueRef x, u32 first, u32 step, u32 n);

/* fp.c: llvm.minimum or llvm.maximum of numbers or of vectors of them. */
LLVMValueRef extreme(struct lfunc *f, const char *name, LLVMValueRef x, LLVMValueRef y);

bool lower_lanes(struct lfunc *f, const struct insn *i); /* vec_lane.c: its rows; false: none of them */

#endif
