/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tracing.bpf.c - raw tracepoint and syscall programs: their arguments, reading memory, the caller's identity. */
#include "oracle.h"

SEC("raw_tp/sys_enter") int arguments(struct bpf_raw_tracepoint_args *ctx) {
    OUT(ctx->args[0] + ctx->args[1]);
    return ctx->args[0] * 2 + ctx->args[1];
}
CASE(raw_tp_arguments: run arguments args:20/3; run arguments args:0xffffffffffffffff/0x100000005)

char word[24] = "some words";
SEC("raw_tp/sys_enter") int reads(struct bpf_raw_tracepoint_args *ctx) {
    u8 b[16] = {[15] = 9};
    OUT(bpf_probe_read_kernel(b, 8, word));
    OUT_BYTES(b, 16);
    OUT(bpf_probe_read_kernel(b, 16, (void *)8) < 0); /* EFAULT, or ERANGE for user space: by machine */
    OUT_BYTES(b, 16);                                 /* what fails leaves zeroes */
    OUT(bpf_probe_read_kernel_str(b, 16, word + 5));
    OUT_BYTES(b, 16);
    OUT(bpf_probe_read_kernel_str(b, 4, word));
    OUT_BYTES(b, 8);
    OUT(bpf_probe_read_kernel_str(b, 16, word + 23));
    OUT(bpf_probe_read_kernel_str(b, 8, (void *)16) < 0);
    OUT(bpf_probe_read_user(b, 8, (void *)16));
    return 0;
}
CASE(probe_read: run reads args:0)

SEC("raw_tp/sys_enter") int identity(struct bpf_raw_tracepoint_args *ctx) {
    char comm[16] = {};
    u64 id = bpf_get_current_pid_tgid();
    OUT(id >> 32 == (u32)id);
    OUT(id);
    OUT(bpf_get_current_uid_gid());
    OUT(bpf_get_current_comm(comm, 16));
    OUT_BYTES(comm, 16);
    OUT(bpf_get_current_comm(comm, 5));
    OUT_BYTES(comm, 16);
    return 0;
}
CASE(identity: run identity args:0)

SEC("raw_tp/sys_enter") int clocks(struct bpf_raw_tracepoint_args *ctx) {
    u64 a = bpf_ktime_get_ns(), b = bpf_ktime_get_ns(), c = bpf_ktime_get_boot_ns();
    OUT(a && b >= a);
    OUT(c + 1000000000 >= b);
    OUT(bpf_jiffies64() > 0);
    u32 r = bpf_get_prandom_u32() | bpf_get_prandom_u32() | bpf_get_prandom_u32(), same = 0;
    for (u32 i = 0; i < 8; i++)
        same += bpf_get_prandom_u32() == r;
    OUT(r != 0 && same < 8);
    OUT(bpf_get_smp_processor_id() < 4096);
    OUT(bpf_get_numa_node_id() >= 0);
    return 0;
}
CASE(clocks_and_chance: run clocks args:0)

SEC("xdp") int packet_clocks(struct xdp_md *ctx) {
    u64 a = bpf_ktime_get_coarse_ns(), b = bpf_ktime_get_ns(), t = bpf_ktime_get_tai_ns();
    OUT(a && b + 1000000000 >= a);
    OUT(t > 1000000000ull * 86400 * 365);
    OUT(bpf_get_smp_processor_id() < 4096);
    return XDP_PASS;
}
CASE(clocks_xdp: run packet_clocks)

struct {
    __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
    __uint(max_entries, 2);
    __type(key, u32);
    __type(value, u32);
} events SEC(".maps");
SEC("xdp") int perf(struct xdp_md *ctx) {
    u64 data = 5;
    OUT(bpf_perf_event_output(ctx, &events, 2, &data, 8));
    OUT(bpf_perf_event_output(ctx, &events, 1ull << 53, &data, 8));
    OUT(bpf_perf_event_output(ctx, &events, 5000ull << 32, &data, 8));
    return XDP_PASS;
}
CASE(perf_event_codes: run perf)

struct args {
    u64 in[3], out;
    u32 calls;
    char name[12];
};
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 8);
    __type(key, u64);
    __type(value, u64);
} seen SEC(".maps");
SEC("syscall") int call(struct args *a) {
    u64 k = a->in[0], v = a->in[0] + a->in[1] * a->in[2];
    a->out = v;
    a->calls++;
    a->name[3] = '!';
    bpf_map_update_elem(&seen, &k, &v, 0);
    return a->in[1];
}
CASE(syscall_context: run call args:1/2/3/4/5/6; run call args:9/8/7/6/5/4; run call mem:48:1)
