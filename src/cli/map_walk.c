/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map_walk.c - which maps and entries are worth showing after a run. */
#include "cli/run.h"
#include <stdlib.h>
#include <string.h>

/* Linux UAPI, enum bpf_map_type: kinds whose entries are numbered and always there */
enum { TYPE_ARRAY = 2, TYPE_PROG_ARRAY = 3, TYPE_PERCPU_ARRAY = 6 };

bool map_is_data(const struct svm_map_info *info) {
    return info->data;
}

bool map_is_hidden(const struct svm_map_info *info) {
    return info->type == TYPE_PROG_ARRAY || !strncmp(info->name, ".rodata", 7) || strstr(info->name, ".rodata") ||
           !strcmp(info->name, ".kconfig") || !strncmp(info->name, ".jumptables", 11);
}

bool read_integer(const u8 *p, size_t n, u64 *out) {
    u8 b1;
    u16 b2;
    u32 b4;
    switch (n) {
    case 1:
        memcpy(&b1, p, n);
        *out = b1;
        return true;
    case 2:
        memcpy(&b2, p, n);
        *out = b2;
        return true;
    case 4:
        memcpy(&b4, p, n);
        *out = b4;
        return true;
    case 8: memcpy(out, p, n); return true;
    }
    return false;
}

static bool all_zero(const u8 *p, size_t n) {
    size_t i;
    for (i = 0; i < n; i++)
        if (p[i])
            return false;
    return true;
}

bool map_walk(struct svm_map *map, entry_fn *fn, void *arg) {
    struct svm_map_info info;
    size_t bytes = svm_map_value_bytes(map);
    u8 *key, *next, *value;
    bool ok = false, skip_zero, first = true;
    svm_map_describe(map, &info);
    skip_zero = info.type == TYPE_ARRAY || info.type == TYPE_PERCPU_ARRAY;
    key = calloc(2, (size_t)info.key_size + 1);
    value = calloc(1, bytes + 1);
    if (key && value) {
        next = key + info.key_size;
        ok = true;
        while (!svm_map_next(map, first ? NULL : key, next)) {
            memcpy(key, next, info.key_size);
            first = false;
            if (svm_map_lookup(map, key, value)) /* gone since, or without a value that can be read */
                continue;
            if (skip_zero && all_zero(value, bytes))
                continue;
            if (!fn(arg, key, value))
                break;
        }
    }
    free(key);
    free(value);
    return ok;
}
