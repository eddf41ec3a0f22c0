/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* files.c - the table of a guest's files: numbers, rights, and who still uses what is being closed.
 *
 * A call holds a reference on its file, so that a close from another thread cannot hand its descriptor to somebody else
 * while the kernel works on it. */
#include "rt/wasi/wasi.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- rights ---- */

#define R_FILE                                                                                                         \
    (R_FD_DATASYNC | R_FD_READ | R_FD_SEEK | R_FD_FDSTAT_SET_FLAGS | R_FD_SYNC | R_FD_TELL | R_FD_WRITE |              \
     R_FD_ADVISE | R_FD_ALLOCATE | R_FD_FILESTAT_GET | R_FD_FILESTAT_SET_SIZE | R_FD_FILESTAT_SET_TIMES |              \
     R_POLL_FD_READWRITE)
#define R_DIR                                                                                                          \
    (R_FD_DATASYNC | R_FD_FDSTAT_SET_FLAGS | R_FD_SYNC | R_FD_ADVISE | R_PATH_CREATE_DIRECTORY | R_PATH_CREATE_FILE |  \
     R_PATH_LINK_SOURCE | R_PATH_LINK_TARGET | R_PATH_OPEN | R_FD_READDIR | R_PATH_READLINK | R_PATH_RENAME_SOURCE |   \
     R_PATH_RENAME_TARGET | R_PATH_FILESTAT_GET | R_PATH_FILESTAT_SET_SIZE | R_PATH_FILESTAT_SET_TIMES |               \
     R_FD_FILESTAT_GET | R_FD_FILESTAT_SET_TIMES | R_PATH_SYMLINK | R_PATH_REMOVE_DIRECTORY | R_PATH_UNLINK_FILE |     \
     R_POLL_FD_READWRITE)
#define R_SOCKET                                                                                                       \
    (R_FD_READ | R_FD_FDSTAT_SET_FLAGS | R_FD_WRITE | R_FD_FILESTAT_GET | R_POLL_FD_READWRITE | R_SOCK_SHUTDOWN |      \
     R_SOCK_ACCEPT)
#define R_LOOK                                                                                                         \
    (R_FD_READ | R_FD_SEEK | R_FD_TELL | R_FD_FDSTAT_SET_FLAGS | R_FD_SYNC | R_FD_DATASYNC | R_FD_ADVISE |             \
     R_PATH_OPEN | R_FD_READDIR | R_PATH_READLINK | R_PATH_FILESTAT_GET | R_FD_FILESTAT_GET | R_POLL_FD_READWRITE)

const u64 rights_all = R_FILE | R_DIR | R_SOCKET;
const u64 rights_inherited = R_FILE | R_DIR;
const u64 rights_read_only = R_LOOK;

u64 rights_of_type(int fd, u8 type) {
    switch ((enum wasi_filetype)type) {
    case FT_DIRECTORY: return R_DIR;
    case FT_SOCKET_DGRAM:
    case FT_SOCKET_STREAM: return R_SOCKET;
    case FT_CHARACTER: /* a terminal is known by these two being absent (wasi-libc's isatty) */
        return isatty(fd) ? R_FILE & ~(R_FD_SEEK | R_FD_TELL) : R_FILE;
    case FT_UNKNOWN:
    case FT_BLOCK:
    case FT_REGULAR:
    case FT_SYMLINK: break;
    }
    return R_FILE;
}

u8 filetype_of_mode(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFBLK: return FT_BLOCK;
    case S_IFCHR: return FT_CHARACTER;
    case S_IFDIR: return FT_DIRECTORY;
    case S_IFREG: return FT_REGULAR;
    case S_IFLNK: return FT_SYMLINK;
    case S_IFSOCK: return FT_SOCKET_STREAM;
    }
    return FT_UNKNOWN; /* pipes have no number */
}

u8 filetype_of_fd(int fd, const struct stat *st) {
    u8 type = filetype_of_mode(st->st_mode);
    int kind = 0;
    socklen_t len = sizeof kind;
    if (type == FT_SOCKET_STREAM && !getsockopt(fd, SOL_SOCKET, SO_TYPE, &kind, &len) && kind == SOCK_DGRAM)
        return FT_SOCKET_DGRAM;
    return type;
}

/* ---- the table; the lock is held ---- */

static struct wasi_file *row(const struct wasi *w, u64 fd) {
    return fd < w->nfile ? w->file[fd] : NULL;
}

