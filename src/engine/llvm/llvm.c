/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* llvm.c - LLVM as an engine: what the plug-in has compiled is loaded and run by engine/native. */
#include "base/fault.h"
#include "base/log.h"
#include "base/platform.h"
#include "engine/llvm/key.h"
#include "engine/llvm/open.h"
#include "engine/native/native.h"
#include "ir/module.h"
#include <stdlib.h>

static bool usable(void) {
#ifdef HAVE_LLVM
    return native_usable();
#else
    return false;
#endif
}

static struct native_image *load(const struct link_view *l, const struct buf *part, u32 n, struct error *e) {
    struct native_bytes *b = calloc(n, sizeof *b);
    struct native_image *im = NULL;
    struct native_code_block *c;
    if (!b) {
        fail(e, E_NOMEM, NOWHERE, "out of memory");
        return NULL;
    }
    for (u32 k = 0; k < n; k++)
        b[k] = (struct native_bytes){part[k].data, part[k].len};
    c = native_load(b, n, l->jit.debug || l->jit.perf || l->jit.listing, e);
    free(b);
    if (c)
        native_image(&im, l, native_head_of(c), c, e);
    return im;
}

/* From the cache, else from the plug-in. */
static struct native_image *make(const struct llvm_job *j, struct buf *part, struct error *e) {
    const char *folder = j->l->jit.cache, *name = j->l->m->name ? j->l->m->name : "";
    u8 key[BLAKE2_BYTES];
    u32 n = j->o.parts;
    u64 start = os_time_ns();
    bool shows = j->o.dump_before || j->o.dump_after || j->o.time_passes;
    bool keyed = !shows && !(folder && !*folder) && llvm_key(j, key);
    struct error broken = {0}; /* what a file of the cache holds is made anew */
    struct native_image *im = keyed && llvm_cache_get(folder, key, part, n) ? load(j->l, part, n, &broken) : NULL;
    const struct llvm_plugin *p = im ? NULL : llvm_open(e);
    if (im)
        log_say(LOG_INFO, "llvm: %s: from the cache, %.2f ms", name, (double)(os_time_ns() - start) / 1e6);
    if (broken.code)
        log_say(LOG_INFO, "llvm: %s: not from the cache: %s", name, broken.text);
    if (im || !p || p->emit(j, part, e))
        return im;
    im = load(j->l, part, n, e);
    log_say(LOG_INFO, "llvm: %s: compiled by LLVM %s, %.2f ms%s%s", name, p->llvm, (double)(os_time_ns() - start) / 1e6,
            im ? "" : ": ", im ? "" : e->text);
    if (im && keyed)
        llvm_cache_put(folder, key, part, n);
    return im;
}

/* A large module is compiled in parts whatever the threads: LLVM keeps some 600 bytes for each byte of one. */
static u32 parts_of(const struct module *m, u32 threads) {
    enum { PART = 1000 }; /* functions */
    u32 n = m->nfunc / PART;
    return n > threads ? n : threads;
}

static struct native_image *compiled(const struct link_view *l, bool guarded, struct error *e) {
    u32 threads = l->jit.eager ? l->jit.eager : 1, n = parts_of(l->m, threads);
    struct llvm_job j = {.l = l,
                         .o = {.level = l->jit.level ? l->jit.level : 2,
                               .debug = l->jit.debug || l->jit.perf,
                               .frames = l->jit.debug,
                               .places = l->jit.listing,
                               .bounds = !guarded,
                               .dump_before = l->jit.dump_before,
                               .dump_after = l->jit.dump_after,
                               .time_passes = l->jit.time_passes,
                               .harden = l->jit.harden,
                               .secret = l->jit.harden ? os_random() : 0,
                               .parts = n,
                               .threads = threads},
                         .kind = LLVM_OBJECT};
    struct buf *part = calloc(n, sizeof *part);
    struct native_image *im = NULL;
    if (!part)
        fail(e, E_NOMEM, NOWHERE, "out of memory");
    else if ((im = make(&j, part, e)))
        native_image_other(im, compiled);
    for (u32 k = 0; part && k < n; k++)
        buf_free(&part[k]);
    free(part);
    return im;
}

static int compile(const struct link_view *l, void **image, struct error *e) {
    *image = compiled(l, FAULTS_CAUGHT && l->m->nmemory && !l->m->memory[0].lim.is64, e);
    return e->code;
}

const struct engine engine_llvm = {
    .name = "llvm",
    .about = "optimising compiler (LLVM), for programs that run long",
    .usable = usable,
    .compile = compile,
    .run = native_run,
    .entry = native_entry,
    .call = native_call,
    .call_entry = native_call_entry,
    .entry_drop = native_entry_drop,
    .free = native_image_free,
    .proven = native_proven,
    .native = native_listing,
};
