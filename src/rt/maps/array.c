/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* array.c - BPF_MAP_TYPE_ARRAY, PERCPU_ARRAY and INSN_ARRAY: entry i is value + i * stride.
 *
 *   array          | value 0 | value 1 | ...           a value rounded up to 8 bytes
 *   percpu_array   | value 0: cpu 0 | cpu 1 | ... | value 1: cpu 0 | ...
 *
 * Entries cannot be deleted. Concurrent writers are the programs' own affair, as in the
 * kernel: an update is a copy. */
#include "rt/maps/kind.h"
#include <errno.h>
#include <string.h>

static int init(struct map *m, struct error *e, bool percpu, u32 flags) {
    u64 cpus = percpu ? env_of(m)->cpus : 1, size = align_up(m->value_size, 8), stride = size * cpus, len;
    int r;
    if ((r = kind_flags(m, flags, e)))
        return r;
    if (m->key_size != 4)
        return kind_bad(e, "the key of an array has 4 bytes");
    if (!m->value_size || !m->max_entries)
        return kind_bad(e, "no value or no entries");
    if (m->value_size > 0x7fffffff || stride > UINT32_MAX)
        return fail(e, E_LIMIT, NOWHERE, "values are too large");
    if (m->value) { /* the host's own memory (map_over) */
        m->value_len = (u64)m->stride * (m->max_entries - 1) + m->value_size;
        return 0;
    }
    if (!(m->value = kind_area(m, m->max_entries, stride, true, &len, e)))
        return e->code;
    m->impl = m->value;
    m->stride = (u32)stride;
    m->cpu_stride = percpu ? (u32)size : 0;
    m->value_len = stride * m->max_entries;
    return 0;
}

static int array_init(struct map *m, struct error *e) {
    return init(m, e, false, MAP_MMAPABLE | MAP_PRESERVE_ELEMS | MAP_INNER);
}
static int percpu_init(struct map *m, struct error *e) {
    return init(m, e, true, 0);
}
static int insn_init(struct map *m, struct error *e) {
    return init(m, e, false, 0);
}

static void drop(struct map *m) {
    os_release(m->impl, align_up((u64)m->stride * m->max_entries, 4096));
}

static void *lookup(struct map *m, const void *key) {
    u32 i;
    memcpy(&i, key, 4);
    return i < m->max_entries ? m->value + (u64)i * m->stride : NULL;
}

/* What is no plain write of one value. */
static __attribute__((noinline)) s64 update_other(struct map *m, const void *key, const void *value, u64 flags,
                                                  u32 cpu) {
    u8 *to = lookup(m, key);
    if (flags > UPDATE_EXIST)
        return -EINVAL;
    if (!to)
        return -E2BIG;
    if (flags == UPDATE_NOEXIST)
        return -EEXIST;
    if (cpu != CPU_ALL) {
        copy_bytes(to + (u64)cpu * m->cpu_stride, value, m->value_size);
        return 0;
    }
    for (u32 c = 0; c < env_of(m)->cpus; c++)
        memcpy(to + (u64)c * m->cpu_stride, (const u8 *)value + (u64)c * m->cpu_stride, m->value_size);
    return 0;
}

static s64 update(struct map *m, const void *key, const void *value, u64 flags, u32 cpu) {
    u32 i;
    memcpy(&i, key, 4);
    if (unlikely(i >= m->max_entries || (flags != UPDATE_ANY && flags != UPDATE_EXIST) || m->cpu_stride))
        return update_other(m, key, value, flags, cpu);
    copy_bytes(m->value + (u64)i * m->stride, value, m->value_size);
    return 0;
}

static s64 erase(struct map *m, const void *key) {
    (void)m;
    (void)key;
    return -EINVAL;
}

static s64 next(struct map *m, const void *key, void *out) {
    u32 i = 0;
    if (key) {
        memcpy(&i, key, 4);
        if (i == m->max_entries - 1)
            return -ENOENT;
        i = i < m->max_entries ? i + 1 : 0;
    }
    memcpy(out, &i, 4);
    return 0;
}

static s64 copy_out(struct map *m, const void *key, void *value, bool take) {
    const u8 *from = lookup(m, key);
    if (take)
        return -ENOTSUP;
    if (!from)
        return -ENOENT;
    memcpy(value, from, m->cpu_stride ? (size_t)m->stride : m->value_size);
    return 0;
}

#define ARRAY(n, kind, start)                                                                                          \
    const struct map_kind map_##kind = {.type = n,                                                                     \
                                        .name = #kind,                                                                 \
                                        .stays = true,                                                                 \
                                        .init = start,                                                                 \
                                        .drop = drop,                                                                  \
                                        .lookup = lookup,                                                              \
                                        .update = update,                                                              \
                                        .erase = erase,                                                                \
                                        .next = next,                                                                  \
                                        .copy_out = copy_out};
ARRAY(2, array, array_init)
ARRAY(6, percpu_array, percpu_init)
ARRAY(34, insn_array, insn_init)
