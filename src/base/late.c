/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* late.c - late.h by dlopen.
 * Libraries belong to the process, so what is static here is what the dynamic linker's own tables would be. */
#define _GNU_SOURCE
#include "base/late.h"
#include <dlfcn.h>
#ifdef RTLD_DEEPBIND
#include <gnu/lib-names.h>
#endif
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int open_locked(struct late *l, void **slot, struct error *e) {
    void *lib;
    if (atomic_load_explicit(&l->open, memory_order_relaxed))
        return 0;
    if (!(lib = dlopen(l->file, RTLD_NOW | RTLD_LOCAL)))
        return fail(e, E_UNSUP, NOWHERE, "a library is needed: %s", dlerror());
    for (u32 i = 0; i < l->n; i++) {
        if (!(slot[i] = dlsym(lib, l->name[i]))) {
            dlclose(lib);
            return fail(e, E_UNSUP, NOWHERE, "a library is needed: %s has no %s", l->file, l->name[i]);
        }
    }
    atomic_store_explicit(&l->open, true, memory_order_release);
    return 0;
}

int late_open(struct late *l, void **slot, struct error *e) {
    int rc;
    if (atomic_load_explicit(&l->open, memory_order_acquire))
        return 0;
    pthread_mutex_lock(&lock);
    rc = open_locked(l, slot, e);
    pthread_mutex_unlock(&lock);
    return rc;
}

/* Symbols of the process come before those of a library that is opened, also where it exports them by chance: one that
 * is linked with LLVM and shows it to its own plug-ins. Then ours is to look at itself first. But it would have the C
 * library's free(), while strdup() takes from the process's malloc(): not where that is another. */
static bool looks_at_itself(const char *path, const char *brings, int *mode, struct error *e) {
#ifdef RTLD_DEEPBIND
    void *libc;
    bool own;
    if (!brings || !dlsym(RTLD_DEFAULT, brings))
        return true;
    libc = dlopen(LIBC_SO, RTLD_LAZY | RTLD_NOLOAD);
    own = !libc || dlsym(libc, "malloc") != dlsym(RTLD_DEFAULT, "malloc");
    if (libc)
        dlclose(libc);
    if (own) {
        fail(e, E_UNSUP, NOWHERE, "%s: this process has a %s and a malloc of its own, which cannot be kept apart", path,
             brings);
        return false;
    }
    *mode |= RTLD_DEEPBIND;
#else
    (void)path, (void)brings, (void)mode, (void)e;
#endif
    return true;
}

const void *late_plugin(const char *path, const char *name, const char *brings, void **opened, struct error *e) {
    int mode = RTLD_NOW | RTLD_LOCAL;
    void *lib, *p;
    if (!looks_at_itself(path, brings, &mode, e))
        return NULL;
    lib = dlopen(path, mode);
    p = lib ? dlsym(lib, name) : NULL;
    if (p) {
        *opened = lib;
        return p;
    }
    fail(e, E_UNSUP, NOWHERE, "a library is needed: %s", dlerror());
    if (lib)
        dlclose(lib);
    return NULL;
}

void late_unload(void *lib) {
    dlclose(lib);
}
