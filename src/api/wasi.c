/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasi.c - the functions of WASI as names in a linker: a row of abi/wasi.def each, for the snapshots that have it. */
#include "supervm/wasi.h"
#include "api/linker.h"
#include "rt/wasi/wasi.h"
#include <stdlib.h>
#include <string.h>

enum { MAX_FILES = 1024 };

static bool call_wasi(struct ctx *cx, void *arg, u64 *slot) {
    const struct host_func *f = arg;
    return wasi_call(cx, f->wasi, f->wasi_fn, f->wasi_old, slot);
}

/* The host's memory has grown: nothing here keeps an address of it. */
static bool ignore(struct ctx *cx, void *arg, u64 *slot) {
    (void)cx;
    (void)arg;
    (void)slot;
    return true;
}

static int define(struct svm_linker *l, const char *space, const struct wasi_row *r, host_func *how,
                  const struct host_func *what) {
    enum svm_valkind param[16], result[1] = {SVM_I32};
    struct svm_functype t = {param, strlen(r->param), result, strlen(r->result)};
    for (size_t i = 0; i < t.nparam; i++)
        param[i] = (enum svm_valkind)r->param[i];
    return linker_host_func(l, space, r->name, &t, how, what);
}

static int define_all(struct svm_linker *l, struct wasi *w) {
    static const struct wasi_row growth = {"emscripten_notify_memory_growth", "I", "", 0};
    struct host_func f = {.wasi = w};
    int rc = 0;
    for (f.wasi_fn = 0; f.wasi_fn < wasi_nrow && !rc; f.wasi_fn++) {
        const struct wasi_row *r = &wasi_rows[f.wasi_fn];
        f.wasi_old = false;
        if (r->snapshots & NEW)
            rc = define(l, "wasi_snapshot_preview1", r, call_wasi, &f);
        f.wasi_old = true;
        if (!rc && r->snapshots & OLD)
            rc = define(l, "wasi_unstable", r, call_wasi, &f);
    }
    if (!rc && !linker_has(l, "env", growth.name))
        rc = define(l, "env", &growth, ignore, &f);
    return rc;
}

_Static_assert(sizeof(struct svm_wasi_dir) == sizeof(struct wasi_dir) &&
                   offsetof(struct svm_wasi_dir, guest) == offsetof(struct wasi_dir, guest) &&
                   offsetof(struct svm_wasi_dir, read_only) == offsetof(struct wasi_dir, read_only),
               "one layout");

static int stream(int asked, int own) {
    return asked ? asked : own;
}

int svm_linker_wasi(struct svm_linker *l, const struct svm_wasi_config *given, struct svm_error *err) {
    struct svm_wasi_config c = SVM_WASI_INIT;
    struct wasi_setup s = {0};
    struct error e = {0};
    struct wasi *w;
    int rc;
    if (!l || (given && !given->size)) {
        fail(&e, E_USAGE, NOWHERE, "svm_linker_wasi: no linker, or svm_wasi_config.size is 0");
        return give_error(err, &e);
    }
    if (given)
        memcpy(&c, given, min64(given->size, sizeof c));
    s.args = c.argv;
    s.env = c.env;
    s.ndir = c.ndir;
    s.socket = c.socket;
    s.nsocket = c.nsocket;
    s.stdio[0] = stream(c.in, 0);
    s.stdio[1] = stream(c.out, 1);
    s.stdio[2] = stream(c.err, 2);
    s.max_files = c.max_files ? c.max_files : MAX_FILES;
    s.walk = c.flags & SVM_WASI_WALK;
    s.dir = (const struct wasi_dir *)(const void *)c.dir;
    if (!(w = wasi_new(&s, &e))) {
        wrap(&e, "WASI");
    } else if ((rc = linker_keep_wasi(l, w))) {
        wasi_free(w);
        fail(&e, rc, NOWHERE, "out of memory");
    } else if ((rc = define_all(l, w))) {
        fail(&e, rc, NOWHERE, "%s", error_name(rc));
    }
    return give_error(err, &e);
}

void hosts_wasi_drop(struct hosts *h) {
    for (u32 i = 0; i < h->nwasi; i++)
        wasi_free(h->wasi[i]);
    free(h->wasi);
}

bool svm_wasi_exited(struct svm_instance *in, uint32_t *status) {
    if (!in || in->trap_code != TRAP_EXIT)
        return false;
    if (status)
        *status = wasi_exit_status(&in->in);
    return true;
}
