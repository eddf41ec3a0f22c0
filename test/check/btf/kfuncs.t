# functions that only the kernel has: what they acquire, which objects they take, from which programs
-- c
#define SEC(n) __attribute__((section(n), used))
#define CORE __attribute__((preserve_access_index))
#define KSYM extern __attribute__((section(".ksyms")))
typedef unsigned long long u64;
typedef unsigned int u32;
enum pid_type { PIDTYPE_PID };
struct cgroup { int level; } CORE;
struct css_set { struct cgroup *dfl_cgrp; } CORE;
struct cpumask { u64 bits[1]; } CORE;
struct bpf_cpumask { struct cpumask cpumask; } CORE;
struct task_struct { int pid, tgid; struct task_struct *real_parent, *parent, *group_leader; struct css_set *cgroups; const struct cpumask *cpus_ptr; } CORE;
struct bpf_iter_task { u64 opaque[3]; };
struct __sk_buff;
KSYM struct task_struct *bpf_task_acquire(struct task_struct *p);
KSYM void bpf_task_release(struct task_struct *p);
KSYM struct task_struct *bpf_task_from_pid(int pid);
KSYM struct cgroup *bpf_cgroup_acquire(struct cgroup *c);
KSYM void bpf_cgroup_release(struct cgroup *c);
KSYM long bpf_task_under_cgroup(struct task_struct *t, struct cgroup *c);
KSYM struct bpf_cpumask *bpf_cpumask_create(void);
KSYM void bpf_cpumask_release(struct bpf_cpumask *m);
KSYM void bpf_cpumask_set_cpu(u32 cpu, struct bpf_cpumask *m);
KSYM _Bool bpf_cpumask_test_cpu(u32 cpu, const struct cpumask *m);
KSYM u32 bpf_cpumask_first(const struct cpumask *m);
KSYM int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task, u32 flags);
KSYM struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it);
KSYM void bpf_iter_task_destroy(struct bpf_iter_task *it);
KSYM void bpf_rcu_read_lock(void);
KSYM void bpf_rcu_read_unlock(void);
KSYM int bpf_copy_from_user_str(void *dst, u32 size, const void *from, u64 flags);
KSYM int bpf_send_signal_task(struct task_struct *task, int sig, enum pid_type type, u64 value);
static struct task_struct *(*bpf_get_current_task_btf)(void) = (void *)158;
u64 seen;

