/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* engine_kit.h - which engines random programs run in: those that compile at once, or SVM_ENGINE alone. Behind the
 * library's own there is "ahead-object": the plug-in's code in an object as svm_module_emit makes it, for no process
 * and no run in particular, loaded again. */
#ifndef TEST_ENGINE_KIT_H
#define TEST_ENGINE_KIT_H
#include "base/fault.h"
#include "engine/engines.h"
#include "engine/llvm/open.h"
#include "engine/native/native.h"
#include "ir/facts.h"
#include "ir/module.h"
#include <stdlib.h>
#include <string.h>

/* The object, which knows nothing of what is begun with all of its fuel: src/api/emit.c. */
static bool ahead_emit(const struct link_view *l, bool guarded, struct buf *object, struct error *e) {
    const struct llvm_plugin *llvm = llvm_open(e);
    struct link_view v = *l;
    struct llvm_job j = {.l = &v,
                         .o = {.level = l->jit.level ? l->jit.level : 2, .bounds = !guarded, .carries = guarded},
                         .kind = LLVM_OBJECT,
                         .name = "_test"};
    struct func_facts *facts = calloc(l->m->nfunc + 1, sizeof *facts);
    bool good = llvm && facts;
    for (u32 f = 0; good && l->facts && f < l->m->nfunc; f++) {
        facts[f] = l->facts[f];
        facts[f].bounded = false;
    }
    v.facts = l->facts ? facts : NULL;
    good = good && !llvm->emit(&j, object, e) && !(guarded && native_carry_lines(object, e));
    free(facts);
    return good;
}

static struct native_image *ahead_image(const struct link_view *l, bool guarded, struct error *e) {
    struct native_code_block *c = NULL;
    struct native_image *im = NULL;
    struct native_bytes part;
    struct buf object = {0};
    if (ahead_emit(l, guarded, &object, e)) {
        part = (struct native_bytes){object.data, object.len};
        c = native_load(&part, 1, false, e);
    }
    if (c && !native_image(&im, l, native_head_of(c), c, e))
        native_image_other(im, ahead_image); /* memory that the processor does not check: code of its own */
    buf_free(&object);
    return im;
}

static int ahead_compile(const struct link_view *l, void **image, struct error *e) {
    *image = ahead_image(l, FAULTS_CAUGHT, e);
    return e->code;
}

static bool ahead_usable(void) {
    struct error e = {0};
    return native_usable() && llvm_open(&e);
}

static const struct engine engine_ahead = {.name = "ahead-object",
                                           .usable = ahead_usable,
                                           .compile = ahead_compile,
                                           .run = native_run,
                                           .call = native_call,
                                           .free = native_image_free};

/* Engine k of those that only names, or that are meant without a name; NULL past the end. */
static const struct engine *engine_to_test(u32 k, const char *only) {
    const struct engine *g;
    for (u32 rank = 0;; rank++) {
        bool last = !(g = engine_by_rank(rank));
        g = last ? &engine_ahead : g;
        if (only ? !strcmp(only, g->name) : !last && strcmp(g->name, "llvm") != 0)
            if (g->usable() && !k--)
                return g;
        if (last)
            return NULL;
    }
}

#endif
