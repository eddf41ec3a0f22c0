/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower.c - a module's functions, one after the other, to steps.
 *
 * cfg -> live -> origins_of -> for each run of blocks: build, fuse, emit -> branches
 * patched; after the last function, calls. */
#include "engine/interp/lower.h"
#include "abi/ctxtype.h"
#include "opt/callers.h"
#include <stdlib.h>
#include <string.h>

enum { ALL_PARAMS = 0x3e }; /* r1 .. r5 */

/* --- origins of arguments, over all calls of a function --- */

/* Callees before callers, as far as calls are direct: which arguments a function reads. */
static int parameters(struct lower *w, const struct callers *c) {
    const struct module *m = w->l->m;
    u32 i;
    for (i = c->nqueue; m->nfunc > 1 && i-- > 0;) {
        w->f = &m->func[c->queue[i]];
        if (cfg_build(&w->g, w->f, &w->tmp, w->e) || live_blocks(w))
            return w->e->code;
        w->params[c->queue[i]] = w->livein[0] & ALL_PARAMS;
        arena_drop(&w->tmp);
    }
    return 0;
}

static int look(void *arg, u32 f, const u32 args[5], const struct origin_calls *calls) {
    struct lower *w = arg;
    w->f = &w->l->m->func[f];
    if (cfg_build(&w->g, w->f, &w->tmp, w->e) || live_blocks(w) ||
        origins_of(&w->o, w->l, w->f, &w->g, w->livein, args, calls, &w->tmp, w->e))
        return w->e->code;
    arena_drop(&w->tmp);
    return 0;
}

static int arguments(struct lower *w, struct callers *c, struct arena *a) {
    u32 n = w->l->m->nfunc;
    w->params = arena_new(a, u64, n);
    if (!w->params)
        return fail(w->e, E_NOMEM, NOWHERE, "out of memory");
    for (u32 k = 0; k < n; k++)
        w->params[k] = ALL_PARAMS;
    return callers_find(c, w->l, CALLERS_ALL, look, w, a, w->e);
}

/* --- one function --- */

static int prologue(struct lower *w) {
    struct step s = {0};
    u32 i;
    for (u16 r = 0; r < REG_FP; r++) /* registers that are read before they are written are 0 */
        if ((r == 0 || r > 5) && w->livein[0] >> r & 1) {
            s = (struct step){.h = handler_at(H_const_s), .a = r};
            if (put_step(w, s, 0))
                return w->e->code;
        }
    if (w->o.zero_len && !w->en->leaf) { /* a leaf has no frame: r10 is its caller's */
        s = (struct step){.h = handler_at(H_zero), .a = (u16)(w->o.zero_off / 8)};
        s.imm = (s32)w->o.zero_len;
        if (put_step(w, s, 0))
            return w->e->code;
    }
    for (i = 0; i < w->f->nslot; i++)
        if (w->f->code[i].op == OP_may_goto) {
            s = (struct step){.h = handler_at(H_may_init)};
            return put_step(w, s, 0);
        }
    return 0;
}

/* A function that calls nothing and has nothing to do with r6 .. r10 needs no frame. */
static bool is_leaf(const struct func *f) {
    for (u32 i = 0; i < f->nslot; i++) {
        struct regs in = isa_reads(&f->code[i]), out = isa_writes(&f->code[i]);
        u16 op = f->code[i].op;
        if (op == OP_call || op == OP_callf || op == OP_callk || op == OP_callx || op == OP_may_goto)
            return false;
        for (u32 k = 0; k < in.n; k++)
            if (in.r[k] >= 6) /* that is 0 at entry, and would be what the caller finds */
                return false;
        for (u32 k = 0; k < out.n; k++)
            if (out.r[k] >= 6)
                return false;
    }
    return true;
}

/* Does block b go on in block b + 1, and is that the only way there? */
static bool runs_on(const struct cfg *g, u32 b) {
    return b + 1 < g->nblk && g->blk[b].succ[0] == b + 1 && !g->blk[b + 1].jumped_to;
}

static int labels(struct lower *w) {
    struct label *l;
    u32 b;
    if (!w->f->jump_ok)
        return 0;
    l = arena_new(&w->im->arena, struct label, w->f->nslot);
    if (!l)
        return fail(w->e, E_NOMEM, NOWHERE, "out of memory");
    for (b = 0; b < w->g.nblk; b++)
        l[w->g.blk[b].start] = (struct label){w->blockpos[b], w->l->fuel ? w->g.blk[b].charge : 0};
    w->en->label = l;
    return 0;
}

