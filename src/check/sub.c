/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* sub.c - functions of the program: called, called back, left again.
 *
 * A static function is looked at anew for each call, in the frames that call it (summary.c: unless another call of it was given as
 * much). A global one is walked once, for any
 * arguments of its signature (check.c), and a call only looks at those. A callback is walked as often as states differ:
 * on its exit the way goes on in front of the call that runs it, where it may be run again or not. */
#include "check/global.h"
#include "check/join.h"
#include <stdlib.h>
#include <string.h>

bool enter_function(struct check *c, struct state *s, u32 func, u32 ret, u8 cb) {
    struct frame *f;
    if (s->nframe == FRAMES) {
        unproven(c, CHECK_CALL_DEPTH, -1)->have = FRAMES;
        c->gave_up = c->stop = true;
        return false;
    }
    for (u32 k = 0; k < s->nframe; k++)
        if (s->f[k]->func == func) {
            unproven(c, CHECK_RECURSION, -1)->name = c->m->func[func].name;
            c->gave_up = c->stop = true;
            return false;
        }
    if (!function(c, func) || !(f = frame_new(&c->pool))) {
        out_of_memory(c);
        return false;
    }
    f->func = func;
    f->ret = ret;
    f->cb = cb;
    f->r[REG_FP] = reg_pointer(VAL_STACK);
    f->r[REG_FP].frame = (u8)s->nframe;
    s->f[s->nframe++] = f;
    s->pc = 0;
    for (struct part *p = c->part; p; p = p->outer) {
        u32 k = 0;
        p->deep = s->nframe > p->nframe + p->deep ? s->nframe - p->nframe : p->deep;
        while (k < p->nfunc && p->func[k] != func)
            k++;
        if (k < PART_FUNCS)
            p->func[k] = func;
        p->odd |= k == PART_FUNCS;
        p->nfunc += k == p->nfunc && k < PART_FUNCS;
    }
    return true;
}

/* It is to be looked at, and what is looked at now once more for its length, when that of the function is known. */
static void ask(struct check *c, u32 func, struct fn *g) {
    c->waits = true;
    if (g->asked == c->looks)
        return;
    g->asked = c->looks;
    if (c->nasked == c->capasked) {
        u32 cap = c->capasked * 2;
        struct asked *a = realloc(c->asked, cap * sizeof *a);
        if (!a) {
            out_of_memory(c);
            return;
        }
        c->asked = a;
        c->capasked = cap;
    }
    c->asked[c->nasked++] = (struct asked){.func = func};
}

static void call_global(struct check *c, u32 func, struct fn *g) {
    const char *name = c->m->func[func].name;
    struct frame *f;
    for (u32 r = 1; r <= g->narg; r++) {
        const struct reg *want = &g->arg[r - 1], *x = read_reg(c, (u16)r);
        bool null = false;
        struct check_fail *bad = NULL;
        if (!x)
            continue;
        if (want->kind == VAL_SCALAR) {
            if (x->kind != VAL_SCALAR)
                bad = unproven(c, CHECK_SUBPROG_ARG, (int)r);
        } else if (want->kind == VAL_MEM) {
            null = x->kind == VAL_SCALAR && scalar_is_const(&x->var) && !x->var.umin;
            if (null)
                precise(c, x);
            if (x->flags & R_NULL && reg_is_pointer(x))
                null =
                    want->flags & R_NULL && (x->kind == VAL_MAP_VALUE || x->kind == VAL_MEM) && x->size >= want->size;
            if ((null && !(want->flags & R_NULL)) || (!null && x->flags & R_NULL))
                bad = unproven(c, CHECK_NULLABLE, (int)r);
            else if (!null && (x->kind == VAL_STACK || pass_memory(c, (u16)r, r, want->size, false, name)))
                pass_memory(c, (u16)r, r, want->size, true,
                            name); /* it may write there; of the stack all is zero at first */
        } else if (x->kind != want->kind || !reg_at_start(x) || x->flags & R_NULL) {
            bad = unproven(c, CHECK_SUBPROG_ARG, (int)r);
        }
        if (bad) {
            bad->arg = (u8)r;
            bad->name = name;
        }
    }
    if (c->s.lock_map != NO_INDEX)
        unproven(c, CHECK_IN_LOCK, -1)->name = name;
    if (may_change_packet(c, func))
        forget_packets(c);
    if (g->global == GLOBAL_NO)
        ask(c, func, g);
    else
        add_length(c, g->length);
    if (!(f = own(c, top_index(c))))
        return;
    for (u32 r = 1; r <= 5; r++)
        f->r[r] = (struct reg){0};
    f->r[0] = reg_scalar(scalar_any());
}

void call_function(struct check *c, u32 func) {
    struct fn *g = function(c, func);
    const struct frame *caller;
    struct frame *f;
    if (!g)
        return;
    if (c->m->func[func].global && global_signature(c, func)) {
        call_global(c, func, g);
        return;
    }
    if (c->join && call_summed(c, func))
        return;
    caller = top(c);
    if (!enter_function(c, &c->s, func, c->s.pc, CB_NONE))
        return;
    f = top(c);
    for (u32 r = 1; r <= 5; r++)
        f->r[r] = caller->r[r];
}

/* --- callbacks --- */

