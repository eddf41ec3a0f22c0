/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* workers.c - jobs stand in a ring and are known by their number, which only grows: each thread does
 * them in order, and the last one that leaves a job says so. */
#include "io/workers.h"
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct thread {
    struct workers *w;
    u32 i;
    pthread_t id;
};

struct job {
    worker_fn *fn;
    void *arg;
    u32 left; /* workers that are not yet through with it */
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t go, done;
    struct job ring[MAX_JOBS];
    u64 given, waited; /* jobs */
    u32 n, threads;    /* threads: started */
    bool stop;
    struct thread thread[];
};

static void *work(void *arg) {
    struct thread *t = arg;
    struct workers *w = t->w;
    u64 did = 0;
    pthread_mutex_lock(&w->lock);
    for (;; did++) {
        struct job *j = &w->ring[did % MAX_JOBS];
        while (w->given == did && !w->stop)
            pthread_cond_wait(&w->go, &w->lock);
        if (w->given == did)
            break;
        pthread_mutex_unlock(&w->lock);
        j->fn(j->arg, t->i); /* nobody changes the row before it is waited for */
        pthread_mutex_lock(&w->lock);
        if (!--j->left)
            pthread_cond_signal(&w->done);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static bool set_up(struct workers *w) {
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->go, NULL);
    pthread_cond_init(&w->done, &monotonic);
    pthread_condattr_destroy(&monotonic);
    for (u32 i = 0; w->n > 1 && i < w->n; i++, w->threads++) {
        w->thread[i] = (struct thread){.w = w, .i = i};
        if (pthread_create(&w->thread[i].id, NULL, work, &w->thread[i]))
            return false;
    }
    return true;
}

struct workers *workers_new(u32 n, struct error *e) {
    struct workers *w = calloc(1, sizeof *w + n * sizeof *w->thread);
    if (!w) {
        fail(e, E_NOMEM, NOWHERE, "out of memory");
        return NULL;
    }
    w->n = n;
    if (set_up(w))
        return w;
    fail(e, E_NOMEM, NOWHERE, "only %u of %u threads could be started", w->threads, n);
    workers_free(w);
    return NULL;
}

void workers_start(struct workers *w, worker_fn *fn, void *arg) {
    if (!w->threads)
        fn(arg, 0);
    pthread_mutex_lock(&w->lock);
    assert(w->given - w->waited < MAX_JOBS);
    w->ring[w->given++ % MAX_JOBS] = (struct job){fn, arg, w->threads};
    pthread_cond_broadcast(&w->go);
    pthread_mutex_unlock(&w->lock);
}

bool workers_wait(struct workers *w, u64 ns) {
    const u64 second = 1000000000u;
    const struct job *j = &w->ring[w->waited % MAX_JOBS];
    struct timespec until;
    bool over;
    int rc = 0;
    assert(w->waited < w->given);
    clock_gettime(CLOCK_MONOTONIC, &until);
    ns += (u64)until.tv_nsec;
    until.tv_sec += (time_t)(ns / second);
    until.tv_nsec = (long)(ns % second);
    pthread_mutex_lock(&w->lock);
    while (j->left && !rc)
        rc = pthread_cond_timedwait(&w->done, &w->lock, &until);
    over = !j->left;
    w->waited += over;
    pthread_mutex_unlock(&w->lock);
    return over;
}

void workers_free(struct workers *w) {
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    pthread_cond_broadcast(&w->go);
    pthread_mutex_unlock(&w->lock);
    for (u32 i = 0; i < w->threads; i++)
        pthread_join(w->thread[i].id, NULL);
    pthread_cond_destroy(&w->go);
    pthread_cond_destroy(&w->done);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
