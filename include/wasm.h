/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm.h - the standard C interface of WebAssembly engines (wasm-c-api), over SuperVM. A program that was written
 * against that interface recompiles against this header, or relinks: names, types and layouts are the standard's.
 *
 *   engine = wasm_engine_new();  store = wasm_store_new(engine);  module = wasm_module_new(store, &bytes);
 *   instance = wasm_instance_new(store, module, &imports, &trap);  wasm_instance_exports(instance, &exports);
 *   trap = wasm_func_call(wasm_extern_as_func(exports.data[0]), &args, &results);
 *
 * Ownership. A *_new, *_copy, *_obtain or *_share function, and one that fills in `out`, gives the caller something
 * that it must give back by *_delete (a vector: with all that is in it). A parameter takes over what it is given where
 * the comment says "takes"; everything else stays the caller's. *_as_* are views: of the same owner.
 *
 * References (wasm_ref_t, and what *_as_ref makes one: functions, globals, tables, memories, instances, modules, traps,
 * foreign objects) are counted: *_copy gives the same pointer once more, *_same compares. An object lives on after its
 * last reference is deleted for as long as others need it: an instance whose function lies in another's table, a
 * foreign object in a global. Host info belongs to the object, not to a reference: its finalizer is called when the
 * object goes, at the latest in wasm_store_delete.
 *
 * A store is not deleted within a callback.
 *
 * Threads. A store and everything in it belong to one thread at a time. An engine, and a wasm_shared_module_t, may be
 * used from any number of them at once.
 *
 * What the standard leaves open: a program may take as many instructions as it likes, the other limits are those of
 * SVM_CONFIG_INIT (supervm/supervm.h; wasm_c.h beside it changes them and reaches the svm_* objects behind these).
 * Where an argument does not fit a function's type, wasm_func_call gives a trap that says so; results for which the
 * vector has no room are dropped. A NULL vector is an empty one. A type may show kinds that no wasm_val_t can hold:
 * WASM_KIND_V128 and WASM_KIND_OTHER_REF (references to exceptions and to collected objects), and WASM_EXTERN_OTHER for
 * tags, which can only be passed on from one instance to another. */
#ifndef WASM_H
#define WASM_H
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef WASM_API_EXTERN
#define WASM_API_EXTERN __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef char byte_t;
typedef float float32_t;
typedef double float64_t;

/* ---- what comes again for each kind of object ---- */

#define WASM_DECLARE_OWN(name)                                                                                         \
    typedef struct wasm_##name##_t wasm_##name##_t;                                                                    \
    WASM_API_EXTERN void wasm_##name##_delete(wasm_##name##_t *); /* NULL is fine */

/* A vector owns its elements. new: takes them from the array. new_uninitialized: zeros. On out of memory: empty. */
#define WASM_DECLARE_VEC(name, star)                                                                                   \
    typedef struct wasm_##name##_vec_t {                                                                               \
        size_t size;                                                                                                   \
        wasm_##name##_t star *data;                                                                                    \
    } wasm_##name##_vec_t;                                                                                             \
    WASM_API_EXTERN void wasm_##name##_vec_new_empty(wasm_##name##_vec_t *out);                                        \
    WASM_API_EXTERN void wasm_##name##_vec_new_uninitialized(wasm_##name##_vec_t *out, size_t size);                   \
    WASM_API_EXTERN void wasm_##name##_vec_new(wasm_##name##_vec_t *out, size_t size,                                  \
                                               wasm_##name##_t star const data[]);                                     \
    WASM_API_EXTERN void wasm_##name##_vec_copy(wasm_##name##_vec_t *out, const wasm_##name##_vec_t *from);            \
    WASM_API_EXTERN void wasm_##name##_vec_delete(wasm_##name##_vec_t *);

/* Types: values of their own, no part of a store. */
#define WASM_DECLARE_TYPE(name)                                                                                        \
    WASM_DECLARE_OWN(name)                                                                                             \
    WASM_DECLARE_VEC(name, *)                                                                                          \
    WASM_API_EXTERN wasm_##name##_t *wasm_##name##_copy(const wasm_##name##_t *);

