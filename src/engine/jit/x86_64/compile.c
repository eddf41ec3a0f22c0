/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* compile.c - the machine x86-64: all eBPF functions of a program, and what they share, as one piece of code. */
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
    u->im->proven += count_proven(u);
    u->im->zero_stack |= u->o.escapes;
    return 0;
}

/* Copies the code to where it runs and says where each function is. */
static int place(struct emit *e, struct piece *p, u32 n, struct error *err) {
    struct jimage *im = e->im;
    struct spot *spot = arena_some(&im->arena, struct spot, e->nspot + 1);
    const u8 *enter, *first;
    u64 at;
    u8 *to;
    if (!enc_finish(e->c) || !spot || !(to = code_room(im->area, e->c->size, &at)))
        return no_memory(err);
    enc_place(e->c, to, at);
    if (e->nspot) {
        enc_follow(e->c, &e->spot->at, e->nspot, sizeof *e->spot);
        memcpy(spot, e->spot, e->nspot * sizeof *spot);
    }
    enc_follow(e->c, p->start, n + 1, sizeof *p->start);
    if (n)
        enc_follow(e->c, &p->body->pushes, n, sizeof *p->body);
    thunks_place(e->t, at, &im->thunk);
    for (u32 k = 0; k < n; k++) {
        struct jbody *b = &p->body[k];
        b->code = (const u8 *)(uintptr_t)at + p->start[k];
        b->size = p->start[k + 1] - p->start[k];
        b->pushes -= p->start[k];
        b->spot = spot + p->spot[k];
        b->nspot = p->spot[k + 1] - p->spot[k];
        for (u32 s = 0; s < b->nspot; s++)
            spot[p->spot[k] + s].at -= p->start[k];
        im->by_code[im->nbody++] = b;
        atomic_store_explicit(&im->func[b->func].body, b, memory_order_relaxed);
        atomic_store_explicit(&im->func[b->func].entry, (const void *)b->code, memory_order_relaxed);
    }
    if (!code_publish(im->area))
        return fail(err, E_UNSUP, NOWHERE, "the system does not let memory be code");
    enter = (const u8 *)(uintptr_t)im->thunk.enter;
    first = (const u8 *)(uintptr_t)im->thunk.first;
    jit_tell_thunk(im, enter, (u32)(first - enter), THUNK_ENTER);
    jit_tell_thunk(im, first, (u32)((const u8 *)im->thunk.trap[0] - first), THUNK_FIRST);
    jit_tell(im, p->body, n);
    return 0;
}

static int all(struct emit *e, struct unit *unit, struct arena *a, struct error *err) {
    struct jimage *im = e->im;
    struct thunks t;
    struct piece p;
    u32 n = 0, k = 0;
    bool wide = false;
    for (u32 f = 0; f < im->nfunc; f++) {
        n += !im->m->func[f].typed;
        wide |= !im->m->func[f].typed && im->m->func[f].nreg > NREG_EBPF;
    }
    p = (struct piece){arena_new(a, u32, n + 1), arena_new(a, u32, n + 1), arena_new(&im->arena, struct jbody, n)};
    im->by_code = calloc(n + 1, sizeof *im->by_code);
    im->cbody = n + 1;
    e->function = arena_new(a, u32, im->nfunc);
    if (!p.start || !p.spot || !p.body || !im->by_code || !e->function)
        return no_memory(err);
    im->wide = wide;
    thunks_begin(&t, e->c, im->l.fuel, wide);
    e->t = &t;
    thunks_emit(&t);
    for (u32 f = 0; f < im->nfunc; f++)
        e->function[f] = enc_label(e->c);
    for (u32 f = 0; f < im->nfunc; f++) {
        if (unit[f].typed) { /* not to be called from here */
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
    return place(e, &p, n, err);
}

static int ebpf(struct jimage *im, struct error *err) {
    struct emit e = {.l = &im->l, .im = im, .rows = NO_REG, .values = NO_REG, .spots = wants_spots(&im->l)};
    struct unit *unit;
    struct desk *d;
    int r = 0;
    im->cpu = cpu_features() & ~im->l.jit.without;
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
        if (!unit[f].typed)
            r = jit_unit(&unit[f]);
    }
    if (!r)
        r = jit_origins(unit, im->nfunc, &d->a, err);
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
