/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* compile.c - how fast engines compile: eBPF by the program, for a runtime that has compiled before and for the first
 * one of a process; WebAssembly by the byte. */
#include "bench.h"
#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 15, PROCESSES = 5 };

/* A program of n instructions that all engines make much the same of. */
static char *text_of(unsigned n) {
    static const char *const row[] = {"add r0, r1\n",    "mov r2, r0\n", "xor32 r2, 77\n",      "rsh r2, 3\n",
                                      "jeq r2, 5, +1\n", "mul r0, r2\n", "stxdw [r10-8], r2\n", "ldxdw r3, [r10-8]\n",
                                      "and r3, r1\n",    "or r0, r3\n"};
    char *text = malloc(n * (size_t)24 + 64), *p = text;
    if (!text)
        return NULL;
    p += sprintf(p, "mov r0, 0\n");
    for (unsigned k = 0; k + 2 < n; k++)
        p += sprintf(p, "%s", row[k % 10]);
    sprintf(p, "exit\n");
    return text;
}

/* The least time of so many compilations of a module, each of which goes before the next. */
static double least(struct svm_module *m, const char *engine, unsigned rounds) {
    struct svm_link_options o = SVM_LINK_INIT;
    double best = INFINITY;
    o.engine = engine;
    for (unsigned r = 0; r < rounds; r++) {
        struct svm_program *p = svm_program_link(m, &o, NULL);
        if (p)
            best = fmin(best, (double)svm_program_compile_ns(p));
        svm_program_free(p);
    }
    return best < INFINITY ? best : -1;
}

/* In a runtime of its own, after so many that do not count. */
static double compile(const char *engine, unsigned n, unsigned before, unsigned rounds) {
    char *text = text_of(n);
    struct svm *vm = svm_new(NULL, NULL);
    struct svm_module *m = text && vm ? svm_module_load(vm, text, strlen(text), NULL, NULL) : NULL;
    double ns = -1;
    if (m && (!before || least(m, engine, before) >= 0))
        ns = least(m, engine, rounds);
    svm_module_free(m);
    svm_free(vm);
    free(text);
    return ns;
}

double compile_ns(const char *engine, unsigned n) {
    return compile(engine, n, 1, ROUNDS);
}

/* In processes that are forked off for it. */
double compile_first_ns(const char *engine, unsigned n) {
    double best = INFINITY, ns;
    for (unsigned k = 0; k < PROCESSES; k++) {
        int fd[2];
        pid_t child;
        if (pipe(fd))
            return -1;
        child = fork();
        if (!child) {
            ns = compile(engine, n, 0, 1);
            _exit(write(fd[1], &ns, sizeof ns) != sizeof ns);
        }
        close(fd[1]);
        if (child > 0 && read(fd[0], &ns, sizeof ns) == sizeof ns && ns > 0)
            best = fmin(best, ns);
        close(fd[0]);
        if (child > 0)
            waitpid(child, NULL, 0);
    }
    return best < INFINITY ? best : -1;
}

/* --- WebAssembly --- */

/* Bytes of the code section. */
static size_t code_section(const struct buf *b) {
    size_t at = 8;
    while (at < b->len) {
        uint8_t id = b->data[at++];
        uint64_t len = 0;
        for (unsigned shift = 0; at < b->len && shift < 35; shift += 7) {
            len |= (uint64_t)(b->data[at] & 0x7f) << shift;
            if (!(b->data[at++] & 0x80))
                break;
        }
        if (id == 10)
            return len;
        at += len;
    }
    return 0;
}

/* All of its functions at once: of a new module with what comes before, and again. False: not in this engine. */
static bool one(const char *engine, const struct buf *file, double *whole, double *alone) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm *vm;
    *whole = *alone = INFINITY;
    c.eager = 1;
    vm = svm_new(&c, NULL);
    for (unsigned r = 0; vm && r < ROUNDS; r++) {
        struct svm_module *m = svm_module_load(vm, file->data, file->len, NULL, NULL);
        double first = m ? least(m, engine, 1) : -1, again = m ? least(m, engine, 1) : -1;
        svm_module_free(m);
        if (first <= 0 || again <= 0)
            break;
        *whole = fmin(*whole, first);
        *alone = fmin(*alone, again);
    }
    svm_free(vm);
    return *alone < INFINITY;
}

bool compile_wasm(const char *engine, const struct options *o, double *whole, double *alone) {
    char dir[4096], path[8192];
    double bytes = 0, first = 0, again = 0, x, y;
    DIR *d;
    snprintf(dir, sizeof dir, "%s/../%s", o->dir, suite_wasm.folder);
    if (strcmp(engine, "jit") || !(d = opendir(dir)))
        return false;
    for (struct dirent *e; (e = readdir(d));) {
        size_t n = strlen(e->d_name), ext = strlen(suite_wasm.ext);
        struct buf file = {0};
        if (n < ext || strcmp(e->d_name + n - ext, suite_wasm.ext))
            continue;
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        if (!buf_read_file(&file, path, 1 << 26) && one(engine, &file, &x, &y)) {
            bytes += (double)code_section(&file);
            first += x;
            again += y;
        }
        buf_free(&file);
    }
    closedir(d);
    *whole = bytes / first * 1e3;
    *alone = bytes / again * 1e3;
    return bytes > 0;
}
