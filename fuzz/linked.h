/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* linked.h - for targets that look at linked programs: the runtime that all inputs share, and one input from a module to
 * its end. */
#ifndef FUZZ_LINKED_H
#define FUZZ_LINKED_H
#include "api/api.h"

static struct svm *shared_vm;

static struct svm *shared(void) { /* NULL: there is no memory */
    return shared_vm ? shared_vm : (shared_vm = svm_new(NULL, NULL));
}
static void __attribute__((destructor)) drop_shared(void) {
    svm_free(shared_vm);
}

/* make: from an input to a module; use: what is done with it when it is linked. False: one of the first two failed. */
static bool linked(const uint8_t *data, size_t size,
                   int (*make)(struct module *m, const uint8_t *data, size_t size, struct error *e),
                   void (*use)(const struct link_view *l, const struct module *m, const uint8_t *data, size_t size)) {
    struct module m = {0};
    struct program p = {.lenient = true};
    struct error e = {0};
    bool good = !make(&m, data, size, &e) && !link_program(&p, &m, &shared_vm->r, NULL, NULL, &e);
    if (good)
        use(&p.view, &m, data, size);
    program_drop(&p);
    module_free(&m);
    return good;
}

#endif
