/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* program.h - the runtime objects: registry, linked program, instance. rt owns them; api
 * wraps them in the public handles.
 *
 * link_program: module + registry + maps -> program, whose view an engine compiles.
 * instance_run: sets up ctx, runs the image, follows tail calls, releases what is held. */
#ifndef RT_PROGRAM_H
#define RT_PROGRAM_H
#include "abi/ctxtype.h"
#include "abi/engine.h"
#include "rt/map.h"
#include <stdatomic.h>

struct rt_region { void *base; u64 len; bool writable; };
struct rt_symbol { char *name; u64 address; };

/* What a host configured; shared by the programs of a runtime. */
struct registry {
    const struct helper **helper; u32 nhelper;   /* by id: built in, or the host's */
    struct helper **kfunc; u32 nkfunc;           /* by name, the host's; built-in ones stand in kfuncs.def */
    struct rt_region *mem; u32 nmem;
    struct rt_symbol *sym; u32 nsym;
    u64 budget;
    u32 max_frames, frame_size;
    _Atomic u32 cpus;                            /* 0: not asked yet; see registry_cpus() */
    bool checks, fuel;
    struct jit_options jit; char *cache;         /* the string of jit.cache */
    struct shelf shelf;
    /* Routes, for bpf_fib_lookup: fills in the 64 bytes of struct bpf_fib_lookup and returns one of
     * BPF_FIB_LKUP_RET_* or a negative errno. NULL: there are none. */
    s64 (*fib)(void *arg, void *params, u32 flags);
    u32 (*mtu)(void *arg, u32 ifindex);          /* for bpf_check_mtu; 0: no such interface. NULL: 1500 */
    void *net_arg;
    u64 secret;                                  /* of SYN cookies */
    struct map_budget map_memory;                /* bytes used and allowed by maps */
    int (*print)(void *arg, const char *text, size_t len);
    void *print_arg;
    struct epoch epoch;                          /* running instances, for safe reuse of map memory */
    struct helper **owned; u32 nowned;           /* every row that a host registered, until the end */
    /* --- of typed modules (rt/typed) --- */
    struct types *types;
    struct waits *waits;
    _Atomic u64 memory_used; u64 max_memory;     /* bytes of all linear memories */
    u64 max_memory_pages, max_table;             /* of one memory, one table */
    atomic_uint instances; u32 max_instances;
    u32 max_calls, max_nest; u64 max_slots;      /* of a chain of calls */
    atomic_bool place_lock; struct mem_place *place; u32 nplace; /* address space of memories that are gone */
    _Atomic u64 images;                          /* how many were made: their ids */
    atomic_bool stack_lock; u64 *stack[8]; u32 nstack; /* stacks of groups that are gone, for the next ones */
};
int registry_init(struct registry *r);           /* fills in the built-in helpers and defaults */
u32 registry_cpus(struct registry *r);           /* processors that maps, locks and epochs count with */
void registry_drop(struct registry *r);
int registry_add_helper(struct registry *r, const struct helper *h, bool kfunc);
/* The body of a host's helper, or of its kfunc of that name, copied; c NULL: none. E_NOENT: the host has registered none. */
int registry_set_code(struct registry *r, u32 id, const char *kfunc, const struct helper_code *c);
int registry_remove_helper(struct registry *r, u32 id);
/* "bpf_map_lookup_elem" by id, also of helpers that are refused; NULL: no such id. */
const char *helper_name(u32 id);
int registry_add_memory(struct registry *r, void *base, u64 len, bool writable);
int registry_add_symbol(struct registry *r, const char *name, u64 address); /* copies the name */
/* Checks and converts arg[] by the kinds of h->arg, as built-in helpers do (ARG_MEM stays an address of
 * checked host memory, ARG_MAP becomes struct map *); false: cx->trap is set. For the host's helpers. */
bool helper_args(struct ctx *cx, const struct helper *h, u64 arg[5]);

