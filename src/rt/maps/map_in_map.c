/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map_in_map.c - BPF_MAP_TYPE_ARRAY_OF_MAPS and HASH_OF_MAPS.
 *
 * The outer map is a private array or hash whose values are struct map pointers; programs
 * never see it, a lookup gives them a handle (rt/object.c). Each inner map must have the
 * type, sizes and flags of the template that the definition names. An inner map that is
 * taken out waits in limbo: runs that got it may still use it. */
#include "rt/limbo.h"
#include "rt/lock.h"
#include "rt/maps/kind.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct maps {
    atomic_bool lock;
    struct map *table;     /* key -> index in inner[], 0: none */
    struct map **inner;    /* from 1 on */
    u32 ninner, cap, free; /* free ones are chained through next[] */
    u32 *next;
    struct limbo limbo;
    u32 type, key_size, value_size, max_entries, flags; /* the template */
    bool any;                                           /* no template: the first map that is put in becomes it */
};

static int init(struct map *m, struct error *e) {
    const struct map_def *d = m->def;
    struct map_def table = {.name = m->name,
                            .type = m->type == 12 ? 2 : 1,
                            .key_size = m->key_size,
                            .value_size = 4,
                            .max_entries = m->max_entries,
                            .flags = m->type == 12 ? 0 : m->flags & MAP_NO_PREALLOC};
    struct maps *s;
    int r;
    if ((r = kind_flags(m, m->type == 12 ? 0 : MAP_NO_PREALLOC, e)))
        return r;
    if (m->value_size != 4)
        return kind_bad(e, "the value of a map of maps has 4 bytes");
    if (!(s = m->impl = calloc(1, sizeof *s)))
        return fail(e, E_NOMEM, NOWHERE, "map of maps");
    if (d->inner) {
        const struct map_def *i = d->inner;
        s->type = i->type;
        s->key_size = i->key_size;
        s->value_size = i->value_size;
        s->max_entries = i->max_entries;
        s->flags = i->flags;
    } else {
        s->any = true;
    }
    return (s->table = map_new(&table, env_of(m), e)) ? 0 : e->code;
}

static void drop(struct map *m) {
    struct maps *s = m->impl;
    for (u32 i = 1; i < s->ninner; i++)
        map_unref(s->inner[i]);
    map_unref(s->table);
    limbo_drop(&s->limbo);
    free(s->inner);
    free(s->next);
    free(s);
}

static bool fits(struct maps *s, const struct map *i) {
    if (s->any)
        return true;
    if (s->type != i->type || s->key_size != i->key_size || s->value_size != i->value_size || s->flags != i->flags)
        return false;
    return i->type != 2 || s->flags & MAP_INNER || s->max_entries == i->max_entries;
}

static bool grow(struct maps *s) {
    u32 cap = s->cap ? s->cap * 2 : 16;
    struct map **inner = calloc(cap, sizeof *inner);
    u32 *next = calloc(cap, sizeof *next);
    if (!inner || !next) {
        free(inner);
        free(next);
        return false;
    }
    if (s->ninner) {
        memcpy(inner, s->inner, s->ninner * sizeof *inner);
        memcpy(next, s->next, s->ninner * sizeof *next);
    }
    free(s->inner);
    free(s->next);
    s->inner = inner;
    s->next = next;
    s->cap = cap;
    if (!s->ninner)
        s->ninner = 1;
    return true;
}

static void collect(struct map *m, struct maps *s) {
    u32 i, extra;
    while (limbo_take(&s->limbo, env_of(m)->epoch, true, &i, &extra)) {
        map_unref(s->inner[i]);
        s->inner[i] = NULL;
        s->next[i] = s->free;
        s->free = i;
    }
}

static u32 current(struct maps *s, const void *key) {
    u32 i = 0;
    return map_get(s->table, key, &i) ? 0 : i;
}

static s64 set_locked(struct map *m, struct maps *s, const void *key, struct map *inner) {
    u32 old = current(s, key), none = 0, i;
    s64 r;
    collect(m, s);
    if (!inner) {
        if (!old)
            return m->type == 12 && !s->table->kind->lookup(s->table, key) ? -E2BIG : -ENOENT;
        r = m->type == 12 ? map_put(s->table, key, &none, UPDATE_ANY) : map_del(s->table, key);
        if (!r)
            limbo_put(&s->limbo, env_of(m)->epoch, old, 0);
        return r;
    }
    if (!fits(s, inner))
        return -EINVAL;
    if (!(i = s->free)) {
        if (s->ninner >= s->cap && !grow(s))
            return -ENOMEM;
        i = s->ninner++;
    } else {
        s->free = s->next[i];
    }
    s->inner[i] = inner;
    if ((r = map_put(s->table, key, &i, UPDATE_ANY))) {
        s->inner[i] = NULL;
        s->next[i] = s->free;
        s->free = i;
        return r;
    }
    map_ref(inner);
    if (old)
        limbo_put(&s->limbo, env_of(m)->epoch, old, 0);
    return 0;
}

s64 map_in_map_set(struct map *m, const void *key, struct map *inner) {
    struct maps *s = m->impl;
    s64 r;
    if (m->frozen)
        return -EPERM;
    if (inner && (inner->type == 12 || inner->type == 13 || inner->type == 3))
        return -EINVAL;
    lock(&s->lock);
    r = set_locked(m, s, key, inner);
    unlock(&s->lock);
    return r;
}

struct map *map_in_map_get(struct map *m, const void *key) {
    struct maps *s = m->impl;
    struct map *inner = NULL;
    u32 i;
    lock(&s->lock);
    if ((i = current(s, key)))
        inner = s->inner[i];
    unlock(&s->lock);
    return inner;
}

static s64 erase(struct map *m, const void *key) {
    return map_in_map_set(m, key, NULL);
}
static s64 next(struct map *m, const void *key, void *out) {
    return map_next(((struct maps *)m->impl)->table, key, out);
}

const struct map_kind map_array_of_maps = {
    .type = 12, .name = "array_of_maps", .init = init, .drop = drop, .erase = erase, .next = next};
const struct map_kind map_hash_of_maps = {
    .type = 13, .name = "hash_of_maps", .init = init, .drop = drop, .erase = erase, .next = next};
