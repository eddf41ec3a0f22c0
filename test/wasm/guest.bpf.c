/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* guest.bpf.c - maps and programs that test/wasm/guest.c opens. */
#include "../../examples/bpf/bpf.h"

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, u64);
} words SEC(".maps");
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 2);
    __type(key, u32);
    __type(value, u32);
} each SEC(".maps");
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} events SEC(".maps");

static long (*const bpf_xdp_adjust_head)(struct xdp_md *cx, int delta) = (void *)44;

/* Cuts four bytes off the front; passes what is longer than 20 bytes. */
SEC("xdp") int cut(struct xdp_md *cx) {
    void *data = (void *)(long)cx->data, *end = (void *)(long)cx->data_end;
    u32 key = 1;
    u64 *seen = bpf_map_lookup_elem(&words, &key);
    if (seen)
        __sync_fetch_and_add(seen, 1);
    if (data + 20 >= end)
        return XDP_DROP;
    *(u8 *)data = 0xee;
    return bpf_xdp_adjust_head(cx, 4) ? XDP_ABORTED : XDP_PASS;
}

SEC("syscall") int sum(u32 *p) {
    p[0] = p[1] + p[2];
    return 77;
}

/* One byte behind what it was given. */
SEC("syscall") int beyond(u8 *p) {
    return p[16];
}

SEC("syscall") int spin(u8 *p) {
    for (;;)
        asm volatile("" ::: "memory");
    return 0;
}

static long (*const bpf_ringbuf_output)(void *ringbuf, void *data, u64 size, u64 flags) = (void *)130;

/* A record for each event: what it is about. */
SEC("tp/syscalls/sys_enter_execve") int on_exec(u64 *event) {
    u64 what = event[1];
    bpf_ringbuf_output(&events, &what, sizeof what, 0);
    return 0;
}
