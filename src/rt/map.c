/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map.c - what all kinds of maps share: making one from its definition, references, the
 * memory budget, and the host's side of lookup, update, delete and iteration.
 * in:  struct map_def (sizes and flags as the file says)   out: struct map
 * The kinds themselves are the rows of abi/maps.def, one file each in maps/. */
#include "rt/map.h"
#include "base/platform.h"
#include "rt/maps/kind.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA = 33 };

/* clang-format off: version 14 joins a directive to a macro that ends with a case label */
/* By BPF_MAP_TYPE_*; no kind where the type is refused. */
static const struct map_row {
    const char *name;
    const struct map_kind *kind;
    const char *why; /* it is refused */
} rows[] = {
#define MAP_KIND(n, name)         [n] = {#name, &map_##name, NULL},
#define MAP_REFUSED(n, name, why) [n] = {#name, NULL, why},
#include "abi/maps.def"
};

const struct map_kind *map_kind_of(u32 type) {
    return type < COUNT(rows) ? rows[type].kind : NULL;
}

const char *map_type_name(u32 type) {
    return type < COUNT(rows) && rows[type].name ? rows[type].name : "unknown";
}

bool map_charge(struct map *m, u64 bytes) {
    struct map_budget *b = env_of(m)->budget;
    if (b && bytes) {
        u64 used = atomic_load_explicit(&b->used, memory_order_relaxed);
        do
            if (bytes > b->limit || used > b->limit - bytes)
                return false;
        while (!atomic_compare_exchange_weak(&b->used, &used, used + bytes));
    }
    __atomic_fetch_add(&m->memory, bytes, __ATOMIC_RELAXED);
    return true;
}

void map_release(struct map *m, u64 bytes) {
    struct map_budget *b = env_of(m)->budget;
    if (b)
        atomic_fetch_sub(&b->used, bytes);
    __atomic_fetch_sub(&m->memory, bytes, __ATOMIC_RELAXED);
}

/* Flags that say who may touch the map, understood by every kind. */
static int access_flags(struct map *m, struct error *e) {
    u32 f = m->flags;
    if ((f & MAP_RDONLY && f & MAP_WRONLY) || (f & MAP_RDONLY_PROG && f & MAP_WRONLY_PROG))
        return fail(e, E_UNSUP, NOWHERE, "flags 0x%x: both read-only and write-only", f);
    m->read_only = f & MAP_RDONLY_PROG;
    m->write_only = f & MAP_WRONLY_PROG;
    return 0;
}

static int set_up(struct map *m, const struct map_def *d, struct error *e) {
    int r;
    if (!m->kind) {
        const char *why = d->type < COUNT(rows) ? rows[d->type].why : NULL;
        return why ? fail(e, E_UNSUP, NOWHERE, "maps of this type are not available outside the kernel: %s", why)
                   : fail(e, E_UNSUP, NOWHERE, "unknown map type %u", d->type);
    }
    if ((r = access_flags(m, e)))
        return r;
    if (!map_charge(m, sizeof *m))
        return fail(e, E_LIMIT, NOWHERE, "over the memory limit of maps");
    if ((r = m->kind->init(m, e)))
        return r;
    if (d->init_size && m->kind->type != ARENA) { /* which has taken it already */
        if (m->kind->type != 2 && m->kind->type != 34)
            return fail(e, E_UNSUP, NOWHERE, "initial data for a map of type %s", m->kind->name);
        if (!m->value || d->init_size > m->value_len || d->init_size > m->value_size)
            return fail(e, E_FORMAT, NOWHERE, "%u bytes of initial data for a value of %u", d->init_size,
                        m->value_size);
        memcpy(m->value, d->init, d->init_size);
    }
    return 0;
}

