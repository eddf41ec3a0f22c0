/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fd_io.c - reading, writing and seeking in open files.
 *
 * What may have to wait (pipes, terminals, sockets) waits in wait_ready(), where an interrupt ends it, and never in the
 * kernel's read or write. Files that the guest opened are non-blocking underneath; those that the host gave are asked
 * with RWF_NOWAIT, or, where the kernel has no such thing for them, once poll() says that they are ready. */
#define _GNU_SOURCE
#include "base/files.h"
#include "rt/typed/typed.h"
#include "rt/wasi/wasi.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

u32 wait_file(struct wcall *c, int fd, short events) {
    struct pollfd p[2] = {{.fd = fd, .events = events}};
    int rc = wait_ready(c->cx, p, 1, UINT64_MAX);
    return wasi_result(rc < 0 ? rc : 0);
}

u32 take_iovecs(struct wcall *c, u64 at, u64 count, struct iovec *v, u32 *n) {
    const u8 *list;
    u8 *p;
    if (count > WASI_IOVECS)
        return WASI_EINVAL;
    if (!(list = guest(c, at, count * 8)))
        return WASI_EFAULT;
    for (u32 i = 0; i < count; i++) {
        u32 len = get32(list + i * 8 + 4);
        if (!(p = guest(c, get32(list + i * 8), len)))
            return WASI_EFAULT;
        v[i] = (struct iovec){p, len};
    }
    *n = (u32)count;
    return WASI_OK;
}

/* ---- one attempt: bytes, or -errno ---- */

static s64 read_once(struct wasi_file *f, struct iovec *v, u32 n, bool nowait) {
    ssize_t rc;
    if (nowait)
        return os_read_nowait(f->host, v, (int)n);
    rc = readv(f->host, v, (int)n);
    return rc < 0 ? -errno : rc;
}

