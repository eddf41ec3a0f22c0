/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* native.h - code that a compiler has put into an object file, and what runs it.
 *
 * Such code has no address of a process in it. Whatever belongs to a process or to a linked program it finds through
 * struct ctx: cx->env is a struct native_env, made once for each linked program. So the same bytes are compiled and run
 * at once, kept in a cache, linked into a shared library or an executable, and used by several programs at a time. Of
 * other objects they need memcpy, memmove, memset, memcmp and functions of libm alone.
 *
 * An object says what it holds in a struct native_head, the one symbol that it exports.
 *
 * Functions, both kinds in C's calling convention where they are entered from outside (native_head.enter), and in
 * whatever convention serves among themselves:
 *
 *   eBPF    u64 (struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5, u64 r10)     the result is r0
 *   typed   void (struct ctx *cx, u64 *slot)      arguments and results as engine->call has them
 *
 * The symbol of a function is NAME.NUMBER ("f" where it has no name), for tools.
 *
 * What goes wrong calls env->trap or another function there that does not come back: it notes the place and leaves
 * to the innermost run, past frames of emitted code alone. A place is function << 32 | instruction.
 *
 * Places of callers, for backtraces and for the count of frames:
 *
 *   eBPF    at a call, with depth frames in use: depth + 1 > cx->max_depth: trap CALL_DEPTH there; cx->shadow[depth - 1] = place.
 *           cx->depth is depth when a function is entered from outside, when it comes back there, and whenever the environment or a
 *           helper is called; functions may pass it among themselves in any way, as they may cx->fuel
 *   typed   a function is given sp, the slot of its frame, which is 0 as all slots below it are. At a call: *sp = place, the callee
 *           gets sp - 1, *sp = 0 after it (volatile stores: who looks is the handler of a fault). A function whose
 *           sp is cx->place_end calls env->deep before anything else. The first one's is cx->place.
 *           Where native_head.place_bits is not 0, what typed functions store and give to the environment is
 *           1 + (function << place_bits | instruction), 31 bits at most: it needs no register, and no constant to be made.
 *
 * A frame of a typed function has NATIVE_FRAME bytes at most, and touches its pages in order ("probe-stack").
 *
 * Where NATIVE_GUARDED is set, accesses of memory 0 that are not good fault, and the line tables of the object say where
 * they are: the file's name is the function's number in decimal digits, the line is the instruction + 1. An object that
 * is to be linked into something has them in struct native_lines, too. */
#ifndef ABI_NATIVE_H
#define ABI_NATIVE_H
#include "abi/ctx.h"

enum { NATIVE_VERSION = 3 }; /* of this file, of struct ctx, of object.h, of map_layout.h and of ctxtypes.def */

static inline u64 native_place(u32 func, u32 pc) { return (u64)func << 32 | pc; }

/* What fills a word of native_env.bind when a program is linked. */
enum native_bind_kind {
    BIND_HELPER,       /* index: id; the address of its struct helper (abi/helper.h) */
    BIND_IMPORT,       /* index: of module.import; the same */
    BIND_SYMBOL,       /* index: of module.import, a variable: its address */
    BIND_MAP_HANDLE,   /* index: of module.map; what ldmap loads */
    BIND_MAP_VALUE,    /* the same; address of the value of entry 0 */
    BIND_MAP,          /* struct map * */
    BIND_MAP_FIND,     /* map_view.find */
    BIND_ARENA,        /* link_view.arena */
};
struct native_bind { u32 kind, index; };

typedef u64 native_ebpf(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5, u64 r10);
typedef void native_typed(struct ctx *cx, u64 *slot);

