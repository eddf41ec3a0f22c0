/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* paths.c - the path_* calls. What follows links at the end opens the file first and acts on what it holds; the others
 * act on (directory, last component), which the kernel does not follow. A slash behind a name is taken off, since with
 * it the kernel would follow: what it asks for, a directory, is looked at here. */
#define _GNU_SOURCE
#include "rt/wasi/wasi.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static u32 dir_get(struct wcall *c, u64 fd, u64 rights, struct wasi_file **out) {
    u32 result = file_get(c, fd, 0, out);
    if (result)
        return result;
    if ((*out)->type != FT_DIRECTORY)
        result = WASI_ENOTDIR;
    else if (((*out)->base & rights) != rights)
        result = WASI_ENOTCAPABLE;
    if (result)
        file_put(c->w, *out);
    return result;
}

static u32 host_result(int rc) {
    return rc < 0 ? wasi_errno(errno) : WASI_OK;
}

/* What stands at a place, if anything does: a directory, something else, or -errno. */
enum { IS_OTHER, IS_DIR };
static int look(const struct place *p) {
    struct stat st;
    if (fstatat(p->dir, p->name, &st, AT_SYMLINK_NOFOLLOW))
        return -errno;
    return S_ISDIR(st.st_mode) ? IS_DIR : IS_OTHER;
}

/* A file that a path names, to be looked at or acted on: O_PATH. */
static int find(struct wcall *c, const struct wasi_file *dir, const char *path, u64 lookup) {
    return path_open(c->w, dir->host, path, O_PATH | (lookup & LOOKUP_FOLLOW ? 0 : O_NOFOLLOW), 0);
}

/* ---- calls on one name ---- */

/* fd, path, length; act gives a result. */
static u32 at_place(struct wcall *c, const u64 *a, u64 right, u32 (*act)(struct wcall *, const struct place *)) {
    char path[WASI_PATH];
    struct wasi_file *dir;
    struct place p;
    u32 result = take_path(c, a[1], a[2], path);
    int rc;
    if (result || (result = dir_get(c, a[0], right, &dir)))
        return result;
    if ((rc = path_parent(c->w, dir->host, path, &p)))
        result = wasi_result(rc);
    else
        result = act(c, &p);
    place_drop(&p);
    file_put(c->w, dir);
    return result;
}

static u32 create_dir(struct wcall *c, const struct place *p) {
    (void)c;
    return p->self ? WASI_EEXIST : host_result(mkdirat(p->dir, p->name, 0777));
}

static u32 remove_dir(struct wcall *c, const struct place *p) {
    (void)c;
    return p->self ? WASI_EINVAL : host_result(unlinkat(p->dir, p->name, AT_REMOVEDIR));
}

static u32 unlink_file(struct wcall *c, const struct place *p) {
    int what;
    (void)c;
    if (p->self)
        return WASI_EISDIR;
    if (p->slash && (what = look(p)) != IS_DIR)
        return what < 0 ? wasi_result(what) : WASI_ENOTDIR;
    return host_result(unlinkat(p->dir, p->name, 0));
}

W(path_create_directory) {
    return at_place(c, a, R_PATH_CREATE_DIRECTORY, create_dir);
}
W(path_remove_directory) {
    return at_place(c, a, R_PATH_REMOVE_DIRECTORY, remove_dir);
}
W(path_unlink_file) {
    return at_place(c, a, R_PATH_UNLINK_FILE, unlink_file);
}

/* ---- what is known of a file ---- */

W(path_filestat_get) {
    char path[WASI_PATH];
    struct wasi_file *dir;
    struct stat st;
    u32 result = take_path(c, a[2], a[3], path);
    int fd;
    if (result || (result = dir_get(c, a[0], R_PATH_FILESTAT_GET, &dir)))
        return result;
    if ((fd = find(c, dir, path, a[1])) < 0)
        result = wasi_result(fd);
    else
        result = fstat(fd, &st) ? wasi_errno(errno) : put_filestat(c, a[4], &st, -1);
    if (fd >= 0)
        close(fd);
    file_put(c->w, dir);
    return result;
}

/* Of a file that is held by an O_PATH descriptor. Kernels before 5.8 know only the way through procfs. */
static int set_times(int fd, const struct timespec *t) {
    char name[40];
    if (!utimensat(fd, "", t, AT_EMPTY_PATH))
        return 0;
    if (errno != EINVAL)
        return -errno;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    return utimensat(AT_FDCWD, name, t, 0) ? -errno : 0;
}

W(path_filestat_set_times) {
    char path[WASI_PATH];
    struct timespec t[2];
    struct wasi_file *dir;
    u32 result = take_path(c, a[2], a[3], path);
    int fd;
    if (result || (result = take_times(a[4], a[5], a[6], t)) ||
        (result = dir_get(c, a[0], R_PATH_FILESTAT_SET_TIMES, &dir)))
        return result;
    fd = find(c, dir, path, a[1]);
    result = wasi_result(fd < 0 ? fd : set_times(fd, t));
    if (fd >= 0)
        close(fd);
    file_put(c->w, dir);
    return result;
}