/* A pipe that nobody reads must not end the host: SIGPIPE is held back, and taken if it was ours. */
static s64 write_pipe(struct wasi_file *f, struct iovec *v, u32 n, bool nowait) {
    struct timespec none = {0};
    sigset_t pipe_set, before, pending;
    s64 rc;
    sigemptyset(&pipe_set);
    sigaddset(&pipe_set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_set, &before);
    sigpending(&pending);
    rc = nowait ? os_write_nowait(f->host, v, (int)n) : writev(f->host, v, (int)n);
    if (rc < 0 && !nowait)
        rc = -errno;
    if (rc == -EPIPE && !sigismember(&pending, SIGPIPE))
        while (sigtimedwait(&pipe_set, NULL, &none) < 0 && errno == EINTR) {
        }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

static s64 write_once(struct wasi_file *f, struct iovec *v, u32 n, bool nowait) {
    ssize_t rc;
    if (f->waits && f->type != FT_CHARACTER)
        return write_pipe(f, v, n, nowait);
    if (nowait)
        return os_write_nowait(f->host, v, (int)n);
    rc = writev(f->host, v, (int)n);
    return rc < 0 ? -errno : rc;
}

/* ---- until something was done ---- */

typedef s64 once_fn(struct wasi_file *f, struct iovec *v, u32 n, bool nowait);

/* At most so much as poll() promises of a pipe. */
static u32 little(struct iovec *v, u32 n) {
    u64 left = PIPE_BUF;
    for (u32 i = 0; i < n; i++) {
        v[i].iov_len = min64(v[i].iov_len, left);
        if (!(left -= v[i].iov_len))
            return i + 1;
    }
    return n;
}

static s64 transfer(struct wcall *c, struct wasi_file *f, struct iovec *v, u32 n, once_fn *once, short event,
                    bool blocks) {
    bool nowait = f->given && f->waits && !f->no_nowait;
    struct pollfd p = {.fd = f->host, .events = event};
    s64 rc;
    for (;;) {
        if (f->given && f->waits && !nowait) {
            n = little(v, n);
            if (poll(&p, 1, 0) == 1)
                rc = once(f, v, n, false);
            else
                rc = -EAGAIN;
        } else {
            rc = once(f, v, n, nowait);
        }
        if (nowait && rc == -EOPNOTSUPP) {
            f->no_nowait = true;
            nowait = false;
        } else if (rc == -EAGAIN && blocks && f->waits) {
            u32 result = wait_file(c, f->host, event);
            if (result || c->cx->trap)
                return result ? -EIO : 0;
        } else if (rc != -EINTR) {
            return rc;
        } else if (chain_interrupted(c->cx)) {
            trap(c->cx, TRAP_INTERRUPT);
            return 0;
        }
    }
}

/* fd, iovecs, how many, where the count goes. */
static u32 stream(struct wcall *c, const u64 *a, u64 right, once_fn *once, short event) {
    struct iovec v[WASI_IOVECS];
    struct wasi_file *f;
    u32 n = 0, result;
    s64 rc;
    if ((result = file_get(c, a[0], 0, &f)))
        return result;
    if (f->type == FT_DIRECTORY)
        result = right == R_FD_READ ? WASI_EISDIR : WASI_EBADF;
    else if (!(f->base & right))
        result = WASI_ENOTCAPABLE;
    else if (!guest(c, a[3], 4))
        result = WASI_EFAULT;
    else
        result = take_iovecs(c, a[1], a[2], v, &n);
    if (!result) {
        rc = transfer(c, f, v, n, once, event, !(f->flags & FDF_NONBLOCK));
        result = rc < 0 ? wasi_result(rc) : put_u32(c, a[3], (u32)rc);
        if (rc > 0)
            charge_bytes(c->cx, (u64)rc);
    }
    file_put(c->w, f);
    return result;
}

W(fd_read) {
    return stream(c, a, R_FD_READ, read_once, POLLIN);
}
W(fd_write) {
    return stream(c, a, R_FD_WRITE, write_once, POLLOUT);
}

s64 wasi_write_now(struct ctx *cx, struct wasi *w, u64 fd, void *p, u64 len) {
    struct wcall c = {.w = w, .cx = cx};
    struct iovec v = {p, len};
    struct wasi_file *f;
    u32 result = file_get(&c, fd, 0, &f);
    s64 rc;
    if (result)
        return -(s64)result;
    if (f->type == FT_DIRECTORY || !(f->base & R_FD_WRITE))
        rc = -(s64)(f->type == FT_DIRECTORY ? WASI_EBADF : WASI_ENOTCAPABLE);
    else if ((rc = transfer(&c, f, &v, 1, write_once, POLLOUT, false)) < 0)
        rc = -(s64)wasi_result(rc);
    else
        charge_bytes(cx, (u64)rc);
    file_put(w, f);
    return rc;
}

/* ---- at a place ---- */

static ssize_t read_at(int fd, const struct iovec *v, int n, off_t at) {
    return preadv(fd, v, n, at);
}
static ssize_t write_at(int fd, const struct iovec *v, int n, off_t at) {
    return pwritev(fd, v, n, at);
}

/* fd, iovecs, how many, offset, where the count goes. */
static u32 at_offset(struct wcall *c, const u64 *a, u64 right, ssize_t (*once)(int, const struct iovec *, int, off_t)) {
    struct iovec v[WASI_IOVECS];
    struct wasi_file *f;
    u32 n = 0, result;
    ssize_t rc;
    if ((result = file_get(c, a[0], 0, &f)))
        return result;
    if (f->type == FT_DIRECTORY)
        result = right == R_FD_READ ? WASI_EISDIR : WASI_EBADF;
    else if (!(f->base & right) || !(f->base & R_FD_SEEK))
        result = f->type == FT_REGULAR || f->base & R_FD_SEEK ? WASI_ENOTCAPABLE : WASI_ESPIPE;
    else if (a[3] > INT64_MAX)
        result = WASI_EINVAL;
    else if (!guest(c, a[4], 4))
        result = WASI_EFAULT;
    else
        result = take_iovecs(c, a[1], a[2], v, &n);
    if (!result) {
        do
            rc = once(f->host, v, (int)n, (off_t)a[3]);
        while (rc < 0 && errno == EINTR);
        result = rc < 0 ? wasi_errno(errno) : put_u32(c, a[4], (u32)rc);
        if (rc > 0)
            charge_bytes(c->cx, (u64)rc);
    }
    file_put(c->w, f);
    return result;
}

W(fd_pread) {
    return at_offset(c, a, R_FD_READ, read_at);
}
W(fd_pwrite) {
    return at_offset(c, a, R_FD_WRITE, write_at);
}

/* ---- the place ---- */

static u32 seek(struct wcall *c, u64 fd, s64 offset, int whence, u64 right, u64 out) {
    struct wasi_file *f;
    u32 result = file_get(c, fd, 0, &f);
    off_t at;
    if (result)
        return result;
    if (f->type == FT_DIRECTORY)
        result = WASI_EBADF;
    else if (!(f->base & right) && !(f->base & R_FD_SEEK))
        result = f->waits ? WASI_ESPIPE : WASI_ENOTCAPABLE;
    else if (!guest(c, out, 8))
        result = WASI_EFAULT;
    else if ((at = lseek(f->host, (off_t)offset, whence)) < 0)
        result = wasi_errno(errno);
    else
        result = put_u64(c, out, (u64)at);
    file_put(c->w, f);
    return result;
}

W(fd_seek) {
    static const int new_whence[] = {SEEK_SET, SEEK_CUR, SEEK_END}, old_whence[] = {SEEK_CUR, SEEK_END, SEEK_SET};
    int whence;
    if (a[2] > 2)
        return WASI_EINVAL;
    whence = c->old ? old_whence[a[2]] : new_whence[a[2]];
    return seek(c, a[0], (s64)a[1], whence, whence == SEEK_CUR && !a[1] ? R_FD_TELL : R_FD_SEEK, a[3]);
}

W(fd_tell) {
    return seek(c, a[0], 0, SEEK_CUR, R_FD_TELL, a[1]);
}
