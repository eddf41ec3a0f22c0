/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* jit.h - the one-pass compiler, as far as it knows of no machine.
 *
 *   cfg (ir) -> live (ir) -> values.c -> alloc.c -> the machine's emit -> code in place
 *
 * A function on its way is a struct unit. Registers become *values*: a range of one register within a block is a
 * value of its own, what crosses the edges of blocks is one value for each register. Each value lives in one place from its first
 * instruction to its last: a register of the machine, a slot of the frame, or nowhere, where it is a constant. So
 * there are no moves at block edges, and emitting is one forward walk.
 *
 * eBPF functions of r0 to r10 skip both steps: value r is register r, and the machine says where each lives.
 * Functions of more values than a u16 tells apart, those that read halves of a v128, and those whose registers are to be
 * seen exactly (link_view.exact_regs) keep each register r in slot r of the frame ("homes"). */
#ifndef ENGINE_JIT_JIT_H
#define ENGINE_JIT_JIT_H
#include "abi/engine.h"
#include "base/arena.h"
#include "ir/cfg.h"
#include "ir/facts.h"
#include "ir/live.h"
#include "ir/module.h"
#include "opt/opt.h"
#include "opt/origin.h"

enum { NO_VALUE = 0xffff, NO_REG = 0xff };
static const u32 ALL_FUNCS = UINT32_MAX, NO_FUNC = UINT32_MAX - 1; /* in place of a function */

enum val_class { VAL_INT, VAL_FLT, VAL_VEC }; /* general register; scalar in a vector register; v128 */
enum val_where {
    IN_NOTHING, /* nobody reads it */
    IN_GPR,
    IN_XMM,
    IN_SLOT,    /* frame slot `slot` (8 bytes; a v128 two) */
    IN_CODE,    /* a constant: bits */
};
enum {
    VALUE_ONCE = 1,   /* one definition, one use, both in one block: may be fused */
    VALUE_ZEXT = 2,   /* every definition leaves the upper half zero */
    VALUE_CROSS = 4,  /* lives across block edges */
    VALUE_KEPT = 8,   /* lives across a call that spoils registers */
    VALUE_CONST = 32, /* bits is all that is ever written to it */
    VALUE_CHANGED = 64, /* an instruction reads it and leaves another value in it */
    VALUE_MIXED = 16, /* written as a float and read as an integer, or the other way: in the frame, zero-extended */
};

struct value {
    u8 cls, where, reg; /* reg: of the machine */
    u8 flags;
    u16 same;           /* NO_VALUE, or the value that it is a part of: its place counts */
    u8 hint;            /* register it would best be in, or NO_REG */
    u8 uses;            /* up to 255 */
    u32 slot;
    u32 first, last;    /* numbers of instructions, 1 the first: lives from behind first to last. 0: at entry */
    u32 weight;         /* uses and definitions, by loop depth */
    u64 bits;           /* IN_CODE */
};

/* An instruction that takes or leaves values beside a, b, c (calls of functions and helpers, ret, throw, exnarg, the
 * tail calls; those that read a register which no field names: cmpxchg r0, macmp and mawait a + 1), or for which a machine may need registers of its own (divisions). Lists stand in unit.list. A v128 stands in the first of its two slots, NO_VALUE in the second. */
struct site {
    u32 pc;
    u32 in, nin;        /* list[in ..]: the window's slots, or r1 .. r5; NO_VALUE: nothing was ever written there, so 0 */
    u32 out, nout;      /* results by slot, or r0; NO_VALUE: nobody reads it */
    u32 zero, nzero;    /* values that are 0 behind it */
    u32 gpr, xmm;       /* registers of the machine that hold what lives on behind it, results excluded */
};

enum { LAST_A = 1 }; /* unit.last: nobody reads the result */

/* Registers that an instruction of a unit that is `fixed` reads and writes, a bit each; whether it has a site. */
struct touched { u16 in, out : 15, site : 1; };

/* What instructions of a unit ask for, found before any step looks for them: most functions have little of it. */
enum {
    HAS_CALL = 1, /* of helpers and functions */
    HAS_MAY = 2,  /* may_goto */
    HAS_GROW = 4, /* memgrow */
    HAS_TOP = 8,  /* a shift that leaves the highest byte: where a count of bits ends */
};

