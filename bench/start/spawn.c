/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* spawn.c - "supervm run hello.wasm" as a whole: from the parent's call to its status, and the memory that it took, in
 * the interpreter and in the engine that is the default. /bin/true in turns with it says what any process costs here.
 * And a large module, whose start is to be its loading: what else is done must not grow with the bytes. */
#define _GNU_SOURCE
#include "start.h"
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { TIMES = 201, LARGE_TIMES = 7, LARGE = 66 * 1000 * 1000 };

static double ms_of(const struct timeval *t) {
    return (double)t->tv_sec * 1e3 + (double)t->tv_usec / 1e3;
}

static bool spawn(char *const *argv, const posix_spawn_file_actions_t *quiet, double *ms, double *cpu_ms) {
    struct rusage use;
    int status;
    pid_t pid;
    double start = now_ns();
    if (posix_spawn(&pid, argv[0], quiet, NULL, argv, environ) || wait4(pid, &status, 0, &use) != pid)
        return false;
    *ms = (now_ns() - start) / 1e6;
    *cpu_ms = ms_of(&use.ru_utime) + ms_of(&use.ru_stime);
    return WIFEXITED(status) && !WEXITSTATUS(status);
}

static long peak_kb(pid_t pid) {
    char path[64], line[256];
    long kb = 0;
    FILE *f;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    f = fopen(path, "r");
    while (f && !kb && fgets(line, sizeof line, f))
        (void)!sscanf(line, "VmHWM: %ld", &kb);
    if (f)
        fclose(f);
    return kb;
}

/* Resident at most, as it stands when the process is about to go: struct rusage counts what its parent had, too. */
static bool measure_kb(char *const *argv, long *kb) {
    int status;
    pid_t pid = fork();
    if (!pid) {
        int fd = open("/dev/null", O_WRONLY);
        if (fd >= 0 && dup2(fd, 1) == 1 && !ptrace(PTRACE_TRACEME, 0, NULL, NULL))
            execv(argv[0], argv);
        _exit(127);
    }
    *kb = 0;
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
        return false;
    ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL);
    for (int signal = 0;
         !ptrace(PTRACE_CONT, pid, NULL, signal) && waitpid(pid, &status, 0) == pid && WIFSTOPPED(status);) {
        bool leaving = status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8);
        signal = leaving ? 0 : WSTOPSIG(status);
        if (leaving)
            *kb = peak_kb(pid);
    }
    return *kb && WIFEXITED(status) && !WEXITSTATUS(status);
}

bool bench_process(struct report *r, const char *supervm, const char *wasm) {
    char *argv[] = {(char *)(uintptr_t)supervm, "run", "--engine", "interp", (char *)(uintptr_t)wasm, NULL},
         *by_default[] = {argv[0], "run", argv[4], NULL}, *none[] = {"/bin/true", NULL};
    double ms[TIMES], more[TIMES], base[TIMES], cpu;
    posix_spawn_file_actions_t quiet;
    long kb;
    bool good = measure_kb(argv, &kb);
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    for (unsigned i = 0; i < TIMES && good; i++)
        good = spawn(argv, &quiet, &ms[i], &cpu) && spawn(by_default, &quiet, &more[i], &cpu) &&
               spawn(none, &quiet, &base[i], &cpu);
    posix_spawn_file_actions_destroy(&quiet);
    if (!good) {
        fprintf(stderr, "bench: %s run %s: it does not run\n", supervm, wasm);
        return false;
    }
    report(r, &(struct figure){
                  .name = "true", .what = "/bin/true, the process", .unit = "ms", .value = median(base, TIMES)});
    report(r, &(struct figure){.name = "run",
                               .what = "supervm run --engine interp hello.wasm, the process",
                               .unit = "ms",
                               .value = median(ms, TIMES),
                               .most = 0.8});
    report(r, &(struct figure){.name = "run_rss",
                               .what = "    its memory at most",
                               .unit = "MB",
                               .value = (double)kb * 1024 / 1e6,
                               .most = 2.5});
    report(r, &(struct figure){.name = "run_default",
                               .what = "supervm run hello.wasm, the process",
                               .unit = "ms",
                               .value = median(more, TIMES)});
    return true;
}

