/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* emit_link.c - an object in, a shared library or an executable out, by a C compiler for the target.
 *
 *   prog.o                                                           -> cc -shared -> prog.so
 *   prog.o start.c lib/supervm/<machine>/libsupervm-{ebpf,typed,rt}.a -> cc -pie   -> prog
 *
 * The archives are what src/alone builds: main() for one of the two worlds, and of the library what a program needs
 * that is compiled already. start.c holds the options that the executable starts with. No shell. */
#define _GNU_SOURCE
#include "api/emit.h"
#include "base/here.h"
#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { OUT_LIMIT = 1 << 30, MOST_ARGS = 40, SAID = 4096 };

struct link {
    const struct svm_emit_options *o;
    char dir[PATH_MAX]; /* temporary */
    char object[PATH_MAX + 16], start[PATH_MAX + 16], out[PATH_MAX + 16], said[PATH_MAX + 16];
    char machine[32]; /* of the target: "x86_64" */
    struct buf archive[2];
    const char *argv[MOST_ARGS];
    u32 n;
};

/* ---- files ---- */

static int write_file(const char *path, const void *p, size_t n, struct error *e) {
    FILE *f = fopen(path, "wbe");
    bool ok = f && (!n || fwrite(p, 1, n, f) == n);
    ok = f && !fclose(f) && ok;
    return ok ? 0 : fail(e, E_IO, NOWHERE, "%s: %s", path, strerror(errno));
}

static int begin(struct link *k, struct error *e) {
    const char *tmp = secure_getenv("TMPDIR");
    if (!tmp || !*tmp || strlen(tmp) > PATH_MAX - 32)
        tmp = "/tmp";
    snprintf(k->dir, sizeof k->dir, "%s/supervm-XXXXXX", tmp);
    if (!mkdtemp(k->dir)) {
        k->dir[0] = 0;
        return fail(e, E_IO, NOWHERE, "no temporary folder in %s: %s", tmp, strerror(errno));
    }
    snprintf(k->object, sizeof k->object, "%s/prog.o", k->dir);
    snprintf(k->start, sizeof k->start, "%s/start.c", k->dir);
    snprintf(k->out, sizeof k->out, "%s/out", k->dir);
    snprintf(k->said, sizeof k->said, "%s/said", k->dir);
    return 0;
}

static void end(const struct link *k) {
    if (!*k->dir)
        return;
    unlink(k->object);
    unlink(k->start);
    unlink(k->out);
    unlink(k->said);
    rmdir(k->dir);
}

/* ---- where things are ---- */

/* "aarch64-unknown-linux-gnu": aarch64. */
static void machine_of(struct link *k) {
#if defined __x86_64__
    static const char own[] = "x86_64";
#elif defined __aarch64__
    static const char own[] = "aarch64";
#elif defined __riscv
    static const char own[] = "riscv64";
#else
    static const char own[] = "unknown";
#endif
    const char *t = k->o->target ? k->o->target : own;
    size_t n = strcspn(t, "-");
    if (!strncmp(t, "arm64", n) && n == 5)
        t = "aarch64", n = 7;
    snprintf(k->machine, sizeof k->machine, "%.*s", (int)n, t);
}

/* lib/supervm/<machine>/libsupervm-<what>.a */
static int find_archive(struct link *k, u32 row, const char *what, struct error *e) {
    char name[80];
    snprintf(name, sizeof name, "%s/libsupervm-%s.a", k->machine, what);
    return here_find(&k->archive[row], name)
               ? 0
               : fail(e, E_UNSUP, NOWHERE,
                      "an executable needs the runtime for its machine, and lib/supervm/%s is not installed", name);
}

/* ---- the command line ---- */

static void arg(struct link *k, const char *text) {
    if (k->n < MOST_ARGS - 1)
        k->argv[k->n++] = text;
}

/* Bytes as they are, in C's octal. */
static int write_start(struct link *k, struct error *e) {
    struct buf b = {0};
    buf_printf(&b, "__attribute__((visibility(\"hidden\"))) const char svm_alone_start[] =\n");
    for (u32 i = 0; k->o->start && k->o->start[i]; i++) {
        buf_printf(&b, "\"");
        for (const char *p = k->o->start[i]; *p; p++)
            buf_printf(&b, "\\%03o", (unsigned char)*p);
        buf_printf(&b, "\\0\"\n");
    }
    buf_printf(&b, "\"\";\n");
    if (b.oom)
        fail(e, E_NOMEM, NOWHERE, "out of memory");
    else
        write_file(k->start, b.data, b.len, e);
    buf_free(&b);
    return e->code;
}

