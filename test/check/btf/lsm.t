# hooks of security modules: results by the hook, what is only just made or going is not trusted
-- c
#define SEC(n) __attribute__((section(n), used))
#define CORE __attribute__((preserve_access_index))
#define KSYM extern __attribute__((section(".ksyms")))
typedef unsigned long long u64;
typedef unsigned int u32;
struct inode { unsigned long i_ino; } CORE;
struct dentry { struct inode *d_inode; } CORE;
struct path { struct dentry *dentry; } CORE;
struct file { struct inode *f_inode; struct path f_path; } CORE;
struct task_struct { int pid; } CORE;
KSYM struct file *bpf_get_task_exe_file(struct task_struct *task);
KSYM void bpf_put_file(struct file *file);
KSYM int bpf_path_d_path(const struct path *path, char *buf, unsigned long buf__sz);
KSYM struct task_struct *bpf_task_acquire(struct task_struct *p);
KSYM void bpf_task_release(struct task_struct *p);
static struct task_struct *(*bpf_get_current_task_btf)(void) = (void *)158;
u64 seen;

SEC("lsm/file_open") int opened(u64 *ctx) {
    struct file *f = (void *)ctx[0];
    seen += f->f_inode->i_ino;
    return -1;
}
SEC("lsm/file_open") int positive(u64 *ctx) {
    return 1;
}
SEC("lsm/file_open") int before(u64 *ctx) {
    return ctx[1] ? -1 : 0;
}
SEC("lsm/file_open") int beyond(u64 *ctx) {
    return ctx[2] ? -1 : 0;
}
SEC("lsm/bprm_committed_creds") int of_void(u64 *ctx) {
    return 77;
}
SEC("lsm/inode_xattr_skipcap") int yes(u64 *ctx) {
    return 1;
}
SEC("lsm/inode_xattr_skipcap") int neither(u64 *ctx) {
    return -1;
}
SEC("lsm.s/file_open") int name_of(u64 *ctx) {
    struct file *f = (void *)ctx[0];
    char name[64];
    seen += bpf_path_d_path(&f->f_path, name, sizeof name);
    return 0;
}
SEC("lsm.s/file_open") int name_too_long(u64 *ctx) {
    struct file *f = (void *)ctx[0];
    char name[64];
    seen += bpf_path_d_path(&f->f_path, name, 65);
    return 0;
}
SEC("lsm.s/file_open") int name_of_file(u64 *ctx) {
    char name[64];
    seen += bpf_path_d_path((void *)ctx[0], name, sizeof name);
    return 0;
}
SEC("lsm.s/file_open") int dentry_of(u64 *ctx) {
    struct file *f = (void *)ctx[0];
    struct inode *i = f->f_path.dentry->d_inode;
    if (i)
        seen += i->i_ino;
    return 0;
}
SEC("lsm.s/file_open") int executable(u64 *ctx) {
    struct file *f = bpf_get_task_exe_file(bpf_get_current_task_btf());
    if (!f)
        return 0;
    seen += f->f_inode->i_ino;
    bpf_put_file(f);
    return 0;
}
SEC("lsm.s/file_open") int executable_kept(u64 *ctx) {
    struct file *f = bpf_get_task_exe_file(bpf_get_current_task_btf());
    return f ? -1 : 0;
}
SEC("lsm/task_free") int going(u64 *ctx) {
    struct task_struct *t = bpf_task_acquire((void *)ctx[0]);
    if (t)
        bpf_task_release(t);
    return 0;
}
SEC("lsm/task_alloc") int made(u64 *ctx) {
    struct task_struct *t = bpf_task_acquire((void *)ctx[0]);
    if (t)
        bpf_task_release(t);
    return 0;
}
SEC("tp_btf/sched_switch") int no_hook(u64 *ctx) {
    struct file *f = bpf_get_task_exe_file(bpf_get_current_task_btf());
    if (f)
        bpf_put_file(f);
    return 0;
}
char _license[] SEC("license") = "GPL";
-- accepted opened
-- kernel cannot attach to functions in each of its builds
-- rejected positive: return-value: positive: insn * (lsm.t:27): the result is not one that this program type allows: r0 = 1, and [-4095, 0] is allowed
-- kernel cannot attach to functions in each of its builds
-- accepted before
-- kernel cannot attach to functions in each of its builds
-- rejected beyond: context-field: beyond: insn * (lsm.t:33): read of 8 bytes: the context has no such field, or not for this access (lsm): r1 = context
-- kernel cannot attach to functions in each of its builds
-- accepted of_void
-- kernel cannot attach to functions in each of its builds
-- accepted yes
-- kernel cannot attach to functions in each of its builds
-- rejected neither: return-value: neither: insn * (lsm.t:42): the result is not one that this program type allows: r0 = 4294967295, and [0, 1] is allowed
-- kernel cannot attach to functions in each of its builds
-- accepted name_of
-- kernel cannot attach to functions in each of its builds
-- rejected name_too_long: stack-bounds: name_too_long: insn * (lsm.t:53): write of 65 bytes outside the frame: r2 = stack - 64, and the access covers r10-64 to r10+1
-- kernel cannot attach to functions in each of its builds
-- rejected name_of_file: argument-type: name_of_file: insn * (lsm.t:58): argument 1 of bpf_path_d_path: an argument is not what the function takes: r1 = struct file *, trusted
-- kernel cannot attach to functions in each of its builds
-- accepted dentry_of
-- kernel cannot attach to functions in each of its builds
-- accepted executable
-- kernel cannot attach to functions in each of its builds
-- rejected executable_kept: reference-leak: executable_kept: insn * (lsm.t:78): what a function gave is not released on this path
-- kernel cannot attach to functions in each of its builds
-- rejected going: untrusted-object: going: insn * (lsm.t:81): argument 1 of bpf_task_acquire: an object of the kernel that may be gone, or is not known to stay: r1 = struct task_struct *
-- kernel cannot attach to functions in each of its builds
-- accepted made
-- kernel cannot attach to functions in each of its builds
-- rejected no_hook: program-type: no_hook: insn * (lsm.t:93): bpf_get_task_exe_file: a function that this type of program may not call
-- kernel rejects calling kernel function bpf_get_task_exe_file is not allowed
