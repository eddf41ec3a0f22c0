/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ctx.h - the one struct in which running code and the runtime meet.
 *
 * An instance owns a struct ctx. Engines read and write the fields below and nothing
 * else; helpers get it as their first argument. What is marked "rt" engines leave alone.
 *
 * Pointers that a guest sees are of two kinds:
 *   real addresses  of stack, packet, map values, registered memory, records: only ever
 *                   dereferenced after a check against ctx.region[]
 *   handles         (16-bit tag | 48-bit index) for the context, maps, functions, labels
 *                   and runtime objects: non-canonical, so never inside a region, and
 *                   looked up in a table of the run at each use. */
#ifndef ABI_CTX_H
#define ABI_CTX_H
#include "base/types.h"

enum trap {
    TRAP_NONE,
#define TRAP_ROW(name, code, class, text) TRAP_##name = code,
#include "abi/traps.def"
};
#define SHADOW_END UINT64_MAX      /* in ctx.shadow: behind the last caller */
#define CTX_RANDOM 0x2545f4914f6cdd1du /* ctx.random times that: the upper half is the number */
enum { NO_PLACE = 0xffffffffu }; /* in ctx.trap_func: no nested run has trapped */
const char *trap_name(u32 trap);  /* the text of the row */
bool trap_is_limit(u32 trap);

/* Tags of handles, in bits 63..48: outside every canonical user or kernel address. */
enum { TAG_CTX = 0x7c01, TAG_MAP = 0x7c02, TAG_FUNC = 0x7c03, TAG_LABEL = 0x7c04, TAG_OBJECT = 0x7c05 };
static inline u64 handle(u64 tag, u64 index) { return tag << 48 | index; }
static inline u64 handle_tag(u64 h) { return h >> 48; }
static inline u64 handle_index(u64 h) { return h & 0xffffffffffffu; }
/* TAG_LABEL: function index << 24 | instruction; TAG_FUNC: function index; TAG_MAP: map index. */

/* A run of host memory that the guest may touch. An access of 2^k bytes at p is good when
 * p - base < read[k] (or write[k]), one unsigned compare; the limits of a region that is
 * too short, read-only or empty are 0. */
struct region {
    u64 base;
    u64 read[4], write[4];
};
void region_set(struct region *g, const void *base, u64 len, bool writable);

/* Fixed places in ctx.region[]; map m of the program stands at REGION_MAP + m (empty where
 * its values cannot be addressed); dynamic ones follow. */
enum { REGION_STACK, REGION_PACKET, REGION_META, REGION_MAP };

struct ctx;
struct helper;
struct module;
struct memory;
struct table;
union cell;
struct funcref;
struct rtype;
struct exception;
struct native_env;
/* Every helper and kfunc, built in or the host's, is called so; r0 is the result. It traps by
 * setting cx->trap. Callers set cx->callee = h before, and test cx->trap after. */
typedef u64 helper_fn(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5);

struct ctx {
    /* --- hot: engines --- */
    s64 fuel;                  /* of this slice; below 0: call services->refuel */
    u32 trap;                  /* enum trap; not 0: leave at once */
    u32 trap_func, trap_pc;    /* where: function and instruction */
    u32 depth, max_depth;      /* frames in use, frames allowed */
    u64 ret;                   /* r0 when it ended */
    u8 *stack_top;             /* r10 of the first frame of this run; frames go down */
    u32 frame_size;            /* bytes a frame (512) */
    struct region *region;     /* nregion rows: stack, packet, meta, maps, dynamic */
    u32 nregion;
    const struct services *services;
    const struct helper *callee;
    u64 arg[5];                /* r1 .. r5 at the start of a run */
    void *run;                 /* the engine's own: its innermost run on this cx; NULL at first */
    const struct native_env *env; /* what code in object files finds here (abi/native.h) */
    u64 *place, *place_end;    /* its typed functions: where the first one's frame is noted, where there is no more room */
    struct native_stack { u8 *low, *high; } *native; /* bytes in use of the stack that they run on; NULL: they do not */
    u8 *memory;                /* linear memory 0 */
    u64 memory_size;           /* bytes */
    u64 memory_max;            /* memory_size may grow so far: the address space is there, and zero */
    struct memory **mem;       /* linear memories of the instance, by index (abi/object.h) */
    u8 *mem_base;              /* mem[0]->base, which does not move; NULL: there is none */
    struct table **table;
    union cell **global;
    const struct funcref *func;/* of each function, imports included */
    const struct rtype *const *rtype; /* of each type of the module */
    const void *const *tag;    /* of each tag of the module: what struct exception's tag is compared with */
    struct exception *exception; /* TRAP_EXCEPTION: what was thrown, with a reference held; else NULL */
    /* Registers of typed functions: one stack for a whole chain of calls, whatever instances it goes through. rt owns it
     * and hands it on. Before it calls a service the engine sets slot_sp behind all that is in use. What an engine
     * needs for its frames it takes from the other end, slot_end, and gives it back. */
    u64 *slot_base, *slot_sp, *slot_end;
    u32 calls, max_calls;      /* frames of typed functions in use, allowed; all instances of a chain of calls together */
    const struct funcref *tail_ref; /* TRAP_TAIL_REF: the function of another instance to go on with; its window in tail_slot */
    u64 *tail_slot;
    struct place_note { const struct instance *in; u32 func, pc; } trace[32]; /* typed frames of the last trap, the inner first */
    u32 ntrace;
    u64 trap_regs[11];         /* r0 .. r10 when it trapped, where the engine knows them */
    u64 random;                /* state of bpf_get_prandom_u32, xorshift64* (Vigna 2016): never 0 once it is seeded */
    u64 shadow[64];            /* call chain for backtraces: func << 32 | pc of each caller; rt: sized by max_depth */

