/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map.h - what every kind of map offers. One kind is one file and one row of kinds[] in map.c. */
#ifndef RT_MAP_H
#define RT_MAP_H
#include "abi/map_layout.h"
#include "base/error.h"
#include "ir/module.h"
#include <stdatomic.h>

struct map_budget { _Atomic u64 used; u64 limit; };
struct instance;
/* Which instances run, so that memory that a program may still point into is not reused:
 * freed entries wait until every run that was active at the time has ended. */
struct epoch {
    _Atomic u64 now;
    atomic_flag lock;
    struct instance *list;
};
u64 epoch_oldest(struct epoch *e); /* the epoch of the oldest run in progress, or now */
u64 epoch_next(struct epoch *e);   /* begins a new epoch, then the same: what was freed before it is free */

enum { CPU_ALL = 0xffffffffu };    /* an update by the host: the value holds one slot for each CPU */

struct map_kind {
    u32 type;
    const char *name;                            /* "lru_percpu_hash" */
    /* Checks sizes and flags as the kernel does, makes the storage. */
    int (*init)(struct map *m, struct error *e);
    void (*drop)(struct map *m);
    /* The value as a program sees it, or NULL. Per-CPU kinds: of CPU 0; add cpu * m->cpu_stride.
     * Takes no lock: only from within a run (an epoch). */
    void *(*lookup)(struct map *m, const void *key);
    /* -EEXIST and so on, as a helper returns them (negative errno). cpu: whose slot of a per-CPU
     * kind, or CPU_ALL; other kinds do not look at it. */
    s64 (*update)(struct map *m, const void *key, const void *value, u64 flags, u32 cpu);
    s64 (*erase)(struct map *m, const void *key);
    s64 (*next)(struct map *m, const void *key, void *next);
    /* for the host: the value (of per-CPU kinds: all slots), with no update in between;
     * erase: and removes the entry in the same step */
    s64 (*copy_out)(struct map *m, const void *key, void *value, bool erase);
    s64 (*push)(struct map *m, const void *value, u64 flags);
    s64 (*pop)(struct map *m, void *value, bool remove);
};
const struct map_kind *map_kind_of(u32 type);    /* NULL: not supported */
const char *map_type_name(u32 type);             /* also of types that are refused */

struct map_env { struct map_budget *budget; struct epoch *epoch; u32 cpus; };
struct map *map_new(const struct map_def *d, const struct map_env *env, struct error *e);
void map_ref(struct map *m);
void map_unref(struct map *m);
/* host side: negative errno or 0 */
s64 map_get(struct map *m, const void *key, void *value);
s64 map_put(struct map *m, const void *key, const void *value, u64 flags);
s64 map_del(struct map *m, const void *key);
s64 map_take(struct map *m, const void *key, void *value);        /* lookup and delete in one step */
s64 map_next(struct map *m, const void *key, void *next);         /* key NULL: the first; -ENOENT at the end */
void map_freeze(struct map *m);                                   /* the host can no longer change it */
size_t map_value_bytes(const struct map *m);
/* Takes bytes from the budget and counts them in m->memory; false: over the limit. */
bool map_charge(struct map *m, u64 bytes);
void map_release(struct map *m, u64 bytes);

/* Ring buffers: rt/maps/ringbuf.c. A record is known by the address of its data. */
void *ringbuf_reserve(struct map *m, u64 size);
void ringbuf_commit(struct map *m, void *record, bool discard);
u64 ringbuf_query(const struct map *m, u64 what);
/* Hands up to n records to fn, in order, until it returns other than 0; how many, or -EBUSY. */
s64 ringbuf_consume(struct map *m, int (*fn)(void *arg, const void *data, size_t len), void *arg, size_t n);

/* Prog arrays: rt/maps/prog_array.c. */
struct program;
/* Entry := function func of p, held by a reference (but not p's own array, which would never go);
 * p NULL clears it. */
s64 prog_array_set(struct map *m, u32 index, struct program *p, u32 func);
void prog_array_forget(struct map *m, const struct program *p);
/* False: empty. p != same comes with a reference for the caller. */
bool prog_array_get(const struct map *m, u32 index, const struct program *same, struct program **p, u32 *func);
/* Maps of maps: rt/maps/map_in_map.c. inner NULL: clears it. */
s64 map_in_map_set(struct map *m, const void *key, struct map *inner);
struct map *map_in_map_get(struct map *m, const void *key);

/* One struct map_kind for each row of maps.def that works. */
#define MAP_KIND(type, name) extern const struct map_kind map_##name;
#include "abi/maps.def"

#endif
