/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower.h - from a linked program to LLVM IR: what the files of the plug-in share.
 *
 *   plugin.c      emit: what comes in, what goes out
 *   module.c      struct lmodule: types, names, the head of the object (abi/native.h), words to be bound
 *   target.c      machines, and objects of modules      pipeline.c  passes; cancel.c, learn.c, address.c: of our own
 *   large.c       what would take LLVM too long
 *   harden.c      guests that play on the processor; cycles.c: which blocks lie in loops
 *   func.c        struct lfunc: registers, blocks, traps, the environment
 *   copies.c      which copies of its blocks      walk.c    its instructions, block by block      charge.c    fuel
 *   fuel.c        loops in which fuel is looked at once a round      prepay.c    counting without a look
 *   compare.c     how many rounds a compare lets a loop go on
 *   ends.c        typed functions' loops, found and paid for in front: how often they go round
 *   linear.c      eBPF's: how often, and what registers hold then      rounds.c    what is looked at once for all rounds
 *   int.c fp.c vec.c                rows of both kinds of function
 *   ebpf*.c       eBPF functions    inline*.c  what they call, in place    typed*.c  typed functions
 *   debug.c       line tables
 *
 * A register of the bytecode is an alloca that SROA makes values of; whoever lowers a row takes operands by reg_get and
 * leaves its result by reg_set. The builder stands where the next instruction goes; a row may end blocks and go on in
 * a new one. A trap calls the environment and does not come back; whatever must not happen before it is behind it. */
#ifndef LLVM_PLUGIN_LOWER_H
#define LLVM_PLUGIN_LOWER_H
#include "abi/native.h"
#include "base/arena.h"
#include "engine/llvm/plugin.h"
#include "ir/facts.h"
#include "ir/live.h"
#include "opt/opt.h"
#include "opt/origin.h"
#include <llvm-c/Core.h>
#include <llvm-c/TargetMachine.h>

/* Memory that never meets that of another. Limits: where the guest's memory is, which code here only reads. */
enum scope { SCOPE_RUNTIME, SCOPE_LIMITS, SCOPE_FRAME, SCOPE_PACKET, SCOPE_MAP, SCOPES };
struct ctxtype;
struct linear_loop;
struct lmodule {
    const struct llvm_job *job;
    const struct link_view *l;
    const struct module *m;
    u32 part, parts;            /* one of several objects, */
    u32 from, to;               /* which has these functions of m, and calls those of the others */
    struct arena *a;            /* as long as the job */
    struct error *e;
    LLVMContextRef c;
    LLVMModuleRef mod;
    LLVMTargetMachineRef tm;
    LLVMTargetDataRef layout;
    LLVMTypeRef tvoid, i1, i8, i16, i32, i64, f32, f64, v128, ptr; /* v128: <16 x i8> */
    LLVMTypeRef ebpf_type;      /* of native_ebpf */
    LLVMValueRef *fn;           /* of each function of m with code, as functions here call it (hidden); else NULL */
    LLVMValueRef *enter;        /* what a host enters: native_ebpf (may be fn itself), native_typed; NULL: imported */
    struct native_bind *bind; u32 nbind, cbind;
    u32 flags;                  /* of struct native_head */
    bool typed_module;          /* it has typed functions */
    bool large, straight;       /* large.c */
    u32 place_bits;             /* struct native_head */
    const char *cpu, *features; /* of each function */
    LLVMMetadataRef empty, rare; /* !{} ; !prof of a branch that is hardly ever taken (its first way) */
    LLVMMetadataRef lengths, addresses; /* !range of what may be as long as memory, or an address in it */
    LLVMMetadataRef scope[SCOPES], others[SCOPES]; /* lists: of one, of all but that one */
    LLVMMetadataRef host;       /* a list: of those that are no guest's */
    unsigned md_prof, md_invariant, md_range, md_noalias, md_scope; /* kinds */
    LLVMValueRef refuel;        /* charge.c; NULL: not made yet */
    struct ldebug *debug;       /* NULL: no line tables */
    struct ebpf_module *ebpf;   /* ebpf.c: origins of all its functions */
    void *typed;                /* the typed files' own */
};

