/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed.h - what an instance of a module with typed functions is made of: memories, tables, globals,
 * tags, references to functions, and the group of instances that may hold references to each other.
 *
 * Lifetimes. A reference to a function or an exception may be stored in any table, global or payload that the
 * instance can reach, and stays usable there after its own instance has been given back, or has failed to start.
 * References are plain addresses; nobody counts them. So instances live and die in groups: whoever
 * imports a function, table, global or tag from another joins the other's group (group_join), and a group goes when
 * the host has given back every handle on a member of it. Memories hold no references: they are counted
 * one by one, and may be shared by groups and threads. A group belongs to one thread at a time.
 *
 * Chains. The calls in progress in a group are one chain, through however many instances: one stack
 * of slots, one fuel, one count of frames, handed from ctx to ctx (calls.c). */
#ifndef RT_TYPED_TYPED_H
#define RT_TYPED_TYPED_H
#include "abi/object.h"
#include "rt/mem.h"
#include <pthread.h>

enum { WASM_PAGE = 65536, CALL_SLOTS = 4 << 20, CALL_FRAMES = 65536, CALL_NEST = 200 };

/* --- types.c: types that all modules of a runtime share --- */

struct rt_type {
    struct rtype t;
    u8 kind;                   /* 'f', 's', 'a' */
    bool final;
    struct type_group *group;
};
/* The types of a module, each group with a reference held. NULL: out of memory, or too many. */
const struct rtype **types_of_module(struct registry *r, struct arena *a, const struct module *m, struct error *e);
void types_release(struct registry *r, const struct rtype *const *t, u32 n); /* what types_of_module took */
/* A function type of its own (of host functions); released as an array of one. */
const struct rtype *type_of_signature(struct registry *r, const u32 *vt, u32 nparam, u32 nresult);
void type_ref(struct registry *r, const struct rtype *t); /* given back by types_release */
/* A value type of m, as all modules of the runtime name it: heap indices are ids of types. */
u32 vt_shared(const struct rtype *const *t, u32 vt);
/* Shared value type a is a subtype of b (WebAssembly 3.0, 3.3). */
bool vt_matches(struct registry *r, u32 a, u32 b);
/* The reference v is one of the shared type vt (externs, and exceptions that the program made, always are). */
bool vt_holds(struct registry *r, u32 vt, u64 v);
void print_vt(struct buf *b, u32 vt);                     /* "i32", "(ref null 12)" */
void print_type(struct buf *b, const struct rtype *t);    /* "(i32, i64) -> (f32)" */
int types_init(struct registry *r);
void types_drop(struct registry *r);

/* --- group.c --- */

enum member_kind { MEMBER_INSTANCE, MEMBER_TABLE, MEMBER_GLOBAL, MEMBER_TAG, MEMBER_WITNESS };
struct member {
    struct group *group;
    struct member *next;
    u8 kind;                   /* enum member_kind */
};

/* The owner's own, and told when its group goes. */
struct rt_witness {
    struct member in;
    void (*gone)(struct rt_witness *w);
};

struct rt_exception {
    struct rt_exception *next;
    size_t bytes;
    bool live;
    struct exception x;
};

struct group {
    atomic_uint refs;          /* handles of the host on members */
    u32 pins;                  /* calls that keep it */
    bool gone;                 /* no handle is left; it is pinned */
    struct registry *r;
    struct member *member;
    struct ctx *running;       /* the innermost ctx of the chain in progress; NULL: none */
    u32 last_trap;             /* of a call that a host function made; its exception */
    struct exception *last_exception;
    struct visit *visit;       /* the instances that are in it, the innermost first */
    u64 *slots;                /* the stack, r->max_slots of them, made at the first call */
    struct rt_exception *exception;
    size_t exception_bytes, collect_at;
    bool seen;                 /* the owner's, while it walks over groups */
};
/* An instance in a chain of calls; it may be one that runs eBPF, and called into the group. */
struct visit {
    struct instance *in;
    struct visit *outer;
};

struct group *group_new(struct registry *r); /* one reference; NULL: out of memory */
void group_add(struct group *g, struct member *m, enum member_kind kind);
void group_ref(struct group *g);
void group_unref(struct group *g);
/* While a call is in progress, which may give back the last handle: the group goes when it is over. */
static inline void group_pin(struct group *g) {
    g->pins++;
}
void group_end(struct group *g); /* the last pin and the last handle are */
static inline void group_unpin(struct group *g) {
    if (!--g->pins && g->gone)
        group_end(g);
}
/* All members of both are in one group from now on. False: both run, and cannot be made one chain. */
bool group_join(struct group *a, struct group *b);