#define WASM_DECLARE_REF_BASE(name)                                                                                    \
    WASM_DECLARE_OWN(name)                                                                                             \
    WASM_API_EXTERN wasm_##name##_t *wasm_##name##_copy(const wasm_##name##_t *);                                      \
    WASM_API_EXTERN bool wasm_##name##_same(const wasm_##name##_t *, const wasm_##name##_t *);                         \
    WASM_API_EXTERN void *wasm_##name##_get_host_info(const wasm_##name##_t *);                                        \
    WASM_API_EXTERN void wasm_##name##_set_host_info(wasm_##name##_t *, void *info);                                   \
    WASM_API_EXTERN void wasm_##name##_set_host_info_with_finalizer(wasm_##name##_t *, void *info,                     \
                                                                    void (*finalizer)(void *));

/* as_ref always works; ref_as gives NULL where it is something else. */
#define WASM_DECLARE_REF(name)                                                                                         \
    WASM_DECLARE_REF_BASE(name)                                                                                        \
    WASM_API_EXTERN wasm_ref_t *wasm_##name##_as_ref(wasm_##name##_t *);                                               \
    WASM_API_EXTERN wasm_##name##_t *wasm_ref_as_##name(wasm_ref_t *);                                                 \
    WASM_API_EXTERN const wasm_ref_t *wasm_##name##_as_ref_const(const wasm_##name##_t *);                             \
    WASM_API_EXTERN const wasm_##name##_t *wasm_ref_as_##name##_const(const wasm_ref_t *);

