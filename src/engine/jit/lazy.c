/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lazy.c - code of functions: when it is first needed, or of all of them at once.
 *
 * A typed function is compiled by itself. An eBPF function is compiled with all that it reaches by calls, as one piece,
 * but for what another piece has brought: which is what the first run of a program asks for. Functions that are also
 * reached by their handles are not waited for, nor is the one program of a module. */
#include "engine/jit/image.h"
#include "engine/jit/jit.h"

static bool by_handle(const struct helper *h) {
    for (u32 k = 0; h && k < 5; k++)
        if (h->arg[k] == ARG_FUNC)
            return true;
    return h && h->user; /* it may call back, whatever it declares */
}

bool jit_may_wait(const struct link_view *l) {
    const struct module *m = l->m;
    if (m->nprog < 2 || l->jit.debug)
        return false;
    for (u32 f = 0; f < m->nfunc; f++)
        for (u32 pc = 0; !m->func[f].typed && pc < m->func[f].nslot; pc++) {
            const struct insn *i = &m->func[f].code[pc];
            if (i->op == OP_callx || (i->op == OP_callk && by_handle(l->import ? l->import[i->imm] : NULL)) ||
                (i->op == OP_call && (u32)i->imm < l->nhelper && by_handle(l->helper[i->imm])))
                return false;
        }
    return true;
}

const void *jit_compiled(struct jimage *im, u32 f, struct error *e) {
    const struct jbody *b = atomic_load_explicit(&im->func[f].body, memory_order_acquire);
    if (b)
        return b->code;
    if (im->m->func[f].typed ? func_ready(im->m, f, e) || im->machine->typed_function(im, f, e)
                             : im->machine->ebpf_functions(im, f, e))
        return NULL;
    b = atomic_load_explicit(&im->func[f].body, memory_order_acquire);
    return b->code;
}

void *jit_keep(struct jimage *im, size_t n, size_t size) {
    void *p;
    pthread_mutex_lock(&im->lock);
    p = arena_calloc(&im->arena, n, size);
    pthread_mutex_unlock(&im->lock);
    return p;
}

/* Threads take one function after the other, those that programs begin with first. */
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
        const struct module *m = w->im->m;
        u32 n = atomic_fetch_add_explicit(&w->next, 1, memory_order_relaxed), f = n - m->nprog;
        if (n < m->nprog)
            f = m->prog[n].func;
        else if (f >= m->nfunc)
            return NULL;
        if (m->func[f].imported || jit_compiled(w->im, f, &e))
            continue;
        pthread_mutex_lock(&w->lock);
        if (!w->e.code)
            w->e = e;
        pthread_mutex_unlock(&w->lock);
        atomic_store_explicit(&w->next, m->nprog + m->nfunc, memory_order_relaxed);
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
