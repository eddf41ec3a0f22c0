/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* slow.h - what the handlers of typed functions leave to functions. */
#ifndef ENGINE_INTERP_TYPED_SLOW_H
#define ENGINE_INTERP_TYPED_SLOW_H
#include "engine/interp/typed/typed.h"

/* Notes where cx->trap was raised, and the frames from there out: the step at pc (NULL: where the innermost frame was
 * about to begin). */
void ityped_trap(struct ctx *cx, const struct step *pc, s64 fuel);
/* cx->trap came out of the step at pc. An exception goes on at its handler: the step there, *fp and *fuel of its
 * frame. NULL: it leaves the run, and is noted. */
const struct step *ityped_unwind(struct ctx *cx, const struct step *pc, u64 **fp, s64 *fuel);
/* Takes the next slice for the block or function that starts at to; false: trap, noted there. */
bool ityped_refuel(struct ctx *cx, const struct step *to, s64 fuel);
/* The same for an edge of the branch or jump table at pc: where to go on, or NULL. */
const struct step *ityped_refuel_edge(struct ctx *cx, const struct step *pc, u32 edge, s64 fuel);
/* pc is the stub of a function that is not lowered: its code, or NULL: cx->trap is set. */
const struct step *ityped_enter_lazy(struct ctx *cx, const struct step *pc, const u64 *fp);

/* Calls that leave the instance; false: cx->trap is set. */
bool ityped_call_out(struct ctx *cx, const struct step *pc, u64 *fp, s64 fuel, const struct funcref *f);
/* A tail call of f: 0: done, results at fp; above 0: the run ends by TRAP_TAIL_REF; below: cx->trap is set. */
int ityped_tail_out(struct ctx *cx, const struct step *pc, u64 *fp, s64 fuel, const struct funcref *f);
/* Element i for the calltab or tcalltab at pc, or NULL: cx->trap is set. */
const struct funcref *ityped_table_slow(struct ctx *cx, const struct step *pc, u64 i);
/* May reference f be called by the callref at pc? Else cx->trap is set. */
bool ityped_ref_fits(struct ctx *cx, const struct step *pc, const struct funcref *f);
void ityped_throw(struct ctx *cx, const struct step *pc, const u64 *fp, s64 fuel);
u64 ityped_object(struct ctx *cx, const struct step *pc, u64 *fp, s64 fuel);
u64 ityped_wait(struct ctx *cx, const struct step *pc, u64 *fp, s64 fuel);

#endif
