# helpers that take objects of the kernel
-- c
#define SEC(n) __attribute__((section(n), used))
#define CORE __attribute__((preserve_access_index))
typedef unsigned long long u64;
typedef unsigned int u32;
struct task_struct { int pid, tgid; struct task_struct *real_parent; } CORE;
struct seq_file { u64 count; } CORE;
struct bpf_iter_meta { struct seq_file *seq; u64 session_id, seq_num; } CORE;
struct { int (*type)[29]; int (*map_flags)[1]; int *key; u64 *value; } storage SEC(".maps");
static void *(*task_storage_get)(void *map, struct task_struct *t, void *value, u64 flags) = (void *)156;
static long (*task_storage_delete)(void *map, struct task_struct *t) = (void *)157;
static long (*get_task_stack)(struct task_struct *t, void *buf, u32 size, u64 flags) = (void *)141;
static long (*seq_write)(struct seq_file *m, const void *data, u32 len) = (void *)127;
static long (*seq_printf)(struct seq_file *m, const char *fmt, u32 size, const void *data, u32 len) = (void *)126;
static struct task_struct *(*bpf_get_current_task_btf)(void) = (void *)158;
static u64 (*bpf_get_current_task)(void) = (void *)35;
u64 seen;

SEC("iter/task") int written(u64 *ctx) {
    struct bpf_iter_meta *meta = (void *)ctx[0];
    seq_write(meta->seq, &meta, 0);
    return 0;
}
SEC("iter/task") int printed(u64 *ctx) {
    struct bpf_iter_meta *meta = (void *)ctx[0];
    struct task_struct *t = (void *)ctx[1];
    static const char fmt[] = "%d\n";
    u64 arg[1];
    if (!t)
        return 0;
    arg[0] = t->pid;
    seq_printf(meta->seq, fmt, sizeof fmt, arg, sizeof arg);
    return 0;
}
SEC("iter/task") int written_elsewhere(u64 *ctx) {
    u64 word = 0;
    seq_write((void *)ctx[1], &word, 8);
    return 0;
}
SEC("iter/task") int written_too_long(u64 *ctx) {
    struct bpf_iter_meta *meta = (void *)ctx[0];
    u64 word = 0;
    seq_write(meta->seq, &word, 16);
    return 0;
}
SEC("iter/task") int stack_of(u64 *ctx) {
    struct task_struct *t = (void *)ctx[1];
    u64 frames[4];
    if (t)
        seen += get_task_stack(t, frames, sizeof frames, 0);
    return 0;
}
SEC("iter/task") int stack_of_null(u64 *ctx) {
    u64 frames[4];
    seen += get_task_stack((void *)ctx[1], frames, sizeof frames, 0);
    return 0;
}
SEC("iter/task") int stack_of_number(u64 *ctx) {
    u64 frames[4];
    seen += get_task_stack((void *)seen, frames, sizeof frames, 0);
    return 0;
}
SEC("tp_btf/task_newtask") int kept(u64 *ctx) {
    u64 *v = task_storage_get(&storage, (void *)ctx[0], 0, 1);
    if (v)
        ++*v;
    return 0;
}
SEC("tp_btf/task_newtask") int kept_of_parent(u64 *ctx) {
    u64 *v = task_storage_get(&storage, ((struct task_struct *)ctx[0])->real_parent, 0, 1);
    if (v)
        ++*v;
    return 0;
}
SEC("iter.s/task") int kept_of_gone(u64 *ctx) {
    u64 *v = task_storage_get(&storage, bpf_get_current_task_btf()->real_parent, 0, 1);
    if (v)
        ++*v;
    return 0;
}
SEC("tp_btf/task_newtask") int kept_unchecked(u64 *ctx) {
    u64 *v = task_storage_get(&storage, (void *)ctx[0], 0, 1);
    ++*v;
    return 0;
}
SEC("tp_btf/task_newtask") int kept_of_number(u64 *ctx) {
    task_storage_delete(&storage, (void *)bpf_get_current_task());
    return 0;
}
SEC("tp_btf/task_newtask") int dropped(u64 *ctx) {
    seen += task_storage_delete(&storage, bpf_get_current_task_btf());
    return 0;
}
char _license[] SEC("license") = "GPL";
-- accepted written
-- accepted printed
-- rejected written_elsewhere: argument-type: written_elsewhere: insn * (helpers.t:38): argument 1 of bpf_seq_write: an argument is not what the function takes: r1 = struct task_struct *, trusted, or null
-- kernel rejects R1 type=trusted_ptr_or_null_ expected=ptr_, trusted_ptr_, rcu_ptr_
-- rejected written_too_long: stack-bounds: written_too_long: insn * (helpers.t:44): read of 16 bytes outside the frame: r2 = stack - 8, and the access covers r10-8 to r10+8
-- kernel rejects invalid read from stack R2 off=-8 size=16
-- accepted stack_of
-- rejected stack_of_null: null-check: stack_of_null: insn * (helpers.t:56): argument 1 of bpf_get_task_stack may be null: r1 = struct task_struct *, trusted, or null
-- kernel rejects R1 type=trusted_ptr_or_null_ expected=ptr_, trusted_ptr_, rcu_ptr_
-- rejected stack_of_number: argument-type: stack_of_number: insn * (helpers.t:61): argument 1 of bpf_get_task_stack: an argument is not what the function takes: r1 = any number
-- kernel rejects R1 type=scalar expected=ptr_, trusted_ptr_, rcu_ptr_
-- accepted kept
-- accepted kept_of_parent
-- rejected kept_of_gone: untrusted-object: kept_of_gone: insn * (helpers.t:77): argument 2 of bpf_task_storage_get: an object of the kernel that may be gone, or is not known to stay: r2 = struct task_struct *, may be gone
-- kernel rejects R2 type=untrusted_ptr_ expected=ptr_, trusted_ptr_, rcu_ptr_
-- rejected kept_unchecked: null-check: kept_unchecked: insn * (helpers.t:84): r0 may be null: r0 = map value of storage, or null, 8 bytes
-- kernel rejects R0 invalid mem access 'map_value_or_null'
-- rejected kept_of_number: argument-type: kept_of_number: insn * (helpers.t:88): argument 2 of bpf_task_storage_delete: an argument is not what the function takes: r2 = any number
-- kernel rejects R2 type=scalar expected=ptr_, trusted_ptr_, rcu_ptr_
-- accepted dropped