/* share: something that may go to another thread; obtain: the object again, in a store there, of the same engine. */
#define WASM_DECLARE_SHARABLE_REF(name)                                                                                \
    WASM_DECLARE_REF(name)                                                                                             \
    WASM_DECLARE_OWN(shared_##name)                                                                                    \
    WASM_API_EXTERN wasm_shared_##name##_t *wasm_##name##_share(const wasm_##name##_t *);                              \
    WASM_API_EXTERN wasm_##name##_t *wasm_##name##_obtain(wasm_store_t *, const wasm_shared_##name##_t *);

/* ---- bytes and names ---- */

typedef byte_t wasm_byte_t;
WASM_DECLARE_VEC(byte, )

typedef wasm_byte_vec_t wasm_name_t; /* any bytes; no 0 behind them unless it was put there */
#define wasm_name                       wasm_byte_vec
#define wasm_name_new                   wasm_byte_vec_new
#define wasm_name_new_empty             wasm_byte_vec_new_empty
#define wasm_name_new_uninitialized     wasm_byte_vec_new_uninitialized
#define wasm_name_new_new_uninitialized wasm_byte_vec_new_uninitialized
#define wasm_name_copy                  wasm_byte_vec_copy
#define wasm_name_delete                wasm_byte_vec_delete

static inline void wasm_name_new_from_string(wasm_name_t *out, const char *s) {
    wasm_name_new(out, strlen(s), s);
}
static inline void wasm_name_new_from_string_nt(wasm_name_t *out, const char *s) { /* with its 0 */
    wasm_name_new(out, strlen(s) + 1, s);
}

/* ---- engine and store ---- */

WASM_DECLARE_OWN(config)
WASM_API_EXTERN wasm_config_t *wasm_config_new(void);

WASM_DECLARE_OWN(engine)
WASM_API_EXTERN wasm_engine_t *wasm_engine_new(void);
WASM_API_EXTERN wasm_engine_t *wasm_engine_new_with_config(wasm_config_t *); /* takes it */

/* Deleting a store runs every finalizer that is left in it. References that are deleted later are then no more than
 * memory to be given back. */
WASM_DECLARE_OWN(store)
WASM_API_EXTERN wasm_store_t *wasm_store_new(wasm_engine_t *);

/* ---- types ---- */

typedef uint8_t wasm_mutability_t;
enum wasm_mutability_enum { WASM_CONST, WASM_VAR };

typedef struct wasm_limits_t {
    uint32_t min, max;
} wasm_limits_t;
static const uint32_t wasm_limits_max_default = 0xffffffff; /* no largest size */

WASM_DECLARE_TYPE(valtype)
typedef uint8_t wasm_valkind_t;
enum wasm_valkind_enum {
    WASM_I32,
    WASM_I64,
    WASM_F32,
    WASM_F64,
    WASM_KIND_V128 = 4, /* ours: in types only */
    WASM_EXTERNREF = 128,
    WASM_FUNCREF,
    WASM_KIND_OTHER_REF = 130 /* ours: in types only */
};
WASM_API_EXTERN wasm_valtype_t *wasm_valtype_new(wasm_valkind_t); /* NULL: a kind that values cannot have */
WASM_API_EXTERN wasm_valkind_t wasm_valtype_kind(const wasm_valtype_t *);

static inline bool wasm_valkind_is_num(wasm_valkind_t k) {
    return k < WASM_EXTERNREF;
}
static inline bool wasm_valkind_is_ref(wasm_valkind_t k) {
    return k >= WASM_EXTERNREF;
}
static inline bool wasm_valtype_is_num(const wasm_valtype_t *t) {
    return wasm_valkind_is_num(wasm_valtype_kind(t));
}
static inline bool wasm_valtype_is_ref(const wasm_valtype_t *t) {
    return wasm_valkind_is_ref(wasm_valtype_kind(t));
}

/* The *_new of types take the types and vectors that they are given; what they are made of is read as views. */
WASM_DECLARE_TYPE(functype)
WASM_API_EXTERN wasm_functype_t *wasm_functype_new(wasm_valtype_vec_t *params, wasm_valtype_vec_t *results);
WASM_API_EXTERN const wasm_valtype_vec_t *wasm_functype_params(const wasm_functype_t *);
WASM_API_EXTERN const wasm_valtype_vec_t *wasm_functype_results(const wasm_functype_t *);

WASM_DECLARE_TYPE(globaltype)
WASM_API_EXTERN wasm_globaltype_t *wasm_globaltype_new(wasm_valtype_t *, wasm_mutability_t);
WASM_API_EXTERN const wasm_valtype_t *wasm_globaltype_content(const wasm_globaltype_t *);
WASM_API_EXTERN wasm_mutability_t wasm_globaltype_mutability(const wasm_globaltype_t *);

WASM_DECLARE_TYPE(tabletype)
WASM_API_EXTERN wasm_tabletype_t *wasm_tabletype_new(wasm_valtype_t *, const wasm_limits_t *);
WASM_API_EXTERN const wasm_valtype_t *wasm_tabletype_element(const wasm_tabletype_t *);
WASM_API_EXTERN const wasm_limits_t *wasm_tabletype_limits(const wasm_tabletype_t *);

WASM_DECLARE_TYPE(memorytype)
WASM_API_EXTERN wasm_memorytype_t *wasm_memorytype_new(const wasm_limits_t *); /* in pages */
WASM_API_EXTERN const wasm_limits_t *wasm_memorytype_limits(const wasm_memorytype_t *);

WASM_DECLARE_TYPE(externtype)
typedef uint8_t wasm_externkind_t;
enum wasm_externkind_enum {
    WASM_EXTERN_FUNC,
    WASM_EXTERN_GLOBAL,
    WASM_EXTERN_TABLE,
    WASM_EXTERN_MEMORY,
    WASM_EXTERN_OTHER /* ours: a tag */
};
WASM_API_EXTERN wasm_externkind_t wasm_externtype_kind(const wasm_externtype_t *);

/* Views, both ways; NULL where it is of another kind. */
#define WASM_DECLARE_EXTERNTYPE_(name)                                                                                 \
    WASM_API_EXTERN wasm_externtype_t *wasm_##name##_as_externtype(wasm_##name##_t *);                                 \
    WASM_API_EXTERN wasm_##name##_t *wasm_externtype_as_##name(wasm_externtype_t *);                                   \
    WASM_API_EXTERN const wasm_externtype_t *wasm_##name##_as_externtype_const(const wasm_##name##_t *);               \
    WASM_API_EXTERN const wasm_##name##_t *wasm_externtype_as_##name##_const(const wasm_externtype_t *);
WASM_DECLARE_EXTERNTYPE_(functype)
WASM_DECLARE_EXTERNTYPE_(globaltype)
WASM_DECLARE_EXTERNTYPE_(tabletype)
WASM_DECLARE_EXTERNTYPE_(memorytype)
#undef WASM_DECLARE_EXTERNTYPE_

WASM_DECLARE_TYPE(importtype)
WASM_API_EXTERN wasm_importtype_t *wasm_importtype_new(wasm_name_t *module, wasm_name_t *name, wasm_externtype_t *);
WASM_API_EXTERN const wasm_name_t *wasm_importtype_module(const wasm_importtype_t *);
WASM_API_EXTERN const wasm_name_t *wasm_importtype_name(const wasm_importtype_t *);
WASM_API_EXTERN const wasm_externtype_t *wasm_importtype_type(const wasm_importtype_t *);

WASM_DECLARE_TYPE(exporttype)
WASM_API_EXTERN wasm_exporttype_t *wasm_exporttype_new(wasm_name_t *, wasm_externtype_t *);
WASM_API_EXTERN const wasm_name_t *wasm_exporttype_name(const wasm_exporttype_t *);
WASM_API_EXTERN const wasm_externtype_t *wasm_exporttype_type(const wasm_exporttype_t *);

/* ---- values ---- */

struct wasm_ref_t;
typedef struct wasm_val_t {
    wasm_valkind_t kind;
    union {
        int32_t i32;
        int64_t i64;
        float32_t f32;
        float64_t f64;
        struct wasm_ref_t *ref; /* NULL: the null reference */
    } of;
} wasm_val_t;
WASM_API_EXTERN void wasm_val_delete(wasm_val_t *); /* the reference in it */
WASM_API_EXTERN void wasm_val_copy(wasm_val_t *out, const wasm_val_t *);
WASM_DECLARE_VEC(val, )

/* ---- references ---- */

WASM_DECLARE_REF_BASE(ref)

/* A call in progress when a trap came. */
WASM_DECLARE_OWN(frame)
WASM_DECLARE_VEC(frame, *)
WASM_API_EXTERN wasm_frame_t *wasm_frame_copy(const wasm_frame_t *);
WASM_API_EXTERN struct wasm_instance_t *wasm_frame_instance(const wasm_frame_t *); /* the frame's: lives as long */
WASM_API_EXTERN uint32_t wasm_frame_func_index(const wasm_frame_t *);
WASM_API_EXTERN size_t wasm_frame_func_offset(const wasm_frame_t *);   /* from the function's first instruction on */
WASM_API_EXTERN size_t wasm_frame_module_offset(const wasm_frame_t *); /* in the module's bytes; 0: not known */

typedef wasm_name_t wasm_message_t; /* with a 0 behind it, which counts */
WASM_DECLARE_REF(trap)
WASM_API_EXTERN wasm_trap_t *wasm_trap_new(wasm_store_t *, const wasm_message_t *);
WASM_API_EXTERN void wasm_trap_message(const wasm_trap_t *, wasm_message_t *out);
WASM_API_EXTERN wasm_frame_t *wasm_trap_origin(const wasm_trap_t *); /* the innermost frame; NULL: none */
WASM_API_EXTERN void wasm_trap_trace(const wasm_trap_t *, wasm_frame_vec_t *out);

/* An object of the host's that programs hold as an externref. So they may hold any other reference. */
WASM_DECLARE_REF(foreign)
WASM_API_EXTERN wasm_foreign_t *wasm_foreign_new(wasm_store_t *);

/* ---- modules ---- */

WASM_DECLARE_SHARABLE_REF(module)
WASM_API_EXTERN wasm_module_t *wasm_module_new(wasm_store_t *, const wasm_byte_vec_t *binary); /* NULL: not valid */
WASM_API_EXTERN bool wasm_module_validate(wasm_store_t *, const wasm_byte_vec_t *binary);
WASM_API_EXTERN void wasm_module_imports(const wasm_module_t *, wasm_importtype_vec_t *out); /* in the file's order */
WASM_API_EXTERN void wasm_module_exports(const wasm_module_t *, wasm_exporttype_vec_t *out);
/* The bytes of a .svm file. Loading one checks it as any input, so they may come from anywhere. */
WASM_API_EXTERN void wasm_module_serialize(const wasm_module_t *, wasm_byte_vec_t *out); /* empty: out of memory */
WASM_API_EXTERN wasm_module_t *wasm_module_deserialize(wasm_store_t *, const wasm_byte_vec_t *);

/* ---- functions ---- */

WASM_DECLARE_REF(func)
/* args are lent; results hold zeros of the right kinds and are given. NULL, or a trap, which the call then ends with.
 */
typedef wasm_trap_t *(*wasm_func_callback_t)(const wasm_val_vec_t *args, wasm_val_vec_t *results);
typedef wasm_trap_t *(*wasm_func_callback_with_env_t)(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results);
WASM_API_EXTERN wasm_func_t *wasm_func_new(wasm_store_t *, const wasm_functype_t *, wasm_func_callback_t);
/* finalizer (or NULL) gets env when nothing can call the function any more. */
WASM_API_EXTERN wasm_func_t *wasm_func_new_with_env(wasm_store_t *, const wasm_functype_t *,
                                                    wasm_func_callback_with_env_t, void *env,
                                                    void (*finalizer)(void *));
WASM_API_EXTERN wasm_functype_t *wasm_func_type(const wasm_func_t *);
WASM_API_EXTERN size_t wasm_func_param_arity(const wasm_func_t *);
WASM_API_EXTERN size_t wasm_func_result_arity(const wasm_func_t *);
/* Also within a callback: then the call goes on with the same stack and limits. results: what was in it is written
 * over. */
WASM_API_EXTERN wasm_trap_t *wasm_func_call(const wasm_func_t *, const wasm_val_vec_t *args, wasm_val_vec_t *results);

/* ---- globals, tables, memories ---- */

WASM_DECLARE_REF(global)
WASM_API_EXTERN wasm_global_t *wasm_global_new(wasm_store_t *, const wasm_globaltype_t *, const wasm_val_t *);
WASM_API_EXTERN wasm_globaltype_t *wasm_global_type(const wasm_global_t *);
WASM_API_EXTERN void wasm_global_get(const wasm_global_t *, wasm_val_t *out);
/* Does nothing where the global is constant, or the value of another type. */
WASM_API_EXTERN void wasm_global_set(wasm_global_t *, const wasm_val_t *);

WASM_DECLARE_REF(table)
typedef uint32_t wasm_table_size_t;
WASM_API_EXTERN wasm_table_t *wasm_table_new(wasm_store_t *, const wasm_tabletype_t *, wasm_ref_t *init);
WASM_API_EXTERN wasm_tabletype_t *wasm_table_type(const wasm_table_t *);
WASM_API_EXTERN wasm_ref_t *wasm_table_get(const wasm_table_t *, wasm_table_size_t index); /* NULL past the end, too */
WASM_API_EXTERN bool wasm_table_set(wasm_table_t *, wasm_table_size_t index, wasm_ref_t *);
WASM_API_EXTERN wasm_table_size_t wasm_table_size(const wasm_table_t *);
WASM_API_EXTERN bool wasm_table_grow(wasm_table_t *, wasm_table_size_t delta, wasm_ref_t *init);

WASM_DECLARE_REF(memory)
typedef uint32_t wasm_memory_pages_t;
static const size_t MEMORY_PAGE_SIZE = 0x10000;
WASM_API_EXTERN wasm_memory_t *wasm_memory_new(wasm_store_t *, const wasm_memorytype_t *);
WASM_API_EXTERN wasm_memorytype_t *wasm_memory_type(const wasm_memory_t *);
WASM_API_EXTERN byte_t *wasm_memory_data(wasm_memory_t *); /* never moves, also when it grows */
WASM_API_EXTERN size_t wasm_memory_data_size(const wasm_memory_t *);
WASM_API_EXTERN wasm_memory_pages_t wasm_memory_size(const wasm_memory_t *);
WASM_API_EXTERN bool wasm_memory_grow(wasm_memory_t *, wasm_memory_pages_t delta);

/* ---- externs: what is imported and exported ---- */

WASM_DECLARE_REF(extern)
WASM_DECLARE_VEC(extern, *)
WASM_API_EXTERN wasm_externkind_t wasm_extern_kind(const wasm_extern_t *);
WASM_API_EXTERN wasm_externtype_t *wasm_extern_type(const wasm_extern_t *);

/* Views, both ways; NULL where it is of another kind. */
#define WASM_DECLARE_EXTERN_(name)                                                                                     \
    WASM_API_EXTERN wasm_extern_t *wasm_##name##_as_extern(wasm_##name##_t *);                                         \
    WASM_API_EXTERN wasm_##name##_t *wasm_extern_as_##name(wasm_extern_t *);                                           \
    WASM_API_EXTERN const wasm_extern_t *wasm_##name##_as_extern_const(const wasm_##name##_t *);                       \
    WASM_API_EXTERN const wasm_##name##_t *wasm_extern_as_##name##_const(const wasm_extern_t *);
WASM_DECLARE_EXTERN_(func)
WASM_DECLARE_EXTERN_(global)
WASM_DECLARE_EXTERN_(table)
WASM_DECLARE_EXTERN_(memory)
#undef WASM_DECLARE_EXTERN_

/* ---- instances ---- */

WASM_DECLARE_REF(instance)
/* imports: one for each import of the module, in its order. NULL: what is imported does not fit, a limit is reached, or
 * the start function trapped; *trap (where trap is not NULL) says which. */
WASM_API_EXTERN wasm_instance_t *wasm_instance_new(wasm_store_t *, const wasm_module_t *,
                                                   const wasm_extern_vec_t *imports, wasm_trap_t **trap);
WASM_API_EXTERN void wasm_instance_exports(const wasm_instance_t *, wasm_extern_vec_t *out); /* in the module's order */

/* ---- short-hands ---- */

#define WASM_EMPTY_VEC                                                                                                 \
    { 0, NULL }
#define WASM_ARRAY_VEC(array)                                                                                          \
    { sizeof(array) / sizeof(*(array)), array }

#define WASM_VALTYPE_NEW_(name, kind)                                                                                  \
    static inline wasm_valtype_t *wasm_valtype_new_##name(void) {                                                      \
        return wasm_valtype_new(kind);                                                                                 \
    }
