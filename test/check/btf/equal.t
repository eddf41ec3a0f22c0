# an object of the kernel may be null whatever its prototype says: what is equal to it may be, too
-- c
#include "../check.h"
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4); __type(key, u32); __type(value, u64); } table SEC(".maps");
struct task_struct { int pid; } __attribute__((preserve_access_index));
u64 seen;
SEC("tp_btf/sched_switch") int equal(u64 *ctx) {
    u64 *v = first_of(&table);
    if (v == (void *)ctx[1])
        seen += *v;
    return 0;
}
SEC("tp_btf/sched_switch") int the_other_way(u64 *ctx) {
    u64 *v = first_of(&table);
    if ((void *)ctx[1] != v)
        return 0;
    seen += *v;
    return 0;
}
SEC("tp_btf/sched_switch") int null_is_looked_at(u64 *ctx) {
    struct task_struct *t = (void *)ctx[1];
    if (!t)
        return 0;
    seen += t->pid;
    return 0;
}
-- rejected equal: null-check: equal: insn * (equal.t:10): r0 may be null: r0 = map value of table, or null, 8 bytes
-- kernel rejects R0 invalid mem access 'map_value_or_null'
-- rejected the_other_way: null-check: the_other_way: insn * (equal.t:17): r0 may be null: r0 = map value of table, or null, 8 bytes
-- kernel rejects R0 invalid mem access 'map_value_or_null'
-- accepted null_is_looked_at
