# objects of the kernel are for programs with a license that goes with its own
-- c
#define SEC(n) __attribute__((section(n), used))
typedef unsigned long long u64;
struct task_struct { int pid; } __attribute__((preserve_access_index));
SEC("tp_btf/sched_switch") int closed(u64 *ctx) {
    struct task_struct *prev = (void *)ctx[1];
    return prev->pid & 1;
}
char _license[] SEC("license") = "Proprietary";
-- rejected closed: license: closed: insn * (license.t:8): task_struct.pid: only for programs with a GPL-compatible license: r1 = struct task_struct *, trusted
-- kernel rejects Cannot access kernel 'struct task_struct' from non-GPL compatible program
