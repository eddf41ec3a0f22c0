/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* open.c - finds libsupervm-llvm.so from where this library lies, and opens it with its symbols to itself.
 *
 * The host may have an LLVM of its own, of any version, which ours never meets (base/late.c).
 *
 * A plug-in is code that runs with the host's rights: no environment and no search path has a word in where it is. It
 * belongs to the process, as what the dynamic linker opens does. */
#include "engine/llvm/open.h"
#include "base/build_id.h"
#include "base/here.h"
#include "base/late.h"
#include "base/log.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define FILE_NAME "libsupervm-llvm.so"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const struct llvm_plugin *_Atomic opened;

static const struct llvm_plugin *open_file(const char *path, struct error *e) {
    void *lib;
    const struct llvm_plugin *p = late_plugin(path, LLVM_PLUGIN_SYMBOL, "LLVMContextCreate", &lib, e);
    if (p && (p->version != LLVM_PLUGIN_VERSION || strcmp(p->build, svm_build_id()) != 0)) {
        fail(e, E_UNSUP, NOWHERE, "%s is of another build", path);
        p = NULL;
    }
    if (!p)
        wrap(e, "engine llvm");
    return p;
}

const struct llvm_plugin *llvm_open(struct error *e) {
    const struct llvm_plugin *p = atomic_load_explicit(&opened, memory_order_acquire);
    struct buf path = {0};
    if (p)
        return p;
    pthread_mutex_lock(&lock);
    p = atomic_load_explicit(&opened, memory_order_relaxed);
    if (!p && !here_find(&path, FILE_NAME))
        fail(e, E_UNSUP, NOWHERE, "engine llvm: there is no " FILE_NAME " beside the library");
    else if (!p && (p = open_file(buf_str(&path), e)))
        atomic_store_explicit(&opened, p, memory_order_release);
    if (p)
        log_say(LOG_DEBUG, "llvm: %s, LLVM %s", buf_str(&path), p->llvm);
    pthread_mutex_unlock(&lock);
    buf_free(&path);
    return p;
}
