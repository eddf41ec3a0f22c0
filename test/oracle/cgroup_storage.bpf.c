/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cgroup_storage.bpf.c - values of a cgroup, shared and for each CPU. A test run of the kernel's begins with zeros. */
#include "oracle.h"

struct key {
    u64 cgroup;
    u32 attach_type;
};
struct three {
    u64 v[3];
};
struct two {
    u64 v[2];
};
struct {
    __uint(type, 19);
    __type(key, struct key);
    __type(value, struct three);
} shared SEC(".maps");
struct {
    __uint(type, 21);
    __type(key, struct key);
    __type(value, struct two);
} each SEC(".maps");
static void *(*local_storage)(void *map, u64 flags) = (void *)81;

SEC("cgroup_skb/egress") int counts(struct __sk_buff *skb) {
    u64 *s = local_storage(&shared, 0), *e = local_storage(&each, 0);
    OUT(s[0] | s[1] | s[2] | e[0] | e[1]);
    s[1] += skb->len;
    e[1] += 3;
    s = local_storage(&shared, 0);
    e = local_storage(&each, 0);
    OUT(s[1]);
    OUT(e[1]);
    return 1;
}
CASE(cgroup_storage: run counts udp4; ignore shared; ignore each)
