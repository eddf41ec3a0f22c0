/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* steps.c - which code a command runs, for tools/start_order.sh.
 * in:  supervm-steps FILE [ARGUMENT]...      out: on file descriptor 3, a line for each 16 bytes of FILE's code that an
 *      instruction begins in: its offset from where the file lies, in order of the first time
 * One instruction at a time, by ptrace: a minute or so for a process of a millisecond. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIECE = 16, MOST = 64 << 20 };

static int say(const char *what) {
    fprintf(stderr, "supervm-steps: %s: %s\n", what, strerror(errno));
    return 1;
}

/* Where the first mapping of the file begins; 0: unknown. */
static unsigned long base_of(pid_t pid, const char *file) {
    char path[64], line[4096], *real = realpath(file, NULL);
    unsigned long low, base = 0;
    FILE *f;
    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    f = fopen(path, "r");
    while (f && real && !base && fgets(line, sizeof line, f))
        if (sscanf(line, "%lx", &low) == 1 && strstr(line, real))
            base = low;
    if (f)
        fclose(f);
    free(real);
    return base;
}

int main(int argc, char **argv) {
#ifdef __x86_64__
    static unsigned char seen[MOST / PIECE];
    FILE *out = fdopen(3, "w");
    unsigned long base = 0, at;
    int status;
    pid_t pid;
    if (argc < 2 || !out) {
        fprintf(stderr, "usage: supervm-steps FILE [ARGUMENT]... 3>OUT\n");
        return 1;
    }
    if (!(pid = fork())) {
        personality(ADDR_NO_RANDOMIZE);
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        execv(argv[1], argv + 1);
        _exit(say(argv[1]));
    }
    while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
        struct user_regs_struct r;
        if (!base && !(base = base_of(pid, argv[1])))
            return say("/proc");
        if (ptrace(PTRACE_GETREGS, pid, NULL, &r))
            return say("ptrace");
        at = (r.rip - base) / PIECE;
        if (at < MOST / PIECE && !seen[at]) {
            seen[at] = 1;
            fprintf(out, "%llx\n", r.rip - base);
        }
        if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL))
            return say("ptrace");
    }
    return fclose(out) || !WIFEXITED(status) || WEXITSTATUS(status);
#else
    (void)argc, (void)argv, (void)base_of;
    return say("not on this machine");
#endif
}
