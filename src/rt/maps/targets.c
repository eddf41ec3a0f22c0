/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* targets.c - BPF_MAP_TYPE_DEVMAP, DEVMAP_HASH, CPUMAP and XSKMAP: where bpf_redirect_map sends.
 * An array or hash of numbers (interface, CPU queue, socket); programs may look but not write.
 * An array entry whose first word is 0 is empty. */
#include "rt/maps/kind.h"
#include <errno.h>
#include <string.h>

enum { DEVMAP = 14, CPUMAP = 16, XSKMAP = 17, QUEUE_MAX = 16384 };

static int sizes(struct map *m, struct error *e, bool xsk) {
    if (m->key_size != 4)
        return kind_bad(e, "the key has 4 bytes");
    if (m->value_size != 4 && (xsk || m->value_size != 8))
        return kind_bad(e, "the value has 4 or 8 bytes");
    m->read_only = true;
    return 0;
}

static int array_init(struct map *m, struct error *e) {
    int r = sizes(m, e, m->type == XSKMAP);
    return r ? r : map_array.init(m, e);
}

static int hash_init(struct map *m, struct error *e) {
    int r = sizes(m, e, false);
    return r ? r : map_hash.init(m, e);
}

static u32 first_word(const void *value) {
    u32 v;
    memcpy(&v, value, 4);
    return v;
}
static bool empty(const void *value) {
    return !first_word(value);
}
/* A program for an entry that is being emptied. */
static bool nameless(const struct map *m, const void *value) {
    s32 prog = 0;
    if (m->value_size == 8)
        memcpy(&prog, (const u8 *)value + 4, 4);
    return empty(value) && prog > 0;
}

static void drop(struct map *m) {
    map_array.drop(m);
}
static void *lookup(struct map *m, const void *key) {
    void *v = map_array.lookup(m, key);
    return v && !empty(v) ? v : NULL;
}

static s64 update(struct map *m, const void *key, const void *value, u64 flags, u32 cpu) {
    u8 *v = map_array.lookup(m, key);
    if (flags > UPDATE_EXIST)
        return -EINVAL;
    if (!v)
        return -E2BIG;
    if (flags == UPDATE_NOEXIST && m->type != XSKMAP)
        return -EEXIST; /* of these, xskmap alone tells free entries apart */
    if (m->type == CPUMAP && first_word(value) > QUEUE_MAX)
        return -EOVERFLOW;
    if (m->type == DEVMAP && nameless(m, value))
        return -EINVAL;
    if (flags == UPDATE_NOEXIST && !empty(v))
        return -EEXIST;
    if (flags == UPDATE_EXIST && m->type == XSKMAP && empty(v))
        return -ENOENT;
    return map_array.update(m, key, value, UPDATE_ANY, cpu);
}

static s64 erase(struct map *m, const void *key) {
    u8 *v = map_array.lookup(m, key);
    if (!v)
        return -EINVAL;
    memset(v, 0, m->value_size);
    return 0;
}

static s64 next(struct map *m, const void *key, void *out) {
    return map_array.next(m, key, out);
}
static s64 copy_out(struct map *m, const void *key, void *value, bool take) {
    const void *v = lookup(m, key);
    if (!v)
        return -ENOENT;
    memcpy(value, v, m->value_size);
    return take ? erase(m, key) : 0;
}

static void hash_drop(struct map *m) {
    map_hash.drop(m);
}
static void *hash_lookup(struct map *m, const void *key) {
    return map_hash.lookup(m, key);
}
static s64 hash_update(struct map *m, const void *key, const void *value, u64 flags, u32 cpu) {
    if (flags > UPDATE_EXIST || empty(value))
        return -EINVAL;
    /* BPF_EXIST makes an entry as well, in the kernel */
    return map_hash.update(m, key, value, flags == UPDATE_EXIST ? UPDATE_ANY : flags, cpu);
}
static s64 hash_erase(struct map *m, const void *key) {
    return map_hash.erase(m, key);
}
static s64 hash_next(struct map *m, const void *key, void *out) {
    return map_hash.next(m, key, out);
}
static s64 hash_copy_out(struct map *m, const void *key, void *value, bool take) {
    return map_hash.copy_out(m, key, value, take);
}

#define TARGETS(n, kind)                                                                                               \
    const struct map_kind map_##kind = {.type = n,                                                                     \
                                        .name = #kind,                                                                 \
                                        .init = array_init,                                                            \
                                        .drop = drop,                                                                  \
                                        .lookup = lookup,                                                              \
                                        .update = update,                                                              \
                                        .erase = erase,                                                                \
                                        .next = next,                                                                  \
                                        .copy_out = copy_out};
TARGETS(14, devmap)
TARGETS(16, cpumap)
TARGETS(17, xskmap)
const struct map_kind map_devmap_hash = {.type = 25,
                                         .name = "devmap_hash",
                                         .init = hash_init,
                                         .drop = hash_drop,
                                         .lookup = hash_lookup,
                                         .update = hash_update,
                                         .erase = hash_erase,
                                         .next = hash_next,
                                         .copy_out = hash_copy_out};
