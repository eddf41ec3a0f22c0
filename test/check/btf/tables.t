# members of tcp_congestion_ops: sockets are TCP's, some of their members may be written, functions of it have no result
-- c
#define SEC(n) __attribute__((section(n), used))
#define CORE __attribute__((preserve_access_index))
#define KSYM extern __attribute__((section(".ksyms")))
typedef unsigned long long u64;
typedef unsigned int u32;
struct sock { unsigned long sk_pacing_rate; } CORE;
struct tcp_sock { u32 snd_cwnd, snd_ssthresh, srtt_us; } CORE;
struct ack_sample { u32 pkts_acked; } CORE;
struct tcp_congestion_ops {
    u32 (*ssthresh)(struct sock *sk);
    void (*cong_avoid)(struct sock *sk, u32 ack, u32 acked);
    void (*pkts_acked)(struct sock *sk, const struct ack_sample *sample);
    u32 (*undo_cwnd)(struct sock *sk);
    void (*init)(struct sock *sk);
    void (*release)(struct sock *sk);
    char name[16];
} CORE;
KSYM u32 tcp_slow_start(struct tcp_sock *tp, u32 acked);
KSYM u32 tcp_reno_ssthresh(struct sock *sk);
KSYM void tcp_reno_cong_avoid(struct sock *sk, u32 ack, u32 acked);
static u64 (*ktime)(void) = (void *)5;
u64 seen;

SEC("struct_ops") u32 ssthresh(u64 *ctx) {
    struct tcp_sock *tp = (void *)ctx[0];
    tp->snd_cwnd = 10;
    return tp->snd_ssthresh + tcp_reno_ssthresh((void *)tp);
}
SEC("struct_ops") void cong_avoid(u64 *ctx) {
    struct tcp_sock *tp = (void *)ctx[0];
    u32 left = tcp_slow_start(tp, ctx[2]);
    tcp_reno_cong_avoid((void *)tp, ctx[1], left);
}
SEC("struct_ops") void pkts_acked(u64 *ctx) {
    const struct ack_sample *sample = (void *)ctx[1];
    seen += sample->pkts_acked;
}
SEC("struct_ops") void no_result(u64 *ctx) {
    asm volatile("r0 = r1; r1 = 0; r2 = 0" ::: "r0", "r1", "r2");
}
SEC("struct_ops") u32 writes_other(u64 *ctx) {
    struct tcp_sock *tp = (void *)ctx[0];
    tp->srtt_us = 1;
    return 0;
}
SEC("struct_ops") void writes_sample(u64 *ctx) {
    struct ack_sample *sample = (void *)ctx[1];
    sample->pkts_acked = 0;
}
SEC("struct_ops") u32 beyond(u64 *ctx) {
    return ctx[1];
}
SEC("struct_ops") u32 result_is_pointer(u64 *ctx) {
    return ctx[0] ? (u32)(ctx[0] >> 3) : 0;
}
SEC("struct_ops") void number_for_socket(u64 *ctx) {
    tcp_slow_start((void *)ctx[1], 1);
}
SEC(".struct_ops") struct tcp_congestion_ops a = {.ssthresh = (void *)ssthresh, .cong_avoid = (void *)cong_avoid, .pkts_acked = (void *)pkts_acked, .init = (void *)no_result, .undo_cwnd = (void *)writes_other, .name = "one"};
SEC(".struct_ops") struct tcp_congestion_ops b = {.ssthresh = (void *)beyond, .pkts_acked = (void *)writes_sample, .undo_cwnd = (void *)result_is_pointer, .cong_avoid = (void *)number_for_socket, .name = "two"};
char _license[] SEC("license") = "GPL";
-- accepted ssthresh
-- accepted cong_avoid
-- accepted pkts_acked
-- accepted no_result
-- rejected writes_other: read-only: writes_other: insn * (tables.t:45): write of 4 bytes: a store to memory that may only be read (tcp_sock.srtt_us): r1 = struct tcp_sock *, trusted
-- kernel rejects no write support to tcp_sock at off 1680
-- rejected writes_sample: read-only: writes_sample: insn * (tables.t:50): write of 4 bytes: a store to memory that may only be read (ack_sample.pkts_acked): r1 = struct ack_sample *, trusted
-- kernel rejects only read is supported
-- rejected beyond: context-field: beyond: insn * (tables.t:53): read of 8 bytes: the context has no such field, or not for this access (struct_ops): r1 = context
-- kernel rejects invalid bpf_context access off=8 size=8
-- rejected result_is_pointer: pointer-arithmetic: result_is_pointer: insn * (tables.t:56): an operation that this kind of pointer does not allow: r0 = struct tcp_sock *, trusted
-- kernel rejects R0 pointer arithmetic with >>= operator prohibited
-- rejected number_for_socket: argument-type: number_for_socket: insn * (tables.t:59): argument 1 of tcp_slow_start: an argument is not what the function takes: r1 = any number
-- kernel rejects arg#0 pointer type STRUCT tcp_sock must point to scalar, or struct with scalar