/* --- memory.c --- */

struct rt_memory {
    struct memory m;
    atomic_uint refs;
    atomic_bool lock;          /* while it grows */
    struct registry *r;
    u64 reserved;              /* bytes of address space; 0: the arena's */
    u64 max_pages;             /* as declared, UINT64_MAX where it was not */
    struct map *arena;         /* its bytes belong to this map; or NULL */
    u64 image, image_len;      /* the image that lies under its first bytes; 0: none */
};
struct image_memory;
/* im: what it holds at first, or NULL: zeros. */
struct rt_memory *memory_new(struct registry *r, const struct size_limits *l, const struct image_memory *im,
                             struct error *e);
/* The bytes of an arena map, from offset 0 on, as a memory that does not grow. */
struct rt_memory *memory_of_arena(struct registry *r, struct map *arena, struct error *e);
void memory_ref(struct rt_memory *m);
void memory_unref(struct rt_memory *m);
/* The old size in pages, or -1. */
u64 memory_grow(struct rt_memory *m, u64 pages);
static inline u64 memory_size(const struct memory *m) {
    return atomic_load_explicit(&((struct memory *)(uintptr_t)m)->size, memory_order_acquire);
}
/* Takes bytes from what the runtime allows for memories and tables; false: over the limit. */
bool memory_charge(struct registry *r, u64 bytes);
void memory_release(struct registry *r, u64 bytes);
static inline struct rt_memory *rt_memory(struct memory *m) {
    return (struct rt_memory *)m;
}

/* --- place.c: address space of guarded memories, kept for the next ones --- */

struct mem_place {
    u8 *base;
    u64 usable;                /* bytes from base on that may be accessed, all as they were at first */
    u64 image, image_len;      /* an image lies under the first image_len of them; 0: none, they are zero */
};
/* One that was kept, if possible with that image; false: there is none. */
bool place_take(struct registry *r, u64 image, struct mem_place *p);
bool place_give(struct registry *r, const struct mem_place *p); /* false: enough are kept */
void places_drop(struct registry *r);
enum { GUARD = WASM_PAGE };
static const u64 GUARDED = ((u64)8 << 30) + GUARD;

/* --- image.c: what module.init leaves, taken once and put into later instances --- */

struct image_memory { u64 id, len; int fd; }; /* len 0: all zero */
struct image {
    u64 insns;                 /* that init took */
    struct image_memory *mem;  /* rows as in the module; of imports they are not used */
    union cell *global;        /* references: index of the function + 1, or 0 */
    u64 **table;
    u32 *elem, *data;          /* lengths of segments */
    struct arena arena;
};
/* After in has been initialised, and before anyone else knows of it. Only where init depends on nothing but the module. */
void image_take(struct instance *in);
void image_put(struct instance *in, const struct image *im); /* all but memories */
void image_drop(struct program *p);

/* --- wait.c: waiting for a notification on an address --- */

/* 0 woken, 1 another value stood there, 2 the time is over; else cx->trap is set. */
u32 memory_wait(struct ctx *cx, struct memory *m, u64 at, u64 expected, bool wide, s64 timeout_ns);
u32 memory_notify(struct registry *r, struct memory *m, u64 at, u32 count);
int waits_init(struct registry *r);
void waits_drop(struct registry *r);
void wake_all(struct registry *r); /* they look whether they were interrupted */
/* poll() that an interrupt ends, with cx->trap set: how many of n are ready; 0: it is `at` (as os_time_ns; UINT64_MAX:
 * never). Or a negative errno. There is room for one more in p. */
struct pollfd;
int wait_ready(struct ctx *cx, struct pollfd *p, u32 n, u64 at);

/* --- objects.c: tables, globals, tags --- */

