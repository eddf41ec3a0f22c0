/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* limbo.h - freed entries that a run may still hold a pointer to.
 * A queue of (epoch at the time, entry): an entry comes out once every run that was in
 * progress when it went in has ended. The caller holds the lock that guards the queue. */
#ifndef RT_LIMBO_H
#define RT_LIMBO_H
#include "rt/map.h"

struct limbo {
    struct waiting {
        u64 stamp;
        u32 id, extra;
    } * q; /* a ring of cap rows */
    u32 cap, head, count;
    u32 wait;   /* so many times more, the epochs are not looked at: a long run was in progress */
    u64 safe;  /* rows with an older stamp are known to be free */
};

/* False: out of memory; the entry is then never used again, which is safe. */
bool limbo_put(struct limbo *l, struct epoch *e, u32 id, u32 extra);
/* An entry that nobody can reach any more; false: none. must: look hard. */
bool limbo_take(struct limbo *l, struct epoch *e, bool must, u32 *id, u32 *extra);
void limbo_drop(struct limbo *l);

#endif
