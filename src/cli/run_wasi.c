/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* run_wasi.c - supervm run on a program for WASI: what it is granted by --dir, --env and the arguments behind FILE, and
 * how it ends. */
#include "cli/run.h"
#include "supervm/wasi.h"
#include <stdlib.h>
#include <string.h>

static bool is(const char *want, const char *p, size_t n) {
    return strlen(want) == n && !memcmp(want, p, n);
}

/* What svm_linker_wasi provides. */
static bool asks_for(const struct svm_extern_info *x) {
    return is("wasi_snapshot_preview1", x->space, x->space_len) || is("wasi_unstable", x->space, x->space_len) ||
           (is("env", x->space, x->space_len) && is("emscripten_notify_memory_growth", x->name, x->name_len));
}

/* "HOST::GUEST" is cut in two, in a copy that becomes the array's. */
static bool take_dir(struct svm_wasi_dir *d, const char *text) {
    const char *cut = strstr(text, "::");
    char *host = strdup(text);
    if (!host)
        return false;
    d->host = d->guest = host;
    if (cut) {
        host[cut - text] = 0;
        d->guest = host + (cut - text) + 2;
    }
    return true;
}

static void drop_dirs(struct svm_wasi_dir *d, u32 n) {
    for (u32 i = 0; d && i < n; i++)
        free((char *)(uintptr_t)d[i].host);
    free(d);
}

int wasi_grant(struct run *r, struct svm_linker *l) {
    struct svm_wasi_config c = SVM_WASI_INIT;
    struct svm_wasi_dir *dir = calloc(r->ndir + 1, sizeof *dir);
    const char **argv = calloc(r->nargs + 2, sizeof *argv), *slash = strrchr(r->file, '/');
    struct svm_extern_info x;
    struct svm_error err;
    bool well = dir && argv;
    int status = EXIT_WELL;
    for (size_t i = 0; !r->wasi && svm_module_extern(r->module, false, i, &x); i++)
        r->wasi = asks_for(&x);
    for (u32 i = 0; well && i < r->ndir; i++)
        well = take_dir(&dir[i], r->dir[i]);
    if (!well) {
        status = refuse("out of memory");
    } else if (r->wasi) {
        argv[0] = slash ? slash + 1 : r->file;
        for (u32 i = 0; !r->invoke && i < r->nargs; i++)
            argv[i + 1] = r->args[i];
        c.argv = argv;
        c.env = r->env;
        c.dir = dir;
        c.ndir = r->ndir;
        if (svm_linker_wasi(l, &c, &err))
            status = refuse("%s", err.text);
    } else if (r->ndir || r->nenv) {
        status = complain("%s imports nothing of WASI: --dir and --env would be lost on it", r->file);
    }
    drop_dirs(dir, r->ndir);
    free(argv);
    return status;
}

/* As the system would tell a parent: the low eight bits. */
bool wasi_exited(const struct run *r, int *status) {
    u32 given;
    if (!svm_wasi_exited(r->instance, &given))
        return false;
    *status = (int)(given & 0xff);
    return true;
}
