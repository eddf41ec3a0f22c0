/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* timers.c - the host's side of bpf_timer: when the first is due, and a run of each that is. */
#include "api/api.h"
#include "base/platform.h"

uint64_t svm_timers_next(struct svm_program *p) {
    u64 due = rt_timers_next(&p->p), now = os_time_ns();
    return due == UINT64_MAX ? due : due > now ? due - now : 0;
}

int64_t svm_timers_run(struct svm_instance *in, struct svm_error *err) {
    struct error e = {0};
    u32 trap = 0;
    s64 n = SVM_EBUSY;
    if (in->in.state == RUN_ON)
        fail(&e, E_BUSY, NOWHERE, "the instance runs already: it was started from a function that it called");
    else
        n = rt_timers_run(&in->in, os_time_ns(), &trap);
    if (trap)
        fail(&e, E_TRAP, NOWHERE, "the callback of a timer: %s", trap_name(trap));
    give_error(err, &e);
    return n;
}
