/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_bound.h - how long a run may be by what was proven of its program, beside how long it was. */
#ifndef TOOLS_KIT_BOUND_H
#define TOOLS_KIT_BOUND_H
#include "base/types.h"
#include "supervm/supervm.h"

/* Instructions that the last run could take; 0: not known, or it began with something else than was assumed. */
u64 run_bound(const struct svm_instance *i);
static inline bool bound_kept(const struct svm_instance *i, u64 insns) {
    u64 most = run_bound(i);
    return !most || insns <= most;
}

#endif
