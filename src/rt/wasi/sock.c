/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* sock.c - sockets that the host gave, and those that they accept. */
#define _GNU_SOURCE
#include "rt/wasi/wasi.h"
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

static bool is_socket(const struct wasi_file *f) {
    return f->type == FT_SOCKET_STREAM || f->type == FT_SOCKET_DGRAM;
}

static u32 sock_get(struct wcall *c, u64 fd, u64 right, struct wasi_file **out) {
    u32 result = file_get(c, fd, 0, out);
    if (result)
        return result;
    if (!is_socket(*out))
        result = WASI_ENOTSOCK;
    else if (!((*out)->base & right))
        result = WASI_ENOTCAPABLE;
    if (result)
        file_put(c->w, *out);
    return result;
}

/* After -EAGAIN: true: try again; else *result says what to give, or cx->trap is set. */
static bool wait_more(struct wcall *c, const struct wasi_file *f, short event, u32 *result) {
    if (errno == EINTR)
        return true;
    *result = wasi_errno(errno);
    if (errno != EAGAIN || f->flags & FDF_NONBLOCK)
        return false;
    *result = wait_file(c, f->host, event);
    return !*result && !c->cx->trap;
}

/* fd, flags of the new one, where its number goes. */
W(sock_accept) {
    struct wasi_file *f, new_file = {.host = -1};
    u32 fd, result;
    if (a[1] & ~(u64)FDF_NONBLOCK)
        return WASI_EINVAL;
    if (!guest(c, a[2], 4))
        return WASI_EFAULT;
    if ((result = sock_get(c, a[0], R_SOCK_ACCEPT, &f)))
        return result;
    do { /* the listening socket may be one that blocks */
        struct pollfd p = {.fd = f->host, .events = POLLIN};
        errno = EAGAIN;
        if (poll(&p, 1, 0) == 1)
            new_file.host = accept4(f->host, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    } while (new_file.host < 0 && wait_more(c, f, POLLIN, &result));
    if (new_file.host >= 0) {
        new_file.flags = (u32)a[1];
        new_file.base = rights_all;
        result = file_add(c->w, &new_file, 0, &fd);
        if (!result)
            result = put_u32(c, a[2], fd);
    }
    file_put(c->w, f);
    return result;
}

/* v without its first `done` bytes. */
static void advance(struct iovec *v, u32 n, size_t done) {
    for (u32 i = 0; i < n && done; i++) {
        size_t k = min64(v[i].iov_len, done);
        v[i].iov_base = (u8 *)v[i].iov_base + k;
        v[i].iov_len -= k;
        done -= k;
    }
}

enum { RECV_PEEK = 1, RECV_WAITALL = 2, RECV_TRUNCATED = 1 };

/* fd, iovecs, how many, flags; where the count goes, and the flags. */
W(sock_recv) {
    struct iovec v[WASI_IOVECS];
    struct msghdr m = {.msg_iov = v};
    struct wasi_file *f;
    u32 n, result;
    u64 done = 0, want = 0;
    bool all;
    ssize_t rc;
    u8 *flags;
    if (a[3] & ~(u64)(RECV_PEEK | RECV_WAITALL))
        return WASI_EINVAL;
    if ((result = take_iovecs(c, a[1], a[2], v, &n)) || (result = sock_get(c, a[0], R_FD_READ, &f)))
        return result;
    if (!(flags = guest(c, a[5], 2)) || !guest(c, a[4], 4))
        result = WASI_EFAULT;
    m.msg_iovlen = n;
    for (u32 i = 0; i < n; i++)
        want += v[i].iov_len;
    all = a[3] == RECV_WAITALL && f->type == FT_SOCKET_STREAM;
    while (!result) {
        rc = recvmsg(f->host, &m, MSG_DONTWAIT | (a[3] & RECV_PEEK ? MSG_PEEK : 0));
        if (rc < 0) {
            if (wait_more(c, f, POLLIN, &result))
                continue;
            break;
        }
        done += (u64)rc;
        if (!rc || !all || done == want)
            break;
        advance(v, n, (size_t)rc);
    }
    if (done) /* what came before an error is given first */
        result = WASI_OK;
    if (!result && !c->cx->trap) {
        result = put_u32(c, a[4], (u32)done);
        flags[0] = m.msg_flags & MSG_TRUNC ? RECV_TRUNCATED : 0;
        flags[1] = 0;
        charge_bytes(c->cx, done);
    }
    file_put(c->w, f);
    return result;
}

/* fd, iovecs, how many, flags (none is known), where the count goes. */
W(sock_send) {
    struct iovec v[WASI_IOVECS];
    struct msghdr m = {.msg_iov = v};
    struct wasi_file *f;
    u32 n, result;
    ssize_t rc = -1;
    if (a[3])
        return WASI_EINVAL;
    if ((result = take_iovecs(c, a[1], a[2], v, &n)) || (result = sock_get(c, a[0], R_FD_WRITE, &f)))
        return result;
    m.msg_iovlen = n;
    if (!guest(c, a[4], 4))
        result = WASI_EFAULT;
    else
        do
            rc = sendmsg(f->host, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
        while (rc < 0 && wait_more(c, f, POLLOUT, &result));
    if (rc >= 0) {
        result = put_u32(c, a[4], (u32)rc);
        charge_bytes(c->cx, (u64)rc);
    }
    file_put(c->w, f);
    return result;
}

enum { SHUT_IN = 1, SHUT_OUT = 2 };

W(sock_shutdown) {
    static const int how[] = {[SHUT_IN] = SHUT_RD, [SHUT_OUT] = SHUT_WR, [SHUT_IN | SHUT_OUT] = SHUT_RDWR};
    struct wasi_file *f;
    u32 result = sock_get(c, a[0], R_SOCK_SHUTDOWN, &f);
    if (result)
        return result;
    if (!a[1] || a[1] >= COUNT(how))
        result = WASI_EINVAL;
    else if (shutdown(f->host, how[a[1]]))
        result = wasi_errno(errno);
    file_put(c->w, f);
    return result;
}
