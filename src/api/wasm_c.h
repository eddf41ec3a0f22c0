/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_c.h - what stands behind the handles of wasm.h.
 *
 * A handle (struct wasm_ref_t) is the one face of an object in its store: asked for again, the same object has the same
 * handle, found in the store's table by the object's address (key). It counts the host's references (refs) and
 * ours (kept: imports of an instance, externrefs in guests); as long as there is one of either it holds its object: a
 * reference on the object's group, or on the memory. When both are 0 it goes, but for one with host info
 * whose object lives on: that sleeps, until the object is asked for again, or its group goes (struct rt_witness).
 *
 * References in guests. An externref is the address of a handle; a host function's funcref is a part of its handle. Nobody
 * counts those in tables, globals and exceptions, so a handle that went into a guest is pinned: kept by its store,
 * until a search through all that guests can hold finds it nowhere (wasm_c_pin.c).
 *
 * Groups (rt/typed/typed.h). Within a store all objects may refer to each other, so groups are joined when a reference
 * goes from one to another. All calls in progress in a store are one chain: a call out of a callback first joins the
 * group that runs. */
#ifndef API_WASM_C_H
#define API_WASM_C_H
#include "api/linker.h"
#include "wasm.h"

struct wasm_config_t {
    struct svm_config c;
};

struct wasm_engine_t {
    atomic_uint refs;          /* the host's, and one a store */
    struct svm *vm;
};

/* The first five are WASM_EXTERN_*. */
enum ref_kind {
    REF_FUNC = WASM_EXTERN_FUNC,
    REF_GLOBAL = WASM_EXTERN_GLOBAL,
    REF_TABLE = WASM_EXTERN_TABLE,
    REF_MEMORY = WASM_EXTERN_MEMORY,
    REF_TAG = WASM_EXTERN_OTHER,
    REF_INSTANCE,
    REF_MODULE,
    REF_TRAP,
    REF_FOREIGN
};

struct wasm_ref_t {
    u8 kind;                   /* enum ref_kind */
    bool pinned, marked;
    bool witnessed;            /* it sleeps, or has slept: told when the group goes */
    u32 refs, kept;
    struct wasm_store_t *store;
    const void *key;           /* the object, where the handle is found by it; else NULL */
    struct wasm_ref_t *chain;  /* in the store's table */
    struct wasm_ref_t *prev, *next; /* all of the store */
    struct wasm_ref_t *next_pinned;
    void *info;
    void (*finalizer)(void *);
    struct rt_witness witness;
    union {
        const struct funcref *func; /* as its own instance has it */
        struct rt_global *global;
        struct rt_table *table;
        struct rt_memory *memory;
        struct rt_tag *tag;
        struct svm_instance *instance;
    } of;
};

struct wasm_func_t {
    struct wasm_ref_t ref;
    /* of one that the host made: */
    struct funcref own;
    wasm_func_callback_t call;
    wasm_func_callback_with_env_t call_env; /* or this */
    void *env;
    void (*env_finalizer)(void *);
};
struct wasm_global_t { struct wasm_ref_t ref; };
struct wasm_table_t { struct wasm_ref_t ref; };
struct wasm_memory_t { struct wasm_ref_t ref; };
struct wasm_extern_t { struct wasm_ref_t ref; };
struct wasm_instance_t { struct wasm_ref_t ref; };
struct wasm_foreign_t { struct wasm_ref_t ref; };

struct wasm_shared_module_t {
    struct svm_module *m;
    struct svm_program *p;
};
struct wasm_module_t {
    struct wasm_ref_t ref;
    struct wasm_shared_module_t s;
};

struct wasm_frame_t {
    struct wasm_instance_t *instance; /* a reference */
    u32 func;
    size_t func_offset, module_offset;
};
struct wasm_trap_t {
    struct wasm_ref_t ref;
    wasm_message_t message;
    wasm_frame_vec_t frames;
    const struct exception *exception; /* that it stands for, if it is the last one of its group; else NULL */
};

struct wasm_store_t {
    struct wasm_engine_t *engine;
    struct svm *vm;
    u32 live;                  /* handles with refs, and the host's own on the store */
    bool closed;
    struct wasm_ref_t *first;  /* all handles */
    struct wasm_ref_t *walk;   /* the next one that a walk over them comes to */
    struct wasm_ref_t **table; /* by key */
    u32 ntable, nkeyed;
    struct wasm_ref_t *pinned;
    u32 npinned, collect_at;
    struct instance *running;  /* in whose call a callback was reached; NULL: no call is in progress */
    struct wasm_trap_t *no_memory; /* kept by the store: NULL would say that all is well */
    struct wasm_trap_t *pending; /* a callback's, on its way to who made the call */
};

/* --- wasm_c_ref.c --- */

/* A handle of size bytes with one reference of the host's; NULL: out of memory. key, of: see above. */
void *ref_new(struct wasm_store_t *s, enum ref_kind kind, size_t size);
/* The handle of an object, with one more reference. */
struct wasm_ref_t *ref_of_object(struct wasm_store_t *s, enum ref_kind kind, const void *object);
/* The handle of the function that f stands for, whichever copy f is. */
struct wasm_ref_t *ref_of_func(struct wasm_store_t *s, const struct funcref *f);
struct wasm_ref_t *ref_up(const struct wasm_ref_t *r);
void ref_down(struct wasm_ref_t *r);
void ref_keep(struct wasm_ref_t *r);
void ref_unkeep(struct wasm_ref_t *r);
struct group *ref_group(const struct wasm_ref_t *r); /* NULL: it is in none */
void ref_finalize(struct wasm_ref_t *r);              /* host info; of functions env, too */
void store_unref(struct wasm_store_t *s);             /* one of live */

/* --- wasm_c_pin.c --- */

void ref_pin(struct wasm_ref_t *r);
void unpin_all(struct wasm_store_t *s);
void collect_if_due(struct wasm_store_t *s); /* only where no call is in progress */

/* --- wasm_c_val.c --- */

u8 valkind_of_vt(u32 vt);
u32 vt_of_valkind(u8 kind);                   /* 0: none */
/* v as a shared value of type vt that goes into an object of a group; false: it does not fit. */
bool slot_of_wasm(struct wasm_store_t *s, struct member *into, u32 vt, const wasm_val_t *v, u64 *slot);
bool slot_of_ref(struct wasm_store_t *s, struct member *into, u32 vt, struct wasm_ref_t *ref, u64 *slot);
/* With a reference for the caller. */
void wasm_of_slot(struct wasm_store_t *s, u32 vt, const u64 *slot, wasm_val_t *v);

/* --- wasm_c_type.c --- */

wasm_functype_t *functype_of(const u32 *vt, u32 nparam, u32 nresult);
wasm_externtype_t *externtype_of_entity(const struct module *m, const struct entity *x);
wasm_globaltype_t *globaltype_of(u32 vt, bool mutable);
wasm_tabletype_t *tabletype_of(u32 vt, u64 min, u64 max);
wasm_memorytype_t *memorytype_of(u64 min, u64 max);
wasm_externtype_t *tagtype_new(void);

/* --- wasm_c_func.c, wasm_c_trap.c --- */

bool call_callback(struct ctx *cx, void *func, u64 *slot); /* a host_func: arg is a wasm_func_t */
wasm_trap_t *trap_of_text(struct wasm_store_t *s, const char *text); /* never NULL */
/* Of a call of in that ended so: the pending one, or one of its own; with the frames of in. */
wasm_trap_t *trap_of_call(struct wasm_store_t *s, struct svm_instance *in, u32 code);

#endif
