/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* emit.h - from a unit to machine code: what the rows of x86-64 share.
 *
 *   rsp   the machine's stack; slot k of the frame is [rsp + 8 * k], and rsp stays where it is between prologue and epilogue
 *   r15   struct ctx *
 *   r14   linear memory 0 in typed functions that use one (MEMORY); r10 of eBPF functions
 *   r11   fuel, where it is counted: ctx.fuel is spilled to around calls that leave generated code; of eBPF functions less FUEL_KEPT
 *   rdi, r10, xmm14, xmm15      scratch: free between instructions, for whoever emits one
 *   rax rsi rdx rcx r8 r9       r0 .. r5 of eBPF, so a helper's arguments stand where C has them
 *   rbx rbp r12 r13             r6 .. r9 of eBPF; kept by every function of ours and of C
 *
 * Typed functions give all of rax rcx rdx rbx rsi rbp r8 r9 r12 r13 (and r14, r11 where they are free) and xmm0 .. xmm13 to values.
 *
 * Who emits an instruction gets the operands by use_*, asks where the result goes by def_*, and calls done_* once
 * the result is there. A result's register may be that of an operand that is read for the last time, and only then. */
#ifndef JIT_X86_64_EMIT_H
#define JIT_X86_64_EMIT_H
#include "engine/jit/address.h"
#include "engine/jit/checks.h"
#include "engine/jit/count.h"
#include "engine/jit/fuel.h"
#include "engine/jit/image.h"
#include "engine/jit/jit.h"
#include "engine/jit/lookup.h"
#include "engine/jit/x86_64/thunks.h"

static const enum gpr CTX = R15, MEMORY = R14, FRAME = R14, FUEL = R11, SCRATCH = RDI, SCRATCH2 = R10; /* of that type for gcc */
enum { XSCRATCH = XMM15, XSCRATCH2 = XMM14 };

struct emit;
struct copied;
/* Code out of line, behind the function: emitted when all else is. Goes on at `back`, which the adder binds. */
struct stub {
    void (*fn)(struct emit *e, const struct stub *s);
    u32 label, back;
    u32 pc;
    s32 owed;
    u64 x, y, z;        /* fn's own */
};

struct emit {
    struct enc *c;
    struct unit *u;
    const struct link_view *l;
    struct jimage *im;
    const struct thunks *t;     /* of eBPF functions, in the same piece of code */
    bool spots;                 /* every instruction gets one, for listings */
    u32 pc;                     /* instruction that is being emitted */
    u32 next;                   /* what it and those fused with it end before */
    u32 b;                      /* its block */
    u32 *enter;                 /* label of each block for jumps: charges its fuel */
    u32 *past;                  /* the same, behind that */
    u32 *on;                    /* the same for the block above that runs on into it, and has paid for it */
    u32 *fall;                  /* the same for copies of the block above, which falls into it; 0: none yet */
    struct fuel *fuel;          /* of each block; NULL: fuel is not counted */
    struct counted *counted;    /* of each block of a unit that is `fixed`: bound is not 0 where it begins a loop that is paid for at once */
    u32 rounds;                 /* of a loop that are emitted one after the other (rounds.c): still to come, with this one; 0: it is none */
    bool whole;                 /* they are all that there are */
    u32 movers; s32 moved[NREG_EBPF]; /* registers that stay behind meanwhile, a bit each, and by how much */
    s32 owed;                   /* by that the count is more than what is in r11 and FUEL_KEPT */
    u32 steps;                  /* label of what all stubs of this function that have too little fuel go on to; 0: none */
    bool *landing;              /* blocks that recovered switches lead to */
    struct check *check;        /* of each instruction; NULL: each access compares for itself */
    u32 *copy;                  /* label of each CHECK_RANGE in the copy of its block */
    struct copied *copied; u32 ncopied; /* func.c: blocks to be copied */
    bool cold;                  /* it is a copy that is being emitted: no block comes next, and no check is shared */
    u32 epilogue;               /* label */
    u32 *function;              /* label of each eBPF function that is compiled with this one */
    const struct jbody **made;  /* of each that was compiled before; else NULL */
    u8 *leaf;                   /* of each: whether it calls something (call_ebpf.c); NULL: nobody has looked yet */
    u32 frame;                  /* bytes between rsp and what the prologue pushed */
    u32 save;                   /* first of the frame's slots that save_live() uses */
    bool aligned;               /* calls C: rsp is a multiple of 16 */
    u32 pushes;                 /* position of the pushes */
    u32 pushed;                 /* mask of registers that the prologue pushed */
    const struct site *site;    /* the next one: site->pc >= pc */
    struct stub *stub; u32 nstub, cstub;
    u32 left;                   /* of typed functions: frame slot of how many frames may be added */
    u32 self;                   /* label of the function's begin */
    struct caught *caught; u32 ncaught, ccaught; /* native position; pad: label */
    struct spot *spot; u32 nspot, cspot; /* native position, instruction */
    u32 known, zext;            /* unit.fixed, bit v: value v is a constant here, its upper half is zero */
    u64 bits[NREG_EBPF];        /* of those known */
    u32 frame_at; s32 frame_off[NREG_EBPF]; /* the same for values that are r10 + off */
    u32 value_at; s32 value_off[NREG_EBPF]; /* and for those that are off behind the begin of a value of map value_map */
    u32 value_map;
    bool value_new;             /* what is being emitted leaves one in r0 */
    struct lookup *lookup;      /* of check.lookup */
    struct count *count;        /* of check.count */
    struct address *address;    /* of check.address */
    u8 rows;                    /* register that holds cx->region, or NO_REG */
    u8 values; u32 values_of;   /* register that holds where the values of an array begin, or NO_REG; the array's map */
    u32 may;                    /* frame slot that counts may_goto down */
    u32 spare;                  /* frame slot for an instruction that needs one */
    bool oom;
};

