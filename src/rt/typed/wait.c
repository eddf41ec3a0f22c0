/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wait.c - memory.atomic.wait and notify (threads proposal), and waiting for descriptors: one list of those who wait in
 * a runtime, under one lock.
 *
 * The value is looked at under the lock, and so is the list by those who notify: no wakeup is lost between the
 * two. An interrupt sets its flag first and then wakes everybody, so that each looks. */
#define _GNU_SOURCE
#include "base/platform.h"
#include "rt/typed/typed.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>

struct waiter {
    struct waiter *next, **self;
    const u8 *at;              /* NULL: it polls, and event wakes it */
    int event;
    pthread_cond_t wake;
    bool woken;
};
struct waits {
    pthread_mutex_t lock;
    struct waiter *first, **last; /* in the order of their coming */
};

int waits_init(struct registry *r) {
    struct waits *w = calloc(1, sizeof *w);
    if (!w)
        return E_NOMEM;
    pthread_mutex_init(&w->lock, NULL);
    w->last = &w->first;
    r->waits = w;
    return 0;
}

void waits_drop(struct registry *r) {
    if (r->waits)
        pthread_mutex_destroy(&r->waits->lock);
    free(r->waits);
    r->waits = NULL;
}

static void join(struct waits *w, struct waiter *me) {
    me->self = w->last;
    *w->last = me;
    w->last = &me->next;
}

static void leave(struct waits *w, struct waiter *me) {
    *me->self = me->next;
    if (me->next)
        me->next->self = me->self;
    else
        w->last = me->self;
}

static bool same_value(const u8 *at, u64 expected, bool wide) {
    return wide ? __atomic_load_n((const u64 *)(const void *)at, __ATOMIC_SEQ_CST) == expected
                : __atomic_load_n((const u32 *)(const void *)at, __ATOMIC_SEQ_CST) == (u32)expected;
}

static struct timespec deadline(s64 ns) {
    u64 at = os_time_ns() + (u64)ns;
    return (struct timespec){(time_t)(at / 1000000000), (long)(at % 1000000000)};
}

static u32 sleep_until_woken(struct ctx *cx, struct waits *w, struct waiter *me, s64 timeout_ns) {
    const s64 century = (s64)3153600000 * 1000000000;
    struct timespec end = {0};
    bool timed = timeout_ns >= 0 && timeout_ns < century;
    int rc = 0;
    if (timed)
        end = deadline(timeout_ns);
    while (!me->woken && rc != ETIMEDOUT) {
        if (chain_interrupted(cx))
            return (u32)trap(cx, TRAP_INTERRUPT);
        rc = timed ? pthread_cond_timedwait(&me->wake, &w->lock, &end) : pthread_cond_wait(&me->wake, &w->lock);
    }
    return me->woken ? 0 : 2;
}

u32 memory_wait(struct ctx *cx, struct memory *m, u64 at, u64 expected, bool wide, s64 timeout_ns) {
    struct waits *w = cx->in->p->r->waits;
    struct waiter me = {.at = m->base + at};
    pthread_condattr_t monotonic;
    u32 result = 1;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&me.wake, &monotonic);
    pthread_mutex_lock(&w->lock);
    if (same_value(me.at, expected, wide)) {
        join(w, &me);
        result = sleep_until_woken(cx, w, &me, timeout_ns);
        leave(w, &me);
    }
    pthread_mutex_unlock(&w->lock);
    pthread_cond_destroy(&me.wake);
    pthread_condattr_destroy(&monotonic);
    return result;
}

u32 memory_notify(struct registry *r, struct memory *m, u64 at, u32 count) {
    const u8 *p = m->base + at;
    u32 n = 0;
    pthread_mutex_lock(&r->waits->lock);
    for (struct waiter *w = r->waits->first; w && n < count; w = w->next)
        if (w->at == p && !w->woken) {
            w->woken = true;
            pthread_cond_signal(&w->wake);
            n++;
        }
    pthread_mutex_unlock(&r->waits->lock);
    return n;
}

void wake_all(struct registry *r) {
    pthread_mutex_lock(&r->waits->lock);
    for (struct waiter *w = r->waits->first; w; w = w->next) {
        if (w->at)
            pthread_cond_signal(&w->wake);
        else
            os_event_set(w->event);
    }
    pthread_mutex_unlock(&r->waits->lock);
}

static int poll_until(struct ctx *cx, struct pollfd *p, u32 n, u64 at) {
    const struct pollfd *event = &p[n];
    struct timespec left;
    u64 now, ns;
    int rc;
    for (;;) {
        if (chain_interrupted(cx)) {
            trap(cx, TRAP_INTERRUPT);
            return 0;
        }
        now = os_time_ns();
        ns = at > now ? at - now : 0;
        left = (struct timespec){(time_t)(ns / 1000000000), (long)(ns % 1000000000)};
        rc = ppoll(p, n + 1, at == UINT64_MAX ? NULL : &left, NULL);
        if (rc < 0 && errno != EINTR)
            return -errno;
        if (rc == 0)
            return 0;
        if (rc > 0 && event->revents) {
            os_event_clear(event->fd);
            rc--;
        }
        if (rc > 0)
            return rc;
    }
}

int wait_ready(struct ctx *cx, struct pollfd *p, u32 n, u64 at) {
    struct waits *w = cx->in->p->r->waits;
    struct waiter me = {.event = os_event_new()};
    int rc;
    if (me.event < 0)
        return -errno;
    p[n] = (struct pollfd){.fd = me.event, .events = POLLIN};
    pthread_mutex_lock(&w->lock);
    join(w, &me);
    pthread_mutex_unlock(&w->lock);
    rc = poll_until(cx, p, n, at);
    pthread_mutex_lock(&w->lock);
    leave(w, &me);
    pthread_mutex_unlock(&w->lock);
    os_event_close(me.event);
    return rc;
}
