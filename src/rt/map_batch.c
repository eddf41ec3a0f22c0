/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map_batch.c - the host's look-ups, updates and deletions, many in one call.
 * Each entry is one step of its own, as in the kernel: others may come in between. */
#include "rt/maps/kind.h"
#include <errno.h>
#include <string.h>

/* Kinds that have no keys to walk through, or whose values are no bytes, are refused. */
static bool can(const struct map *m, bool take) {
    const struct map_kind *k = m->kind;
    return m->key_size && k->next && k->copy_out && (!take || k->erase);
}

s64 map_get_batch(struct map *m, const void *from, void *keys, void *values, u32 *n, bool take) {
    size_t size = map_value_bytes(m);
    u8 *key = keys, *value = values;
    u32 room = *n, done = 0, misses = 0;
    s64 r = 0;
    *n = 0;
    if (!can(m, take))
        return -ENOTSUP;
    while (done < room) {
        if ((r = map_next(m, take ? NULL : from, key)))
            break;
        r = take ? map_take(m, key, value) : map_get(m, key, value);
        if (r == -ENOENT && misses++ < 64) {
            from = key; /* somebody deleted it in between: the one behind it, or from the start */
            continue;
        }
        if (r)
            break;
        from = key;
        key += m->key_size;
        value += size;
        done++;
    }
    *n = done;
    return r;
}

s64 map_put_batch(struct map *m, const void *keys, const void *values, u32 *n, u64 flags) {
    size_t size = map_value_bytes(m);
    const u8 *key = keys, *value = values;
    u32 room = *n;
    s64 r = can(m, false) ? 0 : -ENOTSUP;
    for (*n = 0; !r && *n < room; key += m->key_size, value += size)
        if (!(r = map_put(m, key, value, flags)))
            ++*n;
    return r;
}

s64 map_del_batch(struct map *m, const void *keys, u32 *n) {
    const u8 *key = keys;
    u32 room = *n;
    s64 r = can(m, true) ? 0 : -ENOTSUP;
    for (*n = 0; !r && *n < room; key += m->key_size)
        if (!(r = map_del(m, key)))
            ++*n;
    return r;
}