static bool callback_args(struct check *c, struct callee *k, u8 kind, const struct frame *caller, struct frame *f) {
    struct reg *r = f->r;
    switch (kind) {
    case CB_LOOP:
        r[1] = reg_scalar(scalar_load(4));
        if (caller->r[1].kind == VAL_SCALAR && caller->r[1].var.umax && caller->r[1].var.umax <= UINT32_MAX)
            r[1] = reg_scalar(scalar_range(0, caller->r[1].var.umax - 1));
        r[2] = caller->r[3];
        return true;
    case CB_EACH:
        r[4] = caller->r[3];
        /* fall through */
    case CB_TIMER:
        r[1] = reg_pointer(VAL_MAP);
        r[1].map = k->map;
        r[1].uid = k->map_uid;
        r[1].sub = k->inner;
        r[2] = reg_pointer(VAL_MAP_KEY);
        r[2].map = k->map;
        r[2].size = k->def->key_size;
        r[3] = reg_pointer(VAL_MAP_VALUE);
        r[3].map = k->map;
        r[3].size = k->def->value_size;
        r[3].sub = k->inner;
        r[3].uid = new_id(c);
        return true;
    case CB_DRAIN:
        r[1] = reg_pointer(VAL_DYNPTR);
        r[2] = caller->r[3];
        return true;
    case CB_VMA:
        r[1] = reg_pointer(VAL_OBJECT);
        r[1].flags = R_TRUSTED;
        r[2] = r[1];
        r[3] = caller->r[4];
        return true;
    case CB_LESS:
        r[1] = caller->r[2];
        r[1].ref = 0;
        r[1].flags = R_BORROWED;
        r[2] = r[1];
        return true;
    }
    return false;
}

void call_back(struct check *c, struct callee *k, u8 kind) {
    struct state *s;
    const struct frame *caller;
    if (c->m->func[k->func].typed) {
        arg_fails(c, k, CHECK_CALLBACK, 2);
        return;
    }
    if (!(s = fork_state(c)))
        return;
    caller = top(c);
    s->rounds++;
    if (kind == CB_TIMER) { /* it runs later, in a frame of its own */
        for (u32 j = 0; j < s->nframe; j++)
            frame_drop(&c->pool, s->f[j]);
        s->nframe = 0;
        s->nref = 0;
        s->lock_map = NO_INDEX;
        s->rcu = s->preempt = 0;
    }
    if (!enter_function(c, s, k->func, c->pc, kind)) {
        return;
    }
    callback_args(c, k, kind, caller, s->f[s->nframe - 1]);
}

/* --- exit --- */

static void result_range(struct check *c, const struct reg *r, s64 least, s64 most) {
    struct check_fail *x = NULL;
    if (r->kind != VAL_SCALAR) {
        unproven(c, r->kind == VAL_NONE ? CHECK_UNINIT_REG : CHECK_RETURN_TYPE, 0);
        return;
    }
    if (least > most)
        return;
    precise(c, r);
    if (r->var.smin32 < least || r->var.smax32 > most)
        x = unproven(c, CHECK_RETURN_RANGE, 0);
    if (x) {
        x->least = least;
        x->most = most;
    }
}

static void program_result(struct check *c, const struct reg *r) {
    s64 least = c->ctx->ranged ? c->ctx->least : 1, most = c->ctx->ranged ? c->ctx->most : 0;
    if (btf_result(c, &least, &most))
        result_range(c, r, least, most);
}

static void nothing_held(struct check *c, u32 frame) {
    for (u32 k = 0; k < c->s.nref; k++)
        if (c->s.ref[k].frame >= frame) {
            struct check_fail *x = unproven(c, c->s.ref[k].kind == REF_ITER ? CHECK_ITERATOR : CHECK_REF_LEAK, -1);
            x->at = c->s.ref[k].pc;
            return;
        }
}

static void leave_main(struct check *c, const struct frame *f) {
    nothing_held(c, 0);
    if (c->s.lock_map != NO_INDEX)
        unproven(c, CHECK_LOCK_STATE, -1);
    if (c->s.rcu || c->s.preempt)
        unproven(c, CHECK_SECTION, -1);
    if (f->cb == CB_TIMER)
        result_range(c, &f->r[0], 0, 0);
    else if (c->entry != c->prog->func)
        result_range(c, &f->r[0], 1, 0);
    else
        program_result(c, &f->r[0]);
    c->over = true;
    path_ended(c, 0);
}

void leave_frame(struct check *c, const struct reg *r0) {
    struct frame *f = top(c), *g;
    struct reg r = *r0;
    u32 ret = f->ret;
    u8 cb = f->cb;
    c->s.nframe--;
    frame_drop(&c->pool, f);
    c->s.pc = ret;
    for (u32 k = 0; k < c->s.nref; k++)
        if (c->s.ref[k].frame > top_index(c))
            c->s.ref[k].frame = (u8)top_index(c);
    if (cb)
        return; /* the registers of the caller are as they were in front of the call */
    if (!(g = own_slots(c, top_index(c), 0)))
        return;
    for (u32 k = 1; k <= 5; k++)
        g->r[k] = (struct reg){0};
    g->r[0] = r;
}

void leave(struct check *c) {
    struct frame *f = top(c);
    struct reg r0 = f->r[0];
    if (c->s.nframe == 1) {
        leave_main(c, f);
        return;
    }
    if (r0.kind == VAL_STACK) {
        unproven(c, CHECK_LEAK, 0)->name = "the caller";
        r0 = reg_scalar(scalar_any());
    }
    if (f->cb) {
        result_range(c, &r0, 0, 1);
        nothing_held(c, top_index(c));
    }
    if (!part_left(c))
        leave_frame(c, &r0);
}