struct lfunc {
    struct lmodule *lm;
    const struct link_view *l;
    const struct func *f;
    u32 index;                  /* of f in the module */
    struct arena *a;            /* as long as this function is lowered */
    struct error *e;
    struct cfg g;
    struct live live;
    LLVMValueRef fn;
    LLVMBuilderRef b;
    LLVMBasicBlockRef entry;    /* allocas stand at its begin, in front of alloca_end */
    LLVMValueRef alloca_end;
    LLVMBasicBlockRef *blk;     /* of each block of g: jumps go here; it charges its fuel */
    LLVMBasicBlockRef *past;    /* the same, behind that */
    LLVMValueRef *reg; LLVMTypeRef *reg_type; /* nreg allocas; NULL: not used; v128: at the first of its two */
    LLVMValueRef cx, env;       /* struct ctx *, struct native_env * */
    LLVMValueRef fuel;          /* alloca of an i64, written back around calls; NULL: not counted */
    LLVMValueRef depth;         /* an i32, the frames in use, which struct ctx gets where others see it; NULL: it stands there */
    bool bounded, looks;        /* facts.h; fuel may run out: it is compared with what is needed */
    LLVMValueRef cost;          /* alloca: what is to be subtracted from it; 0 but in rounds of small fast loops, and with owe */
    s64 *owe;                   /* prepay.c: of each block, what was paid too early; NULL: all pay when they are entered */
    s64 paid;                   /* what the ways that are being made cost and was paid in front of them: 0 but where a loop ends */
    bool saves;                 /* such a round is being made: blocks add to cost */
    bool paid_up;               /* a loop is being made whose rounds there is fuel for: its head does not look */
    u8 *kind;                   /* FUEL_* of each block */
    u64 *most, *after;          /* of each block: fuel.c */
    bool refills;               /* fast blocks ask for more fuel before they give up */
    bool whole;                 /* all blocks are of two kinds, and once more for runs that never come from slow ones */
    u32 *order, *inner, *outer; /* place of each block in reverse post order; the head of the innermost loop that it is in, of
                                   a head that of the loop around it: NBLOCK where there is none. NULL: loops were not looked for */
    struct fuel_loop **loop;    /* of each block: the small loop that it is in, or NULL */
    const struct linear_loop *seen; /* of the loop that is being made, where its rounds were seen to be good; else NULL */
    struct fuel_loop **nest;    /* the same: the loop around small ones of which all rounds are known in front, its own too */
    bool begins;                /* blocks are being made that runs begin in: f->whole */
    bool fast;                  /* a fast block is being made, behind no call of it: fuel suffices for where it leads */
    enum { KIND_ONE, KIND_FAST, KIND_SLOW } making; /* which kind of block is being made */
    LLVMBasicBlockRef *resume;  /* of each instruction: where the slow kind goes on with it, for fast blocks that give up; or NULL */
    LLVMBasicBlockRef trap;     /* shared: calls env->trap; NULL: none yet */
    LLVMValueRef trap_pc, trap_code, trap_owe; /* its phis; trap_owe: with owe */
    u32 first;                  /* the block that it begins with; not 0: it is paid for */
    u32 pc, next;               /* instruction that is being lowered, and the one behind it */
    u32 block;                  /* its block in g */
    void (*show)(struct lfunc *f); /* NULL, or stores registers to cx->trap_regs, in front of what may trap */
    struct lebpf *ebpf;         /* ebpf.h; NULL: a typed function */
    struct ltyped *typed;       /* the typed files' own */
};

/* --- constants and types --- */
LLVMValueRef k32(const struct lmodule *lm, u32 v);
LLVMValueRef k64(const struct lmodule *lm, u64 v);
LLVMTypeRef type_of_letter(const struct lmodule *lm, char letter); /* I i32, L X and references i64, F, D, V */