bool bench_alone(struct report *r, const char *path) {
    char *argv[] = {(char *)(uintptr_t)path, "--mem", "00", NULL};
    posix_spawn_file_actions_t quiet;
    double ms[TIMES], cpu;
    struct stat st;
    bool good = !stat(path, &st);
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    for (unsigned i = 0; i < TIMES && good; i++)
        good = spawn(argv, &quiet, &ms[i], &cpu);
    posix_spawn_file_actions_destroy(&quiet);
    if (!good) {
        fprintf(stderr, "bench: %s: it does not run\n", path);
        return false;
    }
    report(r, &(struct figure){.name = "alone_size",
                               .what = "executable of an XDP firewall, its size",
                               .unit = "KB",
                               .value = (double)st.st_size / 1000,
                               .most = 300});
    report(r, &(struct figure){
                  .name = "alone", .what = "    the process", .unit = "ms", .value = median(ms, TIMES), .most = 1});
    return true;
}

/* The best of a few, in time of the processors, since other work on the machine is in the way of several threads: of
 * the process, of a load. */
static bool best_start(const char *supervm, const char *wasm, double *best) {
    char *argv[] = {(char *)(uintptr_t)supervm, "run", "--engine", "interp", (char *)(uintptr_t)wasm, NULL};
    posix_spawn_file_actions_t quiet;
    bool good = true;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    for (unsigned i = 0; i < LARGE_TIMES && good; i++) {
        double ms, cpu;
        good = spawn(argv, &quiet, &ms, &cpu);
        *best = !i || cpu < *best ? cpu : *best;
    }
    posix_spawn_file_actions_destroy(&quiet);
    return good;
}

static bool best_load(struct svm *vm, const char *wasm, double *best) {
    struct svm_error err;
    for (unsigned i = 0; i < LARGE_TIMES; i++) {
        double start = cpu_ns(), ms;
        struct svm_module *m = svm_module_load_file(vm, wasm, NULL, &err);
        ms = (cpu_ns() - start) / 1e6;
        if (!m) {
            fprintf(stderr, "bench: %s\n", err.text);
            return false;
        }
        svm_module_free(m);
        *best = !i || ms < *best ? ms : *best;
    }
    return true;
}

static bool write_all(int fd, const uint8_t *p, size_t n) {
    while (n) {
        ssize_t did = write(fd, p, n);
        if (did <= 0)
            return false;
        p += did;
        n -= (size_t)did;
    }
    return true;
}

bool bench_large(struct report *r, struct svm *vm, const char *supervm, const uint8_t *p, size_t len) {
    char path[] = "/tmp/supervm-large-XXXXXX";
    struct grown g;
    double start = 0, load = 0;
    int fd = grow_module(p, len, LARGE, false, &g) ? mkstemp(path) : -1;
    bool good = fd >= 0 && write_all(fd, g.p, g.len);
    if (fd < 0)
        return false;
    free(g.p);
    close(fd);
    good = good && best_start(supervm, path, &start) && best_load(vm, path, &load);
    unlink(path);
    if (!good) {
        fprintf(stderr, "bench: a module of %d bytes does not start\n", LARGE);
        return false;
    }
    report(r, &(struct figure){
                  .name = "large_load", .what = "loading a module of 66 MB, all threads", .unit = "ms", .value = load});
    report(r, &(struct figure){
                  .name = "large_start", .what = "supervm run on it, the process", .unit = "ms", .value = start});
    report(r, &(struct figure){.name = "large_ratio",
                               .what = "    that is, times its loading",
                               .unit = "x",
                               .value = start / load,
                               .most = 1.25});
    return true;
}
