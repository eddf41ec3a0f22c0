/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* values.h - the walk that makes values of registers: what values.c and sites.c share. */
#ifndef ENGINE_JIT_VALUES_H
#define ENGINE_JIT_VALUES_H
#include "engine/jit/image.h"
#include "engine/jit/jit.h"

enum { NO_HOME = NO_VALUE - 1 };
enum { HIGH = 3, NCLASS = 4 }; /* the second register of a v128, as a class of its own */

struct cur {
    u32 stamp;
    u16 v;
    u8 cls;
};

struct walk {
    struct unit *u;
    struct insn *code;
    struct cur *cur; /* of each register, in the block `stamp`: of those that it has to do with */
    u32 stamp;
    const u64 *in;   /* of that block: registers that are live where it begins; */
    u64 *touched;    /* those that have a cur. Of the others plain ones hold what crosses edges */
    u16 (*global)[VAL_VEC + 1]; /* of each register and class; NO_VALUE: none yet */
    u64 *any;                   /* registers that may hold any class */
    u64 *plain, *seen;          /* those of one class, in one register; of them, live at the start of a block so far */
    u16 *home;                  /* of each of these: global[][] of its class; NO_HOME: none, or no such */
    u8 **in_cls; /* of each block: classes of those of them that are live there, in order; NULL: nobody said */
    u32 pc, b, weight, cap, clist, csite;
    u64 *set;           /* of registers, for now and then */
    struct buf cleared; /* look_behind() */
    u32 ncleared;
    bool homes;
};

#define EACH_BIT(set, nword, r)                                                                                        \
    for (u32 word_ = 0; word_ < (nword); word_++)                                                                      \
        for (u64 bits_ = (set)[word_]; bits_ && ((r = (u16)(word_ * 64 + (u32)__builtin_ctzll(bits_))), true);         \
             bits_ &= bits_ - 1)

/* --- values.c --- */
bool value_no_room(struct walk *w); /* false: the error is set */
u8 value_class(char type);
char value_letter(const struct walk *w, u16 reg);
struct cur *value_held(struct walk *w, u16 reg);   /* what register reg holds; NO_VALUE: nothing that anybody reads */
u16 value_use(struct walk *w, u16 reg, char type); /* reads reg as a value of that type */
u16 value_define(struct walk *w, u16 reg, u8 cls, bool zext);
void value_merge(struct walk *w, u16 reg); /* what reg holds crosses edges */
void value_cross(struct walk *w, const u64 *set,
                 u32 upto);             /* so do all in the set, and live up to number `upto` at least */
void value_tell(struct walk *w, u32 s); /* to block s, what registers of any class are */
bool value_is_any(const struct walk *w, u16 reg);

/* --- sites.c --- */
struct site *site_new(struct walk *w);
void site_list_add(struct walk *w, u16 v);
void site_look_behind(struct walk *w, u32 b); /* before block b is walked */
void site_caught(struct walk *w);             /* an exception may leave here */
void site_window(struct walk *w, const struct insn *i);
void site_convention(struct walk *w, const struct insn *i); /* calls of eBPF, and exit */
struct hints {
    u32 gpr, xmm;
};
void site_hint(struct walk *w, u16 v, u8 cls,
               struct hints *h); /* the register in which the next argument of that class passes */

#endif
