/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* desk.c - memory to compile in: taken off the runtime's shelf, or new where another thread has it, and put back. */
#include "engine/jit/x86_64/desk.h"
#include "base/platform.h"
#include "engine/jit/code.h"
#include <stdlib.h>

static void drop(void *desk) {
    struct desk *d = desk;
    enc_free(&d->c);
    free(d->spot);
    free(d->stub);
    free(d->caught);
    arena_drop(&d->a);
    free(d);
}

struct desk *desk_take(struct jimage *im) {
    struct desk *d = im->l.shelf ? atomic_exchange_explicit(&im->l.shelf->desk, NULL, memory_order_acquire) : NULL;
    if (!d && (d = calloc(1, sizeof *d)))
        enc_init(&d->c, im->cpu);
    if (!d)
        return NULL;
    enc_reset(&d->c);
    d->c.cpu = im->cpu;
    d->c.harden = false;
    if (im->l.jit.harden)
        enc_harden(&d->c, os_random());
    code_area_bounds(im->area, &d->c.near_lo, &d->c.near_hi);
    return d;
}

void desk_use(struct desk *d, struct emit *e) {
    e->c = &d->c;
    e->spot = d->spot, e->cspot = d->cspot;
    e->stub = d->stub, e->cstub = d->cstub;
    e->caught = d->caught, e->ccaught = d->ccaught;
}

void desk_give(struct jimage *im, struct desk *d, const struct emit *e) {
    struct shelf *s = im->l.shelf;
    void *none = NULL;
    d->spot = e->spot, d->cspot = e->cspot;
    d->stub = e->stub, d->cstub = e->cstub;
    d->caught = e->caught, d->ccaught = e->ccaught;
    arena_empty(&d->a);
    if (s)
        atomic_store_explicit(&s->drop, drop, memory_order_relaxed);
    if (!s || !atomic_compare_exchange_strong_explicit(&s->desk, &none, d, memory_order_release, memory_order_relaxed))
        drop(d);
}
