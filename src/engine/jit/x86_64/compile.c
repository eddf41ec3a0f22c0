/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* compile.c - the machine x86-64: eBPF functions that are compiled together, and what they share, as one piece of code.
 *
 * It is made without a lock; the image's is taken to put it in place. Where another thread has made a function
 * meanwhile, that one stays what the image knows, and ours is called within the piece alone. */
#include "base/platform.h"
#include "engine/jit/code.h"
#include "engine/jit/tell.h"
#include "engine/jit/x86_64/desk.h"
#include <elf.h>
#include <stdlib.h>
#include <string.h>

/* Where the functions of a piece begin, and their spots. */
struct piece {
    u32 *start; /* positions; [n]: the end */
    u32 *spot;  /* index of the first spot */
    struct jbody *body;
};

static int no_memory(struct error *e) {
    return fail(e, E_NOMEM, NOWHERE, "out of memory to compile");
}

/* Of wide functions r14 is theirs and r13 holds ctx.region; r11 counts fuel. */
static int places(struct unit *u) {
    u32 gpr = x86_64_machine.gpr & ~(1u << R14 | 1u << R13 | 1u << R11);
    if (u->fixed)
        return jit_fixed_values(u);
    return jit_values(u) || jit_alloc(u, gpr, x86_64_machine.xmm) ? u->e->code : 0;
}

static u64 count_proven(const struct unit *u) {
    u64 n = 0;
    for (u32 k = 0; u->l->checks && k < u->naccess; k++) {
        u32 pc = u->access[k];
        n += u->g.blk[u->g.of[pc]].reachable &&
             (u->o.place[pc].access == ACCESS_FRAME || (u->fact && u->fact[pc].bits & FACT_SAFE) || proven_field(u, pc));
    }
    return n;
}

static int one(struct emit *e, struct unit *u, struct jbody *body, struct error *err) {
    e->u = u;
    e->epilogue = enc_label(e->c);
    enc_bind(e->c, e->function[u->index]);
    if (!emit_function(e))
        return e->oom || e->c->oom ? no_memory(err)
                                   : fail(err, E_UNSUP, NOWHERE, "%s: an instruction that has no code", u->f->name);
    *body = (struct jbody){.func = u->index,
                           .frame = e->frame,
                           .pushed = e->pushed,
                           .pushes = e->pushes,
                           .homes = u->homes,
                           .fixed = u->fixed};
    for (u32 r = 0; r < NREG_EBPF; r++)
        body->hidden |= (u32)(x86_64_machine.ebpf[r] == e->rows || x86_64_machine.ebpf[r] == e->values) << r;
    body->proven = count_proven(u);
    return 0;
}

