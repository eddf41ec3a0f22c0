/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* here.c - where what belongs to the library lies: beside it in lib, or seen from a command in bin or in
 * libexec/supervm. */
#define _GNU_SOURCE
#include "base/here.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const below[] = {
    "/supervm/",
    "/../lib/supervm/",
    "/../../lib/supervm/",
#ifdef SVM_LIBDIR
    "/../" SVM_LIBDIR "/supervm/",
    "/../../" SVM_LIBDIR "/supervm/",
#endif
};

/* The file that this code is in. A name without a folder is what a shell was told of the program, and may mean any
 * file. */
static char *own_file(void) {
    Dl_info own;
    if (!dladdr((const void *)below, &own) || !own.dli_fname)
        return NULL;
    return realpath(strchr(own.dli_fname, '/') ? own.dli_fname : "/proc/self/exe", NULL);
}

bool here_find(struct buf *path, const char *name) {
    char *own = own_file(), *slash = own ? strrchr(own, '/') : NULL;
    bool found = false;
    for (u32 k = 0; slash && !found && k < COUNT(below); k++) {
        buf_clear(path);
        buf_add(path, own, (size_t)(slash - own));
        buf_printf(path, "%s%s", below[k], name);
        found = !path->oom && !access(buf_str(path), R_OK);
    }
    free(own);
    return found;
}
