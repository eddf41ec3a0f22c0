/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map.h - what every kind of map offers. One kind is one file and one row of kinds[] in map.c. */
#ifndef RT_MAP_H
#define RT_MAP_H
#include "abi/engine.h"
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
    bool stays;                                  /* what programs point at is there as long as the map: no epoch needed */
    /* Checks sizes and flags as the kernel does, makes the storage. */
    int (*init)(struct map *m, struct error *e);
    void (*drop)(struct map *m);
    /* The value as a program sees it, or NULL. Per-CPU kinds: of CPU 0; add cpu * m->cpu_stride.
     * Takes no lock: only from within a run (an epoch). */
    void *(*lookup)(struct map *m, const void *key);
    /* For this very map the function that lookup ends in, where that is all that the helper does: engines call it. */
    map_find_fn *(*finder)(const struct map *m);
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
/* An array whose values are the host's own memory. */
struct map *map_over(const struct map_def *d, const struct map_env *env, void *values, u64 stride, struct error *e);
void map_ref(struct map *m);
void map_unref(struct map *m);
/* host side: negative errno or 0 */
s64 map_get(struct map *m, const void *key, void *value);
s64 map_put(struct map *m, const void *key, const void *value, u64 flags);
s64 map_del(struct map *m, const void *key);
s64 map_take(struct map *m, const void *key, void *value);        /* lookup and delete in one step */
s64 map_next(struct map *m, const void *key, void *next);         /* key NULL: the first; -ENOENT at the end */
/* Updates with BPF_F_LOCK, or of values that hold a lock (rt/map_lock.c). cx NULL: the host. */
struct ctx;
s64 map_update_special(struct map *m, struct ctx *cx, const void *key, const void *value, u64 flags, u32 cpu);
s64 map_get_locked(struct map *m, const void *key, void *value);  /* a lookup with BPF_F_LOCK */
/* Many at once (rt/map_batch.c). *n: how many there is room for, or are given; then how many were done.
 * Keys stand key_size apart, values map_value_bytes(). An error ends it; -ENOENT: the map's end. from: the
 * last key of the batch before, or NULL; one that is gone means from the start. take: and deletes. */
s64 map_get_batch(struct map *m, const void *from, void *keys, void *values, u32 *n, bool take);
s64 map_put_batch(struct map *m, const void *keys, const void *values, u32 *n, u64 flags);
s64 map_del_batch(struct map *m, const void *keys, u32 *n);
void map_freeze(struct map *m);                                   /* the host can no longer change it */
size_t map_value_bytes(const struct map *m);
/* Takes bytes from the budget and counts them in m->memory; false: over the limit. */
bool map_charge(struct map *m, u64 bytes);
void map_release(struct map *m, u64 bytes);

/* Ring buffers: rt/maps/ringbuf.c. A record is known by the address of its data. */
void *ringbuf_reserve(struct map *m, u64 size);
void ringbuf_commit(struct map *m, void *record, bool discard);
/* flags: RING_* */
void ringbuf_submit(struct map *m, void *record, bool discard, u64 flags);
enum { RING_NO_WAKEUP = 1, RING_FORCE_WAKEUP = 2 }; /* BPF_RB_* (Linux UAPI) */
/* A descriptor for poll() and epoll, the map's own: readable while a record waits to be consumed
 * (and once at first). Negative errno: none is left. */
int ringbuf_fd(struct map *m);
u64 ringbuf_query(const struct map *m, u64 what);
/* Hands up to n records to fn, in order, until it returns other than 0; how many, or -EBUSY. */
s64 ringbuf_consume(struct map *m, int (*fn)(void *arg, const void *data, size_t len), void *arg, size_t n);

/* User ring buffers: rt/maps/user_ringbuf.c. The host's side: -ENOSPC, -E2BIG. */
s64 user_ringbuf_put(struct map *m, const void *data, u32 len);
bool user_ringbuf_begin(struct map *m);          /* false: somebody drains it */
void user_ringbuf_end(struct map *m);
u8 *user_ringbuf_sample(struct map *m, u32 *len);/* the oldest, between begin and end; NULL: empty */
void user_ringbuf_next(struct map *m, u32 len);  /* it has been taken */
/* Call stacks: rt/maps/stack_trace.c; the id, or -EEXIST. */
s64 stack_trace_put(struct map *m, const u64 *ip, u64 n, bool fast, bool reuse);
/* Values of threads: rt/maps/task_storage.c. */
void *task_storage_find(struct map *m, u32 tid);
s64 task_storage_put(struct map *m, u32 tid, const void *value);
s64 task_storage_drop(struct map *m, u32 tid);
/* Arenas: rt/maps/arena.c. Of at the low 32 bits count; 0: anywhere. NULL: no room there. */
u8 *arena_pages_alloc(struct map *m, u64 at, u32 n);
void arena_pages_free(struct map *m, u64 at, u32 n);
/* All that the low 32 bits of its addresses can name, from 0 on; its pages lie somewhere in it. */
u8 *arena_window(const struct map *m, u64 *len);

/* Prog arrays: rt/maps/prog_array.c. */
struct program;
/* Entry := function func of p, held by a reference (but not p's own array, which would never go);
 * p NULL clears it. */
s64 prog_array_set(struct map *m, u32 index, struct program *p, u32 func);
void prog_array_forget(struct map *m, const struct program *p);
/* An entry that is a function of p, without a lock; false: it is something else, or may be. */
bool prog_array_own(const struct map *m, u32 index, const struct program *p, u32 *func);
/* False: empty. p != same comes with a reference for the caller. */
bool prog_array_get(const struct map *m, u32 index, const struct program *same, struct program **p, u32 *func);
/* Maps of maps: rt/maps/map_in_map.c. inner NULL: clears it. */
s64 map_in_map_set(struct map *m, const void *key, struct map *inner);
struct map *map_in_map_get(struct map *m, const void *key);

/* One struct map_kind for each row of maps.def that works. */
#define MAP_KIND(type, name) extern const struct map_kind map_##name;
#include "abi/maps.def"

#endif
