/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed.h - typed functions as LLVM IR: what their files share.
 *
 *   typed.c       modules: which functions there are, what hosts enter; a function from begin to end
 *   typed_split.c functions that call themselves, in two
 *   typed_pass.c  how values pass: registers, windows, results
 *   typed_call.c  calls, tail calls, returns, exceptions
 *   typed_mem.c   accesses of linear memories       typed_atomic.c  atomic ones
 *   typed_obj.c   globals, tables, references, operations on objects that rt makes
 *
 * A function is   results (cx, its caller's sp, fuel where it is counted, parameters...)   in the convention of
 * typed_module.convention; its own sp, the slot in the stack of places (abi/native.h), is the one below: so a register
 * holds one of them. It returns the fuel that is left, and one result, or two numbers; more, and vectors among several,
 * come back in the window at cx->slot_sp. So cx->fuel is valid when the environment is called, and not in between. Where
 * LLVM makes no tail calls between functions of several types, which is on RISC-V, parameters and all results of modules
 * that have them pass in that window, too. */
#ifndef LLVM_PLUGIN_TYPED_H
#define LLVM_PLUGIN_TYPED_H
#include "abi/object.h"
#include "engine/llvm/plugin/lower.h"

struct typed_module {
    unsigned convention;
    bool pinned;             /* cx passes in a register of its own */
    bool windowed;           /* parameters and results pass in the window at cx->slot_sp: all functions are of one type */
    bool guarded;            /* accesses of memory 0 are left to the processor */
    bool throws;             /* NATIVE_THROWS: some function has a handler */
    u8 *may_throw, *exposed; /* of each function; exposed: its address gets out */
    LLVMTypeRef *type;       /* of functions of each type; NULL: not made yet */
    LLVMValueRef *enter;     /* of each type: what goes from slots to a function and back; NULL: not made yet */
    LLVMValueRef code;       /* an array of all functions' addresses; NULL: nobody asked for it yet */
};
static inline struct typed_module *typed_of(const struct lmodule *lm) {
    return lm->typed;
}

enum { FIRST_PARAM = 3 }; /* at most so many arguments in front of the parameters */

struct zeros {
    u32 first, n;
};
struct ltyped {
    const struct deftype *type;
    LLVMValueRef sp;
    LLVMValueRef above;      /* the caller's sp */
    LLVMBasicBlockRef noted; /* the block in which cx->fuel is up to date (typed_mem.c) */
    u32 at;                  /* the block of which `dead` and `zeros` tell */
    u64 *set;                /* as the backward walk of a block has it */
    u8 *dead;                /* of each instruction: nobody reads what it loads */
    struct zeros *zeros;     /* of each instruction that is a call: registers to clear behind it, in `clear` */
    u16 *clear;
    u32 nclear, cclear;
};

/* --- typed_pass.c --- */
LLVMTypeRef function_type(struct lmodule *lm, u32 type);
/* How many results do not come back in a window: 0 (they do, or there is none), 1, 2. */
u32 direct_results(const struct lmodule *lm, const struct deftype *t);
LLVMTypeRef result_type(const struct lmodule *lm, const struct deftype *t);
/* n values of these types from or to registers from a on. */
void window_get(struct lfunc *f, u32 a, const u32 *vt, u32 n, LLVMValueRef *v);
void window_set(struct lfunc *f, u32 a, const u32 *vt, u32 n, const LLVMValueRef *v);
/* The same from and to memory at `slot`. */
LLVMValueRef slot_get(struct lfunc *f, LLVMValueRef slot, u32 at, char letter);
void slot_set(struct lfunc *f, LLVMValueRef slot, u32 at, char letter, LLVMValueRef v);
void slots_get(struct lfunc *f, LLVMValueRef slot, const u32 *vt, u32 n, LLVMValueRef *v);
void slots_set(struct lfunc *f, LLVMValueRef slot, const u32 *vt, u32 n, const LLVMValueRef *v);
LLVMValueRef out_window(struct lfunc *f);                 /* cx->slot_sp */
LLVMValueRef fuel_of(struct lfunc *f, LLVMValueRef call); /* that is left after a call */
/* What a call gave, taken apart: v has t->nresult values. */
void results_of(struct lfunc *f, const struct deftype *t, LLVMValueRef call, LLVMValueRef *v);
void return_values(struct lfunc *f, const struct deftype *t, const LLVMValueRef *v); /* ends the block */
void return_nothing(struct lfunc *f, const struct deftype *t); /* the same, where nobody looks at them */

/* --- typed_split.c --- */
enum { MOST_HEAD = 12, MOST_PASSED = 12 };
struct split {
    LLVMValueRef rest;              /* NULL: the function is not split */
    LLVMTypeRef type;               /* of rest */
    LLVMValueRef whole;             /* where fuel may not suffice for the head: all of the function; NULL: it is not counted */
    u64 most;                       /* what the head's longest way costs, and to enter the border */
    u32 border;                     /* the block that rest begins with */
    u32 head[MOST_HEAD], nhead;     /* the blocks in front of it, the first one first */
    u16 reg[MOST_PASSED]; u32 nreg; /* registers that it is given */
};
int split(struct lfunc *f, struct split *s); /* of f its graph is filled alone */
void take_passed(struct lfunc *f, const struct split *s, u32 param); /* in rest: its registers, from that parameter on */
int walk_head(struct lfunc *f, const struct split *s, int (*row)(struct lfunc *f, const struct insn *i));

/* --- typed.c --- */
LLVMValueRef typed_function(struct lmodule *lm, u32 index, const char *suffix, LLVMTypeRef t);
void context_register(const struct lmodule *lm, LLVMValueRef fn, bool call); /* fn: a function, or a call of one */
LLVMValueRef code_table(struct lmodule *lm);
void clear_registers(struct lfunc *f); /* those that are 0 behind the call at f->pc */

/* --- rows --- */
bool lower_memory(struct lfunc *f, const struct insn *i); /* of functions of eBPF's kind as well */
bool lower_atomic(struct lfunc *f, const struct insn *i);
bool lower_call(struct lfunc *f, const struct insn *i);
bool lower_object(struct lfunc *f, const struct insn *i);
/* Where memory m [register b + off] is, as bytes `size` that may be accessed; what traps stands in front. */
LLVMValueRef memory_place(struct lfunc *f, u32 m, u32 b, u64 off, u32 size);
/* The whole address b + off; traps where it overflows. */
LLVMValueRef memory_index(struct lfunc *f, u32 m, u32 b, u64 off);
bool is_memory64(const struct lfunc *f, u32 m);
LLVMValueRef call_object(struct lfunc *f, u16 op, u32 x, u32 y, LLVMValueRef a, LLVMValueRef b, LLVMValueRef c);

#endif