    /* --- rt --- */
    s64 fuel_rest;             /* budget beyond this slice */
    const struct ctxtype *type;
    struct pkt *pkt;           /* packet and its metadata, for XDP and skb contexts */
    void *host_ctx;            /* a host-described context */
    struct instance *in;
    u32 nest, max_nest;        /* entries of an engine or a host function in this chain of calls, one within the other */
    struct program *program;   /* the linked program that runs */
    u32 tail_count;            /* tail calls so far */
    u32 tail_func;             /* TRAP_TAIL_CALL: function to go on with */
    u32 cpu;                   /* the slot of per-CPU maps that this instance uses */
    struct program *tail_program;
};

/* Callbacks by which engines and rt reach what stands to their right; api fills it in. */
struct services {
    /* Fuel below zero: takes the next slice, looks for an interrupt. False: cx->trap is set. */
    bool (*refuel)(struct ctx *cx);
    /* An access that the likely region did not hold. True: good, do it. False: look at
     * *done: true: it was an access to the context and has been served (value in/out
     * through *val); else cx->trap is set. size is 1, 2, 4 or 8. */
    bool (*access)(struct ctx *cx, u64 addr, u32 size, bool write, u64 *val, bool *done);
    /* ld_abs / ld_ind: the value zero-extended in *val, or false: the program ends with r0 = 0. */
    bool (*packet_load)(struct ctx *cx, u64 off, u32 size, u64 *val);
    /* TRAP_TAIL_CALL from a subprogram, whose frame alone the target replaces: runs it to its end.
     * True: what the subprogram is to return is in cx->ret. False: cx->trap is set. */
    bool (*tail_call)(struct ctx *cx);
    /* The helper bpf_tail_call with these arguments, where the target is a function of the running program, nothing is held and
     * what runs may run it: the tail call is counted, and the caller goes on with *func in the frame it has, with r1 .. r5
     * from cx->arg. False: nothing was done; the helper says what it is. */
    bool (*tail_own)(struct ctx *cx, u64 r1, u64 r2, u64 r3, u32 *func);
    /* Checks and converts the arguments of a host's helper, as its fn does. False: cx->trap is set. */
    bool (*helper_args)(struct ctx *cx, const struct helper *h, u64 arg[5]);
    /* Runs function f of the running program again from a helper (bpf_loop and others):
     * frames nest, fuel and traps are shared. r0 in *ret; false: cx->trap is set. */
    bool (*call)(struct ctx *cx, u32 func, const u64 args[5], u64 *ret);
    /* Calls f, which is not a function of cx's own instance with code (another instance's, or the host's): slot holds
     * its arguments, then, from result_at of its type on, its results. Fuel and frames are shared. False: cx->trap is set. */
    bool (*call_ref)(struct ctx *cx, const struct funcref *f, u64 *slot);
    /* An operation on an object of the instance: OP_memgrow and the OBJ rows from tgrow on, MATOM wait and notify.
     * x and y are imm and off of the instruction (wait, notify: x the memory, b the whole address), a, b, c the
     * values of its registers. The result, or 0 with cx->trap set. Charges by length. */
    u64 (*object)(struct ctx *cx, u32 op, u32 x, u32 y, u64 a, u64 b, u64 c);
    /* A new exception of tag (an index of the instance) with nslot slots of payload; NULL: cx->trap is set. */
    struct exception *(*exception)(struct ctx *cx, u32 tag, const u64 *slot, u32 nslot);
};

#endif
