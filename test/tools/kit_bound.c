/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_bound.c - the bound of the run that an instance has just done (rt/program.h). */
#include "kit_bound.h"
#include "api/api.h"

u64 run_bound(const struct svm_instance *i) {
    const struct instance *in = &i->in;
    return in->p->bound && !in->plain && !in->cx.tail_count ? in->p->bound[in->main_func] : 0;
}
