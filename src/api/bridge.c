/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bridge.c - the two kinds of functions call each other: a typed function as a kernel function of a program, a
 * program as an import of a typed module. Fuel goes along, so a chain through both ends when it is spent; an
 * instance of a program that runs already is not entered again, so the chain is as long as there are instances. */
#include "api/api.h"
#include <string.h>

static u64 fuel_left(const struct ctx *cx) {
    return cx->fuel + cx->fuel_rest > 0 ? (u64)(cx->fuel + cx->fuel_rest) : 0;
}

/* What a call took comes out of this slice first. */
static void pay_back(struct ctx *cx, u64 used) {
    if (!cx->in->counts)
        return;
    cx->fuel -= (s64)min64(used, INT64_MAX / 4);
    if (cx->fuel < 0)
        cx->services->refuel(cx);
}

/* ---- typed code calls a program ---- */

bool call_program(struct ctx *cx, void *arg, u64 *slot) {
    const struct host_func *f = arg;
    struct run_input i = {.type = &ctxtypes[PROG_RAW]};
    u32 at = (u32)slot[0], len = (u32)slot[1], code;
    u64 used = 0, size = cx->in->p->m->nmemory ? memory_size(cx->mem[0]) : 0;
    if (len > size || at > size - len)
        return trap(cx, TRAP_OUT_OF_BOUNDS);
    if (!(i.budget = fuel_left(cx)))
        return trap(cx, TRAP_FUEL);
    i.mem = len ? cx->mem[0]->base + at : NULL;
    i.mem_len = len;
    if (f->ebpf->in.state == RUN_ON)
        return trap(cx, TRAP_HOST); /* it runs already, further out in this chain */
    f->ebpf->mem = i.mem;
    f->ebpf->in.caller = group_of(cx->in);
    code = instance_run(&f->ebpf->in, f->entry->prog->func, &i, &used);
    f->ebpf->in.caller = NULL;
    if (code)
        return trap(cx, code);
    slot[0] = f->ebpf->in.cx.ret;
    pay_back(cx, used);
    return !cx->trap;
}

int run_for_guest(struct ctx *cx, struct svm_instance *ebpf, const struct svm_entry *e, struct svm_input *i,
                  struct svm_result *r) {
    int rc;
    if (!(i->budget = fuel_left(cx))) {
        trap(cx, TRAP_FUEL);
        return SVM_ETRAP;
    }
    if (ebpf->in.state == RUN_ON)
        return SVM_EBUSY; /* further out in this chain */
    ebpf->in.caller = group_of(cx->in);
    rc = svm_run_entry(ebpf, e, i, r, NULL);
    ebpf->in.caller = NULL;
    if (rc && rc != SVM_ETRAP)
        return rc;
    pay_back(cx, r->insns);
    if (rc && (r->trap == TRAP_FUEL || r->trap == TRAP_INTERRUPT))
        trap(cx, r->trap);
    return rc;
}

/* ---- a program calls typed code ---- */

static u64 call_export(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    const struct funcref *f = cx->callee->user;
    struct instance *in = f->owner;
    u64 slot[5] = {r1, r2, r3, r4, r5}, kept = in->typed->fuel;
    struct visit v = {cx->in, group_of(in)->visit};
    bool nested = group_of(in)->running != NULL; /* then the chain that it belongs to has its fuel */
    u32 code;
    for (u32 i = 0; i < f->type->nparam; i++)
        if (f->type->vt[i] == 'I')
            slot[i] = (u32)slot[i];
    in->typed->fuel = fuel_left(cx);
    group_of(in)->visit = &v; /* who interrupts the program, stops it here too */
    code = group_call(in, f, slot);
    group_of(in)->visit = v.outer;
    in->typed->fuel = kept;
    if (code)
        return trap(cx, code);
    if (!nested)
        pay_back(cx, in->typed->insns);
    return f->type->nresult ? slot[0] : 0;
}

static bool only_integers(const struct rtype *t) {
    if (t->nparam > 5 || t->nresult > 1)
        return false;
    for (u32 i = 0; i < t->nparam + t->nresult; i++)
        if (t->vt[i] != 'I' && t->vt[i] != 'L')
            return false;
    return true;
}

const struct helper *export_as_kfunc(void *instance, struct arena *a, const char *name) {
    const struct svm_instance *in = instance;
    const struct entity *x = program_export(in->in.p, name, strlen(name));
    struct helper *h;
    if (!x || x->kind != ENTITY_FUNC || !only_integers(in->in.typed->func[x->index].type) ||
        !(h = arena_new(a, struct helper, 1)))
        return NULL;
    *h = (struct helper){.name = name, .fn = call_export, .user = &in->in.typed->func[x->index], .result = RET_SCALAR};
    for (u32 i = 0; i < 5; i++)
        h->arg[i] = ARG_ANY;
    return h;
}
