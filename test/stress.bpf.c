/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* stress.bpf.c - each packet touches a map of every kind that programs share, in every way that is sound: under
 * the value's lock, with atomic instructions, in the CPU's own slot, by replacing entries, or as records.
 * test/stress.sh runs it in many threads and looks at the sums. */
#include "bpf.h"

#define MAP(name, kind, k, v, n, f)                                                                                    \
    struct {                                                                                                           \
        __uint(type, kind);                                                                                            \
        __uint(max_entries, n);                                                                                        \
        __uint(map_flags, f);                                                                                          \
        __type(key, k);                                                                                                \
        __type(value, v);                                                                                              \
    } name SEC(".maps")
#define LIST(name, kind, n)                                                                                            \
    struct {                                                                                                           \
        __uint(type, kind);                                                                                            \
        __uint(max_entries, n);                                                                                        \
        __uint(value_size, 8);                                                                                         \
    } name SEC(".maps")

enum { QUEUE = 22, STACK = 23, BLOOM = 30, LRU_PERCPU = 10 }; /* BPF_MAP_TYPE_* */
enum { F_LOCK = 4, KEYS = 64 };

struct bpf_spin_lock {
    u32 val;
};
struct guarded {
    struct bpf_spin_lock lock;
    u32 pad;
    u64 a, b;
};
struct prefix {
    u32 len, addr;
};

MAP(locked, BPF_MAP_TYPE_ARRAY, u32, struct guarded, 4, 0);
MAP(locked_hash, BPF_MAP_TYPE_HASH, u32, struct guarded, 4, 0);
MAP(percpu, BPF_MAP_TYPE_PERCPU_ARRAY, u32, u64, 4, 0);
MAP(entries, BPF_MAP_TYPE_HASH, u32, u64, KEYS - 8, 0);
MAP(recent, BPF_MAP_TYPE_LRU_HASH, u32, u64, KEYS / 2, 0);
MAP(recent_percpu, LRU_PERCPU, u32, u64, KEYS / 2, 0);
MAP(routes, BPF_MAP_TYPE_LPM_TRIE, struct prefix, u64, KEYS, BPF_F_NO_PREALLOC);
LIST(queue, QUEUE, 32);
LIST(stack, STACK, 32);
LIST(seen, BLOOM, 256);
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 20);
} ring SEC(".maps");

int counted(struct xdp_md *ctx);
struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, 2);
    __uint(key_size, 4);
    __array(values, int(void *));
} jump SEC(".maps") = {.values = {[1] = (void *)&counted}};

static long (*const push)(void *, const void *, u64) = (void *)87;
static long (*const pop)(void *, void *) = (void *)88;
static long (*const peek)(void *, void *) = (void *)89;
static u32 (*const prandom)(void) = (void *)7;
static void (*const spin_lock)(void *) = (void *)93;
static void (*const spin_unlock)(void *) = (void *)94;

u64 packets, records, popped, pushed, broken, jumped;

#define ADD(x) __sync_fetch_and_add(&(x), 1)
#define CHECK(good)                                                                                                    \
    if (!(good))                                                                                                       \
    ADD(broken)

static NOINLINE void under_lock(u32 k) {
    struct guarded fresh = {.a = k, .b = k}, *v;
    u32 slot = k % 4;
    if ((v = bpf_map_lookup_elem(&locked, &slot))) {
        spin_lock(&v->lock);
        u64 a = v->a, b = v->b;
        v->a = a + 1;
        v->b = b + 1;
        spin_unlock(&v->lock);
        CHECK(a == b);
    }
    bpf_map_update_elem(&locked_hash, &slot, &fresh, F_LOCK);
    if ((v = bpf_map_lookup_elem(&locked_hash, &slot))) {
        spin_lock(&v->lock);
        u64 a = v->a, b = v->b;
        spin_unlock(&v->lock);
        CHECK(a == b && a % 4 == slot);
    }
}

static NOINLINE void replaced(u32 k, u32 how) {
    u64 v = k, *p;
    struct prefix r = {32, k << 24};
    u32 slot = k % 4;
    if (how == 0) {
        bpf_map_delete_elem(&entries, &k);
        bpf_map_delete_elem(&recent, &k);
        bpf_map_delete_elem(&routes, &r);
    } else if (how < 4) {
        bpf_map_update_elem(&entries, &k, &v, BPF_ANY);
        bpf_map_update_elem(&recent, &k, &v, BPF_ANY);
        bpf_map_update_elem(&recent_percpu, &k, &v, BPF_ANY);
        bpf_map_update_elem(&routes, &r, &v, BPF_ANY);
    }
    if ((p = bpf_map_lookup_elem(&entries, &k)))
        CHECK(*p == k);
    if ((p = bpf_map_lookup_elem(&recent, &k)))
        CHECK(*p == k);
    if ((p = bpf_map_lookup_elem(&recent_percpu, &k)))
        CHECK(*p == k || !*p);
    if ((p = bpf_map_lookup_elem(&routes, &r)))
        CHECK(*p == k);
    if ((p = bpf_map_lookup_elem(&percpu, &slot)))
        ++*p;
}

static NOINLINE void passed_on(u32 k) {
    u64 v = (u64)~k << 32 | k, *rec;
    if (!push(k & 1 ? (void *)&queue : (void *)&stack, &v, 0))
        ADD(pushed);
    if (!peek(k & 1 ? (void *)&queue : (void *)&stack, &v))
        CHECK((u32)v == (u32)~(v >> 32));
    if (!pop(k & 2 ? (void *)&queue : (void *)&stack, &v)) {
        CHECK((u32)v == (u32)~(v >> 32));
        ADD(popped);
    }
    v = k;
    push(&seen, &v, 0);
    CHECK(!peek(&seen, &v));
    if ((rec = bpf_ringbuf_reserve(&ring, 16, 0))) {
        rec[0] = k;
        rec[1] = ~(u64)k;
        bpf_ringbuf_submit(rec, 0);
        ADD(records);
    }
}

SEC("xdp") int counted(struct xdp_md *ctx) {
    (void)ctx;
    ADD(jumped);
    return XDP_PASS;
}

SEC("xdp") int stress(struct xdp_md *ctx) {
    u32 r = prandom();
    ADD(packets);
    under_lock(r % KEYS);
    replaced(r % KEYS, r >> 16 & 7);
    passed_on(r % KEYS);
    bpf_tail_call(ctx, &jump, r >> 24 & 1);
    return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
