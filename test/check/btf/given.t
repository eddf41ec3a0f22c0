# what programs are given by the prototype of what they are attached to: tracepoints, iterators, members of tables of functions
-- c
#define SEC(n) __attribute__((section(n), used))
#define CORE __attribute__((preserve_access_index))
typedef unsigned long long u64; typedef unsigned int u32;
struct task_struct { int pid, tgid; struct task_struct *real_parent, *parent, *group_leader;} CORE;
struct sk_buff { unsigned len; struct sock *sk; } CORE;
struct sock_common { unsigned short skc_family; } CORE;
struct sock { struct sock_common __sk_common; } CORE;
struct bpf_map { u32 id, key_size; } CORE;
struct seq_file { u64 count; } CORE;
struct bpf_iter_meta { struct seq_file *seq; u64 session_id, seq_num; } CORE;
struct bpf_dummy_ops_state { int val; };
struct bpf_dummy_ops { int (*test_1)(struct bpf_dummy_ops_state *cb); int (*test_2)(struct bpf_dummy_ops_state *cb, int a1, unsigned short a2, char a3, unsigned long a4); int (*test_sleepable)(struct bpf_dummy_ops_state *cb);};
u64 seen;
SEC("tp_btf/tcp_send_reset") int nullable(u64 *ctx) {
    struct sk_buff *s = (void *)ctx[1];
    seen += s->len;
    return 0;
}
SEC("tp_btf/tcp_send_reset") int nullable_ok(u64 *ctx) {
    struct sk_buff *s = (void *)ctx[1];
    if (s) seen += s->len;
    return 0;
}
SEC("tp_btf/kfree_skb") int kfree(u64 *ctx) {
    struct sock *s = (void *)ctx[3];
    seen += s->__sk_common.skc_family;
    return 0;
}
SEC("tp_btf/kfree_skb") int kfree_ok(u64 *ctx) {
    struct sock *s = (void *)ctx[3];
    if (s) seen += s->__sk_common.skc_family;
    return 0;
}
SEC("tp_btf/kfree_skb") int sk_of(u64 *ctx) {
    struct sk_buff *s = (void *)ctx[0];
    seen += s->sk->__sk_common.skc_family;
    return 0;
}
SEC("tp_btf/kfree_skb") int sk_of_ok(u64 *ctx) {
    struct sk_buff *s = (void *)ctx[0];
    struct sock *k = s->sk;
    if (k) seen += k->__sk_common.skc_family;
    return 0;
}
SEC("tp_btf/kfree_skb") int too_many(u64 *ctx) {
    seen += ctx[4];
    return 0;
}
SEC("tp_btf/kfree_skb") int part(u64 *ctx) {
    seen += *(u32 *)&ctx[0];
    return 0;
}
SEC("tp_btf/kfree_skb") int inside(u64 *ctx) {
    seen += *((u32 *)ctx + 1);
    return 0;
}
SEC("tp_btf/kfree_skb") int part_number(u64 *ctx) {
    seen += *(u32 *)&ctx[2];
    return 0;
}
SEC("iter/task") int it_null(u64 *ctx) {
    struct task_struct *t = (void *)ctx[1];
    seen += t->pid;
    return 0;
}
SEC("iter/task") int it_ok(u64 *ctx) {
    struct task_struct *t = (void *)ctx[1];
    if (t) seen += t->real_parent->pid;
    return 0;
}
SEC("iter/task") int it_range(u64 *ctx) {
    return 2;
}
SEC("iter/bpf_map_elem") int it_map(u64 *ctx) {
    struct bpf_map *m = (void *)ctx[1];
    seen += m->id;
    return 0;
}
SEC("iter/bpf_map_elem") int it_key(u64 *ctx) {
    u32 *m = (void *)ctx[2];
    seen += *m;
    return 0;
}
SEC("iter/bpf_map_elem") int it_key_ok(u64 *ctx) {
    u32 *m = (void *)ctx[2];
    if (m) seen += *m;
    return 0;
}
SEC("iter/task") int it_meta(u64 *ctx) {
    struct bpf_iter_meta *m = (void *)ctx[0];
    seen += m->seq_num + m->seq->count;
    return 1;
}
SEC("struct_ops/test_1") int ops_null(u64 *ctx) {
    struct bpf_dummy_ops_state *s = (void *)ctx[0];
    return s->val;
}
SEC("struct_ops/test_1") int ops_ok(u64 *ctx) {
    struct bpf_dummy_ops_state *s = (void *)ctx[0];
    if (!s) return 0;
    s->val = 3;
    return s->val;
}
SEC("struct_ops/test_2") int ops_write(u64 *ctx) {
    struct bpf_dummy_ops_state *s = (void *)ctx[0];
    s->val = 3;
    return s->val;
}
SEC("struct_ops/test_2") int ops_fifth(u64 *ctx) {
    return ctx[5];
}
SEC(".struct_ops") struct bpf_dummy_ops dummy_1 = { .test_1 = (void *)ops_null, .test_2 = (void *)ops_write };
SEC(".struct_ops") struct bpf_dummy_ops dummy_2 = { .test_1 = (void *)ops_ok, .test_2 = (void *)ops_fifth };
char _license[] SEC("license") = "GPL";
-- rejected nullable: null-check: nullable: insn * (given.t:18): r1 may be null: r1 = struct sk_buff *, trusted, or null
-- kernel rejects R1 invalid mem access 'trusted_ptr_or_null_'
-- accepted nullable_ok
-- rejected kfree: null-check: kfree: insn * (given.t:28): r1 may be null: r1 = struct sock *, trusted, or null
-- kernel rejects R1 invalid mem access 'trusted_ptr_or_null_'
-- accepted kfree_ok
-- rejected sk_of: null-check: sk_of: insn * (given.t:38): r1 may be null: r1 = struct sock *, trusted within the RCU section, or null
-- kernel rejects R1 invalid mem access 'rcu_ptr_or_null_'
-- accepted sk_of_ok
-- rejected too_many: context-field: too_many: insn * (given.t:48): read of 8 bytes: the context has no such field, or not for this access (tracing): r1 = context
-- kernel rejects invalid bpf_context access off=32 size=8
-- rejected part: context-field: part: insn * (given.t:52): read of 4 bytes: the context has no such field, or not for this access (tracing): r1 = context
-- kernel rejects invalid bpf_context access off=0 size=4
-- rejected inside: context-field: inside: insn * (given.t:56): read of 4 bytes: the context has no such field, or not for this access (tracing): r1 = context
-- kernel rejects invalid bpf_context access off=4 size=4
-- accepted part_number
-- rejected it_null: null-check: it_null: insn * (given.t:65): r1 may be null: r1 = struct task_struct *, trusted, or null
-- kernel rejects R1 invalid mem access 'trusted_ptr_or_null_'
-- accepted it_ok
-- rejected it_range: return-value: it_range: insn * (given.t:74): the result is not one that this program type allows: r0 = 2, and [0, 1] is allowed
-- kernel rejects At program exit the register R0 has smin=2 smax=2 should have been in [0, 1]
-- accepted it_map
-- rejected it_key: null-check: it_key: insn * (given.t:83): r1 may be null: r1 = untrusted object, or null
-- kernel rejects R1 invalid mem access 'rdonly_buf_or_null'
-- accepted it_key_ok
-- accepted it_meta
-- rejected ops_null: null-check: ops_null: insn * (given.t:98): r1 may be null: r1 = struct bpf_dummy_ops_state *, trusted, or null
-- kernel rejects R1 invalid mem access 'trusted_ptr_or_null_'
-- accepted ops_ok
-- accepted ops_write
-- rejected ops_fifth: context-field: ops_fifth: insn * (given.t:112): read of 8 bytes: the context has no such field, or not for this access (struct_ops): r1 = context
-- kernel rejects invalid bpf_context access off=40 size=8
