/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed.c - one typed function from instructions to code in its place.
 *
 * It is made without a lock; the image's is taken to put it in place. So threads compile side by side, and where two
 * make the same function, the later one's is thrown away. */
#include "engine/jit/code.h"
#include "engine/jit/tell.h"
#include "engine/jit/typed.h"
#include "engine/jit/x86_64/desk.h"
#include <string.h>

static int no_memory(struct error *e) {
    return fail(e, E_NOMEM, NOWHERE, "out of memory to compile");
}

static int places(struct unit *u) {
    u32 taken = (u32)(u->im->m->nmemory > 0) << MEMORY | (u32)u->l->fuel << FUEL;
    if (jit_unit(u) || jit_values(u) || jit_alloc(u, u->mc->gpr & ~taken, u->mc->xmm))
        return u->e->code;
    if (!u->list) /* windows of no slots begin somewhere, too */
        u->list = arena_new(u->tmp, u16, 1);
    return u->list ? 0 : no_memory(u->e);
}

/* Under the lock. */
static int put(struct emit *e, struct error *err) {
    struct jimage *im = e->im;
    struct jbody *b = arena_new(&im->arena, struct jbody, 1);
    struct spot *spot = arena_some(&im->arena, struct spot, e->nspot + 1);
    struct caught *caught = arena_some(&im->arena, struct caught, e->ncaught + 1);
    u64 at;
    u8 *to;
    if (!b || !spot || !caught || !(to = code_room(im->area, e->c->size, &at)))
        return no_memory(err);
    enc_place(e->c, to, at);
    if (e->nspot)
        memcpy(spot, e->spot, e->nspot * sizeof *spot);
    for (u32 k = 0; k < e->ncaught; k++)
        caught[k] = (struct caught){e->caught[k].at, enc_label_pos(e->c, e->caught[k].pad)};
    *b = (struct jbody){.code = (const u8 *)(uintptr_t)at,
                        .size = e->c->code,
                        .func = e->u->index,
                        .frame = e->frame,
                        .pushed = e->pushed,
                        .pushes = e->pushes,
                        .nspot = e->nspot,
                        .spot = spot,
                        .caught = caught,
                        .ncaught = e->ncaught,
                        .homes = e->u->homes};
    if (!jit_body_add(im, b))
        return no_memory(err);
    if (!code_publish(im->area))
        return fail(err, E_UNSUP, NOWHERE, "the system does not let memory be code");
    jit_tell(im, b, 1);
    atomic_store_explicit(&im->func[b->func].body, b, memory_order_release);
    atomic_store_explicit(&im->func[b->func].entry, (const void *)b->code, memory_order_release);
    return 0;
}

static int make(struct emit *e, struct error *err) {
    struct jimage *im = e->im;
    if (places(e->u))
        return err->code;
    enc_label(e->c); /* label 0 is none (struct stub) */
    e->epilogue = enc_label(e->c);
    if (!emit_function(e))
        return e->oom || e->c->oom ? no_memory(err)
                                   : fail(err, E_UNSUP, NOWHERE, "%s has no code", isa_name(e->u->code[e->pc].op));
    if (!enc_finish(e->c))
        return no_memory(err);
    if (e->nspot)
        enc_follow(e->c, &e->spot->at, e->nspot, sizeof *e->spot);
    enc_follow(e->c, &e->pushes, 1, sizeof e->pushes);
    if (e->ncaught)
        enc_follow(e->c, &e->caught->at, e->ncaught, sizeof *e->caught);
    pthread_mutex_lock(&im->lock);
    if (!atomic_load_explicit(&im->func[e->u->index].body, memory_order_relaxed))
        put(e, err);
    pthread_mutex_unlock(&im->lock);
    return err->code;
}

int x86_64_typed_function(struct jimage *im, u32 f, struct error *err) {
    struct desk *d = desk_take(im);
    struct unit u = {.mc = &x86_64_machine, .im = im, .l = &im->l, .f = &im->m->func[f], .index = f, .e = err};
    struct emit e = {.l = &im->l, .im = im, .u = &u, .rows = NO_REG, .spots = wants_spots(&im->l)};
    if (!d)
        return no_memory(err);
    u.tmp = &d->a;
    desk_use(d, &e);
    make(&e, err);
    desk_give(im, d, &e);
    return err->code;
}
