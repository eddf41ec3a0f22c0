/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* compile.c - a C file in, a BPF object out, by the newest clang on the PATH; WebAssembly text likewise, by wat2wasm.
 * No shell. */
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

/* A new empty file, its name malloced; NULL: said why. */
static char *temporary(const char *path, const char *suffix, int *status) {
    const char *tmp = getenv("TMPDIR");
    char *name = NULL;
    int fd = -1;
    if (asprintf(&name, "%s/supervm-XXXXXX%s", tmp && *tmp ? tmp : "/tmp", suffix) < 0)
        name = NULL;
    if (name && (fd = mkstemps(name, (int)strlen(suffix))) >= 0) {
        close(fd);
        return name;
    }
    *status = refuse("%s: no temporary file: %s", path, strerror(errno));
    free(name);
    return NULL;
}

/* What argv makes of path; out is in argv and comes back, or is removed. */
static char *make(const char *path, char *const argv[], char *out, int *status) {
    if (!run_and_wait(argv))
        return out;
    *status = refuse("%s: %s failed", path, argv[0]);
    unlink(out);
    free(out);
    return NULL;
}

char *compile_c(const char *path, int *status) {
    char *clang, *object;
    if (access(path, R_OK)) {
        *status = refuse("%s: %s", path, strerror(errno));
        return NULL;
    }
    clang = newest_clang();
    if (!clang) {
        *status = refuse("%s: compiling it needs clang, and there is none on the PATH", path);
        return NULL;
    }
    if ((object = temporary(path, ".o", status))) {
        char *const argv[] = {clang, "-target", "bpf",  "-O2",        "-g", "-I/usr/include/" MACHINE "-linux-gnu",
                              "-c",  "-o",      object, (char *)path, NULL};
        object = make(path, argv, object, status);
    }
    free(clang);
    return object;
}

char *compile_wat(const char *path, int *status) {
    char *tool, *module;
    if (access(path, R_OK)) {
        *status = refuse("%s: %s", path, strerror(errno));
        return NULL;
    }
    if (!(tool = on_path("wat2wasm"))) {
        *status = refuse("%s: reading the text format needs wat2wasm (of wabt), and there is none on the PATH", path);
        return NULL;
    }
    if ((module = temporary(path, ".wasm", status))) {
        char *const argv[] = {tool, "--enable-all", "--debug-names", "-o", module, (char *)path, NULL};
        module = make(path, argv, module, status);
    }
    free(tool);
    return module;
}
