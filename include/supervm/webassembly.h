/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* webassembly.h - a part of supervm.h: what instances of WebAssembly modules are called with, hold, and are linked with.
 *
 *   struct svm_linker *l = svm_linker_new(vm, &err);
 *   svm_linker_func(l, "env", "now", &type, now, NULL);          (your function, which they import)
 *   struct svm_instance *in = svm_linker_instantiate(l, program, &err);
 *   svm_call(in, "add", args, 2, results, 1, &err);
 *
 * Modules, programs and instances themselves are those of supervm.h, as for eBPF. */
#ifndef SUPERVM_WEBASSEMBLY_H
#define SUPERVM_WEBASSEMBLY_H
#include "supervm/supervm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- values and functions ---- */

enum svm_valkind {
    SVM_I32 = 'I', SVM_I64 = 'L', SVM_F32 = 'F', SVM_F64 = 'D', SVM_V128 = 'V',
    SVM_FUNCREF = 'f', SVM_EXTERNREF = 'e', SVM_EXNREF = 'x',
    SVM_ANYREF = 'a'           /* of collected objects: only null exists */
};
struct svm_func;               /* a function of an instance, lives as long as it; NULL is the null reference */
struct svm_val {
    uint8_t kind;              /* enum svm_valkind */
    union {
        int32_t i32;
        int64_t i64;
        float f32;
        double f64;
        uint8_t v128[16];      /* little endian */
        const struct svm_func *func;
        uint64_t ref;          /* externref: the host's own number, 0 is null; others: 0 or not to be looked into */
    } of;
};
struct svm_functype {
    const enum svm_valkind *param; size_t nparam;
    const enum svm_valkind *result; size_t nresult;
};

/* Calls exported function name with nargs values; its results are put into results. 0, or SVM_ETRAP (see
 * svm_instance_trap), SVM_ENOENT, SVM_EUSAGE: another number or kind of values. May be called from a host
 * function on instances that are linked with the one that called it: the call then goes on with its fuel, call
 * depth and stack. */
SVM_API int svm_call(struct svm_instance *in, const char *name, const struct svm_val *args, size_t nargs,
                     struct svm_val *results, size_t nresults, struct svm_error *err);
/* The exported function of that name, looked up once; NULL: there is none. */
SVM_API const struct svm_func *svm_instance_func(const struct svm_instance *in, const char *name);
/* Export i of the module (svm_module_extern), a function; NULL: it is none. */
SVM_API const struct svm_func *svm_instance_func_at(const struct svm_instance *in, size_t i);
/* Lives as long as in. */
SVM_API const struct svm_module *svm_instance_module(const struct svm_instance *in);
/* The same for a function; in: an instance that f's own is linked with, or its own. */
SVM_API int svm_func_call(struct svm_instance *in, const struct svm_func *f, const struct svm_val *args, size_t nargs,
                          struct svm_val *results, size_t nresults, struct svm_error *err);
/* Kind i of its parameters, then of its results; 0 past the end. */
SVM_API int svm_func_kind(const struct svm_func *f, bool result, size_t i);

struct svm_frame {
    const char *module;        /* its name for messages */
    const char *func;          /* NULL: it has no name */
    uint32_t index;            /* of the function in its module */
    uint32_t pc;               /* instruction of the bytecode */
    int64_t offset;            /* in the module's file, or -1 */
    const char *file;          /* the source, as the module's debug information (DWARF) names it; NULL: not known */
    uint32_t line, column;     /* in it, from 1; 0: not known */
};
struct svm_trap {
    uint32_t trap;             /* SVM_TRAP number (docs/ISA.md); 0: the last call did not trap */
    bool limit;                /* a spent limit, not a fault of the program */
    const char *text;          /* "integer divide by zero" */
    const char *host_text;     /* what the host function said that failed (svm_caller_fail), or "" */
    size_t nframe;             /* the calls that it was in, the innermost first; at most 32 */
    struct svm_frame frame[32];
};
/* Of the last call of in, until the next one. */
SVM_API const struct svm_trap *svm_instance_trap(struct svm_instance *in);

/* Instructions that calls of in may take from now on, all together; UINT64_MAX: each call has svm_config.budget again. */
SVM_API void svm_instance_fuel_set(struct svm_instance *in, uint64_t fuel);
SVM_API uint64_t svm_instance_fuel(const struct svm_instance *in);  /* what is left */
SVM_API uint64_t svm_instance_insns(const struct svm_instance *in); /* that the last call took */

/* ---- memories, tables, globals, tags ---- */

/* Objects that an instance exports live as long as it does and are not freed by the host. Those that a host makes
 * (svm_*_new) are its own until svm_*_free, and live on in the instances that import them. */