WASM_VALTYPE_NEW_(i32, WASM_I32)
WASM_VALTYPE_NEW_(i64, WASM_I64)
WASM_VALTYPE_NEW_(f32, WASM_F32)
WASM_VALTYPE_NEW_(f64, WASM_F64)
WASM_VALTYPE_NEW_(externref, WASM_EXTERNREF)
WASM_VALTYPE_NEW_(funcref, WASM_FUNCREF)
#undef WASM_VALTYPE_NEW_

/* wasm_functype_new_P_R: of P parameters and R results, all of which it takes. */
static inline wasm_functype_t *wasm_functype_of_(size_t np, size_t nr, wasm_valtype_t *const *t) {
    wasm_valtype_vec_t params, results;
    wasm_valtype_vec_new(&params, np, t);
    wasm_valtype_vec_new(&results, nr, nr ? t + np : t); /* t + np may be its end, which compilers warn of */
    return wasm_functype_new(&params, &results);
}
static inline wasm_functype_t *wasm_functype_new_0_0(void) {
    wasm_valtype_t *t[1] = {NULL};
    return wasm_functype_of_(0, 0, t);
}
static inline wasm_functype_t *wasm_functype_new_1_0(wasm_valtype_t *p) {
    return wasm_functype_of_(1, 0, &p);
}
static inline wasm_functype_t *wasm_functype_new_2_0(wasm_valtype_t *p1, wasm_valtype_t *p2) {
    wasm_valtype_t *t[] = {p1, p2};
    return wasm_functype_of_(2, 0, t);
}
static inline wasm_functype_t *wasm_functype_new_3_0(wasm_valtype_t *p1, wasm_valtype_t *p2, wasm_valtype_t *p3) {
    wasm_valtype_t *t[] = {p1, p2, p3};
    return wasm_functype_of_(3, 0, t);
}
static inline wasm_functype_t *wasm_functype_new_0_1(wasm_valtype_t *r) {
    return wasm_functype_of_(0, 1, &r);
}
static inline wasm_functype_t *wasm_functype_new_1_1(wasm_valtype_t *p, wasm_valtype_t *r) {
    wasm_valtype_t *t[] = {p, r};
    return wasm_functype_of_(1, 1, t);
}
static inline wasm_functype_t *wasm_functype_new_2_1(wasm_valtype_t *p1, wasm_valtype_t *p2, wasm_valtype_t *r) {
    wasm_valtype_t *t[] = {p1, p2, r};
    return wasm_functype_of_(2, 1, t);
}
static inline wasm_functype_t *wasm_functype_new_3_1(wasm_valtype_t *p1, wasm_valtype_t *p2, wasm_valtype_t *p3,
                                                     wasm_valtype_t *r) {
    wasm_valtype_t *t[] = {p1, p2, p3, r};
    return wasm_functype_of_(3, 1, t);
}
static inline wasm_functype_t *wasm_functype_new_0_2(wasm_valtype_t *r1, wasm_valtype_t *r2) {
    wasm_valtype_t *t[] = {r1, r2};
    return wasm_functype_of_(0, 2, t);
}
static inline wasm_functype_t *wasm_functype_new_1_2(wasm_valtype_t *p, wasm_valtype_t *r1, wasm_valtype_t *r2) {
    wasm_valtype_t *t[] = {p, r1, r2};
    return wasm_functype_of_(1, 2, t);
}
static inline wasm_functype_t *wasm_functype_new_2_2(wasm_valtype_t *p1, wasm_valtype_t *p2, wasm_valtype_t *r1,
                                                     wasm_valtype_t *r2) {
    wasm_valtype_t *t[] = {p1, p2, r1, r2};
    return wasm_functype_of_(2, 2, t);
}
static inline wasm_functype_t *wasm_functype_new_3_2(wasm_valtype_t *p1, wasm_valtype_t *p2, wasm_valtype_t *p3,
                                                     wasm_valtype_t *r1, wasm_valtype_t *r2) {
    wasm_valtype_t *t[] = {p1, p2, p3, r1, r2};
    return wasm_functype_of_(3, 2, t);
}

