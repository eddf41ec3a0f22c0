/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* task_storage.c - BPF_MAP_TYPE_TASK_STORAGE: a value for each thread.
 * A hash of thread ids (gettid); the kernel's host side names threads by pidfd instead. A
 * thread's value stays until it is deleted: its end is not seen here. */
#include "rt/maps/kind.h"
#include <errno.h>

enum { THREADS = 65536 };

static int init(struct map *m, struct error *e) {
    if (m->key_size != 4 || !m->value_size)
        return kind_bad(e, "a key of 4 bytes, and a value");
    if (m->max_entries || !(m->flags & MAP_NO_PREALLOC))
        return kind_bad(e, "max_entries is 0 and BPF_F_NO_PREALLOC is set for this type");
    m->max_entries = THREADS;
    return map_hash.init(m, e);
}

static void drop(struct map *m) {
    map_hash.drop(m);
}

void *task_storage_find(struct map *m, u32 tid) {
    return map_hash.lookup(m, &tid);
}
s64 task_storage_put(struct map *m, u32 tid, const void *value) {
    return map_hash.update(m, &tid, value, UPDATE_NOEXIST, 0);
}
s64 task_storage_drop(struct map *m, u32 tid) {
    return map_hash.erase(m, &tid);
}

static s64 update(struct map *m, const void *key, const void *value, u64 flags, u32 cpu) {
    return map_hash.update(m, key, value, flags, cpu);
}
static s64 erase(struct map *m, const void *key) {
    return map_hash.erase(m, key);
}
static s64 next(struct map *m, const void *key, void *out) {
    return map_hash.next(m, key, out);
}
static s64 copy_out(struct map *m, const void *key, void *value, bool take) {
    return map_hash.copy_out(m, key, value, take);
}

/* no lookup: programs come here by bpf_task_storage_get alone */
const struct map_kind map_task_storage = {.type = 29,
                                          .name = "task_storage",
                                          .init = init,
                                          .drop = drop,
                                          .update = update,
                                          .erase = erase,
                                          .next = next,
                                          .copy_out = copy_out};