struct rt_table {
    struct member in;
    struct registry *r;
    struct table t;            /* vt: shared */
    u64 max;                   /* as declared; t.max is what it may grow to */
};
struct rt_global {
    struct member in;
    union cell c;
    u32 vt;                    /* shared */
    bool mutable;
};
struct rt_tag {
    struct member in;
    struct registry *r;
    const struct rtype *type;
};
static inline struct rt_table *rt_table(struct table *t) {
    return (struct rt_table *)((u8 *)t - offsetof(struct rt_table, t));
}
static inline struct rt_global *rt_global(union cell *c) {
    return (struct rt_global *)((u8 *)c - offsetof(struct rt_global, c));
}
/* vt: shared. Members of g; NULL: e is set. */
struct rt_table *table_new(struct group *g, const struct size_limits *l, u32 vt, struct error *e);
u64 table_grow(struct rt_table *t, u64 n, u64 v); /* the old size, or -1 */
struct rt_global *global_new(struct group *g, u32 vt, bool mutable, struct error *e);
struct rt_tag *tag_new(struct group *g, const struct rtype *type, struct error *e); /* takes a reference on type */
void table_free(struct rt_table *t);
void global_free(struct rt_global *x);
void tag_free(struct rt_tag *t);

/* --- match.c --- */

/* What stands behind a name that a module imports. */
struct extern_ {
    u8 kind;                   /* enum entity_kind */
    union {
        struct funcref func;
        struct table *table;
        struct rt_memory *memory;
        union cell *global;
        struct rt_tag *tag;
    } u;
};
/* The group that it belongs to now; NULL: a memory, or a function of the host's. */
struct group *extern_group(const struct extern_ *x);
/* x may stand for import i of program p. Says why not. */
int extern_match(struct program *p, u32 i, const struct extern_ *x, struct error *e);
void print_import(struct buf *b, const struct program *p, u32 i); /* "env" "f" (function (i32) -> ()) */

/* --- entities.c: an instance's own objects --- */

struct item_seg { u32 n; u64 *item; };  /* item: NULL as long as it is the module's functions alone */

/* How a chain of calls begins with f. */
struct first_call {
    const struct funcref *f;   /* NULL: to be found out again the next time */
    u64 *slots, *sp, *end;     /* sp: behind its window */
    s64 slice, rest;           /* fuel */
    bool own;                  /* code of the instance itself, and there is room */
    bool entered;              /* which entry runs */
    struct engine_entry entry;
};
struct typed_part {
    struct member in;          /* its place in its group */
    struct instance *inst;
    void (*free)(struct instance *in); /* the owner's: called when the group goes */
    struct arena arena;        /* the arrays of cx */
    struct rt_tag **tag;
    struct item_seg *elem;     /* n becomes 0 when it is dropped */
    u32 *data_len;             /* the same */
    struct funcref *func;
    u64 fuel;                  /* what its calls may still take; UINT64_MAX: each has the runtime's budget */
    u64 insns;                 /* that the last call took */
    bool ready;                /* an image was put in: init is not to run */
    struct first_call first;   /* of the last call by the host */
    char host_text[120];       /* what a host function said when it failed */
    u32 exit_status;           /* TRAP_EXIT: what the program gave */
};
bool module_is_typed(const struct module *m);
/* x: what each import is bound to, m->next rows, matched. The instance joins the groups of what it imports. */
int typed_init(struct instance *in, const struct extern_ *x, struct error *e);
void typed_drop(struct instance *in);  /* its own part; the objects that it made belong to the group */
/* Export i of the module, as importers see it. */
struct extern_ typed_export(const struct instance *in, u32 i);
bool index_exports(struct program *p);  /* when it is linked, for the next; false: out of memory */
const struct entity *program_export(const struct program *p, const char *name, size_t n); /* NULL: none */
static inline struct group *group_of(const struct instance *in) {
    return in->typed->in.group;
}

/* --- calls.c --- */

/* A stack of slots that a group needs no longer. */
void stack_give(struct registry *r, u64 *slots);
void stacks_drop(struct registry *r);
/* Runs f on behalf of in, of the same group: slot holds arguments, then results. The trap, or 0. Within a call of the
 * group that is in progress it goes on with that chain: its fuel, frames and stack. */
u32 group_call(struct instance *in, const struct funcref *f, u64 *slot);
bool rt_call_ref(struct ctx *cx, const struct funcref *f, u64 *slot);
/* An instance of the chain that cx is in was interrupted: the request is taken back, the caller traps. */
bool chain_interrupted(const struct ctx *cx);

/* --- bulk.c, exception.c --- */

u64 rt_object(struct ctx *cx, u32 op, u32 x, u32 y, u64 a, u64 b, u64 c);
struct exception *rt_exception(struct ctx *cx, u32 tag, const u64 *slot, u32 nslot);
struct exception *exception_new(struct ctx *cx, const void *tag, const u64 *slot, u32 nslot);
void exceptions_drop(struct group *g);

#endif
