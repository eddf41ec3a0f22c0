/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cgroup_storage.c - BPF_MAP_TYPE_CGROUP_STORAGE and PERCPU_CGROUP_STORAGE: a value for each cgroup, and
 * there is one here (the root, id 1).
 *
 *   key    { u64 cgroup; u32 attach type; u32 } or { u64 cgroup }      the type is not looked at
 *   value  cpu 0 | cpu 1 | ...
 *
 * Programs get at it by bpf_get_local_storage alone; it is there from the start and cannot be deleted. */
#include "rt/maps/kind.h"
#include <errno.h>
#include <string.h>

enum { ROOT_CGROUP = 1, PERCPU = 21, KEY = 16 };

static int init(struct map *m, struct error *e) {
    u64 size = align_up(m->value_size, 8), stride = m->type == PERCPU ? size * env_of(m)->cpus : size, len;
    int r;
    if (m->key_size != KEY && m->key_size != sizeof(u64))
        return kind_bad(e, "the key has 8 or 16 bytes");
    if (!m->value_size || m->max_entries)
        return kind_bad(e, "no value, or a number of entries (there is one for each cgroup)");
    if (stride > UINT32_MAX)
        return fail(e, E_LIMIT, NOWHERE, "the value is too large");
    if ((r = kind_flags(m, MAP_NUMA_NODE, e)))
        return r;
    if (!(m->value = kind_area(m, 1, stride, true, &len, e)))
        return e->code;
    m->impl = m->value;
    m->stride = (u32)stride;
    m->cpu_stride = m->type == PERCPU ? (u32)size : 0;
    m->value_len = stride;
    return 0;
}

static void drop(struct map *m) {
    os_release(m->value, align_up(m->stride, 4096));
}

static bool there(const void *key) {
    u64 cgroup;
    memcpy(&cgroup, key, sizeof cgroup);
    return cgroup == ROOT_CGROUP;
}

static s64 update(struct map *m, const void *key, const void *value, u64 flags, u32 cpu) {
    if (cpu != CPU_ALL)
        return -EINVAL; /* by a program */
    if (flags != UPDATE_ANY && flags != UPDATE_EXIST)
        return -EINVAL;
    if (!there(key))
        return -ENOENT;
    memcpy(m->value, value, map_value_bytes(m));
    return 0;
}

static s64 erase(struct map *m, const void *key) {
    (void)m;
    (void)key;
    return -EINVAL;
}

static s64 next(struct map *m, const void *key, void *out) {
    if (key && there(key))
        return -ENOENT;
    memset(out, 0, m->key_size);
    memcpy(out, &(u64){ROOT_CGROUP}, sizeof(u64));
    return 0;
}

static s64 copy_out(struct map *m, const void *key, void *value, bool take) {
    if (take)
        return -ENOTSUP;
    if (!there(key))
        return -ENOENT;
    memcpy(value, m->value, map_value_bytes(m));
    return 0;
}

#define STORAGE(n, kind)                                                                                               \
    const struct map_kind map_##kind = {.type = n,                                                                     \
                                        .name = #kind,                                                                 \
                                        .stays = true,                                                                 \
                                        .init = init,                                                                  \
                                        .drop = drop,                                                                  \
                                        .update = update,                                                              \
                                        .erase = erase,                                                                \
                                        .next = next,                                                                  \
                                        .copy_out = copy_out};
STORAGE(19, cgroup_storage)
STORAGE(21, percpu_cgroup_storage)
