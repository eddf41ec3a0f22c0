/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lazy.c - the code of a function when it is first needed, and its source lines when somebody asks.
 * in:  func.lazy, module.lower, module.lines      out: func.code and the rest, validated; func.line; for all threads
 *
 * The one thing of a module that changes after it is loaded: nobody reads these fields before `ready` (of lines,
 * `lined`) is set, and nobody writes them after. Who makes them holds the lock, and so has the arena for itself. */
#include "ir/module.h"

int func_ready(const struct module *m, u32 f, struct error *e) {
    struct module *w = (struct module *)(uintptr_t)m;
    struct func *fn = &w->func[f];

    if (!fn->lazy || atomic_load_explicit(&fn->ready, memory_order_acquire)) return 0;
    pthread_mutex_lock(&w->lock);
    if (!atomic_load_explicit(&fn->ready, memory_order_relaxed) && !w->lower(w, f, e) && !validate_func(w, fn, e))
        atomic_store_explicit(&fn->ready, true, memory_order_release);
    pthread_mutex_unlock(&w->lock);
    return e->code;
}

void func_lines(const struct module *m, u32 f) {
    struct module *w = (struct module *)(uintptr_t)m;
    struct func *fn = &w->func[f];

    if (!w->lines || atomic_load_explicit(&fn->lined, memory_order_acquire)) return;
    pthread_mutex_lock(&w->lock);
    if (!atomic_load_explicit(&fn->lined, memory_order_relaxed)) {
        w->lines(w, f);
        atomic_store_explicit(&fn->lined, true, memory_order_release);
    }
    pthread_mutex_unlock(&w->lock);
}

const struct line *module_line(const struct module *m, u32 f, u32 pc) {
    const struct line *l;
    struct error e = {0};

    if (func_ready(m, f, &e)) return NULL;
    func_lines(m, f);
    l = func_line(&m->func[f], pc);
    return l && l->line ? l : NULL;
}

s64 module_where(const struct module *m, u32 f, u32 pc) {
    const struct func *fn = &m->func[f];
    struct error e = {0};

    return !func_ready(m, f, &e) && fn->where && pc < fn->nslot ? (s64)fn->where[pc] : NOWHERE;
}