static int function(struct lower *w, u32 index, const u32 args[5]) {
    u32 b, end, i;
    w->f = &w->l->m->func[index];
    w->en = &w->im->entry[index];
    w->en->f = w->f;
    w->en->start = w->nout;
    w->en->nreg = w->f->nreg;
    w->en->first_lead = w->nlead;
    w->nfix = 0;
    w->stamp = 0;
    if (cfg_build(&w->g, w->f, &w->tmp, w->e) || live_blocks(w) ||
        origins_of(&w->o, w->l, w->f, &w->g, w->livein, args, NULL, &w->tmp, w->e))
        return w->e->code;
    w->im->zero_stack |= w->o.escapes;
    w->cur = arena_new(&w->tmp, struct cur, (size_t)w->f->nreg + 1);
    w->blockpos = arena_new(&w->tmp, u32, w->g.nblk);
    if (!w->cur || !w->blockpos)
        return fail(w->e, E_NOMEM, NOWHERE, "out of memory");
    w->en->charge = w->l->fuel ? w->g.blk[0].charge : 0;
    if (prologue(w))
        return w->e->code;
    for (b = 0; b < w->g.nblk; b = end) {
        for (end = b + 1; runs_on(&w->g, end - 1); end++)
            ;
        if (build_nodes(w, b, end))
            return w->e->code;
        if (!w->l->exact_regs) /* a pair that is one step leaves the register between them alone */
            fuse_nodes(w);
        if (emit_nodes(w, b, end))
            return w->e->code;
    }
    for (i = 0; i < w->nfix; i++) {
        struct extra *x = (struct extra *)&w->out[w->fix[i].step + 1];
        x->edge[w->fix[i].edge].off =
            (s32)(((s64)w->blockpos[w->fix[i].block] - w->fix[i].step) * (s64)sizeof(struct step));
    }
    w->en->end = w->nout;
    w->en->nlead = w->nlead - w->en->first_lead;
    if (labels(w))
        return w->e->code;
    arena_drop(&w->tmp);
    return 0;
}

int lower_module(struct image *im, const struct link_view *l, struct error *e) {
    struct lower w = {.im = im, .l = l, .e = e};
    const struct module *m = l->m;
    struct callers callers = {0};
    struct arena a = {0};
    u32 i, n = 0;
    int r = 0;
    im->m = m;
    im->nfunc = m->nfunc;
    im->helper = l->helper;
    im->nhelper = l->nhelper;
    im->frame_size = l->frame_size;
    for (i = 0; i < m->nfunc; i++) {
        if (m->func[i].typed) /* lowered when they are called (typed/lower.c) */
            continue;
        n++;
        im->wide |= m->func[i].nreg > NREG_EBPF;
        if (m->func[i].nreg > im->max_nreg)
            im->max_nreg = m->func[i].nreg;
    }
    if (!n) /* no more is needed of what nobody runs */
        return 0;
    im->entry = arena_new(&im->arena, struct entry, m->nfunc + 1);
    if (!im->entry) {
        r = fail(e, E_NOMEM, NOWHERE, "out of memory");
        goto out;
    }
    for (i = 0; i < m->nfunc; i++)
        im->entry[i].leaf = !m->func[i].typed && !im->wide && is_leaf(&m->func[i]);
    /* step 0: where the first frame of a run returns to */
    r = put_step(&w, (struct step){.h = handler_at(H_leave)}, 0);
    if (!r)
        r = arguments(&w, &callers, &a);
    if (!r)
        r = parameters(&w, &callers);
    for (i = 0; !r && i < m->nfunc; i++)
        if (!m->func[i].typed)
            r = function(&w, i, callers.args[i]);
    if (r)
        goto out;
    for (i = 0; i < w.ncall; i++) {
        struct step *s = &w.out[w.call[i].step];
        const struct entry *en = &im->entry[w.call[i].func];
        ((struct extra *)(s + 1))->x = en->charge;
        if (!im->wide)
            s->imm = (s32)(((s64)en->start - w.call[i].step) * (s64)sizeof *s);
    }
    im->code = w.out;
    im->pc = w.out_pc;
    im->nstep = w.nout;
    im->lead = w.lead;
    for (i = 0; i < m->nfunc; i++)
        im->entry[i].code = im->code + im->entry[i].start;
    w.out = NULL;
    w.out_pc = NULL;
    w.lead = NULL;
out:
    free(w.out);
    free(w.out_pc);
    free(w.lead);
    free(w.node);
    free(w.fix);
    free(w.call);
    arena_drop(&w.tmp);
    arena_drop(&a);
    return r;
}
