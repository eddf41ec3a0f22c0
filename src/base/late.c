/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* late.c - late.h by dlopen.
 * Libraries belong to the process, so what is static here is what the dynamic linker's own tables would be. */
#include "base/late.h"
#include <dlfcn.h>
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

const void *late_plugin(const char *path, const char *name, void **opened, struct error *e) {
    void *lib = dlopen(path, RTLD_NOW | RTLD_LOCAL), *p = lib ? dlsym(lib, name) : NULL;
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
