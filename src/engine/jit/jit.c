/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* jit.c - the one-pass compiler as an engine. */
#include "base/fault.h"
#include "engine/jit/code.h"
#include "engine/jit/image.h"
#include "engine/jit/jit.h"
#include "engine/jit/tell.h"
#include "engine/jit/typed.h"
#include <stdlib.h>

#if defined(__x86_64__) && defined(__linux__)
static const struct machine *const machine = &x86_64_machine;
#else
static const struct machine *const machine = NULL;
#endif

static bool usable(void) {
    return machine && machine->usable();
}

static void release(void *image) {
    struct jimage *im = image;
    if (!im)
        return;
    if (im->typed)
        release(atomic_load_explicit(&im->typed->other, memory_order_relaxed));
    jit_typed_free(im);
    jit_forget(im);
    code_area_free(im->area);
    pthread_mutex_destroy(&im->lock);
    arena_drop(&im->arena);
    free(im->by_code);
    free(im);
}

/* Of all functions, which therefore have to be there. */
static u64 proven(const void *image) {
    struct jimage *im = (struct jimage *)(uintptr_t)image;
    struct error e = {0};
    u64 n;
    if (im->lazy)
        jit_compile_all(im, 1, &e);
    pthread_mutex_lock(&im->lock);
    n = im->proven;
    pthread_mutex_unlock(&im->lock);
    return n;
}

/* What typed functions need; they are compiled when they are called. */
static int typed(struct jimage *im, bool guarded, struct error *e) {
    if (jit_typed_init(im, guarded, e) || machine->typed_thunks(im, e))
        return e->code;
    for (u32 f = 0; f < im->nfunc; f++)
        if (im->m->func[f].typed)
            atomic_init(&im->func[f].entry, im->thunk.typed[TYPED_LAZY]);
    return 0;
}

/* All at once, or what is needed before anything runs. */
static int functions(struct jimage *im, bool has_typed, bool guarded, struct error *e) {
    code_hold(im->area);
    if (machine->ebpf_functions(im, im->lazy ? NO_FUNC : ALL_FUNCS, e) || (has_typed && typed(im, guarded, e)))
        return e->code;
    if (im->l.jit.eager && (has_typed || im->lazy) && jit_compile_all(im, im->l.jit.eager, e))
        return e->code;
    return code_release(im->area) ? 0 : fail(e, E_UNSUP, NOWHERE, "the system does not let memory be code");
}

/* What is told of code, or is not to be where other code was, has memory of its own. It grows where functions are compiled
 * when they are called. */
static struct code_area *area(const struct jimage *im, bool grows) {
    enum { BYTES = 32 }; /* of an instruction, roughly */
    const struct link_view *l = &im->l;
    const struct jit_options *o = &l->jit;
    size_t guess = 0;
    for (u32 f = 0; f < im->nfunc && !im->lazy; f++)
        guess += (size_t)im->m->func[f].nslot * BYTES;
    return code_area_new((const void *)(uintptr_t)area, guess + BYTES, grows && !o->debug && !o->eager, machine->stop,
                         o->debug || o->perf || o->harden ? NULL : l->shelf);
}

static struct jimage *make(const struct link_view *l, bool guarded, struct error *e) {
    struct jimage *im = calloc(1, sizeof *im);
    bool grows = false;
    for (u32 f = 0; f < l->m->nfunc; f++)
        grows |= l->m->func[f].typed;
    if (!im) {
        fail(e, E_NOMEM, NOWHERE, "out of memory to compile");
        return NULL;
    }
    im->machine = machine;
    im->l = *l;
    im->m = l->m;
    im->nfunc = l->m->nfunc;
    pthread_mutex_init(&im->lock, NULL);
    im->func = arena_new(&im->arena, struct jfunc, im->nfunc + 1);
    im->lazy = jit_may_wait(l);
    im->area = im->func ? area(im, grows) : NULL;
    if (!im->area)
        fail(e, E_NOMEM, NOWHERE, "no memory for native code");
    else
        functions(im, grows, guarded, e);
    if (!e->code)
        return im;
    release(im);
    return NULL;
}

static int compile(const struct link_view *l, void **image, struct error *e) {
    *image = make(l, FAULTS_CAUGHT && l->m->nmemory && !l->m->memory[0].lim.is64, e);
    return e->code;
}

const struct jimage *jit_other(const struct jimage *im) {
    struct jimage *_Atomic *p = &im->typed->other;
    struct jimage *other = atomic_load_explicit(p, memory_order_acquire), *none = NULL;
    struct error e = {0};
    if (other || !(other = make(&im->l, !im->typed->guarded, &e)))
        return other;
    if (atomic_compare_exchange_strong(p, &none, other))
        return other;
    release(other);
    return none;
}

static int native(const void *image, u32 func, struct native_code *out, struct error *e) {
    struct jimage *im = (struct jimage *)(uintptr_t)image;
    const struct jbody *b;
    if (!jit_compiled(im, func, e))
        return e->code;
    b = atomic_load_explicit(&im->func[func].body, memory_order_acquire);
    *out = (struct native_code){b->code, b->size, b->spot, b->nspot};
    return 0;
}

const struct engine engine_jit = {
    .name = "jit",
    .about = "one-pass compiler to native code",
    .usable = usable,
    .compile = compile,
    .run = jit_run,
    .entry = jit_entry,
    .call = jit_typed_call,
    .call_entry = jit_typed_entry,
    .free = release,
    .proven = proven,
    .native = native,
};