static int inputs(struct link *k, bool typed, struct error *e) {
    static const char *const world[] = {"ebpf", "typed"};
    arg(k, "-o");
    arg(k, k->out);
    arg(k, k->object);
    if (k->o->kind == SVM_EMIT_SHARED) {
        arg(k, "-shared");
        arg(k, "-Wl,--as-needed");
        arg(k, "-lm");
        return 0;
    }
    if (find_archive(k, 0, world[typed], e) || find_archive(k, 1, "rt", e) || write_start(k, e))
        return e->code;
    arg(k, "-O1");
    arg(k, "-fPIE");
    arg(k, k->start);
    arg(k, "-pie");
    arg(k, "-Wl,--whole-archive"); /* main(), and what stands in place of members of the next one */
    arg(k, buf_str(&k->archive[0]));
    arg(k, "-Wl,--no-whole-archive");
    arg(k, buf_str(&k->archive[1]));
    arg(k, "-Wl,--gc-sections,--as-needed,-z,noseparate-code,-z,pack-relative-relocs");
    arg(k, "-pthread");
    arg(k, "-lm");
    if (!k->o->debug)
        arg(k, "-s");
    return 0;
}

/* What cc said, into the message. */
static int failed(const struct link *k, const char *cc, struct error *e) {
    struct buf said = {0};
    buf_read_file(&said, k->said, SAID);
    while (said.len && (said.data[said.len - 1] == '\n' || said.data[said.len - 1] == ' '))
        said.len--;
    fail(e, E_IO, NOWHERE, "%s cannot link it: %s", cc, said.len ? buf_str(&said) : "no reason given");
    buf_free(&said);
    return e->code;
}

/* 0; or E_NOENT: there is no such program. */
static int spawn(struct link *k, const char *cc, struct error *e) {
    posix_spawn_file_actions_t files;
    int status = 0, rc;
    pid_t pid;
    k->argv[0] = cc;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", 0, 0);
    posix_spawn_file_actions_addopen(&files, 2, k->said, 0x241 /* O_WRONLY | O_CREAT | O_TRUNC */, 0600);
    posix_spawn_file_actions_adddup2(&files, 2, 1);
    rc = posix_spawnp(&pid, cc, &files, NULL, (char *const *)(uintptr_t)k->argv, environ);
    posix_spawn_file_actions_destroy(&files);
    if (rc == ENOENT)
        return E_NOENT;
    if (rc)
        return fail(e, E_IO, NOWHERE, "%s: %s", cc, strerror(rc));
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return fail(e, E_IO, NOWHERE, "%s: %s", cc, strerror(errno));
    return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : failed(k, cc, e);
}

/* The one that was named; else for this machine cc, for others that of the usual cross tools, or clang. */
static int run_cc(struct link *k, struct error *e) {
    char gcc[80], target[160];
    const char *const names[] = {k->o->target ? gcc : "cc", k->o->target ? "clang" : "gcc",
                                 k->o->target ? "clang-19" : "clang"};
    u32 n = k->n;
    int rc;
    if (k->o->cc) {
        rc = spawn(k, k->o->cc, e);
        return rc == E_NOENT ? fail(e, E_UNSUP, NOWHERE, "%s: there is no such C compiler", k->o->cc) : rc;
    }
    snprintf(gcc, sizeof gcc, "%s-linux-gnu-gcc", k->machine);
    snprintf(target, sizeof target, "--target=%s", k->o->target ? k->o->target : "");
    for (u32 i = 0; i < COUNT(names); i++) {
        k->n = n;
        if (k->o->target && i)
            arg(k, target);
        k->argv[k->n] = NULL;
        if ((rc = spawn(k, names[i], e)) != E_NOENT)
            return rc;
    }
    return fail(e, E_UNSUP, NOWHERE, "linking for %s needs a C compiler (%s), and there is none", k->machine, names[0]);
}

int emit_link(const struct buf *object, const struct svm_emit_options *o, bool typed, struct buf *out,
              struct error *e) {
    struct link *k = calloc(1, sizeof *k);
    if (!k)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    k->o = o;
    k->n = 1;
    machine_of(k);
    if (!begin(k, e) && !write_file(k->object, object->data, object->len, e) && !inputs(k, typed, e) && !run_cc(k, e) &&
        buf_read_file(out, k->out, OUT_LIMIT))
        fail(e, E_IO, NOWHERE, "%s: %s", k->out, strerror(errno));
    end(k);
    buf_free(&k->archive[0]);
    buf_free(&k->archive[1]);
    free(k);
    return e->code;
}