/* --- module.c --- */
/* The index of such a word in env->bind: the same for the same kind and index. */
u32 bind_word(struct lmodule *lm, u32 kind, u32 index);
/* The intrinsic of that name ("llvm.ctlz"), overloaded by n types. */
LLVMValueRef intrinsic(struct lfunc *f, const char *name, LLVMTypeRef *over, u32 n, LLVMValueRef *arg, u32 narg);
/* Attributes by name ("cold"), of a function or of a call. */
void fn_attr(const struct lmodule *lm, LLVMValueRef fn, const char *name, u64 v);
void fn_attr_text(const struct lmodule *lm, LLVMValueRef fn, const char *name, const char *v);
void call_attr(const struct lmodule *lm, LLVMValueRef call, const char *name, u64 v);

/* A function of the objects' own for function index of m, made in the part that has that; suffix tells several apart. */
LLVMValueRef function_new(struct lmodule *lm, u32 index, const char *suffix, LLVMTypeRef t);
LLVMValueRef constant_new(struct lmodule *lm, const char *name, LLVMValueRef init); /* a table of its own */
int module_begin(struct lmodule *lm);
int module_head(struct lmodule *lm);
void module_end(struct lmodule *lm);

/* --- func.c: registers --- */
LLVMValueRef alloca_at_entry(struct lfunc *f, LLVMTypeRef t, const char *name);
/* Register r as a value of that letter; an I is read of the low half of an L or X, an L of an I is zero-extended, F and D
 * are taken as bits of an X. */
LLVMValueRef reg_get(struct lfunc *f, u32 r, char letter);
void reg_set(struct lfunc *f, u32 r, char letter, LLVMValueRef v);
/* A value of one letter as another's, by its bits: what reg_get and reg_set do. */
LLVMValueRef as_letter(struct lfunc *f, LLVMValueRef v, char from, char to);

/* --- func.c: control --- */
LLVMBasicBlockRef block_new(struct lfunc *f, const char *name); /* at the function's end; the builder stays */
void block_on(struct lfunc *f, LLVMBasicBlockRef b);            /* the builder goes on at its end */
/* Ends the block: to rare where cond is, which it hardly ever is; goes on in a new one. */
void branch_rare(struct lfunc *f, LLVMValueRef cond, LLVMBasicBlockRef rare);
void branch(struct lfunc *f, LLVMBasicBlockRef to);
/* Traps at f->pc if cond is true; now: in any case (what follows is never reached, and goes into a new block). */
void trap_if(struct lfunc *f, LLVMValueRef cond, u32 trap);
void trap_now(struct lfunc *f, u32 trap);
u64 place_of(const struct lfunc *f); /* of f->pc, as the environment and slots are given it (abi/native.h) */

/* --- func.c: struct ctx and the environment --- */
/* Loads of a field of cx at off; hot fields change, fixed ones do not while code runs (loads of them may be moved). */
LLVMValueRef ctx_get(struct lfunc *f, LLVMTypeRef t, size_t off);
LLVMValueRef ctx_fixed(struct lfunc *f, LLVMTypeRef t, size_t off);
void ctx_set(struct lfunc *f, size_t off, LLVMValueRef v);
/* Accesses of what no guest can reach, and those of guests, of memory that is known or of any: these never meet. */
void of_runtime(struct lfunc *f, LLVMValueRef access);
void of_guest(struct lfunc *f, LLVMValueRef access);
void of_scope(struct lfunc *f, LLVMValueRef access, enum scope s);
/* Loads from p + off, of the runtime's; fixed: nothing changes it. */
LLVMValueRef load_runtime(struct lfunc *f, LLVMTypeRef t, LLVMValueRef p, u64 off);
LLVMValueRef load_fixed(struct lfunc *f, LLVMTypeRef t, LLVMValueRef p, u64 off);
LLVMValueRef load_limit(struct lfunc *f, LLVMTypeRef t, LLVMValueRef p, u64 off); /* calls alone change it, but for those for fuel */
LLVMValueRef at_offset(struct lfunc *f, LLVMValueRef p, u64 off); /* p + off, in bytes */
/* A call of the function at env + off: its type is made of ret and the arguments. env_call_out spills the fuel
 * before and reloads it after. noreturn: see env_leave, behind which the builder is in no block. */
