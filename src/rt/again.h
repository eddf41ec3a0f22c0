/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* again.h - a run like the one before: nothing is set up but its fuel. All of it stands in the caller, since a run may
 * be shorter than the calls that led to it. */
#ifndef RT_AGAIN_H
#define RT_AGAIN_H
#include "rt/program.h"

void instance_enter_epoch(struct instance *in);
u32 instance_settle(
    struct instance *in); /* RUN_NONE; behind a run that is more than over: tail calls, traps, what it holds */

/* Fuel used by the last run. */
static inline u64 instance_insns(const struct instance *in) {
    const struct ctx *cx = &in->cx;
    s64 budget = in->slice + in->rest;
    return in->counts ? min64((u64)(budget - cx->fuel - cx->fuel_rest), (u64)budget) : 0;
}

/* instance_run with what it was given last time. The state must be RUN_AGAIN, and no interrupt wait. */
static inline void instance_run_again(struct instance *in) {
    struct ctx *cx = &in->cx;
    u32 state = RUN_AGAIN;
    in->state = RUN_ON;
    if (unlikely(cx->fuel_rest != in->rest)) /* what stands is not stored again: there are more stores than anything else */
        cx->fuel_rest = in->rest;
    if (unlikely(in->looks_up))
        instance_enter_epoch(in);
    in->entry.enter(cx, &in->entry);
    if (unlikely(cx->trap | in->nobject | (cx->nregion ^ in->fixed) | cx->tail_count | in->retval_set))
        state = instance_settle(in);
    if (unlikely(in->looks_up))
        atomic_store_explicit(&in->active, 0, memory_order_release);
    in->state = state;
}

#endif
