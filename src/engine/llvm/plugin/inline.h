/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* inline.h - what eBPF functions call and code does in place.
 *
 *   inline_map.c    lookups in maps whose insides abi/map_layout.h tells
 *   inline_help.c   helpers of the runtime that are small, or touch nothing of a run
 *   inline_data.c   loads from maps that nobody writes any more
 *   inline_tail.c   tail calls into the same program
 *   inline_code.c   functions of the host that are there as bitcode */
#ifndef LLVM_PLUGIN_INLINE_H
#define LLVM_PLUGIN_INLINE_H
#include "engine/llvm/plugin/ebpf.h"

/* Is map one that inline_lookup looks in? */
bool inline_has_map(const struct lmodule *lm, u32 map);
LLVMValueRef inline_lookup(struct lfunc *f, u32 map, LLVMValueRef key); /* the result; key: where it stands */

/* A call of bpf_csum_diff whose lengths are known. */
struct inline_csum {
    struct inline_sum {
        u32 len;    /* 0: nothing is read */
        u32 origin; /* opt/origin.h */
    } from, to;
};
/* Told of each helper call at pc while origins are found. True: it is done in place, and its arguments are no
 * addresses, or such of the frame that are certain. */
bool inline_plan(struct lmodule *lm, u32 index, u32 pc, const struct helper *h, const u32 args[5]);
/* The call of h, bound as word kind and index, where it is done in place; NULL: it is not. */
LLVMValueRef inline_helper(struct lfunc *f, const struct helper *h, u32 kind, u32 index);
bool inline_keeps_fuel(const struct lfunc *f, u32 pc); /* the call of a helper there: done in place, and takes none */

/* A load that is a number; NULL: it is none. */
LLVMValueRef inline_number(struct lfunc *f, const struct insn *i);
void inline_fixed(struct lfunc *f, LLVMValueRef load, u32 region); /* it is certain to be in that region */
bool inline_has_constants(const struct lmodule *lm);

/* In front of a call of h: goes on in another function, where it is a tail call into one of the program. */
void inline_tail_call(struct lfunc *f, const struct helper *h);
bool inline_has_tail(const struct lmodule *lm, u32 index); /* the function has such a call */

/* A host's helper whose body is known: the result. h is word kind and index. */
bool inline_has_code(const struct lfunc *f, const struct helper *h);
LLVMValueRef inline_code(struct lfunc *f, const struct helper *h, u32 kind, u32 index);
bool inline_code_keeps_fuel(const struct lfunc *f, const struct helper *h);
void inline_now(struct lmodule *lm); /* puts small ones in place: before all passes, at every level */

#endif