struct svm_memory;
struct svm_table;
struct svm_global;
struct svm_tag;

SVM_API struct svm_memory *svm_instance_memory(const struct svm_instance *in, const char *name); /* NULL: none */
SVM_API struct svm_table *svm_instance_table(const struct svm_instance *in, const char *name);
SVM_API struct svm_global *svm_instance_global(const struct svm_instance *in, const char *name);
SVM_API struct svm_tag *svm_instance_tag(const struct svm_instance *in, const char *name);

enum { SVM_SHARED = 1, SVM_INDEX64 = 2 }; /* flags of new memories and tables */
/* min and max in pages of 64 KiB; max UINT64_MAX: none. A shared one may be imported by instances of several threads. */
SVM_API struct svm_memory *svm_memory_new(struct svm *vm, uint64_t min, uint64_t max, unsigned flags,
                                          struct svm_error *err);
SVM_API void svm_memory_free(struct svm_memory *m);
/* Its bytes never move; those up to svm_memory_size may be touched. Programs may write them at any time. */
SVM_API uint8_t *svm_memory_data(const struct svm_memory *m);
SVM_API uint64_t svm_memory_size(const struct svm_memory *m);
SVM_API int64_t svm_memory_grow(struct svm_memory *m, uint64_t pages); /* the old size in pages, or -1 */
/* Copies len bytes; SVM_EINDEX: they do not lie in it. */
SVM_API int svm_memory_read(const struct svm_memory *m, uint64_t at, void *to, size_t len);
SVM_API int svm_memory_write(struct svm_memory *m, uint64_t at, const void *from, size_t len);

/* kind: SVM_FUNCREF, SVM_EXTERNREF or SVM_EXNREF; all elements are null at first. */
SVM_API struct svm_table *svm_table_new(struct svm *vm, enum svm_valkind kind, uint64_t min, uint64_t max,
                                        unsigned flags, struct svm_error *err);
SVM_API void svm_table_free(struct svm_table *t);
SVM_API uint64_t svm_table_size(const struct svm_table *t);
SVM_API int64_t svm_table_grow(struct svm_table *t, uint64_t n); /* by nulls; the old size, or -1 */
/* SVM_EINDEX; set: SVM_EUSAGE for a value of another type, or of an instance that t is not linked with. */
SVM_API int svm_table_get(const struct svm_table *t, uint64_t i, struct svm_val *v);
SVM_API int svm_table_set(struct svm_table *t, uint64_t i, const struct svm_val *v);

SVM_API struct svm_global *svm_global_new(struct svm *vm, const struct svm_val *v, bool mutable_, struct svm_error *err);
SVM_API void svm_global_free(struct svm_global *g);
SVM_API void svm_global_get(const struct svm_global *g, struct svm_val *v);
SVM_API int svm_global_set(struct svm_global *g, const struct svm_val *v); /* SVM_EPERM: not mutable; SVM_EUSAGE as above */

SVM_API struct svm_tag *svm_tag_new(struct svm *vm, const enum svm_valkind *param, size_t nparam, struct svm_error *err);
SVM_API void svm_tag_free(struct svm_tag *t);

/* ---- linking ---- */

/* What a module imports (or exports: space is "" then). */
enum svm_extern_kind { SVM_FUNC, SVM_TABLE, SVM_MEMORY, SVM_GLOBAL, SVM_TAG };
struct svm_extern_info {
    enum svm_extern_kind kind;
    const char *space, *name;  /* any bytes, a 0 behind them */
    size_t space_len, name_len;
};
SVM_API bool svm_module_extern(const struct svm_module *m, bool export_, size_t i, struct svm_extern_info *out);

struct svm_caller;             /* the call of a host function in progress */
/* args and results are as the type says; results hold zeros, with their kinds set. 0; SVM_ETRAP from a svm_call of its
 * own passes that trap on; everything else traps with HOST. */
typedef int svm_host_fn(void *arg, struct svm_caller *c, const struct svm_val *args, struct svm_val *results);
SVM_API struct svm_instance *svm_caller_instance(struct svm_caller *c); /* that called */
SVM_API struct svm_memory *svm_caller_memory(struct svm_caller *c);     /* its memory 0, or NULL */
SVM_API int svm_caller_fail(struct svm_caller *c, const char *text);    /* return svm_caller_fail(c, "no such file"); */
/* return svm_caller_throw(c, tag, vals, n): an exception that the program may catch. */
SVM_API int svm_caller_throw(struct svm_caller *c, struct svm_tag *tag, const struct svm_val *vals, size_t n);

/* Names that imports are looked up in. A name that is given again means the new object. What is named stays alive
 * while the linker does; arg, and instances of eBPF programs, must stay as long as any instance that was made with it. */
