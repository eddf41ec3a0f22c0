/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kind.h - small things that the files of this folder share. */
#ifndef RT_MAPS_KIND_H
#define RT_MAPS_KIND_H
#include "base/platform.h"
#include "rt/map.h"
#include <string.h>

/* BPF_F_* of map creation, BPF_* of updates (Linux UAPI). */
enum {
    MAP_NO_PREALLOC = 1 << 0,
    MAP_NO_COMMON_LRU = 1 << 1,
    MAP_NUMA_NODE = 1 << 2,
    MAP_RDONLY = 1 << 3,
    MAP_WRONLY = 1 << 4,
    MAP_ZERO_SEED = 1 << 6,
    MAP_RDONLY_PROG = 1 << 7,
    MAP_WRONLY_PROG = 1 << 8,
    MAP_MMAPABLE = 1 << 10,
    MAP_PRESERVE_ELEMS = 1 << 11,
    MAP_INNER = 1 << 12,
    MAP_ACCESS = MAP_RDONLY | MAP_WRONLY | MAP_RDONLY_PROG | MAP_WRONLY_PROG,
};
enum { UPDATE_ANY, UPDATE_NOEXIST, UPDATE_EXIST, UPDATE_LOCK = 4 };

static inline struct map_env *env_of(const struct map *m) {
    return m->env;
}

/* Copies a key or a value: the sizes that most have, without a call. */
static inline void copy_bytes(void *to, const void *from, size_t n) {
    switch (n) {
    case 4: memcpy(to, from, 4); return;
    case 8: memcpy(to, from, 8); return;
    case 16: memcpy(to, from, 16); return;
    case 32: memcpy(to, from, 32); return;
    case 64: memcpy(to, from, 64); return;
    }
    memcpy(to, from, n);
}

/* "flags 0x..: not for this kind", when flags has a bit outside of allowed. */
int kind_flags(const struct map *m, u32 allowed, struct error *e);
int kind_bad(struct error *e, const char *what); /* E_FORMAT: sizes that the kernel refuses */
/* Address space for n entries of size bytes each, charged or not; NULL: error set. */
void *kind_area(struct map *m, u64 n, u64 size, bool charge, u64 *len, struct error *e);

#endif