/* --- operands --- */

/* The register that holds value v; one that lives elsewhere is loaded into scratch, a float is moved there as bits. In
 * line, as are the two below: eBPF asks for each operand, and all of its values are in registers. */
enum gpr fetch_gpr(struct emit *e, const struct value *x, enum gpr scratch); /* lives elsewhere */
static inline enum gpr use_gpr(struct emit *e, u32 v, enum gpr scratch) {
    const struct value *x = value_of(e->u, v);
    return likely(x->where == IN_GPR) ? (enum gpr)x->reg : fetch_gpr(e, x, scratch);
}
unsigned use_xmm(struct emit *e, u32 v, unsigned scratch);
/* Where to put value v: its register, or scratch where it has none (also where nobody reads it). */
static inline enum gpr def_gpr(const struct emit *e, u32 v, enum gpr scratch) {
    const struct value *x = value_of(e->u, v);
    return x->where == IN_GPR ? (enum gpr)x->reg : scratch;
}
unsigned def_xmm(const struct emit *e, u32 v, unsigned scratch);
/* r (from def_*, or any) holds v now: it is stored or moved where v lives. Of f32: the upper bits need not be zero. */
void keep_gpr(struct emit *e, const struct value *x, enum gpr r); /* it is not in r yet, if it is to be anywhere */
static inline void done_gpr(struct emit *e, u32 v, enum gpr r) {
    const struct value *x = value_of(e->u, v);
    if (x->where != IN_GPR || x->reg != r)
        keep_gpr(e, x, r);
}
void done_xmm(struct emit *e, u32 v, unsigned r, char type); /* type: F D V */
/* Lives in the frame: value_mem() names it, in all widths. In line, as the next two. */
static inline bool in_mem(const struct emit *e, u32 v) {
    return value_of(e->u, v)->where == IN_SLOT;
}
struct mem value_mem(const struct emit *e, u32 v);
static inline bool const_of(const struct emit *e, u32 v, u64 *x) { /* a constant here */
    *x = e->u->fixed ? e->bits[v] : e->u->val[v].bits;
    return e->u->fixed ? e->known >> v & 1 : e->u->val[v].where == IN_CODE;
}
static inline bool is_zext(const struct emit *e, u32 v) { /* its upper half is known to be zero */
    return e->u->fixed ? e->zext >> v & 1 : e->u->val[v].flags & VALUE_ZEXT;
}
bool dies(const struct emit *e, u32 v);                      /* nobody reads v behind this instruction, as far as is known */
const struct site *site_of(const struct emit *e, u32 pc);    /* of any; NULL: it has none */
const struct site *site_here(struct emit *e);                /* of this instruction, or NULL */
bool is_busy(struct emit *e, enum gpr r);                    /* holds what lives on behind it, as far as its site says; no site: true */
const struct insn *insn_at(const struct emit *e, u32 pc);
/* The instruction that comes next, if it is in the same block and nothing jumps between; else NULL. */
const struct insn *next_insn(const struct emit *e);