LLVMValueRef env_call(struct lfunc *f, size_t off, LLVMTypeRef ret, LLVMValueRef *arg, u32 n);
LLVMValueRef env_call_out(struct lfunc *f, size_t off, LLVMTypeRef ret, LLVMValueRef *arg, u32 n);
void env_leave(struct lfunc *f, size_t off, LLVMValueRef *arg, u32 n);
void depth_spill(struct lfunc *f); /* to cx->depth, in front of calls; those of the environment do it */
LLVMValueRef bound(struct lfunc *f, LLVMTypeRef t, u32 kind, u32 index); /* env->bind[bind_word(kind, index)] */

/* --- charge.c --- */
void fuel_spill(struct lfunc *f);  /* to cx->fuel; nothing where it is not counted */
void fuel_spill_owed(struct lfunc *f, LLVMValueRef owe); /* the same; what was paid too early is said */
LLVMValueRef fuel_left(struct lfunc *f, s64 owe);
LLVMValueRef fuel_seen(struct lfunc *f);            /* as others see it */
void fuel_take(struct lfunc *f, LLVMValueRef seen); /* goes on with that */
void fuel_reload(struct lfunc *f);                  /* what cx->fuel says */
void fuel_charge(struct lfunc *f, u32 n); /* by a constant; below 0, where that may be: env->refuel with f->pc */

void fuel_more(struct lfunc *f, LLVMValueRef need); /* asks for so much, before it is out; f->cost is 0 */
LLVMValueRef fuel_add(struct lfunc *f, s64 n); /* without a look; what is left */
void fuel_spend(struct lfunc *f, u64 n); /* the same, in a fast block */
void fuel_save(struct lfunc *f, s64 n);  /* adds to f->cost */
void fuel_save_value(struct lfunc *f, LLVMValueRef n);
void fuel_settle(struct lfunc *f, s64 owe); /* subtracts what f->cost holds, gives back what was paid too early */

/* --- fuel.c --- */
enum { FUEL_HEAD = 1, FUEL_FAST = 2, FUEL_CALLS = 4, FUEL_LEAVES = 8 }; /* of a block: a loop begins; is in a loop; calls; a loop begins that calls */
enum { MOST_LOOP_BLOCKS = 48 };
struct fuel_end {               /* ends.c: of a loop of which it is known in front how often it goes round at most: */
    bool known, wide;           /* it stays while a compare of 32 or 64 bits holds of */
    LLVMIntPredicate stay;
    u32 counter, limit;         /* a register and another one, or, imm, a number */
    bool imm, moved;            /* moved: the compare is behind what adds */
    s64 step;                   /* to the counter each time */
    bool starts;                /* of a loop in a nest: the counter is start where it is entered */
    s64 start;
};
struct fuel_loop {              /* a small one */
    u32 *body, n;               /* its blocks in reverse post order, the head first */
    struct fuel_end end;
    bool counted;               /* its ways cost this and that: */
    LLVMValueRef rounds;        /* alloca: rounds that fuel suffices for */
    struct linear_loop *linear; /* linear.h; NULL: not known */
    LLVMBasicBlockRef again;    /* where its fast kind asks for more; of a nest, where its head looks; NULL: it does not */
    LLVMBasicBlockRef past;     /* of a nest: the same, for who has paid for the head */
};
/* In a fast block, before anything was changed by f->pc: where that is done the slow way. NULL: it is no fast one. */
LLVMBasicBlockRef slow_way(struct lfunc *f);
int fuel_loops(struct lfunc *f); /* fills f->kind, most, after, loop, order, inner, outer, whole */
bool calls_behind(const struct lfunc *f); /* behind f->pc its block calls what may take fuel */
bool calls_here(const struct lfunc *f);

