/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* mem.h - the one way by which helpers reach memory, maps and packets of a program.
 * Each function answers NULL (or false) after it has set cx->trap, unless its name says try. */
#ifndef RT_MEM_H
#define RT_MEM_H
#include "rt/program.h"

static inline u64 trap(struct ctx *cx, u32 code) {
    if (!cx->trap)
        cx->trap = code;
    return 0;
}

static inline bool region_holds(const struct region *g, u64 addr, u64 len, bool write) {
    u64 off = addr - g->base, limit = write ? g->write[0] : g->read[0];
    return off < limit && len <= limit - off;
}

/* len > 0 bytes at addr lie in one region; no trap. */
bool mem_try(const struct ctx *cx, u64 addr, u64 len, bool write);
/* len may be 0: then addr is not looked at and nothing may be touched. */
u8 *mem_at(struct ctx *cx, u64 addr, u64 len, bool write);
static inline u8 *mem_read(struct ctx *cx, u64 addr, u64 len) {
    if (likely(region_holds(&cx->region[REGION_STACK], addr, len, false)))
        return (u8 *)(uintptr_t)addr;
    return mem_at(cx, addr, len, false);
}
static inline u8 *mem_write(struct ctx *cx, u64 addr, u64 len) {
    if (likely(region_holds(&cx->region[REGION_STACK], addr, len, true)))
        return (u8 *)(uintptr_t)addr;
    return mem_at(cx, addr, len, true);
}
/* Bytes that may be read from addr on, at most max; 0: none. No trap. */
enum { ETH_HEADER = 14 };
/* Where the network header (net) or the frame of the run's packet begins, or NULL: no room for a
 * header. At tc the packet begins with the frame; in a socket filter and at a cgroup, as the kernel's
 * test run has it, with the network header, and the link header is what the host left before it. */
u8 *packet_base(const struct ctx *cx, bool net);
u64 mem_room(const struct ctx *cx, u64 addr, u64 max);
/* A string that ends within its region and STR_MAX bytes. */
enum { STR_MAX = 4096 };
const char *mem_str(struct ctx *cx, u64 addr);

static inline void *ptr(u64 v) {
    return (void *)(uintptr_t)v;
}
static inline u64 num(const void *p) {
    return (u64)(uintptr_t)p;
}

/* The map that a handle stands for. */
struct map *map_arg_other(struct ctx *cx, u64 h); /* inner maps, or the trap */
static inline struct map *map_arg(struct ctx *cx, u64 h) {
    u64 i = h - handle(TAG_MAP, 0);
    return likely(i < cx->program->m->nmap) ? cx->program->map[i] : map_arg_other(cx, h);
}
/* The handle of a map that a lookup in a map of maps gave; 0: too many in this run. */
u64 inner_map_handle(struct ctx *cx, struct map *m);
/* The index of a function that may be called back. */
bool func_arg(struct ctx *cx, u64 h, u32 *func);

/* Long work is paid for: one unit of fuel each 64 bytes. False: out of fuel or interrupted. */
bool charge(struct ctx *cx, u64 units);
static inline bool charge_bytes(struct ctx *cx, u64 len) {
    return len < 64 || charge(cx, len / 64);
}

/* --- what the run holds (rt/object.c) --- */
struct object *object_find(struct ctx *cx, u8 kind, const void *p);
struct object *object_new(struct ctx *cx, u8 kind, struct map *m, void *p); /* NULL: the table is full; no trap */
void object_free(struct ctx *cx, struct object *o);
bool object_held(const struct instance *in); /* one that the program had to give back */
void object_release_all(struct instance *in);
/* The word of a spin lock: 1 while somebody holds it. False: the run's budget is spent. cx NULL: a host waits. */
bool lock_word(struct ctx *cx, u32 *word);
void unlock_word(u32 *word);
/* A region for the time being; 0: no row is free. */
u32 region_add(struct ctx *cx, const void *base, u64 len, bool writable);
void region_remove(struct ctx *cx, u32 row);

#endif
