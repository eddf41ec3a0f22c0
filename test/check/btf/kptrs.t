# objects of the kernel that are kept in map values
-- c
#include "../check.h"
#define CORE __attribute__((preserve_access_index))
#define KSYM extern __attribute__((section(".ksyms")))
#define UNTRUSTED __attribute__((btf_type_tag("kptr_untrusted")))
struct task_struct { int pid, tgid; } CORE;
struct cpumask { u64 bits[1]; } CORE;
struct bpf_cpumask { struct cpumask cpumask; } CORE;
struct cred { int uid; } CORE;
KSYM struct task_struct *bpf_task_acquire(struct task_struct *p);
KSYM void bpf_task_release(struct task_struct *p);
KSYM struct bpf_cpumask *bpf_cpumask_create(void);
KSYM void bpf_cpumask_release(struct bpf_cpumask *m);
KSYM u32 bpf_cpumask_first(const struct cpumask *m);
KSYM void bpf_rcu_read_lock(void);
KSYM void bpf_rcu_read_unlock(void);
static struct task_struct *(*current_task)(void) = (void *)158;
struct kept { struct task_struct KPTR *task; struct bpf_cpumask KPTR *mask; struct task_struct UNTRUSTED *seen; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, struct kept); } kept SEC(".maps");
u64 seen;