struct program {
    const struct module *m;
    struct registry *r;
    struct map **map;                            /* m->nmap, each with a reference held */
    struct link_view view;
    const struct engine *engine;
    void *image;                                 /* made by the api pipeline from view */
    u64 compile_ns;
    /* Where view.facts stand: of each function what they rest on when a run starts there: the type of its context, any_type
     * (none), or NULL (it is not started with what was assumed). Other runs get an image that was made without facts,
     * when the first of them comes. NULL: no facts. */
    const struct ctxtype *const *assumed;
    struct link_view plain_view; void *_Atomic plain;
    /* By function, where a program begins: a run takes at most so many instructions, by the same facts; 0: not known. Who
     * enters the image with facts has that much fuel in the slice. NULL: known of none. */
    const u64 *bound;
    u32 folded;                                  /* accesses that are numbers in the code which view.m has in place of m's */
    struct arena arena;
    atomic_uint refs;                            /* the owner's, instances', entries of prog arrays */
    void (*release)(struct program *p);          /* the owner's: called by program_unref at 0; NULL: nothing */
    bool guarded;                                /* its code runs with memories alone whose end the processor finds */
    struct heap *heap;                           /* of bpf_obj_new; NULL: the module does not import it */
    bool looks_up;                               /* a map of it reuses the memory of entries: its runs join the epoch */
    struct timers *timers;                       /* NULL: the module does not call bpf_timer_init */
    bool lenient;                                /* asked for before linking: what is not there is absent in the view and no error,
                                                    nor are licenses, and maps that code has no address in are not made: it
                                                    is looked at, never run */
    bool count;                                  /* asked for before linking: its runs are counted (rt/stats.h) */
    struct stats_list *stats;                    /* NULL: they are not */
    /* Where imported functions are looked for that nobody registered; NULL: nowhere. */
    const struct helper *(*kfunc_of)(void *arg, struct arena *a, const char *name);
    void *kfunc_arg;
    u32 *export_row, export_mask; u64 export_seed; /* hash table of m->export[]: 1 + index, 0: free */
    const struct rtype *const *type;             /* m->ntype, as the runtime's modules share them */
    struct image *_Atomic begun; atomic_uint made; /* of its instances as they start, and how many were made (rt/typed) */
    struct region *region; u32 nregion;          /* rows of an instance from REGION_MAP on: maps, registered memory */
};
extern const struct ctxtype any_type;
/* The image for runs that start with something else than the facts rest on; NULL: out of memory, or its code was made before. */
const void *program_plain(struct program *p);
void program_ref(struct program *p);
void program_unref(struct program *p);

/* use[i] (may be NULL) replaces map i. set: "NAME=VALUE" strings, NULL-ended, or NULL. */
int link_program(struct program *p, const struct module *m, struct registry *r, struct map *const *use,
                 const char *const *set, struct error *e);
void program_drop(struct program *p);           /* frees all but the image; fine on a program that failed to link */
bool program_try_ref(struct program *p);        /* false: its last reference has gone */
/* Writes one "NAME=VALUE" into the program's variables (rt/vars.c). */
int program_set(struct program *p, const char *text, struct error *e);

/* What a run holds: looked up at each use, released when the run ends. */
enum object_kind {
    OBJECT_FREE,
    OBJECT_RECORD,    /* of a ring buffer; p: its data */
    OBJECT_LOCK,      /* p: the lock word in a map value */
    OBJECT_DYNPTR,    /* p: where the program keeps its struct bpf_dynptr; sub: enum dynptr_kind */
    OBJECT_ITER,      /* p: where it keeps its struct bpf_iter_*; sub: enum iter_kind */
    OBJECT_SECTION,   /* p: enum section_kind; len: how often it was entered */
    OBJECT_IRQ,       /* p: where the flags were saved; at: the order */
    OBJECT_OWNED,     /* p: an object of the heap (rt/heap.h) that the run has a reference on */
};
enum dynptr_kind { DYNPTR_NULL, DYNPTR_LOCAL, DYNPTR_RINGBUF, DYNPTR_SKB, DYNPTR_XDP };
struct object {
    u8 kind, sub;
    bool read_only;
    u32 region;                                  /* row of the record */
    struct map *map;
    void *p;                                     /* how the program names it */
    u64 base;                                    /* dynptr: its memory; iterator: the words it owns */
    u32 at, len;                                 /* dynptr: offset and bytes; iterator: next and end */
};

enum { MAX_OBJECTS = 64, MAX_DYNAMIC = 64, MAX_INNER = 16, SLICE = 65536, MAX_TAIL_CALLS = 33 };

enum run_state {
    RUN_NONE,
    RUN_AGAIN, /* all stands as the last run found it, for one more like it */
    RUN_ON,    /* one is in progress: no other can be started */
};

