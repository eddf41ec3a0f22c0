/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bench.h - one source, two builds.
 * for BPF:     clang -O2 -g -target bpf -mcpu=v3 -c NAME.c          what engines run
 * -DNATIVE:    clang -O2 -fPIC -shared -DNATIVE                     what they are held against
 * A program sees its input as an XDP packet, and only through the macros below. State in
 * maps has a native counterpart here: what a C programmer would write instead, an array
 * access or a small open-addressing hash, not a call through a map object. */
#ifndef BENCH_H
#define BENCH_H

#ifdef NATIVE
#include <stddef.h>
#include <string.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;

#define SEC(name)     __attribute__((used))
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define NOINLINE      __attribute__((noinline))
#define NO_LIBCALL
#define LICENSED

struct xdp_md {
    u8 *data, *data_end;
};
enum xdp_action { XDP_ABORTED, XDP_DROP, XDP_PASS, XDP_TX };

#define DATA(ctx) ((ctx)->data)
#define END(ctx)  ((ctx)->data_end)

/* the cheapest thing that is still a call */
static inline NOINLINE u32 cpu_id(void) {
    u32 id = 0;
    __asm__ volatile("" : "+r"(id));
    return id;
}

/* clang-format off */
/* name_at(key) gives the value's address or NULL */
#define ARRAY_MAP(name, value_type, entries)       \
    static value_type name[entries];               \
    static ALWAYS_INLINE value_type *name##_at(u32 key) \
    {                                              \
        return key < (entries) ? &name[key] : NULL; \
    }

/* 8-byte keys, none 0; linear probing in a table twice as large as its contents */
#define HASH_MAP(name, value_type, entries)                            \
    static struct {                                                    \
        u64 key;                                                       \
        value_type val;                                                \
    } name[2 * (entries)];                                             \
    static NOINLINE value_type *name##_at(u64 key)                     \
    {                                                                  \
        u32 i = (u32)(key * 0x9e3779b97f4a7c15ull >> 32);              \
        for (;; i++) {                                                 \
            i &= 2 * (entries) - 1;                                    \
            if (name[i].key == key)                                    \
                return &name[i].val;                                   \
            if (!name[i].key)                                          \
                return NULL;                                           \
        }                                                              \
    }                                                                  \
    static NOINLINE void name##_put(u64 key, value_type val)           \
    {                                                                  \
        u32 i = (u32)(key * 0x9e3779b97f4a7c15ull >> 32);              \
        while (name[i & (2 * (entries) - 1)].key)                      \
            i++;                                                       \
        name[i & (2 * (entries) - 1)].key = key;                       \
        name[i & (2 * (entries) - 1)].val = val;                       \
    }
/* clang-format on */

#else
#include "../../examples/bpf/bpf.h"

/* there is no libc to call: a loop that copies stays a loop */
#define NO_LIBCALL __attribute__((no_builtin("memcpy", "memmove", "memset", "bcmp", "memcmp")))
#define LICENSED   char LICENSE[] SEC("license") = "Dual MIT/GPL";

#define DATA(ctx) ((u8 *)(long)(ctx)->data)
#define END(ctx)  ((u8 *)(long)(ctx)->data_end)

#define cpu_id bpf_get_smp_processor_id

/* clang-format off */
#define BPF_MAP(name, kind, key_type, value_type, entries) \
    struct {                                               \
        __uint(type, kind);                                \
        __uint(max_entries, entries);                      \
        __type(key, key_type);                             \
        __type(value, value_type);                         \
    } name SEC(".maps");                                   \
    static ALWAYS_INLINE value_type *name##_at(key_type key) \
    {                                                      \
        return bpf_map_lookup_elem(&name, &key);           \
    }

#define ARRAY_MAP(name, value_type, entries) \
    BPF_MAP(name, BPF_MAP_TYPE_ARRAY, u32, value_type, entries)
#define HASH_MAP(name, value_type, entries)                            \
    BPF_MAP(name, BPF_MAP_TYPE_HASH, u64, value_type, entries)         \
    static ALWAYS_INLINE void name##_put(u64 key, value_type val)      \
    {                                                                  \
        bpf_map_update_elem(&name, &key, &val, BPF_ANY);               \
    }
/* clang-format on */
#endif

/* keeps a loop from being unrolled into nothing or replaced by its closed form */
#define OPAQUE(x) __asm__ volatile("" : "+r"(x))

/* clang-format off */
/* the first line of each program: p is the packet, at least size bytes of it */
#define PACKET(ctx, p, size)    \
    u8 *p = DATA(ctx);          \
    if (p + (size) > END(ctx))  \
        return XDP_ABORTED
/* clang-format on */

static ALWAYS_INLINE u32 rol32(u32 x, u32 n) {
    return x << n | x >> (32 - n);
}

static ALWAYS_INLINE u64 rol64(u64 x, u32 n) {
    return x << n | x >> (64 - n);
}

/* a word put together from bytes: what portable parsers do, and what BPF cannot load
 * in one go from a place of unknown alignment */
static ALWAYS_INLINE u32 le32(const u8 *p) {
    return p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24;
}

static ALWAYS_INLINE u64 le64(const u8 *p) {
    return le32(p) | (u64)le32(p + 4) << 32;
}

#endif
