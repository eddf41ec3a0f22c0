/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* pass.h - which registers the parameters and results of typed functions are in.
 *
 * In order, each in the next register of its class: mc.arg_gpr, mc.arg_xmm; of results the first in mc.ret_gpr, mc.ret_xmm,
 * the others in those that are left. When a class has no more, in slot `slot` of the window at cx->slot_sp. */
#ifndef JIT_X86_64_PASS_H
#define JIT_X86_64_PASS_H
#include "engine/jit/jit.h"

struct passed {
    char type;          /* letter */
    bool vec, memory;   /* in a vector register; in neither, but in its slot */
    u8 reg;
    u32 slot;
};
struct passing {
    const struct machine *mc;
    const u32 *vt;
    bool result;
    u32 left, gpr, xmm, slot;
};

static inline struct passing pass_params(const struct machine *mc, const struct deftype *t) {
    return (struct passing){mc, t->vt, false, t->nparam, 0, 0, 0};
}
static inline struct passing pass_results(const struct machine *mc, const struct deftype *t) {
    return (struct passing){mc, t->vt + t->nparam, true, t->nresult, 0, 0, 0};
}

static inline u8 pass_register(const u8 *arg, u8 ret, bool result, u32 k) {
    if (!result)
        return arg[k];
    if (!k)
        return ret;
    for (u32 j = 0;; j++)
        if (arg[j] != ret && !--k)
            return arg[j];
}

static inline bool pass_next(struct passing *p, struct passed *out) {
    if (!p->left)
        return false;
    p->left--;
    *out = (struct passed){.type = (char)vt_letter(*p->vt), .slot = p->slot};
    p->slot += vt_slots(*p->vt++);
    out->vec = out->type == 'F' || out->type == 'D' || out->type == 'V';
    if (out->vec) {
        out->memory = p->xmm == p->mc->narg_xmm;
        if (!out->memory)
            out->reg = pass_register(p->mc->arg_xmm, p->mc->ret_xmm, p->result, p->xmm);
        p->xmm += !out->memory;
    } else {
        out->memory = p->gpr == p->mc->narg_gpr;
        if (!out->memory)
            out->reg = pass_register(p->mc->arg_gpr, p->mc->ret_gpr, p->result, p->gpr);
        p->gpr += !out->memory;
    }
    return true;
}

enum { SAVED_BYTES = 16 * 16 + 8 * 9 }; /* what thunk_typed.c saves where code calls C in the middle of something */

#endif
