/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map_lock.c - values that hold a struct bpf_spin_lock (m->lock_off, found by BTF).
 *
 *   | ... | lock | ... |     updates and copies leave the lock alone; with BPF_F_LOCK they
 *                            are made while it is held, so that nobody sees half of one
 *
 * Who waits for a lock in a run pays with its budget; a host's thread yields. */
#include "rt/lock.h"
#include "rt/maps/kind.h"
#include "rt/mem.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LOCK_BYTES = 4 };

bool lock_word(struct ctx *cx, u32 *word) {
    u32 none = 0;
    for (u32 n = 1; !__atomic_compare_exchange_n(word, &none, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED); n++) {
        none = 0;
        if (n % 64) {
            cpu_relax();
            continue;
        }
        if (cx && !charge(cx, 64))
            return false;
        sched_yield();
    }
    return true;
}

void unlock_word(u32 *word) {
    __atomic_store_n(word, 0, __ATOMIC_RELEASE);
}

static void copy_around(const struct map *m, u8 *to, const u8 *from) {
    u32 after = (u32)m->lock_off + LOCK_BYTES;
    memcpy(to, from, (u32)m->lock_off);
    memcpy(to + after, from + after, m->value_size - after);
}

static s64 in_place(const struct map *m, struct ctx *cx, u8 *to, const void *value, bool locked) {
    u32 *word = (u32 *)(to + m->lock_off);
    if (locked && !lock_word(cx, word))
        return -EINTR;
    copy_around(m, to, value);
    if (locked)
        unlock_word(word);
    return 0;
}

static s64 update(struct map *m, struct ctx *cx, const void *key, const void *value, u64 flags, u32 cpu) {
    u64 how = flags & ~(u64)UPDATE_LOCK;
    bool locked = flags & UPDATE_LOCK, array = m->type == 2;
    u8 *old, *own;
    s64 r;
    if (how > UPDATE_EXIST)
        return -EINVAL;
    old = m->kind->lookup(m, key);
    if (array && !old)
        return -E2BIG;
    if (old && how == UPDATE_NOEXIST)
        return -EEXIST;
    if (!old && how == UPDATE_EXIST)
        return -ENOENT;
    if (old && (locked || array))
        return in_place(m, cx, old, value, locked);
    if (!(own = malloc(m->value_size)))
        return -ENOMEM;
    memset(own, 0, m->value_size); /* a new entry's lock is free */
    copy_around(m, own, value);
    r = m->kind->update(m, key, own, how, cpu);
    free(own);
    return r;
}

s64 map_update_special(struct map *m, struct ctx *cx, const void *key, const void *value, u64 flags, u32 cpu) {
    struct epoch *e = env_of(m)->epoch;
    struct instance *in;
    s64 r;
    if (m->lock_off < 0)
        return flags & UPDATE_LOCK ? -EINVAL : m->kind->update(m, key, value, flags, cpu);
    if (cx || !e)
        return update(m, cx, key, value, flags, cpu);
    /* the host is in no run: what it found must not be reused under it */
    if (!(in = calloc(1, sizeof *in)))
        return -ENOMEM;
    epoch_join(e, in, 0);
    atomic_store(&in->active, atomic_load(&e->now));
    r = update(m, NULL, key, value, flags, cpu);
    epoch_part(e, in);
    free(in);
    return r;
}

s64 map_get_locked(struct map *m, const void *key, void *value) {
    struct epoch *e = env_of(m)->epoch;
    struct instance *in;
    s64 r = -ENOENT;
    u8 *v;
    if (m->lock_off < 0)
        return -EINVAL;
    if (m->flags & MAP_WRONLY)
        return -EPERM;
    if (!(in = calloc(1, sizeof *in)))
        return -ENOMEM;
    epoch_join(e, in, 0);
    atomic_store(&in->active, atomic_load(&e->now));
    if ((v = m->kind->lookup(m, key))) {
        u32 *word = (u32 *)(v + m->lock_off);
        lock_word(NULL, word);
        memset((u8 *)value + m->lock_off, 0, LOCK_BYTES);
        copy_around(m, value, v);
        unlock_word(word);
        r = 0;
    }
    epoch_part(e, in);
    free(in);
    return r;
}
