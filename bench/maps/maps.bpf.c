/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* maps.bpf.c - a thousand operations on one kind of map in each run; bench/maps/maps.c fills the
 * maps and takes the time.
 *
 * The packet is the program's state: it walks through the keys at random, run after run, so that
 * large maps are cold; two threads with packets of their own share nothing but the map. The
 * loops of EMPTY, all but the operation, are what is subtracted. Where a loop lies in a cache line may be worth as much
 * as a look-up in an array: each is there four times, NAME_0 to NAME_3, behind stores that move it. */
#include "../../examples/bpf/bpf.h"

enum { OPS = 1000 };

struct state {
    u64 x;         /* of the generator */
    u32 mask, or ; /* index of a key: random & mask | or */
    u64 sum;
    u64 moved[6];
};

static long (*const bpf_ringbuf_output)(void *ringbuf, void *data, u64 size, u64 flags) = (void *)130;
enum { BPF_RB_NO_WAKEUP = 1 };

#define MAP(name, kind, key_type, value_type, entries, flags)                                                          \
    struct {                                                                                                           \
        __uint(type, kind);                                                                                            \
        __uint(max_entries, entries);                                                                                  \
        __uint(map_flags, flags);                                                                                      \
        __type(key, key_type);                                                                                         \
        __type(value, value_type);                                                                                     \
    } name SEC(".maps")

struct prefix {
    u32 len;
    u8 addr[4];
};
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 24);
} ring SEC(".maps");

MAP(small, BPF_MAP_TYPE_ARRAY, u32, u64, 1024, 0);
MAP(large, BPF_MAP_TYPE_ARRAY, u32, u64, 1 << 20, 0);
MAP(percpu, BPF_MAP_TYPE_PERCPU_ARRAY, u32, u64, 1024, 0);
MAP(few, BPF_MAP_TYPE_HASH, u64, u64, 1024, 0);
MAP(table, BPF_MAP_TYPE_HASH, u64, u64, 1 << 20, 0);
MAP(lru, BPF_MAP_TYPE_LRU_HASH, u64, u64, 1 << 17, 0);
MAP(routes, BPF_MAP_TYPE_LPM_TRIE, struct prefix, u32, 1 << 20, BPF_F_NO_PREALLOC);

#define KEY(i) ((u64)(i)*0x9e3779b97f4a7c15ull)

/* sum keeps what was found: an operation whose result nobody looks at could be left out; and keys, or a compiler leaves
 * most of an EMPTY loop out. */
#define BENCH(name, ...)                                                                                               \
    AT(name##_0, 0, __VA_ARGS__) AT(name##_1, 2, __VA_ARGS__) AT(name##_2, 4, __VA_ARGS__) AT(name##_3, 6, __VA_ARGS__)
#define AT(name, stores, ...)                                                                                          \
    SEC("xdp") int name(struct xdp_md *ctx) {                                                                          \
        struct state *s = (void *)(long)ctx->data;                                                                     \
        if ((void *)(s + 1) > (void *)(long)ctx->data_end)                                                             \
            return XDP_ABORTED;                                                                                        \
        u64 x = s->x, sum = 0;                                                                                         \
        u32 mask = s->mask, or = s->or ;                                                                               \
        _Pragma("clang loop unroll(full)") for (u32 n = 0; n < stores; n++)((volatile u64 *)s->moved)[n] = n;          \
        _Pragma("clang loop unroll(disable)") for (u32 n = 0; n < OPS; n++) {                                          \
            x = x * 6364136223846793005ull + 1442695040888963407ull;                                                   \
            u32 i = ((u32)(x >> 33) & mask) | or ;                                                                     \
            sum += i;                                                                                                  \
            __VA_ARGS__;                                                                                               \
        }                                                                                                              \
        s->x = x;                                                                                                      \
        s->sum += sum;                                                                                                 \
        return XDP_PASS;                                                                                               \
    }

#define LOOKUP(map, type, k)                                                                                           \
    {                                                                                                                  \
        type key = k;                                                                                                  \
        u64 *v = bpf_map_lookup_elem(&map, &key);                                                                      \
        if (v)                                                                                                         \
            sum += *v;                                                                                                 \
    }
#define UPDATE(map, k)                                                                                                 \
    {                                                                                                                  \
        u64 key = k, v = x;                                                                                            \
        sum += bpf_map_update_elem(&map, &key, &v, BPF_ANY);                                                           \
    }

/* EMPTY: all that stands around a look-up (the key is made and stored, the answer tested, eight
 * bytes read there and added); only the call is missing. */
#define EMPTY(type, k)                                                                                                 \
    {                                                                                                                  \
        volatile type key = k;                                                                                         \
        u64 *v = (u64 *)s;                                                                                             \
        __asm__ volatile("" : "+r"(v) : "r"(&key) : "memory");                                                         \
        if (v)                                                                                                         \
            sum += *v;                                                                                                 \
    }

BENCH(empty32, EMPTY(u32, i))
BENCH(empty64, EMPTY(u64, KEY(i)))

BENCH(array_small, LOOKUP(small, u32, i))
BENCH(array_large, LOOKUP(large, u32, i))
BENCH(percpu_array, LOOKUP(percpu, u32, i))
BENCH(hash_few, LOOKUP(few, u64, KEY(i)))
BENCH(hash_hit, LOOKUP(table, u64, KEY(i)))
BENCH(hash_miss, LOOKUP(table, u64, KEY(i) + 1))
BENCH(hash_update, UPDATE(table, KEY(i)))
BENCH(lru_update, UPDATE(lru, KEY(i)))
BENCH(lpm_lookup, {
    u64 r = KEY(i);
    struct prefix key;
    key.len = 32;
    __builtin_memcpy(key.addr, &r, 4);
    u32 *v = bpf_map_lookup_elem(&routes, &key);
    if (v)
        sum += *v;
})
BENCH(ringbuf, {
    u64 *rec = bpf_ringbuf_reserve(&ring, 8, 0);
    if (rec) {
        *rec = i;
        bpf_ringbuf_submit(rec, BPF_RB_NO_WAKEUP);
    } else {
        sum++;
    }
})
BENCH(ringbuf_output, {
    u64 rec = i;
    sum += bpf_ringbuf_output(&ring, &rec, 8, BPF_RB_NO_WAKEUP) != 0;
})

char LICENSE[] SEC("license") = "Dual MIT/GPL";
