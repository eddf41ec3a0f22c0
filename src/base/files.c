/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* files.c - files.h for Linux. */
#define _GNU_SOURCE
#include "base/files.h"
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* struct open_how and its flags (openat2(2)); headers are older than some kernels. */
struct how {
    u64 flags, mode, resolve;
};
enum { NO_MAGICLINKS = 2, BENEATH = 8, SYS_OPENAT2 = 437 };

int os_open_beneath(int dir, const char *path, int flags, u32 mode) {
    struct how h = {(u32)flags, mode, BENEATH | NO_MAGICLINKS};
    long fd = syscall(SYS_OPENAT2, dir, path, &h, sizeof h);
    return fd < 0 ? -errno : (int)fd;
}

/* struct linux_dirent64:
 *   u64 ino | s64 off of the next | u16 length | u8 type | name, 0 */
enum { INO = 0, OFF = 8, LEN = 16, TYPE = 18, NAME = 19 };

s64 os_read_dir(int dir, u64 cookie, void *buf, size_t size) {
    long n;
    if (lseek(dir, (off_t)cookie, SEEK_SET) < 0)
        return -errno;
    n = syscall(SYS_getdents64, dir, buf, size);
    return n < 0 ? -errno : n;
}

bool os_next_dirent(const void *buf, size_t size, size_t *pos, struct os_dirent *out) {
    const u8 *p = (const u8 *)buf + *pos;
    uint16_t len;
    if (*pos >= size)
        return false;
    memcpy(&out->ino, p + INO, 8);
    memcpy(&out->next, p + OFF, 8);
    memcpy(&len, p + LEN, 2);
    out->type = p[TYPE];
    out->name = (const char *)p + NAME;
    *pos += len;
    return true;
}

s64 os_read_nowait(int fd, const struct iovec *v, int n) {
    ssize_t rc = preadv2(fd, v, n, -1, RWF_NOWAIT);
    return rc < 0 ? -errno : rc;
}

s64 os_write_nowait(int fd, const struct iovec *v, int n) {
    ssize_t rc = pwritev2(fd, v, n, -1, RWF_NOWAIT);
    return rc < 0 ? -errno : rc;
}
