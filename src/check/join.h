/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* join.h - the quick way over a function: states joined where ways meet. */
#ifndef CHECK_JOIN_H
#define CHECK_JOIN_H
#include "check/inner.h"

/* From c->s on, at most so many instructions. False: it did not come to an end. */
bool join(struct check *c, u64 most);

/* into := what holds of both; with wide, what changes goes on to its end or the next of step. True: into has changed. Both
 * stand at the same place and hold the same kinds of things. own: of the places of the top frame (registers, then slots)
 * ids that stay with what is there; or NULL. */
bool state_join(struct check *c, struct state *into, const struct state *from, bool wide, const s64 *step, u32 nstep, const u32 *own);
bool merged_id(u32 id); /* made where two met: it says nothing outside of its state */

#endif
