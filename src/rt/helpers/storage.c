/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* storage.c - maps with helpers of their own: task and cgroup storage, user ring buffers, arenas. */
#include "rt/helpers/helpers.h"
#include "rt/maps/kind.h"
#include <errno.h>
#include <stdlib.h>

enum { CGROUP_STORAGE = 19, PERCPU_CGROUP_STORAGE = 21, TASK_STORAGE = 29, USER_RINGBUF = 31, ARENA = 33, PAGE_UNITS = 64 };

static u32 thread_id(void) {
    return (u32)os_pid_tgid();
}

/* value NULL: zeros. */
H(task_storage_get) {
    enum { CREATE = 1 };
    struct map *m = ptr(r1);
    u8 *v;
    if (m->type != TASK_STORAGE)
        return trap(cx, TRAP_BAD_MAP);
    if (!task_arg(cx, r2) || r4 & ~(u64)CREATE)
        return 0;
    if ((v = task_storage_find(m, thread_id())) || !(r4 & CREATE) || !charge_bytes(cx, m->value_size))
        return num(v);
    if (r3 && !mem_at(cx, r3, m->value_size, false))
        return 0;
    u8 *zeros = r3 ? NULL : calloc(1, m->value_size);
    if (r3 || zeros)
        task_storage_put(m, thread_id(), r3 ? ptr(r3) : zeros);
    free(zeros);
    return num(task_storage_find(m, thread_id()));
}

H(task_storage_delete) {
    struct map *m = ptr(r1);
    if (m->type != TASK_STORAGE)
        return trap(cx, TRAP_BAD_MAP);
    return task_arg(cx, r2) ? (u64)task_storage_drop(m, thread_id()) : 0;
}

H(get_local_storage) {
    struct map *m = ptr(r1);
    if (m->type != CGROUP_STORAGE && m->type != PERCPU_CGROUP_STORAGE)
        return trap(cx, TRAP_BAD_MAP);
    return r2 ? trap(cx, TRAP_BAD_ARGUMENT) : num(m->value + (u64)cx->cpu * m->cpu_stride);
}

/* callback(dynptr, ctx) for each sample until it returns other than 0; how many were taken. The
 * dynptr is a handle, good while the callback runs. */
static u64 drain(struct ctx *cx, struct map *m, u32 func, u64 arg) {
    enum { SAMPLES_MAX = 128 * 1024 };
    u64 n, ret = 0;
    for (n = 0; n < SAMPLES_MAX && !ret; n++) {
        u32 len, row = 0;
        u8 *p = user_ringbuf_sample(m, &len);
        u64 name = handle(TAG_OBJECT, 0x100000000u + cx->in->nest), args[5] = {name, arg, 0, 0, 0};
        struct object *o;
        if (!p)
            break;
        if (!charge(cx, 1))
            return 0;
        if (!(o = object_new(cx, OBJECT_DYNPTR, NULL, ptr(name))) || (len && !(row = region_add(cx, p, len, true)))) {
            if (o)
                object_free(cx, o);
            return trap(cx, TRAP_MEMORY);
        }
        o->sub = DYNPTR_LOCAL;
        o->region = row;
        o->base = num(p);
        o->len = len;
        bool ok = cx->services->call(cx, func, args, &ret);
        if ((o = object_find(cx, OBJECT_DYNPTR, ptr(name))))
            object_free(cx, o);
        if (!ok)
            return 0;
        user_ringbuf_next(m, len);
    }
    return n;
}

H(user_ringbuf_drain) {
    enum { NO_WAKEUP = 1, FORCE_WAKEUP = 2 };
    struct map *m = ptr(r1);
    if (m->type != USER_RINGBUF)
        return trap(cx, TRAP_BAD_MAP);
    if (r4 & ~(u64)(NO_WAKEUP | FORCE_WAKEUP))
        return (u64)-EINVAL;
    if (!user_ringbuf_begin(m))
        return (u64)-EBUSY;
    u64 n = drain(cx, m, (u32)r2, r3);
    user_ringbuf_end(m);
    return n;
}

K(bpf_arena_alloc_pages) {
    struct map *m = ptr(r1);
    if (m->type != ARENA)
        return trap(cx, TRAP_BAD_MAP);
    if (r5 || !charge(cx, 1 + min64((u32)r3, m->max_entries) / PAGE_UNITS))
        return 0;
    return num(arena_pages_alloc(m, r2, (u32)r3));
}

K(bpf_arena_free_pages) {
    struct map *m = ptr(r1);
    if (m->type != ARENA)
        return trap(cx, TRAP_BAD_MAP);
    if (charge(cx, min64((u32)r3, m->max_entries) * PAGE_UNITS))
        arena_pages_free(m, r2, (u32)r3);
    return 0;
}