/* fd, path, length, buffer, its length, where the count goes. */
W(path_readlink) {
    char path[WASI_PATH], text[WASI_PATH];
    struct wasi_file *dir;
    u8 *to = guest(c, a[3], a[4]);
    u32 result = take_path(c, a[1], a[2], path);
    ssize_t n = 0;
    int fd;
    if (result || (result = dir_get(c, a[0], R_PATH_READLINK, &dir)))
        return result;
    if ((fd = find(c, dir, path, 0)) < 0)
        result = wasi_result(fd);
    else if ((n = readlinkat(fd, "", text, sizeof text)) < 0)
        result = errno == ENOENT ? WASI_EINVAL : wasi_errno(errno); /* what the kernel says of no link, by this way */
    else if (!to)
        result = WASI_EFAULT;
    if (!result) {
        n = (ssize_t)min64((u64)n, a[4]);
        memcpy(to, text, (size_t)n);
        result = put_u32(c, a[5], (u32)n);
    }
    if (fd >= 0)
        close(fd);
    file_put(c->w, dir);
    return result;
}

/* ---- calls on two names ---- */

struct pair {
    struct wasi_file *from_dir, *to_dir;
    char from_path[WASI_PATH];
    struct place from, to;
};

static void pair_drop(struct wcall *c, struct pair *p) {
    place_drop(&p->from);
    place_drop(&p->to);
    if (p->from_dir)
        file_put(c->w, p->from_dir);
    if (p->to_dir)
        file_put(c->w, p->to_dir);
}

/* a: from fd, path, length; b: to fd, path, length. To be given to pair_drop() in any case. */
static u32 pair_take(struct wcall *c, struct pair *p, const u64 *from, u64 from_right, const u64 *to, u64 to_right) {
    char to_path[WASI_PATH];
    u32 result;
    int rc;
    *p = (struct pair){.from_dir = NULL};
    if ((result = take_path(c, from[1], from[2], p->from_path)) || (result = take_path(c, to[1], to[2], to_path)))
        return result;
    if ((result = dir_get(c, from[0], from_right, &p->from_dir))) {
        p->from_dir = NULL;
        return result;
    }
    if ((result = dir_get(c, to[0], to_right, &p->to_dir))) {
        p->to_dir = NULL;
        return result;
    }
    if ((rc = path_parent(c->w, p->from_dir->host, p->from_path, &p->from)) ||
        (rc = path_parent(c->w, p->to_dir->host, to_path, &p->to)))
        return wasi_result(rc);
    return WASI_OK;
}

static u32 do_rename(const struct pair *p) {
    int what;
    if (p->from.self || p->to.self)
        return WASI_EBUSY;
    if ((p->from.slash || p->to.slash) && (what = look(&p->from)) != IS_DIR)
        return what < 0 ? wasi_result(what) : WASI_ENOTDIR;
    return host_result(renameat(p->from.dir, p->from.name, p->to.dir, p->to.name));
}

W(path_rename) {
    struct pair p;
    u32 result = pair_take(c, &p, a, R_PATH_RENAME_SOURCE, a + 3, R_PATH_RENAME_TARGET);
    if (!result)
        result = do_rename(&p);
    pair_drop(c, &p);
    return result;
}

/* A new name with a slash behind it could only be a directory's. */
static u32 no_new_dir(const struct place *p) {
    int what;
    if (p->self)
        return WASI_EEXIST;
    if (!p->slash)
        return WASI_OK;
    what = look(p);
    return what < 0 ? wasi_result(what) : WASI_EEXIST;
}

static u32 link_file(struct wcall *c, const struct pair *p, u64 lookup) {
    char name[40];
    u32 result = no_new_dir(&p->to);
    int fd, what;
    if (result)
        return result;
    if (p->from.self)
        return WASI_EPERM;
    if (p->from.slash)
        return (what = look(&p->from)) < 0 ? wasi_result(what) : what == IS_DIR ? WASI_EPERM : WASI_ENOTDIR;
    if (!(lookup & LOOKUP_FOLLOW))
        return host_result(linkat(p->from.dir, p->from.name, p->to.dir, p->to.name, 0));
    if ((fd = find(c, p->from_dir, p->from_path, lookup)) < 0)
        return wasi_result(fd);
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    result = host_result(linkat(AT_FDCWD, name, p->to.dir, p->to.name, AT_SYMLINK_FOLLOW));
    close(fd);
    return result;
}

