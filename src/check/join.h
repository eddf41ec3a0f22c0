/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* join.h - the quick way over a function: states joined where ways meet. */
#ifndef CHECK_JOIN_H
#define CHECK_JOIN_H
#include "check/inner.h"

/* From c->s on, at most so many instructions. False: it did not come to an end. */
bool join(struct check *c, u64 most);

/* A part of it by itself, while another is under way: quiet, where nothing that is found shall count. Its length, 0 where it is not known, and
 * steps; the caller has the say over c->s and c->quiet, which are gone and false behind it. */
bool join_from(struct check *c, u64 most, bool quiet, u64 *length, u64 *steps);
/* Of what is under way: a call was looked at that took so many instructions and steps; does this round count; steps that are left. */
void join_add(struct check *c, u64 length, u64 steps);
bool join_counts(const struct check *c);
u64 join_left(const struct check *c);

/* --- summary.c --- */
/* A call of a function in c->s, which stands behind it. True: s stands where it came back, as do ways that were forked off. */
bool call_summed(struct check *c, u32 func);
bool part_left(struct check *c);          /* the function that is looked at by itself comes back: noted, and the way is at its end */
void summaries_drop(struct check *c);

/* into := what holds of both; with wide, what changes goes on to its end or the next of step. True: into has changed. Both
 * stand at the same place and hold the same kinds of things. own: of the places of the top frame (registers, then slots)
 * ids that stay with what is there; or NULL. */
bool state_join(struct check *c, struct state *into, const struct state *from, bool wide, const s64 *step, u32 nstep, const u32 *own);
bool merged_id(u32 id); /* made where two met: it says nothing outside of its state */

#endif