/* Copies the code to where it runs and says where each function is. Under the lock. */
static int place(struct emit *e, struct piece *p, u32 n, struct error *err) {
    struct jimage *im = e->im;
    struct spot *spot = arena_some(&im->arena, struct spot, e->nspot + 1);
    struct jbody *body = arena_some(&im->arena, struct jbody, n);
    struct jthunks thunk = {0};
    const u8 *enter, *first;
    u64 at;
    u8 *to;
    if (!spot || !body || !(to = code_room(im->area, e->c->size, &at)))
        return no_memory(err);
    enc_place(e->c, to, at);
    if (e->nspot) {
        enc_follow(e->c, &e->spot->at, e->nspot, sizeof *e->spot);
        memcpy(spot, e->spot, e->nspot * sizeof *spot);
    }
    enc_follow(e->c, p->start, n + 1, sizeof *p->start);
    if (n)
        enc_follow(e->c, &p->body->pushes, n, sizeof *p->body);
    thunks_place(e->t, at, &thunk);
    if (!im->thunk.enter)
        im->thunk = thunk;
    memcpy(body, p->body, n * sizeof *body);
    for (u32 k = 0; k < n; k++) {
        struct jbody *b = &body[k];
        b->code = (const u8 *)(uintptr_t)at + p->start[k];
        b->size = p->start[k + 1] - p->start[k];
        b->pushes -= p->start[k];
        b->spot = spot + p->spot[k];
        b->nspot = p->spot[k + 1] - p->spot[k];
        for (u32 s = 0; s < b->nspot; s++)
            spot[p->spot[k] + s].at -= p->start[k];
        if (!jit_body_add(im, b))
            return no_memory(err);
    }
    if (!code_publish(im->area))
        return fail(err, E_UNSUP, NOWHERE, "the system does not let memory be code");
    enter = (const u8 *)(uintptr_t)thunk.enter;
    first = (const u8 *)(uintptr_t)thunk.first;
    jit_tell_thunk(im, enter, (u32)(first - enter), THUNK_ENTER);
    jit_tell_thunk(im, first, (u32)((const u8 *)thunk.trap[0] - first), THUNK_FIRST);
    jit_tell(im, body, n);
    for (u32 k = 0; k < n; k++) {
        struct jfunc *f = &im->func[body[k].func];
        if (atomic_load_explicit(&f->body, memory_order_relaxed))
            continue;
        im->proven += body[k].proven;
        atomic_store_explicit(&f->body, &body[k], memory_order_release);
        atomic_store_explicit(&f->entry, (const void *)body[k].code, memory_order_release);
    }
    return 0;
}

/* What is known of the stack is so for all of a piece: of what it calls elsewhere, too. */
static void share_stack(const struct emit *e, const struct unit *unit, struct jbody *body, u32 n) {
    bool zero = false;
    for (u32 f = 0; f < e->im->nfunc; f++)
        zero |= unit[f].wanted ? unit[f].o.escapes : e->made[f] && e->made[f]->zero_stack;
    for (u32 k = 0; k < n; k++)
        body[k].zero_stack = zero;
}

static int all(struct emit *e, struct unit *unit, struct arena *a, struct error *err) {
    struct jimage *im = e->im;
    struct thunks t;
    struct piece p;
    u32 n = 0, k = 0;
    bool wide = false;
    for (u32 f = 0; f < im->nfunc; f++) {
        n += unit[f].wanted;
        wide |= !im->m->func[f].typed && im->m->func[f].nreg > NREG_EBPF;
    }
    p = (struct piece){arena_new(a, u32, n + 1), arena_new(a, u32, n + 1), arena_new(a, struct jbody, n)};
    e->function = arena_new(a, u32, im->nfunc);
    if (!p.start || !p.spot || !p.body || !e->function)
        return no_memory(err);
    thunks_begin(&t, e->c, im->l.fuel, wide);
    e->t = &t;
    thunks_emit(&t);
    for (u32 f = 0; f < im->nfunc; f++)
        e->function[f] = enc_label(e->c);
    for (u32 f = 0; f < im->nfunc; f++) {
        if (!unit[f].wanted) { /* not to be called from here */
            enc_bind(e->c, e->function[f]);
            continue;
        }
        enc_align(e->c, 16);
        p.start[k] = enc_pos(e->c);
        p.spot[k] = e->nspot;
        if (places(&unit[f]) || one(e, &unit[f], &p.body[k], err))
            return err->code;
        k++;
    }
    p.start[n] = enc_pos(e->c);
    p.spot[n] = e->nspot;
    share_stack(e, unit, p.body, n);
    if (!enc_finish(e->c))
        return no_memory(err);
    pthread_mutex_lock(&im->lock);
    place(e, &p, n, err);
    pthread_mutex_unlock(&im->lock);
    return err->code;
}

