/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* opt.h - what compilers want to know of one function: the list of passes.
 *
 * A pass looks at the function and leaves a table beside it; instructions stay as they are, so an engine takes of each
 * table what it can use, and code, charges and traps mean the same without any. */
#ifndef OPT_OPT_H
#define OPT_OPT_H
#include "base/buf.h"
#include "opt/bytes.h"
#include "opt/rotate.h"
#include "opt/switch.h"

struct opt {
    const struct func *f;    /* in: validated; its graph and liveness */
    const struct cfg *g;
    const struct live *live;
    struct switches switches;
    struct bytes bytes;
    struct rotates rotates;
};

enum { OPT_SWITCH = 1, OPT_BYTES = 2, OPT_ROTATE = 4, OPT_ALL = 7 };

/* Runs the passes whose bits are set, in the order of the list. Memory comes from the arena. */
int opt_run(struct opt *o, u32 which, struct arena *a, struct error *e);
/* A line for each thing that was found. */
void opt_print(const struct opt *o, struct buf *b);

#endif