static struct map *new_map(const struct map_def *d, const struct map_env *env, void *values, u64 stride,
                           struct error *e) {
    struct map *m = calloc(1, sizeof *m);
    struct map_env *own = malloc(sizeof *own);
    char *name = strdup(d->name ? d->name : "");
    if (!m || !own || !name) {
        free(m);
        free(own);
        free(name);
        fail(e, E_NOMEM, NOWHERE, "map %s", d->name ? d->name : "");
        return NULL;
    }
    *own = *env;
    if (!own->cpus)
        own->cpus = 1;
    m->env = own;
    m->name = name;
    m->def = d;
    m->type = d->type;
    m->flags = d->flags;
    m->key_size = d->key_size;
    m->value_size = d->value_size;
    m->max_entries = d->max_entries;
    m->kind = map_kind_of(d->type);
    m->lock_off = m->timer_off = -1;
    m->refs = 1;
    m->value = values;
    m->stride = (u32)stride;
    if (set_up(m, d, e)) {
        wrap(e, "map %s (%s, key %u, value %u, entries %u, flags 0x%x)", name, map_type_name(d->type), d->key_size,
             d->value_size, d->max_entries, d->flags);
        map_unref(m);
        return NULL;
    }
    m->def = NULL; /* the definition lives in its module only */
    return m;
}

struct map *map_new(const struct map_def *d, const struct map_env *env, struct error *e) {
    return new_map(d, env, NULL, 0, e);
}

struct map *map_over(const struct map_def *d, const struct map_env *env, void *values, u64 stride, struct error *e) {
    if (d->type != map_array.type) {
        fail(e, E_USAGE, NOWHERE, "map %s: only an array (type %u) lies over memory of the host", d->name,
             map_array.type);
        return NULL;
    }
    if (d->max_entries == 1 && !stride)
        stride = align_up(d->value_size, 8);
    if (!values || (uintptr_t)values % 8 || stride % 8 || stride < d->value_size || stride > UINT32_MAX) {
        fail(e, E_USAGE, NOWHERE, "map %s: values at %p, %llu bytes apart: multiples of 8, not below %u, are wanted",
             d->name, values, (unsigned long long)stride, d->value_size);
        return NULL;
    }
    return new_map(d, env, values, stride, e);
}

void map_ref(struct map *m) {
    __atomic_fetch_add(&m->refs, 1, __ATOMIC_RELAXED);
}

void map_unref(struct map *m) {
    if (!m || __atomic_sub_fetch(&m->refs, 1, __ATOMIC_ACQ_REL))
        return;
    if (m->impl)
        m->kind->drop(m);
    map_release(m, m->memory);
    free(m->env);
    free((char *)(uintptr_t)m->name);
    free(m);
}

size_t map_value_bytes(const struct map *m) {
    return m->cpu_stride ? (size_t)m->cpu_stride * env_of(m)->cpus : m->value_size;
}

void map_freeze(struct map *m) {
    m->frozen = true;
}

s64 map_get(struct map *m, const void *key, void *value) {
    s64 r;
    if (m->flags & MAP_WRONLY)
        return -EPERM;
    r = m->kind->copy_out              ? m->kind->copy_out(m, key, value, false)
        : m->kind->pop && !m->key_size ? m->kind->pop(m, value, false)
                                       : -ENOTSUP;
    if (!r && m->lock_off >= 0)
        memset((u8 *)value + m->lock_off, 0, 4); /* whether somebody holds it is not the host's affair */
    return r;
}

s64 map_take(struct map *m, const void *key, void *value) {
    if (m->frozen || m->flags & (MAP_RDONLY | MAP_WRONLY))
        return -EPERM;
    if (m->kind->pop && !m->key_size)
        return m->kind->pop(m, value, true);
    return m->kind->copy_out && m->kind->erase ? m->kind->copy_out(m, key, value, true) : -ENOTSUP;
}

s64 map_put(struct map *m, const void *key, const void *value, u64 flags) {
    if (m->frozen || m->flags & MAP_RDONLY)
        return -EPERM;
    if (m->kind->push && !m->key_size)
        return m->kind->push(m, value, flags);
    if (m->lock_off >= 0 || flags & UPDATE_LOCK)
        return m->kind->update && m->kind->lookup ? map_update_special(m, NULL, key, value, flags, CPU_ALL) : -EINVAL;
    return m->kind->update ? m->kind->update(m, key, value, flags, CPU_ALL) : -ENOTSUP;
}

s64 map_del(struct map *m, const void *key) {
    if (m->frozen || m->flags & MAP_RDONLY)
        return -EPERM;
    return m->kind->erase ? m->kind->erase(m, key) : -ENOTSUP;
}

s64 map_next(struct map *m, const void *key, void *next) {
    if (m->flags & MAP_WRONLY)
        return -EPERM;
    return m->kind->next ? m->kind->next(m, key, next) : -ENOTSUP;
}
