/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* misc.c - helpers that tell the time, the place and the caller, and the kfuncs that are built in. */
#include "base/platform.h"
#include "rt/helpers/helpers.h"
#include <errno.h>
#include <string.h>

H(ktime_get_ns) {
    return os_time_ns();
}
H(ktime_get_boot_ns) {
    return os_boot_ns();
}
H(ktime_get_coarse_ns) {
    return os_time_ns() / 1000000 * 1000000;
} /* as if the tick were 1 ms */
H(ktime_get_tai_ns) {
    return os_wall_ns() + (u64)37 * 1000000000;
} /* TAI - UTC since 2017: 37 s */
H(jiffies64) {
    return os_time_ns() / 4000000;
} /* HZ = 250 */

/* xorshift64* (Vigna 2016): fast, and each instance has its own state; no secret hangs on it. */
H(get_prandom_u32) {
    u64 x = cx->in->random ? cx->in->random : os_random() | 1;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    cx->in->random = x;
    return x * 0x2545f4914f6cdd1du >> 32;
}

H(get_smp_processor_id) {
    return cx->cpu;
}
H(get_numa_node_id) {
    return 0;
}
H(get_current_pid_tgid) {
    return os_pid_tgid();
}
H(get_current_uid_gid) {
    return os_uid_gid();
}

H(get_current_comm) {
    char name[16] = "";
    os_thread_name(name);
    memset(ptr(r1), 0, r2);
    memcpy(ptr(r1), name, min64(strnlen(name, sizeof name), r2 - 1));
    return 0;
}

/* There are no cgroups, routes and sockets: what the kernel answers for a packet without them. */
H(get_cgroup_classid) {
    return 0;
}
H(get_route_realm) {
    return 0;
}
H(get_socket_cookie) {
    return 0;
}
H(get_socket_uid) {
    return 65534;
} /* overflowuid */

/* ---- kfuncs ---- */

#define K(name)                                                                                                        \
    u64 k_##name(struct ctx *cx __attribute__((unused)), u64 r1 __attribute__((unused)),                               \
                 u64 r2 __attribute__((unused)), u64 r3 __attribute__((unused)), u64 r4 __attribute__((unused)),       \
                 u64 r5 __attribute__((unused)))

/* Runs are not preempted by each other and nothing is freed under them: nothing to do. */
K(bpf_rcu_read_lock) {
    return 0;
}
K(bpf_rcu_read_unlock) {
    return 0;
}
K(bpf_preempt_disable) {
    return 0;
}
K(bpf_preempt_enable) {
    return 0;
}

/* struct bpf_iter_num { int cur, end; }: numbers in the program's own memory. Whatever it
 * writes there, next() compares and adds, and gives back a pointer that the program had. */
struct iter_num {
    s32 cur, end;
};

K(bpf_iter_num_new) {
    enum { MAX_LOOPS = 8 * 1024 * 1024 };
    s64 n = (s64)(s32)r3 - (s32)r2, err = n < 0 ? -EINVAL : n > MAX_LOOPS ? -E2BIG : 0;
    struct iter_num it = {0};
    if (!err)
        it = (struct iter_num){(s32)((u32)r2 - 1), (s32)r3};
    memcpy(ptr(r1), &it, sizeof it);
    return (u64)err;
}

K(bpf_iter_num_next) {
    struct iter_num it;
    memcpy(&it, ptr(r1), sizeof it);
    it.cur = (s32)((u32)it.cur + 1); /* wraps: the first of INT_MIN.. was stored as INT_MAX */
    bool more = it.cur < it.end;
    if (!more)
        it = (struct iter_num){0};
    memcpy(ptr(r1), &it, sizeof it);
    return more ? r1 : 0;
}

K(bpf_iter_num_destroy) {
    memset(ptr(r1), 0, sizeof(struct iter_num));
    return 0;
}
