/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* whole_exec.c - of the static command (whole.h): runs the other one, SVM_WHOLE from the folder of this one, and opens
 * no libraries, since a static program has its own C library and they would bring another. */
#include "base/buf.h"
#include "base/late.h"
#include "cli/cli.h"
#include "cli/whole.h"
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE = 64 << 20 };                         /* bytes of a command line; Linux takes a few megabytes */
enum { HEAP = 512 << 10, OWN_MAPPING = 1 << 20 }; /* at once; what is at least as large is no part of it */

/* Of this file, with room for more; false: unknown. */
static bool folder(char *path, size_t size) {
    ssize_t n = readlink("/proc/self/exe", path, size);
    char *slash;
    if (n <= 0 || (size_t)n >= size)
        return false;
    path[n] = 0;
    if (!(slash = strrchr(path, '/')))
        return false;
    slash[1] = 0;
    return true;
}

/* The command line as it was given: getopt has changed the order of argv. */
static char **arguments(struct buf *line) {
    size_t n = 0;
    char **argv, *p;
    if (buf_read_file(line, "/proc/self/cmdline", LINE))
        return NULL;
    for (size_t i = 0; i < line->len; i++)
        n += !line->data[i];
    if (!(argv = calloc(n + 1, sizeof *argv)))
        return NULL;
    p = (char *)line->data;
    for (size_t i = 0; i < n; i++, p += strlen(p) + 1)
        argv[i] = p;
    return argv;
}

void whole_begin(void) {
    mallopt(M_TOP_PAD, HEAP);
    mallopt(M_MMAP_THRESHOLD, OWN_MAPPING);
    mallopt(M_TRIM_THRESHOLD, HEAP);
}

int whole_instead(void) {
    char path[PATH_MAX + sizeof SVM_WHOLE];
    struct buf line = {0};
    char **argv = arguments(&line);
    int status;
    if (!argv || !folder(path, PATH_MAX)) {
        status = refuse("/proc: %s", strerror(errno));
    } else {
        strcat(path, SVM_WHOLE);
        execv(path, argv);
        status = refuse("%s: %s; it is needed for all but WebAssembly", path, strerror(errno));
    }
    free(argv);
    buf_free(&line);
    return status;
}

void whole_leave(int status) {
    int flushed = flush_output();
    _exit(status ? status : flushed);
}

/* glibc's own, of a static program: before main() it asks /proc where the program lies, for libraries that it might
 * open. That takes 0.05 ms, and nothing is opened here: unknown, which is one of its answers. */
#ifdef SVM_OWN_ORIGIN
const char *_dl_get_origin(void);
const char *_dl_get_origin(void) {
    return (const char *)-1;
}
#endif

int late_open(struct late *l, void **slot, struct error *e) {
    (void)slot;
    return fail(e, E_UNSUP, NOWHERE, "a library is needed: %s; this build of the command opens none", l->file);
}

const void *late_plugin(const char *path, const char *name, const char *brings, void **opened, struct error *e) {
    (void)name, (void)brings, (void)opened;
    fail(e, E_UNSUP, NOWHERE, "a library is needed: %s; this build of the command opens none", path);
    return NULL;
}

void late_unload(void *lib) {
    (void)lib;
}
