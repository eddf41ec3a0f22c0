/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* spawn.c - "supervm run hello.wasm" as a whole: from the parent's call to its status, and the memory that it took.
 * /bin/true in turns with it says what any process costs here. */
#define _GNU_SOURCE
#include "start.h"
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char **environ;

enum { TIMES = 201 };

static bool spawn(char *const *argv, const posix_spawn_file_actions_t *quiet, double *ms, long *kb) {
    struct rusage use;
    int status;
    pid_t pid;
    double start = now_ns();
    if (posix_spawn(&pid, argv[0], quiet, NULL, argv, environ) || wait4(pid, &status, 0, &use) != pid)
        return false;
    *ms = (now_ns() - start) / 1e6;
    if (use.ru_maxrss > *kb)
        *kb = use.ru_maxrss;
    return WIFEXITED(status) && !WEXITSTATUS(status);
}

bool bench_process(struct report *r, const char *supervm, const char *wasm) {
    char *argv[] = {(char *)(uintptr_t)supervm, "run", (char *)(uintptr_t)wasm, NULL}, *none[] = {"/bin/true", NULL};
    double ms[TIMES], base[TIMES];
    posix_spawn_file_actions_t quiet;
    long kb = 0, base_kb = 0;
    bool good = true;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    for (unsigned i = 0; i < TIMES && good; i++)
        good = spawn(argv, &quiet, &ms[i], &kb) && spawn(none, &quiet, &base[i], &base_kb);
    posix_spawn_file_actions_destroy(&quiet);
    if (!good) {
        fprintf(stderr, "bench: %s run %s: it does not run\n", supervm, wasm);
        return false;
    }
    report(r, &(struct figure){
                  .name = "true", .what = "/bin/true, the process", .unit = "ms", .value = median(base, TIMES)});
    report(r, &(struct figure){.name = "run",
                               .what = "supervm run hello.wasm, the process",
                               .unit = "ms",
                               .value = median(ms, TIMES),
                               .most = 0.8});
    report(r, &(struct figure){.name = "run_rss",
                               .what = "    its memory at most",
                               .unit = "MB",
                               .value = (double)kb / 1000,
                               .most = 2.5});
    return true;
}