SEC("tp_btf/task_newtask") int goes_in(u64 *ctx) {
    struct kept *k = first_of(&kept);
    struct task_struct *t, *old;
    if (!k || !(t = bpf_task_acquire((void *)ctx[0])))
        return 0;
    old = bpf_kptr_xchg(&k->task, t);
    if (old)
        bpf_task_release(old);
    return 0;
}
SEC("tp_btf/task_newtask") int old_is_lost(u64 *ctx) {
    struct kept *k = first_of(&kept);
    struct task_struct *t;
    if (!k || !(t = bpf_task_acquire((void *)ctx[0])))
        return 0;
    bpf_kptr_xchg(&k->task, t);
    return 0;
}
SEC("tp_btf/task_newtask") int not_owned(u64 *ctx) {
    struct kept *k = first_of(&kept);
    struct task_struct *old;
    if (!k)
        return 0;
    old = bpf_kptr_xchg(&k->task, (void *)ctx[0]);
    if (old)
        bpf_task_release(old);
    return 0;
}
SEC("tp_btf/task_newtask") int other_type(u64 *ctx) {
    struct kept *k = first_of(&kept);
    struct bpf_cpumask *m, *old;
    if (!k || !(m = bpf_cpumask_create()))
        return 0;
    old = bpf_kptr_xchg(&k->task, m);
    if (old)
        bpf_cpumask_release(old);
    return 0;
}
SEC("tp_btf/task_newtask") int comes_out(u64 *ctx) {
    struct kept *k = first_of(&kept);
    struct task_struct *t;
    if (!k)
        return 0;
    t = bpf_kptr_xchg(&k->task, (void *)0);
    if (t) {
        seen += t->pid;
        bpf_task_release(t);
    }
    return 0;
}
SEC("tp_btf/task_newtask") int comes_out_as_other(u64 *ctx) {
    struct kept *k = first_of(&kept);
    struct bpf_cpumask *m;
    if (!k)
        return 0;
    m = bpf_kptr_xchg(&k->task, (void *)0);
    if (m)
        bpf_cpumask_release(m);
    return 0;
}
SEC("tp_btf/task_newtask") int looked_at(u64 *ctx) {
    struct kept *k = first_of(&kept);
    struct task_struct *t;
    if (!k || !(t = k->task))
        return 0;
    seen += t->pid;
    if ((t = bpf_task_acquire(t)))
        bpf_task_release(t);
    return 0;
}
SEC("tp_btf/task_newtask") int looked_at_unchecked(u64 *ctx) {
    struct kept *k = first_of(&kept);
    if (k)
        seen += k->task->pid;
    return 0;
}
SEC("syscall") int looked_at_outside(u64 *ctx) {
    struct kept *k = first_of(&kept);
    struct task_struct *t;
    if (!k || !(t = k->task))
        return 0;
    if ((t = bpf_task_acquire(t)))
        bpf_task_release(t);
    return 0;
}
SEC("syscall") int looked_at_in_section(u64 *ctx) {
    struct kept *k = first_of(&kept);
    struct bpf_cpumask *m;
    if (!k)
        return 0;
    bpf_rcu_read_lock();
    m = k->mask;
    if (m)
        seen += bpf_cpumask_first((void *)m);
    bpf_rcu_read_unlock();
    return 0;
}
SEC("tp_btf/task_newtask") int only_seen(u64 *ctx) {
    struct kept *k = first_of(&kept);
    struct task_struct *t;
    if (!k || !(t = k->seen))
        return 0;
    seen += t->pid;
    if ((t = bpf_task_acquire(t)))
        bpf_task_release(t);
    return 0;
}
SEC("tp_btf/task_newtask") int exchanged_seen(u64 *ctx) {
    struct kept *k = first_of(&kept);
    struct task_struct *t;
    if (!k)
        return 0;
    t = bpf_kptr_xchg(&k->seen, (void *)0);
    if (t)
        bpf_task_release(t);
    return 0;
}
SEC("tp_btf/task_newtask") int written(u64 *ctx) {
    struct kept *k = first_of(&kept);
    if (k)
        k->task = (void *)ctx[0];
    return 0;
}
-- accepted goes_in
-- rejected old_is_lost: reference-leak: old_is_lost: insn * (kptrs.t:40): what a function gave is not released on this path
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
-- rejected not_owned: reference-state: not_owned: insn * (kptrs.t:46): something is released that is not held (bpf_kptr_xchg): r2 = struct task_struct *, trusted
-- kernel rejects R2 must be referenced when passed to release function
-- rejected other_type: argument-type: other_type: insn * (kptrs.t:56): argument 2 of bpf_kptr_xchg: an argument is not what the function takes: r2 = struct bpf_cpumask *, trusted
-- kernel rejects invalid kptr access, R2 type=ptr_bpf_cpumask expected=ptr_task_struct
-- accepted comes_out
-- rejected comes_out_as_other: argument-type: comes_out_as_other: insn * (kptrs.t:80): argument 1 of bpf_cpumask_release: an argument is not what the function takes: r1 = struct task_struct *, trusted
-- kernel rejects kernel function bpf_cpumask_release args#0 expected pointer to STRUCT bpf_cpumask but R1 has a pointer to STRUCT task_struct
-- accepted looked_at
-- rejected looked_at_unchecked: null-check: looked_at_unchecked: insn * (kptrs.t:96): r1 may be null: r1 = struct task_struct *, trusted within the RCU section, or null
-- kernel rejects R1 invalid mem access 'rcu_ptr_or_null_'
-- rejected looked_at_outside: untrusted-object: looked_at_outside: insn * (kptrs.t:104): argument 1 of bpf_task_acquire: an object of the kernel that may be gone, or is not known to stay: r1 = struct task_struct *, may be gone
-- kernel rejects R1 must be a rcu pointer
-- accepted looked_at_in_section
-- rejected only_seen: untrusted-object: only_seen: insn * (kptrs.t:126): argument 1 of bpf_task_acquire: an object of the kernel that may be gone, or is not known to stay: r1 = struct task_struct *, may be gone
-- kernel rejects R1 must be a rcu pointer
-- rejected exchanged_seen: argument-type: exchanged_seen: insn * (kptrs.t:135): argument 1 of bpf_kptr_xchg: an argument is not what the function takes: r1 = map value of kept + 16, 24 bytes
-- kernel rejects off=16 kptr isn't referenced kptr
-- rejected written: special-field: written: insn * (kptrs.t:143): write of 8 bytes: a lock, timer, list or tree in a map value is accessed as bytes (kept): r0 = map value of kept, 24 bytes
-- kernel rejects store to referenced kptr disallowed
