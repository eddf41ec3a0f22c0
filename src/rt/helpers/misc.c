/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* misc.c - helpers that tell the time, the place and the caller. */
#include "base/platform.h"
#include "rt/helpers/helpers.h"
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

/* Fast, and each instance has its own state; no secret hangs on it. */
H(get_prandom_u32) {
    u64 x = cx->random ? cx->random : os_random() | 1;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    cx->random = x;
    return x * CTX_RANDOM >> 32;
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