struct svm_linker;
SVM_API struct svm_linker *svm_linker_new(struct svm *vm, struct svm_error *err);
SVM_API void svm_linker_free(struct svm_linker *l);
SVM_API int svm_linker_func(struct svm_linker *l, const char *space, const char *name, const struct svm_functype *type,
                            svm_host_fn *fn, void *arg);
SVM_API int svm_linker_memory(struct svm_linker *l, const char *space, const char *name, struct svm_memory *m);
SVM_API int svm_linker_table(struct svm_linker *l, const char *space, const char *name, struct svm_table *t);
SVM_API int svm_linker_global(struct svm_linker *l, const char *space, const char *name, struct svm_global *g);
SVM_API int svm_linker_tag(struct svm_linker *l, const char *space, const char *name, struct svm_tag *t);
/* All that in exports, as SPACE NAME. Instances that import functions, tables, globals or tags of it are linked with it:
 * they may hold references to each other, so their memory is given back together, once all of them were freed. */
SVM_API int svm_linker_instance(struct svm_linker *l, const char *space, struct svm_instance *in);
/* A map of type arena as a memory: both worlds see the same bytes, and the low 32 bits of a pointer into the arena are
 * the address in the memory, so structures that are linked by them are common to both. It holds the arena whole from
 * the start, and does not grow. */
SVM_API int svm_linker_arena(struct svm_linker *l, const char *space, const char *name, struct svm_map *arena,
                             struct svm_error *err);
/* A program that runs over memory, as a function (i32 address, i32 length) -> (i64): it gets these bytes of the caller's
 * memory 0, checked, as r1 and r2; its r0 comes back. Fuel is the caller's. */
SVM_API int svm_linker_program(struct svm_linker *l, const char *space, const char *name, struct svm_instance *ebpf,
                               const char *prog);
/* The import module "supervm" (supervm/guest.h): functions by which a guest opens maps and programs, and uses them. What
 * it may open was granted to the linker; handles of guests are good for all instances that the linker made. Maps stay
 * as long as these do. Without write a guest can look up and walk, and nothing else. SVM_EEXIST: the name is granted. */
SVM_API int svm_linker_supervm(struct svm_linker *l);
SVM_API int svm_linker_grant_map(struct svm_linker *l, const char *name, struct svm_map *map, bool write);
/* ebpf runs in the guest's thread, its fuel is the guest's. SVM_EUSAGE: a program of a context that the host described. */
SVM_API int svm_linker_grant_program(struct svm_linker *l, const char *name, struct svm_instance *ebpf, const char *prog);
/* The import module "wasm_bpf", for guests that were written for wasm-bpf: they load eBPF objects of their own, here and not
 * into the kernel, look into their maps, and have their programs attached, which means what the host makes of it. Objects
 * go when the guest closes them, or with the last instance that l made; all these belong to one thread. */
struct svm_wasm_bpf {
    size_t size;               /* sizeof; SVM_WASM_BPF_INIT */
    void *arg;
    /* From now on program prog (of section) of ebpf is to be run for target (NULL: its section says all): 0, or a
     * negative errno. NULL: nothing can be attached. */
    int (*attach)(void *arg, struct svm_instance *ebpf, const char *prog, const char *section, const char *target);
    void (*detach)(void *arg, struct svm_instance *ebpf); /* all of its programs: it goes now; NULL: the host need not know */
    /* The guest waits for records, timeout_ms at most (below 0: without end): run what is attached. 0, or a negative errno
     * for the guest. NULL: it never waits. */
    int (*wait)(void *arg, int timeout_ms);
    uint32_t max_objects;      /* open at one time (64) */
};
#define SVM_WASM_BPF_INIT SVM_INIT_OF(struct svm_wasm_bpf)
SVM_API int svm_linker_wasm_bpf(struct svm_linker *l, const struct svm_wasm_bpf *o);
/* From now on functions that are imported and have no name in l are there, and trap when they are called. */
SVM_API void svm_linker_stub(struct svm_linker *l);
/* Import i and those behind it that have no name in l: the next such one, or -1. */
SVM_API int64_t svm_linker_missing(const struct svm_linker *l, const struct svm_module *m, size_t i);
/* An instance of p, whose imports are found in l (NULL: it has none). Runs its start function, whose trap is the error.
 * SVM_ELINK: "unknown import", "incompatible import type". SVM_ETRAP, SVM_ELIMIT: the start function trapped, or reached a
 * limit; what it has put into the tables and memories of others stays there. svm_instance_new(p, err) is the same without imports. */
SVM_API struct svm_instance *svm_linker_instantiate(struct svm_linker *l, struct svm_program *p, struct svm_error *err);

#ifdef __cplusplus
}
#endif
#endif
