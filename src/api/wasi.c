/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasi.c - the functions of WASI as names in a linker: a row of abi/wasi.def each, for the snapshots that have it. Ninety
 * names would take longer than a short run, so each comes when an import asks for it. */
#include "supervm/wasi.h"
#include "api/linker.h"
#include "base/platform.h"
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

static const char *const spaces[] = {"wasi_snapshot_preview1", "wasi_unstable"}; /* [old] */

static int define_row(struct svm_linker *l, struct wasi *w, u32 fn, bool old) {
    return define(l, spaces[old], &wasi_rows[fn], call_wasi,
                  &(struct host_func){.wasi = w, .wasi_fn = fn, .wasi_old = old});
}

static bool in_snapshot(const struct wasi_row *r, bool old) {
    return r->snapshots & (old ? OLD : NEW);
}

/* Names that are there already are given up for these at once; the others wait for linker_wasi_define(). */
static int replace_all(struct svm_linker *l, struct wasi *w) {
    int rc = 0;
    for (u32 fn = 0; fn < wasi_nrow; fn++)
        for (int old = 0; old < 2 && !rc; old++)
            if (in_snapshot(&wasi_rows[fn], old) && linker_has(l, spaces[old], wasi_rows[fn].name))
                rc = define_row(l, w, fn, old);
    return rc;
}

static bool is(const struct str *s, const char *text) {
    return s->n == strlen(text) && !memcmp(s->p, text, s->n);
}

bool linker_wasi_define(struct svm_linker *l, struct wasi *w, const struct str *space, const struct str *name) {
    static const struct wasi_row growth = {"emscripten_notify_memory_growth", "I", "", 0};
    if (is(space, "env") && is(name, growth.name))
        return !define(l, "env", &growth, ignore, &(struct host_func){.wasi = w});
    for (int old = 0; old < 2; old++)
        for (u32 fn = 0; is(space, spaces[old]) && fn < wasi_nrow; fn++)
            if (in_snapshot(&wasi_rows[fn], old) && is(name, wasi_rows[fn].name))
                return !define_row(l, w, fn, old);
    return false;
}

_Static_assert(sizeof(struct svm_wasi_dir) == sizeof(struct wasi_dir) &&
                   offsetof(struct svm_wasi_dir, guest) == offsetof(struct wasi_dir, guest) &&
                   offsetof(struct svm_wasi_dir, read_only) == offsetof(struct wasi_dir, read_only),
               "one layout");

static int stream(int asked, int own) {
    return asked ? asked : own;
}

static struct wasi *make_wasi(const struct svm_wasi_config *given, struct error *e) {
    struct svm_wasi_config c = SVM_WASI_INIT;
    struct wasi_setup s = {0};
    struct wasi *w;
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
    if (!(w = wasi_new(&s, e)))
        wrap(e, "WASI");
    return w;
}

int svm_linker_wasi(struct svm_linker *l, const struct svm_wasi_config *given, struct svm_error *err) {
    struct error e = {0};
    struct wasi *w;
    int rc;
    if (!l || (given && !given->size)) {
        fail(&e, E_USAGE, NOWHERE, "svm_linker_wasi: no linker, or svm_wasi_config.size is 0");
        return give_error(err, &e);
    }
    if (!(w = make_wasi(given, &e)))
        return give_error(err, &e);
    if ((rc = linker_keep_wasi(l, w))) {
        wasi_free(w);
        fail(&e, rc, NOWHERE, "out of memory");
    } else if (l->n && (rc = replace_all(l, w))) {
        fail(&e, rc, NOWHERE, "%s", error_name(rc));
    }
    return give_error(err, &e);
}

/* ---- for eBPF ---- */

/* Of helper cx->callee, with its arguments checked by their kinds. */
static struct wasi *args_of(struct ctx *cx, u64 a[5]) {
    return helper_args(cx, cx->callee, a) ? cx->callee->user : NULL;
}

static u64 k_fd_write(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    u64 a[5] = {r1, r2, r3, r4, r5};
    struct wasi *w = args_of(cx, a);
    return w ? (u64)wasi_write_now(cx, w, (u32)a[0], ptr(a[1]), a[2]) : 0;
}

static u64 k_clock_time_get(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    enum { REALTIME, MONOTONIC };
    u64 a[5] = {r1, r2, r3, r4, r5}, now;
    if (!args_of(cx, a))
        return 0;
    if ((u32)a[0] > MONOTONIC)
        return (u64)-(s64)WASI_EINVAL;
    now = (u32)a[0] == REALTIME ? os_wall_ns() : os_time_ns();
    memcpy(ptr(a[1]), &now, sizeof now);
    return 0;
}

static u64 k_random_get(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    u64 a[5] = {r1, r2, r3, r4, r5};
    if (!args_of(cx, a))
        return 0;
    for (u64 i = 0; i < a[1] && charge(cx, 1); i += 8) {
        u64 r = os_random();
        memcpy((u8 *)ptr(a[0]) + i, &r, min64(a[1] - i, 8));
    }
    return 0;
}

int svm_wasi_kfuncs(struct svm *vm, const struct svm_wasi_config *given, struct svm_error *err) {
    static const struct helper rows[] = {
        {.name = "wasi_fd_write", .fn = k_fd_write, .arg = {ARG_ANY, ARG_MEM, ARG_SIZE_OR_ZERO}},
        {.name = "wasi_clock_time_get", .fn = k_clock_time_get, .arg = {ARG_ANY, ARG_MEM8_OUT}},
        {.name = "wasi_random_get", .fn = k_random_get, .arg = {ARG_MEM_OUT, ARG_SIZE_OR_ZERO}},
    };
    struct error e = {0};
    int rc = open_for_registration(vm);
    if (rc || vm->wasi || (given && !given->size))
        fail(&e, rc ? rc : SVM_EUSAGE, NOWHERE, "svm_wasi_kfuncs: %s",
             rc == SVM_EBUSY ? "programs were linked already" : "no runtime, granted already, or svm_wasi_config.size is 0");
    else
        vm->wasi = make_wasi(given, &e);
    for (u32 i = 0; i < COUNT(rows) && !e.code; i++) {
        struct helper h = rows[i];
        h.user = vm->wasi;
        h.result = RET_SCALAR;
        if ((rc = registry_add_helper(&vm->r, &h, true)))
            fail(&e, rc, NOWHERE, "svm_wasi_kfuncs: %s", error_name(rc));
    }
    return give_error(err, &e);
}

void vm_wasi_drop(struct svm *vm) {
    if (vm->wasi)
        wasi_free(vm->wasi);
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