/* --- compare.c --- */
LLVMIntPredicate swapped(LLVMIntPredicate p); /* of y and x */
LLVMIntPredicate inverse(LLVMIntPredicate p);
bool leads_out(LLVMIntPredicate stay, s64 step); /* do steps of x come to where it no longer holds? Short ones: below 1 << 31 */
/* Of x in the first round, for a stay and step that lead out: after how many rounds, an i64, the compare lets the loop go
 * on. *known: an i1: no step wraps before it ends. */
LLVMValueRef rounds_while(struct lfunc *f, LLVMIntPredicate stay, s64 step, LLVMValueRef x, LLVMValueRef y,
                          LLVMValueRef *known);

/* --- linear.c, rounds.c --- */
int linear_find(struct lfunc *f, struct fuel_loop *l); /* fills l->linear */
LLVMValueRef see_rounds(struct lfunc *f, const struct fuel_loop *l); /* where the loop begins: an i1: it must go on elsewhere */
bool is_seen(const struct lfunc *f); /* f->pc's access is good in all rounds */
bool lower_plain(struct lfunc *f, const struct insn *i); /* where 32 bits are as good as 64 in all of them */

/* --- ends.c --- */
void find_end(const struct lfunc *f, struct fuel_loop *l); /* fills l->end */
bool find_starts(const struct lfunc *f, const struct fuel_loop *nest); /* fills end.start of loops in it; false: of one it is not known */
u64 round_cost(const struct lfunc *f, u32 h); /* what a round of a loop costs at most, or the way out of it */
/* In front of a loop whose end is known: the fuel that all its rounds take at most; INT64_MAX: not known, or very much. */
LLVMValueRef rounds_cost(struct lfunc *f, const struct fuel_loop *l);

/* --- prepay.c --- */
int prepay(struct lfunc *f); /* fills f->owe; behind fuel_loops */
bool pays_ahead(const struct lfunc *f); /* the block that is being made pays so */
s64 owed(const struct lfunc *f);
/* In front of a branch to blocks s and other: where one begins the loop anew and the other leaves it, the next round is
 * paid here, so that no block stands behind the branch, and the loop's end is one that LLVM counts and unrolls by. Where
 * heads look at fuel it is better there: LLVM makes the head's look the end. */
void pay_for_round(struct lfunc *f, u32 s, u32 other);
LLVMBasicBlockRef way_to(struct lfunc *f, u32 s); /* where a jump from the block that is being made goes on in block s */
s64 paid_at(const struct lfunc *f, u32 b);        /* when b is entered */
void pay_ahead(struct lfunc *f, u32 b);           /* by who comes from where nothing is paid ahead */
void pay_to_run_on(struct lfunc *f, u32 s);       /* the block runs on into s */
/* By a switch over values lo + index, up to hi. */
void pay_for_switch(struct lfunc *f, const struct recovered *r, LLVMValueRef index, u64 lo, u64 hi);

/* --- func.c: functions --- */
/* Fills g and live, unless they stand; makes blocks, registers (0 at entry), fuel, env. f->fn, lm, f, index, a, e are set; the parameters are
 * the caller's to store. */
int lfunc_begin(struct lfunc *f, LLVMValueRef cx);
void lfunc_end(struct lfunc *f);
int out_of_memory(struct lfunc *f);

/* --- copies.c, walk.c --- */
/* row lowers one instruction: false, with f->e set: it cannot. */
int lfunc_walk(struct lfunc *f, int (*row)(struct lfunc *f, const struct insn *i));
/* The same of n blocks alone, none of which is in a loop; there is fuel for all their ways. */
int lfunc_walk_some(struct lfunc *f, const u32 *b, u32 n, int (*row)(struct lfunc *f, const struct insn *i));
bool runs_on(const struct lfunc *f, u32 b); /* does block b run on into the next one without a branch? */

