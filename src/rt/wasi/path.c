/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* path.c - names that a guest gives, resolved beneath one of its directories and nowhere else.
 *
 * Linux does that by itself (openat2, RESOLVE_BENEATH): "..", absolute paths and symbolic links that lead out fail, and
 * so do the magic links of procfs. Where it is missing, or gives up because somebody renames directories all the time
 * (EAGAIN), each component is opened by itself, never through a link:
 *
 *     path  a/../b/link/c     stack of descriptors  | dir | b | ...    ".." takes one off: it cannot lead above dir,
 *                                                                      wherever a directory was moved meanwhile
 *     a link is replaced by its text, and counted
 *
 * Either way, what is held afterwards is a descriptor, and no name is looked up twice. */
#define _GNU_SOURCE
#include "base/files.h"
#include "rt/wasi/wasi.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { DEPTH = 200, LINKS = 40, RACES = 64 };

/* ---- component by component ---- */

struct walk {
    int fd[DEPTH]; /* fd[0] is the caller's */
    u32 n, links;
    char rest[WASI_PATH]; /* what is still to be resolved */
};

/* The text of link (dir, name), or of the link that dir is, goes in front of what is left: skip bytes of rest are done.
 */
static int expand(struct walk *k, int dir, const char *name, size_t skip) {
    char text[WASI_PATH];
    size_t left = strlen(k->rest + skip);
    ssize_t n;
    if (++k->links > LINKS)
        return -ELOOP;
    if ((n = readlinkat(dir, name, text, sizeof text)) < 0)
        return -errno;
    if (n && text[0] == '/')
        return -EPERM;
    if (!n)
        return -ENOENT;
    if ((size_t)n + left + 2 > sizeof k->rest)
        return -ENAMETOOLONG;
    memmove(k->rest + n, k->rest + skip, left + 1);
    memcpy(k->rest, text, (size_t)n);
    return 0;
}

/* A component with a slash behind it, n bytes long; the slash stays. */
static int enter(struct walk *k, const char *name, size_t n) {
    struct stat st;
    int fd = openat(k->fd[k->n - 1], name, O_PATH | O_NOFOLLOW | O_CLOEXEC), rc;
    if (fd < 0)
        return -errno;
    if (fstat(fd, &st))
        rc = -errno;
    else if (S_ISLNK(st.st_mode))
        rc = expand(k, fd, "", n);
    else if (!S_ISDIR(st.st_mode))
        rc = -ENOTDIR;
    else if (k->n == DEPTH)
        rc = -ENAMETOOLONG;
    else {
        k->fd[k->n++] = fd;
        memmove(k->rest, k->rest + n, strlen(k->rest + n) + 1);
        return 0;
    }
    close(fd);
    return rc;
}

/* The last one. -EAGAIN: it was a link, go on with its text. */
static int open_last(struct walk *k, const char *name, size_t skip, int flags, mode_t mode) {
    int dir = k->fd[k->n - 1], fd, rc;
    bool follow = !(flags & O_NOFOLLOW) && (flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL);
    struct stat st;
    for (int i = 0; i < RACES; i++) {
        if (follow && !fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) && S_ISLNK(st.st_mode)) {
            rc = expand(k, dir, name, skip);
            if (rc != -EINVAL) /* else it is no link any more */
                return rc ? rc : -EAGAIN;
        }
        if ((fd = openat(dir, name, flags | O_NOFOLLOW, mode)) < 0) {
            if (errno != ELOOP || !follow)
                return -errno;
        } else if (!follow || !(flags & O_PATH) || fstat(fd, &st) || !S_ISLNK(st.st_mode)) {
            return fd;
        } else {
            close(fd);
        }
    }
    return -ELOOP;
}

static int step(struct walk *k, int flags, mode_t mode) {
    char name[WASI_NAME], *p = k->rest;
    size_t n, skip;
    int fd;
    n = strcspn(p, "/");
    skip = n + strspn(p + n, "/");
    if (!n || (n == 1 && *p == '.')) {
        memmove(p, p + skip, strlen(p + skip) + 1);
        if (*p)
            return -EAGAIN;
        fd = openat(k->fd[k->n - 1], ".", flags & ~O_NOFOLLOW, mode);
        return fd < 0 ? -errno : fd;
    }
    if (n >= sizeof name)
        return -ENAMETOOLONG;
    memcpy(name, p, n);
    name[n] = 0;
    if (!strcmp(name, "..")) {
        if (k->n == 1)
            return -EPERM;
        close(k->fd[--k->n]);
        memmove(p, p + skip, strlen(p + skip) + 1);
        return -EAGAIN;
    }
    if (p[n]) {
        int rc = enter(k, name, n);
        return rc ? rc : -EAGAIN;
    }
    return open_last(k, name, skip, flags, mode);
}

static int walk(int dir, const char *path, int flags, mode_t mode) {
    struct walk k = {.fd = {dir}, .n = 1};
    int rc;
    strcpy(k.rest, path); /* take_path: shorter than WASI_PATH */
    do
        rc = step(&k, flags, mode);
    while (rc == -EAGAIN);
    while (k.n > 1)
        close(k.fd[--k.n]);
    return rc;
}

/* ---- for the calls ---- */

bool path_can_openat2(void) {
    int fd = os_open_beneath(AT_FDCWD, ".", O_PATH | O_CLOEXEC, 0);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

int path_open(const struct wasi *w, int dir, const char *path, int flags, mode_t mode) {
    int fd = -EAGAIN;
    if (*path == '/')
        return -EPERM;
    if (!(flags & O_CREAT))
        mode = 0;
    flags |= O_CLOEXEC;
    for (int i = 0; i < RACES && !w->walk && fd == -EAGAIN; i++)
        fd = os_open_beneath(dir, path, flags, mode);
    if (fd == -EAGAIN || fd == -ENOSYS) /* ENOSYS: nobody asked before, where the host gave no directory */
        fd = walk(dir, path, flags, mode);
    return fd == -EXDEV ? -EPERM : fd;
}

static int open_dir(const struct wasi *w, int dir, const char *path) {
    return path_open(w, dir, path, O_PATH | O_DIRECTORY, 0);
}

int path_parent(const struct wasi *w, int dir, const char *path, struct place *p) {
    char parent[WASI_PATH];
    size_t end = strlen(path), begin;
    *p = (struct place){.dir = dir};
    while (end && path[end - 1] == '/')
        end--;
    p->slash = path[end];
    for (begin = end; begin && path[begin - 1] != '/'; begin--) {
    }
    if (*path == '/')
        return -EPERM;
    if (end - begin >= sizeof p->name)
        return -ENAMETOOLONG;
    memcpy(p->name, path + begin, end - begin);
    p->self = !strcmp(p->name, ".") || !strcmp(p->name, "..");
    if (!begin && !p->self)
        return 0;
    strcpy(parent, path);
    if (!p->self)
        parent[begin] = 0;
    p->dir = open_dir(w, dir, parent);
    p->own = p->dir >= 0;
    return p->own ? 0 : p->dir;
}

void place_drop(struct place *p) {
    if (p->own)
        close(p->dir);
    p->own = false;
}

u32 take_path(struct wcall *c, u64 at, u64 len, char *out) {
    const u8 *p = guest(c, at, len);
    if (!p)
        return WASI_EFAULT;
    if (!len)
        return WASI_ENOENT;
    if (len >= WASI_PATH)
        return WASI_ENAMETOOLONG;
    memcpy(out, p, len);
    out[len] = 0;
    return memchr(out, 0, len) ? WASI_EINVAL : WASI_OK;
}