enum { /* what it was compiled with: link_view; and what it does */
    NATIVE_CHECKS = 1, NATIVE_FUEL = 2, NATIVE_EXACT_REGS = 4,
    NATIVE_ZERO_STACK = 8,          /* eBPF: the stack is zero when a run begins */
    NATIVE_GUARDED = 16,            /* accesses of memory 0 with 32-bit addresses are left to the processor */
    NATIVE_THROWS = 32,             /* functions return with cx->trap == TRAP_EXCEPTION, and their callers look; without it
                                       an exception leaves the run like a trap */
    NATIVE_HARDENED = 128,          /* jit_options.harden */
    NATIVE_FACTS = 64,              /* eBPF: it rests on facts (link_view.facts) */
};
enum { /* a byte of native_head.assumed: what a run that begins there has to have */
    NATIVE_NEVER,                   /* none may begin there */
    NATIVE_ANY,
    NATIVE_KIND,                    /* and more: a context of this kind (enum prog_kind), and nothing but that */
};
enum { NATIVE_FRAME = 64 << 10 };
struct native_lines {
    const u8 *func;                 /* some function of the object: its code begins func_at bytes before */
    u32 func_at, ncode;
    u32 nline, zero;
    u8 line[];                      /* .debug_line, in which addresses are offsets in the code + NATIVE_LINES_BIAS */
};
enum { NATIVE_LINES_BIAS = 64 };
#define NATIVE_LINES_SECTION ".data.rel.ro.svm_lines"
struct native_head {
    u32 version;
    u32 flags;
    u32 nfunc;                      /* of the module */
    u32 frame_size;                 /* link_view.frame_size */
    const void *const *enter;       /* nfunc: native_ebpf or native_typed; NULL: imported, or a typed one that no reference stands for */
    const struct native_bind *bind; u32 nbind;
    u32 nmodule; const u8 *module;  /* the module itself as .svm bytes, where the object is to be loaded without it; else NULL */
    const struct native_lines *lines; /* NULL: the object is loaded by what reads its sections, or nothing faults */
    const u8 *assumed;              /* nfunc: what facts rest on, where NATIVE_FACTS is set and the object is to be loaded without
                                       what was linked; else NULL */
    u32 place_bits;
    u32 context;                    /* svm_emit_options.context: 1 + its kind; 0: none, or one that a host described */
};
#define NATIVE_HEAD "svm_native"    /* the symbol; of objects for C programs with the program's name behind it */

/* Sizes of accesses are logs: 1 << log bytes. */
struct native_env {
    void (*trap)(struct ctx *cx, u64 place, u32 trap);            /* never returns */
    void (*refuel)(struct ctx *cx, u64 place);                    /* cx->fuel is below 0: goes on with more, or leaves */
    void (*more)(struct ctx *cx, u64 place, s64 need);            /* so much is wanted in it, if there is; leaves where the run is interrupted */
    /* Accesses of host memory that the likely region does not hold. */
    u64 (*load)(struct ctx *cx, u64 place, u64 addr, u32 log);    /* zero-extended */
    u64 (*load_sx)(struct ctx *cx, u64 place, u64 addr, u32 log); /* sign-extended */
    void (*store)(struct ctx *cx, u64 place, u64 addr, u32 log, u64 v);
    void (*atomic)(struct ctx *cx, u64 place, u64 addr, u32 log, u32 write); /* comes back where it may be done in place */
    u64 (*packet_load)(struct ctx *cx, u64 place, u64 off, u32 log); /* ld_abs, ld_ind: leaves with r0 = 0 behind the end */
    /* A helper has left cx->trap and given r0: leaves; or comes back, and the function that called returns what this
     * gives (tail calls of subprograms). */
    u64 (*trapped)(struct ctx *cx, u64 place, u64 r0);
    /* bpf_tail_call: the code to go on with (services->tail_own), or NULL: the helper is to be called. */
    native_ebpf *(*tail)(struct ctx *cx, u64 r1, u64 r2, u64 r3);
    /* Checks and converts r1 .. r5 of a host's helper in arg; comes back where they are good. */
    void (*args)(struct ctx *cx, u64 place, const struct helper *h, u64 *arg);
    const void *const *bind;        /* words, as native_head.bind has them */

    /* --- typed functions --- */
    void (*deep)(struct ctx *cx);   /* never returns: CALL_DEPTH, at the caller */
    /* What comes back with cx->trap == TRAP_EXCEPTION where NATIVE_THROWS is set has noted its place in cx->trace: the
     * function returns. cx->fuel is valid before and after. Arguments stand in a window at cx->slot_sp, results from its slot 0 on. */
    void (*call_ref)(struct ctx *cx, u64 place, u64 *sp, const struct funcref *f); /* another instance's function, or the host's */
    void (*tail_ref)(struct ctx *cx, u64 place, u64 *sp, const struct funcref *f); /* the same in place of this function; leaves, or the
                                                                                     results are to be returned */
    void (*throw_tag)(struct ctx *cx, u64 place, u32 tag, u32 nslot); /* payload in a window at cx->slot_sp */
    void (*rethrow)(struct ctx *cx, u64 place, u64 exception);        /* null: traps */
    void (*pass)(struct ctx *cx, u64 place);  /* a callee came back with an exception that this function does not catch */
    u64 (*caught)(struct ctx *cx);            /* it catches it: the exception; cx->trap is 0 again */
    /* What an element or a reference stands for, where the fast path gave up: it is of the type, or a trap. */
    const struct funcref *(*element)(struct ctx *cx, u64 place, u32 table, u32 type, u64 i);
    const struct funcref *(*ref)(struct ctx *cx, u64 place, const struct funcref *f, u32 type);
    u64 (*object)(struct ctx *cx, u64 place, u64 *sp, u32 op, u64 xy, u64 a, u64 b, u64 c); /* services->object; xy: x | y << 32 */
};

#endif
