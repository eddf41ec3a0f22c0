/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fd_meta.c - what is known of open files and may be changed: rights, flags, sizes, times; their numbers; directories
 * read. */
#define _GNU_SOURCE
#include "base/files.h"
#include "rt/wasi/wasi.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* ---- the table ---- */

W(fd_close) {
    return file_close(c->w, a[0]);
}
W(fd_renumber) {
    return file_move(c->w, a[0], a[1]);
}
W(fd_fdstat_set_rights) {
    return file_narrow(c->w, a[0], a[1], a[2]);
}

/* struct fdstat, 24 bytes: type u8 | - | flags u16 | - | base u64 at 8 | inheriting u64 */
W(fd_fdstat_get) {
    struct wasi_file *f;
    u32 result = file_get(c, a[0], 0, &f);
    u8 *p;
    if (result)
        return result;
    if ((p = guest(c, a[1], 24))) {
        set32(p, (u32)f->type | f->flags << 16);
        set32(p + 4, 0);
        set64(p + 8, f->base);
        set64(p + 16, f->inheriting);
    } else {
        result = WASI_EFAULT;
    }
    file_put(c->w, f);
    return result;
}

/* NONBLOCK is ours alone, see fd_io.c. The kernel changes no other flag of an open file but APPEND. */
W(fd_fdstat_set_flags) {
    const u32 known = FDF_APPEND | FDF_DSYNC | FDF_NONBLOCK | FDF_RSYNC | FDF_SYNC;
    struct wasi_file *f;
    u32 result, want = (u32)a[1], changed;
    int flags;
    if (want & ~known)
        return WASI_EINVAL;
    if ((result = file_get(c, a[0], R_FD_FDSTAT_SET_FLAGS, &f)))
        return result;
    changed = f->flags ^ want;
    if (changed & (FDF_DSYNC | FDF_RSYNC | FDF_SYNC) || (changed & FDF_APPEND && f->given))
        result = WASI_ENOTSUP;
    else if (changed & FDF_APPEND &&
             ((flags = fcntl(f->host, F_GETFL)) < 0 || fcntl(f->host, F_SETFL, flags ^ O_APPEND)))
        result = wasi_errno(errno);
    else
        f->flags = want;
    file_put(c->w, f);
    return result;
}

/* struct prestat, 8 bytes: tag u8 (0: a directory) | - | length of its name u32 */
static u32 preopened(struct wcall *c, u64 fd, struct wasi_file **f) {
    u32 result = file_get(c, fd, 0, f);
    if (!result && !(*f)->name) {
        file_put(c->w, *f);
        result = WASI_EBADF; /* libraries look from 3 on until they hear this */
    }
    return result;
}

W(fd_prestat_get) {
    struct wasi_file *f;
    u32 result = preopened(c, a[0], &f);
    if (result)
        return result;
    result = put_u64(c, a[1], (u64)strlen(f->name) << 32);
    file_put(c->w, f);
    return result;
}

W(fd_prestat_dir_name) {
    struct wasi_file *f;
    u32 result = preopened(c, a[0], &f);
    size_t n;
    u8 *p;
    if (result)
        return result;
    n = strlen(f->name);
    if (a[2] < n)
        result = WASI_ENAMETOOLONG;
    else if (!(p = guest(c, a[1], n)))
        result = WASI_EFAULT;
    else
        memcpy(p, f->name, n);
    file_put(c->w, f);
    return result;
}

/* ---- the file ---- */

/* What the kernel says to one call on a file that must not be a directory, where not_dir. */
static u32 on_file(struct wcall *c, u64 fd, u64 right, bool not_dir, int (*act)(int fd, const u64 *a), const u64 *a) {
    struct wasi_file *f;
    u32 result = file_get(c, fd, 0, &f);
    if (result)
        return result;
    if (not_dir && f->type == FT_DIRECTORY)
        result = WASI_EBADF;
    else if (!(f->base & right))
        result = WASI_ENOTCAPABLE;
    else if (act(f->host, a))
        result = wasi_errno(errno);
    file_put(c->w, f);
    return result;
}

static int refuse(int error) {
    errno = error;
    return -1;
}

static int do_sync(int fd, const u64 *a) {
    (void)a;
    return fsync(fd);
}
static int do_datasync(int fd, const u64 *a) {
    (void)a;
    return fdatasync(fd);
}

static int do_advise(int fd, const u64 *a) {
    static const int advice[] = {POSIX_FADV_NORMAL,   POSIX_FADV_SEQUENTIAL, POSIX_FADV_RANDOM,
                                 POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED,   POSIX_FADV_NOREUSE};
    int rc;
    if (a[3] >= COUNT(advice) || a[1] > INT64_MAX || a[2] > INT64_MAX)
        return refuse(EINVAL);
    rc = posix_fadvise(fd, (off_t)a[1], (off_t)a[2], advice[a[3]]);
    return rc ? refuse(rc) : 0;
}

static int do_allocate(int fd, const u64 *a) {
    if (!a[2] || a[1] > INT64_MAX || a[2] > INT64_MAX)
        return refuse(EINVAL);
    return fallocate(fd, 0, (off_t)a[1], (off_t)a[2]);
}

static int do_truncate(int fd, const u64 *a) {
    return a[1] > INT64_MAX ? refuse(EINVAL) : ftruncate(fd, (off_t)a[1]);
}

W(fd_sync) {
    return on_file(c, a[0], R_FD_SYNC, false, do_sync, a);
}
W(fd_datasync) {
    return on_file(c, a[0], R_FD_DATASYNC, false, do_datasync, a);
}
W(fd_advise) {
    return on_file(c, a[0], R_FD_ADVISE, true, do_advise, a);
}
W(fd_allocate) {
    return on_file(c, a[0], R_FD_ALLOCATE, true, do_allocate, a);
}
W(fd_filestat_set_size) {
    return on_file(c, a[0], R_FD_FILESTAT_SET_SIZE, true, do_truncate, a);
}

