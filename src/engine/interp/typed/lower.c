/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower.c - a typed function to steps, when it is first called.
 *
 * cfg -> live -> for each run of blocks: build, fuse, emit -> edges patched -> published */
#include "engine/interp/typed/lower.h"
#include <stdlib.h>
#include <string.h>

enum { RUN_BLOCKS = 64 }; /* most blocks of a run: what leaves it looks at all that the run wrote */

void *ityped_room(struct tlower *w, void *p, u32 n, u32 *cap, size_t size) {
    u32 more = *cap ? 2 * *cap : 64;
    void *q = p;
    if (n < *cap)
        return p;
    q = realloc(p, more * size);
    if (!q) {
        fail(w->e, E_NOMEM, NOWHERE, "out of memory");
        return NULL;
    }
    *cap = more;
    return q;
}

static bool cleared(const struct tlower *w, const u64 *in, u32 r) {
    return live_has(in, (u16)r) && (live_has(w->read, (u16)r) || !live_has(w->zero, (u16)r));
}

/* Registers that are read before they are written are 0; parameters are not among them. */
static int clear_at_entry(struct tlower *w) {
    const u64 *in = live_in(&w->live, 0);
    u32 params = w->im->m->type[w->f->type].param_slots;
    for (u32 r = params, end; r < w->f->nreg; r = end) {
        struct step s = {.h = ityped_handler(T_zero), .a = (u16)r};
        end = r + 1;
        if (!cleared(w, in, r))
            continue;
        while (end < w->f->nreg && cleared(w, in, end))
            end++;
        if (end - r <= 2) { /* a constant each; for more a loop starts */
            end = r + 1;
            s.h = ityped_handler(T_const_s);
            if (ityped_put(w, s, 0))
                return w->e->code;
            continue;
        }
        s.imm = (s32)(end - r);
        if (ityped_put(w, s, 0))
            return w->e->code;
    }
    return 0;
}

/* Does block b go on in block b + 1, and is that the only way there? */
static bool runs_on(const struct cfg *g, u32 b) {
    return b + 1 < g->nblk && g->blk[b].succ[0] == b + 1 && !g->blk[b].ntab && !g->blk[b + 1].jumped_to;
}

static int by_edge(const void *p, const void *q) {
    const struct thread *a = p, *b = q;
    return a->step != b->step ? (a->step > b->step) - (a->step < b->step) : (a->edge > b->edge) - (a->edge < b->edge);
}

/* Edges lead somewhere, and handlers. */
static int patch(struct tlower *w, struct body *b) {
    u32 k, n = 0;
    for (k = 0; k < w->nfix; k++)
        n += w->fix[k].via != NBLOCK;
    b->thread = n ? malloc(n * sizeof *b->thread) : NULL;
    b->catch_ = w->f->nhandler ? malloc(w->f->nhandler * sizeof *b->catch_) : NULL;
    if ((n && !b->thread) || (w->f->nhandler && !b->catch_))
        return fail(w->e, E_NOMEM, NOWHERE, "out of memory");
    for (k = 0; k < w->nfix; k++) {
        const struct fix *x = &w->fix[k];
        struct edge *e = (struct edge *)&w->out[x->step + 1] + x->edge;
        e->off = (s32)(((s64)w->blockpos[x->block] - x->step) * (s64)sizeof(struct step));
        if (x->via != NBLOCK)
            b->thread[b->nthread++] = (struct thread){x->step - 1, x->edge, w->blockpos[x->via] - 1,
                                                      w->fuel ? w->g.blk[x->via].charge : 0};
    }
    if (n)
        qsort(b->thread, n, sizeof *b->thread, by_edge);
    for (k = 0; k < w->f->nhandler; k++) {
        u32 to = w->g.of[w->f->handler[k].target];
        b->catch_[k] = (struct label){w->blockpos[to] - 1, w->fuel ? w->g.blk[to].charge : 0};
    }
    return 0;
}

static int blocks(struct tlower *w) {
    u32 b, end;
    for (b = 0; b < w->g.nblk; b = end) {
        for (end = b + 1; end - b < RUN_BLOCKS && runs_on(&w->g, end - 1); end++)
            ;
        if (ityped_build(w, b, end) || ityped_fuse(w) || ityped_emit(w, b, end))
            return w->e->code;
    }
    return 0;
}

static struct body *lower(const struct image *im, u32 mode, u32 func, struct error *e) {
    struct tlower w = {.im = im, .f = &im->m->func[func], .e = e, .mode = mode, .fuel = im->typed->fuel};
    struct body *b = calloc(1, sizeof *b);
    struct head head = {.need = w.f->nreg, .func = func};
    u32 k;
    if (!b) {
        fail(e, E_NOMEM, NOWHERE, "out of memory");
        return NULL;
    }
    if (cfg_build(&w.g, w.f, &w.tmp, e) || live_build(&w.live, w.f, &w.g, &w.tmp, e))
        goto out;
    w.cur = arena_new(&w.tmp, struct cur, (size_t)w.f->nreg + 1);
    w.touched = arena_new(&w.tmp, u16, (size_t)w.f->nreg + 1);
    w.blockpos = arena_new(&w.tmp, u32, w.g.nblk);
    w.set = arena_new(&w.tmp, u64, w.live.nword);
    w.dirty = arena_new(&w.tmp, u32, w.f->nslot);
    if (!w.cur || !w.dirty || !w.touched || !w.blockpos || !w.set) {
        fail(e, E_NOMEM, NOWHERE, "out of memory");
        goto out;
    }
    if (ityped_zeros(&w) || ityped_put(&w, (struct step){0}, 0) || clear_at_entry(&w) || blocks(&w) || patch(&w, b))
        goto out;
    if (w.fuel)
        head.charge = w.g.blk[0].charge;
    memcpy(w.out, &head, sizeof head);
    memmove(w.out_pc, w.out_pc + 1, (w.nout - 1) * sizeof *w.out_pc);
    for (k = 0; k < w.nlead; k++)
        w.lead[k].step--;
    b->step = w.out + 1;
    b->nstep = w.nout - 1;
    b->pc = w.out_pc;
    b->lead = w.lead;
    b->nlead = w.nlead;
    b->second = w.second;
    b->nsecond = w.nsecond;
    w.out = NULL;
    w.out_pc = NULL;
    w.lead = NULL;
    w.second = NULL;
out:
    free(w.second);
    free(w.out);
    free(w.out_pc);
    free(w.lead);
    free(w.node);
    free(w.fix);
    free(w.clobber);
    arena_drop(&w.tmp);
    if (!e->code)
        return b;
    free(b->thread);
    free(b->catch_);
    free(b);
    return NULL;
}

const struct step *ityped_lower(const struct image *im, u32 mode, u32 f, struct error *e) {
    struct entry_t *en = atomic_load_explicit(&im->typed->entry[mode], memory_order_relaxed) + f;
    const struct step *code;
    pthread_mutex_lock(&im->typed->lock);
    code = atomic_load_explicit(&en->code, memory_order_relaxed);
    if (code == &en->stub[1]) {
        struct body *b = func_ready(im->m, f, e) ? NULL : lower(im, mode, f, e);
        code = NULL;
        if (b) {
            atomic_store_explicit(&en->body, b, memory_order_release);
            code = b->step;
            atomic_store_explicit(&en->code, code, memory_order_release);
        }
    }
    pthread_mutex_unlock(&im->typed->lock);
    return code;
}