/* old fd, flags, path, length; new fd, path, length. */
W(path_link) {
    const u64 from[3] = {a[0], a[2], a[3]};
    struct pair p;
    u32 result = pair_take(c, &p, from, R_PATH_LINK_SOURCE, a + 4, R_PATH_LINK_TARGET);
    if (!result)
        result = link_file(c, &p, a[1]);
    pair_drop(c, &p);
    return result;
}

/* text, length, fd, path, length. A guest cannot follow an absolute link, but others might. */
W(path_symlink) {
    char text[WASI_PATH], path[WASI_PATH];
    struct wasi_file *dir;
    struct place p;
    u32 result;
    int rc;
    if ((result = take_path(c, a[0], a[1], text)) || (result = take_path(c, a[3], a[4], path)))
        return result;
    if (*text == '/')
        return WASI_EPERM;
    if ((result = dir_get(c, a[2], R_PATH_SYMLINK, &dir)))
        return result;
    if ((rc = path_parent(c->w, dir->host, path, &p)))
        result = wasi_result(rc);
    else if (!(result = no_new_dir(&p)))
        result = host_result(symlinkat(text, p.dir, p.name));
    place_drop(&p);
    file_put(c->w, dir);
    return result;
}

/* ---- opening ---- */

struct opening {
    int flags; /* of openat */
    u64 base, inheriting;
};

/* What is asked for, against what the directory grants. */
static u32 check_open(const struct wasi_file *dir, const u64 *a, struct opening *o) {
    const u64 writing = R_FD_WRITE | R_FD_DATASYNC | R_FD_ALLOCATE | R_FD_FILESTAT_SET_SIZE;
    u64 oflags = a[4], fdflags = a[7], here = R_PATH_OPEN, below;
    bool reads, writes;
    o->base = a[5] & rights_all; /* bits that have no meaning are asked for by some libraries */
    o->inheriting = a[6] & rights_all;
    below = o->base | o->inheriting;
    if (oflags & ~(u64)(OF_CREAT | OF_DIRECTORY | OF_EXCL | OF_TRUNC) ||
        fdflags & ~(u64)(FDF_APPEND | FDF_DSYNC | FDF_NONBLOCK | FDF_RSYNC | FDF_SYNC) ||
        (oflags & OF_DIRECTORY && oflags & (OF_CREAT | OF_TRUNC)))
        return WASI_EINVAL;
    if (oflags & OF_CREAT)
        here |= R_PATH_CREATE_FILE;
    if (oflags & OF_TRUNC)
        here |= R_PATH_FILESTAT_SET_SIZE;
    if (fdflags & FDF_DSYNC)
        below |= R_FD_DATASYNC;
    if (fdflags & (FDF_RSYNC | FDF_SYNC))
        below |= R_FD_SYNC;
    below &= rights_inherited; /* those of sockets come with them, not from here */
    if ((dir->base & here) != here || (dir->inheriting & below) != below)
        return WASI_ENOTCAPABLE;
    reads = o->base & (R_FD_READ | R_FD_READDIR);
    writes = (o->base & writing && !(oflags & OF_DIRECTORY)) || oflags & OF_TRUNC;
    o->flags = (writes ? reads ? O_RDWR : O_WRONLY : O_RDONLY) | O_NONBLOCK | O_NOCTTY;
    o->flags |= (a[1] & LOOKUP_FOLLOW ? 0 : O_NOFOLLOW) | (oflags & OF_CREAT ? O_CREAT : 0) |
                (oflags & OF_DIRECTORY ? O_DIRECTORY : 0) | (oflags & OF_EXCL ? O_EXCL : 0) |
                (oflags & OF_TRUNC ? O_TRUNC : 0) | (fdflags & FDF_APPEND ? O_APPEND : 0) |
                (fdflags & (FDF_RSYNC | FDF_SYNC) ? O_SYNC
                 : fdflags & FDF_DSYNC            ? O_DSYNC
                                                  : 0);
    if (!(oflags & OF_CREAT))
        o->flags &= ~O_EXCL;
    return WASI_OK;
}

/* fd, lookup flags, path, length, oflags, rights, rights inherited, fdflags, where the number goes. */
W(path_open) {
    char path[WASI_PATH];
    struct wasi_file *dir, f = {.host = -1};
    struct opening o;
    u32 fd, result = take_path(c, a[2], a[3], path);
    if (result || (result = dir_get(c, a[0], 0, &dir)))
        return result;
    if (!(result = check_open(dir, a, &o)) && !guest(c, a[8], 4))
        result = WASI_EFAULT;
    if (!result) {
        f.host = path_open(c->w, dir->host, path, o.flags, 0666);
        f.flags = (u32)a[7];
        f.base = o.base;
        f.inheriting = o.inheriting;
        result = f.host < 0 ? wasi_result(f.host) : file_add(c->w, &f, 0, &fd);
    }
    if (!result)
        result = put_u32(c, a[8], fd);
    file_put(c->w, dir);
    return result;
}
