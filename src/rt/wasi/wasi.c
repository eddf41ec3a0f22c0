/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasi.c - a guest's state made from what the host grants, and the way from a call to its C function. */
#include "rt/wasi/wasi.h"
#include "rt/typed/typed.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* ---- the table of functions ---- */

const struct wasi_row wasi_rows[] = {
#define WASI(name, params, result, snapshots) {#name, params, result, snapshots},
#include "abi/wasi.def"
};
const u32 wasi_nrow = COUNT(wasi_rows);

typedef u32 wasi_fn(struct wcall *c, const u64 *a);
static wasi_fn *const wasi_fns[] = {
#define WASI(name, params, result, snapshots) wasi_##name,
#include "abi/wasi.def"
};

enum { MOST_PARAMS = 9 };

bool wasi_call(struct ctx *cx, struct wasi *w, u32 fn, bool old, u64 *slot) {
    const struct wasi_row *r = &wasi_rows[fn];
    struct wcall c = {.w = w, .cx = cx, .old = old};
    u64 a[MOST_PARAMS] = {0};
    u32 result;
    if (cx->in->p->m->nmemory) {
        c.mem = cx->mem[0]->base;
        c.size = memory_size(cx->mem[0]);
    }
    for (u32 i = 0; r->param[i]; i++)
        a[i] = r->param[i] == 'I' ? (u32)slot[i] : slot[i];
    result = wasi_fns[fn](&c, a);
    if (*r->result)
        slot[0] = result;
    return !cx->trap;
}

u32 wasi_exit_status(const struct instance *in) {
    return in->typed ? in->typed->exit_status : 0;
}

/* ---- errors ---- */

u32 wasi_errno(int host) {
    switch (host) {
    case 0: return WASI_OK;
#define WASI_ERRNO(number, name)                                                                                       \
    case E##name: return number;
#include "abi/wasi_errno.def"
#if EOPNOTSUPP != ENOTSUP
    case EOPNOTSUPP: return WASI_ENOTSUP;
#endif
    }
    return WASI_EIO;
}

/* ---- the guest's memory: little endian, of any alignment ---- */

u16 get16(const u8 *p) {
    return (u16)(p[0] | p[1] << 8);
}
u32 get32(const u8 *p) {
    return (u32)get16(p) | (u32)get16(p + 2) << 16;
}
u64 get64(const u8 *p) {
    return (u64)get32(p) | (u64)get32(p + 4) << 32;
}
void set32(u8 *p, u32 v) {
    for (u32 i = 0; i < 4; i++)
        p[i] = (u8)(v >> (8 * i));
}
void set64(u8 *p, u64 v) {
    set32(p, (u32)v);
    set32(p + 4, (u32)(v >> 32));
}

u32 put_u32(struct wcall *c, u64 at, u32 v) {
    u8 *p = guest(c, at, 4);
    if (!p)
        return WASI_EFAULT;
    set32(p, v);
    return WASI_OK;
}

u32 put_u64(struct wcall *c, u64 at, u64 v) {
    u8 *p = guest(c, at, 8);
    if (!p)
        return WASI_EFAULT;
    set64(p, v);
    return WASI_OK;
}

/* ---- state ---- */

enum { FIRST_DIR = 3 }; /* where libraries look for directories, be the standard streams there or not */

static int take_strings(struct wasi_strings *s, const char *const *list, struct error *e) {
    size_t size = 0, n = 0, at = 0;
    for (; list && list[n]; n++)
        size += strlen(list[n]) + 1;
    if (size > INT32_MAX)
        return fail(e, E_LIMIT, NOWHERE, "arguments or environment of %zu bytes", size);
    if (!(s->bytes = malloc(size + 1)))
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(list[i]) + 1;
        memcpy(s->bytes + at, list[i], len);
        at += len;
    }
    s->n = (u32)n;
    s->size = (u32)size;
    return 0;
}

/* A descriptor of the host's, which keeps its own. */
static int take_fd(struct wasi *w, int fd, u32 least, const char *what, struct error *e) {
    struct wasi_file f = {.host = fcntl(fd, F_DUPFD_CLOEXEC, 0), .given = true, .base = rights_all};
    u32 got;
    if (f.host < 0)
        return fail(e, E_IO, NOWHERE, "%s %d: %s", what, fd, strerror(errno));
    if (fcntl(f.host, F_GETFL) & O_NONBLOCK)
        f.flags = FDF_NONBLOCK;
    if (file_add(w, &f, least, &got))
        return fail(e, E_NOMEM, NOWHERE, "%s %d: too many files", what, fd);
    return 0;
}

static int take_dir(struct wasi *w, const struct wasi_dir *d, struct error *e) {
    struct wasi_file f = {.host = open(d->host, O_RDONLY | O_DIRECTORY | O_CLOEXEC), .type = FT_DIRECTORY};
    u32 got;
    if (f.host < 0)
        return fail(e, E_IO, NOWHERE, "directory %s: %s", d->host, strerror(errno));
    f.base = rights_of_type(f.host, FT_DIRECTORY);
    f.inheriting = rights_inherited;
    if (d->read_only) {
        f.base &= rights_read_only;
        f.inheriting &= rights_read_only;
    }
    if (!(f.name = strdup(d->guest ? d->guest : d->host)) || file_add(w, &f, FIRST_DIR, &got))
        return fail(e, E_NOMEM, NOWHERE, "directory %s: too many files", d->host);
    return 0;
}

struct wasi *wasi_new(const struct wasi_setup *s, struct error *e) {
    struct wasi *w = calloc(1, sizeof *w);
    if (!w) {
        fail(e, E_NOMEM, NOWHERE, "out of memory");
        return NULL;
    }
    pthread_mutex_init(&w->lock, NULL);
    w->max_files = s->max_files;
    w->walk = s->walk || (s->ndir && !path_can_openat2());
    if (!take_strings(&w->args, s->args, e))
        take_strings(&w->env, s->env, e);
    for (u32 i = 0; i < 3 && !e->code; i++)
        if (s->stdio[i] >= 0)
            take_fd(w, s->stdio[i], i, "standard stream", e);
    for (size_t i = 0; i < s->ndir && !e->code; i++)
        take_dir(w, &s->dir[i], e);
    for (size_t i = 0; i < s->nsocket && !e->code; i++)
        take_fd(w, s->socket[i], FIRST_DIR, "socket", e);
    if (e->code) {
        wasi_free(w);
        return NULL;
    }
    return w;
}

void wasi_free(struct wasi *w) {
    if (!w)
        return;
    files_drop(w);
    free(w->args.bytes);
    free(w->env.bytes);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
