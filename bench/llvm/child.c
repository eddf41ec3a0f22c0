/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* child.c - what something takes, measured in a process of its own: nothing is there from before, and its memory is its
 * own. */
#include "llvm.h"
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

bool in_child(child_fn *fn, const void *arg, struct taken *t) {
    struct rusage use;
    int to[2], status;
    bool good;
    pid_t pid;
    fflush(stdout);
    if (pipe(to) || (pid = fork()) < 0)
        return false;
    if (!pid) {
        struct taken mine = {0};
        good = fn(arg, &mine) && write(to[1], &mine, sizeof mine) == sizeof mine;
        _exit(!good);
    }
    close(to[1]);
    good = read(to[0], t, sizeof *t) == sizeof *t;
    close(to[0]);
    if (wait4(pid, &status, 0, &use) != pid)
        return false;
    t->peak_mb = (double)use.ru_maxrss * 1024 / 1e6;
    return good && WIFEXITED(status) && !WEXITSTATUS(status);
}

bool in_children(child_fn *fn, const void *arg, struct taken *t) {
    double ms[CHILDREN], cpu[CHILDREN];
    for (unsigned k = 0; k < CHILDREN; k++) {
        if (!in_child(fn, arg, t))
            return false;
        ms[k] = t->ms;
        cpu[k] = t->cpu_ms;
    }
    t->ms = median(ms, CHILDREN);
    t->cpu_ms = median(cpu, CHILDREN);
    return true;
}
