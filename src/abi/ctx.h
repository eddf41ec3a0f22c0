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
    u8 *memory;                /* linear memory 0 */
    u64 memory_size;           /* bytes */
    u64 memory_max;            /* memory_size may grow so far: the address space is there, and zero */
    u64 trap_regs[11];         /* r0 .. r10 when it trapped, where the engine knows them */
    u64 shadow[64];            /* call chain for backtraces: func << 32 | pc of each caller; rt: sized by max_depth */

    /* --- rt --- */
    s64 fuel_rest;             /* budget beyond this slice */
    const struct ctxtype *type;
    struct pkt *pkt;           /* packet and its metadata, for XDP and skb contexts */
    void *host_ctx;            /* a host-described context */
    struct instance *in;
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
    /* Runs function f of the running program again from a helper (bpf_loop and others):
     * frames nest, fuel and traps are shared. r0 in *ret; false: cx->trap is set. */
    bool (*call)(struct ctx *cx, u32 func, const u64 args[5], u64 *ret);
};

#endif
