/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* stack_trace.c - BPF_MAP_TYPE_STACK_TRACE: call stacks by number.
 *   id = hash of the stack, modulo the number of buckets; a bucket is an array entry: words,
 *   0 behind the last. Another stack in the bucket: -EEXIST, or it is replaced (REUSE).
 * Programs put stacks in by bpf_get_stackid alone; the host reads and deletes them. */
#include "rt/hashfn.h"
#include "rt/lock.h"
#include "rt/maps/kind.h"
#include <errno.h>
#include <string.h>

enum { MAX_FRAMES = 127 };

static int init(struct map *m, struct error *e) {
    u32 n = 1;
    if (m->key_size != 4 || !m->value_size || m->value_size % 8 || m->value_size / 8 > MAX_FRAMES)
        return kind_bad(e, "a key of 4 bytes, and a value of 1 to 127 words of 8");
    if (!m->max_entries || m->max_entries > 1u << 31)
        return kind_bad(e, "no entries, or too many");
    while (n < m->max_entries)
        n <<= 1;
    m->max_entries = n;
    int r = map_array.init(m, e);
    m->read_only = true;
    return r;
}

static void drop(struct map *m) {
    map_array.drop(m);
}

s64 stack_trace_put(struct map *m, const u64 *ip, u64 n, bool fast, bool reuse) {
    u64 bytes = min64(n * 8, m->value_size);
    u32 id = (u32)hash_key((const u8 *)ip, (u32)bytes, 0) & (m->max_entries - 1);
    u64 *bucket = (u64 *)(m->value + (u64)id * m->stride), none = 0;
    (void)fast; /* it would compare hashes only; comparing all is no worse */
    if (__atomic_load_n(bucket, __ATOMIC_ACQUIRE) == 0 || reuse) {
        if (m->value_size > bytes)
            memset((u8 *)bucket + bytes, 0, m->value_size - bytes);
        if (bytes > 8)
            memcpy(bucket + 1, ip + 1, bytes - 8);
        if (reuse)
            __atomic_store_n(bucket, ip[0], __ATOMIC_RELEASE);
        else
            __atomic_compare_exchange_n(bucket, &none, ip[0], false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
    }
    return memcmp(bucket, ip, bytes) ? -EEXIST : (s64)id;
}

static s64 copy_out(struct map *m, const void *key, void *value, bool take) {
    u8 *v = map_array.lookup(m, key);
    u64 first = 0;
    if (v)
        memcpy(&first, v, 8);
    if (!first)
        return -ENOENT;
    memcpy(value, v, m->value_size);
    if (take)
        memset(v, 0, m->value_size);
    return 0;
}

static s64 erase(struct map *m, const void *key) {
    u8 *v = map_array.lookup(m, key);
    u64 first = 0;
    if (!v)
        return -E2BIG;
    memcpy(&first, v, 8);
    memset(v, 0, m->value_size);
    return first ? 0 : -ENOENT;
}

static s64 next(struct map *m, const void *key, void *out) {
    u32 i = 0;
    u64 first;
    if (key) {
        memcpy(&i, key, 4);
        i = i < m->max_entries ? i + 1 : 0;
    }
    for (; i < m->max_entries; i++) {
        memcpy(&first, m->value + (u64)i * m->stride, 8);
        if (first) {
            memcpy(out, &i, 4);
            return 0;
        }
    }
    return -ENOENT;
}

const struct map_kind map_stack_trace = {
    .type = 7, .name = "stack_trace", .init = init, .drop = drop, .erase = erase, .next = next, .copy_out = copy_out};