/* Marks what root reaches by calls, but for what is there already. */
static int want(struct emit *e, struct unit *unit, u32 root, struct arena *a, struct error *err) {
    const struct jimage *im = e->im;
    u32 *queue = arena_some(a, u32, im->nfunc), n = 0;
    e->made = arena_new(a, const struct jbody *, im->nfunc);
    if (!queue || !e->made)
        return no_memory(err);
    for (u32 f = 0; f < im->nfunc && root == ALL_FUNCS; f++)
        unit[f].wanted = !unit[f].typed;
    if (root >= im->nfunc)
        return 0;
    unit[root].wanted = true;
    queue[n++] = root;
    for (u32 at = 0; at < n; at++) {
        const struct func *f = unit[queue[at]].f;
        for (u32 pc = 0; pc < f->nslot; pc++) {
            u32 to = (u32)f->code[pc].imm;
            if (f->code[pc].op != OP_callf || unit[to].wanted || e->made[to])
                continue;
            e->made[to] = atomic_load_explicit(&im->func[to].body, memory_order_acquire);
            if (e->made[to])
                continue;
            unit[to].wanted = true;
            queue[n++] = to;
        }
    }
    return 0;
}

static int ebpf(struct jimage *im, u32 root, struct error *err) {
    struct emit e = {.l = &im->l, .im = im, .rows = NO_REG, .values = NO_REG, .spots = wants_spots(&im->l)};
    struct unit *unit;
    struct desk *d;
    bool any = false;
    int r = 0;
    if (root >= im->nfunc) /* the first of all: nobody else is at it */
        im->cpu = cpu_features() & ~im->l.jit.without;
    for (u32 f = 0; f < im->nfunc; f++)
        any |= !im->m->func[f].typed;
    if (!any) /* which need thunks */
        return 0;
    if (!(d = desk_take(im)))
        return no_memory(err);
    desk_use(d, &e);
    if (!(unit = arena_new(&d->a, struct unit, im->nfunc)))
        r = no_memory(err);
    for (u32 f = 0; !r && f < im->nfunc; f++) {
        unit[f] = (struct unit){
            .mc = &x86_64_machine, .im = im, .l = &im->l, .f = &im->m->func[f], .index = f, .tmp = &d->a, .e = err};
        unit[f].typed = unit[f].f->typed;
        unit[f].homes = im->l.exact_regs;
        unit[f].fixed = !unit[f].typed && !unit[f].homes && unit[f].f->nreg == NREG_EBPF;
    }
    if (!r)
        r = want(&e, unit, root, &d->a, err);
    for (u32 f = 0; !r && f < im->nfunc; f++)
        if (unit[f].wanted)
            r = jit_unit(&unit[f]);
    if (!r)
        r = jit_origins(unit, im->nfunc, root, &d->a, err);
    if (!r)
        r = all(&e, unit, &d->a, err);
    desk_give(im, d, &e);
    return r;
}

static bool usable(void) {
    return cpu_features() & CPU_SSE41;
}

#define BIT(r) (1u << (r))
const struct machine x86_64_machine = {
    .name = "x86-64",
    .gpr = BIT(RAX) | BIT(RCX) | BIT(RDX) | BIT(RBX) | BIT(RSI) | BIT(RBP) | BIT(R8) | BIT(R9) | BIT(R12) | BIT(R13) |
           BIT(R14) | BIT(R11),
    .xmm = 0x3fff,
    .kept_gpr = BIT(RBX) | BIT(RBP) | BIT(R12) | BIT(R13),
    .ebpf = {RAX, RSI, RDX, RCX, R8, R9, RBX, RBP, R12, R13, R14},
    .arg_gpr = {RSI, RDX, RCX, R8, R9, RAX},
    .narg_gpr = 6,
    .arg_xmm = {XMM0, XMM1, XMM2, XMM3, XMM4, XMM5, XMM6, XMM7},
    .narg_xmm = 8,
    .ret_gpr = RAX,
    .ret_xmm = XMM0,
    .usable = usable,
    .stop = 0xcc, /* int3 */
    .elf_machine = EM_X86_64,
    .dwarf_return = 16,
    .unwind = x86_64_unwind,
    .ebpf_functions = ebpf,
    .typed_thunks = x86_64_typed_thunks,
    .typed_function = x86_64_typed_function,
};
