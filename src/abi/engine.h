/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* engine.h - what an engine is given and what it gives.
 *
 * A linked program (rt) shows an engine the module and, for each symbolic operand, what it
 * was bound to. An engine compiles all of its functions into one image; the image belongs
 * to the program, is immutable, and runs in many threads at once, each with its own ctx. */
#ifndef ABI_ENGINE_H
#define ABI_ENGINE_H
#include "abi/ctx.h"
#include "abi/helper.h"
#include "base/error.h"
struct module;
struct map;
struct func_facts;
typedef void *map_find_fn(struct map *m, const void *key);

/* How maps look to native code and to the interpreter. */
struct map_view {
    u64 handle;             /* what ldmap loads */
    const u8 *value;        /* array-like with one direct value area: address of entry 0, else NULL */
    u64 value_len;          /* bytes there */
    bool read_only;         /* to the program */
    u32 stride, max_entries;/* array-like: entry i is at value + i * stride */
    u32 type;               /* BPF_MAP_TYPE_* */
    u32 key_size;
    map_find_fn *find;      /* does what map_lookup_elem does, given map and a key that may be read; NULL: call the helper */
    struct map *map;
};

/* How native code is made. */
struct jit_options {
    bool harden;   /* guests that may try to steer the processor: constants, indices, indirect jumps (docs/SECURITY.md) */
    bool debug;    /* gdb is told of it */
    bool perf;     /* perf is told of it */
    u32 eager;     /* so many threads compile all functions at once; 0: typed ones when they are first called, others with the first run of a program */
    bool listing;  /* every instruction has a spot: for engine.native */
    u8 level;      /* of optimisation, 1 .. 3, where an engine has levels; 0: 2 */
    bool dump_before, dump_after, time_passes; /* its own form of the program before and after its passes, and how long these took, to stderr */
    const char *cache; /* folder of what was compiled before; NULL: the user's; "": none */
    u32 without;   /* features of the processor that the code shall not need, by the engine's numbers */
};

/* Memory that an engine compiles in, and for code, which the runtime keeps for the next program. */
struct shelf {
    void *_Atomic desk;                 /* NULL: there is none, or it is in use */
    void (*_Atomic drop)(void *desk);
    void *_Atomic code;                 /* the same */
    void (*_Atomic drop_code)(void *code);
};

struct link_view {
    const struct module *m;             /* its code may be what facts made of it (opt/proven.h) */
    const struct helper *const *helper; /* by id, NULL where there is none; nhelper rows */
    u32 nhelper;
    const struct helper *const *import; /* by index in m->import, functions; NULL: weak and absent */
    const u64 *import_addr;             /* variables: what ldsym loads */
    const struct map_view *map;         /* m->nmap rows */
    bool checks;                        /* false only by an explicit, unsafe option */
    bool fuel;                          /* count and stop; false: run without a budget */
    bool exact_regs;                    /* ctx.trap_regs shows what the program wrote, also where nothing reads it */
    u64 arena;                          /* upper half of all addresses of the program's arena, which cast_kern and
                                           cast_user give to a pointer whose lower half is not 0; 0: no arena */
    u32 frame_size;                     /* bytes a frame, equal to ctx.frame_size of every run (0: not known;
                                           then accesses to the frame are checked like any other) */
    struct jit_options jit;
    struct shelf *shelf;
    const struct ctxtype *context; /* what programs whose section names no kind are given; NULL: memory */
    const struct func_facts *facts; /* of each function of m (ir/facts.h); NULL: nothing was proven */
};

/* Native code from `at` (of the function's code) up to the next spot belongs to instruction pc; a call in progress is
 * looked for by its return address less 1. */
struct spot { u32 at, pc; };
enum { SPOT_NONE = 0xffffffffu }; /* pc of code that is nobody's: prologue, epilogue */

struct native_code {
    const u8 *code; u32 size;
    const struct spot *spot; u32 nspot; /* ascending by at */
};

/* The begin of a run that is like others: enter(cx, e) does what engine.run does with e->fuel in cx->fuel. The engine makes
 * it ready once, and cx with it; between such runs nothing else runs on cx, and each ends without a trap or is the last. */
struct engine_entry {
    void (*enter)(struct ctx *cx, struct engine_entry *e);
    const void *code, *image;
    u64 frame;
    s64 fuel;
    u64 own[20]; /* the engine's: its innermost run, while one is in progress */
};

struct engine {
    const char *name, *about;
    bool (*usable)(void);
    int (*compile)(const struct link_view *l, void **image, struct error *e);
    /* Runs function func with r1 .. r5 = args on cx (cx->arg). Result in cx->ret, or cx->trap with
     * trap_func, trap_pc, trap_regs. May be entered again from a helper on the same cx (nested frames:
     * cx->depth and r10 go on from where they stand). */
    void (*run)(const void *image, struct ctx *cx, u32 func);
    /* For runs of func on cx where nothing runs, while arguments, stack and limits of frames stay as they are; sets all but fuel.
     * out stays where it is as long as cx. False: each asks run(). NULL: always so. */
    bool (*entry)(const void *image, struct ctx *cx, u32 func, struct engine_entry *out);
    /* Runs typed function func: slot holds its arguments and has room for its results, which come out from slot[result_at] on. Frames are
     * counted in cx->calls. A trap is left in cx->trap, its frames in cx->trace (appended: a nested call may have
     * left some); TRAP_EXCEPTION with cx->exception, TRAP_TAIL_REF with cx->tail_ref and tail_slot. NULL: the engine runs eBPF alone. */
    void (*call)(const void *image, struct ctx *cx, u32 func, u64 *slot);
    /* As entry, for calls of func with that slot on cx where none is in progress, while slot_sp, slot_end and limits of
     * frames are what they are now, and memory 0 is of its kind. cx->trap must be 0 before each. NULL: each asks
     * call(). */
    bool (*call_entry)(const void *image, struct ctx *cx, u32 func, u64 *slot, struct engine_entry *out);
    /* What call_entry took for out, which began as zeros, is given back. NULL: it takes nothing. */
    void (*entry_drop)(struct engine_entry *out);
    void (*free)(void *image);
    /* Accesses to host regions, as instructions, that are known good before the program runs. NULL: it looks for none. */
    u64 (*proven)(const void *image);
    /* The machine code of a function, which is made now if it was not yet. NULL: the engine makes none. */
    int (*native)(const void *image, u32 func, struct native_code *out, struct error *e);
};

#endif
