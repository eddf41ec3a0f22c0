/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* validate_all.c - the bodies of a module, by several threads where there are many bytes of them.
 *
 * Bodies are cut into shares of a fixed size, which does not depend on the threads: each share has its own budget for
 * slow comparisons. Threads take them in order and stop at what is wrong; all shares before it are done by then, so the
 * failure that is told is the first one, whoever was faster. */
#include "base/platform.h"
#include "front/wasm/wasm.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

enum { SHARE = 1 << 20, SHARED_FROM = 4 << 20, MAX_THREADS = 32 };

struct work {
    const struct wasm_module *m;
    u32 *first, n;    /* functions of share i: first[i] .. first[i + 1] - 1 */
    atomic_uint next; /* the share that nobody has taken */
    atomic_uint bad;  /* the first one that is known to fail */
};

struct worker {
    struct work *w;
    struct validator *v;
    u32 share; /* where it failed */
    struct error e;
    pthread_t id;
};

static void found_bad(struct work *w, u32 share) {
    unsigned known = atomic_load(&w->bad);
    while (share < known && !atomic_compare_exchange_weak(&w->bad, &known, share)) {
    }
}

static void *work(void *arg) {
    struct worker *t = arg;
    struct work *w = t->w;
    u32 i;
    while ((i = atomic_fetch_add(&w->next, 1)) < w->n && i < atomic_load(&w->bad)) {
        validator_refill(t->v);
        if (wasm_validate(t->v, w->first[i], w->first[i + 1], &t->e)) {
            t->share = i;
            found_bad(w, i);
            break;
        }
    }
    return NULL;
}

/* The library's threads take no signals of the host's. */
static u32 start(struct worker *t, u32 n, struct work *w) {
    sigset_t all, before;
    u32 started = 1;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (; started < n; started++) {
        struct error ignored = {0}; /* then there are fewer */
        t[started] = (struct worker){.w = w, .v = validator_new(w->m, &ignored)};
        if (!t[started].v || pthread_create(&t[started].id, NULL, work, &t[started])) {
            validator_free(t[started].v);
            break;
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

/* Its frame is large, and most modules are small. */
static __attribute__((noinline)) int run_all(struct work *w, struct validator *v, u32 threads, struct error *e) {
    struct worker t[MAX_THREADS] = {{.w = w, .v = v}};
    u32 n = start(t, threads < w->n ? threads : w->n, w);
    const struct worker *first = NULL;
    work(&t[0]);
    for (u32 i = 0; i < n; i++) {
        if (i) {
            pthread_join(t[i].id, NULL);
            validator_free(t[i].v);
        }
        if (t[i].e.code && (!first || t[i].share < first->share))
            first = &t[i];
    }
    if (first)
        *e = first->e;
    return e->code;
}

int wasm_validate_all(struct validator *v, u32 threads, struct error *e) {
    const struct wasm_module *m = validator_module(v);
    struct work w = {.m = m};
    u64 bytes = 0, share = 0;

    for (u32 f = m->nfunc_import; f < m->nfunc; f++)
        bytes += m->func[f].body.len;
    if (bytes < SHARED_FROM)
        return wasm_validate(v, m->nfunc_import, m->nfunc, e);
    if (!(w.first = arena_new(m->arena, u32, bytes / SHARE + 2)))
        return fail(e, E_NOMEM, NOWHERE, "out of memory for validation");
    for (u32 f = m->nfunc_import; f < m->nfunc; f++) {
        if (!w.n || share >= SHARE) {
            w.first[w.n++] = f;
            share = 0;
        }
        share += m->func[f].body.len;
    }
    w.first[w.n] = m->nfunc;
    atomic_init(&w.bad, w.n);
    threads = threads ? threads : os_ncpu_usable();
    return run_all(&w, v, threads < MAX_THREADS ? threads : MAX_THREADS, e);
}
