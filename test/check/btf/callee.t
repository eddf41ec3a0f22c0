# what a function of the program finds out of an object that it is given
-- c
#define SEC(n) __attribute__((section(n), used))
#define CORE __attribute__((preserve_access_index))
#define KSYM extern __attribute__((section(".ksyms")))
typedef unsigned long long u64;
struct task_struct { int pid, tgid; struct task_struct *real_parent; } CORE;
KSYM struct task_struct *bpf_task_acquire(struct task_struct *p);
KSYM void bpf_task_release(struct task_struct *p);
KSYM void bpf_rcu_read_lock(void);
KSYM void bpf_rcu_read_unlock(void);
static struct task_struct *(*bpf_get_current_task_btf)(void) = (void *)158;
u64 seen;

static __attribute__((noinline)) int is_there(void *p) {
    return p != (void *)0;
}
static __attribute__((noinline)) int is_missing(void *p) {
    return p == (void *)0;
}
static __attribute__((noinline)) struct task_struct *or_current(struct task_struct *t) {
    return t ? t : bpf_get_current_task_btf();
}
static __attribute__((noinline)) struct task_struct *same(struct task_struct *t) {
    seen++;
    return t;
}
static __attribute__((noinline)) struct task_struct *checked(struct task_struct *t) {
    if (!t)
        return 0;
    seen += t->pid;
    return t;
}
static __attribute__((noinline)) void again(void) {
    bpf_rcu_read_unlock();
    bpf_rcu_read_lock();
}
static __attribute__((noinline)) void give_back(struct task_struct *t) {
    bpf_task_release(t);
}

SEC("iter/task") int tested(u64 *ctx) {
    struct task_struct *t = (void *)ctx[1];
    if (is_there(t))
        seen += t->pid;
    return 0;
}
SEC("iter/task") int tested_wrong(u64 *ctx) {
    struct task_struct *t = (void *)ctx[1];
    if (is_missing(t))
        seen += t->pid;
    return 0;
}
SEC("iter/task") int tested_twice(u64 *ctx) {
    struct task_struct *t = (void *)ctx[1], *a = bpf_task_acquire(bpf_get_current_task_btf());
    if (is_there(t))
        seen += t->pid;
    if (!is_missing(a)) {
        seen += a->tgid;
        bpf_task_release(a);
    }
    return 0;
}
SEC("iter/task") int returned(u64 *ctx) {
    seen += or_current((void *)ctx[1])->pid;
    return 0;
}
SEC("iter/task") int returned_as_it_is(u64 *ctx) {
    seen += same((void *)ctx[1])->pid;
    return 0;
}
SEC("iter/task") int returned_checked(u64 *ctx) {
    struct task_struct *t = checked((void *)ctx[1]);
    if (t)
        seen += t->tgid + ((struct task_struct *)ctx[1])->pid;
    return 0;
}
SEC("iter/task") int original_of_checked(u64 *ctx) {
    struct task_struct *o = (void *)ctx[1], *t = checked(o);
    asm volatile("" : "+r"(o));
    if (t)
        seen += o->tgid;
    return 0;
}
SEC("syscall") int section_in_function(u64 *ctx) {
    struct task_struct *p, *t;
    bpf_rcu_read_lock();
    p = bpf_get_current_task_btf()->real_parent;
    again();
    t = bpf_task_acquire(p);
    bpf_rcu_read_unlock();
    if (t)
        bpf_task_release(t);
    return 0;
}
SEC("syscall") int released_in_function(u64 *ctx) {
    struct task_struct *t = bpf_task_acquire(bpf_get_current_task_btf());
    if (t)
        give_back(t);
    return 0;
}
SEC("syscall") int used_after_function(u64 *ctx) {
    struct task_struct *t = bpf_task_acquire(bpf_get_current_task_btf());
    if (t) {
        give_back(t);
        seen += t->pid;
    }
    return 0;
}
char _license[] SEC("license") = "GPL";
-- accepted tested
-- rejected tested_wrong: not-a-pointer: tested_wrong: insn * (callee.t:51): read of 4 bytes at an address that is a number: r6 = 0
-- kernel rejects R6 invalid mem access 'scalar'
-- accepted tested_twice
-- accepted returned
-- rejected returned_as_it_is: null-check: returned_as_it_is: insn * (callee.t:69): r6 may be null: r6 = struct task_struct *, trusted, or null
-- kernel rejects R6 invalid mem access 'trusted_ptr_or_null_'
-- rejected returned_checked: null-check: returned_checked: insn * (callee.t:75): r1 may be null: r1 = struct task_struct *, trusted, or null
-- kernel rejects R1 invalid mem access 'trusted_ptr_or_null_'
-- accepted original_of_checked
-- rejected section_in_function: untrusted-object: section_in_function: insn * (callee.t:90): argument 1 of bpf_task_acquire: an object of the kernel that may be gone, or is not known to stay: r1 = struct task_struct *, may be gone
-- kernel rejects R1 must be a rcu pointer
-- accepted released_in_function
-- rejected used_after_function: not-a-pointer: used_after_function: insn * (callee.t:106): read of 4 bytes at an address that is a number: r6 = any number
-- kernel rejects R6 invalid mem access 'scalar'
