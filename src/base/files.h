/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* files.h - calls on files that not every system has. Each gives 0 or more, or a negative errno. */
#ifndef BASE_FILES_H
#define BASE_FILES_H
#include "base/types.h"

/* As openat, but -EXDEV where the path leads out of dir, whichever way; -ENOSYS: not on this system. -EAGAIN: somebody
 * renamed directories meanwhile. */
int os_open_beneath(int dir, const char *path, int flags, u32 mode);

/* Entries of a directory from cookie on (0: the first), as many as fit; the bytes of buf that they take. */
s64 os_read_dir(int dir, u64 cookie, void *buf, size_t size);
/* The entry at *pos of such a buffer; false: there is none. */
struct os_dirent {
    u64 ino, next; /* next: the cookie of the one behind it */
    u8 type;       /* DT_* of dirent.h */
    const char *name;
};
bool os_next_dirent(const void *buf, size_t size, size_t *pos, struct os_dirent *out);

/* readv and writev that do not wait: -EAGAIN where they would have to, -EOPNOTSUPP where the kernel cannot tell. */
struct iovec;
s64 os_read_nowait(int fd, const struct iovec *v, int n);
s64 os_write_nowait(int fd, const struct iovec *v, int n);

#endif