struct instance {
    struct program *p;
    struct ctx cx;
    u8 *stack; size_t stack_size;
    atomic_bool interrupt;                       /* stops the run in progress, or the next one */
    struct object *object; u32 nobject;          /* acquired records, locks: rows that were used, MAX_OBJECTS at most */
    atomic_uint_fast64_t active;                 /* epoch in which it runs; 0: idle */
    struct instance *next;                       /* of the registry's list */
    u32 region_cap, fixed;                       /* rows of cx.region; those that are not dynamic */
    u32 nest;                                    /* callbacks in progress */
    struct map *inner[MAX_INNER]; u32 ninner;    /* maps that lookups in maps of maps gave: TAG_MAP, m->nmap + i */
    u8 *key; u32 key_cap;                        /* copies of keys for callbacks of for_each_map_elem */
    bool own_args, plain;                        /* of the run in progress: r1 .. r5 are the host's; what runs has no facts */
    u32 state;                                   /* enum run_state */
    bool looks_up, counts;                       /* as the program's, and fuel of its view, which are further away */
    s64 slice, rest;                             /* of the last run: its fuel, */
    const void *image;                           /* what ran main_func, */
    struct engine_entry entry;                   /* and how */
    struct program *guest;                       /* reference held on a program that a tail call went to */
    u64 cookie, func_ip;                         /* of the run in progress */
    s64 retval; bool retval_set;                 /* bpf_get_retval, bpf_set_retval, bpf_override_return */
    u32 main_func;                               /* the program that runs, not a function that it calls */
    struct stats *stats;                         /* NULL: nothing is counted */
    struct group *caller;                        /* of typed code that runs this; NULL: a host does */
    struct typed_part *typed;                         /* memories, tables and so on; NULL: the module has none (rt/typed) */
    u64 lost, clones;                            /* events that found no room; packets that clone_redirect sent */
};
/* Of a typed module, typed_init comes next. */
int instance_init(struct instance *in, struct program *p, const struct services *s);
void instance_drop(struct instance *in);

struct run_input {
    const struct ctxtype *type;
    struct pkt *pkt;                             /* packet contexts */
    void *mem; u64 mem_len;                      /* raw: r1, r2; bytes; or the struct of a host-described context */
    u64 budget;                                  /* 0: the registry's */
    const u64 *args;                             /* r1 .. r5 in place of the context; NULL: none */
    u64 cookie, func_ip;                         /* of bpf_get_attach_cookie, bpf_get_func_ip */
    s64 retval;                                  /* of bpf_get_retval */
    bool again;                                  /* instance_run_again() may come (rt/again.h) */
};
/* Runs function func. The result is in in->cx.ret; the trap, if any, is returned. insns counts fuel used. */
u32 instance_run(struct instance *in, u32 func, const struct run_input *i, u64 *insns);

/* Runs the callbacks of the timers of in's program that are due at now (os_time_ns()), each as a run
 * of its own, on the calling thread; how many ran, *trap: of the first that trapped. */
u32 rt_timers_run(struct instance *in, u64 now, u32 *trap);
u64 rt_timers_next(struct program *p);           /* when the first is due; UINT64_MAX: none waits */

/* The runtime's part of struct services. */
bool rt_refuel(struct ctx *cx);
bool rt_access(struct ctx *cx, u64 addr, u32 size, bool write, u64 *val, bool *done);
bool rt_packet_load(struct ctx *cx, u64 off, u32 size, u64 *val);
bool rt_tail_call(struct ctx *cx);
bool rt_tail_own(struct ctx *cx, u64 r1, u64 r2, u64 r3, u32 *func);
bool rt_call(struct ctx *cx, u32 func, const u64 args[5], u64 *ret);

/* --- inside of rt --- */
void epoch_join(struct epoch *e, struct instance *in, u32 cpus);
void epoch_part(struct epoch *e, struct instance *in);
const struct helper *builtin_helper(u32 id);     /* NULL: refused or unknown */
u32 builtin_helpers(void);                       /* past the last of their ids */
const struct helper *builtin_kfunc(const char *name);
bool instance_enter(struct instance *in, struct program *p); /* rows of p; false: out of memory */
void packet_rows(struct ctx *cx);                /* after the packet moved */

#endif
