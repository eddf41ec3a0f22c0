/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* where.c - helpers on the task, cgroups and the traced function. There is one task handle (the
 * thread that runs), one cgroup (the root, id 1), one network namespace; a traced function's
 * arguments, and at its exit the result, are the 64-bit words of the context that the host gives. */
#include "ir/btf.h"
#include "rt/helpers/helpers.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { ROOT_CGROUP = 1, NETNS_COOKIE = 1, TASK = 1 };

/* A handle: reading through it traps, and helpers that take a task know it again. */
H(get_current_task) {
    return handle(TAG_OBJECT, TASK);
}
H(get_current_task_btf) {
    return handle(TAG_OBJECT, TASK);
}

bool task_arg(struct ctx *cx, u64 task) {
    if (task == handle(TAG_OBJECT, TASK))
        return true;
    trap(cx, TRAP_BAD_HANDLE);
    return false;
}

H(find_vma) {
    return !task_arg(cx, r1) ? 0 : r5 ? (u64)-EINVAL : (u64)-ENOENT; /* its address space is not shown */
}

H(get_current_cgroup_id) {
    return ROOT_CGROUP;
}
H(get_current_ancestor_cgroup_id) {
    return (s32)r1 == 0 ? ROOT_CGROUP : 0;
}
/* Packets have no socket here, and so no cgroup of one. */
H(skb_cgroup_id) {
    return 0;
}
H(skb_ancestor_cgroup_id) {
    return 0;
}
H(skb_cgroup_classid) {
    return 0;
}
H(get_netns_cookie) {
    return !r1 || r1 == handle(TAG_CTX, 0) ? NETNS_COOKIE : trap(cx, TRAP_BAD_CONTEXT);
}

/* struct bpf_pidns_info { u32 pid, tgid; }, when the pid namespace is the caller's. */
H(get_ns_current_pid_tgid) {
    struct stat st;
    u64 id;
    if (r4 != 8 || stat("/proc/self/ns/pid", &st) || st.st_dev != (dev_t)r1 || st.st_ino != (ino_t)r2) {
        memset(ptr(r3), 0, r4);
        return (u64)-EINVAL;
    }
    id = h_get_current_pid_tgid(cx, 0, 0, 0, 0, 0);
    memcpy(ptr(r3), &(u32){(u32)id}, 4);
    memcpy((u8 *)ptr(r3) + 4, &(u32){(u32)(id >> 32)}, 4);
    return 0;
}

/* ---- the traced function ---- */

static bool has_result(const struct ctx *cx) {
    return cx->type->kind == PROG_FEXIT;
}

static u64 words(const struct ctx *cx) {
    return cx->region[REGION_PACKET].read[0] / 8;
}

static u64 arguments(const struct ctx *cx) {
    u64 n = words(cx);
    return n && has_result(cx) ? n - 1 : n;
}

static u64 word(struct ctx *cx, u64 i, u64 to) {
    memcpy(ptr(to), (const u8 *)cx->host_ctx + i * 8, 8);
    return 0;
}

H(get_func_arg) {
    return (u32)r2 < arguments(cx) ? word(cx, (u32)r2, r3) : (u64)-EINVAL;
}
H(get_func_arg_cnt) {
    return arguments(cx);
}
H(get_func_ret) {
    return has_result(cx) && words(cx) ? word(cx, words(cx) - 1, r2) : (u64)-EOPNOTSUPP;
}
H(get_func_ip) {
    return cx->in->func_ip;
}
H(get_attach_cookie) {
    return cx->in->cookie;
}

/* What the hook, or the function that is probed, returns to its caller, next to the verdict: the host says what it
 * is, and looks at it after the run. */
H(get_retval) {
    return (u64)(s64)(s32)cx->in->retval;
}
H(set_retval) {
    cx->in->retval = (s32)r1;
    cx->in->retval_set = true;
    return 0;
}
H(override_return) {
    if (cx->type->kind != PROG_KPROBE)
        return trap(cx, TRAP_BAD_CONTEXT);
    cx->in->retval = (s64)r2;
    cx->in->retval_set = true;
    return 0;
}

/* ---- hardware that is not there ---- */

H(get_branch_snapshot) {
    return r3 ? (u64)-EINVAL : (u64)-ENOENT;
}
H(read_branch_records) {
    return r4 & ~(u64)1 ? (u64)-EINVAL : (u64)-ENOENT;
}

static u64 no_event(struct ctx *cx, u64 map, u64 flags) {
    const struct map *m = ptr(map);
    const u64 index_mask = 0xffffffffu;
    if (m->type != 4)
        return trap(cx, TRAP_BAD_MAP);
    if (flags & ~index_mask)
        return (u64)-EINVAL;
    return flags != index_mask && flags >= m->max_entries ? (u64)-E2BIG : (u64)-ENOENT;
}
H(perf_event_read) {
    return no_event(cx, r1, r2);
}
H(perf_prog_read_value) {
    if (cx->type->kind != PROG_PERF_EVENT)
        return trap(cx, TRAP_BAD_CONTEXT);
    memset(ptr(r2), 0, r3);
    return r3 == 24 ? (u64)-ENOENT : (u64)-EINVAL;
}
H(perf_event_read_value) {
    memset(ptr(r3), 0, r4);
    return r4 == 24 ? no_event(cx, r1, r2) : (u64)-EINVAL;
}

/* ---- names ---- */

/* The variables that the host registered are the kernel's symbols. */
H(kallsyms_lookup_name) {
    const struct registry *r = cx->program->r;
    const char *name = ptr(r1);
    u64 v = 0;
    memcpy(ptr(r4), &v, 8);
    if (r3 || r2 < 2 || name[r2 - 1])
        return (u64)-EINVAL;
    for (u32 i = 0; i < r->nsym; i++)
        if (!strcmp(r->sym[i].name, name)) {
            memcpy(ptr(r4), &r->sym[i].address, 8);
            return 0;
        }
    return (u64)-ENOENT;
}

/* In the program's own BTF, in the place of the kernel's. */
H(btf_find_by_name_kind) {
    const char *name = ptr(r1);
    if (r4 || (s32)r2 < 2 || name[r2 - 1])
        return (u64)-EINVAL;
    u32 id = charge(cx, cx->program->m->btf_size / 64) ? btf_find_type(cx->program->m, name, (u32)r3) : 0;
    return id ? id : (u64)-ENOENT;
}

/* ---- user memory: what the program may read, as with probe_read ---- */

H(copy_from_user) {
    return h_probe_read(cx, r1, (u32)r2, r3, 0, 0);
}
H(copy_from_user_task) {
    if (!task_arg(cx, r4))
        return 0;
    return r5 ? (u64)-EINVAL : h_probe_read(cx, r1, (u32)r2, r3, 0, 0);
}
H(probe_write_user) {
    if (!mem_try(cx, r1, (u32)r3, true))
        return (u64)-EPERM;
    memmove(ptr(r1), ptr(r2), (u32)r3);
    return 0;
}