/* 4, 8 or 16 bytes of data near the code. */
struct mem data_mem(struct emit *e, const void *p, unsigned n);
/* r := 8 or 16 bytes that a guest has chosen; the rest of r becomes 0. */
void guest_data(struct emit *e, unsigned r, const void *p, unsigned n);

/* --- traps and calls out --- */

/* Trap with that code, at e->pc. */
void trap_if(struct emit *e, enum cc cc, u32 trap);
void trap_now(struct emit *e, u32 trap);
/* May constant v stand in a store of that width? Hardened code has it in a register, unless it is small. */
bool store_fits(const struct emit *e, enum width w, u64 v);
/* Behind a branch that an index out of range takes by cc: r := 0 then, also where the processor guesses that it is not (Spectre, variant 1). Nothing
 * unless the code is hardened; flags are kept. */
void mask_index(struct emit *e, enum cc cc, enum gpr r);
/* Calls a thunk: of eBPF functions at a label, of typed ones at an address. What is paid ahead is in the count then. */
void call_thunk(struct emit *e, u32 label, const void *typed);
/* Calls thunk.access[kind]. */
void call_access(struct emit *e, u32 kind);
/* To the place where cx->trap is looked at, if it is not 0: behind services. */
void trap_check(struct emit *e);
/* The next byte of code may fault, or is where a call returns to: it belongs to e->pc. */
void spot_here(struct emit *e);
void spot_at(struct emit *e, u32 pc);
void catch_here(struct emit *e, u32 pad);                    /* exceptions of the call in front of here go on at label pad */
void zero_value(struct emit *e, u32 v);
/* Adds a stub and returns its label. s.label and s.pc are filled in; s.back is made where it is 0. */
enum { NO_LABEL = UINT32_MAX };
u32 stub_add(struct emit *e, struct stub s);
void emit_stubs(struct emit *e);

/* An operand of a call out of generated code. */
enum arg_kind { OUT_VALUE, OUT_NUMBER, OUT_GPR, OUT_SLOT };
struct out_arg { u8 kind; u8 reg; u32 v; u64 n; }; /* SLOT: the address of frame slot v */
/* fn(cx, args): all that lives on behind e->pc is kept, fuel goes by way of ctx. The result is in rdi. cx->trap is not looked at. fn may not be
 * NULL; n at most 5. Between instructions only: what scratch registers hold is lost, except as OUT_GPR. */
void call_service(struct emit *e, const void *fn, const struct out_arg *arg, u32 n);
/* What call_service does before and after, for those that call by themselves. Registers that hold what lives on behind e->pc and that
 * calls spoil go to slots of the frame, and come back; */
void save_live(struct emit *e);
void restore_live(struct emit *e);
void spill_fuel(struct emit *e);      /* fuel to ctx, where C looks for it: nothing is done where fuel is not counted */
void reload_fuel(struct emit *e);
void reload_rows(struct emit *e);     /* of eBPF: ctx.region, which helpers may move */

/* --- control --- */
void prologue(struct emit *e);        /* pushes what is used, makes the frame */
void drop_frame(struct emit *e);     /* all of the epilogue but ret */
void epilogue(struct emit *e);        /* the inverse, and ret */
void jump_block(struct emit *e, u32 b);  /* nothing, where b comes next */
void jump_cc(struct emit *e, enum cc cc, u32 b);

/* --- fuel.c --- */
void charge_block(struct emit *e, u32 b);   /* for entering block b, whatever way */
void charge_on(struct emit *e, u32 b);      /* the same where the block above runs on into it */
bool charge_rounds(struct emit *e, u32 b, bool on); /* for all rounds of the loop that begins with b; false: it is none of that kind */
void pay(struct emit *e, s32 n); /* flags change */
void pay_edge(struct emit *e, u32 a, u32 b); /* on the way from a to b; flags change */
u32 way_to(struct emit *e, u32 a, u32 b);   /* the label to go to for a jump from block a to b */
void pay_rest(struct emit *e);              /* where the function ends */
void owe(struct emit *e, u32 b);            /* e->owed, while code of block b is emitted */
bool leads_over(const struct emit *e, u32 a); /* block a takes the way of the lone ja behind it */
void emit_steps(struct emit *e);            /* what stubs without fuel go on to */

