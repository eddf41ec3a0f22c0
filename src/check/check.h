/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* check.h - the eBPF checker: is a program safe to run, and what of it needs no check while it runs?
 *
 * in:  a linked program's view and one of its programs
 * out: a verdict with its reason, facts of every instruction (ir/facts.h), numbers
 *
 * An abstract interpretation of the bytecode. Two ways over it share the same states and transfer functions: every path is
 * walked, a state that an earlier one covers is left (walk.c); and, where that does not end within its budget, states
 * are joined at the heads of loops and widened until nothing changes (join.c), which always ends. A program is accepted
 * (strict) when every instruction on every path is proven and every loop ends. What is not proven stays
 * checked at run time: facts of what is proven hold either way. */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H
#include "abi/ctxtype.h"
#include "abi/engine.h"
#include "base/arena.h"
#include "check/scalar.h"
#include "ir/facts.h"
#include "ir/module.h"

enum check_reason {
    CHECK_OK,
#define REASON(id, name, text) CHECK_##id,
#include "check/reasons.def"
    CHECK_REASONS
};
const char *check_reason_name(u32 reason); /* "out-of-bounds" */
const char *check_reason_text(u32 reason); /* the row's line */

/* What a register holds. */
enum value_kind {
    VAL_NONE,        /* never written */
    VAL_SCALAR,
    VAL_CTX,
    VAL_STACK,       /* frame: of which frame on the path, 0 the program's */
    VAL_PACKET, VAL_PACKET_META, VAL_PACKET_END,
    VAL_MAP,         /* the map itself */
    VAL_MAP_VALUE,
    VAL_MAP_KEY,
    VAL_MEM,         /* size bytes: of a record, an allocation, a slice, an argument */
    VAL_BUFFER,      /* memory whose length is a number of the run: raw programs' r1 */
    VAL_FUNC,
    VAL_DYNPTR,      /* a dynptr that a function is given */
    VAL_OBJECT,      /* a typed object: of the kernel's, or of this program's BTF */
    VAL_UNTRUSTED,   /* an object of the kernel that may be gone: read only through a fault handler */
    VAL_BTF,         /* an object of the kernel whose type its BTF says: read as VAL_UNTRUSTED is, member by member */
    VAL_SOCKET,
    VAL_ARENA,
    VAL_LABEL,       /* an address of code, from a jump table */
    VAL_KINDS
};
enum check_trust { TRUST_NONE, TRUST_FULL, TRUST_RCU, TRUST_GONE };
struct check_value {
    u8 kind;          /* enum value_kind */
    bool or_null, read_only;
    u8 trust;         /* BTF: enum check_trust */
    u8 frame;
    u32 map;          /* MAP, MAP_VALUE, MAP_KEY, JUMP: index in module.map[], or NO_INDEX */
    s64 off;          /* the constant part of its offset */
    struct scalar var;/* SCALAR: the number; else what was added at run time */
    u64 range;        /* PACKET, META: bytes from the variable part on that are known to be there; MEM, MAP_VALUE: its size */
    u32 ref;          /* not 0: has to be released */
    const char *type; /* BTF: its struct's name; NULL: not known */
};
const char *check_value_kind(u32 kind);                          /* "packet", "map value" */
void check_value_print(struct buf *b, const struct check_value *v, const struct module *m); /* "packet + [0, 1500], 34 bytes checked" */

/* A step on the way to a failure, oldest first. */
enum step_kind { STEP_SET, STEP_FROM, STEP_BRANCH, STEP_CALL, STEP_SAVE, STEP_LOAD, STEP_LOOP };
struct check_step {
    u32 func, pc;
    u8 kind;          /* SET: reg is set here to something new; FROM: computed from what comes before; BRANCH: a condition on it;
                         CALL: a function was entered; SAVE, LOAD: put on, taken off the stack; LOOP: the loop's head */
    u8 reg;
    bool taken;       /* BRANCH */
};

/* One thing that is not proven. */
struct check_fail {
    u8 reason;        /* enum check_reason */
    u32 func, pc;
    s8 reg;           /* the register that is at fault; -1: none */
    u8 arg;           /* of calls 1 .. 5; 0: none */
    bool write;
    s64 off;          /* of the access, added to value */
    u64 size;         /* bytes needed */
    u64 have;         /* of sizes and depths: what is allowed, or there */
    struct check_value value; /* what is known of reg */
    s64 least, most;  /* RETURN_RANGE, ARG_SIZE: what is allowed */
    u32 at;           /* REF_LEAK and the like: instruction of func where it was acquired; else NO_INDEX */
    const char *name; /* of the function, field, map, or of what was expected; NULL: none */
    struct check_step *step; u32 nstep; /* how the value came there; of the first failure alone */
};

struct check_options {
    bool strict;      /* stop at the first thing that is not proven; else note it, and go on */
    bool any_entry;   /* r1 .. r5 may be anything at entry (a host may run it with arguments of its own) */
    u64 max_steps;    /* instructions walked (1,000,000) */
    u64 max_memory;   /* bytes (256 MiB) */
    u32 max_fails;    /* how many are kept in guarded mode (64); all are counted */
    bool any_license; /* take the license as GPL-compatible */
    bool ranges;      /* strict: what is known of numbers is wanted as well, also where it takes a walk to prove the program */
    const char *type; /* the kernel's name of the program type in place of that of the section; NULL: prog.kind and section */
    const u8 *types; u64 ntypes; /* BTF of a kernel in place of the running one's; NULL: that */
    /* Called at the head of each block that is analysed, with its state in words; may be NULL. */
    void (*log)(void *arg, u32 func, u32 pc, const char *state);
    void *log_arg;
};

enum check_verdict { CHECK_ACCEPTED, CHECK_REJECTED };
enum { CHECK_NO_BOUND = 0 }; /* in check_result.worst */

struct check_result {
    u8 verdict;                 /* of strict mode, also in guarded mode */
    struct check_fail fail;     /* the first; reason CHECK_OK where accepted */
    struct check_fail *more; u32 nmore; /* guarded: all that are kept, the first among them, in order of (func, pc) */
    u64 nfail;                  /* instructions that are not proven */
    const struct func_facts *facts; u32 nfacts; /* of each function of the module */
    u64 checks_total, checks_proven; /* accesses of host memory, as instructions reached: how many need no check */
    u64 insns;                  /* instructions of the functions that it reaches */
    u64 steps, states, peak_states, joins; /* walked; kept; most kept at a time; rounds of joining */
    u64 worst;                  /* most instructions that a run takes; CHECK_NO_BOUND: not found */
    bool insns_only;            /* a run takes fuel for its instructions alone: nothing that it calls charges, or runs functions */
    u32 stack;                  /* bytes of the deepest chain of frames */
    u64 time_ns;
    u8 *seen;                   /* NULL, or m->nfunc bytes: functions that it reaches */
    struct arena arena;         /* facts, fails, steps, seen */
};

/* Negative for what is no verdict: out of memory, no such program. r is to be dropped either way. */
int check_program(const struct link_view *l, u32 prog, const struct check_options *o, struct check_result *r,
                  struct error *e);
void check_drop(struct check_result *r);
/* What holds in both: into has the meet of the facts of two programs of one module (arena: of the result). NULL on lack of memory. */
const struct func_facts *check_facts_meet(const struct module *m, const struct func_facts *a, const struct func_facts *b,
                                          struct arena *arena);

#endif
