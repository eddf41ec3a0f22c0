/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* slow.h - what the handlers leave to functions: misses, refills, traps, odd calls. */
#ifndef ENGINE_INTERP_SLOW_H
#define ENGINE_INTERP_SLOW_H
#include "engine/interp/forms.h"


/* An access at run->addr that its likely region does not hold: found, served, or a trap is set (false). */
bool read_missed(struct ctx *cx, u32 size, u64 *val);
bool write_missed(struct ctx *cx, u32 size);
bool atomic_missed(struct ctx *cx, u64 addr, u32 size, bool write);

/* Notes where and with which registers cx->trap was raised: the step at pc. */
void record_trap(struct ctx *cx, const struct step *pc, const u64 *fp, s64 fuel);
/* Takes the next slice for the block or function that starts at to; false: trap, recorded there. */
bool refuel(struct ctx *cx, const struct step *to, const u64 *fp, s64 fuel);
/* The same for edge run->val of the branch at pc: where to go on, or NULL. */
const struct step *refuel_edge(struct ctx *cx, const struct step *pc, const u64 *fp, s64 fuel);

/* Target of a gotox in function en, or NULL. */
const struct label *jump_target(struct ctx *cx, const struct entry *en, u64 v);
/* The steps `copy` and `sum` at pc: run the loop behind them while nothing can trap or run out of fuel. */
void copy_loop(struct ctx *cx, const struct step *pc, u64 *fp, s64 *fuel);
void sum_loop(struct ctx *cx, const struct step *pc, u64 *fp, s64 *fuel);
/* The frame of a call from pc to en, with registers of its own where the image needs that; the
 * callee's registers, or NULL: too deep. */
u64 *push_window(struct ctx *cx, const struct step *pc, u64 *fp, const struct entry *en);

#endif
