/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* process.c - what a guest knows of its process: arguments, environment, clocks, random bytes, and its end. */
#include "rt/typed/typed.h"
#include "rt/wasi/wasi.h"
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

/* ---- arguments, environment ---- */

static u32 put_sizes(struct wcall *c, const struct wasi_strings *s, const u64 *a) {
    u32 result = put_u32(c, a[0], s->n);
    return result ? result : put_u32(c, a[1], s->size);
}

/* Pointers at a[0], the strings at a[1]. */
static u32 put_strings(struct wcall *c, const struct wasi_strings *s, const u64 *a) {
    u8 *list = guest(c, a[0], (u64)s->n * 4), *bytes = guest(c, a[1], s->size);
    const char *p = s->bytes;
    if (!list || !bytes)
        return WASI_EFAULT;
    memcpy(bytes, p, s->size);
    for (u32 i = 0; i < s->n; i++) {
        set32(list + i * 4, (u32)(a[1] + (u64)(p - s->bytes)));
        p += strlen(p) + 1;
    }
    return WASI_OK;
}

W(args_get) {
    return put_strings(c, &c->w->args, a);
}
W(args_sizes_get) {
    return put_sizes(c, &c->w->args, a);
}
W(environ_get) {
    return put_strings(c, &c->w->env, a);
}
W(environ_sizes_get) {
    return put_sizes(c, &c->w->env, a);
}

/* ---- clocks ---- */

static const clockid_t clocks[] = {[CLOCK_WALL] = CLOCK_REALTIME,
                                   [CLOCK_MONO] = CLOCK_MONOTONIC,
                                   [CLOCK_PROCESS] = CLOCK_PROCESS_CPUTIME_ID,
                                   [CLOCK_THREAD] = CLOCK_THREAD_CPUTIME_ID};

static u32 put_clock(struct wcall *c, int (*ask)(clockid_t, struct timespec *), u64 id, u64 at) {
    struct timespec t;
    if (id >= COUNT(clocks))
        return WASI_EINVAL;
    if (ask(clocks[id], &t))
        return wasi_errno(errno);
    return put_u64(c, at, (u64)t.tv_sec * 1000000000 + (u64)t.tv_nsec);
}

W(clock_res_get) {
    return put_clock(c, clock_getres, a[0], a[1]);
}
W(clock_time_get) {
    return put_clock(c, clock_gettime, a[0], a[2]);
}

/* ---- random bytes ---- */

enum { SLICE_BYTES = 65536 };

W(random_get) {
    u8 *p = guest(c, a[0], a[1]);
    u64 left = a[1];
    ssize_t n;
    if (!p)
        return WASI_EFAULT;
    while (left) {
        if ((n = getrandom(p, min64(left, SLICE_BYTES), 0)) < 0) {
            if (errno != EINTR)
                return wasi_errno(errno);
            n = 0;
        }
        p += n;
        left -= (u64)n;
        if (!charge_bytes(c->cx, (u64)n))
            break;
    }
    return WASI_OK;
}

/* ---- the end ---- */

/* All instances of the chain are told, since any of them may be the one that the host called. */
static u32 end(struct wcall *c, u32 status) {
    for (struct visit *v = group_of(c->cx->in)->visit; v; v = v->outer)
        if (v->in->typed)
            v->in->typed->exit_status = status;
    trap(c->cx, TRAP_EXIT);
    return WASI_OK;
}

W(proc_exit) {
    return end(c, (u32)a[0]);
}

enum { SIG_CHILD = 16, SIG_CONT = 17, SIG_STOP = 18, SIG_TTOU = 21, SIG_URGENT = 22, SIG_WINCH = 27, SIG_LAST = 30 };

/* A guest has no handlers: what a signal does by default, as a shell tells of it. Nobody would start a stopped one. */
W(proc_raise) {
    u64 sig = a[0];
    if (sig > SIG_LAST)
        return WASI_EINVAL;
    if (!sig || sig == SIG_CHILD || sig == SIG_CONT || sig == SIG_URGENT || sig == SIG_WINCH)
        return WASI_OK;
    if (sig >= SIG_STOP && sig <= SIG_TTOU)
        return WASI_ENOTSUP;
    return end(c, 128 + (u32)sig);
}

W(sched_yield) {
    (void)c;
    (void)a;
    return wasi_result(sched_yield() ? -errno : 0);
}