/* --- rounds.c --- */
void begin_rounds(struct emit *e, u32 b, u64 n); /* sets e->rounds for block b, which is run n times: all at once, or in parts of so many */
bool within_rounds(struct emit *e, const struct insn *i); /* in place of instruction i nothing is to be emitted */

/* --- known.c: what e knows of registers --- */
struct known {
    u32 known, zext, frame_at, value_at, value_map;
    u64 bits[NREG_EBPF];
    s32 frame_off[NREG_EBPF], value_off[NREG_EBPF];
};
void forget(struct emit *e);
void learn(struct emit *e, const struct insn *i);      /* what i leaves behind it */
struct known knowledge(const struct emit *e);
void recall(struct emit *e, const struct known *k);

/* --- shared by rows of integers and of jumps --- */
enum gpr in_gpr(const struct emit *e, u32 v);          /* the register that v lives in, or NOREG */
bool second_const(const struct emit *e, const struct insn *i, enum width w, s32 *imm); /* the second operand, where it is a constant that fits */
void copy_gpr(struct emit *e, enum width w, enum gpr d, enum gpr s); /* nothing, where they are one and w is W64 */
void emit_set(struct emit *e, const struct insn *i, enum cc cc);     /* compare.c: what compare_set() found, to a register or on */
void emit_select(struct emit *e, const struct insn *i);
enum cc compare_jcc(struct emit *e, const struct insn *i);                    /* flags; what to ask for, for the jump to be taken */
bool compare_set(struct emit *e, const struct insn *i, enum cc *cc);          /* the same for compares to a register; false: it is none */
void branch(struct emit *e, const struct insn *i, enum cc cc);                /* to where jump i goes */
/* Value v is the frame's address plus a constant, and n bytes there are inside the frame: *m names them. */
bool frame_known(const struct emit *e, u32 v, u32 n, struct mem *m);
/* Wide accesses in place of narrow ones: what stands in front of a span (its check, a store); a load in place of i. */
void wide_first(struct emit *e, const struct check *c);
void wide_load(struct emit *e, const struct check *c, const struct insn *i);
void emit_switch(struct emit *e, const struct recovered *r); /* in front of its first compare */
/* Bytes off .. off + n - 1 from value v are of a map's value that was looked up, and may be written if `write`. */
bool value_known(const struct emit *e, u32 v, s64 off, u32 n, bool write);
/* Goes to label[index]; index may be SCRATCH. */
void dispatch(struct emit *e, enum gpr index, const u32 *label, u32 n);
void emit_div(struct emit *e, const struct insn *i);

bool emit_function(struct emit *e);      /* func.c: all of e->u */
void begin_typed(struct emit *e);        /* call_typed.c: prologue of a typed function */
int x86_64_typed_thunks(struct jimage *im, struct error *e);           /* thunk_typed.c */
int x86_64_typed_function(struct jimage *im, u32 f, struct error *e); /* typed.c */

/* --- rows, one function each file; false: not one of its rows --- */
bool emit_int(struct emit *e, const struct insn *i);     /* int.c: BIN, UN on integers, constants, select */
bool emit_jump(struct emit *e, const struct insn *i);    /* jump.c */
/* The field of a packet's context that the load at pc was proven to read, whole; NULL: none. */
const struct field *proven_field(const struct unit *u, u32 pc);
bool emit_host(struct emit *e, const struct insn *i);    /* host.c: LD ST ATOM PKT */
bool emit_ebpf(struct emit *e, const struct insn *i);    /* call_ebpf.c: helpers, functions, exit */
bool emit_fp(struct emit *e, const struct insn *i);      /* fp.c */
bool emit_vec(struct emit *e, const struct insn *i);     /* vec.c */
bool emit_memory(struct emit *e, const struct insn *i);  /* memory.c: MLD MST MATOM, vector loads and stores, memsize, memgrow */
bool emit_object(struct emit *e, const struct insn *i);  /* object.c: globals, tables, references */
bool emit_typed(struct emit *e, const struct insn *i);   /* call_typed.c: calls, ret, exceptions */

/* sum.c: how to add up n words of that size in memory; NULL: no better than C. cpu: CPU_*. */
u64 (*x86_64_sum(u32 size, u32 cpu))(const u8 *p, u64 n);

/* unwind.c: machine.unwind */
void x86_64_unwind(struct buf *b, const struct jit_piece *p);

#endif
