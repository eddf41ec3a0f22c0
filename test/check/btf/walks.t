# what tracepoints and functions of the kernel are given, member by member
-- c
#define SEC(n) __attribute__((section(n), used))
#define CORE __attribute__((preserve_access_index))
typedef unsigned long long u64;
struct mm_struct;
struct task_struct { int pid, tgid; struct task_struct *real_parent; struct mm_struct *mm; char comm[16]; } CORE;
struct inode { unsigned long i_ino; } CORE;
struct file { struct inode *f_inode; unsigned f_flags; } CORE;
u64 seen;

SEC("tp_btf/sched_switch") int task(u64 *ctx) {
    struct task_struct *prev = (void *)ctx[1], *next = (void *)ctx[2];
    seen += prev->pid + next->comm[3] + (ctx[0] & 1);
    return 0;
}
SEC("tp_btf/sched_switch") int parent(u64 *ctx) {
    struct task_struct *prev = (void *)ctx[1];
    seen += prev->real_parent->real_parent->tgid;
    if (!prev->mm) /* it may be null, and then that is what is read */
        seen++;
    return 0;
}
SEC("fentry/vfs_read") int file(u64 *ctx) {
    struct file *f = (void *)ctx[0];
    seen += f->f_inode->i_ino + ctx[2];
    return 0;
}
SEC("fexit/vfs_read") int result(u64 *ctx) {
    struct file *f = (void *)ctx[0];
    seen += f->f_flags + ctx[4];
    return 0;
}
SEC("tp_btf/sched_switch") int written(u64 *ctx) {
    struct task_struct *prev = (void *)ctx[1];
    prev->pid = 1;
    return 0;
}
SEC("tp_btf/sched_switch") int parent_written(u64 *ctx) {
    struct task_struct *prev = (void *)ctx[1];
    prev->real_parent->tgid = 1;
    return 0;
}
SEC("tp_btf/sched_switch") int beyond(u64 *ctx) {
    char *prev = (void *)ctx[1];
    seen += prev[1000000];
    return 0;
}
SEC("tp_btf/sched_switch") int in_front(u64 *ctx) {
    char *prev = (void *)ctx[1];
    seen += prev[-8];
    return 0;
}
SEC("tp_btf/sched_switch") int variable(u64 *ctx) {
    struct task_struct *prev = (void *)ctx[1];
    seen += *((char *)prev + (seen & 7));
    return 0;
}
SEC("fentry/vfs_read") int buffer(u64 *ctx) {
    seen += *(char *)ctx[1];
    return 0;
}
SEC("tp_btf/sys_enter") int call(u64 *ctx) {
    seen += *(char *)ctx[1];
    return 0;
}
SEC("tp_btf/sched_switch") int across(u64 *ctx) {
    struct task_struct *prev = (void *)ctx[1];
    seen += *(u64 *)__builtin_preserve_access_index(&prev->pid) + *(u64 *)__builtin_preserve_access_index(&prev->comm[12]);
    return 0;
}
SEC("fentry/vfs_read") int number(u64 *ctx) {
    seen += *(char *)ctx[2];
    return 0;
}
SEC("tp_btf/sched_switch") int saved(u64 *ctx) {
    struct task_struct *volatile prev = (void *)ctx[1];
    seen += prev->tgid;
    return 0;
}
char _license[] SEC("license") = "GPL";
-- accepted task
-- accepted parent
-- accepted file
-- kernel cannot trace functions in each of its builds
-- accepted result
-- kernel cannot trace functions in each of its builds
-- rejected written: read-only: written: insn * (walks.t:36): write of 4 bytes: a store to memory that may only be read (task_struct.pid): r1 = struct task_struct *, trusted
-- kernel rejects only read is supported
-- rejected parent_written: read-only: parent_written: insn * (walks.t:41): write of 4 bytes: a store to memory that may only be read (task_struct.tgid): r1 = struct task_struct *, trusted within the RCU section
-- kernel rejects only read is supported
-- rejected beyond: kernel-object: beyond: insn * (walks.t:46): read of 1 byte: an object of the kernel is accessed in a way that is not allowed (task_struct): r1 = struct task_struct * + 1000000, trusted
-- kernel rejects access beyond struct task_struct at off 1000000
-- rejected in_front: kernel-object: in_front: insn * (walks.t:51): read of 1 byte: an object of the kernel is accessed in a way that is not allowed (task_struct): r1 = struct task_struct *, trusted
-- kernel rejects R1 is ptr_task_struct invalid negative access: off=-8
-- rejected variable: variable-offset: variable: insn * (walks.t:56): read of 1 byte: an access at an offset that is not constant, where it has to be: r1 = struct task_struct * + [0, 7], trusted
-- kernel rejects R1 is ptr_task_struct invalid variable offset: off=0, var_off=(0x0; 0x7)
-- rejected buffer: not-a-pointer: buffer: insn * (walks.t:60): read of 1 byte at an address that is a number: r1 = any number
-- kernel cannot trace functions in each of its builds
-- rejected call: not-a-pointer: call: insn * (walks.t:64): read of 1 byte at an address that is a number: r1 = any number
-- kernel rejects R1 invalid mem access 'scalar'
-- rejected across: kernel-object: across: insn * (walks.t:69): read of 8 bytes: an object of the kernel is accessed in a way that is not allowed (task_struct.pid): r1 = struct task_struct *, trusted
-- kernel rejects access beyond the end of member pid
-- rejected number: not-a-pointer: number: insn * (walks.t:73): read of 1 byte at an address that is a number: r1 = any number
-- kernel cannot trace functions in each of its builds
-- accepted saved