/* ---- what is known of it ----
 *
 *             0     8     16       24         32     40     48     56     64
 *   preview1  | dev | ino | type - | nlink    | size | atim | mtim | ctim |
 *   unstable  | dev | ino | type - nlink:20 | size 24 | atim | mtim | ctim |    56 bytes */

static u64 ns_of(const struct timespec *t) {
    return (u64)t->tv_sec * 1000000000 + (u64)t->tv_nsec;
}

u32 put_filestat(struct wcall *c, u64 at, const struct stat *st, int fd) {
    u8 *p = guest(c, at, c->old ? 56 : 64);
    if (!p)
        return WASI_EFAULT;
    set64(p, (u64)st->st_dev);
    set64(p + 8, (u64)st->st_ino);
    set64(p + 16, fd >= 0 ? filetype_of_fd(fd, st) : filetype_of_mode(st->st_mode));
    if (c->old)
        set32(p + 20, (u32)st->st_nlink);
    else
        set64(p + 24, (u64)st->st_nlink);
    p += c->old ? 24 : 32;
    set64(p, (u64)st->st_size);
    set64(p + 8, ns_of(&st->st_atim));
    set64(p + 16, ns_of(&st->st_mtim));
    set64(p + 24, ns_of(&st->st_ctim));
    return WASI_OK;
}

W(fd_filestat_get) {
    struct wasi_file *f;
    struct stat st;
    u32 result = file_get(c, a[0], R_FD_FILESTAT_GET, &f);
    if (result)
        return result;
    result = fstat(f->host, &st) ? wasi_errno(errno) : put_filestat(c, a[1], &st, f->host);
    file_put(c->w, f);
    return result;
}

static bool take_time(u64 ns, bool set, bool now, struct timespec *t) {
    *t = (struct timespec){(time_t)(ns / 1000000000), set ? (long)(ns % 1000000000) : now ? UTIME_NOW : UTIME_OMIT};
    return !(set && now);
}

u32 take_times(u64 atim, u64 mtim, u64 flags, struct timespec out[2]) {
    if (flags & ~(u64)(FST_ATIM | FST_ATIM_NOW | FST_MTIM | FST_MTIM_NOW) ||
        !take_time(atim, flags & FST_ATIM, flags & FST_ATIM_NOW, &out[0]) ||
        !take_time(mtim, flags & FST_MTIM, flags & FST_MTIM_NOW, &out[1]))
        return WASI_EINVAL;
    return WASI_OK;
}

W(fd_filestat_set_times) {
    struct wasi_file *f;
    struct timespec t[2];
    u32 result = take_times(a[1], a[2], a[3], t);
    if (result || (result = file_get(c, a[0], R_FD_FILESTAT_SET_TIMES, &f)))
        return result;
    if (futimens(f->host, t))
        result = wasi_errno(errno);
    file_put(c->w, f);
    return result;
}

/* ---- directories ---- */

static u8 filetype_of_dirent(u8 type) {
    return filetype_of_mode(DTTOIF(type));
}

/* struct dirent, 24 bytes: next u64 | inode u64 | length of the name u32 | type u8 -; then the name. What does not fit
 * is cut, and tells by that that there is more. */
static size_t put_dirent(u8 *to, size_t room, const struct os_dirent *d, u64 ino) {
    size_t n = strlen(d->name), head = min64(24, room);
    u8 h[24] = {0};
    set64(h, d->next);
    set64(h + 8, ino);
    set32(h + 16, (u32)n);
    h[20] = filetype_of_dirent(d->type);
    memcpy(to, h, head);
    n = min64(n, room - head);
    memcpy(to + head, d->name, n);
    return head + n;
}

/* The place in the directory is the descriptor's: one reader at a time. Where ".." is not the guest's to know of, it is
 * the directory itself. */
static s64 read_dir(const struct wasi_file *f, u8 *to, size_t room, u64 cookie) {
    _Alignas(8) u8 buf[8192];
    struct os_dirent d;
    struct stat st;
    size_t used = 0, pos;
    s64 n;
    if (f->name && fstat(f->host, &st))
        return -errno;
    while (used < room) {
        if ((n = os_read_dir(f->host, cookie, buf, sizeof buf)) <= 0)
            return n < 0 && !used ? n : (s64)used;
        for (pos = 0; used < room && os_next_dirent(buf, (size_t)n, &pos, &d); cookie = d.next)
            used += put_dirent(to + used, room - used, &d, f->name && !strcmp(d.name, "..") ? st.st_ino : d.ino);
    }
    return (s64)used;
}

W(fd_readdir) {
    struct wasi_file *f;
    u32 result = file_get(c, a[0], 0, &f);
    u8 *p = guest(c, a[1], a[2]);
    s64 n;
    if (result)
        return result;
    if (f->type != FT_DIRECTORY)
        result = WASI_ENOTDIR;
    else if (!(f->base & R_FD_READDIR))
        result = WASI_ENOTCAPABLE;
    else if (!p || !guest(c, a[4], 4))
        result = WASI_EFAULT;
    else if (a[3] > INT64_MAX)
        result = WASI_EINVAL;
    if (!result) {
        pthread_mutex_lock(&c->w->lock);
        n = read_dir(f, p, a[2], a[3]);
        pthread_mutex_unlock(&c->w->lock);
        result = n < 0 ? wasi_result(n) : put_u32(c, a[4], (u32)n);
        if (n > 0)
            charge_bytes(c->cx, (u64)n);
    }
    file_put(c->w, f);
    return result;
}