struct buf;
struct jit_piece;
struct machine;
struct jimage;
struct ctxtype;
struct unit {
    const struct machine *mc;
    struct jimage *im;
    const struct link_view *l;
    const struct func *f;
    u32 index;                 /* of f in the module */
    bool typed;                /* f->typed */
    bool wanted;               /* of eBPF: it is one of those that are compiled now */
    bool fixed;                /* values are r0 .. r10, where the machine has them */
    bool homes;                /* value r is register r, in slot r */
    bool all_live;             /* of them: too large for sets of registers: what is to be 0 is cleared from the first on, in a loop */
    struct cfg g;
    struct live live;
    struct origins o;          /* of eBPF functions */
    struct opt opt;            /* of units that are `fixed` */
    const struct ctxtype *ctx; /* of the programs that may run it, where that is one; else NULL */
    const struct fact *fact;   /* of each instruction; NULL: nothing was proven */
    const struct insn *code;   /* nslot; registers are values */
    struct touched *touched;   /* of each instruction, of units that are `fixed` */
    u8 *last;                  /* LAST_* of each instruction, of units that are `fixed` */
    u8 *loop;                  /* depth of each block */
    u8 has;                    /* HAS_*, of eBPF functions */
    u32 *access; u32 naccess;  /* of these: instructions that touch host memory, ascending */
    struct value *val; u32 nval;
    u16 *param; u32 nparam;    /* values that the parameters' slots begin as; NO_VALUE: not read */
    u16 *zero; u32 nzero;      /* values that are 0 at entry */
    u16 *caught;               /* of each handler: the value that its exception comes in, or NO_VALUE */
    struct site *site; u32 nsite; /* ascending by pc */
    u16 *list; u32 nlist;
    u32 nslot;                 /* of the frame */
    u32 used_gpr, used_xmm;    /* registers of the machine that values live in */
    bool calls;                /* has a site that spoils registers */
    struct arena *tmp;
    struct error *e;
};

/* What alloc.c has to know of a machine. Masks are by register number. */
struct machine {
    const char *name;
    u32 gpr, xmm;              /* may hold values */
    u32 kept_gpr, kept_xmm;    /* of these: kept by callees */
    u8 ebpf[NREG_EBPF];        /* where r0 .. r10 live */
    u8 arg_gpr[8], narg_gpr;   /* parameters of typed functions, in order; and results */
    u8 arg_xmm[8], narg_xmm;
    u8 ret_gpr, ret_xmm;       /* the first result of each class */
    bool (*usable)(void);
    u8 stop;                   /* a byte: many of it stop whoever runs them */
    u16 elf_machine; u8 dwarf_return; /* EM_*; what DWARF calls the return address */
    void (*unwind)(struct buf *b, const struct jit_piece *p); /* call frame information of a piece of code (gdb.h); NULL: of all */
    /* eBPF functions, and what they share, as one piece of code: all, or those without code that `root` reaches by calls; NO_FUNC: what they share
     * alone. Any thread, as below. */
    int (*ebpf_functions)(struct jimage *im, u32 root, struct error *e);
    int (*typed_thunks)(struct jimage *im, struct error *e); /* what typed functions share */
    /* Code for one of them, whose instructions stand. Any thread; it takes the image's lock itself, and nothing is done where
     * another was faster. */
    int (*typed_function)(struct jimage *im, u32 f, struct error *e);
};
extern const struct machine x86_64_machine;

/* unit.c: functions on their way. */
int jit_unit(struct unit *u); /* g, live, fact; mc, im, l, f, index, tmp and e are set */
/* Of those of the n functions that are wanted: origins of arguments over all calls, of what hosts give programs that begin with root (ALL_FUNCS: any
 * of them), then of each function. */
int jit_origins(struct unit *units, u32 n, u32 root, struct arena *a, struct error *e);

bool jit_has_site(u16 op);
bool jit_calls_rt(u16 op); /* of typed functions: calls C, or a function that may */
int jit_homes(struct unit *u); /* homes.c: the same for units whose values are registers */
/* values.c: names values, finds their classes, fills sites. Needs g and live. */
int jit_values(struct unit *u);
/* fixed.c: the same for units that are `fixed`. */
int jit_fixed_values(struct unit *u);
int jit_fixed_live(struct unit *u); /* live, before */
/* alloc.c: gives each value its place. gpr, xmm: registers of the machine that are free for it in this function. */
int jit_alloc(struct unit *u, u32 gpr, u32 xmm);
static inline const struct value *value_of(const struct unit *u, u32 v) {
    const struct value *x = &u->val[v];
    return x->same == NO_VALUE ? x : &u->val[x->same];
}

/* moves.c: moves that happen at once, as a sequence. Places are numbers of the caller's; `spare` stands for a place that
 * holds nothing, and breaks cycles. Each place is the target of one move at most. Returns how many of out
 * (room for 2 * n) were written. */
struct move { u16 to, from; u8 cls, tag; };
u32 jit_order_moves(struct move *m, u32 n, const u16 spare[3], struct move *out);

#endif
