/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* sockmap.c - BPF_MAP_TYPE_SOCKMAP and SOCKHASH: the host's sockets by index or key, as numbers that mean
 * something to the host alone (4 or 8 bytes: a descriptor, a cookie).
 *
 * Both are a hash of what is there. Programs may delete entries; they see no socket, so a look-up gives NULL,
 * and there is none that they could put in. The values are in no region of a program. */
#include "rt/maps/kind.h"
#include <errno.h>
#include <string.h>

enum { SOCKMAP = 15, MAX_KEY = 512 };

static int init(struct map *m, struct error *e) {
    int r;
    if (m->type == SOCKMAP && m->key_size != 4)
        return kind_bad(e, "the key has 4 bytes");
    if (m->key_size > MAX_KEY)
        return kind_bad(e, "the key has more than 512 bytes");
    if (m->value_size != 4 && m->value_size != 8)
        return kind_bad(e, "the value has 4 or 8 bytes");
    if ((r = kind_flags(m, MAP_NUMA_NODE | MAP_RDONLY | MAP_WRONLY, e)) || (r = map_hash.init(m, e)))
        return r;
    m->value_len = 0;
    return 0;
}

static void drop(struct map *m) {
    map_hash.drop(m);
}

static u32 index_of(const void *key) {
    u32 i;
    memcpy(&i, key, sizeof i);
    return i;
}
static bool outside(const struct map *m, const void *key) {
    return m->type == SOCKMAP && index_of(key) >= m->max_entries;
}

static void *lookup(struct map *m, const void *key) {
    (void)m;
    (void)key;
    return NULL;
}

static s64 update(struct map *m, const void *key, const void *value, u64 flags, u32 cpu) {
    if (cpu != CPU_ALL)
        return -EOPNOTSUPP; /* a program has no socket to put in */
    if (flags > UPDATE_EXIST)
        return -EINVAL;
    return outside(m, key) ? -E2BIG : map_hash.update(m, key, value, flags, cpu);
}

static s64 erase(struct map *m, const void *key) {
    s64 r = outside(m, key) ? -EINVAL : map_hash.erase(m, key);
    return r == -ENOENT && m->type == SOCKMAP ? -EINVAL : r;
}

/* Of a sockmap all indices, in order, as of an array. */
static s64 next(struct map *m, const void *key, void *out) {
    u32 i = key ? index_of(key) : UINT32_MAX;
    if (key && i == m->max_entries - 1)
        return -ENOENT;
    i = i < m->max_entries ? i + 1 : 0;
    memcpy(out, &i, sizeof i);
    return 0;
}
static s64 hash_next(struct map *m, const void *key, void *out) {
    return map_hash.next(m, key, out);
}

static s64 copy_out(struct map *m, const void *key, void *value, bool take) {
    return map_hash.copy_out(m, key, value, take);
}

const struct map_kind map_sockmap = {.type = SOCKMAP,
                                     .name = "sockmap",
                                     .init = init,
                                     .drop = drop,
                                     .lookup = lookup,
                                     .update = update,
                                     .erase = erase,
                                     .next = next,
                                     .copy_out = copy_out};
const struct map_kind map_sockhash = {.type = 18,
                                      .name = "sockhash",
                                      .init = init,
                                      .drop = drop,
                                      .lookup = lookup,
                                      .update = update,
                                      .erase = erase,
                                      .next = hash_next,
                                      .copy_out = copy_out};
