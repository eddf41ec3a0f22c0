/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* store.c - store.h by openat. A file's time of change is when it was last used, to the hour. */
#define _GNU_SOURCE
#include "base/store.h"
#include "base/platform.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FRESH = 3600 };

static bool ours(int fd, mode_t type, struct stat *st) {
    return !fstat(fd, st) && (st->st_mode & S_IFMT) == type && st->st_uid == geteuid() && !(st->st_mode & 077);
}

struct store store_open(const char *path) {
    struct store s = {-1};
    struct stat st;
    struct buf up = {0};
    const char *slash = strrchr(path, '/');
    if (path[0] != '/')
        return s;
    buf_add(&up, path, (size_t)(slash - path));
    if (!up.oom && slash > path)
        mkdir(buf_str(&up), 0700); /* .cache of a new user; what is there stays as it is */
    buf_free(&up);
    if (mkdir(path, 0700) && errno != EEXIST)
        return s;
    s.dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (s.dir >= 0 && !ours(s.dir, S_IFDIR, &st))
        store_close(&s);
    return s;
}

struct store store_of_user(void) {
    struct store s = {-1};
    const char *cache = secure_getenv("XDG_CACHE_HOME"), *home = secure_getenv("HOME");
    struct buf path = {0};
    if (cache && *cache == '/')
        buf_printf(&path, "%s/supervm", cache);
    else if (home && *home == '/')
        buf_printf(&path, "%s/.cache/supervm", home);
    if (path.len && !path.oom)
        s = store_open(buf_str(&path));
    buf_free(&path);
    return s;
}

void store_close(struct store *s) {
    if (s->dir >= 0)
        close(s->dir);
    s->dir = -1;
}

static bool read_all(int fd, struct buf *out, size_t n) {
    u8 chunk[16384];
    while (n) {
        ssize_t k = read(fd, chunk, n < sizeof chunk ? n : sizeof chunk);
        if (k <= 0)
            return false;
        buf_add(out, chunk, (size_t)k);
        n -= (size_t)k;
    }
    return !out->oom;
}

bool store_get(const struct store *s, const char *name, struct buf *out, size_t limit) {
    struct stat st;
    bool ok;
    int fd = s->dir < 0 ? -1 : openat(s->dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    buf_clear(out);
    if (fd < 0)
        return false;
    ok = ours(fd, S_IFREG, &st) && (u64)st.st_size <= limit && read_all(fd, out, (size_t)st.st_size);
    if (ok && st.st_mtime + FRESH < time(NULL))
        futimens(fd, NULL);
    close(fd);
    return ok;
}

/* --- what is too much goes --- */

struct entry {
    char name[80];
    s64 used;
    u64 size;
};

static int by_use(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    return (x->used > y->used) - (x->used < y->used);
}

static void list(DIR *d, struct buf *out, u64 *total) {
    struct dirent *e;
    struct stat st;
    while ((e = readdir(d))) {
        struct entry x = {.used = 0};
        if (strlen(e->d_name) >= sizeof x.name || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) ||
            !S_ISREG(st.st_mode))
            continue;
        strcpy(x.name, e->d_name);
        x.used = st.st_mtime;
        x.size = (u64)st.st_size;
        *total += x.size;
        buf_add(out, &x, sizeof x);
    }
}

static void trim(const struct store *s, u64 limit) {
    int fd = openat(s->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    struct buf all = {0};
    u64 total = 0;
    struct entry *x;
    if (!d) {
        if (fd >= 0)
            close(fd);
        return;
    }
    list(d, &all, &total);
    if (total > limit && !all.oom) {
        x = (struct entry *)(void *)all.data;
        qsort(x, all.len / sizeof *x, sizeof *x, by_use);
        for (size_t k = 0; total > limit / 4 * 3 && k < all.len / sizeof *x; k++)
            if (!unlinkat(s->dir, x[k].name, 0))
                total -= x[k].size;
    }
    closedir(d);
    buf_free(&all);
}

static bool write_all(int fd, const u8 *p, size_t n) {
    while (n) {
        ssize_t k = write(fd, p, n);
        if (k <= 0)
            return false;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

void store_put(const struct store *s, const char *name, const void *p, size_t n, u64 limit) {
    char temporary[40];
    int fd;
    if (s->dir < 0 || n > limit)
        return;
    snprintf(temporary, sizeof temporary, "new.%016llx", (unsigned long long)os_random());
    fd = openat(s->dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    if (!write_all(fd, p, n) || fchmod(fd, 0600) || renameat(s->dir, temporary, s->dir, name))
        unlinkat(s->dir, temporary, 0);
    close(fd);
    trim(s, limit);
}

void store_remove(const struct store *s, const char *name) {
    if (s->dir >= 0)
        unlinkat(s->dir, name, 0);
}