static void unref(struct wasi_file *f) {
    if (--f->refs)
        return;
    close(f->host);
    free(f->name);
    free(f);
}

static bool grow(struct wasi *w, u32 n) {
    struct wasi_file **p;
    if (n <= w->nfile)
        return true;
    n = n < 16 ? 16 : n + n / 2;
    if (!(p = realloc(w->file, n * sizeof *p)))
        return false;
    memset(p + w->nfile, 0, (n - w->nfile) * sizeof *p);
    w->file = p;
    w->nfile = n;
    return true;
}

/* ---- for the calls ---- */

u32 file_get(struct wcall *c, u64 fd, u64 rights, struct wasi_file **out) {
    struct wasi *w = c->w;
    struct wasi_file *f;
    u32 result = WASI_EBADF;
    pthread_mutex_lock(&w->lock);
    if ((f = row(w, fd))) {
        result = (f->base & rights) == rights ? WASI_OK : WASI_ENOTCAPABLE;
        if (!result) {
            f->refs++;
            *out = f;
        }
    }
    pthread_mutex_unlock(&w->lock);
    return result;
}

void file_put(struct wasi *w, struct wasi_file *f) {
    pthread_mutex_lock(&w->lock);
    unref(f);
    pthread_mutex_unlock(&w->lock);
}

static u32 put_in(struct wasi *w, struct wasi_file *f, u32 least, u32 *fd) {
    u32 i = least;
    if (w->nopen >= w->max_files)
        return WASI_EMFILE;
    while (row(w, i))
        i++;
    if (!grow(w, i + 1))
        return WASI_ENOMEM;
    w->file[i] = f;
    w->nopen++;
    *fd = i;
    return WASI_OK;
}

u32 file_add(struct wasi *w, const struct wasi_file *from, u32 least, u32 *fd) {
    struct wasi_file *f = malloc(sizeof *f);
    struct stat st;
    u32 result = WASI_ENOMEM;
    if (f) {
        memcpy(f, from, sizeof *f); /* nobody else sees it yet */
        f->refs = 1;
        if (fstat(f->host, &st)) {
            result = wasi_errno(errno);
        } else {
            f->type = filetype_of_fd(f->host, &st);
            f->waits = f->type != FT_REGULAR && f->type != FT_DIRECTORY && f->type != FT_BLOCK;
            f->base &= rights_of_type(f->host, f->type);
            f->inheriting = f->type == FT_DIRECTORY ? f->inheriting & rights_inherited : 0;
            pthread_mutex_lock(&w->lock);
            result = put_in(w, f, least, fd);
            pthread_mutex_unlock(&w->lock);
        }
    }
    if (result) {
        close(from->host);
        free(from->name);
        free(f);
    }
    return result;
}

u32 file_close(struct wasi *w, u64 fd) {
    struct wasi_file *f;
    pthread_mutex_lock(&w->lock);
    if ((f = row(w, fd))) {
        w->file[fd] = NULL;
        w->nopen--;
        unref(f);
    }
    pthread_mutex_unlock(&w->lock);
    return f ? WASI_OK : WASI_EBADF;
}

u32 file_move(struct wasi *w, u64 from, u64 to) {
    struct wasi_file *f, *there;
    u32 result = WASI_EBADF;
    pthread_mutex_lock(&w->lock);
    f = row(w, from);
    there = row(w, to); /* it must be open: a guest cannot take a number that another thread is about to be given */
    if (f && there) {
        result = WASI_OK;
        if (f != there) {
            w->file[to] = f;
            w->file[from] = NULL;
            w->nopen--;
            unref(there);
        }
    }
    pthread_mutex_unlock(&w->lock);
    return result;
}

u32 file_narrow(struct wasi *w, u64 fd, u64 base, u64 inheriting) {
    struct wasi_file *f;
    u32 result = WASI_EBADF;
    pthread_mutex_lock(&w->lock);
    if ((f = row(w, fd))) {
        result = (base & ~f->base) || (inheriting & ~f->inheriting) ? WASI_ENOTCAPABLE : WASI_OK;
        if (!result) {
            f->base = base;
            f->inheriting = inheriting;
        }
    }
    pthread_mutex_unlock(&w->lock);
    return result;
}

void files_drop(struct wasi *w) {
    for (u32 i = 0; i < w->nfile; i++)
        if (w->file[i])
            unref(w->file[i]);
    free(w->file);
}
