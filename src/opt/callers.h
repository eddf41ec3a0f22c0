/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* callers.h - what eBPF functions are given by those that call them: origins of r1 .. r5 over all calls of a module. */
#ifndef OPT_CALLERS_H
#define OPT_CALLERS_H
#include "opt/origin.h"

struct callers {
    u32 (*args)[5];             /* of each function; of one that nobody comes to: FROM_ANYWHERE */
    const struct ctxtype **ctx; /* of the programs that come to each; NULL: of none, or of several kinds */
    u8 *seen;                   /* of each: somebody comes to it */
    u32 *queue, nqueue;         /* those, callers before callees as far as calls are direct */
    const struct ctxtype *now;  /* of the function that is looked at */
};
enum { CALLERS_ALL = 0xffffffffu };

/* Looks into function func, for origins_of to tell of its calls; of a module of one function it is not asked. */
typedef int callers_walk(void *arg, u32 func, const u32 args[5], const struct origin_calls *calls);
/* Of what hosts give programs that begin with function root (CALLERS_ALL: any). */
int callers_find(struct callers *c, const struct link_view *l, u32 root, callers_walk *walk, void *arg, struct arena *a,
                 struct error *e);

#endif
