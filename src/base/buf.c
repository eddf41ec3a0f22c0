/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "base/buf.h"
#include "base/error.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

static bool grow(struct buf *b, size_t n) {
    size_t cap = b->cap ? b->cap : 256;
    u8 *p;
    if (b->oom || n > SIZE_MAX / 4 - b->len) return !(b->oom = true);
    if (b->len + n + 1 <= b->cap) return true; /* one more for a NUL */
    while (cap < b->len + n + 1) cap *= 2;
    if (!(p = realloc(b->data, cap))) return !(b->oom = true);
    b->data = p;
    b->cap = cap;
    return true;
}

void buf_add(struct buf *b, const void *p, size_t n) {
    if (!n || !grow(b, n)) return;
    memcpy(b->data + b->len, p, n);
    b->len += n;
}

void buf_printf(struct buf *b, const char *fmt, ...) {
    va_list ap;
    int n;
    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n <= 0 || !grow(b, (size_t)n)) return;
    va_start(ap, fmt);
    vsnprintf((char *)b->data + b->len, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->len += (size_t)n;
}

void buf_u32(struct buf *b, u32 v) {
    u8 p[4] = {(u8)v, (u8)(v >> 8), (u8)(v >> 16), (u8)(v >> 24)};
    buf_add(b, p, sizeof p);
}

void buf_u64(struct buf *b, u64 v) {
    buf_u32(b, (u32)v);
    buf_u32(b, (u32)(v >> 32));
}

const char *buf_str(struct buf *b) {
    if (!grow(b, 0)) return "";
    b->data[b->len] = 0;
    return (const char *)b->data;
}

void buf_clear(struct buf *b) { b->len = 0; }

void buf_free(struct buf *b) {
    free(b->data);
    *b = (struct buf){0};
}

/* Bytes that a file will probably have; one that is none: 64 KB at a time. */
static size_t expected(int fd) {
    struct stat st;
    return !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0 ? (size_t)st.st_size : CHUNK;
}

static int read_all(struct buf *b, int fd, size_t limit) {
    ssize_t n = 1;
    grow(b, min64(expected(fd), limit) + 1);
    while (n) {
        if (b->oom || (b->cap - b->len < 2 && !grow(b, CHUNK))) return E_NOMEM;
        n = read(fd, b->data + b->len, b->cap - b->len - 1);
        if (n < 0 && errno != EINTR) return E_IO;
        if (n > 0) b->len += (size_t)n;
        if (b->len > limit) return E_LIMIT;
    }
    return 0;
}

int buf_read_file(struct buf *b, const char *path, size_t limit) {
    bool named = strcmp(path, "-") != 0;
    int fd = named ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO, rc, why;
    if (fd < 0) return E_IO;
    rc = read_all(b, fd, limit);
    why = errno;
    if (named) close(fd);
    errno = why;
    return rc;
}