/* --- rows, one function each file; false: not one of its rows --- */
LLVMValueRef int_op(struct lfunc *f, u16 op, LLVMValueRef x, LLVMValueRef y); /* a BIN or UN row, of its operands */
LLVMValueRef int_test(struct lfunc *f, u16 op, LLVMValueRef x, LLVMValueRef y); /* a JCC row: an i1 */
bool compares_by(u16 op, LLVMIntPredicate *p);        /* what it compares by; false: no compare */
bool lower_int(struct lfunc *f, const struct insn *i);  /* int.c: BIN and UN on integers, mov, const64, select */
bool lower_jump(struct lfunc *f, const struct insn *i); /* jump.c: JCC, ja, brtab, trap, pad */
LLVMBasicBlockRef block_below(struct lfunc *f);          /* where a branch that is not taken goes on */
void lower_switch(struct lfunc *f, const struct recovered *r); /* in front of its first compare */
bool lower_fp(struct lfunc *f, const struct insn *i);   /* fp.c: BIN and UN with a float */
bool lower_vec(struct lfunc *f, const struct insn *i);  /* vec.c: all of simd.def that touches no memory */
bool lower_memory(struct lfunc *f, const struct insn *i); /* typed_mem.c: linear memories */

/* --- both kinds of function: declare all, then define each --- */
int ebpf_declare(struct lmodule *lm);                   /* ebpf.c: lm->fn and lm->enter of eBPF functions */
int ebpf_define(struct lmodule *lm, u32 index);
int typed_declare(struct lmodule *lm);                  /* typed.c */
int typed_define(struct lmodule *lm, u32 index);

/* --- debug.c --- */
int debug_begin(struct lmodule *lm);
void debug_function(struct lfunc *f);                   /* behind lfunc_begin's blocks: a subprogram for f->fn */
void debug_wrapper(struct lmodule *lm, LLVMValueRef fn, LLVMBuilderRef b); /* fn is none of the program's: what is inlined into
                                                           it keeps its lines all the same */
void debug_at(struct lfunc *f);                         /* what the builder adds from now on is of f->pc */
void debug_end(struct lmodule *lm);

/* --- large.c --- */
void measure(struct lmodule *lm);    /* fills large and straight */
void cut_blocks(struct lmodule *lm); /* behind all passes */

/* --- harden.c: nothing but where that is asked for --- */
int harden_machine(struct lmodule *lm, const char *triple); /* can code for it be hardened? */
const char *harden_features(const struct lmodule *lm);      /* of the processor: more of them */
void harden_function(const struct lmodule *lm, LLVMValueRef fn);
int harden(struct lmodule *lm);                              /* behind all passes */

struct cycles { /* cycles.c */
    LLVMBasicBlockRef *of; /* the blocks of a function, the entry first */
    u8 *on;                /* of each: it lies on a cycle */
    u32 n;
};
int find_cycles(struct cycles *c, LLVMValueRef fn, struct arena *a, struct error *e);

/* --- pipeline.c, target.c --- */
int verify(struct lmodule *lm);
void dump(struct lmodule *lm); /* to stderr */
int run_passes(struct lmodule *lm);
int run_named(struct lmodule *lm, const char *passes); /* as LLVM calls them */
void cancel(const struct lmodule *lm); /* cancel.c */
void learn(const struct lmodule *lm);  /* learn.c */
void addresses(const struct lmodule *lm); /* address.c */
const char *typed_passes(const struct lmodule *lm); /* typed.c: what they are, at level 2 and above */
LLVMTargetMachineRef target_machine(const struct llvm_options *o, struct error *e);
int emit_bytes(struct lmodule *lm, enum llvm_kind kind, struct buf *out);

#endif
