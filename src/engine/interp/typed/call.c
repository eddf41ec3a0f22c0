/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* call.c - the interpreter's engine.call, and what an image has for typed functions. */
#include "engine/interp/typed/slow.h"
#include "ir/module.h"
#include <stdlib.h>
#include <string.h>

static void free_entries(struct entry_t *en, u32 n) {
    for (u32 f = 0; en && f < n; f++)
        if (atomic_load_explicit(&en[f].body, memory_order_relaxed)) {
            struct body *b = atomic_load_explicit(&en[f].body, memory_order_relaxed);
            free((struct head *)b->step - 1);
            free(b->pc);
            free(b->lead);
            free(b->thread);
            free(b->second);
            free(b->catch_);
            free(b);
        }
    free(en);
}

void ityped_free(struct image *im) {
    struct typed *t = im->typed;
    if (!t)
        return;
    for (u32 k = 0; k < NMODES; k++)
        free_entries(atomic_load_explicit(&t->entry[k], memory_order_relaxed), im->nfunc);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

int ityped_compile(struct image *im, const struct link_view *l, struct error *e) {
    struct typed *t;
    u32 typed = 0;
    for (u32 f = 0; f < im->nfunc; f++)
        typed += im->m->func[f].typed;
    if (!typed)
        return 0;
    t = calloc(1, sizeof *t);
    if (!t)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    im->typed = t;
    t->fuel = l->fuel;
    pthread_mutex_init(&t->lock, NULL);
    t->leave[2].h = ityped_handler(T_leave);
    return 0;
}

static struct entry_t *make_entries(u32 n) {
    struct entry_t *en = calloc((size_t)n + 1, sizeof *en);
    for (u32 f = 0; en && f < n; f++) {
        ((struct head *)&en[f].stub[0])->func = f;
        en[f].stub[1].h = ityped_handler(T_lazy);
        atomic_init(&en[f].code, &en[f].stub[1]);
    }
    return en;
}

/* Those of a mode, made for the first run in it: most programs see one mode only. NULL: out of memory. */
static const struct entry_t *entries(const struct image *im, u32 mode) {
    struct typed *t = im->typed;
    struct entry_t *en = atomic_load_explicit(&t->entry[mode], memory_order_acquire);
    if (likely(en))
        return en;
    pthread_mutex_lock(&t->lock);
    if (!(en = atomic_load_explicit(&t->entry[mode], memory_order_relaxed)) && (en = make_entries(im->nfunc)))
        atomic_store_explicit(&t->entry[mode], en, memory_order_release);
    pthread_mutex_unlock(&t->lock);
    return en;
}

/* Runs with the processor checking accesses. */
static void run_guarded(struct trun *r, const struct step *to, u64 *fp, struct ctx *cx, s64 fuel) {
    struct landing *outer = fault_land(&r->landing);
    if (setjmp(r->landing.env) == 0) {
        ityped_exec(to, fp, cx, fuel);
    } else { /* an access that was not good; what changed since is not looked at */
        s64 left;
        const struct step *pc = ityped_fault(&r->landing, &left);
        cx->trap = TRAP_OUT_OF_BOUNDS;
        ityped_trap(cx, pc, left);
    }
    fault_land(outer);
}

static void start(struct ctx *cx, struct trun *r, u32 func, u64 *fp) {
    const struct step *to = atomic_load_explicit(&r->entry[func].code, memory_order_acquire);
    const struct head *h = (const struct head *)(to - 1);
    s64 fuel = cx->fuel - h->charge;
    if ((size_t)(r->reg_end - fp) < h->need) {
        cx->trap = TRAP_CALL_DEPTH;
        return;
    }
    if (fuel < 0) {
        if (!ityped_refuel(cx, to, fuel))
            return;
        fuel = cx->fuel;
    }
    if (r->mode == GUARDED)
        run_guarded(r, to, fp, cx, fuel);
    else
        ityped_exec(to, fp, cx, fuel);
}

void ityped_call(const void *image, struct ctx *cx, u32 func, u64 *slot) {
    const struct image *im = image;
    const struct deftype *t = &im->m->type[im->m->func[func].type];
    bool inside = slot >= cx->slot_base && slot < cx->slot_end;
    u64 *fp = inside ? slot : cx->slot_sp;
    size_t room = (size_t)(cx->slot_end - fp), frames = cx->max_calls - cx->calls;
    struct trun r;
    cx->trap = 0;
    if (cx->calls >= cx->max_calls || fp > cx->slot_end || room < 2 || room < t->param_slots + t->result_slots + 2) {
        cx->trap = TRAP_CALL_DEPTH;
        return;
    }
    if (frames > room / 2) /* a frame without a register is rare: the two ends meet by reg_end */
        frames = room / 2;
    r.im = im;
    r.mode = FAULTS_CAUGHT && im->m->nmemory && cx->mem[0]->guarded && !cx->mem[0]->is64 ? GUARDED : CHECKED;
    if (!(r.entry = entries(im, r.mode))) {
        cx->trap = TRAP_MEMORY;
        return;
    }
    r.first = r.top = cx->slot_end - 1;
    r.frame_end = cx->slot_end - frames;
    r.reg_end = r.frame_end;
    r.outer = cx->run;
    r.calls = cx->calls;
    *r.first = (u64)&im->typed->leave[2];
    if (!inside)
        memcpy(fp, slot, t->param_slots * sizeof *fp);
    cx->run = &r;
    start(cx, &r, func, fp);
    cx->run = r.outer;
    if (!inside && !cx->trap)
        memcpy(slot + t->result_at, fp + t->result_at, t->result_slots * sizeof *fp);
}
