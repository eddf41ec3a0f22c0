/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* store.h - a folder of files that processes keep for each other, and may lose at any time.
 *
 * Folder and files belong to the effective user, and nobody else may read or write them, or they are as if they were not
 * there. Files are opened without following links, and come into being whole, by rename; processes that meet do no harm. */
#ifndef BASE_STORE_H
#define BASE_STORE_H
#include "base/buf.h"

struct store {
    int dir; /* below 0: there is none */
};
/* path/name, made if it is not there (the last two parts of it only); path: absolute. */
struct store store_open(const char *path);
/* supervm in $XDG_CACHE_HOME, or in .cache of $HOME; none where the process has rights that its user has not. */
struct store store_of_user(void);
void store_close(struct store *s);

/* Its contents; false: it is not there, or larger than limit. What is used again is kept longer. */
bool store_get(const struct store *s, const char *name, struct buf *out, size_t limit);
/* Adds a file. Then, if all of them have more than limit bytes, removes those first that were not used for longest. Failing is no error. */
void store_put(const struct store *s, const char *name, const void *p, size_t n, u64 limit);
void store_remove(const struct store *s, const char *name);

#endif
