# helpers that only the kernel has, called as it would not have it
-- c
#include "../check.h"
struct bpf_sock_ops { u32 op, args[4]; };
static long (*setsockopt)(void *ctx, int level, int name, void *value, int size) = (void *)49;
static long (*current_task_under_cgroup)(void *map, u32 index) = (void *)37;
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, u64); } array SEC(".maps");
SEC("sockops") int too_long(struct bpf_sock_ops *o) {
    int n = 1;
    setsockopt(o, 6, 13, &n, 8);
    return 1;
}
SEC("sockops") int no_context(struct bpf_sock_ops *o) {
    int n = 1;
    setsockopt(&n, 6, 13, &n, 4);
    return 1;
}
SEC("sockops") int other_program(struct bpf_sock_ops *o) {
    return current_task_under_cgroup(&array, 0) > 0;
}
SEC("kprobe/x") int other_map(void *ctx) {
    return current_task_under_cgroup(&array, 0) > 0;
}
char _license[] SEC("license") = "GPL";
-- rejected too_long: stack-bounds: too_long: insn * (helper_of_the_kernel.t:10): read of 8 bytes outside the frame: r4 = stack - 4, and the access covers r10-4 to r10+4
-- kernel rejects invalid read from stack R4 off=-4 size=8
-- rejected no_context: argument-type: no_context: insn * (helper_of_the_kernel.t:15): argument 1 of bpf_setsockopt: an argument is not what the function takes: r1 = stack - 4
-- kernel rejects R1 type=fp expected=ctx
-- rejected other_program: unknown-function: other_program: insn * (helper_of_the_kernel.t:19): bpf_current_task_under_cgroup: a function that is not available here
-- kernel rejects cannot pass map_type 2 into func bpf_current_task_under_cgroup#37
-- rejected other_map: map-type: other_map: insn * (helper_of_the_kernel.t:22): bpf_current_task_under_cgroup: a function that does not work on this type of map
-- kernel rejects cannot pass map_type 2 into func bpf_current_task_under_cgroup#37