#define WASM_I32_VAL(i)                                                                                                \
    {                                                                                                                  \
        .kind = WASM_I32, .of = {.i32 = i }                                                                            \
    }
#define WASM_I64_VAL(i)                                                                                                \
    {                                                                                                                  \
        .kind = WASM_I64, .of = {.i64 = i }                                                                            \
    }
#define WASM_F32_VAL(z)                                                                                                \
    {                                                                                                                  \
        .kind = WASM_F32, .of = {.f32 = z }                                                                            \
    }
#define WASM_F64_VAL(z)                                                                                                \
    {                                                                                                                  \
        .kind = WASM_F64, .of = {.f64 = z }                                                                            \
    }
#define WASM_REF_VAL(r)                                                                                                \
    {                                                                                                                  \
        .kind = WASM_EXTERNREF, .of = {.ref = r }                                                                      \
    }
#define WASM_INIT_VAL                                                                                                  \
    {                                                                                                                  \
        .kind = WASM_EXTERNREF, .of = {.ref = NULL }                                                                   \
    }

/* A pointer as a number of its width, and back. */
static inline void wasm_val_init_ptr(wasm_val_t *out, void *p) {
#if UINTPTR_MAX == UINT32_MAX
    out->kind = WASM_I32;
    out->of.i32 = (int32_t)(intptr_t)p;
#else
    out->kind = WASM_I64;
    out->of.i64 = (intptr_t)p;
#endif
}
static inline void *wasm_val_ptr(const wasm_val_t *v) {
#if UINTPTR_MAX == UINT32_MAX
    return (void *)(intptr_t)v->of.i32;
#else
    return (void *)(intptr_t)v->of.i64;
#endif
}

#ifdef __cplusplus
}
#endif
#endif
