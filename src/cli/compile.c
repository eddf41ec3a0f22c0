/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* compile.c - a C file in, a BPF object out, by the newest clang on the PATH. No shell. */
#define _GNU_SOURCE
#include "cli/cli.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Debian keeps asm/types.h, which the UAPI headers want, in the folder of the machine. */
#if defined(__x86_64__)
#define MACHINE "x86_64"
#elif defined(__aarch64__)
#define MACHINE "aarch64"
#else
#define MACHINE "riscv64"
#endif

enum { NEWEST = 40, OLDEST = 10 }; /* versions of clang that are looked for by number */

/* The path of name in one of the folders of PATH, malloced; NULL. */
static char *on_path(const char *name) {
    const char *p = getenv("PATH"), *end;
    char *found;
    for (; p && *p; p = *end ? end + 1 : end) {
        end = p + strcspn(p, ":");
        if (end == p || asprintf(&found, "%.*s/%s", (int)(end - p), p, name) < 0)
            continue;
        if (!access(found, X_OK))
            return found;
        free(found);
    }
    return NULL;
}

static char *newest_clang(void) {
    char name[32], *found = NULL;
    int v;
    for (v = NEWEST; v >= OLDEST && !found; v--) {
        snprintf(name, sizeof name, "clang-%d", v);
        found = on_path(name);
    }
    return found ? found : on_path("clang");
}

/* 0 when it ran and ended well. */
static int run_and_wait(char *const argv[]) {
    int status = 0;
    pid_t pid = fork();
    if (pid < 0)
        return -1;
    if (!pid) {
        execv(argv[0], argv);
        _exit(127);
    }
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

char *compile_c(const char *path, int *status) {
    const char *tmp = getenv("TMPDIR");
    char *clang, *object = NULL;
    int fd, rc;
    if (access(path, R_OK)) {
        *status = refuse("%s: %s", path, strerror(errno));
        return NULL;
    }
    clang = newest_clang();
    if (!clang) {
        *status = refuse("%s: compiling it needs clang, and there is none on the PATH", path);
        return NULL;
    }
    if (asprintf(&object, "%s/supervm-XXXXXX.o", tmp && *tmp ? tmp : "/tmp") < 0 || (fd = mkstemps(object, 2)) < 0) {
        *status = refuse("%s: no temporary file: %s", path, strerror(errno));
        free(clang);
        return NULL;
    }
    close(fd);
    {
        char *const argv[] = {clang, "-target", "bpf",  "-O2",        "-g", "-I/usr/include/" MACHINE "-linux-gnu",
                              "-c",  "-o",      object, (char *)path, NULL};
        rc = run_and_wait(argv);
    }
    if (rc) {
        *status = refuse("%s: %s failed", path, clang);
        unlink(object);
        free(object);
        object = NULL;
    }
    free(clang);
    return object;
}