SEC("tp_btf/task_newtask") int acquired(u64 *ctx) {
    struct task_struct *t = bpf_task_acquire((void *)ctx[0]);
    if (t) {
        seen += t->pid;
        bpf_task_release(t);
    }
    return 0;
}
SEC("tp_btf/task_newtask") int leaked(u64 *ctx) {
    struct task_struct *t = bpf_task_acquire((void *)ctx[0]);
    if (t)
        seen += t->pid;
    return 0;
}
SEC("tp_btf/task_newtask") int unchecked(u64 *ctx) {
    struct task_struct *t = bpf_task_acquire((void *)ctx[0]);
    bpf_task_release(t);
    return 0;
}
SEC("tp_btf/task_newtask") int twice(u64 *ctx) {
    struct task_struct *t = bpf_task_acquire((void *)ctx[0]);
    if (t) {
        bpf_task_release(t);
        bpf_task_release(t);
    }
    return 0;
}
SEC("tp_btf/task_newtask") int never_acquired(u64 *ctx) {
    bpf_task_release((void *)ctx[0]);
    return 0;
}
SEC("tp_btf/task_newtask") int after_release(u64 *ctx) {
    struct task_struct *t = bpf_task_acquire((void *)ctx[0]);
    if (t) {
        bpf_task_release(t);
        seen += t->pid;
    }
    return 0;
}
SEC("tp_btf/task_newtask") int parent(u64 *ctx) {
    struct task_struct *t = bpf_task_acquire(((struct task_struct *)ctx[0])->real_parent);
    if (t)
        bpf_task_release(t);
    return 0;
}
SEC("tp_btf/task_newtask") int parent_of_no_list(u64 *ctx) {
    struct task_struct *t = bpf_task_acquire(((struct task_struct *)ctx[0])->parent);
    if (t)
        bpf_task_release(t);
    return 0;
}
SEC("tp_btf/task_newtask") int null(u64 *ctx) {
    struct task_struct *t = bpf_task_acquire((void *)0);
    if (t)
        bpf_task_release(t);
    return 0;
}
SEC("tp_btf/task_newtask") int number(u64 *ctx) {
    struct task_struct *t = bpf_task_acquire((void *)ctx[1]);
    if (t)
        bpf_task_release(t);
    return 0;
}
SEC("tp_btf/task_newtask") int other_type(u64 *ctx) {
    struct task_struct *t = (void *)ctx[0];
    struct cgroup *c = bpf_cgroup_acquire((void *)t);
    if (c)
        bpf_cgroup_release(c);
    return 0;
}
SEC("tp_btf/task_newtask") int cgroup(u64 *ctx) {
    struct task_struct *t = (void *)ctx[0];
    struct cgroup *c = bpf_cgroup_acquire(t->cgroups->dfl_cgrp);
    if (c) {
        seen += bpf_task_under_cgroup(t, c);
        bpf_cgroup_release(c);
    }
    return 0;
}
SEC("syscall") int section(u64 *ctx) {
    struct task_struct *t;
    bpf_rcu_read_lock();
    t = bpf_task_acquire(bpf_get_current_task_btf()->real_parent);
    bpf_rcu_read_unlock();
    if (t)
        bpf_task_release(t);
    return 0;
}
SEC("syscall") int no_section(u64 *ctx) {
    struct task_struct *t = bpf_task_acquire(bpf_get_current_task_btf()->real_parent);
    if (t)
        bpf_task_release(t);
    return 0;
}
SEC("syscall") int behind_section(u64 *ctx) {
    struct task_struct *t, *p;
    bpf_rcu_read_lock();
    p = bpf_get_current_task_btf()->real_parent;
    bpf_rcu_read_unlock();
    t = bpf_task_acquire(p);
    if (t)
        bpf_task_release(t);
    return 0;
}
SEC("syscall") int read_behind_section(u64 *ctx) {
    struct task_struct *p;
    bpf_rcu_read_lock();
    p = bpf_get_current_task_btf()->real_parent;
    bpf_rcu_read_unlock();
    seen += p->pid;
    return 0;
}
SEC("tp_btf/task_newtask") int by_pid(u64 *ctx) {
    struct task_struct *t = bpf_task_from_pid(1);
    if (!t)
        return 0;
    seen += t->real_parent->pid;
    bpf_task_release(t);
    return 0;
}
SEC("tp_btf/task_newtask") int masks(u64 *ctx) {
    struct bpf_cpumask *m = bpf_cpumask_create();
    if (!m)
        return 0;
    bpf_cpumask_set_cpu(0, m);
    seen += bpf_cpumask_test_cpu(0, (void *)m) + bpf_cpumask_first(((struct task_struct *)ctx[0])->cpus_ptr);
    bpf_cpumask_release(m);
    return 0;
}
SEC("tp_btf/task_newtask") int mask_of_task(u64 *ctx) {
    bpf_cpumask_set_cpu(0, (void *)((struct task_struct *)ctx[0])->cpus_ptr);
    return 0;
}
SEC("xdp") int wrong_program(u64 *ctx) {
    struct bpf_cpumask *m = bpf_cpumask_create();
    if (m)
        bpf_cpumask_release(m);
    return 0;
}
SEC("xdp") int right_program(u64 *ctx) {
    struct task_struct *t = bpf_task_from_pid(1);
    if (t)
        bpf_task_release(t);
    return 0;
}
SEC("socket") int no_such_set(u64 *ctx) {
    struct task_struct *t = bpf_task_from_pid(1);
    if (t)
        bpf_task_release(t);
    return 0;
}
SEC("tp_btf/task_newtask") int all_tasks(u64 *ctx) {
    struct bpf_iter_task it;
    struct task_struct *t;
    bpf_iter_task_new(&it, (void *)0, 0);
    while ((t = bpf_iter_task_next(&it)))
        seen += t->pid;
    bpf_iter_task_destroy(&it);
    return 0;
}
SEC("tp_btf/task_newtask") int threads(u64 *ctx) {
    struct bpf_iter_task it;
    struct task_struct *t;
    bpf_iter_task_new(&it, (void *)ctx[0], 1);
    while ((t = bpf_iter_task_next(&it))) {
        struct task_struct *mine = bpf_task_acquire(t);
        if (mine)
            bpf_task_release(mine);
    }
    bpf_iter_task_destroy(&it);
    return 0;
}
SEC("tp_btf/task_newtask") int not_destroyed(u64 *ctx) {
    struct bpf_iter_task it;
    bpf_iter_task_new(&it, (void *)0, 0);
    bpf_iter_task_next(&it);
    return 0;
}
SEC("tp_btf/task_newtask") int never_begun(u64 *ctx) {
    struct bpf_iter_task it = {};
    bpf_iter_task_next(&it);
    return 0;
}
SEC("syscall") int tasks_in_no_section(u64 *ctx) {
    struct bpf_iter_task it;
    bpf_iter_task_new(&it, (void *)0, 0);
    bpf_iter_task_destroy(&it);
    return 0;
}
SEC("syscall") int tasks_behind_section(u64 *ctx) {
    struct bpf_iter_task it;
    bpf_rcu_read_lock();
    bpf_iter_task_new(&it, (void *)0, 0);
    bpf_rcu_read_unlock();
    bpf_iter_task_next(&it);
    bpf_iter_task_destroy(&it);
    return 0;
}
SEC("syscall") int tasks_in_section(u64 *ctx) {
    struct bpf_iter_task it;
    struct task_struct *t;
    bpf_rcu_read_lock();
    bpf_iter_task_new(&it, (void *)0, 0);
    while ((t = bpf_iter_task_next(&it)))
        seen += t->pid;
    bpf_iter_task_destroy(&it);
    bpf_rcu_read_unlock();
    return 0;
}
SEC("syscall") int sleeps(u64 *ctx) {
    char text[16];
    seen += bpf_copy_from_user_str(text, sizeof text, (void *)seen, 0);
    return 0;
}
SEC("tp_btf/task_newtask") int must_not_sleep(u64 *ctx) {
    char text[16];
    seen += bpf_copy_from_user_str(text, sizeof text, (void *)seen, 0);
    return 0;
}
SEC("syscall") int sleeps_in_section(u64 *ctx) {
    char text[16];
    bpf_rcu_read_lock();
    seen += bpf_copy_from_user_str(text, sizeof text, (void *)seen, 0);
    bpf_rcu_read_unlock();
    return 0;
}
SEC("syscall") int too_long(u64 *ctx) {
    char text[16];
    seen += bpf_copy_from_user_str(text, 32, (void *)seen, 0);
    return 0;
}
SEC("tp_btf/task_newtask") int signal(u64 *ctx) {
    seen += bpf_send_signal_task((void *)ctx[0], 9, 0, 0);
    return 0;
}
SEC("tp_btf/task_newtask") int signal_parent(u64 *ctx) {
    seen += bpf_send_signal_task(((struct task_struct *)ctx[0])->real_parent, 9, 0, 0);
    return 0;
}
char _license[] SEC("license") = "GPL";
-- accepted acquired
-- rejected leaked: reference-leak: leaked: insn * (kfuncs.t:49): what a function gave is not released on this path
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
-- rejected unchecked: null-check: unchecked: insn * (kfuncs.t:53): argument 1 of bpf_task_release may be null: r1 = struct task_struct *, trusted, or null
-- kernel rejects Possibly NULL pointer passed to trusted arg0
-- rejected twice: argument-type: twice: insn * (kfuncs.t:60): argument 1 of bpf_task_release: an argument is not what the function takes: r1 = any number
-- kernel rejects arg#0 pointer type STRUCT task_struct must point to scalar, or struct with scalar
-- rejected never_acquired: reference-state: never_acquired: insn * (kfuncs.t:65): something is released that is not held (bpf_task_release): r1 = struct task_struct *, trusted
-- kernel rejects release kernel function bpf_task_release expects refcounted PTR_TO_BTF_ID
-- rejected after_release: not-a-pointer: after_release: insn * (kfuncs.t:72): read of 4 bytes at an address that is a number: r6 = any number
-- kernel rejects R6 invalid mem access 'scalar'
-- accepted parent
-- rejected parent_of_no_list: untrusted-object: parent_of_no_list: insn * (kfuncs.t:83): argument 1 of bpf_task_acquire: an object of the kernel that may be gone, or is not known to stay: r1 = struct task_struct *
-- kernel rejects R1 must be a rcu pointer
-- rejected null: null-check: null: insn * (kfuncs.t:89): argument 1 of bpf_task_acquire may be null: r1 = 0
-- kernel rejects Possibly NULL pointer passed to trusted arg0
-- rejected number: argument-type: number: insn * (kfuncs.t:95): argument 1 of bpf_task_acquire: an argument is not what the function takes: r1 = any number
-- kernel rejects arg#0 pointer type STRUCT task_struct must point to scalar, or struct with scalar
-- rejected other_type: argument-type: other_type: insn * (kfuncs.t:102): argument 1 of bpf_cgroup_acquire: an argument is not what the function takes: r1 = struct task_struct *, trusted
-- kernel rejects kernel function bpf_cgroup_acquire args#0 expected pointer to STRUCT cgroup but R1 has a pointer to STRUCT task_struct
-- accepted cgroup
-- accepted section
-- rejected no_section: untrusted-object: no_section: insn * (kfuncs.t:126): argument 1 of bpf_task_acquire: an object of the kernel that may be gone, or is not known to stay: r1 = struct task_struct *, may be gone
-- kernel rejects R1 must be a rcu pointer
-- rejected behind_section: untrusted-object: behind_section: insn * (kfuncs.t:136): argument 1 of bpf_task_acquire: an object of the kernel that may be gone, or is not known to stay: r1 = struct task_struct *, may be gone
-- kernel rejects R1 must be a rcu pointer
-- accepted read_behind_section
-- accepted by_pid
-- accepted masks
-- rejected mask_of_task: argument-type: mask_of_task: insn * (kfuncs.t:167): argument 2 of bpf_cpumask_set_cpu: an argument is not what the function takes: r2 = struct cpumask *, trusted within the RCU section
-- kernel rejects kernel function bpf_cpumask_set_cpu args#1 expected pointer to STRUCT bpf_cpumask but R2 has a pointer to STRUCT cpumask
-- rejected wrong_program: program-type: wrong_program: insn * (kfuncs.t:171): bpf_cpumask_create: a function that this type of program may not call
-- kernel rejects calling kernel function bpf_cpumask_create is not allowed
-- accepted right_program
-- rejected no_such_set: program-type: no_such_set: insn * (kfuncs.t:183): bpf_task_from_pid: a function that this type of program may not call
-- kernel rejects calling kernel function bpf_task_from_pid is not allowed
-- accepted all_tasks
-- accepted threads
-- rejected not_destroyed: iterator: not_destroyed: insn * (kfuncs.t:213): an iterator that is not initialised, or already is
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
-- rejected never_begun: iterator: never_begun: insn * (kfuncs.t:217): an iterator that is not initialised, or already is (bpf_iter_task_next): r1 = stack - 24
-- kernel rejects expected an initialized iter_task as arg #0
-- rejected tasks_in_no_section: section: tasks_in_no_section: insn * (kfuncs.t:222): a section (rcu, preempt, irq) is not left, or was not entered (bpf_iter_task_new)
-- kernel rejects kernel func bpf_iter_task_new requires RCU critical section protection
-- rejected tasks_behind_section: section: tasks_behind_section: insn * (kfuncs.t:231): a section (rcu, preempt, irq) is not left, or was not entered (bpf_iter_task_next): r1 = stack - 24
-- kernel rejects expected an RCU CS when using bpf_iter_task_next
-- accepted tasks_in_section
-- accepted sleeps
-- rejected must_not_sleep: sleepable: must_not_sleep: insn * (kfuncs.t:253): bpf_copy_from_user_str: a function that may sleep, where that is not allowed
-- kernel rejects program must be sleepable to call sleepable kfunc bpf_copy_from_user_str
-- rejected sleeps_in_section: sleepable: sleeps_in_section: insn * (kfuncs.t:259): bpf_copy_from_user_str: a function that may sleep, where that is not allowed
-- kernel rejects kernel func bpf_copy_from_user_str is sleepable within rcu_read_lock region
-- rejected too_long: stack-bounds: too_long: insn * (kfuncs.t:265): write of 32 bytes outside the frame: r1 = stack - 16, and the access covers r10-16 to r10+16
-- kernel rejects arg#0 arg#1 memory, len pair leads to invalid memory access
-- accepted signal
-- rejected signal_parent: untrusted-object: signal_parent: insn * (kfuncs.t:273): argument 1 of bpf_send_signal_task: an object of the kernel that may be gone, or is not known to stay: r1 = struct task_struct *, trusted within the RCU section
-- kernel rejects R1 must be referenced or trusted
