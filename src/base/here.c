/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* here.c - where what belongs to the library lies: beside it in lib, or seen from a command in bin or in libexec/supervm. */
#define _GNU_SOURCE
#include "base/here.h"
#include <dlfcn.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

static const char *const below[] = {
    "/supervm/", "/../lib/supervm/", "/../../lib/supervm/",
#ifdef SVM_LIBDIR
    "/../" SVM_LIBDIR "/supervm/", "/../../" SVM_LIBDIR "/supervm/",
#endif
};

/* Of the file that this code is in. A command that was found by PATH is known by its bare name to the dynamic linker:
 * then the system says which it is, never the working directory. */
static bool folder(char out[PATH_MAX]) {
    Dl_info own;
    char *slash;
    ssize_t n;
    if (dladdr((const void *)below, &own) && own.dli_fname && strchr(own.dli_fname, '/') && strlen(own.dli_fname) < PATH_MAX) {
        strcpy(out, own.dli_fname);
    } else {
        n = readlink("/proc/self/exe", out, PATH_MAX - 1);
        out[n > 0 ? n : 0] = 0;
    }
    if (!(slash = strrchr(out, '/')))
        return false;
    *slash = 0;
    return true;
}

bool here_find(struct buf *path, const char *name) {
    char own[PATH_MAX];
    if (!folder(own))
        return false;
    for (u32 k = 0; k < COUNT(below); k++) {
        buf_clear(path);
        buf_printf(path, "%s%s%s", own, below[k], name);
        if (!path->oom && !access(buf_str(path), R_OK))
            return true;
    }
    return false;
}
