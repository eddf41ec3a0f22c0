/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* image.h - what the compiler leaves: code, where its instructions came from, and a run of it.
 *
 * Code of a unit, its thunks apart, never changes. Typed functions are compiled when they are first called: a call goes
 * through jfunc.entry, which is the thunk `lazy` until then. eBPF functions are compiled with the first program that
 * reaches them (lazy.c). */
#ifndef ENGINE_JIT_IMAGE_H
#define ENGINE_JIT_IMAGE_H
#include "abi/engine.h"
#include "base/arena.h"
#include "ir/module.h"
#include <pthread.h>
#include <stdatomic.h>

struct jrun;

/* An exception of the call that returns to `at` goes on at `pad`. */
struct caught { u32 at, pad; };

/* One function as compiled. */
struct jbody {
    const u8 *code; u32 size;
    u32 func;
    u32 frame;                  /* bytes between rsp and what was pushed */
    u32 pushes;                 /* where they are pushed and the frame is made */
    u32 pushed;                 /* registers pushed, the highest number first: that lies at the highest address */
    u32 nspot;
    const struct spot *spot;    /* ascending by at */
    const struct caught *caught; u32 ncaught; /* of typed functions; ascending by at */
    bool homes;                 /* register r is in slot r of the frame */
    bool fixed;                 /* r0 .. r10 are where the machine has them, */
    u32 hidden;                 /* bit r: but for r, whose place holds something of ours */
    bool zero_stack;            /* an address of a frame of its, or of what it calls, may reach other frames */
    u64 proven;                 /* accesses to host memory that need no check */
};

struct jfunc {
    const void *_Atomic entry;          /* where calls go */
    const struct jbody *_Atomic body;   /* NULL: not compiled yet */
};

/* An access that the likely region did not hold. */
enum jit_access {
    ACCESS_READ,                     /* + the row, from ldx8 on */
    ACCESS_WRITE = ACCESS_READ + 7,  /* + log2 of the size, as all below */
    ACCESS_ATOMIC = ACCESS_WRITE + 4, /* may it be written? */
    ACCESS_ACQUIRE = ACCESS_ATOMIC + 4, /* may it be read? */
    ACCESS_PACKET = ACCESS_ACQUIRE + 4, /* ld_abs, ld_ind */
    ACCESS_KINDS = ACCESS_PACKET + 3
};

/* Code that all functions of an image share; addresses. Pairs: for eBPF functions and for typed ones. */
struct jthunks {
    void (*enter)(struct ctx *cx, const void *code, const void *image, u64 frame); /* C to generated code, eBPF; a struct jrun on the stack is its own */
    void (*first)(struct ctx *cx, struct engine_entry *e); /* the same where jit_entry() has set up cx and the run in e */
    const void *trap[2];        /* called with a trap code pushed: leaves the run; the return address is the place */
    const void *trapped[2];     /* called: cx->trap is set; comes back where a tail call has given a subprogram its result, in rax */
    const void *refuel[2];      /* called where fuel fell below 0: comes back with more, or leaves the run */
    const void *access[ACCESS_KINDS]; /* called with the address in rdi, a value to write in r10; comes back with what was read in r10 */
    const void *typed[16];      /* of typed functions: typed.h */
};

struct code_area;               /* code.h */
struct perf_files;
struct gdb_told;
struct jtyped;                  /* typed.h: what an image has for typed functions */
struct jimage {
    struct arena arena;
    struct link_view l;
    const struct module *m;
    struct jfunc *func; u32 nfunc;
    struct jthunks thunk;
    struct code_area *area;
    const struct machine *machine;
    u32 cpu;                    /* the machine's: what the processor can do */
    const struct jbody **by_code; u32 nbody, cbody, nsorted; /* changed under lock; places.c */
    u64 proven;                 /* changed under lock */
    bool lazy;                  /* of eBPF functions what a program reaches is compiled when it first runs */
    struct jtyped *typed;
    struct perf_files *perf;    /* engine/tell */
    struct gdb_told *told;
    pthread_mutex_t lock;       /* while a function is compiled, or by_code is looked at */
};

enum { MAY_GOTO_LOOPS = 8 << 20 }; /* of each may_goto's frame, as in the interpreter */

/* A run of eBPF functions on a cx, on the stack of thunk.enter or in a struct engine_entry; cx->run. */
struct jrun {
    const struct jimage *im;
    u64 sp;                     /* rsp of thunk.enter where it calls: right below is the address that it waits at */
    void *outer;                /* cx->run before */
    u32 depth;                  /* cx->depth before */
    u64 saved[8];               /* registers that C wants kept, as thunk.enter found them */
};
enum { ENTER_ROOM = sizeof(struct jrun) + 8, FIRST_ROOM = 8 }; /* bytes of stack below what thunks push: run, and rsp is a multiple of 16 */

/* places.c */
bool jit_body_add(struct jimage *im, const struct jbody *b); /* under the lock; false: out of memory */
const struct jbody *jit_body_at(const struct jimage *im, const void *code); /* NULL: not ours; takes the lock */
u32 jit_pc_at(const struct jbody *b, const void *code);                     /* SPOT_NONE: no instruction's */

/* run.c: what thunks of eBPF functions call. code: the return address, sp: rsp of the function there. Each answers with the run to leave, or NULL: go on. */
const struct jrun *jit_trap(struct ctx *cx, const void *code, u32 trap, const u64 *sp);
const struct jrun *jit_trapped(struct ctx *cx, const void *code, const u64 *sp);
const struct jrun *jit_refuel(struct ctx *cx, const void *code, const u64 *sp);
struct jit_value { u64 v; const struct jrun *leave; };
struct jit_value jit_access(struct ctx *cx, u64 addr, u32 kind, u64 v, const void *code, const u64 *sp);
void jit_run(const void *image, struct ctx *cx, u32 func);  /* engine.run */
bool jit_entry(const void *image, struct ctx *cx, u32 func, struct engine_entry *out); /* engine.entry */

/* lazy.c: makes code for all functions that have none, in so many threads. */
int jit_compile_all(struct jimage *im, u32 threads, struct error *e);
/* makes code for func[f] unless there is; where to enter it, or NULL. Any thread. */
const void *jit_compiled(struct jimage *im, u32 f, struct error *e);
/* May eBPF functions wait for the program that reaches them? */
bool jit_may_wait(const struct link_view *l);
/* Memory for as long as the image is, from any thread; NULL: there is none. */
void *jit_keep(struct jimage *im, size_t n, size_t size);

#endif
