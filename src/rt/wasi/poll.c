/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* poll.c - poll_oneoff: waiting for the first of several events: files that are ready, times that have come.
 *
 * struct subscription                                              struct event, 32 bytes
 *            0          8     16            24        32      40          0          8      10          16       24
 *   preview1 | userdata | tag | clock id    | timeout | -     | flags     | userdata | error | type |  -  | nbytes |
 * flags | unstable | userdata | tag | (its own 8) | clock id | timeout | - | flags 48      (the file: u32 at 16 in
 * both) */
#define _GNU_SOURCE
#include "base/platform.h"
#include "rt/typed/typed.h"
#include "rt/wasi/wasi.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { NEW_SIZE = 48, OLD_SIZE = 56, EVENT_SIZE = 32, ABSTIME = 1, HANGUP = 1 };

struct sub {
    u64 userdata, at;    /* at: of a clock, as os_time_ns */
    struct wasi_file *f; /* NULL: a clock, or an error */
    u32 error;
    u8 tag;
};

static u64 add_ns(u64 x, u64 y) {
    return x > UINT64_MAX - y ? UINT64_MAX : x + y;
}

static u32 take_clock(struct sub *s, const u8 *p) {
    u32 id = get32(p), flags = get16(p + 24);
    u64 timeout = get64(p + 8), wall;
    if (id > CLOCK_THREAD || flags & ~(u32)ABSTIME)
        return WASI_EINVAL;
    if (id > CLOCK_MONO)
        return WASI_ENOTSUP;
    if (!(flags & ABSTIME)) {
        s->at = add_ns(os_time_ns(), timeout);
    } else if (id == CLOCK_MONO) {
        s->at = timeout;
    } else {
        wall = os_wall_ns();
        s->at = add_ns(os_time_ns(), timeout > wall ? timeout - wall : 0);
    }
    return WASI_OK;
}

static void take_sub(struct wcall *c, struct sub *s, const u8 *p) {
    *s = (struct sub){.userdata = get64(p), .tag = p[8], .at = UINT64_MAX};
    switch (s->tag) {
    case EVENT_CLOCK: s->error = take_clock(s, p + (c->old ? 24 : 16)); return;
    case EVENT_READ: s->error = file_get(c, get32(p + 16), R_POLL_FD_READWRITE | R_FD_READ, &s->f); break;
    case EVENT_WRITE: s->error = file_get(c, get32(p + 16), R_POLL_FD_READWRITE | R_FD_WRITE, &s->f); break;
    default: s->error = WASI_EINVAL;
    }
    if (s->error == WASI_ENOTCAPABLE) /* a directory, say, is ready for what it refuses */
        s->error = file_get(c, get32(p + 16), R_POLL_FD_READWRITE, &s->f);
    if (s->error)
        s->f = NULL;
}

/* Bytes that can be read at once. */
static u64 readable(const struct wasi_file *f) {
    struct stat st;
    off_t at;
    int n = 0;
    if (f->type == FT_REGULAR && !fstat(f->host, &st) && (at = lseek(f->host, 0, SEEK_CUR)) >= 0)
        return st.st_size > at ? (u64)(st.st_size - at) : 0;
    return ioctl(f->host, FIONREAD, &n) || n < 0 ? 0 : (u64)n;
}

static void put_event(u8 *p, const struct sub *s, u32 error, short ready) {
    memset(p, 0, EVENT_SIZE);
    set64(p, s->userdata);
    p[8] = (u8)error;
    p[10] = s->tag;
    if (!s->f)
        return;
    set64(p + 16, s->tag == EVENT_READ ? readable(s->f) : 0);
    p[24] = ready & POLLHUP ? HANGUP : 0;
}

/* Waits, then writes the events that are there; their number. p: a row for each sub and one more. */
static u32 wait_and_tell(struct wcall *c, const struct sub *s, u32 n, struct pollfd *p, u8 *out, u32 *count) {
    u64 first = UINT64_MAX, now;
    int rc;
    for (u32 i = 0; i < n; i++) {
        p[i] = (struct pollfd){.fd = s[i].f ? s[i].f->host : -1, .events = s[i].tag == EVENT_READ ? POLLIN : POLLOUT};
        first = min64(first, s[i].error ? 0 : s[i].at);
    }
    rc = first <= os_time_ns() ? poll(p, n, 0) : wait_ready(c->cx, p, n, first);
    if (c->cx->trap || (rc < 0 && rc != -1))
        return wasi_result(rc);
    if (rc < 0 && errno != EINTR)
        return wasi_errno(errno);
    now = os_time_ns();
    for (u32 i = 0; i < n; i++)
        if (s[i].error || (s[i].f ? rc > 0 && p[i].revents : s[i].at <= now))
            put_event(out + (size_t)EVENT_SIZE * (*count)++, &s[i], s[i].error, s[i].f ? p[i].revents : 0);
    return WASI_OK;
}

/* subscriptions, events, how many, where the number of events goes. */
W(poll_oneoff) {
    u32 n = (u32)a[2], size = c->old ? OLD_SIZE : NEW_SIZE, count = 0, result = WASI_ENOMEM;
    u8 *in = guest(c, a[0], (u64)n * size), *out = guest(c, a[1], (u64)n * EVENT_SIZE), *copy;
    struct pollfd *p;
    struct sub *s;
    if (!n || n > WASI_SUBSCRIPTIONS)
        return WASI_EINVAL;
    if (!in || !out || !guest(c, a[3], 4))
        return WASI_EFAULT;
    if (!charge(c->cx, n))
        return WASI_OK;
    copy = malloc((size_t)n * size);
    s = malloc(n * sizeof *s);
    p = malloc((n + 1) * sizeof *p);
    if (copy && s && p) {
        memcpy(copy, in, (size_t)n * size);
        for (u32 i = 0; i < n; i++)
            take_sub(c, &s[i], copy + (size_t)i * size);
        do /* a signal to the host, or a clock that is set back, ends no wait */
            result = wait_and_tell(c, s, n, p, out, &count);
        while (!result && !count && !c->cx->trap);
        for (u32 i = 0; i < n; i++)
            if (s[i].f)
                file_put(c->w, s[i].f);
    }
    free(copy);
    free(s);
    free(p);
    return result ? result : put_u32(c, a[3], count);
}
