/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lazy.c - code of typed functions: when it is first needed, or of all of them at once. */
#include "engine/jit/image.h"
#include "engine/jit/jit.h"

const void *jit_compiled(struct jimage *im, u32 f, struct error *e) {
    const struct jbody *b = atomic_load_explicit(&im->func[f].body, memory_order_acquire);
    if (b)
        return b->code;
    if (func_ready(im->m, f, e) || im->machine->typed_function(im, f, e))
        return NULL;
    b = atomic_load_explicit(&im->func[f].body, memory_order_acquire);
    return b->code;
}

/* Threads take one function after the other. */
struct work {
    struct jimage *im;
    atomic_uint next;
    pthread_mutex_t lock;
    struct error e; /* the first */
};

static void *work(void *arg) {
    struct work *w = arg;
    for (;;) {
        struct error e = {0};
        u32 f = atomic_fetch_add_explicit(&w->next, 1, memory_order_relaxed);
        if (f >= w->im->nfunc)
            return NULL;
        if (!w->im->m->func[f].typed || w->im->m->func[f].imported || jit_compiled(w->im, f, &e))
            continue;
        pthread_mutex_lock(&w->lock);
        if (!w->e.code)
            w->e = e;
        pthread_mutex_unlock(&w->lock);
        atomic_store_explicit(&w->next, w->im->nfunc, memory_order_relaxed);
        return NULL;
    }
}

int jit_compile_all(struct jimage *im, u32 threads, struct error *e) {
    enum { MOST = 64 };
    struct work w = {.im = im, .lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t t[MOST];
    u32 n = 0;
    while (n + 1 < threads && n < MOST && !pthread_create(&t[n], NULL, work, &w))
        n++;
    work(&w);
    while (n)
        pthread_join(t[--n], NULL);
    if (w.e.code)
        *e = w.e;
    return e->code;
}
