/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* prog_array.c - BPF_MAP_TYPE_PROG_ARRAY: what tail calls go to, a function of a linked program.
 *
 * An entry holds a reference to its program, but for a program that has this very array among
 * its own maps: that one would then never be freed. It takes itself out when it goes
 * (program_drop), and an entry whose program is going reads as empty. */
#include "rt/lock.h"
#include "rt/maps/kind.h"
#include "rt/program.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    struct program *p;
    u32 func;
    bool held;        /* with a reference */
    _Atomic u64 both; /* p and func at once, for who has no lock; 0: not in one word */
};

/* A program's address and a function of it in one word. Only who runs in that program compares it with the address:
 * then what stands there is this program. */
enum { FUNC_BITS = 20 };
static u64 both_of(const struct program *p, u32 func) {
    u64 at = (uintptr_t)p;
    return at % 8 || at >> (64 - FUNC_BITS + 3) || func >> FUNC_BITS ? 0 : at >> 3 << FUNC_BITS | func;
}
/* The array is locked. */
static struct entry put(struct entry *to, struct program *p, u32 func, bool held) {
    struct entry old = {.p = to->p, .func = to->func, .held = to->held};
    to->p = p;
    to->func = func;
    to->held = held;
    atomic_store_explicit(&to->both, p ? both_of(p, func) : 0, memory_order_release);
    return old;
}

struct progs {
    atomic_bool lock;
    struct entry *entry;
    u64 len;
};

static int init(struct map *m, struct error *e) {
    struct progs *a;
    int r;
    if ((r = kind_flags(m, 0, e)))
        return r;
    if (m->key_size != 4 || m->value_size != 4)
        return kind_bad(e, "key and value have 4 bytes");
    if (!m->max_entries)
        return kind_bad(e, "no entries");
    if (!(a = m->impl = calloc(1, sizeof *a)))
        return fail(e, E_NOMEM, NOWHERE, "prog array");
    return (a->entry = kind_area(m, m->max_entries, sizeof *a->entry, true, &a->len, e)) ? 0 : e->code;
}

static void give_back(struct entry n) {
    if (n.held)
        program_unref(n.p);
}

static void drop(struct map *m) {
    struct progs *a = m->impl;
    for (u32 i = 0; a->entry && i < m->max_entries; i++)
        give_back(a->entry[i]);
    os_release(a->entry, a->len);
    free(a);
}

static bool owns(const struct program *p, const struct map *m) {
    for (u32 i = 0; i < p->m->nmap; i++)
        if (p->map[i] == m)
            return true;
    return false;
}

s64 prog_array_set(struct map *m, u32 index, struct program *p, u32 func) {
    struct progs *a = m->impl;
    bool held = p && !owns(p, m);
    struct entry old;
    if (m->frozen)
        return -EPERM;
    if (index >= m->max_entries)
        return -E2BIG;
    if (held)
        program_ref(p);
    lock(&a->lock);
    old = put(&a->entry[index], p, func, held);
    unlock(&a->lock);
    give_back(old);
    return 0;
}

bool prog_array_get(const struct map *m, u32 index, const struct program *same, struct program **p, u32 *func) {
    struct progs *a = m->impl;
    bool found = false;
    if (index >= m->max_entries)
        return false;
    lock(&a->lock);
    const struct entry *n = &a->entry[index];
    if (n->p && (n->p == same || program_try_ref(n->p))) {
        *p = n->p;
        *func = n->func;
        found = true;
    }
    unlock(&a->lock);
    return found;
}

bool prog_array_own(const struct map *m, u32 index, const struct program *p, u32 *func) {
    const struct progs *a = m->impl;
    u64 both, base = both_of(p, 0);
    if (index >= m->max_entries || !base)
        return false;
    both = atomic_load_explicit(&a->entry[index].both, memory_order_acquire);
    *func = (u32)(both ^ base);
    return (both ^ base) >> FUNC_BITS == 0;
}

void prog_array_forget(struct map *m, const struct program *p) {
    struct progs *a = m->impl;
    lock(&a->lock);
    for (u32 i = 0; i < m->max_entries; i++)
        if (a->entry[i].p == p && !a->entry[i].held)
            put(&a->entry[i], NULL, 0, false);
    unlock(&a->lock);
}

static s64 erase(struct map *m, const void *key) {
    struct progs *a = m->impl;
    u32 i;
    memcpy(&i, key, 4);
    if (i >= m->max_entries)
        return -E2BIG;
    lock(&a->lock);
    struct entry old = put(&a->entry[i], NULL, 0, false);
    unlock(&a->lock);
    give_back(old);
    return old.p ? 0 : -ENOENT;
}

static s64 next(struct map *m, const void *key, void *out) {
    return map_array.next(m, key, out);
}

const struct map_kind map_prog_array = {
    .type = 3, .name = "prog_array", .init = init, .drop = drop, .erase = erase, .next = next};
