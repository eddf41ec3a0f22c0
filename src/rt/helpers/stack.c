/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* stack.c - call stacks of the guest: bpf_get_stack, get_task_stack, get_stackid.
 * A frame is the handle of its function (TAG_FUNC). Engines tell their frames only when they
 * trap, so a stack is the program that was started, and the functions that helpers call back. */
#include "rt/helpers/helpers.h"
#include "rt/maps/kind.h"
#include <errno.h>
#include <string.h>

enum { SKIP = 0xff, USER_STACK = 256, FAST_CMP = 512, REUSE = 1024, BUILD_ID = 2048, STACK_TRACE = 7 };

static u64 frames(const struct ctx *cx, u64 *ip, u64 max) {
    if (max)
        *ip = handle(TAG_FUNC, cx->in->main_func);
    return max ? 1 : 0;
}

static u64 get(struct ctx *cx, u64 buf, u32 size, u64 flags) {
    u64 ip[1], n, skip = flags & SKIP;
    memset(ptr(buf), 0, size);
    if (flags & ~(u64)(SKIP | USER_STACK | BUILD_ID) || flags & BUILD_ID || size % 8)
        return (u64)-EINVAL;
    n = frames(cx, ip, 1);
    if (n <= skip)
        return (u64)-EFAULT;
    n = min64(n - skip, size / 8);
    if (n)
        memcpy(ptr(buf), ip + skip, n * 8);
    return n * 8;
}

H(get_stack) {
    return get(cx, r2, (u32)r3, r4);
}
H(get_task_stack) {
    return task_arg(cx, r1) ? get(cx, r2, (u32)r3, r4) : 0;
}

H(get_stackid) {
    struct map *m = ptr(r2);
    u64 ip[1], skip = r3 & SKIP, n;
    if (m->type != STACK_TRACE)
        return trap(cx, TRAP_BAD_MAP);
    if (r3 & ~(u64)(SKIP | USER_STACK | FAST_CMP | REUSE))
        return (u64)-EINVAL;
    n = frames(cx, ip, 1);
    return n <= skip ? (u64)-EFAULT : (u64)stack_trace_put(m, ip + skip, n - skip, r3 & FAST_CMP, r3 & REUSE);
}
